"""The event log and the values as lines, which `config/deploy/verify_export.py` proves without the tracker."""

import json
from collections.abc import Iterator

from tracker.migrations._revision_seal import texts_of
from tracker.queries.audit.seal_content import Field, hashed_content
from tracker.queries.audit.value_seals import rows_between
from tracker.queries.audit.verify_chain import sealed_events


def export_lines() -> Iterator[str]:
    """Yield every revision by ascending id, then every sealed event in the order of the chain."""
    for row in rows_between(0, 2**62):
        yield _line("revision", *texts_of(row))
    for seal, event in sealed_events():
        version = seal[-1] or b""
        yield _line("event", _texts(seal), _texts(hashed_content(event, version)))


def _texts(fields: list[Field]) -> list[str | None]:
    return [None if field is None else field.decode(errors="replace") for field in fields]


def _line(*content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
