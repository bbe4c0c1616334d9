"""The steps of a list's members and the stage that follows from those that were verified."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class StepKind(StrEnum):
    """The effect of a step: it sets a stage, or halts, resumes or terminates the member."""

    STAGE = "stage"
    HALT = "halt"
    RESUME = "resume"
    TERMINATE = "terminate"


class MemberState(StrEnum):
    """The state beside the stage."""

    ACTIVE = "active"
    HALTED = "halted"
    TERMINATED = "terminated"


#: The state that each step but a stage leads to.
LEADS_TO = {
    StepKind.HALT: MemberState.HALTED,
    StepKind.RESUME: MemberState.ACTIVE,
    StepKind.TERMINATE: MemberState.TERMINATED,
}


@dataclass(frozen=True)
class Taken:
    """A verified step: its code, its position among the stages, its kind, its day, and the order of recording."""

    code: str
    position: int
    kind: StepKind
    day: date
    order: int = 0


def in_time(steps: Iterable[Taken], until: date | None = None) -> list[Taken]:
    """Return the steps in the order of their days; of one day in the order in which they were recorded."""
    return sorted((one for one in steps if until is None or one.day <= until), key=lambda one: (one.day, one.order))


def stage_on(steps: Iterable[Taken], day: date | None = None) -> Taken | None:
    """Return the newest stage by the end of a day; None before the first."""
    stages = [one for one in in_time(steps, day) if one.kind is StepKind.STAGE]
    return stages[-1] if stages else None


def state_on(steps: Iterable[Taken], day: date | None = None) -> MemberState:
    """Return whether the member is active, halted or terminated by the end of a day."""
    turns = [one for one in in_time(steps, day) if one.kind is not StepKind.STAGE]
    return LEADS_TO[turns[-1].kind] if turns else MemberState.ACTIVE


def terminated_on(steps: Iterable[Taken]) -> date | None:
    """Return the day on which the member was terminated; None for one that goes on."""
    turns = [one for one in in_time(steps) if one.kind is not StepKind.STAGE]
    return turns[-1].day if turns and turns[-1].kind is StepKind.TERMINATE else None
