"""The lists of values and of events: what each shows to whom."""

import csv
import re
from datetime import datetime, timedelta
from io import StringIO
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tests.interfaces.test_exports import body, workbook
from tests.interfaces.test_pages import page, rows_of, signed_in
from tracker.calculation.deadlines import SHANGHAI
from tracker.models import Event, Indicator, Return, Role
from tracker.services import returns
from tracker.services.audit.events import record_event

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def filed(plan, taiyuan, reporter, reviewer):
    """Taiyuan verified for July with one value reduced, submitted for August; Datong's August sent back."""
    datong = factories.make_unit(plan, DATONG)
    datong_reporter = factories.make_user("datong-official", Role.REPORTER, DATONG)
    july, august = factories.period(plan, "2020-07"), factories.period(plan)
    first = factories.file_return(taiyuan, july, {GANGUE: "500.5", ASH: "0"}, reporter=reporter)
    reduced = {GANGUE: ("480.5", "核减"), ASH: ("0", "")}
    returns.verify_return(first, acting_user=reviewer, now=NOW, expected_version=first.version, changes=reduced)
    factories.file_return(taiyuan, august, {GANGUE: "12", ASH: "1"}, reporter=reporter)
    back = factories.file_return(datong, august, {GANGUE: "7", ASH: "2"}, reporter=datong_reporter)
    returns.send_back_return(back, comment="?", acting_user=reviewer, now=NOW, expected_version=back.version)
    return datong_reporter


@pytest.fixture
def auditor(plan):
    return factories.make_user("auditor", Role.AUDITOR)


def test_a_value_stands_with_what_was_verified_its_unit_and_its_revision(filed, leader):
    rows = rows_of(page(leader, f"/entries/?period=2020-07&indicator={GANGUE}"))
    assert len(rows) == 1
    assert rows[0][:10] == [
        *("太原市单位", "Taiyuan", "July 2020", "Coal gangue utilised"),
        *("500.50", "480.50", "-20.00", "10kt", "verified, changed", "2"),
    ]
    assert rows[0][10:12] == ["reviewer", "3 Sep 2020, 10:00"]


def test_a_verified_value_leads_to_the_figure_it_counts_in_and_the_figure_is_there(filed, plan, leader):
    address = f"/figures/{GANGUE}/?plan={plan.code}&amp;period=2020-07&amp;region={TAIYUAN}&amp;span=month"
    assert address in page(leader, f"/entries/?period=2020-07&indicator={GANGUE}")
    assert "480.50" in page(leader, address.replace("&amp;", "&"))


def test_what_counts_in_no_figure_leads_to_none(filed, leader):
    """A waiting value counts nowhere yet."""
    assert "/figures/" not in page(leader, "/entries/?period=2020-08")


@pytest.mark.parametrize("address", ["/returns/?period=2020-07", "/entries/?period=2020-07"])
def test_lists_lead_readers_to_the_page_to_read_and_workers_to_the_page_to_work_on(
    filed, leader, reporter, reviewer, address
):
    number = Return.objects.get(unit__region__code=TAIYUAN, period__code="2020-07").pk
    read, work = f'"/returns/{number}/"', f'"/admin/tracker/return/{number}/change/"'
    assert read in page(leader, address) and work not in page(leader, address)
    for person in (reporter, reviewer):
        assert work in page(person, address) and read not in page(person, address)


def test_only_who_works_on_a_return_is_offered_the_page_for_it(filed, leader, reporter):
    number = Return.objects.get(unit__region__code=TAIYUAN, period__code="2020-07").pk
    assert "Open in administration" in page(reporter, f"/returns/{number}/")
    assert "Open in administration" not in page(leader, f"/returns/{number}/")


def test_values_that_are_being_corrected_are_seen_by_their_own_unit_alone(filed, leader, reviewer):
    assert {row[0] for row in rows_of(page(leader, "/entries/"))} == {"太原市单位"}
    assert {row[0] for row in rows_of(page(reviewer, "/entries/"))} == {"太原市单位"}
    assert {row[0] for row in rows_of(page(filed, "/entries/"))} == {"大同市单位"}


