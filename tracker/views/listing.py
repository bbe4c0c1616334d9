"""What the list pages share: filter, sort, choose columns, and show one page or give the whole as a file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.documents.shape import Sheet
from tracker.models import SavedView
from tracker.queries.errors import Refused
from tracker.queries.operations.rate_limits import TooOften
from tracker.tables.pages import choose_columns, show_page
from tracker.views.exporting import XLSX, exported, sheet_of, wants_file, workbook_of
from tracker.views.no_plan import no_plan
from tracker.views.saved import change_views, default_view
from tracker.web.requests import SignedInRequest

__all__ = ["XLSX", "Listing", "list_or_file", "list_page", "sorting", "workbook_of"]

PER_PAGE = 50


def known_at(sheet: Sheet, moment: datetime | None) -> Sheet:
    """Return the sheet of a list with the moment whose knowledge it shows beside its period."""
    if moment is None:
        return sheet
    words = _("As known at %(moment)s.") % {"moment": wording.moment(moment)}
    return replace(sheet, middle=" ".join(filter(None, (sheet.middle, words))))


class ListFilter(Protocol):
    """The filters of a list."""

    form: forms.Form
    data: QueryDict
    filters: dict[str, Any]

    def is_valid(self) -> bool:
        """Return True if every choice is good."""


@dataclass(frozen=True)
class Listing:
    """What a list is called by programs and by people, its page's template, and how its file differs from its page.

    `as_file` gets the sheet of the rows and gives it what else the file says.
    """

    identifier: str
    title: str
    template: str = "tracker/list.html"
    as_file: Callable[[Sheet], Sheet] = lambda sheet: sheet


def sorting(request: SignedInRequest) -> list[str] | None:
    """Return the columns to sort by that the address names; None keeps the table's own order."""
    return request.GET.getlist("sort") or None


def list_or_file(
    request: SignedInRequest, listing: Listing, filters: ListFilter, table: tables.Table, **more: Any
) -> HttpResponseBase:
    """Return the page of the list that the address requests, or all of the list as a file if the filters are valid."""
    if request.method == "POST":
        return change_views(request, listing.identifier, filters, table)
    if wants_file(request) and filters.is_valid():
        try:
            sheet = listing.as_file(sheet_of(table, listing.title, chosen=request.GET.getlist("columns")))
            return exported(request, filters, table, identifier=listing.identifier, sheet=sheet)
        except TooOften:
            raise  # answered as such, by whoever sees to limits
        except Refused as refusal:
            messages.error(request, refusal.message)
    return list_page(request, listing, filters, table, **more)


def list_page(
    request: SignedInRequest, listing: Listing, filters: ListFilter, table: tables.Table, **more: Any
) -> HttpResponse:
    """Return the page of the list that the address requests, beside its filters."""
    if hasattr(filters, "ground") and filters.ground.plan is None:
        return no_plan(request, listing.title)
    views = list(SavedView.objects.visible_to(request.user).of_list(listing.identifier))
    if request.method == "GET" and (opened := default_view(request, views)) and opened.query:
        return redirect(f"{request.path}?{opened.query}")
    offered = [(column.name, capfirst(str(column.header))) for column in table.columns]
    has_hidden = choose_columns(table, request.GET.getlist("columns"))
    show_page(table, request.GET, PER_PAGE)
    shown = {column.name for column in table.columns}
    context = {
        "listing": listing,
        "filters": filters,
        "table": table,
        "views": views,
        "has_default": any(view.is_default and view.owner_id == request.user.pk for view in views),
        "sorting": sorting(request),
        "period": getattr(filters, "chosen_period", None),
        "columns": [(name, words, name in shown) for name, words in offered],
        "chosen_columns": sorted(shown) if has_hidden else [],
        **more,
    }
    return render(request, listing.template, context)
