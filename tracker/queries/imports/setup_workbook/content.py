"""Content of the set-up workbook: empty, of a plan, or of a proposal."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.calculation.targets.kinds import Kind
from tracker.documents.setup.columns import FIRST, LINES, GridColumn
from tracker.documents.setup.columns import Kind as Value
from tracker.documents.setup.content import Grid, GridHead, SetupContent
from tracker.documents.setup.shape import SHAPE, Row, Tables
from tracker.documents.setup.sheets import BY_TABLE, SHEETS
from tracker.models import Indicator, MeasureUnit, Membership, Obligation, Plan, Region, ReportingUnit, User
from tracker.models.access import Capability, scope_of
from tracker.queries.imports.setup_workbook.choices import choices_in_words
from tracker.queries.plans.mail_tables import subscriptions_of
from tracker.queries.plans.people_tables import ACCOUNT
from tracker.queries.plans.place_tables import region_row
from tracker.queries.plans.plan_tables import measure_row, plan_tables
from tracker.queries.plans.threshold_text import threshold_texts

#: Tables whose rows are shown by another word than their code, and that word's key.
NAMED_BY = {"indicator": "name", "unit": "symbol", "region": "name", "reporting_unit": "name"}
#: What the nested tables of a target become: sheets of their own.
NESTED_SHEETS = {"milestones": "milestone", "points": "point", "programme": "programme", "versions": "version"}


def empty_content(shipped: Iterable[Row] = ()) -> SetupContent:
    """Return an empty workbook: with the units of measure there are and those shipped, which indicators need."""
    return _content({"unit": _units_with(shipped)}, _("Set-up workbook"))


def _units_with(shipped: Iterable[Row]) -> list[Row]:
    """Return the units of measure there are, and after them those shipped with the product that are not there."""
    stored = [measure_row(unit) for unit in MeasureUnit.objects.all()]
    known = {row["code"] for row in stored}
    return [*stored, *(row for row in shipped if row["code"] not in known)]


def plan_content(plan: Plan, user: User, *, with_people: bool = True) -> SetupContent:
    """Return everything that is set up for a plan, with the people and the mail that this person manages.

    Without people there are no accounts, roles and subscriptions: no name or address of a person.
    """
    tables: dict[str, list[Row]] = dict(plan_tables(plan))
    row = tables["plan"][0]
    row["remind_days_before"] = plan.remind_days_before
    row["remind_every_days"] = plan.remind_every_days
    tables |= people_tables(plan, user) if with_people else {"person": [], "role": []}
    manages_mail = scope_of(user, Capability.MANAGE_MAIL, plan_id=plan.pk).covers_region(plan.region)
    shown = subscriptions_of(plan) if with_people and manages_mail else []
    tables["subscription"] = [_subscription_row(one) for one in shown]
    tables["deadline"] = [{"kind": kind, **rule} for kind, rule in plan.deadlines.items()]
    return _content(tables, _("Set-up workbook: %(plan)s") % {"plan": plan})


def proposed_content(tables: Tables, shipped: Iterable[Row] = ()) -> SetupContent:
    """Return a proposal: the tables of a plan document, complete with defaults, and the units of measure there are."""
    complete = {table: [{**SHAPE[table][1], **row} for row in rows] for table, rows in tables.items() if table in SHAPE}
    known = {row["code"] for row in complete.get("unit", [])}
    units = [row for row in _units_with(shipped) if row["code"] not in known]
    complete["unit"] = [*complete.get("unit", []), *units]
    region = next((row.get("region", "") for row in complete.get("plan", [])), "")
    mine = {row["code"] for row in complete.get("region", [])}
    stored = Region.objects.filter(code=region).first()
    if stored is not None:
        below = Region.objects.filter(path__startswith=stored.path).select_related("parent", "merged_into")
        rows = [region_row(one) for one in below if one.code not in mine]
        complete["region"] = [*rows, *complete.get("region", [])]
    title = next((row.get("name", "") for row in complete.get("plan", [])), "")
    return _content(complete, _("Set-up workbook: %(plan)s") % {"plan": title or _("proposal")})


def people_tables(plan: Plan, user: User) -> dict[str, list[Row]]:
    """Return the accounts and roles in a plan's region of the people whom this person manages."""
    within = Q(region__path__startswith=plan.region.path) & (Q(plan=None) | Q(plan=plan))
    managed = Q(pk__in=())
    for capability in (Capability.MANAGE_ACCOUNTS, Capability.MANAGE_PEOPLE):
        scope = scope_of(user, capability)
        if scope.is_somewhere:
            managed |= scope.as_filter("region__path", plan_field="plan")
    rows = Membership.objects.filter(within & managed).select_related("user", "region", "unit")
    memberships = list(rows.order_by("user__username", "role", "region__path"))
    people = {one.user.username: one.user for one in memberships}
    return {
        "person": [{name: getattr(one, name) for name in ACCOUNT} for one in people.values()],
        "role": [
            {
                "username": one.user.username,
                "role": one.role,
                "region": one.region.code,
                "unit": one.unit.code if one.unit else "",
                "only_plan": one.plan_id is not None or None,
            }
            for one in memberships
        ],
    }


def _subscription_row(row: Any) -> Row:
    plain = ("role", "address", "about", "language", "attached", "hold_number", "hold_counts", "hold_days", "is_active")
    return {
        **{name: getattr(row, name) for name in plain},
        "schedule": row.schedule.name,
        "user": row.user.username if row.user else "",
        "region": row.region.code if row.region else "",
        "place": row.place.code if row.place else "",
        "indicators": [one.code for one in row.indicators.all()],
        "copies_to": [one.username for one in row.copies_to.all()],
        "thresholds": threshold_texts(row),
    }


