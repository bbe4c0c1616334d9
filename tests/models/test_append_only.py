"""Revisions, events and what figures were judged by are never changed or removed, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests import factories
from tests.conftest import append_only_tables
from tests.factories import NOW
from tests.services.issued_kinds import issue
from tracker.models import Event, EventSeal, IssuedLevel, ObligationCountChange, PlanTerms, ValueRevision
from tracker.services.audit.sealing import seal_events

#: Each table with a column to attack.
MODELS = {
    ValueRevision: "reason",
    Event: "reason",
    PlanTerms: "content",
    ObligationCountChange: "frequency",
    EventSeal: "hash",
    IssuedLevel: "basis",
}
TABLES = {model._meta.db_table: column for model, column in MODELS.items()}


def test_every_append_only_table_is_attacked_here():
    assert sorted(TABLES) == sorted(append_only_tables())


@pytest.fixture
def filed(taiyuan, reporter, plan):
    """A submitted return, so that both tables have rows."""
    values = {"coal_gangue_utilised": "500", "fly_ash_utilised": "0"}
    filed = factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter)
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
        lambda model: model.objects.update(**{MODELS[model]: "x"}),
        lambda model: model.objects.bulk_update(
            [model(pk=model.objects.first().pk, **{MODELS[model]: "x"})], [MODELS[model]]
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
