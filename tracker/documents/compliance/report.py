"""Puts the sheets together, each with what every sheet must say: who, when, coverage, pace, as of."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.documents.compliance.barometer import barometer
from tracker.documents.compliance.basis import basis
from tracker.documents.compliance.changes import changes
from tracker.documents.compliance.checks import checks
from tracker.documents.compliance.clauses import clauses
from tracker.documents.compliance.course import chart_page, course
from tracker.documents.compliance.cover import cover
from tracker.documents.compliance.figure_changes import figure_changes, labels
from tracker.documents.compliance.figures import ComplianceFigures
from tracker.documents.compliance.frame import as_of, framed
from tracker.documents.compliance.lagging_regions import lagging_regions
from tracker.documents.compliance.ledger import ledger
from tracker.documents.compliance.ledger_sums import NAMES, LedgerSums, is_reckoned
from tracker.documents.compliance.level_changes import level_changes
from tracker.documents.compliance.lists import lists
from tracker.documents.compliance.monthly import monthly
from tracker.documents.compliance.other_frequencies import other_frequencies
from tracker.documents.compliance.outlook import outlook
from tracker.documents.compliance.overall import overall_sheet
from tracker.documents.compliance.quality import quality
from tracker.documents.compliance.ranking import ranking
from tracker.documents.compliance.summary import KEY as SUMMARY
from tracker.documents.compliance.summary import summary
from tracker.documents.compliance.verification import verification
from tracker.documents.set_up_changes import set_up_sheet
from tracker.documents.shape import Report, Sheet

IDENTIFIER = "compliance"
#: Names are for finding the key figures, not for listing a register of them.
MOST_NAMED = 100


def build_compliance_report(figures: ComplianceFigures) -> Report:
    """Return the report in the active language."""
    sums = _ledger_sums(figures)
    checked = checks(figures, sums)
    sheets, left_out = _without_empty(_sheets(figures, sums, checked))
    return Report(
        made_at=figures.as_of,
        identifier=IDENTIFIER,
        title=title_of(figures),
        issuer=figures.issuer,
        sheets=[framed(sheet, figures) for sheet in (*sheets, basis(figures, left_out), ledger(figures))],
        marker=wording.demonstration_marker() if figures.is_demonstration else "",
        properties={
            "subject": figures.period,
            "description": as_of(figures),
            "keywords": figures.place.name,
            "category": _("Compliance report"),
            "identifier": figures.basis.sha256,
        },
        cover=cover(figures, checked),
        names=NAMES | _names(figures),
    )


def _sheets(figures: ComplianceFigures, sums: LedgerSums, checked: Sheet) -> Iterator[Sheet]:
    """Return the report proper, and behind it the annexes."""
    yield summary(figures, sums)
    if figures.others:
        yield other_frequencies(figures)
    yield from barometer(figures)
    if figures.overall:
        yield overall_sheet(figures.overall, figures.plan)
    if figures.comparisons:
        yield level_changes(figures)
    yield lagging_regions(figures)
    yield outlook(figures)
    yield clauses(figures)
    yield from lists(figures)
    first, *further = monthly(figures, sums)
    yield replace(first, chart_page=chart_page(figures))
    yield from further
    if figures.comparisons:
        yield changes(figures)
        yield set_up_sheet(figures.plan, labels(figures.comparisons), figures.set_up_changes)
        yield figure_changes(figures)
    if figures.cities:
        yield ranking(figures, sums)
    yield from course(figures)
    yield verification(figures)
    yield quality(figures)
    yield checked


def _without_empty(sheets: Iterable[Sheet]) -> tuple[list[Sheet], list[Sheet]]:
    """Return the sheets to print, and those that are left out because they have no rows."""
    kept: list[Sheet] = []
    left_out: list[Sheet] = []
    for sheet in sheets:
        (kept if sheet.rows or not sheet.is_optional else left_out).append(sheet)
    return kept, left_out


def _ledger_sums(figures: ComplianceFigures) -> LedgerSums:
    """Live sums for every target, month and city, as long as a program still reckons them in a moment."""
    book = figures.book
    number = sum(len(one.lines) * (len(one.book.periods) + 2 * len(figures.cities) + 2) for one in figures.by_frequency)
    is_live = is_reckoned(len(figures.ledger), number)
    names = {code: name for code, name in figures.indicators.items() if code not in book.listed}
    return LedgerSums(
        book.cells.rules,
        names,
        book.periods[-1].code,
        is_live=is_live,
        has_years=bool(book.cells.years),
        other_periods={key: code for code, (_book, keys) in figures.other_books.items() for key in keys},
    )


def _names(figures: ComplianceFigures) -> dict[str, str]:
    """Return the workbook's names for the key figures: completion_coal_gangue_utilised and its like."""
    names: dict[str, str] = {}
    for line in figures.targets[:MOST_NAMED]:
        for column in ("target", "cumulative", "completion", "schedule", "gap"):
            name = f"{column}_{line.key}".replace("-", "_").casefold()
            names.setdefault(name, f"{{{SUMMARY}!{column}@{line.key}}}")
    return names


def title_of(figures: ComplianceFigures) -> str:
    """ "…行动计划目标完成情况报告（2020年8月）", with the place when it is not the plan's own."""
    if figures.document_name:
        heading = _("%(plan)s: %(name)s") % {"plan": figures.plan, "name": figures.document_name}
        return _("%(name)s (%(period)s)") % {"name": heading, "period": figures.period}
    return _("%(plan)s: compliance report (%(period)s)") % {"plan": figures.plan, "period": figures.period}
