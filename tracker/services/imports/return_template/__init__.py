"""The month's template on its way back: received, checked, shown as a preview, accepted as a whole or not at all."""

from tracker.services.imports.return_template.check import check_upload
from tracker.services.imports.return_template.decide import (
    accept_upload,
    discard_upload,
    returns_of,
    submit_accepted,
)
from tracker.services.imports.return_template.receive import earlier_uploads, open_marked, receive_upload

__all__ = [
    "accept_upload",
    "check_upload",
    "discard_upload",
    "earlier_uploads",
    "open_marked",
    "receive_upload",
    "returns_of",
    "submit_accepted",
]
