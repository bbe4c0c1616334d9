"""From before rules had dates to now, stopping at each version between: every row is kept, and the proof agrees."""

import json
import sqlite3

import psycopg
import pytest

from tests.installation import Installation, installation
from tests.test_upgrade_of_quantities import FILL

DATABASE_ERRORS = (sqlite3.IntegrityError, psycopg.errors.IntegrityConstraintViolation)
#: Before each of these scripts the version it names is installed, whose models write its rows.
ADD = """
from datetime import UTC, date, datetime
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
models = MigrationExecutor(connection).loader.project_state([("tracker", VERSION)]).apps.get_model
def all_of(model): return models("tracker", model).objects
def add(model, /, **fields): return all_of(model).create(**fields)
now = datetime(2020, 9, 1, tzinfo=UTC)
plan, place = all_of("Plan").get(), all_of("Region").get()
person, other = all_of("User").order_by("pk")
"""
STEPS = {
    "0067_overall_ranking": """
from tests.services.event_chain.tampering import sealed
all_of("User").filter(pk=person.pk).update(display_name="张三")
all_of("User").filter(pk=other.pk).update(is_active=False, email="other@example.com")
add("Identity", name="山西省工业和信息化厅")
for seen in all_of("ValueRevision").filter(kind="reported"):
    all_of("Entry").filter(pk=seen.entry_id).update(reported_revision=seen)
unit, period = all_of("ReportingUnit").get(), all_of("Period").get()
found = add("ProjectList", plan=plan, code="l", name="l", year=2020)
batch = add("ListBatch", project_list=found, number=1, document_number="1", issued_on="2020-01-01",
    effective_from="2020-01-01", recorded_at=now)
project = add("Project", name="p", region=place, unit=unit)
member = add("ListMember", project_list=found, project=project, number=1, begins="2020-01-01", added_by=batch)
add("ProjectReport", unit_return=all_of("Return").get(), member=member, investment="12.5")
report = add("IssuedReport", kind="compliance", plan=plan, period=period, region=place, issue_year=2020,
    issue_number=1, title="t", language="zh-hans", as_of=now, issued_at=now, issued_by=person, file="",
    file_size=1, sha256="0" * 64, file_removed_at=now)
add("Event", recorded_at=now, actor=person, action="report_issued", object_type="issuedreport",
    object_id=str(report.pk), after={"sha256": "0" * 64})
sealed(5)
""",
    "0068_rule_changes": """
add("RuleChange", plan=plan, effective_from="2020-08-01", document_number="〔2020〕9号", level_one_below="-12.50")
target = all_of("Target").order_by("pk").first()
add("RuleChange", plan=plan, target=target, effective_from="2020-08-01", no_document_reason="口头", pace="points",
    points=[["2020-08-31", "60.5"]])
""",
    "0069_personal_data": """
add("PersonalKey", model="user", row=person.pk, key="k" * 64)
add("Notice", version=1, text="告知书", set_by=person, set_at=now)
add("NoticeReading", user=person, version=1, read_at=now)
""",
    "0071_season_table": """
all_of("Target").filter(pk=all_of("Target").order_by("pk").first().pk).update(season="5 4 7 8 9 9 9 9 10 10 10 10")
""",
    "0072_issued_forecasts": """
add("IssuedForecast", report=all_of("IssuedReport").get(), period=all_of("Period").get(), indicator="i2",
    region="14", method="as_before", value="90.5", low="80.1", high="99.9")
""",
    "0073_statistics": """
add("SeriesBreak", plan=plan, indicator=all_of("Indicator").order_by("pk").first(), period=all_of("Period").get(),
    reason="口径调整")
all_of("Indicator").filter(code="i1").update(source="台账", revision_note="每年五月")
all_of("Identity").update(revision_policy="修订办法")
all_of("Plan").update(issue_after_days=5)
""",
    "0074_verified_project_values": """
found = all_of("ProjectReport").get()
assert str(found.verified_investment) == "12.500000", "what was verified was verified as reported"
add("ProjectReportReview", report=found, kind="comment", text="请核实", actor=person, recorded_at=now)
""",
}
#: What is asked at the end, and answered.
KEPT = {
    "SELECT prepared_by FROM tracker_issuedreport": [("张三",)],
    "SELECT effective_from, document_number, level_one_below FROM tracker_rulechange WHERE target_id IS NULL": [
        ("2020-08-01", "〔2020〕9号", -12.5)
    ],
    "SELECT no_document_reason, pace FROM tracker_rulechange WHERE target_id IS NOT NULL": [("口头", "points")],
    "SELECT model, key FROM tracker_personalkey": [("user", "k" * 64)],
    "SELECT version, text FROM tracker_notice": [(1, "告知书")],
    "SELECT version FROM tracker_noticereading": [(1,)],
    "SELECT season FROM tracker_target WHERE season <> ''": [("5 4 7 8 9 9 9 9 10 10 10 10",)],
    "SELECT indicator, method FROM tracker_issuedforecast": [("i2", "as_before")],
    "SELECT reason FROM tracker_seriesbreak": [("口径调整",)],
    "SELECT source, revision_note FROM tracker_indicator WHERE code = 'i1'": [("台账", "每年五月")],
    "SELECT revision_policy FROM tracker_identity": [("修订办法",)],
    "SELECT issue_after_days FROM tracker_plan": [(5,)],
    "SELECT investment, verified_investment FROM tracker_projectreport": [(12.5, 12.5)],
    "SELECT kind, text FROM tracker_projectreportreview": [("comment", "请核实")],
    "SELECT COUNT(*) FROM tracker_valuerevision": [(16,)],
}
READ = """
from tracker.models import IssuedForecast, RuleChange
forecast = IssuedForecast.objects.get()
print([str(one.normalize()) for one in (forecast.value, forecast.low, forecast.high)])
print([one.curve_text for one in RuleChange.objects.filter(pace="points")])
"""
CHANGE = {
    "issuedforecast": "UPDATE tracker_issuedforecast SET indicator = 'x'",
    "projectreportreview": "DELETE FROM tracker_projectreportreview",
    "valuerevision": "UPDATE tracker_valuerevision SET number = 9",
}


