"""Cells of the overview: levels of places, bars, sparklines and changes, each as short as its column."""

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.figure_inputs import LevelHistory
from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.documents import progress_words, trends, wording
from tracker.documents.drawing import sparkline
from tracker.queries.figures.figures import RegionProgress
from tracker.queries.pages.dashboard import Barometer, Card
from tracker.tables.targets import page_of

register = template.Library()
register.filter("compared_completion", progress_words.compared_completion)
register.filter("compared_schedule", progress_words.compared_schedule)

#: A bar ends here, in %: what goes beyond is cut, the number beside it is not.
BAR_END = Decimal(110)


@register.simple_tag
def place_cells(barometer: Barometer, card: Card, as_of: str = "") -> SafeString:
    """The cells of a target's row, one for each place: its mark leads to the reason on the target's page there."""
    target = card.row.target
    cells = barometer.cells.get(target.pk)
    if cells is None:
        return format_html_join("", '<td class="place none"></td>', ((),) * len(barometer.places))
    address = reverse("target", args=[target.pk])
    return mark_safe("".join(_place(cell, address, as_of) for cell in cells))  # noqa: S308 - each part was escaped


def _place(cell: RegionProgress | None, address: str, as_of: str) -> str:
    if cell is None:
        return '<td class="place none"></td>'
    query = {"period": cell.period.code, "region": cell.region.code} | ({"as_of": as_of} if as_of else {})
    level, words = cell.level, escape(_place_words(cell))
    look = " provisional" if cell.standing.is_provisional else ""
    return (
        f'<td class="place" data-place="{escape(str(cell.region))}"><a class="place-mark place-{level or 0}{look}" '
        f'href="{address}?{escape(urlencode(query))}" title="{words}" aria-label="{words}">{_mark(level)}</a></td>'
    )


def _mark(level: Level | None) -> str:
    return wording.MARKS[level] if level else "–"


def _place_words(cell: RegionProgress) -> str:
    """Name place, level and gap: "大同市：▲ 一级（暂定），进度差 -12.30 个百分点"."""
    standing = cell.standing
    words = {"place": str(cell.region), "level": progress_words.level(standing), "gap": progress_words.gap(standing)}
    if standing.gap is None or standing.level is None:
        return _("%(place)s: %(level)s") % words
    return _("%(place)s: %(level)s, %(gap)s points to schedule") % words


@register.filter
def row_level(standing: TargetProgress) -> SafeString:
    """The badge of a row: mark and numeral, and that the level is provisional."""
    look, title = "", wording.level_meaning(standing.level) if standing.level else ""
    words = progress_words.level(standing) if standing.level is None else wording.brief_level(standing.level)
    if standing.is_provisional:
        look, title = " provisional", progress_words.basis(standing)
        words = wording.provisional_level(standing.level, is_brief=True) if standing.level else _("Not graded")
    return format_html('<span class="level level-{}{}" title="{}">{}</span>', standing.level or 0, look, title, words)


@register.simple_tag
def row_bar(row: RegionProgress) -> SafeString:
    """Completion as a bar with a mark where the schedule stands, both on the basis that the gap rests on."""
    standing = row.standing
    if standing.compared_completion is None:
        return SafeString("")
    words = {
        "completion": progress_words.compared_completion(standing),
        "schedule": progress_words.compared_schedule(standing),
    }
    length = min(max(standing.compared_completion, Decimal(0)), BAR_END)
    return format_html(
        '<svg class="bar bar-{}" viewBox="0 0 110 10" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="bar-track" x="0" y="2" width="100" height="6"/>'
        '<rect class="bar-fill" x="0" y="2" width="{}" height="6"/>'
        '<rect class="bar-mark" x="{}" y="0" width="1.2" height="10"/></svg>',
        standing.level or 0,
        _("Completed %(completion)s, schedule %(schedule)s") % words,
        f"{length:.2f}",
        f"{min(standing.compared_schedule, BAR_END):.2f}",
    )


@register.simple_tag
def row_spark(card: Card) -> SafeString:
    """The figure of each period so far as small bars, told as a list of figures."""
    figures = card.history.figures[-sparkline.MOST_BARS :]
    decimals = card.row.target.indicator.decimals
    told = wording.listed(wording.amount(one.value, decimals) for one in figures)
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        sparkline.WIDTH,
        sparkline.HEIGHT,
        _("By period: %(figures)s") % {"figures": told},
        mark_safe(sparkline.bars(figures)),  # noqa: S308 - numbers alone
    )


@register.simple_tag
def row_change(card: Card, kind: str) -> SafeString:
    """How the level moved, in a few characters: "↓ was ●", "→ 3 months"; the whole sentence is its title."""
    history = card.history
    words = _brief_change(history, kind)
    return format_html(
        '<span class="change change-{}" title="{}">{}</span>',
        trends.direction(history) or "none",
        trends.level_change(history, kind),
        words,
    )


def _brief_change(history: LevelHistory, kind: str) -> str:
    way = trends.direction(history)
    if way == "same":
        return trends.brief_streak(history, kind)
    if not way:
        return wording.MISSING
    was = {"level": wording.brief_level(history.before)}
    if way == "worse":
        return pgettext("change of level", "↓ was %(level)s") % was
    return pgettext("change of level", "↑ was %(level)s") % was


@register.simple_tag
def row_need(card: Card) -> str:
    """What is needed in each period left, or under a cap still free; "reached" and "used up" in words."""
    standing, decimals = card.row.standing, card.row.target.indicator.decimals
    if card.need is None:
        return wording.MISSING
    is_cap = standing.bound.is_cap
    if not card.need:
        return _("used up") if is_cap else _("reached")
    words = {"amount": wording.amount(card.need, decimals)}
    return _("free %(amount)s") % words if is_cap else wording.amount(card.need, decimals)


@register.simple_tag
def row_address(row: RegionProgress, as_of: str = "") -> str:
    """The address of a target's page, at the moment that the page shows."""
    return page_of(row) + (f"&{urlencode({'as_of': as_of})}" if as_of else "")


@register.filter
def need_heading(kind: str) -> str:
    """The heading of what is left for each period: "Needed a month"."""
    return progress_words.need_heading(kind)


@register.filter
def rounded_apart(cards: Sequence[Card]) -> bool:
    """Return True if the printed figures of any row do not subtract."""
    return any(progress_words.is_rounded_apart(card.row.standing) for card in cards)
