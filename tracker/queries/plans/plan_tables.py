"""Everything that is set up for a plan, as the tables of a plan document."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.documents.setup.shape import Row
from tracker.models import (
    Body,
    CheckRule,
    Commitment,
    ExpectedRange,
    Indicator,
    IndicatorLink,
    MeasureUnit,
    Obligation,
    Plan,
    RegionLevel,
    ReportingUnit,
    RuleChange,
    Subscription,
    Target,
    TargetVersion,
    UnitCapacity,
)
from tracker.queries.plans.mail_tables import mail_tables
from tracker.queries.plans.people_tables import people_rows
from tracker.queries.plans.place_tables import code_of, names_of, plain, region_row, regions_of

PLAIN_OF_PLAN = (
    *("code", "name", "name_en", "issuer", "issuer_en", "document_number", "issued_on", "starts_on", "ends_on"),
    *("deadline_day", "deadline_on_working_day", "lock_after_days", "issue_after_days", "graded_by", "level_two_below"),
    *(
        "level_one_below",
        "level_band",
        "overall_ranking",
        "checking_levels",
        "fiscal_year_starts",
        "joins_january_february",
        "time_zone",
        "calendar",
        "deadlines",
    ),
)
PLAIN_OF_INDICATOR = (
    *("code", "name", "name_en", "decimals", "direction", "allows_negative"),
    *("definition", "source", "revision_note"),
)
PLAIN_OF_TARGET = (
    *("kind", "bound", "base_year", "base_source", "season", "pace", "graded_by", "nature"),
    *("is_approximate", "is_key"),
)


def plan_tables(plan: Plan) -> dict[str, list[Row]]:
    """Return the tables of a plan: what it needs to be loaded elsewhere."""
    units = _units_of(plan)
    indicators = _indicators_of(plan, units)
    people = people_rows(plan)
    tables = {
        "plan": [plan_row(plan)],
        **reference_tables(plan, units, indicators),
        "reporting_unit": [unit_row(unit) for unit in units],
        **names_of(regions_of(plan, units), units, indicators),
        **people,
        "clause": [plain(clause, ("number", "name", "name_en", "wording")) for clause in plan.clauses.all()],
        "indicator": [indicator_row(one) for one in indicators],
        "target": [target_row(one) for one in _targets(plan)],
        "rule_change": [rule_change_row(one) for one in _rule_changes(plan)],
        "commitment": [commitment_row(one) for one in _commitments(plan)],
        "obligation": [obligation_row(one) for one in _obligations(plan)],
        "link": [link_row(one, plan) for one in links_of(plan)],
        "check": [check_row(one) for one in rules_for(indicators)],
        "range": [_range_row(one) for one in _by_unit(ExpectedRange, units, indicators)],
        "capacity": [_capacity_row(one) for one in _by_unit(UnitCapacity, units, indicators)],
        **mail_tables(plan, people["person"]),
    }
    bodies = _bodies_of(tables)
    english = Body.objects.filter(name__in=bodies).exclude(name_en="").order_by("name")
    tables["body"] = [{"name": body.name, "name_en": body.name_en} for body in english]
    return tables


def reference_tables(
    plan: Plan, units: Iterable[ReportingUnit], indicators: Iterable[Indicator]
) -> dict[str, list[Row]]:
    """Return the levels, regions and units of measure that a plan rests on."""
    regions = regions_of(plan, units)
    levels = {region.level for region in regions}
    measures = {one.unit_id for one in indicators}
    named = MeasureUnit.objects.filter(pk__in=measures)
    dimensions = set(named.values_list("dimension", flat=True))
    beside = [unit for unit in MeasureUnit.objects.all() if unit.pk in measures or unit.dimension in dimensions]
    of_ratios = [unit for unit in MeasureUnit.objects.all() if any(_names(one, unit) for one in beside)]
    return {
        "level": [plain(one, ("code", "name", "name_en")) for one in RegionLevel.objects.filter(code__in=levels)],
        "region": [region_row(one) for one in regions],
        "unit": [measure_row(one) for one in {one.pk: one for one in [*beside, *of_ratios]}.values()],
    }


def _names(ratio: MeasureUnit, unit: MeasureUnit) -> bool:
    """Return True if the symbol of a ratio's unit is made with this unit's: 万元/亩 with 亩."""
    return "/" in ratio.symbol and unit.symbol in ratio.symbol.split("/")


def _units_of(plan: Plan) -> list[ReportingUnit]:
    within = ReportingUnit.objects.within(plan.region)
    owing = ReportingUnit.objects.filter(pk__in=plan.obligations.values("unit"))
    return list((within | owing).select_related("region").order_by("region__path", "code").distinct())


def _indicators_of(plan: Plan, units: Iterable[ReportingUnit]) -> list[Indicator]:
    """Return the indicators of targets and obligations with all they are made of, in the order of their codes."""
    found = set(plan.targets.values_list("indicator", flat=True))
    found |= set(plan.obligations.values_list("indicator", flat=True))
    found |= set(
        Subscription.indicators.through.objects.filter(subscription__schedule__plan=plan).values_list(
            "indicator_id", flat=True
        )
    )
    everything = {one.pk: one for one in indicators_with_terms()}
    waiting = list(found)
    while waiting:
        one = everything[waiting.pop()]
        terms = {one.numerator_id, one.denominator_id, one.included_in_id, one.weight_id, *_parts(one)}
        waiting += [pk for pk in terms - found if pk]
        found |= {pk for pk in terms if pk}
    return [one for one in everything.values() if one.pk in found]


def indicators_with_terms() -> list[Indicator]:
    """Return every indicator with what its row names."""
    rows = Indicator.objects.select_related("unit", "numerator", "denominator", "included_in", "weight")
    return list(rows.prefetch_related("part_links__part"))


def _parts(indicator: Indicator) -> list[int]:
    return [link.part_id for link in indicator.part_links.all()]


def plan_row(plan: Plan) -> Row:
    """Return a plan's own row. Times of reminders are numbers; no reminder is said beside them."""
    before, every = plan.remind_days_before, plan.remind_every_days
    return {
        **plain(plan, PLAIN_OF_PLAN),
        "region": plan.region.code,
        "remind_days_before": 3 if before is None else before,
        "remind_every_days": 3 if every is None else every,
        "reminds_before": before is not None,
        "reminds_after": every is not None,
        "pace": "even_by_month",
    }


