"""/metrics: what Prometheus reads. Counts of requests are this process's own, or all processes' with
PROMETHEUS_MULTIPROC_DIR; jobs, mail and heartbeats are asked of the database at that moment.
"""

import hmac
import os
from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

OWN = CollectorRegistry()
REQUESTS = Counter("tracker_requests_total", "Requests answered", ["view", "status"], registry=OWN)
SECONDS = Histogram(
    "tracker_request_seconds",
    "How long an answer took",
    ["view"],
    registry=OWN,
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
#: A proxy stands between: the address we see is its own, and says nothing about who asks.
FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded")


def observe_request(request: HttpRequest, status: int, seconds: float) -> None:
    """Count an answer under the name of its view: addresses hold numbers, and are endless."""
    match = getattr(request, "resolver_match", None)
    view = (match.view_name or match.func.__name__) if match else "none"
    REQUESTS.labels(view, str(status)).inc()
    SECONDS.labels(view).observe(seconds)


class MetricsMiddleware:
    """Answers /metrics to whom the settings allow it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != "/metrics":
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        if not may_read(request):
            return HttpResponse("These figures are not for this address.\n", status=403, content_type="text/plain")
        return HttpResponse(figures(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def may_read(request: HttpRequest) -> bool:
    """Return who holds the token, and who asks directly, through no proxy, from an allowed network."""
    given = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return True
    if any(header in request.headers for header in FORWARDED):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in ip_network(network) for network in settings.METRICS_ALLOWED)


def figures() -> bytes:
    """All of them, in Prometheus's text form."""
    registry = CollectorRegistry()
    registry.register(Stored())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
        return generate_latest(registry)
    return generate_latest(OWN) + generate_latest(registry)


class Stored:
    """What the database knows; `tracker_database_up` is 0 where it does not answer."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One query for each family."""
        from tracker.queries.operations.metrics import (
            heartbeat_ages,
            jobs_by_state,
            mail_by_state,
            unsealed_age,
            upkeep_failures,
        )

        asked: list[tuple[str, str, list[str], Callable[[], dict[tuple[str, ...], float]]]] = [
            ("tracker_jobs", "Jobs", ["kind", "state"], jobs_by_state),
            ("tracker_mail", "Messages", ["kind", "state"], mail_by_state),
            ("tracker_upkeep_failures", "Steps and rows of periodic work that failed", ["step"], upkeep_failures),
            (
                "tracker_heartbeat_age_seconds",
                "Since the last sign of life",
                ["kind", "name"],
                lambda: heartbeat_ages(now=timezone.now()),
            ),
            (
                "tracker_unsealed_event_age_seconds",
                "Waiting time of the oldest event without a seal",
                [],
                lambda: unsealed_age(now=timezone.now()),
            ),
        ]
        up = GaugeMetricFamily("tracker_database_up", "Whether the database answers", value=1)
        try:
            for name, meaning, labels, ask in asked:
                family = GaugeMetricFamily(name, meaning, labels=labels)
                for key, value in ask().items():
                    family.add_metric(list(key), value)
                yield family
        except DatabaseError:
            up = GaugeMetricFamily("tracker_database_up", "Whether the database answers", value=0)
        yield up
