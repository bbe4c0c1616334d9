"""Tables as officials send them, each a kind that was once read wrongly, with the right answer."""

import pytest
from django.utils import translation

from tests.factories import DATONG, NOW, TAIYUAN, load_checks, make_user
from tests.services.past import make_past_plan, make_plain_unit
from tests.services.past_tables import CASES, check_again, checked_file, questions_of, run, sent_file, values_of
from tracker.models import Entry, Indicator, MeasureUnit, NameAlias, Plan, Role, User, ValueRevision
from tracker.queries.errors import Refused
from tracker.services.imports.past_values.decide import ask_acceptance
from tracker.services.imports.past_values.receive import mapping_of

pytestmark = pytest.mark.django_db
GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def past(plan: Plan) -> Plan:
    past = make_past_plan()
    make_plain_unit("太原局", TAIYUAN)
    make_plain_unit("大同局", DATONG)
    for code, name, symbol, rollup in (
        ("green_share", "绿色矿山占比", "%", "latest"),
        ("reclaimed", "再生水利用量", "万立方米", "sum"),
    ):
        unit = MeasureUnit.objects.get(symbol=symbol)
        Indicator.objects.create(code=code, name=name, unit=unit, over_periods=rollup, over_places=rollup)
    return past


@pytest.fixture
def sender(plan: Plan) -> User:
    return make_user("plan-manager", Role.PLAN_MANAGER)


def checked(past, sender, name, **said):
    return checked_file(past, sender, CASES / name, **said)


def messages(upload):
    return {line["place"]: line["message"] for line in upload.preview["wrong"]}


def test_a_unit_of_measure_above_the_table_applies(past, sender):
    upload = checked(past, sender, "unit-above-table.xlsx")
    assert (upload.state, values_of(upload)) == ("ready", [("C4", "12.5"), ("C5", "9.80005")])
    assert "125,000 t" not in upload.preview["magnitude"][0]
    assert "223,000.5 t = 22.30005 10kt" in upload.preview["magnitude"][0]


def test_the_layout_of_a_yearbook_is_read_and_its_footnote_told(past, sender):
    upload = checked(past, sender, "nbs-indicator-above.csv")
    assert upload.state == "ready"
    assert sorted(values_of(upload))[::2] == [("B5", "104.195"), ("C5", "102.608"), ("D5", "95.76")]
    assert upload.preview["ignored"] == [{"row": 7, "text": "数据来源：国家统计局"}]


@pytest.mark.parametrize(
    ("name", "column", "unit"),
    [("heading-unit-unknown.xlsx", "measure_3", "千吨"), ("value-heading-unknown-unit.xlsx", "measure_4", "千吨")],
)
def test_an_unknown_unit_of_measure_is_asked_about(past, sender, name, column, unit):
    upload = sent_file(past, sender, CASES / name)
    assert f"which unit of measure is “{unit}”" in questions_of(upload)[column]
    with pytest.raises(Refused):
        check_again(upload, sender)


def test_units_of_measure_behind_a_slash_or_a_comma_are_read(past, sender):
    upload = checked(past, sender, "heading-unit-variants.xlsx")
    assert values_of(upload) == [("C2", "1"), ("D2", "2")]
    assert mapping_of(upload).measures == ("", "", "万吨", "万吨")


def test_the_months_value_is_loaded_and_the_cumulative_one_compared(past, sender):
    upload = checked(past, sender, "ytd-indicator-heading.xlsx")
    assert values_of(upload) == [("D2", "10")]
    assert [line["place"] for line in upload.preview["crossed"]] == ["C2"]


def test_a_value_ten_thousand_times_too_large_is_flagged_and_needs_a_note(past, sender, reviewer):
    load_checks()
    upload = checked(past, sender, "tenthousandfold.xlsx")
    assert upload.state == "wrong"
    (flag,) = [line for line in upload.preview["flags"] if line["stops"] and "Did you mean" in line["message"]]
    assert (flag["place"], "12.50 10kt" in flag["message"]) == ("C9", True)
    upload = check_again(upload, sender, notes={"*": "新线投产"})
    assert upload.state == "ready"
    assert {line["note"] for line in upload.preview["flags"] if line["severity"] == "warning"} == {"新线投产"}
    run(ask_acceptance(upload, acting_user=reviewer, now=NOW, seen_job=upload.job_id))
    assert Entry.objects.get(reported_value=125000).note == "新线投产"
    assert not Entry.objects.exclude(reported_value=125000).exclude(note="").exists()


def test_errors_of_the_spreadsheet_are_refused_with_their_cells(past, sender):
    upload = checked(past, sender, "error-cached.xlsx")
    assert {place: "error of the spreadsheet" in text for place, text in messages(upload).items()} == {
        "C2": True,
        "C4": True,
    }
    assert upload.preview["counts"]["empty"] == 0


