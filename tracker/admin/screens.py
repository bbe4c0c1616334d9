"""Every screen. Imported once the site exists: registering while it is being made would make it twice."""

from tracker.admin import checks, extensions, mail, organisation, output, people, plan, targets
from tracker.admin.sheet import returns, unlock_requests

__all__ = [
    "checks",
    "extensions",
    "mail",
    "organisation",
    "output",
    "people",
    "plan",
    "returns",
    "targets",
    "unlock_requests",
]
