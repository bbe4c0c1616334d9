"""Jobs: whatever workers, messages and restarts do, the work is done once."""

import threading
import time
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.factories import NOW, make_user
from tracker import tasks
from tracker.models import Event, Job, User
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.documents import reports
from tracker.services.operations import job_progress, jobs
from tracker.services.operations.job_progress import Steps

pytestmark = pytest.mark.django_db
LATER = NOW + jobs.LEASE + timedelta(seconds=1)


@pytest.fixture
def asker() -> User:
    return User.objects.create_user("asker")


@pytest.fixture
def job(asker: User) -> Job:
    return request("a report", asker)[0]


def request(key: str, asker: User) -> Job:
    return jobs.request_job(Job.Kind.REPORT, {"language": "en"}, request_key=key, acting_user=asker, now=NOW)


def claimed(job: Job, now=NOW) -> Job:
    taken = jobs.claim_job(job.pk, now=now)
    assert taken is not None
    return taken


def state_of(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


def test_the_same_request_while_one_is_active_gives_the_same_job(asker, job):
    assert request("a report", asker) == (job, False)
    claimed(job)
    assert request("a report", asker) == (job, False)


def test_the_same_request_after_the_end_gives_a_new_job(asker, job):
    jobs.finish_job(claimed(job), now=NOW)
    again, is_new = request("a report", asker)
    assert is_new
    assert again != job


def test_another_request_gives_another_job(asker, job):
    assert request("another report", asker)[1]


def test_a_request_that_another_person_made_in_the_same_moment_is_theirs(asker, job, monkeypatch):
    looks = iter([Job.objects.none(), Job.objects.all()])
    monkeypatch.setattr(Job.objects, "active", lambda: next(looks))
    assert request("a report", asker) == (job, False)


def test_only_one_of_two_workers_claims_a_job(job):
    assert claimed(job)
    assert jobs.claim_job(job.pk, now=NOW) is None


def test_a_job_that_is_gone_is_not_claimed():
    assert jobs.claim_job(404, now=NOW) is None


def test_progress_is_kept_and_renews_the_lease(job):
    working = claimed(job)
    jobs.report_progress(working, 3, 7, "x" * 300, now=LATER)
    job.refresh_from_db()
    assert (job.progress_done, job.progress_total, len(job.progress_text)) == (3, 7, 200)
    assert job.lease_until == LATER + jobs.LEASE
    assert jobs.sweep_jobs(now=LATER) == []


def test_a_lease_is_renewed_as_long_as_the_job_is_ours(asker, job):
    working = claimed(job)
    jobs.renew_lease(working, now=LATER)
    assert jobs.sweep_jobs(now=LATER) == []
    jobs.cancel_job(job, acting_user=asker, now=LATER)
    with pytest.raises(jobs.ClaimLost):
        jobs.renew_lease(working, now=LATER)


def test_steps_are_said_once_a_second_and_the_last_one_always(job):
    moments = iter(NOW + timedelta(milliseconds=300 * number) for number in range(20))
    steps = Steps(claimed(job), 9, lambda: next(moments))
    said = []
    for number in range(7):
        steps.report(f"row {number}")
        said.append(Job.objects.get().progress_text)
    assert said == ["row 0"] * 4 + ["row 4"] * 3
    steps.report_last("storing")
    job.refresh_from_db()
    assert (job.progress_text, job.progress_done, job.progress_total) == ("storing", 8, 9)


def test_steps_of_a_cancelled_job_stop_within_a_second(asker, job):
    moments = iter(NOW + timedelta(milliseconds=300 * number) for number in range(20))
    steps = Steps(claimed(job), 9, lambda: next(moments))
    steps.report("first")
    jobs.cancel_job(job, acting_user=asker, now=NOW)
    with pytest.raises(jobs.ClaimLost):
        for _number in range(4):
            steps.report("next")


def renewals(monkeypatch, *outcomes: type[Exception] | None) -> list[datetime]:
    """How often a lease is renewed, by a thread that sees no row of this test's; it ends as these say."""
    heard: list[datetime] = []

    def renew(job: Job, *, now: datetime) -> None:
        heard.append(now)
        outcome = outcomes[len(heard) - 1] if len(heard) <= len(outcomes) else None
        if outcome:
            raise outcome

    monkeypatch.setattr(jobs, "renew_lease", renew)
    monkeypatch.setattr(job_progress, "RENEW_EVERY", timedelta(milliseconds=10))
    return heard


def is_renewing(job: Job) -> bool:
    return any(thread.name == f"lease of job {job.pk}" for thread in threading.enumerate())


def test_a_job_is_kept_alive_as_long_as_its_worker_reads_also_when_the_database_is_busy(job, monkeypatch):
    heard = renewals(monkeypatch, None, OperationalError)
    with job_progress.kept_alive(job, lambda: LATER):
        wait_until(lambda: len(heard) > 3)
    assert set(heard) == {LATER}
    assert not is_renewing(job)


def test_a_job_that_was_cancelled_is_not_kept_alive(job, monkeypatch):
    heard = renewals(monkeypatch, jobs.ClaimLost)
    with job_progress.kept_alive(job, lambda: LATER):
        wait_until(lambda: not is_renewing(job))
    assert len(heard) == 1


def test_a_worker_that_hangs_keeps_no_job_for_ever(job, monkeypatch):
    heard = renewals(monkeypatch)
    monkeypatch.setattr(job_progress, "LONGEST_READING", timedelta(milliseconds=50))
    with job_progress.kept_alive(job, lambda: LATER):
        wait_until(lambda: not is_renewing(job))
    assert len(heard) == 5


def wait_until(is_so) -> None:
    """Give another thread some seconds."""
    ends = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.01)


