"""Amounts as officials write them."""

from decimal import Decimal

import pytest
from django.utils import translation

from tracker.documents.official import in_full


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "written"),
    [
        ("10000", "万吨", 2, "1亿吨"),
        ("10400.55", "万吨", 2, "1.0401亿吨"),
        ("6500", "万吨", 2, "6500万吨"),
        ("612.50", "万吨", 2, "612.5万吨"),
        ("0.12", "万吨", 2, "0.12万吨"),
        ("0", "万吨", 2, "0万吨"),
        ("9999.999", "万吨", 2, "1亿吨"),
        ("5000", "个", 0, "5000个"),
        ("12345", "个", 0, "1.2345万个"),
        ("120000000", "个", 0, "1.2亿个"),
        ("-20000", "户", 0, "-2万户"),
        ("1.5", "亿元", 2, "1.5亿元"),
        ("80", "%", 2, "80.00%"),
    ],
)
def test_chinese_counts_in_myriads(value, unit, decimals, written):
    with translation.override("zh-hans"):
        assert in_full(Decimal(value), unit, decimals) == written


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "written"),
    [("10000", "10kt", 2, "10,000.00 10kt"), ("5000", "stations", 0, "5,000 stations"), ("80", "%", 2, "80.00%")],
)
def test_english_separates_thousands(value, unit, decimals, written):
    with translation.override("en"):
        assert in_full(Decimal(value), unit, decimals) == written


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_missing_is_a_dash_and_has_no_unit(language):
    with translation.override(language):
        assert in_full(None, "万吨") == "—"
