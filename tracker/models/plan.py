"""What was promised: plans, their clauses, and the commitments that are not numbers."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.calculation.checking_levels import BrokenOrder, require_unbroken
from tracker.calculation.levels import GradedBy
from tracker.calculation.overall_ranking import OverallRule
from tracker.models.naming import Named, in_readers_language
from tracker.models.organisation import Region
from tracker.models.plan_calendar import PlanCalendar
from tracker.models.region_level import level_choices

# Plain strings: migrations carry them, and never import code of ours.
GRADED_BY_CHOICES = [
    (GradedBy.DUE.value, _("in percent of what is due")),
    (GradedBy.POINTS.value, _("in percentage points of the target")),
]

OVERALL_RANKING_CHOICES = [
    (OverallRule.GAP.value, _("by mean gap")),
    (OverallRule.LEVELS.value, _("by number of targets at level I, then II, then mean gap")),
]

#: What is wrong with an order of levels, by the fault that `BrokenOrder` names.
ORDER_FAULTS = {
    "unknown": _("There is no such level: %(levels)s."),
    "above": _("The level lies above the plan's own region: %(levels)s."),
    "order": _("Name each level once, the lowest first: %(levels)s."),
    "hole": _("The order has a hole. These levels lie between its levels: %(levels)s."),
    "in_use": _("Returns still wait at these levels: %(levels)s. Let them be checked or sent back first."),
}


class PlanManager(models.Manager["Plan"]):
    """Plans that people work with; base years are found from their plans alone."""

    def get_queryset(self) -> models.QuerySet["Plan"]:
        """Return the plans without the base years."""
        return super().get_queryset().filter(base_year_of=None)


class Plan(Named, PlanCalendar):
    """An action plan as issued, with the ministry's bounds between warning levels.

    A base year holds the months of the year before a plan begins, to compare with: it has values, and neither targets
    nor returns to submit. It is no plan of its own, and `objects` leaves it out.
    """

    base_year_of = models.OneToOneField(
        "self", models.CASCADE, null=True, editable=False, related_name="base_year", verbose_name=_("base year of")
    )

    code = models.SlugField(
        _("code"),
        max_length=60,
        unique=True,
        help_text=_("Names the plan in addresses and templates; letters, digits and -, such as shanxi-2020."),
    )
    issuer = models.CharField(_("issuing body"), max_length=200)
    issuer_en = models.CharField(_("issuing body in English"), max_length=200, blank=True)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued on"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="plans", verbose_name=_("scope"))
    graded_by = models.CharField(
        _("gaps measured"),
        max_length=10,
        choices=GRADED_BY_CHOICES,
        default=GradedBy.DUE.value,
        help_text=_("The national rule measures a shortfall in percent of what is due."),
    )
    level_two_below = models.DecimalField(
        _("level II below a gap of"),
        max_digits=6,
        decimal_places=2,
        default=0,
        help_text=_("At or above this gap a target is on course (level III)."),
    )
    level_one_below = models.DecimalField(
        _("level I below a gap of"),
        max_digits=6,
        decimal_places=2,
        default=-10,
        help_text=_("Below this gap the worst level (I) holds."),
    )
    level_band = models.DecimalField(
        _("band around the bounds"),
        max_digits=5,
        decimal_places=2,
        default=1,
        help_text=_("Within the band a target keeps its level of the period before. 0: no band."),
    )
    overall_ranking = models.CharField(
        _("overall ranking of regions"),
        max_length=10,
        choices=OVERALL_RANKING_CHOICES,
        default=OverallRule.LEVELS.value,
        blank=True,
        help_text=_("Ranks regions over all graded targets. Empty: no overall ranking."),
    )
    remind_days_before = models.PositiveSmallIntegerField(
        _("first reminder: working days before the deadline"),
        null=True,
        blank=True,
        default=3,
        help_text=_(
            "Reporters who have not submitted are reminded on this day and on the deadline. Empty: no reminder."
        ),
    )
    remind_every_days = models.PositiveSmallIntegerField(
        _("reminder interval after the deadline (working days)"),
        null=True,
        blank=True,
        default=3,
        help_text=_("From the first working day after the deadline, for a month. Leave empty for no reminder."),
    )
    lock_after_days = models.PositiveSmallIntegerField(
        _("locked after the deadline (days)"),
        null=True,
        blank=True,
        help_text=_("From then on a late return needs an extension. Leave empty never to lock."),
    )

    issue_after_days = models.PositiveSmallIntegerField(
        _("reports planned after the deadline (working days)"),
        null=True,
        blank=True,
        help_text=_("The calendar of issues follows from it, such as 5. Leave empty for no calendar."),
    )

    checking_levels = models.JSONField(
        _("levels that check"),
        default=list,
        blank=True,
        help_text=_(
            "A return is checked at each of these levels in turn, the lowest first; only the last one's acceptance "
            "counts. Choose none where the region of the plan alone checks."
        ),
    )

    demonstration_day = models.DateField(
        _("demonstration time"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("A plan with sample data is shown as if today were this day."),
    )

    objects = PlanManager()

    class Meta:
        verbose_name = _("action plan")
        verbose_name_plural = _("action plans")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="plan_ends_after_start",
                violation_error_message=_("The plan must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(level_one_below__lte=F("level_two_below")),
                name="plan_levels_in_order",
                violation_error_message=_("The bound of level I must not lie above the bound of level II."),
            ),
            models.CheckConstraint(
                condition=Q(level_band__gte=0),
                name="plan_level_band_positive",
                violation_error_message=_("The band must not be negative."),
            ),
            models.CheckConstraint(
                condition=Q(remind_every_days=None) | Q(remind_every_days__gte=1),
                name="plan_remind_every_days",
                violation_error_message=_("Reminders come every 1 working day or more; leave empty for none."),
            ),
            *PlanCalendar.Meta.constraints,
        ]

    def clean(self) -> None:
        """Check that the checking levels go up one by one, and that none is removed while returns wait at it."""
        super().clean()
        if fault := self._fault_of_joined_months():
            raise ValidationError({"joins_january_february": fault})
        if not self.region_id:
            return
        if fault := self._fault_of_levels():
            raise ValidationError({"checking_levels": fault})

    def _fault_of_joined_months(self) -> str:
        """Return why January and February cannot be, or cease to be, one period; "" if they can."""
        if self.pk is not None:
            stored = Plan._base_manager.filter(pk=self.pk).values_list("joins_january_february", flat=True).first()
            if stored not in (None, self.joins_january_february) and self.periods.filter(kind="month").exists():
                return str(_("The plan's periods are open already: they cannot be joined or parted any more."))
        if not self.joins_january_february or not (self.starts_on and self.ends_on):
            return ""
        if self.starts_on.month == 2 or self.ends_on.month == 1 or self.fiscal_year_starts == 2:
            return str(_("The plan, or its year, begins or ends between January and February."))
        return ""

    def _fault_of_levels(self) -> str:
        names = dict(level_choices())
        try:
            require_unbroken(self.checking_levels, list(names), self.region.level)
        except BrokenOrder as broken:
            words = {"levels": _("; ").join(str(names.get(level, level)) for level in broken.levels)}
            return str(ORDER_FAULTS[broken.fault] % words)
        if self.pk is None:
            return ""
        waiting = self.periods.filter(returns__state="submitted", returns__checking_region__isnull=False)
        used = waiting.order_by().values_list("returns__checking_region__level", flat=True).distinct()
        gone = [str(names.get(level, level)) for level in used if level not in self.checking_levels]
        return str(ORDER_FAULTS["in_use"] % {"levels": _("; ").join(gone)}) if gone else ""

    @property
    def rights_id(self) -> int:
        """Return the plan by which rights hold here: a base year has those of its plan."""
        return self.base_year_of_id or self.pk

    def is_closed(self, now: datetime) -> bool:
        """Return True if it has ended and the last of its deadlines has passed."""
        return self.ends_on < self.day_of(now) and not self.periods.filter(due_at__gt=now).exists()

    @property
    def issuing_body(self) -> str:
        """Return who issued it, in the reader's language."""
        return in_readers_language(self.issuer, self.issuer_en)


