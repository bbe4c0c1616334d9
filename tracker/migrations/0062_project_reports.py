import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def fill_terminated(apps, schema_editor):
    members = apps.get_model("tracker", "ListMember").objects.filter(state="terminated")
    steps = apps.get_model("tracker", "ListStep").objects.filter(kind="terminate")
    codes = {(one.project_list_id, one.code) for one in steps}
    for member in members:
        days = [day for code, day in member.reached.items() if (member.project_list_id, code) in codes]
        member.terminated_on = max(days, default=None)
        member.save(update_fields=["terminated_on"])


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0061_base_years"),
    ]

    operations = [
        migrations.AddField(
            model_name="listmember",
            name="invested_before",
            field=models.DecimalField(
                blank=True,
                decimal_places=6,
                help_text="Done in earlier years: the cumulative begins with it.",
                max_digits=15,
                null=True,
                verbose_name="invested before the list",
            ),
        ),
        migrations.AddField(
            model_name="listmember",
            name="terminated_on",
            field=models.DateField(editable=False, null=True, verbose_name="terminated on"),
        ),
        migrations.AddField(
            model_name="projectlist",
            name="frequency",
            field=models.CharField(
                blank=True,
                choices=[
                    ("week", "Week"),
                    ("ten_days", "Ten days"),
                    ("month", "Month"),
                    ("quarter", "Quarter"),
                    ("half_year", "Half-year"),
                    ("year", "Year"),
                ],
                help_text="How often the units report of each project. Empty: they do not.",
                max_length=10,
                verbose_name="reports by projects",
            ),
        ),
        migrations.AddField(
            model_name="projectlist",
            name="preparation_frequency",
            field=models.CharField(
                blank=True,
                choices=[
                    ("week", "Week"),
                    ("ten_days", "Ten days"),
                    ("month", "Month"),
                    ("quarter", "Quarter"),
                    ("half_year", "Half-year"),
                    ("year", "Year"),
                ],
                max_length=10,
                verbose_name="reports by preparation projects",
            ),
        ),
        migrations.AddField(
            model_name="projectlist",
            name="reports_from",
            field=models.DateField(
                blank=True,
                help_text="The first period reported is the one this day falls in.",
                null=True,
                verbose_name="reports from",
            ),
        ),
        migrations.CreateModel(
            name="ProjectReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "investment",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=15,
                        null=True,
                        verbose_name="investment done in the period",
                    ),
                ),
                ("progress", models.CharField(blank=True, max_length=500, verbose_name="physical progress")),
                (
                    "problem_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("land", "Land and relocation"),
                            ("funds", "Funds"),
                            ("permits", "Permits"),
                            ("supply", "Water, power, roads"),
                            ("market", "Market"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                        verbose_name="kind of problem",
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=500, verbose_name="problem")),
                ("demand", models.CharField(blank=True, max_length=300, verbose_name="demand")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="to be settled by")),
                ("evidence", models.CharField(blank=True, max_length=300, verbose_name="evidence")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="tracker.listmember",
                        verbose_name="member",
                    ),
                ),
                (
                    "unit_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="project_reports",
                        to="tracker.return",
                        verbose_name="return",
                    ),
                ),
            ],
            options={
                "verbose_name": "report of a project",
                "verbose_name_plural": "reports of projects",
                "ordering": ["unit_return", "member"],
            },
        ),
        migrations.CreateModel(
            name="ProjectReportRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.JSONField(verbose_name="content")),
                ("source_place", models.CharField(blank=True, max_length=200, verbose_name="place in the source")),
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
                        related_name="revisions",
                        to="tracker.projectreport",
                        verbose_name="report",
                    ),
                ),
            ],
            options={
                "verbose_name": "revision of a project's report",
                "verbose_name_plural": "revisions of projects' reports",
                "ordering": ["report", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="projectreport",
            constraint=models.UniqueConstraint(
                fields=("unit_return", "member"),
                name="projectreport_member_once",
                violation_error_message="This return has a report of this project already.",
            ),
        ),
        migrations.RunPython(fill_terminated, migrations.RunPython.noop),
    ]
