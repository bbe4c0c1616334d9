"""Filtering the event log."""

from functools import cached_property

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tracker.filters.choices import ALL
from tracker.filters.forms import ListForm
from tracker.models import Event
from tracker.models.event import EventQuerySet
from tracker.signed_in import SignedInRequest


class EventFilter(django_filters.FilterSet):
    """What happened, by action, person, object and day."""

    action = django_filters.ChoiceFilter(label=_("action"), choices=Event.Action.choices, empty_label=ALL[1])
    person = django_filters.CharFilter(label=_("person"), method="filter_person")
    about = django_filters.CharFilter(label=_("object"), field_name="object_label", lookup_expr="icontains")
    since = django_filters.DateFilter(
        label=_("from"),
        field_name="recorded_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    until = django_filters.DateFilter(
        label=_("until"),
        field_name="recorded_at",
        lookup_expr="date__lte",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    class Meta:
        model = Event
        fields: list[str] = []
        form = ListForm

    def __init__(self, request: SignedInRequest) -> None:
        super().__init__(request.GET, Event.objects.visible_to(request.user).select_related("actor"), request=request)

    @cached_property
    def rows(self) -> QuerySet[Event]:
        """The chosen events; nothing while a choice is bad."""
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_person(self, queryset: EventQuerySet, _name: str, value: str) -> EventQuerySet:
        """By a part of the person's name, or by the user name."""
        return queryset.filter(Q(actor__display_name__icontains=value) | Q(actor__username=value))
