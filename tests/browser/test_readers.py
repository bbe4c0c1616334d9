"""Those who read: a leader finds why a city is red, an analyst the row behind a figure, an auditor who verified it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import factories
from tests.browser.crawl import WATCH
from tests.browser.keyboard import log_in
from tests.factories import DATONG, NOW, TAIYUAN
from tracker.models import Allocation, IssuedReport, Return, Role, TargetVersion, User
from tracker.services.documents.reports import issue_report

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture
def august(plan, taiyuan, reviewer: User) -> dict[str, Return]:
    """Taiyuan is far behind its share in August, Datong ahead of it."""
    everywhere = factories.make_user("everywhere", Role.REPORTER)
    datong = factories.make_unit(plan, DATONG)
    version = TargetVersion.objects.get(target__indicator__code=GANGUE)
    filed = {}
    for unit, place, share, value in ((taiyuan, TAIYUAN, 1000, "100.5"), (datong, DATONG, 100, "90.25")):
        Allocation.objects.create(version=version, region=factories.region(place), value=share)
        month, values = factories.period(plan), {GANGUE: value, ASH: "0"}
        filed[place] = factories.file_return(unit, month, values, reporter=everywhere, reviewer=reviewer)
    return filed


@pytest.fixture
def report(plan, august: dict[str, Return], leader: User) -> IssuedReport:
    return issue_report(
        period=factories.period(plan), region=plan.region, language="zh-hans", acting_user=leader, now=NOW
    )


@pytest.fixture
def without_scripts(browser: Browser, live_server) -> Iterator[Callable[[str], Page]]:
    """A window in which no script runs."""
    contexts: list[BrowserContext] = []

    def open_for(username: str) -> Page:
        context = browser.new_context(java_script_enabled=False, locale="zh-CN", base_url=live_server.url)
        contexts.append(context)
        page = context.new_page()
        page.goto("/admin/login/")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(factories.PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_load_state()
        return page

    yield open_for
    for context in contexts:
        context.close()


def test_a_leader_sends_on_what_the_page_shows(
    window: Callable[..., Page], august: dict[str, Return], leader: User, tmp_path: Path
) -> None:
    page = window(leader.username)
    page.goto(f"/?trend={GANGUE}")
    page.get_by_role("link", name="复制本页固定链接").click()
    expect(page.get_by_role("status").filter(has_text="已复制")).to_be_visible()
    page.locator("body").evaluate("body => body.append(document.createElement('textarea'))")
    page.locator("textarea").last.focus()
    page.keyboard.press("Control+V")
    assert "period=2020-08" in page.locator("textarea").last.input_value()
    with page.expect_download() as got:
        page.get_by_role("button", name="保存为图片").click()
    assert got.value.suggested_filename.endswith(".png") and "山西省" in got.value.suggested_filename
    picture = tmp_path / "picture.png"
    got.value.save_as(picture)
    head = picture.read_bytes()[16:24]
    assert int.from_bytes(head[4:], "big") > 2 * 400 + 40, "the picture says what it shows"


def test_a_picture_saved_on_a_telephone_is_as_wide_as_on_a_desk(
    window: Callable[..., Page], august: dict[str, Return], leader: User, tmp_path: Path
) -> None:
    widths = set()
    for width in (390, 1280):
        page = window(leader.username, width)
        page.goto(f"/?trend={GANGUE}")
        with page.expect_download() as got:
            page.get_by_role("button", name="保存为图片").click()
        got.value.save_as(tmp_path / f"{width}.png")
        widths.add((tmp_path / f"{width}.png").read_bytes()[16:20])
    assert len(widths) == 1


def test_the_trend_stands_drawn_and_tells_its_numbers_where_one_points(
    window: Callable[..., Page], august: dict[str, Return], leader: User
) -> None:
    page = window(leader.username)
    page.goto(f"/?trend={GANGUE}")
    curves, tip = page.locator(".trend-curves"), page.locator(".trend-tip")
    expect(curves).to_be_visible()
    expect(tip).to_be_hidden()
    page.locator(".trend-area").hover()
    expect(tip).to_be_visible()
    point_at(page, 7, of=12)
    expect(tip).to_contain_text("2020年8月")
    expect(tip).to_contain_text("190.75")
    page.emulate_media(media="print")
    expect(tip).to_be_hidden()
    expect(curves).to_be_visible()
    page.emulate_media(media="screen", color_scheme="dark")
    expect(tip).to_be_visible()
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    point_at(page, 0, of=12)
    expect(tip).to_contain_text("2020年1月")
    page.set_viewport_size({"width": 390, "height": 800})
    expect(tip).to_be_hidden()
    expect(curves).to_be_visible()


def point_at(page: Page, number: int, *, of: int) -> None:
    """Move the pointer to a period's place in the drawing."""
    page.locator(".trend-plot").scroll_into_view_if_needed()
    plot = page.locator(".trend-plot").evaluate("plot => plot.getBoundingClientRect().toJSON()")
    page.mouse.move(plot["x"] + plot["width"] * number / (of - 1), plot["y"] + plot["height"] / 2)


