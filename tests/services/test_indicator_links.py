"""Indicators of two plans that are one figure: agreed between managers, filled in both plans' returns."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from tests import factories
from tests.city_plan import limited_to, make_city_plan
from tests.factories import NOW, TAIYUAN
from tracker.models import Event, Indicator, IndicatorLink, Obligation, Return, Role, ValueRevision
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.returns.linked_cells import link_marks, linked_cells
from tracker.queries.returns.return_rows import load_return_rows
from tracker.services import returns
from tracker.services.plans.indicator_links import agree_to_link, end_link, propose_link
from tracker.services.returns.totals import differing_totals

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
VALUES = {GANGUE: "500", ASH: "20"}


@pytest.fixture
def city(plan, taiyuan):
    """Taiyuan's own plan, for which its unit reports the same."""
    return make_city_plan(taiyuan)


@pytest.fixture
def manager(plan):
    """Who manages every plan of the province, and so both."""
    return factories.make_user("manager", Role.PLAN_MANAGER)


def proposal(plan, city, code=GANGUE, **changes) -> IndicatorLink:
    indicator = Indicator.objects.get(code=code)
    fields = {"plan": plan, "indicator": indicator, "other_plan": city, "other_indicator": indicator}
    return IndicatorLink(**{**fields, "begins": date(2020, 8, 1), **changes})


@pytest.fixture
def linked(plan, city, manager):
    """Both indicators, linked from August on."""
    return [propose_link(proposal(plan, city, code), acting_user=manager, now=NOW) for code in (GANGUE, ASH)]


def opened(unit, plan, person, code="2020-08") -> Return:
    return returns.open_return(unit, factories.period(plan, code), acting_user=person, now=NOW)


def submit(unit_return: Return, values, person, now=NOW) -> Return:
    unit_return.refresh_from_db()
    version = unit_return.version
    return returns.save_and_submit(unit_return, values, acting_user=person, now=now, expected_version=version)


def stored(unit_return: Return) -> dict[str, str | None]:
    rows = unit_return.entries.values_list("indicator__code", "reported_value")
    return {code: None if value is None else f"{value:.0f}" for code, value in rows}


def told(unit_return: Return, person, code=GANGUE) -> str:
    fresh = Return.objects.with_names().get(pk=unit_return.pk)
    with translation.override("en"):
        marks = link_marks(fresh, linked_cells(fresh), person, NOW)
        return " ".join(mark.text for mark in marks.get(Indicator.objects.get(code=code).pk, ()))


# Who proposes, agrees and ends


def test_a_manager_of_one_plan_proposes_and_one_of_the_other_agrees(plan, city, taiyuan, reporter):
    province, mayor = limited_to(plan, "p", Role.PLAN_MANAGER, "140000"), limited_to(city, "m", Role.PLAN_MANAGER)
    link = propose_link(proposal(plan, city), acting_user=province, now=NOW)
    assert link.is_waiting
    submit(opened(taiyuan, plan, reporter), VALUES, reporter)
    with pytest.raises(NotAllowed):
        agree_to_link(link, acting_user=province, now=NOW)
    assert stored(opened(taiyuan, city, reporter)) == {GANGUE: None, ASH: None}  # nothing before it is agreed
    agree_to_link(link, acting_user=mayor, now=NOW)
    assert (link.agreed_by, link.is_waiting) == (mayor, False)
    with pytest.raises(ChangedMeanwhile):
        agree_to_link(link, acting_user=mayor, now=NOW)
    about = Event.objects.filter(object_type="indicatorlink", object_id=str(link.pk))
    assert [event.actor for event in about.order_by("pk")] == [province, mayor]


def test_a_manager_of_both_agrees_at_once(linked, manager):
    assert all(link.agreed_by == manager for link in linked)


def test_a_manager_of_the_other_plan_alone_cannot_propose(plan, city):
    with pytest.raises(NotAllowed):
        propose_link(proposal(plan, city), acting_user=limited_to(city, "m", Role.PLAN_MANAGER), now=NOW)


