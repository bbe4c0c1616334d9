"""Mail of a plan as rows of a plan document: when it goes out, and to whom."""

from collections.abc import Iterable, Set

from tracker.documents.setup.shape import Row
from tracker.models import Plan, Schedule, Subscription
from tracker.queries.plans.place_tables import code_of, plain
from tracker.queries.plans.threshold_text import threshold_texts


def mail_tables(plan: Plan, people: Iterable[Row]) -> dict[str, list[Row]]:
    """Return schedules and subscriptions: of persons those who are among these people."""
    known = {one["username"] for one in people}
    return {
        "schedule": [schedule_row(one) for one in plan.schedules.all()],
        "subscription": [
            subscription_row(one, known)
            for one in subscriptions_of(plan)
            if one.user is None or one.user.username in known
        ],
    }


def schedule_row(schedule: Schedule) -> Row:
    """Return the row of a schedule of mail."""
    return {
        **plain(schedule, ("name", "when", "number", "is_active")),
        "time_of_day": f"{schedule.time_of_day:%H:%M}",
    }


def subscriptions_of(plan: Plan) -> list[Subscription]:
    """Return the subscriptions to a plan's mail."""
    rows = Subscription.objects.filter(schedule__plan=plan).select_related("schedule", "user", "region", "place")
    return list(
        rows.prefetch_related("indicators", "copies_to", "thresholds__indicator").order_by("schedule__name", "pk")
    )


def subscription_row(row: Subscription, known: Set[str]) -> Row:
    """Return the row of a subscription; of people those that are known, who stand in the document."""
    return {
        **plain(row, ("audience", "role", "address", "about", "language", "attached", "is_active")),
        **plain(row, ("hold_number", "hold_counts", "hold_days")),
        "schedule": row.schedule.name,
        "user": row.user.username if row.user else "",
        "region": code_of(row.region),
        "place": code_of(row.place),
        "indicators": [one.code for one in row.indicators.all()],
        "copies_to": [one.username for one in row.copies_to.all() if one.username in known],
        "thresholds": threshold_texts(row),
    }
