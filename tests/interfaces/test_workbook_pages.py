"""The official's journey through Excel: download, fill in, send in, look, accept, hand in."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook

from tests import factories
from tests.factories import NOW
from tests.services import filled_templates as filled
from tracker import tasks
from tracker.models import Event, Return, Role, Upload
from tracker.services import returns
from tracker.services.imports.return_template.export import export_template
from tracker.services.imports.uploads import waiting
from tracker.uploads.patience import TakesTooLong

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
PAGE = "admin:workbooks"


@pytest.fixture(autouse=True)
def in_september(time_machine):
    """The tests live in September 2020, before August's deadline."""
    time_machine.move_to(NOW)


@pytest.fixture
def official(client, reporter, taiyuan):
    """Taiyuan's official, logged in, with the pages in English."""
    client.force_login(reporter)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def template(official, plan, taiyuan):
    """August's template as the browser saved it."""
    response = official.get(reverse("admin:workbook_template"), {"period": factories.period(plan).pk})
    assert response["Content-Disposition"].startswith("attachment")
    return response.content


def send(client, content, plan, name="八月.xlsx", code="2020-08"):
    """Send a workbook in; the page that follows."""
    file = SimpleUploadedFile(name, content)
    address = f"{reverse(PAGE)}?period={factories.period(plan, code).pk}"
    return client.post(address, {"workbook": file}, follow=True)


def press(client, name, upload):
    return client.post(reverse(f"admin:{name}", args=[upload.pk]), follow=True)


def test_the_page_opens_on_the_month_that_just_ended(official):
    page = official.get(reverse(PAGE))
    assert page.context["period"].code == "2020-08"
    assert page.status_code == 200


def test_the_journey_from_template_to_submission(official, template, plan):
    page = send(official, filled.fill(template, G6=500, G7=300, K6="投产", K7="投产"), plan)
    upload = Upload.objects.get()
    assert page.redirect_chain[-1][0] == reverse("admin:workbook", args=[upload.pk])
    content = page.content.decode()
    assert "G6" in content
    assert "New 2" in content
    assert not Return.objects.exists()
    assert "not yet submitted" in press(official, "workbook_accept", upload).content.decode()
    assert Return.objects.get().state == Return.State.DRAFT
    assert "was submitted" in press(official, "workbook_submit", upload).content.decode()
    assert Return.objects.get().state == Return.State.SUBMITTED


def test_faults_are_listed_with_sheet_cell_and_remedy_and_the_marked_workbook(official, template, plan):
    page = send(official, filled.fill(template, G6="many"), plan)
    content = page.content.decode()
    assert "G6" in content
    assert "“many” is not a number" in content
    marked = official.get(reverse("admin:workbook_marked", args=[Upload.objects.get().pk]))
    workbook = load_workbook(BytesIO(b"".join(marked.streaming_content)))
    assert "“many” is not a number" in workbook.worksheets[0]["G6"].comment.text


