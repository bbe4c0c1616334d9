"""What is left of a target in words: an amount, "reached", and of a limit by how much it is exceeded."""

from decimal import Decimal

import pytest
from django.utils import translation

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.progress import TargetProgress
from tracker.calculation.targets.kinds import Bound
from tracker.documents import derivation_outlook, need_words


def standing(bound: Bound, reached: str, target: str = "600", upper: str | None = None) -> TargetProgress:
    tally = Aggregate(Decimal(reached), Coverage(1, 1))
    return TargetProgress(
        this_period=tally,
        last_period=tally,
        to_date=tally,
        target=Decimal(target),
        completion=None,
        schedule_rate=Decimal(50),
        gap=None,
        level=None,
        bound=bound,
        upper=None if upper is None else Decimal(upper),
    )


def clause(found: TargetProgress, need: str | None, kind: str = "month") -> str:
    parts = need_words.clause(found, None if need is None else Decimal(need), kind, "万吨", 2)
    return "".join(template % words for template, words in parts)


@pytest.mark.parametrize(
    ("bound", "reached", "need", "said"),
    [
        (Bound.AT_MOST, "900", "0", "，已超出控制目标300万吨"),
        (Bound.AT_MOST, "600", "0", "，控制目标已用尽"),
        (Bound.LESS_THAN, "600", "0", "，控制目标已用尽"),
        (Bound.AT_MOST, "0", "0", "，已达到目标值"),
        (Bound.AT_MOST, "400", "50", "，剩余月份月均不得超过50万吨"),
        (Bound.AT_LEAST, "400", "50", "，剩余月份月均需完成50万吨"),
        (Bound.AT_LEAST, "600", "0", "，已达到目标值"),
        (Bound.AT_LEAST, "700", "0", "，已达到目标值"),
        (Bound.MORE_THAN, "700", "0", "，已达到目标值"),
        (Bound.MORE_THAN, "600", "0", ""),
        (Bound.EXACTLY, "600", "0", "，已达到目标值"),
        (Bound.EXACTLY, "603", "0", "，超出目标值3万吨"),
        (Bound.AT_MOST, "900", None, ""),
    ],
)
def test_the_end_of_a_sentence(bound, reached, need, said):
    target = "0" if reached == "0" else "600"  # a limit of nothing is kept by nothing
    with translation.override("zh-hans"):
        assert clause(standing(bound, reached, target), need) == said


@pytest.mark.parametrize(
    ("reached", "said"), [("11", ", the target is reached"), ("15", ", the target is reached"), ("16.5", "1.50")]
)
def test_between_two_ends_only_what_lies_beyond_the_upper_one_is_too_much(reached, said):
    with translation.override("en"):
        assert said in clause(standing(Bound.BETWEEN, reached, "10", "15"), "0")


def test_other_periods_than_months_are_called_so():
    with translation.override("zh-hans"):
        assert clause(standing(Bound.AT_MOST, "400"), "50", "quarter") == "，剩余各期每期不得超过50万吨"


@pytest.mark.parametrize(
    ("bound", "reached", "need", "said"),
    [
        (Bound.AT_MOST, "900", "0", "exceeded by 300.00"),
        (Bound.AT_MOST, "600", "0", "used up"),
        (Bound.AT_MOST, "400", "50", "free 50.00"),
        (Bound.AT_LEAST, "400", "50", "50.00"),
        (Bound.AT_LEAST, "700", "0", "reached"),
        (Bound.MORE_THAN, "600", "0", "0.00"),
        (Bound.AT_LEAST, "700", None, "—"),
    ],
)
def test_a_narrow_cell(bound, reached, need, said):
    with translation.override("en"):
        assert need_words.in_cell(standing(bound, reached), None if need is None else Decimal(need), 2) == said


def test_the_derivation_of_an_exceeded_limit_says_by_how_much():
    with translation.override("en"):
        (line,) = derivation_outlook.need(standing(Bound.AT_MOST, "900"), Decimal(0), 4, 2)
    assert line.startswith("Above the limit = 900.00 − 600.00 = 300.00")