def test_either_manager_ends_it_from_a_period_on(linked, plan, city, taiyuan, reporter):
    mayor = limited_to(city, "m", Role.PLAN_MANAGER)
    end_link(linked[0], until=date(2020, 9, 1), acting_user=mayor, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        end_link(linked[0], until=date(2020, 9, 1), acting_user=mayor, now=NOW)
    submit(opened(taiyuan, plan, reporter), VALUES, reporter)
    assert stored(opened(taiyuan, city, reporter))[GANGUE] == "500"
    submit(opened(taiyuan, plan, reporter, "2020-09"), VALUES, reporter)
    assert stored(opened(taiyuan, city, reporter, "2020-09")) == {GANGUE: None, ASH: "20"}


def test_somebody_else_does_not_end_it(linked, reviewer):
    with pytest.raises(NotAllowed):
        end_link(linked[0], until=date(2020, 9, 1), acting_user=reviewer, now=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"other_plan": "plan"}, "other_plan"),
        ({"other_indicator": "unit"}, "other_indicator"),
        ({"other_indicator": "meaning"}, "other_indicator"),
        ({"indicator": "sum"}, "indicator"),
        ({"other_indicator": "unreported"}, "other_indicator"),
        ({"frequency": "quarter"}, "frequency"),
        ({"begins": date(2021, 1, 1)}, "begins"),
    ],
)
def test_what_cannot_be_one_figure_is_refused_at_its_field(plan, city, manager, changes, field):
    gangue = Indicator.objects.get(code=GANGUE)
    twin = {"kind": "entered", "unit": gangue.unit, "over_periods": "sum", "over_places": "sum"}
    other_unit = Indicator.objects.exclude(unit=gangue.unit).values_list("unit", flat=True)[0]
    rows = {
        "plan": lambda: plan,
        "unit": lambda: Indicator.objects.create(
            code="a", name="a", kind="entered", unit_id=other_unit, over_periods="sum", over_places="sum"
        ),
        "meaning": lambda: Indicator.objects.create(code="b", name="b", **{**twin, "over_periods": "latest"}),
        "sum": lambda: Indicator.objects.filter(kind="derived")[0],
        "unreported": lambda: Indicator.objects.create(code="c", name="c", **twin),
    }
    given = {name: rows[value]() if value in rows else value for name, value in changes.items()}
    with pytest.raises(Refused) as refusal:
        propose_link(proposal(plan, city, **given), acting_user=manager, now=NOW)
    assert list(refusal.value.fields) == [field]
    assert not IndicatorLink.objects.exists()


def test_a_second_link_of_the_same_is_refused_from_either_side(linked, plan, city, manager):
    for one, other in ((plan, city), (city, plan)):
        with pytest.raises(Refused) as refusal:
            propose_link(proposal(one, other), acting_user=manager, now=NOW)
        assert set(refusal.value.fields) == {"indicator", "other_indicator"}


def test_years_that_begin_in_other_months_are_refused(plan, city, manager):
    city.fiscal_year_starts = 2
    city.save()
    Obligation.objects.all().update(frequency="quarter")
    with pytest.raises(Refused) as refusal:
        propose_link(proposal(plan, city, frequency="quarter"), acting_user=manager, now=NOW)
    assert list(refusal.value.fields) == ["frequency"]


# What it does


def test_what_is_submitted_for_one_plan_is_filled_in_for_the_other(linked, plan, city, taiyuan, reporter):
    there = opened(taiyuan, city, reporter)
    submit(opened(taiyuan, plan, reporter), VALUES, reporter)
    there.refresh_from_db()
    assert (stored(there), there.state) == (VALUES, Return.State.DRAFT)
    revision = factories.entry(there, GANGUE).reported_revision
    assert (revision.source, revision.actor) == (ValueRevision.Source.LINKED, reporter)
    assert revision.source_place == f"shanxi-2020 2020-08 {GANGUE} r1"
    event = Event.objects.get(action=Event.Action.RETURN_FILLED)
    assert (event.object_id, event.after[GANGUE], event.actor) == (str(there.pk), "500.000000", reporter)


def test_it_goes_the_other_way_as_well(linked, plan, city, taiyuan, reporter):
    there = opened(taiyuan, plan, reporter)
    submit(opened(taiyuan, city, reporter), VALUES, reporter)
    assert stored(there) == VALUES


def test_a_return_opened_later_begins_with_the_values(linked, plan, city, taiyuan, reporter):
    submit(opened(taiyuan, plan, reporter), VALUES, reporter)
    assert stored(opened(taiyuan, city, reporter)) == VALUES


def test_a_draft_is_filled_nowhere(linked, plan, city, taiyuan, reporter):
    filed, there = opened(taiyuan, plan, reporter), opened(taiyuan, city, reporter)
    returns.save_draft(filed, VALUES, acting_user=reporter, now=NOW, expected_version=filed.version)
    assert stored(there) == {GANGUE: None, ASH: None}


def test_both_pages_say_where_it_came_from(linked, plan, city, taiyuan, reporter):
    there = opened(taiyuan, city, reporter)
    filed = opened(taiyuan, plan, reporter)
    assert "once this return is submitted" in told(filed, reporter)
    submit(filed, VALUES, reporter)
    assert told(there, reporter) == f"Filled in from the return for “{plan.name_en}”."
    assert told(filed, reporter) == f"Also filled in for “{city}”."


def test_before_the_other_return_is_opened_the_page_says_so(linked, plan, city, taiyuan, reporter):
    filed = submit(opened(taiyuan, plan, reporter), VALUES, reporter)
    assert "when that return is opened" in told(filed, reporter)


@pytest.fixture
def both(linked, plan, city, taiyuan, reporter):
    """Both returns submitted: typed for the province, filled in for the city."""
    there = opened(taiyuan, city, reporter)
    filed = submit(opened(taiyuan, plan, reporter), VALUES, reporter)
    return filed, submit(there, {}, reporter)


def corrected(filed: Return, reporter, reviewer, value="600") -> Return:
    filed.refresh_from_db()
    returns.send_back_return(filed, acting_user=reviewer, now=NOW, expected_version=filed.version, comment="请核对")
    return submit(filed, {GANGUE: value}, reporter, NOW + timedelta(hours=1))


