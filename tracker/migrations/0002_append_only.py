"""The database itself refuses to change or remove value revisions and events, whoever asks."""

from django.db import migrations

from tracker.migrations import _append_only

TABLES = ["tracker_valuerevision", "tracker_event"]


def install(apps, schema_editor):
    _append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    _append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
