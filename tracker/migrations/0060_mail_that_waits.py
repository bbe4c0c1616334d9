"""Add what mail waits for: a number of verified returns and bounds; and copies to others."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0059_band_of_levels"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailThreshold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("completion", "completion rate below, in %"),
                            ("gap", "gap to the schedule below, in points"),
                            ("level", "warning level at or worse than (1 is the worst)"),
                        ],
                        default="level",
                        max_length=12,
                        verbose_name="measure",
                    ),
                ),
                ("bound", models.DecimalField(decimal_places=2, max_digits=9, verbose_name="bound")),
                ("with_places", models.BooleanField(default=False, verbose_name="each place below as well")),
            ],
            options={
                "verbose_name": "threshold",
                "verbose_name_plural": "thresholds",
                "ordering": ["subscription", "pk"],
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="held_until",
            field=models.DateTimeField(null=True, verbose_name="held until at most"),
        ),
        migrations.AddField(
            model_name="subscription",
            name="copies_to",
            field=models.ManyToManyField(
                blank=True,
                help_text="Only people who may read the figures that the mail is about.",
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="copies to",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="hold_counts",
            field=models.CharField(
                choices=[("returns", "returns"), ("units", "units with all their returns")],
                default="returns",
                max_length=10,
                verbose_name="counted",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="hold_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="So many days after its time it goes out, however few are verified. 1 to 28.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(28)],
                verbose_name="at most so many days",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="hold_number",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="A number above those expected means all of them. Empty: it does not wait.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="wait until so many are verified",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("held", "Held: waiting for returns to be verified"),
                    ("pending", "Waiting"),
                    ("sending", "Being sent"),
                    ("sent", "Sent"),
                    ("kept", "Kept here, no mail server is set"),
                    ("failed", "Failed"),
                    ("uncertain", "Uncertain: the server may have taken it"),
                    ("dropped", "Not sent: no longer needed"),
                ],
                default="pending",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hold_days__isnull", True), ("hold_number__isnull", True)),
                    models.Q(
                        ("hold_days__isnull", False),
                        ("hold_days__range", (1, 28)),
                        ("hold_number__gte", 1),
                        ("hold_number__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="subscription_hold",
                violation_error_message="Give both the number to wait for and the days at most, or neither.",
            ),
        ),
        migrations.AddField(
            model_name="mailthreshold",
            name="indicator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tracker.indicator",
                verbose_name="indicator",
            ),
        ),
        migrations.AddField(
            model_name="mailthreshold",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="thresholds",
                to="tracker.subscription",
                verbose_name="subscription",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailthreshold",
            constraint=models.UniqueConstraint(
                fields=("subscription", "indicator", "measure"),
                name="mailthreshold_once",
                violation_error_message="This indicator has a bound of this measure already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailthreshold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("measure", "level"), _negated=True), ("bound__in", [1, 2]), _connector="OR"
                ),
                name="mailthreshold_level",
                violation_error_message="Give level 1 or 2: a level of 3 is on course.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailthreshold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("measure", "completion"), _negated=True), ("bound__gt", 0), _connector="OR"
                ),
                name="mailthreshold_completion",
                violation_error_message="Give a completion rate above 0.",
            ),
        ),
    ]
