"""Counts over a list: a predicate over its members, and the days on which the count changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.calculation.lists.stages import MemberState, Taken, stage_on, state_on

ONE = Decimal(1)


class Counts(StrEnum):
    """The ways to count the members on a list."""

    MEMBERS = "members"
    STAGE = "stage"
    STEP = "step"
    INVESTMENT = "investment"


@dataclass(frozen=True)
class Predicate:
    """A predicate over members. `step` and `position` name a stage or step; terminated members may be left out."""

    counts: Counts
    step: str = ""
    position: int = 0
    without_terminated: bool = True


@dataclass(frozen=True)
class Member:
    """A member's time on the list, its verified steps, and what was invested, by day.

    `ends` is the first day on which it is no longer on the list.
    """

    begins: date
    ends: date | None = None
    steps: Sequence[Taken] = ()
    invested: Mapping[date, Decimal] = field(default_factory=dict)

    def is_on_list(self, day: date) -> bool:
        """Return True if it is on the list at the end of a day."""
        return self.begins <= day and (self.ends is None or day < self.ends)


def holds(predicate: Predicate, member: Member, day: date) -> bool:
    """Return True if the member counts at the end of a day."""
    if not member.is_on_list(day):
        return False
    if predicate.without_terminated and state_on(member.steps, day) is MemberState.TERMINATED:
        return False
    if predicate.counts is Counts.STAGE:
        stage = stage_on(member.steps, day)
        return stage is not None and stage.position >= predicate.position
    if predicate.counts is Counts.STEP:
        return any(one.code == predicate.step and one.day <= day for one in member.steps)
    return True


def changes(predicate: Predicate, member: Member) -> dict[date, Decimal]:
    """Return by day how the count changes with this member; their sum up to a day is what it counts then.

    A member that starts on 5 May and is removed from 1 September on changes it by 1 and by -1: August counts it,
    September does not. What was invested while on the list stays in the sum, in the month in which it was done.
    """
    if predicate.counts is Counts.INVESTMENT:
        return {day: amount for day, amount in member.invested.items() if amount and member.is_on_list(day)}
    found: dict[date, Decimal] = {}
    counted = False
    for day in sorted({member.begins, *([member.ends] if member.ends else []), *(one.day for one in member.steps)}):
        if (now := holds(predicate, member, day)) != counted:
            found[day] = ONE if now else -ONE
            counted = now
    return found


def differences(wanted: Mapping[date, Decimal], there: Mapping[date, Decimal]) -> dict[date, Decimal]:
    """Return what is to be added to the changes recorded so far, by day, so that they become those wanted."""
    zero = Decimal(0)
    found = {day: wanted.get(day, zero) - there.get(day, zero) for day in wanted.keys() | there.keys()}
    return {day: amount for day, amount in sorted(found.items()) if amount}
