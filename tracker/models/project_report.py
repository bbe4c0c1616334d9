"""Reports of projects: what a unit tells of each of its projects for a period, as lines of its return."""

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tracker.calculation.comparison import adjustment
from tracker.models.list_history import Added
from tracker.models.organisation import User
from tracker.models.project import ProjectProblem
from tracker.models.project_list import ListMember
from tracker.models.reporting import Return

#: The investment that counts: the verified one, else the reported one. `ProjectReport.invested` says it of one row.
INVESTED = Coalesce("verified_investment", "investment")


class ProjectReportQuerySet(models.QuerySet["ProjectReport"]):
    """Lines of projects."""

    def verified(self) -> Self:
        """Return those of verified returns."""
        return self.filter(unit_return__state=Return.State.VERIFIED)

    def reported(self) -> Self:
        """Return those that a unit has said and stands by, not drafts."""
        return self.filter(unit_return__state__in=Return.REPORTED_STATES)


class ProjectReport(models.Model):
    """A project's line in its unit's return for a period. Money is in 10,000 yuan (万元).

    It belongs to a return rather than to a process of its own, so that its deadline, lateness, reminders, review by
    a second person and reopening are those of the return, by one definition. It counts while the return is verified.
    """

    #: What a unit fills in, in the order of the sheet.
    FIELDS: ClassVar = ("investment", "progress", "problem_kind", "problem", "demand", "due_on", "evidence", "note")

    unit_return = models.ForeignKey(Return, models.CASCADE, related_name="project_reports", verbose_name=_("return"))
    member = models.ForeignKey(ListMember, models.PROTECT, related_name="reports", verbose_name=_("member"))
    investment = models.DecimalField(
        _("investment done in the period"), max_digits=15, decimal_places=6, null=True, blank=True
    )
    verified_investment = models.DecimalField(
        _("verified investment"), max_digits=15, decimal_places=6, null=True, editable=False
    )
    progress = models.CharField(_("physical progress"), max_length=500, blank=True)
    problem_kind = models.CharField(_("kind of problem"), max_length=10, choices=ProjectProblem.Kind, blank=True)
    problem = models.CharField(_("problem"), max_length=500, blank=True)
    demand = models.CharField(_("demand"), max_length=300, blank=True)
    due_on = models.DateField(_("to be settled by"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = ProjectReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a project")
        verbose_name_plural = _("reports of projects")
        ordering = ["unit_return", "member"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit_return", "member"],
                name="projectreport_member_once",
                violation_error_message=_("This return has a report of this project already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_return_id} {self.member_id}"

    @property
    def invested(self) -> Decimal | None:
        """Return the investment that counts, as `INVESTED` says it."""
        return self.investment if self.verified_investment is None else self.verified_investment

    @property
    def adjustment(self) -> Decimal | None:
        """Return by how much the reviewer changed the investment; None where either value is missing."""
        return adjustment(self.investment, self.verified_investment)

    @property
    def values(self) -> dict[str, Any]:
        """Return what is filled in, by field."""
        return {name: getattr(self, name) for name in self.FIELDS}

    @property
    def content(self) -> dict[str, str]:
        """Return what is filled in as texts, as revisions and events keep it."""
        return {name: as_text(value) for name, value in self.values.items()}

    @property
    def is_empty(self) -> bool:
        """Return True if nothing is filled in."""
        return not any(self.content.values())


class ProjectReportRevision(Added):
    """Revision of a project's line with its author and time. Rows are added, never changed or removed."""

    report = models.ForeignKey(ProjectReport, models.PROTECT, related_name="revisions", verbose_name=_("report"))
    content = models.JSONField(_("content"))
    source_place = models.CharField(_("place in the source"), max_length=200, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("revision of a project's report")
        verbose_name_plural = _("revisions of projects' reports")
        ordering = ["report", "pk"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.pk}"


def as_text(value: Any) -> str:
    """Return a filled-in value as text: amounts without trailing zeros, days as programs sort them."""
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
