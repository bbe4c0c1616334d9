"""Each seal says in which form its hash was made; those that are there were made in the first."""

from django.db import migrations, models

from tracker.migrations import _append_only

TABLES = ["tracker_eventseal"]


def lift(apps, schema_editor):
    """Adding a column copies the table on SQLite, and its triggers do not come along."""
    _append_only.remove(schema_editor, TABLES)


def protect(apps, schema_editor):
    """As before."""
    _append_only.install(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0013_administrators_apart")]
    operations = [
        migrations.RunPython(lift, protect),
        migrations.AddField(
            model_name="eventseal",
            name="version",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="form of the hash"),
            preserve_default=False,
        ),
        migrations.RunPython(protect, lift),
    ]
