"""Thresholds of a subscription as a plan document and the set-up workbook write them.

One is "coal_gangue_utilised level 1": the indicator's code, the measure, and the bound; "places" after it asks for each
place below as well.
"""

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tracker.models import MailThreshold, Subscription

WITH_PLACES = "places"


class ThresholdText(NamedTuple):
    """A threshold as it is written."""

    indicator: str
    measure: str
    bound: Decimal
    with_places: bool

    def __str__(self) -> str:
        words = [self.indicator, self.measure, f"{self.bound.normalize():f}"]
        return " ".join([*words, WITH_PLACES] if self.with_places else words)


def read_threshold(text: str) -> ThresholdText:
    """Return the threshold that a text writes. Raise ValueError for any other text."""
    words = text.split()
    with_places = len(words) == 4 and words[3] == WITH_PLACES
    if len(words) != 3 + with_places or words[1] not in MailThreshold.Measure.values:
        raise ValueError(text)
    try:
        bound = Decimal(words[2])
    except InvalidOperation:
        raise ValueError(text) from None
    if not bound.is_finite():
        raise ValueError(text)
    return ThresholdText(words[0], words[1], bound, with_places)


def threshold_texts(subscription: Subscription) -> list[str]:
    """Return a subscription's thresholds as they are written."""
    return [
        str(ThresholdText(one.indicator.code, one.measure, one.bound, one.with_places))
        for one in subscription.thresholds.all()
    ]
