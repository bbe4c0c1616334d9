"""Each edition of an issue once in a language, and opened once, whoever issues at the same time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0039_number_issued_reports")]

    operations = [
        migrations.AddConstraint(
            model_name="issuedreport",
            constraint=models.UniqueConstraint(
                fields=["kind", "plan", "period", "region", "edition", "language"],
                name="issuedreport_edition_once",
                violation_error_message="This edition has been issued in this language already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuedreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("opens_edition", True)),
                fields=["kind", "plan", "period", "region", "edition"],
                name="issuedreport_opens_once",
                violation_error_message="This edition has been issued already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuedreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("edition__gte", 1), ("issue_number__gte", 1)),
                name="issuedreport_numbers_from_one",
            ),
        ),
    ]
