"""月度调度表: every target of a plan on one page, and the months that it is reckoned from behind it."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.documents import findings, wording
from tracker.documents.compliance import lagging
from tracker.documents.compliance.barometer import starred
from tracker.documents.compliance.changes import changes
from tracker.documents.compliance.cover import facts_of
from tracker.documents.compliance.figure_changes import figure_changes, labels
from tracker.documents.compliance.figures import ComplianceFigures, TargetLine
from tracker.documents.compliance.frame import as_of, framed
from tracker.documents.compliance.ledger_sums import LedgerSums
from tracker.documents.compliance.level_changes import edition_in_words, level_changes
from tracker.documents.compliance.monthly import monthly
from tracker.documents.compliance.other_frequencies import other_frequencies
from tracker.documents.compliance.outlook import forecast_in_brief, need_column
from tracker.documents.compliance.rounding import rounding_notes
from tracker.documents.compliance.summary import added_up_to, covered, explain_levels, judged, judged_columns
from tracker.documents.set_up_changes import set_up_sheet
from tracker.documents.shape import Column, Kind, Report, Row, Sheet, Value

IDENTIFIER = "dispatch"
#: More rows than this do not read on one page, however small.
MOST_ON_A_PAGE = 40


def build_dispatch_report(figures: ComplianceFigures) -> Report:
    """Return the report in the active language."""
    sums = LedgerSums(figures.book.cells.rules, {}, figures.book.periods[-1].code, is_live=False)
    return Report(
        made_at=figures.as_of,
        identifier=IDENTIFIER,
        title=_("%(name)s (%(period)s)") % {"name": _heading(figures), "period": figures.period},
        issuer=figures.issuer,
        sheets=[framed(sheet, figures) for sheet in _sheets(figures, sums)],
        marker=wording.demonstration_marker() if figures.is_demonstration else "",
        properties={"subject": figures.period, "description": as_of(figures), "category": _("Monthly progress table")},
    )


def _heading(figures: ComplianceFigures) -> str:
    if figures.document_name:
        return _("%(plan)s: %(name)s") % {"plan": figures.plan, "name": figures.document_name}
    names = {
        "quarter": _("%(plan)s: quarterly dispatch table"),
        "half_year": _("%(plan)s: half-yearly dispatch table"),
        "year": _("%(plan)s: yearly dispatch table"),
    }
    return names.get(figures.kind, _("%(plan)s: monthly dispatch table")) % {"plan": figures.plan}


def _sheets(figures: ComplianceFigures, sums: LedgerSums) -> list[Sheet]:
    others = [other_frequencies(figures)] if figures.others else []
    since = list(_changes_since(figures)) if figures.comparisons else []
    unchanged = [sheet.notice for sheet in since if not sheet.rows]
    table = _table(figures, sums, unchanged)
    return [table, *others, *monthly(figures, sums), *(sheet for sheet in since if sheet.rows)]


def _changes_since(figures: ComplianceFigures) -> Iterator[Sheet]:
    yield level_changes(figures)
    yield changes(figures)
    yield set_up_sheet(figures.plan, labels(figures.comparisons), figures.set_up_changes)
    yield figure_changes(figures)


def _table(figures: ComplianceFigures, sums: LedgerSums, unchanged: Iterable[str]) -> Sheet:
    return Sheet(
        name=_("Dispatch table"),
        title=_heading(figures),
        columns=_columns(figures),
        rows=[_row(number, line, figures, sums) for number, line in enumerate(figures.targets, 1)],
        right=_("Unit: as in each row"),
        notes=[
            *_issue(figures),
            *_outstanding(figures),
            *explain_levels(figures),
            *rounding_notes(figures, figures.targets),
            *starred(figures),
            *filter(None, unchanged),
        ],
        frozen_columns=2,
        key="summary",
        on_one_page=len(figures.targets) <= MOST_ON_A_PAGE,
    )


def _columns(figures: ComplianceFigures) -> list[Column]:
    return [
        *judged_columns(figures, is_brief=True),
        need_column(figures),
        Column(_("Forecast\n(range)"), is_brief=True),
        Column(_("Coverage (verified / expected)"), Kind.COUNT),
        Column(_("Remarks")),
    ]


def _row(number: int, line: TargetLine, figures: ComplianceFigures, sums: LedgerSums) -> Row:
    standing = line.standing
    values: list[Value] = [
        number,
        *judged(line, figures, sums, is_brief=True),
        lagging.need_cell(figures, line),
        forecast_in_brief(line, figures),
        covered(standing.this_period.coverage),
        _("; ").join(filter(None, [_lagging(line, figures), added_up_to(line, figures)])),
    ]
    return Row(values, is_total=line.is_derived, decimals=line.decimals, key=line.key)


def _lagging(line: TargetLine, figures: ComplianceFigures) -> str:
    """Return who is far behind: what a dispatch is called for."""
    names = [
        place.name
        for place in figures.cities
        if line.is_graded and line.key in place.standings and _is_far_behind(place.standings[line.key])
    ]
    if not names:
        return ""
    return _("%(level)s: %(names)s") % {"level": wording.marked_level(Level.I), "names": findings.names(names)}


def _is_far_behind(standing: TargetProgress) -> bool:
    """Return True at the worst level, unless it is provisional: it calls for no act yet."""
    return standing.level is Level.I and not standing.is_provisional


def _issue(figures: ComplianceFigures) -> list[str]:
    """Return the number of the table, and of an edition what changed; it has no cover that says so."""
    words = [figures.issue, edition_in_words(figures) if figures.edition else ""]
    return [_("Issue: %(issue)s") % {"issue": wording.listed(filter(None, words))}] if figures.issue else []


def _outstanding(figures: ComplianceFigures) -> list[str]:
    missing = facts_of(figures).returns.not_reported
    if not missing:
        return []
    return [_("No return submitted yet: %(names)s.") % {"names": findings.names(missing)}]
