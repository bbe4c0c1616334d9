"""What passes between a unit and its reviewer beside the values: comments on cells, requests to unlock."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.models.access import Capability, Scope, scope_of
from tracker.models.entry import Entry, ValueRevision
from tracker.models.organisation import User
from tracker.models.reporting import WITHIN, Return


class CellCommentQuerySet(models.QuerySet["CellComment"]):
    """Comments on cells."""

    def open(self) -> Self:
        """Return those on the value that still stands: nobody has corrected it since."""
        return self.filter(Q(revision=F("entry__reported_revision")) | Q(revision=None, entry__reported_revision=None))


class CellComment(models.Model):
    """What a reviewer says about one cell when sending its return back, and the revision that was seen."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="comments", verbose_name=_("entry"))
    revision = models.ForeignKey(
        ValueRevision, models.PROTECT, null=True, related_name="comments", verbose_name=_("revision seen")
    )
    text = models.CharField(_("comment"), max_length=500)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    written_at = models.DateTimeField(_("written at"))

    objects = CellCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on a cell")
        verbose_name_plural = _("comments on cells")
        ordering = ["entry", "written_at"]

    def __str__(self) -> str:
        return self.text


class UnlockRequestQuerySet(models.QuerySet["UnlockRequest"]):
    """Requests to unlock."""

    def open(self) -> Self:
        """Return those that wait for a decision."""
        return self.filter(state=UnlockRequest.State.OPEN)

    def visible_to(self, user: User) -> Self:
        """Return those about returns that this person may open."""
        return self._within(scope_of(user, Capability.ENTER)) | self._within(scope_of(user, Capability.VIEW))

    def decidable_by(self, user: User) -> Self:
        """Return those that wait for this person: of the units they review, and not their own."""
        returns = Return.objects.reviewable_by(user).filter(state=Return.State.VERIFIED).order_by()
        return self.open().filter(unit_return__in=returns.values("pk")).exclude(asked_by=user)

    def with_names(self) -> Self:
        """With all that a line about a request prints."""
        return self.select_related("unit_return__unit__region", "unit_return__period__plan", "asked_by", "decided_by")

    def _within(self, scope: Scope) -> Self:
        return self.filter(scope.as_filter(*(f"unit_return__{name}" for name in WITHIN)))


class UnlockRequest(models.Model):
    """A unit's or a reviewer's request to open a verified return, decided by somebody else."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("request to unlock", "Waiting")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    unit_return = models.ForeignKey(Return, models.PROTECT, related_name="unlock_requests", verbose_name=_("return"))
    reason = models.CharField(_("reason"), max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    objects = UnlockRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to unlock")
        verbose_name_plural = _("requests to unlock")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit_return"],
                condition=Q(state="open"),
                name="unlockrequest_one_open",
                violation_error_message=_("A request to unlock this return is waiting already."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("granted", "refused")) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="unlockrequest_decided_by",
                violation_error_message=_("A decision names who took it and when."),
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | ~Q(decided_by=F("asked_by")),
                name="unlockrequest_two_people",
                violation_error_message=_("Who asked to unlock a return cannot grant it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_return}: {self.get_state_display()}"
