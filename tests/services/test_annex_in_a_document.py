"""An annex in a Word or PDF document becomes a proposed list: names, places, amounts, years, and what is unsure."""

import subprocess
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document as Word

from tests import factories
from tests.factories import NOW, TAIYUAN
from tests.projects import credit_code, document, make_list, members
from tracker.models import PolicyDocument, Project, ProjectList, Role
from tracker.queries.errors import Refused
from tracker.services.imports.project_lists import load
from tracker.services.projects.lists import create_list, roster_steps

HEADINGS = [
    "序号",
    "项目名称",
    "建设单位",
    "建设地点",
    "建设内容及规模",
    "总投资",
    "2020年计划投资",
    "建设起止年限",
    "责任单位",
]
CITIES = ("太原市", "大同市", "阳泉市")


@pytest.fixture
def manager(plan):
    return factories.make_user("manager", Role.PLAN_MANAGER)


def rows_of(first: int, last: int) -> list[list[str]]:
    return [
        [
            str(number),
            f"{CITIES[number % 3]}第{number}号综合利用项目",
            f"建设单位{number}",
            f"{CITIES[number % 3]}经济技术开发区",
            f"年处理煤矸石{number}万吨",
            f"{number}.5",
            f"{number * 100:,}",
            "2019-2021" if number <= 18 else "2020.3—2021.10",
            "",
        ]
        for number in range(first, last + 1)
    ]


def thirty(**more: str) -> bytes:
    """A policy document: text, a table of splits, and an annex of 30 projects in two tables, each with its headings."""
    word = Word()
    word.add_paragraph("关于印发2020年行动计划的通知")
    word.add_paragraph("一、主要目标")
    word.add_paragraph("2020年煤矸石综合利用量达到6500万吨。")
    table(word, [["地区", "目标值（万吨）"], ["太原市", "100"], ["大同市", "200"]])
    word.add_paragraph("附件1")
    word.add_paragraph("2020年重点项目名单（续建）")
    word.add_paragraph("单位：亿元、万元".replace("亿元、", "") if more.get("unit") == "万元" else "单位：亿元")
    headings = [*HEADINGS]
    headings[6] = "2020年计划投资（万元）"
    first = [headings, *rows_of(1, 18), ["合计", "", "", "", "", "171", "", "", ""]]
    table(word, first)
    word.add_paragraph("2020年重点项目名单（新开工）")
    word.add_paragraph("单位：亿元")
    table(
        word, [headings, ["一、工业项目（6个）"] * 9, *rows_of(19, 24), ["二、环保项目（6个）"] * 9, *rows_of(25, 30)]
    )
    content = BytesIO()
    word.save(content)
    return content.getvalue()


