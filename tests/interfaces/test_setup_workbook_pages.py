"""The pages of the set-up workbook: download, upload, preview, import."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories import NOW, PASSWORD, make_user
from tests.services.issued_kinds import issue
from tests.services.setup_workbooks import Edited
from tracker import tasks
from tracker.models import Event, Role, RuleChange, Schedule, Subscription, Upload, User
from tracker.services.imports import setup_workbook
from tracker.services.imports.uploads import waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return User.objects.create_superuser("admin", "admin@example.com", PASSWORD)


def signed_in(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.cookies["django_language"] = language
    client.force_login(user)
    return client


def downloaded(client: Client, plan) -> bytes:
    answer = client.get(reverse("setup_workbook_download"), {"plan": plan.code})
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    return b"".join(answer.streaming_content)


def sent(client: Client, content: bytes) -> Upload:
    file = SimpleUploadedFile("设置.xlsx", content)
    answer = client.post(reverse("setup_workbook_upload"), {"file": file})
    upload = Upload.objects.get(kind="setup")
    assert answer.url == reverse("setup_workbook_preview", args=[upload.pk])
    return upload


def test_who_sets_up_nothing_has_no_page(plan):
    for role, status in (
        (Role.PLAN_MANAGER, 200),
        (Role.SECURITY_ADMIN, 200),
        (Role.REPORTER, 403),
        (Role.LEADER, 403),
    ):
        assert signed_in(make_user(f"user-{role}", role)).get(reverse("setup_workbook")).status_code == status


def test_a_plan_of_others_is_not_downloaded(plan):
    client = signed_in(make_user("manager", Role.PLAN_MANAGER, "140100"))
    assert plan.name not in client.get(reverse("setup_workbook")).content.decode()
    assert client.get(reverse("setup_workbook_download"), {"plan": plan.code}).status_code == 404


def test_people_leave_only_with_those_who_may_see_their_accounts_or_not_at_all(plan, administrator):
    make_user("zhangsan", Role.REVIEWER, "140200")
    User.objects.filter(username="zhangsan").update(phone="0352-5550123")
    make_mail(plan, "outside@example.com")
    client = signed_in(administrator)
    page = client.get(reverse("setup_workbook")).content.decode()
    assert "&amp;people=no" in page and "no telephone numbers of people" in page

    def texts(client: Client, **more) -> str:
        answer = client.get(reverse("setup_workbook_download"), {"plan": plan.code, **more})
        workbook = Edited(b"".join(answer.streaming_content)).workbook
        return " ".join(
            str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value
        )

    everything, without = texts(client), texts(client, people="no")
    personal = ("zhangsan@example.com", "outside@example.com")
    assert all(text in everything for text in personal) and "0352-5550123" not in everything
    assert not any(text in without for text in (*personal, "zhangsan"))
    assert [one.after["with_people"] for one in Event.objects.filter(action="exported").order_by("pk")] == [True, False]
    of_manager = texts(signed_in(make_user("manager", Role.PLAN_MANAGER)))
    assert "outside@example.com" in of_manager and "zhangsan@example.com" not in of_manager


def make_mail(plan, address: str) -> None:
    schedule = Schedule.objects.create(plan=plan, name="每月", when="day_of_month", number=8, time_of_day="08:30")
    Subscription.objects.create(schedule=schedule, audience="outside", address=address, active_from=NOW)


def test_from_the_download_to_the_import_with_a_password_shown_once(plan, administrator):
    client = signed_in(administrator, "zh-hans")
    assert "您还没有上传过工作簿" in client.get(reverse("setup_workbook")).content.decode()
    workbook = Edited(downloaded(client, plan))
    workbook.set("person", "", username="lisi", display_name="李四")
    workbook.set("role", "", username="lisi", role="审核员", region="大同市")
    workbook.set_grid("split", "大同市", "coal_gangue_utilised", 500)
    upload = sent(client, workbook.content())
    shown = client.get(reverse("setup_workbook_preview", args=[upload.pk])).content.decode()
    assert "李四" in shown and "1个新账号的临时密码" in shown
    answer = client.post(reverse("setup_workbook_accept", args=[upload.pk]))
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    ((name, password),) = answer.context["done"].passwords
    assert password in answer.content.decode()
    assert User.objects.get(username=name).check_password(password)
    again = client.post(reverse("setup_workbook_accept", args=[upload.pk]), follow=True).content.decode()
    assert password not in again
    assert not Event.objects.filter(after__icontains=password).exists()


def test_a_wrong_workbook_leads_to_its_cells_and_comes_back_marked(plan, administrator):
    client = signed_in(administrator)
    workbook = Edited(downloaded(client, plan))
    place = workbook.set_grid("split", "大同市", "coal_gangue_utilised", 9000)
    upload = sent(client, workbook.content())
    shown = client.get(reverse("setup_workbook_preview", args=[upload.pk])).content.decode()
    assert place in shown and "6,500" in shown
    marked = client.get(reverse("setup_workbook_marked", args=[upload.pk]))
    assert BytesIO(b"".join(marked.streaming_content)).read(2) == b"PK"
    assert client.post(reverse("setup_workbook_accept", args=[upload.pk])).status_code == 302
    assert client.post(reverse("setup_workbook_discard", args=[upload.pk]), follow=True).status_code == 200
    upload.refresh_from_db()
    assert upload.state == Upload.State.DISCARDED


def test_an_upload_without_a_file_is_told_at_the_field(administrator):
    answer = signed_in(administrator).post(reverse("setup_workbook_upload"))
    assert answer.status_code == 422
    assert "Choose the workbook that you filled in." in answer.content.decode()


def test_a_check_that_takes_long_goes_on_in_a_worker(
    plan, administrator, monkeypatch, no_broker, django_capture_on_commit_callbacks
):
    client = signed_in(administrator)
    workbook = Edited(downloaded(client, plan))
    workbook.set_grid("split", "大同市", "coal_gangue_utilised", 500)
    with monkeypatch.context() as hasty, django_capture_on_commit_callbacks(execute=True):
        hasty.setattr(waiting, "WAITED", 0.0)
        upload = sent(client, workbook.content())
    assert upload.state == Upload.State.CHECKING
    assert ("tracker.tasks.check_workbook", upload.pk) in no_broker
    page = reverse("setup_workbook_preview", args=[upload.pk])
    shown = client.get(page).content.decode()
    assert 'http-equiv="refresh"' in shown and "<progress" in shown
    assert client.post(reverse("setup_workbook_accept", args=[upload.pk]), follow=True).status_code == 200
    tasks.check_workbook(upload.pk)
    shown = client.get(page).content.decode()
    assert 'http-equiv="refresh"' not in shown and "大同" in shown
    upload.refresh_from_db()
    assert upload.state == Upload.State.READY


def test_an_import_that_takes_long_goes_on_in_a_worker(
    plan, administrator, monkeypatch, no_broker, django_capture_on_commit_callbacks
):
    client = signed_in(administrator)
    workbook = Edited(downloaded(client, plan))
    workbook.set("person", "", username="lisi", display_name="李四")
    upload = sent(client, workbook.content())
    monkeypatch.setattr(waiting, "WAITED", 0.0)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("setup_workbook_accept", args=[upload.pk]))
    ((name, password),) = answer.context["done"].passwords
    assert password in answer.content.decode() and "continues in the background" in answer.content.decode()
    assert ("tracker.tasks.import_setup", upload.pk) in no_broker
    assert not User.objects.filter(username=name).exists()
    page = reverse("setup_workbook_preview", args=[upload.pk])
    assert 'http-equiv="refresh"' in client.get(page).content.decode()
    tasks.import_setup(upload.pk)
    tasks.import_setup(upload.pk)
    assert User.objects.get(username=name).check_password(password)
    upload.refresh_from_db()
    assert (upload.state, upload.mapping) == (Upload.State.ACCEPTED, {})
    told = Event.objects.filter(action=Event.Action.WORKBOOK_ACCEPTED).order_by("pk")
    assert [event.after["state"] for event in told] == ["loading", "accepted"]


def left_to_a_worker(client: Client, plan, administrator: User) -> Upload:
    workbook = Edited(downloaded(client, plan))
    workbook.set("person", "", username="lisi", display_name="李四")
    upload = sent(client, workbook.content())
    assert setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW, seconds=0.0).is_waiting
    return upload


def test_what_changed_before_the_worker_came_is_said_and_nothing_is_imported(plan, administrator, no_broker):
    client = signed_in(administrator)
    upload = left_to_a_worker(client, plan, administrator)
    User.objects.create_user("lisi", password=PASSWORD)
    tasks.import_setup(upload.pk)
    shown = client.get(reverse("setup_workbook_preview", args=[upload.pk])).content.decode()
    upload.refresh_from_db()
    assert upload.failure.startswith("未导入") and upload.failure in shown
    assert (upload.state, upload.decided_by, upload.mapping) == (Upload.State.READY, None, {})


def test_an_import_whose_message_was_lost_is_found_and_at_last_given_up(plan, administrator, no_broker):
    upload = left_to_a_worker(signed_in(administrator), plan, administrator)
    assert setup_workbook.waiting_imports(now=NOW) == []
    assert setup_workbook.waiting_imports(now=NOW + timedelta(minutes=2)) == [upload.pk]
    late = NOW + timedelta(minutes=11)
    assert setup_workbook.waiting_imports(now=late) == []
    setup_workbook.give_up_imports(now=late)
    upload.refresh_from_db()
    assert upload.state == Upload.State.READY and upload.failure


def test_sheets_are_named_in_the_readers_language(plan, administrator):
    upload = sent(signed_in(administrator, "zh-hans"), downloaded(signed_in(administrator, "zh-hans"), plan))
    administrator.language = "en"
    administrator.save()
    html = signed_in(administrator).get(reverse("setup_workbook_preview", args=[upload.pk])).content.decode()
    assert "<td>Targets</td>" in html and "<td>目标</td>" not in html


def test_rows_dated_back_are_imported_once_their_documents_were_seen(plan, administrator):
    issue(plan, "compliance", code="2020-08")
    client = signed_in(administrator)
    book = Edited(downloaded(client, plan))
    row = {"effective_from": date(2020, 8, 1), "level_one_below": -15, "document_number": "〔2020〕9号"}
    book.set("rule_change", "", **row)
    upload = sent(client, book.content())
    page = client.get(reverse("setup_workbook_preview", args=[upload.pk])).content.decode()
    assert "compliance report (August 2020), 2020, no. 8" in page and 'name="documents_seen"' in page
    accept = reverse("setup_workbook_accept", args=[upload.pk])
    assert "tick that you have seen them" in client.post(accept, follow=True).content.decode()
    assert not RuleChange.objects.exists()
    client.post(accept, {"documents_seen": "yes"})
    assert RuleChange.objects.get().level_one_below == -15
