"""Pages that show what was known at a moment: figures are those of then, and what is not known of then is named."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tests.interfaces.test_dashboard import rows, text_of
from tests.interfaces.test_pages import page
from tracker.filters.as_of import as_of_text, parse_as_of
from tracker.services.documents.reports import issue_report

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def three_hours_later():
    with time_machine.travel(NOW + 3 * HOUR, tick=False):
        yield


@pytest.fixture
def corrected(plan, taiyuan, reporter, reviewer):
    """500 was verified at NOW; an hour later the return was opened again, so that nothing is verified now."""
    august = factories.period(plan)
    found = factories.file_return(taiyuan, august, {GANGUE: "500", ASH: "1"}, reporter=reporter, reviewer=reviewer)
    factories.unlock(found, reporter=reporter, reviewer=reviewer, now=NOW + HOUR)
    return found


def at(moment):
    return f"as_of={as_of_text(moment)}"


def test_the_overview_shows_what_was_known_and_says_so(corrected, leader):
    assert "No figures yet" in page(leader, "/?period=2020-08")
    html = page(leader, f"/?period=2020-08&{at(NOW)}")
    assert "500.00" in text_of(rows(html)["Coal gangue utilised"])
    assert "As known at 3 Sep 2020, 10:00." in text_of(html)
    assert "No figures yet" in page(leader, f"/?period=2020-08&{at(NOW - HOUR)}")


def test_the_overview_of_a_moment_names_no_late_units_and_no_states(corrected, leader):
    html = page(leader, f"/?period=2020-08&{at(NOW)}").split("<main")[1]
    assert "late as of now" not in html and "Not submitted" not in html
    assert "States of returns and who is late are known of the present only" in html


def test_links_of_the_overview_keep_the_moment(corrected, plan, leader):
    row = rows(page(leader, f"/?period=2020-08&{at(NOW)}"))["Coal gangue utilised"]
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', row)]
    kept = [link for link in links if not link.startswith(reverse("returns"))]
    assert len(kept) >= 4
    assert all(parse_qs(urlsplit(link).query)["as_of"] == [as_of_text(NOW)] for link in kept)


def test_the_pages_of_target_place_and_figure_show_the_moment(corrected, plan, leader):
    target = plan.targets.get(indicator__code=GANGUE)
    for address in (
        f"/targets/{target.pk}/?period=2020-08",
        f"/regions/{factories.TAIYUAN}/?period=2020-08",
        f"/figures/{GANGUE}/?period=2020-08",
    ):
        figure = re.compile(r"(?<![\d,.])500(\.00)?(?![\d,])")
        assert figure.search(text_of(page(leader, f"{address}&{at(NOW)}").split("<main")[1]))
        assert not figure.search(text_of(page(leader, f"{address}&{at(NOW - HOUR)}").split("<main")[1]))


def test_a_figures_ledger_of_a_moment_has_the_revision_of_then(corrected, leader, reviewer):
    html = page(leader, f"/figures/{GANGUE}/?period=2020-08&{at(NOW)}")
    ledger = text_of(html[html.index('id="ledger"') :])
    assert "太原市单位 August 2020 500.00 2" in ledger
    assert "3 Sep 2020, 10:00 500.00" in ledger
    assert "Nothing stood verified here" in page(leader, f"/figures/{GANGUE}/?period=2020-08&{at(NOW - HOUR)}")


def test_a_moment_to_come_and_no_moment_at_all_are_told_at_the_field(corrected, leader):
    assert "still to come" in page(leader, f"/?period=2020-08&{at(NOW + 4 * HOUR)}")
    assert "Give the moment as a day and a time" in page(leader, "/?period=2020-08&as_of=yesterday")


def test_a_moment_in_an_address_is_never_before_what_was_recorded_at_it():
    moment = NOW + timedelta(microseconds=1234)
    assert moment <= parse_as_of(as_of_text(moment)) < moment + timedelta(milliseconds=1)


def test_a_reports_page_leads_to_its_figures_as_issued(plan, taiyuan, reporter, reviewer, leader):
    august = factories.period(plan)
    found = factories.file_return(taiyuan, august, {GANGUE: "500", ASH: "1"}, reporter=reporter, reviewer=reviewer)
    issued = issue_report(period=august, region=plan.region, language="en", acting_user=leader, now=NOW)
    factories.unlock(found, reporter=reporter, reviewer=reviewer, now=NOW + HOUR)
    html = page(leader, reverse("report", args=[issued.pk]))
    target = plan.targets.get(indicator__code=GANGUE)
    link = next(one for one in re.findall(r'href="([^"]+)"', html) if one.startswith(f"/targets/{target.pk}/"))
    assert "500.00" in text_of(page(leader, link.replace("&amp;", "&")))
