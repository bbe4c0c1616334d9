"""Pages speak the browser's language before sign-in, and the person's after it."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import PASSWORD, TAIYUAN
from tracker.management.terminal import terminal_language
from tracker.models import Event, Role, User

DOOR = reverse("admin:login")
ENGLISH, CHINESE = 'lang="en"', 'lang="zh-hans"'


@pytest.fixture
def person(db: None) -> User:
    factories.load_plan()
    return factories.make_user("official", Role.REPORTER, TAIYUAN)


def html(client: Client, address: str, **headers: str) -> str:
    return client.get(address, headers=headers).content.decode()


def sign_in(client: Client, person: User, **headers: str) -> None:
    data = {"username": person.username, "password": PASSWORD}
    assert client.post(DOOR, data, headers=headers).status_code == 302


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-US,en;q=0.9", ENGLISH),
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("zh-TW", CHINESE),
        ("fr,en;q=0.5", ENGLISH),
        ("fr", CHINESE),
        ("", CHINESE),
    ],
)
def test_the_door_speaks_the_browsers_language(db: None, client: Client, accepted: str, language: str) -> None:
    answer = client.get(DOOR, headers={"accept-language": accepted})
    assert f"<html {language}" in answer.content.decode()
    assert "Accept-Language" in answer.headers["Vary"]


def test_after_it_the_persons_language_holds(client: Client, person: User) -> None:
    sign_in(client, person, accept_language="en")
    assert CHINESE in html(client, "/", accept_language="en")
    User.objects.filter(pk=person.pk).update(language="en")
    assert ENGLISH in html(client, "/", accept_language="zh-CN")


def test_what_was_chosen_at_the_door_ends_there(client: Client, person: User) -> None:
    client.post(reverse("set_language"), {"language": "en", "next": DOOR})
    assert ENGLISH in html(client, DOOR)
    sign_in(client, person)
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == ""
    assert CHINESE in html(client, "/")


def test_choosing_afterwards_changes_the_person(client: Client, person: User) -> None:
    sign_in(client, person)
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    person.refresh_from_db()
    assert person.language == "en"
    assert Event.objects.filter(object_type="user", object_id=str(person.pk), actor=person).count() > 0
    again = Client()
    sign_in(again, person)
    assert ENGLISH in html(again, "/")


def test_an_unknown_language_changes_nothing(client: Client, person: User) -> None:
    sign_in(client, person)
    client.post(reverse("set_language"), {"language": "xx", "next": "/"})
    person.refresh_from_db()
    assert person.language == "zh-hans"
    assert CHINESE in html(client, "/")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN"}, "zh-hans"),
        ({"LANGUAGE": "fr:en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "zh-hans"),
        ({"LANGUAGE": "", "LANG": "en_GB"}, "en"),
        ({}, "zh-hans"),
    ],
)
def test_commands_speak_the_terminals_language(environment: dict[str, str], language: str) -> None:
    assert terminal_language(environment) == language