def test_values_are_filtered_by_all_choices_at_once(filed, leader):
    assert len(rows_of(page(leader, "/entries/"))) == 4
    assert len(rows_of(page(leader, "/entries/?state=waiting"))) == 2
    assert len(rows_of(page(leader, "/entries/?state=verified"))) == 1
    assert len(rows_of(page(leader, "/entries/?state=changed&period=2020-07&unit=太原"))) == 1
    assert len(rows_of(page(leader, "/entries/?state=changed&period=2020-08"))) == 0
    assert len(rows_of(page(leader, "/entries/?period=2020-07&until=2020-08"))) == 4
    assert len(rows_of(page(leader, "/entries/?period=2020-08&until=2020-09"))) == 2
    assert len(rows_of(page(leader, "/entries/?until=2020-07"))) == 2
    assert len(rows_of(page(leader, f"/entries/?region={DATONG}"))) == 0
    assert len(rows_of(page(leader, f"/entries/?region={TAIYUAN}&unit=unit-{TAIYUAN}"))) == 4


def test_values_leave_with_every_digit_and_their_words(filed, leader):
    exported = body(workbook(leader, "/entries/?period=2020-07&sort=-reported&_export=xlsx"), "Reporting unit")
    assert [row[3:9] for row in exported] == [
        ("Coal gangue utilised", 500.5, 480.5, -20, "10kt", "verified, changed"),
        ("Fly ash utilised", 0, 0, 0, "10kt", "verified"),
    ]


def total_of(reader, query: str) -> list[str]:
    found = page(reader, f"/entries/?plan=shanxi-2020&{query}").partition("<tfoot>")[2].partition("</tfoot>")[0]
    return [re.sub("<[^>]*>", "", cell).strip() for cell in re.split("</t[dh]>", found)][:-1]


def test_values_of_one_indicator_have_a_row_of_totals(filed, leader):
    row = total_of(leader, f"indicator={GANGUE}")
    assert row[0] == "total" and row[3:8] == ["Coal gangue utilised", "512.50", "480.50", "-20.00", "10kt"]
    assert total_of(leader, f"indicator={GANGUE}&columns=unit&columns=verified") == ["total", "480.50"]
    assert total_of(leader, f"indicator={GANGUE}&period=2020-08")[4:7] == ["12.00", "", ""], "missing is not zero"
    assert total_of(leader, "period=2020-08") == [], "kinds of values are not added to each other"
    file = signed_in(leader).get(f"/entries/?plan=shanxi-2020&indicator={GANGUE}&_export=csv").getvalue()
    last = list(csv.reader(StringIO(file.decode("utf-8-sig"))))[-1]
    assert last[0] == "total" and last[4:7] == ["512.50", "480.50", "-20.00"]


@pytest.mark.parametrize(("query", "is_summed"), [("period=2020-07", True), ("", False)])
def test_periods_of_a_stock_are_not_added_up(filed, leader, query, is_summed):
    Indicator.objects.filter(code=GANGUE).update(over_periods="latest")
    assert bool(total_of(leader, f"indicator={GANGUE}&{query}")) is is_summed
    Indicator.objects.filter(code=GANGUE).update(over_places="mean")
    assert not total_of(leader, f"indicator={GANGUE}&{query}")


def test_totals_as_of_a_moment_are_those_of_then(filed, leader):
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        moment = urlencode({"as_of": NOW.astimezone(SHANGHAI).replace(tzinfo=None).isoformat()})
        assert total_of(leader, f"indicator={GANGUE}&{moment}")[4:7] == ["500.50", "480.50", "-20.00"]
        earlier = urlencode({"as_of": (NOW - timedelta(hours=1)).astimezone(SHANGHAI).replace(tzinfo=None).isoformat()})
        assert total_of(leader, f"indicator={GANGUE}&{earlier}") == []


def test_a_list_that_is_too_long_has_no_totals(filed, leader, monkeypatch):
    monkeypatch.setattr("tracker.queries.figures.value_sums.MOST_SUMMED", 1)
    assert total_of(leader, f"indicator={GANGUE}") == []


def test_who_reads_no_values_gets_none(plan, filed):
    keeper = factories.make_user("keeper", Role.SECURITY_ADMIN)
    assert rows_of(page(keeper, "/entries/")) == []
    assert ">Reported values</a>" not in page(keeper, "/")


# Events


def test_the_auditor_reads_what_happened_the_newest_first(filed, auditor):
    rows = rows_of(page(auditor, "/events/"))
    assert rows[0][:4] == ["3 Sep 2020, 10:00", "reviewer", "Return sent back", "Return"]
    assert rows[-1][1:3] == ["the system", "Plan loaded"]
    assert rows_of(page(auditor, "/events/?sort=recorded_at")) == rows[::-1]


