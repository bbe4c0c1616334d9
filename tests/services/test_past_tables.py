"""A table of past periods: sent in, checked by a worker, accepted by another person, loaded whole or not at all."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from tests.factories import NOW, TAIYUAN, make_user
from tests.services.past import ASH, GANGUE, make_past_plan, make_plain_unit
from tracker import tasks
from tracker.models import Entry, Event, Job, Plan, Return, Role, Upload, User, ValueRevision
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.imports.past_values import load
from tracker.services.imports.past_values.decide import ask_acceptance, discard_table, settle
from tracker.services.imports.past_values.receive import ask_check, mapping_of, send_table
from tracker.services.imports.past_values.run_job import run_import_job
from tracker.services.operations import jobs
from tracker.services.returns.totals import differing_totals

pytestmark = pytest.mark.django_db
HEADINGS = ["地区", "报告期", "指标", "数值", "备注"]
ROWS = [["太原市", "2019年8月", GANGUE, 6500.5, "核对无误"], ["太原市", "2019年8月", ASH, "120万吨", None]]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def past(plan: Plan) -> Plan:
    past = make_past_plan()
    make_plain_unit()
    return past


@pytest.fixture
def sender(plan: Plan) -> User:
    return make_user("plan-manager", Role.PLAN_MANAGER)


def workbook(*rows, name: str = "2019.xlsx", title: str = "Sheet1") -> ContentFile:
    book, content = Workbook(), BytesIO()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(content)
    return ContentFile(content.getvalue(), name)


def sent(past: Plan, sender: User, *rows) -> Upload:
    return send_table(workbook(["历史数据"], HEADINGS, *(rows or ROWS)), past, acting_user=sender, now=NOW)


def run(job: Job) -> Job:
    run_import_job(job.pk, clock=lambda: NOW)
    job.refresh_from_db()
    return job


def checked(past: Plan, sender: User, *rows) -> Upload:
    upload = sent(past, sender, *rows)
    run(ask_check(upload, mapping_of(upload), acting_user=sender, now=NOW))
    upload.refresh_from_db()
    return upload


def accepted(upload: Upload, acceptor: User) -> Job:
    return ask_acceptance(upload, acting_user=acceptor, now=NOW, seen_job=upload.job_id)


def written() -> tuple[int, int, int]:
    return Return.objects.count(), Entry.objects.count(), ValueRevision.objects.count()


def test_a_table_is_loaded_after_check_and_acceptance(past, sender, reviewer):
    upload = checked(past, sender)
    assert (upload.state, upload.preview["counts"]["new"], upload.preview["returns"]) == ("ready", 2, 1)
    assert written() == (0, 0, 0), "nothing is written before it is accepted"
    job = run(accepted(upload, reviewer))
    upload.refresh_from_db()
    assert (job.state, upload.state, upload.decided_by) == ("done", "accepted", reviewer)
    assert written() == (1, 2, 4)
    filed = Return.objects.get()
    assert (filed.submitted_by, filed.verified_by, filed.loaded_from) == (sender, reviewer, upload)
    assert ValueRevision.objects.order_by("pk").first().source_place == "2019.xlsx Sheet1!D3"
    assert Event.objects.get(action=Event.Action.TABLE_LOADED).after["values"] == 2
    assert differing_totals() == []


def test_the_same_message_twice_loads_once(past, sender, reviewer):
    job = accepted(checked(past, sender), reviewer)
    run(job)
    run(job)
    assert written() == (1, 2, 4)


def test_the_task_does_jobs_of_either_kind(past, sender, reviewer, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    tasks.run_job(404)
    tasks.run_job(accepted(checked(past, sender), reviewer).pk)
    assert written() == (1, 2, 4)


def test_who_sent_it_in_cannot_accept_it(past, reviewer):
    upload = checked(past, reviewer)
    with pytest.raises(NotAllowed):
        accepted(upload, reviewer)


def test_accepting_takes_a_reviewer_of_the_whole_region(past, sender, leader):
    upload = checked(past, sender)
    for person in (leader, make_user("city", Role.REVIEWER, TAIYUAN), make_user("other", Role.PLAN_MANAGER)):
        with pytest.raises(NotAllowed):
            accepted(upload, person)


def test_who_may_send_in_nothing_is_refused(past, leader):
    with pytest.raises(NotAllowed):
        sent(past, leader)


def test_what_is_no_table_leaves_nothing_behind(past, sender, settings):
    with pytest.raises(Refused, match="no Excel workbook"):
        send_table(ContentFile(b"words", "a.xlsx"), past, acting_user=sender, now=NOW)
    assert not Upload.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_text_of_chinese_excel_is_read(past, sender):
    text = "\n".join(",".join(line) for line in [HEADINGS, ["太原市", "201908", GANGUE, "65", "是"]])
    upload = send_table(ContentFile(text.encode("gb18030"), "2019.csv"), past, acting_user=sender, now=NOW)
    run(ask_check(upload, mapping_of(upload), acting_user=sender, now=NOW))
    upload.refresh_from_db()
    assert (upload.state, upload.preview["new"][0]["place"]) == ("ready", "D2")


def test_wrong_rows_are_listed_with_place_and_remedy_and_nothing_can_be_accepted(past, sender, reviewer):
    upload = checked(past, sender, *ROWS, ["火星市", "2019年8月", GANGUE, 5], ["太原市", "2019年9月", GANGUE, "-3"])
    assert (upload.state, upload.preview["counts"]["wrong"]) == ("wrong", 2)
    assert [one["place"] for one in upload.preview["wrong"]] == ["A5", "D6"]
    assert "火星市" in upload.preview["wrong"][0]["message"]
    with pytest.raises(ChangedMeanwhile):
        accepted(upload, reviewer)
    lines = load_workbook(upload.marked_file.path).active
    text = [[cell.value for cell in row] for row in lines.iter_rows()]
    assert any("A5" in row and "Sheet1" in row for row in text)


def test_what_differs_from_what_stands_is_shown_as_a_conflict(past, sender, reviewer):
    run(accepted(checked(past, sender), reviewer))
    upload = checked(past, sender, ["太原市", "2019年8月", GANGUE, 7], ROWS[1])
    assert upload.state == "wrong"
    assert (upload.preview["counts"]["conflicts"], upload.preview["counts"]["same"]) == (1, 1)
    assert "say why below" in upload.preview["conflicts"][0]["message"]


def test_a_table_of_which_all_stands_is_not_to_be_loaded(past, sender, reviewer):
    run(accepted(checked(past, sender), reviewer))
    upload = checked(past, sender)
    assert (upload.state, upload.preview["counts"]["same"]) == ("wrong", 2)
    assert "stands already" in upload.failure


def test_what_another_person_entered_meanwhile_stops_the_load(past, sender, reviewer):
    first, second = checked(past, sender), checked(past, sender, ["太原市", "2019年8月", GANGUE, 7])
    run(accepted(first, reviewer))
    job = run(accepted(second, reviewer))
    second.refresh_from_db()
    assert (job.state, second.state) == ("failed", "wrong")
    assert "Check it again" in second.failure
    assert written() == (1, 2, 4)


def test_a_fault_in_the_middle_leaves_nothing_and_the_table_can_be_accepted_again(past, sender, reviewer, monkeypatch):
    upload = checked(past, sender)
    with monkeypatch.context() as patched:
        patched.setattr(load, "add_return", lambda *_returns: 1 / 0)
        job = run(accepted(upload, reviewer))
    assert (job.state, written()) == ("failed", (0, 0, 0))
    settle(upload)
    assert upload.state == "ready"
    assert run(accepted(upload, reviewer)).state == "done"


def test_a_job_that_was_cancelled_while_it_wrote_leaves_nothing(past, sender, reviewer, monkeypatch):
    upload = checked(past, sender)
    job = accepted(upload, reviewer)
    add_return = load.add_return

    def cancelled_meanwhile(*returns):
        add_return(*returns)
        Job.objects.filter(pk=job.pk).update(claim="another worker")

    monkeypatch.setattr(load, "add_return", cancelled_meanwhile)
    run(job)
    assert written() == (0, 0, 0)
    assert differing_totals() == []


def test_a_worker_that_died_is_followed_by_another_that_loads_once(past, sender, reviewer):
    job = accepted(checked(past, sender), reviewer)
    assert jobs.claim_job(job.pk, now=NOW)
    later = NOW + jobs.LEASE + timedelta(seconds=1)
    assert jobs.sweep_jobs(now=later) == [job.pk]
    run_import_job(job.pk, clock=lambda: later)
    assert written() == (1, 2, 4)


def test_a_job_that_fails_again_and_again_says_that_nothing_was_loaded(past, sender, reviewer):
    job = accepted(checked(past, sender), reviewer)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=jobs.MAX_ATTEMPTS, lease_until=NOW)
    jobs.sweep_jobs(now=NOW + timedelta(days=1))
    job.refresh_from_db()
    assert "Nothing was loaded" in job.failure
    assert Event.objects.filter(action=Event.Action.TABLE_FAILED).exists()


def test_a_preview_that_was_checked_again_is_not_accepted_unseen(past, sender, reviewer):
    upload = checked(past, sender)
    seen = upload.job_id
    run(ask_check(upload, mapping_of(upload), acting_user=sender, now=NOW))
    with pytest.raises(ChangedMeanwhile):
        ask_acceptance(upload, acting_user=reviewer, now=NOW, seen_job=seen)


def test_a_stored_file_that_was_changed_is_not_loaded(past, sender, reviewer):
    upload = checked(past, sender)
    Path(upload.file.path).write_bytes(b"other")
    assert run(accepted(upload, reviewer)).state == "failed"
    assert written() == (0, 0, 0)


def test_a_discarded_table_is_neither_checked_nor_accepted(past, sender, reviewer):
    upload = checked(past, sender)
    discard_table(upload, acting_user=sender, now=NOW)
    for work in (lambda: accepted(upload, reviewer), lambda: discard_table(upload, acting_user=sender, now=NOW)):
        with pytest.raises(ChangedMeanwhile):
            work()
    assert Event.objects.filter(action=Event.Action.TABLE_DISCARDED).count() == 1


def test_a_stranger_cannot_discard_it(past, sender, reporter):
    with pytest.raises(NotAllowed):
        discard_table(checked(past, sender), acting_user=reporter, now=NOW)


def test_tables_are_seen_by_who_sent_them_in_and_who_may_accept_them(past, sender, reviewer, reporter):
    upload = checked(past, sender)
    seen = {
        person.username
        for person in (sender, reviewer, reporter)
        if Upload.objects.visible_to(person).filter(pk=upload.pk).exists()
    }
    assert seen == {"plan-manager", "reviewer"}


def test_progress_is_told_while_checking(past, sender, monkeypatch):
    told = []
    report = jobs.report_progress
    monkeypatch.setattr(
        jobs,
        "report_progress",
        lambda job, done, total, text, **more: (told.append((done, total)), report(job, done, total, text, **more)),
    )
    checked(past, sender)
    assert told == [(0, 0), (3, 4)]
