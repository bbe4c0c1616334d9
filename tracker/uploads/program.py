"""What every program of the bounded process shares: it answers in JSON lines; the last one says that it is whole."""

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

from tracker.uploads.faults import UploadRefused
from tracker.uploads.limits import limit_this_process


def run(work: Callable[[list[str]], Iterable[dict[str, Any]]]) -> None:
    """Bound this process, do the work on the command line's arguments, and answer what it yields."""
    limit_this_process()
    try:
        for line in work(sys.argv[1:]):
            _say(line)
    except UploadRefused as refused:
        fault = refused.faults[0]
        _say({"fault": fault.code, "sheet": fault.sheet, "cell": fault.cell, "details": dict(fault.details)})
    except (ExpatError, BadZipFile, KeyError, UnicodeError):
        _say({"fault": "damaged"})
    except (MemoryError, RecursionError):
        _say({"fault": "unreadable"})
    else:
        _say({"end": True})
    sys.stdout.flush()


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, default=str) + "\n")  # dates and times as text
