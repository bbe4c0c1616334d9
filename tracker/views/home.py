"""The overview."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Where the plan stands, and what waits for this person."""
    return render(request, "tracker/home.html")
