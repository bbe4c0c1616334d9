"""Letting a person's own data out as a file, and recording that it left."""

import json
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents.csv_text import csv_of
from tracker.documents.shape import Column, Row, Sheet
from tracker.models import Event, User
from tracker.queries.accounts.held_data import as_json, held_about
from tracker.queries.operations.rate_limits import require_not_too_often
from tracker.services.audit.events import record_event


def export_held(user: User, *, as_csv: bool, now: datetime, address: str | None) -> bytes:
    """Return all that is held about a person as JSON or CSV, for that person. Raise TooOften."""
    require_not_too_often(user, now)
    content = csv_of(_sheet(user)) if as_csv else json.dumps(as_json(user), ensure_ascii=False, indent=1).encode()
    after = {"list": "held", "format": "csv" if as_csv else "json"}
    record_event(Event.Action.EXPORTED, acting_user=user, now=now, about=user, after=after, address=address)
    return content


def _sheet(user: User) -> Sheet:
    columns = [_("section"), _("row"), _("field"), pgettext("of a field", "content"), _("kept")]
    rows = [
        Row([section.title, number, column, text, section.term])
        for section in held_about(user)
        for number, row in enumerate(section.rows, start=1)
        for column, text in zip(section.columns, row, strict=True)
    ]
    return Sheet(name=_("My data"), title=_("My data"), columns=[Column(one) for one in columns], rows=rows)
