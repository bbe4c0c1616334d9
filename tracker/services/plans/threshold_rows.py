"""Thresholds of subscriptions as set-up documents write them."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Indicator, MailThreshold, Subscription
from tracker.queries.errors import Refused
from tracker.queries.mail.threshold_rules import check_threshold
from tracker.queries.plans.threshold_text import read_threshold


@transaction.atomic
def put_thresholds(subscription: Subscription, texts: Iterable[str]) -> None:
    """Let a stored subscription have these thresholds and no others. Raise Refused with the text that is wrong."""
    wanted = [_threshold(subscription, text) for text in texts]
    subscription.thresholds.all().delete()
    for one in wanted:
        try:
            one.full_clean()
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from None
        one.save()


def _threshold(subscription: Subscription, text: str) -> MailThreshold:
    try:
        found = read_threshold(text)
    except ValueError:
        told = _("“%(text)s” is no threshold. Write it as “coal_gangue_utilised level 1”.")
        raise Refused(told % {"text": text}) from None
    indicator = Indicator.objects.filter(code=found.indicator).first()
    if indicator is None:
        raise Refused(_("There is no indicator “%(code)s”.") % {"code": found.indicator})
    check_threshold(subscription, indicator, found.measure)
    values: dict[str, Any] = {"measure": found.measure, "bound": found.bound, "with_places": found.with_places}
    return MailThreshold(subscription=subscription, indicator=indicator, **values)
