"""One's own account: the password, the second step, the sessions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.queries.errors import Refused
from tracker.services.accounts import passwords, people, sessions, two_step
from tracker.web import sign_in_steps
from tracker.web.addresses import address_of
from tracker.web.device_names import device_in_words
from tracker.web.requests import SignedInRequest


class CodeForm(forms.Form):
    """Six digits of the app, or a recovery code."""

    code = forms.CharField(
        label=_("verification code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: SignedInRequest) -> HttpResponse:
    """Show and check two-step verification at sign-in."""
    if request.session.get(sign_in_steps.SECOND_STEP) != "":
        return redirect("home")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            two_step.verify(request.user, form.cleaned_data["code"], now=timezone.now(), address=address_of(request))
        except Refused as refusal:
            form.add_error("code", refusal.message)
        else:
            sign_in_steps.pass_second_step(request)
            return redirect("home")
    context = {"form": form, "is_at_the_door": True}
    return render(request, "tracker/account/code.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: SignedInRequest) -> HttpResponse:
    """Choose a new password; the other sessions end."""
    form = PasswordChangeForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        people.change_own_password(
            request.user, form.cleaned_data["new_password1"], now=timezone.now(), address=address_of(request)
        )
        update_session_auth_hash(request, request.user)
        sign_in_steps.note_use(request, again=True)
        messages.success(request, _("Your password was changed."))
        return redirect("home")
    context = {"form": form, "why": passwords.must_change(request.user, timezone.now())}
    return render(request, "tracker/account/password.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: SignedInRequest) -> HttpResponse:
    """Set an app up: the picture to scan, then the first code; afterwards the recovery codes, shown once."""
    user = request.user
    context: dict[str, Any] = {"is_required": two_step.is_required(user)}
    if two_step.device_of(user):
        left = user.recovery_codes.filter(used_at=None).count()
        return render(request, "tracker/account/two_step_done.html", {**context, "left": left})
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = two_step.confirm(
                user,
                form.cleaned_data["code"],
                session_key=request.session.session_key or "",
                now=timezone.now(),
                address=address_of(request),
            )
        except Refused as refusal:
            form.add_error("code", refusal.message)
        else:
            sign_in_steps.pass_second_step(request)
            return render(request, "tracker/account/recovery_codes.html", {"codes": codes})
    device = two_step.new_device(user)
    context |= {"form": form, "picture": two_step.picture_of(device), "key": two_step.key_of(device)}
    return render(request, "tracker/account/two_step.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def new_codes(request: SignedInRequest) -> HttpResponse:
    """Create recovery codes and show them once; the old ones become void."""
    if not two_step.device_of(request.user):
        return redirect("account_two_step")
    codes = two_step.new_codes(request.user, now=timezone.now())
    return render(request, "tracker/account/recovery_codes.html", {"codes": codes})


@never_cache
@require_safe
def own_sessions(request: SignedInRequest) -> HttpResponse:
    """Return where one is signed in."""
    rows = [
        {
            "row": row,
            "device": device_in_words(row.device),
            "is_this": row.session_key == request.session.session_key,
        }
        for row in sessions.sessions_of(request.user, timezone.now())
    ]
    return render(request, "tracker/account/sessions.html", {"rows": rows})


@require_POST
def session_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions."""
    row = get_object_or_404(sessions.sessions_of(request.user, timezone.now()), pk=pk)
    sessions.end_session(row, acting_user=request.user, now=timezone.now())
    messages.success(request, _("The session was ended."))
    return redirect("account_sessions")
