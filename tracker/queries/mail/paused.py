"""Addresses to which no mail is sent until a person resumes them."""

from tracker.models import PausedAddress


def is_paused(address: str) -> bool:
    """Return True if nothing goes there now."""
    return PausedAddress.objects.filter(address=address, paused_at__isnull=False).exists()
