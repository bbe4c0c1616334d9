"""Personal data: what is held about oneself, the notice at the first sign-in, and erasing a closed account."""

from io import BytesIO

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tracker.models.access import Capability, people_readable_by, scope_of
from tracker.queries.accounts.held_data import held_about
from tracker.queries.accounts.notice import notice_in_force
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.accounts import notice, people
from tracker.services.personal import erase, held
from tracker.views.exporting import CSV
from tracker.web import sign_in_steps
from tracker.web.addresses import address_of
from tracker.web.requests import SignedInRequest

FORMATS = {"json": "application/json", "csv": CSV}


@never_cache
@require_safe
def own_data(request: SignedInRequest) -> HttpResponseBase:
    """Show all that is held about oneself, or give it out as a file."""
    kind = request.GET.get("_export", "")
    if kind in FORMATS:
        content = held.export_held(request.user, as_csv=kind == "csv", now=timezone.now(), address=address_of(request))
        title = _("My data")
        name = f"{title}.{kind}"
        return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=FORMATS[kind])
    return render(request, "tracker/account/data.html", {"sections": held_about(request.user)})


class ReadForm(forms.Form):
    """The confirmation of having read a version of the notice."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    has_read = forms.BooleanField(label=gettext_lazy("I have read this notice."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def privacy_notice(request: SignedInRequest) -> HttpResponse:
    """Show the notice in force; confirming it is a step of signing in while it is unread."""
    found, must_read = notice_in_force(), notice.must_read(request.user)
    form = ReadForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            notice.confirm_reading(request.user, form.cleaned_data["version"], now=timezone.now())
        except Refused as refusal:
            form = ReadForm(initial={"version": found.version})
            messages.error(request, refusal.message)
        else:
            request.session[sign_in_steps.NOTICE] = sign_in_steps.READ
            return redirect("home")
    context = {"form": form, "notice": found, "must_read": must_read, "is_at_the_door": must_read}
    return render(request, "tracker/account/notice.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase_account(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, and then erase the personal data of a closed account."""
    if not scope_of(request.user, Capability.MANAGE_ACCOUNTS).is_somewhere:
        raise PermissionDenied
    account = get_object_or_404(people_readable_by(request.user), pk=pk)
    try:
        people.require_may_change(account, request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from None
    if request.method == "POST":
        try:
            erase.erase_account(account, acting_user=request.user, now=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The personal data of account #%(number)s was erased.") % {"number": pk})
            return redirect("admin:tracker_user_changelist")
    return render(request, "tracker/account/erase.html", {"account": account})
