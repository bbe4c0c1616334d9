"""The findings of a period in words: what a subject line says, and the three things to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker.calculation.cells import Coverage
from tracker.calculation.forecast import Forecast
from tracker.calculation.level_history import LevelHistory
from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.documents import progress_words, wording

#: Names in a sentence; a longer list belongs on the page.
NAMES_SHOWN = 12


@dataclass(frozen=True)
class TargetFact:
    """A target in the plan's own region; `unit` in the reader's language.

    `need` is what is needed in each period of the kind left, or under a limit still free.
    """

    name: str
    unit: str
    decimals: int
    is_graded: bool
    standing: TargetProgress
    history: LevelHistory | None = None
    missing_parts: Sequence[str] = ()
    need: Decimal | None = None
    forecast: Forecast | None = None
    period_kind: str = "month"


@dataclass(frozen=True)
class PlaceFact:
    """A region right below the plan's own, by the plan's first graded target."""

    name: str
    standing: TargetProgress
    history: LevelHistory | None = None


@dataclass(frozen=True)
class OutstandingLine:
    """Units that still owe the same indicators."""

    names: Sequence[str]
    indicators: Sequence[str]


@dataclass(frozen=True)
class Returns:
    """Who stands where with the period's return, by name."""

    coverage: Coverage
    not_reported: Sequence[str] = ()
    sent_back: Sequence[str] = ()
    waiting: Sequence[str] = ()
    late: Sequence[str] = ()
    debts: Sequence[OutstandingLine] = ()


@dataclass(frozen=True)
class Facts:
    """All that a summary says, in the reader's language. The headline is the plan's first graded target.

    `provisional` is where the headline would stand if what waits for verification counted as it was reported.
    `lists` has a line for each list of the plan; `ranking` is the sentence on the overall ranking of regions.
    """

    plan: str
    region: str
    month: str
    has_demonstration: bool
    targets: Sequence[TargetFact]
    headline: TargetFact | None
    places: Sequence[PlaceFact]
    places_are_cities: bool
    returns: Returns
    provisional: TargetProgress | None = None
    lists: Sequence[str] = ()
    ranking: str = ""


_AHEAD = gettext_lazy(
    "%(name)s: %(cumulative)s %(unit)s, %(completion)s of the target against a schedule of %(schedule)s, %(gap)s"
    " percentage points ahead: %(level)s. Returns for %(month)s: %(coverage)s."
)
_BEHIND = gettext_lazy(
    "%(name)s: %(cumulative)s %(unit)s, %(completion)s of the target against a schedule of %(schedule)s, %(gap)s"
    " percentage points behind: %(level)s. Returns for %(month)s: %(coverage)s."
)


def finding_of(facts: Facts) -> str:
    """Return the finding in a few words: how many regions are at the worst level, and how many have no data."""
    if not facts.returns.coverage.present:
        return _("nothing verified yet (%(coverage)s)") % {"coverage": wording.coverage(facts.returns.coverage)}
    graded = [fact.standing.level for fact in facts.places if fact.standing.level]
    if not graded:
        return (
            progress_words.level_name(facts.headline.standing)
            if facts.headline
            else wording.coverage(facts.returns.coverage)
        )
    words = {
        "count": graded.count(min(graded)),
        "all": len(facts.places),
        "ungraded": len(facts.places) - len(graded),
        "places": _("cities") if facts.places_are_cities else pgettext("after a number", "regions"),
        "level": wording.level_name(min(graded)),
    }
    if min(graded) == Level.III:
        found = _("%(count)s of %(all)s %(places)s on track") % words
    else:
        found = _("%(count)s of %(all)s %(places)s at %(level)s") % words
    return found + (_(", %(ungraded)s %(places)s without verified data") % words if words["ungraded"] else "")


def overall(facts: Facts) -> str:
    """Return where the headline target stands, with the coverage it rests on."""
    coverage = wording.coverage(facts.returns.coverage)
    if facts.headline is None or facts.headline.standing.to_date.value is None:
        return _("Nothing has been verified yet: %(coverage)s.") % {"coverage": coverage}
    standing = facts.headline.standing
    words = {
        "name": wording.subject_of_total(facts.headline.name),
        "cumulative": progress_words.cumulative(standing, facts.headline.decimals),
        "unit": facts.headline.unit,
        "completion": progress_words.completion(standing),
        "schedule": progress_words.schedule(standing),
        "gap": progress_words.gap(standing),
        "level": progress_words.level_name(standing),
        "coverage": coverage,
        "month": facts.month,
    }
    if standing.gap is None and facts.headline.missing_parts:
        words["parts"] = names(facts.headline.missing_parts)
        return (
            _(
                "%(name)s: %(cumulative)s %(unit)s so far, without %(parts)s for %(month)s, of which nothing is "
                "verified (%(coverage)s); not graded."
            )
            % words
        )
    if standing.is_provisional and (standing.basis is not None or standing.gap is None):
        return _provisionally(standing, words)
    if standing.gap is None:
        return (
            _(
                "%(name)s: %(cumulative)s %(unit)s from earlier periods (%(completion)s of the target)."
                " No data verified for %(month)s yet (%(coverage)s); not graded."
            )
            % words
        )
    sentence = _AHEAD if standing.gap >= 0 else _BEHIND
    return sentence % (words | {"gap": progress_words.gap(standing).lstrip("+-")})


