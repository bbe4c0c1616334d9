"""Choices of the workbook's columns: their stored codes, with their words in each language."""

from collections.abc import Iterable
from typing import Any

from django.utils import translation

from tracker.models import CheckRule, Commitment, Indicator, Period, Role, Schedule, Subscription, Target, User
from tracker.models.indicator import ROLLUP_CHOICES
from tracker.models.plan import GRADED_BY_CHOICES, OVERALL_RANKING_CHOICES
from tracker.models.plan_calendar import BASIS_CHOICES
from tracker.models.region_level import level_choices
from tracker.models.target import KIND_CHOICES, PACE_CHOICES

LANGUAGES = ("zh-hans", "en")
#: set of choices -> code -> words
Choices = dict[str, dict[str, str]]


def choices_in_words() -> Choices:
    """Return every set of choices with its words in the active language."""
    found: dict[str, Iterable[Any]] = {
        "graded_by": GRADED_BY_CHOICES,
        "overall_ranking": OVERALL_RANKING_CHOICES,
        "deadline_basis": BASIS_CHOICES,
        "level": level_choices(),
        "language": User._meta.get_field("language").choices or (),
        "attached": Subscription._meta.get_field("attached").choices or (),
        "role": Role.choices,
        "direction": Indicator.Direction.choices,
        "over_periods": ROLLUP_CHOICES,
        "over_places": ROLLUP_CHOICES,
        "kind": KIND_CHOICES,
        "bound": Target.Bound.choices,
        "nature": Target.Nature.choices,
        "pace": PACE_CHOICES,
        "commitment_kind": Commitment.Kind.choices,
        "check_kind": CheckRule.Kind.choices,
        "severity": CheckRule.Severity.choices,
        "when": Schedule.When.choices,
        "about": Subscription.About.choices,
        "counted": Subscription.Counted.choices,
        "frequency": Period.Kind.choices,
    }
    return {name: {str(code): str(words) for code, words in pairs} for name, pairs in found.items()}


def codes_by_word() -> dict[str, dict[str, str]]:
    """Return the code that each word of a set stands for, in any language; a code stands for itself."""
    codes: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for name, words in choices_in_words().items():
                of_set = codes.setdefault(name, {})
                for code, word in words.items():
                    of_set.setdefault(plain(word), code)
                    of_set.setdefault(plain(code), code)
    return codes


def plain(word: str) -> str:
    """Return a word as it is compared."""
    return "".join(word.split()).casefold()
