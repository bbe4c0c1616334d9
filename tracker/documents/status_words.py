"""The status of a value in words."""

from django.utils.translation import pgettext

from tracker.calculation.value_status import ValueStatus
from tracker.documents import wording


def status_in_words(status: ValueStatus | None) -> str:
    """Return "preliminary", "verified" or "revised"; a dash for a value that is missing."""
    if status is None:
        return wording.MISSING
    return {
        ValueStatus.PRELIMINARY: pgettext("status of a value", "preliminary"),
        ValueStatus.VERIFIED: pgettext("status of a value", "verified"),
        ValueStatus.REVISED: pgettext("status of a value", "revised"),
    }[status]
