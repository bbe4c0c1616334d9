"""What leaves the system as files: jobs, and the reports they issue."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.access import Capability, people_covered_by, scope_of
from tracker.models.organisation import Region, User
from tracker.models.period import Period
from tracker.models.plan import Plan
from tracker.models.quantity import QuantityField
from tracker.models.runs import NumbersField

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs."""

    def visible_to(self, user: User) -> Self:
        """One's own, those that write a report on a region one may read, and those one audits.

        A second asker is given the first's.
        """
        reading = scope_of(user, Capability.READ_REPORTS)
        if reading.everywhere:
            return self
        audited = scope_of(user, Capability.READ_EVENTS)
        return self.filter(
            Q(requested_by=user)
            | audited.as_filter("parameters__region_path", plan_field="parameters__plan")
            | Q(parameters__region_path__isnull=True, requested_by__in=people_covered_by(audited).values("pk"))
            | reading.as_filter("parameters__region_path", plan_field="parameters__plan")
        )

    def active(self) -> Self:
        """Select the waiting or running jobs."""
        return self.filter(state__in=Job.ACTIVE_STATES)

    def stale(self, now: datetime) -> Self:
        """Select the running jobs whose lease expired: their worker died."""
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
        """Select the reports on the regions this user may read."""
        return self.filter(scope_of(user, Capability.READ_REPORTS).as_filter("region__path", plan_field="plan"))

    def of_the_series_of(self, report: "IssuedReport") -> Self:
        """Return the documents of the same kind, plan, region and kind of period, in any language."""
        return self.filter(
            kind=report.kind, plan=report.plan_id, region=report.region_id, period__kind=report.period.kind
        )

    def of_the_issue_of(self, report: "IssuedReport") -> Self:
        """Return the editions of the same issue, in any language."""
        return self.filter(kind=report.kind, plan=report.plan_id, region=report.region_id, period=report.period_id)

    def newest_edition(self) -> "IssuedReport | None":
        """Return the newest of these editions; of its languages the one issued first."""
        return self.order_by("-edition", "pk").first()

    def with_names(self) -> Self:
        """With all that a line about a report prints."""
        return self.select_related("plan", "period", "region", "issued_by")

    def without_inputs(self) -> Self:
        """Without what the figures were reckoned from, which may be long: for lists."""
        return self.defer("revisions", "book")


class IssuedReport(models.Model):
    """A report as it left: its file with its hash, and the revisions its figures rest on.

    A document has the number of its period in the year. Issued again it is another edition of the same number; one
    edition has the same inputs in every language, of which the first one `opens_edition`. `previous_edition` and
    `previous_issue` are what it was compared with: the newest ones when it was issued.
    """

    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="report", verbose_name=_("job"))
    kind = models.CharField(_("kind"), max_length=30)
    parameters = models.JSONField(_("parameters"), default=dict)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reports", verbose_name=_("action plan"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="reports", verbose_name=_("period"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="reports", verbose_name=_("region"))
    issue_year = models.PositiveSmallIntegerField(_("year of the issue"))
    issue_number = models.PositiveIntegerField(_("issue"))
    edition = models.PositiveIntegerField(_("edition"), default=1)
    opens_edition = models.BooleanField(default=True, editable=False)
    is_correction = models.BooleanField(_("correction"), default=False)
    previous_edition = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name=_("edition before")
    )
    previous_issue = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name=_("previous issue")
    )
    title = models.CharField(_("title"), max_length=300)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES)
    as_of = models.DateTimeField(_("as of"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by"))
    prepared_by = models.CharField(_("prepared by"), max_length=200, blank=True, editable=False)
    revisions = NumbersField(_("revisions"), default=list)
    book = models.JSONField(_("input snapshot"), default=dict)
    inputs_sha256 = models.CharField(_("SHA-256 of the inputs"), max_length=64, blank=True)
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
                fields=["kind", "plan", "period", "region", "edition", "language"],
                name="issuedreport_edition_once",
                violation_error_message=_("This edition has been issued in this language already."),
            ),
            models.UniqueConstraint(
                fields=["kind", "plan", "period", "region", "edition"],
                condition=Q(opens_edition=True),
                name="issuedreport_opens_once",
                violation_error_message=_("This edition has been issued already."),
            ),
            models.CheckConstraint(
                condition=Q(edition__gte=1, issue_number__gte=1), name="issuedreport_numbers_from_one"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class IssuedLevel(models.Model):
    """The warning level with which a target was issued in a place. Rows are added with the document, never changed.

    `period` is that of the figure, which is another than the document's for targets of another frequency. The basis
    says what the level rests on: every expected return, those that have come in (a provisional level), or none.
    """

    class Basis(models.TextChoices):
        COMPLETE = "complete", _("complete")
        PROVISIONAL = "provisional", _("provisional")
        NONE = "none", _("nothing verified")

    report = models.ForeignKey(IssuedReport, models.PROTECT, related_name="levels", verbose_name=_("issued report"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", verbose_name=_("period"))
    indicator = models.CharField(_("indicator"), max_length=60)
    region = models.CharField(_("region"), max_length=12)
    level = models.PositiveSmallIntegerField(_("warning level"), null=True)
    basis = models.CharField(_("basis"), max_length=12, choices=Basis)

    class Meta:
        verbose_name = _("issued level")
        verbose_name_plural = _("issued levels")
        ordering = ["report", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "indicator", "region"], name="issuedlevel_once"),
            models.CheckConstraint(condition=Q(level=None) | Q(level__in=(1, 2, 3)), name="issuedlevel_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.indicator} {self.region}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; changing one is refused here as by the database."""
        if self.pk is not None:
            raise TypeError("An issued level is never changed.")
        super().save(*args, **kwargs)


class IssuedForecast(models.Model):
    """The forecast of the end of the plan with which a target was issued in a place. Rows are never changed.

    `period` is the last one that was known. The range is empty where the method gives none.
    """

    class Method(models.TextChoices):
        RUN_RATE = "run_rate", _("at the average month so far")
        LAST_YEAR = "last_year", _("by last year's seasons")
        SEASON_TABLE = "season_table", _("by the season table of the target")

    report = models.ForeignKey(IssuedReport, models.PROTECT, related_name="forecasts", verbose_name=_("issued report"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", verbose_name=_("period"))
    indicator = models.CharField(_("indicator"), max_length=60)
    region = models.CharField(_("region"), max_length=12)
    method = models.CharField(_("method"), max_length=12, choices=Method)
    value = QuantityField(_("forecast"))
    low = QuantityField(_("lower end"), null=True)
    high = QuantityField(_("upper end"), null=True)

    class Meta:
        verbose_name = _("issued forecast")
        verbose_name_plural = _("issued forecasts")
        ordering = ["report", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "indicator", "region"], name="issuedforecast_once"),
        ]
        indexes = [models.Index(fields=["indicator", "region"], name="issuedforecast_of")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.indicator} {self.region}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; changing one is refused here as by the database."""
        if self.pk is not None:
            raise TypeError("An issued forecast is never changed.")
        super().save(*args, **kwargs)
