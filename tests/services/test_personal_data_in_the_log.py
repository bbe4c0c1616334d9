"""The event log holds digests of personal data: it is proved as before, and the data can be erased."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests import factories
from tests.factories import NOW
from tracker.models import Event, Membership, PersonalKey, Region, Role, User
from tracker.services.accounts import people
from tracker.services.audit.personal import BEGINNING, digest_of
from tracker.services.audit.sealing import seal_events

FACTS = {"username": "zhangsan", "display_name": "张三丰", "email": "zsf@example.com", "phone": "13800001111"}


@pytest.fixture
def security(plan):
    return factories.make_user("security", Role.SECURITY_ADMIN)


@pytest.fixture
def administrator(plan):
    return factories.make_user("sysadmin", Role.SYSTEM_ADMIN)


@pytest.fixture
def account(administrator):
    user = User(**FACTS)
    user.set_password("Tr4cker-Zsf!")
    return people.store_account(user, acting_user=administrator, now=NOW)


def everything():
    """All that the log says, as text."""
    rows = Event.objects.values("object_label", "before", "after", "reason")
    return json.dumps(list(rows), ensure_ascii=False)


def test_no_personal_field_is_in_the_log_and_each_has_a_digest(account, administrator, security):
    account.phone = "13900002222"
    people.change_account(account, acting_user=administrator, now=NOW)
    role = Membership(user=account, role=Role.LEADER, region=Region.objects.get(code=factories.TAIYUAN))
    people.grant_membership(role, acting_user=security, now=NOW)
    people.record_failed_login(account.username, now=NOW, address=None)
    text = everything()
    for value in (*FACTS.values(), "13900002222"):
        assert value not in text
    made, changed = Event.objects.filter(object_type="user", object_id=str(account.pk)).order_by("pk")[:2]
    assert set(FACTS) <= {name for name, value in made.after.items() if str(value).startswith(BEGINNING)}
    assert changed.before == {"phone": digest_of(account, "phone", FACTS["phone"])}
    assert changed.after == {"phone": digest_of(account, "phone", "13900002222")}


def test_equal_values_of_two_people_have_different_digests(account, administrator):
    other = people.store_account(
        User(username="lisi", display_name=account.display_name), acting_user=administrator, now=NOW
    )
    assert digest_of(other, "display_name", "张三丰") != digest_of(account, "display_name", "张三丰")
    assert PersonalKey.objects.filter(model="user").count() == 2


def test_the_chain_is_proved_with_digests_in_it(account):
    seal_events(now=NOW, everywhere=True)
    out = StringIO()
    call_command("verify_events", stdout=out)
