"""Where a request came from, for the event log."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """Whoever asks, or None on a Unix socket; `config.proxies` has put a trusted proxy's client there."""
    address = request.META.get("REMOTE_ADDR", "")
    try:
        validate_ipv46_address(address)
    except ValidationError:
        return None
    return address
