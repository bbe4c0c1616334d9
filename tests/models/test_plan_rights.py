"""Rights hold per plan: what a membership limited to a plan reaches, and what it does not."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests import factories
from tests.city_plan import limited_to, make_city_plan
from tests.factories import NOW, TAIYUAN
from tracker.models import Entry, Event, Membership, Return, Role, UnlockRequest
from tracker.models.access import Capability, PlanRight, Scope, scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.mail.recipients import recipients_of
from tracker.queries.pages.overview import current_plan, plans_within
from tracker.queries.returns.expected_returns import expected_returns
from tracker.queries.returns.late_units import late_units
from tracker.services import returns
from tracker.services.returns.extensions import grant_extension

pytestmark = pytest.mark.django_db
VALUES = {"coal_gangue_utilised": "5", "fly_ash_utilised": "1"}


@pytest.fixture
def city_plan(taiyuan):
    return make_city_plan(taiyuan)


@pytest.fixture
def filed(plan, city_plan, taiyuan, reporter):
    """What the unit owes the province and the city, both submitted."""
    periods = factories.period(plan), factories.period(city_plan)
    return [factories.file_return(taiyuan, period, VALUES, reporter=reporter) for period in periods]


def test_a_limited_right_counts_only_where_its_plan_is_named(plan, city_plan, taiyuan):
    scope = scope_of(limited_to(city_plan, "city", Role.REVIEWER), Capability.VERIFY)
    assert scope == Scope(limited=(PlanRight(city_plan.pk, path=taiyuan.region.path),))
    assert scope.is_somewhere and not scope.covers_unit(taiyuan)
    assert scope.in_plan(city_plan.pk).covers_unit(taiyuan)
    assert not scope.in_plan(plan.pk).covers_unit(taiyuan)


def test_a_reviewer_for_the_citys_plan_does_not_touch_what_is_due_to_the_province(filed, city_plan):
    to_province, to_city = filed
    person = limited_to(city_plan, "city", Role.REVIEWER)
    assert list(Return.objects.visible_to(person)) == [to_city]
    assert list(Return.objects.reviewable_by(person)) == [to_city]
    assert {row.unit_return_id for row in Entry.objects.visible_to(person)} == {to_city.pk}
    with pytest.raises(NotAllowed):
        returns.verify_return(to_province, acting_user=person, now=NOW, expected_version=to_province.version)
    with pytest.raises(NotAllowed):
        returns.send_back_return(
            to_province, comment="x", acting_user=person, now=NOW, expected_version=to_province.version
        )
    returns.verify_return(to_city, acting_user=person, now=NOW, expected_version=to_city.version)
    assert Return.objects.get(state="verified") == to_city


def test_a_citys_reviewer_does_not_verify_what_the_city_reports_to_the_province(filed):
    to_province, to_city = filed
    person = factories.make_user("city", Role.REVIEWER, TAIYUAN)
    assert set(Return.objects.visible_to(person)) == {to_province, to_city}
    assert list(Return.objects.reviewable_by(person)) == [to_city]
    assert [one.is_reviewed_by(person) for one in filed] == [False, True]
    with pytest.raises(NotAllowed, match="山西省"):
        returns.verify_return(to_province, acting_user=person, now=NOW, expected_version=to_province.version)


def test_the_reviewers_of_a_region_above_the_plans_verify_for_it(filed, reviewer):
    assert set(Return.objects.reviewable_by(reviewer)) == set(filed)
    assert all(one.is_reviewed_by(reviewer) for one in filed)


def test_a_reporter_for_one_plan_opens_and_sees_its_returns_alone(plan, city_plan, taiyuan):
    person = limited_to(city_plan, "city", Role.REPORTER)
    assert {one.period.plan for one in expected_returns(person, now=NOW)} == {city_plan}
    with pytest.raises(NotAllowed):
        returns.open_return(taiyuan, factories.period(plan), acting_user=person, now=NOW)
    returns.open_return(taiyuan, factories.period(city_plan), acting_user=person, now=NOW)


def test_more_time_is_given_in_ones_own_plan_alone(plan, city_plan, taiyuan):
    person = limited_to(city_plan, "city", Role.PLAN_MANAGER)
    late, _number = late_units(person, now=NOW, at_most=9)
    assert {period.plan for unit in late for period in unit.periods} == {city_plan}
    until = NOW.replace(year=2021)
    with pytest.raises(NotAllowed):
        grant_extension(taiyuan, factories.period(plan), until=until, reason="x", acting_user=person, now=NOW)
    grant_extension(taiyuan, factories.period(city_plan), until=until, reason="x", acting_user=person, now=NOW)


def test_requests_to_unlock_reach_the_reviewers_of_their_plan(filed, city_plan, reviewer, reporter):
    for one in filed:
        returns.verify_return(one, acting_user=reviewer, now=NOW, expected_version=one.version)
        returns.request_unlock(one, reason="x", acting_user=reporter, now=NOW, expected_version=one.version)
    person = limited_to(city_plan, "city", Role.REVIEWER)
    assert [one.unit_return for one in UnlockRequest.objects.decidable_by(person)] == [filed[1]]


def test_an_auditor_of_one_plan_reads_what_became_of_its_returns(filed, city_plan):
    events = Event.objects.visible_to(limited_to(city_plan, "auditor", Role.AUDITOR))
    assert {event.object_id for event in events.filter(object_type="return")} == {str(filed[1].pk)}


def test_a_role_limited_to_another_plan_gets_none_of_a_plans_mail(plan, city_plan):
    from tracker.models import Schedule, Subscription

    limited_to(city_plan, "city", Role.LEADER)
    schedule = Schedule.objects.create(name="月报", plan=plan)
    shared = {"audience": "role", "role": Role.LEADER, "region": factories.region(TAIYUAN)}
    subscription = Subscription.objects.create(schedule=schedule, active_from=NOW, **shared)
    assert recipients_of(subscription) == []
    leader = factories.make_user("both", Role.LEADER, TAIYUAN)
    Membership.objects.create(user=leader, role=Role.LEADER, region=factories.region(TAIYUAN), plan=plan)
    assert [one.user for one in recipients_of(subscription)] == [leader]


def test_the_plan_shown_first_is_the_newest_within_the_scope(plan, taiyuan, city_plan):
    newer = make_city_plan(taiyuan, "taiyuan-2020-b")
    newer.starts_on = newer.starts_on.replace(month=3)
    newer.save(update_fields=["starts_on"])
    seen = {
        person.username: plans_within(scope_of(person, Capability.VIEW))
        for person in (
            factories.make_user("province", Role.LEADER),
            factories.make_user("datong", Role.LEADER, factories.DATONG),
            limited_to(city_plan, "city", Role.LEADER),
            factories.make_user("unit", Role.REPORTER, TAIYUAN, unit=taiyuan),
        )
    }
    assert seen == {
        "province": [newer, plan, city_plan],
        "datong": [plan],
        "city": [city_plan],
        "unit": [newer, plan, city_plan],
    }
    assert current_plan(seen["province"], NOW.date()) == newer
    assert current_plan(seen["datong"], NOW.date()) == plan


def test_who_typed_a_value_does_not_verify_the_return_that_another_submitted(plan, taiyuan, reporter):
    typist = factories.make_user("typist", Role.REPORTER, TAIYUAN)
    Membership.objects.create(user=typist, role=Role.REVIEWER, region=plan.region)
    draft = returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    returns.save_draft(draft, VALUES, acting_user=typist, now=NOW, expected_version=draft.version)
    returns.submit_return(draft, acting_user=reporter, now=NOW, expected_version=draft.version)
    assert list(Return.objects.waiting_for(typist)) == []
    with pytest.raises(NotAllowed, match="填写"):
        returns.verify_return(draft, acting_user=typist, now=NOW, expected_version=draft.version)


def test_a_membership_once_for_each_plan(city_plan, plan):
    person = limited_to(city_plan, "city", Role.LEADER)
    Membership.objects.create(user=person, role=Role.LEADER, region=factories.region(TAIYUAN), plan=plan)
    Membership.objects.create(user=person, role=Role.LEADER, region=factories.region(TAIYUAN))
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=person, role=Role.LEADER, region=factories.region(TAIYUAN), plan=plan)


def test_an_administrator_is_not_limited_to_a_plan(city_plan):
    person = factories.make_user("system")
    given = Membership(user=person, role=Role.SYSTEM_ADMIN, region=factories.region(TAIYUAN), plan=city_plan)
    with pytest.raises(ValidationError, match="不限于一个行动计划"):
        given.full_clean()


def test_a_membership_names_its_plan(city_plan):
    person = limited_to(city_plan, "city", Role.REVIEWER)
    assert [str(one) for one in person.current_memberships] == ["审核员 · 太原市 · 太原市行动计划"]


def test_a_membership_for_a_closed_plan_or_one_elsewhere_is_refused_at_the_plan(plan, city_plan):
    from tracker.services.accounts.people import grant_membership

    admin = factories.make_user("security", Role.SECURITY_ADMIN)
    person = factories.make_user("person")

    def refused(plan, place, now) -> dict[str, str]:
        given = Membership(user=person, role=Role.LEADER, region=factories.region(place), plan=plan)
        with pytest.raises(Refused) as refusal:
            grant_membership(given, acting_user=admin, now=now)
        return refusal.value.fields

    assert list(refused(city_plan, TAIYUAN, NOW.replace(year=2026))) == ["plan"]
    assert list(refused(city_plan, factories.DATONG, NOW)) == ["plan"]
    assert not person.memberships.exists()
    given = Membership(user=person, role=Role.LEADER, region=factories.region(TAIYUAN), plan=city_plan)
    grant_membership(given, acting_user=admin, now=NOW)
    assert person.memberships.get().plan == city_plan
