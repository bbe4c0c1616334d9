"""Importing the plan, its clauses, its commitments and its indicators."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tracker.models import (
    Body,
    Clause,
    Commitment,
    Entry,
    Indicator,
    IndicatorPart,
    IssuedReport,
    Period,
    Plan,
    Return,
)
from tracker.models.plan_calendar import BASIS_CHOICES, check_deadline_rule
from tracker.queries.imports.setup_workbook.read import SetupRow
from tracker.services.audit.configuration import delete_configured, save_configured, set_related
from tracker.services.imports.setup_workbook.run import CHANGED, NEW, SAME, RowIsWrong, SetupRun, label_of, shown
from tracker.services.plans.indicator_rules import (
    check_included,
    check_parts,
    check_ratio_units,
    check_rules,
    check_weight,
)

TERMS = ("numerator", "denominator", "included_in", "weight")


def import_plan(run: SetupRun) -> None:
    """Add or change the workbook's plan; the rows of other sheets belong to it."""
    rows = list(run.rows("plan"))
    for row in rows[1:]:
        run.complain(row, "code", _("A workbook has one plan. Put this one into a workbook of its own."))
    for row in rows[:1]:
        with run.each(row):
            region = run.find(row, "region", "region")
            plan = Plan.objects.select_related("region").filter(code=row.values["code"]).first()
            is_new = plan is None
            plan = plan or Plan(code=row.values["code"])
            values = {**{name: value for name, value in row.values.items() if name != "code"}, "region": region}
            values["checking_levels"] = list(values["checking_levels"])
            if not is_new:
                run.plan = plan
                run.require_scope(row, run.manages_plan())
            locked = ("region", "starts_on", "ends_on") if not is_new and _has_history(plan) else ()
            run.put(row, plan, values, locked=locked)
            if is_new:
                run.require_scope(row, run.manages_region(region), "region")
            run.plan = plan
            run.lookup.of_plan(plan)


def import_deadlines(run: SetupRun) -> None:
    """Set the rules for deadlines of single kinds of periods. Periods that are open keep the deadlines they have."""
    for row in run.rows("deadline"):
        with run.each(row, {"__all__": "number"}):
            plan = run.needs_plan(row)
            kind, rule = row.values["kind"], {name: row.values[name] for name in ("basis", "number")}
            label = str(Period.Kind(kind).label)
            before = plan.deadlines.get(kind)
            if before == rule:
                run.note(row, SAME, label)
                continue
            check_deadline_rule(rule)
            plan.deadlines = {**plan.deadlines, kind: rule}
            save_configured(plan, acting_user=run.user, now=run.now)
            run.note(row, CHANGED if before else NEW, label, _moved_rule(before, rule) if before else [])


