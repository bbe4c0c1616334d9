"""指标汇总: where each target stands in the report's region."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.cells import Coverage
from tracker.calculation.levels import Bounds, GradedBy, Level
from tracker.calculation.rollup import Rollup
from tracker.calculation.targets.kinds import Bound
from tracker.documents import expressions, progress_words, wording
from tracker.documents.compliance import monthly
from tracker.documents.compliance.figures import ComplianceFigures, PlaceFigures, TargetLine
from tracker.documents.compliance.ledger_sums import LedgerSums
from tracker.documents.compliance.rounding import rounding_notes
from tracker.documents.compliance.statistics import breaks_note, next_issue
from tracker.documents.shape import Column, Formula, Kind, Row, Sheet, Value

KEY = "summary"


def summary(figures: ComplianceFigures, sums: LedgerSums) -> Sheet:
    """Return the sheet; a derived total stands where the plan has it, before its parts."""
    shared = _shared_basis(figures)
    return Sheet(
        name=_("Summary by indicator"),
        title=_("%(plan)s: summary by indicator") % {"plan": figures.plan},
        columns=_columns(figures),
        rows=[_row(number, line, figures, sums, shared) for number, line in enumerate(figures.targets, 1)],
        right=_("Unit: as in each row"),
        notes=[
            _("Only verified values count. “—”: no data, which is not zero, or no basis to compare with."),
            *explain_levels(figures),
            *([_("Each provisional level: %(basis)s.") % {"basis": shared}] if shared else []),
            *expressions.schedule_notes(figures.book),
            *rounding_notes(figures, figures.targets),
            *breaks_note(figures.statistics),
            *next_issue(figures.statistics),
        ],
        frozen_columns=2,
        key=KEY,
    )


def _shared_basis(figures: ComplianceFigures) -> str:
    """Return on what the provisional levels rest, where it is the same for all: a note says it once."""
    found = {progress_words.basis_in_brief(line.standing) for line in figures.targets} - {""}
    return found.pop() if len(found) == 1 else ""


def _columns(figures: ComplianceFigures) -> list[Column]:
    coverage = _("Coverage (verified / expected)")
    return [
        *judged_columns(figures),
        Column(pgettext("coverage", "this period"), Kind.COUNT, group=coverage),
        Column(pgettext("coverage", "cumulative"), Kind.COUNT, group=coverage),
        Column(_("Remarks")),
    ]


def judged_columns(figures: ComplianceFigures, *, is_brief: bool = False) -> list[Column]:
    """Return the columns from the number to the level, as each table of targets begins; a brief level is narrow."""
    return [
        Column(_("No."), Kind.COUNT),
        Column(_("Indicator")),
        Column(_("Unit of measure")),
        Column(
            progress_words.target_label(is_one_year=figures.book.is_one_year),
            Kind.AMOUNT,
            is_unrounded=True,
            key="target",
        ),
        Column(wording.this_period(figures.kind, figures.book.periods[-1].code), Kind.AMOUNT, key="month"),
        Column(wording.on_period_before(figures.kind), Kind.RATE),
        Column(_("Cumulative"), Kind.AMOUNT, is_unrounded=True, key="cumulative"),
        Column(_("Year on year"), Kind.RATE),
        Column(_("Completion rate"), Kind.RATE, key="completion"),
        Column(_("Schedule rate"), Kind.RATE, is_unrounded=True, key="schedule"),
        Column(_("Gap (points)"), Kind.POINTS, key="gap"),
        Column(_("Warning"), Kind.LEVEL, is_brief=is_brief, key="level"),
    ]


def judged(line: TargetLine, figures: ComplianceFigures, sums: LedgerSums, *, is_brief: bool = False) -> list[Value]:
    """Return a target's cells from name to level, as each table of targets prints them; a brief level is narrow."""
    standing = line.standing
    return [
        line.name,
        line.unit_beside_target,
        of_parts(standing.target, "target", line, figures),
        month_cell(line, figures),
        month_on_month(line, figures),
        cumulative(line, figures, sums),
        year_on_year(line, figures),
        expressions.completion(standing),
        expressions.schedule(figures.book_of(line.key), line.key, standing.schedule_rate),
        expressions.gap(standing),
        expressions.level(standing, is_brief=is_brief) if line.is_graded else _ungraded(is_brief=is_brief),
    ]


