"""A reviewer's word on projects' lines: another value, its withdrawal, a comment to the unit."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.list_history import Added
from tracker.models.organisation import User
from tracker.models.project_report import ProjectReport, ProjectReportRevision


class ProjectReportReview(Added):
    """A reviewer's word about a project's line: another value, its withdrawal, or a comment to the unit.

    A line that was verified as it was reported has none. Rows are added, never changed or removed.
    """

    class Kind(models.TextChoices):
        VALUE = "value", _("Verified with another value")
        WITHDRAWN = "withdrawn", _("Verification withdrawn")
        COMMENT = "comment", _("Comment to the unit")

    report = models.ForeignKey(ProjectReport, models.PROTECT, related_name="reviews", verbose_name=_("report"))
    revision = models.ForeignKey(
        ProjectReportRevision, models.PROTECT, null=True, related_name="+", verbose_name=_("revision seen")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    reported = models.DecimalField(_("reported value"), max_digits=15, decimal_places=6, null=True)
    value = models.DecimalField(_("verified value"), max_digits=15, decimal_places=6, null=True)
    text = models.CharField(_("reason or comment"), max_length=500)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("review of a project's report")
        verbose_name_plural = _("reviews of projects' reports")
        ordering = ["report", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="value", value__isnull=False) | (~Q(kind="value") & Q(value=None)),
                name="projectreportreview_value",
                violation_error_message=_("A verified value comes with the reason for it, and nothing else has one."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"
