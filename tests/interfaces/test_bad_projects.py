"""Bad input about projects is refused or flagged at its place, whichever way it comes in: page, list file, workbook."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tests.projects import credit_code, document, firm, make_list, make_roster, members, project
from tests.services.filled_templates import fill
from tracker.models import ListMember, Project, ProjectReport, ReportingUnit, Return, Role
from tracker.queries.errors import Refused
from tracker.services import returns
from tracker.services.imports import return_template
from tracker.services.imports.project_lists import load
from tracker.services.imports.return_template.check import check_upload
from tracker.services.imports.return_template.export import export_template
from tracker.services.projects.lists import set_reporting
from tracker.services.projects.members import remove_member
from tracker.services.returns.project_reports import save_and_submit_projects

AUGUST = date(2020, 8, 1)
BY = {"document_number": "晋9号", "issued_on": "2020-08-01", "effective_from": "2020-08-01", "reason": "调整"}


@pytest.fixture(autouse=True)
def in_september(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def units(plan) -> list[ReportingUnit]:
    places = (("park", TAIYUAN), ("other", TAIYUAN))
    return [
        ReportingUnit.objects.create(code=code, name=code, region=factories.region(place)) for code, place in places
    ]


@pytest.fixture
def listed(plan, units):
    found = make_list(plan, [project(number, unit=units[0]) for number in (1, 2)])
    how = {"frequency": "month", "preparation_frequency": "", "reports_from": date(2020, 7, 1)}
    return set_reporting(found, **how, acting_user=None, now=NOW)


@pytest.fixture
def manager(plan):
    return factories.make_user("manager", Role.PLAN_MANAGER)


@pytest.fixture
def clerk(units):
    return factories.make_user("clerk", Role.REPORTER, TAIYUAN, units[0])


def refused(person, address: str, data: dict[str, object]) -> str:
    """Post a form that is refused, and return the words of its page."""
    client = Client(headers={"host": "localhost", "accept-language": "zh-hans"})
    client.force_login(person)
    answer = client.post(address, data)
    assert answer.status_code == 422
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())


def wrong_in(listed, manager, headings: list[str], *rows: list[object]) -> dict[str, str]:
    """Read a list file, and return what is wrong by cell."""
    book = Workbook()
    book.active.append(headings)
    for row in rows:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    file = SimpleUploadedFile("名单.xlsx", content.getvalue())
    upload = load.receive_annex(file, listed, document(), acting_user=manager, now=NOW)
    return {one.place: one.message for one in load.read_upload(upload).errors}


def template_of(units, plan, clerk, cells: dict[str, object]) -> bytes:
    content = export_template(units[:1], factories.period(plan), acting_user=clerk, now=NOW)
    return fill(content, {load_workbook(BytesIO(content)).sheetnames[1]: cells})


def sent(content: bytes, plan, clerk):
    upload = return_template.receive_upload(
        ContentFile(content, "填报.xlsx"), factories.period(plan), acting_user=clerk, now=NOW
    )
    return check_upload(upload, now=NOW)


def opened(units, plan, clerk, month: str = "2020-08") -> Return:
    return returns.open_return(units[0], factories.period(plan, month), acting_user=clerk, now=NOW)


# The same firm twice


def test_the_same_firm_twice_on_a_page_and_in_a_file(plan, manager):
    roster = make_roster(plan, [firm(1)], is_closed=False)
    new = {"name": "另一个名称", "credit_code": credit_code(1), "region": factories.region(DATONG).pk}
    assert "已在名单中" in refused(manager, reverse("project_list_add", args=[roster.pk]), BY | new)
    wrong_digit = new | {"credit_code": "91350100M000100Y44"}
    assert "校验位" in refused(manager, reverse("project_list_add", args=[roster.pk]), BY | wrong_digit)
    replacing = {f"replace-{name}": value for name, value in (BY | new).items()} | {"deed": "replace"}
    roster.refresh_from_db()
    second = firm(2)
    load_one(roster, second)
    assert "已在名单中" in refused(manager, reverse("project_leave", args=[members(roster)[1].pk]), replacing)
    rows = [
        ["甲", credit_code(3), "太原市"],
        ["乙", credit_code(3).lower(), "大同市"],
        ["丙", credit_code(1), "太原市"],
    ]
    assert set(wrong_in(roster, manager, ["企业名称", "统一社会信用代码", "地区"], *rows)) == {"B3", "B4"}


def load_one(roster, one) -> None:
    from tracker.queries.projects.members import NewMember
    from tracker.services.projects.members import add_members

    add_members(roster, [NewMember(one)], document=document(), acting_user=None, now=NOW)


# A project under two units


def test_a_project_under_two_units_on_a_page_in_a_file_and_in_a_return(plan, listed, units, manager, clerk):
    other = make_list(plan, code="other")
    new = {"name": "项目1", "code": "2020-140100-001", "region": factories.region(TAIYUAN).pk, "category": "new"}
    words = refused(manager, reverse("project_list_add", args=[other.pk]), BY | new | {"unit": units[1].pk})
    assert "责任单位" in words
    rows = [
        ["项目1", "2020-140100-001", "太原市", "other"],
        ["甲", "c-1", "太原市", "park"],
        ["甲二", "c-1", "太原市", "other"],
    ]
    found = wrong_in(other, manager, ["项目名称", "项目代码", "地区", "责任单位代码"], *rows)
    assert set(found) == {"D2", "B4", "D4"}
    foreign = factories.make_user("foreign", Role.REPORTER, TAIYUAN, units[1])
    set_reporting(
        listed, frequency="month", preparation_frequency="", reports_from=date(2020, 7, 1), acting_user=None, now=NOW
    )
    Project.objects.filter(code="2020-140100-002").update(unit=units[1])
    filed = returns.open_return(units[1], factories.period(plan), acting_user=foreign, now=NOW)
    mine = members(listed)[0]
    texts = {mine.pk: {"investment": "1", "progress": "x"}}
    with pytest.raises(Refused) as refusal:
        save_and_submit_projects(filed, texts, acting_user=foreign, now=NOW, expected=filed.version)
    assert list(refusal.value.fields) == [f"{mine.pk}: investment"]
    assert not ProjectReport.objects.exists()


# A step in the future


def test_a_step_in_the_future_of_one_and_of_several(listed, clerk):
    one = members(listed)[0]
    step = {"step": listed.steps.get(code="started").pk, "day": "2020-09-04", "evidence": "开工令"}
    words = "日期尚未到来"
    assert words in refused(clerk, reverse("project_step", args=[one.pk]), step)
    several = step | {"deed": "step", "apply": "1", "member": [member.pk for member in members(listed)]}
    assert words in refused(clerk, reverse("project_list_several", args=[listed.pk]), several)
    assert not one.taken.exists()


# A finish before the start


def test_a_finish_before_the_start_on_pages_and_in_a_file(listed, manager):
    days = {"planned_start": "2020-06-01", "planned_finish": "2020-05-01"}
    new = {"name": "项目9", "region": factories.region(TAIYUAN).pk, "category": "new"} | days
    words = "早于计划开工"
    assert words in refused(manager, reverse("project_list_add", args=[listed.pk]), BY | new)
    edit = {"name": "项目1", "region": factories.region(TAIYUAN).pk, "version": "1"} | days
    assert words in refused(manager, reverse("project_edit", args=[members(listed)[0].pk]), edit)
    headings = ["项目名称", "地区", "开工时间", "竣工时间", "建设年限"]
    found = wrong_in(
        listed, manager, headings, ["甲", "太原市", "2020-06", "2020-05", ""], ["乙", "太原市", "", "", "2021-2019"]
    )
    assert list(found) == ["D2", "D3"]
    assert list(wrong_in(listed, manager, ["项目名称", "地区", "建设年限"], ["丙", "太原市", "2021-2019"])) == ["C2"]


# Investment that falls without a reason


def test_investment_that_falls_without_a_reason_on_the_sheet_and_in_the_workbook(plan, listed, units, clerk):
    july = opened(units, plan, clerk, "2020-07")
    rows = members(listed)
    fine = {one.pk: {"investment": "100", "progress": "桩基"} for one in rows}
    save_and_submit_projects(july, fine, acting_user=clerk, now=NOW, expected=july.version)
    filed = opened(units, plan, clerk)
    data: dict[str, object] = {"version": filed.version, "_submit": "1"}
    for one in rows:
        data |= {f"{one.pk}-investment": "-20" if one is rows[0] else "0", f"{one.pk}-progress": "主体"}
    words = refused(clerk, reverse("project_sheet", args=[filed.pk]), data)
    assert "100" in words[words.index("本期完成投资") :]
    content = template_of(units, plan, clerk, {"F6": -20, "G6": "主体", "F7": 0, "G7": "主体"})
    upload = sent(content, plan, clerk)
    assert upload.preview["faults"] == []
    return_template.accept_upload(upload, acting_user=clerk, now=NOW)
    done, kept = return_template.submit_accepted(upload, acting_user=clerk, now=NOW)
    assert (len(done), len(kept)) == (0, 1)
    filed.refresh_from_db()
    assert filed.state == "draft"


# A removed project that reports


def test_a_removed_project_reports_neither_on_pages_nor_by_the_workbook(plan, listed, units, clerk):
    gone, stays = members(listed)
    filed = opened(units, plan, clerk)
    content = template_of(units, plan, clerk, {"F6": 5, "G6": "桩基", "F7": 6, "G7": "桩基"})
    remove_member(gone, document=document("晋9号", AUGUST, "停建"), acting_user=None, now=NOW)
    data = {"version": filed.version, "_save": "1"}
    for one in (gone, stays):
        data |= {f"{one.pk}-investment": "5", f"{one.pk}-progress": "桩基"}
    assert "2020-08-01" in refused(clerk, reverse("project_sheet", args=[filed.pk]), data)
    step = {"step": listed.steps.get(code="started").pk, "day": "2020-08-20", "evidence": "开工令"}
    assert "调出名单" in refused(clerk, reverse("project_step", args=[gone.pk]), step)
    upload = sent(content, plan, clerk)
    if upload.state == "ready":
        with pytest.raises(Refused):
            return_template.accept_upload(upload, acting_user=clerk, now=NOW)
    else:
        assert "F6" in {one["cell"] for one in upload.preview["faults"]}
    assert not ProjectReport.objects.filter(member=gone).exists()


# A split whose parts exceed the whole


def test_parts_that_exceed_the_whole_when_it_is_split_and_when_a_part_is_changed(listed, manager):
    whole = members(listed)[0]
    region = factories.region(TAIYUAN).pk
    form: dict[str, object] = BY | {"part-TOTAL_FORMS": "8", "part-INITIAL_FORMS": "0"}
    for number, total in enumerate(("600", "500")):
        form |= {f"part-{number}-name": f"子项{number}", f"part-{number}-region": region}
        form |= {f"part-{number}-total_investment": total}
    address = reverse("project_split", args=[whole.pk])
    assert "1000" in refused(manager, address, form)
    client = Client(headers={"host": "localhost"})
    client.force_login(manager)
    assert client.post(address, form | {"part-0-total_investment": "500"}).status_code == 302
    part = ListMember.objects.get(project__name="子项0")
    edit = {"name": "子项0", "region": region, "version": "1", "total_investment": "501"}
    assert "1000" in refused(manager, reverse("project_edit", args=[part.pk]), edit)
    part.project.refresh_from_db()
    assert part.project.total_investment == Decimal(500)
