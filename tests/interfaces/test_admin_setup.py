"""The set-up screens: who may use them, what they refuse, and the event behind every change."""

from decimal import Decimal

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.factories import NOW
from tests.interfaces.admin_forms import address, errors_of
from tracker.models import (
    Allocation,
    Commitment,
    Event,
    Indicator,
    IssuedReport,
    Job,
    Obligation,
    Plan,
    ReportingUnit,
    Role,
    Subscription,
    Target,
    TargetVersion,
)
from tracker.services.operations import jobs

GANGUE = "coal_gangue_utilised"


@pytest.fixture
def manager(plan):
    """The plan manager of the province."""
    return factories.make_user("manager", Role.PLAN_MANAGER)


def allocate(client, plan, value, place=factories.TAIYUAN, indicator=GANGUE):
    version = TargetVersion.objects.get(target__plan=plan, target__indicator__code=indicator)
    data = {"version": version.pk, "region": factories.region(place).pk, "unit": "", "value": value}
    return client.post(address("allocation", "add"), data)


def version_rows(*rows):
    data = {"versions-TOTAL_FORMS": len(rows), "versions-INITIAL_FORMS": 0}
    for empty in ("milestones", "pace_points", "programme"):
        data |= {f"{empty}-TOTAL_FORMS": 0, f"{empty}-INITIAL_FORMS": 0}
    for number, (value, day) in enumerate(rows):
        data |= {f"versions-{number}-value": value, f"versions-{number}-effective_from": day}
    return data


SCREENS = sorted(model._meta.model_name for model in admin.site._registry)


def test_the_screens_are_those_that_the_tracker_needs():
    assert (
        sorted(
            [
                *(
                    "allocation",
                    "body",
                    "checkrule",
                    "clause",
                    "commitment",
                    "delivery",
                    "event",
                    "expectedrange",
                    "extension",
                    "indicator",
                    "issuedreport",
                    "job",
                ),
                *(
                    "measureunit",
                    "membership",
                    "namealias",
                    "obligation",
                    "pausedaddress",
                    "period",
                    "plan",
                    "region",
                    "regionlevel",
                    "reportingunit",
                    "return",
                ),
                *("schedule", "subscription", "target", "unitcapacity", "unlockrequest", "user"),
            ]
        )
        == SCREENS
    )


@pytest.mark.parametrize("model", SCREENS)
def test_the_administrator_opens_every_list_and_searches_it(client, superuser, plan, taiyuan, model):
    client.force_login(superuser)
    assert client.get(address(model), follow=True).status_code == 200  # the event log's leads to the page of events
    assert client.get(address(model), {"q": "太原"}, follow=True).status_code == 200


@pytest.mark.parametrize(
    "model",
    sorted(set(SCREENS) - {"return", "delivery", "event", "issuedreport", "job", "pausedaddress", "unlockrequest"}),
)
def test_the_administrator_opens_every_form_to_add(client, superuser, plan, taiyuan, model):
    client.force_login(superuser)
    assert client.get(address(model, "add")).status_code == 200


@pytest.mark.parametrize(
    "model", ["plan", "clause", "indicator", "target", "commitment", "region", "reportingunit", "period", "obligation"]
)
def test_the_administrator_opens_every_row_and_its_history(client, superuser, plan, taiyuan, model):
    client.force_login(superuser)
    row = next(
        registered for registered in admin.site._registry if registered._meta.model_name == model
    ).objects.first()
    assert client.get(address(model, "change", row.pk)).status_code == 200
    assert client.get(address(model, "history", row.pk)).status_code == 200


@pytest.mark.parametrize("model", sorted(set(SCREENS) - {"return", "issuedreport", "job", "unlockrequest"}))
def test_a_reporter_meets_no_set_up_screen(client, reporter, taiyuan, model):
    client.force_login(reporter)
    assert client.get(address(model)).status_code == 403
    assert address(model) not in client.get(reverse("admin:index")).content.decode()


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


def test_an_allocation_within_the_target_is_kept_and_recorded(client, manager, plan):
    client.force_login(manager)
    assert allocate(client, plan, "6000").status_code == 302
    assert Allocation.objects.get().value == 6000
    assert Event.objects.get(object_type="allocation").after["value"].startswith("6000")


def test_more_than_is_left_of_the_target_is_refused_at_the_value(client, manager, plan):
    client.force_login(manager)
    allocate(client, plan, "6000")
    client.cookies["django_language"] = "en"
    response = allocate(client, plan, "500.01", factories.DATONG)
    assert "Only 500.00 10kt are left" in response.content.decode()
    assert "value" in errors_of(response)
    assert allocate(client, plan, "500", factories.DATONG).status_code == 302


