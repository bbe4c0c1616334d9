"""A reviewer on a return's page: another value for a project's line, or a comment to its unit."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import NOW
from tests.interfaces.test_project_sheet import clerk, filed, members_of, sheet, unit  # noqa: F401
from tracker.services.returns.project_reports import save_and_submit_projects


@pytest.fixture
def waiting(filed, clerk):  # noqa: F811
    """A submitted return of two projects; 100 was invested in each."""
    texts = {one.pk: {"investment": "100", "progress": "主体封顶"} for one in members_of(filed)}
    return save_and_submit_projects(filed, texts, acting_user=clerk, now=NOW, expected=filed.version)


def address(unit_return):
    return reverse("admin:tracker_return_change", args=[unit_return.pk])


def typed(unit_return, button, **first):
    fields = {"version": unit_return.version, button: "1"}
    for one in members_of(unit_return):
        fields |= {f"project_verified-{one.pk}": "100", f"project_reason-{one.pk}": "", f"project_comment-{one.pk}": ""}
    pk = members_of(unit_return)[0].pk
    return fields | {f"project_{name}-{pk}": text for name, text in first.items()}


def test_the_reviewer_has_a_field_for_each_project_and_verifies_another_value(client, waiting, reviewer, clerk):  # noqa: F811
    client.force_login(reviewer)
    page = client.get(address(waiting)).content.decode()
    assert page.count('name="project_verified-') == 2 and "项目1" in page
    answer = client.post(address(waiting), typed(waiting, "_verify", verified="80", reason="凭证不足"))
    waiting.refresh_from_db()
    assert (answer.status_code, waiting.state) == (302, "verified")
    client.force_login(clerk)
    for place in (sheet(waiting), reverse("return", args=[waiting.pk])):
        told = client.get(place).content.decode()
        assert "80.00" in told and "-20.00" in told and "凭证不足" in told, place
    member = members_of(waiting)[0]
    assert "凭证不足" in client.get(reverse("project", args=[member.pk])).content.decode()


def test_a_value_without_a_reason_is_refused_at_its_field_and_stays_typed(client, waiting, reviewer):
    client.force_login(reviewer)
    page = client.post(address(waiting), typed(waiting, "_verify", verified="80")).content.decode()
    pk = members_of(waiting)[0].pk
    assert f'id="id_project_reason-{pk}_error"' in page
    assert f'href="#id_project_reason-{pk}"' in page
    assert 'value="80"' in page
    emptied = client.post(address(waiting), typed(waiting, "_verify", verified="")).content.decode()
    assert f'id="id_project_verified-{pk}_error"' in emptied


def test_a_comment_on_a_line_keeps_the_return_from_being_verified_and_reaches_the_unit(
    client,
    waiting,
    reviewer,
    clerk,  # noqa: F811
):
    client.force_login(reviewer)
    kept = client.post(address(waiting), typed(waiting, "_verify", comment="请附凭证")).content.decode()
    assert f'id="id_project_comment-{members_of(waiting)[0].pk}_error"' in kept
    client.post(address(waiting), typed(waiting, "_send_back", comment="请附凭证"))
    client.force_login(clerk)
    assert "请附凭证" in client.get(sheet(waiting)).content.decode()


def test_the_returns_file_has_its_projects_reported_beside_verified(client, waiting, reviewer):
    client.force_login(reviewer)
    client.post(address(waiting), typed(waiting, "_verify", verified="80", reason="凭证不足"))
    answer = client.get(reverse("return", args=[waiting.pk]) + "?_export=xlsx")
    rows = [
        row
        for one in load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets
        for row in one.iter_rows(values_only=True)
    ]
    (line,) = [row for row in rows if "项目1" in row]
    assert line[2:5] == (100, 80, -20) and "凭证不足" in line
