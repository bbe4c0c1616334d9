"""What was said: the cells of returns, and every value that ever stood in one."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tracker.calculation.cells import CellState
from tracker.calculation.value_status import ValueStatus, status_of
from tracker.models.access import Capability, scope_of
from tracker.models.indicator import Indicator, MeasureUnit
from tracker.models.organisation import User
from tracker.models.quantity import QuantityField
from tracker.models.reporting import WITHIN, Return

#: The value that counts as the unit's: the verified one, else the reported one.
SAID = Coalesce("verified_value", "reported_value")


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries."""

    def reported(self) -> Self:
        """Return those that a unit has said and stands by, not drafts."""
        return self.filter(unit_return__state__in=Return.REPORTED_STATES)

    def visible_to(self, user: User) -> Self:
        """Select the own units' cells, and others' of returns now submitted or verified.

        A return that is being corrected is a draft.
        """
        within = [f"unit_return__{name}" for name in WITHIN]
        own = scope_of(user, Capability.ENTER).as_filter(*within)
        others = scope_of(user, Capability.VIEW).as_filter(*within)
        return self.filter(own | (others & Q(unit_return__state__in=Return.REPORTED_STATES)))

    def verified_at(self, user: User, moment: datetime) -> Self:
        """Return the cells within a person's scope in which a verified value stood at a moment, with that value.

        `then_value`, `then_seen` (what the reviewer saw), `then_number`, `then_at` and `then_by` are those of then, and
        so is the status.
        """
        within = [f"unit_return__{name}" for name in WITHIN]
        own, others = (scope_of(user, what).as_filter(*within) for what in (Capability.ENTER, Capability.VIEW))
        verified = ValueRevision.objects.filter(kind="verified", entry=OuterRef("pk"), recorded_at__lte=moment)
        last = verified.order_by("-number")
        names = {"value": "value", "seen": "saw__value", "number": "number", "at": "recorded_at"}
        then = {f"then_{name}": Subquery(last.values(field)[:1]) for name, field in names.items()}
        person = Case(When(actor__display_name="", then=F("actor__username")), default=F("actor__display_name"))
        by = Subquery(last.annotate(person=person).values("person")[:1])
        found = self.filter(own | others).annotate(**then, then_by=by).filter(then_value__isnull=False)
        earlier = verified_otherwise(OuterRef("pk"), OuterRef("then_number"), OuterRef("then_value"))
        return found.annotate(was_other=Exists(earlier))

    def for_lists(self) -> Self:
        """With what a line in a list prints and is sorted by, and nothing else."""
        named = [
            f"{path}__{name}"
            for path in ("indicator", "unit_return__unit", "unit_return__unit__region")
            for name in ("code", "name", "name_en")
        ]
        return self.select_related(
            "indicator__unit",
            "unit_return__unit__region",
            "unit_return__period",
            "reported_revision",
            "verified_revision__actor",
        ).only(
            *("reported_value", "verified_value", "note", "indicator__decimals", "unit_return__unit__region__path"),
            *(f"unit_return__period__{name}" for name in ("code", "kind", "starts_on", "plan")),
            *("reported_revision__number", "verified_revision__number", "verified_revision__recorded_at"),
            *("indicator__unit__symbol", "indicator__unit__symbol_en"),
            *("verified_revision__actor__display_name", "verified_revision__actor__username", *named),
        )

    def with_status(self) -> Self:
        """With `was_other`: True where an earlier verification accepted another value than the one that stands."""
        earlier = verified_otherwise(OuterRef("pk"), OuterRef("verified_revision__number"), OuterRef("verified_value"))
        return self.annotate(was_other=Exists(earlier))

    def with_names(self) -> Self:
        """With all that a ledger line prints."""
        return self.select_related(
            "indicator__unit",
            "unit_return__unit__region",
            "unit_return__period",
            "unit_return__submitted_by",
            "unit_return__verified_by",
            "verified_revision",
        )