def _content(tables: Mapping[str, list[Row]], title: str) -> SetupContent:
    rows = {table: list(found) for table, found in tables.items()}
    for target in rows.get("target", []):
        for key, sheet in NESTED_SHEETS.items():
            nested = [{"indicator": target["indicator"], **one} for one in target.get(key, [])]
            rows.setdefault(sheet, []).extend(nested)
    names = _Names(rows)
    shown = {sheet.table: [names.shown(sheet.table, row) for row in rows.get(sheet.table, [])] for sheet in SHEETS}
    grids = {"split": _split(rows, names), "obligation": _obligations(rows, names)}
    return SetupContent(title, shown, grids, choices_in_words())


class _Names:
    """Words that rows are named by in other sheets: their names, or their codes where names are shared."""

    def __init__(self, rows: Mapping[str, list[Row]]) -> None:
        models: dict[str, Any] = {
            "indicator": Indicator,
            "unit": MeasureUnit,
            "region": Region,
            "reporting_unit": ReportingUnit,
        }
        self.words: dict[str, dict[str, str]] = {}
        for table, key in NAMED_BY.items():
            stored = dict(models[table].objects.values_list("code", key))
            known = {**stored, **{row["code"]: row[key] for row in rows.get(table, [])}}
            shared = Counter(known.values())
            self.words[table] = {
                code: name if shared[name] == 1 and name not in known and not set(name) & set("；;\n") else code
                for code, name in known.items()
            }

    def name(self, table: str, code: str) -> str:
        """Return the word for a code."""
        return self.words.get(table, {}).get(code, code)

    def shown(self, table: str, row: Row) -> Row:
        """Return a row with what it refers to by name."""
        found = dict(row)
        for column in BY_TABLE[table].columns:
            value = row.get(column.key)
            if column.kind is Value.NAME and value:
                found[column.key] = self.name(column.of, value)
            elif column.kind is Value.NAMES and value:
                found[column.key] = [self.name(column.of, one) for one in value]
        return found


def _split(rows: Mapping[str, list[Row]], names: _Names) -> Grid:
    """Return the split: the places directly below the plan's region, and what else has a share."""
    region = next((row.get("region", "") for row in rows.get("plan", [])), "")
    regions = {row["code"]: row for row in rows.get("region", [])}
    versions = [found for target in rows.get("target", []) for found in _versions(target)]
    places = [(code, "") for code, row in regions.items() if region and row["part_of"] == region]
    for _target, _effective, goals in versions:
        places += [(goal["place"], goal.get("unit", "")) for goal in goals]
    order = {code: at for at, code in enumerate(regions)}
    listed = sorted(dict.fromkeys(places), key=lambda place: (order.get(place[0], len(order)), place[1]))
    at_row = {place: at for at, place in enumerate(listed)}
    heads: list[GridHead] = []
    cells: dict[tuple[int, int], Any] = {}
    measures = {row["code"]: names.name("unit", row["unit"]) for row in rows.get("indicator", [])}
    for target, effective, goals in versions:
        if target.get("value") is None:
            continue
        for line in ("value", *LINES):
            if line != "value" and not any(goal.get(line) is not None for goal in goals):
                continue
            number = len(heads)
            heads.append(_head(target, effective, line, names, measures))
            for goal in goals:
                place = at_row[goal["place"], goal.get("unit", "")]
                cells[place, number] = goal.get(line)
    own = [
        {
            "place": names.name("region", code),
            "unit": names.name("reporting_unit", unit),
            "within": True if unit or regions.get(code, {}).get("part_of") != region else None,
        }
        for code, unit in listed
    ]
    return Grid(heads, own, cells)


def _versions(target: Row) -> Iterable[tuple[Row, str, list[Row]]]:
    yield target, FIRST, target.get("goals", [])
    for version in target.get("versions", []):
        yield {**target, **version}, version["effective_from"].isoformat(), version.get("goals", [])


def _head(target: Row, effective: str, line: str, names: _Names, measures: Mapping[str, str]) -> GridHead:
    code = target["indicator"]
    measure = f" ({measures[code]})" if code in measures else ""
    day = "" if effective == FIRST else effective
    parts = (f"{names.name('indicator', code)}{measure}", day, str(LINES.get(line, "")))
    heading = "\n".join(part for part in parts if part)
    kind = target.get("kind") or Kind.AMOUNT
    whole = Decimal(target["value"]) if line == "value" and kind == Kind.AMOUNT else None
    return GridHead(GridColumn(code, effective, line), heading, whole, is_shared=whole is not None)


def _obligations(rows: Mapping[str, list[Row]], names: _Names) -> Grid:
    """Return who reports what: a row for each unit, a column for each indicator that is entered."""
    entered = [row["code"] for row in rows.get("indicator", []) if not row["parts"] and not row["numerator"]]
    owed = rows.get("obligation", [])
    codes = list(dict.fromkeys([*entered, *(row["indicator"] for row in owed)]))
    units = [row["code"] for row in rows.get("reporting_unit", [])]
    at_row, at_column = {code: at for at, code in enumerate(units)}, {code: at for at, code in enumerate(codes)}
    words = dict(Obligation._meta.get_field("frequency").flatchoices)
    starts_on = next((row.get("starts_on") for row in rows.get("plan", [])), None)
    cells: dict[tuple[int, int], Any] = {}
    for row in owed:
        begins = None if row["begins"] == starts_on else row["begins"]
        text = str(words[row["frequency"]])
        if begins or row["ends"]:
            text += f" {begins or ''}~{row['ends'] or ''}"
        cells[at_row[row["unit"]], at_column[row["indicator"]]] = text
    heads = [GridHead(GridColumn(code), names.name("indicator", code)) for code in codes]
    return Grid(heads, [{"unit": names.name("reporting_unit", code)} for code in units], cells)