class Clause(Named):
    """A numbered part of the plan. `name` is a short label of ours; `wording` is the plan's own, where it is kept."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="clauses", verbose_name=_("action plan"))
    number = models.CharField(_("clause"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    wording = models.TextField(
        _("clause text"), blank=True, help_text=_("As issued; shown beside what the clause sets.")
    )

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="clause_number_once",
                violation_error_message=_("The plan has this clause already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {super().__str__()}"


class Body(Named):
    """A body that a commitment names: an office, a department, a company."""

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("responsible bodies")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name"], name="body_name_once")]


class Commitment(models.Model):
    """A task or measure, or one place's part of it, that is not a number: tracked by status, never by a percentage."""

    class Kind(models.TextChoices):
        TASK = "task", _("Main task")
        MEASURE = "measure", _("Supporting measure")
        PART = "part", _("Part of a task")

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", _("Not started")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Done")
        STALLED = "stalled", _("Stalled")

    clause = models.OneToOneField(Clause, models.CASCADE, related_name="commitment", verbose_name=_("clause"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    part_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts", verbose_name=_("parent task")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.NOT_STARTED)
    status_note = models.TextField(_("note on the status"), blank=True)
    places = models.ManyToManyField(Region, blank=True, related_name="commitments", verbose_name=_("regions"))
    bodies = models.ManyToManyField(Body, blank=True, related_name="commitments", verbose_name=_("responsible bodies"))

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["clause__plan", "clause__position"]

    def __str__(self) -> str:
        return str(self.clause)