def _ungraded(*, is_brief: bool) -> str:
    return pgettext("brief", "Reference") if is_brief else pgettext("warning level", "Reference")


def _row(number: int, line: TargetLine, figures: ComplianceFigures, sums: LedgerSums, shared_basis: str) -> Row:
    standing = line.standing
    values: list[Value] = [
        number,
        *judged(line, figures, sums),
        covered(standing.this_period.coverage),
        covered(standing.to_date.coverage),
        remarks(line, figures, shared_basis),
    ]
    return Row(values, is_total=line.is_derived, decimals=line.decimals, key=line.key)


def of_parts(value: Decimal | None, column: str, line: TargetLine, figures: ComplianceFigures) -> Value:
    """Return a derived figure as the sum of its parts' cells in the same column, where all of them have one."""
    parts = figures.book.cells.rules[line.key].parts
    if value is None or not parts or not {other.key for other in figures.targets}.issuperset(parts):
        return value
    return Formula(f"SUM({','.join(f'{{{column}@{part}}}' for part in parts)})", value)


def month_cell(line: TargetLine, figures: ComplianceFigures) -> Value:
    """Return the month's amount, out of the months' table."""
    value, book = line.standing.this_period.value, figures.book_of(line.key)
    if value is None:
        return None
    codes = book.codes_of_period
    if len(codes) == 1 or book.cells.rules[line.key].over_periods is Rollup.LATEST:
        return Formula(monthly_cell(line, figures, codes[-1]), value)
    if not book.adds_up(line.key):
        return value
    return Formula(f"SUM({monthly_cell(line, figures, f'{codes[0]}:{codes[-1]}')})", value)


def month_on_month(line: TargetLine, figures: ComplianceFigures) -> Value:
    """In %; a rate against a rate is a difference in percentage points and says so, a count one in things."""
    change = line.standing.month_on_month
    if change is None or line.is_rate or line.standing.is_count:
        return _difference(change, line)
    book = figures.book_of(line.key)
    if book.width > 1:
        return change
    before, now = (monthly_cell(line, figures, span.code) for span in book.periods[-2:])
    return expressions.growth(change, now, before)


def year_on_year(line: TargetLine, figures: ComplianceFigures) -> Value:
    """Of the cumulative."""
    change = figures.book_of(line.key).year_on_year(line.key, figures.place.code, to_date=True)
    if change is None or line.is_rate or line.standing.is_count:
        return _difference(change, line)
    return expressions.growth(change, "{cumulative}", monthly_cell(line, figures, monthly.LAST_YEAR_TO_DATE))


def _difference(change: Decimal | None, line: TargetLine) -> Value:
    """Return the change of a rate or a count in words."""
    if change is None:
        return None
    return wording.change(change, is_rate=line.is_rate, is_count=line.standing.is_count)


def monthly_cell(line: TargetLine, figures: ComplianceFigures, column: str) -> str:
    """Return the line's cell in the table of its periods."""
    return f"{{{monthly.KEY}{figures.suffix_of(line.key)}!{column}@{line.key}}}"


def cumulative(line: TargetLine, figures: ComplianceFigures, sums: LedgerSums) -> Value:
    """To date: of what adds up the months' sum, of a stock the last month, of a rate the ledger's quotient."""
    value, rule = line.standing.to_date.value, figures.book.cells.rules[line.key]
    added = of_parts(value, "cumulative", line, figures)
    if value is None or isinstance(added, Formula):
        return added
    if rule.parts or rule.numerator:
        formula = sums.amount(line.key)
        return Formula(formula, value) if formula else value
    periods = figures.book_of(line.key).periods
    first, last = periods[0].code, periods[-1].code
    if rule.over_periods is Rollup.LATEST:
        return Formula(monthly_cell(line, figures, last), value)
    if rule.over_periods is not Rollup.SUM:
        return value
    return Formula(f"SUM({monthly_cell(line, figures, f'{first}:{last}')})", value)


