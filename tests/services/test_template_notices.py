"""What is typed outside a template's entry cells is told, and changes nothing."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook

from tests import factories
from tests.factories import NOW
from tests.services import filled_templates as filled
from tracker.models import Upload
from tracker.queries.imports.return_template.notices import MOST
from tracker.services.imports import return_template
from tracker.services.imports.return_template.export import export_template

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture
def template(taiyuan, reporter, reviewer, plan):
    """August's template, with July's values printed in it."""
    july = factories.period(plan, "2020-07")
    factories.file_return(taiyuan, july, {GANGUE: "0.1", ASH: "1234.56"}, reporter=reporter, reviewer=reviewer)
    return export_template([taiyuan], factories.period(plan), acting_user=reporter, now=NOW)


@pytest.fixture
def send(reporter, plan):
    def send(content):
        file = ContentFile(content, "八月.xlsx")
        upload = return_template.receive_upload(file, factories.period(plan), acting_user=reporter, now=NOW)
        return return_template.check_upload(upload, now=NOW)

    return send


def places(upload):
    return [(notice["sheet"], notice["cell"]) for notice in upload.preview["notices"]]


def in_words(upload):
    return " ".join(notice["text"] for notice in upload.preview["notices"])


def test_a_template_filled_in_as_it_should_be_has_no_notices(template, send):
    upload = send(filled.fill(template, G6=5, H7="零报告", K6="投产"))
    assert upload.state == Upload.State.READY
    assert upload.preview["notices"] == []


@pytest.mark.parametrize("cell", ["D6", "E6", "E7", "F7", "I6", "J7", "L6", "M2", "A8", "C40", "XFD1048576"])
def test_a_value_outside_the_yellow_cells_is_told_with_its_place(cell, template, send):
    upload = send(filled.fill(template, **{"G6": 5, cell: 777}))
    (sheet,) = load_workbook(BytesIO(template)).sheetnames[:1]
    assert upload.state == Upload.State.READY
    assert places(upload) == [(sheet, cell)]
    assert "777" in in_words(upload)
    assert upload.preview["units"][0]["cells"][0]["new"] == "5"


def test_a_cumulative_typed_over_its_formula_is_told_with_the_cell_where_the_amount_belongs(template, send):
    upload = send(filled.fill(template, I7=900))
    assert upload.state == Upload.State.WRONG, "nothing was filled in"
    assert "G7" in in_words(upload)


def test_names_and_the_date_in_the_foot_are_the_prints_own(template, send):
    assert send(filled.fill(template, G6=5, A9="单位负责人：张三")).preview["notices"] == []


def test_emptying_a_printed_value_is_no_typing(template, send):
    assert send(filled.fill(template, G6=5, E7=None, I6=None)).preview["notices"] == []


def test_a_sheet_of_ones_own_is_told(template, send):
    workbook = load_workbook(BytesIO(filled.fill(template, G6=5)))
    workbook.create_sheet("底稿")["B2"] = 5
    workbook.create_sheet("空表")
    assert places(send(filled.saved(workbook))) == [("底稿", "")]


def test_many_are_told_by_their_number(template, send):
    upload = send(filled.fill(template, G6=5, **{f"M{row}": row for row in range(1, 101)}))
    assert len(upload.preview["notices"]) == MOST + 1
    assert str(100 - MOST) in upload.preview["notices"][-1]["text"]


def test_a_key_far_below_the_others_is_refused_at_once(template, send):
    workbook = load_workbook(BytesIO(template))
    workbook["_keys"]["A1048576"] = "row"
    upload = send(filled.saved(workbook))
    assert "hidden keys were changed" in upload.failure or "隐藏" in upload.failure


def test_more_decimals_than_are_stored_are_told_with_their_place(template, send):
    upload = send(filled.fill(template, G6=5.123456789, G7=0.1))
    assert upload.state == Upload.State.READY
    assert [cell for _sheet, cell in places(upload)] == ["G6"]
    assert "5.123456789" in in_words(upload) and "5.123457" in in_words(upload)
