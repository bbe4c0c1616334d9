"""The database itself refuses to give one person two of the three administrators' roles, whoever asks."""

from django.db import migrations

ROLES = "('system_admin', 'security_admin', 'audit_admin')"
MESSAGE = "system, security and audit administrator are three people"
#: Another role of the three that the person of the row holds.
ANOTHER = (
    f"NEW.role IN {ROLES} AND EXISTS (SELECT 1 FROM tracker_membership WHERE user_id = NEW.user_id"  # noqa: S608
    f" AND id <> NEW.id AND role IN {ROLES} AND role <> NEW.role)"
)
#: The person's row is locked first, so that of two who are given a role at the same moment the second sees the first.
POSTGRESQL = [
    "CREATE FUNCTION tracker_admins_apart() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " PERFORM 1 FROM tracker_user WHERE id = NEW.user_id FOR NO KEY UPDATE;"
    f" IF {ANOTHER} THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
    " RETURN NULL; END $$",
    "CREATE TRIGGER membership_apart AFTER INSERT OR UPDATE ON tracker_membership FOR EACH ROW"
    f" WHEN (NEW.role IN {ROLES}) EXECUTE FUNCTION tracker_admins_apart()",
]
SQLITE = [
    f"CREATE TRIGGER membership_apart_{verb[:3].lower()} AFTER {verb} ON tracker_membership WHEN {ANOTHER}"
    f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    for verb in ("INSERT", "UPDATE")
]


def install(apps, schema_editor):
    """Refuse from now on. Whoever holds two already is named: which of them goes is for people to decide."""
    if double := holders_of_two(schema_editor.connection):
        raise RuntimeError(
            f"These people hold two of the roles of system, security and audit administrator: {', '.join(double)}. "
            "With the version from before, withdraw all but one from each, then migrate again; nothing was changed."
        )
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    """Refuse no longer."""
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("ins", "upd"):
            schema_editor.execute(f"DROP TRIGGER membership_apart_{verb}")
    else:
        schema_editor.execute("DROP TRIGGER membership_apart ON tracker_membership")
        schema_editor.execute("DROP FUNCTION tracker_admins_apart()")


def holders_of_two(connection):
    """The user names of those who hold more than one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.username FROM tracker_user u JOIN tracker_membership m ON m.user_id = u.id"  # noqa: S608
            f" WHERE m.role IN {ROLES} GROUP BY u.username HAVING COUNT(DISTINCT m.role) > 1 ORDER BY u.username"
        )
        return [name for (name,) in cursor.fetchall()]


class Migration(migrations.Migration):
    dependencies = [("tracker", "0012_events")]
    operations = [migrations.RunPython(install, remove)]
