"""Filing and reviewing returns."""

from tracker.services.returns.filing import FORM, Source, open_return, save_and_submit, save_draft, submit_return
from tracker.services.returns.review import send_back_return, unlock_return, verify_return

__all__ = [
    "FORM",
    "Source",
    "open_return",
    "save_and_submit",
    "save_draft",
    "send_back_return",
    "submit_return",
    "unlock_return",
    "verify_return",
]
