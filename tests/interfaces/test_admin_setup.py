"""The set-up screens: who may use them, what they refuse, and the event behind every change."""

import pytest

from tests import factories
from tests.factories import NOW
from tests.interfaces.admin_forms import address, errors_of
from tracker.models import (
    Commitment,
    Event,
    Indicator,
    Job,
    Obligation,
    Plan,
    ReportingUnit,
    Role,
    Subscription,
)
from tracker.services.operations import jobs

GANGUE = "coal_gangue_utilised"


@pytest.fixture
def manager(plan):
    """The plan manager of the province."""
    return factories.make_user("manager", Role.PLAN_MANAGER)


def test_a_change_of_the_plan_is_recorded_with_before_and_after(client, manager, plan):
    client.force_login(manager)
    clause = plan.clauses.first()
    data = {"plan": plan.pk, "number": clause.number, "name": "新标签", "name_en": "", "position": clause.position}
    assert client.post(address("clause", "change", clause.pk), data).status_code == 302
    event = Event.objects.get(action=Event.Action.CONFIGURED)
    assert (event.actor, event.before["name"], event.after["name"]) == (manager, clause.name, "新标签")
    assert "number" not in event.after, "what did not change is not recorded"


def test_saving_without_a_change_records_nothing(client, manager, plan):
    client.force_login(manager)
    clause = plan.clauses.first()
    fields = ("number", "name", "name_en", "position")
    client.post(
        address("clause", "change", clause.pk), {"plan": plan.pk} | {name: getattr(clause, name) for name in fields}
    )
    assert not Event.objects.filter(action=Event.Action.CONFIGURED).exists()


def test_a_new_plan_has_its_months(client, manager, plan):
    client.force_login(manager)
    data = {
        "code": "next",
        "name": "2021年行动计划",
        "issuer": "厅",
        "issued_on": "2021-01-05",
        "starts_on": "2021-01-01",
        "ends_on": "2021-12-31",
        "region": plan.region.pk,
        "graded_by": "due",
        "level_two_below": "0",
        "level_one_below": "-10",
        "level_band": "1",
        "deadline_day": "5",
    }
    assert client.post(address("plan", "add"), data).status_code == 302
    assert Plan.objects.get(code="next").periods.count() == 12


def test_a_plan_that_ends_before_it_starts_is_refused_in_words(client, manager, plan):
    client.force_login(manager)
    data = {
        "code": "next",
        "name": "x",
        "issuer": "x",
        "issued_on": "2021-01-05",
        "deadline_day": "5",
        "starts_on": "2021-12-31",
        "ends_on": "2021-01-01",
        "region": plan.region.pk,
        "level_two_below": "0",
        "level_one_below": "-10",
        "level_band": "1",
    }
    response = client.post(address("plan", "add"), data)
    assert errors_of(response)["__all__"]
    assert not Plan.objects.filter(code="next").exists()


def test_a_city_manager_changes_nothing_of_the_province(client, plan, taiyuan):
    client.force_login(factories.make_user("city-manager", Role.PLAN_MANAGER, factories.TAIYUAN))
    other = factories.make_unit(plan, factories.DATONG)
    assert client.get(address("plan", "change", plan.pk)).status_code == 404, "it does not exist for them"
    assert client.get(address("reportingunit", "change", other.pk)).status_code == 404
    assert client.get(address("reportingunit", "change", taiyuan.pk)).status_code == 200
    indicator = Indicator.objects.first()
    assert client.post(address("indicator", "change", indicator.pk), {"name": "x"}).status_code == 403
    data = {"code": "x", "name": "x", "region": factories.region(factories.DATONG).pk, "is_active": "on"}
    assert "region" in errors_of(client.post(address("reportingunit", "add"), data))
    assert not ReportingUnit.objects.filter(code="x").exists()


def test_an_indicator_that_would_contain_itself_is_refused(client, manager, plan):
    client.force_login(manager)
    whole = Indicator.objects.get(code="bulk_waste_utilised")
    data = {
        "code": "again",
        "name": "再",
        "unit": whole.unit_id,
        "decimals": "2",
        "kind": "entered",
        "direction": "more",
        "over_periods": "ratio",
        "over_places": "sum",
        "definition": "",
        "part_links-TOTAL_FORMS": 1,
        "part_links-INITIAL_FORMS": 0,
        "part_links-0-part": whole.pk,
        "part_links-0-position": "0",
    }
    response = client.post(address("indicator", "add"), data)
    assert "over_periods" in errors_of(response)
    response = client.post(address("indicator", "add"), data | {"over_periods": "sum"})
    assert response.status_code == 200, "only a derived indicator has parts"
    assert not Indicator.objects.filter(code="again").exists()


def test_a_unit_with_returns_is_not_deleted(client, manager, plan, taiyuan, reporter):
    factories.file_return(taiyuan, factories.period(plan), {GANGUE: "1", "fly_ash_utilised": "1"}, reporter=reporter)
    client.force_login(manager)
    assert client.post(address("reportingunit", "delete", taiyuan.pk), {"post": "yes"}).status_code == 403
    assert client.post(address("plan", "delete", plan.pk), {"post": "yes"}).status_code == 403


def test_a_deletion_is_recorded_with_what_stood_there(client, manager, plan, taiyuan):
    client.force_login(manager)
    obligation = Obligation.objects.first()
    assert client.post(address("obligation", "delete", obligation.pk), {"post": "yes"}).status_code == 302
    assert Event.objects.get(object_type="obligation").before["unit"] == taiyuan.name


