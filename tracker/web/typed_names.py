"""The name of an account as failed sign-ins are counted by it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from tracker.models import User

#: Part of what is stored; it never changes, whatever this module is called.
SALT = "tracker.typed-name"
UNKNOWN = "unknown-"


def typed_name(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the user name that was typed; of one that no account has, a digest under the installation's secret.

    It may be a password in the wrong box. Equal names have equal digests, so that failures are counted.
    """
    given = (credentials or {}).get("username") or request.POST.get("username") or ""
    name = str(given)
    if not name or User.objects.filter(username=name).exists():
        return name
    return UNKNOWN + salted_hmac(SALT, name, algorithm="sha256").hexdigest()[:32]
