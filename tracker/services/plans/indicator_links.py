"""Links between indicators of two plans: proposed by a manager of one, agreed by one of the other, ended by either."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.models import Event, Indicator, IndicatorLink, ListRule, Obligation, Period, Plan, User
from tracker.models.access import Capability, scope_of
from tracker.models.period import outside_plan
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.audit.configuration import recorded_values
from tracker.services.audit.events import record_event
from tracker.services.returns.expected import lock_plan


@transaction.atomic
def propose_link(link: IndicatorLink, *, acting_user: User | None, now: datetime) -> IndicatorLink:
    """Propose that an indicator of one's plan and one of another plan are the same figure.

    Somebody who manages both plans agrees at once. Without a person, as a plan's document is loaded, the link waits
    for a manager of the other plan. Raise Refused, with a message at each field that is wrong.
    """
    for plan in sorted((link.plan, link.other_plan), key=lambda one: one.pk):
        lock_plan(plan)
    check_link(link, acting_user=acting_user)
    link.proposed_by, link.proposed_at = acting_user, now
    if acting_user is not None and manages(acting_user, link.other_plan):
        link.agreed_by, link.agreed_at = acting_user, now
    try:
        with transaction.atomic():
            link.save()
    except IntegrityError:
        raise ChangedMeanwhile(_("Somebody else has just linked these indicators.")) from None
    after = recorded_values(link)
    record_event(Event.Action.CONFIGURED, acting_user=acting_user, now=now, about=link, after=after)
    return link


@transaction.atomic
def agree_to_link(link: IndicatorLink, *, acting_user: User, now: datetime) -> IndicatorLink:
    """Agree to a link that was proposed to one's plan. It holds for what is submitted or opened from then on."""
    if not manages(acting_user, link.other_plan):
        raise NotAllowed(_("Only a manager of “%(plan)s” can agree.") % {"plan": link.other_plan})
    waiting = IndicatorLink.objects.current().filter(pk=link.pk, agreed_at=None)
    if not waiting.update(agreed_by=acting_user, agreed_at=now):
        raise ChangedMeanwhile(_("This link was agreed or declined meanwhile."))
    return _changed(link, acting_user, now)


@transaction.atomic
def end_link(link: IndicatorLink, *, until: date, acting_user: User, now: datetime) -> IndicatorLink:
    """End a link from the period on in which `until` falls; a proposal is declined or withdrawn by it."""
    if not (manages(acting_user, link.plan) or manages(acting_user, link.other_plan)):
        raise NotAllowed(_("Only a manager of one of the two plans can end the link."))
    if until < link.begins and link.agreed_at is not None:
        raise Refused(
            _("The link was not ended."),
            {"until": _("The link begins on %(day)s; choose that day or a later one.") % {"day": link.begins}},
        )
    if not IndicatorLink.objects.current().filter(pk=link.pk).update(until=until, ended_by=acting_user, ended_at=now):
        raise ChangedMeanwhile(_("This link was ended meanwhile."))
    return _changed(link, acting_user, now)


def known_links(
    plan: Plan, indicator: Indicator, other_plan: Plan, other_indicator: Indicator, frequency: str
) -> list[IndicatorLink]:
    """Return the links of two plans' indicators, whichever plan proposed them, but those declined; the newest first."""
    own = Q(plan=plan, indicator=indicator, other_plan=other_plan, other_indicator=other_indicator)
    own |= Q(plan=other_plan, indicator=other_indicator, other_plan=plan, other_indicator=indicator)
    rows = IndicatorLink.objects.filter(own, frequency=frequency).exclude(agreed_at=None, ended_at__isnull=False)
    return list(rows.select_related("plan", "other_plan").order_by("-begins", "-pk"))


def manages(user: User, plan: Plan) -> bool:
    """Return True if a person manages a whole plan."""
    return scope_of(user, Capability.MANAGE_PLAN, plan_id=plan.pk).covers_region(plan.region)


def check_link(link: IndicatorLink, *, acting_user: User | None) -> None:
    """Raise Refused, with what is wrong at each field, where such a link cannot be proposed."""
    if acting_user is not None and not manages(acting_user, link.plan):
        raise NotAllowed(_("Only a manager of “%(plan)s” can propose this.") % {"plan": link.plan})
    if link.plan_id == link.other_plan_id:
        raise Refused(_("The link was not proposed."), {"other_plan": _("Choose another plan than the first.")})
    wrong = _indicators(link)
    if not wrong:
        wrong = _obligations(link) or _periods(link)
    if wrong:
        raise Refused(_("The link was not proposed."), wrong)


