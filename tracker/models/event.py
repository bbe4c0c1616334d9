"""What happened: one row for each thing that changed state or let data out."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.access import Capability, people_covered_by, scope_of
from tracker.models.organisation import User
from tracker.models.places_of_rows import named_elsewhere, named_within


class EventQuerySet(models.QuerySet["Event"]):
    """Events."""

    def visible_to(self, user: User) -> Self:
        """All of them for who audits everywhere; in a region, what concerns its rows and the people it covers.

        The row that an event names decides. What names none, one without a place, one that is gone or one of a region
        above is read where all roles of the person who did it lie in the scope.
        """
        scope = scope_of(user, Capability.READ_EVENTS)
        if scope.is_whole:
            return self
        by_its_people = Q(actor__in=people_covered_by(scope).values("pk")) & ~named_elsewhere(scope)
        return self.filter(named_within(scope) | by_its_people) if scope.is_somewhere else self.none()


class Event(models.Model):
    """Who did what to which object, and what it changed. Rows are added, never changed or removed."""

    class Action(models.TextChoices):
        LOGGED_IN = "logged_in", _("Logged in")
        LOGGED_OUT = "logged_out", _("Logged out")
        LOGIN_FAILED = "login_failed", _("Login failed")
        PLAN_LOADED = "plan_loaded", _("Plan loaded")
        CONFIGURED = "configured", _("Configuration changed")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        ACCOUNT_UNLOCKED = "account_unlocked", _("Account unlocked")
        SECOND_STEP_SET_UP = "second_step_set_up", _("Two-step verification set up")
        SECOND_STEP_REMOVED = "second_step_removed", _("Two-step verification removed")
        SECOND_STEP_FAILED = "second_step_failed", _("Wrong code at two-step verification")
        RECOVERY_CODE_USED = "recovery_code_used", _("Recovery code used")
        SESSION_ENDED = "session_ended", _("Session ended")
        PERMISSION_CHANGED = "permission_changed", _("Permission changed")
        RETURN_OPENED = "return_opened", _("Return opened")
        DRAFT_SAVED = "draft_saved", _("Draft saved")
        EVIDENCE_ADDED = "evidence_added", _("Evidence added")
        EVIDENCE_REMOVED = "evidence_removed", _("Evidence removed")
        RETURN_SUBMITTED = "return_submitted", _("Return submitted")
        RETURN_VERIFIED = "return_verified", _("Return verified")
        RETURN_ACCEPTED = "return_accepted", _("Return accepted at a level")
        RETURN_SENT_DOWN = "return_sent_down", _("Return sent down one level")
        RETURN_WITHDRAWN = "return_withdrawn", _("Return withdrawn")
        RETURN_FILLED = "return_filled", _("Values filled in from another plan's return")
        RETURN_LOOKED_AT = "return_looked_at", _("Return first opened by a reviewer")
        DEMONSTRATION_REMOVED = "demonstration_removed", _("Demonstration removed")
        RETURN_SENT_BACK = "return_sent_back", _("Return sent back")
        RETURN_UNLOCKED = "return_unlocked", _("Return unlocked")
        WORKBOOK_SENT_IN = "workbook_sent_in", _("Workbook uploaded")
        WORKBOOK_ACCEPTED = "workbook_accepted", _("Workbook accepted")
        WORKBOOK_DISCARDED = "workbook_discarded", _("Workbook discarded")
        TABLE_SENT_IN = "table_sent_in", _("Past-values table uploaded")
        TABLE_CHECKED = "table_checked", _("Check of a past-values table requested")
        TABLE_ACCEPTED = "table_accepted", _("Past-values table approved")
        TABLE_LOADED = "table_loaded", _("Table of past periods loaded")
        TABLE_FAILED = "table_failed", _("Table of past periods not checked or loaded")
        TABLE_DISCARDED = "table_discarded", _("Table of past periods discarded")
        DOCUMENT_SENT_IN = "document_sent_in", _("Policy document uploaded")
        DOCUMENT_FAILED = "document_failed", _("Policy document not read")
        DRAFT_CHANGED = "draft_changed", _("Draft of a plan changed")
        DRAFT_DISCARDED = "draft_discarded", _("Draft of a plan discarded")
        UNLOCK_REQUESTED = "unlock_requested", _("Unlocking asked for")
        UNLOCK_REFUSED = "unlock_refused", _("Unlocking refused")
        UNLOCK_WITHDRAWN = "unlock_withdrawn", _("Request to unlock withdrawn")
        EXTENSION_GRANTED = "extension_granted", _("Extension granted")
        EXTENSION_WITHDRAWN = "extension_withdrawn", _("Extension withdrawn")
        COMMITMENT_UPDATED = "commitment_updated", _("Commitment updated")
        REPORT_REQUESTED = "report_requested", _("Report requested")
        REPORT_ISSUED = "report_issued", _("Report issued")
        REPORT_FAILED = "report_failed", _("Report failed")
        BULLETIN_DRAFTED = "bulletin_drafted", _("Bulletin drafted")
        BULLETIN_CHANGED = "bulletin_changed", _("Bulletin changed")
        BULLETIN_SUBMITTED = "bulletin_submitted", _("Bulletin sent for review")
        BULLETIN_SENT_BACK = "bulletin_sent_back", _("Bulletin sent back")
        BULLETIN_ISSUED = "bulletin_issued", _("Bulletin issued")
        BULLETIN_DISCARDED = "bulletin_discarded", _("Bulletin discarded")
        JOB_CANCELLED = "job_cancelled", _("Job cancelled")
        REPORT_FILE_REMOVED = "report_file_removed", _("Report's file removed")
        DOWNLOADED = "downloaded", _("Downloaded")
        EXPORTED = "exported", _("Exported")
        MAIL_REQUESTED = "mail_requested", _("Mail asked for")
        MAIL_SENT = "mail_sent", _("Mail sent")
        MAIL_FAILED = "mail_failed", _("Mail failed")
        HEAD_EXPORTED = "head_exported", _("Event log check value exported")
        BACKED_UP = "backed_up", _("Backed up")
        RESTORED = "restored", _("Restored from a backup")
        MOVED = "moved", _("Moved to another database")
        MAIL_TESTED = "mail_tested", _("Mail sent to oneself as a test")
        MAIL_REMOVED = "mail_removed", _("Content of a mail removed")
        LIST_CHANGED = "list_changed", _("List changed")
        STEP_REPORTED = "step_reported", _("Step of a project reported")
        STEP_DECIDED = "step_decided", _("Step of a project decided")
        ACCOUNT_ERASED = "account_erased", _("Personal data of an account erased")
        ADDRESS_ERASED = "address_erased", _("Mail addresses erased")
        NOTICE_READ = "notice_read", _("Notice on personal data read")
        COMMAND_RUN = "command_run", _("Command run at the machine")
        SETTINGS_CHANGED = "settings_changed", _("Release or settings changed")
        MAIL_OPENED = "mail_opened", _("Text of a mail opened")
        LIST_OPENED = "list_opened", _("List of personal data opened")
        EMERGENCY_ACCESS = "emergency_access", _("Emergency access")
        ACCESS_REFUSED = "access_refused", _("Access refused")
        COPY_WITHOUT_NAMES = "copy_without_names", _("Document attached without names")

    recorded_at = models.DateTimeField(_("time"), db_index=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="events", verbose_name=_("by"))
    action = models.CharField(_("action"), max_length=30, choices=Action)
    object_type = models.CharField(_("kind of object"), max_length=40, blank=True)
    object_id = models.CharField(_("object"), max_length=40, blank=True)
    object_label = models.CharField(_("name of the object"), max_length=300, blank=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("event log")
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="event_object")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.object_label}"

    @property
    def is_about_account(self) -> bool:
        """Return True if the object is an account, which the log names by its number ("#12")."""
        return self.object_type == User._meta.model_name and self.object_label == f"#{self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; changing one is refused here as by the database."""
        if self.pk is not None:
            raise TypeError("An event is never changed; add another.")
        super().save(*args, **kwargs)


class EventSeal(models.Model):
    """One link of the chain over the event log: an event's place in it and the hash of all up to there.

    Hashes are SHA-256 in lower-case hexadecimal; `tracker.queries.audit.seal_content` says over what. Rows are added
    by the sealing alone, never changed or removed.
    """

    sequence = models.BigIntegerField(_("number in the chain"), primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="seal", verbose_name=_("event"))
    sealed_at = models.DateTimeField(_("sealed at"))
    previous = models.CharField(_("hash of the seal before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)
    version = models.PositiveSmallIntegerField(_("form of the hash"))

    class Meta:
        verbose_name = _("check value of an event")
        verbose_name_plural = _("seals of events")
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refused: the sealing adds rows in bulk, and none is ever changed."""
        raise TypeError("A seal is never changed.")
