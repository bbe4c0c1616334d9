"""One spelling for what each database writes in its own way, so that a chain is proved on whichever it comes to.

SQLite keeps JSON as the text that was written, PostgreSQL by its meaning; an address is text here and a type there. The
second form of a seal is made over

- JSON with keys sorted by their code points, no blanks, every letter outside ASCII as \\uXXXX, and numbers in plain
  decimals with the digits they have ("1e+16" is "10000000000000000", "2.50" stays, "-0.0" is "0.0");
- an address with all its digits ("2001:0db8:0000:0000:0000:0000:0000:0001").

What is not spelled as this database and the program spell it, because somebody wrote around them, is taken as it
stands, and so differs from what was sealed: a changed blank is found as well. Only the order of keys means nothing.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from ipaddress import ip_interface
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import GenericIPAddressField

#: Faults of a text that is none of ours.
NOT_OURS = (ValueError, ValidationError, RecursionError)


def canonical_json(stored: bytes) -> bytes:
    """Return the canonical form of a JSON value; the stored bytes if it has none."""
    try:
        text = stored.decode()
        if connection.vendor == "sqlite" and json.dumps(json.loads(text)) != text:
            return stored
        return _spelled(json.loads(text, parse_int=Decimal, parse_float=Decimal)).encode()
    except NOT_OURS:
        return stored


def canonical_address(stored: bytes) -> bytes:
    """Return the canonical form of an address; the stored bytes if it has none, as with a network."""
    try:
        text = stored.decode()
        if connection.vendor == "sqlite" and GenericIPAddressField().get_prep_value(text) != text:
            return stored
        interface = ip_interface(text)
        is_address = interface.network.prefixlen == interface.max_prefixlen
        if not is_address or (connection.vendor == "sqlite" and "/" in text):
            return stored
        return interface.ip.exploded.encode()
    except NOT_OURS:
        return stored


def _spelled(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_spelled(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_spelled, value)) + "]"
    if isinstance(value, Decimal):
        return format(value if value else abs(value), "f")
    return json.dumps(value)


#: The columns that databases spell in their own ways.
CANONICAL: dict[str, Callable[[bytes], bytes]] = {
    "before": canonical_json,
    "after": canonical_json,
    "address": canonical_address,
}
