"""What moved in a template is told once; what only looks different is read."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook
from openpyxl.comments import Comment

from tests import factories
from tests.factories import NOW
from tests.services.filled_templates import fill, saved
from tracker.models import Indicator, Obligation, ReportingUnit, Role, Upload
from tracker.services.imports import return_template
from tracker.services.imports.return_template.export import export_template
from tracker.services.returns.expected import update_expected

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture
def template(taiyuan, reporter, plan):
    return fill(export_template([taiyuan], factories.period(plan), acting_user=reporter, now=NOW), G6=5, H7="零报告")


@pytest.fixture
def send(reporter, plan):
    def send(content, user=reporter):
        file = ContentFile(content, "八月.xlsx")
        upload = return_template.receive_upload(file, factories.period(plan), acting_user=user, now=NOW)
        return return_template.check_upload(upload, now=NOW)

    return send


def changed(template, change):
    workbook = load_workbook(BytesIO(template))
    sheet = workbook.worksheets[0]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    change(sheet)
    return saved(workbook)


@pytest.mark.parametrize(
    ("change", "cell", "word"),
    [
        (lambda sheet: sheet.delete_cols(4), "D5", "缺少"),
        (lambda sheet: sheet.delete_cols(7), "G5", "缺少"),
        (lambda sheet: sheet.insert_cols(2), "B5", "移动或插入"),
        (lambda sheet: sheet.insert_cols(7), "G5", "移动或插入"),
        (lambda sheet: sheet.insert_rows(6), "B6", "插入"),
        (lambda sheet: sheet.insert_rows(7, 3), "B7", "插入"),
        (lambda sheet: sheet.insert_rows(1), "B6", "插入"),
        (lambda sheet: sheet.delete_rows(6), "B6", "缺少"),
        (lambda sheet: sheet.delete_rows(7), "B7", "缺少"),
    ],
)
def test_what_moved_is_one_message(template, send, change, cell, word):
    upload = send(changed(template, change))
    assert upload.state == Upload.State.WRONG
    assert [fault["cell"] for fault in upload.preview["faults"]] == [cell]
    assert word in upload.preview["faults"][0]["text"]


def test_sorted_rows_are_one_message(template, send):
    def swap(sheet):
        for column in range(1, 12):
            first, second = sheet.cell(6, column), sheet.cell(7, column)
            first.value, second.value = second.value, first.value

    upload = send(changed(template, swap))
    assert [fault["cell"] for fault in upload.preview["faults"]] == ["B6"]


def test_a_heading_in_other_words_moves_nothing(template, send):
    assert send(fill(template, G5="8月数")).state == Upload.State.READY


def test_a_renamed_sheet_is_found_where_the_template_has_one(template, send):
    workbook = load_workbook(BytesIO(template))
    workbook.worksheets[0].title = "太原市8月"
    upload = send(saved(workbook))
    assert upload.state == Upload.State.READY, upload.preview
    assert upload.preview["notices"] == []


def test_a_comment_on_an_amount_is_its_note_and_others_are_told_as_dropped(template, send, reporter):
    workbook = load_workbook(BytesIO(template))
    sheet = workbook.worksheets[0]
    sheet["G6"].comment = Comment("王五:设备检修", "王五")
    sheet["B7"].comment = Comment("口径同上月", "王五")
    upload = send(saved(workbook))
    assert [
        (notice["cell"], "保留" in notice["text"] or "备注" in notice["text"]) for notice in upload.preview["notices"]
    ]
    assert [notice["cell"] for notice in upload.preview["notices"]] == ["G6", "B7"]
    (written,) = return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert written.entries.get(indicator__code=GANGUE).note == "设备检修"


def test_the_marks_of_this_system_are_no_comments_of_the_person(template, send):
    upload = send(fill(template, G6="很多"))
    marked = upload.marked_file.read()
    again = send(fill(marked, G6=5))
    assert again.state == Upload.State.READY, again.preview
    assert again.preview["notices"] == []


def test_a_type_of_macros_without_such_a_part_accuses_nobody(template, send):
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(template)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "[Content_Types].xml":
                declared = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
                content = content.replace(b"<Default", declared + b"<Default", 1)
            new.writestr(part, content)
    assert send(written.getvalue()).state == Upload.State.READY


@pytest.mark.whole
def test_a_template_of_three_hundred_units_comes_back_in(plan, send):
    region = factories.region("140100")
    units = ReportingUnit.objects.bulk_create(
        ReportingUnit(code=f"unit-{number}", name=f"企业{number}", region=region) for number in range(300)
    )
    gangue = Indicator.objects.get(code=GANGUE)
    Obligation.objects.bulk_create(Obligation(plan=plan, unit=unit, indicator=gangue) for unit in units)
    update_expected(plan, now=None)
    person = factories.make_user("filler", Role.REPORTER, "140100")
    content = export_template(units, factories.period(plan), acting_user=person, now=NOW)
    first = load_workbook(BytesIO(content), read_only=True).sheetnames[0]
    upload = send(fill(content, {first: {"G6": 5}}), user=person)
    assert upload.state == Upload.State.READY, upload.preview["faults"][:3]
    assert len(upload.preview["units"]) == 300
