"""Which request and which piece of work a line of the log is about."""

import logging
import re
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
#: What a worker is at: the task and the row it is about, `run_job:17`.
job_id: ContextVar[str] = ContextVar("job_id", default="")
#: An id from outside goes into logs and messages: nothing else than this does.
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
#: All but the tabs and ends of lines of a traceback.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def well_formed(text: object) -> str:
    """Return the id as it came, or "" if it is not one that may be written down."""
    return text if isinstance(text, str) and WELL_FORMED.fullmatch(text) else ""


class AboutFilter(logging.Filter):
    """Gives every record the request and the job it is about; empty where there is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.job_id = job_id.get()
        return True


class TextFormatter(logging.Formatter):
    """Formats lines of text in which control characters are written out: NUL makes a log unreadable to many tools."""

    def format(self, record: logging.LogRecord) -> str:
        return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", super().format(record))