def told(made: Installation, question: str) -> list[tuple]:
    """Return the rows with days and numbers as both databases give them."""
    plain = (str, int, type(None))
    rows = made.rows(question)
    return [
        tuple(cell if isinstance(cell, plain) else str(cell) if hasattr(cell, "year") else float(cell) for cell in row)
        for row in rows
    ]


def test_rows_written_by_each_version_between_are_kept_and_proved(tmp_path):
    with installation(tmp_path, state="0034_permits") as made:
        made.manage("shell", "-v0", "-c", f"VALUES = {['0', '15.3', '90.5', '0.000001'] * 2}\n{FILL}")
        for version, script in STEPS.items():
            made.manage("migrate", "-v0", "tracker", version)
            made.manage("shell", "-v0", "-c", f"VERSION = {version!r}\n{ADD}\n{script}")
        made.manage("migrate", "-v0")
        assert {question: told(made, question) for question in KEPT} == KEPT
        assert made.manage("shell", "-v0", "-c", READ).splitlines() == [
            "['90.5', '80.1', '99.9']",
            "['2020-08-31 60.5']",
        ]
        for statement in CHANGE.values():
            with pytest.raises(DATABASE_ERRORS, match="never changed"):
                made.rows(statement)
        made.manage("check_totals")
        made.manage("verify_events")
        proof = json.loads(made.manage("prove", "--json"))
        checked = {step["step"]: step["checked"] for step in proof["steps"]}
        assert proof["verdict"] == "proved"
        assert checked["seals"] == 16 and checked["entries"] == 8 and checked["inputs"] == 1
