"""Filtering mail."""

from functools import cached_property

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tracker.filters.forms import ListForm
from tracker.models import Delivery, Period
from tracker.signed_in import SignedInRequest


def _periods(request: SignedInRequest) -> QuerySet[Period]:
    """The periods there is mail about."""
    return Period.objects.filter(deliveries__in=Delivery.objects.visible_to(request.user)).distinct()


class DeliveryFilter(django_filters.FilterSet):
    """Mail that a person may see, by state, period and recipient."""

    kind = django_filters.ChoiceFilter(label=_("kind"), choices=Delivery.Kind.choices, empty_label=_("all"))
    state = django_filters.ChoiceFilter(label=_("state"), choices=Delivery.State.choices, empty_label=_("all"))
    period = django_filters.ModelChoiceFilter(label=_("period"), queryset=_periods, empty_label=_("all"))
    recipient = django_filters.CharFilter(label=_("recipient"), lookup_expr="icontains")

    class Meta:
        model = Delivery
        fields: list[str] = []
        form = ListForm

    def __init__(self, request: SignedInRequest) -> None:
        super().__init__(request.GET, Delivery.objects.visible_to(request.user).with_names(), request=request)

    @cached_property
    def rows(self) -> QuerySet[Delivery]:
        """The chosen mail; nothing while a choice is bad."""
        return self.qs if self.is_valid() else self.queryset.none()