def remarks(line: TargetLine, figures: ComplianceFigures, shared_basis: str) -> str:
    """Return a target's remarks, without the basis of its level where a note below the table says it."""
    basis = progress_words.basis_in_brief(line.standing)
    remarks = [
        _("sum of its parts") if line.is_derived else "",
        added_up_to(line, figures),
        _("without %(parts)s: nothing verified for the period") % {"parts": wording.listed(line.missing_parts)}
        if line.missing_parts
        else "",
        bound_in_words(line),
        progress_words.change_so_far(line.standing, line.decimals),
        "" if basis == shared_basis else basis,
        _("clause %(numbers)s") % {"numbers": line.clauses},
    ]
    return _("; ").join(remark for remark in remarks if remark)


def added_up_to(line: TargetLine, figures: ComplianceFigures) -> str:
    """Return the newest period of a target whose periods are added up, where targets differ in their frequency."""
    newest = wording.period_in_words(figures.book_of(line.key).periods[-1].code)
    if not figures.other_books or newest == figures.period:
        return ""
    return _("counted up to %(period)s") % {"period": newest}


def bound_in_words(line: TargetLine) -> str:
    """Return the bound in words, with its figures where the column of targets does not say all: both ends, a change."""
    if line.standing.bound is Bound.BETWEEN or line.standing.kind.is_change:
        return progress_words.goal(line.standing, line.decimals, is_approximate=line.is_approximate)
    return _("%(bound)s (about)") % {"bound": line.bound} if line.is_approximate else line.bound


def covered(coverage: Coverage) -> str:
    """ "9/11"; a dash where nothing is owed."""
    return str(coverage) if coverage.expected else wording.MISSING


def explain_levels(figures: ComplianceFigures) -> list[str]:
    """Return what the levels mean, by the plan's bounds and by those of targets that have their own; what is
    provisional.
    """
    own = {line.standing.bounds for line in figures.graded} - {figures.bounds}
    notes = [_explained(figures.bounds)]
    for bounds in sorted(own, key=lambda one: (one.by, one.level_one_below)):
        names = wording.listed(line.name for line in figures.graded if line.standing.bounds == bounds)
        notes.append(_("%(names)s: %(levels)s") % {"names": names, "levels": _explained(bounds)})
    notes += _band(figures)
    if any(standing.is_provisional for place in _places(figures) for standing in place.standings.values()):
        notes.append(
            _(
                "Provisional: returns are missing. Judged on the places that have reported, against their own share of "
                "the target; without shares not graded. A provisional level is no change of level."
            )
        )
    return notes


def _band(figures: ComplianceFigures) -> list[str]:
    band = figures.bounds.band
    if not band:
        return []
    note = _(
        "Within a band of %(band)s around a bound, for counts of at least one whole thing, the level of the "
        "period before is kept. At the end of the plan there is no band."
    )
    return [note % {"band": f"{band.normalize():f}"}]


def kept_by_band(figures: ComplianceFigures, lines: Sequence[TargetLine]) -> list[str]:
    """Return the note on the band, where a level among these rests on it: a gap ahead may stand beside level II."""
    found = (line.standing for line in lines if line.is_graded and line.standing.level is not None)
    if not any(one.judged_by != one.bounds for one in found):
        return []
    note = _("A level within %(band)s of a bound is that of the period before.")
    return [note % {"band": f"{figures.bounds.band.normalize():f}"}]


def _places(figures: ComplianceFigures) -> list[PlaceFigures]:
    return [figures.place, *figures.cities]


def _explained(bounds: Bounds) -> str:
    words = {
        "three": wording.marked_level(Level.III),
        "two": wording.marked_level(Level.II),
        "one": wording.marked_level(Level.I),
        "two_below": f"{bounds.level_two_below.normalize():f}",
        "one_below": f"{bounds.level_one_below.normalize():f}",
    }
    if bounds.by is GradedBy.DUE:
        return (
            _(
                "%(three)s: %(two_below)s%% or more; %(two)s: %(one_below)s%% to %(two_below)s%%; %(one)s: below"
                " %(one_below)s%% (gap in %% of what is due). Without verified data: not graded."
            )
            % words
        )
    return (
        _(
            "%(three)s: %(two_below)s or more; %(two)s: %(one_below)s to %(two_below)s; %(one)s:"
            " below %(one_below)s (completion − schedule, percentage points). Without verified data:"
            " not graded."
        )
        % words
    )
