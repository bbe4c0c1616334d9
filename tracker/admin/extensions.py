"""Extensions: who got more time and why, what runs and what ended, granting and withdrawing."""

from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import SetupAdmin
from tracker.admin.refusals import refusing
from tracker.admin.scoped import person
from tracker.calculation.deadlines import end_of
from tracker.documents import wording
from tracker.models import ExpectedReturn, Extension, Period, ReportingUnit, User
from tracker.models.access import scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.returns import extension_rights
from tracker.services.returns import extensions

RUNNING, ENDED, WITHDRAWN = "running", "ended", "withdrawn"


class UnitField(forms.ModelChoiceField):
    """Units, those of one region together."""

    def label_from_instance(self, obj: ReportingUnit) -> str:
        """Return the unit with its region."""
        return f"{obj.region} · {obj}"


class ExtensionPeriodField(forms.ModelChoiceField):
    """Periods that have begun, with when they are due."""

    def label_from_instance(self, obj: Period) -> str:
        """ "2020年8月 · due by 2020-09-07 23:59 · the plan"."""
        return _period_in_words(obj)


class ExtensionForm(forms.ModelForm):
    """More time for a unit; the acting person and the moment are set by the screen."""

    acting_user: User
    now: datetime

    unit = UnitField(ReportingUnit.objects.none(), label=_("reporting unit"))
    period = ExtensionPeriodField(Period.objects.none(), label=_("period"))
    until = forms.DateField(
        label=_("new deadline"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Submitted by 23:59:59 of this day, the return is on time. The extension then ends by itself."),
    )
    reason = forms.CharField(
        label=_("reason"),
        max_length=extensions.REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown to the unit and in the event log."),
    )

    class Meta:
        model = Extension
        fields = ("unit", "period", "until", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = [scope_of(self.acting_user, one).in_any_plan() for one in extension_rights.GRANTING]
        within = [scope.as_filter("region__path", "pk") for scope in scopes]
        expected = ExpectedReturn.objects.filter(unit=OuterRef("pk"))
        units = ReportingUnit.objects.filter(within[0] | within[1], Exists(expected))
        self.fields["unit"].queryset = units.select_related("region")  # type: ignore[attr-defined]
        begun = Period.objects.begun(self.now).filter(plan__base_year_of=None).select_related("plan")
        self.fields["period"].queryset = begun.order_by("-ends_on", "kind")  # type: ignore[attr-defined]

    def clean_until(self) -> datetime:
        """Return the exclusive deadline: the end of the day chosen, in the time zone of the period's plan."""
        chosen: date = self.cleaned_data["until"]
        period: Period | None = self.cleaned_data.get("period")
        return end_of(chosen, period.plan.zone) if period else end_of(chosen)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            refusing(self, lambda: extensions.check_extension(**data, acting_user=self.acting_user, now=self.now))
        return data

    def validate_constraints(self) -> None:
        """Skip the constraints: the service replaces the current extension by a later end."""


class RunningFilter(admin.SimpleListFilter):
    """What runs and what ended."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (RUNNING, pgettext("extension", "Running")),
            (ENDED, pgettext("extension", "Ended")),
            (WITHDRAWN, pgettext("extension", "Withdrawn")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Extension]) -> QuerySet[Extension]:
        ended = Q(withdrawn_at=None, until__lte=timezone.now())
        running = Q(withdrawn_at=None, until__gt=timezone.now())
        conditions = {RUNNING: running, ENDED: ended, WITHDRAWN: Q(withdrawn_at__isnull=False)}
        return queryset.filter(conditions.get(self.value() or "", Q()))


@admin.register(Extension)
class ExtensionAdmin(SetupAdmin):
    """Granted on a form, withdrawn by a button; what was granted is never changed or deleted."""

    form = ExtensionForm
    region_path = "unit__region__path"
    plan_field = "period__plan"
    change_form_template = "admin/tracker/extension.html"
    list_display = ("unit", "period", "last_moment", "mark", "reason", "granted_by", "granted_at")
    list_filter = (RunningFilter, ("period__plan", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("unit__region", "period__plan", "granted_by")
    search_fields = ("unit__name", "unit__name_en", "unit__code", "period__code", "reason")
    date_hierarchy = "granted_at"

    class Media:
        css: ClassVar = {"all": ["tracker/entry.css"]}

    def get_urls(self) -> list[URLPattern]:
        own = path("<int:pk>/withdraw/", self.admin_site.admin_view(self.withdraw), name="tracker_extension_withdraw")
        return [own, *super().get_urls()]

    def get_form(self, request: HttpRequest, obj: Extension | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change=change, **{**kwargs, "form": forms.ModelForm})
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.acting_user, form.now = person(request), timezone.now()
        return form

    def get_fields(self, request: HttpRequest, obj: Extension | None = None) -> Any:
        given = ("whose", "about", "last_moment", "mark", "reason", "by", "granted_at")
        if obj is None:
            return ("unit", "period", "until", "reason")
        return (*given, "withdrawn", "withdrawn_at") if obj.withdrawn_at else given

    def get_readonly_fields(self, request: HttpRequest, obj: Extension | None = None) -> Any:
        return self.get_fields(request, obj) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Extension, form: forms.ModelForm, change: bool) -> None:
        given = extensions.grant_extension(
            obj.unit, obj.period, until=obj.until, reason=obj.reason, acting_user=person(request), now=timezone.now()
        )
        obj.pk = given.pk

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """Nothing hangs on it."""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the button to withdraw what runs, for whoever may."""
        row = self.get_object(request, object_id)
        is_running = row is not None and row.withdrawn_at is None and row.until > timezone.now()
        may_withdraw = (
            is_running and row is not None and extension_rights.may_grant(person(request), row.unit, row.period)
        )
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "may_withdraw": may_withdraw}
        )

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End a running extension before its time."""
        row = self.get_queryset(request).filter(pk=pk).select_related("unit__region", "period").first()
        if row is None:
            raise Http404
        page = HttpResponseRedirect(reverse("admin:tracker_extension_change", args=[pk]))
        if request.method != "POST":
            return page
        try:
            extensions.withdraw_extension(row, acting_user=person(request), now=timezone.now())
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from None
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
        else:
            self.message_user(request, gettext("The extension was withdrawn."), messages.SUCCESS)
        return page

    # Names without links: who may grant more time does not, for that, set up units, periods or people.
    @admin.display(description=_("reporting unit"))
    def whose(self, row: Extension) -> str:
        """Return the unit with its region."""
        return f"{row.unit.region} · {row.unit}"

    @admin.display(description=_("period"))
    def about(self, row: Extension) -> str:
        """Return the period with its deadline for all other units."""
        return _period_in_words(row.period)

    @admin.display(description=_("granted by"))
    def by(self, row: Extension) -> str:
        """Return who granted it."""
        return str(row.granted_by)

    @admin.display(description=_("withdrawn by"))
    def withdrawn(self, row: Extension) -> str:
        """Return who withdrew it."""
        return str(row.withdrawn_by)

    @admin.display(description=_("new deadline"), ordering="until")
    def last_moment(self, row: Extension) -> str:
        """Return the last second that is on time."""
        return wording.moment(row.deadline)

    @admin.display(description=_("state"))
    def mark(self, row: Extension) -> SafeString:
        """Return the state (running, ended or withdrawn) as a badge with a word as well as a colour."""
        if row.withdrawn_at:
            return format_html('<span class="state">{}</span>', pgettext("extension", "Withdrawn"))
        if row.until > timezone.now():
            return format_html('<span class="state state-submitted">{}</span>', pgettext("extension", "Running"))
        return format_html('<span class="state">{}</span>', pgettext("extension", "Ended"))


def _period_in_words(period: Period) -> str:
    return gettext("%(period)s, due by %(moment)s (%(plan)s)") % {
        "period": wording.period_in_words(period.code),
        "moment": wording.moment(period.deadline),
        "plan": period.plan,
    }
