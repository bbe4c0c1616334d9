"""Pages and their exports say that what they show is a demonstration."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tests.interfaces.test_exports import workbook
from tests.interfaces.test_pages import PAGES, signed_in
from tracker.models import User


@pytest.fixture(autouse=True)
def september():
    """The third of September 2020: August is the last completed month."""
    with time_machine.travel(NOW, tick=False):
        yield


def test_demonstration_data_is_marked_on_every_page():
    admin = User.objects.create_superuser("admin", password=factories.PASSWORD)
    client = signed_in(admin)
    for address in [*map(reverse, PAGES), reverse("admin:tracker_return_changelist"), "/no-such-page"]:
        assert "demonstration-banner" in client.get(address).content.decode(), address
    assert "demonstration-banner" in Client(headers={"host": "localhost"}).get("/admin/login/").content.decode()


@pytest.mark.parametrize("address", ["/", "/targets/", "/returns/", "/reports/", "/admin/", "/no-such-page"])
def test_pages_hold_no_inline_script_or_style(leader, address):
    answer = signed_in(leader).get(address)
    html = answer.content.decode()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", html)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_workbook_with_demonstration_data_says_so(leader):
    sheet = workbook(leader, "/targets/?period=2020-08&_export=xlsx")
    assert any("SAMPLE DATA" in str(row[0]) for row in sheet.iter_rows(values_only=True))
