"""The pages of one thing: a place, an indicator, a figure, a clause, a return, the values behind a report."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.urls import reverse

from tests import factories
from tests.factories import DATONG, NOW, SHANXI, SHUOZHOU, TAIYUAN
from tests.interfaces.test_pages import page, queries_of, signed_in
from tests.interfaces.test_target_page import text
from tracker.models import Allocation, Clause, Commitment, Event, Role, TargetVersion
from tracker.services import returns
from tracker.services.plans import commitments

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
TOTAL, SHARE = "bulk_waste_utilised", "building_materials_share"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def everywhere(plan):
    return factories.make_user("everywhere", Role.REPORTER)


@pytest.fixture
def mayor(plan):
    return factories.make_user("mayor", Role.LEADER, TAIYUAN)


@pytest.fixture
def august(plan, taiyuan, everywhere, reviewer):
    """Taiyuan far behind its share in August, Datong ahead of it."""
    datong = factories.make_unit(plan, DATONG)
    version = TargetVersion.objects.get(target__indicator__code=GANGUE)
    filed = {}
    for unit, place, share, value in ((taiyuan, TAIYUAN, 1000, "100"), (datong, DATONG, 100, "90.125")):
        Allocation.objects.create(version=version, region=factories.region(place), value=share)
        values = {GANGUE: value, ASH: "0"}
        month = factories.period(plan)
        filed[place] = factories.file_return(unit, month, values, reporter=everywhere, reviewer=reviewer)
    return filed


# A place


def test_the_first_sentence_of_a_red_city_says_why_it_is_red(august, leader):
    html = page(leader, f"/regions/{TAIYUAN}/?period=2020-08")
    first = text(re.search(r"<main.*?<p[^>]*>(.*?)</p>", html, re.DOTALL)[1])
    assert first == (
        "Taiyuan is at ▲ Level I: 1 of 1 graded targets are at this level (Coal gangue utilised); "
        "1 are behind schedule in all."
    )
    said = text(html)
    assert "100.00 10kt of 1,000.00 10kt verified, 10.00% against a schedule of 66.67%: 56.67 points behind." in said
    assert "7 of 8 returns are not verified. Provisional: earlier returns are missing (1/8 verified)." in said


def test_the_reason_is_written_as_officials_write_amounts(august, leader):
    said = text(page(leader, f"/regions/{TAIYUAN}/?period=2020-08", "zh-hans"))
    assert "100万吨" in said
    assert "1000万吨" in said
    assert "落后 56.67 个百分点" in said


def test_a_city_on_course_says_so(august, leader):
    assert "Datong is on track: all 1 graded targets are at ● Level III." in text(
        page(leader, f"/regions/{DATONG}/?period=2020-08")
    )


def test_a_place_without_verified_figures_is_not_called_behind(plan, leader):
    factories.make_unit(plan, SHUOZHOU)
    said = text(page(leader, f"/regions/{SHUOZHOU}/?period=2020-08"))
    assert "Shuozhou: no target can be graded" in said
    assert "points behind" not in said


def test_a_place_names_who_reports_and_the_months_that_are_missing(august, taiyuan, leader):
    taiyuan.contact_phone = "0351-1234567"
    taiyuan.save()
    html = page(leader, f"/regions/{TAIYUAN}/?period=2020-08")
    assert "0351-1234567" in html
    assert "has not submitted: January 2020, February 2020, March 2020, April 2020, May 2020, June 2020 …" in text(html)
    assert html.count(">missing<") == 7
    assert reverse("return", args=[august[TAIYUAN].pk]) in html


def test_a_draft_is_a_missing_month_to_others(plan, taiyuan, reporter, leader):
    returns.open_return(taiyuan, factories.period(plan, "2020-07"), acting_user=reporter, now=NOW)
    html = page(leader, f"/regions/{TAIYUAN}/?period=2020-08")
    assert "Draft" not in html


def test_a_place_lists_the_commitments_that_name_it(august, leader):
    html = page(leader, f"/regions/{SHUOZHOU}/?period=2020-08")
    clause = Clause.objects.get(number="三-1(1)")
    assert reverse("clause", args=[clause.pk]) in html


@pytest.mark.parametrize("path", [f"/regions/{DATONG}/", f"/regions/{SHANXI}/", "/regions/999999/"])
def test_a_place_outside_ones_scope_does_not_exist(august, mayor, path):
    assert signed_in(mayor).get(path).status_code == 404
    assert signed_in(mayor).get(f"/regions/{TAIYUAN}/").status_code == 200


def test_a_month_outside_the_plan_is_told_at_its_field(august, leader):
    assert "2021-01 lies outside the plan" in page(leader, f"/regions/{TAIYUAN}/?period=2021-01")


def test_a_places_queries_do_not_grow_with_its_units(august, plan, leader, count_queries):
    address = f"/regions/{SHANXI}/?period=2020-08"
    few = queries_of(count_queries, leader, address)
    for city in plan.region.children.exclude(code__in=(TAIYUAN, DATONG)):
        factories.make_unit(plan, city.code)
    assert queries_of(count_queries, leader, address) == few


# An indicator


def test_an_indicator_shows_each_citys_months_with_a_way_behind_every_figure(august, leader):
    html = page(leader, f"/indicators/{GANGUE}/?period=2020-08")
    assert f"/figures/{GANGUE}/?plan=shanxi-2020&amp;period=2020-08&amp;region={DATONG}&amp;span=month" in html
    assert "190.13" in html  # the province: 100 + 90.125, rounded once
    assert "data-chart=" in html


def test_an_indicator_is_let_out_as_a_workbook_with_unrounded_values(august, leader):
    answer = signed_in(leader).get(reverse("indicator_months", args=[GANGUE]), {"period": "2020-08"})
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert 90.125 in [cell.value for row in sheet.iter_rows() for cell in row]
    assert Event.objects.filter(action=Event.Action.EXPORTED, actor=leader).count() == 1


def test_of_an_indicator_one_sees_the_own_city_alone(august, mayor):
    html = page(mayor, f"/indicators/{GANGUE}/?period=2020-08")
    assert "Taiyuan" in html
    assert "Datong" not in html


def test_a_rates_page_names_its_terms(august, leader):
    html = page(leader, f"/indicators/{SHARE}/?period=2020-08")
    assert "÷" in html
    assert "/indicators/building_materials_used/" in html


# A figure


def test_a_figure_leads_to_its_rows_with_revision_and_who_verified(august, leader, reviewer):
    html = page(leader, f"/figures/{GANGUE}/?period=2020-08&region={DATONG}&span=month")
    said = text(html)
    assert "90.13 10kt Verified value (1/1 returns verified)" in said
    row = re.search(r"<tr>\s*<th scope=\"row\"><a href=\"/returns/.*?</tr>", html, re.DOTALL)[0]
    assert "90.125" in row
    assert f">{august[DATONG].entries.get(indicator__code=GANGUE).verified_revision.number}</td>" in row
    assert str(reviewer) in row


def test_a_citys_figure_tells_the_citys_share_and_who_reported(august, leader, everywhere):
    html = page(leader, f"/figures/{GANGUE}/?period=2020-08&region={TAIYUAN}")
    assert "Target of this region and the version in force" in text(html)
    assert "1,000.00 10kt" in text(html)
    assert str(everywhere) in text(re.search(r'<table class="list ledger">.*?</table>', html, re.DOTALL)[0])


@pytest.mark.parametrize(
    ("path", "destination"),
    [(f"regions/{TAIYUAN}/", "/"), (f"figures/{GANGUE}/", "/"), (f"indicators/{GANGUE}/", "/clauses/")],
)
def test_the_navigation_marks_where_one_is(august, leader, path, destination):
    found = re.findall(r'<a href="([^"]*)" aria-current="page">', page(leader, f"/{path}?period=2020-08"))
    assert found == [destination]


def test_a_citys_target_page_names_its_share_apart_from_the_provinces_versions(august, leader):
    target = TargetVersion.objects.get(target__indicator__code=GANGUE).target
    said = text(page(leader, f"/targets/{target.pk}/?period=2020-08&region={TAIYUAN}"))
    assert "Share of Taiyuan 1,000.00 10kt" in said
    assert "All versions of the target of Shanxi" in said
    assert "Share of" not in text(page(leader, f"/targets/{target.pk}/?period=2020-08&region={SHANXI}"))


def test_a_derived_figure_leads_to_its_parts(august, leader):
    html = page(leader, f"/figures/{TOTAL}/?period=2020-08")
    assert f"/figures/{GANGUE}/" in html
    assert "Coal gangue utilised 190.13" in text(html)


def test_the_provinces_figure_is_the_sum_of_its_cities(august, leader):
    said = text(page(leader, f"/figures/{GANGUE}/?period=2020-08&span=month"))
    assert "Shanxi = Taiyuan 100.00 + Datong 90.13 = 190.13" in said


def test_what_was_not_handed_in_is_no_row(plan, taiyuan, reporter, leader):
    draft = returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    returns.save_draft(draft, {GANGUE: "7"}, acting_user=reporter, now=NOW, expected_version=draft.version)
    html = page(leader, f"/figures/{GANGUE}/?period=2020-08")
    assert "No value has been submitted" in html


@pytest.mark.parametrize("query", ["region=140200", "region=140000"])
def test_a_figure_outside_ones_scope_does_not_exist(august, mayor, query):
    assert signed_in(mayor).get(f"/figures/{GANGUE}/?{query}").status_code == 404


@pytest.mark.parametrize("query", ["after=x", "before=W10", "page=2", "span=x", "period=x", "region=x"])
def test_nonsense_in_a_figures_address_is_no_fault(august, leader, query):
    assert signed_in(leader).get(f"/figures/{GANGUE}/?{query}").status_code == 200


def test_a_stock_is_not_called_a_sum_of_months(august, plan, leader):
    said = text(page(leader, f"/figures/bases_being_built/?period=2020-08&region={SHUOZHOU}"))
    assert "the latest month counts" in said
    assert "the sum of the verified values" not in said


def test_the_ledger_behind_a_figure_goes_on_from_where_a_page_ended(august, leader, monkeypatch):
    monkeypatch.setattr("tracker.views.indicators.ROWS", 1)
    address, seen = f"/figures/{GANGUE}/?period=2020-08", []
    for _page in range(2):
        html = page(leader, address)
        seen += re.findall(r'<th scope="row"><a href="/returns/(\d+)/', html)
        following = re.search(r'rel="next" href="([^"#]*)#ledger"', html)
        address = f"/figures/{GANGUE}/" + unescape(following[1]) if following else ""
    assert sorted(map(int, seen)) == sorted(one.pk for one in august.values())
    assert not address
    back = re.search(r'rel="prev" href="([^"#]*)#ledger"', html)[1]
    assert f"/returns/{seen[0]}/" in page(leader, f"/figures/{GANGUE}/" + unescape(back))


# A clause


def test_a_target_leads_to_its_clause_and_back(august, plan, leader):
    target = plan.targets.get(indicator__code=GANGUE)
    clause = target.clauses.get()
    clause.wording = "原文一句。"
    clause.save()
    assert reverse("clause", args=[clause.pk]) in page(leader, f"/targets/{target.pk}/?period=2020-08")
    html = page(leader, f"/clauses/{clause.pk}/?period=2020-08")
    assert "原文一句。" in html
    assert plan.issuer_en in html and plan.issuer not in html
    assert f"/targets/{target.pk}/" in html
    assert reverse("clause", args=[clause.pk]) in page(leader, "/clauses/?period=2020-08")


def test_a_commitment_tells_its_status_and_what_became_of_it(plan, leader):
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    commitment = Commitment.objects.get(clause__number="三-2")
    commitments.update_commitment(commitment, status="under_way", note="已启动", acting_user=manager, now=NOW)
    html = page(leader, f"/clauses/{commitment.clause_id}/")
    assert "Under way" in html
    assert html.count("已启动") == 2  # as it stands, and in its history


def test_a_clause_of_a_plan_that_one_may_not_read_does_not_exist(plan):
    keeper = factories.make_user("keeper", Role.SECURITY_ADMIN)
    assert signed_in(keeper).get(reverse("clause", args=[Clause.objects.first().pk])).status_code == 404
    assert signed_in(keeper).get(reverse("clauses")).status_code == 404


# A return


def test_a_return_reads_what_was_said_and_what_was_accepted(august, leader):
    said = text(page(leader, reverse("return", args=[august[DATONG].pk])))
    assert "90.125 90.125" in said
    assert "nil return" in said
    assert "Verified" in said


def test_a_return_that_is_being_corrected_reads_as_it_was_handed_in(plan, taiyuan, reporter, reviewer, leader):
    filed = factories.file_return(taiyuan, factories.period(plan), {GANGUE: "5", ASH: "1"}, reporter=reporter)
    returns.send_back_return(filed, comment="No.", acting_user=reviewer, now=NOW, expected_version=filed.version)
    later = NOW + timedelta(hours=1)
    returns.save_draft(filed, {GANGUE: "777"}, acting_user=reporter, now=later, expected_version=filed.version)
    assert "777" not in page(leader, reverse("return", args=[filed.pk]))
    assert "777" in page(reporter, reverse("return", args=[filed.pk]))


def test_a_draft_and_a_return_elsewhere_do_not_exist_for_others(august, plan, taiyuan, reporter, leader, mayor):
    draft = returns.open_return(taiyuan, factories.period(plan, "2020-07"), acting_user=reporter, now=NOW)
    assert signed_in(leader).get(reverse("return", args=[draft.pk])).status_code == 404
    assert signed_in(mayor).get(reverse("return", args=[august[DATONG].pk])).status_code == 404


def test_no_new_page_holds_inline_script_or_style(august, leader):
    clause = Clause.objects.first()
    for address in (
        f"/regions/{TAIYUAN}/",
        f"/indicators/{GANGUE}/",
        f"/figures/{GANGUE}/",
        "/clauses/",
        f"/clauses/{clause.pk}/",
        reverse("return", args=[august[TAIYUAN].pk]),
    ):
        html = page(leader, address)
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", html), address
