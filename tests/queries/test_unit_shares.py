"""The part of a target that a unit is held to: one rule for the return's page and the template."""

from datetime import date
from decimal import Decimal

import pytest

from tests import factories
from tests.factories import NOW, TAIYUAN
from tests.services.random_returns import GANGUE
from tracker.models import Allocation, Target, TargetVersion
from tracker.queries.plans.unit_shares import unit_shares

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(plan):
    """The first version of the target on coal gangue."""
    return Target.objects.get(plan=plan, indicator__code=GANGUE).versions.get()


def share(version, value, unit=None):
    place = factories.region(TAIYUAN)
    return Allocation.objects.create(version=version, region=place, unit=unit, value=Decimal(value))


def shares(plan, taiyuan):
    return list(unit_shares(factories.period(plan), [taiyuan]).values())


def test_a_unit_without_allocation_has_no_share(plan, taiyuan):
    assert shares(plan, taiyuan) == []


def test_the_allocation_of_the_region_holds_for_its_units(plan, taiyuan, version):
    share(version, 700)
    assert shares(plan, taiyuan) == [700]


def test_the_allocation_of_the_unit_comes_before_its_regions(plan, taiyuan, version):
    share(version, 700)
    share(version, 300, taiyuan)
    assert shares(plan, taiyuan) == [300]


def test_only_the_newest_version_in_force_counts(plan, taiyuan, version):
    share(version, 700)
    newer = TargetVersion.objects.create(
        target=version.target, number=2, value=6000, effective_from=date(2020, 7, 1), recorded_at=NOW
    )
    assert shares(plan, taiyuan) == []
    share(newer, 650)
    assert shares(plan, taiyuan) == [650]
