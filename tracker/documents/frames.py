"""What stands around every official table: who issues it under which seal, of which period, and who signs."""

from dataclasses import replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents import wording
from tracker.documents.shape import Sheet


def signed(sheet: Sheet, *, issuer: str, period: str, prepared_by: str = "", day: datetime | None = None) -> Sheet:
    """Return the sheet with all that: filled in where it is known, else with room to sign.

    The day is that on which a person prepared it; a sheet that the system issued is dated by the person who signs it.
    """
    prepared, dated = _("Prepared by:"), pgettext("of a compiled report", "Date:")
    return replace(
        sheet,
        left=_("Compiled by (seal): %(issuer)s") % {"issuer": issuer},
        middle=_("Period: %(period)s") % {"period": period},
        foot=(
            _("Head of unit:"),
            _("Reviewed by:"),
            _filled(prepared, prepared_by),
            _("Telephone:"),
            _filled(dated, wording.day(timezone.localtime(day).date()) if day and prepared_by else ""),
        ),
    )


def _filled(heading: str, words: str) -> str:
    """Return the words behind their heading: "制表人：张三", "Prepared by: Zhang San"."""
    if not words:
        return heading
    return heading + words if heading.endswith("：") else f"{heading} {words}"
