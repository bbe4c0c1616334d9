"""What leaves the system as files: jobs, and the reports they issue."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.access import Capability, scope_of
from tracker.models.organisation import Region, User
from tracker.models.period import Period
from tracker.models.plan import Plan
from tracker.models.runs import NumbersField

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs."""

    def visible_to(self, user: User) -> Self:
        """One's own, and those that write a report on a region one may read: a second asker is given the first's."""
        reading = scope_of(user, Capability.READ_REPORTS)
        if reading.everywhere:
            return self
        return self.filter(
            Q(requested_by=user) | reading.as_filter("parameters__region_path", plan_field="parameters__plan")
        )

    def active(self) -> Self:
        """Waiting or running."""
        return self.filter(state__in=Job.ACTIVE_STATES)

    def stale(self, now: datetime) -> Self:
        """Running with a lease that ran out: their worker died."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=now)


class Job(models.Model):
    """A piece of work to be done once. This row is its truth; a Celery message only says "look at it".

    A worker claims it by a conditional UPDATE and holds it by a lease that progress renews.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Kind(models.TextChoices):
        REPORT = "report", _("Report")
        IMPORT = "import", _("Import")
        POLICY = "policy", _("Policy document")

    ACTIVE_STATES = (State.QUEUED, State.RUNNING)

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    parameters = models.JSONField(_("parameters"))
    request_key = models.CharField(max_length=200, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    progress_done = models.PositiveIntegerField(_("steps done"), default=0)
    progress_total = models.PositiveIntegerField(_("steps in all"), default=0)
    progress_text = models.CharField(_("now at"), max_length=200, blank=True)
    claim = models.CharField(max_length=40, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="jobs", verbose_name=_("asked by"))
    requested_at = models.DateTimeField(_("asked at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    failure = models.TextField(_("why it failed"), blank=True)
    failure_detail = models.TextField(_("details for the engineer"), blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request_key"],
                condition=Q(state__in=("queued", "running")),
                name="job_one_active_per_request",
                violation_error_message=_("The same request is being worked on already."),
            )
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="job_state_lease")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def is_stale(self, now: datetime) -> bool:
        """Return True if the lease ran out: the worker died."""
        return self.state == self.State.RUNNING and self.lease_until is not None and self.lease_until < now

    @property
    def is_active(self) -> bool:
        """Return True if it waits or runs."""
        return self.state in self.ACTIVE_STATES


class IssuedReportQuerySet(models.QuerySet["IssuedReport"]):
    """Issued reports."""

    def visible_to(self, user: User) -> Self:
        """Reports on the regions this person may read."""
        return self.filter(scope_of(user, Capability.READ_REPORTS).as_filter("region__path", plan_field="plan"))

    def of_the_kind_of(self, report: "IssuedReport") -> Self:
        """The issues in whose row this one stands, the newest first: same kind, plan, region and language.

        None on a later period: what comes after is nothing that one compares with.
        """
        return self.filter(
            kind=report.kind,
            plan=report.plan_id,
            region=report.region_id,
            language=report.language,
            period__ends_on__lte=report.period.ends_on,
        ).order_by("-pk")

    def with_names(self) -> Self:
        """With all that a line about a report prints."""
        return self.select_related("plan", "period", "region", "issued_by")

    def without_inputs(self) -> Self:
        """Without what the figures were reckoned from, which may be long: for lists."""
        return self.defer("revisions", "book")


class IssuedReport(models.Model):
    """A report as it left: its file with its hash, and the revisions its figures rest on."""

    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="report", verbose_name=_("job"))
    kind = models.CharField(_("kind"), max_length=30)
    parameters = models.JSONField(_("parameters"), default=dict)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reports", verbose_name=_("action plan"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="reports", verbose_name=_("period"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="reports", verbose_name=_("region"))
    issue_number = models.PositiveIntegerField(_("issue"))
    title = models.CharField(_("title"), max_length=300)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES)
    as_of = models.DateTimeField(_("as of"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by"))
    revisions = NumbersField(_("revisions"), default=list)
    book = models.JSONField(_("inputs of the figures"), default=dict)
    file = models.FileField(_("file"), max_length=300)
    file_size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    has_demonstration = models.BooleanField(_("holds demonstration data"), default=False)
    keep_until = models.DateTimeField(_("file kept until"), null=True)
    file_removed_at = models.DateTimeField(_("file removed at"), null=True)

    objects = IssuedReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("issued report")
        verbose_name_plural = _("issued reports")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "plan", "period", "region", "issue_number"],
                name="issuedreport_number_once",
                violation_error_message=_("This issue number is taken."),
            )
        ]

    def __str__(self) -> str:
        return self.title
