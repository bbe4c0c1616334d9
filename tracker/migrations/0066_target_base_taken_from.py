"""Keep with a target the plan that its base value was taken from."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0065_changes_of_members"),
    ]

    operations = [
        migrations.AddField(
            model_name="target",
            name="base_taken_from",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tracker.plan",
                verbose_name="base value from a plan",
            ),
        ),
    ]
