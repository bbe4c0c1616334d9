"""/healthz and /readyz: answered before anything else, so that no session, host name or login stands in the way."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from config.celery import app
from config.release import RELEASE
from tracker.queries.operations.readiness import Part, parts
from tracker.services.storage.probe import StoreProbe

#: Seconds for which an answer holds: whoever asks without end costs one look in this time.
HOLDS = 3.0
BROKER_SECONDS = 2


class ProbeMiddleware:
    """Answers the probes; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.answers: dict[str, Callable[[], HttpResponse]] = {"/healthz": healthz, "/readyz": Readiness()}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answers.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = answer()
        response["Cache-Control"] = "no-store"
        return response


def healthz() -> HttpResponse:
    """Answer that this process is alive.

    Nothing more is checked: an unreachable database is no reason to restart it.
    """
    return JsonResponse({"alive": True})


class Readiness:
    """Each part, and 503 when one of them is not well."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.looked_at = float("-inf")
        self.found: list[Part] = []

    def __call__(self) -> HttpResponse:
        # A request during another's look is answered with what was found before: one thread waits for a slow part.
        if self.lock.acquire(blocking=not self.found):
            try:
                if monotonic() - self.looked_at > HOLDS:
                    self.found = look()
                    self.looked_at = monotonic()
            finally:
                self.lock.release()
        ready = not any(part.problem for part in self.found)
        said = {part.name: {"ok": not part.problem, "problem": part.problem} for part in self.found}
        return JsonResponse({"ready": ready, "parts": said}, status=200 if ready else 503)


STORE = StoreProbe()


def look() -> list[Part]:
    """Look at every part."""
    return parts(
        now=timezone.now(),
        reach_broker=reach_broker,
        try_store=try_store,
        queues=settings.QUEUES,
        release=RELEASE,
    )


def try_store() -> None:
    """Write, read and delete a file in the store. Raise OSError where that fails or takes too long."""
    STORE.try_store()


def reach_broker() -> None:
    """Connect to the broker and leave again. Raises what the transport raises."""
    with app.connection_for_write(connect_timeout=BROKER_SECONDS) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=BROKER_SECONDS)
        connection.default_channel  # noqa: B018 - Redis is spoken to only here
