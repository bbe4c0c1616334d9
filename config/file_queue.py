"""Celery's file queue for installations without a broker, with messages that are never read half-written."""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Kombu's channel writes a message under its final name, so that a reader can take half of it: we rename."""

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{round(time.time() * 1000):015d}_{uuid.uuid4()}.{queue}.msg"
        final = Path(self.data_folder_out) / name
        partial = final.with_suffix(".part")
        partial.write_text(dumps(payload))
        partial.replace(final)


class Transport(filesystem.Transport):
    """Kombu's file transport over the channel above."""

    Channel = Channel
