"""Writes Word documents. This package and the readers of uploads alone know python-docx."""

from tracker.documents.word.bulletin import write_bulletin

__all__ = ["write_bulletin"]