def _provisionally(standing: TargetProgress, words: dict[str, str]) -> str:
    """Describe a headline under incomplete coverage: what is there, what it rests on, and the provisional level."""
    if standing.gap is None:
        return (
            _(
                "%(name)s stands at %(cumulative)s %(unit)s, %(completion)s of the target. Returns are missing "
                "(%(coverage)s for %(month)s), so it is not graded yet."
            )
            % words
        )
    return (
        _(
            "%(name)s stands at %(cumulative)s %(unit)s. Returns are missing (%(coverage)s for %(month)s): on the "
            "places that have reported, against their own share, a gap of %(gap)s points: %(level)s."
        )
        % words
    )


def off_course(facts: Facts) -> str:
    """Return which targets, and which places of the headline target, are behind."""
    graded = [fact for fact in facts.targets if fact.is_graded and fact.standing.level]
    if not graded:
        return _("No target can be graded yet.")
    behind = [
        _of_level(level, [_named(f) for f in graded if f.standing.level == level]) for level in (Level.I, Level.II)
    ]
    found = _joined(behind)
    first = _("Off course: %(list)s.") % {"list": found} if found else _on_track(facts)
    places = [
        _of_level(level, [_named(f) for f in facts.places if f.standing.level == level])
        for level in (Level.I, Level.II)
    ]
    found = _joined(places)
    if not found or facts.headline is None:
        return first
    return _("%(first)s By place, for %(name)s: %(list)s.") % {
        "first": first,
        "name": facts.headline.name,
        "list": found,
    }


def _on_track(facts: Facts) -> str:
    """Return that all targets are on track; where some have no final level, that those with one are."""
    graded = [fact.standing for fact in facts.targets if fact.is_graded]
    without = sum(one.level is None or one.is_provisional for one in graded)
    if not without:
        return _("All graded targets are on track.")
    if without == len(graded):
        return _("No target has a final level yet: %(count)s are provisional or not graded.") % {"count": without}
    found = _("All targets with a final level are on track; %(count)s are provisional or not graded.")
    return found % {"count": without}


def who_is_missing(returns: Returns) -> str:
    """Return who has not reported, must correct, waits for the reviewer, or was late."""
    found = _joined(
        [
            _("not reported: %(names)s") % {"names": names(returns.not_reported)} if returns.not_reported else "",
            _("sent back: %(names)s") % {"names": names(returns.sent_back)} if returns.sent_back else "",
            _("waiting for verification: %(names)s") % {"names": names(returns.waiting)} if returns.waiting else "",
            _("submitted late: %(names)s") % {"names": names(returns.late)} if returns.late else "",
        ]
    )
    if found:
        return _("Returns: %(list)s.") % {"list": found}
    if not returns.coverage.expected:
        return _("No return is expected.")
    return _("All units submitted on time and all returns are verified.")


def progress(standing: TargetProgress) -> str:
    """Completion against schedule, and the gap where there is one."""
    words = {
        "completion": progress_words.completion(standing),
        "schedule": progress_words.schedule(standing),
        "gap": progress_words.gap(standing),
    }
    if standing.gap is None:
        return _("completion %(completion)s, schedule %(schedule)s") % words
    return _("completion %(completion)s, schedule %(schedule)s, gap %(gap)s points") % words


def names(items: Sequence[str]) -> str:
    """Return a list of names, cut where it would fill the mail."""
    shown = wording.listed(items[:NAMES_SHOWN])
    rest = len(items) - NAMES_SHOWN
    return shown if rest <= 0 else _("%(names)s and %(count)s more") % {"names": shown, "count": rest}


def _at_level(level: Level, facts: Sequence[TargetFact | PlaceFact]) -> str:
    return _of_level(level, [_named(fact) for fact in facts if fact.standing.level == level])


def _named(fact: TargetFact | PlaceFact) -> str:
    """Return a name, marked where its level is provisional."""
    return progress_words.provisional(fact.name) if fact.standing.is_provisional else fact.name


def _joined(parts: Sequence[str]) -> str:
    return pgettext("between clauses", "; ").join(part for part in parts if part)


def _of_level(level: Level, found: Sequence[str]) -> str:
    if not found:
        return ""
    return _("%(level)s: %(names)s") % {"level": wording.marked_level(level), "names": names(found)}
