"""Saved views of a list: offered on its page, changed by posting to its own address."""

from typing import Any

import django_tables2 as tables
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tables2.utils import OrderBy

from tracker.models import SavedView
from tracker.queries.errors import Refused
from tracker.services.accounts import saved_views
from tracker.tables.pages import PLACE
from tracker.web.requests import SignedInRequest

#: What an address may say besides the choices of a list.
PASSING = (*PLACE, "view", "_export")
PLAIN = "none"


def default_view(request: SignedInRequest, views: list[SavedView]) -> SavedView | None:
    """Return the view that a list opens with, for an address that chooses nothing; None if there is none."""
    own = (view for view in views if view.is_default and view.owner_id == request.user.pk)
    return None if request.GET else next(own, None)


def change_views(request: SignedInRequest, identifier: str, filters: Any, table: tables.Table) -> HttpResponse:
    """Do what was posted to a list's views; leads back to the list."""
    address = request.get_full_path()
    action = request.POST.get("view_action", "")
    try:
        if action == "save":
            view = _save(request, identifier, filters, table)
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        else:
            _change(request, identifier, action)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(address)


def _save(request: SignedInRequest, identifier: str, filters: Any, table: tables.Table) -> SavedView:
    if not filters.is_valid():
        raise Refused(_("Correct the choices before you save them."))
    columns = {column.name for column in table.columns.iterall()}
    sorts = {OrderBy(alias).bare for text in request.GET.getlist("sort") for alias in text.split(",")}
    shown = {name for text in request.GET.getlist("columns") for name in text.split(",")}
    if unknown := sorted((sorts | shown) - columns - {""}):
        raise Refused(_("This list has no column “%(name)s”.") % {"name": unknown[0][:60]})
    names = {filters.form.add_prefix(name) for name in filters.filters}
    query = saved_views.kept_choices(request.GET.urlencode(), {*names, "sort", "columns"}, PASSING)
    held = {str(one.pk): one for one in request.user.current_memberships}
    return saved_views.save_view(
        identifier,
        request.POST.get("name", ""),
        query,
        shared=held.get(request.POST.get("shared", "")),
        acting_user=request.user,
        now=timezone.now(),
    )


def _change(request: SignedInRequest, identifier: str, action: str) -> None:
    number = request.POST.get("view", "")
    own = SavedView.objects.filter(owner=request.user, list_name=identifier)
    view = get_object_or_404(own, pk=int(number) if number.isdecimal() and len(number) < 19 else 0)
    who: Any = {"acting_user": request.user, "now": timezone.now()}
    match action:
        case "rename":
            saved_views.rename_view(view, request.POST.get("name", ""), **who)
        case "delete":
            saved_views.delete_view(view, **who)
        case "default" | "plain":
            saved_views.set_default(view, action == "default", **who)
        case _:
            raise Refused(_("Nothing was changed."))
