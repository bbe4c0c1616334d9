"""The contents of the one-page brief: every word and figure as it is printed."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tracker.calculation.levels import Level
from tracker.documents import findings, need_words, progress_words, wording
from tracker.documents.bulletin.lists import lists_in_words
from tracker.documents.compliance import lagging
from tracker.documents.compliance.cover import facts_of
from tracker.documents.compliance.figures import ComplianceFigures, PlaceFigures, TargetLine
from tracker.documents.compliance.rounding import rounding_notes
from tracker.documents.compliance.summary import kept_by_band

IDENTIFIER = "brief"
#: So many targets stand in the table; of more, those furthest behind.
MOST_TARGETS = 20
#: So many regions stand in the barometer; of more, those with the worst levels.
MOST_PLACES = 30
FURTHEST = 5
#: So many lists have a line; further ones stand in the report.
MOST_LISTS = 3
#: A name in a sentence is cut after so many letters: its figures must stay on the page.
LONGEST_NAME = 24
#: Marks a level that rests on the places that have reported.
PROVISIONAL = "*"
#: A bar further than this is cut at the edge; the number beside it tells the rest.
FURTHEST_BAR = Decimal(150)


@dataclass(frozen=True)
class TargetBar:
    """A target's row. `bar` and `schedule` are shares of the whole track; `bar` None is no bar: missing is not zero."""

    name: str
    cumulative: str
    goal: str
    completion: str
    bar: float | None
    schedule: float
    gap: str
    level: str
    level_key: str
    need: str
    forecast: str
    range: str


@dataclass(frozen=True)
class PlaceChip:
    """A region of the barometer: the number of targets at each level, in words with marks."""

    name: str
    words: str
    level_key: str


@dataclass(frozen=True)
class BriefPage:
    """The page, ready to be set."""

    title: str
    heading: str
    issuer: str
    number: str
    period: str
    marker: str
    notice: str
    findings: Sequence[str]
    headings: Sequence[str]
    track: float
    targets: Sequence[TargetBar]
    targets_note: str
    lags_heading: str
    lags: Sequence[str]
    places_heading: str
    places: Sequence[PlaceChip]
    places_note: str
    ranking: str
    returns_heading: str
    returns: str
    lists_heading: str
    lists: Sequence[str]
    foot: Sequence[str]
    language: str

    @property
    def texts(self) -> str:
        """Return all that the page prints, to see which characters it takes."""
        words = [
            self.title,
            self.heading,
            self.issuer,
            self.number,
            self.period,
            self.marker,
            self.notice,
            self.targets_note,
        ]
        words += [self.ranking, *self.findings, *self.headings, *self.lags, self.places_note, self.returns, *self.foot]
        words += [self.lags_heading, self.places_heading, self.returns_heading, self.lists_heading, *self.lists]
        words += [text for row in self.targets for text in (row.name, row.cumulative, row.goal, row.level, row.need)]
        words += [text for row in self.targets for text in (row.forecast, row.range, row.completion, row.gap)]
        words += [text for place in self.places for text in (place.name, place.words)]
        return "".join(words)


def build_brief(figures: ComplianceFigures, language: str) -> BriefPage:
    """Return the brief of these figures, in the active language."""
    lines = _chosen(figures)
    track = _longest(lines)
    facts = facts_of(figures)
    heading = _("%(plan)s: %(name)s") % {"plan": figures.plan, "name": figures.document_name or _("brief")}
    return BriefPage(
        title=_("%(name)s (%(period)s)") % {"name": heading, "period": figures.period},
        heading=heading,
        issuer=figures.issuer,
        number=_issue(figures),
        period=figures.period,
        marker=wording.demonstration_marker() if figures.is_demonstration else "",
        notice=_("No verified data for this period yet.") if figures.is_empty else "",
        findings=[findings.overall(facts), _levels_in_words(figures)],
        headings=_headings(figures),
        track=float(track),
        targets=[_bar(line, figures, track) for line in lines],
        targets_note=_left_out(len(figures.targets) + len(figures.others) - len(lines)),
        lags_heading=_("Furthest behind") if _names_regions(figures) else _("Targets furthest behind"),
        lags=_lags(figures) or [lagging.none_behind(figures)],
        places_heading=_("Barometer of regions (number of targets by level)") if _with_a_part(figures) else "",
        places=_chips(figures),
        places_note=_places_left_out(len(_with_a_part(figures)) - MOST_PLACES),
        ranking=figures.overall.in_brief if figures.overall else "",
        returns_heading=_("Returns"),
        returns=findings.who_is_missing(facts.returns),
        lists_heading=_("Projects and rosters") if figures.lists else "",
        lists=lists_in_words(figures.lists, figures.place.code, most=MOST_LISTS),
        foot=_foot(figures, lines),
        language=language,
    )


