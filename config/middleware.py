"""What holds for every request: the language a person reads, the methods answered, where it comes from."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation
from django.utils.cache import patch_vary_headers

from tracker.services.audit.events import serving
from tracker.web.addresses import address_of


class BrowserLanguageMiddleware:
    """Answer in the language chosen in this browser, else in the one that the browser asks for, else in Chinese."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language",))
        return response


class PersonLanguageMiddleware:
    """Answer a person who has signed in in their own language, unless one is chosen in this browser.

    Signing in forgets what was chosen in the browser before; choosing afterwards changes the person's language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user, known = request.user, dict(settings.LANGUAGES)
        is_chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in known
        if not user.is_authenticated or is_chosen or user.language not in known:
            return self.get_response(request)
        with translation.override(user.language):
            request.LANGUAGE_CODE = user.language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", user.language)
        return response


class MethodsMiddleware:
    """Nothing here answers to PUT, DELETE and the like, whoever asks."""

    ANSWERED = frozenset({"GET", "HEAD", "POST", "OPTIONS"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in self.ANSWERED:
            return HttpResponseNotAllowed(sorted(self.ANSWERED))
        return self.get_response(request)


class AddressMiddleware:
    """What a request does is recorded with the address it came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with serving(address_of(request)):
            return self.get_response(request)


class HeadersMiddleware:
    """What browsers are told of every answer, beside what Django and the content policy say."""

    SAID = {
        "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Permitted-Cross-Domain-Policies": "none",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.SAID.items():
            response.headers.setdefault(name, value)
        if hasattr(request, "session") and request.session.accessed and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
        return response
