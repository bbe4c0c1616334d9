"""Links of indicators go with a plan: out of it and in again as a document or a workbook, and into its copy."""

from datetime import date

import pytest
from django.utils import translation

from tests import factories
from tests.city_plan import limited_to, make_city_plan
from tests.factories import NOW
from tests.services.setup_workbooks import checked, edited, faults
from tests.services.test_indicator_links import ASH, GANGUE, proposal
from tracker.models import IndicatorLink, Obligation, Plan, Role, User
from tracker.queries.errors import Refused
from tracker.queries.plans.plan_tables import plan_tables
from tracker.services.imports import setup_workbook
from tracker.services.plans import loading
from tracker.services.plans.copy_plan import NewPlan, copy_plan
from tracker.services.plans.export_plan import export_plan
from tracker.services.plans.indicator_links import end_link, propose_link

AUGUST = date(2020, 8, 1)


@pytest.fixture
def city(plan, taiyuan) -> Plan:
    return make_city_plan(taiyuan)


@pytest.fixture
def manager(plan) -> User:
    return factories.make_user("manager", Role.PLAN_MANAGER)


@pytest.fixture
def administrator() -> User:
    return User.objects.create_superuser("admin", "admin@example.com", factories.PASSWORD)


@pytest.fixture
def linked(plan, city, manager) -> IndicatorLink:
    return propose_link(proposal(plan, city), acting_user=manager, now=NOW)


ROW = {
    "indicator": GANGUE,
    "other_plan": "taiyuan-2020",
    "other_indicator": "",
    "frequency": "month",
    "begins": AUGUST,
    "until": None,
}


def links_in(plan: Plan) -> list[dict[str, object]]:
    return plan_tables(plan)["link"]


# The document


def test_both_plans_export_the_link_and_the_one_loaded_last_brings_it(linked, plan, city, tmp_path):
    assert links_in(plan) == [ROW]
    assert links_in(city) == [{**ROW, "other_plan": "shanxi-2020"}]
    text = export_plan(city.code, acting_user=None, now=NOW)
    assert '[[link]]\nindicator = "coal_gangue_utilised"\nother_plan = "shanxi-2020"\nbegins = 2020-08-01\n' in text
    IndicatorLink.objects.all().delete()
    for one in (city.obligations, city.periods):
        one.all().delete()
    Plan.objects.filter(pk=city.pk).update(code="before")
    path = tmp_path / "city.toml"
    path.write_text(text, encoding="utf-8")
    again = loading.load_plan(path, acting_user=None, now=NOW)
    link = IndicatorLink.objects.get()
    assert (link.plan, link.other_plan, link.is_waiting, link.proposed_by) == (again, plan, True, None)
    assert links_in(again) == links_in(city) or links_in(again) == [{**ROW, "other_plan": "shanxi-2020"}]
    assert export_plan(again.code, acting_user=None, now=NOW) == text


def loaded(tmp_path, text: str, **changes: str) -> loading.LoadedPlan:
    """Load the text with these changes, as the command does."""
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "city.toml"
    path.write_text(text, encoding="utf-8")
    fixtures = factories.FIXTURES
    files = {"units": fixtures / "units.toml", "regions": fixtures / "regions.toml", "checks": fixtures / "checks.toml"}
    return loading.load_files(path, **files, acting_user=None, now=NOW, dry_run=False)


CODE = ('code = "taiyuan-2020"', 'code = "again"')


def test_a_link_with_a_plan_that_is_not_there_is_left_out_and_said(linked, city, tmp_path):
    text = export_plan(city.code, acting_user=None, now=NOW)
    other = ('other_plan = "shanxi-2020"', 'other_plan = "nowhere"')
    with translation.override("en"):
        found = loaded(tmp_path, text, code=CODE, other=other)
    assert found.left_out == ("city.toml: [[link]] 1: “nowhere” is not there yet.",)
    assert IndicatorLink.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("begins = 2020-08-01", "begins = 2019-08-01"), "begins"),
        (("begins = 2020-08-01", 'begins = "soon"'), "begins"),
        (("begins = 2020-08-01", 'begins = 2020-08-01\nfrequency = "daily"'), "frequency"),
        (("begins = 2020-08-01", 'begins = 2020-08-01\nfrequency = "quarter"'), "frequency"),
        (("begins = 2020-08-01", 'begins = 2020-08-01\nother_indicator = "base_stations"'), "other_indicator"),
        (("other_plan", "plan"), "plan"),
    ],
)
def test_a_link_that_is_wrong_is_refused_at_its_key_and_no_plan_is_loaded(linked, city, tmp_path, change, key):
    text = export_plan(city.code, acting_user=None, now=NOW)
    with pytest.raises(Refused) as refused:
        loaded(tmp_path, text, code=CODE, change=change)
    assert f"city.toml: [[link]] 1, {key}" in refused.value.fields
    assert not Plan.objects.filter(code="again").exists()


def test_who_agreed_is_not_in_the_document(linked, city):
    assert "manager" not in export_plan(city.code, acting_user=None, now=NOW, with_people=False)


# The workbook


def exported(plan: Plan, user: User) -> bytes:
    return setup_workbook.export_setup(plan, acting_user=user, now=NOW)