def test_a_correction_moves_both(both, reporter, reviewer):
    filed, there = both
    corrected(filed, reporter, reviewer)
    there.refresh_from_db()
    assert (stored(there)[GANGUE], there.state) == ("600", Return.State.SUBMITTED)
    assert differing_totals() == []


def test_a_correction_where_it_was_filled_in_moves_where_it_was_typed(both, reporter, reviewer):
    filed, there = both
    corrected(there, reporter, reviewer, "700")
    assert stored(filed)[GANGUE] == "700"
    assert differing_totals() == []


def test_a_verified_return_stays_and_both_pages_tell_of_the_difference(both, plan, city, reporter, reviewer):
    filed, there = both
    there.refresh_from_db()
    returns.verify_return(there, acting_user=reviewer, now=NOW, expected_version=there.version)
    corrected(filed, reporter, reviewer)
    assert stored(there)[GANGUE] == "500"
    assert told(filed, reporter) == f"Linked with “{city}”, but not filled in there: that return is verified already."
    assert "another value was entered there" in told(there, reporter)


def test_a_locked_return_stays(both, city, reporter, reviewer):
    filed, there = both
    factories.set_deadlines(city.periods.all(), locks_at=NOW)
    corrected(filed, reporter, reviewer)
    assert stored(there)[GANGUE] == "500"
    assert "locked" in told(filed, reporter)


def test_what_a_level_has_accepted_stays(linked, plan, city, taiyuan, reporter, reviewer):
    plan.checking_levels = ["city", "province"]
    plan.save()
    there = submit(opened(taiyuan, plan, reporter), VALUES, reporter)
    filed = submit(opened(taiyuan, city, reporter), {}, reporter)
    examiner = factories.make_user("city-reviewer", Role.REVIEWER, TAIYUAN)
    returns.verify_return(there, acting_user=examiner, now=NOW, expected_version=there.version)
    corrected(filed, reporter, reviewer)
    assert stored(there)[GANGUE] == "500"
    assert "accepted at a level" in told(filed, reporter)


def test_another_value_typed_there_is_not_overwritten(linked, plan, city, taiyuan, reporter):
    there = opened(taiyuan, city, reporter)
    returns.save_draft(there, {GANGUE: "3"}, acting_user=reporter, now=NOW, expected_version=there.version)
    submit(opened(taiyuan, plan, reporter), VALUES, reporter)
    assert stored(there) == {GANGUE: "3", ASH: "20"}


def test_the_reviewer_who_looked_before_a_correction_is_told(both, reporter, reviewer):
    filed, there = both
    there.refresh_from_db()
    seen = there.version
    corrected(filed, reporter, reviewer)
    with pytest.raises(ChangedMeanwhile):
        returns.verify_return(there, acting_user=reviewer, now=NOW, expected_version=seen)


# Whose it is


def test_a_person_limited_to_one_plan_fills_the_other_and_changes_nothing_else(linked, plan, city, taiyuan, reporter):
    clerk = limited_to(plan, "clerk", Role.REPORTER)
    there = opened(taiyuan, city, reporter)
    filed = submit(opened(taiyuan, plan, clerk), VALUES, clerk)
    there.refresh_from_db()
    assert (stored(there), there.state, there.submitted_by) == (VALUES, Return.State.DRAFT, None)
    assert factories.entry(there, GANGUE).reported_revision.actor == clerk  # the figure is the word of who typed it
    with pytest.raises(NotAllowed):
        submit(there, {}, clerk)
    marks = link_marks(filed, linked_cells(filed), clerk, NOW)
    assert all(mark.unit_return is None for found in marks.values() for mark in found)  # no way into the other plan


def test_who_typed_it_for_one_plan_does_not_verify_it_in_the_other(linked, plan, city, taiyuan, reporter):
    clerk = limited_to(plan, "clerk", Role.REPORTER)
    there = opened(taiyuan, city, reporter)
    submit(opened(taiyuan, plan, clerk), VALUES, clerk)
    submit(there, {}, reporter)
    there.refresh_from_db()
    factories.Membership.objects.create(user=clerk, role=Role.REVIEWER, region=factories.region(TAIYUAN), plan=city)
    with pytest.raises(NotAllowed):
        returns.verify_return(there, acting_user=clerk, now=NOW, expected_version=there.version)


def test_each_plans_reviewers_verify_their_own(both, reviewer):
    filed, there = both
    filed.refresh_from_db()
    returns.verify_return(filed, acting_user=reviewer, now=NOW, expected_version=filed.version)
    there.refresh_from_db()
    assert there.state == Return.State.SUBMITTED
    assert factories.entry(there, GANGUE).verified_value is None


def test_a_return_of_a_plan_without_links_asks_one_query_more(plan, taiyuan, reporter, django_assert_num_queries):
    filed = opened(taiyuan, plan, reporter)
    with django_assert_num_queries(1):
        assert linked_cells(filed) == []
    assert load_return_rows(filed)
