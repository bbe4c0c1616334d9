"""Screens whose list shows personal data: opening it is recorded."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tracker.admin.scoped import person
from tracker.services.audit.opened_lists import PersonalList, record_opened_list
from tracker.web.addresses import address_of


class RecordsOpeningMixin:
    """List of personal data; `personal_list` is its name in the log."""

    personal_list: PersonalList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Return the list and record that it was opened."""
        response: HttpResponse = super().changelist_view(request, extra_context)  # type: ignore[misc]
        if request.method == "GET" and response.status_code == 200:
            chosen = {name: ",".join(values) for name, values in request.GET.lists()}
            record_opened_list(
                self.personal_list,
                chosen,
                acting_user=person(request),
                now=timezone.now(),
                address=address_of(request),
            )
        return response
