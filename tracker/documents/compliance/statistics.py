"""质量说明: what a report says of the quality of its own statistics."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.documents import wording
from tracker.documents.compliance.figures import ComplianceFigures, Statistics


def declaration(figures: ComplianceFigures) -> str:
    """Return the quality declaration: what the figures rest on, how punctual, revised and comparable they are."""
    late = sum(line.is_late for line in figures.quality)
    words = {
        "basis": _("figures rest on verified values alone, %(coverage)s of the returns.")
        % {"coverage": wording.coverage(figures.coverage)},
        "late": ngettext("%(count)s return was late.", "%(count)s returns were late.", late) % {"count": late},
        "revised": _revised(figures.statistics.revised),
        "comparable": _comparable(figures.statistics.breaks),
    }
    return _("Quality declaration: %(basis)s %(late)s %(revised)s %(comparable)s") % words


def _revised(count: int) -> str:
    if not count:
        return _("No value was revised after it had been verified.")
    words = ngettext(
        "%(count)s value was revised after it had been verified.",
        "%(count)s values were revised after they had been verified.",
        count,
    )
    return words % {"count": count}


def _comparable(breaks: Sequence[str]) -> str:
    if not breaks:
        return _("No break in the series is marked.")
    return _("Breaks in the series: %(breaks)s.") % {"breaks": wording.listed(breaks)}


def next_issue(statistics: Statistics) -> list[str]:
    """Return when the next report is planned, as a note; nothing without a calendar of issues."""
    if statistics.next_issue is None:
        return []
    return [_("The report of the next period is planned for %(day)s.") % {"day": wording.day(statistics.next_issue)}]


def breaks_note(statistics: Statistics) -> list[str]:
    """Return the breaks as a note beside growth; nothing without one."""
    if not statistics.breaks:
        return []
    words = {"breaks": wording.listed(statistics.breaks)}
    return [_("Growth across a break in the series is not comparable: %(breaks)s.") % words]


def policy_note(statistics: Statistics) -> list[str]:
    """Return the office's revision policy as a note; nothing where it filled in none."""
    return [_("Revision policy: %(policy)s") % {"policy": statistics.policy}] if statistics.policy else []
