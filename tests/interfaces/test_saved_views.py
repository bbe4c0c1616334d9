"""Views of a list kept under a name: saved, opened, shared, renamed and removed."""

import pytest
import time_machine
from django.db import IntegrityError, transaction

from tests import factories
from tests.factories import DATONG, NOW
from tests.interfaces.test_pages import page, signed_in
from tracker.models import Event, Role, SavedView


@pytest.fixture(autouse=True)
def september(plan):
    with time_machine.travel(NOW, tick=False):
        yield


def save(user, address: str, name: str = "迟报", **fields):
    return signed_in(user).post(address, {"view_action": "save", "name": name, **fields}, follow=True)


def change(user, address: str, view: SavedView, action: str, **fields):
    return signed_in(user).post(address, {"view_action": action, "view": view.pk, **fields}, follow=True)


def test_a_view_keeps_filters_order_and_columns_but_not_the_page(leader):
    save(leader, "/returns/?state=submitted&sort=-unit&columns=unit&columns=state&after=abc&page=2&view=none")
    view = SavedView.objects.get()
    assert (view.owner, view.list_name, view.name) == (leader, "returns", "迟报")
    assert view.query == "state=submitted&sort=-unit&columns=unit&columns=state"
    assert "?state=submitted&amp;sort=-unit&amp;columns=unit&amp;columns=state" in page(leader, "/returns/")


@pytest.mark.parametrize(
    "query", ["nonsense=1", "sort=password", "columns=unit&columns=secret", "state=nonsense", "period=1999-01"]
)
def test_what_the_list_does_not_know_is_not_kept(leader, query):
    answer = save(leader, f"/returns/?{query}")
    assert 'class="message error"' in answer.content.decode()
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "长" * 61])
def test_a_view_needs_a_name_of_some_length(leader, name):
    save(leader, "/returns/", name)
    assert not SavedView.objects.exists()


def test_too_many_choices_are_refused(leader):
    save(leader, "/mail/?recipient=" + "x" * 2001)
    assert not SavedView.objects.exists()


def test_saved_again_under_its_name_a_view_holds_the_new_choices(leader):
    save(leader, "/returns/?state=submitted")
    save(leader, "/returns/?state=verified")
    assert SavedView.objects.get().query == "state=verified"


def test_lists_have_their_own_views(leader):
    save(leader, "/returns/?state=submitted")
    assert "迟报" not in page(leader, "/entries/")


def test_what_is_not_shared_is_seen_by_its_owner_alone(leader):
    save(leader, "/returns/?state=submitted")
    other = factories.make_user("other", Role.LEADER)
    assert "迟报" not in page(other, "/returns/")


def test_a_shared_view_is_offered_to_those_of_the_same_role_in_the_same_region(leader, reporter):
    save(leader, "/returns/?state=submitted", shared=leader.memberships.get().pk)
    same = factories.make_user("same", Role.LEADER)
    elsewhere = factories.make_user("elsewhere", Role.LEADER, DATONG)
    auditor = factories.make_user("auditor", Role.AUDITOR)
    assert "迟报" in page(same, "/returns/")
    for other in (elsewhere, auditor, reporter):
        assert "迟报" not in page(other, "/returns/")


def test_nobody_shares_with_a_role_of_others(leader, reporter):
    save(leader, "/returns/", shared=reporter.memberships.get().pk)
    view = SavedView.objects.get()
    assert (view.shared_role, view.shared_region) == ("", None)


def test_a_view_gives_nobody_access(leader, reporter):
    save(leader, f"/returns/?region={DATONG}", shared=leader.memberships.get().pk)
    held = reporter.memberships.get()
    SavedView.objects.update(shared_role=held.role, shared_region=held.region)
    html = page(reporter, f"/returns/?{SavedView.objects.get().query}")
    assert "Choose a region that you may read." in html


def test_a_list_opens_with_the_view_that_its_owner_wants(leader):
    save(leader, "/returns/?state=submitted")
    view = SavedView.objects.get()
    change(leader, "/returns/", view, "default")
    assert signed_in(leader).get("/returns/").headers["Location"] == "/returns/?state=submitted"
    assert signed_in(leader).get("/returns/?view=none").status_code == 200
    assert '<a class="button" href="/returns/?view=none">' in page(leader, "/returns/?state=verified")
    change(leader, "/returns/?view=none", view, "plain")
    assert signed_in(leader).get("/returns/").status_code == 200


def test_a_list_opens_with_one_view_alone(leader):
    for name in ("one", "two"):
        save(leader, "/returns/?state=submitted", name)
        change(leader, "/returns/?view=none", SavedView.objects.get(name=name), "default")
    assert [view.name for view in SavedView.objects.filter(is_default=True)] == ["two"]
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.update(is_default=True)


def test_anothers_default_opens_nothing(leader):
    save(leader, "/returns/?state=submitted", shared=leader.memberships.get().pk)
    change(leader, "/returns/", SavedView.objects.get(), "default")
    same = factories.make_user("same", Role.LEADER)
    assert signed_in(same).get("/returns/").status_code == 200


def test_a_view_is_renamed_and_removed(leader):
    save(leader, "/returns/?state=submitted", "one")
    save(leader, "/returns/?state=submitted", "two")
    one = SavedView.objects.get(name="one")
    change(leader, "/returns/", one, "rename", name=" three ")
    assert {view.name for view in SavedView.objects.all()} == {"two", "three"}
    change(leader, "/returns/", one, "rename", name="two")
    assert {view.name for view in SavedView.objects.all()} == {"two", "three"}
    change(leader, "/returns/", one, "delete")
    assert [view.name for view in SavedView.objects.all()] == ["two"]


@pytest.mark.parametrize("action", ["rename", "delete", "default", "plain"])
def test_nobody_changes_the_views_of_others(leader, action):
    save(leader, "/returns/?state=submitted", shared=leader.memberships.get().pk)
    same = factories.make_user("same", Role.LEADER)
    answer = signed_in(same).post(
        "/returns/", {"view_action": action, "view": SavedView.objects.get().pk, "name": "mine"}
    )
    assert answer.status_code == 404
    assert SavedView.objects.get().name == "迟报"


@pytest.mark.parametrize("fields", [{}, {"view": "x"}, {"view": "9" * 30}, {"view_action": "x", "view": "0"}])
def test_nonsense_posted_is_no_server_error(leader, fields):
    assert signed_in(leader).post("/returns/", fields).status_code == 404


def test_what_is_done_to_views_is_recorded(leader):
    save(leader, "/returns/?state=submitted")
    change(leader, "/returns/", SavedView.objects.get(), "delete")
    kept, removed = Event.objects.filter(object_type="savedview").order_by("pk")
    assert kept.actor == leader
    assert kept.after["query"] == "state=submitted"
    assert removed.before["query"] == "state=submitted"


@pytest.mark.parametrize("address", ["/targets/", "/returns/", "/entries/", "/mail/", "/timeliness/"])
def test_every_list_keeps_views(leader, taiyuan, address):
    answer = save(leader, f"{address}?view=none")
    assert "迟报" in answer.content.decode()
