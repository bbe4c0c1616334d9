"""Named lists of projects and rosters: their steps, their batches, and what figures count of them."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.calculation.lists.counting import Counts
from tracker.calculation.lists.stages import StepKind
from tracker.models.access import Capability, scope_of
from tracker.models.indicator import Indicator
from tracker.models.naming import Named
from tracker.models.organisation import User
from tracker.models.period import Period
from tracker.models.plan import Plan

# Plain strings: migrations carry them, and never import code of ours.
STEP_KINDS = [
    (StepKind.STAGE.value, _("Stage")),
    (StepKind.HALT.value, _("Halts")),
    (StepKind.RESUME.value, _("Resumes")),
    (StepKind.TERMINATE.value, _("Terminates")),
]
COUNTS = [
    (Counts.MEMBERS.value, _("Members on the list")),
    (Counts.STAGE.value, _("Members at a stage or beyond")),
    (Counts.STEP.value, _("Members with a step")),
    (Counts.INVESTMENT.value, _("Investment done")),
]


class ProjectList(Named):
    """A named list of a plan for a year: projects, or the small form, a roster of enterprises.

    A closed roster is complete: its target is its size. An open one ("30余户") may grow.
    """

    class Kind(models.TextChoices):
        PROJECTS = "projects", _("Project list")
        ROSTER = "roster", _("Roster")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="project_lists", verbose_name=_("action plan"))
    code = models.SlugField(_("code"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PROJECTS)
    year = models.PositiveSmallIntegerField(_("year"))
    is_closed = models.BooleanField(
        _("closed"), default=False, help_text=_("A closed roster names all there are; its size is its target.")
    )
    inapplicable_leaves = models.BooleanField(
        _("who does not apply leaves the denominator"),
        default=True,
        help_text=_("An enterprise that closed down is not applicable. Otherwise it stays in the denominator."),
    )
    counts_parts = models.BooleanField(
        _("counts the parts of a split"),
        default=True,
        help_text=_("A package project that was split counts as its parts. Otherwise it counts as one."),
    )
    frequency = models.CharField(
        _("reports by projects"),
        max_length=10,
        choices=Period.Kind,
        blank=True,
        help_text=_("How often the units report of each project. Empty: they do not."),
    )
    preparation_frequency = models.CharField(
        _("reports by preparation projects"), max_length=10, choices=Period.Kind, blank=True
    )
    reports_from = models.DateField(
        _("reports from"), null=True, blank=True, help_text=_("The first period reported is the one this day falls in.")
    )
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("carried over from")
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    class Meta:
        verbose_name = _("project list")
        verbose_name_plural = _("project lists")
        ordering = ["plan", "-year", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"],
                name="projectlist_code_once",
                violation_error_message=_("The plan has a list with this code already."),
            ),
            models.CheckConstraint(
                condition=Q(is_closed=False) | Q(kind="roster"),
                name="projectlist_closed_roster",
                violation_error_message=_("Only a roster can be closed."),
            ),
        ]

    @property
    def is_roster(self) -> bool:
        """Return True for the small form: a roster of enterprises."""
        return self.kind == self.Kind.ROSTER


class ListStep(Named):
    """A step that the members of a list take. Stages have their order in `position`."""

    project_list = models.ForeignKey(ProjectList, models.CASCADE, related_name="steps", verbose_name=_("list"))
    code = models.SlugField(_("code"), max_length=30)
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=STEP_KINDS, default=StepKind.STAGE.value)
    needed_permits = models.JSONField(
        _("permits needed"), default=list, blank=True, help_text=_("Without them the step is flagged.")
    )

    class Meta:
        verbose_name = _("step of a list")
        verbose_name_plural = _("steps of lists")
        ordering = ["project_list", "position"]
        constraints = [
            models.UniqueConstraint(fields=["project_list", "code"], name="liststep_code_once"),
            models.UniqueConstraint(fields=["project_list", "position"], name="liststep_position_once"),
        ]


class ListBatch(models.Model):
    """A document by which a list was issued or changed: its number, its day, and the day from which it holds."""

    project_list = models.ForeignKey(ProjectList, models.PROTECT, related_name="batches", verbose_name=_("list"))
    number = models.PositiveSmallIntegerField(_("batch"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    document_number = models.CharField(_("document number"), max_length=100)
    issued_on = models.DateField(_("issued on"))
    effective_from = models.DateField(_("in force from"))
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))

    class Meta:
        verbose_name = _("batch of a list")
        verbose_name_plural = _("batches of lists")
        ordering = ["project_list", "number"]
        constraints = [models.UniqueConstraint(fields=["project_list", "number"], name="listbatch_number_once")]

    def __str__(self) -> str:
        return self.document_number


class ListRule(models.Model):
    """A rule by which an indicator of a plan is counted from a list; its values are never typed."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="list_rules", verbose_name=_("action plan"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="list_rules", verbose_name=_("indicator"))
    project_list = models.ForeignKey(ProjectList, models.PROTECT, related_name="rules", verbose_name=_("list"))
    counts = models.CharField(_("counts"), max_length=10, choices=COUNTS)
    step = models.ForeignKey(
        ListStep, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stage or step")
    )
    without_terminated = models.BooleanField(_("without terminated members"), default=True)
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    class Meta:
        verbose_name = _("figure from a list")
        verbose_name_plural = _("figures from lists")
        ordering = ["plan", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "indicator"],
                name="listrule_indicator_once",
                violation_error_message=_("This indicator is counted from a list already."),
            ),
            models.CheckConstraint(
                condition=Q(counts__in=["stage", "step"], step__isnull=False)
                | Q(counts__in=["members", "investment"], step=None),
                name="listrule_step",
                violation_error_message=_("Choose the stage or step that is counted, and none otherwise."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} ← {self.project_list}"


class ListMemberQuerySet(models.QuerySet["ListMember"]):
    """Members of lists."""

    def visible_to(self, user: User) -> Self:
        """Return the members whose region or unit the person reads, or reports for."""
        return self.filter(self._within(user, Capability.VIEW) | self._within(user, Capability.ENTER))

    def enterable_by(self, user: User) -> Self:
        """Return the members of the units that this person reports for."""
        return self.filter(self._within(user, Capability.ENTER))

    def _within(self, user: User, capability: Capability) -> Q:
        lookups = ("project__region__path", "project__unit_id", "project_list__plan")
        return scope_of(user, capability).as_filter(*lookups)

    def on_list(self, day: date) -> Self:
        """Return those on their list at the end of a day."""
        return self.filter(Q(ends=None) | Q(ends__gt=day), begins__lte=day)

    def reporting_in(self, period: Period) -> Self:
        """Return those that report for a period: on the list at its end, and not terminated before it.

        `tracker.services.returns.expected` has the same in SQL, for the units of which a return is expected.
        """
        starts = Q(project_list__reports_from=None) | Q(project_list__reports_from__lte=period.ends_on)
        kind = Q(category=ListMember.Category.PREPARATION, project_list__preparation_frequency=period.kind)
        kind |= ~Q(category=ListMember.Category.PREPARATION) & Q(project_list__frequency=period.kind)
        counted = Q(part_of=None) | Q(project_list__counts_parts=True)
        terminated = Q(state=ListMember.State.TERMINATED, terminated_on__lt=period.starts_on)
        found = self.on_list(period.ends_on).filter(starts, kind, counted, project_list__plan=period.plan_id)
        return found.filter(inapplicable_reason="").exclude(terminated)

    def with_names(self) -> Self:
        """Select what a line about a member prints."""
        return self.select_related("project__region", "project__unit", "stage", "project_list__plan", "added_by")


class ListMember(models.Model):
    """A project or an enterprise on a list, from a day on and until a day.

    `stage`, `state`, `terminated_on`, `invested` and `reached` (by the code of a step the first day on which it was
    taken) follow from the verified steps and reports; `tracker.services.counts.standing` alone sets them.
    """

    class Category(models.TextChoices):
        NEW = "new", _("New start")
        CARRIED = "carried", _("Carried over")
        PREPARATION = "preparation", _("Preparation")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        HALTED = "halted", _("Halted")
        TERMINATED = "terminated", _("Terminated")

    project_list = models.ForeignKey(ProjectList, models.PROTECT, related_name="members", verbose_name=_("list"))
    project = models.ForeignKey("Project", models.PROTECT, related_name="memberships", verbose_name=_("project"))
    category = models.CharField(_("category"), max_length=12, choices=Category, default=Category.NEW)
    number = models.PositiveIntegerField(_("number on the list"))
    yearly_investment = models.DecimalField(
        _("investment planned for the year"), max_digits=15, decimal_places=6, null=True, blank=True
    )
    invested_before = models.DecimalField(
        _("invested before the list"),
        max_digits=15,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("Done in earlier years: the cumulative begins with it."),
    )
    begins = models.DateField(_("on the list from"))
    ends = models.DateField(_("no longer on the list from"), null=True, blank=True)
    added_by = models.ForeignKey(ListBatch, models.PROTECT, related_name="added", verbose_name=_("added by"))
    ended_by = models.ForeignKey(
        ListBatch, models.PROTECT, null=True, related_name="ended", verbose_name=_("taken off by")
    )
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("split from")
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    inapplicable_reason = models.CharField(_("not applicable because"), max_length=300, blank=True)
    stage = models.ForeignKey(
        ListStep, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("stage")
    )
    stage_on = models.DateField(_("at the stage since"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE, editable=False)
    terminated_on = models.DateField(_("terminated on"), null=True, editable=False)
    reached = models.JSONField(_("first day of each step"), default=dict, editable=False)
    invested = models.DecimalField(_("invested to date"), max_digits=15, decimal_places=6, null=True, editable=False)

    objects = ListMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a list")
        verbose_name_plural = _("members of lists")
        ordering = ["project_list", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project_list", "project"],
                condition=Q(ends=None),
                name="listmember_once",
                violation_error_message=_("This project is on the list already."),
            ),
            models.UniqueConstraint(fields=["project_list", "number"], name="listmember_number_once"),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gt=F("begins")),
                name="listmember_ends_after_start",
                violation_error_message=_("A member leaves the list after the day on which it came."),
            ),
        ]
        indexes = [models.Index(fields=["project_list", "stage", "state"], name="listmember_funnel")]

    def __str__(self) -> str:
        return str(self.project)
