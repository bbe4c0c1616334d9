"""Status of a value: preliminary, verified, revised, by one definition on lists, the ledger and the figure's page."""

import pytest

from tests import factories
from tests.factories import NOW
from tests.interfaces.test_pages import page
from tests.interfaces.test_target_page import table
from tests.services.issued_kinds import issue, sheet_of
from tracker.calculation.value_status import ValueStatus
from tracker.models import Entry, ValueRevision
from tracker.services import returns

ASH, GANGUE = "fly_ash_utilised", "coal_gangue_utilised"


@pytest.fixture
def filed(plan, taiyuan, reporter):
    values = {GANGUE: "500", ASH: "0"}
    return factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter)


def status(code: str = GANGUE) -> ValueStatus | None:
    return Entry.objects.with_status().get(indicator__code=code).status


def verify(filed, reviewer, **values: str) -> None:
    filed.refresh_from_db()
    given = {"values": values, "reasons": dict.fromkeys(values, "核减")} if values else {}
    returns.verify_return(filed, acting_user=reviewer, now=NOW, expected_version=filed.version, **given)


def report_again(filed, reporter, reviewer, value: str) -> None:
    factories.unlock(filed, reporter=reporter, reviewer=reviewer)
    filed.refresh_from_db()
    how = {"acting_user": reporter, "now": NOW}
    returns.save_draft(filed, {GANGUE: value, ASH: "0"}, expected_version=filed.version, **how)
    returns.submit_return(filed, expected_version=filed.version, **how)
    verify(filed, reviewer)


def test_a_value_is_preliminary_until_it_is_verified(filed, reviewer):
    assert status() is ValueStatus.PRELIMINARY
    verify(filed, reviewer)
    assert status() is ValueStatus.VERIFIED


def test_another_value_verified_later_is_revised_and_the_same_one_is_not(filed, reporter, reviewer):
    verify(filed, reviewer)
    report_again(filed, reporter, reviewer, "500")
    assert status() is ValueStatus.VERIFIED
    report_again(filed, reporter, reviewer, "480")
    assert (status(), status(ASH)) == (ValueStatus.REVISED, ValueStatus.VERIFIED)
    report_again(filed, reporter, reviewer, "500")
    assert status() is ValueStatus.REVISED, "it was 480 in between"


def test_while_it_is_corrected_it_is_preliminary_again(filed, reporter, reviewer):
    verify(filed, reviewer)
    factories.unlock(filed, reporter=reporter, reviewer=reviewer)
    assert status() is ValueStatus.PRELIMINARY


def test_lists_the_figure_and_the_ledger_say_the_same(plan, filed, reporter, reviewer, leader):
    verify(filed, reviewer)
    report_again(filed, reporter, reviewer, "480")
    assert "订正数" in page(leader, f"/entries/?plan={plan.code}&indicator={GANGUE}", "zh-hans")
    behind = f"/figures/{GANGUE}/?plan={plan.code}&period=2020-08&region=140000"
    assert table(page(leader, behind, "zh-hans"), "ledger")[0][5] == "订正数"
    sheet = sheet_of(issue(plan, "compliance", code="2020-08"), "Ledger")
    rows = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert {row[5]: row[-1] for row in rows}["Coal gangue utilised"] == "revised"


def test_as_of_before_the_revision_it_was_verified(plan, filed, reporter, reviewer):
    verify(filed, reviewer)
    report_again(filed, reporter, reviewer, "480")
    verified = ValueRevision.objects.with_status().filter(kind="verified", entry__indicator__code=GANGUE)
    found = [one.status for one in verified.filter(value__isnull=False).order_by("number")]
    assert found == [ValueStatus.VERIFIED, ValueStatus.REVISED]
