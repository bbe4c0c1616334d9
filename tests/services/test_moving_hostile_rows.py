"""Rows that one database took and another does not: named, made to fit, and compared as numbers are."""

from decimal import Decimal

import pytest
from axes.models import AccessAttempt
from django.db import connection

from tracker.models import Plan
from tracker.queries.errors import Refused
from tracker.services.operations.backup import move_database
from tracker.services.operations.backup.move_database import _comparable, fitting

pytestmark = pytest.mark.django_db


def inserted(model, row) -> None:
    move_database._insert(model, [row], [field for field in model._meta.concrete_fields if not field.generated])


@pytest.mark.parametrize("name", ["a\x00b", "x" * 100_000, "\ufffe"])
def test_what_was_typed_at_a_sign_in_is_made_to_fit(name):
    attempt = AccessAttempt(
        pk=1, username=name, ip_address="192.0.2.1", user_agent="", path_info="", get_data="", post_data="",
        failures_since_start=1, attempt_time="2020-09-01T00:00Z", http_accept="",
    )  # fmt: skip
    inserted(AccessAttempt, attempt)
    stored = AccessAttempt.objects.get().username
    assert stored == fitting(name, AccessAttempt._meta.get_field("username").max_length)
    assert "\x00" not in stored and len(stored) <= 255


@pytest.mark.only_on("postgresql")
def test_a_row_that_cannot_be_moved_is_named_with_its_table(plan):
    rows = [Plan(pk=1000 + number, code=f"code-{number}", name="名", issuer="-", issued_on="2020-01-01",
                 starts_on="2020-01-01", ends_on="2020-12-31", region=plan.region) for number in range(9)]  # fmt: skip
    rows[5].issuer = "a\x00b"
    fields = [field for field in Plan._meta.concrete_fields if not field.generated]
    with pytest.raises(Refused, match=r"1005.*tracker_plan|tracker_plan.*1005"):
        move_database._insert(Plan, rows, fields)
    assert connection.vendor == "postgresql"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (1e23, 10**23),
        ({"value": [2.50, 1]}, {"value": [2.5, 1.0]}),
        (Decimal("1.10"), Decimal("1.1")),
        (1e-7, Decimal("1e-7")),
    ],
)
def test_numbers_are_equal_as_decimals(before, after):
    assert _comparable(before) == _comparable(after)


@pytest.mark.parametrize(("before", "after"), [(0.1, 0.10000000000000002), ("1", 1), (None, 0), ("a\x00", "a\ufffd")])
def test_what_differs_differs(before, after):
    assert _comparable(before) != _comparable(after)
