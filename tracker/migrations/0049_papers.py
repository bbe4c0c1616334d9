import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MESSAGE = "an issued bulletin is never changed or removed"
VERBS = [("no_upd", "UPDATE"), ("no_del", "DELETE")]


def install(apps, schema_editor):
    """Let the database itself refuse to change or remove an issued bulletin, whoever asks."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION tracker_bulletin_issued() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            params=None,
        )
    for name, verb in VERBS:
        doing = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        if schema_editor.connection.vendor == "postgresql":
            doing = "EXECUTE FUNCTION tracker_bulletin_issued()"
        schema_editor.execute(
            f"CREATE TRIGGER bulletin_{name} BEFORE {verb} ON tracker_bulletin FOR EACH ROW "
            f"WHEN (OLD.state = 'issued') {doing}",
            params=None,
        )


def remove(apps, schema_editor):
    """Refuse no longer."""
    on = " ON tracker_bulletin" if schema_editor.connection.vendor == "postgresql" else ""
    for name, _verb in VERBS:
        schema_editor.execute(f"DROP TRIGGER bulletin_{name}{on}")


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0048_actions_of_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="subscription",
            name="attached",
            field=models.CharField(
                choices=[
                    ("workbook", "the workbook"),
                    ("brief", "the one-page brief"),
                    ("nothing", "nothing, a link only"),
                ],
                default="workbook",
                max_length=10,
                verbose_name="attached",
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
                    ("return_looked_at", "Return first opened by a reviewer"),
                    ("demonstration_removed", "Demonstration removed"),
                    ("return_sent_back", "Return sent back"),
                    ("return_unlocked", "Return unlocked"),
                    ("workbook_sent_in", "Workbook sent in"),
                    ("workbook_accepted", "Workbook accepted"),
                    ("workbook_discarded", "Workbook discarded"),
                    ("table_sent_in", "Past-values table uploaded"),
                    ("table_checked", "Check of a past-values table requested"),
                    ("table_accepted", "Past-values table approved"),
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
                    ("bulletin_drafted", "Bulletin drafted"),
                    ("bulletin_changed", "Bulletin changed"),
                    ("bulletin_submitted", "Bulletin sent for review"),
                    ("bulletin_sent_back", "Bulletin sent back"),
                    ("bulletin_issued", "Bulletin issued"),
                    ("bulletin_discarded", "Bulletin discarded"),
                    ("job_cancelled", "Job cancelled"),
                    ("report_file_removed", "Report's file removed"),
                    ("downloaded", "Downloaded"),
                    ("exported", "Exported"),
                    ("mail_requested", "Mail asked for"),
                    ("mail_sent", "Mail sent"),
                    ("mail_failed", "Mail failed"),
                    ("head_exported", "Event log check value exported"),
                    ("backed_up", "Backed up"),
                    ("restored", "Restored from a backup"),
                    ("moved", "Moved to another database"),
                    ("mail_tested", "Mail sent to oneself as a test"),
                    ("mail_removed", "Content of a mail removed"),
                    ("list_changed", "List changed"),
                    ("step_reported", "Step of a project reported"),
                    ("step_decided", "Step of a project decided"),
                ],
                max_length=30,
                verbose_name="action",
            ),
        ),
        migrations.CreateModel(
            name="Bulletin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("sentences", models.JSONField(default=dict, verbose_name="sentences")),
                ("texts", models.JSONField(default=dict, verbose_name="texts")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("review", "In review"), ("issued", "Issued")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("editors", models.JSONField(default=list, editable=False)),
                ("drafted_at", models.DateTimeField(verbose_name="drafted at")),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="sent for review at")),
                ("reason", models.TextField(blank=True, verbose_name="why it was sent back")),
                ("issued_at", models.DateTimeField(null=True, verbose_name="issued at")),
                ("file", models.FileField(blank=True, max_length=300, upload_to="", verbose_name="file")),
                ("file_size", models.PositiveBigIntegerField(null=True, verbose_name="size in bytes")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256")),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="drafted by",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulletins",
                        to="tracker.issuedreport",
                        verbose_name="report that it is made from",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewed by",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent for review by",
                    ),
                ),
            ],
            options={
                "verbose_name": "bulletin",
                "verbose_name_plural": "bulletins",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "review"])),
                        fields=("report",),
                        name="bulletin_one_open_of_report",
                        violation_error_message="A bulletin on this report is being written already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "issued"), _negated=True),
                            models.Q(
                                ("issued_at__isnull", False),
                                ("reviewed_by__isnull", False),
                                ("submitted_by__isnull", False),
                                models.Q(("reviewed_by", models.F("submitted_by")), _negated=True),
                                models.Q(("reviewed_by", models.F("drafted_by")), _negated=True),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="bulletin_two_people",
                        violation_error_message="Who wrote a bulletin cannot approve it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "review"), _negated=True),
                            ("submitted_by__isnull", False),
                            _connector="OR",
                        ),
                        name="bulletin_review_submitted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="English name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("compliance", "Compliance report"),
                            ("dispatch", "Monthly progress table"),
                            ("brief", "One-page brief"),
                            ("bulletin", "Bulletin"),
                        ],
                        max_length=30,
                        verbose_name="kind of document",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="document_names",
                        to="tracker.plan",
                        verbose_name="action plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "name of a document",
                "verbose_name_plural": "names of documents",
                "ordering": ["plan", "kind"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "kind"),
                        name="documentname_once",
                        violation_error_message="The plan has a name for this kind of document already.",
                    )
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
