"""The facts of a period that a summary tells, read from the figures and the returns."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tracker.calculation.cells import Coverage
from tracker.calculation.level_history import LevelHistory
from tracker.calculation.overall_ranking import OverallRule
from tracker.calculation.progress import TargetProgress
from tracker.documents import wording
from tracker.documents.bulletin.lists import lists_in_words
from tracker.documents.compliance.overall import rank_regions
from tracker.documents.findings import Facts, OutstandingLine, PlaceFact, Returns, TargetFact
from tracker.models import ExpectedCell, ExpectedReturn, Period, Region, ReportingUnit, Return
from tracker.models.earlier import name_units
from tracker.queries.documents.list_at_end import lists_at_end
from tracker.queries.figures.figures import Figures, RegionProgress, name_at
from tracker.queries.pages.overview import outstanding
from tracker.queries.plans.demonstration import holds_demonstration


@dataclass(frozen=True)
class MailScope:
    """What a summary tells: a region at the end of a period, by all targets or some (by indicators' keys)."""

    period: Period
    region: Region
    indicators: frozenset[int] = frozenset()


def facts_of(scope: MailScope) -> Facts:
    """Return where the plan stands in a region at the end of a period, in the language in force."""
    period, region = scope.period, scope.region
    figures, before = Figures(period), _figures_before(period)
    wanted = [one for one in figures.targets if not scope.indicators or one.indicator_id in scope.indicators]
    targets = [
        figures.standing_of(target, region)
        for target in wanted
        if region == figures.plan.region or figures.concerns(target, region)
    ]
    headline = next((standing for standing in targets if standing.target.is_graded), None)
    places = figures.below(region) if headline else []
    returns = _returns(figures, region)
    return Facts(
        plan=str(figures.plan),
        region=str(region),
        month=wording.period_in_words(period.code),
        has_demonstration=holds_demonstration(figures.plan),
        targets=[_target_fact(standing, figures, before) for standing in targets],
        headline=_target_fact(headline, figures, before) if headline else None,
        places=_place_facts(figures, headline, places, before) if headline else [],
        places_are_cities=all(place.level == "city" for place in places),
        returns=returns,
        provisional=_provisional(period, headline) if headline and returns.waiting else None,
        lists=_lists(scope, figures),
        ranking=_ranking(scope, figures),
    )


def _lists(scope: MailScope, figures: Figures) -> list[str]:
    """Return a line for each list; of a summary on some targets for those lists that these are counted from."""
    told = lists_at_end(scope.period, scope.region)
    if scope.indicators:
        wanted = {one.indicator.code for one in figures.targets if one.indicator_id in scope.indicators}
        told = [one for one in told if any(figure["indicator"] in wanted for figure in one["figures"])]
    return lists_in_words(told, scope.region.code)


def _ranking(scope: MailScope, figures: Figures) -> str:
    """Return the sentence on the overall ranking, by what the report ranks; nothing in a summary on some targets."""
    region, top, cities = scope.region, figures.plan.region, figures.cities
    if scope.indicators or not figures.plan.overall_ranking or region not in (top, *cities):
        return ""
    graded = [one for one in figures.targets if one.is_graded and figures.own(one) is figures]
    standings = {
        city.code: [figures.standing_of(one, city).standing for one in graded if figures.concerns(one, city)]
        for city in cities
    }
    names = {city.code: str(city) for city in cities}
    own = "" if region == top else region.code
    return rank_regions(OverallRule(figures.plan.overall_ranking), standings, names, own).in_brief


def _figures_before(period: Period) -> Figures | None:
    """Return the figures at the end of the period before, for what changed since."""
    before = period.plan.periods.filter(kind=period.kind, ends_on__lt=period.starts_on).order_by("-ends_on")
    found = before.select_related("plan__region").first()
    return Figures(found) if found else None


def _history(found: RegionProgress, figures: Figures, before: Figures | None) -> LevelHistory:
    """Return the level it had and the one it has, each by the target then in force."""
    then = before.standing_of(found.target, found.region).standing if before else None
    levels = [None if one is None or one.is_provisional else one.level for one in (then, found.standing)]
    moved, by_old = figures.level_by_rules_before(found.target, found.region)
    return LevelHistory(tuple(levels), found.standing.is_provisional, is_ruler_moved=moved, by_old=by_old)


def _provisional(period: Period, headline: RegionProgress) -> TargetProgress:
    return Figures(period, provisional=True).standing_of(headline.target, headline.region).standing


def _target_fact(found: RegionProgress, figures: Figures, before: Figures | None) -> TargetFact:
    indicator = found.target.indicator
    return TargetFact(
        name=name_at(found, figures.period),
        unit=str(indicator.unit),
        decimals=indicator.decimals,
        is_graded=found.target.is_graded,
        standing=found.standing,
        history=_history(found, figures, before),
        missing_parts=figures.missing_parts(found.target, found.region),
        need=figures.monthly_need(found.target, found.region),
        forecast=figures.forecast(found.target, found.region),
        period_kind=figures.period.kind,
    )


def _place_facts(
    figures: Figures, headline: RegionProgress, places: Sequence[Region], before: Figures | None
) -> list[PlaceFact]:
    concerned = [place for place in places if figures.concerns(headline.target, place)]
    found = [figures.standing_of(headline.target, place) for place in concerned]
    return [PlaceFact(str(one.region), one.standing, _history(one, figures, before)) for one in found]


def _returns(figures: Figures, region: Region) -> Returns:
    """Return what each unit has done about its return for the newest period of each kind that the plan has."""
    found = [(other, _returns_of(other, region, coverage)) for other, coverage in figures.returns_by_period(region)]
    if len(found) == 1:
        return found[0][1]
    labelled = [(returns, wording.period_in_words(other.code)) for other, returns in found]
    named = {
        part: [wording.in_unit(name, period) for returns, period in labelled for name in getattr(returns, part)]
        for part in ("not_reported", "sent_back", "waiting", "late")
    }
    return Returns(
        coverage=sum((returns.coverage for returns, _period in labelled), Coverage()),
        debts=[debt for returns, _period in labelled for debt in returns.debts],
        **named,
    )


def _returns_of(period: Period, region: Region, coverage: Coverage) -> Returns:
    """Return what each unit that owes a return for a period has done about it. A draft is not reported: nobody may
    read it.
    """
    found = outstanding(period, region)
    owing = [*found.not_submitted, *found.sent_back]
    expected = ExpectedReturn.objects.filter(period=period, unit_return__state__in=Return.REPORTED_STATES)
    rows = expected.within_at(region, period)
    late = [row.unit for row in rows.late().with_names().order_by("unit__region__path", "unit__code")]
    name_units(late, period.ends_on)
    names = _names({*owing, *found.not_verified, *late})
    return Returns(
        coverage=coverage,
        not_reported=[names[unit] for unit in found.not_submitted],
        sent_back=[names[unit] for unit in found.sent_back],
        waiting=[names[unit] for unit in found.not_verified],
        late=[names[unit] for unit in late],
        debts=_debts(period, owing, names),
    )


def _debts(period: Period, owing: Sequence[ReportingUnit], names: Mapping[ReportingUnit, str]) -> list[OutstandingLine]:
    """Return who owes what, with those who owe the same in one line."""
    cells = ExpectedCell.objects.filter(expected_return__period=period, expected_return__unit__in=owing)
    indicators: dict[int, list[str]] = defaultdict(list)
    for cell in cells.select_related("indicator", "expected_return").order_by("indicator_id"):
        indicators[cell.expected_return.unit_id].append(str(cell.indicator))
    debtors: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for unit in owing:
        debtors[tuple(indicators[unit.pk])].append(names[unit])
    return [OutstandingLine(units, owed) for owed, units in debtors.items()]


def _names(units: Collection[ReportingUnit]) -> dict[ReportingUnit, str]:
    """Return the name of a unit: its region where it is the only one there, as officials call it."""
    regions = ReportingUnit.objects.filter(region__in={unit.region_id for unit in units}).values_list("region_id")
    number = Counter(region for (region,) in regions)
    return {unit: str(unit.region if number[unit.region_id] == 1 else unit) for unit in units}
