"""What people type, read or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation.quantities import QuantityError, Unit, find_unit, read_quantity, round_half_up

TONNE, TEN_KT, HUNDRED_MT = (
    Unit("吨", "mass", Decimal(1)),
    Unit("万吨", "mass", Decimal(10_000)),
    Unit("亿吨", "mass", Decimal(100_000_000)),
)
HOUSEHOLD, PERCENT, CUBIC_METRE = (
    Unit("户", "enterprises", Decimal(1)),
    Unit("%", "share", Decimal(1)),
    Unit("m³", "volume", Decimal(1)),
)
UNITS = {unit.symbol: unit for unit in (TONNE, TEN_KT, HUNDRED_MT, HOUSEHOLD, PERCENT, CUBIC_METRE)} | {"t": TONNE}


def read(text: str, into: Unit = TEN_KT) -> Decimal | None:
    quantity = read_quantity(text, into, UNITS)
    return quantity and quantity.value


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\t\n"])
def test_nothing_typed_is_missing_and_not_zero(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6500", "6500"),
        ("6500.5", "6500.5"),
        ("6,500", "6500"),
        ("1,234,567.89", "1234567.89"),
        ("６５００", "6500"),
        ("６，５００．５", "6500.5"),
        (" 6500 ", "6500"),
        ("\u30006500\u3000", "6500"),
        ("+7", "7"),
        ("-7", "-7"),
        ("−7", "-7"),
        ("－７", "-7"),
        (".5", "0.5"),
        ("007", "7"),
        ("0", "0"),
        ("0.000001", "0.000001"),
        ("999999999.999999", "999999999.999999"),
        ("1,250,000,000", "1250000000"),
        ("999999999999999.999999", "999999999999999.999999"),
        ("6500万吨", "6500"),
        ("6500 万吨", "6500"),
        ("６５００万吨", "6500"),
        ("65000吨", "6.5"),
        ("65000t", "6.5"),
        ("0.65亿吨", "6500"),
        ("1亿吨", "10000"),
        ("0.01吨", "0.000001"),
        ("1\u202f234\u00a0567", "1234567"),
        ("1'234'567", "1234567"),
        ("1’234", "1234"),
        ("1.234.567,5", "1234567.5"),
        ("6\u00a0500 吨", "0.65"),
    ],
)
def test_what_is_clear_is_understood(text, value):
    assert read(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "not_a_number"),
        ("NaN", "not_a_number"),
        ("nan", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-inf", "not_a_number"),
        ("∞", "not_a_number"),
        ("1e3", "not_a_number"),
        ("1E3", "not_a_number"),
        ("=1+1", "not_a_number"),
        ("--5", "not_a_number"),
        ("1.1.1", "not_a_number"),
        ("五百", "not_a_number"),
        ("½", "unknown_unit"),
        ("٥٠٠", "not_a_number"),
        ("1_000", "unknown_unit"),
        ("1 000", "not_a_number"),
        ("1 234 567", "not_a_number"),
        ("0x10", "unknown_unit"),
        ("6500.", "not_a_number"),
        ("1,23", "ambiguous_comma"),
        ("1,2345", "ambiguous_comma"),
        ("12345,678", "ambiguous_comma"),
        ("1.234,5", "ambiguous_comma"),
        ("6500斤", "unknown_unit"),
        ("6500万", "unknown_unit"),
        ("6500户", "other_dimension"),
        ("80%", "other_dimension"),
        ("1000000000000000", "too_large"),
        ("10亿吨亿吨", "unknown_unit"),
        ("1000000000000亿吨", "too_large"),
        ("0.0000001", "too_fine"),
        ("0.001吨", "too_fine"),
        ("999999999999999.9999996", "too_large"),
        ("9" * 400, "too_large"),
        ("0." + "0" * 400 + "1", "too_fine"),
        ("1'23", "ambiguous_comma"),
        ("1 234 56", "not_a_number"),
        ("1.234.56", "not_a_number"),
        ("1.234.567.8", "not_a_number"),
    ],
)
def test_what_is_not_clear_is_refused_and_says_why(text, code):
    with pytest.raises(QuantityError) as refusal:
        read(text)
    assert refusal.value.code == code


def test_a_conversion_is_told():
    converted = read_quantity("65000吨", TEN_KT, UNITS)
    assert (converted.typed_value, converted.typed_unit) == (65000, TONNE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.3333333333333333", "0.333333"),
        ("123.4567891", "123.456789"),
        ("1234567.891吨", "123.456789"),
        ("6500.0000000000000000000000000001", "6500"),
        ("0." + "1" * 90, "0.111111"),
        ("0.0000005", "0.000001"),
    ],
)
def test_more_decimals_than_are_stored_are_rounded_and_told(text, value):
    quantity = read_quantity(text, TEN_KT, UNITS)
    assert (quantity.value, quantity.was_rounded(TEN_KT)) == (Decimal(value), True)


@pytest.mark.parametrize("text", ["6500.5", "0.01吨", "123.456789", "1234567.89吨"])
def test_what_is_stored_as_typed_is_not_told_as_rounded(text):
    assert not read_quantity(text, TEN_KT, UNITS).was_rounded(TEN_KT)


@pytest.mark.parametrize("text", ["5m3", "5m³", "5 ｍ３", "5m^3", "5立方米", "5㎥", "5M3"])
def test_a_unit_is_one_in_every_spelling(text):
    assert read(text, CUBIC_METRE) == 5


def test_capitals_tell_units_apart_where_there_are_two():
    units = {"MW": Unit("MW", "power", Decimal(1_000_000)), "mW": Unit("mW", "power", Decimal("0.001"))}
    assert find_unit("mW", units) == units["mW"]
    assert find_unit("mw", units) is None


def test_a_symbol_that_unicode_writes_in_two_ways_is_the_same():
    assert read("5m3", CUBIC_METRE) == read("5m³", CUBIC_METRE) == 5


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-0.5", 0, "-1"),
        ("66.665", 2, "66.67"),
        ("66.6649999", 2, "66.66"),
        ("-10.005", 2, "-10.01"),
        ("7", 2, "7.00"),
        ("999999999.999999", 2, "1000000000.00"),
        ("999999999999999999999999999.999999", 2, "1000000000000000000000000000.00"),
    ],
)
def test_halves_round_away_from_zero(value, decimals, printed):
    assert str(round_half_up(Decimal(value), decimals)) == printed


FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@given(st.decimals(0, 999_999_999, places=6, allow_nan=False), st.integers(0, 6))
def test_every_spelling_of_a_number_is_the_same_quantity(amount, places):
    plain = f"{amount:.{places}f}"
    spellings = [plain, plain.translate(FULL_WIDTH), f" {plain} ", f"+{plain}", f"{Decimal(plain):,f}"]
    assert {read(text) for text in spellings} == {Decimal(plain)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("9" * 5000, "too_large"), ("0." + "0" * 5000 + "1", "too_fine"), ("1" + ",000" * 5000, "too_large")),
        *(("NaN", "not_a_number"), ("sNaN", "not_a_number"), ("Infinity", "not_a_number"), ("1e400", "not_a_number")),
        *(("[" * 2500, "not_a_number"), ("1" + "x" * 100_000, "unknown_unit"), ("\x00", "not_a_number")),
    ],
)
def test_what_is_hostile_is_refused_in_a_few_words(text, code):
    with pytest.raises(QuantityError) as refused:
        read(text)
    assert refused.value.code == code
    assert all(len(str(detail)) <= 41 for detail in refused.value.details.values())