def measure_row(unit: MeasureUnit) -> Row:
    """Return the row of a unit of measure."""
    return plain(unit, ("code", "symbol", "symbol_en", "dimension", "factor", "is_countable"))


def unit_row(unit: ReportingUnit) -> Row:
    """Return the row of a reporting unit."""
    return {**plain(unit, ("code", "name", "name_en", "contact_phone", "closed_on")), "region": unit.region.code}


def indicator_row(indicator: Indicator) -> Row:
    """Return the row of an indicator. A ratio's roll-up follows from its terms and is not said."""
    is_ratio = indicator.kind == Indicator.Kind.RATIO
    return {
        **plain(indicator, PLAIN_OF_INDICATOR),
        "unit": indicator.unit.code,
        "over_periods": "sum" if is_ratio else indicator.over_periods,
        "over_places": "sum" if is_ratio else indicator.over_places,
        "parts": [link.part.code for link in sorted(indicator.part_links.all(), key=lambda link: link.position)],
        **{name: code_of(getattr(indicator, name)) for name in ("numerator", "denominator", "included_in", "weight")},
    }


def _targets(plan: Plan) -> Iterable[Target]:
    rows = plan.targets.select_related("indicator", "responsible", "plan", "programme")
    return rows.prefetch_related(
        "clauses", "places", "supporting", "milestones", "pace_points", "versions__allocations__region"
    ).prefetch_related("versions__allocations__unit")


def target_row(target: Target) -> Row:
    """Return the row of a target: its first version in the row, the later ones and the goals of places within it."""
    versions = sorted(target.versions.all(), key=lambda version: version.number)
    programme = getattr(target, "programme", None)
    return {
        **plain(target, PLAIN_OF_TARGET),
        **{name: _number(getattr(target, name)) for name in ("base_value", "level_two_below", "level_one_below")},
        "indicator": target.indicator.code,
        "clauses": [clause.number for clause in target.clauses.all()],
        "responsible": target.responsible.name if target.responsible else "",
        "supporting": [body.name for body in target.supporting.all()],
        "places": [region.code for region in target.places.all()],
        "milestones": [{"day": one.day, "value": _number(one.value)} for one in target.milestones.all()],
        "points": [{"day": one.day, "share": _number(one.share)} for one in target.pace_points.all()],
        "programme": [_programme_row(programme)] if programme else [],
        **_first_version(versions[0] if versions else None, target.plan.starts_on),
        "versions": [_version_row(one) for one in versions[1:]],
    }


def _programme_row(programme: Any) -> Row:
    numbers = {name: _number(getattr(programme, name)) for name in ("value", "done_before")}
    return {**plain(programme, ("starts_on", "ends_on")), **numbers}


def _first_version(version: TargetVersion | None, starts_on: date) -> Row:
    if version is None:
        empty: Row = dict.fromkeys(("value", "upper_value", "effective_from"))
        return {**empty, "document_number": "", "stretch_note": "", "goals": []}
    row = _version_row(version)
    return {**row, "effective_from": None if version.effective_from == starts_on else version.effective_from}


