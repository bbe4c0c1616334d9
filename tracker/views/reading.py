"""A return to read: what the unit said, what was accepted, what is odd about it, and what happened to it."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.calculation.comparison import adjustment
from tracker.models import Return, User
from tracker.models.access import Capability, scope_of
from tracker.queries.returns.check_wording import FlagMessage, describe
from tracker.queries.returns.checks import check_return
from tracker.queries.returns.history import HistoryLine, cell_history, readable, return_history
from tracker.queries.returns.return_rows import ReturnRow, load_return_rows
from tracker.web.requests import SignedInRequest

#: What is done on the return's other page.
WORK = (Capability.ENTER, Capability.VERIFY)


@dataclass(frozen=True)
class ReadLine:
    """One row as this person may read it."""

    row: ReturnRow
    reported: Decimal | None
    note: str
    flags: list[FlagMessage]
    history: list[HistoryLine]

    @property
    def difference(self) -> Decimal | None:
        """Return the adjustment of the value that this person may read."""
        return adjustment(self.reported, self.row.entry.verified_value)


@require_safe
def unit_return(request: SignedInRequest, pk: int) -> HttpResponse:
    """One return, for whoever may read it; entering and reviewing have a page of their own."""
    found = get_object_or_404(Return.objects.visible_to(request.user).with_names(), pk=pk)
    now, plan_id = timezone.now(), found.period.plan_id
    context = {
        "filed": found,
        "period": found.period,
        "plan": found.period.plan,
        "lines": _lines(found, request.user),
        "history": return_history(found, request.user),
        "is_overdue": found.is_overdue(now),
        "reads_figures": scope_of(request.user, Capability.VIEW, plan_id=plan_id).covers_region(found.unit.region),
        "works_here": any(found.is_within(request.user, what) for what in WORK),
    }
    return render(request, "tracker/return.html", context)


def _lines(found: Return, user: User) -> list[ReadLine]:
    rows = load_return_rows(found)
    said = {row.indicator.code: _said(row, found, user) for row in rows}
    values = {code: value for code, (value, _note) in said.items()}
    told = describe(check_return(found, values), {code: note for code, (_value, note) in said.items()})
    return [
        ReadLine(
            row,
            *said[row.indicator.code],
            flags=[one for one in told if one.indicator == row.indicator.code],
            history=cell_history(readable(row.revisions, found, user)),
        )
        for row in rows
    ]


def _said(row: ReturnRow, found: Return, user: User) -> tuple[Decimal | None, str]:
    """What the unit has said. While it corrects what came back, others read what it had submitted."""
    if not found.is_open or found.is_within(user, Capability.ENTER):
        return row.entry.reported_value, row.entry.note
    return row.reported_as_of(found.submitted_at)
