"""Long lists of numbers: kept as runs, given back as they were."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW, SHANXI, period, region
from tracker.models import IssuedReport
from tracker.models.runs import as_runs, from_runs


@given(st.lists(st.one_of(st.integers(1, 12), st.integers(1, 10**12))))
def test_numbers_come_back_in_their_order(numbers):
    assert list(from_runs(as_runs(numbers))) == numbers


def test_runs_are_kept_by_their_ends():
    assert list(as_runs([7, 8, 9, 10, 3, 4, 12])) == [[7, 10], 3, 4, 12]
    assert list(as_runs(range(1, 1_000_001))) == [[1, 1_000_000]]


@pytest.mark.django_db
def test_a_report_gives_its_revisions_back_and_reads_what_older_ones_kept(plan):
    kept = [5, 6, 7, 8, 2]
    report = IssuedReport.objects.create(
        kind="compliance",
        plan=plan,
        period=period(plan),
        region=region(SHANXI),
        issue_year=2020,
        issue_number=8,
        title="T",
        language="en",
        as_of=NOW,
        issued_at=NOW,
        revisions=kept,
        file="f",
        file_size=1,
        sha256="0",
    )
    assert IssuedReport.objects.get().revisions == report.revisions == kept
    with connection.cursor() as cursor:
        cursor.execute("SELECT revisions FROM tracker_issuedreport")
        assert "".join(str(cursor.fetchone()[0]).split()) == "[[5,8],2]"
        cursor.execute("UPDATE tracker_issuedreport SET revisions = '[1, 2, 3, 9]'")
    assert IssuedReport.objects.get().revisions == [1, 2, 3, 9]
