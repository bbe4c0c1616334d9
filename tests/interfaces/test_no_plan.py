"""An installation into which nobody has loaded a plan: pages say so, and how one comes in."""

import pytest

from tests.interfaces.test_pages import page, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/targets/", "/clauses/", "/returns/", "/entries/", "/timeliness/"])
def test_a_page_about_a_plan_says_that_there_is_none(superuser, address):
    html = page(superuser, address)
    assert "There is no action plan yet." in html
    assert 'class="message error"' not in html


@pytest.mark.parametrize("address", ["/reports/", "/past/", "/mail/", "/events/", "/admin/"])
def test_the_other_pages_are_there(superuser, address):
    assert signed_in(superuser).get(address).status_code == 200
