"""An adjustment of a target without a document number says why there is none; those made so far are as they were."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0051_drop_with_workbook")]

    operations = [
        migrations.AddField(
            model_name="targetversion",
            name="no_document_reason",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Asked of an adjustment without a document number.",
                max_length=200,
                verbose_name="why there is no document",
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="targetversion",
            name="document_number",
            field=models.CharField(
                blank=True,
                help_text="Of the document that adjusted the target.",
                max_length=100,
                verbose_name="document number",
            ),
        ),
    ]
