"""The history of a cell and of a return: who, when, what, from where, why."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import translation

from tests import factories
from tests.factories import NOW
from tests.uploads.evidence_files import pdf
from tracker.models import ValueRevision
from tracker.queries.returns.history import cell_history, return_history
from tracker.services import returns
from tracker.services.returns import Source
from tracker.services.returns.evidence import add_evidence

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture(autouse=True)
def english():
    """The lines in English."""
    with translation.override("en"):
        yield


def later(hours):
    return NOW + timedelta(hours=hours)


@pytest.fixture
def draft(taiyuan, reporter, plan):
    """An open return of Taiyuan for August."""
    return returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)


def save(draft, reporter, text, hours, note="", source=returns.FORM):
    returns.save_draft(
        draft,
        {GANGUE: text, ASH: "0"},
        notes={GANGUE: note},
        acting_user=reporter,
        now=later(hours),
        expected_version=draft.version,
        source=source,
    )


@pytest.fixture
def corrected(draft, reporter, reviewer):
    """Entered, corrected from a workbook, submitted, verified lower."""
    save(draft, reporter, "65000000吨", 1)
    save(draft, reporter, "6000", 2, "recounted", Source(ValueRevision.Source.WORKBOOK, "填报!F7"))
    save(draft, reporter, "6000", 3, "recounted twice")
    returns.submit_return(draft, acting_user=reporter, now=later(4), expected_version=draft.version)
    returns.verify_return(
        draft,
        acting_user=reviewer,
        now=later(5),
        expected_version=draft.version,
        changes={GANGUE: ("5900", "counted twice")},
    )
    return draft


def told(line):
    return (line.who, line.what, line.where, line.why)


def test_each_value_of_a_cell_is_one_line(corrected):
    revisions = factories.entry(corrected, GANGUE).revisions.select_related("actor", "entry__indicator__unit")
    assert [told(line) for line in cell_history(revisions.order_by("number"))] == [
        ("taiyuan-official", "Reported 6,500.00 10kt (entered as “65000000吨”)", "Form", ""),
        ("taiyuan-official", "Reported 6,000.00 10kt, 6,500.00 before", "Workbook 填报!F7", "recounted"),
        ("taiyuan-official", "Still 6,000.00 10kt, with a new note", "Form", "recounted twice"),
        ("reviewer", "Verified 5,900.00 10kt", "Form", "counted twice"),
    ]


def test_an_emptied_cell_and_an_undone_verification_are_told(corrected, reporter, reviewer):
    factories.unlock(corrected, reporter=reporter, reviewer=reviewer, reason="wrong basis", now=later(6))
    corrected.refresh_from_db()
    save(corrected, reporter, "", 7)
    revisions = factories.entry(corrected, GANGUE).revisions.select_related("actor", "entry__indicator__unit")
    lines = cell_history(revisions.order_by("number"))
    assert [line.what for line in lines[-2:]] == [
        "Verification undone, 5,900.00 before",
        "Emptied, 6,000.00 before",
    ]


def test_the_return_tells_its_steps_in_order_each_with_its_values(corrected, reporter):
    add = [
        (step.line.what, [line.what.split(":")[0] for line in step.values])
        for step in return_history(corrected, reporter)
    ]
    both = ["Coal gangue utilised", "Fly ash utilised"]
    assert add == [
        ("Return opened", []),
        ("Draft saved", both),
        ("Draft saved", both[:1]),
        ("Draft saved", both[:1]),
        ("Return submitted", []),
        ("Return verified", both),
    ]


def test_evidence_is_part_of_the_history(draft, reporter):
    add_evidence(factories.entry(draft, GANGUE), [pdf()], "磅单.pdf", acting_user=reporter, now=later(1))
    assert told(return_history(draft, reporter)[-1].line) == ("taiyuan-official", "Evidence added", "磅单.pdf", "")


def test_values_that_no_step_of_the_page_brought_are_told_too(draft, reporter):
    save(draft, reporter, "7", 1)
    draft.refresh_from_db()
    entry = factories.entry(draft, GANGUE)
    ValueRevision.objects.create(
        entry=entry,
        number=9,
        kind="reported",
        value=8,
        source=ValueRevision.Source.TABLE,
        source_place="2019.xlsx, row 12",
        actor=reporter,
        recorded_at=later(2),
    )
    line = return_history(draft, reporter)[-1].line
    assert told(line)[1:3] == (
        "Coal gangue utilised: reported 8.00 10kt, 7.00 before",
        "Table of past periods 2019.xlsx, row 12",
    )


def test_others_do_not_read_the_correction_under_way(draft, reporter, reviewer):
    save(draft, reporter, "500", 1)
    returns.submit_return(draft, acting_user=reporter, now=later(2), expected_version=draft.version)
    returns.send_back_return(draft, comment="check", acting_user=reviewer, now=later(3), expected_version=draft.version)
    save(draft, reporter, "777", 4)
    seen = {user: str(return_history(draft, user)) for user in (reporter, reviewer)}
    assert "777" in seen[reporter] and "777" not in seen[reviewer]
    assert "500" in seen[reviewer]


def test_the_queries_do_not_grow_with_the_history(draft, reporter, count_queries):
    counts = []
    for rounds in (2, 20):
        for number in range(rounds):
            save(draft, reporter, str(rounds * 100 + number), number)
        with count_queries(connection) as queries:
            return_history(draft, reporter)
        counts.append(len(queries))
    assert counts[0] == counts[1]
