"""Moving an installation to another database, from SQLite to PostgreSQL or back, row by row through the models.

A backup holds one database's own copy and is restored to the same kind alone; this reads each row from the old database
as a value and writes it to the new one, then compares every row and proves the chain of the event log where it now is.
The files stay where they are. Seals of the first form can be proved on the kind of database that they were made on
alone, so a log that holds some is not moved to another kind.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import environ
from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.utils.translation import gettext as _

from tracker.calculation.text import FORBIDDEN
from tracker.models import Event, EventSeal
from tracker.queries.audit.heads import recorded_heads, stored_heads
from tracker.queries.audit.verify_chain import ChainFault, Proof, verify
from tracker.queries.errors import Refused
from tracker.services.audit.commands import system_user
from tracker.services.audit.events import record_event
from tracker.services.operations.backup.manifest import known_migrations
from tracker.services.operations.backup.sequences import is_numbered, last_number, number_after

#: The old database's name among the connections.
OLD = "moved_from"
#: Rows read at once.
PAGE = 2000


@contextmanager
def old_database(url: str) -> Iterator[BaseDatabaseWrapper]:
    """Return a connection to the database of this URL. Refuse one that this version cannot read."""
    config = environ.Env.db_url_config(url)
    if "sqlite" in config.get("ENGINE", "") and not Path(str(config["NAME"])).is_file():
        raise Refused(_("There is no database at %(place)s.") % {"place": config["NAME"]})
    configured = connections.configure_settings({"default": connection.settings_dict, OLD: config})
    connections.settings[OLD] = configured[OLD]
    try:
        _require_same_version(connections[OLD])
        yield connections[OLD]
    except DatabaseError as error:
        raise Refused(str(error)) from error
    finally:
        connections[OLD].close()
        del connections[OLD], connections.settings[OLD]


def move_rows(old: BaseDatabaseWrapper, *, now: datetime) -> int:
    """Make the new, migrated database what the old one is, in one transaction; how many rows.

    Nobody may write meanwhile. Refused, with nothing kept, when a row or the chain differs afterwards.
    """
    if old.vendor != connection.vendor and EventSeal.objects.using(OLD).filter(version=1).exists():
        raise Refused(
            _("The event log holds seals of the first form, which are proved on %(old)s alone. It cannot be moved.")
            % {"old": old.vendor}
        )
    models = apps.get_models(include_auto_created=True)
    with transaction.atomic(using=OLD), transaction.atomic():
        _read_one_moment(old)
        for model in models:
            _clear(model)
        rows = sum(_copy(model) for model in models)
        for model in filter(is_numbered, models):
            number_after(model, last_number(old, model))
        connection.check_constraints()
        _prove(models, now=now)
        after = {"from": old.vendor, "to": connection.vendor, "rows": rows, "system_user": system_user()}
        record_event(Event.Action.MOVED, acting_user=None, now=now, after=after)
    return rows


def _require_same_version(old: BaseDatabaseWrapper) -> None:
    applied = {f"{app}.{name}" for app, name in MigrationRecorder(old).applied_migrations()}
    if applied != set(known_migrations()):
        raise Refused(_("The old database is of another version. Upgrade it with: manage.py migrate"))


def _read_one_moment(old: BaseDatabaseWrapper) -> None:
    """On SQLite every transaction sees one moment."""
    if old.vendor == "postgresql":
        with old.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _clear(model: type[Model]) -> None:
    """Delete what migrating put there, since it comes with the old rows; append-only tables are empty."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if model._base_manager.exists():
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - a model's table


def _copy(model: type[Model]) -> int:
    """All rows, their fields as they are: nothing that a model does when it is saved. Keys are checked at the end."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    rows = model._base_manager.using(OLD).order_by("pk").iterator(PAGE)
    at_once = max(1, min(connection.ops.bulk_batch_size(fields, [None] * PAGE), PAGE))
    number = 0
    while batch := list(islice(rows, at_once)):
        _insert(model, batch, fields)
        number += len(batch)
    return number


def _insert(model: type[Model], batch: list[Any], fields: list[Any]) -> None:
    """Insert rows as they are, and where the database takes them not, name the first that it does not take.

    Rows of other packages are made to fit: SQLite kept whatever was typed at a sign-in.
    """
    if model._meta.app_label != "tracker":
        for row in batch:
            _make_fit(row, fields)
    rows = model._base_manager.all()
    try:
        with transaction.atomic():
            rows._insert(batch, fields=fields, using="default", raw=True)  # type: ignore[attr-defined]
    except (DatabaseError, ValueError, OverflowError) as error:
        if len(batch) > 1:
            for half in (batch[: len(batch) // 2], batch[len(batch) // 2 :]):
                _insert(model, half, fields)
        raise Refused(
            _("Row %(row)s of the table %(table)s cannot be moved: %(error)s Correct it in the old database.")
            % {"row": batch[0].pk, "table": model._meta.db_table, "error": str(error).splitlines()[0]}
        ) from error


def _make_fit(row: Any, fields: list[Any]) -> None:
    for field in fields:
        value = getattr(row, field.attname)
        if isinstance(value, str):
            setattr(row, field.attname, fitting(value, field.max_length))


def fitting(text: str, longest: int | None) -> str:
    """Return the text as any database can hold it: forbidden characters are shown as replaced, too long a text is cut.

    >>> fitting("a\\x00b", 2)
    'a\ufffd'
    """
    return FORBIDDEN.sub("\ufffd", text)[:longest]


def _prove(models: list[type[Model]], *, now: datetime) -> None:
    differing = [model._meta.db_table for model in models if not _is_equal(model)]
    known = [*stored_heads(), *recorded_heads()]
    waiting = (ChainFault.UNSEALED, ChainFault.NOT_BEGUN)  # as they were
    found = [one for one in islice(verify(Proof(), known, now=now), 20) if one.fault not in waiting]
    differing += [f"{finding.fault} {finding.sequence} {finding.event_id}" for finding in found]
    if differing:
        raise Refused(
            _("What was moved differs from what was there: %(names)s. Nothing was kept.")
            % {"names": ", ".join(differing)}
        )


def _is_equal(model: type[Model]) -> bool:
    names = [field.attname for field in model._meta.concrete_fields]
    old, new = (
        model._base_manager.using(alias).order_by("pk").values_list(*names).iterator(PAGE) for alias in (OLD, "default")
    )
    nothing: Any = object()
    fields = model._meta.concrete_fields if model._meta.app_label != "tracker" else ()
    return all(
        _comparable(before, fields) == _comparable(after, fields)
        for before, after in zip_longest(old, new, fillvalue=nothing)
    )


def _comparable(value: Any, fields: Sequence[Any] = ()) -> Any:
    """Return a value of which numbers are equal as decimals: 1e23 is the same number as a float and as an integer."""
    if isinstance(value, dict):
        return {key: _comparable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        lengths = [field.max_length for field in fields] or [None] * len(value)
        return [
            fitting(one, length) if fields and isinstance(one, str) else _comparable(one)
            for one, length in zip(value, lengths, strict=True)
        ]
    if isinstance(value, float | int) and not isinstance(value, bool):
        return Decimal(repr(value))
    return value
