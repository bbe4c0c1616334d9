"""Checking level by level (逐级审核): what moves, who acts, and what counts meanwhile."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from tests import factories
from tests.factories import NOW, TAIYUAN
from tracker.models import CellComment, Event, Region, Return, Role
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.returns.accepted_so_far import accepted_so_far
from tracker.services import returns
from tracker.services.plans import loading
from tracker.services.returns.totals import differing_totals
from tracker.services.returns.verify_several import triage, verify_several

pytestmark = pytest.mark.django_db
GANGUE = "coal_gangue_utilised"
VALUES = {GANGUE: "5", "fly_ash_utilised": "1"}
COUNTY = "140105"


@pytest.fixture
def levels(plan):
    """The plan, checked by county, city and province in turn."""
    plan.checking_levels = ["county", "city", "province"]
    plan.full_clean()
    plan.save()
    return plan


@pytest.fixture
def county(levels):
    city = factories.region(TAIYUAN)
    return Region.objects.create(code=COUNTY, name="小店区", level="county", parent=city)


@pytest.fixture
def people(county, reviewer):
    """The reviewers of the county, the city and the province."""
    return [
        factories.make_user("county", Role.REVIEWER, COUNTY),
        factories.make_user("city", Role.REVIEWER, TAIYUAN),
        reviewer,
    ]


@pytest.fixture
def filed(levels, county, reporter):
    unit = factories.make_unit(levels, COUNTY)
    return factories.file_return(unit, factories.period(levels), VALUES, reporter=reporter)


def accept(filed, person, **more):
    filed = Return.objects.with_names().get(pk=filed.pk)
    return returns.verify_return(filed, acting_user=person, now=NOW, expected_version=filed.version, **more)


def send_down(filed, person, comment="请核对"):
    filed = Return.objects.with_names().get(pk=filed.pk)
    return returns.send_back_return(
        filed,
        comment=comment,
        cell_comments={GANGUE: "偏大"},
        one_level=True,
        acting_user=person,
        now=NOW,
        expected_version=filed.version,
    )


def waiting_for(people) -> list[int]:
    return [Return.objects.waiting_for(person).count() for person in people]


def test_a_return_moves_up_one_level_at_a_time_and_counts_only_at_the_last(filed, people):
    assert waiting_for(people) == [1, 0, 0]
    for number, person in enumerate(people):
        assert not filed.entries.exclude(verified_value=None).exists()
        filed = accept(filed, person)
        assert waiting_for(people) == [int(number + 1 == place) for place in range(3)]
    assert filed.state == Return.State.VERIFIED
    assert filed.entries.get(indicator__code=GANGUE).verified_value == 5
    assert differing_totals() == []


def test_a_comment_goes_up_with_the_acceptance_and_is_gone_once_the_last_level_verifies(filed, people):
    accept(filed, people[0], comment=" 已与企业核对 ")
    filed.refresh_from_db()
    assert filed.review_comment == "已与企业核对"
    event = Event.objects.get(action=Event.Action.RETURN_ACCEPTED)
    assert (event.reason, event.after["checked_by"]) == ("已与企业核对", "小店区")
    accept(filed, people[1])
    filed.refresh_from_db()
    assert filed.review_comment == ""
    accept(filed, people[2])
    filed.refresh_from_db()
    assert (filed.state, filed.review_comment) == (Return.State.VERIFIED, "")


def test_each_level_acts_only_while_the_return_stands_at_it(filed, people):
    county, city, province = people
    for person in (city, province):
        with pytest.raises(NotAllowed, match="小店区"):
            accept(filed, person)
    accept(filed, county)
    with pytest.raises(NotAllowed, match="太原市"):
        accept(filed, county)
    with pytest.raises(NotAllowed):
        send_down(filed, county)


def test_each_level_sees_what_it_has_accepted_so_far(filed, people):
    seen = []
    for person in people:
        seen.append([accepted_so_far(one).count() for one in people])
        filed = accept(filed, person)
    seen.append([accepted_so_far(one).count() for one in people])
    assert seen == [[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]]


def test_a_return_of_the_city_itself_begins_with_the_citys_level(levels, people, taiyuan, reporter):
    filed = factories.file_return(taiyuan, factories.period(levels), VALUES, reporter=reporter)
    assert filed.checking_region == factories.region(TAIYUAN)
    assert waiting_for(people) == [0, 1, 0]


def test_it_goes_one_level_down_with_comments_and_up_again(filed, people):
    county, city, province = people
    accept(filed, county)
    accept(filed, city)
    down = send_down(filed, province)
    assert (down.state, down.checking_region.code, down.review_comment) == ("submitted", TAIYUAN, "请核对")
    assert waiting_for(people) == [0, 1, 0]
    assert CellComment.objects.get().author == province
    assert accept(filed, city).review_comment == ""
    assert waiting_for(people) == [0, 0, 1]


def test_below_the_lowest_level_is_the_unit(filed, people, reporter):
    assert send_down(filed, people[0]).state == Return.State.SENT_BACK


def test_a_level_may_send_it_back_to_the_unit_and_all_levels_check_again(filed, people, reporter):
    county, city, _province = people
    accept(filed, county)
    filed = Return.objects.with_names().get(pk=filed.pk)
    returns.send_back_return(filed, comment="x", acting_user=city, now=NOW, expected_version=filed.version)
    assert filed.state == Return.State.SENT_BACK
    assert differing_totals() == []
    returns.submit_return(filed, acting_user=reporter, now=NOW, expected_version=filed.version)
    assert waiting_for(people) == [1, 0, 0]


def test_what_a_level_has_accepted_is_not_withdrawn(filed, people, reporter):
    filed = accept(filed, people[0])
    with pytest.raises(Refused):
        returns.withdraw_return(filed, acting_user=reporter, now=NOW, expected_version=filed.version)


def test_events_name_the_level(filed, people):
    county, city, province = people
    accept(filed, county)
    send_down(filed, city)
    accept(filed, county)
    accept(filed, city)
    accept(filed, province)
    events = Event.objects.filter(object_type="return", object_id=str(filed.pk)).order_by("pk")
    told = [(event.action, event.after["checked_by"]) for event in events if "checked_by" in event.after]
    assert told == [
        ("return_submitted", "小店区"),
        ("return_accepted", "小店区"),
        ("return_sent_down", "太原市"),
        ("return_accepted", "小店区"),
        ("return_accepted", "太原市"),
        ("return_verified", "山西省"),
    ]


def test_only_the_last_level_sets_another_value(filed, people):
    with pytest.raises(Refused) as refusal:
        accept(filed, people[0], changes={GANGUE: ("4", "核减")})
    assert list(refusal.value.fields) == [GANGUE]
    accept(filed, people[0], changes={GANGUE: ("5", "")})
    accept(filed, people[1])
    accept(filed, people[2], changes={GANGUE: ("4", "核减")})
    assert factories.entry(filed, GANGUE).verified_value == 4


def test_who_wrote_it_accepts_it_at_no_level(filed, people, reporter):
    for place in (COUNTY, TAIYUAN, factories.SHANXI):
        reporter.memberships.create(role=Role.REVIEWER, region=factories.region(place))
    del reporter.current_memberships
    for person in people:
        with pytest.raises(NotAllowed, match="本报表由您提交"):
            accept(filed, reporter)
        accept(filed, person)


def test_many_at_once_move_up_at_their_level_and_the_others_are_left_with_the_reason(filed, people):
    county, city, province = people
    rows = Return.objects.with_names()
    (candidate,) = triage(rows, acting_user=city)
    assert "小店区" in candidate.obstacle
    for person in (county, city, province):
        (candidate,) = triage(rows.all(), acting_user=person)
        (outcome,) = verify_several([candidate.sight], acting_user=person, now=NOW)
        assert outcome.left_because == ""
    assert Return.objects.get().state == Return.State.VERIFIED


def test_a_verified_return_is_unlocked_by_the_last_level(filed, people, reporter):
    county, _city, province = people
    for person in people:
        filed = accept(filed, person)
    request = returns.request_unlock(filed, reason="x", acting_user=reporter, now=NOW, expected_version=filed.version)
    with pytest.raises(NotAllowed):
        returns.grant_unlock(request, acting_user=county, now=NOW)
    assert returns.grant_unlock(request, acting_user=province, now=NOW).state == Return.State.SENT_BACK


def test_the_last_level_may_lie_below_the_plans_region(plan, taiyuan, reporter, reviewer):
    plan.checking_levels = ["city"]
    plan.full_clean()
    plan.save()
    filed = factories.file_return(taiyuan, factories.period(plan), VALUES, reporter=reporter)
    city = factories.make_user("city", Role.REVIEWER, TAIYUAN)
    assert waiting_for([city, reviewer]) == [1, 0]
    assert accept(filed, city).state == Return.State.VERIFIED
    assert [accepted_so_far(one).count() for one in (city, reviewer)] == [1, 0]


@pytest.mark.parametrize("order", [["county", "province"], ["province", "city"], ["village"]])
def test_an_order_with_a_hole_is_refused_at_its_field(plan, order):
    plan.checking_levels = order
    with pytest.raises(ValidationError) as refusal:
        plan.full_clean()
    assert list(refusal.value.message_dict) == ["checking_levels"]


def test_a_level_at_which_returns_wait_stays(filed, levels):
    levels.checking_levels = ["city", "province"]
    with pytest.raises(ValidationError, match="县") as refusal:
        levels.full_clean()
    assert list(refusal.value.message_dict) == ["checking_levels"]


def test_a_document_with_a_hole_in_its_levels_is_refused_with_the_place(plan, tmp_path):
    text = (factories.FIXTURES / "plan-shanxi-2020.toml").read_text(encoding="utf-8")
    first = text.replace('code = "shanxi-2020"', 'code = "other"\nchecking_levels = ["county", "province"]', 1)
    document = tmp_path / "plan.toml"
    document.write_text(first, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        loading.load_plan(document, acting_user=None, now=NOW + timedelta(days=1))
    assert ["checking_levels" in place for place in refusal.value.fields] == [True]
