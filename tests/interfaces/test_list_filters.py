"""The filters of lists: short choices are selects, long ones are looked up by typing."""

import re
from html import unescape

import pytest
import time_machine
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils.translation import gettext_lazy, override

from tests.factories import NOW
from tests.interfaces.test_pages import page, rows_of
from tracker.filters.forms import LONGEST_SELECT, NamedField, QuickSelect, QuickText
from tracker.filters.returns import ReturnFilter
from tracker.models import Indicator, MeasureUnit, Target
from tracker.templatetags.lists import filter_fields


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


def squeezed(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"\s*(<[^>]*>)\s*", r"\1", html)).strip())


@pytest.mark.parametrize("value", ["", "b", "<", 3, None, "gone"])
def test_a_select_is_written_as_django_writes_it(value):
    choices = [
        ("", gettext_lazy("all")),
        ("b", "B & b"),
        ("<", "<i>"),
        (3, "three"),
        ("group", [("x", "X"), ("y", "Y")]),
    ]
    attrs = {"id": "id_x", "required": True, "disabled": False, "aria-describedby": 'a"b'}
    stock = forms.Select({"class": "c"}, choices).render("x", value, attrs)
    assert squeezed(QuickSelect({"class": "c"}, choices).render("x", value, attrs)) == squeezed(stock)


@pytest.mark.parametrize("value", [None, "", '"<x>&', 5])
def test_a_text_field_is_written_as_django_writes_it(value):
    attrs = {"id": "id_x", "required": True}
    expected = sorted(re.findall(r'[\w-]+(?:="[^"]*")?', forms.TextInput().render("x", value, attrs)))
    assert sorted(re.findall(r'[\w-]+(?:="[^"]*")?', QuickText().render("x", value, attrs))) == expected


@pytest.mark.parametrize("query", ["", "period=1999-01&region=x&state=nonsense", "plan=nonsense"])
def test_the_fields_of_filters_read_as_those_of_other_forms(plan, leader, query):
    request = RequestFactory().get(f"/returns/?{query}")
    request.user = leader
    filters = ReturnFilter(request)
    filters.is_valid()
    expected = get_template("tracker/fields.html").render({"form": filters.form})
    assert squeezed(filter_fields(filters.form)) == squeezed(expected.partition("#}")[2] or expected)


# Looking up

SUMS = {"over_periods": "sum", "over_places": "sum"}


@pytest.fixture
def many_indicators(plan):
    """More targets than a select would list."""
    unit = MeasureUnit.objects.get(code="10kt")
    made = Indicator.objects.bulk_create(
        Indicator(
            code=f"many-{n}",
            name=f"指标{n}号",
            name_en=f"Indicator {n}",
            unit=unit,
            over_periods="sum",
            over_places="sum",
        )
        for n in range(LONGEST_SELECT)
    )
    Target.objects.bulk_create(
        Target(plan=plan, indicator=one, bound="at_least", position=100 + n) for n, one in enumerate(made)
    )


def test_few_choices_are_a_select(plan, leader):
    assert '<select name="indicator"' in page(leader, "/targets/")


def test_many_choices_are_typed_with_what_fits_offered(many_indicators, leader):
    html = page(leader, "/targets/", "zh-hans")
    assert '<select name="indicator"' not in html
    assert 'list="id_indicator_choices"' in html
    assert '<option value="指标7号 · many-7"></option>' in html


@pytest.mark.parametrize(
    "typed", ["many-7", "指标7号", "指标7号 · many-7", "Indicator 7 · many-7", "indicator 7", "7号 ", "Indicator 7"]
)
def test_a_choice_is_found_by_code_by_name_and_by_a_part_of_one_name(many_indicators, leader, typed):
    with override("en"):
        field = NamedField(Indicator.objects.exclude(code__in=("many-17", "many-27", "many-37")), required=False)
        assert field.clean(typed).code == "many-7"


@pytest.mark.parametrize("typed", ["指标", "nothing like it", "· ·", "\x00", "many-7 · many-8 · x"])
def test_what_fits_no_choice_or_several_is_an_error_at_the_field(many_indicators, typed):
    with pytest.raises(ValidationError):
        NamedField(Indicator.objects.all(), required=False).clean(typed)


def test_nothing_typed_is_no_choice(plan):
    assert NamedField(Indicator.objects.all(), required=False).clean(" ") is None


def test_what_was_chosen_stands_in_the_field_again(many_indicators, leader):
    html = page(leader, "/targets/?indicator=many-7", "zh-hans")
    assert 'value="指标7号 · many-7"><datalist' in html
    assert [row[0] for row in rows_of(html)] == ["指标7号"]
