"""What a proxy says about its client, believed from the proxies that are named in the settings and from nobody else."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

#: How a peer on a Unix socket is named in TRUSTED_PROXIES: it has no address.
UNIX = "unix"
SAID = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED")


class TrustedProxiesMiddleware:
    """From a trusted proxy, the client's address stands for its own; from others, what they forward is not seen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_trusted(request.META.get("REMOTE_ADDR", "")):
            request.META["REMOTE_ADDR"] = client_of(request)
        else:
            for name in SAID:
                request.META.pop(name, None)
        return self.get_response(request)


def client_of(request: HttpRequest) -> str:
    """Return the nearest address that is not a trusted proxy's.

    Each proxy adds its peer at the end; a client can write anything before that.
    """
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    for said in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        try:
            nearest = str(ip_address(said.strip()))
        except ValueError:
            return nearest
        if not is_trusted(nearest):
            return nearest
    return nearest


def is_trusted(address: str) -> bool:
    """Return True if this is the address of a proxy named in TRUSTED_PROXIES."""
    if not settings.TRUSTED_PROXIES:
        return False
    try:
        peer = ip_address(address)
    except ValueError:
        return UNIX in settings.TRUSTED_PROXIES
    networks = [ip_network(named, strict=False) for named in settings.TRUSTED_PROXIES if named != UNIX]
    return any(peer in network for network in networks)