class Entry(models.Model):
    """The cell of one indicator in one return, as it stands now. None is missing; 0 is an explicit zero."""

    unit_return = models.ForeignKey(Return, models.CASCADE, related_name="entries", verbose_name=_("return"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="entries", verbose_name=_("indicator"))
    reported_value = QuantityField(_("reported value"), null=True, blank=True)
    reported_revision = models.ForeignKey("ValueRevision", models.PROTECT, null=True, related_name="+", editable=False)
    verified_value = QuantityField(_("verified value"), null=True, blank=True)
    verified_revision = models.ForeignKey("ValueRevision", models.PROTECT, null=True, related_name="+", editable=False)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["unit_return", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit_return", "indicator"],
                name="entry_indicator_once",
                violation_error_message=_("This return has an entry for this indicator already."),
            ),
            models.CheckConstraint(
                condition=Q(verified_value=None) | Q(verified_revision__isnull=False),
                name="entry_verified_by_revision",
                violation_error_message=_("A verified value rests on a revision."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_return} · {self.indicator}"

    @property
    def status(self) -> ValueStatus | None:
        """Return the status of the value; the row was read `with_status` or `verified_at` a moment."""
        verified = getattr(self, "then_value", self.verified_value)
        return status_of(self.reported_value, verified, was_other=getattr(self, "was_other", False))

    @property
    def state(self) -> CellState:
        """Return True if the cell is reported, a confirmed zero, or missing."""
        return CellState.of(self.reported_value)


def verified_otherwise(entry: OuterRef, number: OuterRef, value: OuterRef) -> "models.QuerySet[ValueRevision]":
    """Return the earlier verified revisions of an entry that accepted another value."""
    verified = ValueRevision.objects.filter(kind=ValueRevision.Kind.VERIFIED, value__isnull=False).order_by()
    return verified.filter(entry=entry, number__lt=number).exclude(value=value)


class ValueRevisionQuerySet(models.QuerySet["ValueRevision"]):
    """Revisions of values."""

    def standing(self) -> Self:
        """Select the verified revisions that are current in their cells: those that count."""
        return self.filter(pk=F("entry__verified_revision"), value__isnull=False)

    def with_status(self) -> Self:
        """With `was_other`: True where an earlier verification accepted another value than this one."""
        earlier = verified_otherwise(OuterRef("entry"), OuterRef("number"), OuterRef("value"))
        return self.annotate(was_other=Exists(earlier))

    def with_names(self) -> Self:
        """With all that a ledger line prints."""
        return self.select_related(
            "actor",
            "saw",
            "entry__indicator__unit",
            "entry__unit_return__unit__region",
            "entry__unit_return__period",
            "entry__unit_return__submitted_by",
        )


class ValueRevision(models.Model):
    """One value that stood in a cell: who, when, from where, why. Rows are added, never changed or removed.

    A *reported* revision is the unit's word, a *verified* one the reviewer's; the latter names the reported
    revision that the reviewer saw. A value of None withdraws: the cell was emptied, or the verification undone.
    """

    class Kind(models.TextChoices):
        REPORTED = "reported", _("Reported")
        VERIFIED = "verified", _("Verified")

    class Source(models.TextChoices):
        FORM = "form", _("Form")
        WORKBOOK = "workbook", _("Workbook")
        TABLE = "table", _("Table of past periods")
        GENERATED = "generated", _("Generated for demonstration")
        LINKED = "linked", _("Return for another plan")

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="revisions", verbose_name=_("entry"))
    number = models.PositiveIntegerField(_("revision"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    value = QuantityField(_("value"), null=True)
    entered_text = models.CharField(_("as entered"), max_length=100, blank=True)
    entered_unit = models.ForeignKey(
        MeasureUnit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit entered in")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    source_place = models.CharField(_("place in the source"), max_length=200, blank=True)
    saw = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("revision seen"))
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"), db_index=True)

    objects = ValueRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("value revision")
        verbose_name_plural = _("value revisions")
        ordering = ["entry", "number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="valuerevision_number_once"),
            models.CheckConstraint(
                condition=Q(kind="reported", saw=None) | Q(kind="verified", saw__isnull=False),
                name="valuerevision_saw",
                violation_error_message=_("A verified revision names the reported one that was seen."),
            ),
        ]

    @property
    def status(self) -> ValueStatus | None:
        """Return the status of a verified revision's value; the row was read `with_status`."""
        return status_of(None, self.value, was_other=getattr(self, "was_other", False))

    def __str__(self) -> str:
        return f"{self.entry_id} r{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; changing one is refused here as by the database."""
        if self.pk is not None:
            raise TypeError("A value revision is never changed; add another.")
        super().save(*args, **kwargs)
