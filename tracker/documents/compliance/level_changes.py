"""等级变动: the warning levels that are others than in earlier documents: worse, better, and what is neither."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tracker.calculation.level_moves import Move
from tracker.documents import wording
from tracker.documents.compliance.comparison import Comparison, LevelMove
from tracker.documents.compliance.figure_changes import labels
from tracker.documents.compliance.figures import ComplianceFigures
from tracker.documents.move_words import move_in_words
from tracker.documents.shape import Column, Kind, Row, Sheet


def level_changes(figures: ComplianceFigures) -> Sheet:
    """Return the sheet; where no level changed it says so."""
    found = [] if figures.is_empty else list(_ordered(figures.comparisons))
    rows = [_row(number, *each) for number, each in enumerate(found, 1)]
    return Sheet(
        name=_("Changes of level"),
        title=_("%(plan)s: changes of warning level") % {"plan": figures.plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(pgettext("changed figure", "Change")),
            Column(_("Region")),
            Column(_("Indicator")),
            Column(pgettext("warning level", "In the earlier document"), Kind.LEVEL),
            Column(pgettext("warning level", "Now"), Kind.LEVEL),
            Column(_("Gap (points)"), Kind.POINTS),
            Column(_("Remarks")),
            Column(pgettext("changed value", "As in")),
        ],
        rows=rows,
        notice="" if rows else nothing_changed(figures),
        notes=[
            _("Compared with: %(report)s") % {"report": labels(figures.comparisons)},
            _(
                "A level is better or worse only where it is so by the bounds, targets and rules of the earlier "
                "document, too. A provisional level is no change."
            ),
            *([_why_not_graded()] if any(one.move is Move.UNGRADED for _earlier, one in found) else []),
        ],
        frozen_columns=2,
        is_optional=True,
    )


def nothing_changed(figures: ComplianceFigures) -> str:
    """Return that no level changed, or that none is there to compare."""
    if figures.is_empty:
        return _("Nothing is graded for the period yet: there are no levels to compare with the last report's.")
    return _("No warning level has changed since the last report.")


def changes_in_words(figures: ComplianceFigures) -> str:
    """Return how many levels got worse, better and so on since the previous issue, or that this is the first."""
    if not figures.comparisons:
        return _("First issue: no earlier levels to compare with.")
    moves = () if figures.is_empty else figures.comparisons[-1].moves
    if not moves:
        return nothing_changed(figures)
    return _("Warning levels since %(report)s: %(changes)s.") % {
        "report": figures.last_report,
        "changes": counted(moves),
    }


def counted(moves: Sequence[LevelMove]) -> str:
    """Return "2 worse, 1 better, 5 not graded"."""
    numbers = Counter(one.move for one in moves)
    return wording.listed(
        pgettext("of levels", "%(count)s %(move)s") % {"count": numbers[move], "move": move_in_words(move)}
        for move in Move
        if numbers[move]
    )


def _why_not_graded() -> str:
    """Return the note on all levels that cannot be graded: one line below the table, not a remark in each row."""
    return _("“%(move)s”: %(why)s") % {"move": move_in_words(Move.UNGRADED), "why": _nothing_verified()}


def _nothing_verified() -> str:
    return _("Nothing verified for the period: not reported is not worse.")


def remark_on(one: LevelMove) -> str:
    """Return what the level would be by the yardstick then, where that is another; why one cannot be graded."""
    if one.move is Move.UNGRADED:
        return _nothing_verified()
    if one.by_old is None or one.by_old == one.now:
        return ""
    return _("By the bounds, targets and rules then: %(level)s") % {"level": wording.marked_level(one.by_old)}


def previous_issue(figures: ComplianceFigures) -> str:
    """Return the number of the previous issue, empty where there is none."""
    return next((one.label for one in figures.comparisons if not one.is_edition), "")


def edition_in_words(figures: ComplianceFigures) -> str:
    """Return "第2版（更正）" and what changed since the edition before."""
    since = next((one for one in figures.comparisons if one.is_edition), None)
    if since is None:
        return figures.edition
    number = sum(line.since == since.label for line in figures.changes)
    of_set_up = sum(one.is_since_edition for one in figures.set_up_changes)
    found = [
        ngettext("%(count)s value", "%(count)s values", number) % {"count": number} if number else "",
        ngettext("%(count)s figure", "%(count)s figures", len(since.figures)) % {"count": len(since.figures)}
        if since.figures
        else "",
        _("levels: %(changes)s") % {"changes": counted(since.moves)} if since.moves else "",
        ngettext("%(count)s change of set-up", "%(count)s changes of set-up", of_set_up) % {"count": of_set_up}
        if of_set_up
        else "",
    ]
    changed = wording.listed(filter(None, found))
    words = {"edition": figures.edition, "before": since.label, "changed": changed}
    if not changed:
        return _("%(edition)s; no value, figure or level differs from %(before)s") % words
    return _("%(edition)s; changed since %(before)s: %(changed)s") % words


def _ordered(comparisons: Sequence[Comparison]) -> Iterator[tuple[Comparison, LevelMove]]:
    """Return the moves with the document that each is compared with."""
    for comparison in comparisons:
        yield from ((comparison, one) for one in comparison.moves)


def _row(number: int, comparison: Comparison, one: LevelMove) -> Row:
    return Row(
        [
            number,
            move_in_words(one.move),
            one.place_name,
            one.indicator,
            one.then,
            one.now,
            one.progress.gap,
            "" if one.move is Move.UNGRADED else remark_on(one),
            comparison.label,
        ]
    )
