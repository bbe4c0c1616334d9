"""The pages of tables of past periods: from the file to the second person's decision."""

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories import NOW, PASSWORD, make_user
from tests.services.past import ASH, GANGUE, make_past_plan, make_plain_unit
from tests.services.test_past_tables import HEADINGS, ROWS, workbook
from tracker.models import Entry, Job, Plan, Role, Upload
from tracker.services.imports.past_values.run_job import run_import_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def past(plan: Plan) -> Plan:
    past = make_past_plan()
    make_plain_unit()
    return past


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    assert client.login(username=user.username, password=PASSWORD)
    return client


@pytest.fixture
def sender(plan: Plan) -> Client:
    return signed_in(make_user("plan-manager", Role.PLAN_MANAGER))


@pytest.fixture
def acceptor(reviewer) -> Client:
    return signed_in(reviewer)


def send(client: Client, past: Plan, file: ContentFile):
    return client.post(reverse("past_send"), {"plan": past.code, "file": file})


def columns(client: Client, upload: Upload, **changed) -> dict:
    """The form of the columns as the page shows it."""
    form = client.get(reverse("past_table", args=[upload.pk])).context["form"]
    return {name: form[name].initial if form[name].initial is not None else "" for name in form.fields} | changed


def checked(client: Client, past: Plan, *rows, **changed) -> Upload:
    send(client, past, workbook(HEADINGS, *(rows or ROWS)))
    upload = Upload.objects.order_by("-pk")[0]
    answer = client.post(reverse("past_check", args=[upload.pk]), columns(client, upload, **changed))
    assert answer.status_code == 302, answer.context["form"].errors
    run_import_job(upload_job(upload).pk, clock=lambda: NOW)
    upload.refresh_from_db()
    return upload


def upload_job(upload: Upload) -> Job:
    return Job.objects.filter(parameters__upload=upload.pk).order_by("-pk")[0]


def text_of(client: Client, upload: Upload) -> str:
    return client.get(reverse("past_table", args=[upload.pk])).content.decode()


def test_the_list_says_what_to_do_when_it_is_empty(sender, past):
    page = sender.get(reverse("past_tables")).content.decode()
    assert "No table was uploaded yet." in page
    assert "Choose the plan and the file above." in page


def test_a_table_leads_to_its_columns_with_a_guess(sender, past):
    answer = send(sender, past, workbook(["历史数据"], HEADINGS, *ROWS))
    page = sender.get(answer.url)
    form = page.context["form"]
    assert [line.role.initial for line in form.lines] == ["unit", "period", "indicator", "value", "note"]
    assert "太原市" in page.content.decode()


def test_a_file_that_is_no_table_is_refused_beside_its_field(sender, past):
    answer = send(sender, past, ContentFile(b"words", "a.xlsx"))
    assert answer.status_code == 422
    assert "no Excel workbook" in answer.content.decode()
    assert not Upload.objects.exists()


def test_no_file_and_no_plan_are_told(sender, past):
    answer = sender.post(reverse("past_send"), {"plan": "none"})
    assert answer.status_code == 422
    assert {"plan", "file"} <= set(answer.context["form"].errors)


def test_columns_that_are_not_clear_are_told_and_nothing_is_asked(sender, past):
    send(sender, past, workbook(HEADINGS, *ROWS))
    upload = Upload.objects.get()
    answer = sender.post(reverse("past_check", args=[upload.pk]), columns(sender, upload, role_4=""))
    assert answer.status_code == 422
    assert "Mark one column of values" in answer.content.decode()
    assert not Job.objects.exists()


def test_another_row_of_headings_is_looked_at_anew(sender, past):
    send(sender, past, workbook(["a"], ["b"], HEADINGS, *ROWS))
    page = sender.get(reverse("past_table", args=[Upload.objects.get().pk]), {"sheet": "Sheet1", "row": "2"})
    assert page.context["form"]["heading_row"].initial == 2
    for odd in ("x", "999", "-1", ""):
        assert sender.get(page.request["PATH_INFO"], {"sheet": "Sheet1", "row": odd}).status_code == 200


