"""The reading pages: what each shows to whom."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tracker.models import Obligation, Return, Role, User
from tracker.services import returns

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
PAGES = ["home", "targets", "returns", "reports", "deliveries", "admin:index"]


@pytest.fixture(autouse=True)
def september():
    """The third of September 2020: August is the last completed month."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def datong(plan):
    return factories.make_unit(plan, DATONG)


@pytest.fixture
def datong_reporter(plan):
    return factories.make_user("datong-official", Role.REPORTER, DATONG)


@pytest.fixture
def verified_august(plan, taiyuan, datong, reporter, datong_reporter, reviewer):
    """Taiyuan and Datong, verified for August."""
    august = factories.period(plan)
    values = {GANGUE: "500", ASH: "1"}
    return [
        factories.file_return(taiyuan, august, values, reporter=reporter, reviewer=reviewer),
        factories.file_return(datong, august, {GANGUE: "0", ASH: "2"}, reporter=datong_reporter, reviewer=reviewer),
    ]


def signed_in(user: User, language: str = "en") -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


def page(user: User, address: str, language: str = "en") -> str:
    return signed_in(user, language).get(address).content.decode()


def rows_of(html: str) -> list[list[str]]:
    """The text of each cell of the list's body."""
    body = re.search(r"<tbody.*?</tbody>", html, re.DOTALL)
    if not body:
        return []
    cells = [re.findall(r"<td.*?</td>", row, re.DOTALL) for row in re.findall(r"<tr.*?</tr>", body[0], re.DOTALL)]
    return [[re.sub(r"<[^>]*>", "", cell).strip() for cell in row] for row in cells]


# Overview


def test_the_overview_says_the_finding_with_its_coverage(verified_august, leader):
    html = page(leader, "/", "zh-hans")
    assert "已核定2/2份" in html
    assert "2020年8月" in html


def test_the_overview_opens_on_the_last_completed_month_with_a_verified_return(
    plan, taiyuan, reporter, reviewer, leader
):
    july = factories.period(plan, "2020-07")
    factories.file_return(taiyuan, july, {GANGUE: "1", ASH: "1"}, reporter=reporter, reviewer=reviewer)
    assert "July 2020</h2>" in page(leader, "/")


def test_the_overview_shows_the_month_and_region_that_the_address_names(verified_august, leader):
    html = page(leader, f"/?period=2020-07&region={TAIYUAN}")
    assert "Taiyuan · July 2020</h2>" in html
    assert "0/1 returns verified" in html


def test_the_overview_names_the_units_that_have_not_submitted(verified_august, plan, leader):
    factories.make_unit(plan, factories.SHUOZHOU)
    assert re.search(r"Not submitted: <a [^>]+>朔州市单位</a>", page(leader, "/"))


def test_a_city_official_gets_the_overview_of_the_own_city(verified_august, reporter):
    html = page(reporter, "/")
    assert "Taiyuan · August 2020</h2>" in html
    assert "1/1 returns verified" in html


def test_a_month_outside_the_plan_is_an_error_at_its_field_on_the_overview(verified_august, leader):
    html = page(leader, "/?period=2021-01")
    assert "2021-01 lies outside the plan" in html
    assert "returns verified" not in html


def test_a_kind_of_period_that_the_plan_lacks_is_an_error_at_its_field(verified_august, leader):
    html = page(leader, "/?period=2020-Q1")
    assert "2020-Q1 is of a kind that the plan does not have (Quarter). It has: Month." in html
    assert "returns verified" not in html


def test_without_a_plan_the_overview_leads_whoever_may_to_a_new_one(db):
    admin = User.objects.create_superuser("admin", password=factories.PASSWORD)
    assert f'href="{reverse("plan_new")}"' in page(admin, "/")


def test_without_returns_the_overview_says_how_figures_come(plan, taiyuan, leader):
    assert "Figures appear as soon as" in page(leader, "/")


def test_who_reads_no_figures_is_told_where_the_own_work_is(plan):
    keeper = factories.make_user("keeper", Role.SECURITY_ADMIN)
    assert "Your role reads no figures" in page(keeper, "/")


def test_a_reporter_finds_the_returns_to_begin_with_a_link_that_starts_them(plan, taiyuan, reporter):
    html = page(reporter, "/")
    assert f'action="{reverse("admin:tracker_return_add")}" class="straight"' in html
    assert f'name="unit" value="{taiyuan.code}"' in html
    assert 'name="period" value="2020-01"' in html
    assert html.count("To be filled in") == 8
    assert "and 1 more" in html


