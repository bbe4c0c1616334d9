"""Links of indicators with other plans, as a plan's document or its copy brings them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tracker.models import Indicator, IndicatorLink, Plan, User
from tracker.queries.errors import Refused
from tracker.queries.plans.plan_tables import links_of
from tracker.services.plans.indicator_links import end_link, manages, propose_link
from tracker.services.plans.plan_document import Document


def load_links(
    document: Document,
    plan: Plan,
    indicators: Mapping[str, Indicator],
    *,
    acting_user: User | None,
    now: datetime,
) -> None:
    """Propose the links of a document with plans that are there. Complain at the field that is wrong.

    Both plans' documents have the row, so that the plan that is loaded last brings the link. What an agreement of the
    other plan's manager is needed for is not loaded as agreed.
    """
    for index, row in enumerate(document.rows("link")):
        other_plan = Plan.objects.select_related("region").filter(code=row["other_plan"]).first()
        own = indicators[row["indicator"]]
        code = row["other_indicator"] or row["indicator"]
        other = indicators.get(code) or Indicator.objects.filter(code=code).first()
        if other_plan is None or other is None:
            missing = row["other_plan"] if other_plan is None else code
            document.leave_out("link", index, _("“%(name)s” is not there yet.") % {"name": missing})
            continue
        if row["until"] and not (acting_user and manages(acting_user, other_plan)):
            told = _("The link ends before %(day)s and nobody agreed to it here.")
            document.leave_out("link", index, told % {"day": row["until"]})
            continue
        link = IndicatorLink(plan=plan, indicator=own, other_plan=other_plan, other_indicator=other)
        link.frequency, link.begins = row["frequency"], row["begins"]
        _load(document, index, link, row, acting_user, now)


def _load(
    document: Document, index: int, link: IndicatorLink, row: dict[str, Any], acting_user: User | None, now: datetime
) -> None:
    try:
        link.clean_fields(exclude=("proposed_by", "proposed_at"))
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            document.complain("link", index, name, " ".join(messages))
        return
    try:
        propose_link(link, acting_user=acting_user, now=now)
        if row["until"] and acting_user:
            end_link(link, until=row["until"], acting_user=acting_user, now=now)
    except Refused as refusal:
        for name, message in (refusal.fields or {"": refusal.message}).items():
            document.complain("link", index, name, message)


@dataclass(frozen=True)
class CopiedLinks:
    """Links of an earlier plan in its copy: those proposed, and why others were not."""

    proposed: int
    left_out: tuple[str, ...]


def copy_links(source: Plan, plan: Plan, *, acting_user: User, now: datetime) -> CopiedLinks:
    """Propose the links of an earlier plan, that held at its end, for its copy from the copy's first day on.

    The other plan is the same where it still runs on that day, else the one that took its place: the only one of its
    region that runs then and asks for the indicator. The copy that is made last brings the link.
    """
    proposed, left_out = 0, []
    for link in links_of(source):
        if link.agreed_at is None or (link.until is not None and link.until <= source.ends_on):
            continue
        own, other_plan, other = link.seen_from(source.pk)
        for following in _following(other_plan, other, plan):
            new = IndicatorLink(plan=plan, indicator_id=own, other_plan=following, other_indicator_id=other)
            new.frequency, new.begins = link.frequency, max(plan.starts_on, following.starts_on)
            try:
                propose_link(new, acting_user=acting_user, now=now)
                proposed += 1
            except Refused as refusal:
                left_out.append(" ".join(refusal.fields.values()) or refusal.message)
            break
        else:
            words = {"indicator": link.indicator, "plan": other_plan}
            left_out.append(_("“%(indicator)s”: “%(plan)s” has no plan of the new dates yet.") % words)
    return CopiedLinks(proposed, tuple(left_out))


def _following(other_plan: Plan, indicator: int, plan: Plan) -> Iterator[Plan]:
    """Yield the plan that a copy is linked with, if there is one and only one."""
    if _runs_on(other_plan, plan.starts_on):
        yield other_plan
        return
    found = Plan.objects.filter(
        region=other_plan.region_id,
        starts_on__lte=plan.ends_on,
        ends_on__gte=plan.starts_on,
        obligations__indicator=indicator,
    ).exclude(pk__in=(plan.pk, other_plan.pk))
    candidates = list(found.select_related("region").distinct()[:2])
    if len(candidates) == 1:
        yield candidates[0]


def _runs_on(plan: Plan, day: date) -> bool:
    return plan.starts_on <= day <= plan.ends_on
