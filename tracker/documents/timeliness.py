"""填报情况表: completeness and timeliness of the returns, by unit and by period."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.timeliness import Filing, Timeliness
from tracker.documents import wording
from tracker.documents.frames import signed
from tracker.documents.set_up_changes import SetUpChange, set_up_sheet
from tracker.documents.shape import Column, Formula, Kind, Report, Row, Sheet, Value
from tracker.documents.timeliness_changes import TimelinessChange, timeliness_changes

IDENTIFIER = "timeliness"
#: The columns that are counted; the others are reckoned from them.
COUNTED = (Filing.ON_TIME, Filing.LATE, Filing.UNDATED, Filing.MISSING, Filing.SENT_BACK)
FILED, OWED = "SUM({on_time:undated})", "SUM({on_time:sent_back})"


@dataclass(frozen=True)
class TimelinessLine:
    """The returns of one unit, or of one period: the names in the first columns, and what became of them."""

    names: tuple[str, ...]
    total: Timeliness


@dataclass(frozen=True)
class TimelinessFigures:
    """All of it, as of a moment; periods from the plan's first to the report's.

    `changes` are periods that the earlier documents named in `compared` counted otherwise, `set_up_changes` the moved
    deadlines, units and obligations behind them. `prepared_by` is the person who issued it; empty for the system.
    """

    plan: str
    issuer: str
    period: str
    as_of: datetime
    units: Sequence[TimelinessLine]
    periods: Sequence[TimelinessLine]
    is_demonstration: bool = False
    prepared_by: str = ""
    changes: Sequence[TimelinessChange] = ()
    set_up_changes: Sequence[SetUpChange] = ()
    compared: str = ""


def build_timeliness_report(figures: TimelinessFigures) -> Report:
    """Return the report in the active language."""
    by_unit = _sheet(figures, _("By unit"), [_("Region"), _("Reporting unit")], figures.units)
    by_period = _sheet(figures, _("By period"), [_("Period")], figures.periods)
    return Report(
        made_at=figures.as_of,
        identifier=IDENTIFIER,
        title=_("%(plan)s: completeness and timeliness (%(period)s)")
        % {"plan": figures.plan, "period": figures.period},
        issuer=figures.issuer,
        sheets=[by_unit, by_period, *_changes(figures)],
        marker=wording.demonstration_marker() if figures.is_demonstration else "",
        properties={
            "subject": figures.period,
            "description": _as_of(figures),
            "category": _("Completeness and timeliness"),
        },
    )


def _changes(figures: TimelinessFigures) -> list[Sheet]:
    if not figures.compared:
        return []
    sheets = [
        timeliness_changes(figures.plan, figures.compared, figures.changes),
        set_up_sheet(figures.plan, figures.compared, figures.set_up_changes),
    ]
    return [_framed(sheet, figures) for sheet in sheets]


def _sheet(figures: TimelinessFigures, name: str, headings: list[str], lines: Sequence[TimelinessLine]) -> Sheet:
    rows = [_row(number, line) for number, line in enumerate(lines, 1)]
    table = Sheet(
        name=name,
        title=_("%(plan)s: completeness and timeliness of returns") % {"plan": figures.plan},
        columns=[Column(_("No."), Kind.COUNT), *map(Column, headings), *_columns()],
        rows=[*rows, _total(headings, lines)] if rows else [],
        right=_as_of(figures),
        notice="" if rows else _("No return is expected yet."),
        notes=[
            _("From the plan's first period to this one. A return that is not due and not submitted is not counted."),
            _("Completeness = submitted ÷ expected. Timeliness = on time ÷ (expected − time unknown)."),
        ],
        has_filter=False,
        frozen_columns=1 + len(headings),
        key=name,
    )
    return _framed(table, figures)


def _framed(sheet: Sheet, figures: TimelinessFigures) -> Sheet:
    return signed(
        replace(sheet, right=_as_of(figures)),
        issuer=figures.issuer,
        period=figures.period,
        prepared_by=figures.prepared_by,
        day=figures.as_of,
    )


def _columns() -> list[Column]:
    handed_in = _("Submitted returns")
    return [
        Column(pgettext("returns", "Expected"), Kind.COUNT, key="owed"),
        Column(_("total"), Kind.COUNT, group=handed_in, key="filed"),
        Column(_("on time"), Kind.COUNT, group=handed_in, key="on_time"),
        Column(pgettext("return", "late"), Kind.COUNT, group=handed_in, key="late"),
        Column(_("time unknown"), Kind.COUNT, group=handed_in, key="undated"),
        Column(_("Missing"), Kind.COUNT, key="missing"),
        Column(_("Sent back, to be resubmitted"), Kind.COUNT, key="sent_back"),
        Column(_("Times sent back"), Kind.COUNT, key="times"),
        Column(_("Completeness"), Kind.RATE),
        Column(_("Timeliness rate"), Kind.RATE),
    ]


def _row(number: int, line: TimelinessLine) -> Row:
    counts = [line.total.numbers[filing] for filing in COUNTED]
    return Row([number, *line.names, *_reckoned(line.total, list(counts), line.total.times_sent_back)], key=str(number))


def _total(headings: list[str], lines: Sequence[TimelinessLine]) -> Row:
    total = sum((line.total for line in lines), Timeliness())
    rows = f"1:{len(lines)}"
    counts = [Formula(f"SUM({{{filing}@{rows}}})", total.numbers[filing]) for filing in COUNTED]
    times = Formula(f"SUM({{times@{rows}}})", total.times_sent_back)
    names = [_("total"), *[""] * (len(headings) - 1)]
    return Row(["", *names, *_reckoned(total, list(counts), times)], is_total=True)


def _reckoned(total: Timeliness, counts: list[Value], times: Value) -> list[Value]:
    """Owed, handed in, the counts, and the two rates over them."""
    complete = "{filed}/{owed}"
    timely = "{on_time}/({owed}-{undated})"
    return [
        Formula(OWED, total.owed),
        Formula(FILED, total.filed),
        *counts,
        times,
        None if total.completeness is None else Formula(complete, total.completeness),
        None if total.timeliness is None else Formula(timely, total.timeliness),
    ]


def _as_of(figures: TimelinessFigures) -> str:
    return _("Data as of: %(moment)s") % {"moment": wording.stamp(figures.as_of)}
