"""Importing the indicators that a unit reports once for the workbook's plan and another plan."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.models import IndicatorLink, Plan
from tracker.queries.imports.setup_workbook.read import SetupRow
from tracker.queries.plans.linked_plans import plans_beside
from tracker.services.imports.setup_workbook.run import CHANGED, NEW, SAME, RowIsWrong, SetupRun
from tracker.services.plans.indicator_links import end_link, known_links, propose_link


def import_links(run: SetupRun) -> None:
    """Propose new links, and end those that got a day for it. A proposal that waits is not agreed to here."""
    for row in run.rows("link"):
        with run.each(row):
            plan = run.needs_plan(row)
            run.require_scope(row, run.manages_plan())
            indicator = run.find(row, "indicator", "indicator")
            link = IndicatorLink(
                plan=plan,
                indicator=indicator,
                other_plan=_other_plan(run, row, plan),
                other_indicator=run.find(row, "other_indicator", "indicator") or indicator,
                frequency=row.values["frequency"],
                begins=row.values["begins"],
            )
            found = known_links(plan, indicator, link.other_plan, link.other_indicator, link.frequency)
            known = next((one for one in found if one.begins == link.begins), None)
            standing = next((one for one in found if one.ended_at is None), None)
            if known is None and standing is not None:
                message = _("They are linked from %(day)s on. End that link before another one begins.")
                run.complain(row, "begins", message % {"day": standing.begins})
                raise RowIsWrong
            if known is None:
                propose_link(link, acting_user=run.user, now=run.now)
            _end(run, row, known or link, is_new=known is None)


def _end(run: SetupRun, row: SetupRow, link: IndicatorLink, *, is_new: bool) -> None:
    """End a link where the row has a day for it, and note what becomes of the row."""
    until: date | None = row.values["until"]
    label, before = str(link), link.until
    if until is None or until == before:
        if until is None and before is not None:
            run.complain(
                row, "until", _("The link ends before %(day)s. Propose a new one from that day on.") % {"day": before}
            )
            raise RowIsWrong
        run.note(row, NEW if is_new else SAME, label)
        return
    if link.agreed_at is None:
        run.complain(
            row, "until", _("“%(plan)s” has not agreed yet. Leave this cell empty.") % {"plan": link.other_plan}
        )
        raise RowIsWrong
    end_link(link, until=until, acting_user=run.user, now=run.now)
    words = {"label": pgettext("link of indicators", "no longer from"), "before": "—", "after": until.isoformat()}
    run.note(row, NEW if is_new else CHANGED, label, [] if is_new else [words])


def _other_plan(run: SetupRun, row: SetupRow, plan: Plan) -> Plan:
    """Return the plan that a cell names by code or name, of those for which a unit of the plan reports as well."""
    text = row.values["other_plan"]
    beside = plans_beside(Plan.objects.filter(pk=plan.pk)).exclude(pk=plan.pk).select_related("region")
    found = list(beside.filter(Q(code=text) | Q(name=text) | ~Q(name_en="") & Q(name_en=text))[:2])
    if len(found) == 1:
        return found[0]
    words = {"name": text[:60]}
    told = (
        _("Several plans have the name “%(name)s”. Write the code.")
        if found
        else _("There is no plan “%(name)s” for which a unit of this plan reports as well.")
    )
    run.complain(row, "other_plan", told % words)
    raise RowIsWrong
