"""Statements of a plan's statistics on themselves: forecasts, revisions, breaks, the calendar of issues."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker.calculation.forecast_record import Accuracy, accuracy_of
from tracker.documents.revision_policy import usual_policy
from tracker.documents.shape import Column, Kind, Row, Sheet
from tracker.models import Identity, Indicator, Obligation, Period, Plan, Region, Target
from tracker.models.naming import in_readers_language
from tracker.queries.documents.kinds import COMPLIANCE
from tracker.queries.figures.breaks import BreakMark, load_breaks
from tracker.queries.figures.forecast_record import ForecastRecord, load_forecast_records
from tracker.queries.figures.plan_inputs import PlanInputs
from tracker.queries.figures.reporting_periods import first_kind
from tracker.queries.figures.revision_sizes import RevisionRow, load_revision_sizes
from tracker.queries.plans.issue_calendar import PlannedIssue, load_issue_calendar


@dataclass(frozen=True)
class TargetForecasts:
    """The issued forecasts of a target."""

    target: Target
    record: ForecastRecord


@dataclass(frozen=True)
class StatisticsPage:
    """The page of a plan at a period, for a region."""

    forecasts: Sequence[TargetForecasts]
    accuracy: Accuracy
    revisions: Sequence[RevisionRow]
    breaks: Sequence[BreakMark]
    calendar: Sequence[PlannedIssue]


@dataclass(frozen=True)
class Metadata:
    """Keep the metadata of an indicator in a plan."""

    indicator: Indicator
    target: Target | None
    frequencies: Sequence[str]
    units: int
    breaks: Sequence[BreakMark]
    policy: str


def load_statistics_page(inputs: PlanInputs, period: Period, region: Region) -> StatisticsPage:
    """Return the page: forecasts and breaks of the region, and revisions of it and of those right below.

    Of a region below only what was revised is listed; the export has all.
    """
    targets = {target.indicator.code: target for target in inputs.targets}
    records = load_forecast_records(inputs, [target.indicator for target in inputs.targets], region)
    forecasts = [TargetForecasts(target, records[code]) for code, target in targets.items() if code in records]
    kind = first_kind(inputs.kinds)
    sizes = load_revision_sizes(inputs, period, region)
    return StatisticsPage(
        forecasts=forecasts,
        accuracy=accuracy_of(row.judged for one in forecasts for row in one.record.rows),
        revisions=[row for row in sizes if row.region.pk == region.pk or row.size.revised],
        breaks=load_breaks(inputs.plan, [one.code for one in inputs.indicators], region, as_of=inputs.as_of),
        calendar=load_issue_calendar(inputs.plan, inputs.periods_of(kind), COMPLIANCE),
    )


def load_metadata(indicator: Indicator, plan: Plan, region: Region) -> Metadata:
    """Return the metadata of an indicator in a plan."""
    obligations = Obligation.objects.filter(plan=plan, indicator=indicator)
    kinds = set(obligations.order_by().values_list("frequency", flat=True))
    target = Target.objects.filter(plan=plan, indicator=indicator).select_related("responsible").first()
    return Metadata(
        indicator=indicator,
        target=target,
        frequencies=[str(one.label) for one in Period.Kind if one.value in kinds],
        units=obligations.order_by().values("unit").distinct().count(),
        breaks=load_breaks(plan, [indicator.code], region),
        policy=indicator.revision_note or revision_policy(),
    )


def revision_policy() -> str:
    """Return the organisation's revision policy in the reader's language; the usual one where none is filled in."""
    stored = Identity.objects.first()
    return (stored and in_readers_language(stored.revision_policy, stored.revision_policy_en)) or usual_policy()


def revisions_as_sheet(rows: Sequence[RevisionRow], title: str) -> Sheet:
    """Return the table of revisions for a workbook."""
    return Sheet(
        name=_("Revisions"),
        title=title,
        columns=[
            Column(_("Region")),
            Column(_("Indicator")),
            Column(_("Unit of measure")),
            Column(_("Verified values"), Kind.COUNT),
            Column(_("Revised"), Kind.COUNT),
            Column(_("Share revised"), Kind.RATE),
            Column(_("Mean revision"), Kind.AMOUNT, is_exact=True),
            Column(_("Mean absolute revision"), Kind.AMOUNT, is_exact=True),
            Column(_("Share downward"), Kind.RATE),
        ],
        rows=[
            Row(
                [
                    str(row.region),
                    str(row.indicator),
                    str(row.indicator.unit),
                    row.size.values,
                    row.size.revised,
                    row.size.share_revised,
                    row.size.mean,
                    row.size.mean_absolute,
                    row.size.share_downward,
                ],
                decimals=row.indicator.decimals,
            )
            for row in rows
        ],
        notes=[revisions_note()],
        notice="" if rows else _("Nothing is verified yet."),
        frozen_columns=2,
    )


def revisions_note() -> str:
    """Return what the table of revisions measures."""
    return _(
        "A revision is the difference between the value that stands now and the one that was verified first. The means "
        "are over all verified values, revised or not, in the indicator's unit; the share downward is of the revised."
    )
