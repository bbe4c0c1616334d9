"""Reports of projects from before reviewers could set another value: the upgrade verifies them as reported."""

from tests.installation import installation

#: The version before wrote these rows: a verified return and a submitted one, each with a project's report.
BEFORE = """
from datetime import UTC, datetime
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
models = MigrationExecutor(connection).loader.project_state([("tracker", "0067_overall_ranking")]).apps.get_model
def add(model, /, **fields): return models("tracker", model).objects.create(**fields)
now = datetime(2020, 9, 1, tzinfo=UTC)
place = add("Region", code="14", level="province", name="x", path="14/")
days = {"issued_on": "2020-01-01", "starts_on": "2020-01-01", "ends_on": "2020-12-31"}
plan = add("Plan", code="p", name="p", issuer="x", region=place, **days)
unit = add("ReportingUnit", code="u", name="u", region=place)
people = [add("User", username=name) for name in ("one", "two")]
found = add("ProjectList", plan=plan, code="l", name="l", year=2020)
batch = add("ListBatch", project_list=found, number=1, document_number="1", issued_on="2020-01-01",
    effective_from="2020-01-01", recorded_at=now)
project = add("Project", name="p", region=place, unit=unit)
member = add("ListMember", project_list=found, project=project, number=1, begins="2020-01-01", added_by=batch)
for month, state in ((7, "verified"), (8, "submitted")):
    first = f"2020-{month:02d}-01"
    last = f"2020-{month:02d}-31"
    period = add("Period", plan=plan, code=first[:7], kind="month", starts_on=first, ends_on=last, due_at=now)
    verified = {"verified_at": now, "verified_by": people[1]} if state == "verified" else {}
    filed = add("Return", unit=unit, period=period, state=state, submitted_at=now, submitted_by=people[0], **verified)
    add("ProjectReport", unit_return=filed, member=member, investment=month)
"""


def test_verified_reports_are_verified_as_they_were_reported(tmp_path):
    with installation(tmp_path, state="0067_overall_ranking") as made:
        made.manage("shell", "-v0", "-c", BEFORE)
        made.manage("migrate", "-v0")
        rows = made.rows("SELECT investment, verified_investment FROM tracker_projectreport ORDER BY id")
        assert [tuple(row) for row in rows] == [(7, 7), (8, None)]
        made.manage("migrate", "-v0", "tracker", "0067")
        made.manage("migrate", "-v0")
