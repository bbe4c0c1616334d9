"""Elements of drawings: their markup, and that no name breaks out of it."""

from decimal import Decimal

import pytest
from defusedxml.ElementTree import fromstring
from django.utils.html import format_html

from tracker.documents.drawing.lettering import fitting, width_of
from tracker.documents.drawing.scale import Scale
from tracker.documents.drawing.svg import element


def test_an_element_has_its_attributes_and_what_is_inside():
    drawn = element("svg", element("text", "90 %", text_anchor="end", class_="label"), viewBox="0 0 1 1")
    assert str(drawn) == '<svg viewBox="0 0 1 1"><text text-anchor="end" class="label">90 %</text></svg>'


def test_an_attribute_that_is_none_is_left_out():
    assert str(element("line", x=0, y=None)) == '<line x="0"/>'


@pytest.mark.parametrize("text", ['</text><script>"', "a & b", "'\"<>"])
def test_markup_in_a_text_or_an_attribute_is_text(text):
    parsed = fromstring(str(element("text", text, id=text)))
    assert (parsed.text, parsed.get("id"), len(parsed)) == (text, text, 0)


def test_a_page_takes_an_element_as_it_is():
    drawn = element("text", "a & b")
    assert format_html("{}", drawn) == "<text>a &amp; b</text>"


@pytest.mark.parametrize(("amount", "place"), [("-5", "0"), ("0", "0"), ("75", "50"), ("150", "100"), ("900", "100")])
def test_an_amount_beyond_an_end_of_a_scale_lies_at_that_end(amount, place):
    assert Scale(Decimal(0), Decimal(150), Decimal(10)).place(Decimal(amount), 100) == Decimal(place)


def test_a_text_is_cut_where_it_has_no_room():
    assert fitting("煤矸石综合利用量", 10, 90) == "煤矸石综合利用量"
    cut = fitting("煤矸石综合利用量", 10, 50)
    assert cut.endswith("…") and width_of(cut, 10) <= 50
