"""Why a place is where it is, in words: the first thing that its page says."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.documents import progress_words, wording
from tracker.documents.official import in_full


@dataclass(frozen=True)
class Behind:
    """A target in the place; `unit` in the reader's language."""

    name: str
    unit: str
    decimals: int
    standing: TargetProgress


def headline(place: str, rows: Sequence[Behind]) -> str:
    """Describe the region as a whole: how many of its graded targets are at the worst level that occurs."""
    graded = [row for row in rows if row.standing.level]
    if not graded and any(row.standing.this_period.value is not None for row in rows):
        return _("%(place)s: no target can be graded for this period; each row says what there is.") % {"place": place}
    if not graded:
        return _("%(place)s: no target can be graded; nothing is verified for this period.") % {"place": place}
    worst = min(row.standing.level for row in graded if row.standing.level)
    found = [row for row in graded if row.standing.level == worst]
    words = {
        "place": place,
        "level": wording.marked_level(worst),
        "number": len(found),
        "all": len(graded),
        "names": wording.listed(row.name for row in found),
    }
    if worst is Level.III:
        return _("%(place)s is on track: all %(all)s graded targets are at %(level)s.") % words
    words["behind"] = sum(1 for row in graded if row.standing.gap is not None and row.standing.gap < 0)
    return (
        _(
            "%(place)s is at %(level)s: %(number)s of %(all)s graded targets are at this level "
            "(%(names)s); %(behind)s are behind schedule in all."
        )
        % words
    )


def reason(row: Behind) -> str:
    """Why one target stands at its level: the figures, and how much of the year is not verified."""
    standing = row.standing
    done = in_full(standing.to_date.value, row.unit, row.decimals)
    if standing.kind.is_change and standing.held is not None:
        done = progress_words.goal_in_unit(standing.held, standing.kind, row.unit, row.decimals)
    words = {
        "done": done,
        "target": progress_words.goal_in_unit(standing.target, standing.kind, row.unit, row.decimals),
        "completion": progress_words.compared_completion(standing),
        "schedule": progress_words.compared_schedule(standing),
        "gap": progress_words.gap(standing).lstrip("+-"),
    }
    if standing.is_provisional and standing.basis is not None:
        said = [
            _(
                "%(done)s of %(target)s verified. The places that have reported: %(completion)s against a schedule of "
                "%(schedule)s."
            )
            % words
        ]
    elif standing.target is None:
        said = [_("%(done)s verified; this place has no target of its own.") % words]
    elif standing.to_date.value is not None and standing.held is None:
        said = [_("%(done)s verified; without a base value of this place there is no change to compare.") % words]
    elif standing.gap is not None and standing.gap < 0:
        said = [
            _(
                "%(done)s of %(target)s verified, %(completion)s against a schedule of %(schedule)s: "
                "%(gap)s points behind."
            )
            % words
        ]
    else:
        said = [_("%(done)s of %(target)s verified, %(completion)s against a schedule of %(schedule)s.") % words]
    coverage = standing.to_date.coverage
    if coverage.present < coverage.expected:
        counts = {"all": coverage.expected, "missing": coverage.expected - coverage.present}
        said.append(_("%(missing)s of %(all)s returns are not verified.") % counts)
        if standing.is_provisional:
            said.append(progress_words.basis(standing))
    return " ".join(said)
