"""Regions are renamed, moved, merged and closed from a day on: earlier periods keep their names and their tree."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests import factories
from tests.factories import DATONG, NOW, SHANXI, TAIYUAN
from tracker.models import EarlierRegion, Event, ExpectedReturn, Plan, Region, Return, Role
from tracker.models.earlier import tree_on
from tracker.queries.documents.document_names import load_names
from tracker.queries.documents.quality import load_quality
from tracker.queries.errors import Refused
from tracker.queries.figures.figures import Figures
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.queries.pages.overview import outstanding
from tracker.queries.returns.checking_way import checking_way
from tracker.queries.search.find import search
from tracker.queries.search.reader import Reader
from tracker.services.plans import region_changes
from tracker.services.plans.move_region import move_region

GANGUE = "coal_gangue_utilised"
SINCE = date(2020, 8, 1)
VALUES = {GANGUE: "5", "fly_ash_utilised": "1"}


@pytest.fixture
def county(plan) -> Region:
    return Region.objects.create(code="140105", name="小店区", level="county", parent=factories.region(TAIYUAN))


@pytest.fixture
def unit(plan, county):
    return factories.make_unit(plan, county.code)


@pytest.fixture
def filed(plan, unit, reviewer) -> list[Return]:
    person = factories.make_user("xiaodian-reporter", Role.REPORTER, unit.region.code, unit)
    return [
        factories.file_return(unit, factories.period(plan, code), VALUES, reporter=person, reviewer=reviewer)
        for code in ("2020-07", "2020-08")
    ]


@pytest.fixture
def manager(plan):
    return factories.make_user("manager", Role.PLAN_MANAGER, SHANXI)


def figure(plan: Plan, code: str, place: str) -> Decimal | None:
    figures = Figures(factories.period(plan, code))
    target = plan.targets.get(indicator__code=GANGUE)
    return figures.standing_of(target, factories.region(place)).standing.this_period.value


def coverage(plan: Plan, code: str, place: str) -> int:
    return Figures(factories.period(plan, code)).units_reported_in(factories.region(place)).expected


def refusal(verb, *arguments, **words) -> dict[str, str]:
    with pytest.raises(Refused) as caught:
        verb(*arguments, **words)
    return dict(caught.value.fields)


def test_a_moved_county_counts_in_its_old_city_before_the_day_and_in_the_new_one_from_then_on(
    plan, county, filed, manager
):
    region_changes.move_region_since(county, factories.region(DATONG), since=SINCE, acting_user=manager, now=NOW)
    assert [figure(plan, "2020-07", place) for place in (TAIYUAN, DATONG)] == [5, None]
    assert [figure(plan, "2020-08", place) for place in (TAIYUAN, DATONG)] == [None, 5]
    assert figure(plan, "2020-07", SHANXI) == figure(plan, "2020-08", SHANXI) == 5


def test_lists_and_documents_of_a_period_agree_with_its_figures(plan, county, unit, filed, manager):
    region_changes.move_region_since(county, factories.region(DATONG), since=SINCE, acting_user=manager, now=NOW)
    for code, place, other in (("2020-07", TAIYUAN, DATONG), ("2020-08", DATONG, TAIYUAN)):
        period = factories.period(plan, code)
        here, there = factories.region(place), factories.region(other)
        names = [row["unit"][0] for row in load_quality([period], here)]
        assert unit.name in names
        assert len(names) == coverage(plan, code, place)
        assert unit.name not in [row["unit"][0] for row in load_quality([period], there)]
        within = ExpectedReturn.objects.filter(period=period).within_at(here, period)
        assert unit.pk in within.values_list("unit", flat=True)


def test_a_renamed_region_keeps_its_name_in_earlier_periods(plan, county, manager):
    words = {"name": "小店市", "name_en": "", "level": "city"}
    region_changes.rename_region(county, **words, since=SINCE, acting_user=manager, now=NOW)
    named = [
        load_names(factories.period(plan, code), factories.region(SHANXI)).regions["140105"]
        for code in ("2020-07", "2020-08")
    ]
    assert [str(name) for name in named] == ["小店区", "小店市"]
    levels = [
        next(one for one in tree_on(factories.region(SHANXI), day).regions if one.code == "140105").level
        for day in (date(2020, 7, 31), date(2020, 8, 31))
    ]
    assert levels == ["county", "city"]
    event = Event.objects.filter(action=Event.Action.CONFIGURED, object_type="region").latest("pk")
    assert event.before == {"name": "小店区", "level": "county"}
    assert event.after == {"name": "小店市", "level": "city", "since": "2020-08-01"}


def test_a_merged_region_counts_in_the_other_one_and_is_listed_no_more(plan, county, filed, manager):
    datong = factories.region(DATONG)
    taiyuan = factories.region(TAIYUAN)
    region_changes.merge_region(taiyuan, datong, since=SINCE, acting_user=manager, now=NOW)
    county.refresh_from_db()
    assert county.parent == datong
    before, after = (Figures(factories.period(plan, code)) for code in ("2020-07", "2020-08"))
    assert TAIYUAN in [one.code for one in before.cities]
    assert TAIYUAN not in [one.code for one in after.cities]
    assert figure(plan, "2020-07", TAIYUAN) == figure(plan, "2020-08", DATONG) == 5
    assert figure(plan, "2020-07", DATONG) is None
    assert [one.code for one in after.below(datong)] == [county.code]


def test_a_closed_region_expects_nothing_from_its_period_on(plan, county, unit, manager):
    region_changes.close_region(county, since=SINCE, acting_user=manager, now=NOW)
    expected = ExpectedReturn.objects.filter(unit=unit).values_list("period__code", flat=True)
    assert max(expected) == "2020-07"
    unit.refresh_from_db()
    assert unit.closed_on == SINCE
    codes = [
        [one.code for one in Figures(factories.period(plan, code)).below(factories.region(TAIYUAN))]
        for code in ("2020-07", "2020-08")
    ]
    assert codes == [["140105"], []]


def test_known_at_an_earlier_moment_the_tree_is_the_one_of_before_the_change_was_recorded(plan, county, filed, manager):
    later = NOW + timedelta(days=30)
    region_changes.move_region_since(county, factories.region(DATONG), since=SINCE, acting_user=manager, now=later)
    day = date(2020, 8, 31)
    assert tree_on(factories.region(SHANXI), day, NOW).paths["140105"] == "140000/140100/140105/"
    assert tree_on(factories.region(SHANXI), day, later).paths["140105"] == "140000/140200/140105/"


def test_two_changes_keep_three_states(plan, county, manager):
    words = {"name_en": "", "level": "county", "acting_user": manager, "now": NOW}
    region_changes.rename_region(county, name="第二名", since=date(2020, 3, 1), **words)
    region_changes.rename_region(county, name="第三名", since=date(2020, 6, 1), **words)
    names = [
        next(
            one.name for one in tree_on(factories.region(SHANXI), date(2020, month, 28)).regions if one.code == "140105"
        )
        for month in (2, 3, 5, 6)
    ]
    assert names == ["小店区", "第二名", "第二名", "第三名"]


def test_a_correction_of_all_periods_moves_the_earlier_states_too(plan, county, manager):
    words = {"name": "小店市", "name_en": "", "level": "county"}
    region_changes.rename_region(county, **words, since=SINCE, acting_user=manager, now=NOW)
    move_region(county, factories.region(DATONG), acting_user=manager, now=NOW)
    kept = EarlierRegion.objects.get(region=county)
    assert (kept.path, kept.parent.code) == ("140000/140200/140105/", DATONG)


@pytest.mark.parametrize(
    ("verb", "words", "field"),
    [
        ("merge_region", {"into": TAIYUAN}, "into"),
        ("merge_region", {"into": "140105"}, "into"),
        ("move_region_since", {"parent": "140105"}, "parent"),
        ("move_region_since", {"parent": TAIYUAN}, "parent"),
        ("move_region_since", {"parent": "150000"}, "parent"),
        ("close_region", {}, "since"),
    ],
)
def test_what_would_cut_the_tree_is_refused_at_its_field(plan, county, manager, verb, words, field):
    Region.objects.create(code="150000", name="内蒙古自治区", level="province")
    found = {name: factories.region(code) for name, code in words.items()}
    place = factories.region(TAIYUAN)
    if words == {"parent": TAIYUAN}:
        found = {"parent": place}
    wrong = refusal(getattr(region_changes, verb), place, **found, since=SINCE, acting_user=manager, now=NOW)
    assert list(wrong) == [field]
    assert not EarlierRegion.objects.exists()
    assert factories.region(TAIYUAN).closed_on is None


def test_the_region_of_a_plan_is_neither_closed_nor_merged(plan, manager):
    other = Region.objects.create(code="150000", name="内蒙古自治区", level="province")
    words = {"since": SINCE, "acting_user": manager, "now": NOW}
    assert list(refusal(region_changes.merge_region, plan.region, other, **words)) == ["into"]
    assert list(refusal(region_changes.close_region, plan.region, **words)) == ["since"]


def test_a_day_to_come_and_a_day_before_the_last_change_are_refused(plan, county, manager):
    words = {"name_en": "", "level": "county", "acting_user": manager, "now": NOW}
    future = NOW.date() + timedelta(days=1)
    assert list(refusal(region_changes.rename_region, county, name="新名", since=future, **words)) == ["since"]
    region_changes.rename_region(county, name="新名", since=SINCE, **words)
    assert list(refusal(region_changes.rename_region, county, name="又名", since=SINCE, **words)) == ["since"]
    unchanged = {"name": "新名", "since": SINCE + timedelta(days=1)}
    assert list(refusal(region_changes.rename_region, county, **unchanged, **words)) == ["name"]


def test_a_move_leaves_plans_that_ended_before_it(plan, county, manager):
    days = {"issued_on": "2015-01-01", "starts_on": "2015-01-01", "ends_on": "2019-12-31"}
    Plan.objects.create(code="city", name="市方案", issuer="市政府", region=factories.region(TAIYUAN), **days)
    words = {"since": SINCE, "acting_user": manager, "now": NOW}
    moved = region_changes.move_region_since(county, factories.region(DATONG), **words)
    assert moved.parent.code == DATONG
    assert county.code in tree_on(factories.region(TAIYUAN), date(2019, 12, 31)).paths
    assert county.code not in tree_on(factories.region(TAIYUAN), date(2020, 12, 31)).paths


def test_a_running_plan_of_the_old_city_keeps_its_county(plan, county, manager):
    days = {"issued_on": "2020-01-01", "starts_on": "2020-01-01", "ends_on": "2020-12-31"}
    Plan.objects.create(code="city", name="市方案", issuer="市政府", region=factories.region(TAIYUAN), **days)
    words = {"since": SINCE, "acting_user": manager, "now": NOW}
    wrong = refusal(region_changes.move_region_since, county, factories.region(DATONG), **words)
    assert "市方案" in wrong["parent"]


def test_a_merged_county_is_no_level_that_checks(plan, county, unit, filed, manager):
    Plan.objects.filter(pk=plan.pk).update(checking_levels=["county", "city", "province"])
    other = Region.objects.create(code="140106", name="迎泽区", level="county", parent=factories.region(TAIYUAN))
    region_changes.merge_region(county, other, since=SINCE, acting_user=manager, now=NOW)
    filed_in_august = Return.objects.select_related("period__plan__region", "unit__region").get(pk=filed[1].pk)
    steps = [step.code for step in checking_way(filed_in_august).steps]
    assert steps == ["140106", TAIYUAN, SHANXI]


def test_a_renamed_unit_keeps_its_name_in_earlier_periods_and_is_found_by_it(plan, unit, filed, manager):
    former = unit.name
    region_changes.rename_unit(unit, name="新工信局", name_en="", since=SINCE, acting_user=manager, now=NOW)
    names = [
        {row["unit"][0] for row in load_quality([factories.period(plan, code)], factories.region(SHANXI))}
        for code in ("2020-07", "2020-08")
    ]
    assert former in names[0]
    assert "新工信局" not in names[0]
    assert "新工信局" in names[1]
    assert Vocabulary(plan).unit(former) == unit
    (found,) = search(Reader(manager), former, only="units")
    assert [(hit.title, former in hit.detail) for hit in found.hits] == [("新工信局", True)]


def test_search_and_tables_find_a_region_by_its_former_name(plan, county, unit, manager):
    words = {"name": "上党区", "name_en": "", "level": "county"}
    region_changes.rename_region(county, **words, since=SINCE, acting_user=manager, now=NOW)
    (found,) = search(Reader(manager), "小店", only="regions")
    assert [hit.title for hit in found.hits] == ["上党区"]
    assert "小店区" in found.hits[0].detail
    assert Vocabulary(plan).unit("小店区") == unit
    assert Vocabulary(plan).unit("小店") == unit


def test_outstanding_units_have_the_names_of_the_period(plan, unit, manager):
    former = unit.name
    region_changes.rename_unit(unit, name="新工信局", name_en="", since=SINCE, acting_user=manager, now=NOW)
    july = outstanding(factories.period(plan, "2020-07"), factories.region(SHANXI))
    assert former in [one.name for one in july.not_submitted]