def test_a_finished_job_shows_all_its_steps_done(job):
    working = claimed(job)
    jobs.report_progress(working, 3, 7, "half", now=NOW)
    jobs.finish_job(working, now=NOW)
    job.refresh_from_db()
    assert (job.state, job.progress_done, job.progress_total, job.finished_at) == ("done", 7, 7, NOW)


def test_a_failed_job_says_why_and_the_failure_is_recorded(job):
    jobs.fail_job(claimed(job), "The disk is full.", "Traceback ...", now=NOW)
    job.refresh_from_db()
    assert (job.state, job.failure, job.failure_detail) == ("failed", "The disk is full.", "Traceback ...")
    assert Event.objects.get(action=Event.Action.REPORT_FAILED).reason == "The disk is full."


def test_a_job_whose_worker_is_alive_is_not_swept(job):
    claimed(job)
    assert jobs.sweep_jobs(now=NOW + jobs.LEASE) == []
    assert state_of(job) == "running"


def test_a_job_whose_worker_died_is_queued_again_after_its_lease(job):
    claimed(job)
    assert jobs.sweep_jobs(now=LATER) == [job.pk]
    assert claimed(job, LATER).attempts == 2


def test_a_worker_that_comes_back_late_finds_its_claim_lost(job):
    late = claimed(job)
    jobs.sweep_jobs(now=LATER)
    with pytest.raises(jobs.ClaimLost):
        jobs.report_progress(late, 1, 2, "late", now=LATER)
    working = claimed(job, LATER)
    with pytest.raises(jobs.ClaimLost):
        jobs.finish_job(late, now=LATER)
    jobs.fail_job(late, "too late", "", now=LATER)
    assert state_of(job) == "running"
    assert not Event.objects.filter(action=Event.Action.REPORT_FAILED).exists()
    jobs.finish_job(working, now=LATER)


def test_a_job_whose_workers_die_again_and_again_fails(job):
    now = NOW
    for _attempt in range(jobs.MAX_ATTEMPTS):
        claimed(job, now)
        now += jobs.LEASE + timedelta(seconds=1)
        published = jobs.sweep_jobs(now=now)
    assert published == []
    job.refresh_from_db()
    assert job.state == "failed"
    assert "several times" in job.failure
    assert Event.objects.filter(action=Event.Action.REPORT_FAILED).count() == 1


