"""What figures were judged by is kept whenever it changes; the database refuses to change or remove what is kept."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tracker.migrations import _append_only

TABLES = ["tracker_planterms", "tracker_obligationcountchange"]


def install(apps, schema_editor):
    _append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    _append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0004_fill_what_is_new"),
    ]

    operations = [
        migrations.CreateModel(
            name="ObligationCountChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "frequency",
                    models.CharField(
                        choices=[("month", "Month"), ("quarter", "Quarter"), ("year", "Year")], max_length=10
                    ),
                ),
                ("units", models.PositiveIntegerField()),
                ("recorded_at", models.DateTimeField(null=True, verbose_name="recorded at")),
                (
                    "indicator",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tracker.indicator",
                        verbose_name="indicator",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tracker.plan",
                        verbose_name="action plan",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tracker.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of what is owed",
                "verbose_name_plural": "changes of what is owed",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["plan", "recorded_at"], name="obligationchange_when")],
            },
        ),
        migrations.CreateModel(
            name="PlanTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("content", models.JSONField(verbose_name="terms")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tracker.plan",
                        verbose_name="action plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "kept terms of a plan",
                "verbose_name_plural": "kept terms of plans",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["plan", "recorded_at"], name="planterms_when")],
            },
        ),
        migrations.RunPython(install, remove),
    ]
