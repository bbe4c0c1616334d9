"""What somebody reads who failed too often."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def locked_out(request: HttpRequest, *_told: Any, **_more: Any) -> HttpResponse:
    """Show the page in place of the log-in, with how long the lock lasts."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "tracker/account/locked.html", {"minutes": minutes}, status=429)
