"""The page of an issued document: its editions, levels, what differs from earlier ones, and what changed since."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.calculation.attribution import Cause
from tracker.calculation.level_moves import Move
from tracker.calculation.levels import Level
from tracker.documents import wording
from tracker.documents.compliance.comparison import Comparison, FigureChange, LevelMove
from tracker.documents.compliance.figure_changes import causes_in_words, explain_causes
from tracker.documents.compliance.level_changes import remark_on
from tracker.documents.figure_words import figure_in_words, step_in_words, value_in_words
from tracker.documents.issue_words import Issue
from tracker.documents.move_words import move_in_words
from tracker.models import IssuedLevel, IssuedReport, User
from tracker.queries.documents.change_words import kind_in_words, words_after, words_before
from tracker.queries.documents.changes import ValueChange, changes_since
from tracker.queries.documents.comparisons import comparisons_of, figures_changed, moves_since
from tracker.queries.documents.consistent_read import consistent_read
from tracker.queries.documents.editions import issue_of, kept_edition
from tracker.queries.documents.grades import issues_in_a_row
from tracker.queries.documents.inputs import DocumentInputs, kept_inputs, load_inputs
from tracker.queries.documents.named_changes import shares_in_returns
from tracker.queries.documents.quality import QualityLine, quality_from_json
from tracker.queries.documents.set_up_changes import set_up_changes
from tracker.queries.documents.shares_of_changes import Share, shares_of


@dataclass(frozen=True)
class FigureRow:
    """A figure that changed, as the page prints it; the parts are in the order of the causes."""

    place: str
    indicator: str
    figure: str
    unit: str
    period: str
    then: str
    now: str
    change: str
    parts: Sequence[str]
    causes: str


@dataclass(frozen=True)
class MoveRow:
    """A level that moved, as the page prints it."""

    move: str
    place: str
    indicator: str
    then: Level | None
    now: Level | None
    remark: str


@dataclass(frozen=True)
class Moves:
    """The levels that moved; those of targets that can no longer be graded apart, with their places."""

    rows: Sequence[MoveRow]
    ungraded: Sequence[MoveRow]
    places: str

    @property
    def number(self) -> int:
        """Return how many there are."""
        return len(self.rows) + len(self.ungraded)


@dataclass(frozen=True)
class ComparedRows:
    """A document's comparison with an earlier one."""

    label: str
    moves: Moves
    figures: Sequence[FigureRow]


@dataclass(frozen=True)
class LevelRow:
    """A level that a document was issued with. `issues` counts those in a row in which it was the same."""

    place: str
    indicator: str
    level: Level | None
    basis: str
    is_provisional: bool
    issues: int


@dataclass(frozen=True)
class ShareRow:
    """A change since, with its kind in words and what it moved."""

    kind: str
    share: Share
    before: Sequence[str]
    after: Sequence[str]


@dataclass(frozen=True)
class ReportPage:
    """All of it. `figures_since` are those that the present inputs would give otherwise; None where none are kept."""

    issue: Issue
    editions: Sequence[IssuedReport]
    previous_issue: IssuedReport | None
    compared: Sequence[ComparedRows]
    levels: Sequence[LevelRow]
    changes: Sequence[ValueChange] | None
    figures_since: Sequence[FigureRow] | None
    levels_since: Moves
    explanation: str
    shares: Sequence[ShareRow] = ()
    returns: Sequence[QualityLine] = ()

    @property
    def late(self) -> int:
        """Return how many of the returns were late."""
        return sum(one.is_late for one in self.returns)


def report_page(report: IssuedReport, user: User) -> ReportPage:
    """Return what the page of an issued document shows to a person."""
    visible = IssuedReport.objects.visible_to(user).without_inputs().select_related("period")
    editions = visible.of_the_issue_of(report).exclude(pk=report.pk).order_by("edition", "pk")
    previous = visible.filter(pk=report.previous_issue_id or 0).first()
    is_graded = "terms" in report.book
    with consistent_read():
        kept = kept_inputs(report) if is_graded else None
        present = load_inputs(report.period, report.region) if is_graded else None
        changes = changes_since(report) if is_graded else None
    since = figures_changed(report, present) if present else None
    return ReportPage(
        issue=issue_of(report),
        editions=list(editions),
        previous_issue=previous,
        compared=[_compared(one) for one in comparisons_of(kept, kept_edition(report))] if kept else [],
        levels=_levels(report, kept) if kept else [],
        changes=changes,
        figures_since=None if since is None else [_figure_row(one) for one in since],
        levels_since=_moves(moves_since(report, present) if present else ()),
        explanation=explain_causes(),
        returns=quality_from_json(kept.quality) if kept else (),
        shares=_shares(report, changes, kept) if kept and changes is not None else _rows(shares_in_returns(report)),
    )


def _shares(report: IssuedReport, changes: Sequence[ValueChange], kept: DocumentInputs) -> list[ShareRow]:
    return _rows(shares_of(report, set_up_changes(report, changes), kept))


def _rows(found: Sequence[Share]) -> list[ShareRow]:
    return [
        ShareRow(kind_in_words(one.change.kind), one, words_before(one.change), words_after(one.change))
        for one in found
    ]


def _compared(comparison: Comparison) -> ComparedRows:
    return ComparedRows(
        label=comparison.label,
        moves=_moves(comparison.moves),
        figures=[_figure_row(one) for one in comparison.figures],
    )


def _moves(found: Sequence[LevelMove]) -> Moves:
    ungraded = [one for one in found if one.move is Move.UNGRADED]
    return Moves(
        rows=[_move_row(one) for one in found if one.move is not Move.UNGRADED],
        ungraded=[_move_row(one) for one in ungraded],
        places=wording.listed(dict.fromkeys(one.place_name for one in ungraded)),
    )


def _move_row(one: LevelMove) -> MoveRow:
    return MoveRow(move_in_words(one.move), one.place_name, one.indicator, one.then, one.now, remark_on(one))


def _figure_row(one: FigureChange) -> FigureRow:
    found, decimals = one.attribution, one.decimals_of_figure
    parts = ["" if cause not in found.steps else step_in_words(*found.steps[cause], decimals) for cause in Cause]
    return FigureRow(
        place=one.place_name,
        indicator=one.indicator,
        figure=figure_in_words(found.figure),
        unit=one.unit_of_figure,
        period=one.period,
        then=value_in_words(found.then, decimals),
        now=value_in_words(found.now, decimals),
        change=wording.signed(found.change, decimals) if found.figure.is_amount else "",
        parts=parts,
        causes=causes_in_words(found),
    )


def _levels(report: IssuedReport, kept: DocumentInputs) -> list[LevelRow]:
    in_a_row, names = issues_in_a_row(report), kept.names
    return [
        LevelRow(
            place=str(names.regions.get(row.region, row.region)),
            indicator=str(names.indicators[row.indicator].name) if row.indicator in names.indicators else row.indicator,
            level=Level(row.level) if row.level else None,
            basis=row.get_basis_display(),
            is_provisional=row.basis == IssuedLevel.Basis.PROVISIONAL,
            issues=in_a_row.get((row.indicator, row.region), 0),
        )
        for row in report.levels.order_by("pk")
    ]
