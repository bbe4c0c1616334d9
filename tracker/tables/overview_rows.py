"""The figures of a target on the overview: level, figure, bar, rates, sparkline, change, need and coverage.

A row is written by one format string. As a template its forty parts took longer than all of its figures.
"""

from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.level_history import LevelHistory
from tracker.calculation.progress import TargetProgress
from tracker.documents import need_words, progress_words, trends, wording
from tracker.documents.drawing import sparkline
from tracker.models import Period, Region
from tracker.queries.figures.figures import RegionProgress
from tracker.queries.pages.dashboard import Card
from tracker.tables.targets import page_of, target_in_words

#: A bar ends here, in %: what goes beyond is cut, the number beside it is not.
BAR_END = Decimal(110)
ROW = (
    '<td class="row-level">{level}</td><th scope="row"><a href="{target_page}">{name}</a>{own_period}</th>'
    '<td class="number row-figure"><a class="figure" href="{figure_page}"><strong>{to_date}</strong></a> / {goal} '
    '<span class="quiet">{unit}{notes}</span></td><td class="row-bar">{bar}</td>'
    '<td class="number" data-label="{completion_label}">{completion}</td>'
    '<td class="number" data-label="{schedule_label}">{schedule}</td>'
    '<td class="number row-gap" data-label="{gap_label}">{gap}</td>'
    '<td class="row-spark"><a href="{trend}">{spark}</a></td><td class="row-change">{change}</td>'
    '<td class="number" data-label="{need_label}">{need}</td>'
    '<td class="number" data-label="{returns_label}"><a href="{returns}">{coverage}</a></td>'
)
BAR = (
    '<svg class="bar bar-{}" viewBox="0 0 110 10" preserveAspectRatio="none" role="img" aria-label="{}">'
    '<rect class="bar-track" x="0" y="2" width="100" height="6"/>'
    '<rect class="bar-fill" x="0" y="2" width="{}" height="6"/>'
    '<rect class="bar-mark" x="{}" y="0" width="1.2" height="10"/></svg>'
)


class RowWriter:
    """Writes the rows of one page: its addresses and labels are made once."""

    def __init__(self, period: Period, region: Region, as_of: str) -> None:
        self.period = period
        self.moment = {"as_of": as_of} if as_of else {}
        self.here = {"plan": period.plan.code, "period": period.code, "region": region.code}
        self.labels = {
            "completion_label": pgettext("rate", "Done"),
            "schedule_label": pgettext("rate", "Schedule"),
            "gap_label": _("To schedule"),
            "returns_label": _("Returns"),
        }

    def cells(self, card: Card) -> SafeString:
        """Return the cells of a target's own figures."""
        row, standing = card.row, card.row.standing
        decimals, kind = row.target.indicator.decimals, row.period.kind
        return format_html(
            ROW,
            **self.labels,
            **self._addresses(row),
            level=level(standing),
            name=str(row.target.indicator),
            own_period="" if row.period == self.period else _own_period(row.period),
            to_date=progress_words.cumulative(standing, decimals),
            goal=target_in_words(row.target, standing),
            unit=str(row.target.indicator.unit),
            notes="".join(f" {note}" for note in _notes(card)),
            bar=bar(standing),
            completion=progress_words.compared_completion(standing),
            schedule=wording.MISSING if standing.target is None else progress_words.compared_schedule(standing),
            gap=progress_words.gap(standing),
            spark=spark(card),
            change=change(card.history, kind),
            need=need(card),
            need_label=need_words.heading(kind),
            coverage=str(standing.to_date.coverage),
        )

    def _addresses(self, row: RegionProgress) -> dict[str, str]:
        code = row.target.indicator.code
        own = self.here | {"period": row.period.code}
        moment = f"&{urlencode(self.moment)}" if self.moment else ""
        return {
            "target_page": page_of(row) + moment,
            "figure_page": f"{reverse('figure', args=[code])}?{urlencode(own | {'span': 'year'})}{moment}",
            "trend": f"?{urlencode(self.here | {'trend': code} | self.moment)}#trend",
            "returns": f"{reverse('returns')}?{urlencode(own)}",
        }


def _own_period(period: Period) -> SafeString:
    return format_html(' <span class="quiet nowrap">{}</span>', wording.period_in_words(period.code))


def _notes(card: Card) -> list[str]:
    """Return what a figure needs beside it: the change that it gives, and the parts that are not in it."""
    found = [progress_words.change_so_far(card.row.standing, card.row.target.indicator.decimals)]
    if card.missing_parts:
        found.append(_("without %(parts)s") % {"parts": wording.listed(card.missing_parts)})
    return [note for note in found if note]


def level(standing: TargetProgress) -> SafeString:
    """Return the badge of a row: mark and numeral, and that the level is provisional."""
    look, title = "", wording.level_meaning(standing.level) if standing.level else ""
    words = progress_words.level(standing) if standing.level is None else wording.brief_level(standing.level)
    if standing.is_provisional:
        look, title = " provisional", progress_words.basis(standing)
        if standing.level is not None:
            words = pgettext("narrow", "%(level)s prov.") % {"level": wording.brief_level(standing.level)}
    badge = '<span class="level level-{}{}" title="{}">{}</span>'
    return format_html(badge, standing.level or 0, look, title, words)


def bar(standing: TargetProgress) -> SafeString:
    """Completion as a bar with a mark where the schedule stands, both on the basis that the gap rests on."""
    if standing.compared_completion is None:
        return SafeString("")
    words = {
        "completion": progress_words.compared_completion(standing),
        "schedule": progress_words.compared_schedule(standing),
    }
    length = min(max(standing.compared_completion, Decimal(0)), BAR_END)
    mark = min(standing.compared_schedule, BAR_END)
    label = _("Completed %(completion)s, schedule %(schedule)s") % words
    return format_html(BAR, standing.level or 0, label, f"{length:.2f}", f"{mark:.2f}")


def spark(card: Card) -> SafeString:
    """Return the figure of each period so far as small bars, told as a list of figures."""
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


def change(history: LevelHistory, kind: str) -> SafeString:
    """Return the move of the level in a few words: "worse, was ● III", "3 months"; the whole sentence is its title."""
    return format_html(
        '<span class="change change-{}" title="{}">{}</span>',
        trends.direction(history) or "none",
        trends.level_change(history, kind),
        trends.brief_change(history, kind),
    )


def need(card: Card) -> str:
    """Return the need in each period left, or the headroom under a limit; what has nothing left in words."""
    return need_words.in_cell(card.row.standing, card.need, card.row.target.indicator.decimals)
