"""Who reads which events."""

import pytest
from django.apps import apps

from tests import factories
from tests.access.oracle import REACH
from tests.factories import DATONG, NOW, TAIYUAN
from tracker.models import Event, Indicator, Membership, NameAlias, Role, User
from tracker.models.access import PlanRight, Scope
from tracker.models.places_of_rows import PLACES_OF, lies_within
from tracker.services.audit import configuration
from tracker.services.audit.events import record_event

VALUES = {"coal_gangue_utilised": "5", "fly_ash_utilised": "1"}

#: Rows that are somebody's own: what was done to them is read with the rest of what this person did.
OF_A_PERSON = {"savedview", "upload", "policydocument"}


@pytest.fixture
def verified(plan, taiyuan, reporter, reviewer):
    """Taiyuan's return, verified by the province."""
    return factories.file_return(taiyuan, factories.period(plan), VALUES, reporter=reporter, reviewer=reviewer)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.AUDIT_ADMIN])
def test_in_a_region_one_reads_what_its_people_did_and_what_became_of_its_returns(verified, reporter, role):
    seen = Event.objects.visible_to(factories.make_user("auditor", role, TAIYUAN))
    assert {event.action for event in seen} >= {"return_opened", "return_submitted", "return_verified"}
    assert not seen.filter(action=Event.Action.PLAN_LOADED).exists()
    assert not Event.objects.visible_to(factories.make_user("beside", role, DATONG)).exists()


def test_in_the_province_one_reads_all_of_them(verified):
    record_event(Event.Action.LOGIN_FAILED, acting_user=None, now=NOW)
    assert Event.objects.visible_to(factories.make_user("auditor", Role.AUDITOR)).count() == Event.objects.count()


def test_without_the_role_one_reads_none(verified, reviewer):
    assert not Event.objects.visible_to(reviewer).exists()


def seen_by(role, place):
    """The events that somebody with a role at a place reads."""
    return Event.objects.visible_to(factories.make_user(f"{role}-{place}", role, place))


def give(person, place, role=Role.REPORTER):
    """A further role."""
    return Membership.objects.create(user=person, role=role, region=factories.region(place))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.AUDIT_ADMIN])
def test_somebody_who_works_in_two_regions_shows_neither_regions_events_to_the_other(verified, reporter, role):
    give(reporter, DATONG)
    record_event(Event.Action.LOGGED_IN, acting_user=reporter, now=NOW, about=reporter)
    record_event(Event.Action.EXPORTED, acting_user=reporter, now=NOW)
    assert {event.object_type for event in seen_by(role, TAIYUAN)} == {"return"}
    assert not seen_by(role, DATONG).exists()


def test_what_somebody_did_in_a_region_left_since_stays_with_that_region(verified, reporter):
    reporter.memberships.update(region=factories.region(DATONG))
    assert seen_by(Role.AUDITOR, TAIYUAN).filter(action="return_submitted", actor=reporter).exists()
    assert not seen_by(Role.AUDITOR, DATONG).filter(object_type="return").exists()


def test_deeds_without_a_place_are_read_where_all_roles_of_their_actor_are_covered(plan, reporter):
    for about in (reporter, None, Indicator.objects.first(), factories.period(plan), plan):
        record_event(Event.Action.EXPORTED, acting_user=reporter, now=NOW, about=about)
    mine = seen_by(Role.AUDITOR, TAIYUAN).filter(action="exported")
    assert [event.object_type for event in mine.order_by("pk")] == ["user", "", "indicator", "period", "plan"]
    assert not seen_by(Role.AUDITOR, DATONG).filter(action="exported").exists()


def test_events_about_an_account_are_read_by_who_covers_all_of_it(plan, reporter):
    record_event(Event.Action.LOGIN_FAILED, acting_user=None, now=NOW, about=reporter)
    assert seen_by(Role.AUDITOR, TAIYUAN).filter(action="login_failed").exists()
    give(reporter, DATONG)
    assert not seen_by(Role.AUDIT_ADMIN, TAIYUAN).filter(action="login_failed").exists()


def test_an_account_without_a_role_belongs_to_who_covers_its_creator(plan, reporter):
    opened = factories.make_user("opened")
    User.objects.filter(pk=opened.pk).update(created_by=reporter)
    record_event(Event.Action.LOGIN_FAILED, acting_user=None, now=NOW, about=opened)
    assert seen_by(Role.AUDITOR, TAIYUAN).filter(action="login_failed").exists()
    assert not seen_by(Role.AUDITOR, DATONG).filter(action="login_failed").exists()


def test_what_was_removed_is_read_where_all_roles_of_its_remover_are_covered(verified, taiyuan, reporter):
    alias = NameAlias.objects.create(name="别名", unit=taiyuan)
    configuration.delete_configured(alias, acting_user=reporter, now=NOW)
    assert seen_by(Role.AUDITOR, TAIYUAN).filter(object_type="namealias").exists()
    give(reporter, DATONG)
    assert not seen_by(Role.AUDIT_ADMIN, TAIYUAN).filter(object_type="namealias").exists()


def test_every_kind_of_row_says_where_it_lies_or_that_it_has_no_place(db):
    kinds = {model._meta.model_name for model in apps.get_app_config("tracker").get_models()}
    assert set(PLACES_OF) <= kinds
    reaching = {name for name, paths in REACH.items() if paths} - OF_A_PERSON - {"user"}
    assert reaching - set(PLACES_OF) == set()
    for name in PLACES_OF:
        condition = lies_within(name, Scope(paths=("140000/",), limited=(PlanRight(1, path="1/"),)))
        assert not apps.get_model("tracker", name)._base_manager.filter(condition).exists()
