"""Searching the log of mail."""

from datetime import date, datetime, time, timedelta
from functools import cached_property

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tracker.calculation.deadlines import SHANGHAI
from tracker.filters.forms import ListForm
from tracker.models import Delivery, Period
from tracker.web.requests import SignedInRequest


def _periods(request: SignedInRequest) -> QuerySet[Period]:
    """Return the periods there is mail about."""
    return Period.objects.filter(deliveries__in=Delivery.objects.visible_to(request.user)).distinct()


def _address_is_shown(rows: QuerySet[Delivery]) -> Q:
    return Q(shows_address=True) if "shows_address" in rows.query.annotations else Q()


class DeliveryFilter(django_filters.FilterSet):
    """Mail that a person may see: by what it is, to whom, when it was made, and what the server said."""

    kind = django_filters.ChoiceFilter(label=_("kind"), choices=Delivery.Kind.choices, empty_label=_("all"))
    state = django_filters.ChoiceFilter(label=_("state"), choices=Delivery.State.choices, empty_label=_("all"))
    period = django_filters.ModelChoiceFilter(label=_("period"), queryset=_periods, empty_label=_("all"))
    recipient = django_filters.CharFilter(label=_("recipient"), method="to")
    subject = django_filters.CharFilter(label=_("subject"), lookup_expr="icontains")
    answer = django_filters.CharFilter(label=_("server's answer"), method="answered")
    since = django_filters.DateFilter(
        label=_("made from"), method="made_since", widget=forms.DateInput({"type": "date"})
    )
    until = django_filters.DateFilter(
        label=_("made until"), method="made_until", widget=forms.DateInput({"type": "date"})
    )

    class Meta:
        model = Delivery
        form = ListForm
        fields: list[str] = []

    def __init__(self, request: SignedInRequest) -> None:
        super().__init__(request.GET, Delivery.objects.visible_to(request.user).with_names(), request=request)

    def to(self, rows: QuerySet[Delivery], _name: str, value: str) -> QuerySet[Delivery]:
        """By the address, or by the person's name."""
        by_address = Q(recipient__icontains=value) & _address_is_shown(rows)
        return rows.filter(by_address | Q(user__display_name__icontains=value) | Q(user__username__icontains=value))

    def answered(self, rows: QuerySet[Delivery], _name: str, value: str) -> QuerySet[Delivery]:
        """By what the server said, which often names the address."""
        return rows.filter(Q(server_answer__icontains=value) & _address_is_shown(rows))

    def made_since(self, rows: QuerySet[Delivery], _name: str, value: date) -> QuerySet[Delivery]:
        """From the beginning of a day in Shanghai."""
        return rows.filter(created_at__gte=datetime.combine(value, time(), SHANGHAI))

    def made_until(self, rows: QuerySet[Delivery], _name: str, value: date) -> QuerySet[Delivery]:
        """Until the end of a day in Shanghai."""
        return rows.filter(created_at__lt=datetime.combine(value, time(), SHANGHAI) + timedelta(days=1))

    @cached_property
    def rows(self) -> QuerySet[Delivery]:
        """The chosen mail; nothing while a choice is bad."""
        return self.qs if self.is_valid() else self.queryset.none()