def test_a_reporter_reads_why_a_return_came_back(plan, taiyuan, reporter, reviewer):
    filed = factories.file_return(taiyuan, factories.period(plan), {GANGUE: "5", ASH: "1"}, reporter=reporter)
    returns.send_back_return(
        filed, comment="Which gangue?", acting_user=reviewer, now=NOW, expected_version=filed.version
    )
    html = page(reporter, "/")
    assert "state-sent_back" in html
    assert "Which gangue?" in html


def test_a_reviewer_finds_what_waits_the_oldest_first(plan, taiyuan, datong, reporter, datong_reporter, reviewer):
    august, values = factories.period(plan), {GANGUE: "5", ASH: "1"}
    later = factories.file_return(datong, august, values, reporter=datong_reporter, now=NOW)
    earlier = factories.file_return(taiyuan, august, values, reporter=reporter, now=NOW - timedelta(hours=3))
    html = page(reviewer, "/")
    places = [html.index(reverse("admin:tracker_return_change", args=[filed.pk])) for filed in (earlier, later)]
    assert places == sorted(places)


# Targets


def test_the_list_of_targets_has_every_target_of_the_province(verified_august, leader):
    rows = rows_of(page(leader, "/targets/"))
    assert len(rows) == 13
    gangue = next(row for row in rows if row[0] == "Coal gangue utilised")
    assert gangue[1:6] == ["10kt", "二", "Shanxi", "≥ 6,500.00", "500.00"]


def test_targets_are_filtered_by_indicator_region_and_level(verified_august, leader):
    rows = rows_of(page(leader, f"/targets/?indicator={GANGUE}"))
    assert [row[0] for row in rows] == ["Coal gangue utilised"]
    rows = rows_of(page(leader, f"/targets/?indicator={GANGUE}&region=cities"))
    assert [row[3] for row in rows] == ["Taiyuan", "Datong"]
    assert len(rows_of(page(leader, "/targets/?level=1"))) == 2
    assert len(rows_of(page(leader, "/targets/?level=3"))) == 0


@pytest.mark.parametrize("sort", ["completion", "-completion"])
def test_sorting_by_a_figure_puts_the_missing_last(verified_august, leader, sort):
    column = [row[8] for row in rows_of(page(leader, f"/targets/?sort={sort}"))]
    present = [float(text.rstrip("%")) for text in column if text != "—"]
    assert column[-1] == "—"
    assert column[: len(present)] == [text for text in column if text != "—"]
    assert present == sorted(present, reverse=sort.startswith("-"))


def test_a_month_outside_the_plan_is_an_error_at_its_field_and_no_rows(verified_august, leader):
    html = page(leader, "/targets/?period=2021-01", "zh-hans")
    assert "2021-01 不在计划期内" in html
    assert rows_of(html) == []


def test_a_city_outside_ones_scope_is_an_error_at_its_field_and_no_rows(verified_august, reporter):
    html = page(reporter, f"/targets/?region={DATONG}")
    assert "Choose a region that you may read." in html
    assert rows_of(html) == []


def test_a_city_official_sees_the_targets_of_the_own_city_alone(verified_august, reporter):
    assert {row[3] for row in rows_of(page(reporter, "/targets/"))} == {"Taiyuan"}


@pytest.mark.parametrize("query", ["plan=x", "period=x", "region=x", "indicator=x", "level=9", "page=x", "sort=x"])
@pytest.mark.parametrize("address", ["/targets/", "/returns/", "/"])
def test_nonsense_in_the_address_is_no_server_error(verified_august, leader, address, query):
    assert signed_in(leader).get(f"{address}?{query}").status_code == 200


def test_a_target_leads_to_the_returns_behind_it(verified_august, plan, leader):
    html = page(leader, f"/targets/?region={TAIYUAN}&indicator={GANGUE}")
    assert f"/returns/?plan={plan.code}&amp;period=2020-08&amp;region={TAIYUAN}" in html


# Returns


def test_a_city_official_sees_the_own_returns_alone(verified_august, reporter):
    assert [row[0] for row in rows_of(page(reporter, "/returns/"))] == ["太原市单位"]


def test_nobody_sees_another_citys_draft(plan, taiyuan, reporter, leader):
    returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    assert rows_of(page(leader, "/returns/")) == []
    assert len(rows_of(page(reporter, "/returns/"))) == 1


def test_returns_are_filtered_by_region_period_and_state(verified_august, leader):
    assert len(rows_of(page(leader, "/returns/"))) == 2
    assert len(rows_of(page(leader, f"/returns/?region={DATONG}"))) == 1
    assert len(rows_of(page(leader, "/returns/?period=2020-07"))) == 0
    assert len(rows_of(page(leader, "/returns/?period=2020-08&state=verified"))) == 2
    assert len(rows_of(page(leader, "/returns/?state=submitted"))) == 0


