import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def fill_verified(apps, schema_editor):
    """Verify what verified returns reported as it was reported: there was no other way."""
    reports = apps.get_model("tracker", "ProjectReport").objects.filter(unit_return__state="verified")
    reports.update(verified_investment=models.F("investment"))


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0073_statistics"),
    ]

    operations = [
        migrations.AddField(
            model_name="projectreport",
            name="verified_investment",
            field=models.DecimalField(
                decimal_places=6, editable=False, max_digits=15, null=True, verbose_name="verified investment"
            ),
        ),
        migrations.CreateModel(
            name="ProjectReportReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("value", "Verified with another value"),
                            ("withdrawn", "Verification withdrawn"),
                            ("comment", "Comment to the unit"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "reported",
                    models.DecimalField(decimal_places=6, max_digits=15, null=True, verbose_name="reported value"),
                ),
                (
                    "value",
                    models.DecimalField(decimal_places=6, max_digits=15, null=True, verbose_name="verified value"),
                ),
                ("text", models.CharField(max_length=500, verbose_name="reason or comment")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="tracker.projectreport",
                        verbose_name="report",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.projectreportrevision",
                        verbose_name="revision seen",
                    ),
                ),
            ],
            options={
                "verbose_name": "review of a project's report",
                "verbose_name_plural": "reviews of projects' reports",
                "ordering": ["report", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "value"), ("value__isnull", False)),
                            models.Q(models.Q(("kind", "value"), _negated=True), ("value", None)),
                            _connector="OR",
                        ),
                        name="projectreportreview_value",
                        violation_error_message="A verified value comes with the reason for it, and nothing else has one.",
                    )
                ],
            },
        ),
        migrations.RunPython(fill_verified, migrations.RunPython.noop),
    ]
