"""剩余任务与期末预测: what each target still needs in each period left, and where the year will land."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.documents import need_words, progress_words, trends, wording
from tracker.documents.compliance import lagging
from tracker.documents.compliance.figures import ComplianceFigures, TargetLine
from tracker.documents.shape import Column, Kind, Row, Sheet, Value

KEY = "outlook"


def outlook(figures: ComplianceFigures) -> Sheet:
    """Return the sheet."""
    return Sheet(
        name=_("Need and forecast"),
        title=_("%(plan)s: amounts still needed, and forecast") % {"plan": figures.plan},
        columns=_columns(figures),
        rows=[_row(number, line, figures) for number, line in enumerate(_lines(figures), 1)],
        right=_("Unit: as in each row"),
        notes=[
            _(
                "Needed per period: (target − cumulative) ÷ periods left; under a limit it is what may still be used. "
                "A forecast is made by last year's seasons where last year is complete, else by the season table of "
                "the target, else by the mean period so far. By seasons it has a range that holds the end of the plan "
                "in 8 of 10 cases. There is none before three periods are complete. Neither is given for what does "
                "not add up."
            )
        ],
        frozen_columns=2,
        key=KEY,
    )


def need_column(figures: ComplianceFigures) -> Column:
    """Return the column of what is needed in each period left."""
    heading = _("Needed per month left") if figures.kind == "month" else _("Needed per period left")
    return Column(heading, Kind.AMOUNT, key="need")


def forecast_in_brief(line: TargetLine, figures: ComplianceFigures) -> str:
    """Return the forecast with its range: "9,917.69" above "9,888.75–9,960.91"; a dash where nothing can be said."""
    found = lagging.forecast_of(figures, line, figures.place)
    if found is None:
        return wording.MISSING
    if found.low is None:
        return wording.amount(found.value, line.decimals)
    value, low, high = (wording.amount(each, line.decimals) for each in (found.value, found.low, found.high))
    return _("%(value)s\n%(low)s–%(high)s") % {"value": value, "low": low, "high": high}


def _lines(figures: ComplianceFigures) -> Iterator[TargetLine]:
    yield from figures.targets
    yield from (other.line for other in figures.others)


def _columns(figures: ComplianceFigures) -> list[Column]:
    group = _("Forecast")
    return [
        Column(_("No."), Kind.COUNT),
        Column(_("Indicator")),
        Column(_("Unit of measure")),
        Column(progress_words.target_label(is_one_year=figures.book.is_one_year), Kind.AMOUNT),
        Column(_("Cumulative"), Kind.AMOUNT),
        Column(_("Still to do"), Kind.AMOUNT),
        need_column(figures),
        Column(_("Value"), Kind.AMOUNT, group=group),
        Column(_("Lowest"), Kind.AMOUNT, group=group),
        Column(_("Highest"), Kind.AMOUNT, group=group),
        Column(_("Forecast against the target"), Kind.RATE),
        Column(_("How it is made")),
    ]


def _row(number: int, line: TargetLine, figures: ComplianceFigures) -> Row:
    standing = line.standing
    need = lagging.need_cell(figures, line)
    forecast = lagging.forecast_of(figures, line, figures.place)
    left = _still_to_do(line) if need is not None else None
    share = forecast.value / standing.target * 100 if forecast and standing.target and not line.is_rate else None
    values: list[Value] = [
        number,
        line.name,
        line.unit_beside_target,
        standing.target,
        standing.to_date.value,
        left,
        need,
        *((forecast.value, forecast.low, forecast.high) if forecast else (None, None, None)),
        None if standing.kind.is_change else share,
        trends.method(forecast) if forecast else "",
    ]
    return Row(values, is_total=line.is_derived, decimals=line.decimals, key=line.key)


def _still_to_do(line: TargetLine) -> Value:
    """Return what is missing to the target, or under a limit what is left of it; never below 0.

    Of a limit that is exceeded it is a dash: by how much stands in the column of the need.
    """
    if need_words.excess(line.standing):
        return None
    target, done = line.standing.target, line.standing.to_date.value
    return None if target is None or done is None else max(target - done, Decimal(0))
