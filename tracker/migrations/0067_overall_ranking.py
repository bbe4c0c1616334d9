"""The rule by which a plan ranks its regions over all targets."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0066_target_base_taken_from"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="overall_ranking",
            field=models.CharField(
                blank=True,
                choices=[("gap", "by mean gap"), ("levels", "by number of targets at level I, then II, then mean gap")],
                default="levels",
                help_text="Ranks regions over all graded targets. Empty: no overall ranking.",
                max_length=10,
                verbose_name="overall ranking of regions",
            ),
        ),
    ]
