"""What a page shows where there is no plan yet to show anything of."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def no_plan(request: HttpRequest, title: str) -> HttpResponse:
    """Show the page under its own name, and how to load a plan."""
    return render(request, "tracker/no_plan.html", {"title": title})
