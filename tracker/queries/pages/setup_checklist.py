"""Checklist of the set-up still missing before a plan's first period can open, each with its page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.calculation.rollup import Rollup
from tracker.documents.wording import exact
from tracker.models import CheckRule, Indicator, Membership, Plan, ReportingUnit, Role, Target
from tracker.models.access import GRANTS, Capability
from tracker.models.organisation import path_and_above
from tracker.queries.plans.linked_plans import links_waiting
from tracker.queries.plans.moved_bases import moved_bases

#: So many names stand in a line; the rest is counted.
NAMES = 4


@dataclass(frozen=True)
class Point:
    """A line of the checklist. `page` is the name of the address that it leads to, with what stands behind it."""

    text: str
    page: str
    arguments: tuple[object, ...] = ()
    query: str = ""
    is_done: bool = False
    is_needed: bool = True


def checklist(plan: Plan, day: date) -> list[Point]:
    """Return the points of a plan, those that are missing first."""
    points = _Checklist(plan, day).points()
    return sorted(points, key=lambda one: (one.is_done, not one.is_needed))


class _Checklist:
    def __init__(self, plan: Plan, day: date) -> None:
        self.plan, self.day = plan, day

    def points(self) -> Iterable[Point]:
        """Return the points in the order in which one sets a plan up."""
        asked: tuple[Callable[[], Point | None], ...] = (
            self._targets,
            self._split,
            self._units,
            self._regions_without_unit,
            self._units_owing_nothing,
            self._indicators_of_nobody,
            self._reporters,
            self._reviewers,
            self._addresses,
            self._checks,
            self._mail,
            self._links,
        )
        return [*(point for ask in asked if (point := ask())), *self._moved_bases()]

    @cached_property
    def units(self) -> list[ReportingUnit]:
        units = ReportingUnit.objects.within(self.plan.region).open_on(self.day)
        return list(units.select_related("region"))

    @cached_property
    def memberships(self) -> list[Membership]:
        held = Membership.objects.filter(user__is_active=True).select_related("region", "unit", "user")
        return [one for one in held if one.plan_id in (None, self.plan.pk)]

    def _targets(self) -> Point:
        number = self.plan.targets.count()
        if not number:
            return Point(_("The plan has no targets."), "admin:tracker_target_add", query=f"plan={self.plan.pk}")
        text = ngettext("%(count)s target", "%(count)s targets", number) % {"count": number}
        return Point(text, "targets", query=f"plan={self.plan.code}", is_done=True)

    def _moved_bases(self) -> Iterator[Point]:
        for moved in moved_bases(self.plan):
            indicator = moved.target.indicator
            text = _(
                "“%(target)s” starts from %(base)s %(unit)s, taken from “%(plan)s”, which has %(value)s %(unit)s by "
                "now. Take the base value over again, of the places as well, or leave it as issued."
            ) % {
                "target": indicator,
                "base": exact(moved.target.base_value, indicator.decimals),
                "value": exact(moved.value, indicator.decimals),
                "unit": indicator.unit,
                "plan": moved.target.base_taken_from,
            }
            yield Point(text, "admin:tracker_target_change", (moved.target.pk,), is_needed=False)

    def _split(self) -> Point | None:
        if not self.plan.region.children.open_on(self.day).exists():
            return None
        targets = self.plan.targets.exclude(indicator__kind=Indicator.Kind.DERIVED).exclude(
            bound=Target.Bound.REFERENCE
        )
        open_ones = targets.filter(indicator__over_places=Rollup.SUM, kind="amount").exclude(
            versions__allocations__isnull=False
        )
        number = open_ones.distinct().count()
        page = "plan_split"
        if not number:
            return Point(_("The targets are allocated to regions."), page, (self.plan.code,), is_done=True)
        text = ngettext(
            "%(count)s target is not allocated to regions.", "%(count)s targets are not allocated to regions.", number
        )
        return Point(text % {"count": number}, page, (self.plan.code,), is_needed=False)

    def _units(self) -> Point:
        page = "admin:tracker_reportingunit_add" if not self.units else "admin:tracker_reportingunit_changelist"
        if not self.units:
            return Point(_("There is no reporting unit: nobody is asked for returns."), page)
        number = len(self.units)
        text = ngettext("%(count)s reporting unit", "%(count)s reporting units", number) % {"count": number}
        return Point(text, page, is_done=True)

    def _regions_without_unit(self) -> Point | None:
        if not self.units:
            return None
        paths = [unit.region.path for unit in self.units]
        bare = [
            region
            for region in self.plan.region.children.open_on(self.day).order_by("path")
            if not any(path.startswith(region.path) for path in paths)
        ]
        if not bare:
            return None
        text = _("No reporting unit in %(names)s.") % {"names": named(bare)}
        return Point(text, "admin:tracker_reportingunit_add", query=f"region={bare[0].pk}", is_needed=False)

    def _units_owing_nothing(self) -> Point | None:
        if not self.units:
            return None
        owing = set(self.plan.obligations.values_list("unit_id", flat=True))
        idle = [unit for unit in self.units if unit.pk not in owing]
        page = "plan_obligations"
        if not idle:
            return Point(_("Every unit has something to report."), page, (self.plan.code,), is_done=True)
        text = ngettext(
            "%(count)s unit has no reporting obligation: %(names)s.",
            "%(count)s units have no reporting obligation: %(names)s.",
            len(idle),
        )
        return Point(text % {"count": len(idle), "names": named(idle)}, page, (self.plan.code,))

    def _indicators_of_nobody(self) -> Point | None:
        if not self.units:
            return None
        reported = set(self.plan.obligations.values_list("indicator_id", flat=True))
        bare = [one for one in entered_indicators(self.plan) if one.pk not in reported]
        if not bare:
            return None
        text = ngettext(
            "Nobody reports %(count)s indicator: %(names)s.",
            "Nobody reports %(count)s indicators: %(names)s.",
            len(bare),
        )
        return Point(text % {"count": len(bare), "names": named(bare)}, "plan_obligations", (self.plan.code,))

    def _reporters(self) -> Point | None:
        if not self.units:
            return None
        held = [one for one in self.memberships if one.role == Role.REPORTER]
        bare = [unit for unit in self.units if not any(_reports_for(one, unit) for one in held)]
        page = "admin:tracker_user_add"
        if not bare:
            return Point(_("Every unit has a reporter."), "admin:tracker_membership_changelist", is_done=True)
        return Point(_("No reporter for %(names)s.") % {"names": named(bare)}, page)

    def _reviewers(self) -> Point | None:
        regions = {unit.region.path: unit.region for unit in self.units} or {self.plan.region.path: self.plan.region}
        verifying = {role for role, granted in GRANTS.items() if Capability.VERIFY in granted}
        paths = {one.region.path for one in self.memberships if one.role in verifying and one.unit_id is None}
        bare = [region for path, region in sorted(regions.items()) if not paths & set(path_and_above(path))]
        if not bare:
            text = _("Every region has a reviewer.")
            return Point(text, "admin:tracker_membership_changelist", is_done=True)
        text = _("No reviewer for %(names)s.") % {"names": named(bare)}
        return Point(text, "admin:tracker_user_add")

    def _addresses(self) -> Point | None:
        people = {one.user for one in self.memberships if one.role in (Role.REPORTER, Role.REVIEWER)}
        bare = sorted((one for one in people if not one.email), key=lambda one: one.username)
        if not bare:
            return None
        text = _("No e-mail address, so no reminder: %(names)s.") % {"names": named(bare)}
        return Point(text, "admin:tracker_user_change", (bare[0].pk,), is_needed=False)

    def _checks(self) -> Point:
        number = CheckRule.objects.count()
        page = "admin:tracker_checkrule_changelist"
        if not number:
            return Point(_("There are no check rules: returns are taken as they are entered."), page)
        text = ngettext("%(count)s check rule", "%(count)s check rules", number) % {"count": number}
        return Point(text, page, is_done=True)

    def _mail(self) -> Point:
        if settings.EMAIL_SENDING:
            return Point(_("Mail is sent."), "deliveries", is_done=True)
        text = _("Mail is kept, not sent: no mail server is set (EMAIL_URL).")
        return Point(text, "deliveries", is_needed=False)

    def _links(self) -> Point | None:
        number = links_waiting(self.plan)
        if not number:
            return None
        text = ngettext(
            "%(count)s linked indicator waits for your agreement.",
            "%(count)s linked indicators wait for your agreement.",
            number,
        )
        return Point(text % {"count": number}, "admin:tracker_indicatorlink_changelist", is_needed=False)


def entered_indicators(plan: Plan) -> list[Indicator]:
    """Return the indicators that units enter so that the plan's targets have figures: themselves, parts and terms.

    What is counted from a list is not among them.
    """
    found: dict[int, Indicator] = {}
    related = ("unit", "numerator", "denominator")
    level = list(Indicator.objects.filter(targets__plan=plan).select_related(*related).order_by("targets__position"))
    while level:
        further: list[Indicator] = []
        for one in level:
            if one.pk in found:
                continue
            found[one.pk] = one
            if one.kind == Indicator.Kind.DERIVED:
                links = one.part_links.select_related(*(f"part__{name}" for name in related)).order_by("position")
                further += [link.part for link in links]
            elif one.numerator and one.denominator:
                further += [one.numerator, one.denominator]
        level = further
    counted = set(plan.list_rules.values_list("indicator_id", flat=True))
    return [one for one in found.values() if one.kind == Indicator.Kind.ENTERED and one.pk not in counted]


def named(rows: Iterable[object]) -> str:
    """Return the first names, and the number of the others."""
    names = [str(row) for row in rows]
    shown = _(", ").join(names[:NAMES])
    more = len(names) - NAMES
    return shown if more <= 0 else _("%(names)s and %(count)s more") % {"names": shown, "count": more}


def _reports_for(membership: Membership, unit: ReportingUnit) -> bool:
    if membership.unit_id:
        return membership.unit_id == unit.pk
    return unit.region.path.startswith(membership.region.path)