def test_a_percentage_is_what_its_cell_shows(past, sender):
    upload = checked(past, sender, "percent-format.xlsx")
    assert values_of(upload) == [("C2", "85.2")]
    assert upload.preview["magnitude"] == ["绿色矿山占比: your table adds 85.2 %."], "one value is no range"


def test_a_row_of_data_is_no_heading(past, sender):
    upload = sent_file(past, sender, CASES / "data-row-as-heading.xlsx")
    mapping = mapping_of(upload)
    assert (mapping.heading_row, mapping.roles) == (1, ("unit", "period:2019-01", "period:2019-02"))
    assert values_of(check_again(upload, sender, indicator=GANGUE)) == [
        ("B2", "5"),
        ("B3", "6"),
        ("C2", "7"),
        ("C3", "8"),
    ]


def test_all_rows_can_be_of_one_unit_and_the_title_suggests_it(past, sender):
    upload = sent_file(past, sender, CASES / "own-sheet-no-city-column.xlsx")
    assert mapping_of(upload).unit == "code-太原局"
    assert [value for _place, value in values_of(check_again(upload, sender))] == ["10", "3", "11", "4"]


def test_a_city_is_known_by_every_usual_spelling(past, sender):
    upload = checked(past, sender, "city-name-variants.xlsx")
    assert values_of(upload) == [("D2", "1")] and len(upload.preview["wrong"]) == 8
    assert all("stand in D2 too" in text for text in messages(upload).values()), "each row is the same city's"


def test_an_october_without_its_zero_is_asked_about_and_answered_on_the_page(past, sender):
    upload = checked(past, sender, "october-as-2019.1.csv")
    assert upload.preview["unknown"] == [{"field": "period", "text": "2019.1", "number": 1}]
    assert "January or October" in messages(upload)["B3"]
    upload = check_again(upload, sender, answers={"period": {"2019.1": "2019-10"}})
    periods = [line["period"] for line in upload.preview["new"]]
    assert (upload.state, periods) == ("ready", ["2019-09", "2019-10", "2019-11"])


def test_cubic_metres_are_read_in_every_spelling(past, sender):
    assert values_of(checked(past, sender, "cubic-metres.xlsx")) == [("C2", "12"), ("C3", "12")]


def test_more_decimals_than_are_stored_are_rounded_and_told(past, sender):
    upload = checked(past, sender, "tonnes-three-decimals.xlsx")
    assert values_of(upload) == [("C2", "123.456789"), ("C3", "123.456789")]
    assert upload.preview["counts"]["rounded"] == 1


def test_one_value_too_small_to_keep_is_asked_about_alone(past, sender):
    upload = checked(past, sender, "decimals.xlsx")
    assert list(messages(upload)) == ["C5"]
    assert len(values_of(upload)) == 6
    assert upload.preview["counts"]["rounded"] == 2


def test_a_name_matched_on_the_page_is_remembered_once_the_table_is_accepted(past, sender, reviewer, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("地区,报告期,指标,数值\n太原经信,2019年8月,煤矸石综合利用量,5\n", encoding="utf-8")
    upload = checked_file(past, sender, path)
    assert upload.preview["unknown"] == [{"field": "unit", "text": "太原经信", "number": 1}]
    upload = check_again(upload, sender, answers={"unit": {"太原经信": "code-太原局"}})
    assert not NameAlias.objects.exists(), "nothing is remembered before the table is accepted"
    run(ask_acceptance(upload, acting_user=reviewer, now=NOW, seen_job=upload.job_id))
    assert NameAlias.objects.get().unit.name == "太原局"
    path.write_text("地区,报告期,指标,数值\n太原 经信,2019年9月,煤矸石综合利用量,6\n", encoding="utf-8")
    assert values_of(checked_file(past, sender, path)) == [("D2", "6")]


def test_loaded_values_are_corrected_by_a_second_table_with_a_reason(past, sender, reviewer, tmp_path):
    path = tmp_path / "a.csv"
    for value, said in (("5", {}), ("7", {"reason": "统计局核定数调整"})):
        path.write_text(f"地区,报告期,指标,数值\n太原市,2019年8月,煤矸石综合利用量,{value}\n", encoding="utf-8")
        if said:
            unsaid = checked_file(past, sender, path)
            assert (unsaid.state, unsaid.preview["counts"]["conflicts"]) == ("wrong", 1)
        upload = checked_file(past, sender, path, **said)
        assert upload.state == "ready"
        run(ask_acceptance(upload, acting_user=reviewer, now=NOW, seen_job=upload.job_id))
    assert (Entry.objects.get().verified_value, Entry.objects.get().reported_value) == (7, 7)
    reasons = ValueRevision.objects.order_by("number").values_list("number", "reason")
    assert list(reasons) == [(1, ""), (2, ""), (3, "统计局核定数调整"), (4, "统计局核定数调整")]
