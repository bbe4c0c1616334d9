"""The forms on which the plan manager sets things up: their searching fields have names, and no serious fault."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.keyboard import faults, tab_to
from tracker.models import Plan, ReportingUnit, Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

FORMS = ("checkrule", "unitcapacity", "obligation", "reportingunit", "target", "allocation", "indicator", "commitment")


@pytest.fixture
def page(window: Callable[..., Page], plan: Plan, taiyuan: ReportingUnit) -> Page:
    factories.make_user("manager", Role.PLAN_MANAGER)
    return window("manager")


def test_the_forms_have_no_serious_fault(page: Page) -> None:
    found = {}
    for name in FORMS:
        page.goto(f"/admin/tracker/{name}/add/")
        found[name] = faults(page)
    assert {name: told for name, told in found.items() if told} == {}


def test_an_indicator_is_searched_for_and_chosen_without_a_mouse(page: Page) -> None:
    page.goto("/admin/tracker/unitcapacity/add/")
    box = ".field-indicator [role=combobox]"
    tab_to(page, box)
    assert page.get_by_role("combobox", name="指标").count() == 1
    page.keyboard.press("Enter")
    assert faults(page) == []
    page.keyboard.type("粉煤灰")
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text("粉煤灰")
    page.keyboard.press("Enter")
    expect(page.locator(box)).to_contain_text("粉煤灰")
