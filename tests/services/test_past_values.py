"""Values of past periods: what a table may say, and that all of it is written or nothing."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from tests.factories import DATONG, NOW, entry, file_return, make_unit, make_user
from tests.services.past import ASH, GANGUE, cell, load, make_past_plan, make_plain_unit, make_table_upload, understood
from tracker.models import Entry, Obligation, Period, Plan, Return, Role, User, ValueRevision
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.queries.imports.past_values.compare import compare
from tracker.services import returns
from tracker.services.imports.past_values.load import Batch, load_values
from tracker.services.returns.totals import differing_totals

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def past(plan: Plan) -> Plan:
    return make_past_plan()


@pytest.fixture
def sender(plan: Plan) -> User:
    return make_user("plan-manager", Role.PLAN_MANAGER)


@pytest.fixture(autouse=True)
def unit(past: Plan):
    return make_plain_unit()


def messages(past: Plan, sender: User, *cells) -> list[str]:
    return [problem.message for problem in understood(past, cells, sender)[1]]


def test_a_loaded_value_counts_as_verified_by_the_second_person(past, sender, reviewer):
    loaded = load(past, [cell(6500.5, note="核对无误")], sender, reviewer)
    assert (loaded.values, loaded.returns) == (1, 1)
    stored = Entry.objects.get()
    filed = stored.unit_return
    assert (stored.reported_value, stored.verified_value, stored.note) == (
        Decimal("6500.5"),
        Decimal("6500.5"),
        "核对无误",
    )
    assert (filed.state, filed.submitted_by, filed.verified_by, filed.period.code) == (
        "verified",
        sender,
        reviewer,
        "2019-08",
    )
    assert not filed.is_late, "a table of past periods says nothing about when its returns were handed in"
    assert differing_totals() == []


def test_each_cell_gets_what_was_sent_in_and_then_what_was_accepted_as_seen(past, sender, reviewer):
    load(past, [cell("6500万吨", row=17)], sender, reviewer)
    reported, verified = ValueRevision.objects.order_by("number")
    assert (reported.kind, reported.actor, reported.entered_text, reported.entered_unit.symbol) == (
        "reported",
        sender,
        "6500万吨",
        "万吨",
    )
    assert (verified.kind, verified.actor, verified.saw, verified.value) == ("verified", reviewer, reported, 6500)
    assert {reported.source, verified.source} == {"table"}
    assert reported.source_place == "2019.xlsx Sheet1!D17"
    stored = Entry.objects.get()
    assert (stored.reported_revision, stored.verified_revision) == (reported, verified)


def test_revisions_that_were_loaded_are_never_changed(past, sender, reviewer):
    load(past, [cell(1)], sender, reviewer)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE tracker_valuerevision SET value = 2")


def test_rows_entered_after_a_load_get_keys_of_their_own(past, sender, reviewer, plan, reporter):
    load(past, [cell(1)], sender, reviewer)
    file_return(
        make_unit(plan, "140100"),
        Period.objects.of(plan, "2020-01"),
        {"coal_gangue_utilised": "5"} | {"fly_ash_utilised": "1"},
        reporter=reporter,
        reviewer=reviewer,
    )
    load(past, [cell(2, period="2019-09")], sender, reviewer)
    assert Return.objects.count() == 3
    assert differing_totals() == []


@pytest.mark.parametrize(
    "spelled", ["2019-08", "201908", 201908.0, "2019年8月", "２０１９年０８月份", "8月", "2019-08-01T00:00:00"]
)
def test_a_period_is_understood_as_tables_write_it(past, sender, spelled):
    (value,), wrong = understood(past, [cell(1, period=spelled)], sender)
    assert (value.period, wrong) == (Period.objects.of(past, "2019-08").pk, [])


@pytest.mark.parametrize("named", ["太原局", " 太 原 局 ", "code-太原局", "CODE-太原局", "太原市", 140100.0])
def test_a_unit_is_named_by_its_name_its_code_or_its_region(past, sender, unit, named):
    (value,), _wrong = understood(past, [cell(1, unit=named)], sender)
    assert value.unit == unit.pk


@pytest.mark.parametrize(
    ("typed", "measure", "stored"),
    [
        (6500.0, None, "6500"),
        ("6,500", None, "6500"),
        ("６５００", "万吨", "6500"),
        (65000000.0, "吨", "6500"),
        ("0.65亿吨", None, "6500"),
        (0.1 + 0.2, None, "0.3"),
        (0.0, None, "0"),
        (1e-05, None, "0.00001"),
    ],
)
def test_a_number_is_understood_and_converted_to_the_indicators_unit(past, sender, typed, measure, stored):
    (value,), wrong = understood(past, [cell(typed, measure=measure)], sender)
    assert wrong == []
    assert value.value == Decimal(stored)


def test_a_unit_of_measure_behind_the_indicators_name_counts(past, sender):
    (value,), _wrong = understood(past, [cell(65000000, indicator=f"{GANGUE}（吨）")], sender)
    assert value.value == 6500


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (cell("-5"), "below zero"),
        (cell(float("nan")), "not a number"),
        (cell("无"), "not a number"),
        (cell(True), "not a number"),
        (cell("1/3"), "not known"),
        (cell("0.0000001"), "too small"),
        (cell(1e15), "too large"),
        (cell(5, measure="户"), "cannot be converted"),
        (cell(5, measure="斤半"), "not known"),
        (cell(5, unit="不存在局"), "不存在局"),
        (cell(5, unit=None), "unit is missing"),
        (cell(5, period=None), "period is missing"),
        (cell(5, period="八月间"), "names no period"),
        (cell(5, period=2019.1), "January or October"),
        (cell(5, period="2018-08"), "no period 2018-08"),
        (cell(5, indicator="产值"), "产值"),
        (cell(5, indicator=None), "indicator is missing"),
        (cell(5, indicator="大宗工业固废综合利用量"), "calculated and cannot be entered"),
        (cell(5, note="长" * 501), "500"),
    ],
)
def test_what_is_wrong_is_said_with_place_and_remedy(past, sender, wrong, says):
    values, problems = understood(past, [wrong], sender)
    assert values == []
    (problem,) = problems
    assert problem.place == "D2"
    assert says in problem.message


def test_a_plan_without_the_year_names_what_to_do(past, sender):
    (message,) = messages(past, sender, cell(5, period="2017年8月"))
    assert "2019-01 to 2019-12" in message
    assert "its base year" in message


def test_a_period_that_is_not_over_is_entered_in_its_return(plan, sender):
    (message,) = messages(plan, sender, cell(5, period="2020-09"))
    assert "not over" in message


def test_what_stands_twice_is_refused_naming_the_other_place(past, sender):
    (message,) = messages(past, sender, cell(5), cell(5, row=9, unit="太原市", period="201908"))
    assert "D2" in message


def test_empty_cells_and_totals_are_passed_over_and_counted(past, sender):
    from tracker.queries.imports.past_values.check import TableCheck

    check = TableCheck(past, sender=sender, today=NOW.date())
    assert list(check.check([cell(None), cell(""), cell(9, unit="合计")])) == []
    assert (check.empty, len(check.totals)) == (2, 1)


def test_a_name_that_fits_two_units_asks_for_the_code(past, sender):
    make_plain_unit("太原局", code="second")
    (message,) = messages(past, sender, cell(5))
    assert "code" in message


def test_a_reporter_sends_in_values_of_the_own_units_alone(past, reporter):
    make_plain_unit("大同局", DATONG)
    values, (problem,) = understood(past, [cell(5), cell(6, unit="大同局", row=3)], reporter)
    assert len(values) == 1
    assert (problem.place, "大同局" in problem.message) == ("D3", True)


def test_a_unit_that_reports_by_another_kind_of_period_is_told(past, sender, unit):
    from tracker.models import Indicator

    gangue = Indicator.objects.get(name=GANGUE)
    Obligation.objects.create(plan=past, unit=unit, indicator=gangue, frequency="year")
    (message,) = messages(past, sender, cell(5))
    assert "another kind of period" in message


def test_the_same_values_again_change_nothing(past, sender, reviewer):
    load(past, [cell(5)], sender, reviewer)
    again = load(past, [cell(5)], sender, reviewer)
    assert (again.values, ValueRevision.objects.count()) == (0, 2)


def test_a_different_value_is_a_conflict_and_nothing_is_written(past, sender, reviewer):
    load(past, [cell(5)], sender, reviewer)
    values, _wrong = understood(past, [cell(6), cell(7, period="2019-09")], sender)
    comparison = compare(values)
    assert [problem.message.split()[0] for _value, problem in comparison.conflicts] == ["5"]
    batch = Batch(make_table_upload(past, sender), "", sender, reviewer, NOW)
    with pytest.raises(Refused), transaction.atomic():
        load_values(values, batch)
    assert (Return.objects.count(), ValueRevision.objects.count()) == (1, 2)


def test_further_indicators_go_into_a_verified_return(past, sender, reviewer):
    load(past, [cell(5)], sender, reviewer)
    load(past, [cell(5), cell(7, indicator=ASH, row=3)], sender, reviewer)
    filed = Return.objects.get()
    assert (filed.entries.count(), filed.version, filed.state) == (2, 2, "verified")
    assert differing_totals() == []


def test_an_empty_draft_is_filled_and_becomes_verified(past, sender, reviewer, reporter):
    unit = make_unit(past, "140100")
    draft = returns.open_return(unit, Period.objects.of(past, "2019-08"), acting_user=reporter, now=NOW)
    load(past, [cell(5, unit=unit.code)], sender, reviewer)
    draft.refresh_from_db()
    assert (draft.state, draft.submitted_by, draft.verified_by) == ("verified", sender, reviewer)
    assert entry(draft, "coal_gangue_utilised").verified_value == 5
    assert entry(draft, "fly_ash_utilised").reported_value is None
    assert differing_totals() == []


def test_a_return_in_hand_is_left_to_its_unit(past, sender, reporter):
    unit = make_unit(past, "140100")
    draft = returns.open_return(unit, Period.objects.of(past, "2019-08"), acting_user=reporter, now=NOW)
    returns.save_draft(draft, {"fly_ash_utilised": "3"}, acting_user=reporter, now=NOW, expected_version=draft.version)
    values, _wrong = understood(past, [cell(5, unit=unit.code)], sender)
    ((_value, problem),) = compare(values).conflicts
    assert "in hand" in problem.message


def test_a_value_that_was_verified_differently_is_the_same_by_either(past, sender, reviewer, reporter):
    unit = make_unit(past, "140100")
    filed = file_return(
        unit,
        Period.objects.of(past, "2019-08"),
        {"coal_gangue_utilised": "8", "fly_ash_utilised": "3"},
        reporter=reporter,
    )
    returns.verify_return(
        filed,
        acting_user=reviewer,
        now=NOW,
        expected_version=filed.version,
        changes={"coal_gangue_utilised": ("7", "重复计算")},
    )
    for value in (7, 8):
        values, _wrong = understood(past, [cell(value, unit=unit.code)], sender)
        assert len(compare(values).same) == 1


def test_the_accepting_person_cannot_be_who_sent_it_in(past, reviewer):
    values, _wrong = understood(past, [cell(5)], reviewer)
    batch = Batch(make_table_upload(past, reviewer), "", reviewer, reviewer, NOW)
    with pytest.raises((IntegrityError, Refused)), transaction.atomic():
        load_values(values, batch)
    assert not Return.objects.exists()


def test_a_fault_in_the_middle_of_loading_leaves_nothing(past, sender, reviewer, monkeypatch):

    def fails(*_arguments):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("tracker.services.imports.past_values.load.add_return", fails)
    with pytest.raises(RuntimeError):
        load(past, [cell(5)], sender, reviewer)
    assert (Return.objects.count(), Entry.objects.count(), ValueRevision.objects.count()) == (0, 0, 0)
    assert differing_totals() == []


def test_a_return_that_somebody_else_changes_at_the_same_moment_stops_the_load(past, sender, reviewer, monkeypatch):

    load(past, [cell(5)], sender, reviewer)
    values, _wrong = understood(past, [cell(7, indicator=ASH)], sender)

    def compared_before(values, **said):
        result = compare(values, **said)
        Return.objects.update(version=9)
        return result

    monkeypatch.setattr("tracker.services.imports.past_values.load.compare", compared_before)
    with pytest.raises(ChangedMeanwhile), transaction.atomic():
        load_values(values, Batch(make_table_upload(past, sender), "", sender, reviewer, NOW))
    assert Entry.objects.count() == 1


def test_a_return_that_somebody_else_opens_at_the_same_moment_stops_the_load(past, sender, reviewer, unit, monkeypatch):

    values, _wrong = understood(past, [cell(7)], sender)

    def compared_before(values, **said):
        result = compare(values, **said)
        Return.objects.create(unit=unit, period=Period.objects.of(past, "2019-08"))
        return result

    monkeypatch.setattr("tracker.services.imports.past_values.load.compare", compared_before)
    with pytest.raises(ChangedMeanwhile), transaction.atomic():
        load_values(values, Batch(make_table_upload(past, sender), "", sender, reviewer, NOW))
    assert not Entry.objects.exists()


def test_as_many_queries_check_and_compare_many_rows_as_few(past, sender, count_queries):
    def number(rows: int) -> int:
        cells = [cell(n, period="2019-08", indicator=GANGUE, unit=f"局{n}", row=n) for n in range(1, rows)]
        with count_queries(connection) as queries:
            compare(understood(past, cells, sender)[0])
        return len(queries)

    for n in range(1, 20):
        make_plain_unit(f"局{n}")
    assert scope_of(sender, Capability.MANAGE_PLAN).is_somewhere
    assert number(2) == number(20)
