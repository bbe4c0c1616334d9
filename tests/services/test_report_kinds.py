"""The kinds of report: what may be asked of each, how long it is kept, and what it says when there is nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.documents.package_check import faults
from tests.factories import NOW, period
from tests.services.issued_kinds import GANGUE, MONTH, WORKBOOKS, figures_in, issue
from tracker.queries.errors import Refused
from tracker.services.documents import reports


def test_lists_are_kept_for_a_month_and_what_was_issued_for_ever(plan):
    assert issue(plan, "ledger").keep_until == NOW + timedelta(days=30)
    assert issue(plan, "compliance").keep_until is None


def test_a_kind_or_a_choice_that_there_is_not_is_refused(plan):
    with pytest.raises(Refused):
        issue(plan, "nothing")
    with pytest.raises(Refused):
        issue(plan, "compliance", indicators=[GANGUE])


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_month_without_data_makes_a_report_of_any_kind_that_says_so(plan, kind):
    report = issue(plan, kind)
    assert faults(Path(report.file.path)) == []
    said = {str(value) for name, value in figures_in(Path(report.file.path)).items() if name[1][0] == "A"}
    assert any(text.startswith(("No verified data", "No return is expected", "No list was changed")) for text in said)


def test_reports_that_differ_in_their_choice_are_different_requests(plan, leader):
    def ask(**options):
        return reports.request_report(
            kind="ledger",
            period=period(plan, MONTH),
            region=plan.region,
            language="en",
            options=options,
            acting_user=leader,
            now=NOW,
        )[0]

    assert ask() == ask()
    assert ask() != ask(indicators=[GANGUE])
