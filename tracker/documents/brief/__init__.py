"""The one-page brief: what a leader takes into the meeting."""

from tracker.documents.brief.page import IDENTIFIER, BriefPage, build_brief

__all__ = ["IDENTIFIER", "BriefPage", "build_brief"]
