"""Funnel and rates of lists, as sheets of the project ledger and of the compliance report."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tracker.calculation.lists.list_balance import ListBalance
from tracker.calculation.lists.rates import Rate, RateRule
from tracker.documents import wording
from tracker.documents.list_wording import RATE_NAMES, denominator_in_words, exceptions_in_words
from tracker.documents.projects.figures import amount, named
from tracker.documents.shape import Column, Kind, Row, Sheet, Value

#: A list as a document keeps it.
KeptList = Mapping[str, Any]


def funnel_sheet(plan: str, lists: Sequence[KeptList]) -> Sheet:
    """Return members and investment by stage, with the balance of each list and the names that its figures lack."""
    rows: list[Row] = []
    for one in lists:
        begins = True
        for code, number, at_least, total in one["funnel"]:
            stage = named(one["steps"][code]) if code else _("no stage yet")
            if code or number:
                values = [named(one["name"]), stage, number, at_least, _money(one, amount(total))]
                rows.append(Row(values, begins_block=begins))
                begins = False
        size = size_of(one)
        rows.append(Row([named(one["name"]), _("total"), size, size, _money(one, total_of(one))], is_total=True))
    return Sheet(
        name=_("Funnel"),
        title=_("%(plan)s: projects by stage") % {"plan": plan},
        columns=[
            Column(_("List")),
            Column(_("Stage")),
            Column(_("At the stage"), Kind.COUNT),
            Column(_("At it or beyond"), Kind.COUNT),
            Column(_("Total investment (10,000 yuan)"), Kind.AMOUNT, decimals=0),
        ],
        rows=rows,
        notes=[note for one in lists for note in (balance_in_words(one), *missing_in_words(one))],
        notice="" if rows else _("The plan has no lists."),
        frozen_columns=2,
        is_optional=True,
    )


def rates_sheet(plan: str, lists: Sequence[KeptList]) -> Sheet:
    """Return the rates of all lists, each with what it divides by and its exceptions."""
    rows = [_rate_row(one, rate) for one in lists for rate in rates_of(one)]
    return Sheet(
        name=_("Rates"),
        title=_("%(plan)s: rates of projects") % {"plan": plan},
        columns=[
            Column(_("List")),
            Column(_("Rate")),
            Column(_("Numerator"), Kind.AMOUNT, decimals=0),
            Column(pgettext("number", "Denominator"), Kind.AMOUNT, decimals=0),
            Column(_("Rate (%)"), Kind.RATE),
            Column(_("Divides by")),
            Column(_("Exceptions")),
        ],
        rows=rows,
        notice="" if rows else _("No rate can be computed yet."),
        frozen_columns=2,
        is_optional=True,
    )


def rates_of(one: KeptList) -> Iterator[Rate]:
    """Yield the rates of a kept list."""
    for rule, numerator, denominator, *exceptions in one["rates"]:
        yield Rate(RateRule(rule), Decimal(numerator), Decimal(denominator), *exceptions)


def size_of(one: KeptList) -> int:
    """Return how many names are on a list; ledgers of before kept the names alone."""
    return int(one["size"]) if "size" in one else len(one["ledger"])


def total_of(one: KeptList) -> Decimal:
    """Return the total investment of a list."""
    if "total" in one:
        return amount(one["total"]) or Decimal(0)
    return sum((amount(line["total"]) or Decimal(0) for line in one["ledger"]), Decimal(0))


def balance_in_words(one: KeptList) -> str:
    """Return how the size of a list follows from what was added and removed in the period."""
    found = ListBalance(*one["balance"])
    words = {
        "list": named(one["name"]),
        "start": found.at_start,
        "added": found.added,
        "removed": found.removed,
        "end": found.at_end,
        "agrees": pgettext("cross-footing", "agrees") if found.agrees else pgettext("cross-footing", "does not agree"),
    }
    return (
        _("%(list)s: at the start %(start)s + added %(added)s - removed %(removed)s = at the end %(end)s (%(agrees)s)")
        % words
    )


def missing_in_words(one: KeptList) -> Iterator[str]:
    """Yield for each figure counted from a list how many names it counts, and the names that it does not."""
    for figure in one.get("figures", []):
        size = figure["counted"] + figure["missing"]
        words = {"name": named(figure["name"]), "counted": figure["counted"], "size": size}
        said = _("%(name)s: %(counted)s of %(size)s names counted.") % words
        if figure["missing"]:
            said = one_after_the_other(said, _("Not yet: %(names)s.") % {"names": missing_names(figure)})
        yield said


def one_after_the_other(first: str, second: str) -> str:
    """Return two sentences in a row."""
    return _("%(first)s %(second)s") % {"first": first, "second": second}


def missing_names(figure: Mapping[str, Any], most: int = 20) -> str:
    """Return the names that a figure does not count yet, and how many more there are."""
    names = [named(name) for name, _place in figure["names"][:most]]
    left = figure["missing"] - len(names)
    if left:
        names.append(ngettext("%(number)s more", "%(number)s more", left) % {"number": left})
    return wording.listed(names)


def _money(one: KeptList, total: Decimal | None) -> Decimal | str | None:
    """Return the amount; a roster has none, and says nothing of it."""
    return "" if one["is_roster"] else total


def _rate_row(one: KeptList, rate: Rate) -> Row:
    values: list[Value] = [
        named(one["name"]),
        str(RATE_NAMES[rate.rule]),
        rate.numerator,
        rate.divisor,
        rate.percent,
        denominator_in_words(rate),
        exceptions_in_words(rate),
    ]
    return Row(values, decimals=0)
