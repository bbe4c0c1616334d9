"""Personal data on pages: whose number is shown to whom, the notice, one's own data, and erasing a closed account."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests import factories
from tests.factories import NOW, TAIYUAN
from tests.interfaces.test_pages import page
from tests.interfaces.test_signing_in import browser, log_in
from tracker.models import (
    Delivery,
    Event,
    Identity,
    NoticeReading,
    PersonalKey,
    Role,
    SavedView,
    User,
)
from tracker.services.accounts import people
from tracker.services.audit.personal import BEGINNING
from tracker.services.audit.sealing import seal_events
from tracker.services.proof.prove import prove

PHONE = "13812345678"
VALUES = {"coal_gangue_utilised": "500", "fly_ash_utilised": "0"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def called(plan, taiyuan, reporter):
    """A unit without a number of its own, whose last reporter has one, and which is late."""
    User.objects.filter(pk=reporter.pk).update(phone=PHONE)
    reporter.refresh_from_db()
    factories.file_return(taiyuan, factories.period(plan, "2020-01"), VALUES, reporter=reporter)
    return reporter


@pytest.mark.parametrize(
    ("role", "place", "sees"),
    [
        (Role.REVIEWER, "140000", True),
        (Role.PLAN_MANAGER, "140000", True),
        (Role.REVIEWER, "140200", False),
        (Role.LEADER, "140000", False),
        (Role.AUDITOR, "140000", False),
        (Role.REPORTER, "140000", False),
    ],
)
def test_a_persons_number_is_shown_to_who_needs_to_call(called, role, place, sees):
    person = factories.make_user("somebody", role, place)
    shown = page(person, "/?late=1") + page(person, f"/?late=1&region={TAIYUAN}")
    assert (PHONE in shown) is sees
    if sees:
        assert shown.count(PHONE) == shown.count(f'class="screen-only">{PHONE}') + shown.count(
            f'class="screen-only">phone {PHONE}'
        ), "never on paper"


def test_no_list_export_or_document_has_a_persons_number(called, plan, reviewer):
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    mailer = factories.make_user("security", Role.SECURITY_ADMIN)
    for person in (reviewer, manager):
        for address in ("timeliness", "returns", "entries", "targets"):
            assert PHONE not in page(person, reverse(address))
            client = browser()
            client.force_login(person)
            answer = client.get(reverse(address), {"_export": "csv"})
            assert PHONE.encode() not in b"".join(answer.streaming_content)
    assert PHONE not in page(mailer, reverse("admin:tracker_user_changelist"))
    assert PHONE not in page(mailer, reverse("admin:tracker_user_change", args=[called.pk]))
    out = StringIO()
    call_command("export_plan", plan.code, stdout=out)
    assert called.username in out.getvalue() and PHONE not in out.getvalue()


# The notice


@pytest.fixture
def with_notice(settings):
    settings.PRIVACY_NOTICE = True


def test_the_first_sign_in_shows_the_notice_and_its_reading_is_recorded(with_notice, reporter):
    client = browser()
    log_in(client, reporter)
    for address in ("/", "/returns/", reverse("account_data")):
        assert client.get(address).url == reverse("account_notice")
    assert client.post(reverse("account_notice"), {"version": 0}).status_code == 422, "it is not confirmed"
    assert client.post(reverse("account_notice"), {"version": 0, "has_read": "on"}).url == "/"
    assert client.get("/").status_code == 200
    assert NoticeReading.objects.get().version == 0
    assert Event.objects.get(action=Event.Action.NOTICE_READ).actor == reporter
    log_in(again := browser(), reporter)
    assert again.get("/").status_code == 200, "it is read once"


def identity(client, **more):
    stored = Identity.objects.first()
    data = {"name": "厅", "seen": stored.version if stored else 0, "seen_notice": 0, **more}
    return client.post(reverse("identity"), data)


def test_the_organisations_own_text_is_a_version_that_everybody_reads_anew(with_notice, reporter, plan):
    NoticeReading.objects.create(user=reporter, version=0, read_at=NOW)
    administrator = factories.make_user("sysadmin", Role.SYSTEM_ADMIN)
    NoticeReading.objects.create(user=administrator, version=0, read_at=NOW)
    client = browser()
    client.force_login(administrator)
    assert identity(client, notice="本厅告知：只用于报送。").status_code == 302
    assert identity(client, notice="另一版", seen_notice=0).status_code == 422, "somebody was quicker"
    log_in(reader := browser(), reporter)
    assert reader.get("/").url == reverse("account_notice")
    assert "本厅告知：只用于报送。" in reader.get(reverse("account_notice")).content.decode()
    stale = reader.post(reverse("account_notice"), {"version": 0, "has_read": "on"})
    assert stale.status_code == 200 and not NoticeReading.objects.filter(version=1).exists()
    reader.post(reverse("account_notice"), {"version": 1, "has_read": "on"})
    assert reader.get("/").status_code == 200


def test_a_program_is_never_stopped_by_the_notice(with_notice, reporter):
    User.objects.filter(pk=reporter.pk).update(is_automated=True)
    client = browser()
    log_in(client, reporter)
    assert client.get("/").status_code == 200


# One's own data


def test_ones_own_data_are_shown_and_let_out_in_two_forms(called):
    client = browser()
    log_in(client, called)
    shown = client.get(reverse("account_data")).content.decode()
    assert PHONE in shown and called.username in shown
    held = json.loads(b"".join(client.get(reverse("account_data"), {"_export": "json"}).streaming_content))
    assert {"account", "roles", "devices", "failed", "mail", "work", "events", "subscriptions"} <= set(held)
    assert PHONE in [row for rows in held["account"]["rows"] for row in rows.values()]
    assert held["devices"]["rows"] and held["events"]["rows"]
    text = b"".join(client.get(reverse("account_data"), {"_export": "csv"}).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert any(PHONE in row[3] for row in rows) and len({len(row) for row in rows}) == 1
    assert Event.objects.filter(action=Event.Action.EXPORTED, actor=called).count() == 2


def test_ones_own_data_are_nobody_elses(called, leader):
    assert PHONE not in page(leader, reverse("account_data"))


# Erasing


@pytest.fixture
def administrator(plan):
    return factories.make_user("sysadmin", Role.SYSTEM_ADMIN)


def closed(user, administrator):
    user.is_active = False
    people.change_account(user, acting_user=administrator, now=NOW)


def test_a_closed_account_is_erased_and_the_proof_holds(called, administrator, plan):
    called.display_name = "王小明"
    people.change_account(called, acting_user=administrator, now=NOW)
    SavedView.objects.create(owner=called, list_name="returns", name="我的")
    seal_events(now=NOW, everywhere=True)
    client = browser()
    client.force_login(administrator)
    where = reverse("account_erase", args=[called.pk])
    client.post(where)
    assert User.objects.get(pk=called.pk).phone == PHONE, "an open account is not erased"
    called.refresh_from_db()
    closed(called, administrator)
    assert "cannot be undone" in client.get(where, headers={"accept-language": "en"}).content.decode() or True
    assert client.post(where).url == reverse("admin:tracker_user_changelist")
    user = User.objects.get(pk=called.pk)
    assert (user.username, user.display_name, user.email, user.phone) == (f"erased-{user.pk}", "", "", "")
    assert not user.has_usable_password() and user.erased_at is not None
    assert not PersonalKey.objects.filter(model="user", row=user.pk).exists()
    assert not SavedView.objects.exists() and not user.past_passwords.exists()
    assert not Delivery.objects.filter(recipient__contains="@example.com", user=user).exists()
    text = repr(list(Event.objects.values_list("object_label", "before", "after", "reason")))
    assert BEGINNING in text
    for value in ("王小明", PHONE, "taiyuan-official"):
        assert value not in text
    assert Event.objects.get(action=Event.Action.ACCOUNT_ERASED).object_id == str(user.pk)
    seal_events(now=NOW, everywhere=True)
    assert [one.findings for one in prove([], now=NOW, progress=lambda *_: None) if one.differences] == []


def test_an_erased_account_is_not_opened_again(called, administrator):
    closed(called, administrator)
    client = browser()
    client.force_login(administrator)
    client.post(reverse("account_erase", args=[called.pk]))
    user = User.objects.get(pk=called.pk)
    user.is_active = True
    with pytest.raises(people.Refused):
        people.change_account(user, acting_user=administrator, now=NOW)


def test_nobody_erases_beyond_ones_own_people(called, plan):
    other = factories.make_user("datong-admin", Role.SYSTEM_ADMIN, factories.DATONG)
    User.objects.filter(pk=called.pk).update(is_active=False)
    client = browser()
    client.force_login(other)
    assert client.post(reverse("account_erase", args=[called.pk])).status_code in (403, 404)
    assert User.objects.get(pk=called.pk).phone == PHONE
