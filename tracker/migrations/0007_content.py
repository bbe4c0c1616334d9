"""Tests of mail that people send to themselves, and when the content of a mail was removed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0006_who_gets_what_and_when"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_about_something",
        ),
        migrations.AddField(
            model_name="delivery",
            name="content_removed_at",
            field=models.DateTimeField(null=True, verbose_name="content removed at"),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="kind",
            field=models.CharField(
                choices=[("summary", "Summary"), ("reminder", "Reminder"), ("test", "Test, sent to oneself")],
                default="summary",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="action",
            field=models.CharField(
                choices=[
                    ("logged_in", "Logged in"),
                    ("logged_out", "Logged out"),
                    ("login_failed", "Login failed"),
                    ("plan_loaded", "Plan loaded"),
                    ("configured", "Configuration changed"),
                    ("permission_changed", "Permission changed"),
                    ("return_opened", "Return opened"),
                    ("draft_saved", "Draft saved"),
                    ("evidence_added", "Evidence added"),
                    ("evidence_removed", "Evidence removed"),
                    ("return_submitted", "Return submitted"),
                    ("return_verified", "Return verified"),
                    ("return_sent_back", "Return sent back"),
                    ("return_unlocked", "Return unlocked"),
                    ("workbook_sent_in", "Workbook sent in"),
                    ("workbook_accepted", "Workbook accepted"),
                    ("workbook_discarded", "Workbook discarded"),
                    ("table_sent_in", "Table of past periods sent in"),
                    ("table_loaded", "Table of past periods loaded"),
                    ("table_failed", "Table of past periods not checked or loaded"),
                    ("table_discarded", "Table of past periods discarded"),
                    ("unlock_requested", "Unlocking asked for"),
                    ("unlock_refused", "Unlocking refused"),
                    ("unlock_withdrawn", "Request to unlock withdrawn"),
                    ("extension_granted", "Extension granted"),
                    ("extension_withdrawn", "Extension withdrawn"),
                    ("commitment_updated", "Commitment updated"),
                    ("report_requested", "Report requested"),
                    ("report_issued", "Report issued"),
                    ("report_failed", "Report failed"),
                    ("job_cancelled", "Job cancelled"),
                    ("report_file_removed", "Report's file removed"),
                    ("downloaded", "Downloaded"),
                    ("exported", "Exported"),
                    ("mail_sent", "Mail sent"),
                    ("mail_failed", "Mail failed"),
                    ("mail_tested", "Mail sent to oneself as a test"),
                    ("mail_removed", "Content of a mail removed"),
                ],
                max_length=30,
                verbose_name="action",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "summary"), ("period__isnull", False), ("subscription__isnull", False)),
                    models.Q(("kind", "reminder"), ("user__isnull", False), models.Q(("occasion", ""), _negated=True)),
                    models.Q(
                        ("kind", "test"),
                        ("period__isnull", False),
                        ("subscription__isnull", True),
                        ("user__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="delivery_about_something",
            ),
        ),
    ]
