"""Filtering the members of a list."""

from datetime import date
from functools import cached_property
from typing import ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tracker.filters.choices import ALL, REGION_ERRORS, PageScope, PeriodFilter, RegionFilter, widget_for
from tracker.filters.forms import ListForm
from tracker.models import ListMember, ListRule, ListStep, Period, ProjectList
from tracker.models.access import Capability
from tracker.models.project_list import ListMemberQuerySet
from tracker.queries.projects.listed import members_at_stage
from tracker.queries.projects.members import counted_query
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest

COUNTED, MISSING = "counted", "missing"
ON_LIST, LEFT, EVERYBODY = "on", "left", "all"
NO_STAGE = "none"


def figure_choice(rule: ListRule, which: str) -> str:
    """Return the choice of the members that a figure counts, or of the others."""
    return f"{which}-{rule.pk}"


class MemberFilter(django_filters.FilterSet):
    """Members of one list that a person may read, at the end of a period."""

    FIGURE: ClassVar = [(COUNTED, _("counted")), (MISSING, _("not counted yet"))]
    MEMBERSHIP: ClassVar = [(ON_LIST, _("on the list")), (LEFT, _("no longer on the list")), (EVERYBODY, _("all"))]

    period = PeriodFilter(label=_("as at the end of"), method="filter_period")
    region = RegionFilter(
        field_name="project__region", label=_("region"), extra_choices=[ALL], error_messages=REGION_ERRORS
    )
    stage = django_filters.ChoiceFilter(label=_("stage"), empty_label=_("all"), method="filter_stage")
    state = django_filters.ChoiceFilter(label=_("state"), choices=ListMember.State.choices, empty_label=_("all"))
    category = django_filters.ChoiceFilter(
        label=_("category"), choices=ListMember.Category.choices, empty_label=_("all")
    )
    figure = django_filters.ChoiceFilter(
        label=_("in the figure"), choices=FIGURE, empty_label=_("all"), method="filter_figure"
    )
    membership = django_filters.ChoiceFilter(
        label=_("state on the list"), choices=MEMBERSHIP, empty_label=None, method="filter_membership"
    )
    words = django_filters.CharFilter(label=_("name, code or builder"), method="filter_words")

    class Meta:
        model = ListMember
        fields: list[str] = []
        form = ListForm

    def __init__(self, request: SignedInRequest, project_list: ProjectList) -> None:
        self.project_list = project_list
        data = request.GET.copy()
        data["plan"] = project_list.plan.code
        self.ground = PageScope(request.user, data, page_today(self.project_list.plan))
        own = PageScope(request.user, data, page_today(self.project_list.plan), Capability.ENTER)
        given = self.ground.with_defaults(("period",))
        given["membership"] = given.get("membership") or ON_LIST
        given["figure"] = self._figure(given.get("figure", ""))
        queryset = ListMember.objects.visible_to(request.user).filter(project_list=project_list).with_names()
        super().__init__(given, queryset, request=request)
        self.filters["period"].extra.update(plan=self.ground.plan, objects=self.ground.periods_of_any_kind)
        regions = {region.pk: region for region in (*self.ground.regions, *own.regions)}
        in_order = sorted(regions.values(), key=lambda region: region.path)
        self.filters["region"].extra.update(objects=in_order, widget=widget_for(in_order))
        stages = [(step.code, str(step)) for step in self.steps if step.kind == "stage"]
        self.filters["stage"].extra.update(choices=[*stages, (NO_STAGE, _("no stage yet"))])
        if not self.rules:
            del self.filters["figure"]
        elif len(self.rules) > 1:
            self.filters["figure"].extra["choices"] = [
                (figure_choice(rule, which), f"{rule.indicator}: {label}")
                for rule in self.rules
                for which, label in self.FIGURE
            ]

    def _figure(self, value: str) -> str:
        """Return a choice of counted or missing members as the form has it, with its figure if there are several."""
        which, mark, _number = value.partition("-")
        if which not in (COUNTED, MISSING) or not self.rules:
            return value
        if len(self.rules) == 1:
            return which
        return value if mark else figure_choice(self.rules[0], which)

    @cached_property
    def steps(self) -> list[ListStep]:
        """The list's steps."""
        return list(self.project_list.steps.all())

    @cached_property
    def rules(self) -> list[ListRule]:
        """The figures that are counted from the list."""
        return list(self.project_list.rules.select_related("step", "indicator"))

    @cached_property
    def chosen_period(self) -> Period | None:
        """The period at whose end the list is shown."""
        return (self.form.cleaned_data["period"] or None) if self.is_valid() else None

    @property
    def day(self) -> date:
        """The last day of the period chosen."""
        period = self.form.cleaned_data.get("period")
        return period.ends_on if isinstance(period, Period) else page_today(self.project_list.plan)

    @cached_property
    def rows(self) -> QuerySet[ListMember]:
        """The chosen members; nothing while a choice is bad."""
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_period(self, queryset: ListMemberQuerySet, _name: str, value: Period) -> ListMemberQuerySet:
        """Leave out what came later than the period, by which membership and figure are judged."""
        return queryset.filter(begins__lte=value.ends_on)

    def filter_membership(self, queryset: ListMemberQuerySet, _name: str, value: str) -> ListMemberQuerySet:
        """Return members on the list at the end of the period, or members that have left it by then."""
        if value == EVERYBODY:
            return queryset
        return queryset.on_list(self.day) if value == ON_LIST else queryset.filter(ends__lte=self.day)

    def filter_stage(self, queryset: ListMemberQuerySet, _name: str, value: str) -> ListMemberQuerySet:
        """By the stage that they were at, at the end of the period."""
        if not queryset.filter(stage_on__gt=self.day).exists():  # nothing moved on since
            return queryset.filter(stage=None) if value == NO_STAGE else queryset.filter(stage__code=value)
        steps = {step.code: step for step in self.steps}
        code = "" if value == NO_STAGE else value
        return queryset.filter(pk__in=members_at_stage(self.project_list, steps, code, self.day))

    def filter_figure(self, queryset: ListMemberQuerySet, _name: str, value: str) -> ListMemberQuerySet:
        """Return members that a figure counts at the end of the period, or the others; by default the first figure."""
        which, _mark, number = value.partition("-")
        rule = next((one for one in self.rules if str(one.pk) == number), self.rules[0])
        counted = counted_query(rule, self.day)
        return queryset.filter(pk__in=counted) if which == COUNTED else queryset.exclude(pk__in=counted)

    def filter_words(self, queryset: ListMemberQuerySet, _name: str, value: str) -> ListMemberQuerySet:
        """By a part of the name, the English name, the builder, or by a code."""
        part = Q(project__name__icontains=value) | Q(project__name_en__icontains=value)
        part |= Q(project__builder__icontains=value)
        return queryset.filter(part | Q(project__code=value) | Q(project__credit_code=value.upper()))
