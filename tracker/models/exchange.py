"""What people send in as files: evidence beside a cell, and workbooks of values."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.models.access import Capability, scope_of
from tracker.models.entry import Entry
from tracker.models.organisation import User
from tracker.models.output import Job
from tracker.models.period import Period
from tracker.models.plan import Plan


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Files of evidence."""

    def standing_at(self, moment: datetime | None) -> Self:
        """Return those there at a moment: added by then, and not removed until later. None: those there now."""
        if moment is None:
            return self.filter(removed_at=None)
        return self.filter(Q(removed_at=None) | Q(removed_at__gt=moment), added_at__lte=moment)


class Evidence(models.Model):
    """A file that proves a cell's value. Removing one keeps it, with who removed it."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="evidence", verbose_name=_("entry"))
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("kind of file"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    file = models.FileField(_("file"), max_length=300)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"))
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("removed by"))
    removed_at = models.DateTimeField(_("removed at"), null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("supporting documents")
        verbose_name_plural = _("supporting documents")
        ordering = ["entry", "added_at"]

    def __str__(self) -> str:
        return self.name


class UploadQuerySet(models.QuerySet["Upload"]):
    """Workbooks and tables that people sent in."""

    def visible_to(self, user: User) -> Self:
        """One's own; who manages the plan's region sees all; who verifies there, the tables that wait."""
        managed, verified = (
            scope.as_filter("plan__region__path", plan_field="plan")
            | scope.as_filter("plan__base_year_of__region__path", plan_field="plan__base_year_of")
            for scope in (scope_of(user, Capability.MANAGE_PLAN), scope_of(user, Capability.VERIFY))
        )
        return self.filter(managed | Q(uploaded_by=user) | (verified & Q(kind=Upload.Kind.TABLE)))


class Upload(models.Model):
    """A workbook or table that somebody sent in: checked, shown as a preview, then accepted as a whole or not at all.

    `preview` holds what was found in it, cell by cell; `seen` the versions of the returns it was compared with, so
    that accepting says when one of them changed meanwhile.
    """

    class Kind(models.TextChoices):
        TEMPLATE = "template", _("The month's template")
        TABLE = "table", _("Table of past periods")
        SETUP = "setup", _("Set-up workbook")
        LIST = "list", _("Annex of a list")

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        READY = "ready", _("Ready to accept")
        WRONG = "wrong", _("Has errors")
        LOADING = "loading", _("Being loaded")
        ACCEPTED = "accepted", _("Accepted")
        DISCARDED = "discarded", _("Discarded")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="+", verbose_name=_("action plan"))
    period = models.ForeignKey(Period, models.PROTECT, null=True, related_name="+", verbose_name=_("period"))
    file_name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    file = models.FileField(_("file"), max_length=300)
    marked_file = models.FileField(_("file with its errors marked"), max_length=300, blank=True)
    mapping = models.JSONField(_("columns"), default=dict)
    preview = models.JSONField(_("preview"), default=dict)
    seen = models.JSONField(default=dict, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKING)
    failure = models.TextField(_("why it was refused"), blank=True)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="upload", verbose_name=_("job"))
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"))
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="table", state__in=("loading", "accepted"))
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("uploaded_by"))),
                name="upload_two_people",
                violation_error_message=_("Who uploaded a table of past periods cannot accept it."),
            )
        ]

    def __str__(self) -> str:
        return self.file_name
