"""Quantities hold fifteen digits before the point and six after it, exactly, on whichever database."""

from decimal import Decimal, InvalidOperation, localcontext

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, Sum
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.services.random_returns import undone
from tracker.migrations._quantity import read, spell
from tracker.models import Entry, Indicator, Return, TargetVersion
from tracker.models.quantity import MegaPart, MicroPart, joined, normal_sql, stored

LARGEST = Decimal("999999999999999.999999")
SMALLEST = Decimal("0.000001")
VALUES = st.integers(-(10**21) + 1, 10**21 - 1).map(lambda millionths: Decimal(millionths).scaleb(-6))
EXTREMES = st.sampled_from([LARGEST, -LARGEST, SMALLEST, -SMALLEST, Decimal(0), Decimal("-0.999999"), Decimal(-1)])
some = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(VALUES)
@example(LARGEST)
@example(-LARGEST)
@example(Decimal("-0.000000"))
def test_the_text_of_a_quantity_gives_it_back(value):
    assert read(spell(f"{value:.6f}")) == value


@given(VALUES | EXTREMES, VALUES | EXTREMES)
def test_the_texts_of_quantities_sort_as_they_do(one, other):
    assert (spell(f"{one:.6f}") < spell(f"{other:.6f}")) == (one < other)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1250000000.5", "000001250000000.500000"),
        ("-0.5", "-999999999999999.500000"),
        ("0", "000000000000000.000000"),
        ("-999999999999999.999999", "-000000000000000.000001"),
    ],
)
def test_quantities_are_kept_as_said(value, text):
    assert spell(f"{Decimal(value):.6f}") == text


@pytest.mark.django_db
def test_a_larger_number_is_not_stored():
    with pytest.raises(InvalidOperation):
        stored(Decimal(10**15), connection)


@pytest.fixture
def unit_return(plan, taiyuan):
    """A return without values."""
    return Return.objects.create(unit=taiyuan, period=factories.period(plan))


def fill(unit_return, values):
    """Give each value a cell of its own."""
    for value, indicator in zip(values, Indicator.objects.order_by("pk"), strict=False):
        Entry.objects.create(unit_return=unit_return, indicator=indicator, reported_value=value)
    return Entry.objects.filter(unit_return=unit_return)


@given(st.lists(VALUES | EXTREMES, min_size=2, max_size=6, unique=True))
@some
def test_the_database_orders_compares_and_adds_exactly(unit_return, values):
    with undone():
        entries = fill(unit_return, values)
        assert list(entries.order_by("reported_value").values_list("reported_value", flat=True)) == sorted(values)
        for value in values:
            assert entries.filter(reported_value__gte=value).count() == sum(other >= value for other in values)
            assert entries.get(reported_value=value).reported_value == value
        parts = entries.aggregate(mega=Sum(MegaPart(F("reported_value"))), micro=Sum(MicroPart(F("reported_value"))))
        with localcontext() as exact:
            exact.prec = 60
            assert joined(parts["mega"], parts["micro"]) == sum(values)


@given(st.integers(-(2**60), 2**60), st.integers(-(2**60), 2**60))
@some
@pytest.mark.django_db
def test_a_sum_is_kept_in_one_form(mega, micro):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(normal_sql(f'({mega})', f'({micro})'))}")
        found = cursor.fetchone()
    assert found == divmod(mega * 10**12 + micro, 10**12)


def test_a_target_of_fifteen_digits_passes_its_checks_and_a_negative_one_does_not(plan):
    version = TargetVersion.objects.first()
    version.value, version.upper_value = Decimal("999999999999998.999999"), LARGEST
    version.full_clean()
    version.save()
    version.refresh_from_db()
    assert (version.value, version.upper_value) == (Decimal("999999999999998.999999"), LARGEST)
    version.value, version.upper_value = Decimal("-0.000001"), None
    with pytest.raises(ValidationError, match="目标值不得为负"):
        version.full_clean()
    version.value, version.upper_value = Decimal(10), Decimal(9)
    with pytest.raises(ValidationError, match="上限"):
        version.full_clean()
