"""Lists as workbooks: the file holds what the page shows."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
import time_machine
from openpyxl.worksheet.worksheet import Worksheet

from tests import factories
from tests.factories import DATONG, NOW, SHUOZHOU, TAIYUAN
from tests.interfaces.test_pages import page, rows_of, signed_in
from tracker.models import Event, Role, User

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def three_cities(plan, taiyuan, reviewer):
    """Taiyuan, Datong and Shuozhou with verified returns for July and August."""
    everywhere = factories.make_user("everywhere", Role.REPORTER)
    units = [taiyuan, factories.make_unit(plan, DATONG), factories.make_unit(plan, SHUOZHOU)]
    for month in ("2020-07", "2020-08"):
        for number, unit in enumerate(units):
            values = {GANGUE: f"{100 + number}.005", ASH: str(number)}
            factories.file_return(unit, factories.period(plan, month), values, reporter=everywhere, reviewer=reviewer)
    return units


def workbook(user: User, address: str) -> Worksheet:
    answer = signed_in(user).get(address)
    assert answer.status_code == 200
    return openpyxl.load_workbook(BytesIO(answer.getvalue())).active


def body(sheet: Worksheet, heading: str) -> list[tuple]:
    """The rows below the headings; the heading given begins the row of headings."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[0] == heading)
    return [row for row in rows[start + 1 :] if row[0]]


@pytest.mark.parametrize("query", ["", "region=cities&sort=-completion", f"region={DATONG}&indicator={ASH}", "level=1"])
def test_the_workbook_of_targets_has_the_rows_of_the_page_in_the_same_order(three_cities, leader, query):
    shown = rows_of(page(leader, f"/targets/?{query}"))
    exported = body(workbook(leader, f"/targets/?{query}&_export=xlsx"), "Indicator")
    assert [(row[0], row[3]) for row in exported] == [(row[0], row[3]) for row in shown]
    assert shown


def test_the_workbook_of_targets_has_the_figures_of_the_page(three_cities, leader):
    query = f"region={TAIYUAN}&indicator={GANGUE}"
    shown = rows_of(page(leader, f"/targets/?{query}"))[0]
    exported = body(workbook(leader, f"/targets/?{query}&_export=xlsx"), "Indicator")[0]
    assert shown[7] == "200.01"
    assert Decimal(str(exported[8])) == Decimal("200.01")
    assert exported[2] == shown[2]
    assert exported[13] == shown[12]


def test_a_target_leaves_as_a_number_with_its_bound_beside_it(three_cities, leader):
    exported = body(workbook(leader, "/targets/?indicator=gangue_capacity_used&_export=xlsx"), "Indicator")[0]
    assert exported[4:6] == ("reference level, about", 60)


def test_the_workbook_of_returns_has_the_rows_of_the_page_in_the_same_order(three_cities, leader):
    for query in (
        "",
        "sort=unit",
        f"region={DATONG}",
        "period=2020-08&sort=-unit",
        "state=verified&timeliness=on_time",
    ):
        shown = rows_of(page(leader, f"/returns/?{query}"))
        exported = body(workbook(leader, f"/returns/?{query}&_export=xlsx"), "Reporting unit")
        in_words = {"2020-07": "July 2020", "2020-08": "August 2020"}  # files keep codes, which sort
        as_shown = [tuple(in_words.get(value, value) for value in row[:5]) for row in exported]
        assert as_shown == [tuple(row[:5]) for row in shown], query
        assert shown


def test_the_workbook_is_not_cut_at_the_end_of_the_page(three_cities, leader, monkeypatch):
    monkeypatch.setattr("tracker.views.listing.PER_PAGE", 2)
    assert len(rows_of(page(leader, "/returns/"))) == 2
    assert len(body(workbook(leader, "/returns/?_export=xlsx"), "Reporting unit")) == 6


def test_a_city_official_exports_the_own_city_alone(three_cities, reporter):
    assert {row[1] for row in body(workbook(reporter, "/returns/?_export=xlsx"), "Reporting unit")} == {"Taiyuan"}


def test_text_never_becomes_a_formula(three_cities, leader):
    three_cities[0].name = '=HYPERLINK("http://x","y")'
    three_cities[0].save()
    sheet = workbook(leader, f"/returns/?region={TAIYUAN}&_export=xlsx")
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value and "HYPERLINK" in str(cell.value)]
    assert len(cells) == 2
    assert {cell.data_type for cell in cells} == {"s"}


def test_bad_choices_are_answered_by_the_page_not_by_a_workbook(three_cities, leader):
    answer = signed_in(leader).get("/targets/?period=2021-01&_export=xlsx")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert not Event.objects.filter(action=Event.Action.EXPORTED).exists()


def test_an_export_is_recorded_with_what_was_chosen(three_cities, leader):
    workbook(leader, f"/returns/?region={DATONG}&_export=xlsx")
    event = Event.objects.get(action=Event.Action.EXPORTED)
    assert event.actor == leader
    assert event.after["list"] == "returns"
    assert event.after["rows"] == 2
    assert event.after["filters"]["region"] == DATONG


def test_the_file_is_named_in_the_readers_language_and_not_cached(three_cities, leader):
    answer = signed_in(leader, "zh-hans").get("/targets/?period=2020-08&_export=xlsx")
    assert "filename*=utf-8''%E7%9B%AE%E6%A0%87" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
