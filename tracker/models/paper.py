"""Papers made from issued reports: names of documents by plan, and bulletins."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.models.access import Capability, scope_of
from tracker.models.naming import Named
from tracker.models.organisation import User
from tracker.models.output import IssuedReport
from tracker.models.plan import Plan

# Plain strings: migrations carry them, and never import code of ours.
NAMED_KINDS = [
    ("compliance", _("Compliance report")),
    ("dispatch", _("Monthly progress table")),
    ("brief", _("One-page brief")),
    ("bulletin", _("Bulletin")),
]


class DocumentName(Named):
    """A plan's own name for a kind of document."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="document_names", verbose_name=_("action plan"))
    kind = models.CharField(_("kind of document"), max_length=30, choices=NAMED_KINDS)

    class Meta:
        verbose_name = _("name of a document")
        verbose_name_plural = _("names of documents")
        ordering = ["plan", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind"],
                name="documentname_once",
                violation_error_message=_("The plan has a name for this kind of document already."),
            )
        ]


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    """Bulletins."""

    def visible_to(self, user: User) -> Self:
        """Return those issued on regions that this person may read, and all where this person may issue reports."""
        reading = scope_of(user, Capability.READ_REPORTS).as_filter("report__region__path", plan_field="report__plan")
        issuing = scope_of(user, Capability.ISSUE_REPORTS).as_filter("report__region__path", plan_field="report__plan")
        return self.filter(issuing | (reading & Q(state=Bulletin.State.ISSUED)))

    def with_names(self) -> Self:
        """With all that a line about a bulletin prints."""
        return self.select_related(
            "report__plan__region", "report__period", "report__region", "drafted_by", "submitted_by", "reviewed_by"
        )


class Bulletin(models.Model):
    """A bulletin on an issued report: drafted, reviewed by a second person, issued, and never changed afterwards.

    `sentences` are generated from the figures that the report kept; people write `texts` around them. The database
    refuses to change or remove an issued row.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        ISSUED = "issued", _("Issued")

    report = models.ForeignKey(
        IssuedReport, models.PROTECT, related_name="bulletins", verbose_name=_("report that it is made from")
    )
    title = models.CharField(_("title"), max_length=300)
    sentences = models.JSONField(_("sentences"), default=dict)
    texts = models.JSONField(_("texts"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    editors = models.JSONField(default=list, editable=False)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    drafted_at = models.DateTimeField(_("drafted at"))
    changed_at = models.DateTimeField(_("changed at"))
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("sent for review by")
    )
    submitted_at = models.DateTimeField(_("sent for review at"), null=True)
    reason = models.TextField(_("why it was sent back"), blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("reviewed by"))
    issued_at = models.DateTimeField(_("issued at"), null=True)
    file = models.FileField(_("file"), max_length=300, blank=True)
    file_size = models.PositiveBigIntegerField(_("size in bytes"), null=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(state__in=["draft", "review"]),
                name="bulletin_one_open_of_report",
                violation_error_message=_("A bulletin on this report is being written already."),
            ),
            models.CheckConstraint(
                condition=~Q(state="issued")
                | (
                    Q(reviewed_by__isnull=False, submitted_by__isnull=False, issued_at__isnull=False)
                    & ~Q(reviewed_by=F("submitted_by"))
                    & ~Q(reviewed_by=F("drafted_by"))
                    & ~Q(sha256="")
                ),
                name="bulletin_two_people",
                violation_error_message=_("Who wrote a bulletin cannot approve it."),
            ),
            models.CheckConstraint(
                condition=~Q(state="review") | Q(submitted_by__isnull=False), name="bulletin_review_submitted"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Return True until it is issued."""
        return self.state != self.State.ISSUED

    def was_written_by(self, user: User) -> bool:
        """Return True if this person drafted, changed or submitted it."""
        return user.pk in {self.drafted_by_id, self.submitted_by_id, *self.editors}

    @property
    def dated(self) -> datetime:
        """Return the moment whose day the paper carries: that of issue, of a draft that of its last change."""
        return self.issued_at or self.changed_at
