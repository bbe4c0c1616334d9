"""Keeping what a person chose in a list: to save, rename, remove, and to let the list open with it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Event, Membership, SavedView, User
from tracker.models.saved_view import LONGEST_QUERY
from tracker.queries.errors import Refused
from tracker.services.audit.events import record_event

LONGEST_NAME = 60
#: So many views of one list are enough for one person.
MOST_VIEWS = 50


def kept_choices(query: str, parameters: Collection[str], passing: Iterable[str] = ()) -> str:
    """Return the filters in a query that a list can store: its own `parameters`; those only `passing` are left out.

    Raise Refused if the query names anything else, or is too long.
    """
    pairs = [(name, value) for name, value in parse_qsl(query, max_num_fields=200) if name not in set(passing)]
    unknown = sorted({name for name, _value in pairs} - set(parameters))
    if unknown:
        raise Refused(_("This list has no choice “%(name)s”.") % {"name": unknown[0][:60]})
    kept = urlencode(pairs)
    if len(kept) > LONGEST_QUERY:
        raise Refused(_("These are too many choices to keep."))
    return kept


@transaction.atomic
def save_view(
    list_name: str, name: str, query: str, *, shared: Membership | None, acting_user: User, now: datetime
) -> SavedView:
    """Keep choices under a name; under one that the person has already, instead of those there.

    `shared` is a membership of the person's own, to whose role and region the view is offered.
    """
    if shared is not None and shared.user_id != acting_user.pk:
        raise Refused(_("Share with a role that you hold."))
    views = SavedView.objects.filter(owner=acting_user, list_name=list_name)
    name = _checked_name(name)
    if not views.filter(name=name).exists() and views.count() >= MOST_VIEWS:
        raise Refused(_("You have %(number)s views of this list; remove one first.") % {"number": MOST_VIEWS})
    choices = {
        "query": query,
        "shared_role": shared.role if shared else "",
        "shared_region": shared.region if shared else None,
    }
    view, _is_new = SavedView.objects.update_or_create(
        owner=acting_user, list_name=list_name, name=name, defaults=choices
    )
    _record(view, acting_user, now, {"list": list_name, "query": query, "shared": str(shared or "")})
    return view


@transaction.atomic
def rename_view(view: SavedView, name: str, *, acting_user: User, now: datetime) -> None:
    """Give a view another name. Raises Refused when the person has one of that name."""
    before, view.name = view.name, _checked_name(name)
    others = SavedView.objects.filter(owner=acting_user, list_name=view.list_name).exclude(pk=view.pk)
    if others.filter(name=view.name).exists():
        raise Refused(_("You have a view of this name already."))
    view.save(update_fields=["name"])
    _record(view, acting_user, now, {"name": view.name}, {"name": before})


@transaction.atomic
def delete_view(view: SavedView, *, acting_user: User, now: datetime) -> None:
    """Remove a view; those it was shared with lose it too."""
    _record(view, acting_user, now, {}, {"list": view.list_name, "query": view.query})
    view.delete()


@transaction.atomic
def set_default(view: SavedView, is_default: bool, *, acting_user: User, now: datetime) -> None:
    """Let the list open with this view, instead of any other of the person's; or no longer."""
    SavedView.objects.filter(owner=acting_user, list_name=view.list_name, is_default=True).update(is_default=False)
    view.is_default = is_default
    view.save(update_fields=["is_default"])
    _record(view, acting_user, now, {"is_default": is_default})


def _checked_name(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("Give the view a name of at most %(number)s characters.") % {"number": LONGEST_NAME})
    return name


def _record(
    view: SavedView, acting_user: User, now: datetime, after: dict[str, object], before: dict[str, object] | None = None
) -> None:
    record_event(Event.Action.CONFIGURED, acting_user=acting_user, now=now, about=view, before=before, after=after)
