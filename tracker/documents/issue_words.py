"""The number of an issued document in words: "2020年第8期", "2020年第8期 第2版（更正）"."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


@dataclass(frozen=True)
class Issue:
    """The identity of an issued document within its plan, kind and region.

    `kind` is that of its period: each kind of period has numbers of its own. A correction is an edition in which
    figures differ from those of the edition before.
    """

    year: int
    number: int
    kind: str = "month"
    edition: int = 1
    is_correction: bool = False

    @property
    def number_in_words(self) -> str:
        """Return "2020年第8期", "2020年季报第3期"."""
        return _numbers()[self.kind] % {"year": self.year, "number": self.number}

    @property
    def edition_in_words(self) -> str:
        """Return "第2版", "第2版（更正）"; the first edition is called so only where others stand beside it."""
        words = pgettext("of an issue", "edition %(number)s") % {"number": self.edition}
        return _("%(edition)s (correction)") % {"edition": words} if self.is_correction else words

    def in_words(self, *, is_edition: bool) -> str:
        """Return number and edition; the first edition is named only where `is_edition` asks for it."""
        if self.edition == 1 and not is_edition:
            return self.number_in_words
        return pgettext("issue", "%(issue)s, %(edition)s") % {
            "issue": self.number_in_words,
            "edition": self.edition_in_words,
        }

    def __str__(self) -> str:
        """Return number and edition; the first edition is not named."""
        return self.in_words(is_edition=False)


def _numbers() -> dict[str, str]:
    return {
        "week": pgettext("issue", "%(year)s, weekly no. %(number)s"),
        "ten_days": pgettext("issue", "%(year)s, ten-day no. %(number)s"),
        "month": pgettext("issue", "%(year)s, no. %(number)s"),
        "quarter": pgettext("issue", "%(year)s, quarterly no. %(number)s"),
        "half_year": pgettext("issue", "%(year)s, half-yearly no. %(number)s"),
        "year": pgettext("issue", "%(year)s, yearly no. %(number)s"),
    }
