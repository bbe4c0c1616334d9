"""Notes beside the tables of documents and pages: what rounding hides, and what of a target is not allocated."""

import pytest

from tests import factories
from tests.factories import DATONG, TAIYUAN
from tests.interfaces.test_pages import page
from tests.services.issued_kinds import issue, sheet_of
from tests.services.random_returns import ASH, GANGUE
from tracker.models import Allocation, Plan, Role

ROUNDED = "Figures that do not subtract are rounded each by itself."


def notes_of(plan: Plan, sheet: str, kind: str = "compliance") -> str:
    rows = sheet_of(issue(plan, kind, code="2020-08"), sheet).iter_rows(values_only=True)
    return " ".join(str(cell) for row in rows for cell in row if cell)


def report(plan: Plan, unit, reviewer, amount: str) -> None:
    everywhere = factories.make_user("everywhere", Role.REPORTER)
    for number in range(1, 9):
        values = {GANGUE: amount if number == 8 else "0", ASH: "0"}
        month = factories.period(plan, f"2020-{number:02d}")
        factories.file_return(unit, month, values, reporter=everywhere, reviewer=reviewer)


@pytest.mark.parametrize(("amount", "is_noted"), [("3250.26", True), ("3250", False)])
def test_lines_that_do_not_subtract_carry_the_note(plan, taiyuan, reviewer, leader, amount, is_noted):
    """50.004 % at a schedule of 66.667 % prints 50.00, 66.67 and -16.66."""
    report(plan, taiyuan, reviewer, amount)
    target = plan.targets.get(indicator__code=GANGUE)
    plan.targets.exclude(pk__in=[target.pk]).delete()
    for sheet, kind in (("Summary by indicator", "compliance"), ("Dispatch table", "dispatch")):
        assert (ROUNDED in notes_of(plan, sheet, kind)) is is_noted
    months = page(leader, f"/targets/{target.pk}/?period=2020-08")
    assert ("因四舍五入" in page(leader, f"/targets/?plan={plan.code}&period=2020-08", "zh-hans")) is is_noted
    if is_noted:
        assert ROUNDED in months


@pytest.mark.parametrize(
    ("shares", "said"), [({TAIYUAN: 4000, DATONG: 2000}, "500.00"), ({TAIYUAN: 4500, DATONG: 2000}, None), ({}, None)]
)
def test_shares_that_do_not_add_up_are_told_as_not_allocated(plan, taiyuan, reviewer, shares, said):
    factories.make_unit(plan, DATONG)
    report(plan, taiyuan, reviewer, "100")
    version = plan.targets.get(indicator__code=GANGUE).versions.get()
    for place, value in shares.items():
        Allocation.objects.create(version=version, region=factories.region(place), value=value)
    found = notes_of(plan, "Ranking")
    if said is None:
        assert "Not allocated" not in found
    else:
        assert f"below zero more is allocated: Coal gangue utilised {said} " in found
