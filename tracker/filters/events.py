"""Filtering the event log."""

from datetime import date, datetime, time, timedelta
from functools import cached_property
from ipaddress import ip_address

import django_filters
from django import forms
from django.apps import apps
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tracker.calculation.deadlines import SHANGHAI
from tracker.filters.choices import ALL
from tracker.filters.forms import ListForm
from tracker.models import Event, User
from tracker.models.event import EventQuerySet
from tracker.web.requests import SignedInRequest

#: Tables that follow from others, or that the system keeps for itself: no event is about their rows.
FOLLOWING = frozenset(
    {
        *("periodtotal", "plantotal", "regiontotal", "expectedreturn", "expectedcell", "entry", "valuerevision"),
        *("event", "eventseal", "heartbeat", "clockstate", "upkeepfailure", "pastpassword", "planterms"),
        *("obligationcountchange", "cellcomment", "personalkey", "noticereading"),
    }
)


def kinds_of_objects() -> list[tuple[str, str]]:
    """Return what events are about: a model's name and its words, in their order."""
    every = apps.get_app_config("tracker").get_models()
    models = [model._meta for model in every if model._meta.model_name not in FOLLOWING]
    named = [(meta.model_name or "", str(capfirst(meta.verbose_name))) for meta in models]
    return sorted(named, key=lambda pair: pair[1])


class EventFilter(django_filters.FilterSet):
    """What happened, by action, person, object, address and day; all of them together."""

    action = django_filters.ChoiceFilter(label=_("action"), choices=Event.Action.choices, empty_label=ALL[1])
    person = django_filters.CharFilter(label=_("person"), method="filter_person")
    kind = django_filters.ChoiceFilter(
        label=_("kind of object"), field_name="object_type", choices=kinds_of_objects, empty_label=ALL[1]
    )
    number = django_filters.CharFilter(label=_("number of the object"), field_name="object_id", max_length=40)
    about = django_filters.CharFilter(label=_("object"), method="filter_about")
    address = django_filters.CharFilter(label=_("address"), method="filter_address", max_length=45)
    since = django_filters.DateFilter(
        label=_("from"), method="filter_since", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = django_filters.DateFilter(
        label=_("until"), method="filter_until", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
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
        named = User.objects.filter(Q(display_name__icontains=value) | Q(username=value))
        return queryset.filter(actor__in=named.values("pk"))

    def filter_about(self, queryset: EventQuerySet, _name: str, value: str) -> EventQuerySet:
        """By a part of the object's name; accounts, which the log names by number, by their present names."""
        named = User.objects.filter(Q(display_name__icontains=value) | Q(username__icontains=value))
        numbers = named.annotate(number=Cast("pk", CharField())).values("number")
        return queryset.filter(Q(object_label__icontains=value) | Q(object_type="user", object_id__in=numbers))

    def filter_address(self, queryset: EventQuerySet, _name: str, value: str) -> EventQuerySet:
        """By an address, or by how addresses begin."""
        try:
            return queryset.filter(address=str(ip_address(value)))
        except ValueError:
            return queryset.filter(address__startswith=value.lower())

    def filter_since(self, queryset: EventQuerySet, _name: str, value: date) -> EventQuerySet:
        """From the beginning of a day in Shanghai, as a moment: an index finds it."""
        return queryset.filter(recorded_at__gte=datetime.combine(value, time(), SHANGHAI))

    def filter_until(self, queryset: EventQuerySet, _name: str, value: date) -> EventQuerySet:
        """Until the end of a day in Shanghai."""
        return queryset.filter(recorded_at__lt=datetime.combine(value, time(), SHANGHAI) + timedelta(days=1))
