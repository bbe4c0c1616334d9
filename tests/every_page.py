"""Every page and every kind of document of a plan, opened and issued: for plans unlike the shipped one."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from tests.interfaces.test_pages import signed_in
from tracker.models import IssuedReport, Period, Return, User
from tracker.queries.documents.kinds import KINDS
from tracker.queries.errors import Refused
from tracker.services.documents import reports


def addresses(period: Period) -> Iterator[str]:
    """Yield the addresses of the pages that show something of a plan at a period, and of their files."""
    plan = period.plan
    asked = f"?plan={plan.code}&period={period.code}"
    for name in ("home", "targets", "clauses", "returns", "entries", "timeliness", "reports", "project_lists"):
        yield reverse(name) + asked
        if name in ("targets", "returns", "entries", "timeliness"):
            yield f"{reverse(name)}{asked}&_export=1"
    for target in plan.targets.select_related("indicator"):
        yield reverse("target", args=[target.pk]) + asked
        yield reverse("target_trend", args=[target.pk]) + asked
        yield reverse("indicator", args=[target.indicator.code]) + asked
        yield reverse("figure", args=[target.indicator.code]) + f"{asked}&region={plan.region.code}"
    for code in (plan.region.code, *(f"{one.code}" for one in plan.region.children.all())):
        yield reverse("region", args=[code]) + asked
    for clause in plan.clauses.all():
        yield reverse("clause", args=[clause.pk]) + asked
    for filed in Return.objects.filter(period=period):
        yield reverse("return", args=[filed.pk])
        yield reverse("return", args=[filed.pk]) + "?_export=1"
        yield reverse("admin:tracker_return_change", args=[filed.pk])
        yield reverse("admin:tracker_return_history", args=[filed.pk])
    for name in ("plan_split", "plan_obligations", "plan_copy"):
        yield reverse(name, args=[plan.code])
    yield f"{reverse('setup')}?plan={plan.code}"
    yield reverse("admin:tracker_plan_deadlines", args=[plan.pk])


def not_opened(user: User, period: Period) -> list[tuple[str, int]]:
    """Return the pages that do not open, with what they answer."""
    client = signed_in(user)
    answers = [(path, client.get(path).status_code) for path in addresses(period)]
    return [(path, status) for path, status in answers if status != 200]


def issued_of_every_kind(user: User, period: Period, language: str, now: datetime) -> dict[str, IssuedReport | str]:
    """Issue each kind of document, or return why it is refused."""
    found: dict[str, IssuedReport | str] = {}
    for kind in KINDS:
        try:
            found[kind] = reports.issue_report(
                kind=kind, period=period, region=period.plan.region, language=language, acting_user=user, now=now
            )
        except Refused as refusal:
            found[kind] = refusal.message
    return found
