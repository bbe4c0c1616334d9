"""The chart of a summary: how far each graded target came, against its schedule; and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.documents import progress_words, wording
from tracker.documents.findings import TargetFact

#: A phone shows so many bars at once; the page has all. Which are left out: those furthest ahead.
BARS = 8
#: So many targets are described one by one, for who does not see the chart.
DESCRIBED = 5


@dataclass(frozen=True)
class Bar:
    """A target's bar: rates in %. `completion` None is no bar at all: missing is not zero."""

    name: str
    level: Level | None
    completion: Decimal | None
    schedule: Decimal

    @property
    def value(self) -> str:
        """Return what stands at the bar's end: the level's sign and name, and the rate."""
        return f"{wording.marked_level(self.level)}  {wording.rate(self.completion)}"


@dataclass(frozen=True)
class MailChart:
    """The bars, the furthest behind first, and in words what they show."""

    title: str
    schedule_name: str
    bars: Sequence[Bar]
    description: str


def chart_of(targets: Sequence[TargetFact], finding: str) -> MailChart | None:
    """Return the chart of the graded targets; None while nothing at all is verified, when it would show empty bars."""
    graded = [fact for fact in targets if fact.is_graded]
    if all(fact.standing.completion is None for fact in graded):
        return None
    worst_first = [graded[index] for index in _furthest_behind(graded)]
    bars = [_bar(fact) for fact in worst_first[:BARS]]
    return MailChart(
        title=_("Completion against schedule"),
        schedule_name=_schedule_name(bars),
        bars=bars,
        description=_description(finding, worst_first),
    )


def _bar(fact: TargetFact) -> Bar:
    standing = fact.standing
    return Bar(fact.name, standing.level, standing.completion, standing.schedule_rate)


def _furthest_behind(targets: Sequence[TargetFact]) -> list[int]:
    """Return the positions in the list, furthest behind first.

    Targets without a gap come before those ahead of schedule.
    """
    return sorted(range(len(targets)), key=lambda index: (targets[index].standing.gap or Decimal(0), index))


def _schedule_name(bars: Sequence[Bar]) -> str:
    """Return the mark's name, with the rate if all bars share one."""
    rates = {wording.rate(bar.schedule) for bar in bars}
    return f"{_('Schedule')} {rates.pop()}" if len(rates) == 1 else _("Schedule")


def _description(finding: str, worst_first: Sequence[TargetFact]) -> str:
    off = [fact for fact in worst_first if fact.standing.level in (Level.I, Level.II)]
    on_course = sum(fact.standing.level == Level.III for fact in worst_first)
    ungraded = len(worst_first) - len(off) - on_course
    counts = {
        ngettext("%(count)s target off course", "%(count)s targets off course", len(off)): len(off),
        _("%(count)s on course"): on_course,
        _("%(count)s not graded"): ungraded,
    }
    said = _("Chart. %(finding)s. Completion against schedule: %(counts)s.") % {
        "finding": finding,
        "counts": wording.listed(words % {"count": count} for words, count in counts.items() if count),
    }
    worst = [_one(fact.name, fact.standing) for fact in off[:DESCRIBED]]
    return said + (_(" Furthest behind: %(list)s.") % {"list": wording.listed(worst)} if worst else "")


def _one(name: str, standing: TargetProgress) -> str:
    return _("%(name)s %(completion)s of %(schedule)s, %(level)s") % {
        "name": name,
        "completion": progress_words.completion(standing),
        "schedule": progress_words.schedule(standing),
        "level": wording.level_name(standing.level),
    }
