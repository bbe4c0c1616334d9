"""People, memberships, commitments: what the services refuse whoever calls them."""

import pytest

from tests import factories
from tests.factories import NOW, PASSWORD
from tracker.models import Commitment, Event, Membership, Role, User
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.accounts import people
from tracker.services.plans import commitments


@pytest.fixture
def manager(plan):
    """The security administrator of Taiyuan."""
    return factories.make_user("security", Role.SECURITY_ADMIN, factories.TAIYUAN)


@pytest.fixture
def account_manager(plan):
    """The system administrator of Taiyuan."""
    return factories.make_user("system", Role.SYSTEM_ADMIN, factories.TAIYUAN)


def test_a_weak_password_opens_no_account(account_manager):
    with pytest.raises(Refused) as refusal:
        people.create_account(User(username="newcomer"), "password12", acting_user=account_manager, now=NOW)
    assert set(refusal.value.fields) == {"password1"}
    assert not User.objects.filter(username="newcomer").exists()


def test_an_account_is_opened_by_who_manages_accounts_alone(manager, reporter):
    for person in (manager, reporter):
        with pytest.raises(NotAllowed):
            people.create_account(User(username="newcomer"), PASSWORD, acting_user=person, now=NOW)


def test_nobody_helps_oneself_back_in(manager):
    with pytest.raises(NotAllowed):
        people.give_one_time_password(manager, acting_user=manager, now=NOW)


def test_a_role_is_given_within_ones_own_region_alone(manager, reporter):
    beyond = Membership(user=reporter, role=Role.LEADER, region=factories.region(factories.SHANXI))
    with pytest.raises(NotAllowed) as refusal:
        people.grant_membership(beyond, acting_user=manager, now=NOW)
    assert set(refusal.value.fields) == {"region"}
    within = Membership(user=reporter, role=Role.LEADER, region=factories.region(factories.TAIYUAN))
    people.grant_membership(within, acting_user=manager, now=NOW)
    assert Event.objects.get(object_type="membership").after["role"] == "leader"


def test_a_unit_outside_the_region_is_refused(manager, reporter, plan):
    other = factories.make_unit(plan, factories.DATONG)
    membership = Membership(user=reporter, role=Role.REPORTER, region=factories.region(factories.TAIYUAN), unit=other)
    with pytest.raises(Refused):
        people.grant_membership(membership, acting_user=manager, now=NOW)


def test_a_withdrawn_role_is_recorded(manager, reporter):
    membership = reporter.memberships.get()
    people.withdraw_membership(membership, acting_user=manager, now=NOW)
    assert not Membership.objects.filter(user=reporter).exists()
    assert Event.objects.get(object_type="membership").before["role"] == "reporter"


def test_nobody_closes_ones_own_account(account_manager):
    stored = User.objects.get(pk=account_manager.pk)
    changed = User.objects.get(pk=account_manager.pk)
    changed.is_active = False
    with pytest.raises(Refused):
        people.change_account(changed, acting_user=stored, now=NOW)
    assert User.objects.get(pk=account_manager.pk).is_active


def test_a_commitment_moves_under_the_plans_manager_alone(plan, reporter):
    commitment = Commitment.objects.first()
    with pytest.raises(NotAllowed):
        commitments.update_commitment(commitment, status="done", note="", acting_user=reporter, now=NOW)
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    with pytest.raises(Refused):
        commitments.update_commitment(commitment, status="73%", note="", acting_user=manager, now=NOW)
    commitments.update_commitment(commitment, status="done", note=" 已建成 ", acting_user=manager, now=NOW)
    commitment.refresh_from_db()
    assert (commitment.status, commitment.status_note) == ("done", "已建成")


# Accounts that reach into two scopes


@pytest.fixture
def in_two_places(plan):
    """A reviewer of the province who also reviews in Taiyuan."""
    person = factories.make_user("both", Role.REVIEWER)
    Membership.objects.create(user=person, role=Role.REVIEWER, region=factories.region(factories.TAIYUAN))
    return person


def closed(person: User) -> User:
    person.is_active = False
    return person


ACTS = {
    "password": lambda person, by: people.give_one_time_password(person, acting_user=by, now=NOW),
    "unlock": lambda person, by: people.unlock(person, acting_user=by, now=NOW),
    "second step": lambda person, by: people.remove_second_step(person, acting_user=by, now=NOW),
    "withdraw": lambda person, by: people.withdraw_membership(
        person.memberships.get(region__code=factories.TAIYUAN), acting_user=by, now=NOW
    ),
    "grant": lambda person, by: people.grant_membership(
        Membership(user=person, role=Role.LEADER, region=factories.region(factories.TAIYUAN)), acting_user=by, now=NOW
    ),
    "close": lambda person, by: people.change_account(closed(User.objects.get(pk=person.pk)), acting_user=by, now=NOW),
}


def stored(person: User) -> tuple:
    row = User.objects.filter(pk=person.pk).values_list("password", "is_active", "must_change_password").get()
    return row, list(person.memberships.order_by("pk").values_list("role", "region_id"))


@pytest.mark.parametrize("act", ACTS)
def test_whoever_touches_an_account_covers_all_of_its_roles(act, manager, account_manager, in_two_places):
    before = stored(in_two_places)
    with pytest.raises(NotAllowed, match=r"outside|以外"):
        ACTS[act](in_two_places, account_manager if act == "close" else manager)
    assert stored(in_two_places) == before
    assert not Event.objects.filter(object_type__in=("user", "membership")).exists()
    role = Role.SYSTEM_ADMIN if act == "close" else Role.SECURITY_ADMIN
    ACTS[act](in_two_places, factories.make_user("province", role))


def test_a_closed_account_still_belongs_to_all_of_its_places(manager, in_two_places):
    User.objects.filter(pk=in_two_places.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        people.give_one_time_password(User.objects.get(pk=in_two_places.pk), acting_user=manager, now=NOW)


def test_a_person_without_a_role_belongs_to_the_place_of_who_opened_the_account_and_to_the_whole(
    manager, account_manager
):
    neighbour = factories.make_user("neighbour", Role.SECURITY_ADMIN, factories.DATONG)
    whole = factories.make_user("whole", Role.SECURITY_ADMIN)
    person = people.create_account(User(username="newcomer"), PASSWORD, acting_user=account_manager, now=NOW)
    with pytest.raises(NotAllowed):
        people.give_one_time_password(person, acting_user=neighbour, now=NOW)
    for by in (manager, whole):
        people.give_one_time_password(person, acting_user=by, now=NOW)
    of_the_province = factories.make_user("provinces-system", Role.SYSTEM_ADMIN)
    other = people.create_account(User(username="other"), PASSWORD, acting_user=of_the_province, now=NOW)
    with pytest.raises(NotAllowed):
        people.give_one_time_password(other, acting_user=manager, now=NOW)
    with pytest.raises(NotAllowed):
        people.change_account(closed(other), acting_user=account_manager, now=NOW)
