"""The levels with which targets were issued; `manage.py keep_issued_levels` fills those of earlier documents."""

import django.db.models.deletion
from django.db import migrations, models

from tracker.migrations import _append_only

TABLES = ["tracker_issuedlevel"]


def install(apps, schema_editor):
    _append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    _append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0040_one_edition_at_a_time")]

    operations = [
        migrations.CreateModel(
            name="IssuedLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.CharField(max_length=60, verbose_name="indicator")),
                ("region", models.CharField(max_length=12, verbose_name="region")),
                ("level", models.PositiveSmallIntegerField(null=True, verbose_name="warning level")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("complete", "complete"),
                            ("provisional", "provisional"),
                            ("none", "nothing verified"),
                        ],
                        max_length=12,
                        verbose_name="basis",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.period",
                        verbose_name="period",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="levels",
                        to="tracker.issuedreport",
                        verbose_name="issued report",
                    ),
                ),
            ],
            options={
                "verbose_name": "issued level",
                "verbose_name_plural": "issued levels",
                "ordering": ["report", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("report", "indicator", "region"), name="issuedlevel_once"),
                    models.CheckConstraint(
                        condition=models.Q(("level", None), ("level__in", (1, 2, 3)), _connector="OR"),
                        name="issuedlevel_is_one",
                    ),
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
