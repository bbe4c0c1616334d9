"""Parts of the overview for templates: thin names for `tracker.tables.overview_rows`."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from tracker.documents import need_words, progress_words
from tracker.models import Period, Region
from tracker.queries.pages.dashboard import Barometer, Card
from tracker.tables import overview_places
from tracker.tables.overview_rows import RowWriter

register = template.Library()


@register.simple_tag
def place_cells(writer: RowWriter, barometer: Barometer, card: Card) -> SafeString:
    """Return the cells of a target's row, one for each place, after the link that sorts the places by it."""
    return overview_places.cells(barometer, card, writer.here, writer.moment)


@register.simple_tag
def row_writer(period: Period, region: Region, as_of: str) -> RowWriter:
    """Return what writes the rows of a page of this period and region."""
    return RowWriter(period, region, as_of)


@register.simple_tag
def row_figures(writer: RowWriter, card: Card) -> SafeString:
    """Return the cells of a target's own figures."""
    return writer.cells(card)


@register.filter
def need_heading(kind: str) -> str:
    """Return the heading of what is left for each period: "Needed a month"."""
    return need_words.heading(kind)


@register.filter
def rounded_apart(cards: Sequence[Card]) -> bool:
    """Return True if the printed figures of any row do not subtract."""
    return any(progress_words.is_rounded_apart(card.row.standing) for card in cards)
