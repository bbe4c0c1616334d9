"""Levels that check a return one after another, and the level at which a return stands."""

import django.db.models.deletion
from django.db import migrations, models


def refuse_to_forget(apps, schema_editor):
    """Refuse to go back while returns stand at a level below their plan's: nobody could tell where."""
    unit_return = apps.get_model("tracker", "Return")
    number = unit_return.objects.using(schema_editor.connection.alias).exclude(checking_region=None).count()
    if number:
        raise RuntimeError(
            f"{number} returns stand at a level below the region of their plan. They would be checked by that region "
            "alone; with this version, let them be checked or sent back first. Nothing was changed."
        )


class Migration(migrations.Migration):
    dependencies = [("tracker", "0029_memberships_of_one_plan")]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="checking_levels",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="A return is checked at each of these levels in turn, the lowest first; only the last one's "
                "acceptance counts. Choose none where the region of the plan alone checks.",
                verbose_name="levels that check",
            ),
        ),
        migrations.AddField(
            model_name="return",
            name="checking_region",
            field=models.ForeignKey(
                editable=False,
                help_text="The region whose reviewers check it; empty for the region of the plan.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tracker.region",
                verbose_name="checked by",
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
                    ("return_accepted", "Return accepted at a level"),
                    ("return_sent_down", "Return sent down one level"),
                    ("return_withdrawn", "Return withdrawn"),
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
                    ("moved", "Moved to another database"),
                    ("mail_tested", "Mail sent to oneself as a test"),
                    ("mail_removed", "Content of a mail removed"),
                ],
                max_length=30,
                verbose_name="action",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, refuse_to_forget),
    ]
