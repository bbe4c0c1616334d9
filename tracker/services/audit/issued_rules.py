"""Rules that issued documents rest on are not changed in place: a change of rules takes effect on a day."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from tracker.models import (
    Allocation,
    Indicator,
    IndicatorPart,
    IssuedReport,
    MeasureUnit,
    PacePoint,
    Plan,
    Target,
    TargetMilestone,
)
from tracker.queries.documents.touched import newest_editions, touched_in_words
from tracker.queries.errors import Refused

#: By table, what figures are judged by and a change of rules can set from a day on.
DATED: dict[type[Model], tuple[str, ...]] = {
    Plan: ("graded_by", "level_two_below", "level_one_below", "level_band"),
    Target: ("pace", "graded_by", "level_two_below", "level_one_below"),
    Indicator: ("over_periods", "over_places", "weight_id"),
    PacePoint: ("day", "share"),
    TargetMilestone: ("day", "value"),
}
#: By table, what figures are judged by and stays as it is: something else needs a row of its own.
LASTING: dict[type[Model], tuple[str, ...]] = {
    Target: ("kind", "bound", "base_value", "base_year", "base_source"),
    Indicator: ("kind", "unit_id", "numerator_id", "denominator_id"),
    IndicatorPart: ("part_id",),
    MeasureUnit: ("dimension", "factor", "is_countable"),
}
#: What a version of a target splits; a new version sets it from a day on.
OF_A_VERSION = ("value", "upper_value", "base_value", "version_id", "region_id", "unit_id")
#: Rows that add to a rule even when they are new.
ADDING = (PacePoint, TargetMilestone, Allocation, IndicatorPart)
#: The field at which taking away such a row is refused.
REMOVED_AT = {Allocation: "value", IndicatorPart: "part"}
#: Documents named one by one in a refusal.
MOST_NAMED = 3


def check_not_issued(row: Model, stored: Model | None) -> None:
    """Raise Refused, at the fields that differ, if issued documents rest on a rule that this change would replace.

    `stored` is the row as it stands, None for one that is new. A new plan, target or indicator replaces nothing.
    """
    kind = type(row)
    names = OF_A_VERSION if kind is Allocation else (*DATED.get(kind, ()), *LASTING.get(kind, ()))
    if not names or (stored is None and not isinstance(row, ADDING)):
        return
    changed = [name for name in names if stored is None or _plain(row, name) != getattr(stored, name)]
    rows = [one for one in (row, stored) if one is not None] if changed else []
    resting = next((found for one in rows if (found := documents_on(one)).exists()), None)
    if resting is not None:
        raise _refused(row, changed, resting)


def check_removable(row: Model) -> None:
    """Raise Refused if issued documents rest on a point of a curve, a milestone, a share or a part of a sum."""
    if isinstance(row, ADDING) and (resting := documents_on(row)).exists():
        raise _refused(row, [REMOVED_AT.get(type(row), "day")], resting)


def resting_in_words(resting: QuerySet[IssuedReport]) -> str:
    """Return a sentence that names the issued documents; "" if there are none."""
    named = touched_in_words(newest_editions(resting), most=MOST_NAMED)
    return _("Issued documents rest on it: %(documents)s.") % {"documents": _("; ").join(named)} if named else ""


def _refused(row: Model, names: list[str], resting: QuerySet[IssuedReport]) -> Refused:
    documents = resting_in_words(resting)
    remedy = REMEDIES.get(type(row), _dated)
    texts = {name.removesuffix("_id"): f"{documents} {remedy(name)}" for name in names}
    if isinstance(row, Allocation):
        return Refused(_("Issued reports rest on this version."), dict([next(iter(texts.items()))]))
    return Refused(_("Issued documents rest on this rule."), texts)


def _dated(_name: str) -> str:
    return _("Add a change of rules with the day it takes effect and its document.")


def _of_target(name: str) -> str:
    if name in DATED[Target]:
        return _dated(name)
    return _("Leave it as it is, and add an indicator of another code with a target of its own.")


def _of_indicator(name: str) -> str:
    return _dated(name) if name in DATED[Indicator] else _another_indicator(name)


def _another_indicator(_name: str) -> str:
    return _("Leave it as it is, and add an indicator of another code.")


def _another_unit(_name: str) -> str:
    return _("Leave it as it is, and add a unit of measure of another code with an indicator that is counted in it.")


def _another_version(_name: str) -> str:
    return _("Add a version of the target with its document number and the day it takes effect, and split that.")


#: By table, a function that returns the remedy for a field.
REMEDIES: dict[type[Model], Callable[[str], str]] = {
    Allocation: _another_version,
    Target: _of_target,
    Indicator: _of_indicator,
    IndicatorPart: _another_indicator,
    MeasureUnit: _another_unit,
}


def _plain(row: Model, name: str) -> object:
    """Return a typed value as it will be stored."""
    field: Any = row._meta.get_field(name.removesuffix("_id"))
    return field.to_python(getattr(row, name))


def documents_on(row: Model) -> QuerySet[IssuedReport]:
    """Return the issued documents whose figures rest on a row."""
    issued = IssuedReport.objects.order_by()
    match row:
        case Plan():
            return issued.filter(plan=row.pk)
        case Target():
            return issued.filter(_keeps("terms", row.indicator.code), plan=row.plan_id)
        case PacePoint() | TargetMilestone():
            return documents_on(row.target)
        case Allocation():
            version = row.version
            of_plan = issued.filter(plan=version.target.plan_id, issued_at__gte=version.recorded_at)
            return of_plan.filter(period__ends_on__gte=version.effective_from)
        case IndicatorPart():
            return documents_on(row.whole)
        case MeasureUnit():
            return _on_indicators(row.indicators.values("pk")) if row.pk else issued.none()
        case Indicator():
            return _on_indicators([row.pk]).filter(_keeps("rules", row.code))
        case _:
            return issued.none()


def _keeps(part: str, code: str) -> Q:
    """Return the condition that a document kept a rule of an indicator, or was issued before rules were kept."""
    return Q(**{f"book__{part}__has_key": code}) | ~Q(book__has_key=part)


def _on_indicators(indicators: Any) -> QuerySet[IssuedReport]:
    """Return the documents of plans in which indicators are reported or targeted."""
    named = Q(obligations__indicator__in=indicators) | Q(targets__indicator__in=indicators)
    plans = Plan._base_manager.filter(named)
    return IssuedReport.objects.order_by().filter(plan__in=plans.values("pk"))
