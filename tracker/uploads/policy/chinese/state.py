"""State of reading one Chinese sentence: what it holds, what was read so far, and the amount at hand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.uploads.policy.chinese.bases import Compared
from tracker.uploads.policy.chinese.bounds import BoundReading
from tracker.uploads.policy.chinese.groups import Group
from tracker.uploads.policy.chinese.places import PlaceList
from tracker.uploads.policy.chinese.times import Time
from tracker.uploads.policy.context import Draft, Rejected, SentenceContext
from tracker.uploads.policy.quantities import Quantity
from tracker.uploads.policy.units import COUNT_UNITS, split_scale

STOPS = "，；：。！？"


@dataclass(frozen=True)
class Parsed:
    """Sentence with its amounts, times, places and comparisons."""

    text: str
    quantities: Sequence[Quantity]
    times: Sequence[Time]
    places: Sequence[PlaceList]
    compared: Sequence[Compared]
    groups: Sequence[Group]


@dataclass(frozen=True)
class Amount:
    """Amount at hand: its position, the start of its part of the sentence, its bound and its group."""

    at: int
    quantity: Quantity
    start: int
    before: str
    bound: BoundReading
    group: Group | None

    @property
    def unit(self) -> str:
        """Return the unit without its scale."""
        return split_scale(self.quantity.unit)[1]

    @property
    def is_count(self) -> bool:
        """Return True if things are counted."""
        return self.unit in COUNT_UNITS


@dataclass
class State:
    """Sentence being read. `base` is a base value that waits for its target.

    Up to `end` the sentence is used up by earlier amounts, and up to `noun_end` by the nouns that follow them.
    """

    parsed: Parsed
    context: SentenceContext
    drafts: list[Draft] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    base: tuple[Quantity, int | None] | None = None
    end: int = 0
    noun_end: int = 0

    @property
    def text(self) -> str:
        """Return the sentence."""
        return self.parsed.text

    def start_of(self, quantity: Quantity) -> int:
        """Return where the amount's own part of the sentence begins."""
        start = max(self.text.rfind(mark, 0, quantity.start) + 1 for mark in STOPS)
        return max(start, self.end, self.noun_end)

    def segment_of(self, quantity: Quantity) -> str:
        """Return the text around the amount between commas."""
        start = max(self.text.rfind(mark, 0, quantity.start) + 1 for mark in "，；。")
        ends = [end for mark in "，；。" if (end := self.text.find(mark, quantity.end)) >= 0]
        return self.text[start : min(ends, default=len(self.text))]

    def lead_of(self, group: Group) -> str:
        """Return the text from the start of a group to its first amount."""
        return self.text[group.start : self.parsed.quantities[group.first].start]

    def after(self, quantity: Quantity) -> str:
        """Return the text after the amount."""
        return self.text[quantity.end :]

    def time_of(self, quantity: Quantity) -> Time | None:
        """Return the nearest time before the amount that is no base of a comparison."""
        near = [
            time
            for time in self.parsed.times
            if time.start < quantity.start and time.year and not time.is_base and not self._is_compared(time)
        ]
        near = [time for time in near if not self._is_aside(time, quantity)]
        return near[-1] if near else None

    def is_future(self, quantity: Quantity) -> bool:
        """Return True if the amount's time lies within or after the plan's years."""
        time, first = self.time_of(quantity), self.context.years.first
        return bool(time and time.year and (not first or time.year >= first))

    def is_past(self, quantity: Quantity) -> bool:
        """Return True if the amount's time lies before the plan's years."""
        time, first = self.time_of(quantity), self.context.years.first
        return bool(time and time.year and first and time.year < first)

    def _is_aside(self, time: Time, quantity: Quantity) -> bool:
        """Return True for a time in brackets that are closed before the amount: （2021年为48.5%）."""
        between = self.text[time.end : quantity.start]
        closing = min((at for mark in "）)" if (at := between.find(mark)) >= 0), default=-1)
        return closing >= 0 and not any(mark in between[:closing] for mark in "（(")

    def _is_compared(self, time: Time) -> bool:
        return any(one.start <= time.start < one.end for one in self.parsed.compared)

    def matches_before(self, pattern: str, quantity: Quantity, reach: int) -> bool:
        """Return True if the pattern is found in the last characters before the amount."""
        return bool(re.search(pattern, self.text[max(0, quantity.start - reach) : quantity.start]))
