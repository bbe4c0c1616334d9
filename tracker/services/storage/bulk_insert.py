"""The database's own bulk path: COPY on PostgreSQL, executemany on SQLite. Rows bring their primary keys."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import JSONField, Model

#: What a row carries for a table's columns, in the order of `columns_of`.
Row = Sequence[Any]
AT_ONCE = 5000
#: Finds the sequence once. The keys are told one by one only where another transaction took some between them.
RESERVE = """
    WITH found AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name),
         taken AS MATERIALIZED (SELECT nextval(found.name) AS key FROM found, generate_series(1, %s))
    SELECT min(key), max(key),
           CASE WHEN max(key) - min(key) + 1 = count(*) THEN NULL ELSE array_agg(key ORDER BY key) END
      FROM taken
"""
M = TypeVar("M", bound=Model)


def columns_of(model: type[Model]) -> list[str]:
    """Every column of the model's table, the primary key first."""
    return [str(field.column) for field in model._meta.concrete_fields]


def rows_of(model: type[Model], names: Sequence[str]) -> Callable[[Row], Row]:
    """Make rows of all the table's columns out of values for these; the others get their defaults."""
    fields = {str(field.column): field for field in model._meta.concrete_fields}
    rest = [name for name in fields if name not in names]
    defaults = tuple(fields[name].get_db_prep_save(fields[name].get_default(), connection) for name in rest)
    known = [*names, *rest]
    in_order = itemgetter(*(known.index(name) for name in fields))
    return (lambda row: in_order((*row, *defaults))) if rest else in_order


def objects_of(model: type[M], names: Sequence[str]) -> Callable[[Row], M]:
    """Return what makes objects of values for these columns, faster than by keywords; other columns get defaults."""
    fields = {str(field.column): field for field in model._meta.concrete_fields}
    rest = [name for name in fields if name not in names]
    constant = [name for name in rest if not fields[name].has_default() or not callable(fields[name].default)]
    own = [fields[name] for name in rest if name not in constant]  # made anew for each object
    defaults = tuple(fields[name].get_default() for name in constant)
    known = [*names, *constant, *(str(field.column) for field in own)]
    makers = [field.get_default for field in own]
    in_order = itemgetter(*map(known.index, fields))
    return lambda row: model(*in_order((*row, *defaults, *[make() for make in makers])))


def insert_rows(model: type[Model], rows: Iterable[Row]) -> None:
    """Add rows of all the model's columns; triggers, constraints and foreign keys hold as for any other row."""
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(column) for column in columns_of(model))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django turns the driver's errors into its own for statements, not for COPY.
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns_of(model)))
            statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
            waiting = iter(rows)
            while part := list(islice(waiting, AT_ONCE)):  # Django keeps what it hands on until the call ends
                cursor.executemany(statement, part)


def insert_objects(model: type[Model], objects: Sequence[Model]) -> None:
    """Add new rows by the bulk path, and give each object its primary key. Call it in a transaction that wrote."""
    keys, alias = reserve_keys(model, len(objects)), connection.alias
    for one, key in zip(objects, keys, strict=True):
        one.pk, one._state.adding, one._state.db = key, False, alias
    fields = model._meta.concrete_fields
    values = attrgetter(*(field.attname for field in fields))
    prepared = [(place, field) for place, field in enumerate(fields) if isinstance(field, JSONField)]
    empty = {place: field.get_db_prep_save({}, connection) for place, field in prepared}

    def row_of(one: Model) -> Row:
        row: Row = values(one)
        if not prepared:
            return row
        found = list(row)
        for place, field in prepared:
            held = found[place]
            found[place] = empty[place] if held == {} else field.get_db_prep_save(held, connection)
        return found

    insert_rows(model, map(row_of, objects))


def reserve_keys(model: type[Model], number: int) -> Sequence[int]:
    """So many primary keys that no other row will get. On SQLite only while this transaction holds the write lock."""
    if not number:
        return ()
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(RESERVE, [table, number])
            first, last, keys = cursor.fetchone()
            return range(first, last + 1) if keys is None else keys
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        start = (found[0] if found else 0) + 1
    return range(start, start + number)
