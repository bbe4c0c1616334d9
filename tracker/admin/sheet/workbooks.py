"""The month in a workbook: download the template, send it in filled, look at what it changes, accept or discard."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from tracker.admin.scoped import person
from tracker.admin.sheet.workbook_page import MonthPage, PreviewPage, periods_of
from tracker.models import Period, Upload, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.imports import return_template
from tracker.services.imports.return_template.export import export_template, template_name, units_owing
from tracker.services.imports.uploads.waiting import check_now
from tracker.tasks import publish_check
from tracker.uploads.content_types import XLSX
from tracker.web.addresses import address_of
from tracker.web.page_clock import page_now, page_today


class UploadForm(forms.Form):
    """The filled-in workbook."""

    workbook = forms.FileField(
        label=_("Workbook"),
        error_messages={
            "required": _("Choose the workbook that you filled in."),
            "empty": _("The file is empty. Save the workbook again and send it once more."),
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


class WorkbookPages:
    """The pages, under the admin site's own frame."""

    def __init__(self, site: AdminSite) -> None:
        self.site = site

    def urls(self) -> list[URLPattern]:
        """Their addresses; they stand before the returns', which take whatever else follows."""
        pages: tuple[tuple[str, Callable[..., HttpResponse | FileResponse], str], ...] = (
            ("", self.month, "workbooks"),
            ("template/", require_GET(self.template), "workbook_template"),
            ("<int:pk>/", require_GET(self.preview), "workbook"),
            ("<int:pk>/marked/", require_GET(self.marked), "workbook_marked"),
            ("<int:pk>/check/", require_POST(self.check), "workbook_check"),
            ("<int:pk>/accept/", require_POST(self.accept), "workbook_accept"),
            ("<int:pk>/discard/", require_POST(self.discard), "workbook_discard"),
            ("<int:pk>/submit/", require_POST(self.submit), "workbook_submit"),
        )
        return [
            path(f"tracker/return/workbooks/{route}", self.site.admin_view(view), name=name)
            for route, view, name in pages
        ]

    def month(self, request: HttpRequest) -> HttpResponse:
        """One period: its template, its returns, and where to send the workbook in."""
        user = self._reporter(request)
        period = self._period(request, user)
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if request.method == "POST" and period and form.is_valid():
            now = timezone.now()
            try:
                upload = return_template.receive_upload(
                    form.cleaned_data["workbook"], period, acting_user=user, now=now, address=address_of(request)
                )
            except Refused as refusal:
                form.add_error("workbook", refusal.message)
            else:
                self._check(upload)
                return self._to(upload)
        page = MonthPage(user, period, page_now(period.plan)) if period else None
        context = {"page": page, "periods": periods_of(user, page_now()), "period": period, "form": form}
        return self._render(request, "workbooks", context | {"title": gettext("Fill in with Excel")})

    def template(self, request: HttpRequest) -> HttpResponse:
        """Send the template of one unit, or of all units that the user reports for."""
        user = self._reporter(request)
        period = self._period(request, user)
        if period is None:
            raise Http404
        units = units_owing(user, period)
        wanted = request.GET.get("unit")
        if wanted:
            units = [unit for unit in units if unit.code == wanted]
        if not units:
            raise Http404
        content = export_template(units, period, acting_user=user, now=timezone.now(), address=address_of(request))
        name = content_disposition_header(True, template_name(units, period)) or "attachment"
        headers = {"Content-Disposition": name, "Cache-Control": "private, no-store"}
        return HttpResponse(content, content_type=XLSX, headers=headers)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return what a workbook would change, or what is wrong with it."""
        upload = self._own(request, pk)
        context = {"page": PreviewPage(upload), "upload": upload, "period": upload.period, "title": upload.file_name}
        return self._render(request, "workbook", context)

    def marked(self, request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
        """Send the user's own workbook with its wrong cells marked."""
        upload = self._own(request, pk)
        try:
            file = return_template.open_marked(
                upload, acting_user=person(request), now=timezone.now(), address=address_of(request)
            )
        except (Refused, FileNotFoundError):
            raise Http404 from None
        name = f"{upload.file_name.removesuffix('.xlsx')}-{gettext('marked')}.xlsx"
        return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)

    def check(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Compare the workbook once more with what stands now."""
        upload = self._own(request, pk)
        self._check(upload)
        return self._to(upload)

    def accept(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept the workbook as a whole."""

        def act(upload: Upload, user: User) -> str:
            written = return_template.accept_upload(upload, acting_user=user, now=timezone.now())
            words = ngettext(
                "%(count)s return was filled in as a draft, not yet submitted.",
                "%(count)s returns were filled in as drafts, not yet submitted.",
                len(written),
            )
            return words % {"count": len(written)}

        return self._act(request, pk, act)

    def discard(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put the workbook away."""

        def act(upload: Upload, user: User) -> str:
            return_template.discard_upload(upload, acting_user=user, now=timezone.now())
            return gettext("The workbook was discarded; no return was changed.")

        return self._act(request, pk, act)

    def submit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hand in every return that the workbook filled in."""

        def act(upload: Upload, user: User) -> str:
            done, kept = return_template.submit_accepted(upload, acting_user=user, now=timezone.now())
            for one, why in kept:
                messages.warning(request, f"{one.unit}：{why}")
            words = ngettext("%(count)s return was submitted.", "%(count)s returns were submitted.", len(done))
            return words % {"count": len(done)} if done else ""

        return self._act(request, pk, act)

    def _check(self, upload: Upload) -> None:
        """Check a workbook now, or by a worker where it is large or takes long."""
        check_now(upload, return_template.check_upload, now=timezone.now())
        if upload.state == Upload.State.CHECKING:
            publish_check(upload)

    def _act(self, request: HttpRequest, pk: int, act: Callable[[Upload, User], str]) -> HttpResponse:
        upload = self._own(request, pk)
        try:
            done = act(upload, person(request))
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from None
        except Refused as refusal:
            messages.error(request, " ".join([refusal.message, *dict.fromkeys(refusal.fields.values())]))
        else:
            if done:
                messages.success(request, done)
        return self._to(upload)

    def _reporter(self, request: HttpRequest) -> User:
        user = person(request)
        if not scope_of(user, Capability.ENTER).is_somewhere:
            raise PermissionDenied
        return user

    def _period(self, request: HttpRequest, user: User) -> Period | None:
        """Return the period of the address, or the one most likely meant; None if there is none."""
        periods = periods_of(user, page_now())
        wanted = request.GET.get("period", "")
        if wanted:
            found = [one for one in periods if str(one.pk) == wanted]
            if not found:
                raise Http404
            return found[0]
        today = page_today()
        return next((one for one in periods if one.ends_on < today), periods[0] if periods else None)

    def _own(self, request: HttpRequest, pk: int) -> Upload:
        uploaded = Upload.objects.filter(kind=Upload.Kind.TEMPLATE, uploaded_by=self._reporter(request))
        found = uploaded.select_related("period__plan", "uploaded_by").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def _to(self, upload: Upload) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:workbook", args=[upload.pk]))

    def _render(self, request: HttpRequest, name: str, context: Mapping[str, Any]) -> HttpResponse:
        request.current_app = self.site.name
        return TemplateResponse(request, f"admin/tracker/{name}.html", {**self.site.each_context(request), **context})
