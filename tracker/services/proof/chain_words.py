"""Findings of the chain in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.queries.audit.verify_chain import ChainFault, ChainFinding


def waiting_in_words(number: int) -> str:
    """Return what waits is no finding; but nothing is proved of it either."""
    words = ngettext(
        "%(number)s event waits to be sealed, which is no sign of tampering: the scheduler seals up to 20,000 a "
        "minute. Until then the triggers alone protect it.",
        "%(number)s events wait to be sealed, which is no sign of tampering: the scheduler seals up to 20,000 a "
        "minute. Until then the triggers alone protect them.",
        number,
    )
    return words % {"number": number}


def in_words(finding: ChainFinding) -> str:
    """Describe a finding for users."""
    words = {
        ChainFault.DIFFERS: _("Event %(event)s or its seal %(seal)s was changed."),
        ChainFault.EVENT_MISSING: _("Event %(event)s was removed; its seal %(seal)s is left."),
        ChainFault.SEAL_MISSING: _("Seal %(seal)s is missing."),
        ChainFault.DETACHED: _("Seal %(seal)s (event %(event)s) does not follow the one before it."),
        ChainFault.UNSEALED: _(
            "Entry %(event)s has no check value in time: it was inserted later, or the scheduler is not running."
        ),
        ChainFault.NOT_BEGUN: _(
            "No event is sealed, more than an hour after the version with seals was installed: no scheduler has run, "
            "or all seals were removed. A head that is kept elsewhere tells which (--head)."
        ),
        ChainFault.HEAD_DIFFERS: _("The exported head at seal %(seal)s is not that of the log."),
    }
    return words[finding.fault] % {"event": finding.event_id, "seal": finding.sequence}
