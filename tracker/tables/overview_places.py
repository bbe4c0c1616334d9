"""The barometer's cells on the overview: a mark for each place, which leads to its reason."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.documents import progress_words, wording
from tracker.models import Target
from tracker.queries.figures.figures import RegionProgress
from tracker.queries.pages.dashboard import Barometer, Card

#: By level, and whether it is provisional: the look of a mark, and what it tells.
LevelWords = dict[tuple[Level | None, bool], tuple[str, str]]
NONE = SafeString(' class="place none"')

SORT = '<td class="place-sort"><a href="?{}#standing" title="{}" aria-label="{}"{}>⇆</a></td>'


def cells(barometer: Barometer, card: Card, here: dict[str, str], moment: dict[str, str]) -> SafeString:
    """Return the cells of a target's row: the link that sorts the regions by it, and each region's mark and reason.

    `here` are the page's filters, `moment` the time as of which it shows figures.
    """
    target = card.row.target
    found = barometer.cells.get(target.pk)
    if found is None:
        return format_html_join("", "<td{}></td>", ((NONE,),) * (len(barometer.places) + 1))
    address = reverse("target", args=[target.pk])
    tail = f"&amp;{urlencode(moment)}" if moment else ""
    words: LevelWords = {}
    written = [_place(cell, (address, tail), words) for cell in found]
    return _sort(barometer, target, here | moment) + mark_safe("".join(written))  # noqa: S308 - each part was escaped


def _sort(barometer: Barometer, target: Target, chosen: dict[str, str]) -> SafeString:
    words = _("Sort the places by %(indicator)s") % {"indicator": target.indicator}
    is_sorted = SafeString(' aria-current="true"') if barometer.sorted_by == target else ""
    return format_html(SORT, urlencode(chosen | {"sort": target.indicator.code}), words, words, is_sorted)


def _place(cell: RegionProgress | None, address: tuple[str, str], words: LevelWords) -> str:
    """Return a cell; `words` caches the level's words and look, which many cells share."""
    if cell is None:
        return '<td class="place none"></td>'
    standing = cell.standing
    key = cell.level, standing.is_provisional
    if key not in words:
        look = f"place-mark place-{cell.level or 0}{' provisional' if standing.is_provisional else ''}"
        words[key] = look, _place_words(standing)
    look, sentence = words[key]
    name = escape(str(cell.region))
    told = sentence % {"place": name, "gap": progress_words.gap(standing)}
    reason = f"{address[0]}?period={cell.period.code}&amp;region={cell.region.code}{address[1]}"
    return (
        f'<td class="place" data-place="{name}"><a class="{look}" href="{reason}" title="{told}" aria-label="{told}">'
        f"{_mark(cell.level)}</a></td>"
    )


def _mark(level: Level | None) -> str:
    return wording.MARKS[level] if level else "–"


def _place_words(standing: TargetProgress) -> str:
    """Return what a cell tells, with room for place and gap: "大同市：▲ 一级（暂定），进度差-12.30个百分点"."""
    room = {"place": "%(place)s", "gap": "%(gap)s", "level": escape(progress_words.level(standing))}
    if standing.gap is None or standing.level is None:
        return _("%(place)s: %(level)s") % room
    return _("%(place)s: %(level)s, %(gap)s points to schedule") % room
