"""Writing the export that an outsider proves."""

import os
from datetime import datetime
from pathlib import Path

from tracker.models import Event
from tracker.queries.audit.export_lines import export_lines
from tracker.services.audit.events import record_event
from tracker.services.audit.sealing import seal_events


def export_proof(target: Path, *, now: datetime) -> int:
    """Seal what waits, write the export aside, and put it into its place. Return the number of lines."""
    while seal_events(now=now, everywhere=True):
        pass
    aside, number = target.with_name(f".{target.name}.{os.getpid()}"), 0
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            aside.chmod(0o600)
            for line in export_lines():
                file.write(line)
                number += 1
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    after = {"list": "proof", "file": target.name, "rows": number}
    record_event(Event.Action.EXPORTED, acting_user=None, now=now, after=after)
    return number
