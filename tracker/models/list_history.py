"""The history of lists and their members. Rows of these tables are added, never changed or removed.

The database itself sees to that. Counts at a moment are the sum of `CountChange` recorded by then.
"""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from tracker.models.organisation import Region, User
from tracker.models.project_list import ListBatch, ListMember, ListRule, ListStep


class Added(models.Model):
    """A row that is added and never changed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; changing one is refused here as by the database."""
        if self.pk is not None:
            raise TypeError("What happened to a list is never changed; add another row.")
        super().save(*args, **kwargs)


class ListChange(Added):
    """A member was added, split, replaced or removed, by a document and with a reason, from a day on."""

    class Kind(models.TextChoices):
        ADDED = "added", _("Added")
        SPLIT = "split", _("Split")
        REPLACED = "replaced", _("Replaced")
        REMOVED = "removed", _("Removed")
        INAPPLICABLE = "inapplicable", _("Not applicable")
        MOVED = "moved", _("Responsible unit changed")

    member = models.ForeignKey(ListMember, models.PROTECT, related_name="changes", verbose_name=_("member"))
    kind = models.CharField(_("change"), max_length=12, choices=Kind)
    batch = models.ForeignKey(ListBatch, models.PROTECT, related_name="changes", verbose_name=_("document"))
    effective_from = models.DateField(_("in force from"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("change of a list")
        verbose_name_plural = _("changes of lists")
        ordering = ["pk"]
        indexes = [models.Index(fields=["batch", "kind"], name="listchange_batch")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"


class TakenStepQuerySet(models.QuerySet["TakenStep"]):
    """Steps that members took."""

    def with_verdict(self) -> Self:
        """Annotate what was decided last about each, as `verdict`; None while it waits."""
        last = StepDecision.objects.filter(taken=OuterRef("pk")).order_by("-pk")
        return self.annotate(verdict=Subquery(last.values("verdict")[:1]))

    def verified(self) -> Self:
        """Return those that stand verified."""
        return self.with_verdict().filter(verdict=StepDecision.Verdict.VERIFIED)

    def waiting(self) -> Self:
        """Return those that wait for a second person."""
        return self.with_verdict().filter(verdict=None)


class TakenStep(Added):
    """A step that a member took on a day, as its unit reported it, with the evidence for it."""

    member = models.ForeignKey(ListMember, models.PROTECT, related_name="taken", verbose_name=_("member"))
    step = models.ForeignKey(ListStep, models.PROTECT, related_name="taken", verbose_name=_("step"))
    day = models.DateField(_("day"))
    evidence = models.CharField(_("evidence"), max_length=300)
    note = models.CharField(_("note"), max_length=500, blank=True)
    findings = models.JSONField(_("flags"), default=list)
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("reported by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = TakenStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a member")
        verbose_name_plural = _("steps of members")
        ordering = ["member", "day", "pk"]
        indexes = [models.Index(fields=["member", "day"], name="takenstep_member_day")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.step_id} {self.day}"


class StepDecision(Added):
    """A second person's decision on a step: verified, not accepted, or a verification withdrawn."""

    class Verdict(models.TextChoices):
        VERIFIED = "verified", _("Verified")
        REFUSED = "refused", _("Not accepted")
        WITHDRAWN = "withdrawn", _("Verification withdrawn")

    taken = models.ForeignKey(TakenStep, models.PROTECT, related_name="decisions", verbose_name=_("step"))
    verdict = models.CharField(_("decision"), max_length=10, choices=Verdict)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("decision about a step")
        verbose_name_plural = _("decisions about steps")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.taken_id} {self.verdict}"


class CountChangeQuerySet(models.QuerySet["CountChange"]):
    """Changes of counts."""

    def known_at(self, moment: datetime | None) -> Self:
        """Return those recorded by a moment; without one all."""
        return self if moment is None else self.filter(Q(recorded_at__lte=moment))


class CountChange(Added):
    """By how much a member changes a figure from a day on, in millionths of the indicator's unit.

    The sum of a rule's rows up to a day is the figure at its end. A correction adds rows; it takes none away.
    """

    rule = models.ForeignKey(ListRule, models.PROTECT, related_name="changes", db_index=False, verbose_name=_("rule"))
    member = models.ForeignKey(ListMember, models.PROTECT, related_name="counted", verbose_name=_("member"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("region"))
    day = models.DateField(_("day"))
    micro = models.BigIntegerField(_("change in millionths"))
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = CountChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a count")
        verbose_name_plural = _("changes of counts")
        ordering = ["pk"]
        indexes = [models.Index(fields=["rule", "day", "region"], name="countchange_rule_day")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.member_id} {self.day} {self.micro}"