def _moved_rule(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    bases = dict(BASIS_CHOICES)
    return [
        {
            "label": label_of("deadline", name),
            "before": str(bases.get(before[name], before[name])),
            "after": str(bases.get(after[name], after[name])),
        }
        for name in ("basis", "number")
        if before[name] != after[name]
    ]


def _has_history(plan: Plan) -> bool:
    returns = Return.objects.filter(period__plan=plan)
    return returns.exists() or IssuedReport.objects.filter(plan=plan).exists()


def import_clauses(run: SetupRun) -> None:
    """Add or change the plan's clauses, in the order of the sheet."""
    for position, row in enumerate(run.rows("clause")):
        with run.each(row):
            plan = run.needs_plan(row)
            clause = run.lookup.get("clause", row.values["number"])
            instance = clause or Clause(plan=plan, number=row.values["number"], position=position)
            run.put(row, instance, {name: row.values[name] for name in ("name", "name_en", "wording")})
            run.lookup.add("clause", instance)


def import_indicators(run: SetupRun) -> None:
    """Add or change indicators, each after those that it is made of."""
    waiting = list(run.rows("indicator"))
    while waiting:
        own = {text for row in waiting for text in (row.values["code"], row.values["name"])}
        ready = [row for row in waiting if not own & (_named(row) - {row.values["code"], row.values["name"]})]
        for row in ready or waiting:
            _import_indicator(run, row)
        waiting = [row for row in waiting if ready and row not in ready]


def _named(row: SetupRow) -> set[str]:
    return {*row.values["parts"], *(row.values[name] for name in TERMS if row.values[name])}


def _import_indicator(run: SetupRun, row: SetupRow) -> None:
    with run.each(row, {"part": "parts"}):
        unit = run.find(row, "unit", "unit")
        terms = {name: run.find(row, name, "indicator") for name in TERMS}
        parts = run.find_all(row, "parts", "indicator")
        stored = run.lookup.get("indicator", row.values["code"])
        indicator = stored or Indicator(code=row.values["code"])
        is_ratio = bool(terms["numerator"] or terms["denominator"])
        kind = "ratio" if is_ratio else "derived" if parts else "entered"
        plain = ("name", "name_en", "decimals", "direction", "over_periods", "over_places", "allows_negative")
        values: dict[str, Any] = {name: row.values[name] for name in (*plain, "definition", "source", "revision_note")}
        values |= {"unit": unit, "kind": kind, **terms}
        if is_ratio:
            values |= {"over_periods": "ratio", "over_places": "ratio"}
        old_parts = [link.part for link in indicator.part_links.order_by("position")] if stored else []
        locked = ("unit", "kind") if stored and Entry.objects.filter(indicator=stored).exists() else ()

        def check(one: Indicator) -> None:
            if kind != "derived":
                check_rules(values)
            for rule in (check_included, check_weight, check_ratio_units):
                rule(one)
            check_parts(one, parts)

        change = run.put(row, indicator, values, locked=locked, check=check)
        if [part.pk for part in old_parts] != [part.pk for part in parts]:
            _set_parts(run, row, indicator, parts, old_parts, change)
        if run.outcomes[-1].change != SAME:
            run.require_scope(row, run.manages_common())
        run.lookup.add("indicator", indicator)


def _set_parts(
    run: SetupRun,
    row: SetupRow,
    whole: Indicator,
    parts: list[Indicator],
    before: list[Indicator],
    change: str,
) -> None:
    check_parts(whole, parts)
    for gone in whole.part_links.exclude(part__in=parts):
        delete_configured(gone, acting_user=run.user, now=run.now)
    for position, part in enumerate(parts):
        link = whole.part_links.filter(part=part).first() or IndicatorPart(whole=whole, part=part)
        link.position = position
        save_configured(link, acting_user=run.user, now=run.now)
    if change != NEW:
        run.outcomes[-1].change = CHANGED
        run.outcomes[-1].details.append({"label": _("Parts"), "before": shown(before), "after": shown(parts)})


def import_commitments(run: SetupRun) -> None:
    """Add or change the tasks and measures of clauses; their status is set on their page."""
    wholes: list[tuple[SetupRow, Commitment]] = []
    for row in run.rows("commitment"):
        with run.each(row):
            run.needs_plan(row)
            clause = run.find(row, "clause", "clause")
            stored = Commitment.objects.filter(clause=clause).first()
            commitment = stored or Commitment(clause=clause)
            run.put(row, commitment, {"kind": row.values["kind"]})
            relate(
                run,
                row,
                commitment,
                {"places": run.find_all(row, "places", "region"), "bodies": bodies(run, row, "bodies")},
            )
            wholes.append((row, commitment))
    for row, commitment in wholes:
        with run.each(row):
            clause = run.find(row, "part_of", "clause")
            whole = Commitment.objects.filter(clause=clause).first() if clause else None
            if clause and (whole is None or whole.pk == commitment.pk):
                run.complain(row, "part_of", _("Choose another commitment of the same plan."))
            elif commitment.part_of != whole:
                commitment.part_of = whole
                save_configured(commitment, acting_user=run.user, now=run.now)
                mark_changed(run, row)


def bodies(run: SetupRun, row: SetupRow, key: str) -> list[Body]:
    """Return the bodies that a cell names, added where they are new."""
    value = row.values[key]
    found = []
    for name in [value] if isinstance(value, str) else value:
        if not name:
            continue
        body = Body.objects.filter(name=name).first()
        if body is None:
            body = Body(name=name)
            if len(name) > 200:
                run.complain(row, key, _("A body's name has at most 200 characters."))
                raise RowIsWrong
            save_configured(body, acting_user=run.user, now=run.now)
        found.append(body)
    return found


def relate(run: SetupRun, row: SetupRow, instance: Any, chosen: dict[str, list[Any]]) -> None:
    """Set what a row names in several columns, and note what changed."""
    for name, rows in chosen.items():
        before = list(getattr(instance, name).all())
        if {one.pk for one in before} == {one.pk for one in rows}:
            continue
        set_related(instance, {name: rows}, acting_user=run.user, now=run.now)
        outcome = run.outcomes[-1]
        if outcome.change == SAME:
            outcome.change = CHANGED
        if outcome.change == CHANGED:
            outcome.details.append({"label": label_of(row.table, name), "before": shown(before), "after": shown(rows)})


def mark_changed(run: SetupRun, row: SetupRow) -> None:
    """Turn a row that was found unchanged into a changed one."""
    for outcome in run.outcomes:
        is_it = (outcome.sheet, outcome.cell) == (row.sheet, row.cell(""))
        if is_it and outcome.change == SAME:
            outcome.change = CHANGED