def test_the_trend_is_read_period_by_period_with_the_keyboard(
    window: Callable[..., Page], august: dict[str, Return], leader: User
) -> None:
    page = window(leader.username)
    page.goto(f"/?trend={GANGUE}")
    area, said = page.locator(".trend-area"), page.locator("#trend-chart [aria-live=polite]")
    area.focus()
    page.keyboard.press("Home")
    expect(said).to_contain_text("2020年1月")
    for _month in range(7):
        page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("2020年8月")
    expect(said).to_contain_text("190.75")
    expect(page.locator(".trend-tip")).to_contain_text("190.75")
    page.keyboard.press("End")
    expect(said).to_contain_text("2020年12月")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("2020年12月")
    page.keyboard.press("ArrowLeft")
    expect(said).to_contain_text("2020年11月")
    page.keyboard.press("Escape")
    expect(page.locator(".trend-tip")).to_be_hidden()
    expect(said).to_have_text("")


def test_the_trend_tells_its_numbers_to_a_finger(
    browser: Browser, live_server, august: dict[str, Return], leader: User
) -> None:
    context = browser.new_context(
        locale="zh-CN", base_url=live_server.url, has_touch=True, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    log_in(page, leader.username)
    page.goto(f"/?trend={GANGUE}")
    page.locator(".trend-area").tap()
    expect(page.locator(".trend-tip")).to_be_visible()
    page.locator("h1").first.tap()
    expect(page.locator(".trend-tip")).to_be_hidden()
    context.close()


def test_a_leader_finds_the_reason_for_a_red_city_and_prints_it(
    window: Callable[..., Page], august: dict[str, Return], leader: User
) -> None:
    page = window(leader.username)
    page.goto("/")
    page.locator(".rows thead").get_by_role("link", name="太原市").click()
    reason = page.locator("main p").first
    expect(reason).to_contain_text("太原市预警等级为▲ 一级")
    expect(reason).to_contain_text("煤矸石综合利用量")
    expect(reason).to_be_in_viewport()
    expect(page.locator(".reason").first).to_contain_text("目标 1000万吨，已核定 100.5万吨")
    page.emulate_media(media="print")
    expect(page.locator(".site-nav")).to_be_hidden()
    expect(page.locator("form.filters")).to_be_hidden()
    expect(reason).to_be_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_an_analyst_gets_from_a_figure_to_its_row_in_three_clicks(
    window: Callable[..., Page], august: dict[str, Return], leader: User, reviewer: User
) -> None:
    page = window(leader.username)
    page.goto("/?period=2020-08")
    page.locator("tr.row", has_text="煤矸石综合利用量").locator("a.figure").click()
    expect(page.locator("main")).to_contain_text("190.75万吨")
    row = page.get_by_role("row").filter(has_text="太原市单位")
    expect(row).to_contain_text("100.50")
    expect(row).to_contain_text(str(reviewer))
    row.get_by_role("link").click()
    expect(page).to_have_url(re.compile(rf"/returns/{august[TAIYUAN].pk}/"))
    expect(page.locator(f"#row-{GANGUE}")).to_contain_text("100.50")


def test_an_auditor_gets_from_an_issued_number_to_its_revision_and_who_verified_it(
    window: Callable[..., Page], report: IssuedReport, reviewer: User
) -> None:
    auditor = factories.make_user("auditor", Role.AUDITOR)
    page = window(auditor.username)
    page.goto("/reports/")
    page.get_by_role("link", name=report.title).first.click()
    page.get_by_role("link", name="逐条查看修订号和核定人").click()
    page.get_by_label("指标").select_option(GANGUE)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    row = page.get_by_role("row").filter(has_text="太原市单位")
    expect(row).to_contain_text("100.50")
    expect(row).to_contain_text(str(reviewer))


def test_without_scripts_everything_is_there(
    without_scripts: Callable[[str], Page], report: IssuedReport, august: dict[str, Return], leader: User
) -> None:
    page = without_scripts(leader.username)
    page.goto(f"/?period=2020-08&trend={GANGUE}")
    expect(page.locator(".trend-curves")).to_be_visible()
    expect(page.get_by_role("button", name="保存为图片")).to_be_hidden()
    page.locator(".trend-table summary").click()
    expect(page.locator(".trend-table table")).to_be_visible()
    page.get_by_label("地区", exact=True).select_option(TAIYUAN)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#finding")).to_contain_text("太原市")
    page.goto(f"/returns/{august[TAIYUAN].pk}/")
    page.locator(".cell-history summary").first.click()
    expect(page.locator(".cell-history li").first).to_be_visible()
    for address in (f"/figures/{GANGUE}/", f"/indicators/{GANGUE}/", f"/reports/{report.pk}/values", "/clauses/"):
        page.goto(address)
        expect(page.locator("table").first).to_be_visible()


def test_no_page_has_anything_that_the_content_policy_refuses(
    window: Callable[..., Page], report: IssuedReport, august: dict[str, Return], leader: User
) -> None:
    page = window(leader.username)
    page.context.add_init_script(WATCH)
    for address in (
        "/",
        f"/regions/{TAIYUAN}/",
        f"/indicators/{GANGUE}/",
        f"/figures/{GANGUE}/",
        "/targets/",
        "/clauses/",
        f"/returns/{august[TAIYUAN].pk}/",
        f"/reports/{report.pk}/values",
        "/admin/",
        f"/admin/tracker/return/{august[TAIYUAN].pk}/change/",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.refused") == [], address


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_a_reader_is_wider_than_the_window(
    window: Callable[..., Page], report: IssuedReport, august: dict[str, Return], leader: User, width: int
) -> None:
    page = window(leader.username, width)
    for address in (
        "/",
        f"/regions/{TAIYUAN}/",
        f"/indicators/{GANGUE}/",
        f"/figures/{GANGUE}/",
        "/clauses/",
        f"/returns/{august[TAIYUAN].pk}/",
        f"/reports/{report.pk}/values",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
