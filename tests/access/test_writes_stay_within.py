"""Every write, by every role of one city, over rows that reach beyond the city: nothing beyond it changes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
import time_machine
from django.db import transaction
from django.db.models import Model
from django.template.base import Template
from django.urls import reverse
from django.utils.safestring import SafeString

from tests import factories
from tests.access.asking import Undo, address_of, every_pattern, signed_in
from tests.access.fuzz import Offered, offered
from tests.access.oracle import CONSEQUENCES, REACH, beyond, judged_models, noticing_writes, reach, rows
from tests.access.world import World, make_world
from tests.factories import NOW, SHANXI, TAIYUAN
from tracker.models import Membership, Obligation, Plan, Role, SavedView, Schedule, Subscription, User

#: What buttons say, beside those that a page shows: each is pressed on each page.
DEEDS = [{"deed": "password"}, {"deed": "unlock"}, {"deed": "second_step"}, {"post": "yes"}, {}]


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The province, in which a person, a unit, a view and a subscription reach into two places."""
    logging.disable(logging.WARNING)
    with time_machine.travel(NOW, tick=False):
        made = make_world()
        reach_into_two_places(made)
        yield made
    logging.disable(logging.NOTSET)


def reach_into_two_places(world: World) -> None:
    person = factories.make_user("both", Role.REVIEWER, SHANXI)
    here = Membership.objects.create(user=person, role=Role.REPORTER, region=factories.region(TAIYUAN))
    leader = world.people[Role.LEADER, "parent"]
    plan = world.rows["plan"]
    city = Plan.objects.get(pk=plan.pk)
    city.pk, city.code, city.region = None, "city", factories.region(TAIYUAN)
    city.save()
    unit, indicator = world.rows["reportingunit"], world.rows["indicator"]
    Obligation.objects.create(plan=city, unit=unit, indicator=indicator)
    schedule = Schedule.objects.create(name="市", plan=city)
    Subscription.objects.create(schedule=schedule, user=person, active_from=NOW)
    SavedView.objects.create(
        owner=leader, list_name="targets", name="x", shared_role=Role.LEADER, shared_region=factories.region(SHANXI)
    )
    world.rows |= {"user": person, "membership": here}


def test_every_model_is_judged_or_declared_a_consequence() -> None:
    there = {model._meta.model_name for model in judged_models()}
    assert there - {"user", "membership", "job"} == set(REACH)
    assert not there & CONSEQUENCES


def test_the_oracle_finds_what_reaches_beyond(world) -> None:
    person, seen = world.people[Role.SECURITY_ADMIN, "own"], rows()
    User.objects.filter(pk=world.rows["user"].pk).update(password="taken over")
    Plan.objects.filter(pk=world.rows["plan"].pk).update(issuer="another")
    User.objects.filter(username="own-official").update(phone="within")
    assert sorted(beyond(person, seen, rows(), reach())) == [
        f"plan {world.rows['plan'].pk}: issuer",
        f"user {world.rows['user'].pk}: password",
    ]


@pytest.mark.long
@pytest.mark.parametrize("role", list(Role))
def test_nothing_beyond_a_persons_regions_is_changed_by_any_write(world, role) -> None:
    person = world.people[role, "own"]
    client = signed_in(person)
    client.raise_request_exception = False
    before, reached = rows(), reach()
    wrong: list[str] = []
    writes = 0
    for name in every_pattern():
        if name in ("admin:logout", "admin:login", "mail_stop"):  # a key in a mail stands for its reader
            continue
        address = address_of(name, world)
        for data in bodies(offered(client, address)):
            with noticing_writes() as written:
                found = after_request(client, address, data, written)
            if found is not None:
                writes += 1
                wrong += [f"{address} {data}: {each}" for each in beyond(person, before, *merged(found, reached))]
    assert not wrong, "\n".join(wrong)
    assert writes or role in (Role.AUDITOR, Role.AUDIT_ADMIN)


def bodies(page: Offered) -> Iterator[dict[str, object]]:
    """What the page's form would send, each text field changed, with each button; and each deed alone."""
    filled = {name: f"{value}改" if name in page.texts else value for name, value in page.fields.items()}
    filled.pop("csrfmiddlewaretoken", None)
    for deed in DEEDS:
        yield {**filled, **deed}


def after_request(client, address: str, data: dict[str, object], written: list[str]):
    """Rows and reach after a request that wrote something, which is then undone; None where it wrote nothing."""
    kept = client.cookies.copy()
    found = None
    try:
        with transaction.atomic(), undrawn():
            client.post(address, data)
            if written:
                found = rows(), reach()
            raise Undo
    except Undo:
        client.cookies = kept
        return found


@contextmanager
def undrawn() -> Iterator[None]:
    """Answer without drawing the page: what a request writes is written by then."""
    with patch.object(Template, "render", return_value=SafeString()):
        yield


def merged(found, reached):
    """The rows after, and what each reached into before or reaches into now."""
    after, now = found
    return after, {key: reached.get(key, set()) | now.get(key, set()) for key in reached.keys() | now.keys()}


def test_the_takeover_by_a_citys_administrator_is_refused_on_its_page(world) -> None:
    client = signed_in(world.people[Role.SECURITY_ADMIN, "own"])
    user: Model = world.rows["user"]
    for deed in ("password", "unlock", "second_step"):
        assert client.post(reverse("admin:auth_user_password_change", args=[user.pk]), {"deed": deed}).status_code in (
            403,
            404,
        )