def test_events_are_filtered_by_all_choices_at_once(filed, auditor):
    assert {row[1] for row in rows_of(page(auditor, "/events/?person=datong-official"))} == {"datong-official"}
    chosen = rows_of(page(auditor, "/events/?person=reviewer&action=return_verified&since=2020-09-03&until=2020-09-03"))
    assert [row[2] for row in chosen] == ["Return verified"]
    assert rows_of(page(auditor, "/events/?until=2020-09-02&action=return_verified")) == []


@pytest.fixture
def traces(plan):
    """Events about different objects, from different addresses, at different moments."""
    somebody = factories.make_user("somebody")
    somebody.display_name = "王芳"
    somebody.save()
    made = [
        (Event.Action.DOWNLOADED, somebody, somebody, "192.0.2.17", NOW),
        (Event.Action.DOWNLOADED, somebody, plan, "192.0.2.170", NOW + timedelta(days=1)),
        (Event.Action.EXPORTED, somebody, plan, "2001:db8::1", NOW + timedelta(days=1)),
        (Event.Action.EXPORTED, None, plan, None, NOW + timedelta(days=2)),
    ]
    for action, actor, about, address, moment in made:
        record_event(action, acting_user=actor, now=moment, about=about, address=address)
    return somebody


def found(auditor, **query: object) -> int:
    return len(rows_of(page(auditor, f"/events/?{urlencode(query)}")))


def test_events_are_found_by_object_address_and_time(traces, plan, auditor):
    assert found(auditor, kind="user", number=traces.pk) == 1
    assert found(auditor, kind="plan", number=plan.pk, action="exported") == 2
    assert found(auditor, number=plan.pk, kind="user", action="exported") == 0
    assert found(auditor, about=str(plan)[:5], action="downloaded") == 1
    assert found(auditor, address="192.0.2.17") == 1
    assert found(auditor, address="192.0.2.") == 2
    assert found(auditor, address="2001:0DB8:0::1") == 1
    assert found(auditor, address="2001:DB8") == 1
    assert found(auditor, address="x' OR '1'='1") == 0
    assert found(auditor, person="王", since="2020-09-04", until="2020-09-04") == 2
    assert found(auditor, person="王", since="2020-09-04", until="2020-09-04", address="192.0.2.") == 1
    assert found(auditor, person="王", since="2020-09-04", until="2020-09-04", kind="plan", action="exported") == 1


def test_a_day_of_events_is_one_in_shanghai(traces, auditor):
    night = datetime(2020, 9, 10, 0, 30, tzinfo=SHANGHAI)
    record_event(Event.Action.JOB_CANCELLED, acting_user=None, now=night)
    assert found(auditor, action="job_cancelled", since="2020-09-10", until="2020-09-10") == 1
    assert found(auditor, action="job_cancelled", until="2020-09-09") == 0


def test_the_events_chosen_leave_as_a_file(traces, plan, auditor):
    content = signed_in(auditor).get("/events/?address=192.0.2.&kind=plan&_export=csv").getvalue().decode("utf-8-sig")
    lines = list(csv.reader(StringIO(content)))
    assert len(lines) == 2
    assert str(plan.pk) in lines[1] and "192.0.2.170" in lines[1]
    assert Event.objects.latest("pk").after["filters"] == {"address": "192.0.2.", "kind": "plan"}


def test_an_event_leads_to_what_stood_before_and_after(traces, auditor):
    event = Event.objects.filter(action="exported").latest("pk")
    address = f"/admin/tracker/event/{event.pk}/change/"
    assert f'href="{address}"' in page(auditor, "/events/?action=exported")
    assert "192.0.2.170" in page(auditor, address.replace(str(event.pk), str(event.pk - 2)))


@pytest.mark.parametrize("query", ["", "?person=王&kind=plan&address=192.&since=2020-09-01", "?sort=recorded_at"])
def test_nothing_is_counted_or_skipped_in_the_log(traces, auditor, query, count_queries):
    for number in range(60):
        record_event(Event.Action.EXPORTED, acting_user=traces, now=NOW, after={"number": number})
    client = signed_in(auditor)
    with count_queries(connection) as queries:
        client.get(f"/events/{query}")
    asked = " ".join(one["sql"] for one in queries if "tracker_event" in one["sql"])
    assert "LIMIT 51" in asked
    assert "COUNT(" not in asked and "OFFSET" not in asked


