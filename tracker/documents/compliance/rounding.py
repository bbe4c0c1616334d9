"""Notes on printed figures that do not subtract or add up because each is rounded by itself."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tracker.calculation.quantities import round_half_up
from tracker.documents import progress_words
from tracker.documents.compliance.figures import ComplianceFigures, TargetLine


def rounding_notes(figures: ComplianceFigures, lines: Sequence[TargetLine]) -> list[str]:
    """Return the notes beside these targets' figures; nothing where all of them subtract and add up as printed."""
    notes = progress_words.rounding_note(line.standing for line in lines)
    if any(_does_not_add_up(line, figures, lines) for line in lines):
        notes.append(_("Parts that do not add up to their total are rounded each by itself."))
    return notes


def _does_not_add_up(line: TargetLine, figures: ComplianceFigures, lines: Sequence[TargetLine]) -> bool:
    """Return True if the cumulative of a sum, as printed, is not the sum of its parts' beside it."""
    printed = {
        one.key: round_half_up(one.standing.to_date.value, one.decimals)
        for one in lines
        if one.standing.to_date.value is not None
    }
    parts = figures.book_of(line.key).cells.rules[line.key].parts
    if not parts or not printed.keys() >= {line.key, *parts}:
        return False
    return sum(printed[part] for part in parts) != printed[line.key]
