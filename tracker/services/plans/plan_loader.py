"""Turning a checked plan document into rows; every row is validated as a form would."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from tracker.models import (
    Body,
    Clause,
    Commitment,
    Indicator,
    IndicatorPart,
    MeasureUnit,
    Plan,
    Region,
    Target,
    TargetVersion,
)
from tracker.queries.errors import Refused
from tracker.services.audit.keep_rules import issued_moment
from tracker.services.plans.indicator_rules import check_included
from tracker.services.plans.plan_document import Document


def check_names(document: Document) -> None:
    regions = list(Region.objects.values_list("code", flat=True))
    clauses = [row["number"] for row in document.rows("clause")]
    indicators = [row["code"] for row in document.rows("indicator")]
    indicators += Indicator.objects.values_list("code", flat=True)
    document.require_known("plan", "region", regions)
    document.require_known("indicator", "unit", MeasureUnit.objects.values_list("code", flat=True))
    for key in ("parts", "numerator", "denominator", "included_in"):
        document.require_known("indicator", key, indicators)
    document.require_known("target", "indicator", indicators)
    document.require_known("target", "clauses", clauses)
    document.require_known("target", "places", regions)
    document.require_known("commitment", "clause", clauses)
    document.require_known("commitment", "part_of", clauses)
    document.require_known("commitment", "places", regions)
    document.raise_mistakes()


def save_row(document: Document, table: str, index: int, row: Model) -> bool:
    """Validate and add a row, or complain at its place; whether it was added."""
    try:
        row.full_clean()
    except ValidationError as error:
        for key, messages in error.message_dict.items():
            document.complain(table, index, key, " ".join(messages))
        return False
    row.save()
    return True


class PlanLoader:
    """Turns a checked document into rows; every row is validated as a form would."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.regions = {region.code: region for region in Region.objects.all()}
        self.clauses: dict[str, Clause] = {}
        self.indicators = {indicator.code: indicator for indicator in Indicator.objects.select_related("unit")}

    def load(self) -> Plan:
        row = self.document.rows("plan")[0]
        plan = Plan(**{**row, "region": self.regions[row["region"]]})
        self.save("plan", 0, plan)
        self.document.raise_mistakes()
        self.load_clauses(plan)
        self.load_indicators()
        self.document.raise_mistakes()
        self.load_targets(plan)
        self.load_commitments()
        return plan

    def save(self, table: str, index: int, row: Model) -> None:
        """Validate and add a row, or complain at its place."""
        save_row(self.document, table, index, row)

    def load_clauses(self, plan: Plan) -> None:
        for index, row in enumerate(self.document.rows("clause")):
            clause = self.clauses[row["number"]] = Clause(plan=plan, position=index, **row)
            self.save("clause", index, clause)

    def load_indicators(self) -> None:
        # A whole or a ratio stands before its terms in the document as often as after: terms first.
        rows = sorted(enumerate(self.document.rows("indicator")), key=lambda item: _depth(item[1], self.document))
        stored = {code: indicator.unit.code for code, indicator in self.indicators.items()}
        for index, row in rows:
            code = row["code"]
            if code in stored:
                if stored[code] != row["unit"]:
                    self.document.complain("indicator", index, "unit", _("This indicator is stored in another unit."))
            elif code in self.indicators:
                self.document.complain("indicator", index, "code", _("This indicator is defined twice."))
            elif self.has_terms(index, row):
                self.indicators[code] = self.add_indicator(index, row)

    def has_terms(self, index: int, row: dict[str, Any]) -> bool:
        """Whether what an indicator is made of is there; it is not where an indicator is made of itself."""
        wanted = {key: [row[key]] for key in ("numerator", "denominator", "included_in")}
        for key, codes in {"parts": row["parts"], **wanted}.items():
            if any(code and code not in self.indicators for code in codes):
                self.document.complain("indicator", index, key, _("An indicator cannot be made of itself."))
                return False
        return True

    def add_indicator(self, index: int, row: dict[str, Any]) -> Indicator:
        fields = {**row, "unit": MeasureUnit.objects.get(code=row["unit"])}
        parts = fields.pop("parts")
        fields["numerator"] = self.indicators.get(row["numerator"])
        fields["denominator"] = self.indicators.get(row["denominator"])
        fields["included_in"] = self.indicators.get(row["included_in"])
        is_ratio = bool(row["numerator"] or row["denominator"])
        fields["kind"] = "ratio" if is_ratio else "derived" if parts else "entered"
        if is_ratio:
            fields["over_periods"] = fields["over_places"] = "ratio"
        indicator = Indicator(**fields)
        try:
            check_included(indicator)
        except Refused as refusal:
            self.document.complain("indicator", index, "included_in", refusal.message)
        self.save("indicator", index, indicator)
        for position, part in enumerate(parts):
            link = IndicatorPart(whole=indicator, part=self.indicators[part], position=position)
            if indicator.pk:
                self.save("indicator", index, link)
            if link.part.unit_id != indicator.unit_id:
                self.document.complain("indicator", index, "parts", _("Parts need the unit of their whole."))
        return indicator

    def load_targets(self, plan: Plan) -> None:
        for index, row in enumerate(self.document.rows("target")):
            indicator = self.indicators[row["indicator"]]
            target = Target(
                plan=plan,
                indicator=indicator,
                bound=row["bound"],
                is_approximate=row["is_approximate"],
                is_key=row["is_key"],
                position=index,
            )
            self.save("target", index, target)
            if not target.pk:
                continue
            target.clauses.set(self.clauses[number] for number in row["clauses"])
            target.places.set(self.regions[code] for code in row["places"])
            self.add_first_version(index, row, target)

    def add_first_version(self, index: int, row: dict[str, Any], target: Target) -> None:
        is_derived = target.indicator.kind == Indicator.Kind.DERIVED
        if is_derived != (row["value"] is None):
            self.document.complain("target", index, "value", _derived_or_valued(is_derived))
        elif not is_derived:
            version = TargetVersion(
                target=target,
                value=Decimal(row["value"]),
                effective_from=target.plan.starts_on,
                recorded_at=issued_moment(target.plan),
                document_number=row["document_number"],
            )
            self.save("target", index, version)

    def load_commitments(self) -> None:
        commitments: dict[str, Commitment] = {}
        for index, row in enumerate(self.document.rows("commitment")):
            commitment = commitments[row["clause"]] = Commitment(
                clause=self.clauses[row["clause"]], kind=row["kind"], part_of=commitments.get(row["part_of"])
            )
            self.save("commitment", index, commitment)
            if commitment.pk:
                commitment.places.set(self.regions[code] for code in row["places"])
                commitment.bodies.set(Body.objects.get_or_create(name=name)[0] for name in row["bodies"])


def _derived_or_valued(is_derived: bool) -> str:
    if is_derived:
        return _("A derived indicator's target is the sum of its parts' targets and has no value of its own.")
    return _("A target needs a value.")


def _depth(row: dict[str, Any], document: Document) -> int:
    """How many levels of terms lie under an indicator of the document (cycles are cut)."""
    rows = {other["code"]: other for other in document.rows("indicator")}

    def depth(code: str, above: frozenset[str]) -> int:
        if code not in rows or code in above:
            return 0
        terms = [*rows[code]["parts"], *(rows[code][key] for key in ("numerator", "denominator", "included_in"))]
        return 1 + max((depth(term, above | {code}) for term in terms if term), default=0)

    return depth(row["code"], frozenset())