def test_the_administrations_list_leads_to_the_log(traces, auditor, leader):
    answer = signed_in(auditor).get("/admin/tracker/event/?q=x")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/events/")
    assert signed_in(leader).get("/admin/tracker/event/").status_code == 403


def test_a_day_that_is_none_is_an_error_at_its_field(filed, auditor):
    html = page(auditor, "/events/?since=2020-13-45")
    assert "field-error" in html
    assert rows_of(html) == []


@pytest.mark.parametrize("role", [Role.LEADER, Role.REPORTER, Role.REVIEWER, Role.PLAN_MANAGER, Role.SYSTEM_ADMIN])
def test_nobody_else_reads_the_event_log(filed, role):
    other = factories.make_user("other", role)
    assert signed_in(other).get("/events/").status_code == 403
    assert signed_in(other).get("/events/?_export=csv").status_code == 403
    assert ">Event log</a>" not in page(other, "/")


# Files


def test_the_chosen_columns_alone_are_shown_and_leave(filed, leader):
    query = "columns=indicator&columns=reported&columns=unit"
    html = page(leader, f"/entries/?{query}&sort=-reported")
    assert rows_of(html)[0] == ["太原市单位", "Coal gangue utilised", "500.50"]
    exported = body(workbook(leader, f"/entries/?{query}&sort=-reported&_export=xlsx"), "Reporting unit")
    assert exported[0] == ("太原市单位", "Coal gangue utilised", 500.5)
    assert [len(row) for row in exported] == [3] * 4


def test_columns_that_there_are_not_are_no_choice(filed, leader):
    assert rows_of(page(leader, "/entries/?columns=x")) == rows_of(page(leader, "/entries/"))


def test_a_page_keeps_the_columns_when_it_is_filtered_or_sorted(filed, leader):
    html = page(leader, "/entries/?columns=unit&columns=note&state=waiting")
    assert html.count('<input type="hidden" name="columns"') == 2
    assert "columns=unit&amp;columns=note&amp;state=waiting&amp;sort=unit" in html
    assert '<input type="hidden" name="state" value="waiting">' in html


def test_csv_is_what_the_page_shows_and_excel_knows_its_letters(filed, leader):
    content = signed_in(leader).get("/entries/?period=2020-07&sort=-reported&_export=csv").getvalue()
    assert content.startswith("\ufeff".encode())
    lines = list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    assert lines[0][:3] == ["Reporting unit", "Region", "Period"]
    assert lines[1][4:7] == ["500.50", "480.50", "-20.00"]
    event = Event.objects.get(action=Event.Action.EXPORTED)
    assert (event.after["list"], event.after["rows"], event.after["format"]) == ("entries", 2, "csv")
    assert event.after["filters"]["period"] == "2020-07"


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x","y")', "+1", "-1+2", "@SUM(1)", "\t=1"])
def test_text_that_looks_like_a_formula_stays_text_in_csv(filed, taiyuan, leader, name):
    taiyuan.name = name
    taiyuan.save()
    content = signed_in(leader).get("/entries/?columns=unit&_export=csv").getvalue().decode("utf-8-sig")
    assert {row[0] for row in csv.reader(StringIO(content))} == {"Reporting unit", f"'{name}"}


def test_a_list_too_long_for_a_file_is_refused_in_words(filed, leader, monkeypatch):
    monkeypatch.setattr("tracker.views.exporting.MOST_ROWS", 3)
    html = page(leader, "/entries/?_export=xlsx")
    assert "These are more than 3 rows." in html
    assert len(rows_of(html)) == 4
    assert not Event.objects.filter(action=Event.Action.EXPORTED).exists()


def test_many_rows_are_streamed_into_the_workbook_as_few_are_written(filed, leader, monkeypatch):
    few = body(workbook(leader, "/entries/?_export=xlsx"), "Reporting unit")
    monkeypatch.setattr("tracker.views.exporting.MANY_ROWS", 2)
    assert body(workbook(leader, "/entries/?_export=xlsx"), "Reporting unit") == few


def test_mail_leaves_as_a_file_too(plan, leader):
    answer = signed_in(leader).get("/mail/?_export=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
