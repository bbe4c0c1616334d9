"""Earlier names, merged regions and other names go out with a plan, by workbook and as a document, and come back."""

from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from tests import factories
from tests.factories import NOW
from tests.services.setup_workbooks import Edited, changes, checked, edited, faults
from tests.services.test_setup_workbook import exported, load_rich
from tracker.models import EarlierRegion, NameAlias, Plan, Region, ReportingUnit, User
from tracker.models.earlier import tree_on
from tracker.queries.plans.plan_tables import plan_tables
from tracker.services.imports import setup_workbook
from tracker.services.plans import loading, region_changes
from tracker.services.plans.export_plan import export_plan

pytestmark = pytest.mark.django_db
CHANGED_ON, BEFORE = date(2020, 7, 1), date(2020, 6, 30)


class Undone(Exception):
    """Ends what was set up, so that it can be set up again from what went out."""


@pytest.fixture
def administrator() -> User:
    return User.objects.create_superuser("admin", "admin@example.com", factories.PASSWORD)


def region(code: str) -> Region:
    return Region.objects.get(code=code)


def change_some_names(user: User) -> Plan:
    """Load a plan; rename a region and a unit, merge a region, move one, and add other names."""
    plan = load_rich()
    by = {"since": CHANGED_ON, "acting_user": user, "now": NOW}
    region_changes.rename_region(region("140100"), name="并州市", name_en="", level="city", **by)
    region_changes.merge_region(region("140300"), region("140100"), **by)
    region_changes.move_region_since(region("140700"), region("140200"), **by)
    unit = ReportingUnit.objects.get(code="dt-1")
    region_changes.rename_unit(unit, name="大同市工信局（新）", name_en="", **by)
    NameAlias.objects.create(name="晋阳", region=region("140100"))
    NameAlias.objects.create(name="大同工信", unit=unit)
    return plan


def tree(day: date) -> list[tuple[str, str, str]]:
    found = tree_on(region("140000"), day)
    return [(found.paths[one.code], one.name, one.level) for one in found.regions]


def what_is_kept(plan: Plan) -> tuple:
    tables = plan_tables(plan)
    names = {table: tables[table] for table in ("region", "earlier", "alias", "reporting_unit")}
    return names, tree(BEFORE), tree(CHANGED_ON), ReportingUnit.objects.get(code="dt-1").last_rename


def gone_out(user: User) -> tuple[bytes, str, tuple]:
    found = []
    with pytest.raises(Undone), transaction.atomic():
        plan = change_some_names(user)
        found.append((exported(plan, user), export_plan(plan.code, acting_user=None, now=NOW), what_is_kept(plan)))
        raise Undone
    assert not Region.objects.exists()
    return found[0]


def test_a_workbook_carries_names_and_trees_of_earlier_periods(administrator):
    content, _text, kept = gone_out(administrator)
    upload = checked(content, administrator)
    assert not faults(upload), faults(upload)
    setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW)
    plan = Plan.objects.get()
    assert what_is_kept(plan) == kept
    assert not changes(checked(exported(plan, administrator), administrator))


def test_a_document_carries_names_and_trees_of_earlier_periods(administrator, tmp_path: Path):
    _content, text, kept = gone_out(administrator)
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    plan = loading.load_plan(tmp_path / "plan.toml", acting_user=None, now=NOW)
    assert what_is_kept(plan) == kept
    assert export_plan(plan.code, acting_user=None, now=NOW) == text


def test_a_region_gets_its_earlier_name_and_is_closed_by_a_row(administrator):
    plan = load_rich()

    def edit(workbook: Edited) -> None:
        workbook.set("region", "140100", name="并州市")
        workbook.set("earlier", "", region="并州市", until=CHANGED_ON, name="太原市")
        workbook.set("alias", "", name=" 晋 阳 ", region="140100")
        workbook.set("region", "140300", closed_on=CHANGED_ON)

    upload = checked(edited(exported(plan, administrator), edit), administrator)
    assert not faults(upload), faults(upload)
    setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW)
    assert ("140000/140100/", "太原市", "city") in tree(BEFORE)
    assert ("140000/140100/", "并州市", "city") in tree(CHANGED_ON)
    assert NameAlias.objects.get().name == "晋阳"
    assert region("140300").closed_on == CHANGED_ON


def test_wrong_rows_of_names_are_named_at_their_cells(administrator):
    plan = load_rich()
    places = []

    def edit(workbook: Edited) -> None:
        places.append(workbook.set("earlier", "", region=None, until=CHANGED_ON, name="无主"))
        places.append(workbook.set("earlier", "", until=date(2021, 1, 1), region="140100", name="将来"))
        workbook.set("earlier", "", region="140200", until=CHANGED_ON, name="甲", part_of="140700")
        places.append(workbook.set("earlier", "", part_of="140200", region="140700", until=CHANGED_ON, name="乙"))
        places.append(workbook.set("alias", "", name="两个", region="140100", unit="ty-1"))

    upload = checked(edited(exported(plan, administrator), edit), administrator)
    assert set(places) == set(faults(upload)), faults(upload)
    assert not EarlierRegion.objects.exists()
