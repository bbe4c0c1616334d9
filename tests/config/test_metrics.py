"""/metrics: what it counts, and who may read it."""

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tests import factories
from tests.factories import NOW
from tracker.models import Heartbeat, Job
from tracker.services.documents import reports
from tracker.services.operations import heartbeats


def samples(text: str, name: str) -> dict[tuple[str, ...], float]:
    return {
        tuple(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def read(**headers: str) -> str:
    return Client().get("/metrics", **headers).content.decode()


@pytest.mark.django_db
def test_it_counts_requests_by_view_and_status_and_their_seconds():
    def count() -> float:
        return samples(read(), "tracker_requests_total").get(("302", "home"), 0)

    before = count()
    Client(headers={"host": "localhost"}).get("/")
    assert count() == before + 1
    assert samples(read(), "tracker_request_seconds_count")[("home",)] >= 1


@pytest.mark.django_db
def test_it_counts_jobs_by_kind_and_state_and_tells_who_is_alive(plan):
    reports.request_report(period=factories.period(plan), region=plan.region, language="en", acting_user=None, now=NOW)
    heartbeats.beat(Heartbeat.Kind.WORKER, "celery@one", now=NOW)
    text = read()
    assert samples(text, "tracker_jobs") == {(Job.Kind.REPORT, "queued"): 1}
    assert samples(text, "tracker_heartbeat_age_seconds")[("worker", "celery@one")] > 0
    assert samples(text, "tracker_unsealed_event_age_seconds")[()] > 0
    assert samples(text, "tracker_database_up") == {(): 1}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("meta", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "10.0.0.9"}, 403),
        ({"REMOTE_ADDR": ""}, 403),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.9"}, 403),
        ({"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        ({"REMOTE_ADDR": "10.0.0.9", "HTTP_AUTHORIZATION": "Bearer right"}, 403),
    ],
)
def test_only_this_machine_reads_it_and_only_directly(meta, status):
    assert Client().get("/metrics", **meta).status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(("token", "status"), [("right", 200), ("wrong", 403), ("", 403), ("密", 403)])
def test_a_token_opens_it_from_anywhere(settings, token, status):
    settings.METRICS_TOKEN = "right"
    meta = {"REMOTE_ADDR": "10.0.0.9", "HTTP_AUTHORIZATION": f"Bearer {token}"}
    assert Client().get("/metrics", **meta).status_code == status


@pytest.mark.django_db
def test_other_networks_are_named_by_the_settings(settings):
    settings.METRICS_ALLOWED = ["10.0.0.0/24"]
    assert Client().get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 200
    assert Client().get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 403
