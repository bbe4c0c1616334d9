"""Tests over the demonstration data. Making them takes seconds, so a file makes them once."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests import factories
from tracker.models import Plan


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker) -> Iterator[Plan]:
    """The real plan with its demonstration data, taken back when the file is through."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield factories.load_demonstration()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def plan(demonstration: Plan, db: None) -> Plan:
    """The same, as it is in the database; what a test changes is taken back after it."""
    return Plan.objects.get(pk=demonstration.pk)
