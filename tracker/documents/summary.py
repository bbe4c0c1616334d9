"""The mailed summary, ready to print: subject, three things to know, and two short tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.calculation.progress import TargetProgress
from tracker.documents import findings, need_words, progress_words, trends, wording
from tracker.documents.findings import Facts, PlaceFact, TargetFact
from tracker.documents.mail_chart import MailChart, chart_of
from tracker.documents.points import three_points


@dataclass(frozen=True)
class MailTargetLine:
    """A target's row, printed. `level_key` is "1" to "3", or empty: for the colour, which is never the only sign."""

    name: str
    unit: str
    cumulative: str
    target: str
    completion: str
    schedule: str
    gap: str
    level: str
    level_key: str
    coverage: str
    words: str
    outlook: str = ""


@dataclass(frozen=True)
class PlaceLine:
    """A place's row, printed."""

    name: str
    completion: str
    gap: str
    level: str
    level_key: str
    words: str


@dataclass(frozen=True)
class Summary:
    """What the mail's templates print."""

    subject: str
    plan: str
    region: str
    month: str
    finding: str
    points: Sequence[str]
    targets: Sequence[MailTargetLine]
    headline: str
    places: Sequence[PlaceLine]
    coverage: str
    debts: Sequence[tuple[str, str]]
    has_demonstration: bool
    provisional: str
    chart: MailChart | None
    lists: Sequence[str] = ()
    ranking: str = ""


def summarise(facts: Facts) -> Summary:
    """Return the summary of these facts, in the language in force."""
    finding = findings.finding_of(facts)
    topic = facts.headline.name if facts.headline else facts.plan
    words = {"month": facts.month, "topic": topic, "finding": finding}
    if facts.has_demonstration:
        subject = _("[Demonstration] %(month)s %(topic)s: %(finding)s") % words
    else:
        subject = _("%(month)s %(topic)s: %(finding)s") % words
    return Summary(
        subject=subject,
        plan=facts.plan,
        region=facts.region,
        month=facts.month,
        finding=finding,
        points=three_points(facts),
        targets=[_target_line(fact) for fact in facts.targets],
        headline=topic,
        places=[_place_line(fact) for fact in _worst_first(facts.places)],
        coverage=wording.coverage(facts.returns.coverage),
        debts=_debts(facts),
        has_demonstration=facts.has_demonstration,
        provisional=_provisional(facts),
        chart=chart_of(facts.targets, finding) if facts.returns.coverage.present else None,
        lists=facts.lists,
        ranking=facts.ranking,
    )


def chasing_list(facts: Facts) -> Summary:
    """Return who still owes a return of a month, in the language in force: no figures."""
    owing = [*facts.returns.not_reported, *facts.returns.sent_back]
    words = {"month": facts.month, "region": facts.region, "count": len(owing)}
    subject = ngettext(
        "%(month)s %(region)s: %(count)s unit has not submitted",
        "%(month)s %(region)s: %(count)s units have not submitted",
        len(owing),
    )
    nobody = _("%(month)s %(region)s: all units have submitted") % words
    return Summary(
        subject=subject % words if owing else nobody,
        plan=facts.plan,
        region=facts.region,
        month=facts.month,
        finding=findings.who_is_missing(facts.returns),
        points=[],
        targets=[],
        headline="",
        places=[],
        coverage=wording.coverage(facts.returns.coverage),
        debts=_debts(facts),
        has_demonstration=facts.has_demonstration,
        provisional="",
        chart=None,
    )


def _debts(facts: Facts) -> list[tuple[str, str]]:
    return [(findings.names(debt.names), wording.listed(debt.indicators)) for debt in facts.returns.debts]


def _provisional(facts: Facts) -> str:
    """Return where the headline would stand with what waits for verification; empty when nothing waits."""
    if facts.provisional is None or facts.headline is None:
        return ""
    level = trends.provisional_level(progress_words.level(facts.provisional))
    return _("With the reported values not yet verified, %(name)s would be at %(words)s, %(level)s.") % {
        "name": facts.headline.name,
        "words": findings.progress(facts.provisional),
        "level": level,
    }


def _worst_first(places: Sequence[PlaceFact]) -> list[PlaceFact]:
    """Return the largest gap behind first; places without data last, never ranked among the others."""
    graded = [fact for fact in places if fact.standing.gap is not None]
    others = [fact for fact in places if fact.standing.gap is None]
    return sorted(graded, key=lambda fact: fact.standing.gap or 0) + others


def _level_key(standing: TargetProgress) -> str:
    return str(standing.level.value) if standing.level else ""


def _target_line(fact: TargetFact) -> MailTargetLine:
    standing, counted = fact.standing, fact.standing.to_date.coverage
    return MailTargetLine(
        name=fact.name,
        unit=fact.unit,
        cumulative=progress_words.cumulative(standing, fact.decimals),
        target=progress_words.goal(standing, fact.decimals),
        completion=progress_words.completion(standing),
        schedule=progress_words.schedule(standing),
        gap=progress_words.gap(standing),
        level=progress_words.level(standing) if fact.is_graded else _("Reference level"),
        level_key=_level_key(standing),
        coverage=_("%(count)s returns verified") % {"count": counted},
        words=findings.progress(standing),
        outlook=_outlook(fact),
    )


def _outlook(fact: TargetFact) -> str:
    """Return what is still needed, and where the year will land; empty where neither can be said."""
    parts = []
    if fact.need is not None:
        label = need_words.label(fact.standing.bound, fact.period_kind)
        amount = need_words.used_up(fact.standing, fact.decimals) or wording.amount(fact.need, fact.decimals)
        parts.append(_("%(label)s: %(amount)s") % {"label": label, "amount": amount})
    if fact.forecast is not None and fact.forecast.low is None:
        parts.append(_("forecast %(value)s") % {"value": wording.amount(fact.forecast.value, fact.decimals)})
    elif fact.forecast is not None:
        amounts = (fact.forecast.value, fact.forecast.low, fact.forecast.high)
        value, low, high = (wording.amount(each, fact.decimals) for each in amounts)
        parts.append(
            _("forecast %(value)s (in 8 of 10 cases %(low)s–%(high)s)") % {"value": value, "low": low, "high": high}
        )
    return _("; ").join(parts)


def _place_line(fact: PlaceFact) -> PlaceLine:
    standing = fact.standing
    return PlaceLine(
        name=fact.name,
        completion=progress_words.completion(standing),
        gap=progress_words.gap(standing),
        level=progress_words.level(standing),
        level_key=_level_key(standing),
        words=findings.progress(standing),
    )
