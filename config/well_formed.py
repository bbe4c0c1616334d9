"""Requests whose text no form, filter or database can hold, refused in one place before any of them reads it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from tracker.calculation.text import FORBIDDEN

#: Characters shown before the forbidden one, so that a person finds the place.
SHOWN = 30


class PlainTextMiddleware:
    """Answers 400 to a request with a control character in its path, its parameters or its fields."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Look just before the page does: who may not ask at all has been answered by then."""
        found = next(faults(request), None)
        if found is None:
            return None
        return render(request, "tracker/invisible_characters.html", {"before": found}, status=400)


def faults(request: HttpRequest) -> Iterator[str]:
    """Yield the beginning of each text that holds a forbidden character, up to that character."""
    yield from _faults([request.path])
    yield from _faults(_texts(request.GET))
    if request.method == "POST":
        yield from _faults(_texts(request.POST))


def _texts(given: QueryDict) -> Iterator[str]:
    for name, values in given.lists():
        yield name
        yield from values


def _faults(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if found := FORBIDDEN.search(text):
            yield text[max(0, found.start() - SHOWN) : found.start()]
