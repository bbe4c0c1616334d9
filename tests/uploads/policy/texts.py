"""Small documents for the tests of the reader."""

from tracker.uploads.policy.context import PlanYears, SentenceContext
from tracker.uploads.policy.files.plain_text import read_plain_text
from tracker.uploads.policy.proposals import Reading
from tracker.uploads.policy.reading import read_content


def read_text(text: str) -> Reading:
    """Return the reading of a plain text."""
    return read_content(read_plain_text(text.encode()))


def context(first: int = 2021, last: int = 2025, **more) -> SentenceContext:
    """Return the context of a sentence in a plan of these years."""
    return SentenceContext(PlanYears(first, last), **more)
