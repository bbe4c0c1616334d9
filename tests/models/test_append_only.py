"""Revisions and events are never changed or removed, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests import factories
from tracker.models import Event, ValueRevision

TABLES = ["tracker_valuerevision", "tracker_event"]


@pytest.fixture
def filed(taiyuan, reporter, plan):
    """A submitted return, so that both tables have rows."""
    values = {"coal_gangue_utilised": "500", "fly_ash_utilised": "0"}
    return factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter)


@pytest.mark.parametrize("model", [ValueRevision, Event])
def test_saving_an_existing_row_is_refused(filed, model):
    with pytest.raises(TypeError):
        model.objects.first().save()


@pytest.mark.parametrize("model", [ValueRevision, Event])
@pytest.mark.parametrize(
    "attack",
    [
        lambda model: model.objects.update(reason="rewritten"),
        lambda model: model.objects.bulk_update([model(pk=model.objects.first().pk, reason="x")], ["reason"]),
        lambda model: model.objects.all()._raw_delete("default"),
    ],
    ids=["update", "bulk_update", "delete"],
)
def test_querysets_are_refused(filed, model, attack):
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        attack(model)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
def test_raw_sql_is_refused(filed, table, statement):
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


@pytest.mark.parametrize("table", TABLES)
def test_replacing_a_row_is_refused(filed, table):
    if connection.vendor == "sqlite":
        statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    else:
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")  # else pending checks forbid it first
        statement = f"TRUNCATE {table} CASCADE"
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        connection.cursor().execute(statement)
