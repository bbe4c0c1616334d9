"""Filing and reviewing returns."""

from tracker.services.returns.send_back import send_back_return
from tracker.services.returns.submit import FORM, Source, open_return, save_and_submit, save_draft, submit_return
from tracker.services.returns.unlock import grant_unlock, refuse_unlock, request_unlock, withdraw_unlock
from tracker.services.returns.verify import verify_return
from tracker.services.returns.withdraw import withdraw_return

__all__ = [
    "FORM",
    "Source",
    "grant_unlock",
    "open_return",
    "refuse_unlock",
    "request_unlock",
    "save_and_submit",
    "save_draft",
    "send_back_return",
    "submit_return",
    "verify_return",
    "withdraw_return",
    "withdraw_unlock",
]
