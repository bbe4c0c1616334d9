"""Control characters in a request: refused in one place, with a page that says where, on either database."""

import pytest
from django.urls import reverse

from tests.factories import PASSWORD
from tracker.models import Event, User

LONG = "x" * 100_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["a\x00b", "\x00", "a\x1fb", LONG, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")]
)
def test_a_sign_in_with_a_hostile_name_is_answered_and_leaves_nothing_behind(client, name):
    from axes.models import AccessAttempt

    answer = client.post(reverse("admin:login"), {"username": name, "password": "x"})
    assert answer.status_code < 500
    kept = [*AccessAttempt.objects.values_list("username", flat=True)]
    kept += [str(event.after) for event in Event.objects.all()]
    assert all("\x00" not in text and "u0000" not in text and len(text) < 300 for text in kept)


@pytest.mark.django_db
def test_the_page_shows_what_stands_before_the_character(client, leader):
    client.force_login(leader)
    answer = client.post(reverse("account_password"), {"old_password": PASSWORD, "new_password1": "粘贴的文字\x0b后"})
    assert answer.status_code == 400
    assert "粘贴的文字" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/admin/tracker/user/?q=%00",
        "/admin/tracker/user/?memberships__role__exact=%00",
        "/admin/tracker/target/?plan__id__exact=%00",
        "/targets/?%00=1",
        "/regions/%00/",
    ],
)
def test_nul_in_an_address_is_no_error_of_the_server(client, plan, address):
    client.force_login(User.objects.create_superuser("admin", password=PASSWORD))
    client.get(reverse("account_code"))
    assert 400 <= client.get(address).status_code < 500


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["9999-12-31", "'", "%", "9" * 5000, "1.5"])
def test_a_choice_that_is_no_key_is_refused_at_its_field(client, plan, key):
    client.force_login(User.objects.create_superuser("admin", password=PASSWORD))
    for answer in (
        client.get("/admin/tracker/checkrule/add/", {"indicator": key}),
        client.post("/admin/tracker/reportingunit/add/", {"region": key}),
        client.post("/admin/tracker/commitment/add/", {"bodies": key}),
    ):
        assert answer.status_code == 200


@pytest.mark.django_db
def test_tabs_and_ends_of_lines_are_text(client, leader):
    client.force_login(leader)
    assert client.get("/targets/", {"q": "a\tb\r\nc"}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31", "3000-01-01"])
def test_a_date_beyond_what_can_be_calculated_is_named_at_its_field(client, plan, day):
    client.force_login(User.objects.create_superuser("admin", password=PASSWORD))
    answer = client.get("/events/", {"since": day, "until": day})
    assert answer.status_code == 200
    assert "1900" in answer.content.decode() and "2999" in answer.content.decode()
