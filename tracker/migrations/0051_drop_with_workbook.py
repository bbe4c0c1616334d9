from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tracker", "0050_what_mails_attach")]

    operations = [migrations.RemoveField(model_name="subscription", name="with_workbook")]
