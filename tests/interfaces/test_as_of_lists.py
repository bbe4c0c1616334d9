"""Lists of an earlier moment: each shows the figures of then, and carries the moment into links and files."""

import re
from datetime import timedelta
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
import time_machine
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tests.interfaces.test_as_of_pages import ASH, GANGUE, HOUR, at
from tests.interfaces.test_dashboard import text_of
from tests.interfaces.test_pages import page
from tests.interfaces.test_signing_in import browser
from tracker.filters.as_of import as_of_text
from tracker.queries.returns.timeliness import Filings
from tracker.services import returns


@pytest.fixture(autouse=True)
def three_hours_later():
    with time_machine.travel(NOW + 3 * HOUR, tick=False):
        yield


@pytest.fixture
def corrected(plan, taiyuan, reporter, reviewer):
    """500 was verified at NOW; an hour later the return was opened again, and 650 is verified two hours later."""
    august = factories.period(plan)
    found = factories.file_return(taiyuan, august, {GANGUE: "500", ASH: "1"}, reporter=reporter, reviewer=reviewer)
    opened = factories.unlock(found, reporter=reporter, reviewer=reviewer, now=NOW + HOUR)
    later = {"now": NOW + 2 * HOUR}
    values = {GANGUE: "650", ASH: "1"}
    returns.save_draft(opened, values, acting_user=reporter, expected_version=opened.version, notes={}, **later)
    returns.submit_return(opened, acting_user=reporter, expected_version=opened.version, **later)
    returns.verify_return(opened, acting_user=reviewer, expected_version=opened.version, **later)
    return opened


def figures(html: str) -> set[str]:
    return set(re.findall(r"(?<![\d,.])(?:500|650)(?:\.00)?(?![\d,.])", text_of(html.split("<main")[1])))


#: Every page with figures, by its address at a period.
READING = (
    "/?period=2020-08",
    "/targets/?period=2020-08",
    "/targets/{target}/?period=2020-08",
    "/regions/140100/?period=2020-08",
    "/figures/coal_gangue_utilised/?period=2020-08",
    "/entries/?period=2020-08",
)


@pytest.mark.parametrize("address", READING)
def test_each_reading_page_shows_the_figures_of_its_moment(corrected, plan, leader, address):
    address = address.format(target=plan.targets.get(indicator__code=GANGUE).pk)
    now, then, before = (page(leader, f"{address}&{moment}") for moment in ("x=1", at(NOW), at(NOW - HOUR)))
    assert any(one.startswith("650") for one in figures(now))
    assert any(one.startswith("500") for one in figures(then)) and not any(
        one.startswith("65") for one in figures(then)
    )
    assert not figures(before)
    assert "As known at 3 Sep 2020, 10:00." in text_of(then)


@pytest.mark.parametrize("address", READING)
def test_links_to_figures_carry_the_moment(corrected, plan, leader, address):
    address = address.format(target=plan.targets.get(indicator__code=GANGUE).pk)
    main = page(leader, f"{address}&{at(NOW)}").split("<main")[1].split("<footer")[0]
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', main)]
    kinds = ("/targets/", "/regions/", "/figures/")
    kept = [one for one in links if one.startswith(kinds) and "period=" in one]
    assert kept
    lost = [one for one in kept if parse_qs(urlsplit(one).query).get("as_of") != [as_of_text(NOW)]]
    assert lost == []


@pytest.mark.parametrize("name", ["targets", "entries", "timeliness"])
def test_files_of_lists_are_of_the_moment_and_say_so(corrected, plan, leader, name):
    client = browser()
    client.force_login(leader)
    query = {"period": "2020-08", "as_of": as_of_text(NOW), "_export": "xlsx"}
    content = b"".join(client.get(reverse(name), query).streaming_content)
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    said = " ".join(map(str, values))
    assert "2020" in said and "10:00" in said
    if name != "timeliness":
        assert 500 in values and 650 not in values


def counts(plan, moment=None, now=NOW + 3 * HOUR):
    found = Filings(plan, plan.region, factories.period(plan), now=now, as_of=moment)
    return [(row.period.code, row.total) for row in found.by_period()]


def test_timeliness_of_the_present_moment_is_the_present_one(corrected, plan):
    assert counts(plan, NOW + 3 * HOUR) == counts(plan)


def test_timeliness_of_a_moment_knows_no_later_submission_and_no_later_extension(plan, taiyuan, reporter, reviewer):
    august = factories.period(plan)
    late = august.due_at + HOUR
    with time_machine.travel(late + 5 * HOUR, tick=False):
        factories.file_return(taiyuan, august, {GANGUE: "1", ASH: "1"}, reporter=reporter, now=late)
        end, then = dict(counts(plan, late + HOUR, now=late)), dict(counts(plan, late - timedelta(seconds=1), now=late))
        assert (end["2020-08"].late, then["2020-08"].late) == (1, 0)
        assert (end["2020-08"].missing, then["2020-08"].missing) == (0, 1)
