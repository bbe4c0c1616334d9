"""One page of a list: its rows, how many there are as far as that is known, and where the pages beside it are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import django_tables2 as tables
from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tables2.rows import BoundRows

from tracker.tables.keyset import read_slice
from tracker.tables.ordering import QuerysetRows

#: What an address says about the page: everything else about a list is a choice that can be kept.
PLACE = ("page", "after", "before")


@dataclass(frozen=True)
class ListPage:
    """A page of a list. `previous` and `next` are what their addresses say, None where there is no such page.

    `words` say how many rows there are: of a long list only whether this is all.
    """

    object_list: BoundRows
    words: str
    position: str = ""
    previous: Mapping[str, str | None] | None = None
    next: Mapping[str, str | None] | None = None


def show_page(table: tables.Table, data: QueryDict, size: int) -> None:
    """Let the table show the page that the address names: by number if its rows are in memory, else by place."""
    table.page = _long_page(table, data, size) if isinstance(table.data, QuerysetRows) else _page(table, data, size)


def choose_columns(table: tables.Table, names: Iterable[str]) -> bool:
    """Hide the columns that are not among these; whether any is hidden. Names of none are no choice."""
    offered = [column.name for column in table.columns]
    chosen = {name for text in names for name in text.split(",")} & set(offered)
    hidden = [name for name in offered if chosen and name not in chosen]
    for name in hidden:
        table.columns.hide(name)
    return bool(hidden)


def _long_page(table: tables.Table, data: QueryDict, size: int) -> ListPage:
    found = read_slice(table.data.data, table.data.keys, size, after=data.get("after"), before=data.get("before"))
    is_all = found.before is None and found.after is None
    return ListPage(
        BoundRows(found.rows, table),
        _rows(len(found.rows)) if is_all else _("%(number)s rows on this page; more follow.") % {"number": size},
        previous=_at(before=found.before) if found.before else None,
        next=_at(after=found.after) if found.after else None,
    )


def _page(table: tables.Table, data: QueryDict, size: int) -> ListPage:
    paginator = Paginator(table.rows, size)
    page = paginator.get_page(data.get("page"))
    words = {"number": page.number, "all": paginator.num_pages}
    return ListPage(
        page.object_list,
        _rows(paginator.count),
        position=_("Page %(number)s of %(all)s") % words if paginator.num_pages > 1 else "",
        previous=_at(page=str(page.previous_page_number())) if page.has_previous() else None,
        next=_at(page=str(page.next_page_number())) if page.has_next() else None,
    )


def _rows(count: int) -> str:
    return ngettext("%(number)s row", "%(number)s rows", count) % {"number": count}


def _at(**place: str | None) -> dict[str, str | None]:
    """Return a place, with every other one set to None."""
    return {**dict.fromkeys(PLACE), **place}
