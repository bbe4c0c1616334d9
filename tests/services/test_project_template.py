"""The project sheet of the month's template: filled in with Excel, checked, and imported with the return."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook

from tests import factories
from tests.factories import NOW, TAIYUAN
from tests.projects import make_list, project
from tests.services.filled_templates import fill
from tracker.models import ProjectReport, ReportingUnit, Return, Role
from tracker.services.imports import return_template
from tracker.services.imports.return_template.check import check_upload
from tracker.services.imports.return_template.export import export_template
from tracker.services.projects.lists import set_reporting
from tracker.services.returns.project_reports import save_project_reports


@pytest.fixture
def unit(plan):
    found = ReportingUnit.objects.create(code="park", name="太原开发区", region=factories.region(TAIYUAN))
    listed = make_list(plan, [project(1, unit=found), project(2, unit=found)])
    start = date(2020, 8, 1)
    set_reporting(listed, frequency="month", preparation_frequency="", reports_from=start, acting_user=None, now=NOW)
    return found


@pytest.fixture
def clerk(unit):
    return factories.make_user("clerk", Role.REPORTER, TAIYUAN, unit)


def template(unit, plan, clerk):
    return export_template([unit], factories.period(plan), acting_user=clerk, now=NOW)


def send(content, plan, clerk):
    file = ContentFile(content, name="填报.xlsx")
    upload = return_template.receive_upload(file, factories.period(plan), acting_user=clerk, now=NOW)
    return check_upload(upload, now=NOW)


def projects_sheet(content):
    return load_workbook(BytesIO(content)).sheetnames[1]


def test_a_template_has_a_row_for_each_project_of_the_unit(unit, plan, clerk):
    content = template(unit, plan, clerk)
    sheet = load_workbook(BytesIO(content))[projects_sheet(content)]
    assert [sheet.cell(row, 2).value for row in (6, 7, 8)] == ["项目1", "项目2", None]
    assert [sheet.cell(6, column).protection.locked for column in (2, 5, 6, 13)] == [True, True, False, False]


def test_projects_filled_in_with_excel_are_in_the_draft_of_the_return(unit, plan, clerk):
    content = template(unit, plan, clerk)
    cells = {"F6": 120.5, "G6": "主体封顶", "H6": "用地拆迁", "I6": "征地未完成", "K6": date(2020, 10, 1)}
    upload = send(fill(content, {projects_sheet(content): cells | {"F7": 0, "G7": "未动工"}}), plan, clerk)
    assert upload.preview["faults"] == []
    assert [row["name"] for row in upload.preview["units"][0]["projects"]] == ["项目1", "项目2"]
    return_template.accept_upload(upload, acting_user=clerk, now=NOW)
    one, two = ProjectReport.objects.order_by("member__number")
    assert one.content["investment"] == "120.5"
    assert (one.problem_kind, one.due_on, two.investment) == ("land", date(2020, 10, 1), 0)
    assert one.revisions.get().source_place.endswith("!F6")
    done, kept = return_template.submit_accepted(upload, acting_user=clerk, now=NOW)
    assert (len(done), kept) == (1, [])


def test_a_row_left_as_it_was_keeps_what_somebody_else_wrote(unit, plan, clerk):
    content = template(unit, plan, clerk)
    upload = send(fill(content, {projects_sheet(content): {"F6": 5, "G6": "桩基"}}), plan, clerk)
    return_template.accept_upload(upload, acting_user=clerk, now=NOW)
    second = template(unit, plan, clerk)
    filed = Return.objects.get()
    member = ProjectReport.objects.get(investment=5).member_id
    save_project_reports(
        filed, {member: {"progress": "封顶"}}, acting_user=clerk, now=NOW, expected_version=filed.version
    )
    upload = send(fill(second, {projects_sheet(second): {"F6": 7}}), plan, clerk)
    return_template.accept_upload(upload, acting_user=clerk, now=NOW)
    report = ProjectReport.objects.get(member=member)
    assert (report.investment, report.progress) == (7, "封顶")


def test_what_cannot_be_read_is_named_at_its_cell_and_nothing_is_imported(unit, plan, clerk):
    content = template(unit, plan, clerk)
    name = projects_sheet(content)
    upload = send(fill(content, {name: {"F6": "约一百", "K7": "十月"}}), plan, clerk)
    assert [(one["sheet"], one["cell"]) for one in upload.preview["faults"]] == [(name, "F6"), (name, "K7")]
    assert upload.state == "wrong"


def test_sorted_rows_are_refused(unit, plan, clerk):
    content = template(unit, plan, clerk)
    name = projects_sheet(content)
    upload = send(fill(content, {name: {"B6": "项目2", "B7": "项目1", "F6": 3}}), plan, clerk)
    assert [one["cell"] for one in upload.preview["faults"]] == ["B6"]
