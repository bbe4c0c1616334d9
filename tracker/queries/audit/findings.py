"""The result of a step of the proof."""

from collections.abc import Callable
from dataclasses import dataclass, field

#: Findings that a step keeps; more are counted alone.
MOST_KEPT = 200
#: Hears the number of things that were checked so far.
Progress = Callable[[int], None]


@dataclass
class StepResult:
    """A step of the proof: how many things it checked, what differs, and what a reader must know."""

    step: str
    checked: int = 0
    differences: int = 0
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, finding: str) -> None:
        """Count a difference, and keep its words while there are not too many."""
        self.differences += 1
        if len(self.findings) < MOST_KEPT:
            self.findings.append(finding)
