"""The split of a version that issued documents rest on is not changed in place: a new version is split anew."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tests.interfaces.admin_forms import address, errors_of
from tests.interfaces.test_admin_terms import filled
from tests.services.issued_kinds import issue
from tracker.models import Allocation, Role, TargetVersion
from tracker.queries.errors import Refused
from tracker.queries.pages.setup_grids import load_split
from tracker.services.plans.split_grid import save_split
from tracker.services.plans.targets import save_allocation, save_version

GANGUE = "coal_gangue_utilised"
REMEDY = "Add a version of the target with its document number"


@pytest.fixture(autouse=True)
def a_day_later():
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield


@pytest.fixture
def manager(plan):
    return factories.make_user("manager", Role.PLAN_MANAGER)


@pytest.fixture
def client(client, manager):
    """The plan manager's browser."""
    client.force_login(manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def share(plan, manager):
    """Taiyuan's, on which a report of August then rests."""
    version = TargetVersion.objects.get(target__plan=plan, target__indicator__code=GANGUE)
    TargetVersion.objects.filter(pk=version.pk).update(recorded_at=NOW)
    version.refresh_from_db()
    row = Allocation(version=version, region=factories.region(TAIYUAN), value=300)
    save_allocation(row, acting_user=manager, now=NOW)
    issue(plan, "compliance", code="2020-08")
    return row


def test_a_share_that_issued_documents_rest_on_is_refused_at_its_field(client, share):
    screen = address("allocation", "change", share.pk)
    answer = client.post(screen, filled(client, screen) | {"value": "310"})
    assert REMEDY in " ".join(errors_of(answer)["value"])
    share.refresh_from_db()
    assert share.value == 300


def test_nor_is_one_added_or_taken_away(client, share):
    data = {"version": share.version_id, "region": factories.region(DATONG).pk, "unit": "", "value": "5"}
    assert REMEDY in client.post(address("allocation", "add"), data).content.decode()
    client.post(address("allocation", "delete", share.pk), {"post": "yes"})
    assert list(Allocation.objects.all()) == [share]


@pytest.mark.parametrize("value", [Decimal(310), None])
def test_nor_through_the_grid(plan, manager, share, value):
    cell = share.version.target_id, share.region_id
    with pytest.raises(Refused) as refused:
        save_split(plan, {cell: value}, seen=load_split(plan).seen, acting_user=manager, now=NOW)
    assert list(refused.value.fields) == [f"{cell[0]}-{cell[1]}"]
    assert Allocation.objects.get().value == 300


def test_a_new_version_is_split_anew(manager, share):
    later = NOW + timedelta(days=1)
    new = TargetVersion(
        target=share.version.target, value=6600, effective_from=date(2020, 9, 1), document_number="〔2020〕8号"
    )
    save_version(new, acting_user=manager, now=later)
    moved = new.allocations.get()
    moved.value = 320
    save_allocation(moved, acting_user=manager, now=later)
    share.refresh_from_db()
    assert (share.value, moved.value) == (300, 320)


def test_the_upper_end_of_a_version_is_not_corrected_either(manager, share):
    version = share.version
    version.upper_value = version.value + 100
    with translation.override("en"), pytest.raises(Refused, match="rest on this version"):
        save_version(version, acting_user=manager, now=NOW)