def test_returns_are_filtered_by_whether_they_came_on_time(plan, taiyuan, datong, reporter, datong_reporter, leader):
    august, values = factories.period(plan), {GANGUE: "5", ASH: "1"}
    factories.file_return(taiyuan, august, values, reporter=reporter, now=august.due_at)
    factories.file_return(datong, august, values, reporter=datong_reporter, now=august.due_at - timedelta(seconds=1))
    assert [row[1] for row in rows_of(page(leader, "/returns/?timeliness=late"))] == ["Taiyuan"]
    assert [row[1] for row in rows_of(page(leader, "/returns/?timeliness=on_time"))] == ["Datong"]
    assert rows_of(page(leader, "/returns/?timeliness=late"))[0][4] == "late"


def test_a_return_sent_back_is_overdue_after_the_deadline(plan, taiyuan, reporter, reviewer):
    filed = factories.file_return(taiyuan, factories.period(plan), {GANGUE: "5", ASH: "1"}, reporter=reporter)
    returns.send_back_return(filed, comment="No.", acting_user=reviewer, now=NOW, expected_version=filed.version)
    with time_machine.travel(filed.period.due_at, tick=False):
        assert rows_of(page(reviewer, "/returns/?timeliness=overdue"))[0][4] == "overdue"


def test_returns_never_submitted_sort_last_whichever_way(plan, taiyuan, reporter):
    factories.file_return(taiyuan, factories.period(plan), {GANGUE: "5", ASH: "1"}, reporter=reporter)
    returns.open_return(taiyuan, factories.period(plan, "2020-07"), acting_user=reporter, now=NOW)
    for sort in ("submitted_at", "-submitted_at"):
        assert [row[2] for row in rows_of(page(reporter, f"/returns/?sort={sort}"))] == ["August 2020", "July 2020"]


def test_the_list_of_a_month_names_the_units_that_have_no_return(verified_august, plan, leader):
    factories.make_unit(plan, factories.SHUOZHOU)
    html = page(leader, "/returns/?period=2020-08", "zh-hans")
    assert "2020年8月未报送：朔州市单位" in html


def test_an_empty_list_says_what_to_do(plan, leader):
    assert "No return matches the filters" in page(leader, "/returns/")


# Query counts


def queries_of(count_queries, user: User, address: str) -> int:
    client = signed_in(user)
    client.get(address)  # what is read once per process
    with count_queries(connection) as queries:
        client.get(address)
    return len(queries)


@pytest.mark.parametrize("address", ["/", "/targets/?region=cities", "/returns/"])
def test_the_number_of_queries_is_the_same_for_two_units_and_for_eleven(
    verified_august, plan, leader, reviewer, count_queries, address
):
    few = queries_of(count_queries, leader, address)
    everywhere = factories.make_user("everywhere", Role.REPORTER)
    for city in plan.region.children.exclude(code__in=(TAIYUAN, DATONG)):
        unit = factories.make_unit(plan, city.code)
        factories.file_return(
            unit, factories.period(plan), {GANGUE: "5", ASH: "1"}, reporter=everywhere, reviewer=reviewer
        )
    assert Return.objects.count() == 11
    assert Obligation.objects.count() == 22
    assert queries_of(count_queries, leader, address) == few


# The frame


def test_a_stranger_is_sent_to_the_login(plan):
    for name in PAGES:
        assert "/admin/login/" in Client(headers={"host": "localhost"}).get(reverse(name)).headers["Location"]


def test_who_is_not_signed_in_can_choose_the_language(db):
    client = Client(headers={"host": "localhost"})
    assert "登录" in client.get("/admin/login/").content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/admin/login/"})
    assert "Log in" in client.get("/admin/login/").content.decode()


def test_the_language_switch_comes_back_to_the_same_page(verified_august, leader):
    client = signed_in(leader)
    answer = client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/targets/?level=1"})
    assert answer.headers["Location"] == "/targets/?level=1"
    assert "目标进展" in client.get("/targets/?level=1").content.decode()


def test_the_frame_names_the_person_with_the_role(plan, reporter):
    html = page(reporter, "/", "zh-hans")
    assert "taiyuan-official" in html
    assert "填报员 · 太原市" in html


def test_without_demonstration_data_no_page_speaks_of_it(verified_august, leader):
    assert "demonstration-banner" not in page(leader, "/")


def test_a_missing_page_is_answered_in_our_look(plan, leader):
    answer = signed_in(leader).get("/no-such-page")
    assert answer.status_code == 404
    assert "site-header" in answer.content.decode()


def test_a_fault_is_answered_in_our_look_without_needing_the_database(plan, leader, monkeypatch):
    def broken(*_arguments, **_options):
        raise RuntimeError("broken")

    monkeypatch.setattr("tracker.views.home.overview.outstanding", broken)
    client = signed_in(leader)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.content.decode()
