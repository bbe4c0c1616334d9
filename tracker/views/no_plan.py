"""What a page shows where there is no plan yet to show anything of."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def no_plan(request: HttpRequest, title: str) -> HttpResponse:
    """The page by its own name, and how a plan comes in."""
    return render(request, "tracker/no_plan.html", {"title": title})
