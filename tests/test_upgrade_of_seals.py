"""A log that was sealed before seals said in which form: the upgrade keeps it, and it is proved as it was made."""

from tests.installation import installation

#: The version before wrote these rows in this form.
SEAL_AS_BEFORE = """
from django.db import connection
from django.utils import timezone
from tests.services.event_chain.tampering import record
from tracker.queries.audit.seal_content import EVENT_COLUMNS, NONE_BEFORE, as_fields, hash_of, raw, canonical_bytes
record(30)
now, previous = timezone.now(), NONE_BEFORE
with connection.cursor() as cursor:
    cursor.execute(f"SELECT {raw(EVENT_COLUMNS, 'e')} FROM tracker_event e ORDER BY e.id")
    for place, row in enumerate(cursor.fetchall(), start=1):
        event = as_fields(row)
        digest = hash_of(previous.encode(), b"%d" % place, canonical_bytes(now), event, version=b"1")
        stored = [place, int(event[0]), canonical_bytes(now).decode() + "+00", previous, digest]
        if connection.vendor == "sqlite":
            stored[2] = canonical_bytes(now).decode()
        cursor.execute("INSERT INTO tracker_eventseal (sequence, event_id, sealed_at, previous, hash)"
                       " VALUES (%s, %s, %s, %s, %s)", stored)
        previous = digest
"""
ATTACK = """
from django.db import DatabaseError, connection
try:
    connection.cursor().execute("UPDATE tracker_eventseal SET version = 2")
except DatabaseError as error:
    print("refused:", error)
"""


def test_the_chain_of_before_is_proved_after_the_upgrade_and_stays_protected(tmp_path):
    with installation(tmp_path, state="0012_events") as made:
        made.manage("shell", "-v0", "-c", SEAL_AS_BEFORE)
        made.manage("migrate", "-v0")
        made.manage("shell", "-v0", "-c", "from tests.services.event_chain.tampering import sealed; sealed(3)")
        assert made.rows("SELECT version, COUNT(*) FROM tracker_eventseal GROUP BY version ORDER BY version") == [
            (1, 30),
            (2, 5),  # the three, and the commands that were run
        ]
        made.manage("verify_events")
        assert "never changed or removed" in made.manage("shell", "-v0", "-c", ATTACK)
