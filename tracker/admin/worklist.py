"""What waits for a person: the first thing after login."""

from datetime import datetime

from django.db.models import Case, QuerySet, When
from django.utils.functional import cached_property

from tracker.models import Return, UnlockRequest, User
from tracker.models.access import Capability, scope_of
from tracker.services.owed import Owed, owed_returns

#: Longer lists continue behind a link.
SHOWN = 12


class Worklist:
    """A person's own work, read when the page asks for it."""

    def __init__(self, user: User, now: datetime) -> None:
        self.user = user
        self.now = now

    @property
    def is_reporter(self) -> bool:
        """Whether the person files returns."""
        return scope_of(self.user, Capability.ENTER).is_somewhere

    @property
    def is_reviewer(self) -> bool:
        """Whether the person reviews them."""
        return scope_of(self.user, Capability.VERIFY).is_somewhere

    @cached_property
    def to_finish(self) -> list[Return]:
        """What came back first, then drafts, each by deadline."""
        returns = Return.objects.enterable_by(self.user).filter(state__in=Return.OPEN_STATES).with_names()
        sent_back_first = Case(When(state=Return.State.SENT_BACK, then=0), default=1)
        found = list(returns.order_by(sent_back_first, "period__due_at", "unit__code")[:SHOWN])
        for unit_return in found:
            unit_return.overdue = unit_return.is_overdue(self.now)  # type: ignore[attr-defined]
        return found

    @cached_property
    def to_open(self) -> list[tuple[Owed, bool]]:
        """Returns still to be opened, with whether each is overdue."""
        return [(owed, owed.is_overdue(self.now)) for owed in self._owed[:SHOWN]]

    @property
    def more_to_open(self) -> int:
        """How many more there are than are shown."""
        return max(0, len(self._owed) - SHOWN)

    @cached_property
    def to_review(self) -> list[Return]:
        """What was submitted and waits for this reviewer, the oldest first."""
        return list(self._waiting().order_by("submitted_at")[:SHOWN])

    @cached_property
    def to_decide(self) -> list[UnlockRequest]:
        """Requests to unlock that wait for this reviewer, the oldest first."""
        return list(UnlockRequest.objects.decidable_by(self.user).with_names().order_by("asked_at")[:SHOWN])

    @cached_property
    def _owed(self) -> list[Owed]:
        return owed_returns(self.user, now=self.now)

    def _waiting(self) -> QuerySet[Return]:
        waiting = Return.objects.reviewable_by(self.user).filter(state=Return.State.SUBMITTED)
        return waiting.exclude(submitted_by=self.user).with_names()
