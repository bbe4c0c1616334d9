"""The annex of a plan is read, checked cell by cell, and imported as a whole."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tests.projects import JANUARY, credit_code, document, firm, make_list, make_roster, members, project
from tracker.models import ListMember, Project, ReportingUnit, Role, Upload
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.imports.project_lists import load

HEADINGS = [
    *("序号", "项目名称", "项目代码", "建设单位", "建设地点", "建设性质", "建设内容及规模", "总投资（亿元）"),
    *("2020年计划投资（万元）", "计划开工时间", "计划竣工时间", "责任单位", "类别"),
]
GOOD = [
    *(1, "煤矸石综合利用项目", "2020-140100-77", "甲公司", "太原市清徐县", "新建", "年处理100万吨", 1.5, 8000),
    *(date(2020, 3, 1), "2021年6月", "", "续建"),
]


@pytest.fixture
def manager(plan):
    return factories.make_user("manager", Role.PLAN_MANAGER)


def workbook(*rows, headings=HEADINGS, title="附件1 重点项目名单") -> SimpleUploadedFile:
    book = Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile("附件1.xlsx", content.getvalue())


def receive(listed, file, manager) -> Upload:
    return load.receive_annex(file, listed, document(), acting_user=manager, now=NOW)


def changed(**cells) -> list[object]:
    row = list(GOOD)
    for place, value in cells.items():
        row[int(place[1:])] = value
    return row


def test_an_annex_comes_onto_the_list_with_all_its_columns(plan, manager):
    listed = make_list(plan)
    ReportingUnit.objects.create(code="qx", name="清徐县工信局", region=factories.region(TAIYUAN))
    second = changed(
        c1="二期", c2="", c3="乙公司", c4="大同市", c5="技改", c11="", c12="", c7=None, c8="—", c9="2020-05-06"
    )
    first = changed(c11="清徐县工信局")
    upload = receive(listed, workbook(first, second, [None, "合计", "", "", "", "", "", 1.5]), manager)
    assert load.read_upload(upload).problems == []
    load.accept_annex(upload, acting_user=manager, now=NOW)
    one, two = members(listed)
    found = one.project
    assert (found.name, found.code, found.builder, found.site) == (GOOD[1], GOOD[2], "甲公司", "太原市清徐县")
    assert (found.region.code, found.nature, found.total_investment) == (TAIYUAN, "new", Decimal(15000))
    assert (one.yearly_investment, one.category, one.begins) == (8000, "carried", JANUARY)
    assert (found.planned_start, found.planned_finish) == (date(2020, 3, 1), date(2021, 6, 30))
    assert (found.unit.code, one.added_by.document_number) == ("qx", "晋工信〔2020〕1号")
    assert (two.project.region.code, two.project.nature, two.project.total_investment) == (DATONG, "renewal", None)
    assert two.project.planned_start == date(2020, 5, 6)


@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        (changed(c4="北京市"), "E3", "地区"),
        (changed(c5="别的"), "F3", "请从以下选择"),
        (changed(c7="很多"), "H3", "不是数字"),
        (changed(c7=-1), "H3", "0至"),
        (changed(c9="2020-13-01"), "J3", "不是日期"),
        (changed(c10="2020-01-01"), "K3", "早于"),
        (changed(c11="无此单位"), "L3", "无此单位"),
        (changed(c1="长" * 201), "B3", "200"),
        (changed(c1=""), "B3", "缺少名称"),
    ],
)
def test_what_is_wrong_is_named_by_its_cell_and_nothing_is_added(plan, manager, row, cell, words):
    upload = receive(make_list(plan), workbook(row, changed(c1="二", c2="2")), manager)
    wrong = load.read_upload(upload).errors
    assert [one.place for one in wrong] == [cell]
    assert words in wrong[0].message
    with pytest.raises(Refused) as refused:
        load.accept_annex(upload, acting_user=manager, now=NOW)
    assert list(refused.value.fields) == [cell]
    assert not Project.objects.exists()


def test_the_same_project_or_firm_twice_is_named_at_the_second(plan, manager):
    listed = make_list(plan, [project(1)])
    again = changed(c1="项目1", c2="2020-140100-001")
    wrong = load.read_upload(receive(listed, workbook(GOOD, GOOD, again), manager)).errors
    assert [one.place for one in wrong] == ["C4", "C5"]
    roster = make_roster(plan, [firm(1)], is_closed=False)
    headings = ["企业名称", "统一社会信用代码", "地区"]
    rows = [["甲", credit_code(7), "太原市"], ["乙", credit_code(1), "太原市"], ["丙", "91350100M000100Y44", "大同市"]]
    found = load.read_upload(receive(roster, workbook(*rows, headings=headings), manager)).errors
    assert [one.place for one in found] == ["B4", "B5"]


def test_a_file_that_is_no_table_of_names_is_refused(plan, manager):
    listed = make_list(plan)
    for file in (workbook(["x"], headings=["别的", "列"]), SimpleUploadedFile("x.xlsx", b"PK\x03\x04 no zip")):
        with pytest.raises(Refused):
            load.read_upload(receive(listed, file, manager))


def test_only_who_sent_it_in_imports_it_and_once(plan, manager):
    listed = make_list(plan)
    upload = receive(listed, workbook(GOOD), manager)
    other = factories.make_user("other", Role.PLAN_MANAGER)
    with pytest.raises(NotAllowed):
        load.accept_annex(upload, acting_user=other, now=NOW)
    with pytest.raises(NotAllowed):
        receive(listed, workbook(GOOD), factories.make_user("leader2", Role.LEADER))
    load.accept_annex(upload, acting_user=manager, now=NOW)
    with pytest.raises(Refused):
        load.accept_annex(upload, acting_user=manager, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        load.discard_annex(upload, acting_user=manager, now=NOW)
    assert ListMember.objects.count() == 1


def test_a_plan_manager_walks_from_the_file_to_the_names(plan, manager, time_machine):
    time_machine.move_to(NOW, tick=False)
    listed = make_list(plan)
    client = Client(headers={"host": "localhost"})
    client.force_login(manager)
    address = reverse("project_list_import", args=[listed.pk])
    assert client.get(address).status_code == 200
    form = {"document_number": "晋〔2020〕3号", "issued_on": "2020-03-01", "effective_from": "2020-03-01"}
    assert client.post(address, form).status_code == 422
    preview = client.post(address, form | {"file": workbook(changed(c7="x"))}, follow=True)
    assert (preview.status_code, "H3" in preview.content.decode(), b'value="accept"' in preview.content) == (
        200,
        True,
        False,
    )
    preview = client.post(address, form | {"file": workbook(GOOD)}, follow=True)
    assert (GOOD[1] in preview.content.decode(), b'value="accept"' in preview.content) == (True, True)
    upload = Upload.objects.order_by("-pk").first()
    done = client.post(reverse("list_upload", args=[upload.pk]), {"deed": "accept"}, follow=True)
    assert GOOD[1] in done.content.decode()
    first = Upload.objects.order_by("pk").first()
    client.post(reverse("list_upload", args=[first.pk]), {"deed": "discard"})
    first.refresh_from_db()
    assert first.state == "discarded"
    assert client.get(reverse("list_upload", args=[first.pk])).status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_file_of_a_list_loads_back_with_all_its_fields(plan, manager, time_machine, language):
    time_machine.move_to(NOW, tick=False)
    for code in ("qx", "other"):  # of one name: the code tells them apart
        ReportingUnit.objects.create(code=code, name="清徐县工信局", region=factories.region(TAIYUAN))
    fields = {"site": "清徐开发区", "nature": "renewal", "content": "年处理100万吨", "person": "张三", "leader": "李四"}
    days = {"planned_start": date(2020, 3, 1), "planned_finish": date(2021, 6, 30)}
    place = {"longitude": Decimal("112.55"), "latitude": Decimal("37.870001")}
    unit = ReportingUnit.objects.get(code="qx")
    listed = make_list(plan, [project(1, unit=unit, **fields, **days, **place), project(2)])
    ListMember.objects.filter(number=1).update(yearly_investment=Decimal("800.5"), category="carried")
    manager.language = language
    manager.save()
    client = Client(headers={"host": "localhost", "accept-language": language})
    client.cookies["django_language"] = language
    client.force_login(manager)
    answer = client.get(reverse("project_list", args=[listed.pk]) + "?_export=xlsx")
    file = SimpleUploadedFile("名单.xlsx", b"".join(answer.streaming_content))
    before = told(listed)
    for one in Project.objects.all():  # as if another installation read it
        Project.objects.filter(pk=one.pk).update(code=f"old-{one.pk}")
    other = make_list(plan, code="other")
    with translation.override(language):
        upload = receive(other, file, manager)
        assert load.read_upload(upload).problems == []
        load.accept_annex(upload, acting_user=manager, now=NOW)
    assert told(other) == before


def told(listed):
    names = ("name", "code", "credit_code", "builder", "site", "nature", "content", "total_investment", "person")
    more = ("leader", "planned_start", "planned_finish", "longitude", "latitude", "region_id", "unit_id")
    return [
        (one.category, one.yearly_investment, *(getattr(one.project, name) for name in (*names, *more)))
        for one in members(listed)
    ]


@pytest.mark.parametrize("typed", ["东经", "181", "NaN"])
def test_a_coordinate_that_cannot_be_read_is_named_by_its_cell(plan, manager, typed):
    headings = ["项目名称", "地区", "经度", "纬度"]
    upload = receive(make_list(plan), workbook(["园区道路", "太原市", typed, 37.87], headings=headings), manager)
    assert "C3" in [one.place for one in load.read_upload(upload).problems]


def test_a_name_that_several_units_have_needs_the_code(plan, manager):
    for code in ("qx-a", "qx-b"):
        ReportingUnit.objects.create(code=code, name="县工信局", region=factories.region(TAIYUAN))
    headings = ["项目名称", "地区", "责任单位", "责任单位代码"]
    named = [("县工信局", ""), ("县工信局", "qx-b"), ("", "qx-c")]
    rows = [[f"园区道路{number}段", "太原市", *unit] for number, unit in enumerate(named, 1)]
    read = load.read_upload(receive(make_list(plan), workbook(*rows, headings=headings), manager))
    assert [one.place for one in read.errors] == ["C3", "D5"]
    assert read.members[1].project.unit.code == "qx-b"
