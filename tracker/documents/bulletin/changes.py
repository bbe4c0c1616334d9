"""Sentences of a bulletin on changes: levels since the previous issue, and figures that an edition corrects."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.attribution import Cause
from tracker.calculation.level_moves import Move
from tracker.documents import wording
from tracker.documents.bulletin.text import Part, Sentence, fill, joined, listed
from tracker.documents.compliance.comparison import Comparison, LevelMove
from tracker.documents.compliance.figure_changes import cause_in_words
from tracker.documents.compliance.figures import ComplianceFigures
from tracker.documents.compliance.level_changes import counted


def level_sentences(figures: ComplianceFigures) -> Iterator[Sentence]:
    """Return the changes of level. "Rises" means worse, as in official texts: from level III to level II.

    A level that moved because the yardstick did is neither, and is told apart.
    """
    moves = figures.comparisons[-1].moves if figures.comparisons and not figures.is_empty else ()
    templates = {
        Move.WORSE: _("%(place)s %(name)s worsened from %(then)s to %(now)s"),
        Move.BETTER: _("%(place)s %(name)s improved from %(then)s to %(now)s"),
        Move.YARDSTICK: _(
            "%(place)s %(name)s went from %(then)s to %(now)s because the yardstick moved, neither better nor worse"
        ),
    }
    for kind, template in templates.items():
        found = [_level_parts(template, move) for move in moves if move.move is kind and move.then != move.now]
        if found:
            yield Sentence(f"levels:{kind.value}", joined([*listed(found, _("; ")), Part(_("."))]))


def edition_sentence(figures: ComplianceFigures) -> Iterator[Sentence]:
    """Return what an edition corrects: figures by cause, levels, and the changes of set-up behind them."""
    since = next((one for one in figures.comparisons if one.is_edition), None)
    if since is None or not since.figures:
        return
    place, found = figures.place.code, Counter(cause for one in since.figures for cause in one.attribution.steps)
    causes = [_cause_parts(cause, found[cause], place) for cause in Cause if found[cause]]
    separator = pgettext("list separator", ", ")
    template = _("This document replaces %(before)s: %(count)s figures of targets differ, through %(causes)s.")
    head, tail = template.split("%(causes)s")
    count = Part(str(len(since.figures)), f"changes@{place}:figures")
    parts = [*fill(head, before=since.label, count=count), *listed(causes, separator), *fill(tail)]
    yield Sentence("edition", joined([*parts, *_levels_since(since), *_set_up(figures)]))


def _level_parts(template: str, move: LevelMove) -> tuple[Part, ...]:
    return fill(
        template,
        place=move.place_name,
        name=move.indicator,
        then=Part(wording.level_name(move.then), f"{move.key}@{move.place}:level_then"),
        now=Part(wording.level_name(move.now), f"{move.key}@{move.place}:level"),
    )


def _cause_parts(cause: Cause, number: int, place: str) -> tuple[Part, ...]:
    count = Part(str(number), f"changes@{place}:{cause.value}")
    return fill(pgettext("cause of a change", "%(cause)s (%(count)s)"), cause=cause_in_words(cause), count=count)


def _levels_since(since: Comparison) -> tuple[Part, ...]:
    if not since.moves:
        return ()
    words = fill(_(" Warning levels: %(changes)s."), changes=counted(since.moves))
    if any(one.move is Move.YARDSTICK for one in since.moves):
        words += fill(_(" A level that moved because the yardstick moved is neither better nor worse."))
    return words


def _set_up(figures: ComplianceFigures) -> tuple[Part, ...]:
    """Return the kinds of the changes of set-up since the edition before, with the documents that order them."""
    found: dict[str, list[str]] = {}
    for one in figures.set_up_changes:
        if one.is_since_edition:
            documents = found.setdefault(one.kind, [])
            documents += [one.document] if one.document and one.document not in documents else []
    if not found:
        return ()
    words = [
        pgettext("change of set-up", "%(kind)s (%(documents)s)")
        % {"kind": kind, "documents": wording.listed(documents)}
        if documents
        else kind
        for kind, documents in found.items()
    ]
    return fill(_(" Set-up changed meanwhile: %(changes)s."), changes=wording.listed(words))
