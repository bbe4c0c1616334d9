"""Names, order and wording that a document prints beside its figures, kept with it in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.utils.translation import gettext as _

from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.pace import Pace
from tracker.models import Indicator, Period, Plan, Region, Target, TargetVersion
from tracker.models.earlier import tree_on
from tracker.models.naming import Named, in_readers_language
from tracker.models.target import PACE_CHOICES
from tracker.queries.documents.names import issuer_of


@dataclass(frozen=True)
class Name:
    """A Chinese name and an English one, which may be empty."""

    chinese: str
    english: str = ""

    @classmethod
    def of(cls, named: Named) -> Self:
        """Return the names of a row."""
        return cls(named.name, named.name_en)

    def __str__(self) -> str:
        """Return the name in the reader's language."""
        return in_readers_language(self.chinese, self.english)

    def as_json(self) -> list[str]:
        """Return the name for keeping."""
        return [self.chinese, self.english]


@dataclass(frozen=True)
class IndicatorNames:
    """An indicator as it is printed: its name, its unit, its decimals."""

    name: Name
    unit: Name
    decimals: int
    is_derived: bool = False

    @classmethod
    def of(cls, indicator: Indicator) -> Self:
        """Return what is printed of a row."""
        return cls(
            Name.of(indicator),
            Name(indicator.unit.symbol, indicator.unit.symbol_en),
            indicator.decimals,
            indicator.kind == Indicator.Kind.DERIVED,
        )

    def as_json(self) -> list[Any]:
        """Return it for keeping."""
        return [self.name.as_json(), self.unit.as_json(), self.decimals, self.is_derived]


@dataclass(frozen=True)
class TargetNames:
    """A target as it is printed: what it asks, by which clauses, and the version in force."""

    code: str
    bound: str
    pace: str
    clauses: Sequence[str] = ()
    is_approximate: bool = False
    version: int | None = None
    effective_from: date | None = None
    document: str = ""

    @property
    def is_graded(self) -> bool:
        """Return True if a warning level applies."""
        return self.bound != Target.Bound.REFERENCE

    @property
    def bound_in_words(self) -> str:
        """Return "at least"."""
        return str(Target.Bound(self.bound).label)

    @property
    def pace_in_words(self) -> str:
        """Return "Even by month"."""
        return str(dict(PACE_CHOICES)[self.pace])

    @property
    def version_in_words(self) -> str:
        """Return "version 2"; nothing without a version."""
        return _("version %(number)s") % {"number": self.version} if self.version else ""

    def as_json(self) -> dict[str, Any]:
        """Return it for keeping."""
        return {
            "code": self.code,
            "bound": self.bound,
            "pace": self.pace,
            "clauses": list(self.clauses),
            "is_approximate": self.is_approximate,
            "version": self.version,
            "effective_from": self.effective_from and self.effective_from.isoformat(),
            "document": self.document,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return what `as_json` kept."""
        day = kept["effective_from"]
        return cls(**{**kept, "effective_from": day and date.fromisoformat(day)})


@dataclass(frozen=True)
class DocumentNames:
    """All of them. `targets` and `cities` are in the order of the document; `place` is the code of its region.

    `overall_ranking` is the plan's rule for ranking its regions over all targets; empty for none.
    """

    plan: Name
    issuer: Name
    top: str
    place: str
    zone: str
    indicators: Mapping[str, IndicatorNames]
    regions: Mapping[str, Name]
    targets: Sequence[TargetNames] = ()
    cities: Sequence[str] = ()
    overall_ranking: str = ""

    @property
    def plan_in_words(self) -> str:
        """Return the plan's name, with the place where the document is not on the plan's own."""
        if self.place == self.top:
            return str(self.plan)
        return _("%(plan)s (%(place)s)") % {"plan": self.plan, "place": self.regions[self.place]}

    def as_json(self) -> dict[str, Any]:
        """Return them for keeping."""
        return {
            "plan": self.plan.as_json(),
            "issuer": self.issuer.as_json(),
            "top": self.top,
            "place": self.place,
            "zone": self.zone,
            "indicators": {code: one.as_json() for code, one in self.indicators.items()},
            "regions": {code: one.as_json() for code, one in self.regions.items()},
            "targets": [one.as_json() for one in self.targets],
            "cities": list(self.cities),
            **({"overall_ranking": self.overall_ranking} if self.overall_ranking else {}),
        }


def names_from_json(kept: Mapping[str, Any]) -> DocumentNames:
    """Return the names that `DocumentNames.as_json` kept."""
    return DocumentNames(
        plan=Name(*kept["plan"]),
        issuer=Name(*kept["issuer"]),
        top=kept["top"],
        place=kept["place"],
        zone=kept["zone"],
        indicators={
            code: IndicatorNames(Name(*name), Name(*unit), decimals, is_derived)
            for code, (name, unit, decimals, is_derived) in kept["indicators"].items()
        },
        regions={code: Name(*name) for code, name in kept["regions"].items()},
        targets=[TargetNames.from_json(one) for one in kept["targets"]],
        cities=kept["cities"],
        overall_ranking=kept.get("overall_ranking", ""),
    )


def load_names(
    period: Period, region: Region, *, book: FigureInputs | None = None, periods: Mapping[str, Period] | None = None
) -> DocumentNames:
    """Return the names of a document on a region at the end of a period; of its targets those that are in `book`.

    `periods` holds the period of each indicator's figures, by which the version in force is found.
    """
    plan, day = period.plan, period.ends_on
    tree = tree_on(plan.region, day)
    regions = tree.regions
    indicators = Indicator.objects.select_related("unit").order_by("code")
    cities = [one.code for one in tree.below(plan.region_id)]
    return DocumentNames(
        plan=Name.of(plan),
        issuer=Name(*issuer_of(plan, region)),
        top=plan.region.code,
        place=region.code,
        zone=plan.time_zone,
        indicators={one.code: IndicatorNames.of(one) for one in indicators if not book or one.code in book.cells.rules},
        regions={one.code: Name.of(one) for one in regions},
        targets=_targets(plan, book, periods or {}) if book else [],
        cities=[code for code in cities if not book or code in book.paths],
        overall_ranking=plan.overall_ranking if book else "",
    )


def _targets(plan: Plan, book: FigureInputs, periods: Mapping[str, Period]) -> list[TargetNames]:
    targets = [one for one in plan.targets.with_indicator().order_by("position") if one.indicator.code in book.terms]
    versions: dict[tuple[date, int], TargetVersion] = {}
    for day in {period.ends_on for period in periods.values()}:
        in_force = TargetVersion.objects.filter(target__plan=plan).in_force_on(day)
        versions |= {(day, version.target_id): version for version in in_force}
    return [
        _target(one, versions.get((periods[one.indicator.code].ends_on, one.pk)), book.terms[one.indicator.code].pace)
        for one in targets
    ]


def _target(target: Target, version: TargetVersion | None, pace: Pace) -> TargetNames:
    return TargetNames(
        code=target.indicator.code,
        bound=target.bound,
        pace=pace.value,
        clauses=[clause.number for clause in target.clauses.all()],
        is_approximate=target.is_approximate,
        version=version.number if version else None,
        effective_from=version.effective_from if version else None,
        document=version.document_number if version else "",
    )
