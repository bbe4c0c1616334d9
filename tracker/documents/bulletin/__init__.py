"""The bulletin (通报): sentences with their figures, and the free text around them."""

from tracker.documents.bulletin.generate import build_bulletin
from tracker.documents.bulletin.text import (
    BulletinText,
    Disagreement,
    Part,
    Section,
    Sentence,
    disagreements,
    text_as_json,
    text_from_json,
)

__all__ = [
    "BulletinText",
    "Disagreement",
    "Part",
    "Section",
    "Sentence",
    "build_bulletin",
    "disagreements",
    "text_as_json",
    "text_from_json",
]
