"""Opening the base year of a plan: the months of the year before it begins, whose values are only compared with."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tracker.models import Event, Plan, User
from tracker.queries.figures.year_before import a_year_before
from tracker.services.audit.events import record_event
from tracker.services.returns.open_periods import open_periods

#: A code keeps room for what tells a base year from its plan.
CODE_LENGTH = 55
#: A name keeps room for the words behind it.
NAME_LENGTH = 180
#: What a base year has from its plan.
SHARED = (
    *("issuer", "issuer_en", "issued_on", "region", "time_zone", "calendar", "fiscal_year_starts"),
    "joins_january_february",
    *("graded_by", "level_two_below", "level_one_below"),
)


@transaction.atomic
def open_base_year(plan: Plan, *, acting_user: User, now: datetime) -> Plan:
    """Return the base year of a plan, with its months; open it where there is none."""
    found = Plan._base_manager.select_related("region").filter(base_year_of=plan).first()
    if found is not None:
        return found
    made = Plan(
        base_year_of=plan,
        code=f"{plan.code[:CODE_LENGTH]}-base",
        starts_on=a_year_before(plan.starts_on),
        ends_on=plan.starts_on - timedelta(days=1),
        remind_days_before=None,
        remind_every_days=None,
        **_names(plan),
        **{name: getattr(plan, name) for name in SHARED},
    )
    made.save()
    open_periods(made, now=now)
    after = {"base_year": made.code, "from": made.starts_on.isoformat(), "to": made.ends_on.isoformat()}
    record_event(Event.Action.CONFIGURED, acting_user=acting_user, now=now, about=plan, after=after)
    return made


def _names(plan: Plan) -> dict[str, str]:
    """Return the name in both languages; the English one only where the plan has one."""
    names = {}
    for field, language in (("name", "zh-hans"), ("name_en", "en")):
        with translation.override(language):
            name = getattr(plan, field)[:NAME_LENGTH]
            names[field] = _("%(plan)s: base year") % {"plan": name} if name else ""
    return names
