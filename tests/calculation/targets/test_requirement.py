"""Judgement of figures against requirements of every kind, by hand."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.calculation.levels import Bounds, GradedBy, Level
from tracker.calculation.targets.kinds import Bound, Kind, Verdict, contradicts
from tracker.calculation.targets.requirement import Requirement, judge
from tracker.calculation.targets.score import score

I, II, III = Level.I, Level.II, Level.III  # noqa: E741
NATIONAL = Bounds(by=GradedBy.DUE)
POINTS = Bounds()
AUGUST = Decimal(8) / 12
FEW = settings(max_examples=60, deadline=None)


def required(goal="1200", share=AUGUST, bound=Bound.AT_LEAST, **further) -> Requirement:
    decimals = {key: Decimal(value) for key, value in further.items() if type(value) is str}
    return Requirement(Decimal(goal), share, bound, **{**further, **decimals})


# --- levels


@pytest.mark.parametrize(
    ("done", "level"),
    [("800", III), ("799.99", II), ("720", II), ("719.99", I), ("718.8", I), ("1300", III), ("0", I)],
)
def test_the_national_rule_measures_the_shortfall_by_what_is_due(done, level):
    assert judge(required(), Decimal(done), NATIONAL).level is level


def test_sixty_percent_at_two_thirds_is_ten_percent_short():
    assert judge(required("100"), Decimal(60), NATIONAL).level is II
    found = judge(required("100"), Decimal("59.9"), NATIONAL)
    assert (found.level, round(found.deviation, 2)) == (I, Decimal("-10.15"))


@pytest.mark.parametrize(("done", "level"), [("800", III), ("680", II), ("679.99", I)])
def test_points_measure_the_gap_by_the_goal(done, level):
    assert judge(required(), Decimal(done), POINTS).level is level


def test_a_bound_of_its_own_moves_the_levels():
    strict = Bounds(Decimal(-2), Decimal(-5), GradedBy.DUE)
    assert [judge(required("100", Decimal(1)), Decimal(done), strict).level for done in (98, 97, 95, 94)] == [
        III,
        II,
        II,
        I,
    ]


# --- caps


@pytest.mark.parametrize(
    ("used", "level", "verdict"),
    [
        ("1920", I, Verdict.EXCEEDED),  # 240 a month by August
        ("800", III, Verdict.REACHED),
        ("801", II, Verdict.REACHED),
        ("880", II, Verdict.REACHED),
        ("881", I, Verdict.REACHED),
        ("0", III, Verdict.REACHED),
    ],
)
def test_a_cap_is_judged_by_what_may_be_used_by_now(used, level, verdict):
    found = judge(required(bound=Bound.AT_MOST), Decimal(used), NATIONAL)
    assert (found.level, found.verdict) == (level, verdict)


def test_the_gap_of_a_cap_is_its_headroom_below_the_schedule():
    found = judge(required(bound=Bound.AT_MOST), Decimal(900), POINTS)
    assert (found.completion, round(found.schedule_rate, 2), round(found.gap, 2)) == (
        75,
        Decimal("66.67"),
        Decimal("-8.33"),
    )


def test_a_cap_on_a_level_is_due_in_full():
    found = judge(required("35", Decimal(1), Bound.AT_MOST, kind=Kind.LEVEL), Decimal(78), NATIONAL)
    assert (found.level, found.verdict) == (I, Verdict.EXCEEDED)
    assert judge(required("35", Decimal(1), Bound.AT_MOST, kind=Kind.LEVEL), Decimal(35), NATIONAL).level is III


# --- levels by a date


@pytest.mark.parametrize(("year", "due"), [(1, "44.125"), (4, "56.5"), (8, "73")])
def test_a_level_is_due_along_the_line_from_its_base(year, due):
    requirement = required("73", Decimal(year) / 8, kind=Kind.LEVEL, base="40")
    assert requirement.due == Decimal(due)
    assert judge(requirement, Decimal(due), NATIONAL).level is III
    assert judge(requirement, Decimal(due) * Decimal("0.95"), NATIONAL).level is II
    assert judge(requirement, Decimal(due) * Decimal("0.89"), NATIONAL).level is I


def test_a_level_that_falls_to_its_cap_is_due_along_the_line():
    requirement = required("0.50", Decimal("0.5"), Bound.AT_MOST, kind=Kind.LEVEL, base="0.60")
    assert requirement.due == Decimal("0.55")
    assert [judge(requirement, Decimal(level), NATIONAL).level for level in ("0.55", "0.56", "0.62")] == [III, II, I]


def test_sixty_of_a_level_of_eighty_is_behind_in_august():
    assert judge(required("80", Decimal(1), kind=Kind.LEVEL), Decimal(60), NATIONAL).level is I


# --- changes


@pytest.mark.parametrize(
    ("kind", "goal", "base", "level", "held"),
    [
        (Kind.FALL_PERCENT, "13.5", "0.50", "0.45", "10"),
        (Kind.RISE_PERCENT, "5", "200", "211", "5.5"),
        (Kind.RISE_POINTS, "5", "60", "64", "4"),
        (Kind.FALL_POINTS, "2", "10", "7", "3"),
        (Kind.FALL_PERCENT, "12", "50", "55", "-10"),
    ],
)
def test_a_change_is_computed_from_level_and_base(kind, goal, base, level, held):
    assert judge(required(goal, kind=kind, base=base), Decimal(level), NATIONAL).held == Decimal(held)


def test_a_change_is_due_by_the_schedule():
    requirement = required("13.5", Decimal("0.4"), kind=Kind.FALL_PERCENT, base="0.50")
    assert requirement.due == Decimal("5.40")
    assert requirement.due_level == Decimal("0.473")
    assert judge(requirement, Decimal("0.473"), NATIONAL).level is III
    assert judge(requirement, Decimal("0.475"), NATIONAL).level is II  # 5 % of 5.4 %
    assert judge(requirement, Decimal("0.476"), NATIONAL).level is I


@pytest.mark.parametrize("base", [None, "0"])
def test_a_change_without_a_base_or_in_percent_of_zero_is_not_graded(base):
    found = judge(required("12", kind=Kind.FALL_PERCENT, base=base), Decimal(50), NATIONAL)
    assert (found.held, found.level, found.verdict) == (None, None, None)


# --- verdicts


@pytest.mark.parametrize(
    ("bound", "goal", "value", "verdict", "level"),
    [
        (Bound.AT_LEAST, "5000", "5000", Verdict.REACHED, III),
        (Bound.MORE_THAN, "5000", "5000", Verdict.NOT_REACHED, II),
        (Bound.MORE_THAN, "5000", "5001", Verdict.REACHED, III),
        (Bound.AT_MOST, "5000", "5000", Verdict.REACHED, III),
        (Bound.LESS_THAN, "5000", "5000", Verdict.EXCEEDED, II),
        (Bound.LESS_THAN, "5000", "4999", Verdict.REACHED, III),
        (Bound.EXACTLY, "3", "3", Verdict.REACHED, III),
        (Bound.EXACTLY, "3", "4", Verdict.EXCEEDED, I),
        (Bound.EXACTLY, "3", "5", Verdict.EXCEEDED, I),
        (Bound.EXACTLY, "3", "2", Verdict.NOT_REACHED, I),
        (Bound.ALL_OF, "27", "27", Verdict.REACHED, III),
        (Bound.ALL_OF, "27", "26", Verdict.NOT_REACHED, II),
        (Bound.ALL_OF, "27", "30", Verdict.IMPOSSIBLE, None),
        (Bound.REFERENCE, "80", "60", None, None),
    ],
)
def test_each_bound_has_its_own_verdict(bound, goal, value, verdict, level):
    found = judge(required(goal, Decimal(1), bound), Decimal(value), NATIONAL)
    assert (found.verdict, found.level) == (verdict, level)


@pytest.mark.parametrize(
    ("value", "verdict", "level"),
    [
        ("9", Verdict.NOT_REACHED, II),
        ("8.9", Verdict.NOT_REACHED, I),
        ("10", Verdict.REACHED, III),
        ("15", Verdict.REACHED, III),
        ("16", Verdict.EXCEEDED, II),
        ("17", Verdict.EXCEEDED, I),
    ],
)
def test_between_is_missed_on_both_sides(value, verdict, level):
    found = judge(required("10", Decimal(1), Bound.BETWEEN, upper="15"), Decimal(value), NATIONAL)
    assert (found.verdict, found.level) == (verdict, level)


def test_before_the_end_a_strict_bound_is_on_course_with_what_is_due():
    assert judge(required("5000", Decimal("0.5"), Bound.MORE_THAN), Decimal(2500), NATIONAL).level is III


# --- zero targets


@pytest.mark.parametrize("bounds", [NATIONAL, POINTS])
@pytest.mark.parametrize(("accidents", "level"), [("0", III), ("8", I), ("1", I)])
def test_a_target_of_zero_is_met_at_zero_and_missed_above(accidents, level, bounds):
    found = judge(required("0", bound=Bound.AT_MOST), Decimal(accidents), bounds)
    assert (found.level, found.completion) == (level, None)


@pytest.mark.parametrize("bounds", [NATIONAL, POINTS])
def test_an_at_least_of_zero_is_always_met(bounds):
    assert judge(required("0"), Decimal(0), bounds).level is III


# --- countable targets


@pytest.mark.parametrize(
    ("goal", "month", "bound", "due"),
    [
        ("2", 8, Bound.AT_LEAST, 1),
        ("2", 5, Bound.AT_LEAST, 0),
        ("3", 4, Bound.AT_LEAST, 1),  # a third of three is one, whatever the last digit of a third
        ("2", 12, Bound.AT_LEAST, 2),
        ("2", 8, Bound.AT_MOST, 2),
        ("2", 5, Bound.AT_MOST, 1),
    ],
)
def test_countable_targets_are_due_in_whole_things(goal, month, bound, due):
    requirement = required(goal, Decimal(month) / 12, bound, is_countable=True)
    assert requirement.due == due


def test_one_of_two_by_august_is_on_course():
    found = judge(required("2", is_countable=True), Decimal(1), NATIONAL)
    assert (found.level, found.completion, found.schedule_rate, found.gap) == (III, 50, 50, 0)


# --- contradictions


@pytest.mark.parametrize(
    ("bound", "kind", "less_is_better", "is_wrong"),
    [
        (Bound.AT_LEAST, Kind.AMOUNT, False, False),
        (Bound.AT_LEAST, Kind.AMOUNT, True, True),
        (Bound.AT_MOST, Kind.LEVEL, True, False),
        (Bound.AT_MOST, Kind.LEVEL, False, True),
        (Bound.AT_LEAST, Kind.FALL_PERCENT, True, False),
        (Bound.AT_LEAST, Kind.FALL_PERCENT, False, True),
        (Bound.AT_MOST, Kind.RISE_PERCENT, True, False),
        (Bound.AT_LEAST, Kind.RISE_POINTS, False, False),
        (Bound.EXACTLY, Kind.AMOUNT, True, False),
        (Bound.REFERENCE, Kind.LEVEL, True, False),
        (Bound.BETWEEN, Kind.LEVEL, False, False),
    ],
)
def test_a_bound_cannot_ask_for_the_opposite_of_the_direction(bound, kind, less_is_better, is_wrong):
    assert contradicts(bound, kind, less_is_better=less_is_better) is is_wrong


# --- ranking


def test_under_a_cap_the_place_that_used_least_ranks_first():
    assert score(Bound.AT_MOST, Decimal(120), Decimal(600)) > score(Bound.AT_MOST, Decimal(900), Decimal(600))


@pytest.mark.parametrize(
    ("bound", "better", "worse", "goal"),
    [
        (Bound.AT_LEAST, "6", "5", "10"),
        (Bound.EXACTLY, "3", "2", "3"),
        (Bound.EXACTLY, "3", "5", "3"),
        (Bound.AT_MOST, "0", "8", "0"),
        (Bound.AT_LEAST, "0", "-1", "0"),
    ],
)
def test_the_better_figure_has_the_higher_score(bound, better, worse, goal):
    assert score(bound, Decimal(better), Decimal(goal)) > score(bound, Decimal(worse), Decimal(goal))


@pytest.mark.parametrize(("held", "goal"), [(None, "10"), ("5", None), ("30", "27")])
def test_what_cannot_be_judged_has_no_score(held, goal):
    found = score(Bound.ALL_OF, None if held is None else Decimal(held), None if goal is None else Decimal(goal))
    assert found is None


# --- for any figures

GOALS = st.integers(1, 5_000).map(Decimal)
FIGURES = st.integers(0, 6_000).map(Decimal) | st.decimals(0, 5_000, places=3)
SHARES = st.integers(0, 12).map(lambda month: Decimal(month) / 12)
GRADED = st.sampled_from([NATIONAL, POINTS, Bounds(Decimal("2.5"), Decimal(-5), GradedBy.DUE)])
MIRROR = {Bound.AT_LEAST: Bound.AT_MOST, Bound.MORE_THAN: Bound.LESS_THAN}


@FEW
@given(GOALS, FIGURES, SHARES, GRADED, st.sampled_from(list(MIRROR)), st.booleans())
def test_a_cap_is_the_negative_of_an_at_least(goal, figure, share, bounds, bound, is_countable):
    straight = judge(Requirement(goal, share, bound, is_countable=is_countable), figure, bounds)
    mirrored = judge(Requirement(-goal, share, MIRROR[bound], is_countable=is_countable), -figure, bounds)
    assert (mirrored.level, mirrored.gap, mirrored.deviation) == (straight.level, straight.gap, straight.deviation)


@FEW
@given(GOALS, FIGURES, SHARES, GRADED, st.sampled_from(list(Bound)), st.sampled_from([10, 10_000, 1_000_000]))
def test_another_unit_changes_no_level(goal, figure, share, bounds, bound, factor):
    upper = goal + 5 if bound is Bound.BETWEEN else None
    small = judge(Requirement(goal, share, bound, upper=upper), figure, bounds)
    scaled = Requirement(goal * factor, share, bound, upper=upper and upper * factor)
    large = judge(scaled, figure * factor, bounds)
    assert (large.level, large.gap, large.deviation, large.verdict) == (
        small.level,
        small.gap,
        small.deviation,
        small.verdict,
    )


@FEW
@given(GOALS, FIGURES, FIGURES, SHARES, GRADED, st.sampled_from(list(Bound)))
def test_the_ranking_agrees_with_the_levels(goal, one, other, share, bounds, bound):
    upper = goal + 5 if bound is Bound.BETWEEN else None
    requirement = Requirement(goal, share, bound, upper=upper)
    scores = [score(bound, figure, goal, upper) for figure in (one, other)]
    levels = [judge(requirement, figure, bounds).level for figure in (one, other)]
    if None not in (*scores, *levels) and scores[0] > scores[1]:
        assert levels[0] >= levels[1] or bound in (Bound.EXACTLY, Bound.BETWEEN)
