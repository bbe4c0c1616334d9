"""Revisions, events and what figures were judged by are never changed or removed, whoever asks."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests import factories, migrated, projects
from tests.conftest import append_only_tables
from tests.factories import NOW
from tests.services.issued_kinds import issue
from tracker.models import (
    CountChange,
    Event,
    EventSeal,
    IssuedForecast,
    IssuedLevel,
    ListChange,
    ObligationCountChange,
    PlanTerms,
    ProjectReportReview,
    ProjectReportRevision,
    StepDecision,
    TakenStep,
    ValueRevision,
)
from tracker.services import returns
from tracker.services.audit.sealing import seal_events
from tracker.services.returns.project_reports import save_and_submit_projects

#: Each table with a column to attack.
MODELS = {
    ValueRevision: "reason",
    Event: "reason",
    PlanTerms: "content",
    ObligationCountChange: "frequency",
    EventSeal: "hash",
    ListChange: "reason",
    TakenStep: "note",
    StepDecision: "comment",
    CountChange: "micro",
    ProjectReportRevision: "source_place",
    ProjectReportReview: "text",
    IssuedLevel: "basis",
    IssuedForecast: "method",
}
TABLES = {model._meta.db_table: column for model, column in MODELS.items()}


def test_every_append_only_table_is_attacked_here():
    assert sorted(TABLES) == sorted(append_only_tables())


@pytest.fixture
def filed(taiyuan, reporter, reviewer, plan):
    """A submitted return and a verified step, so that all tables have rows."""
    listed = projects.make_list(plan, [projects.project(1, unit=taiyuan)])
    listed.frequency = "month"
    listed.save()
    projects.count_from(listed, "projects_advanced")
    projects.take(projects.members(listed), "started", projects.JANUARY, reporter=reporter, reviewer=reviewer)
    values = {"coal_gangue_utilised": "500", "fly_ash_utilised": "0"}
    filed = returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    how = {"acting_user": reporter, "now": NOW}
    returns.save_draft(filed, values, expected_version=filed.version, **how)
    line = {projects.members(listed)[0].pk: {"investment": "1", "progress": "桩基"}}
    save_and_submit_projects(filed, line, expected=filed.version, **how)
    ProjectReportReview.objects.create(
        report=filed.project_reports.get(), kind="comment", text="x", actor=reviewer, recorded_at=NOW
    )
    issue(plan, "compliance", code="2020-08")
    seal_events(now=NOW)
    return filed


@pytest.mark.parametrize("model", MODELS)
def test_saving_an_existing_row_is_refused(filed, model):
    with pytest.raises(TypeError):
        model.objects.first().save()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "attack",
    [
        lambda model: model.objects.update(**{MODELS[model]: "1"}),
        lambda model: model.objects.bulk_update(
            [model(pk=model.objects.first().pk, **{MODELS[model]: "1"})], [MODELS[model]]
        ),
        lambda model: model.objects.all()._raw_delete("default"),
    ],
    ids=["update", "bulk_update", "delete"],
)
def test_querysets_are_refused(filed, model, attack):
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        attack(model)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = '1'", "DELETE FROM {}"])
def test_raw_sql_is_refused(filed, table, statement):
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        connection.cursor().execute(statement.format(table, TABLES[table]))


@pytest.mark.parametrize("table", TABLES)
def test_replacing_a_row_is_refused(filed, table):
    if connection.vendor == "sqlite":
        statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    else:
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")  # else pending checks forbid it first
        statement = f"TRUNCATE {table} CASCADE"
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        connection.cursor().execute(statement)


def insert(columns: dict[str, object]) -> None:
    """Put a revision in, as a program would that knows the table."""
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO tracker_valuerevision ({names}) VALUES ({marks})", list(columns.values()))


@pytest.mark.parametrize(
    ("changed", "is_refused"),
    [
        ({}, False),
        ({"recorded_at": NOW - timedelta(minutes=59)}, False),
        ({"recorded_at": NOW - timedelta(minutes=61)}, True),
        ({"number": 1}, True),
        ({"number": 1, "recorded_at": NOW + timedelta(days=1)}, True),
    ],
    ids=["next", "by another clock", "backdated", "same number", "same number later"],
)
def test_a_revision_comes_after_those_of_its_cell(filed, changed, is_refused):
    last = ValueRevision.objects.order_by("entry", "-number").first()
    fields = [field for field in ValueRevision._meta.concrete_fields if not field.primary_key]
    last.number += 1
    for name, value in changed.items():
        setattr(last, name, value)
    columns = {field.column: field.get_db_prep_save(getattr(last, field.attname), connection) for field in fields}
    if not is_refused:
        insert(columns)
        return
    with pytest.raises(DatabaseError, match=r"follows those of its cell|never changed"):
        insert(columns)


@pytest.mark.only_on("sqlite")
def test_another_program_cannot_replace_a_row(tmp_path):
    """Without recursive triggers REPLACE removes a row that no trigger sees."""
    migrated.new_sqlite(tmp_path / "copy.sqlite3")
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as other:
        row = (
            "INSERT {} INTO tracker_event (id, recorded_at, action, object_type, object_id, object_label, before,"
            " after, reason) VALUES (1, '2020-09-03', 'exported', '', '', '', '{{}}', '{{}}', '')"
        )
        other.execute(row.format(""))
        with pytest.raises(sqlite3.IntegrityError, match="never changed or removed"):
            other.execute(row.format("OR REPLACE"))
