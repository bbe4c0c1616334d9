"""The organisation's name, logo, contact for help and number in the footer."""

from dataclasses import fields

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tracker.models import Identity, Notice
from tracker.queries.errors import Refused
from tracker.queries.mail.outside import read_domains
from tracker.services.operations.identity import IdentityWords, may_set_identity, save_identity
from tracker.web.requests import SignedInRequest


class IdentityForm(forms.Form):
    """Return the organisation's details for every page."""

    name = forms.CharField(
        label=gettext_lazy("name of the organisation"),
        max_length=200,
        help_text=gettext_lazy("Stands in the header of every page, such as 山西省工业和信息化厅."),
    )
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=200, required=False)
    logo = forms.FileField(
        label=gettext_lazy("logo"),
        required=False,
        help_text=gettext_lazy("A PNG or JPEG of at most 200 KB; it is shown 32 pixels high. Empty: it stays."),
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
    )
    removes_logo = forms.BooleanField(label=gettext_lazy("remove the logo"), required=False)
    help_contact = forms.CharField(
        label=gettext_lazy("contact for help"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Whom users ask, such as 技术支持 0351-1234567."),
    )
    footer_number = forms.CharField(
        label=gettext_lazy("number in the footer"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Such as the registration 晋ICP备12345678号."),
    )
    own_domains = forms.CharField(
        label=gettext_lazy("own mail domains"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Such as example.gov.cn, one a line. Documents in mail to other addresses, and to addresses that no "
            "account has, come without names of people."
        ),
    )
    notice = forms.CharField(
        label=gettext_lazy("notice on personal data"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "Shown at the first sign-in. After a change everybody reads it again. Empty: the text that comes with the "
            "tracker."
        ),
    )
    notice_en = forms.CharField(
        label=gettext_lazy("notice on personal data in English"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    revision_policy = forms.CharField(
        label=gettext_lazy("revision policy"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("When and how figures are revised. Empty: the usual policy is shown."),
    )
    revision_policy_en = forms.CharField(
        label=gettext_lazy("revision policy in English"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean_own_domains(self) -> str:
        """Return the domains, one a line."""
        return "\n".join(read_domains(self.cleaned_data["own_domains"]))


@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: SignedInRequest) -> HttpResponse:
    """Show or set it."""
    if not may_set_identity(request.user):
        raise PermissionDenied
    stored = Identity.objects.first()
    initial = {name: getattr(stored, name) for name in IdentityForm.base_fields if hasattr(stored, name)}
    initial.pop("logo", None)
    newest = Notice.objects.first()
    initial |= {"notice": newest.text, "notice_en": newest.text_en} if newest else {}
    form = IdentityForm(request.POST if request.method == "POST" else None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            saved = save_identity(
                IdentityWords(**{field.name: data[field.name] for field in fields(IdentityWords)}),
                seen_notice=_number(request.POST.get("seen_notice", "")),
                logo=data["logo"],
                removes_logo=data["removes_logo"],
                seen=_number(request.POST.get("seen", "")),
                acting_user=request.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            for name, text in refusal.fields.items() or [("", refusal.message)]:
                form.add_error(name or None, text)
        else:
            messages.success(request, _told(saved, form))
            return redirect("identity")
    context = {"form": form, "stored": stored, "notice_version": newest.version if newest else 0}
    status = 422 if request.method == "POST" else 200
    return render(request, "tracker/setup/identity.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _told(saved: Identity, form: IdentityForm) -> str:
    """Return what was saved: the fields that changed, or that none did."""
    labels = [str(form[name].label) for name in form.changed_data]
    if not labels:
        return _("Nothing was changed.")
    words = {"name": saved, "fields": _("; ").join(labels)}
    return _("Changed: %(fields)s. Every page shows it now, under the name “%(name)s”.") % words


@require_GET
@login_not_required
def logo(request: HttpRequest) -> FileResponse:
    """Return the logo, which the log-in page shows too."""
    stored = Identity.objects.exclude(logo="").first()
    if stored is None:
        raise Http404
    response = FileResponse(stored.logo.open("rb"), content_type=stored.logo_type)
    response["Cache-Control"] = "public, max-age=300"
    return response