def test_a_queued_job_whose_message_got_lost_is_published_again(job):
    assert jobs.sweep_jobs(now=NOW + jobs.REPUBLISH_AFTER) == []
    assert jobs.sweep_jobs(now=NOW + jobs.REPUBLISH_AFTER + timedelta(seconds=1)) == [job.pk]


def test_ended_jobs_are_left_alone_by_the_sweep(asker, job):
    jobs.finish_job(claimed(job), now=NOW)
    jobs.cancel_job(request("another", asker)[0], acting_user=asker, now=NOW)
    assert jobs.sweep_jobs(now=NOW + timedelta(days=1)) == []


def test_a_cancelled_job_stops_its_worker_at_the_next_progress(asker, job):
    working = claimed(job)
    jobs.cancel_job(job, acting_user=asker, now=NOW)
    with pytest.raises(jobs.ClaimLost):
        jobs.report_progress(working, 1, 2, "on", now=NOW)
    assert state_of(job) == "cancelled"
    assert Event.objects.get(action=Event.Action.JOB_CANCELLED).object_id == str(job.pk)
    assert not Event.objects.filter(action=Event.Action.REPORT_FAILED).exists()


def test_an_ended_job_cannot_be_cancelled(asker, job):
    jobs.finish_job(claimed(job), now=NOW)
    with pytest.raises(Refused):
        jobs.cancel_job(job, acting_user=asker, now=NOW)
    assert state_of(job) == "done"


def test_only_who_asked_cancels(job):
    with pytest.raises(NotAllowed):
        jobs.cancel_job(job, acting_user=User.objects.create_user("stranger"), now=NOW)
    assert state_of(job) == "queued"


def test_a_job_is_visible_to_who_asked_and_to_readers_of_its_region(plan, leader, reporter, asker):
    parameters = {"language": "en", "region_path": plan.region.path}
    job, _new = jobs.request_job(Job.Kind.REPORT, parameters, request_key="k", acting_user=asker, now=NOW)
    admin = User.objects.create_superuser("admin")
    sees = {user.username: Job.objects.visible_to(user).filter(pk=job.pk).exists() for user in (asker, leader, admin)}
    assert sees == {"asker": True, "leader": True, "admin": True}
    assert not Job.objects.visible_to(reporter).filter(pk=job.pk).exists()
    assert not Job.objects.visible_to(make_user("nobody")).filter(pk=job.pk).exists()


# Without a scheduler


@pytest.fixture
def abandoned(plan):
    """A running job whose worker was killed an hour ago."""
    job, _new = reports.request_report(
        period=factories.period(plan), region=plan.region, language="en", acting_user=None, now=NOW
    )
    jobs.claim_job(job.pk, now=NOW)
    Job.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    return Job.objects.get()


def test_the_next_worker_finds_the_job_of_a_killed_one(abandoned, no_broker, django_capture_on_commit_callbacks):
    no_broker.clear()
    with django_capture_on_commit_callbacks(execute=True):
        tasks.run_job(0)  # any job at all
    assert no_broker == [("tracker.tasks.run_job", abandoned.pk)]
    assert Job.objects.get().state == Job.State.QUEUED


@pytest.mark.parametrize("page", ["job", "job_state"])
def test_the_page_that_follows_a_job_finds_that_its_worker_died(
    abandoned, client, leader, page, no_broker, django_capture_on_commit_callbacks
):
    no_broker.clear()
    client.force_login(leader)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.get(reverse(page, args=[abandoned.pk])).status_code == 200
    assert no_broker == [("tracker.tasks.run_job", abandoned.pk)]


def test_a_job_whose_workers_died_too_often_fails_without_a_scheduler(abandoned, client, leader):
    Job.objects.update(attempts=jobs.MAX_ATTEMPTS)
    client.force_login(leader)
    assert client.get(reverse("job_state", args=[abandoned.pk])).json()["state"] == "failed"


def test_a_job_that_is_worked_on_is_left_alone(abandoned, client, leader, no_broker):
    Job.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    client.force_login(leader)
    assert client.get(reverse("job_state", args=[abandoned.pk])).json()["state"] == "running"
