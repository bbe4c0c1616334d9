"""What happened to lists and their members is never changed or removed."""

from django.db import migrations

from tracker.migrations import _append_only

TABLES = ["tracker_listchange", "tracker_takenstep", "tracker_stepdecision", "tracker_countchange"]


def install(apps, schema_editor):
    _append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    _append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0043_project_lists"),
    ]

    operations = [
        migrations.RunPython(install, remove),
    ]
