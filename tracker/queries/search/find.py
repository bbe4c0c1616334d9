"""Find rows by parts of names, by codes, by pinyin initials and by periods."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, QuerySet

from tracker.calculation.period_spelling import read_period_code
from tracker.models.access import reads_addresses
from tracker.queries.search.initials import has_initials
from tracker.queries.search.kinds import KINDS, Hit, SearchKind
from tracker.queries.search.reader import Reader

#: So many results of each kind are shown beside each other, and so many of one kind alone.
SHOWN, SHOWN_ALONE = 6, 200
LONGEST, MOST_TERMS = 100, 6
#: So many names are compared letter by letter; beyond it only the first are.
MOST_NAMES = 5000
#: So many of the names that fit go into one statement.
MOST_FITTING = 200
LETTERS = re.compile(r"[a-z]{2,20}", re.ASCII)


@dataclass(frozen=True)
class Found:
    """The results of one kind."""

    kind: SearchKind
    hits: Sequence[Hit]
    has_more: bool


def terms_of(text: str) -> list[str]:
    """Return the words of what was typed, half-width and in small letters. All of them must fit.

    >>> terms_of(" 太原　２０２０年8月 ")
    ['太原', '2020年8月']
    """
    return unicodedata.normalize("NFKC", text)[:LONGEST].casefold().split()[:MOST_TERMS]


def search(reader: Reader, text: str, only: str = "") -> list[Found]:
    """Return what fits a text, by kind; empty kinds are left out. `only` names one kind to show at length."""
    terms = terms_of(text)
    if not terms:
        return []
    shown = SHOWN_ALONE if only else SHOWN
    found = [_found(kind, reader, terms, shown) for kind in KINDS if only in ("", kind.identifier)]
    return [one for one in found if one.hits]


def _found(kind: SearchKind, reader: Reader, terms: Sequence[str], shown: int) -> Found:
    texts = (*kind.texts, *kind.addresses) if reads_addresses(reader.user) else kind.texts
    matching = list(_matching(kind, texts, kind.rows(reader), terms)[: shown + 1])
    return Found(kind, [kind.hit(row, reader) for row in matching[:shown]], len(matching) > shown)


def _matching(kind: SearchKind, texts: Sequence[str], rows: QuerySet[Any], terms: Sequence[str]) -> QuerySet[Any]:
    """Return the rows that fit every term. Rows found by initials are read by their names first."""
    letters = [term for term in terms if kind.names and LETTERS.fullmatch(term)]
    spoken = {term: set[str]() for term in letters}
    if letters:
        for names in rows.order_by().values_list(*kind.names).distinct()[:MOST_NAMES]:
            for term in letters:
                spoken[term].update(name for name in names if name and has_initials(name, term))
    return rows.filter(reduce(and_, (_fits(kind, texts, rows, term, spoken.get(term, set())) for term in terms)))


def _fits(kind: SearchKind, texts: Sequence[str], rows: QuerySet[Any], term: str, spoken: set[str]) -> Q:
    condition = reduce(or_, (Q(**{f"{lookup}__icontains": term}) for lookup in texts))
    for lookup in kind.names if spoken else ():
        condition |= Q(**{f"{lookup}__in": sorted(spoken)[:MOST_FITTING]})
    for lookup in kind.other_names:
        # A subquery: a row with several other names is one result.
        named = rows.model._default_manager.filter(**{f"{lookup}__icontains": term})
        condition |= Q(pk__in=named.order_by().values("pk"))
    code = read_period_code(term) if kind.period else None
    return condition | Q(**{kind.period: code}) if code else condition
