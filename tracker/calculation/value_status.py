"""Status of a value in statistics: preliminary, verified or revised (初步数、核定数、订正数)."""

from decimal import Decimal
from enum import StrEnum


class ValueStatus(StrEnum):
    """A status; a value that is missing has none."""

    PRELIMINARY = "preliminary"
    VERIFIED = "verified"
    REVISED = "revised"


def status_of(reported: Decimal | None, verified: Decimal | None, *, was_other: bool) -> ValueStatus | None:
    """Return the status of a value.

    Reported and not verified it is preliminary. Verified it is revised where an earlier verification accepted another
    value (`was_other`). What a reviewer adjusts before the first verification is an adjustment, and no revision.

    >>> status_of(Decimal(5), None, was_other=False).value
    'preliminary'
    >>> [status_of(Decimal(5), Decimal(4), was_other=it).value for it in (False, True)]
    ['verified', 'revised']
    """
    if verified is not None:
        return ValueStatus.REVISED if was_other else ValueStatus.VERIFIED
    return None if reported is None else ValueStatus.PRELIMINARY
