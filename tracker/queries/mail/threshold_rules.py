"""The thresholds that a subscription to a plan's mail may have."""

from django.utils.translation import gettext as _

from tracker.models import Indicator, MailThreshold, Subscription, Target
from tracker.queries.errors import Refused


def check_threshold(subscription: Subscription, indicator: Indicator, measure: str) -> None:
    """Raise Refused, at its field, for a bound that no figure of the plan could pass in the sense meant."""
    target = Target.objects.filter(plan=subscription.schedule.plan_id, indicator=indicator).first()
    if target is None or not target.is_graded:
        told = _("This indicator has no graded target in the plan of the schedule.")
        raise Refused(told, fields={"indicator": told})
    is_limit = target.bound in (Target.Bound.AT_MOST, Target.Bound.LESS_THAN)
    if is_limit and measure == MailThreshold.Measure.COMPLETION:
        told = _("This target is an upper limit, for which a low rate is good: choose the gap or the level.")
        raise Refused(told, fields={"measure": told})