def test_a_large_workbook_is_checked_by_a_worker_and_the_page_follows(
    official, template, plan, monkeypatch, no_broker, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(waiting, "LARGE", 100)
    with django_capture_on_commit_callbacks(execute=True):
        page = send(official, filled.fill(template, G6=500), plan)
    upload = Upload.objects.get()
    assert ("tracker.tasks.check_workbook", upload.pk) in no_broker
    assert 'http-equiv="refresh"' in page.content.decode()
    assert waiting.waiting_uploads(tasks.CHECKS, now=NOW) == []
    assert waiting.waiting_uploads(tasks.CHECKS, now=NOW + timedelta(minutes=2)) == [upload.pk], (
        "its message may be lost"
    )
    tasks.check_workbook(upload.pk)
    tasks.check_workbook(upload.pk)
    content = official.get(reverse("admin:workbook", args=[upload.pk])).content.decode()
    assert 'http-equiv="refresh"' not in content
    assert "New 1" in content
    assert waiting.waiting_uploads(tasks.CHECKS, now=NOW + timedelta(minutes=2)) == []


def test_a_check_that_takes_long_goes_on_in_a_worker(
    official, template, plan, monkeypatch, no_broker, django_capture_on_commit_callbacks
):
    with monkeypatch.context() as hasty, django_capture_on_commit_callbacks(execute=True):
        hasty.setattr(waiting, "WAITED", 0.0)
        page = send(official, filled.fill(template, G6="many"), plan)
    upload = Upload.objects.get()
    assert (upload.state, upload.preview, upload.marked_file.name) == (Upload.State.CHECKING, {}, "")
    assert ("tracker.tasks.check_workbook", upload.pk) in no_broker
    assert 'http-equiv="refresh"' in page.content.decode()
    tasks.check_workbook(upload.pk)
    upload.refresh_from_db()
    assert upload.state == Upload.State.WRONG
    assert upload.marked_file


def test_marking_has_the_time_that_reading_left(official, template, plan, monkeypatch, no_broker):
    def too_late(upload, faults, patience):
        raise TakesTooLong

    monkeypatch.setattr("tracker.services.imports.return_template.check.mark_workbook", too_late)
    send(official, filled.fill(template, G6="many"), plan)
    assert Upload.objects.get().state == Upload.State.CHECKING


def test_checking_a_large_workbook_again_is_a_workers_too(
    official, template, plan, monkeypatch, no_broker, django_capture_on_commit_callbacks
):
    send(official, filled.fill(template, G6=500), plan)
    upload = Upload.objects.get()
    monkeypatch.setattr(waiting, "LARGE", 100)
    with django_capture_on_commit_callbacks(execute=True):
        press(official, "workbook_check", upload)
    assert ("tracker.tasks.check_workbook", upload.pk) in no_broker
    tasks.check_workbook(upload.pk)
    upload.refresh_from_db()
    assert upload.state == Upload.State.READY
    press(official, "workbook_discard", upload)
    press(official, "workbook_check", upload)
    upload.refresh_from_db()
    assert upload.state == Upload.State.DISCARDED


def test_what_was_typed_outside_the_yellow_cells_is_told_before_accepting(official, template, plan):
    content = send(official, filled.fill(template, G6=500, F7=12), plan).content.decode()
    assert "Also noticed in the workbook" in content
    assert "!F7" in content
    press(official, "workbook_accept", Upload.objects.get())
    after = official.get(reverse("admin:workbook", args=[Upload.objects.get().pk])).content.decode()
    assert "Also noticed in the workbook" not in after


def test_what_is_no_workbook_is_told_without_a_marked_one(official, plan):
    page = send(official, b"a,b,c", plan)
    assert "no Excel workbook" in page.content.decode()
    assert not Upload.objects.get().marked_file


def test_choosing_no_file_or_an_empty_one_is_told_beside_the_field(official, plan):
    address = f"{reverse(PAGE)}?period={factories.period(plan).pk}"
    assert "Choose the workbook" in official.post(address).content.decode()
    assert "The file is empty" in send(official, b"", plan).content.decode()
    assert not Upload.objects.exists()


def test_the_same_file_again_says_so(official, template, plan):
    content = filled.fill(template, G6=500)
    send(official, content, plan)
    assert "uploaded before" in send(official, content, plan).content.decode()
    press(official, "workbook_accept", Upload.objects.earliest("pk"))
    assert "accepted already" in send(official, content, plan).content.decode()


def test_a_change_meanwhile_is_told_and_checking_again_shows_it(official, template, plan, reporter, taiyuan):
    send(official, filled.fill(template, G6=500), plan)
    upload = Upload.objects.get()
    opened = returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    returns.save_draft(opened, {GANGUE: "490"}, acting_user=reporter, now=NOW, expected_version=opened.version)
    assert "Check again" in press(official, "workbook_accept", upload).content.decode()
    content = press(official, "workbook_check", upload).content.decode()
    assert "490" in content
    assert "changed since the template was downloaded" in content


def test_a_discarded_workbook_stays_discarded(official, template, plan):
    send(official, filled.fill(template, G6=500), plan)
    upload = Upload.objects.get()
    press(official, "workbook_discard", upload)
    for name in ("workbook_accept", "workbook_check", "workbook_discard"):
        assert press(official, name, upload).status_code == 200
    upload.refresh_from_db()
    assert upload.state == Upload.State.DISCARDED
    assert not Return.objects.exists()


def test_another_persons_workbook_does_not_exist_for_one(official, template, plan, client):
    send(official, filled.fill(template, G6=500), plan)
    upload = Upload.objects.get()
    client.force_login(factories.make_user("colleague", Role.REPORTER, factories.TAIYUAN))
    for name in ("workbook", "workbook_marked"):
        assert client.get(reverse(f"admin:{name}", args=[upload.pk])).status_code == 404
    for name in ("workbook_accept", "workbook_check", "workbook_discard", "workbook_submit"):
        assert client.post(reverse(f"admin:{name}", args=[upload.pk])).status_code == 404
    assert not Return.objects.exists()


def test_what_changes_something_takes_a_post(official, template, plan):
    send(official, filled.fill(template, G6=500), plan)
    upload = Upload.objects.get()
    for name in ("workbook_accept", "workbook_check", "workbook_discard", "workbook_submit"):
        assert official.get(reverse(f"admin:{name}", args=[upload.pk])).status_code == 405


def test_who_does_not_report_has_no_such_page(client, reviewer, leader, taiyuan):
    for user in (reviewer, leader):
        client.force_login(user)
        assert client.get(reverse(PAGE)).status_code == 403


def test_without_a_period_there_is_a_word_instead_of_an_empty_page(client, plan, reporter):
    client.force_login(reporter)
    client.cookies["django_language"] = "en"
    assert "there is no template" in client.get(reverse(PAGE)).content.decode()


@pytest.mark.parametrize("wanted", ["999999", "x", "-1", "2020-08"])
def test_an_unknown_period_does_not_exist(official, wanted):
    assert official.get(reverse(PAGE), {"period": wanted}).status_code == 404


def test_the_template_of_a_unit_that_is_not_ones_own_does_not_exist(official, plan):
    factories.make_unit(plan, factories.DATONG)
    address, period = reverse("admin:workbook_template"), factories.period(plan).pk
    assert official.get(address, {"period": period, "unit": "unit-140200"}).status_code == 404
    assert official.get(address, {"period": period, "unit": "unit-140100"}).status_code == 200


def test_downloads_are_recorded(official, template):
    assert Event.objects.filter(action=Event.Action.DOWNLOADED, after__template="2020-08").exists()


def test_the_worklist_and_the_list_lead_here(official):
    for address in (reverse("admin:index"), reverse("admin:tracker_return_changelist")):
        assert reverse(PAGE) in official.get(address).content.decode()


def test_the_preview_takes_as_many_queries_for_many_units_as_for_few(plan, client, taiyuan, count_queries):
    everywhere = factories.make_user("everywhere", Role.REPORTER)
    client.force_login(everywhere)
    counts = []
    for more in ((), ("140200", "140300", "140400", "140500")):
        units = [taiyuan, *(factories.make_unit(plan, place) for place in more)]
        template = export_template(units, factories.period(plan), acting_user=everywhere, now=NOW)
        names = load_workbook(BytesIO(template)).sheetnames[:-1]
        send(client, filled.fill(template, {name: {"G6": 1} for name in names}), plan)
        address = reverse("admin:workbook", args=[Upload.objects.latest("pk").pk])
        client.get(address)
        with count_queries(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
