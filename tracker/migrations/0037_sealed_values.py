"""Values are sealed; the database refuses to put a row in the place of another one, and a revision before others.

Revisions that are there are sealed as they stand now, in events that say so: what was changed before is not found.
"""

from itertools import islice

from django.db import migrations
from django.utils import timezone

from tracker.migrations import _append_only, _revision_seal

TABLES = [
    "tracker_valuerevision",
    "tracker_event",
    "tracker_planterms",
    "tracker_obligationcountchange",
    "tracker_eventseal",
]
#: So many revisions in one event.
AT_ONCE = 20_000
REASON = "Values recorded before values were sealed, as they stood at the upgrade."


def refuse(_apps, schema_editor):
    _append_only.refuse_replacing(schema_editor, TABLES)


def allow(_apps, schema_editor):
    _append_only.allow_replacing(schema_editor, TABLES)


def seal(apps, _schema_editor):
    event, revision = apps.get_model("tracker", "Event"), apps.get_model("tracker", "ValueRevision")
    rows = revision.objects.order_by("pk").values_list(*_revision_seal.COLUMNS).iterator(AT_ONCE)
    while batch := list(islice(rows, AT_ONCE)):
        event.objects.create(
            recorded_at=timezone.now(),
            action="configured",
            object_type="valuerevision",
            after={_revision_seal.KEY: _revision_seal.seal(batch)},
            reason=REASON,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0036_sums_of_two_numbers"),
    ]

    operations = [
        migrations.RunPython(refuse, allow),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
