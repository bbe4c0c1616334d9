"""Adjustments of targets: their documents, and the totals that move with them."""

from datetime import date
from decimal import Decimal

import pytest

from tests import factories
from tests.factories import NOW
from tracker.models import Role, Target, TargetVersion
from tracker.queries.errors import Refused
from tracker.queries.plans.totals_of_targets import adjustments_of, moved_totals, totals_with
from tracker.services.plans import targets

DAY = date(2020, 7, 1)
NUMBER = "晋工信节能字〔2020〕99号"


@pytest.fixture
def gangue(plan):
    return Target.objects.get(plan=plan, indicator__code="coal_gangue_utilised")


@pytest.fixture
def bulk(plan):
    return Target.objects.get(plan=plan, indicator__code="bulk_waste_utilised")


@pytest.fixture
def manager():
    return factories.make_user("manager", Role.PLAN_MANAGER)


def adjustment(target, value="6800", **more) -> TargetVersion:
    return TargetVersion(target=target, value=Decimal(value), effective_from=DAY, **more)


def test_an_adjustment_names_its_document_or_says_why_there_is_none(gangue, manager):
    with pytest.raises(Refused) as refused:
        targets.save_version(adjustment(gangue), acting_user=manager, now=NOW)
    assert set(refused.value.fields) == {"document_number", "no_document_reason"}
    assert gangue.versions.count() == 1
    saved = targets.save_version(
        adjustment(gangue, no_document_reason="会议定的，尚未行文"), acting_user=manager, now=NOW
    )
    assert saved.number == 2
    saved.document_number = NUMBER
    saved.no_document_reason = ""
    targets.save_version(saved, acting_user=manager, now=NOW)
    saved.document_number = " "
    with pytest.raises(Refused):
        targets.save_version(saved, acting_user=manager, now=NOW)


def test_a_plans_own_version_needs_no_other_document(gangue, manager):
    first = gangue.versions.get()
    first.stretch_note = "省里同意"
    targets.save_version(first, acting_user=manager, now=NOW)


def test_the_totals_that_a_version_moves_are_told_before_it_is_saved(gangue, bulk):
    assert totals_with(gangue) == [bulk]
    assert totals_with(bulk) == []
    (moved,) = moved_totals(adjustment(gangue))
    assert (moved.target, moved.before, moved.after) == (bulk, 10_000, 10_300)


def test_a_totals_adjustments_are_its_parts(gangue, bulk, manager):
    assert adjustments_of(bulk) == []
    targets.save_version(adjustment(gangue, document_number=NUMBER), acting_user=manager, now=NOW)
    (found,) = adjustments_of(bulk)
    assert (found.part.document_number, found.before, found.after) == (NUMBER, 10_000, 10_300)
    assert adjustments_of(gangue) == []
