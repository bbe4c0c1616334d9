"""What every sheet must say: who, when, coverage, pace, as of, and who signs."""

from dataclasses import replace

from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.documents.compliance.figures import ComplianceFigures
from tracker.documents.frames import signed
from tracker.documents.shape import Sheet


def as_of(figures: ComplianceFigures) -> str:
    """Return the moment whose values the report has."""
    return _("Data as of: %(moment)s") % {"moment": wording.stamp(figures.as_of)}


def framed(sheet: Sheet, figures: ComplianceFigures) -> Sheet:
    """Return the sheet with all that, on a single page where it can be read there."""
    paces = dict.fromkeys(line.pace for line in figures.targets)
    return replace(
        signed(
            sheet,
            issuer=figures.issuer,
            period=figures.period,
            prepared_by=figures.prepared_by,
            day=figures.as_of,
        ),
        basis=(
            wording.coverage(figures.coverage),
            _("Schedule basis: %(paces)s") % {"paces": wording.listed(paces)},
            as_of(figures),
        ),
        on_one_page=not sheet.is_annex,
        notice=_("No verified data for this period yet.") if figures.is_empty else sheet.notice,
    )
