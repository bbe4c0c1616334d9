"""Turning a checked plan document into rows; every row is validated as a form would."""

from collections.abc import Callable
from functools import partial
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
    ReportingUnit,
)
from tracker.queries.errors import Refused
from tracker.services.audit.issued_rules import documents_on, resting_in_words
from tracker.services.plans.indicator_rules import check_included, check_ratio_units, check_rules, check_weight
from tracker.services.plans.plan_document import Document

#: Keys that name another indicator.
TERMS = ("numerator", "denominator", "included_in", "weight")
#: What an indicator means, beside its unit and name: a stored one is not given another meaning.
COMPARED = ("direction", "over_periods", "over_places", "decimals", "allows_negative", *TERMS)


def check_names(document: Document) -> None:
    """Raise Refused naming each key that names what neither the document nor the database has."""
    regions = list(Region.objects.values_list("code", flat=True))
    clauses = [row["number"] for row in document.rows("clause")]
    indicators = [row["code"] for row in document.rows("indicator")]
    indicators += Indicator.objects.values_list("code", flat=True)
    document.require_known("plan", "region", regions)
    document.require_known("indicator", "unit", MeasureUnit.objects.values_list("code", flat=True))
    for key in ("parts", *TERMS):
        document.require_known("indicator", key, indicators)
    document.require_known("target", "indicator", indicators)
    document.require_known("target", "clauses", clauses)
    document.require_known("target", "places", regions)
    units = [row["code"] for row in document.rows("reporting_unit")]
    units += ReportingUnit.objects.values_list("code", flat=True)
    for index, row in enumerate(document.rows("target")):
        for goal in [*row["goals"], *(goal for version in row["versions"] for goal in version["goals"])]:
            for key, names in (("place", regions), ("unit", ["", *units])):
                if goal[key] not in names:
                    document.complain(
                        "target", index, f"goals.{key}", _("“%(name)s” is not defined.") % {"name": goal[key]}
                    )
    document.require_known("rule_change", "target", [row["indicator"] for row in document.rows("target")])
    for key in ("indicator", "weight"):
        document.require_known("rule_change", key, indicators)
    document.require_known("commitment", "clause", clauses)
    document.require_known("commitment", "part_of", [row["clause"] for row in document.rows("commitment")])
    document.require_known("commitment", "places", regions)
    document.require_known("reporting_unit", "region", regions)
    for table in ("earlier", "alias"):
        document.require_known(table, "region", regions)
        document.require_known(table, "unit", units)
    document.require_known("earlier", "part_of", [*regions, "/"])
    document.require_known("alias", "indicator", indicators)
    for table in ("obligation", "range", "capacity"):
        document.require_known(table, "unit", units)
        document.require_known(table, "indicator", indicators)
    document.require_known("link", "indicator", indicators)
    document.require_known("subscription", "schedule", [row["name"] for row in document.rows("schedule")])
    document.require_known("subscription", "region", regions)
    document.require_known("subscription", "place", regions)
    document.require_known("subscription", "indicators", indicators)
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
        self.units: dict[str, ReportingUnit] = {}
        self.clauses: dict[str, Clause] = {}
        self.indicators = {indicator.code: indicator for indicator in Indicator.objects.select_related("unit")}

    def load(self) -> Plan:
        row = self.document.rows("plan")[0]
        fields = {key: value for key, value in row.items() if key not in ("pace", "reminds_before", "reminds_after")}
        plan = Plan(**{**fields, "region": self.regions[row["region"]]})
        plan.remind_days_before = row["remind_days_before"] if row["reminds_before"] else None
        plan.remind_every_days = row["remind_every_days"] if row["reminds_after"] else None
        self.save("plan", 0, plan)
        self.document.raise_mistakes()
        self.load_bodies()
        self.load_units()
        self.load_clauses(plan)
        self.load_indicators()
        self.document.raise_mistakes()
        self.load_commitments()
        return plan

    def save(self, table: str, index: int, row: Model) -> None:
        """Validate and add a row, or complain at its place."""
        save_row(self.document, table, index, row)

    def check(self, table: str, index: int, check: Callable[[], None]) -> None:
        """Complain, at their fields, of what a check refuses."""
        try:
            check()
        except Refused as refusal:
            for field, message in refusal.fields.items():
                self.document.complain(table, index, field, message)

    def load_bodies(self) -> None:
        """Add the bodies that have a row of their own; those that are there stay as they are."""
        for index, row in enumerate(self.document.rows("body")):
            if not Body.objects.filter(name=row["name"]).exists():
                self.save("body", index, Body(**row))

    def load_units(self) -> None:
        """Add the reporting units that are not there yet; one that is there must lie in the same region."""
        self.units = {unit.code: unit for unit in ReportingUnit.objects.select_related("region")}
        stored = dict(self.units)
        for index, row in enumerate(self.document.rows("reporting_unit")):
            unit = stored.get(row["code"])
            if unit is not None and unit.region.code != row["region"]:
                message = _("This unit is stored in %(region)s.") % {"region": unit.region}
                self.document.complain("reporting_unit", index, "region", message)
            elif unit is None:
                unit = ReportingUnit(**{**row, "region": self.regions[row["region"]]})
                self.save("reporting_unit", index, unit)
                self.units[row["code"]] = unit

    def body(self, table: str, index: int, key: str, name: str) -> Body:
        """Return the body of this name, added where there is none."""
        found = Body.objects.filter(name=name).first()
        if found is None:
            found = Body(name=name)
            try:
                found.full_clean()
            except ValidationError as error:
                self.document.complain(table, index, key, " ".join(error.messages))
                self.document.raise_mistakes()
            found.save()
        return found

    def load_clauses(self, plan: Plan) -> None:
        for index, row in enumerate(self.document.rows("clause")):
            clause = self.clauses[row["number"]] = Clause(plan=plan, position=index, **row)
            self.save("clause", index, clause)

    def load_indicators(self) -> None:
        # A whole or a ratio stands before its terms in the document as often as after: terms first.
        rows = sorted(enumerate(self.document.rows("indicator")), key=lambda item: _depth(item[1], self.document))
        stored = dict(self.indicators)
        for index, row in rows:
            code = row["code"]
            if code in stored:
                self.compare(index, row, stored[code])
            elif code in self.indicators:
                self.document.complain("indicator", index, "code", _("This indicator is defined twice."))
            elif self.has_terms(index, row):
                self.indicators[code] = self.add_indicator(index, row)

    def compare(self, index: int, row: dict[str, Any], stored: Indicator) -> None:
        """Complain of everything in which a document gives a stored indicator another meaning."""
        if stored.unit.code != row["unit"]:
            message = _("This indicator is stored in another unit.")
            self.document.complain("indicator", index, "unit", _with_documents(message, stored))
        is_ratio = bool(row["numerator"] or row["denominator"])
        meant = {key: row[key] for key in ("name", *COMPARED)}
        meant |= {"over_periods": "ratio", "over_places": "ratio"} if is_ratio else {}
        meant |= {key: row[key] for key in ("name_en", "definition") if row[key]}
        for key, value in meant.items():
            kept = getattr(stored, key)
            kept = kept.code if isinstance(kept, Indicator) else "" if kept is None else kept
            if value != kept:
                self.complain_of_meaning(index, key, kept, value, stored)
        parts = list(stored.part_links.order_by("position").values_list("part__code", flat=True))
        if set(parts) != set(row["parts"]):
            self.complain_of_meaning(index, "parts", ", ".join(parts), ", ".join(row["parts"]), stored)

    def complain_of_meaning(self, index: int, key: str, kept: object, here: object, stored: Indicator) -> None:
        """Complain of one key by which a stored indicator would get another meaning."""
        words = {"stored": kept, "here": here}
        message = _("This indicator is stored with “%(stored)s”, not “%(here)s”. Use another code.") % words
        self.document.complain("indicator", index, key, _with_documents(message, stored))

    def has_terms(self, index: int, row: dict[str, Any]) -> bool:
        """Return True if what an indicator is made of is there; it is not where an indicator is made of itself."""
        wanted = {key: [row[key]] for key in TERMS}
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
        fields["weight"] = self.indicators.get(row["weight"])
        is_ratio = bool(row["numerator"] or row["denominator"])
        fields["kind"] = "ratio" if is_ratio else "derived" if parts else "entered"
        if is_ratio:
            fields["over_periods"] = fields["over_places"] = "ratio"
        indicator = Indicator(**fields)
        if not parts:
            self.check("indicator", index, lambda: check_rules(fields))
        for check in (check_included, check_weight, check_ratio_units):
            self.check("indicator", index, partial(check, indicator))
        self.save("indicator", index, indicator)
        for position, part in enumerate(parts):
            link = IndicatorPart(whole=indicator, part=self.indicators[part], position=position)
            if indicator.pk:
                self.save("indicator", index, link)
            if link.part.unit_id != indicator.unit_id:
                self.document.complain("indicator", index, "parts", _("Parts need the unit of their whole."))
        return indicator

    def load_commitments(self) -> None:
        commitments: dict[str, Commitment] = {}
        for index, row in enumerate(self.document.rows("commitment")):
            commitment = commitments[row["clause"]] = Commitment(
                clause=self.clauses[row["clause"]],
                kind=row["kind"],
                status=row["status"],
                status_note=row["status_note"],
            )
            self.save("commitment", index, commitment)
            if commitment.pk:
                commitment.places.set(self.regions[code] for code in row["places"])
                commitment.bodies.set([self.body("commitment", index, "bodies", name) for name in row["bodies"]])
        for row in self.document.rows("commitment"):
            if row["part_of"] and commitments[row["clause"]].pk:
                commitments[row["clause"]].part_of = commitments[row["part_of"]]
                commitments[row["clause"]].save(update_fields=["part_of"])


def _with_documents(message: str, stored: Indicator) -> str:
    """Return a message with the issued documents that rest on the indicator, if there are any."""
    return f"{message} {resting_in_words(documents_on(stored))}".strip()


def _depth(row: dict[str, Any], document: Document) -> int:
    """Return how many levels of terms lie under an indicator of the document (cycles are cut)."""
    rows = {other["code"]: other for other in document.rows("indicator")}

    def depth(code: str, above: frozenset[str]) -> int:
        if code not in rows or code in above:
            return 0
        terms = [
            *rows[code]["parts"],
            *(rows[code][key] for key in ("numerator", "denominator", "included_in", "weight")),
        ]
        return 1 + max((depth(term, above | {code}) for term in terms if term), default=0)

    return depth(row["code"], frozenset())
