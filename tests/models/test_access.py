"""Scopes as conditions on rows."""

import pytest
from django.db.models import Q

from tests import factories
from tracker.models import Delivery, Region, Role, Schedule, Subscription, User
from tracker.models.access import NOWHERE, Capability, Scope, scope_of


@pytest.mark.parametrize(
    ("scope", "codes"),
    [
        (Scope(everywhere=True), 12),
        (NOWHERE, 0),
        (Scope(paths=("140000/",)), 12),
        (Scope(paths=("140000/140100/", "140000/140200/")), 2),
    ],
)
def test_a_scope_says_the_same_alone_and_beside_another_condition(plan, scope, codes):
    condition = scope.as_filter("path")
    assert Region.objects.filter(condition).count() == codes
    assert Region.objects.filter(condition | Q(pk__in=())).count() == codes
    assert Region.objects.filter(condition & ~Q(pk__in=())).count() == codes
    assert Region.objects.exclude(condition).count() == 12 - codes


def test_the_installing_administrator_sees_everybodys_mail(plan, leader):
    schedule = Schedule.objects.create(name="月报", plan=plan)
    subscription = Subscription.objects.create(schedule=schedule, user=leader, active_from=factories.NOW)
    delivery = Delivery.objects.create(
        user=leader,
        subscription=subscription,
        period=factories.period(plan),
        recipient=leader.email,
        next_attempt_at=factories.NOW,
        created_at=factories.NOW,
        message_id="<1@example.com>",
    )
    admin = User.objects.create_superuser("admin", "admin@example.com", factories.PASSWORD)
    assert list(Delivery.objects.visible_to(admin)) == [delivery]
    assert list(Delivery.objects.visible_to(leader)) == [delivery]


def test_the_administrator_neither_enters_nor_verifies(plan):
    admin = User.objects.create_superuser("admin", "admin@example.com", factories.PASSWORD)
    assert not scope_of(admin, Capability.ENTER).is_somewhere
    assert not scope_of(admin, Capability.VERIFY).is_somewhere


def test_a_closed_account_may_nothing(plan):
    person = factories.make_user("closed", Role.REVIEWER)
    person.is_active = False
    assert scope_of(person, Capability.VIEW) == NOWHERE
