"""Documents issued before they had numbers by period: the upgrade numbers them and keeps what they compared with."""

from tests.installation import installation

#: The version before wrote these rows: July and August in Chinese, August in English, July again, August again.
BEFORE = """
from datetime import UTC, datetime
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
models = MigrationExecutor(connection).loader.project_state([("tracker", "0037_sealed_values")]).apps.get_model
def add(model, /, **fields): return models("tracker", model).objects.create(**fields)
now = datetime(2020, 9, 1, tzinfo=UTC)
place = add("Region", code="14", level="province", name="x", path="14/")
days = {"issued_on": "2020-01-01", "starts_on": "2020-01-01", "ends_on": "2020-12-31"}
plan = add("Plan", code="p", name="p", issuer="x", region=place, **days)
def period(code, kind, first, last):
    return add("Period", plan=plan, code=code, kind=kind, starts_on=first, ends_on=last, due_at=now)
july = period("2020-07", "month", "2020-07-01", "2020-07-31")
august = period("2020-08", "month", "2020-08-01", "2020-08-31")
third = period("2020-Q3", "quarter", "2020-07-01", "2020-09-30")
def issue(period, number, language, book, kind="compliance"):
    add("IssuedReport", kind=kind, plan=plan, period=period, region=place, issue_number=number, title="t",
        language=language, as_of=now, issued_at=now, revisions=[1], book=book, file="f", file_size=1, sha256="0")
issue(july, 1, "zh-hans", {"a": 1})
issue(august, 1, "zh-hans", {"a": 2, "quality": ["甲"]})
issue(august, 2, "en", {"a": 2, "quality": ["A"]})
issue(july, 2, "zh-hans", {"a": 3})
issue(august, 3, "zh-hans", {"a": 2})
issue(third, 1, "zh-hans", {"a": 4})
issue(august, 1, "zh-hans", {"a": 2}, "dispatch")
"""
ROWS = (
    "SELECT r.id, p.code, issue_year, issue_number, edition, CAST(opens_edition AS INTEGER), previous_edition_id,"
    " previous_issue_id FROM tracker_issuedreport r JOIN tracker_period p ON p.id = r.period_id ORDER BY r.id"
)


def test_documents_are_numbered_by_period_and_edition(tmp_path):
    with installation(tmp_path, state="0037_sealed_values") as made:
        made.manage("shell", "-v0", "-c", BEFORE)
        made.manage("migrate", "-v0", "tracker", "0043")
        rows = made.rows(ROWS)
        first = rows[0][0]
        assert [(row[0] - first, *row[1:6], *(one and one - first for one in row[6:])) for row in rows] == [
            (0, "2020-07", 2020, 7, 1, 1, None, None),
            (1, "2020-08", 2020, 8, 1, 1, None, 0),
            (2, "2020-08", 2020, 8, 1, 0, None, None),  # in English, of the same inputs: it was the first in English
            (3, "2020-07", 2020, 7, 2, 1, 0, None),
            (4, "2020-08", 2020, 8, 2, 1, None, 3),  # what it was compared with: the newest row then
            (5, "2020-Q3", 2020, 3, 1, 1, None, 4),
            (6, "2020-08", 2020, 8, 1, 1, None, None),
        ]
        made.manage("migrate", "-v0", "tracker", "0037")
        numbers = "SELECT issue_number FROM tracker_issuedreport ORDER BY id"
        assert [row[0] for row in made.rows(numbers)] == [1, 1, 2, 2, 3, 1, 1]
        made.manage("migrate", "-v0")
