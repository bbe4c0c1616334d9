"""What every page knows."""

from typing import Any

from django.http import HttpRequest

from tracker.models import ReportingUnit


def site(request: HttpRequest) -> dict[str, Any]:
    """Whether demonstration data is in the system, so that every page says so."""
    return {"has_demonstration": ReportingUnit.objects.filter(is_demonstration=True).exists()}
