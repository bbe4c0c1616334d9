"""Protect revisions of reports on projects from change and removal."""

from django.db import migrations

from tracker.migrations import _append_only

TABLES = ["tracker_projectreportrevision"]


def install(apps, schema_editor):
    _append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    _append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0062_project_reports"),
    ]

    operations = [
        migrations.RunPython(install, remove),
    ]
