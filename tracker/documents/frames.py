"""What stands around every official table: who issues it under which seal, of which period, and who signs."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents.shape import Sheet


def signed(sheet: Sheet, *, issuer: str, period: str) -> Sheet:
    """The sheet with all that."""
    return replace(
        sheet,
        left=_("Compiled by (seal): %(issuer)s") % {"issuer": issuer},
        middle=_("Period: %(period)s") % {"period": period},
        foot=(
            _("Head of unit:"),
            _("Reviewed by:"),
            _("Prepared by:"),
            _("Telephone:"),
            pgettext("of a compiled report", "Date:"),
        ),
    )
