"""Triggers by which the database itself refuses to change or remove rows of a table, whoever asks."""

MESSAGE = "rows of this table are never changed or removed"


def install(schema_editor, tables):
    """Refuse from now on."""
    for table in tables:
        for statement in STATEMENTS[schema_editor.connection.vendor](table):
            schema_editor.execute(statement, params=None)  # the % of RAISE is no placeholder


def remove(schema_editor, tables):
    """Refuse no longer."""
    on = "" if schema_editor.connection.vendor == "sqlite" else " ON {table}"
    for table in tables:
        for name in names(schema_editor.connection.vendor, table):
            schema_editor.execute(f"DROP TRIGGER {name}{on.format(table=table)}")


def names(vendor, table):
    endings = ["no_upd", "no_del"] + (["no_trunc"] if vendor == "postgresql" else [])
    return [f"{table[8:]}_{ending}" for ending in endings]


def sqlite(table):
    no_update, no_delete = names("sqlite", table)
    for name, verb in [(no_update, "UPDATE"), (no_delete, "DELETE")]:
        yield f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table}: {MESSAGE}'); END"


def postgresql(table):
    no_update, no_delete, no_truncate = names("postgresql", table)
    yield (
        "CREATE OR REPLACE FUNCTION tracker_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '%: {MESSAGE}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';"
        " END $$"
    )
    for name, verb, each in [
        (no_update, "UPDATE", "ROW"),
        (no_delete, "DELETE", "ROW"),
        (no_truncate, "TRUNCATE", "STATEMENT"),
    ]:
        yield (f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION tracker_append_only()")


STATEMENTS = {"sqlite": sqlite, "postgresql": postgresql}
