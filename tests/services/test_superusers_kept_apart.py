"""Once three people are the three administrators, a superuser holds their rights by emergency access only."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tests.interfaces.test_pages import signed_in
from tracker import tasks
from tracker.models import EmergencyAccess, Event, Membership, Role, User
from tracker.models.access import KEPT_FROM_SUPERUSERS, Capability, scope_of
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.accounts import emergency, people

pytestmark = pytest.mark.django_db
THREE = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def admin(plan) -> User:
    return User.objects.create_superuser("admin", "admin@example.com", factories.PASSWORD)


@pytest.fixture
def three(admin) -> dict[str, User]:
    return {role: factories.make_user(f"the-{role}", role) for role in THREE}


def again(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def held(user: User) -> set[Capability]:
    return {one for one in Capability if scope_of(again(user), one).is_somewhere}


def asked(admin: User, hours: int = 2) -> EmergencyAccess:
    return emergency.ask_for_access("恢复误停用的账号", hours, acting_user=again(admin), now=NOW)


def test_before_set_up_is_over_nothing_changes(admin):
    everything = held(admin)
    assert everything >= KEPT_FROM_SUPERUSERS
    for role in THREE[:2]:
        factories.make_user(f"the-{role}", role)
    factories.make_user("auditor-of-a-city", Role.AUDIT_ADMIN, "140100")
    assert held(admin) == everything, "the third is not administrator of everything"
    Membership.objects.create(user=admin, role=Role.AUDIT_ADMIN, region=factories.region("140000"))
    assert held(admin) == everything, "the third is the superuser"


def test_once_three_people_hold_the_three_roles_the_superuser_holds_none_of_their_rights(admin, three):
    assert not held(admin) & KEPT_FROM_SUPERUSERS
    assert {Capability.MANAGE_PLAN, Capability.VIEW} <= held(admin)
    client = signed_in(again(admin))
    for name in ("admin:tracker_user_add", "admin:tracker_membership_changelist", "events"):
        assert client.get(reverse(name)).status_code == 403, name
    assert client.get(reverse("operations")).status_code == 404
    given = Membership(user=three[Role.AUDIT_ADMIN], role=Role.LEADER, region=factories.region("140000"))
    with pytest.raises(NotAllowed):
        people.grant_membership(given, acting_user=again(admin), now=NOW)
    with pytest.raises(NotAllowed):
        people.create_account(User(username="another"), "Str0ng-password!", acting_user=again(admin), now=NOW)


def test_a_role_of_the_three_given_to_a_superuser_opens_nothing(admin, three):
    Membership.objects.create(user=admin, role=Role.SECURITY_ADMIN, region=factories.region("140000"))
    assert not held(admin) & KEPT_FROM_SUPERUSERS


def test_it_follows_the_three_roles_and_the_setting(admin, three, settings):
    settings.SEPARATION_OF_DUTIES = False
    assert held(admin) >= KEPT_FROM_SUPERUSERS
    settings.SEPARATION_OF_DUTIES = True
    User.objects.filter(pk=three[Role.SECURITY_ADMIN].pk).update(is_active=False)
    assert held(admin) >= KEPT_FROM_SUPERUSERS, "without a second person nobody could help"


def test_emergency_access_takes_a_reason_a_second_person_and_ends_with_its_time(admin, three, clock):
    access = asked(admin)
    assert not held(admin) & KEPT_FROM_SUPERUSERS, "a request gives nothing"
    emergency.agree(access, acting_user=three[Role.SECURITY_ADMIN], now=NOW)
    assert held(admin) >= KEPT_FROM_SUPERUSERS
    clock.move_to(NOW + 2 * HOUR)
    assert not held(admin) & KEPT_FROM_SUPERUSERS
    tasks.tick()
    access.refresh_from_db()
    assert (access.ended_at, access.ended_by) == (NOW + 2 * HOUR, None)
    events = Event.objects.filter(action=Event.Action.EMERGENCY_ACCESS).order_by("pk")
    assert [(one.actor, one.after["step"]) for one in events] == [
        (admin, "asked"),
        (three[Role.SECURITY_ADMIN], "agreed"),
        (None, "run_out"),
    ]
    assert {one.reason for one in events} == {"恢复误停用的账号"}
    tasks.tick()
    assert events.count() == 3


def test_it_ends_by_a_button_and_is_shown_while_it_lasts(admin, three):
    access = asked(admin)
    security, system = signed_in(three[Role.SECURITY_ADMIN]), signed_in(three[Role.SYSTEM_ADMIN])
    shown = "holds the rights of the three administrators until"
    assert "waits for agreement" in security.get(reverse("admin:index")).content.decode()
    security.post(reverse("emergency_agree", args=[access.pk]))
    for client, name in ((system, "operations"), (system, "admin:index"), (security, "emergency")):
        assert shown in client.get(reverse(name)).content.decode(), name
    assert signed_in(again(admin)).get(reverse("operations")).status_code == 200
    system.post(reverse("emergency_end", args=[access.pk]))
    assert shown not in system.get(reverse("operations")).content.decode()
    assert signed_in(again(admin)).get(reverse("operations")).status_code == 404
    event = Event.objects.filter(action=Event.Action.EMERGENCY_ACCESS).latest("pk")
    assert (event.actor, event.after["step"]) == (three[Role.SYSTEM_ADMIN], "ended")


def test_the_page_asks_and_refuses_at_its_fields(admin, three):
    client = signed_in(again(admin))
    for data, words in (({"hours": "2"}, "required"), ({"hours": "99", "reason": "x"}, "99")):
        answer = client.post(reverse("emergency_ask"), data)
        assert answer.status_code == 422 and words in answer.content.decode()
    assert client.post(reverse("emergency_ask"), {"hours": "2", "reason": "锁定"}).status_code == 302
    assert EmergencyAccess.objects.get().hours == 2
    answer = client.post(reverse("emergency_ask"), {"hours": "2", "reason": "锁定"})
    assert answer.status_code == 422 and "still waits" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.PLAN_MANAGER, "self", "city"])
def test_only_a_security_administrator_of_everything_agrees(admin, three, role):
    access = asked(admin)
    person = {"self": admin, "city": None}.get(role) or three.get(role)
    person = person or factories.make_user("other", Role.SECURITY_ADMIN if role == "city" else role, "140100")
    with pytest.raises(NotAllowed):
        emergency.agree(access, acting_user=again(person), now=NOW)
    assert not held(admin) & KEPT_FROM_SUPERUSERS


def test_a_superuser_agrees_to_no_other_superuser(admin, three):
    first = asked(admin)
    emergency.agree(first, acting_user=three[Role.SECURITY_ADMIN], now=NOW)
    other = User.objects.create_superuser("other", "other@example.com", factories.PASSWORD)
    second = asked(other)
    with pytest.raises(NotAllowed):
        emergency.agree(second, acting_user=again(admin), now=NOW)


def test_a_request_lapses_and_counts_once(admin, three):
    security = three[Role.SECURITY_ADMIN]
    access = asked(admin)
    for now in (NOW + HOUR, NOW + 2 * HOUR):
        with pytest.raises(ChangedMeanwhile):
            emergency.agree(access, acting_user=security, now=now)
    emergency.agree(access, acting_user=security, now=NOW + HOUR / 2)
    with pytest.raises(ChangedMeanwhile):
        emergency.agree(access, acting_user=security, now=NOW + HOUR / 2)
    for hours in (0, 9):
        with pytest.raises(Refused):
            other = User.objects.create_superuser(f"other-{hours}", "", factories.PASSWORD)
            emergency.ask_for_access("x", hours, acting_user=other, now=NOW)
    with pytest.raises(NotAllowed):
        emergency.ask_for_access("x", 1, acting_user=security, now=NOW)


def test_who_has_asked_is_offered_to_withdraw_and_not_to_ask_again(admin, three):
    client = signed_in(again(admin))
    assert reverse("emergency_ask") in client.get(reverse("emergency")).content.decode()
    access = asked(admin)
    page = client.get(reverse("emergency")).content.decode()
    assert reverse("emergency_ask") not in page
    assert reverse("emergency_end", args=[access.pk]) in page
