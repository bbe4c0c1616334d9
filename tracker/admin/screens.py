"""Every screen. Imported once the site exists: registering while it is being made would make it twice."""

from tracker.admin import (
    checks,
    extensions,
    links,
    mail,
    organisation,
    output,
    people,
    plan,
    rule_changes,
    statistics,
    targets,
)
from tracker.admin.sheet import returns, unlock_requests

__all__ = [
    "checks",
    "extensions",
    "links",
    "mail",
    "organisation",
    "output",
    "people",
    "plan",
    "returns",
    "rule_changes",
    "statistics",
    "targets",
    "unlock_requests",
]
