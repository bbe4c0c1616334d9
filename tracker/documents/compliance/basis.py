"""编制依据: what the figures rest on, so that an auditor can follow each to its clause and recompute it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.documents.compliance.figures import BasisLine, ComplianceFigures
from tracker.documents.compliance.summary import explain_levels
from tracker.documents.shape import Column, Kind, Row, Sheet


def basis(figures: ComplianceFigures, left_out: Sequence[Sheet] = ()) -> Sheet:
    """Return the basis sheet. `left_out` are the sheets without rows this time: what they would state is here."""
    return Sheet(
        name=_("Basis"),
        title=_("%(plan)s: what the figures rest on") % {"plan": figures.plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Indicator")),
            Column(_("Clause")),
            Column(_("Bound")),
            Column(_("Target value"), Kind.AMOUNT),
            Column(_("Unit of measure")),
            Column(_("Version")),
            Column(_("In force from"), Kind.DAY),
            Column(_("Document number")),
            Column(_("Schedule curve")),
            Column(_("How it is calculated")),
        ],
        rows=[_row(number, line) for number, line in enumerate(figures.basis.lines, 1)],
        right=_("Unit: as in each row"),
        notes=[*_formulas(figures), *_inputs(figures), *map(_empty, left_out)],
        frozen_columns=2,
        is_supporting=True,
    )


def _empty(sheet: Sheet) -> str:
    words = {"sheet": sheet.name, "notice": sheet.notice}
    return _("No sheet “%(sheet)s” this time: %(notice)s") % words


def _row(number: int, line: BasisLine) -> Row:
    return Row(
        [
            number,
            line.indicator,
            line.clauses,
            line.bound,
            line.value,
            line.unit,
            line.version,
            line.effective_from,
            line.document,
            line.pace,
            line.reckoning,
        ],
        decimals=line.decimals,
    )


def _formulas(figures: ComplianceFigures) -> list[str]:
    return [
        _(
            "Completion rate = verified cumulative ÷ target. Difference = completion rate − "
            "schedule rate, in percentage points; negative is behind."
        ),
        _(
            "Schedule rate: even by day, days elapsed ÷ days of the plan; even by month, months elapsed ÷ months of "
            "the plan; by points, straight lines between the points that the ministry set."
        ),
        _(
            "Month on month and year on year = (this − the base) ÷ the base; “—” where either is incomplete or the "
            "base is zero. A rate is never averaged: its terms are added up, then divided."
        ),
        *explain_levels(figures),
        _("Calculations use unrounded values; figures are rounded once, for display."),
    ]


def _inputs(figures: ComplianceFigures) -> list[str]:
    found = figures.basis
    words = {"first": found.first_revision, "last": found.last_revision, "count": found.revisions}
    return [
        _("Revisions of values: %(count)s, numbered from %(first)s to %(last)s; the ledger names each.") % words
        if found.revisions
        else _("Revisions of values: none, nothing is verified yet."),
        _("As known at: %(moment)s") % {"moment": wording.stamp(figures.as_of)},
        _("SHA-256 of the inputs: %(hash)s") % {"hash": found.sha256},
    ]
