"""Digests in place of personal data in the event log.

    digest = "hmac-sha256:" HMAC-SHA-256( key of the row, model "." field NUL value )

An auditor proves with the key that a value is the one that was recorded. Erasing the key leaves the chain of seals as
it is, and nothing from which the value could be found, not even by trying all telephone numbers.
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from tracker.models import Delivery, PersonalKey
from tracker.models.personal import PERSONAL

BEGINNING = "hmac-sha256:"


def without_personal(row: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values for the log, those of personal fields as digests. Empty ones stay as they are."""
    fields = PERSONAL.get(row._meta.model_name or "", frozenset())
    return {name: digest_of(row, name, value) if name in fields and value else value for name, value in values.items()}


def digest_of(row: Model, field: str, value: Any) -> str:
    """Return the digest of one field of a stored row, under the row's own key."""
    content = f"{row._meta.model_name}.{field}\0{value}".encode()
    return BEGINNING + hmac.digest(_key_of(row), content, "sha256").hex()


def recipient_in_log(delivery: Delivery) -> str:
    """Return the digest of a mail's address, under the key of the person, else of the subscription."""
    return digest_of(delivery.user or delivery.subscription or delivery, "recipient", delivery.recipient)


def without_addresses(answer: str, *addresses: str) -> str:
    """Return a mail server's answer without these addresses, for the log."""
    for address in filter(None, addresses):
        answer = re.sub(re.escape(address), "<…>", answer, flags=re.IGNORECASE)
    return answer


def erase_key(row: Model) -> None:
    """Remove the key of a row: its digests can no longer be tested."""
    PersonalKey.objects.filter(model=row._meta.model_name, row=row.pk).delete()


def _key_of(row: Model) -> bytes:
    found, _is_new = PersonalKey.objects.get_or_create(
        model=row._meta.model_name, row=row.pk, defaults={"key": secrets.token_hex(32)}
    )
    return bytes.fromhex(found.key)
