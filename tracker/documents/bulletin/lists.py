"""Sentences about the lists of a plan: their size, their stages, their rates with what each divides by.

The bulletin has them with the identity of every number; the brief and the mail have the same as plain text.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.lists.rates import Rate, RateRule
from tracker.documents import wording
from tracker.documents.bulletin.text import Part, Sentence, fill, joined, listed
from tracker.documents.list_wording import RATE_NAMES, denominator_in_words, exceptions_in_words
from tracker.documents.projects.figures import named
from tracker.documents.projects.funnel import (
    KeptList,
    missing_names,
    one_after_the_other,
    rates_of,
    size_of,
    total_of,
)

#: Stages of projects that official bulletins name; a roster names each of its steps.
NAMED_STAGES = frozenset({"signed", "started", "producing"})
#: Rates of a bulletin; the others stand in the report.
TOLD = (
    RateRule.STARTED_OF_YEAR,
    RateRule.STARTED_OF_DUE,
    RateRule.RESUMED,
    RateRule.STARTED_AND_RESUMED,
    RateRule.INVESTMENT,
    RateRule.SIGNED_STARTED,
    RateRule.PRODUCING_OF_PLANNED,
)
#: So many missing names stand in a sentence; of more only their number does.
MOST_NAMES = 5
HUNDRED_MILLION = Decimal(10_000)


def list_sentences(lists: Sequence[KeptList], place: str) -> Iterator[Sentence]:
    """Yield the sentences about the lists of a report on a place, in the active language."""
    for one in lists:
        yield Sentence(f"list:{one['code']}", _size(one, place))
        if rates := _rates(one, place, _("%(name)s: %(list)s.")):
            yield Sentence(f"list:{one['code']}:rates", rates)


def lists_in_words(lists: Sequence[KeptList], place: str, *, most: int | None = None) -> list[str]:
    """Return the same as plain text, a line for each list; `most` leaves the further lists to the report."""
    found = []
    for one in lists[:most]:
        size, rates = (_text(parts) for parts in (_size(one, place), _rates(one, place, _("%(list)s."))))
        found.append(one_after_the_other(size, rates) if rates else size)
    return found


def _text(parts: Sequence[Part]) -> str:
    return "".join(part.text for part in parts)


def _figure(one: KeptList, place: str, column: str, text: str) -> Part:
    return Part(text, f"list:{one['code']}@{place}:{column}")


def _size(one: KeptList, place: str) -> tuple[Part, ...]:
    size = _figure(one, place, "size", str(size_of(one)))
    if one["is_roster"]:
        found = [*fill(_("%(name)s has %(size)s members"), name=named(one["name"]), size=size)]
    else:
        total = wording.amount(total_of(one) / HUNDRED_MILLION)
        found = [
            *fill(
                _("%(name)s has %(size)s projects with a total investment of %(total)s hundred million yuan"),
                name=named(one["name"]),
                size=size,
                total=_figure(one, place, "total", total),
            )
        ]
    stages = [*_stages(one, place)]
    if stages:
        before, after = _(", of which %(list)s").split("%(list)s")
        found += [Part(before), *listed(stages, pgettext("list separator", ", ")), Part(after)]
    found += _missing(one, place)
    return joined([*found, Part(_("."))])


def _stages(one: KeptList, place: str) -> Iterator[tuple[Part, ...]]:
    """Yield how many are at a stage or beyond it; a stage that all of them have passed is not named."""
    template = _("%(number)s projects at “%(stage)s” or beyond")
    if one["is_roster"]:
        template = _("%(number)s members at “%(stage)s” or beyond")
    told = [line for line in one["funnel"] if line[0] and line[2] and (one["is_roster"] or line[0] in NAMED_STAGES)]
    for line, following in zip_longest(told, told[1:]):
        code, _number, at_least, _total = line
        if following is None or following[2] < at_least:
            number = _figure(one, place, code, str(at_least))
            yield fill(template, number=number, stage=named(one["steps"][code]))


def _missing(one: KeptList, place: str) -> Iterator[Part]:
    """Yield who is still missing of a closed roster: all of its members are the target."""
    for figure in one.get("figures", []) if one["is_closed"] else []:
        if figure["missing"]:
            column = f"missing:{figure['indicator']}"
            number = _figure(one, place, column, str(figure["missing"]))
            if figure["missing"] <= MOST_NAMES:
                yield from fill(_("; %(number)s not yet: %(names)s"), number=number, names=missing_names(figure))
            else:
                yield from fill(_("; %(number)s not yet"), number=number)


def _rates(one: KeptList, place: str, template: str) -> tuple[Part, ...]:
    told = [_rate(one, place, rate) for rate in rates_of(one) if rate.rule in TOLD]
    if not told:
        return ()
    before, after = template.split("%(list)s")
    return joined([*fill(before, name=named(one["name"])), *listed(told, _("; ")), Part(after)])


def _rate(one: KeptList, place: str, rate: Rate) -> tuple[Part, ...]:
    column = f"{rate.rule.value}{'-without-terminated' if rate.without_terminated else ''}"
    exceptions = exceptions_in_words(rate)
    template = _("%(rate)s %(percent)s (%(counted)s of %(of)s, divided by %(what)s)")
    if exceptions:
        template = _("%(rate)s %(percent)s (%(counted)s of %(of)s, divided by %(what)s; %(exceptions)s)")
    return fill(
        template,
        rate=str(RATE_NAMES[rate.rule]),
        percent=_figure(one, place, column, wording.rate(rate.percent)),
        counted=_figure(one, place, f"{column}:counted", wording.amount(rate.numerator, 0)),
        of=_figure(one, place, f"{column}:of", wording.amount(rate.divisor, 0)),
        what=denominator_in_words(rate),
        exceptions=exceptions,
    )
