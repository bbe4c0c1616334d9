"""The screens of accounts and memberships: who opens and closes, who gives roles, and what is recorded."""

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import PASSWORD
from tests.interfaces.admin_forms import address, errors_of
from tracker.models import (
    Event,
    Membership,
    Role,
    User,
)
from tracker.services.audit.personal import digest_of

PERSON = {"username": "newcomer", "display_name": "新人", "email": "n@example.com", "phone": "", "language": "zh-hans"}


@pytest.fixture
def people_manager(plan):
    """The security administrator of the province."""
    return factories.make_user("security", Role.SECURITY_ADMIN)


@pytest.fixture
def account_manager(plan):
    """The system administrator of the province."""
    return factories.make_user("system", Role.SYSTEM_ADMIN)


def test_an_account_is_opened_with_a_strong_password_that_is_changed_first(client, account_manager):
    client.force_login(account_manager)
    client.post(address("user", "add"), PERSON | {"password1": PASSWORD, "password2": PASSWORD})
    newcomer = User.objects.get(username="newcomer")
    assert newcomer.check_password(PASSWORD) and newcomer.must_change_password
    event = Event.objects.get(object_type="user", action=Event.Action.PERMISSION_CHANGED)
    assert event.after["username"] == digest_of(newcomer, "username", "newcomer")
    assert "password" not in str(event.after)


@pytest.mark.parametrize("weak", ["short", "1234567890123", "password1234", "newcomer12"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_weak_password_is_named_at_its_field(client, account_manager, weak, language):
    client.force_login(account_manager)
    client.cookies["django_language"] = language
    response = client.post(address("user", "add"), PERSON | {"password1": weak, "password2": weak})
    assert list(response.context["adminform"].form.errors) == ["password1"]
    assert ("密码" in response.context["errors"][0][0]) == (language == "zh-hans") or weak in response.content.decode()
    assert not User.objects.filter(username="newcomer").exists()


def test_a_membership_is_given_and_recorded(client, people_manager, reporter):
    client.force_login(people_manager)
    data = {"user": reporter.pk, "role": "leader", "region": factories.region(factories.SHANXI).pk, "unit": ""}
    assert client.post(address("membership", "add"), data).status_code == 302
    event = Event.objects.get(object_type="membership")
    assert (event.action, event.actor) == (Event.Action.PERMISSION_CHANGED, people_manager)


def test_nobody_gives_a_role_to_oneself(client, people_manager):
    client.force_login(people_manager)
    data = {"user": people_manager.pk, "role": "reviewer", "region": factories.region(factories.SHANXI).pk, "unit": ""}
    assert "user" in errors_of(client.post(address("membership", "add"), data))
    assert Membership.objects.count() == 1


def test_an_account_is_closed_not_deleted(client, account_manager, reporter):
    client.force_login(account_manager)
    assert client.post(address("user", "delete", reporter.pk), {"post": "yes"}).status_code == 403
    data = PERSON | {"username": reporter.username, "email": "x@example.com"}
    assert client.post(address("user", "change", reporter.pk), data).status_code == 302
    reporter.refresh_from_db()
    assert not reporter.is_active
    assert not client.login(username=reporter.username, password=PASSWORD)
    event = Event.objects.get(object_type="user")
    assert (event.before["is_active"], event.after["is_active"]) == ("True", "False")


def test_the_administrators_account_is_not_taken_over(client, people_manager, superuser):
    client.force_login(people_manager)
    new = {"password1": "Another-pass-2020", "password2": "Another-pass-2020"}
    assert client.post(reverse("admin:auth_user_password_change", args=[superuser.pk]), new).status_code in (403, 404)
    assert client.post(address("user", "change", superuser.pk), PERSON).status_code in (302, 403)
    superuser.refresh_from_db()
    assert superuser.check_password(PASSWORD) and superuser.username == "admin"


def test_a_one_time_password_is_shown_once_and_recorded_but_not_what_it_is(client, people_manager, reporter):
    client.force_login(people_manager)
    page = client.post(reverse("admin:auth_user_password_change", args=[reporter.pk]), {"deed": "password"})
    password = page.context["password"]
    assert password in page.content.decode() and "no-store" in page["Cache-Control"]
    reporter.refresh_from_db()
    assert reporter.check_password(password) and reporter.must_change_password
    assert Event.objects.get(object_type="user").after == {"password": "one-time"}


def test_who_opens_accounts_gives_no_roles_and_who_gives_roles_opens_no_accounts(
    client, account_manager, people_manager
):
    client.force_login(account_manager)
    assert client.get(address("membership", "add")).status_code == 403
    assert client.get(address("event", "changelist")).status_code == 403
    client.force_login(people_manager)
    assert client.get(address("user", "add")).status_code == 403
    assert client.get(address("event", "changelist")).status_code == 403


def test_nobody_holds_two_of_the_three_administrators_roles(client, people_manager, account_manager):
    client.force_login(people_manager)
    place = factories.region(factories.SHANXI).pk
    for role in (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        data = {"user": account_manager.pk, "role": role, "region": place, "unit": ""}
        assert "role" in errors_of(client.post(address("membership", "add"), data))
    assert [held.role for held in account_manager.memberships.all()] == [Role.SYSTEM_ADMIN]


def test_nothing_of_a_passwords_hash_is_shown(client, superuser, reporter):
    client.force_login(superuser)
    page = client.get(address("user", "change", reporter.pk)).content.decode()
    assert not any(part in page for part in reporter.password.split("$"))


def test_coming_in_going_out_and_being_refused_are_recorded_with_the_address(client, reporter):
    door = reverse("admin:login")
    client.post(door, {"username": reporter.username, "password": "wrong"})
    client.post(door, {"username": "Secret-typed-in-the-wrong-box", "password": "x"})
    client.post(door, {"username": reporter.username, "password": PASSWORD})
    client.post(reverse("admin:logout"))
    rows = (
        Event.objects.filter(action__contains="log").order_by("pk").values_list("action", "actor__username", "address")
    )
    assert list(rows) == [
        ("login_failed", None, "127.0.0.1"),
        ("login_failed", None, "127.0.0.1"),
        ("logged_in", reporter.username, "127.0.0.1"),
        ("logged_out", reporter.username, "127.0.0.1"),
    ]
    assert "Secret" not in "".join(str(event.after) + event.object_label for event in Event.objects.all())


def test_who_has_no_membership_does_not_enter(client, plan):
    client.force_login(factories.make_user("nobody"))
    assert client.get(reverse("admin:index")).status_code == 302


def test_what_the_service_refuses_is_told_and_nothing_is_lost(client, people_manager):
    client.force_login(people_manager)
    own = people_manager.memberships.get()
    client.cookies["django_language"] = "en"
    response = client.post(address("membership", "delete", own.pk), {"post": "yes"}, follow=True)
    assert "You cannot grant a role to yourself." in response.content.decode()
    assert Membership.objects.filter(pk=own.pk).exists()
