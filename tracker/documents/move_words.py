"""Moves of a warning level in words, the same on pages, in documents and in mail.

No arrow stands for a move: under a limit, and where a level "rises" in official texts, it would be misread.
"""

from django.utils.translation import pgettext

from tracker.calculation.level_moves import Move


def move_in_words(move: Move) -> str:
    """Return "worse", "better", "cannot be graded", "newly graded", "yardstick moved"."""
    return {
        Move.WORSE: pgettext("change of level", "worse"),
        Move.BETTER: pgettext("change of level", "better"),
        Move.UNGRADED: pgettext("change of level", "cannot be graded"),
        Move.GRADED: pgettext("change of level", "newly graded"),
        Move.YARDSTICK: pgettext("change of level", "yardstick moved"),
    }[move]
