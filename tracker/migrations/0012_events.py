"""The chain over the event log; the database itself refuses to change or remove its seals."""

import django.db.models.deletion
from django.db import migrations, models

from tracker.migrations import _append_only

TABLES = ["tracker_eventseal"]


def install(apps, schema_editor):
    _append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    _append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0011_engine"),
    ]

    operations = [
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
                    ("password_changed", "Password changed"),
                    ("account_unlocked", "Account unlocked"),
                    ("second_step_set_up", "Second step set up"),
                    ("second_step_removed", "Second step removed"),
                    ("second_step_failed", "Wrong code at the second step"),
                    ("recovery_code_used", "Recovery code used"),
                    ("session_ended", "Session ended"),
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
                    ("table_checked", "Check of a table of past periods asked for"),
                    ("table_accepted", "Table of past periods accepted"),
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
                    ("mail_requested", "Mail asked for"),
                    ("mail_sent", "Mail sent"),
                    ("mail_failed", "Mail failed"),
                    ("head_exported", "Head of the event log exported"),
                    ("backed_up", "Backed up"),
                    ("restored", "Restored from a backup"),
                    ("mail_tested", "Mail sent to oneself as a test"),
                    ("mail_removed", "Content of a mail removed"),
                ],
                max_length=30,
                verbose_name="action",
            ),
        ),
        migrations.CreateModel(
            name="EventSeal",
            fields=[
                (
                    "sequence",
                    models.BigIntegerField(primary_key=True, serialize=False, verbose_name="place in the chain"),
                ),
                ("sealed_at", models.DateTimeField(verbose_name="sealed at")),
                ("previous", models.CharField(max_length=64, verbose_name="hash of the seal before")),
                ("hash", models.CharField(max_length=64, verbose_name="hash")),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal",
                        to="tracker.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "seal of an event",
                "verbose_name_plural": "seals of events",
                "ordering": ["sequence"],
            },
        ),
        migrations.RunPython(install, remove),
    ]
