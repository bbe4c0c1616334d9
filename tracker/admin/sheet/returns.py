"""Returns: the list, opening one, and the page on which a unit enters and a reviewer reviews."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tracker.admin.base import TrackerAdmin
from tracker.admin.refusals import add_refusal
from tracker.admin.scoped import person
from tracker.admin.sheet import return_entering, return_reviewing, return_unlocking, return_withdrawing
from tracker.admin.sheet.bulk_verifying import confirmation, verify_ticked, waiting_for
from tracker.admin.sheet.evidence import evidence_file, take_in
from tracker.admin.sheet.project_lines import lines_under_review
from tracker.admin.sheet.return_checking import answer_typing
from tracker.admin.sheet.return_filters import LevelFilter, PlanFilter, ReturnPeriodFilter, ReturnRegionFilter
from tracker.admin.sheet.return_forms import OF_PROJECT, EntryForm, OpenReturnForm, ReviewForm, SheetForm
from tracker.admin.sheet.return_overtaken import MergedForm, meet_the_others, typed_block
from tracker.admin.sheet.return_page import Mode, ReturnPage
from tracker.admin.sheet.return_unlocking import UnlockForm, UnlockPanel
from tracker.documents import wording
from tracker.models import Return
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.returns.expected_returns import expected_returns
from tracker.queries.returns.history import return_history
from tracker.services import returns
from tracker.services.returns.withdraw import note_look
from tracker.templatetags.reading import return_name
from tracker.web.page_clock import page_now

STEPS_PER_PAGE = 100

#: What each button of the page does, and the capability it takes.
BUTTONS: dict[str, tuple[Callable[..., str], Capability]] = {
    name: (act, Capability.ENTER) for name, act in return_entering.BUTTONS.items()
} | {name: (act, Capability.VERIFY) for name, act in return_reviewing.BUTTONS.items()}


@admin.register(Return)
class ReturnAdmin(TrackerAdmin):
    """The official's and the reviewer's screens."""

    change_list_template = "admin/tracker/returns.html"
    list_display = (
        *("unit", "month", "state_mark", "waits_for", "deadline", "submitted_by", "submitted_at", "timeliness", "demo"),
    )
    list_display_links = ("unit", "month")
    list_filter = (PlanFilter, ReturnPeriodFilter, "state", LevelFilter, ReturnRegionFilter)
    search_fields = ("unit__name", "unit__name_en", "unit__code", "period__code")
    date_hierarchy = "period__starts_on"
    actions = ("verify_chosen",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Return]:
        rows = Return.objects.visible_to(person(request)).with_names()
        here = request.resolver_match.url_name if request.resolver_match else ""
        is_list = bool(here and here.endswith("_changelist"))
        return rows.filter(period__plan__base_year_of=None) if is_list else rows

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("period"), ordering="period__starts_on")
    def month(self, row: Return) -> str:
        """Return the period in words."""
        return wording.period_in_words(row.period.code)

    @admin.display(description=_("state"), ordering="state")
    def state_mark(self, row: Return) -> SafeString:
        """Return the state, marked by word as well as by colour."""
        return format_html('<span class="state state-{}">{}</span>', row.state, row.get_state_display())

    @admin.display(description=_("waits for"))
    def waits_for(self, row: Return) -> str:
        """Return the region whose reviewers the return waits for."""
        return str(row.reviewing_region) if row.state == Return.State.SUBMITTED else "—"

    @admin.display(description=_("deadline"), ordering="late_from")
    def deadline(self, row: Return) -> Any:
        """Return the last second that is on time for its unit."""
        return row.deadline

    @admin.display(description=_("timeliness"))
    def timeliness(self, row: Return) -> str | SafeString:
        """Late, overdue, or on time."""
        if row.is_late:
            return format_html('<span class="state state-late">{}</span>', gettext("Late"))
        if row.is_overdue(page_now(row.period.plan)):
            return format_html('<span class="state state-late">{}</span>', gettext("Overdue"))
        return gettext("On time") if row.handed_in_at else "—"

    @admin.display(description=_("demonstration"), ordering="is_demonstration")
    def demo(self, row: Return) -> str | SafeString:
        """Return a mark for demonstration data, nothing for data that users entered."""
        mark = '<span class="state state-demonstration">{}</span>'
        return format_html(mark, gettext("Demonstration data")) if row.is_demonstration else ""

    def evidence_view(self, request: HttpRequest, pk: int, key: int) -> HttpResponseBase:
        """Return a file attached to a cell of a return that this user may open."""
        return evidence_file(request, self._visible(request, str(pk)), key)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Return all that happened to the return, oldest first."""
        unit_return = self._visible(request, object_id)
        steps = Paginator(return_history(unit_return, person(request)), STEPS_PER_PAGE)
        context = {
            "unit_return": unit_return,
            "page": steps.get_page(request.GET.get("page")),
            "title": gettext("History of %(return)s") % {"return": return_name(unit_return)},
        }
        return self._render(request, "admin/tracker/return_history.html", context)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Open a return."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        now, existing = timezone.now(), None
        expected = expected_returns(person(request), now=page_now())
        data = request.POST if request.method == "POST" else None
        form = OpenReturnForm(expected, person(request), now, data, initial=_wanted(request.GET))
        if data is not None and form.is_valid():
            unit, period = form.cleaned_data["unit"], form.cleaned_data["period"]
            try:
                opened = returns.open_return(unit, period, acting_user=person(request), now=now)
            except Refused as refusal:
                existing = self.get_queryset(request).filter(unit=unit, period=period).first()
                if existing is not None and "straight" in request.POST:  # somebody else has just opened it
                    return HttpResponseRedirect(reverse("admin:tracker_return_change", args=[existing.pk]))
                add_refusal(form, refusal.message, refusal.fields)
            else:
                return HttpResponseRedirect(reverse("admin:tracker_return_change", args=[opened.pk]))
        context = {"form": form, "has_owed": bool(expected), "existing": existing, "title": gettext("Open a return")}
        return self._render(request, "admin/tracker/open_return.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Enter, review or read a return. One that is not this person's to see does not exist."""
        unit_return = self._visible(request, object_id)
        if request.method == "POST":
            return self._answer(request, unit_return)
        page = self._page(request, unit_return)
        if page.mode is Mode.REVIEW:
            note_look(unit_return, acting_user=page.user, now=timezone.now())
        return self._show(request, page, page.new_form())

    def get_urls(self) -> list[URLPattern]:
        checks = path(
            "<path:object_id>/checks/", self.admin_site.admin_view(self.checks_view), name="tracker_return_checks"
        )
        evidence = path(
            "<int:pk>/evidence/<int:key>/",
            self.admin_site.admin_view(require_safe(self.evidence_view)),
            name="tracker_evidence_file",
        )
        several = path("verify/", self.admin_site.admin_view(self.verify_view), name="tracker_return_verify_several")
        return [several, checks, evidence, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the way to verify many at once."""
        more = {"may_verify": self.has_verify_permission(request)}
        return super().changelist_view(request, more | (extra_context or {}))

    def has_verify_permission(self, request: HttpRequest) -> bool:
        """Return True if the person reviews anything."""
        return scope_of(person(request), Capability.VERIFY).is_somewhere

    @admin.action(description=_("Verify the chosen returns, as far as they have no flags"), permissions=["verify"])
    def verify_chosen(self, request: HttpRequest, queryset: QuerySet[Return]) -> HttpResponse:
        """First say which will be verified and which not."""
        return self._render(request, "admin/tracker/verify_several.html", confirmation(request, queryset))

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        """Return all that wait in the filter of the address: asked about, and once confirmed, verified."""
        if not self.has_verify_permission(request):
            raise PermissionDenied
        waiting = reverse("admin:tracker_return_changelist") + "?state__exact=submitted"
        if request.method != "POST":
            try:
                found = self.get_changelist_instance(request).get_queryset(request)
            except IncorrectLookupParameters:
                return HttpResponseRedirect(waiting)
            return self.verify_chosen(request, waiting_for(person(request), found))
        for level, message in verify_ticked(request):
            self.message_user(request, message, level)
        return HttpResponseRedirect(waiting)

    def checks_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return what is odd about what somebody is typing."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return answer_typing(request, self._page(request, self._visible(request, object_id)))

    def _page(self, request: HttpRequest, unit_return: Return) -> ReturnPage:
        """Return the page of a return, at the time that its plan is shown."""
        return ReturnPage(unit_return, person(request), page_now(unit_return.period.plan))

    def _visible(self, request: HttpRequest, object_id: str) -> Return:
        is_number = object_id.isascii() and object_id.isdigit()
        found = self.get_queryset(request).filter(pk=object_id).first() if is_number else None
        if found is None:
            raise Http404
        return found

    def _answer(self, request: HttpRequest, unit_return: Return) -> HttpResponse:
        """Do what the button asks for; what cannot be done is shown with everything that was typed."""
        if unlocking := next((name for name in return_unlocking.BUTTONS if name in request.POST), ""):
            return self._answer_unlocking(request, unit_return, unlocking)
        if return_withdrawing.BUTTON in request.POST:
            return self._answer_withdrawing(request, unit_return)
        act, capability = next((BUTTONS[name] for name in BUTTONS if name in request.POST), (None, None))
        if not act or not capability or not unit_return.is_within(person(request), capability):
            raise PermissionDenied
        page = self._page(request, unit_return)
        kind = EntryForm if capability == Capability.ENTER else ReviewForm
        form = page.form_of(kind, request.POST)
        is_valid = form.is_valid()
        if isinstance(form, EntryForm) and self._take_files(request, page, form):
            message = gettext("Nothing you typed was saved yet: some files were refused. Choose others and save again.")
            return self._show(request, page, form, error=message)
        if not is_valid:
            return self._show(request, page, form, error=gettext("Not saved. Correct the marked fields."))
        try:
            done = act(unit_return, form, request)
        except OperationalError:  # a lock that was not to be had: what was typed must not go with it
            busy = gettext("The database did not answer in time; nothing was saved. Please save again in a moment.")
            return self._show(request, page, form, error=busy)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from None
        except ChangedMeanwhile as refusal:
            if isinstance(form, EntryForm):
                return self._meet(request, unit_return.pk, form, refusal.message)
            return self._show_overtaken(request, unit_return.pk, kind, refusal.message)
        except Refused as refusal:
            for code, text in refusal.fields.items():
                form.add_error(_field_of(form, code), text)
            fresh = self._page(request, self._visible(request, str(unit_return.pk)))
            return self._show(request, fresh, form, error=refusal.message)
        return self._done(request, unit_return, done)

    def _take_files(self, request: HttpRequest, page: ReturnPage, form: EntryForm) -> bool:
        """Keep the files that came with the sheet; whether some of them were refused and others can be chosen."""
        files = take_in(request, page.unit_return, page.rows)
        if files.message:
            self.message_user(request, files.message, messages.SUCCESS)
        for code, said in files.refused.items():
            form.add_error(f"evidence-{code}", said)
            if page.mode is not Mode.ENTER:  # the page then has no fields to say it at
                self.message_user(request, " ".join(said), messages.WARNING)
        return bool(files.refused) and page.mode is Mode.ENTER

    def _done(self, request: HttpRequest, unit_return: Return, *said: str) -> HttpResponse:
        """Say what was done, on the page as it is now. The tag lets the browser forget what it kept of the typing."""
        for message in said:
            self.message_user(request, message, messages.SUCCESS, extra_tags="saved")
        return HttpResponseRedirect(reverse("admin:tracker_return_change", args=[unit_return.pk]))

    def _answer_withdrawing(self, request: HttpRequest, unit_return: Return) -> HttpResponse:
        """As above, for the button that takes a submitted return back."""
        try:
            done = return_withdrawing.withdraw(unit_return, request)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from None
        except Refused as refusal:
            page = self._page(request, self._visible(request, str(unit_return.pk)))
            return self._show(request, page, page.new_form(), error=refusal.message)
        return self._done(request, unit_return, done)

    def _answer_unlocking(self, request: HttpRequest, unit_return: Return, button: str) -> HttpResponse:
        """As above, for the buttons about opening a verified return."""
        form = UnlockForm(request.POST)
        try:
            if not form.is_valid():
                raise Refused(gettext("Not saved. Correct the marked fields."))
            done = return_unlocking.press(button, unit_return, form, request)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from None
        except Refused as refusal:
            for name, text in refusal.fields.items():
                form.add_error(name if name in form.fields else None, text)
            page = self._page(request, self._visible(request, str(unit_return.pk)))
            return self._show(request, page, page.new_form(), error=refusal.message, unlock_form=form)
        self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:tracker_return_change", args=[unit_return.pk]))

    def _meet(self, request: HttpRequest, pk: int, typed: EntryForm, message: str) -> HttpResponse:
        """Somebody saved first. A draft whose cells do not conflict is saved with theirs; else the person chooses."""
        page = self._page(request, self._visible(request, str(pk)))
        if page.mode is not Mode.ENTER:
            return self._show(request, page, typed, error=message, was_overtaken=True)
        met = meet_the_others(typed, page.rows, page.unit_return.version)
        if "_save" in request.POST and not met.has_conflicts and met.form.is_valid():
            try:
                done = return_entering.save(page.unit_return, met.form, request)
            except ChangedMeanwhile:
                return self._meet(request, pk, typed, message)
            except Refused as refusal:
                for code, text in refusal.fields.items():
                    met.form.add_error(_field_of(met.form, code), text)
                return self._show(request, page, met.form, error=refusal.message, met=met)
            return self._done(request, page.unit_return, done, met.message())
        message = gettext("Nothing was saved: somebody else changed this return meanwhile.")
        return self._show(request, page, met.form, error=message, met=met)

    def _show_overtaken(self, request: HttpRequest, pk: int, kind: type[SheetForm], message: str) -> HttpResponse:
        """Return what the reviewer typed stays in its cell, what is stored now stands beside it."""
        page = self._page(request, self._visible(request, str(pk)))
        data = request.POST.copy()
        data["version"] = str(page.unit_return.version)
        data.update({f"seen-{row.indicator.code}": str(row.entry.reported_revision_id or "") for row in page.rows})
        form = page.form_of(kind, data)
        form.is_valid()
        if page.mode is not Mode.READ:
            message = gettext("Nothing was saved: somebody else changed this return meanwhile.")
        return self._show(request, page, form, error=message, was_overtaken=True)

    def _show(
        self,
        request: HttpRequest,
        page: ReturnPage,
        form: SheetForm | None,
        *,
        error: str = "",
        was_overtaken: bool = False,
        unlock_form: UnlockForm | None = None,
        met: MergedForm | None = None,
    ) -> HttpResponse:
        flags = page.flags(form)
        unsaved = form if page.mode is Mode.READ and isinstance(form, EntryForm) else None
        context = {
            "page": page,
            "unit_return": page.unit_return,
            "form": form if page.mode is not Mode.READ else None,
            "flags": flags,
            "lines": list(page.lines(form, flags=flags, was_overtaken=was_overtaken, met=met)),
            "project_lines": list(lines_under_review(page.projects, form)) if isinstance(form, ReviewForm) else [],
            "met": met,
            "typed_block": typed_block(unsaved, page.rows) if unsaved else "",
            "error": error,
            "was_overtaken": was_overtaken and page.mode is not Mode.READ,
            "unlock": UnlockPanel(page.unit_return, page.user, unlock_form),
            "title": return_name(page.unit_return),
        }
        return self._render(request, "admin/tracker/return_page.html", context)

    def _render(self, request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request, template, {**self.admin_site.each_context(request), "opts": self.opts, **context}
        )


def _field_of(form: SheetForm, code: str) -> str | None:
    """Return where the form shows what a service says about a cell, or about the comment."""
    member, _colon, name = code.partition(": ")
    kind = "verified" if name == "investment" else "reason"
    names = (code, f"value-{code}", f"verified-{code}", f"{OF_PROJECT}{kind}-{member}")
    # The reason belongs beside the verified value it explains.
    return next((name for name in names if name in form.fields), None)


def _wanted(query: QueryDict) -> dict[str, str]:
    """Return what the address preselects."""
    return {name: query.get(name, "") for name in ("unit", "period") if name in query}
