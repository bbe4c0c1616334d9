"""Chain heads: the position and hash of the last seal, as stored and as recorded."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import connection
from django.utils.translation import gettext as _

from tracker.models import Event, EventSeal
from tracker.queries.audit.seal_content import as_fields, raw
from tracker.queries.errors import Refused

FOLDER = "event-heads"
#: Heads that each day's export is compared with.
LOOKED_AT = 7


@dataclass(frozen=True)
class Head:
    """The last seal at a moment."""

    sequence: int
    hash: str
    written_at: str  # ISO 8601

    def as_json(self) -> str:
        """Return the file's text."""
        return json.dumps(asdict(self), indent=1) + "\n"


def read_head(text: str) -> Head:
    """Return the head that a file holds. Raise Refused if it is not such a file."""
    try:
        stored = json.loads(text)
        return Head(int(stored["sequence"]), str(stored["hash"]), str(stored["written_at"]))
    except (ValueError, TypeError, KeyError):
        raise Refused(_("This file holds no head of the event log.")) from None


def current_head(*, now: datetime) -> Head | None:
    """Return the chain's head; None while nothing is sealed."""
    last = EventSeal.objects.order_by("-sequence").values_list("sequence", "hash").first()
    return Head(*last, written_at=now.isoformat(timespec="seconds")) if last else None


def stored_heads(*, newest: int | None = None) -> Iterator[Head]:
    """Yield the heads in the file store, or the newest so many of them."""
    if not default_storage.exists(FOLDER):
        return
    names = sorted(default_storage.listdir(FOLDER)[1])
    for name in names if newest is None else names[-newest:]:
        with default_storage.open(f"{FOLDER}/{name}") as file:
            yield read_head(file.read().decode(errors="replace"))


def head_that_is_gone() -> Head | None:
    """Return one of the last heads in the file store that the chain no longer holds; None where it holds all.

    An emptied log, and one that was cut off at its end, has no seal at the place of a head that was kept elsewhere.
    """
    heads = list(stored_heads(newest=LOOKED_AT))
    sealed = EventSeal.objects.filter(sequence__in=[head.sequence for head in heads])
    hashes = dict(sealed.values_list("sequence", "hash"))
    return next((head for head in heads if hashes.get(head.sequence) != head.hash), None)


def recorded_heads() -> Iterator[Head]:
    """Yield the heads that the log itself records as exported.

    Anyone who removes seals either overlooks these heads or changes events too.
    """
    statement = f"SELECT {raw(['after'], 'e')} FROM tracker_event e WHERE e.action = %s"  # noqa: S608 - a column
    with connection.cursor() as cursor:
        cursor.execute(statement, [Event.Action.HEAD_EXPORTED])
        texts = [as_fields(row)[0] for row in cursor.fetchall()]
    for text in texts:
        with suppress(ValueError, TypeError, KeyError, RecursionError):  # changed, which its own seal tells
            stored = json.loads(text or b"")
            yield Head(int(stored["sequence"]), str(stored["hash"]), str(stored["day"]))
