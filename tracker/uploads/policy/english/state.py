"""State of reading one English sentence: its amounts and times, and what was read so far."""

import re
from dataclasses import dataclass, field

from tracker.uploads.policy.context import Draft, Rejected, SentenceContext
from tracker.uploads.policy.english import nouns, wording
from tracker.uploads.policy.english.times import Time, find_times, year_in
from tracker.uploads.policy.quantities import Quantity

REST_OF_SENTENCE = 50
MONEY = ("USD", "EUR", "GBP", "CNY")
AFTER_AMOUNT = ("by", "in", "before", "until", "from", "for", "through", "during", "end of", "of", "")
DEADLINE = ("by", "before", "until")
#: Counted words that are no things to reach: twice is a number of times, three pillars are an outline.
NOT_COUNTED = re.compile(
    r"^(?:times?|way|step|phase|pillar|strateg|objective|goal|section|chapter|key|main|priorit)", re.IGNORECASE
)


@dataclass
class State:
    """Sentence being read. `base` is a base value that waits for its target."""

    text: str
    context: SentenceContext
    quantities: list[Quantity]
    drafts: list[Draft] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    base: tuple[Quantity, int | None] | None = None

    def __post_init__(self) -> None:
        """Find the base years and the times; a base year is no time of a target."""
        self.base_years = [(one.start(), one.end(), year_in(one)) for one in wording.BASE_YEAR.finditer(self.text)]
        self.times = [time for time in find_times(self.text) if not self._is_base(time)]

    def _is_base(self, time: Time) -> bool:
        return any(start <= time.end - 1 < end for start, end, _year in self.base_years)

    @property
    def last(self) -> Draft | None:
        """Return the target read last."""
        return self.drafts[-1] if self.drafts else None

    def before(self, quantity: Quantity) -> str:
        """Return the text before the amount."""
        return self.text[: quantity.start]

    def after(self, quantity: Quantity) -> str:
        """Return the text after the amount."""
        return self.text[quantity.end :]

    def own_start(self) -> int:
        """Return where the text begins that no earlier target has used."""
        return self.drafts[-1].quantity.end if self.drafts else 0

    def segment_of(self, quantity: Quantity) -> str:
        """Return the part of the sentence around the amount."""
        start = max(self.text.rfind(mark, 0, quantity.start) for mark in (";", ". ")) + 1
        return self.text[start : quantity.end + REST_OF_SENTENCE]

    def counted_after(self, quantity: Quantity) -> str:
        """Return the things that a number without a unit counts."""
        noun = nouns.counted(self.after(quantity))
        return "" if NOT_COUNTED.match(noun) else noun

    def time_of(self, quantity: Quantity) -> Time | None:
        """Return the time of an amount: the one after it in its part of the sentence, the one before, or a deadline."""
        end = min((one.start for one in self.quantities if one.start > quantity.start), default=len(self.text))
        after = [one for one in self.times if quantity.end <= one.start < end and one.word in AFTER_AMOUNT]
        if after and ";" not in self.text[quantity.end : after[0].start]:
            return after[0]
        before = [time for time in self.times if time.end <= quantity.start and time.word != "from"]
        if before:
            return before[-1]
        return next((time for time in self.times if time.start >= quantity.end and time.word in DEADLINE), None)


def is_money(quantity: Quantity) -> bool:
    """Return True if the amount is money."""
    return quantity.unit[:3] in MONEY
