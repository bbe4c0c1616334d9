"""The two-person rule: the most dangerous acts need a permit that somebody else has just given."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.signing import TimestampSigner
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.factories import NOW
from tracker.models import ActPermit, Event, Membership, Plan, Role
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.plans.demonstration import demonstration_content
from tracker.services.accounts import people, second_person
from tracker.services.operations.backup.restore import restore_backup
from tracker.services.plans.remove_demonstration import remove_demonstration
from tracker.services.plans.remove_plan import delete_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rule(settings):
    settings.TWO_PERSON_RULE = True


@pytest.fixture
def system(plan):
    return factories.make_user("system", Role.SYSTEM_ADMIN)


@pytest.fixture
def security(plan):
    return factories.make_user("security", Role.SECURITY_ADMIN)


def granted(by, to):
    membership = Membership(user=to, role=Role.SECURITY_ADMIN, region=factories.region(factories.SHANXI))
    people.grant_membership(membership, acting_user=by, now=NOW)


def test_the_role_of_security_administrator_takes_two_once(system, security, leader, reporter):
    with pytest.raises(Refused):
        granted(security, leader)
    second_person.permit_act(ActPermit.Act.GRANT_SECURITY_ADMIN, acting_user=system, now=NOW)
    granted(security, leader)
    assert ActPermit.objects.get().used_by == security
    with pytest.raises(Refused):
        granted(security, factories.make_user("third"))
    assert Event.objects.filter(object_type="actpermit", actor=system).count() == 1


def test_other_roles_and_the_rule_switched_off_take_one(security, leader, settings):
    membership = Membership(user=leader, role=Role.REVIEWER, region=factories.region(factories.SHANXI))
    people.grant_membership(membership, acting_user=security, now=NOW)
    settings.TWO_PERSON_RULE = False
    granted(security, leader)


def test_deleting_a_plan_takes_two_and_nobody_is_two(plan, system):
    empty = Plan.objects.get(pk=plan.pk)
    empty.pk, empty.code = None, "empty"
    empty.save()
    second_person.permit_act(ActPermit.Act.DELETE_PLAN, acting_user=system, now=NOW)
    with pytest.raises(Refused):
        delete_plan(empty, acting_user=system, now=NOW)
    delete_plan(empty, acting_user=factories.make_user("manager", Role.PLAN_MANAGER), now=NOW)
    assert not Plan.objects.filter(code="empty").exists()


@pytest.mark.parametrize("given", [NOW - timedelta(minutes=61), NOW + timedelta(minutes=1)])
def test_a_permit_lasts_an_hour(plan, system, security, leader, given):
    second_person.permit_act(ActPermit.Act.GRANT_SECURITY_ADMIN, acting_user=system, now=given)
    with pytest.raises(Refused):
        granted(security, leader)


def test_only_administrators_of_the_whole_permit(plan, leader, security):
    for person in (leader, security, factories.make_user("city", Role.SYSTEM_ADMIN, factories.TAIYUAN)):
        with pytest.raises(NotAllowed):
            second_person.permit_act(ActPermit.Act.DELETE_PLAN, acting_user=person, now=NOW)
        with pytest.raises(NotAllowed):
            second_person.permit_restore(acting_user=person, now=NOW)


@pytest.mark.parametrize("code", ["", "system:forged:code"])
def test_a_restore_needs_a_code(code):
    with pytest.raises(Refused, match="--permit"):
        restore_backup(Path("no-such-archive.tar"), now=NOW, permit=code)


def test_a_code_for_a_restore_names_who_gave_it_and_is_no_other_signature(system):
    code = second_person.permit_restore(acting_user=system, now=NOW)
    assert second_person.require_restore_permit(code) == "system"
    with pytest.raises(Refused):
        second_person.require_restore_permit(TimestampSigner(salt="other").sign("system"))


def test_permits_are_given_on_the_page(client, system, monkeypatch):
    monkeypatch.setattr("config.probes.reach_broker", lambda: None)
    client.force_login(system)
    assert "delete_plan" in client.get(reverse("operations")).content.decode()
    client.post(reverse("operations_permit"), {"act": "delete_plan"})
    assert ActPermit.objects.get().granted_by == system
    assert "system:" in client.post(reverse("operations_permit"), {"act": "restore"}, follow=True).content.decode()


def test_removing_a_demonstration_takes_two(plan, system, monkeypatch):
    content = demonstration_content(plan)
    monkeypatch.setattr(type(content), "is_empty", False)
    with pytest.raises(Refused, match=r"second|第二人"):
        remove_demonstration(plan, acting_user=system, now=NOW)
    second = factories.make_user("second", Role.SYSTEM_ADMIN)
    second_person.permit_act(ActPermit.Act.REMOVE_DEMONSTRATION, acting_user=second, now=NOW)
    remove_demonstration(plan, acting_user=system, now=NOW)
    assert ActPermit.objects.get().used_by == system


def empty_plan(plan, code):
    made = Plan.objects.get(pk=plan.pk)
    made.pk, made.code = None, code
    made.save()
    return made


def delete_chosen(client, *plans):
    address = reverse("admin:tracker_plan_changelist")
    data = {"action": "delete_selected", "_selected_action": [plan.pk for plan in plans], "post": "yes"}
    return client.post(address, data, follow=True)


@pytest.mark.parametrize("permits", [0, 1, 2])
def test_deleting_several_plans_at_once_takes_a_permit_for_each(plan, system, client, permits):
    one, other = empty_plan(plan, "one"), empty_plan(plan, "other")
    for number in range(permits):
        second = factories.make_user(f"second-{number}", Role.SYSTEM_ADMIN)
        second_person.permit_act(ActPermit.Act.DELETE_PLAN, acting_user=second, now=timezone.now())
    client.force_login(system)
    answer = delete_chosen(client, one, other)
    assert answer.status_code == 200
    left = set(Plan.objects.filter(code__in=("one", "other")).values_list("code", flat=True))
    assert left == (set() if permits == 2 else {"one", "other"})
    assert ActPermit.objects.exclude(used_at=None).count() == (2 if permits == 2 else 0)
    assert ("第二人" in answer.content.decode()) is (permits < 2)
