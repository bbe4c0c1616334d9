"""Plans with sample data keep the day as of which they are shown."""

from datetime import timedelta

from django.db import migrations, models


def set_day(apps, schema_editor):
    """Set the fifteenth day after the last period with a generated return: what a new demonstration gets."""
    plans, returns = apps.get_model("tracker", "Plan"), apps.get_model("tracker", "Return")
    for plan in plans.objects.all():
        generated = returns.objects.filter(period__plan=plan, is_demonstration=True)
        last = generated.order_by("-period__ends_on").values_list("period__ends_on", flat=True).first()
        if last is not None:
            plans.objects.filter(pk=plan.pk).update(demonstration_day=last + timedelta(days=15))


class Migration(migrations.Migration):
    dependencies = [("tracker", "0044_append_only_lists")]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="demonstration_day",
            field=models.DateField(
                blank=True,
                editable=False,
                help_text="A plan with sample data is shown as if today were this day.",
                null=True,
                verbose_name="demonstration time",
            ),
        ),
        migrations.RunPython(set_day, migrations.RunPython.noop, elidable=True),
    ]