def _version_row(version: TargetVersion) -> Row:
    goals = sorted(version.allocations.all(), key=lambda one: (one.region.path, one.unit.code if one.unit else ""))
    return {
        **plain(version, ("effective_from", "document_number", "stretch_note")),
        "value": _number(version.value),
        "upper_value": _number(version.upper_value),
        "goals": [
            {
                "place": one.region.code,
                "unit": code_of(one.unit),
                **{name: _number(getattr(one, name)) for name in ("value", "upper_value", "base_value")},
            }
            for one in goals
        ],
    }


def _rule_changes(plan: Plan) -> Iterable[RuleChange]:
    return plan.rule_changes.select_related("target__indicator", "indicator", "weight").in_their_order()


def rule_change_row(change: RuleChange) -> Row:
    """Return the row of a change of rules."""
    numbers = ("level_two_below", "level_one_below", "level_band")
    plain_ones = ("effective_from", "document_number", "no_document_reason", "graded_by", "pace")
    return {
        **plain(change, (*plain_ones, "over_periods", "over_places")),
        **{name: _number(getattr(change, name)) for name in numbers},
        "target": change.target.indicator.code if change.target else "",
        "indicator": code_of(change.indicator),
        "weight": code_of(change.weight),
        "curve": change.curve_text,
    }


def _commitments(plan: Plan) -> Iterable[Commitment]:
    rows = Commitment.objects.filter(clause__plan=plan).select_related("clause", "part_of__clause")
    return rows.prefetch_related("places", "bodies")


def commitment_row(commitment: Commitment) -> Row:
    """Return the row of a commitment."""
    return {
        **plain(commitment, ("kind", "status", "status_note")),
        "clause": commitment.clause.number,
        "part_of": commitment.part_of.clause.number if commitment.part_of else "",
        "places": [region.code for region in commitment.places.all()],
        "bodies": [body.name for body in commitment.bodies.all()],
    }


def _obligations(plan: Plan) -> Iterable[Obligation]:
    rows = plan.obligations.select_related("unit", "indicator")
    return rows.order_by("unit__region__path", "unit__code", "indicator__code")


def obligation_row(obligation: Obligation) -> Row:
    """Return the row of an obligation to report."""
    codes = {"unit": obligation.unit.code, "indicator": obligation.indicator.code}
    return {**codes, **plain(obligation, ("frequency", "begins", "ends"))}


def links_of(plan: Plan) -> Iterable[IndicatorLink]:
    """Return the links of a plan's indicators with other plans, but those that were declined or withdrawn."""
    rows = IndicatorLink.objects.of(plan.pk).exclude(agreed_at=None, ended_at__isnull=False)
    rows = rows.select_related("plan", "indicator", "other_plan", "other_indicator")
    return rows.order_by("begins", "indicator__code", "pk")


def link_row(link: IndicatorLink, plan: Plan) -> Row:
    """Return the row of a link as the plan sees it; the other indicator is named where it is another one."""
    own, other = (link.indicator, link.other_indicator)
    if link.plan_id != plan.pk:
        own, other = other, own
    return {
        **plain(link, ("frequency", "begins", "until")),
        "indicator": own.code,
        "other_plan": (link.other_plan if link.plan_id == plan.pk else link.plan).code,
        "other_indicator": "" if own == other else other.code,
    }


def rules_for(indicators: Iterable[Indicator]) -> list[CheckRule]:
    """Return the general rules of checks, and those of these indicators."""
    kept = {one.pk for one in indicators}
    return [rule for rule in CheckRule.objects.select_related("indicator") if rule.indicator_id in {None, *kept}]


def check_row(rule: CheckRule) -> Row:
    """Return the row of a rule of checks."""
    bounds = {"low": _number(rule.low), "high": _number(rule.high)}
    return {**plain(rule, ("kind", "severity")), "indicator": code_of(rule.indicator), **bounds}


def _by_unit(model: Any, units: Iterable[ReportingUnit], indicators: Iterable[Indicator]) -> Iterable[Any]:
    found = model.objects.filter(unit__in=list(units), indicator__in=list(indicators))
    return found.select_related("unit", "indicator").order_by("unit__region__path", "unit__code", "indicator__code")


def _range_row(row: ExpectedRange) -> Row:
    bounds = {"low": _number(row.low), "high": _number(row.high), "basis": row.basis}
    return {"unit": row.unit.code, "indicator": row.indicator.code, **bounds}


def _capacity_row(row: UnitCapacity) -> Row:
    return {
        "unit": row.unit.code,
        "indicator": row.indicator.code,
        "per_month": _number(row.per_month),
        "basis": row.basis,
    }


def _bodies_of(tables: dict[str, list[Row]]) -> set[str]:
    named = {row["responsible"] for row in tables["target"]} - {""}
    named |= {name for row in tables["target"] for name in row["supporting"]}
    return named | {name for row in tables["commitment"] for name in row["bodies"]}


def _number(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.normalize() + 0
