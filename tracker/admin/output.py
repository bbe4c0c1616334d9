"""What left the system, and what happened: jobs, issued reports, the event log. All read-only."""

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import ReadOnlyAdmin
from tracker.admin.scoped import person
from tracker.models import Event, EventSeal, IssuedReport, Job, User
from tracker.models.access import Capability, scope_of
from tracker.queries.documents.editions import issue_of
from tracker.queries.documents.kinds import KINDS, name_of
from tracker.queries.errors import Refused
from tracker.services.documents import reports
from tracker.services.operations import jobs
from tracker.tasks import publish_job


def page_address(name: str, *arguments: Any) -> str:
    """Return the address of a page, or "" if the pages are not served."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Jobs: how far each is, and a way to stop it."""

    actions = ("cancel", "ask_again")
    list_display = ("__str__", "state", "progress", "requested_by", "requested_at", "finished_at", "attempts")
    list_filter = ("state", "kind")
    list_select_related = ("requested_by",)
    search_fields = ("requested_by__username", "requested_by__display_name", "failure")

    readonly_fields = ("why",)

    def get_exclude(self, request: HttpRequest, obj: Job | None = None) -> tuple[str, ...]:
        shown = ("failure", "parameters", "request_key")  # what was asked for is in the name, in words
        return shown if person(request).is_superuser else (*shown, "failure_detail")

    @admin.display(description=_("why it failed"))
    def why(self, row: Job) -> str:
        """In the reader's language."""
        return gettext(row.failure) if row.failure else "—"

    @admin.display(description=_("progress"))
    def progress(self, row: Job) -> str | SafeString:
        """Return a progress bar while the job runs, with the words beside it."""
        if not row.progress_total:
            return "—"
        text = row.progress_text or f"{row.progress_done}/{row.progress_total}"
        bar = '<progress max="{}" value="{}" aria-label="{}"></progress> {}'
        return format_html(bar, row.progress_total, row.progress_done, gettext("progress"), text)

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        """Return True for who may ask for work: who audits it only reads."""
        return scope_of(person(request), Capability.ISSUE_REPORTS).is_somewhere

    @admin.action(description=_("Cancel the selected jobs"), permissions=["cancel"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Stop them; those that have ended are named."""
        for job in queryset:
            try:
                jobs.cancel_job(job, acting_user=person(request), now=timezone.now())
            except Refused as refusal:
                self.message_user(request, f"{job}: {refusal.message}", messages.WARNING)
            else:
                self.message_user(request, gettext("%(job)s was cancelled.") % {"job": job}, messages.SUCCESS)

    @admin.action(description=_("Ask again for the chosen jobs"), permissions=["cancel"])
    def ask_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Request the same jobs once more; name those still running and those that the user may not request."""
        for job in queryset:
            try:
                with transaction.atomic():
                    again, is_new = reports.request_again(job, acting_user=person(request), now=timezone.now())
                    if is_new:
                        publish_job(again)
            except Refused as refusal:
                self.message_user(request, f"{job}: {refusal.message}", messages.WARNING)
            else:
                self.message_user(request, gettext("%(job)s was asked for.") % {"job": again}, messages.SUCCESS)


class KindFilter(admin.SimpleListFilter):
    """Reports of one kind."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every kind there is."""
        return [(kind.identifier, str(kind.name)) for kind in KINDS.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[IssuedReport]) -> QuerySet[IssuedReport]:
        """Return those of the kind chosen."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(IssuedReport)
class IssuedReportAdmin(ReadOnlyAdmin):
    """Reports as they were issued, to be downloaded; a new one is asked for on its page."""

    change_list_template = "admin/tracker/issued_reports.html"
    list_display = (
        "title",
        "kind_name",
        "period",
        "region",
        "issue",
        "issued_at",
        "issued_by",
        "has_demonstration",
        "open",
    )
    list_filter = (
        KindFilter,
        ("period", admin.RelatedOnlyFieldListFilter),
        ("region", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("period", "region", "issued_by")
    search_fields = ("title", "sha256")
    date_hierarchy = "issued_at"
    exclude = (
        "file",
        "job",
        "revisions",
        "kind",
        "book",
        "parameters",
        "issue_year",
        "issue_number",
        "edition",
        "is_correction",
        "previous_edition",
        "previous_issue",
    )
    readonly_fields = ("kind_name", "issue", "open")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """With the way to ask for a report, for those who may."""
        may_ask = scope_of(person(request), Capability.ISSUE_REPORTS).is_somewhere
        address = page_address("reports") if may_ask else ""
        return super().changelist_view(request, {"request_address": address, **(extra_context or {})})

    @admin.display(description=_("kind"), ordering="kind")
    def kind_name(self, row: IssuedReport) -> str:
        """In words."""
        return name_of(row)

    @admin.display(description=_("issue"))
    def issue(self, row: IssuedReport) -> str:
        """Its number and edition."""
        return str(issue_of(row))

    @admin.display(description=_("file"))
    def open(self, row: IssuedReport) -> str | SafeString:
        """Return a link to the file; the page it leads to checks the permission again."""
        if row.file_removed_at:
            return gettext("removed")
        address = page_address("report_file", row.pk)
        return format_html('<a href="{}">{}</a>', address, gettext("Download")) if address else "—"


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """One event with all that it holds. The log itself is read on its own page, which counts and skips nothing."""

    list_select_related = ("actor",)
    fields = ("recorded_at", "actor", "action", "kind", "about", "changes_before", "changes_after", "reason")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the page that searches, pages by place and lets out: this table grows for years."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("events")

    def get_fields(self, request: HttpRequest, obj: Event | None = None) -> list[Any]:
        return self.without_closed_links((*self.fields, "address", "in_the_chain"), request)

    def get_readonly_fields(self, request: HttpRequest, obj: Event | None = None) -> list[Any]:
        return self.get_fields(request, obj)

    @admin.display(description=_("kind of object"), ordering="object_type")
    def kind(self, row: Event) -> str:
        """Return the model's name in the reader's language."""
        from django.apps import apps

        try:
            return str(apps.get_model("tracker", row.object_type)._meta.verbose_name)
        except (LookupError, ValueError):
            return row.object_type

    @admin.display(description=_("name of the object"))
    def about(self, row: Event) -> str:
        """Return what the event is about; an account by its number and present name."""
        found = User.objects.filter(pk=row.object_id).first() if row.is_about_account else None
        return f"{row.object_label} {found}" if found else row.object_label

    @admin.display(description=_("number in the chain"))
    def in_the_chain(self, row: Event) -> str:
        """Return the seal's number in the chain and its hash, as `verify_events` names them."""
        seal = EventSeal.objects.filter(event=row).first()
        return f"{seal.sequence}  {seal.hash}" if seal else gettext("No check value yet; it is added within a minute.")

    @admin.display(description=_("before"))
    def changes_before(self, row: Event) -> str:
        """As stored."""
        return json.dumps(row.before, ensure_ascii=False, indent=1)

    @admin.display(description=_("after"))
    def changes_after(self, row: Event) -> str:
        """As stored."""
        return json.dumps(row.after, ensure_ascii=False, indent=1)
