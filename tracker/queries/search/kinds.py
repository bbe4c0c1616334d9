"""The kinds of things that the search finds. A new kind is one entry of `KINDS`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tracker.documents import wording
from tracker.models import Clause, Indicator, IssuedReport, ListMember, Region, ReportingUnit, Return, Target
from tracker.models.access import Capability, people_readable_by, scope_of
from tracker.queries.search.reader import Reader


@dataclass(frozen=True)
class Hit:
    """One result: what it is called, a line about it, and the page it leads to."""

    title: str
    detail: str
    page: str
    args: tuple[Any, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SearchKind:
    """One kind of results.

    `rows` gives what the person may open, in the order of the results. `texts` are the lookups that hold names, codes
    and words; `names` are those of them that are also found by pinyin initials. `hit` describes one row. `page` names
    a view that answers for every row of `rows`.
    """

    identifier: str
    heading: Promise
    rows: Callable[[Reader], QuerySet[Any]]
    texts: tuple[str, ...]
    hit: Callable[[Any, Reader], Hit]
    names: tuple[str, ...] = ()
    #: Lookups to former, short and other names, of which a row may have many.
    other_names: tuple[str, ...] = ()
    #: Lookups to mail addresses of people, which only those who see them find by.
    addresses: tuple[str, ...] = ()
    #: The lookup to a period's code, so that "2020年8月" finds 2020-08.
    period: str = ""


def _targets(reader: Reader) -> QuerySet[Target]:
    return Target.objects.filter(plan__in=reader.plans).select_related("indicator", "plan").order_by("plan", "position")


def _target(row: Target, _reader: Reader) -> Hit:
    return Hit(str(row), str(row.plan), "target", (row.pk,))


def _indicators(reader: Reader) -> QuerySet[Indicator]:
    used = Q(targets__plan__in=reader.plans) | Q(obligations__plan__in=reader.plans)
    return Indicator.objects.filter(pk__in=Indicator.objects.filter(used).values("pk")).select_related("unit")


def _indicator(row: Indicator, _reader: Reader) -> Hit:
    return Hit(str(row), f"{row.code} · {row.unit}", "indicator", (row.code,))


def _regions(reader: Reader) -> QuerySet[Region]:
    condition = Q(pk__in=())
    for plan in reader.plans:
        condition |= reader.regions_of(plan)
    return Region.objects.filter(condition).prefetch_related("earlier").order_by("path")


def _region(row: Region, reader: Reader) -> Hit:
    plan = reader.plan_at(row.path)
    detail = _with_former_names(row.code, row.name, (one.name for one in row.earlier.all()))
    return Hit(str(row), detail, "region", (row.code,), {"plan": plan.code} if plan else {})


def _with_former_names(detail: str, name: str, names: Iterable[str]) -> str:
    former = wording.listed(dict.fromkeys(one for one in names if one != name))
    return gettext("%(detail)s · formerly %(names)s") % {"detail": detail, "names": former} if former else detail


def _units(reader: Reader) -> QuerySet[ReportingUnit]:
    own = scope_of(reader.user, Capability.ENTER).in_any_plan()
    condition = reader.scope.in_any_plan().as_filter("region__path", "pk") | own.as_filter("region__path", "pk")
    rows = ReportingUnit.objects.filter(condition).select_related("region").prefetch_related("earlier_names")
    return rows.order_by("region__path", "code")


def _unit(row: ReportingUnit, _reader: Reader) -> Hit:
    names = (one.name for one in row.earlier_names.all())
    detail = _with_former_names(f"{row.region} · {row.code}", row.name, names)
    return Hit(str(row), detail, "entries", (), {"unit": row.code})


def _clauses(reader: Reader) -> QuerySet[Clause]:
    return Clause.objects.filter(plan__in=reader.plans).select_related("plan").order_by("plan", "position")


def _clause(row: Clause, _reader: Reader) -> Hit:
    return Hit(str(row), str(row.plan), "clause", (row.pk,))


def _person(row: Any, _reader: Reader) -> Hit:
    roles = wording.listed(str(membership) for membership in row.memberships.all())
    return Hit(str(row), f"{row.username} · {roles}" if roles else row.username, "admin:tracker_user_change", (row.pk,))


def _documents(reader: Reader) -> QuerySet[IssuedReport]:
    return IssuedReport.objects.visible_to(reader.user).without_inputs().select_related("region", "period")


def _document(row: IssuedReport, _reader: Reader) -> Hit:
    return Hit(str(row), f"{row.region} · {wording.day(row.issued_at)}", "report", (row.pk,))


def _returns(reader: Reader) -> QuerySet[Return]:
    rows = Return.objects.visible_to(reader.user).select_related("unit", "period__plan")
    return rows.order_by("-period__starts_on", "unit__code")


def _return(row: Return, _reader: Reader) -> Hit:
    name = wording.return_name(str(row.unit), row.period.code)
    return Hit(name, f"{row.get_state_display()} · {row.period.plan}", "return", (row.pk,))


def _projects(reader: Reader) -> QuerySet[ListMember]:
    rows = ListMember.objects.visible_to(reader.user).select_related("project__region", "project_list__plan")
    return rows.order_by("project_list", "number")


def _project(row: ListMember, _reader: Reader) -> Hit:
    return Hit(str(row.project), f"{row.project_list} · {row.project.region}", "project", (row.pk,))


KINDS = (
    SearchKind(
        "targets",
        pgettext_lazy("search", "Targets"),
        _targets,
        ("indicator__name", "indicator__name_en", "indicator__code"),
        _target,
        names=("indicator__name",),
    ),
    SearchKind("indicators", _("Indicators"), _indicators, ("name", "name_en", "code"), _indicator, names=("name",)),
    SearchKind(
        "regions",
        _("Regions"),
        _regions,
        ("name", "name_en", "code"),
        _region,
        names=("name",),
        other_names=("earlier__name", "earlier__name_en", "aliases__name"),
    ),
    SearchKind(
        "units",
        _("Reporting units"),
        _units,
        ("name", "name_en", "code"),
        _unit,
        names=("name",),
        other_names=("earlier_names__name", "earlier_names__name_en", "aliases__name"),
    ),
    SearchKind(
        "clauses",
        pgettext_lazy("search", "Clauses"),
        _clauses,
        ("number", "name", "name_en", "wording"),
        _clause,
    ),
    SearchKind(
        "projects",
        _("Projects and enterprises"),
        _projects,
        ("project__name", "project__name_en", "project__code", "project__credit_code", "project__builder"),
        _project,
        names=("project__name", "project__builder"),
    ),
    SearchKind(
        "documents",
        _("Reports"),
        _documents,
        ("title", "region__name", "region__name_en"),
        _document,
        names=("region__name",),
        period="period__code",
    ),
    SearchKind(
        "returns",
        _("Returns"),
        _returns,
        ("unit__name", "unit__name_en", "unit__code", "unit__region__name"),
        _return,
        names=("unit__name",),
        period="period__code",
    ),
    SearchKind(
        "people",
        _("People"),
        lambda reader: people_readable_by(reader.user).order_by("username"),
        ("username", "display_name"),
        _person,
        names=("display_name",),
        addresses=("email",),
    ),
)
