"""Linked indicators: proposed on a form, agreed by a button, ended on a page of its own."""

from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import SetupAdmin
from tracker.admin.refusals import add_refusal, refusing
from tracker.admin.scoped import person
from tracker.models import Indicator, IndicatorLink, Obligation, Plan, User
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.plans.linked_plans import plans_beside, plans_managed
from tracker.services.plans import indicator_links


class IndicatorField(forms.ModelChoiceField):
    """Indicators with their units of measure."""

    def label_from_instance(self, obj: Indicator) -> str:
        """ "煤矸石综合利用量 (万吨)"."""
        return f"{obj} ({obj.unit})"


class LinkForm(forms.ModelForm):
    """A proposal; the acting person is set by the screen."""

    acting_user: User

    plan = forms.ModelChoiceField(Plan.objects.none(), label=_("your action plan"))
    indicator = IndicatorField(Indicator.objects.none(), label=_("indicator"))
    other_plan = forms.ModelChoiceField(
        Plan.objects.none(),
        label=_("other action plan"),
        help_text=_("A plan for which units of yours report, too."),
    )
    other_indicator = IndicatorField(
        Indicator.objects.none(),
        label=_("indicator of the other plan"),
        required=False,
        help_text=_("Empty: the same indicator."),
    )
    begins = forms.DateField(
        label=_("begins"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=IndicatorLink._meta.get_field("begins").help_text,
    )

    class Meta:
        model = IndicatorLink
        fields = ("plan", "indicator", "other_plan", "other_indicator", "frequency", "begins")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = plans_managed(self.acting_user)
        reported = Indicator.objects.filter(pk__in=Obligation.objects.order_by().values("indicator"))
        choices = {
            "plan": own,
            "other_plan": plans_beside(own),
            "indicator": reported.select_related("unit"),
            "other_indicator": reported.select_related("unit"),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("other_indicator"):
            data["other_indicator"] = data.get("indicator")
        if not self.errors:
            link = IndicatorLink(**data)
            refusing(self, lambda: indicator_links.check_link(link, acting_user=self.acting_user))
        return data

    def validate_constraints(self) -> None:
        """Leave to the service, which says at which field a link exists already."""


class EndForm(forms.Form):
    """The day from which a link does not hold any more."""

    until = forms.DateField(
        label=pgettext_lazy("link of indicators", "no longer from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=IndicatorLink._meta.get_field("until").help_text,
    )


@admin.register(IndicatorLink)
class IndicatorLinkAdmin(SetupAdmin):
    """Proposed on a form, then agreed and ended; what was agreed is never changed or deleted."""

    form = LinkForm
    region_path = "plan__region__path"
    plan_field = "plan"
    change_form_template = "admin/tracker/indicator_link.html"
    list_display = ("indicator", "plan", "other_indicator", "other_plan", "frequency", "begins", "mark")
    list_select_related = ("indicator__unit", "plan__region", "other_indicator__unit", "other_plan__region")
    search_fields = ("indicator__name", "indicator__name_en", "plan__name", "other_plan__name")
    ordering = ("-proposed_at",)

    class Media:
        css: ClassVar = {"all": ["tracker/entry.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[IndicatorLink]:
        return IndicatorLink.objects.visible_to(person(request)).order_by(*self.ordering)

    def get_urls(self) -> list[URLPattern]:
        agree = path("<int:pk>/agree/", self.admin_site.admin_view(self.agree), name="tracker_indicatorlink_agree")
        end = path("<int:pk>/end/", self.admin_site.admin_view(self.end), name="tracker_indicatorlink_end")
        return [agree, end, *super().get_urls()]

    def get_form(
        self, request: HttpRequest, obj: IndicatorLink | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change=change, **{**kwargs, "form": forms.ModelForm})
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.acting_user = person(request)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with today, and the only plan where there is one."""
        plans = list(plans_managed(person(request))[:2])
        only = {"plan": plans[0].pk} if len(plans) == 1 else {}
        return {"begins": timezone.localdate(), **only, **super().get_changeform_initial_data(request)}

    def get_fields(self, request: HttpRequest, obj: IndicatorLink | None = None) -> Any:
        if obj is None:
            return ("plan", "indicator", "other_plan", "other_indicator", "frequency", "begins")
        told = ("one", "other", "frequency", "begins", "mark", "proposed", "proposed_at")
        agreed = ("agreed", "agreed_at") if obj.agreed_at else ()
        return (*told, *agreed, *(("until", "ended", "ended_at") if obj.ended_at else ()))

    def get_readonly_fields(self, request: HttpRequest, obj: IndicatorLink | None = None) -> Any:
        return self.get_fields(request, obj) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: IndicatorLink, form: forms.ModelForm, change: bool) -> None:
        indicator_links.propose_link(obj, acting_user=person(request), now=timezone.now())

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """Nothing hangs on it."""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the buttons to agree and to end it, for who may."""
        link = self.get_object(request, object_id)
        waits = link is not None and link.is_waiting
        context = {
            "may_agree": waits and link is not None and indicator_links.manages(person(request), link.other_plan),
            "may_end": link is not None and self._may_end(request, link),
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def agree(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Agree to what was proposed."""
        link = self._found(request, pk)
        page = HttpResponseRedirect(reverse("admin:tracker_indicatorlink_change", args=[pk]))
        if request.method != "POST":
            return page
        try:
            indicator_links.agree_to_link(link, acting_user=person(request), now=timezone.now())
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from None
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
        else:
            told = gettext("Agreed. What is submitted or opened from now on is filled in for both plans.")
            self.message_user(request, told, messages.SUCCESS)
        return page

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask from which day on, and end it."""
        link, now = self._found(request, pk), timezone.now()
        if not self._may_end(request, link):
            raise PermissionDenied
        form = EndForm(request.POST if request.method == "POST" else None, initial={"until": _first_day(link, now)})
        if form.is_valid():
            try:
                indicator_links.end_link(link, **form.cleaned_data, acting_user=person(request), now=now)
            except Refused as refusal:
                add_refusal(form, refusal.message, refusal.fields)
            else:
                self.message_user(request, gettext("The link was ended."), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:tracker_indicatorlink_change", args=[pk]))
        title = gettext("End the link") if link.agreed_at else gettext("Decline the proposal")
        context = {**self.admin_site.each_context(request), "opts": self.opts, "link": link, "form": form}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/tracker/end_link.html", context | {"title": title}, status=status)

    def _found(self, request: HttpRequest, pk: int) -> IndicatorLink:
        related = ("plan__region", "other_plan__region", "indicator", "other_indicator")
        link = self.get_queryset(request).select_related(*related).filter(pk=pk).first()
        if link is None:
            raise Http404
        return link

    def _may_end(self, request: HttpRequest, link: IndicatorLink) -> bool:
        plans = (link.plan, link.other_plan)
        return link.ended_at is None and any(indicator_links.manages(person(request), plan) for plan in plans)

    @admin.display(description=_("indicator"))
    def one(self, row: IndicatorLink) -> str:
        """Return the indicator of the plan that proposed it."""
        return f"{row.plan} · {row.indicator} ({row.indicator.unit})"

    @admin.display(description=_("indicator of the other plan"))
    def other(self, row: IndicatorLink) -> str:
        """Return the indicator of the plan that was asked."""
        return f"{row.other_plan} · {row.other_indicator} ({row.other_indicator.unit})"

    @admin.display(description=_("proposed by"))
    def proposed(self, row: IndicatorLink) -> str:
        """Return who proposed it."""
        return str(row.proposed_by or gettext("the system"))

    @admin.display(description=_("agreed by"))
    def agreed(self, row: IndicatorLink) -> str:
        """Return who agreed."""
        return str(row.agreed_by)

    @admin.display(description=_("ended by"))
    def ended(self, row: IndicatorLink) -> str:
        """Return who ended it."""
        return str(row.ended_by)

    @admin.display(description=_("state"))
    def mark(self, row: IndicatorLink) -> SafeString:
        """Proposed, agreed, declined or ended, by word as well as by colour."""
        if row.is_waiting:
            told = gettext("Waits for “%(plan)s”") % {"plan": row.other_plan}
            return format_html('<span class="state state-sent_back">{}</span>', told)
        if row.agreed_at is None:
            return format_html('<span class="state">{}</span>', pgettext("link of indicators", "Declined"))
        if row.until is None:
            return format_html('<span class="state state-verified">{}</span>', pgettext("link of indicators", "Agreed"))
        told = gettext("Ends before %(day)s") % {"day": row.until.isoformat()}
        return format_html('<span class="state">{}</span>', capfirst(told))


def _first_day(link: IndicatorLink, now: datetime) -> date:
    """Return today, or the nearest day to it on which the link can end."""
    return max(link.begins, min(link.plan.day_of(now), link.plan.ends_on))
