"""The list of requests to unlock, with what became of each. They are decided on the return's own page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import ReadOnlyAdmin
from tracker.admin.scoped import person
from tracker.models import UnlockRequest


@admin.register(UnlockRequest)
class UnlockRequestAdmin(ReadOnlyAdmin):
    """Who asked, why, and who answered what: the history of every verified return that was opened again or not."""

    list_display = ("about", "mark", "reason", "asked_by", "asked_at", "decided_by", "decided_at", "answer")
    list_display_links = None
    list_filter = ("state", ("unit_return__period", admin.RelatedOnlyFieldListFilter))
    search_fields = ("unit_return__unit__name", "unit_return__unit__name_en", "unit_return__period__code", "reason")
    date_hierarchy = "asked_at"

    class Media:
        css: ClassVar = {"all": ["tracker/entry.css", "tracker/review.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnlockRequest]:
        return UnlockRequest.objects.visible_to(person(request)).with_names()

    @admin.display(description=_("return"), ordering="unit_return__unit__region__path")
    def about(self, row: UnlockRequest) -> SafeString:
        """Return the return as a link to its page."""
        address = reverse("admin:tracker_return_change", args=[row.unit_return_id])
        return format_html('<a href="{}">{}</a>', address, row.unit_return)

    @admin.display(description=_("state"), ordering="state")
    def mark(self, row: UnlockRequest) -> SafeString:
        """Return what became of it, by word as well as by colour."""
        return format_html('<span class="state state-{}">{}</span>', row.state, row.get_state_display())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Redirect to the return, where a request is read and decided."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:tracker_return_change", args=[row.unit_return_id]))