def _issue(figures: ComplianceFigures) -> str:
    """Return the number of the issue, with its edition after the first."""
    number = figures.issue or _("No. %(number)s") % {"number": figures.number}
    return f"{number} {figures.edition}".rstrip()


def _chosen(figures: ComplianceFigures) -> list[TargetLine]:
    """Return the targets of the table, in the plan's order; of too many, those furthest behind."""
    lines = [*figures.targets, *(other.line for other in figures.others)]
    worst = sorted(lines, key=lambda line: (line.standing.gap is None, line.standing.gap or Decimal(0)))
    kept = {line.key for line in worst[:MOST_TARGETS]}
    return [line for line in lines if line.key in kept]


def _headings(figures: ComplianceFigures) -> list[str]:
    return [
        _("Indicator"),
        _("Cumulative"),
        progress_words.target_label(is_one_year=figures.book.is_one_year),
        _("Completion rate\n(mark: schedule)"),
        _("Gap\n(points)"),
        _("Warning"),
        _("Needed per\nmonth left") if figures.kind == "month" else _("Needed per\nperiod left"),
        _("Forecast\n(range)"),
    ]


def _longest(lines: Sequence[TargetLine]) -> Decimal:
    rates = [rate for line in lines for rate in (line.standing.completion, line.standing.schedule_rate) if rate]
    return min(max([Decimal(100), *rates]), FURTHEST_BAR)


def _bar(line: TargetLine, figures: ComplianceFigures, track: Decimal) -> TargetBar:
    standing, place = line.standing, figures.place
    need, forecast = lagging.need_of(figures, line, place), lagging.forecast_of(figures, line, place)
    used_up = "" if need is None else need_words.used_up(standing, line.decimals)
    amount = wording.amount
    return TargetBar(
        name=wording.in_unit(line.name, line.unit),
        cumulative=progress_words.cumulative(standing, line.decimals),
        goal=_unbroken(progress_words.goal(standing, line.decimals, is_approximate=line.is_approximate)),
        completion=progress_words.completion(standing),
        bar=None if standing.completion is None else float(_share(standing.completion, track)),
        schedule=float(_share(standing.schedule_rate, track)),
        gap=progress_words.gap(standing),
        level=_level(line),
        level_key=str(standing.level.value) if standing.level and line.is_graded else "",
        need=need_words.in_two_lines(used_up) or amount(need, line.decimals),
        forecast=wording.MISSING if forecast is None else amount(forecast.value, line.decimals),
        range=""
        if forecast is None or forecast.low is None
        else f"({amount(forecast.low, line.decimals)}–{amount(forecast.high, line.decimals)})",
    )


def _unbroken(goal: str) -> str:
    """Return a goal whose sign stays on the line of its figure."""
    return re.sub(r"(?<=[≥≤><=]) ", "\u00a0", goal)


def _share(rate: Decimal, track: Decimal) -> Decimal:
    return min(max(rate, Decimal(0)) / track, Decimal(1))


def _level(line: TargetLine) -> str:
    if not line.is_graded:
        return pgettext("brief", "Reference")
    standing = line.standing
    if standing.level is None:
        return wording.level_name(None)
    return wording.brief_level(standing.level) + (PROVISIONAL if standing.is_provisional else "")


def _levels_in_words(figures: ComplianceFigures) -> str:
    """Return how many of the graded targets stand at which level."""
    found = Counter(None if line.standing.is_provisional else line.standing.level for line in figures.graded)
    if not figures.graded:
        return _("No target of this period is graded.")
    counts = [(level, found[level]) for level in (Level.I, Level.II, Level.III, None) if found[level]]
    words = [
        _("%(level)s %(count)s")
        % {"level": wording.marked_level(level) if level else _("provisional or not graded"), "count": count}
        for level, count in counts
    ]
    return ngettext(
        "%(count)s graded target: %(list)s.", "%(count)s graded targets: %(list)s.", len(figures.graded)
    ) % {"count": len(figures.graded), "list": wording.listed(words)}


