"""Add the band around the bounds between levels. Plans that are there keep their levels: they have none."""

from django.db import migrations, models


def field(default: int) -> models.DecimalField:
    """Return the field with a default."""
    return models.DecimalField(
        decimal_places=2,
        default=default,
        help_text="Within the band a target keeps its level of the period before. 0: no band.",
        max_digits=5,
        verbose_name="band around the bounds",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0058_regions_over_time"),
    ]

    operations = [
        migrations.AddField("plan", "level_band", field(0)),
        migrations.AlterField("plan", "level_band", field(1)),
        migrations.AddConstraint(
            "plan",
            models.CheckConstraint(
                condition=models.Q(level_band__gte=0),
                name="plan_level_band_positive",
                violation_error_message="The band must not be negative.",
            ),
        ),
    ]
