"""English sentences: what is a target, with its noun, value, bound, time, base and whole."""

from datetime import date
from decimal import Decimal

import pytest

from tests.uploads.policy.texts import context
from tracker.uploads.policy.english.sentence import read_sentence
from tracker.uploads.policy.proposals import Base, Bound, Change


def drafts(text: str):
    return read_sentence(text, context(2024, 2030)).drafts


@pytest.mark.parametrize(
    ("text", "noun", "value", "unit", "bound"),
    [
        ("Cut waste by at least 15% by 2030.", "waste", "15", "%", Bound.AT_LEAST),
        ("Keep contamination under 8%.", "contamination", "8", "%", Bound.LESS_THAN),
        (
            "Landfilled waste will be limited to no more than 120,000 tonnes a year.",
            "Landfilled waste",
            "120000",
            "t/year",
            Bound.AT_MOST,
        ),
        ("Install an additional 12 GW of offshore wind by 2030.", "offshore wind", "12", "GW", Bound.AT_LEAST),
        ("Deploy more than 600 public chargers.", "public chargers", "600", "chargers", Bound.MORE_THAN),
        ("Between 35 and 40 percent of the bus fleet will be electric.", "bus fleet", "35", "%", Bound.BETWEEN),
        ("All 27 registered producers will join.", "registered producers", "27", "producers", Bound.ALL_OF),
        ("Invest $1.2 billion in infrastructure grants.", "infrastructure grants", "1200000000", "USD", Bound.AT_LEAST),
        (
            "Reduce incidence to no more than 25 per 100,000 people.",
            "incidence",
            "25",
            "per 100,000 people",
            Bound.AT_MOST,
        ),
        (
            "Preventive coverage will increase threefold, from 18% to 54%.",
            "Preventive coverage",
            "54",
            "%",
            Bound.AT_LEAST,
        ),
        ("Food waste per household will be halved by 2030.", "Food waste per household", "50", "%", Bound.AT_LEAST),
    ],
)
def test_a_target_is_read(text, noun, value, unit, bound):
    (draft,) = drafts(text)
    assert (draft.indicator, draft.quantity.value, draft.quantity.unit) == (noun, Decimal(value), unit)
    assert draft.bound is bound


def test_from_a_to_b_is_one_target_with_its_base():
    (draft,) = drafts("The recycling rate will rise from 34% in 2022 to 60% in 2030.")
    assert (draft.indicator, draft.base, draft.year) == ("recycling rate", Base(Decimal(34), 2022), 2030)


def test_a_baseline_after_the_targets_holds_for_both():
    found = drafts("Increase the share of renewables to 70% by 2028 and 95% by 2030, from a baseline of 31% in 2024.")
    assert [(one.year, one.base) for one in found] == [
        (2028, Base(Decimal(31), 2024)),
        (2030, Base(Decimal(31), 2024)),
    ]


def test_a_reduction_against_a_year_has_it_as_base():
    (draft,) = drafts("Cut emissions by 45 percent from 2019 levels by 2030.")
    assert (draft.change, draft.base, draft.year) == (Change.DECREASE, Base(None, 2019), 2030)


def test_of_which_is_a_part():
    whole, part = drafts("Retrofit 4,500 homes by the end of 2027, of which 1,200 are in social housing.")
    assert (whole.due_on, part.part_of, part.quantity.unit) == (date(2027, 12, 31), 0, "homes")
