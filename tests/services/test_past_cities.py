"""Tables with a column for each city, and totals that stand in rows or in columns."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.utils import translation

from tests.factories import DATONG, NOW, TAIYUAN, make_user
from tests.services.past import ASH, GANGUE, make_past_plan, make_plain_unit
from tests.services.past_tables import check_again, questions_of, values_of
from tracker.models import Indicator, Plan, Role, Upload, User
from tracker.queries.errors import Refused
from tracker.services.imports.past_values.receive import mapping_of, send_table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def past(plan: Plan) -> Plan:
    past = make_past_plan()
    make_plain_unit("太原局", TAIYUAN)
    make_plain_unit("大同局", DATONG)
    return past


@pytest.fixture
def sender(plan: Plan) -> User:
    return make_user("plan-manager", Role.PLAN_MANAGER)


def sent(past: Plan, sender: User, *rows: list[object]) -> Upload:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return send_table(ContentFile(text.getvalue().encode(), "a.csv"), past, acting_user=sender, now=NOW)


def checked(past: Plan, sender: User, *rows: list[object]) -> Upload:
    return check_again(sent(past, sender, *rows), sender)


def _name(indicator: str) -> str:
    return str(Indicator.objects.get(name=indicator))


def lines_of(upload: Upload) -> dict[tuple[str, str, str], Decimal]:
    lines = upload.preview["new"]
    return {(line["unit"], line["period"], line["indicator"]): Decimal(line["value"]) for line in lines}


def agreements(upload: Upload) -> tuple[int, int, list[tuple[str, bool | None]]]:
    """How many totals there were, how many agreed, and those that did not or could not be compared."""
    counts = upload.preview["counts"]
    return counts["totals"], counts["agreeing"], [(one["place"], one["agrees"]) for one in upload.preview["crossed"]]


def test_a_row_for_each_month_and_a_column_for_each_city(past, sender):
    upload = checked(
        past,
        sender,
        ["2019年煤矸石综合利用量（吨）"],
        ["月份", "全省", "太原市", "大同市"],
        ["8月", 30_000, 10_000, 20_000],
        ["9月", 70_000, 30_000, 40_000],
        ["数据来源：统计局"],
    )
    assert upload.state == "ready"
    assert lines_of(upload) == {
        ("太原局", "2019-08", _name(GANGUE)): 1,
        ("大同局", "2019-08", _name(GANGUE)): 2,
        ("太原局", "2019-09", _name(GANGUE)): 3,
        ("大同局", "2019-09", _name(GANGUE)): 4,
    }
    assert agreements(upload) == (2, 2, [])
    assert upload.preview["ignored"] == [{"row": 5, "text": "数据来源：统计局"}]


@pytest.mark.parametrize("corner", ["指标", "", "地区", "项目\\地区"])
def test_a_row_for_each_indicator_whatever_the_corner_says(past, sender, corner):
    upload = checked(
        past,
        sender,
        ["2019年8月综合利用情况"],
        [corner, "太原", "大同", "合计"],
        [f"{GANGUE}（万吨）", 1, 2, 3],
        [f"{ASH}(吨)", 30_000, 40_000, 70_001],
    )
    assert lines_of(upload) == {
        ("太原局", "2019-08", _name(GANGUE)): 1,
        ("大同局", "2019-08", _name(GANGUE)): 2,
        ("太原局", "2019-08", _name(ASH)): 3,
        ("大同局", "2019-08", _name(ASH)): 4,
    }
    assert (upload.state, agreements(upload)) == ("wrong", (2, 1, [("D4", False)]))


def test_two_rows_of_headings_with_cities_over_months(past, sender):
    upload = checked(
        past,
        sender,
        ["指标", "太原市", "", "", "大同市", "", ""],
        ["", "2019年8月", "2019年9月", "合计", "2019年8月", "2019年9月", "合计"],
        [GANGUE, 1, 2, 3, 4, 5, 8],
    )
    assert {(unit, period): int(value) for (unit, period, _of), value in lines_of(upload).items()} == {
        ("太原局", "2019-08"): 1,
        ("太原局", "2019-09"): 2,
        ("大同局", "2019-08"): 4,
        ("大同局", "2019-09"): 5,
    }
    assert agreements(upload) == (2, 1, [("G3", False)])


def test_a_total_of_months_in_its_column_or_in_its_row(past, sender):
    across = checked(
        past,
        sender,
        ["地区", "指标", "2019年8月", "2019年9月", "合计"],
        ["太原市", GANGUE, 1, 2, 3],
        ["大同市", GANGUE, 3, 4, 6],
        ["全省", GANGUE, 4, 6, 10],
    )
    assert values_of(across) == [("C2", "1"), ("C3", "3"), ("D2", "2"), ("D3", "4")]
    assert agreements(across) == (5, 4, [("E3", False)])
    below = checked(
        past,
        sender,
        [GANGUE],
        ["月份", "太原市", "大同市"],
        ["2019年8月", 1, 3],
        ["2019年9月", 2, 4],
        ["合计", 3, 8],
    )
    assert agreements(below) == (2, 1, [("C5", False)])


def test_a_cumulative_column_beside_months_is_up_to_the_last_of_them(past, sender):
    upload = checked(
        past,
        sender,
        ["地区", "指标", "2019年1月", "2019年2月", "累计"],
        ["太原市", GANGUE, 1, 2, 3],
        ["大同市", GANGUE, 3, 4, 8],
    )
    assert values_of(upload) == [("C2", "1"), ("C3", "3"), ("D2", "2"), ("D3", "4")]
    assert (upload.preview["counts"]["agreeing"], [one["place"] for one in upload.preview["crossed"]]) == (1, ["E3"])


def test_a_city_that_is_not_known_is_asked_about_and_never_left_out_silently(past, sender):
    upload = sent(
        past, sender, [f"{GANGUE}（万吨）"], ["月份", "太原市", "云中", "同比增长"], ["2019年8月", 1, 2, "5.2%"]
    )
    assert "云中" in questions_of(upload)["role_3"]
    with pytest.raises(Refused):
        check_again(upload, sender)
    roles = [*mapping_of(upload).roles[:2], "value#code-大同局", ""]
    upload = check_again(upload, sender, roles=tuple(roles))
    assert values_of(upload) == [("B3", "1"), ("C3", "2")]


def test_the_unit_of_measure_above_holds_for_a_column_that_a_person_names(past, sender):
    rows = [f"2019年{GANGUE}（吨）"], ["月份", "太原市", "云中", "云中量"], ["8月", 10_000, 20_000, 30_000]
    upload = sent(past, sender, *rows)
    assert mapping_of(upload).measures == ("", "吨", "吨", "吨")
    roles = (*mapping_of(upload).roles[:2], "value#code-大同局", "")
    upload = check_again(upload, sender, roles=roles)
    assert values_of(upload) == [("B3", "1"), ("C3", "2")]


def test_a_subtotal_in_a_column_is_of_the_columns_since_the_one_before(past, sender):
    upload = checked(
        past, sender, [GANGUE], ["月份", "太原市", "小计", "大同市", "小计", "合计"], ["2019年8月", 1, 1, 2, 2, 3]
    )
    assert agreements(upload) == (3, 3, [])