def test_the_province_itself_takes_no_allocation(client, manager, plan):
    client.force_login(manager)
    assert "region" in errors_of(allocate(client, plan, "1", factories.SHANXI))
    assert not Allocation.objects.exists()


def test_a_city_may_have_a_goal_of_its_own_for_a_rate_whatever_the_province_has(client, manager, plan):
    client.force_login(manager)
    rate = Target.objects.filter(plan=plan, indicator__kind=Indicator.Kind.RATIO).first()
    assert allocate(client, plan, "95", indicator=rate.indicator.code).status_code == 302
    assert Allocation.objects.get().value == 95


def test_a_derived_target_takes_no_version(client, manager, plan):
    client.force_login(manager)
    target = Target.objects.get(plan=plan, indicator__kind=Indicator.Kind.DERIVED)
    data = {
        "plan": plan.pk,
        "indicator": target.indicator_id,
        "clauses": [plan.clauses.first().pk],
        "kind": "amount",
        "bound": "at_least",
        "pace": "even_by_day",
        "position": "0",
    }
    client.cookies["django_language"] = "en"
    response = client.post(address("target", "change", target.pk), data | version_rows(("10000", "2020-01-01")))
    assert response.status_code == 200
    assert "sum of its parts" in response.content.decode()
    assert not target.versions.exists()


def test_a_target_is_adjusted_by_a_new_version_and_the_first_stays(client, manager, plan, taiyuan, reporter):
    factories.file_return(taiyuan, factories.period(plan), {GANGUE: "1", "fly_ash_utilised": "1"}, reporter=reporter)
    client.force_login(manager)
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    data = {
        "clauses": [clause.pk for clause in target.clauses.all()],
        "kind": "amount",
        "bound": "at_least",
        "pace": "even_by_day",
        "position": target.position,
    }
    adjusted = {"versions-0-document_number": "〔2020〕1号", "totals_seen": "on"}
    rows = version_rows(("7000", "2020-07-01")) | adjusted
    response = client.post(address("target", "change", target.pk), data | rows)
    assert response.status_code == 302
    versions = target.versions.order_by("number").values_list("number", "value")
    assert list(versions) == [(1, Decimal(6500)), (2, Decimal(7000))]


def test_the_unallocated_rest_is_shown(client, manager, plan):
    client.force_login(manager)
    allocate(client, plan, "6000")
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    assert "500.00 万吨" in client.get(address("target", "change", target.pk)).content.decode()


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
        "is_active": "on",
        "active_from_0": "2020-09-01",
        "active_from_1": "08:00:00",
    }
    assert client.post(address("subscription", "add"), data).status_code == 302
    assert Subscription.objects.get().user == leader


@pytest.mark.parametrize("model", ["obligation", "reportingunit", "allocation", "membership", "user"])
def test_a_lists_queries_do_not_grow_with_its_rows(client, superuser, plan, count_queries, model):
    client.force_login(superuser)
    counted = []
    for places in ((factories.TAIYUAN,), (factories.DATONG, factories.SHUOZHOU, "140300", "140400")):
        for place in places:
            unit = factories.make_unit(plan, place)
            factories.make_user(f"person-{place}", Role.REPORTER, place, unit=unit)
            for version in TargetVersion.objects.filter(target__indicator__code=GANGUE):
                Allocation.objects.create(version=version, region=unit.region, value=1)
        client.get(address(model))
        with count_queries(connection) as queries:
            client.get(address(model))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_figure_that_issued_reports_rest_on_is_not_corrected(client, manager, plan, taiyuan):
    IssuedReport.objects.create(
        kind="compliance",
        plan=plan,
        period=factories.period(plan),
        region=plan.region,
        issue_year=2020,
        issue_number=8,
        title="x",
        language="en",
        as_of=NOW,
        file="x",
        file_size=1,
        issued_at=timezone.now(),
    )
    client.force_login(manager)
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    version = target.versions.get()
    data = {
        "plan": plan.pk,
        "indicator": target.indicator_id,
        "clauses": [clause.pk for clause in target.clauses.all()],
        "kind": "amount",
        "bound": "at_least",
        "pace": "even_by_day",
        "position": target.position,
        **version_rows(("9000", "2020-01-01")),
        "versions-INITIAL_FORMS": 1,
        "versions-0-id": version.pk,
        "versions-0-target": target.pk,
    }
    assert client.post(address("target", "change", target.pk), data).status_code == 200
    version.refresh_from_db()
    assert version.value == 6500


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