def imported(plan: Plan, user: User, edit) -> list[dict[str, object]]:
    upload = checked(edited(exported(plan, user), edit), user)
    assert not upload.preview["faults"], upload.preview["faults"]
    setup_workbook.accept_setup(upload, acting_user=user, now=NOW)
    return upload.preview["changes"]


def test_the_workbook_has_the_links_and_changes_nothing_when_it_comes_back(linked, plan, city, administrator):
    propose_link(proposal(city, plan, ASH), acting_user=limited_to(city, "mayor", Role.PLAN_MANAGER), now=NOW)
    for one in (plan, city):
        upload = checked(exported(one, administrator), administrator)
        assert (upload.preview["changes"], upload.preview["faults"]) == ([], [])
    assert IndicatorLink.objects.filter(agreed_at=None).count() == 1  # the proposal that waits was not agreed to


def test_a_new_row_proposes_and_a_day_ends(plan, city, administrator):
    row = {**ROW, "indicator": "煤矸石综合利用量", "frequency": "月", "other_plan": "太原市行动计划"}
    (change,) = imported(plan, administrator, lambda book: book.set("link", "", **row))
    assert (change["change"], change["title"]) == ("new", "关联指标")
    link = IndicatorLink.objects.get()
    assert (link.plan, link.other_plan, link.proposed_by, link.agreed_by) == (plan, city, administrator, administrator)
    (change,) = imported(
        city, administrator, lambda book: book.set("link", link.indicator.name, until=date(2020, 10, 1))
    )
    assert (change["change"], change["details"][0]["after"]) == ("changed", "2020-10-01")
    link.refresh_from_db()
    assert (link.until, link.ended_by) == (date(2020, 10, 1), administrator)
    upload = checked(exported(plan, administrator), administrator)
    assert (upload.preview["changes"], upload.preview["faults"]) == ([], [])


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"other_plan": "nowhere"}, "B"),
        ({"other_indicator": "no such"}, "C"),
        ({"frequency": "daily"}, "D"),
        ({"frequency": "季"}, "D"),
        ({"begins": date(2019, 1, 1)}, "E"),
        ({"begins": date(2020, 9, 1)}, "E"),
        ({"begins": date(2020, 8, 1), "until": date(2020, 7, 1)}, "F"),
    ],
)
def test_a_bad_row_is_told_at_its_cell_and_nothing_is_imported(linked, plan, administrator, values, column):
    link = IndicatorLink.objects.get()
    is_change = "until" in values or values.get("begins") == date(2020, 9, 1)
    indicator = link.indicator.name if is_change else "粉煤灰综合利用量"
    row = {**ROW, "indicator": indicator, **values}

    def edit(book) -> None:
        if "until" in values:
            book.set("link", indicator, until=values["until"])
        else:
            book.set("link", "", **row)

    upload = checked(edited(exported(plan, administrator), edit), administrator)
    cells = [one["cell"] for one in upload.preview["faults"]]
    assert cells == [f"{column}{5 if 'until' in values else 6}"], upload.preview["faults"]
    assert IndicatorLink.objects.count() == 1


def test_a_plan_outside_reach_is_not_named(plan, city, administrator):
    Obligation.objects.filter(plan=city).delete()
    upload = checked(
        edited(exported(plan, administrator), lambda book: book.set("link", "", **{**ROW, "indicator": GANGUE})),
        administrator,
    )
    assert len(upload.preview["faults"]) == 1
    assert faults(upload)


# The copy

NEXT = NewPlan("shanxi-2021", "2021年行动计划", date(2021, 3, 1), date(2021, 1, 1), date(2021, 12, 31))
CITYS = NewPlan("taiyuan-2021", "太原市2021年行动计划", date(2021, 3, 1), date(2021, 1, 1), date(2021, 12, 31))


def test_the_copy_made_last_brings_the_links_of_both(linked, plan, city, manager):
    with translation.override("en"):
        first = copy_plan(plan, NEXT, acting_user=manager, now=NOW)
    assert first.links.proposed == 0
    assert "has no plan of the new dates yet" in first.links.left_out[0]
    second = copy_plan(city, CITYS, acting_user=manager, now=NOW)
    assert (second.links.proposed, second.links.left_out) == (1, ())
    link = IndicatorLink.objects.exclude(pk=linked.pk).get()
    assert (link.plan, link.other_plan, link.begins) == (second.plan, first.plan, date(2021, 1, 1))
    assert link.agreed_by == manager


def test_a_copy_is_linked_with_a_plan_that_goes_on_and_waits_for_its_manager(plan, city, manager):
    Plan.objects.filter(pk=plan.pk).update(ends_on=date(2021, 12, 31))
    plan.refresh_from_db()
    propose_link(proposal(plan, city), acting_user=manager, now=NOW)
    mayor = factories.make_user("mayor", Role.PLAN_MANAGER, factories.TAIYUAN)
    found = copy_plan(city, CITYS, acting_user=mayor, now=NOW)
    link = IndicatorLink.objects.get(plan=found.plan)
    assert (link.other_plan, link.is_waiting) == (plan, True)


def test_a_link_that_ended_is_not_copied(linked, plan, city, manager):
    end_link(linked, until=date(2020, 10, 1), acting_user=manager, now=NOW)
    copy_plan(city, CITYS, acting_user=manager, now=NOW)
    found = copy_plan(plan, NEXT, acting_user=manager, now=NOW)
    assert (found.links.proposed, found.links.left_out) == (0, ())
