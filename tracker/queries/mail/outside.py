"""Mail addresses outside the organisation."""

import re
from collections.abc import Sequence

from tracker.models import Identity, User

SEPARATORS = re.compile(r"[\s,;，；、]+")


def read_domains(text: str) -> list[str]:
    """Return the mail domains in a text, in lower case and once each.

    >>> read_domains("Example.gov.cn, @sx.gov.cn\\nexample.gov.cn")
    ['example.gov.cn', 'sx.gov.cn']
    """
    found = (one.rpartition("@")[2].strip(".").lower() for one in SEPARATORS.split(text))
    return list(dict.fromkeys(filter(None, found)))


def is_outside(address: str, domains: Sequence[str], *, user: User | None = None) -> bool:
    """Return True if an address is outside: no open account has it, or it is of none of the organisation's domains.

    Without listed domains, only the accounts decide. A subdomain belongs to its domain. `user` is the account that the
    mail is for, if any, which saves looking for one.
    """
    is_own = user is not None and user.is_active and user.email.lower() == address.lower()
    if not is_own and not User.objects.filter(email__iexact=address, is_active=True).exists():
        return True
    return bool(domains) and not is_of(address, domains)


def own_domains() -> Sequence[str]:
    """Return the organisation's mail domains."""
    return read_domains(Identity.objects.values_list("own_domains", flat=True).first() or "")


def is_of(address: str, domains: Sequence[str]) -> bool:
    """Return True if an address is of one of these domains.

    >>> is_of("a@mail.example.gov.cn", ["example.gov.cn"]), is_of("a@notexample.gov.cn", ["example.gov.cn"])
    (True, False)
    """
    domain = address.rpartition("@")[2].lower()
    return any(domain == one or domain.endswith(f".{one}") for one in domains)
