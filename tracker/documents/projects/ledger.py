"""The ledger of one list: projects in the official order of columns; of a roster, its enterprises."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.documents import wording
from tracker.documents.projects.figures import amount, day, named
from tracker.documents.shape import Column, Kind, Row, Sheet

NATURES = {
    "new": gettext_lazy("New construction"),
    "expansion": gettext_lazy("Expansion"),
    "renewal": gettext_lazy("Rebuilding and technical renewal"),
    "relocation": gettext_lazy("Relocation"),
    "restoration": gettext_lazy("Restoration"),
}
PERMITS = {
    "project": gettext_lazy("Project approval"),
    "environment": gettext_lazy("Environmental assessment"),
    "energy": gettext_lazy("Energy assessment"),
    "land": gettext_lazy("Land"),
    "planning": gettext_lazy("Planning permit"),
    "construction": gettext_lazy("Construction permit"),
}
STATES = {
    "not_needed": gettext_lazy("Not needed"),
    "pending": gettext_lazy("Pending"),
    "granted": gettext_lazy("Obtained"),
}
PROBLEMS = {
    "land": gettext_lazy("Land and relocation"),
    "funds": gettext_lazy("Funds"),
    "permits": gettext_lazy("Permits"),
    "supply": gettext_lazy("Water, power, roads"),
    "market": gettext_lazy("Market"),
    "other": gettext_lazy("Other"),
}
SUMMED = ("total", "year", "before", "investment")


def ledger_sheet(one: Mapping[str, Any]) -> Sheet:
    """Return the ledger of a project list, with its totals."""
    rows = [_row(line) for line in one["ledger"]]
    return Sheet(
        name=named(one["name"]),
        title=_("Project ledger: %(list)s") % {"list": named(one["name"])},
        columns=_columns(),
        rows=[*rows, _total(one)] if rows else [],
        right=_("Unit: 10,000 yuan"),
        notice="" if rows else _("This list has no entries."),
        frozen_columns=2,
        notes=[
            _("Permits: the day on which each was obtained, or its state. Empty: nothing is recorded."),
            *(_adjusted(line, *found) for line in one["ledger"] for found in line.get("adjusted", ())),
        ]
        if rows
        else [],
        is_large=True,
    )


def roster_sheet(one: Mapping[str, Any]) -> Sheet:
    """Return the members of a roster with the step that each has reached."""
    rows = [
        Row(
            [
                line["number"],
                named(line["name"]),
                line["code"],
                named(line["place"]),
                named(line["unit"]),
                named(one["steps"][line["stage"]]) if line["stage"] else "",
            ]
        )
        for line in one["ledger"]
    ]
    return Sheet(
        name=named(one["name"]),
        title=named(one["name"]),
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Name")),
            Column(_("Unified social credit code")),
            Column(_("Region")),
            Column(_("Responsible unit")),
            Column(_("Step")),
        ],
        rows=rows,
        notice="" if rows else _("This list has no entries."),
        frozen_columns=2,
    )


def _columns() -> list[Column]:
    permits = _("Permits")
    return [
        Column(_("No."), Kind.COUNT),
        Column(_("Project name")),
        Column(_("Project code")),
        Column(_("Builder")),
        Column(_("Site")),
        Column(_("Nature of construction")),
        Column(_("Content and scale"), is_wide=True),
        Column(_("Total investment"), Kind.AMOUNT, key="total"),
        Column(_("Investment planned for the year"), Kind.AMOUNT, key="year"),
        Column(_("Cumulative until the period before"), Kind.AMOUNT, key="before"),
        Column(_("Investment of this period"), Kind.AMOUNT, key="investment"),
        Column(_("Physical progress"), is_wide=True),
        Column(_("Planned start")),
        Column(_("Planned finish")),
        *(Column(str(words), group=permits) for words in PERMITS.values()),
        Column(_("Problems"), is_wide=True),
        Column(_("Responsible unit")),
        Column(_("Person responsible")),
        Column(_("Leader in charge")),
    ]


def _row(line: Mapping[str, Any]) -> Row:
    return Row(
        [
            line["number"],
            named(line["name"]),
            line["code"],
            line["builder"],
            wording.listed(filter(None, (named(line["place"]), line["site"]))),
            str(NATURES.get(line["nature"], "")),
            line["content"],
            *(amount(line[name]) for name in SUMMED),
            line["progress"],
            line["start"],
            line["finish"],
            *(_permit(line["permits"].get(kind)) for kind in PERMITS),
            problems_in_words(line["problems"]),
            named(line["unit"]),
            line["person"],
            line["leader"],
        ],
        key=str(line["number"]),
    )


def _total(one: Mapping[str, Any]) -> Row:
    sums = [sum((amount(line[name]) or Decimal(0) for line in one["ledger"]), Decimal(0)) for name in SUMMED]
    return Row(["", _("total"), *[""] * 5, *sums, *[""] * (3 + len(PERMITS) + 4)], is_total=True)


def _adjusted(line: Mapping[str, Any], reported: str, verified: str, reason: str) -> str:
    """Return the note on a project whose verified investment is not the reported one."""
    return _("No. %(number)s %(name)s: %(reported)s was reported, %(verified)s verified (%(reason)s).") % {
        "number": line["number"],
        "name": named(line["name"]),
        "reported": wording.exact(amount(reported), 2),
        "verified": wording.exact(amount(verified), 2),
        "reason": reason,
    }


def _permit(found: list[str | None] | None) -> str:
    if found is None:
        return ""
    state, granted = found
    return granted or str(STATES[state or "pending"])


def problems_in_words(problems: list[list[str | None]]) -> str:
    """Return the open problems with what is demanded and by when."""
    told = []
    for kind, text, demand, due in problems:
        words = f"{PROBLEMS.get(kind or 'other', '')}: {text}"
        words += f"; {demand}" if demand else ""
        told.append(words + (_(" (by %(day)s)") % {"day": day(due)} if due else ""))
    return "\n".join(told)
