"""Changes of rules from a day on: what they judge, what they refuse, and how they travel."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from tests import factories
from tests.factories import NOW
from tests.services.issued_kinds import GANGUE, issue
from tests.services.test_editions import level_moves
from tracker.calculation.levels import GradedBy, Level
from tracker.calculation.pace import Pace
from tracker.documents.setup.toml import to_toml
from tracker.models import Event, Plan, PlanTerms, Role, RuleChange, Target
from tracker.queries.documents.touched import documents_touched
from tracker.queries.errors import Refused
from tracker.queries.figures.figures import Figures
from tracker.queries.mail.summary_facts import _history
from tracker.queries.plans.plan_tables import plan_tables
from tracker.services.audit.configuration import save_configured
from tracker.services.plans.copy_plan import NewPlan, copy_plan
from tracker.services.plans.loading import create_plan
from tracker.services.plans.plan_document import Document, complete_document
from tracker.services.plans.rule_changes import delete_change, save_change

LATER = NOW + timedelta(hours=1)
AUGUST = date(2020, 8, 1)


@pytest.fixture
def manager(plan):
    """Who sets up the plan."""
    return factories.make_user("manager", Role.PLAN_MANAGER)


@pytest.fixture
def behind(plan, taiyuan, reporter, reviewer):
    """The plan in points; 12 points behind at the end of July and of August."""
    Plan.objects.update(graded_by=GradedBy.POINTS)
    months = {f"2020-{month:02d}": "429" for month in range(1, 8)} | {"2020-08": "550"}
    for month, amount in months.items():
        values = {GANGUE: amount, "fly_ash_utilised": "175"}
        factories.file_return(taiyuan, factories.period(plan, month), values, reporter=reporter, reviewer=reviewer)
    return factories.the_plan()


def change(plan, manager, now=LATER, **fields):
    fields = {"effective_from": AUGUST, "document_number": "晋工信〔2020〕9号"} | fields
    return save_change(RuleChange(plan=plan, **fields), acting_user=manager, now=now)


def gangue(plan):
    return Target.objects.select_related("indicator", "plan").get(plan=plan, indicator__code=GANGUE)


def figures(plan, month="2020-08", **asked):
    return Figures(factories.period(factories.the_plan(), month), **asked)


def standing(plan, month="2020-08", **asked):
    found = figures(plan, month, **asked)
    target = next(one for one in found.targets if one.indicator.code == GANGUE)
    return found.standing_of(target, plan.region).standing


def level(plan, month="2020-08", **asked):
    return standing(plan, month, **asked).level


def test_each_month_is_judged_by_the_bounds_in_force_at_its_end(behind, manager):
    assert [level(behind, month) for month in ("2020-07", "2020-08")] == [Level.I, Level.I]
    change(behind, manager, level_one_below=Decimal(-15))
    assert [level(behind, month) for month in ("2020-07", "2020-08")] == [Level.I, Level.II]
    assert level(behind, as_of=LATER) is Level.II
    assert level(behind, as_of=LATER - timedelta(minutes=1)) is Level.I


def test_pages_and_mails_call_no_level_better_because_a_bound_moved(behind, manager):
    change(behind, manager, level_one_below=Decimal(-15))
    now, before = figures(behind), figures(behind, "2020-07")
    target = next(one for one in now.targets if one.indicator.code == GANGUE)
    for history in (
        now.history(target, behind.region),
        _history(now.standing_of(target, behind.region), now, before),
        figures(behind, as_of=LATER).history(target, behind.region),
    ):
        assert (history.before, history.now, history.change, history.is_by_ruler) == (Level.I, Level.II, 0, True)


def test_issues_call_it_the_yardstick_on_either_side_of_the_day(behind, manager):
    july = issue(behind, "compliance", code="2020-07", language="zh-hans")
    change(behind, manager, level_one_below=Decimal(-15))
    august = issue(factories.the_plan(), "compliance", code="2020-08", language="zh-hans")
    rows = [row for row in level_moves(august) if row[2:4] == ("山西省", "煤矸石综合利用量")]
    assert [(row[1], row[4], row[5]) for row in rows] == [("标准调整", "▲ 一级", "◆ 二级")]
    again = issue(factories.the_plan(), "compliance", code="2020-07", language="en")
    assert again.edition == july.edition, "July rests on the same inputs"
    assert again.inputs_sha256 == july.inputs_sha256


def test_a_targets_own_bounds_keep_the_plans_band(behind, manager):
    change(behind, manager, target=gangue(behind), level_one_below=Decimal(-20), graded_by="points")
    change(behind, manager, level_band=Decimal(3), effective_from=date(2020, 8, 15))
    bounds = standing(behind).bounds
    assert (bounds.level_one_below, bounds.level_two_below, bounds.band) == (-20, 0, 3)
    assert standing(behind, "2020-07").bounds.band == 1


def test_pace_and_aggregation_are_those_of_the_day(behind, manager):
    target = gangue(behind)
    july = standing(behind, "2020-07")
    change(behind, manager, target=target, pace=Pace.POINTS, points=[["2020-08-31", "80"]])
    change(behind, manager, indicator=target.indicator, over_periods="latest")
    assert standing(behind, "2020-07") == july
    assert standing(behind).schedule_rate == 80
    assert standing(behind).to_date.value == 550
    assert (
        figures(behind).history(target, behind.region).levels[:7]
        == figures(behind, "2020-07").history(target, behind.region).levels
    )


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({}, "effective_from"),
        ({"over_periods": "latest"}, "over_periods"),
        ({"level_one_below": Decimal(-15), "document_number": ""}, "document_number"),
        ({"level_one_below": Decimal(5)}, "level_one_below"),
        ({"level_one_below": Decimal(-15), "effective_from": date(2021, 1, 1)}, "effective_from"),
        ({"of": "target", "pace": "points"}, "points"),
        ({"of": "target", "pace": "points", "points": [["2020-08-31", "x"]]}, "points"),
        ({"of": "target", "level_band": Decimal(3)}, "level_band"),
        ({"of": "indicator", "over_places": "weighted"}, "weight"),
        ({"of": "indicator", "over_places": "latest"}, "over_places"),
    ],
)
def test_a_change_that_means_nothing_is_refused_at_its_field(plan, manager, fields, at):
    target = gangue(plan)
    of = {"target": {"target": target}, "indicator": {"indicator": target.indicator}}.get(fields.get("of"), {})
    with pytest.raises(Refused) as refused:
        change(plan, manager, **of, **{name: value for name, value in fields.items() if name != "of"})
    assert at in refused.value.fields
    assert not RuleChange.objects.exists()


def test_a_change_is_recorded_and_kept_with_the_plans_terms(plan, manager):
    kept = PlanTerms.objects.count()
    made = change(plan, manager, level_one_below=Decimal(-15))
    assert PlanTerms.objects.count() == kept + 1
    assert PlanTerms.objects.last().content["earlier"][0]["until"] == "2020-08-01"
    event = Event.objects.filter(object_type="rulechange", object_id=str(made.pk)).last()
    assert (event.actor, event.after["level_one_below"]) == (manager, "-15.00")


@pytest.mark.parametrize(
    ("field", "value", "of"),
    [
        ("level_one_below", Decimal(-15), "plan"),
        ("level_band", Decimal(2), "plan"),
        ("pace", "in_full", "target"),
        ("graded_by", "points", "target"),
        ("over_periods", "latest", "indicator"),
    ],
)
def test_a_rule_that_issued_documents_rest_on_is_not_changed_in_place(behind, manager, field, value, of):
    target = gangue(behind)
    row = {"plan": behind, "target": target, "indicator": target.indicator}[of]
    if of == "target" and field == "graded_by":
        row.level_two_below, row.level_one_below = Decimal(0), Decimal(-5)
    setattr(row, field, value)
    issue(behind, "compliance", code="2020-07", language="zh-hans")
    with pytest.raises(Refused) as refused:
        save_configured(row, acting_user=manager, now=LATER)
    assert field in refused.value.fields
    row.refresh_from_db()
    assert getattr(row, field) != value


def test_a_change_that_issued_documents_rest_on_is_neither_corrected_nor_taken_back(behind, manager):
    made = change(behind, manager, level_one_below=Decimal(-15), now=NOW)
    made.level_one_below = Decimal(-16)
    save_change(made, acting_user=manager, now=LATER)
    issue(factories.the_plan(), "compliance", code="2020-08", language="zh-hans")
    made.level_one_below = Decimal(-17)
    for act in (save_change, delete_change):
        with pytest.raises(Refused, match=r".*"):
            act(made, acting_user=manager, now=LATER)
    made.refresh_from_db()
    made.document_number = "晋工信〔2020〕10号"
    save_change(made, acting_user=manager, now=LATER)


def test_documents_that_a_day_reaches_are_named(behind):
    july, august = (issue(behind, "compliance", code=code, language="zh-hans") for code in ("2020-07", "2020-08"))
    assert documents_touched(behind, date(2020, 7, 15)) == [july, august]
    assert documents_touched(behind, date(2020, 8, 1)) == [august]
    assert documents_touched(behind, date(2020, 9, 1)) == []


def test_changes_travel_with_the_plans_file(plan, manager):
    target = gangue(plan)
    change(plan, manager, level_one_below=Decimal("-12.5"), level_band=Decimal(0))
    change(plan, manager, target=target, pace="points", points=[["2020-08-31", "60.5"], ["2020-10-31", "90"]])
    change(plan, manager, indicator=target.indicator, over_places="mean", document_number="", no_document_reason="口头")
    tables = plan_tables(plan)
    again = to_toml({"plan": tables["plan"], "rule_change": tables["rule_change"]})
    assert 'curve = "2020-08-31 60.5; 2020-10-31 90"' in again
    Plan.objects.filter(pk=plan.pk).update(code="former")
    tables["person"] = tables["role"] = tables["subscription"] = tables["schedule"] = []
    loaded = create_plan(complete_document(Document("again.toml"), tables), acting_user=manager, now=LATER)
    assert plan_tables(loaded)["rule_change"] == plan_tables(plan)["rule_change"]
    assert {one.recorded_at.date() for one in loaded.rule_changes.all()} <= {date(2020, 7, 31), AUGUST}


def test_a_copy_takes_the_newest_rules(plan, manager):
    target = gangue(plan)
    change(plan, manager, level_one_below=Decimal(-15))
    change(plan, manager, level_one_below=Decimal(-12), effective_from=date(2020, 9, 1))
    change(plan, manager, target=target, pace="points", points=[["2020-08-31", "60"]])
    change(plan, manager, target=target, level_two_below=Decimal(-1), effective_from=date(2020, 9, 1))
    change(plan, manager, indicator=target.indicator, over_periods="latest")
    new = NewPlan("shanxi-2021", "2021年行动计划", date(2021, 3, 1), date(2021, 1, 1), date(2021, 12, 31))
    copy = copy_plan(plan, new, acting_user=manager, now=LATER).plan
    mine = gangue(copy)
    assert (copy.level_one_below, copy.level_two_below) == (-12, 0)
    assert (mine.pace, mine.level_two_below, mine.level_one_below, mine.graded_by) == ("points", -1, -12, "due")
    assert [(one.day, one.share) for one in mine.pace_points.all()] == [(date(2021, 8, 31), 60)]
    found = Figures(factories.period(copy, "2021-01"))
    assert found.inputs.evaluation.on(date(2021, 1, 31)).rules[GANGUE].over_periods == "latest"


def test_a_plan_without_changes_keeps_what_it_kept(behind):
    """An upgrade adds no first version of its own: rules that a plan holds are those of its first day."""
    assert figures(behind).inputs.evaluation.earlier == ()
    assert not RuleChange.objects.exists()
    with translation.override("en"):
        assert "earlier" not in issue(behind, "compliance", code="2020-08").book
