"""Add the year, the time zone, the calendar and the deadlines of a plan; existing plans keep theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0031_looks_at_returns"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="calendar",
            field=models.CharField(
                blank=True,
                default="CN",
                help_text="CN, another country as US, a part of it as US-CA, or none for weekends only.",
                max_length=10,
                verbose_name="calendar of working days",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="deadlines",
            field=models.JSONField(blank=True, default=dict, verbose_name="deadlines of single kinds of periods"),
        ),
        migrations.AddField(
            model_name="plan",
            name="time_zone",
            field=models.CharField(
                blank=True,
                default="Asia/Shanghai",
                help_text="Periods end and deadlines lie at midnight of this time zone, as in America/Los_Angeles.",
                max_length=40,
                verbose_name="time zone",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="fiscal_year_starts",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=1,
                help_text="1 for January. A year that begins later is named after the year in which it ends: FY2026.",
                verbose_name="first month of the year",
            ),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="frequency",
            field=models.CharField(
                choices=[
                    ("week", "Week"),
                    ("ten_days", "Ten days"),
                    ("month", "Month"),
                    ("quarter", "Quarter"),
                    ("half_year", "Half-year"),
                    ("year", "Year"),
                ],
                default="month",
                max_length=10,
                verbose_name="frequency",
            ),
        ),
        migrations.AlterField(
            model_name="obligationcountchange",
            name="frequency",
            field=models.CharField(
                choices=[
                    ("week", "Week"),
                    ("ten_days", "Ten days"),
                    ("month", "Month"),
                    ("quarter", "Quarter"),
                    ("half_year", "Half-year"),
                    ("year", "Year"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="period",
            name="kind",
            field=models.CharField(
                choices=[
                    ("week", "Week"),
                    ("ten_days", "Ten days"),
                    ("month", "Month"),
                    ("quarter", "Quarter"),
                    ("half_year", "Half-year"),
                    ("year", "Year"),
                ],
                default="month",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="plantotal",
            name="kind",
            field=models.CharField(
                choices=[
                    ("week", "Week"),
                    ("ten_days", "Ten days"),
                    ("month", "Month"),
                    ("quarter", "Quarter"),
                    ("half_year", "Half-year"),
                    ("year", "Year"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="schedule",
            name="time_of_day",
            field=models.TimeField(default="08:30", help_text="By the clocks of the plan.", verbose_name="time of day"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("fiscal_year_starts__gte", 1), ("fiscal_year_starts__lte", 12)),
                name="plan_fiscal_year_starts",
                violation_error_message="The year begins in a month from 1 to 12.",
            ),
        ),
    ]