def table(word, rows: list[list[str]]) -> None:
    found = word.add_table(len(rows), len(rows[0]))
    found.style = "Table Grid"
    for row, texts in zip(found.rows, rows, strict=True):
        if len(set(texts)) == 1 and len(texts) > 1:
            row.cells[0].merge(row.cells[-1]).text = texts[0]
            continue
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def file(content: bytes, name: str = "附件.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def read(listed: ProjectList, content: bytes, manager, name: str = "附件.docx"):
    upload = load.receive_annex(file(content, name), listed, document(), acting_user=manager, now=NOW)
    return upload, load.read_upload(upload)


def check_thirty(listed: ProjectList) -> None:
    """Check every name, place, amount and year."""
    found = members(listed)
    assert len(found) == 30
    for number, one in enumerate(found, 1):
        project = one.project
        assert (project.name, project.builder) == (f"{CITIES[number % 3]}第{number}号综合利用项目", f"建设单位{number}")
        assert (project.region.name, project.site) == (CITIES[number % 3], f"{CITIES[number % 3]}经济技术开发区")
        assert project.content == f"年处理煤矸石{number}万吨"
        assert (project.total_investment, one.yearly_investment) == (Decimal(number * 10000 + 5000), number * 100)
        is_carried = number <= 18
        assert one.category == ("carried" if is_carried else "new")
        days = (date(2019, 12, 31), date(2021, 12, 31)) if is_carried else (date(2020, 3, 31), date(2021, 10, 31))
        assert (project.planned_start, project.planned_finish) == days


def test_an_annex_of_30_projects_arrives_right_and_what_is_unsure_is_said(plan, manager):
    listed = make_list(plan)
    upload, annex = read(listed, thirty(), manager)
    assert annex.errors == []
    said = [(one.place, one.message) for one in annex.problems]
    assert ("", "已读取：2020年重点项目名单（续建），共19行") in said
    assert ("", "已读取：2020年重点项目名单（新开工），共14行") in said
    first = "2020年重点项目名单（续建），第2行，“建设年限”"
    assert ("", f"只写了年份的计划日期共36个，首个在{first}，均按该年最后一日读取。") in said
    load.accept_annex(upload, acting_user=manager, now=NOW)
    check_thirty(listed)


def test_the_same_annex_as_a_pdf_arrives_right(plan, manager, tmp_path: Path):
    word = tmp_path / "附件.docx"
    word.write_bytes(thirty())
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", "pdf"]
    try:
        subprocess.run([*command, "--outdir", tmp_path, word], check=True, capture_output=True, timeout=120)
    except FileNotFoundError:
        pytest.skip("no office program prints the PDF here")
    listed = make_list(plan)
    upload, annex = read(listed, (tmp_path / "附件.pdf").read_bytes(), manager, "附件.pdf")
    assert annex.errors == []
    joined = [one.message for one in annex.problems if "续接" in one.message]
    assert 1 <= len(joined) <= 4  # rows that the printer broke at the end of a page
    load.accept_annex(upload, acting_user=manager, now=NOW)
    check_thirty(listed)


def firms(**changed: str) -> bytes:
    """A document with a table of 27 firms beside one of projects; `r5c2` changes the second cell of the fifth row."""
    word = Word()
    word.add_paragraph("附件2 节能监察企业名单")
    rows = [["序号", "企业名称", "统一社会信用代码", "所在市"]]
    rows += [[str(n), f"企业{n}", credit_code(n), CITIES[n % 3]] for n in range(1, 28)]
    for place, text in changed.items():
        row, _mark, column = place[1:].partition("c")
        rows[int(row)][int(column)] = text
    table(word, rows)
    word.add_paragraph("附件3 重点项目")
    table(word, [["项目名称", "总投资（万元）", "地区"], ["项目甲", "5", "太原市"]])
    content = BytesIO()
    word.save(content)
    return content.getvalue()


def make_roster(plan) -> ProjectList:
    listed = ProjectList(plan=plan, code="firms", name="监察名单", year=2020, kind="roster", is_closed=True)
    return create_list(listed, roster_steps("inspected", "监察完成", ""), acting_user=None, now=NOW)


def test_an_annex_of_27_firms_arrives_right_beside_a_table_of_projects(plan, manager):
    listed = make_roster(plan)
    upload, annex = read(listed, firms(), manager)
    assert [(one.place, one.message) for one in annex.problems] == [("", "未读取（其中是其他名称）：附件3重点项目")]
    load.accept_annex(upload, acting_user=manager, now=NOW)
    found = [(one.project.name, one.project.credit_code, one.project.region.name) for one in members(listed)]
    assert found == [(f"企业{n}", credit_code(n), CITIES[n % 3]) for n in range(1, 28)]


@pytest.mark.parametrize(
    ("place", "text", "column", "words"),
    [
        ("r5c2", credit_code(4), "统一社会信用代码", "已在名单中：附件2节能监察企业名单，第5行"),
        ("r5c2", "91350100M000100Y44", "统一社会信用代码", "校验位"),
        ("r5c3", "北京市", "地区", "北京市"),
        ("r5c1", "", "项目名称", "缺少名称"),
    ],
)
def test_what_is_wrong_in_a_document_is_told_with_its_table_and_row(plan, manager, place, text, column, words):
    _upload, annex = read(make_roster(plan), firms(**{place: text}), manager)
    (wrong,) = annex.errors
    assert (wrong.place, words in wrong.message) == (f"附件2节能监察企业名单，第6行，“{column}”", True), wrong


def test_amounts_without_a_unit_are_said(plan, manager):
    word = Word()
    table(
        word, [["项目名称", "总投资", "2019年计划投资", "地区"], ["甲", "5", "1", "太原市"], ["乙", "6", "1", "太原市"]]
    )
    content = BytesIO()
    word.save(content)
    _upload, annex = read(make_list(plan), content.getvalue(), manager)
    said = [one.message for one in annex.problems]
    assert said == [
        "总投资、年度计划投资未注明计量单位，按万元读取。",
        "表头写的是2019年，而名单是2020年的。",
    ]
    assert [one.project.total_investment for one in annex.members] == [5, 6]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"PK\x03\x04 no zip", "x.docx"), (b"%PDF-1.4 broken", "x.pdf"), (b"text", "x.docx"), (b"", "x.pdf")],
)
def test_a_document_that_cannot_be_read_is_refused_in_words(plan, manager, content, name):
    with pytest.raises(Refused) as refused:
        read(make_list(plan), content, manager, name)
    assert refused.value.message


def test_a_document_without_names_is_refused(plan, manager):
    word = Word()
    table(word, [["指标", "值"], ["甲", "5"], ["乙", "6"]])
    content = BytesIO()
    word.save(content)
    with pytest.raises(Refused, match="项目名称"):
        read(make_list(plan), content.getvalue(), manager)


def test_the_plans_own_document_is_offered_and_read(plan, manager, client):
    stored = default_storage.save("policy/own.docx", ContentFile(thirty()))
    PolicyDocument.objects.create(
        file_name="行动计划.docx",
        size=1,
        sha256="0" * 64,
        file=stored,
        state="created",
        plan=plan,
        uploaded_by=manager,
        uploaded_at=NOW,
    )
    listed = make_list(plan)
    client.force_login(manager)
    address = reverse("project_list_import", args=[listed.pk])
    page = client.get(address, headers={"host": "localhost"}).content.decode()
    assert "行动计划.docx" in page
    form = {"document_number": "1号", "issued_on": "2020-01-01", "effective_from": "2020-01-01"}
    assert client.post(address, form, headers={"host": "localhost"}).status_code == 422
    answer = client.post(address, {**form, "own": "on"}, headers={"host": "localhost"}, follow=True)
    assert "共 30 行" in answer.content.decode()
    upload = load.Upload.objects.get()
    client.post(reverse("list_upload", args=[upload.pk]), {"deed": "accept"}, headers={"host": "localhost"})
    check_thirty(listed)
    assert Project.objects.filter(region__code=TAIYUAN).count() == 10
