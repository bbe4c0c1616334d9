"""Finding what a workbook names: by code first, then by name; a name that several share is refused."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from tracker.documents.setup.sheets import BY_TABLE
from tracker.models import (
    Clause,
    EarlierRegion,
    EarlierUnitName,
    MeasureUnit,
    NameAlias,
    Plan,
    Region,
    ReportingUnit,
    Schedule,
    User,
)
from tracker.queries.imports.setup_workbook.choices import plain
from tracker.queries.plans.plan_tables import indicators_with_terms


class Unknown(Exception):
    """Raised, with what to do, for a name that nothing or more than one thing has."""


class Lookup:
    """Rows of each table by code and by name, those that the workbook adds included."""

    def __init__(self) -> None:
        self.by_code: dict[str, dict[str, Any]] = {}
        self.by_name: dict[str, dict[str, list[Any]]] = {}
        self.fill("region", Region.objects.select_related("parent"))
        self.fill("unit", MeasureUnit.objects.all())
        self.fill("reporting_unit", ReportingUnit.objects.select_related("region"))
        self.fill("indicator", indicators_with_terms())
        self.fill("person", User.objects.all())
        self._add_former_names()
        for table in ("clause", "schedule"):
            self.fill(table, ())

    def of_plan(self, plan: Plan) -> None:
        """Add what belongs to a plan alone."""
        self.fill("clause", Clause.objects.filter(plan=plan))
        self.fill("schedule", Schedule.objects.filter(plan=plan))

    def fill(self, table: str, rows: Iterable[Model]) -> None:
        """Take rows in, in place of those that were there."""
        self.by_code[table], self.by_name[table] = {}, {}
        for row in rows:
            self.add(table, row)

    def _add_former_names(self) -> None:
        """Let regions and units be found by former and other names that are nothing's present name."""
        regions: list[Any] = list(EarlierRegion.objects.select_related("region__parent"))
        regions += list(NameAlias.objects.exclude(region=None).select_related("region__parent"))
        units = EarlierUnitName.objects.select_related("unit__region")
        former: list[tuple[str, str, Any]] = [("region", row.name, row.region) for row in regions]
        former += [("reporting_unit", row.name, row.unit) for row in units]
        present = {table: set(names) for table, names in self.by_name.items()}
        for table, name, row in former:
            if plain(name) not in present[table]:
                named = self.by_name[table].setdefault(plain(name), [])
                named += [row] if row not in named else []

    def add(self, table: str, row: Any) -> None:
        """Take a row in."""
        self.by_code[table][code_of(table, row)] = row
        for name in {plain(name) for name in names_of(table, row) if name}:
            known = self.by_name[table].setdefault(name, [])
            if row.pk not in {one.pk for one in known}:
                known.append(row)

    def get(self, table: str, text: str) -> Any:
        """Return the row of this code, or None."""
        return self.by_code[table].get(text)

    def find(self, table: str, text: str) -> Any:
        """Return the row of this code or name. Raise Unknown with what to do."""
        row = self.by_code[table].get(text)
        if row is not None:
            return row
        named = self.by_name[table].get(plain(text), [])
        if len(named) == 1:
            return named[0]
        if named:
            codes = _("; ").join(code_of(table, one) for one in named)
            words = {"name": text[:60], "codes": codes}
            raise Unknown(_("Several have the name “%(name)s”. Write the code: %(codes)s") % words)
        words = {"name": text[:60], "sheet": _sheet(table)}
        raise Unknown(_("“%(name)s” is not known. Correct it, or add a row for it to the sheet “%(sheet)s”.") % words)


def code_of(table: str, row: Any) -> str:
    """Return what tells a row apart in its table."""
    return str(getattr(row, {"person": "username", "clause": "number", "schedule": "name"}.get(table, "code")))


def names_of(table: str, row: Any) -> tuple[str, ...]:
    """Return the other words that a row is known by. People are told apart by their account alone."""
    if table == "unit":
        return (row.symbol, row.symbol_en)
    return () if table in ("person", "clause", "schedule") else (row.name, row.name_en)


def _sheet(table: str) -> str:
    return str(BY_TABLE[table].title)