def test_the_preview_shows_what_is_new_and_waits_for_another_person(sender, acceptor, past):
    upload = checked(sender, past)
    own = text_of(sender, upload)
    assert "6500.5" in own
    assert "Another person, a reviewer" in own
    assert "Accept and load" not in own
    assert "Accept and load" in text_of(acceptor, upload)


def test_accepting_loads_it_and_the_page_says_so(sender, acceptor, past):
    upload = checked(sender, past)
    answer = acceptor.post(reverse("past_accept", args=[upload.pk]), {"seen": upload.job_id})
    run_import_job(upload_job(upload).pk, clock=lambda: NOW)
    assert acceptor.get(answer.url).url == reverse("past_table", args=[upload.pk])
    assert "2 values in 1 returns were loaded" in text_of(sender, upload)
    assert Entry.objects.filter(verified_value__isnull=False).count() == 2


def test_the_sender_cannot_accept_by_address(sender, past):
    upload = checked(sender, past)
    sender.post(reverse("past_accept", args=[upload.pk]), {"seen": upload.job_id})
    upload.refresh_from_db()
    assert upload.state == "ready"


@pytest.mark.parametrize("seen", ["", "x", "0", "９"])
def test_an_acceptance_names_the_preview_that_was_seen(sender, acceptor, past, seen):
    upload = checked(sender, past)
    acceptor.post(reverse("past_accept", args=[upload.pk]), {"seen": seen})
    upload.refresh_from_db()
    assert upload.state == "ready"


def test_errors_are_listed_and_come_as_a_workbook(sender, past):
    upload = checked(sender, past, *ROWS, ["火星市", "2019年8月", GANGUE, "<b>5</b>"])
    page = text_of(sender, upload)
    assert "Sheet1!A4" in page
    assert "火星市" in page
    assert "<b>5</b>" not in page
    answer = sender.get(reverse("past_problems", args=[upload.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_a_wide_table_is_checked_as_the_form_says(sender, past):
    send(sender, past, workbook(["地区", "月份", GANGUE, f"{ASH}（吨）"], ["太原市", "8月", 5, 120000]))
    upload = Upload.objects.get()
    sender.post(reverse("past_check", args=[upload.pk]), columns(sender, upload))
    run_import_job(upload_job(upload).pk, clock=lambda: NOW)
    upload.refresh_from_db()
    assert [(one["value"], one["place"]) for one in upload.preview["new"]] == [("5", "C2"), ("12", "D2")]


def test_discarding_says_that_nothing_was_loaded(sender, past):
    upload = checked(sender, past)
    answer = sender.post(reverse("past_discard", args=[upload.pk]), follow=True)
    assert "Nothing was loaded" in answer.content.decode()
    assert "Discard the table" not in answer.content.decode()


def test_a_stranger_sees_neither_table_nor_navigation(sender, past, leader):
    upload = checked(sender, past)
    stranger = signed_in(leader)
    assert stranger.get(reverse("past_table", args=[upload.pk])).status_code == 404
    assert stranger.get(reverse("past_problems", args=[upload.pk])).status_code == 404
    assert reverse("past_tables") not in stranger.get(reverse("home")).content.decode()
    assert "Upload a table" not in stranger.get(reverse("past_tables")).content.decode()


def test_the_progress_page_tells_of_the_table(sender, past):
    send(sender, past, workbook(HEADINGS, *ROWS))
    upload = Upload.objects.get()
    answer = sender.post(reverse("past_check", args=[upload.pk]), columns(sender, upload))
    page = sender.get(answer.url).content.decode()
    assert "Checking the table" in page
    sender.post(reverse("job_cancel", args=[upload_job(upload).pk]))
    assert "nothing was written" in text_of(sender, upload)


def test_as_many_queries_list_many_tables_as_few(sender, past, count_queries):
    def number() -> int:
        with count_queries(connection) as queries:
            sender.get(reverse("past_tables"))
        return len(queries)

    send(sender, past, workbook(HEADINGS, *ROWS))
    few = number()
    for n in range(5):
        send(sender, past, workbook(HEADINGS, *ROWS, ["太原市", "2019-09", GANGUE, n]))
    assert number() == few
