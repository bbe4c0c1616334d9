"""The workbook of everything that is set up: out, in, the same again; mistakes at their cells."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from openpyxl import load_workbook

from tests import factories
from tests.factories import NOW
from tests.services.setup_workbooks import Edited, changes, checked, edited, faults
from tests.services.test_plan_documents import CASES
from tracker.models import (
    Allocation,
    Event,
    ExpectedReturn,
    Indicator,
    Membership,
    Obligation,
    Plan,
    PlanTerms,
    Region,
    ReportingUnit,
    Role,
    TargetVersion,
    Upload,
    User,
)
from tracker.queries.errors import ChangedMeanwhile, NotAllowed
from tracker.queries.plans.plan_tables import plan_tables
from tracker.services.imports import setup_workbook
from tracker.services.plans import loading

PLANS = Path(settings.BASE_DIR) / "tests" / "plans"
GANGUE = "coal_gangue_utilised"
pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return User.objects.create_superuser("admin", "admin@example.com", factories.PASSWORD)


def load_rich() -> Plan:
    loading.load_reference(factories.FIXTURES / "units.toml", factories.FIXTURES / "regions.toml")
    return loading.load_plan(PLANS / "rich.toml", acting_user=None, now=NOW)


@pytest.fixture
def rich() -> Plan:
    return load_rich()


def exported(plan: Plan | None, user: User) -> bytes:
    return setup_workbook.export_setup(plan, acting_user=user, now=NOW)


def counts() -> dict[str, int]:
    models = apps.get_app_config("tracker").get_models()
    return {model.__name__: model._base_manager.count() for model in models if model not in (Upload, Event)}


def imported(plan: Plan | None, user: User, edit) -> setup_workbook.Imported:
    upload = checked(edited(exported(plan, user), edit), user)
    assert not upload.preview["faults"], upload.preview["faults"]
    return setup_workbook.accept_setup(upload, acting_user=user, now=NOW)


def test_what_went_out_is_the_same_when_it_comes_back(rich, administrator):
    before = counts()
    upload = checked(exported(rich, administrator), administrator)
    assert upload.preview["changes"] == []
    assert upload.preview["same"] > 100
    assert (upload.state, upload.preview["faults"], upload.failure) == (Upload.State.READY, [], "")
    assert counts() == before


def test_a_whole_plan_is_made_by_one_workbook_in_an_empty_installation(administrator):
    class Undone(Exception):
        pass

    kept = []
    with pytest.raises(Undone), transaction.atomic():
        plan = load_rich()
        factories.make_user("zhang", Role.REPORTER, "140100", ReportingUnit.objects.get(code="ty-1"))
        kept.append((exported(plan, administrator), plan_tables(plan)))
        raise Undone
    content, tables = kept[0]
    assert not Plan.objects.exists() and not Region.objects.exists()
    before = counts()
    upload = checked(content, administrator)
    assert not upload.preview["faults"], upload.preview["faults"]
    assert counts() == before
    done = setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW)
    plan = Plan.objects.get()
    found = plan_tables(plan)
    differing = {key for key in tables if found[key] != tables[key]}
    assert differing <= {"check", "unit", "body", "obligation"}  # obligations begin with the current period
    owed = [{(row["unit"], row["indicator"], row["frequency"]) for row in one["obligation"]} for one in (found, tables)]
    assert owed[0] == owed[1]
    assert [name for name, _password in done.passwords] == ["zhang"]
    assert Membership.objects.get(user__username="zhang").unit.code == "ty-1"
    assert ExpectedReturn.objects.filter(period__plan=plan).exists()
    assert PlanTerms.objects.filter(plan=plan).count() <= 2  # kept once at the end, however many rows there are
    assert not changes(checked(exported(plan, administrator), administrator))


@pytest.mark.parametrize("name", ["shuozhou", "california", "nation"])
def test_plans_of_other_kinds_are_made_by_one_workbook(name, administrator):
    class Undone(Exception):
        pass

    kept = []
    with pytest.raises(Undone), transaction.atomic():
        path, units, regions = CASES[name]
        loading.load_reference(units, regions)
        plan = loading.load_plan(path, acting_user=None, now=NOW)
        kept.append((exported(plan, administrator), plan_tables(plan)))
        raise Undone
    content, tables = kept[0]
    upload = checked(content, administrator)
    assert not upload.preview["faults"], upload.preview["faults"]
    setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW)
    found = plan_tables(Plan.objects.get())
    assert {key for key in tables if found[key] != tables[key]} <= {"check", "unit", "body", "plan"}
    days = {"deadlines"}  # rules of single kinds of periods are set on the plan's page
    plain = [{key: value for key, value in one["plan"][0].items() if key not in days} for one in (found, tables)]
    assert plain[0] == plain[1]


def test_used_again_it_changes_what_changed_and_nothing_else(rich, administrator):
    def edit(workbook: Edited) -> None:
        workbook.set("reporting_unit", "ty-1", contact_phone="0351-7654321")
        workbook.set_grid("split", "大同市", GANGUE, 650)
        workbook.set("indicator", "fly_ash_utilised", decimals=3)
        workbook.set_grid("obligation", "太原市工信局", "fly_ash_utilised", "季")

    upload = checked(edited(exported(rich, administrator), edit), administrator)
    assert changes(upload) == [
        ("reporting_unit", "changed"),
        ("indicator", "changed"),
        ("split", "changed"),
        ("obligation", "new"),
    ]
    detail = upload.preview["changes"][2]["details"][0]
    assert (detail["before"], detail["after"]) == ("600", "650")
    assert setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW).changes == 4
    assert ReportingUnit.objects.get(code="ty-1").contact_phone == "0351-7654321"
    assert Allocation.objects.get(region__code="140200").value == 650
    assert Obligation.objects.get(unit__code="ty-1", indicator__code="fly_ash_utilised").frequency == "quarter"
    assert Event.objects.filter(action=Event.Action.WORKBOOK_ACCEPTED).count() == 1


def test_an_emptied_share_is_taken_away_and_shares_are_exchanged_in_one_go(rich, administrator):
    def edit(workbook: Edited) -> None:
        workbook.set_grid("split", "大同市", GANGUE, None)
        workbook.set_grid("split", "阳泉市", GANGUE, 5999.5)

    imported(rich, administrator, edit)
    first = TargetVersion.objects.get(target__indicator__code=GANGUE, number=1)
    shares = dict(first.allocations.filter(unit=None).values_list("region__code", "value"))
    assert shares == {"140100": Decimal("500.5"), "140300": Decimal("5999.5")}


def test_a_target_moves_by_a_row_with_its_document_number(rich, administrator):
    def edit(workbook: Edited) -> None:
        row = {"effective_from": date(2020, 9, 1), "value": 2000, "document_number": "晋工信〔2020〕12号"}
        workbook.set("version", "", indicator="粉煤灰综合利用量", **row)

    imported(rich, administrator, edit)
    version = TargetVersion.objects.get(target__indicator__code="fly_ash_utilised", number=2)
    assert (version.value, version.document_number) == (2000, "晋工信〔2020〕12号")


def test_a_target_does_not_move_without_a_document_once_returns_are_submitted(plan, administrator):
    unit = factories.make_unit(plan, "140100")
    reporter = factories.make_user("reporter", Role.REPORTER, "140100")
    factories.file_return(unit, factories.period(plan), {GANGUE: "1", "fly_ash_utilised": "0"}, reporter=reporter)
    places = []

    def edit(workbook: Edited) -> None:
        places.append(workbook.set("target", "粉煤灰综合利用量", value=2000))
        places.append(
            workbook.set("version", "", indicator="煤矸石综合利用量", effective_from="2020-09-01", value=6600)
        )

    upload = checked(edited(exported(plan, administrator), edit), administrator)
    assert places[0] in faults(upload)
    assert [place for place in faults(upload) if place.startswith(places[1].split("!")[0])]  # no document number
    assert upload.state == Upload.State.WRONG


def test_a_target_is_split_in_a_column_that_a_person_heads(rich, administrator):
    def edit(workbook: Edited) -> None:
        workbook.set_grid("split", "大同市", "fly_ash_utilised", 12.5)
        workbook.forget_column("split", "fly_ash_utilised")

    imported(rich, administrator, edit)
    assert Allocation.objects.get(version__target__indicator__code="fly_ash_utilised").value == Decimal("12.5")


def test_new_accounts_get_a_password_once_that_must_be_changed(rich, administrator):
    def edit(workbook: Edited) -> None:
        workbook.set("person", "", username="lisi", display_name="李四", email="lisi@example.com")
        workbook.set("role", "", username="lisi", role="审核员", region="大同市")

    done = imported(rich, administrator, edit)
    user = User.objects.get(username="lisi")
    assert user.must_change_password and user.created_by == administrator
    assert user.check_password(dict(done.passwords)["lisi"])
    assert [(one.role, one.region.code) for one in user.memberships.all()] == [("reviewer", "140200")]


def test_bad_input_is_refused_with_sheet_cell_and_remedy(rich, administrator):
    places = []

    def edit(workbook: Edited) -> None:
        workbook.set("person", "", username="lisi", display_name="李四")
        places.append(workbook.set("person", "", username="Lisi", display_name="李四"))
        places.append(workbook.set_grid("split", "大同市", GANGUE, 6500))
        workbook.set("reporting_unit", "ty-1", region=None)
        places.append(workbook.set("reporting_unit", "ty-1", region=None))
        places.append(workbook.set("indicator", "fly_ash_utilised", unit="石"))
        places.append(workbook.set("target", "粉煤灰综合利用量", bound="大概"))
        places.append(workbook.set_grid("obligation", "太原市工信局", GANGUE, "天天"))
        places.append(workbook.add_column("split", "不知道", {"大同市": 1}))

    before = counts()
    upload = checked(edited(exported(rich, administrator), edit), administrator)
    assert set(places) <= set(faults(upload)), (set(places) - set(faults(upload)), faults(upload))
    assert upload.state == Upload.State.WRONG
    assert counts() == before
    marked = load_workbook(io.BytesIO(upload.marked_file.read()))
    for place in places:
        sheet, _mark, cell = place.partition("!")
        assert marked[sheet][cell].comment is not None
    with pytest.raises(ChangedMeanwhile):
        setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW)


def test_what_changed_since_the_check_is_not_overwritten(rich, administrator):
    content = edited(exported(rich, administrator), lambda book: book.set("indicator", "fly_ash_utilised", decimals=3))
    upload = checked(content, administrator)
    Indicator.objects.filter(code="fly_ash_utilised").update(decimals=3)
    with pytest.raises(ChangedMeanwhile):
        setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW)
    upload.refresh_from_db()
    assert upload.state == Upload.State.READY


def test_it_is_imported_once(rich, administrator):
    content = edited(exported(rich, administrator), lambda book: book.set("indicator", "fly_ash_utilised", decimals=3))
    upload = checked(content, administrator)
    setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW)


def test_nobody_sets_up_beyond_their_region_or_role(rich, administrator):
    manager = factories.make_user("manager", Role.PLAN_MANAGER, "140100")
    with pytest.raises(NotAllowed):
        exported(rich, manager)
    places = []

    def edit(workbook: Edited) -> None:
        workbook.set("reporting_unit", "ty-1", contact_phone="1")
        places.append(workbook.set("reporting_unit", "dt-1", name="别的单位"))
        places.append(workbook.set("indicator", "fly_ash_utilised", decimals=3))
        places.append(workbook.set("person", "", username="lisi", display_name="李四"))
        places.append(workbook.set("role", "", username="manager", role="领导", region="山西省"))

    upload = checked(edited(exported(rich, administrator), edit), manager)
    wrong = {place.split("!")[0] for place in faults(upload)}
    assert {place.split("!")[0] for place in places} <= wrong
    assert not any(place.startswith(places[0].split("!")[0]) and "E5" in place for place in faults(upload))
    with pytest.raises(NotAllowed):
        exported(None, factories.make_user("reporter", Role.REPORTER, "140100"))


def test_an_administrator_gives_no_role_beyond_their_scope(rich, administrator):
    security = factories.make_user("security", Role.SECURITY_ADMIN, "140100")
    factories.make_user("lisi")

    def edit(workbook: Edited) -> None:
        workbook.set("role", "", username="lisi", role="审核员", region="太原市")
        workbook.set("role", "", username="lisi", role="审核员", region="大同市")

    empty = exported(None, administrator)
    upload = checked(edited(empty, edit), security)
    assert len(faults(upload)) == 1 or all("角色" in place or "授权" in place for place in faults(upload))
    assert not Membership.objects.filter(user__username="lisi").exists()


def test_a_workbook_without_its_hidden_keys_is_read_by_its_names_and_headings(rich, administrator):
    def edit(workbook: Edited) -> None:
        workbook.set("reporting_unit", "ty-1", contact_phone="0351-1")
        for sheet in workbook.sheets.values():
            for cell in sheet[3]:
                cell.value = None

    upload = checked(edited(exported(rich, administrator), edit), administrator)
    assert ("reporting_unit", "changed") in changes(upload)


def test_columns_may_be_moved_and_sheets_renamed_or_left_out(rich, administrator):
    def edit(workbook: Edited) -> None:
        workbook.set("reporting_unit", "ty-1", contact_phone="0351-1")
        workbook.sheets["reporting_unit"].insert_cols(1)
        workbook.sheets["reporting_unit"].title = "我的单位"
        for table in ("split", "obligation", "check"):
            del workbook.workbook[workbook.sheets[table].title]

    upload = checked(edited(exported(rich, administrator), edit), administrator)
    assert changes(upload) == [("reporting_unit", "changed")] and not faults(upload)


def test_a_file_that_is_no_set_up_workbook_is_refused_in_words(administrator):
    buffer = io.BytesIO()
    from openpyxl import Workbook

    Workbook().save(buffer)
    upload = checked(buffer.getvalue(), administrator)
    assert upload.state == Upload.State.WRONG and upload.failure
    assert checked(b"no workbook", administrator).state == Upload.State.WRONG


def test_a_proposal_fills_the_workbook_and_becomes_a_plan(administrator):
    loading.load_reference(factories.FIXTURES / "units.toml", factories.FIXTURES / "regions.toml")
    tables = {
        "plan": [
            {
                "code": "draft",
                "name": "拟定计划",
                "issuer": "省工信厅",
                "issued_on": date(2021, 1, 4),
                "starts_on": date(2021, 1, 1),
                "ends_on": date(2021, 12, 31),
                "region": "140000",
            }
        ],
        "clause": [{"number": "一", "name": "目标"}],
        "indicator": [{"code": "indicator_1", "name": "粉煤灰利用量", "unit": "10kt"}],
        "target": [
            {
                "indicator": "indicator_1",
                "clauses": ["一"],
                "bound": "at_least",
                "value": Decimal("12.5"),
                "goals": [{"place": "140100", "value": Decimal(2)}],
            }
        ],
        "commitment": [{"clause": "一", "kind": "task"}],
    }
    content = setup_workbook.proposal_workbook(tables, acting_user=administrator, now=NOW)
    assert not Plan.objects.exists()
    upload = checked(content, administrator)
    assert not faults(upload), faults(upload)
    setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW)
    plan = Plan.objects.get(code="draft")
    assert plan.targets.get().versions.get().allocations.get().value == 2
    assert plan.periods.filter(code="2021-01").exists()


def test_an_empty_workbook_is_filled_in_by_hand_and_makes_a_plan_in_an_empty_installation(administrator):
    def edit(workbook: Edited) -> None:
        days = {"issued_on": "2020年3月24日", "starts_on": date(2020, 1, 1), "ends_on": "2020-12-31"}
        workbook.set("plan", "", code="p-2020", name="试行计划", issuer="省工信厅", region="山西省", **days)
        workbook.set("region", "", code="140000", level="省", name="山西省")
        workbook.set("region", "", code="140100", level="市", name="太原市", part_of="山西省")
        workbook.set("region", "", code="140200", level="市", name="大同市", part_of="140000")
        workbook.set("reporting_unit", "", code="ty", name="太原市工信局", region="太原市")
        workbook.set("person", "", username="zhang", display_name="张三")
        workbook.set("role", "", username="zhang", role="填报员", unit="太原市工信局")
        workbook.set("clause", "", number="一", name="目标")
        workbook.set("indicator", "", code="ash", name="粉煤灰综合利用量", unit="万吨")
        workbook.set("target", "", indicator="粉煤灰综合利用量", clauses="一", bound="不少于", value=100)
        for place in ("太原市", "大同市"):
            workbook.set("split", "", place=place)
        workbook.add_column("split", "粉煤灰综合利用量", {"太原市": 60, "大同市": "40"})
        workbook.set("obligation", "", unit="太原市工信局")
        workbook.add_column("obligation", "粉煤灰综合利用量", {"太原市工信局": "月"})

    done = imported(None, administrator, edit)
    plan = Plan.objects.get(code="p-2020")
    version = plan.targets.get().versions.get()
    assert (version.value, sorted(version.allocations.values_list("value", flat=True))) == (100, [40, 60])
    assert [name for name, _password in done.passwords] == ["zhang"]
    assert ExpectedReturn.objects.filter(period__plan=plan, unit__code="ty").exists()
    assert plan.remind_days_before is None and plan.deadline_day == 5
