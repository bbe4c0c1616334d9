"""Signing in: passwords, lockout, the second step, sessions."""

import logging
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import factories
from tests.factories import PASSWORD
from tracker.models import Event, Job, RecoveryCode, Role, SignIn, User
from tracker.queries.operations.rate_limits import TooOften
from tracker.services.audit.events import record_event
from tracker.services.documents import reports
from tracker.services.operations import jobs

NEW = "Slag-and-gypsum-7"
DOOR = "/admin/login/"


@pytest.fixture(autouse=True)
def clock(time_machine):
    """A moment that the tests move: codes, ages and time-outs are about it."""
    time_machine.move_to(factories.NOW, tick=False)
    return time_machine


@pytest.fixture
def keeper(plan) -> User:
    """The security administrator of the province."""
    return factories.make_user("keeper", Role.SECURITY_ADMIN)


def browser(agent: str = "Mozilla/5.0 (Windows NT 10.0) Firefox/128.0", **more) -> Client:
    client = Client(headers={"host": "localhost", "user-agent": agent}, **more)
    client.cookies["django_language"] = "en"
    return client


def log_in(client: Client, person: User, password: str = PASSWORD, **more):
    User.objects.filter(pk=person.pk).update(language="en")  # from then on the person's language holds
    return client.post(DOOR, {"username": person.username, "password": password}, **more)


def later(clock, **duration) -> None:
    clock.move_to(timezone.now() + timedelta(**duration), tick=False)


def code_of(person: User, device: TOTPDevice | None = None) -> str:
    device = device or TOTPDevice.objects.get(user=person)
    return f"{totp(device.bin_key, t0=0, step=30):06d}"


def set_up(client: Client, person: User) -> list[str]:
    """Set an app up; the recovery codes."""
    client.get(reverse("account_two_step"))
    return client.post(reverse("account_two_step"), {"code": code_of(person)}).context["codes"]


# Passwords


@pytest.mark.parametrize("weak", ["Short-1", "alllowercaseletters", "taiyuan-Official-1", "Password123", "83726154930"])
def test_a_weak_password_is_refused(reporter, weak):
    with pytest.raises(ValidationError):
        validate_password(weak, reporter)


def test_the_last_passwords_are_not_taken_again(reporter):
    used = [PASSWORD, *(f"Number-{number}-of-many" for number in range(5))]
    for password in used[1:]:
        reporter.set_password(password)
        reporter.save()
    for password in used[1:]:
        with pytest.raises(ValidationError):
            validate_password(password, reporter)
    reporter.set_password("Number-6-of-many")
    reporter.save()
    validate_password(used[1], reporter)
    assert reporter.past_passwords.count() == 5
    assert not any(password in kept.password for kept in reporter.past_passwords.all() for password in used)


def test_a_given_password_is_changed_before_anything_else(reporter):
    User.objects.filter(pk=reporter.pk).update(must_change_password=True)
    client = browser()
    log_in(client, reporter)
    for address in ("/", "/returns/", "/admin/", "/admin/tracker/return/", reverse("account_sessions")):
        assert client.get(address).url == reverse("account_password")
    assert "only you know" in client.get(reverse("account_password")).content.decode()
    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post(reverse("account_password"), data).url == "/"
    assert client.get("/").status_code == 200
    assert Event.objects.filter(action=Event.Action.PASSWORD_CHANGED, actor=reporter).count() == 1


def test_a_password_that_is_too_old_is_changed_first(reporter, clock):
    client = browser()
    later(clock, days=django_settings.PASSWORD_MAX_AGE_DAYS)
    log_in(client, reporter)
    assert client.get("/").status_code == 200
    later(clock, seconds=1)
    assert client.get("/").url == reverse("account_password")


# Lockout