def _indicators(link: IndicatorLink) -> dict[str, str]:
    """Say why the two indicators cannot be the same figure."""
    wrong: dict[str, str] = {}
    one, other = link.indicator, link.other_indicator
    for name, indicator, plan in (("indicator", one, link.plan), ("other_indicator", other, link.other_plan)):
        if indicator.kind != Indicator.Kind.ENTERED:
            wrong[name] = _("“%(indicator)s” is calculated, not reported.") % {"indicator": indicator}
        elif rule := ListRule.objects.filter(plan=plan, indicator=indicator).first():
            wrong[name] = _("This figure is counted from the list “%(list)s”.") % {"list": rule.project_list}
    if wrong:
        return wrong
    if one.unit_id != other.unit_id:
        words: dict[str, object] = {"one": one, "unit": one.unit, "other": other, "other_unit": other.unit}
        told = _("“%(one)s” is in %(unit)s, “%(other)s” in %(other_unit)s. Only figures in the same unit are the same.")
        return {"other_indicator": told % words}
    if (one.over_periods, one.over_places) != (other.over_periods, other.over_places):
        words = {"one": one, "meaning": _meaning(one), "other": other, "other_meaning": _meaning(other)}
        told = _("“%(one)s” is added up otherwise (%(meaning)s) than “%(other)s” (%(other_meaning)s).")
        return {"other_indicator": told % words}
    unended = Q(ended_at=None) | Q(agreed_at__isnull=False, until__gt=link.begins)
    standing = IndicatorLink.objects.filter(unended, frequency=link.frequency)
    for name, plan, indicator, beside in (
        ("indicator", link.plan, one, link.other_plan),
        ("other_indicator", link.other_plan, other, link.plan),
    ):
        own = Q(plan=plan, indicator=indicator, other_plan=beside)
        if standing.filter(own | Q(other_plan=plan, other_indicator=indicator, plan=beside)).exists():
            wrong[name] = _("“%(indicator)s” of “%(plan)s” is linked with “%(other)s” already, or waits for it.") % {
                "indicator": indicator,
                "plan": plan,
                "other": beside,
            }
    return wrong


def _meaning(indicator: Indicator) -> str:
    return _("over time: %(periods)s, over regions: %(places)s") % {
        "periods": indicator.get_over_periods_display(),
        "places": indicator.get_over_places_display(),
    }


def _obligations(link: IndicatorLink) -> dict[str, str]:
    """Say which plan asks nobody for its indicator, or at another frequency."""
    wrong: dict[str, str] = {}
    for name, plan, indicator in (
        ("indicator", link.plan, link.indicator),
        ("other_indicator", link.other_plan, link.other_indicator),
    ):
        kinds = set(Obligation.objects.filter(plan=plan, indicator=indicator).values_list("frequency", flat=True))
        words = {"plan": plan, "indicator": indicator}
        if not kinds:
            wrong[name] = _("No unit reports “%(indicator)s” for “%(plan)s”.") % words
        elif link.frequency not in kinds:
            found = _(", ").join(str(label) for kind, label in Period.Kind.choices if kind in kinds)
            told = _("“%(plan)s” asks for “%(indicator)s” at another frequency: %(kinds)s.")
            wrong["frequency"] = told % {**words, "kinds": found}
    return wrong


def _periods(link: IndicatorLink) -> dict[str, str]:
    """Say that the first day lies outside a plan, or that the plans' periods never coincide from it on."""
    for plan in (link.plan, link.other_plan):
        if not plan.starts_on <= link.begins <= plan.ends_on:
            return {"begins": outside_plan(plan, link.begins.isoformat())}
    ends_on = min(link.plan.ends_on, link.other_plan.ends_on)
    own, other = (
        {(span.first_day, span.last_day) for span in plan.spans(link.frequency, link.begins, ends_on)}
        for plan in (link.plan, link.other_plan)
    )
    if own & other:
        return {}
    return {"frequency": _("The years of the two plans begin in different months: these periods never coincide.")}


def _changed(link: IndicatorLink, acting_user: User, now: datetime) -> IndicatorLink:
    """Record the change that a conditional UPDATE made, with what stood before."""
    before = recorded_values(link)
    link.refresh_from_db()
    after = recorded_values(link)
    changed = [name for name in after if before[name] != after[name]]
    record_event(
        Event.Action.CONFIGURED,
        acting_user=acting_user,
        now=now,
        about=link,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return link
