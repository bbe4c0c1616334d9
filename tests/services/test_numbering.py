"""No number is given twice, not even after the row that had it was deleted and the database was moved."""

import pytest
from django.db import connection

from tests import factories
from tests.factories import DATONG, TAIYUAN
from tracker.models import EventSeal, Membership, Role
from tracker.services.operations.backup.sequences import is_numbered, last_number, number_after

pytestmark = pytest.mark.django_db


def give(person, place: str) -> Membership:
    return Membership.objects.create(user=person, role=Role.LEADER, region=factories.region(place))


def test_the_last_number_outlives_its_row(leader):
    given = give(leader, TAIYUAN)
    assert last_number(connection, Membership) == given.pk
    number = given.pk
    given.delete()
    assert last_number(connection, Membership) == number
    assert give(leader, TAIYUAN).pk == number + 1


def test_numbering_goes_on_after_what_was_given_elsewhere(leader):
    number = last_number(connection, Membership) + 500
    number_after(Membership, number)
    assert last_number(connection, Membership) == number
    assert give(leader, TAIYUAN).pk == number + 1


def test_numbering_goes_on_after_every_row_that_is_there(leader):
    high = Membership(pk=10**6, user=leader, role=Role.LEADER, region=factories.region(TAIYUAN))
    Membership.objects.bulk_create([high])
    number_after(Membership, 1)
    assert give(leader, DATONG).pk == 10**6 + 1


def test_what_numbers_itself_is_left_alone():
    assert is_numbered(Membership) and not is_numbered(EventSeal)
