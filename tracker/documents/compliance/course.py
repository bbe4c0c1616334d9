"""累计与序时进度: the verified, what the schedule asks and the target, by period; their charts beside the cities'."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.trend import TrendPoint, trend
from tracker.documents import wording
from tracker.documents.compliance.figures import ComplianceFigures, Frequency, TargetLine
from tracker.documents.compliance.ranking import KEY as RANKING
from tracker.documents.compliance.ranking import placed_rows_of
from tracker.documents.shape import Chart, ChartPage, Column, Kind, Row, Run, Sheet, Value

KEY = "course"
VERIFIED, SCHEDULE, TARGET = "verified", "schedule", "target"
#: A chart for each of the first targets; of more, none finds the one that matters.
MOST_CHARTS = 12
#: So many periods stand side by side; of more, the last ones up to the one reported on.
MOST_PERIODS = 24


def course(figures: ComplianceFigures) -> list[Sheet]:
    """Return a sheet for each kind of period, which only has the targets that are charted."""
    return [_sheet(frequency, figures) for frequency in figures.by_frequency]


def _sheet(frequency: Frequency, figures: ComplianceFigures) -> Sheet:
    codes = shown_periods(figures, frequency.book)
    lines = [line for line in charted(figures) if line in frequency.lines]
    return Sheet(
        name=_("Cumulative and schedule"),
        title=_("%(plan)s: cumulative amounts against the schedule") % {"plan": figures.plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Indicator")),
            Column(_("Unit of measure")),
            Column(_("Line")),
            *(Column(code, Kind.AMOUNT, is_unrounded=True, is_brief=True, key=code) for code in codes),
        ],
        rows=[row for number, line in enumerate(lines, 1) for row in _rows(number, line, figures, codes)],
        right=_("Unit: as in each row"),
        notes=[_("Verified amounts up to each period. The schedule is what is due at the end of each period.")],
        frozen_columns=4,
        key=f"{KEY}{frequency.suffix}",
        is_supporting=True,
        is_optional=True,
    )


def chart_page(figures: ComplianceFigures) -> ChartPage | None:
    """Return a chart of each target's course, and beside it one of its cities; None where nothing is verified."""
    charts = [chart for line in charted(figures) for chart in (_course(line, figures), *_cities(line, figures))]
    if not charts:
        return None
    title = _("%(plan)s: progress against the schedule, and by region") if figures.cities else ""
    return ChartPage(
        name=_("Trend charts"),
        title=(title or _("%(plan)s: progress against the schedule")) % {"plan": figures.plan},
        charts=charts,
    )


def charted(figures: ComplianceFigures) -> list[TargetLine]:
    """Return the targets that have a chart: the first graded ones with a verified amount."""
    return [line for line in figures.graded if line.standing.to_date.value is not None][:MOST_CHARTS]


def shown_periods(figures: ComplianceFigures, book: FigureInputs) -> list[str]:
    """Return the codes of the periods along a chart's foot: those of the plan, of very many the last ones so far."""
    codes = list(book.codes_in_plan[: len(_ends(figures, book))])
    if len(codes) <= MOST_PERIODS:
        return codes
    return codes[max(0, len(book.periods) - MOST_PERIODS) : len(book.periods)]


def _ends(figures: ComplianceFigures, book: FigureInputs) -> list[date]:
    """Return the last days of the plan's periods; where one is not known, of those so far."""
    ends = [figures.ends[code] for code in book.codes_in_plan if code in figures.ends]
    return ends if len(ends) == len(book.codes_in_plan) else [span.ends_on for span in book.periods]


def _points(line: TargetLine, figures: ComplianceFigures) -> dict[str, TrendPoint]:
    book = figures.book_of(line.key)
    return {point.code: point for point in trend(book, line.key, figures.place.code, _ends(figures, book))}


def row_key(target: str, line: str) -> str:
    """Return the key of one of a target's rows."""
    return f"{target}|{line}"


def _rows(number: int, line: TargetLine, figures: ComplianceFigures, codes: list[str]) -> Iterator[Row]:
    points, book = _points(line, figures), figures.book_of(line.key)
    requirement = book.requirements.of(line.key, figures.place.code, book.periods[-1].ends_on)
    goal = requirement.goal_level if requirement else None
    amounts: dict[str, list[Decimal | None]] = {
        VERIFIED: [points[code].verified for code in codes],
        SCHEDULE: [points[code].schedule for code in codes],
        TARGET: [goal for _code in codes],
    }
    for key, name in _names(line).items():
        head: list[Value] = [number, line.name, line.unit] if key == VERIFIED else ["", "", ""]
        values: list[Value] = [*head, name, *amounts[key]]
        yield Row(values, decimals=line.decimals, key=row_key(line.key, key), begins_block=key == VERIFIED)


def _names(line: TargetLine) -> dict[str, str]:
    is_cap = line.standing.bound.is_cap
    return {
        VERIFIED: _("Verified cumulative"),
        SCHEDULE: _("Schedule"),
        TARGET: pgettext("line of a chart", "Limit") if is_cap else pgettext("line of a chart", "Target"),
    }


def _course(line: TargetLine, figures: ComplianceFigures) -> Chart:
    codes, names = shown_periods(figures, figures.book_of(line.key)), _names(line)
    sheet = f"{KEY}{figures.suffix_of(line.key)}"
    bars, *lines = (Run(sheet, codes, [row_key(line.key, key)], name) for key, name in names.items())
    return Chart(
        title=wording.in_unit(line.name, line.unit),
        across=Run(sheet, codes),
        bars=bars,
        lines=lines,
        labels_last=True,
    )


def _cities(line: TargetLine, figures: ComplianceFigures) -> Iterator[Chart]:
    """Return the chart of a target's cities, in the order of their ranks; none where no city has a rate."""
    if all(place.standings[line.key].completion is None for place in figures.cities if line.key in place.standings):
        return
    rows = placed_rows_of(line, figures)
    yield Chart(
        title=_("%(name)s: completion rate by region") % {"name": line.name},
        across=Run(RANKING, ["region"], rows),
        bars=Run(RANKING, ["completion"], rows, _("Completion rate")),
        lines=[Run(RANKING, ["schedule"], rows, _("Schedule rate"))],
    )
