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
