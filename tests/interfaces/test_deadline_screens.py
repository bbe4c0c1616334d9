"""The screens of deadlines: extensions, moving deadlines by the rule, the worklist's links, the filing record."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from tests import factories
from tests.factories import NOW, TAIYUAN
from tests.interfaces.test_pages import page, rows_of, signed_in
from tracker.models import Event, Extension, Period, Plan, Return, Role
from tracker.services import returns
from tracker.services.returns.extensions import grant_extension

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
VALUES = {GANGUE: "5", ASH: "1"}
ADD = reverse("admin:tracker_extension_add")
LIST = reverse("admin:tracker_extension_changelist")
DUE = "2020-09-07"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager(plan):
    """The plan manager of the province."""
    return factories.make_user("manager", Role.PLAN_MANAGER)


@pytest.fixture
def datong(plan):
    """A unit in Datong."""
    return factories.make_unit(plan, factories.DATONG)


def granted(user, unit, plan, until="2020-09-20", reason="暴雨停电", code="2020-08"):
    period = factories.period(plan, code)
    data = {"unit": unit.pk, "period": period.pk, "until": until, "reason": reason}
    return signed_in(user, "zh-hans").post(ADD, data)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PLAN_MANAGER])
def test_a_unit_gets_more_time_to_the_end_of_a_day(plan, taiyuan, role):
    user = factories.make_user("granting", role)
    assert granted(user, taiyuan, plan).status_code == 302
    extension = Extension.objects.get()
    assert extension.until.astimezone(factories.SHANGHAI).isoformat() == "2020-09-21T00:00:00+08:00"
    assert (extension.granted_by, extension.reason) == (user, "暴雨停电")
    assert Event.objects.get(action="extension_granted").actor == user
    html = page(user, LIST)
    assert "Running" in html
    assert "20 Sep 2020, 23:59" in html


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"until": DUE}, "until"),
        ({"until": "2020-09-01"}, "until"),
        ({"until": ""}, "until"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_makes_no_sense_stays_on_the_form_with_the_reason_at_its_field(plan, taiyuan, reviewer, given, field):
    answer = granted(reviewer, taiyuan, plan, **given)
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not Extension.objects.exists()


def test_a_later_day_takes_the_place_of_what_was_granted_and_an_earlier_is_told(plan, taiyuan, reviewer):
    granted(reviewer, taiyuan, plan)
    assert granted(reviewer, taiyuan, plan, until="2020-09-10").status_code == 200
    assert granted(reviewer, taiyuan, plan, until="2020-09-25").status_code == 302
    assert Extension.objects.standing().get().deadline.astimezone(factories.SHANGHAI).day == 25


def test_a_reviewer_chooses_among_the_own_units_and_periods_that_have_begun(plan, taiyuan, datong):
    user = factories.make_user("city", Role.REVIEWER, TAIYUAN)
    form = signed_in(user).get(ADD).context["adminform"].form
    assert list(form.fields["unit"].queryset) == [taiyuan]
    assert {period.code for period in form.fields["period"].queryset} == {f"2020-0{month}" for month in range(1, 10)}
    assert granted(user, datong, plan).status_code == 200
    assert not Extension.objects.exists()


@pytest.mark.parametrize("role", [Role.REPORTER, Role.LEADER, Role.SECURITY_ADMIN])
def test_others_do_not_meet_the_screen(plan, taiyuan, role):
    user = factories.make_user("other", role)
    assert signed_in(user).get(ADD).status_code == 403
    assert signed_in(user).get(LIST).status_code == 403


def test_an_auditor_reads_and_grants_nothing(plan, taiyuan, reviewer):
    granted(reviewer, taiyuan, plan)
    auditor = factories.make_user("auditor", Role.AUDITOR)
    row = Extension.objects.get()
    assert "暴雨停电" in page(auditor, LIST)
    assert signed_in(auditor).get(ADD).status_code == 403
    address = reverse("admin:tracker_extension_withdraw", args=[row.pk])
    assert signed_in(auditor).post(address).status_code == 403
    assert address not in page(auditor, reverse("admin:tracker_extension_change", args=[row.pk]))


def test_a_running_one_is_withdrawn_by_its_button_and_an_ended_one_has_none(plan, taiyuan, reviewer):
    granted(reviewer, taiyuan, plan)
    row = Extension.objects.get()
    address = reverse("admin:tracker_extension_withdraw", args=[row.pk])
    own = reverse("admin:tracker_extension_change", args=[row.pk])
    with time_machine.travel(row.until, tick=False):
        assert address not in page(reviewer, own)
        assert "Ended" in page(reviewer, LIST)
    assert address in page(reviewer, own)
    assert signed_in(reviewer).get(address).status_code == 302
    assert Extension.objects.standing().exists(), "looking withdraws nothing"
    signed_in(reviewer).post(address)
    assert not Extension.objects.standing().exists()
    assert "Withdrawn" in page(reviewer, LIST)
    assert address not in page(reviewer, own)


@pytest.mark.parametrize(("state", "number"), [("running", 1), ("ended", 0), ("withdrawn", 0), ("nonsense", 1)])
def test_extensions_are_filtered_by_what_runs(plan, taiyuan, reviewer, state, number):
    granted(reviewer, taiyuan, plan)
    assert signed_in(reviewer).get(LIST, {"state": state}).context["cl"].queryset.count() == number


def test_the_list_of_extensions_takes_as_many_queries_for_many(plan, taiyuan, datong, reviewer, count_queries):
    client = signed_in(reviewer)

    def queries():
        with count_queries(connection) as captured:
            client.get(LIST)
        return len(captured)

    granted(reviewer, taiyuan, plan)
    queries()  # the first request notes the session
    few = queries()
    for code in ("2020-08", "2020-09"):
        granted(reviewer, datong, plan, until="2020-10-20", code=code)
    assert queries() == few


def test_the_worklist_leads_to_the_form_with_unit_and_period_chosen(plan, taiyuan, manager):
    html = page(manager, "/")
    august = factories.period(plan, "2020-01")
    assert f"{ADD}?unit={taiyuan.pk}&amp;period={august.pk}" in html
    form = signed_in(manager).get(ADD, {"unit": taiyuan.pk, "period": august.pk}).context["adminform"].form
    assert (str(form.initial["unit"]), str(form.initial["period"])) == (str(taiyuan.pk), str(august.pk))


def test_both_first_pages_show_the_same_work(plan, taiyuan, reporter):
    for address in ("/", reverse("admin:index")):
        html = page(reporter, address)
        assert "overdue for 211 days" in html
        assert f'name="unit" value="{taiyuan.code}"' in html
        assert 'name="period" value="2020-01"' in html


def test_a_locked_return_is_read_and_says_who_can_help(plan, taiyuan, reporter):
    draft = returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    factories.set_deadlines(Period.objects.filter(code="2020-08"), locks_at=NOW)
    html = page(reporter, reverse("admin:tracker_return_change", args=[draft.pk]))
    assert "A reviewer or the plan manager can give" in html
    assert f"value-{GANGUE}" not in html


def test_the_unit_reads_until_when_and_why_it_got_more_time(plan, taiyuan, reporter, reviewer):
    draft = returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    granted(reviewer, taiyuan, plan)
    for address in ("/", reverse("admin:index"), reverse("admin:tracker_return_change", args=[draft.pk])):
        html = page(reporter, address)
        assert "暴雨停电" in html, address
        assert "Extended" in html


def test_opening_a_locked_return_is_refused_with_who_can_help(plan, taiyuan, reporter):
    factories.set_deadlines(Period.objects.filter(code="2020-08"), locks_at=NOW)
    data = {"unit": taiyuan.code, "period": "2020-08"}
    answer = signed_in(reporter).post(reverse("admin:tracker_return_add"), data)
    assert "plan manager" in answer.content.decode()
    assert not Return.objects.exists()


def test_a_new_rule_is_previewed_then_moves_deadlines(plan, taiyuan, manager):
    Plan.objects.update(deadline_day=10)
    address = reverse("admin:tracker_plan_deadlines", args=[plan.pk])
    client = signed_in(manager)
    answer = client.get(address)
    html = answer.content.decode()
    assert "7 Sep 2020 Monday 23:59:59" in html
    assert "10 Sep 2020 Thursday 23:59:59" in html
    assert Period.objects.get(code="2020-08").deadline.astimezone(factories.SHANGHAI).day == 7
    assert client.post(address, dict(answer.context["seen"])).status_code == 302
    assert Period.objects.get(code="2020-08").deadline.astimezone(factories.SHANGHAI).day == 10
    assert "follows the rule" in page(manager, address)


def test_what_the_preview_did_not_show_is_not_moved(plan, manager):
    Plan.objects.update(deadline_day=10)
    address = reverse("admin:tracker_plan_deadlines", args=[plan.pk])
    seen = dict(signed_in(manager).get(address).context["seen"])
    Plan.objects.update(deadline_day=12)
    client = signed_in(manager)
    answer = client.post(address, seen, follow=True)
    assert "changed meanwhile" in answer.content.decode()
    assert Period.objects.get(code="2020-08").deadline.astimezone(factories.SHANGHAI).day == 7


def test_only_who_manages_the_plan_moves_its_deadlines(plan, reviewer):
    auditor = factories.make_user("auditor", Role.AUDITOR)
    for user in (reviewer, auditor):
        assert signed_in(user).get(reverse("admin:tracker_plan_deadlines", args=[plan.pk])).status_code in (403, 404)


def test_saving_a_plan_with_a_new_rule_says_what_it_would_move(plan, manager):
    address = reverse("admin:tracker_plan_change", args=[plan.pk])
    client = signed_in(manager)
    form = client.get(address).context["adminform"].form
    data = {name: "" if value is None else value for name, value in form.initial.items()}
    answer = client.post(address, {**data, "deadline_day": 10, "deadline_on_working_day": "on"}, follow=True)
    assert "5 periods that are not due yet do not follow" in answer.content.decode()
    assert Period.objects.get(code="2020-08").deadline.astimezone(factories.SHANGHAI).day == 7


def test_the_plans_form_names_the_years_whose_holidays_are_known(plan, manager):
    assert "known for 2004-" in page(manager, reverse("admin:tracker_plan_change", args=[plan.pk]))


def test_the_filing_record_counts_by_unit_and_by_period(plan, taiyuan, datong, leader):
    official = factories.make_user("official", Role.REPORTER)
    factories.file_return(taiyuan, factories.period(plan, "2020-07"), VALUES, reporter=official)
    factories.file_return(taiyuan, factories.period(plan), VALUES, reporter=official)
    rows = rows_of(page(leader, "/timeliness/"))
    assert rows[0] == ["太原市单位", "Taiyuan", "8", "2", "1", "1", "6", "0", "0", "25.00%", "12.50%"]
    by_period = rows_of(page(leader, "/timeliness/?by=period"))
    assert [row[0] for row in by_period][-1] == "August 2020"
    assert by_period[-1][1:5] == ["1", "1", "1", "0"], "Datong's August is not due yet: not missing"


def test_the_workbook_of_the_filing_record_holds_what_the_page_shows(plan, taiyuan, datong, leader):
    for query in ("", "by=period&sort=-missing", f"region={TAIYUAN}"):
        shown = rows_of(page(leader, f"/timeliness/?{query}"))
        answer = signed_in(leader).get(f"/timeliness/?{query}&_export=xlsx")
        rows = list(openpyxl.load_workbook(BytesIO(answer.getvalue())).active.iter_rows(values_only=True))
        heading = next(number for number, row in enumerate(rows) if row[0] in ("Reporting unit", "Period"))
        body = [row for row in rows[heading + 1 :] if row[0]]
        assert [row[0] for row in body] == [row[0] for row in shown]
        assert shown


def test_the_filing_record_keeps_to_ones_region(plan, taiyuan, datong, reporter):
    assert [row[0] for row in rows_of(page(reporter, "/timeliness/"))] == ["太原市单位"]
    assert "Choose a region that you may read" in page(reporter, "/timeliness/?region=140200")


def test_a_plan_nobody_reports_for_has_an_empty_record(plan, leader):
    assert "No unit here has a reporting obligation" in page(leader, "/timeliness/")


def test_the_record_needs_as_many_queries_for_many_units(plan, taiyuan, leader, count_queries):
    client = signed_in(leader)

    def queries():
        with count_queries(connection) as captured:
            client.get("/timeliness/")
        return len(captured)

    queries()  # the first request notes the session
    few = queries()
    for place in ("140200", "140300", "140400", "140500"):
        factories.make_unit(plan, place)
    assert queries() == few


def test_late_overdue_and_on_time_follow_extensions_in_the_list(plan, taiyuan, reporter, reviewer, leader):
    august = factories.period(plan)
    until = august.due_at + timedelta(days=5)
    grant_extension(taiyuan, august, until=until, reason="x", acting_user=reviewer, now=NOW)
    factories.file_return(taiyuan, august, VALUES, reporter=reporter, now=august.due_at + timedelta(days=1))
    assert [row[4] for row in rows_of(page(leader, "/returns/?timeliness=on_time"))] == ["on time"]
    assert rows_of(page(leader, "/returns/?timeliness=late")) == []
    assert "12 Sep 2020, 23:59" in page(leader, "/returns/")


def test_quarters_are_listed_and_filtered_among_the_returns(plan, taiyuan, reporter, leader):
    factories.change_obligations(plan, frequency="quarter")
    factories.file_return(taiyuan, factories.period(plan, "2020-Q2"), VALUES, reporter=reporter)
    assert len(rows_of(page(leader, "/returns/?period=2020-Q2"))) == 1
    assert "2020 Q2" in page(leader, "/returns/?period=2020-Q2")


@pytest.mark.parametrize(("frequency", "code"), [("quarter", "2020-Q2"), ("year", "2020")])
def test_a_return_by_quarter_or_year_is_entered_reviewed_and_listed_on_the_same_screens(
    plan, taiyuan, reporter, reviewer, frequency, code
):
    factories.change_obligations(plan, frequency=frequency)
    assert f"{code}" in page(reporter, "/")
    answer = signed_in(reporter).post(reverse("admin:tracker_return_add"), {"unit": taiyuan.code, "period": code})
    opened = Return.objects.get()
    assert answer.url == reverse("admin:tracker_return_change", args=[opened.pk])
    assert f"value-{GANGUE}" in page(reporter, answer.url)
    returns.save_and_submit(opened, VALUES, acting_user=reporter, now=NOW, expected_version=opened.version)
    assert f"verified-{GANGUE}" in page(reviewer, answer.url)
    assert answer.url in page(reviewer, "/")
    assert len(rows_of(page(reviewer, f"/returns/?period={code}"))) == 1
