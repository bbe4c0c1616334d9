"""An id for each request, in the answer and in every line of the log; and how long requests took."""

import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config import log_context
from config.metrics import observe_request

HEADER = "X-Request-ID"


class RequestMiddleware:
    """The outermost: what happens within is about this request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = log_context.well_formed(request.headers.get(HEADER))
        token = log_context.request_id.set(given or uuid.uuid4().hex)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response[HEADER] = log_context.request_id.get()
            observe_request(request, response.status_code, time.perf_counter() - started)
        finally:
            log_context.request_id.reset(token)
        return response
