"""A region becomes part of another: everything below follows, and no tree is cut."""

from pathlib import Path

import pytest
from django.conf import settings

from tests import factories
from tests.factories import NOW, SHANXI, TAIYUAN
from tracker.models import Event, Plan, Region, Return, Role
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import Refused
from tracker.queries.figures.figures import Figures
from tracker.services.plans import loading
from tracker.services.plans.move_region import move_region
from tracker.services.returns.open_periods import open_periods

PLANS = Path(settings.BASE_DIR) / "tests" / "plans"
GANGUE = "coal_gangue_utilised"


@pytest.fixture
def filed(plan, taiyuan, reporter, reviewer):
    values = {GANGUE: "5", "fly_ash_utilised": "1"}
    return factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)


@pytest.fixture
def county(plan) -> Region:
    return Region.objects.create(code="140105", name="小店区", level="county", parent=factories.region(TAIYUAN))


def join_the_nation() -> None:
    loading.load_reference(PLANS / "nation-units.toml", PLANS / "nation-regions.toml", moved_at=NOW)


def standings(plan: Plan) -> list[tuple[object, ...]]:
    rows = Figures(factories.period(plan)).standings([plan.region, *plan.region.children.order_by("code")])
    return [(row.target.pk, row.region.code, row.standing) for row in rows]


def test_a_province_already_there_becomes_part_of_the_nation_without_losing_a_return(plan, filed, county, reviewer):
    before = standings(plan)
    join_the_nation()
    paths = dict(Region.objects.filter(code__in=(SHANXI, TAIYUAN, county.code)).values_list("code", "path"))
    assert paths == {
        SHANXI: "100000/140000/",
        TAIYUAN: "100000/140000/140100/",
        county.code: "100000/140000/140100/140105/",
    }
    plan = Plan.objects.select_related("region").get(pk=plan.pk)
    assert standings(plan) == before
    reviewer = type(reviewer).objects.get(pk=reviewer.pk)
    assert list(Return.objects.reviewable_by(reviewer)) == [filed]
    event = Event.objects.get(action=Event.Action.CONFIGURED, object_type="region")
    assert (event.before["path"], event.after["path"]) == ("140000/", "100000/140000/")


def test_loading_the_nation_again_changes_nothing(plan, filed):
    join_the_nation()
    number = Event.objects.count()
    join_the_nation()
    assert Event.objects.count() == number
    assert Region.objects.filter(level="province", parent__code="100000").count() == 31


def test_the_nation_s_plan_has_the_provinces_and_reaches_down_to_the_county(plan, county):
    join_the_nation()
    days = {"issued_on": "2021-12-28", "starts_on": "2021-01-01", "ends_on": "2025-12-31"}
    nation = Plan.objects.create(
        code="nation", name="全国方案", issuer="国务院", region=factories.region("100000"), **days
    )
    nation.refresh_from_db()
    open_periods(nation, now=NOW)
    assert len(Figures(factories.period(nation, "2021-01")).cities) == 31
    leader = factories.make_user("national-leader", Role.LEADER, "100000")
    county.refresh_from_db()
    assert scope_of(leader, Capability.VIEW).covers_region(county)


def test_without_a_moment_a_root_stays_a_root(plan):
    loading.load_reference(PLANS / "nation-units.toml", PLANS / "nation-regions.toml")
    assert factories.region(SHANXI).parent is None


def test_a_city_does_not_leave_the_province_whose_plan_it_takes_part_in(plan, filed):
    other = Region.objects.create(code="150000", name="内蒙古自治区", level="province")
    with pytest.raises(Refused) as refusal:
        move_region(factories.region(TAIYUAN), other, acting_user=None, now=NOW)
    assert "省" in refusal.value.fields["parent"]
    assert factories.region(TAIYUAN).path == "140000/140100/"


def test_a_region_does_not_become_part_of_itself_or_of_its_own_part(plan):
    province = factories.region(SHANXI)
    for parent in (province, factories.region(TAIYUAN)):
        with pytest.raises(Refused) as refusal:
            move_region(province, parent, acting_user=None, now=NOW)
        assert list(refusal.value.fields) == ["parent"]
    assert factories.region(SHANXI).path == "140000/"


def test_a_county_moves_to_another_city_of_the_same_plan(plan, county):
    move_region(county, factories.region(factories.DATONG), acting_user=None, now=NOW)
    county.refresh_from_db()
    assert county.path == "140000/140200/140105/"


def test_a_path_that_would_be_too_long_is_refused(plan, county):
    above = None
    for number in range(8):
        above = Region.objects.create(code=f"level-{number:06d}", name="x", level="county", parent=above)
    with pytest.raises(Refused) as refusal:
        move_region(factories.region(SHANXI), above, acting_user=None, now=NOW)
    assert list(refusal.value.fields) == ["parent"]
    assert factories.region(SHANXI).path == "140000/"


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ('{ code = "X1", level = "galaxy", name = "x" }', "level"),
        ('{ code = "X1", level = "city", part_of = "nowhere", name = "x" }', "part_of"),
    ],
)
def test_a_region_of_no_known_level_or_place_is_refused_at_its_key(db, tmp_path, row, key):
    (tmp_path / "regions.toml").write_text(f"region = [\n  {row},\n]\n")
    with pytest.raises(Refused) as refusal:
        loading.load_reference(PLANS / "nation-units.toml", tmp_path / "regions.toml")
    assert [place.rpartition(", ")[2] for place in refusal.value.fields] == [key]
    assert not Region.objects.exists()


def test_a_document_brings_levels_of_its_own(db, tmp_path):
    (tmp_path / "regions.toml").write_text(
        'level = [ { code = "district", name = "管理区", name_en = "Air district" } ]\n'
        'region = [ { code = "BA", level = "district", name = "Bay Area" } ]\n'
    )
    loading.load_reference(PLANS / "nation-units.toml", tmp_path / "regions.toml")
    assert Region.objects.get().level == "district"
