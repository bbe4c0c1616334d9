"""Thresholds of subscriptions in plan documents and the set-up workbook."""

import pytest

from tests.services.test_setup_workbook import load_rich
from tracker.models import MailThreshold, Subscription
from tracker.queries.errors import Refused
from tracker.queries.plans.plan_tables import plan_tables
from tracker.queries.plans.threshold_text import read_threshold
from tracker.services.plans.threshold_rows import put_thresholds

TEXTS = ["coal_gangue_utilised gap -5.5", "coal_gangue_utilised level 1 places"]


def test_a_plan_document_brings_them_and_is_written_with_them(db):
    plan = load_rich()
    found = MailThreshold.objects.values_list("indicator__code", "measure", "bound", "with_places")
    assert [(code, measure, float(bound), below) for code, measure, bound, below in found] == [
        ("coal_gangue_utilised", "gap", -5.5, False),
        ("coal_gangue_utilised", "level", 1.0, True),
    ]
    assert TEXTS in [row["thresholds"] for row in plan_tables(plan)["subscription"]]


@pytest.mark.parametrize(
    "text", ["", "a level", "a level one", "a colour 1", "a level 1 everywhere", "a gap NaN", "a b c d e"]
)
def test_another_text_is_none(text):
    with pytest.raises(ValueError, match=f"^{text}$" if text else ""):
        read_threshold(text)


@pytest.mark.parametrize(
    "text", ["coal_gangue_utilised level 3", "nowhere level 1", "coal_gangue_utilised completion 0", "level"]
)
def test_what_no_figure_can_pass_is_refused_and_those_before_stay(db, text):
    load_rich()
    subscription = Subscription.objects.get(thresholds__measure="gap")
    with pytest.raises(Refused):
        put_thresholds(subscription, [text])
    assert subscription.thresholds.count() == 2