def test_only_entered_indicators_can_be_owed(client, manager, plan, taiyuan):
    client.force_login(manager)
    derived = Indicator.objects.get(code="bulk_waste_utilised")
    data = {"plan": plan.pk, "unit": taiyuan.pk, "indicator": derived.pk, "frequency": "month"}
    assert "indicator" in errors_of(client.post(address("obligation", "add"), data))


def test_a_period_outside_the_plan_is_refused_at_its_code(client, manager, plan):
    client.force_login(manager)
    data = {
        "plan": plan.pk,
        "kind": "month",
        "code": "2021-01",
        "starts_on": "2021-01-01",
        "ends_on": "2021-01-31",
        "due_at_0": "2021-02-06",
        "due_at_1": "00:00:00",
    }
    assert "code" in errors_of(client.post(address("period", "add"), data))


def test_a_commitments_status_is_updated_with_before_and_after(client, manager, plan):
    client.force_login(manager)
    commitment = Commitment.objects.first()
    data = {
        "clause": commitment.clause_id,
        "kind": commitment.kind,
        "status": "under_way",
        "status_note": "已开工",
        "places": [p.pk for p in commitment.places.all()],
        "bodies": [b.pk for b in commitment.bodies.all()],
    }
    assert client.post(address("commitment", "change", commitment.pk), data).status_code == 302
    event = Event.objects.get(action=Event.Action.COMMITMENT_UPDATED)
    assert (event.before["status"], event.after) == ("not_started", {"status": "under_way", "note": "已开工"})
    assert not Event.objects.filter(action=Event.Action.CONFIGURED).exists()


def test_a_waiting_job_is_cancelled_by_who_asked_for_it(client, leader, plan):
    job, _new = jobs.request_job(Job.Kind.REPORT, {}, request_key="k", acting_user=leader, now=NOW)
    client.force_login(factories.make_user("other", Role.LEADER))
    action = {"action": "cancel", "_selected_action": [job.pk]}
    client.post(address("job"), action)
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    client.force_login(leader)
    client.post(address("job"), action)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_the_event_log_is_the_auditors_to_read_and_nobodys_to_change(client, plan, manager):
    event = Event.objects.first()
    client.force_login(manager)
    assert client.get(address("event")).status_code == 403
    client.force_login(factories.make_user("auditor", Role.AUDITOR))
    assert client.get(address("event"), follow=True).status_code == 200
    assert client.get(address("event", "change", event.pk)).status_code == 200
    assert client.post(address("event", "change", event.pk), {"reason": "x"}).status_code == 403
    assert client.post(address("event", "delete", event.pk), {"post": "yes"}).status_code == 403


def test_a_subscription_is_made_for_a_person(client, plan, leader, manager):
    from tracker.models import Schedule

    schedule = Schedule.objects.create(name="月报", plan=plan)
    client.force_login(manager)
    data = {
        "schedule": schedule.pk,
        "audience": "person",
        "user": leader.pk,
        "about": "plan",
        "attached": "workbook",
        "hold_counts": "returns",
        "is_active": "on",
        "active_from_0": "2020-09-01",
        "active_from_1": "08:00:00",
        "thresholds-TOTAL_FORMS": "0",
        "thresholds-INITIAL_FORMS": "0",
    }
    assert client.post(address("subscription", "add"), data).status_code == 302
    assert Subscription.objects.get().user == leader


def plan_data(plan, **changes):
    form = {
        name: getattr(plan, name)
        for name in ("code", "name", "issuer", "level_two_below", "level_one_below", "level_band", "graded_by")
    }
    days = {name: getattr(plan, name).isoformat() for name in ("issued_on", "starts_on", "ends_on")}
    return {**form, **days, "region": plan.region.pk, "deadline_day": "5", "deadline_on_working_day": "on", **changes}


def test_a_plan_s_calendar_and_the_deadlines_of_its_quarters_are_set_on_its_form(client, manager, plan):
    client.force_login(manager)
    changes = {"time_zone": "America/Los_Angeles", "calendar": "US-CA", "fiscal_year_starts": "7"}
    changes |= {"deadline_quarter_0": "working_days", "deadline_quarter_1": "10"}
    assert client.post(address("plan", "change", plan.pk), plan_data(plan, **changes)).status_code == 302
    plan.refresh_from_db()
    assert (plan.time_zone, plan.calendar, plan.fiscal_year_starts) == ("America/Los_Angeles", "US-CA", 7)
    assert plan.deadlines == {"quarter": {"basis": "working_days", "number": 10}}
    assert 'value="10"' in client.get(address("plan", "change", plan.pk)).content.decode()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("time_zone", {"time_zone": "Mars"}),
        ("calendar", {"calendar": "XX"}),
        ("deadline_quarter", {"deadline_quarter_0": "days", "deadline_quarter_1": ""}),
        ("deadline_month", {"deadline_month_0": "next_month", "deadline_month_1": "30"}),
        ("deadline_week", {"deadline_week_0": "", "deadline_week_1": "4"}),
    ],
)
def test_what_is_no_calendar_is_refused_at_its_field(client, manager, plan, field, changes):
    client.force_login(manager)
    response = client.post(address("plan", "change", plan.pk), plan_data(plan, **changes))
    assert list(errors_of(response)) == [field]
