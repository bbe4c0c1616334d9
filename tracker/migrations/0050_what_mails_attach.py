from django.db import migrations


def keep_what_is_attached(apps, schema_editor):
    """A subscription without the workbook has nothing attached."""
    apps.get_model("tracker", "Subscription").objects.filter(with_workbook=False).update(attached="nothing")


def give_back_what_was_attached(apps, schema_editor):
    """What has the workbook attached had it before."""
    apps.get_model("tracker", "Subscription").objects.exclude(attached="workbook").update(with_workbook=False)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0049_papers")]

    operations = [migrations.RunPython(keep_what_is_attached, give_back_what_was_attached)]
