"""The program that reads a policy document: `python -m tracker.uploads.read_policy FILE KIND`, in the bounded process.

KIND is ".txt", ".docx" or ".pdf". It answers the fields of a `Reading` part by part.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tracker.uploads.faults import UploadRefused
from tracker.uploads.policy.files.reader import read_file
from tracker.uploads.policy.reading import read_content
from tracker.uploads.policy.wire import to_lines
from tracker.uploads.program import run

#: About 500 pages of text.
MAX_CHARACTERS = 1_000_000


def read_policy(arguments: list[str]) -> Iterator[dict[str, Any]]:
    """Return the reading, line by line. Raise `UploadRefused` if nothing in the document can be proposed."""
    path, kind = arguments
    content, scanned_pages = read_file(Path(path), kind)
    if len(content.text) > MAX_CHARACTERS:
        raise UploadRefused.because("policy_too_long")
    reading = read_content(content, scanned_pages)
    if not reading.targets and not reading.commitments:
        raise UploadRefused.because("policy_nothing_found" if reading.rejected else "policy_no_numbers")
    yield from to_lines(reading)


if __name__ == "__main__":
    run(read_policy)
