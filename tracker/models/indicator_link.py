"""Indicators of two plans that are one and the same figure, as their managers agreed."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.models.access import Capability, Scope, scope_of
from tracker.models.indicator import Indicator
from tracker.models.organisation import User
from tracker.models.period import Period
from tracker.models.plan import Plan


class IndicatorLinkQuerySet(models.QuerySet["IndicatorLink"]):
    """Linked indicators."""

    def of(self, plan_id: int) -> Self:
        """Return those that a plan has a part in."""
        return self.filter(Q(plan=plan_id) | Q(other_plan=plan_id))

    def in_force(self, period: Period) -> Self:
        """Return those that hold in a period of one of their plans."""
        begun = self.of(period.plan_id).filter(frequency=period.kind, begins__lte=period.ends_on)
        return begun.filter(Q(until=None) | Q(until__gt=period.ends_on), agreed_at__isnull=False)

    def current(self) -> Self:
        """Return those that were proposed and neither declined nor ended."""
        return self.filter(ended_at=None)

    def managed_by(self, user: User) -> Self:
        """Return those of plans that this person manages."""
        return self.filter(_reach(scope_of(user, Capability.MANAGE_PLAN)))

    def visible_to(self, user: User) -> Self:
        """Return those of plans that this person manages or audits."""
        scopes = [scope_of(user, one) for one in (Capability.MANAGE_PLAN, Capability.READ_EVENTS)]
        return self.filter(_reach(scopes[0]) | _reach(scopes[1]))


def _reach(scope: Scope) -> Q:
    own, other = (scope.as_filter(f"{plan}__region__path", plan_field=plan) for plan in ("plan", "other_plan"))
    return own | other


class IndicatorLink(models.Model):
    """An indicator of one plan that is the same figure as an indicator of another, from a period on.

    A manager of `plan` proposes it, a manager of `other_plan` agrees, either ends it. The period in which `begins`
    falls is the first one that is linked; the period in which `until` falls is the first one that is not any more.
    Without `proposed_by` it came with the plan's document, loaded on the command line.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+", verbose_name=_("action plan"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    other_plan = models.ForeignKey(Plan, models.CASCADE, related_name="+", verbose_name=_("other action plan"))
    other_indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator of the other plan")
    )
    frequency = models.CharField(
        _("frequency"),
        max_length=10,
        choices=Period.Kind,
        default=Period.Kind.MONTH,
        help_text=_("How often both plans ask for it, such as each month."),
    )
    begins = models.DateField(_("begins"), help_text=_("The first period that is linked is the one this day falls in."))
    until = models.DateField(
        pgettext_lazy("link of indicators", "no longer from"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The first period that is no longer linked is the one this day falls in."),
    )
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), editable=False)
    agreed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("agreed by")
    )
    agreed_at = models.DateTimeField(_("agreed at"), null=True, editable=False)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    objects = IndicatorLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("linked indicator")
        verbose_name_plural = _("linked indicators")
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(plan=F("other_plan")),
                name="indicatorlink_of_two_plans",
                violation_error_message=_("Choose another plan than the first."),
            ),
            models.UniqueConstraint(
                fields=["plan", "indicator", "other_plan", "frequency"],
                condition=Q(ended_at=None),
                name="indicatorlink_indicator_once",
                violation_error_message=_("This indicator is linked with that plan already."),
            ),
            models.UniqueConstraint(
                fields=["other_plan", "other_indicator", "plan", "frequency"],
                condition=Q(ended_at=None),
                name="indicatorlink_other_once",
                violation_error_message=_("This indicator is linked with that plan already."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by=None) | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="indicatorlink_agreed_by",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, until=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False, until__isnull=False),
                name="indicatorlink_ended_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} ({self.plan}) = {self.other_indicator} ({self.other_plan})"

    @property
    def is_waiting(self) -> bool:
        """Return True if a manager of the other plan has yet to agree."""
        return self.agreed_at is None and self.ended_at is None

    def holds_on(self, day: date) -> bool:
        """Return True if it is agreed, has begun and has not ended on a day."""
        return self.agreed_at is not None and self.begins <= day and (self.until is None or day < self.until)

    def seen_from(self, plan_id: int) -> tuple[int, Plan, int]:
        """Return, for one of its plans, its indicator's id, the other plan and the other plan's indicator's id."""
        if plan_id == self.plan_id:
            return self.indicator_id, self.other_plan, self.other_indicator_id
        return self.other_indicator_id, self.plan, self.indicator_id
