"""What a reviewer reads beside each value: how it moved, where it leads, what changed since it last went back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.forms import BoundField

from tracker.admin.sheet.return_forms import ReviewForm
from tracker.calculation.comparison import change
from tracker.documents import wording
from tracker.models import ValueRevision
from tracker.queries.returns.return_rows import ReturnRow

#: Indicators counted in a unit of this dimension are rates: their changes are in percentage points.
SHARE = "share"


@dataclass(frozen=True)
class ReviewContext:
    """What stands beside one reported value under review. Texts are ready to be shown.

    `before` is what the cell said when the return last went back, where it says something else now.
    """

    month_on_month: str
    year_on_year: str
    with_this: str
    completion: str
    is_changed: bool
    before: str
    seen_field: BoundField
    comment_field: BoundField


def beside(row: ReturnRow, form: ReviewForm, reopened_at: datetime | None) -> ReviewContext:
    """Return all that for one row."""
    code, value, decimals = row.indicator.code, row.entry.reported_value, row.indicator.decimals
    with_this = cumulative_with(row, value)
    is_changed, before = changed_since(row, reopened_at)
    return ReviewContext(
        month_on_month=_moved(row, row.last_verified),
        year_on_year=_moved(row, row.last_year),
        with_this=wording.exact(with_this, decimals),
        completion=wording.rate(completion(with_this, row.allocation)),
        is_changed=is_changed,
        before=wording.exact(before, decimals) if is_changed and before != value else "",
        seen_field=form[f"seen-{code}"],
        comment_field=form[f"comment-{code}"],
    )


def cumulative_with(row: ReturnRow, value: Decimal | None) -> Decimal | None:
    """Return what was verified so far together with this value; for what is not added up, the value itself."""
    if value is None or not row.adds_up:
        return value
    return value + (row.to_date.value or 0)


def completion(cumulative: Decimal | None, allocation: Decimal | None) -> Decimal | None:
    """cumulative / allocation x 100, in %."""
    return cumulative / allocation * 100 if cumulative is not None and allocation else None


def changed_since(row: ReturnRow, reopened_at: datetime | None) -> tuple[bool, Decimal | None]:
    """Return True if the unit has said something else since then, and what it had said before."""
    if reopened_at is None:
        return False, None
    said = [revision for revision in row.revisions if revision.kind == ValueRevision.Kind.REPORTED]
    earlier = [revision for revision in said if revision.recorded_at <= reopened_at]
    return len(earlier) < len(said), earlier[-1].value if earlier else None


def _moved(row: ReturnRow, base: Decimal | None) -> str:
    """环比 or 同比 of the reported value."""
    unit = row.indicator.unit
    kind = {"is_rate": unit.dimension == SHARE, "is_count": unit.is_countable}
    return wording.change(change(row.entry.reported_value, base, **kind), **kind)