def test_five_failures_lock_an_account_from_that_address_for_half_an_hour(reporter, clock):
    client = browser()
    answers = [log_in(client, reporter, "wrong").status_code for _try in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = log_in(client, reporter)
    assert (locked.status_code, "30 minutes" in locked.content.decode()) == (429, True)
    assert log_in(browser(), reporter, REMOTE_ADDR="10.1.1.1").status_code == 302, "from elsewhere it is open"
    assert Event.objects.filter(action=Event.Action.LOGIN_FAILED).count() == 6
    later(clock, minutes=30, seconds=1)
    assert log_in(client, reporter).status_code == 302


def test_the_security_administrator_unlocks(reporter, keeper):
    client, desk = browser(), browser()
    for _try in range(5):
        log_in(client, reporter, "wrong")
    desk.force_login(keeper)
    page = reverse("admin:auth_user_password_change", args=[reporter.pk])
    assert "1 address is locked" in desk.get(page).content.decode()
    desk.post(page, {"deed": "unlock"})
    assert log_in(client, reporter).status_code == 302
    assert Event.objects.get(action=Event.Action.ACCOUNT_UNLOCKED).actor == keeper


def test_an_address_that_tries_many_accounts_is_refused_for_all(reporter, settings):
    settings.FAILURES_OF_AN_ADDRESS = 3
    client = browser()
    for number in range(3):
        client.post(DOOR, {"username": f"guess-{number}", "password": "x"})
    assert log_in(client, reporter).status_code == 429


def test_a_forwarded_address_is_believed_from_a_trusted_proxy_alone(reporter, settings):
    def address_noted(**headers) -> str | None:
        log_in(browser(), reporter, "wrong", **headers)
        return Event.objects.filter(action=Event.Action.LOGIN_FAILED).latest("pk").address

    said = {"HTTP_X_FORWARDED_FOR": "1.1.1.1, 9.9.9.9, 10.0.0.7"}
    assert address_noted(REMOTE_ADDR="10.0.0.8", **said) == "10.0.0.8"
    settings.TRUSTED_PROXIES = ["10.0.0.0/24"]
    assert address_noted(REMOTE_ADDR="10.0.0.8", **said) == "9.9.9.9", "what a client wrote before it is not believed"
    assert address_noted(REMOTE_ADDR="10.0.1.8", **said) == "10.0.1.8"
    assert address_noted(REMOTE_ADDR="", **said) is None
    settings.TRUSTED_PROXIES = ["unix", "10.0.0.0/24"]
    assert address_noted(REMOTE_ADDR="", **said) == "9.9.9.9"


# The second step


@pytest.fixture
def demanded(settings):
    """Security administrators need a second step."""
    settings.OTP_ROLES = ["security_admin", "superuser"]


def test_a_role_that_needs_it_sets_an_app_up_before_anything_else(demanded, keeper, reporter):
    client = browser()
    log_in(client, keeper)
    assert client.get("/admin/tracker/membership/").url == reverse("account_two_step")
    page = client.get(reverse("account_two_step")).content.decode()
    assert "<svg" in page and "data:" not in page and " style=" not in page
    before = client.session.session_key
    codes = set_up(client, keeper)
    assert len(set(codes)) == 10 and client.session.session_key != before
    assert client.get("/admin/tracker/membership/").status_code == 200
    assert not RecoveryCode.objects.filter(code_hash__in=codes).exists(), "hashes alone are kept"
    assert Event.objects.filter(action=Event.Action.SECOND_STEP_SET_UP, actor=keeper).exists()
    free = browser()
    log_in(free, reporter)
    assert free.get("/").status_code == 200


def test_whoever_has_an_app_gives_its_code_at_each_login_and_a_code_is_good_once(keeper, clock):
    set_up_in = browser()
    log_in(set_up_in, keeper)
    set_up(set_up_in, keeper)
    later(clock, minutes=1)
    client, code = browser(), code_of(keeper)
    log_in(client, keeper)
    for address in ("/", "/admin/", reverse("account_password"), reverse("account_two_step")):
        assert client.get(address).url == reverse("account_code")
    assert 'class="site-nav"' not in client.get(reverse("account_code")).content.decode()
    before = client.session.session_key
    assert client.post(reverse("account_code"), {"code": code}).url == "/"
    assert client.session.session_key != before
    assert client.get("/").status_code == 200
    again = browser()
    log_in(again, keeper)
    assert again.post(reverse("account_code"), {"code": code}).status_code == 422
    assert again.get("/").url == reverse("account_code")


def test_wrong_codes_make_one_wait_longer_each_time(keeper, clock):
    client = browser()
    log_in(client, keeper)
    set_up(client, keeper)
    later(clock, minutes=1)
    client = browser()
    log_in(client, keeper)
    for wait in (1, 2, 4, 8):
        assert "Incorrect code" in client.post(reverse("account_code"), {"code": "000000"}).content.decode()
        right = client.post(reverse("account_code"), {"code": code_of(keeper)})
        assert (right.status_code, "Wait a moment" in right.content.decode()) == (422, True)
        later(clock, seconds=wait)
    assert Event.objects.filter(action=Event.Action.SECOND_STEP_FAILED).count() == 4
    assert client.post(reverse("account_code"), {"code": code_of(keeper)}).status_code == 302


def test_a_recovery_code_stands_for_the_app_once(keeper, clock):
    client = browser()
    log_in(client, keeper)
    first, *_others = set_up(client, keeper)
    for wanted in (302, 422):
        client = browser()
        log_in(client, keeper)
        assert client.post(reverse("account_code"), {"code": first.upper()}).status_code == wanted
    assert Event.objects.get(action=Event.Action.RECOVERY_CODE_USED).after == {"left": 9}


def test_the_security_administrator_removes_a_lost_app(keeper, reviewer, demanded):
    client, desk = browser(), browser()
    log_in(client, reviewer)
    client.get("/")
    set_up(client, reviewer)
    log_in(desk, keeper)
    set_up(desk, keeper)
    desk.post(reverse("admin:auth_user_password_change", args=[reviewer.pk]), {"deed": "second_step"})
    assert client.get("/").status_code == 302, "the session ended"
    client = browser()
    log_in(client, reviewer)
    assert client.get("/").status_code == 200
    assert Event.objects.get(action=Event.Action.SECOND_STEP_REMOVED).actor == keeper


# Sessions


def test_a_session_begins_under_a_new_key(reporter):
    client = browser()
    client.get(DOOR)
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    log_in(client, reporter)
    assert client.session.session_key != before and not Session.objects.filter(session_key=before).exists()


def test_a_session_that_is_not_used_for_half_an_hour_ends(reporter, clock):
    client = browser()
    log_in(client, reporter)
    for _turn in range(3):
        assert client.get("/").status_code == 200
        later(clock, minutes=25)
    assert client.get("/").status_code == 200
    later(clock, minutes=30, seconds=1)
    assert DOOR in client.get("/").url


def test_a_page_that_asks_by_itself_keeps_no_session_alive(leader, plan, clock):
    from tracker.models import Job

    job = Job.objects.create(kind="report", parameters={}, requested_by=leader, requested_at=timezone.now())
    client = browser()
    log_in(client, leader)
    client.get("/")
    for _turn in range(3):
        later(clock, minutes=11)
        answer = client.get(reverse("job_state", args=[job.pk]))
    assert DOOR in answer.url


def test_a_changed_password_ends_the_other_sessions(reporter):
    here, there = browser(), browser()
    for client in (here, there):
        log_in(client, reporter)
        client.get("/")
    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    here.post(reverse("account_password"), data)
    assert here.get("/").status_code == 200
    assert DOOR in there.get("/").url
    assert SignIn.objects.filter(user=reporter).count() == 1


def test_one_sees_ones_sessions_and_ends_one(reporter, reviewer):
    here, there, other = browser(), browser("Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile"), browser()
    for client, person in ((here, reporter), (there, reporter), (other, reviewer)):
        log_in(client, person)
        client.get("/")
    page = here.get(reverse("account_sessions")).content.decode()
    assert "Firefox on Windows" in page and "Chrome on Android" in page and "This session" in page
    one = SignIn.objects.get(session_key=there.session.session_key)
    assert other.post(reverse("account_session_end", args=[one.pk])).status_code == 404
    here.post(reverse("account_session_end", args=[one.pk]))
    assert DOOR in there.get("/").url
    assert here.get("/").status_code == 200
    assert Event.objects.get(action=Event.Action.SESSION_ENDED).actor == reporter


def test_closing_an_account_ends_its_sessions(reporter, superuser):
    client, desk = browser(), browser()
    log_in(client, reporter)
    client.get("/")
    desk.force_login(superuser)
    data = {"username": reporter.username, "display_name": "", "email": "", "phone": "", "language": "en"}
    assert desk.post(reverse("admin:tracker_user_change", args=[reporter.pk]), data).status_code == 302
    assert DOOR in client.get("/").url
    assert not SignIn.objects.filter(user=reporter).exists()


# Limits


def test_exports_are_limited_by_person_and_time(leader, reviewer, plan, settings, clock):
    settings.EXPENSIVE_LIMIT = 2
    client = browser()
    client.force_login(leader)
    answers = [client.get("/targets/?_export=xlsx").status_code for _turn in range(3)]
    assert answers == [200, 200, 429]
    other = browser()
    other.force_login(reviewer)
    assert other.get("/targets/?_export=xlsx").status_code == 200
    later(clock, minutes=10)
    assert client.get("/targets/?_export=xlsx").status_code == 200


@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_writing_again_counts_like_asking(leader, plan, settings, state):
    settings.EXPENSIVE_LIMIT = 3
    asked = {"period": factories.period(plan), "region": plan.region, "language": "en", "acting_user": leader}
    job, _new = reports.request_report(**asked, now=factories.NOW)
    for _turn in range(2):
        Job.objects.update(state=state, finished_at=factories.NOW)
        job.refresh_from_db()
        job, _new = reports.request_again(job, acting_user=leader, now=factories.NOW)
    Job.objects.update(state=state, finished_at=factories.NOW)
    job.refresh_from_db()
    with pytest.raises(TooOften):
        reports.request_again(job, acting_user=leader, now=factories.NOW)
    with pytest.raises(TooOften):
        reports.request_report(**asked, now=factories.NOW)
    assert Job.objects.count() == 3


def test_checks_of_tables_share_the_limit_of_reports(leader, plan, settings):
    settings.EXPENSIVE_LIMIT = 1
    record_event(Event.Action.TABLE_CHECKED, acting_user=leader, now=factories.NOW)
    with pytest.raises(TooOften):
        jobs.request_job(Job.Kind.IMPORT, {}, request_key="table:1", acting_user=leader, now=factories.NOW)
    with pytest.raises(TooOften):
        reports.request_report(
            period=factories.period(plan), region=plan.region, language="en", acting_user=leader, now=factories.NOW
        )
    assert not Job.objects.exists()


def test_the_running_log_says_nothing_of_logins_nor_what_was_typed(client, db, caplog):
    caplog.set_level(logging.INFO)
    client.post("/admin/login/", {"username": "Secret-in-the-wrong-box", "password": "x"})
    factories.make_user("somebody")
    client.post("/admin/login/", {"username": "somebody", "password": factories.PASSWORD})
    assert "Secret" not in caplog.text
    assert [record for record in caplog.records if record.name.startswith("axes")] == []
