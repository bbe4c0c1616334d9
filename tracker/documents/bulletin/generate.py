"""The sentences of a bulletin, from the figures of an issued report, in the order of official ones."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.levels import Level
from tracker.calculation.targets.kinds import Bound
from tracker.documents import progress_words, wording
from tracker.documents.bulletin.changes import edition_sentence, level_sentences
from tracker.documents.bulletin.lists import list_sentences
from tracker.documents.bulletin.overall import overall_sentence
from tracker.documents.bulletin.text import BulletinText, Part, Section, Sentence, fill, joined, listed
from tracker.documents.compliance import lagging
from tracker.documents.compliance.cover import facts_of
from tracker.documents.compliance.figures import ComplianceFigures, PlaceFigures, TargetLine
from tracker.documents.compliance.rounding import rounding_notes
from tracker.documents.compliance.summary import kept_by_band


def build_bulletin(figures: ComplianceFigures) -> BulletinText:
    """Return the text of a bulletin on these figures, in the active language."""
    words = {"plan": figures.plan, "period": figures.period, "name": figures.document_name or _("progress of targets")}
    sections = [
        Section("overall", _("Overall situation"), (*_overall(figures), *edition_sentence(figures))),
        Section("targets", _("Progress by target"), tuple(_targets(figures))),
        Section("regions", _("Progress by region"), tuple(_regions(figures))),
        Section("lists", _("Projects and rosters"), tuple(list_sentences(figures.lists, figures.place.code))),
        Section("lagging", _("Behind schedule"), tuple(_lagging(figures))),
        Section("levels", _("Changes of warning level"), tuple(level_sentences(figures))),
        Section("returns", _("Reporting"), tuple(_returns(figures))),
    ]
    return BulletinText(
        title=_("Bulletin on the %(name)s of the %(plan)s, %(period)s") % words,
        sections=(*(section for section in sections if section.sentences), Section("demands", _("Next steps"))),
        basis=_basis(figures),
        marker=wording.demonstration_marker() if figures.is_demonstration else "",
    )


def _basis(figures: ComplianceFigures) -> str:
    """Return what the figures rest on, and that some are rounded each by itself."""
    words = {"moment": wording.moment(figures.as_of), "hash": figures.basis.sha256[:16] or wording.MISSING}
    lines = [*figures.targets, *(other.line for other in figures.others)]
    basis = _("Verified values as of %(moment)s; input hash %(hash)s.") % words
    for note in [*kept_by_band(figures, lines), *rounding_notes(figures, lines)]:
        basis = pgettext("sentences", "%(first)s %(next)s") % {"first": basis, "next": note}
    return basis


def _overall(figures: ComplianceFigures) -> Iterator[Sentence]:
    place = figures.place.code
    coverage = figures.coverage
    yield Sentence(
        "coverage",
        fill(
            _("For %(period)s, %(present)s of %(expected)s returns have been verified."),
            period=figures.period,
            present=Part(str(coverage.present), f"returns@{place}:verified"),
            expected=Part(str(coverage.expected), f"returns@{place}:expected"),
        ),
    )
    if not figures.graded:
        return
    found = Counter(None if one.standing.is_provisional else one.standing.level for one in figures.graded)

    def counted(level: Level | None) -> Part:
        return Part(str(found[level]), f"levels@{place}:{level.value if level else 'none'}")

    yield Sentence(
        "levels",
        fill(
            _(
                "Graded targets: %(count)s. On schedule: %(three)s, at level II: %(two)s, at level I: %(one)s, "
                "with a provisional level or none: %(none)s."
            ),
            count=Part(str(len(figures.graded)), f"levels@{place}:all"),
            three=counted(Level.III),
            two=counted(Level.II),
            one=counted(Level.I),
            none=counted(None),
        ),
    )


def _targets(figures: ComplianceFigures) -> Iterator[Sentence]:
    for line in figures.targets:
        yield Sentence(f"target:{line.key}", _target(line, figures, figures.period))
    for other in figures.others:
        yield Sentence(f"target:{other.line.key}", _target(other.line, figures, other.period))


def _target(line: TargetLine, figures: ComplianceFigures, period: str) -> tuple[Part, ...]:
    standing, place = line.standing, figures.place

    def figure(column: str, text: str) -> Part:
        return Part(text, f"{line.key}@{place.code}:{column}")

    if not standing.to_date.coverage.expected and standing.to_date.value is None:
        return fill(_("No unit is to report %(name)s."), name=line.name)
    coverage = figure("coverage", str(standing.to_date.coverage))
    if standing.to_date.value is None:
        return fill(_("%(name)s has no verified data yet (%(coverage)s)."), name=line.name, coverage=coverage)
    found = [
        *fill(
            _("By %(period)s, %(name)s came to %(cumulative)s"),
            period=period,
            name=wording.subject_of_total(line.name),
            cumulative=figure("cumulative", lagging.figure_with_unit(standing.to_date.value, line)),
        )
    ]
    if standing.completion is not None and standing.target is not None:
        found += _completed(line, figure)
    found += _growth(line, figures)
    found += _judgement(line, figures)
    if standing.bound is not Bound.REFERENCE:
        need = lagging.need_of(figures, line, place)
        for template, words in lagging.need_clause(line, standing, need, figures.kind):
            found += fill(template, **{column: figure(column, text) for column, text in words.items()})
    forecast = lagging.forecast_of(figures, line, place)
    if forecast is not None and forecast.low is None:
        value = figure("forecast", lagging.figure_with_unit(forecast.value, line))
        found += fill(_(", forecast for the whole plan %(value)s"), value=value)
    elif forecast is not None:
        found += fill(
            _(", forecast for the whole plan %(value)s (in 8 of 10 cases %(low)s to %(high)s)"),
            value=figure("forecast", lagging.figure_with_unit(forecast.value, line)),
            low=figure("forecast_low", lagging.figure_with_unit(forecast.low, line)),
            high=figure("forecast_high", lagging.figure_with_unit(forecast.high, line)),
        )
    return joined([*found, *fill(_(" (%(coverage)s returns verified)."), coverage=coverage)])


def _completed(line: TargetLine, figure: Callable[[str, str], Part]) -> tuple[Part, ...]:
    """Return how much of the target is completed, or of a limit used; of a change, which way it goes so far."""
    words = {
        "completion": figure("completion", progress_words.completion(line.standing)),
        "target": figure("target", _goal(line)),
    }
    if line.standing.kind.is_change:
        words["change"] = figure("change", progress_words.change_so_far(line.standing, line.decimals))
        if (line.standing.completion or 0) < 0:  # it goes the other way: no share of the target is completed
            return fill(_(", %(change)s (target: %(target)s)"), target=words["target"], change=words["change"])
        return fill(_(", %(change)s, %(completion)s of the target (%(target)s)"), **words)
    if line.standing.bound.is_cap:
        return fill(_(", %(completion)s of the limit of %(target)s"), **words)
    return fill(_(", %(completion)s of the target of %(target)s"), **words)


def _goal(line: TargetLine) -> str:
    standing = line.standing
    if standing.kind.is_change or standing.bound is Bound.BETWEEN:
        return progress_words.goal(standing, line.decimals, is_approximate=line.is_approximate)
    return lagging.figure_with_unit(standing.target, line)


def _growth(line: TargetLine, figures: ComplianceFigures) -> tuple[Part, ...]:
    book, place = figures.book_of(line.key), figures.place.code
    change = book.year_on_year(line.key, place, to_date=True)
    if change is None:
        return ()
    size = abs(change)
    shown = _("%(points)s points") % {"points": wording.amount(size, 2)} if line.is_rate else wording.rate(size)
    if line.standing.is_count:
        shown = lagging.figure_with_unit(size, line)
    part = Part(shown, f"{line.key}@{place}:year_on_year")
    return fill(_(", up %(change)s on last year") if change >= 0 else _(", down %(change)s on last year"), change=part)


def _judgement(line: TargetLine, figures: ComplianceFigures) -> tuple[Part, ...]:
    standing, place = line.standing, figures.place.code
    level = Part(progress_words.level_name(standing), f"{line.key}@{place}:level")
    if not line.is_graded or standing.bound is Bound.REFERENCE:
        return fill(_(" (for reference, not graded)"))
    if standing.gap is None or standing.is_provisional:
        return fill(_("; level: %(level)s"), level=level)
    if not progress_words.gap(standing).strip("0."):
        return fill(_(", exactly on schedule, %(level)s"), level=level)
    gap = Part(progress_words.gap(standing).lstrip("+-"), f"{line.key}@{place}:gap")
    ahead = _(", %(gap)s percentage points ahead of schedule, %(level)s")
    behind = _(", %(gap)s percentage points behind schedule, %(level)s")
    return fill(ahead if standing.gap >= 0 else behind, gap=gap, level=level)


def _regions(figures: ComplianceFigures) -> Iterator[Sentence]:
    """Rank every region with data, and name those without apart: they are never ranked."""
    if figures.overall and not figures.overall.own and figures.overall.ranked:
        yield overall_sentence(figures.overall)
    for line in figures.graded:
        places = {place.code: place for place in figures.cities if line.key in place.standings}
        ranks = figures.book_of(line.key).ranking(line.key, list(places), "completion")
        ranked = sorted((code for code in places if ranks[code] is not None), key=lambda code: (ranks[code] or 0, code))
        if not ranked:
            continue
        separator = pgettext("list separator", ", ")
        template = (
            _("%(name)s, from best to worst: %(list)s")
            if line.standing.bound.is_cap
            else _("%(name)s, by completion rate from high to low: %(list)s")
        )
        before, after = template.split("%(list)s")
        found = [*fill(before, name=line.name), *listed([_rated(places[code], line) for code in ranked], separator)]
        found += fill(after)
        without = [places[code].name for code in places if ranks[code] is None]
        if without:
            found += fill(_("; without verified data and not ranked: %(names)s"), names=wording.listed(without))
        yield Sentence(f"regions:{line.key}", joined([*found, Part(_("."))]))


def _rated(place: PlaceFigures, line: TargetLine) -> tuple[Part, ...]:
    standing = place.standings[line.key]
    rate = Part(progress_words.completion(standing), f"{line.key}@{place.code}:completion")
    name = progress_words.provisional(place.name) if standing.is_provisional else place.name
    return fill(_("%(place)s %(rate)s"), place=name, rate=rate)


def _lagging(figures: ComplianceFigures) -> Iterator[Sentence]:
    """Return a sentence for each place behind schedule, the furthest behind first."""
    by_place: dict[str, list[lagging.Lag]] = defaultdict(list)
    for lag in lagging.lags_in_regions(figures):
        by_place[lag.place.code].append(lag)
    order = sorted(by_place, key=lambda code: (min(lag.standing.gap or Decimal(0) for lag in by_place[code]), code))
    for code in order:
        lags = by_place[code]
        template = _("%(place)s: %(list)s.")
        before, after = template.split("%(list)s")
        clauses = [_lag_parts(lag) for lag in lags]
        found = [*fill(before, place=lags[0].place.name), *listed(clauses, _("; ")), *fill(after)]
        yield Sentence(f"lagging:{code}", joined(found))


def _lag_parts(lag: lagging.Lag) -> list[Part]:
    found: list[Part] = []
    for template, words in lagging.clauses_of(lag):
        tagged = {
            name: text if name == "name" else Part(text, f"{lag.line.key}@{lag.place.code}:{name}")
            for name, text in words.items()
        }
        found += fill(template, **tagged)
    return found


def _returns(figures: ComplianceFigures) -> Iterator[Sentence]:
    returns, place = facts_of(figures).returns, figures.place.code
    groups = [
        ("missing", returns.not_reported, _("Units that have not reported (%(count)s): %(names)s.")),
        ("sent_back", returns.sent_back, _("Units that must correct their returns (%(count)s): %(names)s.")),
        ("late", returns.late, _("Units that reported late (%(count)s): %(names)s.")),
    ]
    for key, names, template in groups:
        if names:
            count = Part(str(len(names)), f"returns@{place}:{key}")
            yield Sentence(f"returns:{key}", fill(template, count=count, names=wording.listed(names)))
    if not any(names for _key, names, _template in groups) and returns.coverage.expected:
        yield Sentence("returns:all", fill(_("Every unit reported in time.")))
