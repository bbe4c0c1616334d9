"""Writes PDF. This package alone knows the typesetter."""

from tracker.documents.pdf.brief import write_brief

__all__ = ["write_brief"]
