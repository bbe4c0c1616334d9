"""Factors of ratios from their three units, by hand."""

from decimal import Decimal

import pytest

from tracker.calculation.quantities import Unit
from tracker.calculation.ratio_units import is_percent, normalised, ratio_scale

ROWS = {
    "元": ("money", "1"),
    "万元": ("money", "10000"),
    "亿元": ("money", "100000000"),
    "亩": ("area", "666.666667"),
    "m²": ("area", "1"),
    "kWh": ("electricity", "1"),
    "万吨": ("mass", "10000"),
    "吨": ("mass", "1"),
    "吨标准煤": ("coal equivalent", "1"),
    "万吨标准煤": ("coal equivalent", "10000"),
    "%": ("share", "1"),
    "‰": ("share", "0.1"),
    "万元/亩": ("output intensity", "1"),
    "吨标准煤/万元": ("energy intensity", "1"),
    "kWh/m2": ("use per area", "1"),
    "每亩": ("odd", "1"),
}
UNITS = {symbol: Unit(symbol, dimension, Decimal(factor)) for symbol, (dimension, factor) in ROWS.items()}
KNOWN = {normalised(symbol): unit for symbol, unit in UNITS.items()}


@pytest.mark.parametrize(
    ("above", "below", "ratio", "scale"),
    [
        ("万元", "亩", "万元/亩", "1"),
        ("元", "亩", "万元/亩", "0.0001"),
        ("亿元", "亩", "万元/亩", "10000"),
        ("万吨标准煤", "亿元", "吨标准煤/万元", "1"),
        ("万吨标准煤", "万元", "吨标准煤/万元", "10000"),
        ("kWh", "m²", "kWh/m2", "1"),
        ("万吨", "万吨", "%", "100"),
        ("吨", "万吨", "%", "0.01"),
        ("吨", "吨", "‰", "1000"),
        ("万吨标准煤", "亿元", "%", None),  # tons of coal in a hundred of money are no share
        ("万吨", "亩", "万元/亩", None),
        ("亩", "万元", "万元/亩", None),
        ("万元", "亩", "每亩", None),
    ],
)
def test_the_factor_follows_from_the_three_units(above, below, ratio, scale):
    found = ratio_scale(UNITS[above], UNITS[below], UNITS[ratio], KNOWN)
    assert found == (scale and Decimal(scale))


@pytest.mark.parametrize(("symbol", "answer"), [("%", True), ("％", True), ("‰", False), ("万元", False)])
def test_only_percent_is_percent(symbol, answer):
    assert is_percent(symbol) is answer
