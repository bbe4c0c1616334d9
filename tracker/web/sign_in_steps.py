"""Steps between the password and the pages: the second step, a new password, an app, the notice, limits."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from tracker.queries.operations.rate_limits import TooOften
from tracker.services.accounts import notice, passwords, people, sessions, two_step
from tracker.web.addresses import address_of

CODE, PASSWORD, SET_UP, READ_NOTICE = "account_code", "account_password", "account_two_step", "account_notice"
#: Open at every step: leaving, and choosing a language.
OPEN = frozenset({"admin:login", "admin:logout", "admin:jsi18n", "set_language", "mail_stop"})
#: Asked by scripts while nobody does anything; it keeps no session alive.
UNATTENDED = frozenset({"job_state"})
#: In the session: when its use was noted last, and what became of the second step in it.
NOTED, SECOND_STEP = "noted", "second_step"
#: In the session, once the notice on personal data is known to be read: it is asked once a session.
NOTICE, READ = "notice", "read"
GIVEN, NONE = "given", "none"


class SignInStepsMiddleware:
    """Whoever has given the password sees the page of the next step, and no other, until all are taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _more: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not request.user.is_authenticated or name in OPEN:
            return None
        if name not in UNATTENDED:
            note_use(request)
        step = next_step(request)
        return redirect(step) if step and step != name else None

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Tell who asks for expensive things too often, on whichever page it was; record refused access."""
        if isinstance(fault, PermissionDenied) and request.user.is_authenticated:
            people.record_refused_access(
                request.user,
                request.path,
                method=request.method or "",
                now=timezone.now(),
                address=address_of(request),
            )
        if not isinstance(fault, TooOften):
            return None
        return render(request, "tracker/account/too_often.html", {"why": fault.message}, status=429)


def next_step(request: HttpRequest) -> str:
    """Return the name of the page that this user must pass first, or ""."""
    user: Any = request.user
    if SECOND_STEP not in request.session:  # asked once a session
        request.session[SECOND_STEP] = "" if two_step.device_of(user) else NONE
    if not request.session[SECOND_STEP]:
        return CODE
    if passwords.must_change(user, timezone.now()):
        return PASSWORD
    if request.session[SECOND_STEP] != GIVEN and two_step.is_required(user):
        return SET_UP
    if settings.PRIVACY_NOTICE and request.session.get(NOTICE) != READ:
        if notice.must_read(user):
            return READ_NOTICE
        request.session[NOTICE] = READ
    return ""


def pass_second_step(request: HttpRequest) -> None:
    """Continue the session under a new key, as the code was right."""
    request.session.cycle_key()
    request.session[SECOND_STEP] = GIVEN
    note_use(request, again=True)


def note_use(request: HttpRequest, *, again: bool = False) -> None:
    """Note the session's use, and so prolong it, once a minute at most, or `again` under a new key."""
    moment = timezone.now()
    if not again and abs(moment.timestamp() - request.session.get(NOTED, 0)) < settings.SESSION_NOTED_EVERY:
        return
    request.session[NOTED] = moment.timestamp()
    if request.session.session_key is None:
        request.session.save()
    sessions.note_use(
        request.user,  # type: ignore[arg-type]
        request.session.session_key or "",
        device=request.headers.get("User-Agent", ""),
        address=address_of(request),
        now=moment,
    )