def _lags(figures: ComplianceFigures) -> list[str]:
    """Return a sentence for each of the regions furthest behind, by its worst target; without regions, by target."""
    lags = lagging.furthest_behind(lagging.lags_in_regions(figures))
    if all(lag.place is figures.place for lag in lags):
        return [lagging.lagging_sentence(_short(lag.place.name), [_shortened(lag)]) for lag in lags[:FURTHEST]]
    number = Counter(lag.place.code for lag in lags)
    worst = {lag.place.code: lag for lag in reversed(lags)}
    order = sorted(worst.values(), key=lambda lag: (lag.standing.gap or Decimal(0), lag.place.code))[:FURTHEST]
    return [
        lagging.lagging_sentence(_short(lag.place.name), [_shortened(lag)]) + _further(number[lag.place.code] - 1)
        for lag in order
    ]


def _further(count: int) -> str:
    if not count:
        return ""
    return ngettext(" %(count)s more target behind.", " %(count)s more targets behind.", count) % {"count": count}


def _shortened(lag: lagging.Lag) -> lagging.Lag:
    return replace(lag, line=replace(lag.line, name=_short(lag.line.name)))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _names_regions(figures: ComplianceFigures) -> bool:
    """Return True if regions are named as those behind, not the targets of the whole."""
    lags = lagging.lags_in_regions(figures)
    return bool(figures.cities) and not (lags and all(lag.place is figures.place for lag in lags))


def _chips(figures: ComplianceFigures) -> list[PlaceChip]:
    places = sorted(_with_a_part(figures), key=lambda place: _by_levels(place, figures))[:MOST_PLACES]
    return [_chip(place, figures) for place in places]


def _with_a_part(figures: ComplianceFigures) -> list[PlaceFigures]:
    """Return the regions that have a part in a graded target; of the others there is nothing to say."""
    return [place for place in figures.cities if any(line.key in place.standings for line in figures.graded)]


def _levels(place: PlaceFigures, figures: ComplianceFigures) -> Counter[Level | None]:
    standings = [place.standings[line.key] for line in figures.graded if line.key in place.standings]
    return Counter(None if standing.is_provisional else standing.level for standing in standings)


def _by_levels(place: PlaceFigures, figures: ComplianceFigures) -> tuple[int, int, str]:
    """Return what orders places: those with the most targets at level I first, then at level II."""
    found = _levels(place, figures)
    return -found[Level.I], -found[Level.II], place.code


def _chip(place: PlaceFigures, figures: ComplianceFigures) -> PlaceChip:
    found = _levels(place, figures)
    words = [f"{wording.MARKS[level]}{found[level]}" for level in Level if found[level]]
    if found[None]:
        words.append(pgettext("not graded", "–%(count)s") % {"count": found[None]})
    worst = min((level for level in found if level), default=None)
    return PlaceChip(place.name, " ".join(words) or wording.MISSING, str(worst.value) if worst else "")


def _left_out(count: int) -> str:
    if count <= 0:
        return ""
    return ngettext(
        "The %(shown)s targets furthest behind; %(count)s more stands in the report.",
        "The %(shown)s targets furthest behind; %(count)s more stand in the report.",
        count,
    ) % {"shown": MOST_TARGETS, "count": count}


def _places_left_out(count: int) -> str:
    if count <= 0:
        return ""
    return ngettext(
        "%(count)s more region stands in the report.", "%(count)s more regions stand in the report.", count
    ) % {"count": count}


def _foot(figures: ComplianceFigures, lines: Sequence[TargetLine]) -> list[str]:
    levels = [f"{wording.MARKS[level]} {wording.level_name(level)} ({wording.level_meaning(level)})" for level in Level]
    return [
        _("Data as of: %(moment)s") % {"moment": wording.stamp(figures.as_of)},
        wording.coverage(figures.coverage),
        wording.listed([*levels, _("* provisional"), _("– provisional or not graded")]),
        *kept_by_band(figures, lines),
        *rounding_notes(figures, lines),
    ]
