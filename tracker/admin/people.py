"""Setting up people: accounts and memberships."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from tracker.admin.account_reset import reset_page
from tracker.admin.base import SetupAdmin
from tracker.admin.opened import RecordsOpeningMixin
from tracker.admin.refusals import refusing
from tracker.admin.scoped import ScopePermissionsMixin, person
from tracker.admin.several import SeveralMixin
from tracker.documents import wording
from tracker.models import Membership, Plan, User
from tracker.models.access import Capability, people_readable_by, reads_addresses, scope_of
from tracker.queries.errors import NotAllowed
from tracker.queries.pages.overview import plans_within
from tracker.services.accounts import people
from tracker.services.accounts.plan_limits import require_plan_takes
from tracker.services.audit.opened_lists import PersonalList
from tracker.web.access_backend import may

# Who may do what is said by memberships alone.
admin.site.unregister(Group)
# Nobody reads somebody else's secret.
if admin.site.is_registered(TOTPDevice):
    admin.site.unregister(TOTPDevice)


class AccountForm(UserCreationForm):
    """A new account; a weak password is named at the password."""

    class Meta:
        model = User
        fields = ("username", "display_name", "email", "phone", "language")

    def validate_password_for_user(self, user: User, password_field_name: str = "password1") -> None:  # noqa: S107
        super().validate_password_for_user(user, password_field_name)  # type: ignore[misc]


class AccountChangeForm(UserChangeForm):
    """An account; the acting person is set by the screen. Nothing of the password's hash is shown."""

    acting_user: User
    password = None  # type: ignore[assignment]  # takes the inherited field out

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        refusing(self, lambda: people.require_may_change(self.instance, self.acting_user))
        if self.instance.pk == self.acting_user.pk and not data.get("is_active", True):
            self.add_error("is_active", _("You cannot close your own account; ask another administrator."))
        return data


class InlineMembershipForm(forms.ModelForm):
    """A role beside the account; the acting person is set by the screen."""

    acting_user: User

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        user = self.instance.user if self.instance.user_id else None
        if not self.errors and user is not None:
            given = Membership(user=user, **{name: data.get(name) for name in ("role", "region", "unit", "plan")})
            refusing(self, lambda: people.require_may_grant(given, self.acting_user))
            refusing(self, lambda: require_plan_takes(given, now=timezone.now()))
        return data


class MembershipInline(ScopePermissionsMixin, admin.TabularInline):
    """The person's roles, for who gives them."""

    model = Membership
    form = InlineMembershipForm
    fk_name = "user"
    fields = ("role", "region", "unit", "plan")
    autocomplete_fields = ("region", "unit")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.acting_user = person(request)
        return formset


@admin.register(User)
class UserAdmin(RecordsOpeningMixin, SeveralMixin, SetupAdmin, DjangoUserAdmin):
    """People. Accounts are closed, never deleted; rights come from memberships."""

    personal_list = PersonalList.ACCOUNTS
    several = ("language",)
    end_field = "is_active"

    add_form = AccountForm
    form = AccountChangeForm
    list_display = ("username", "display_name", "email", "roles", "is_active", "last_login", "is_demonstration")
    list_filter = ("is_active", "memberships__role", "is_demonstration")
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined", "back_in", "erasure")
    fieldsets = (
        (None, {"fields": ("username", "back_in")}),
        (_("Person"), {"fields": ("display_name", "email", "phone", "language")}),
        (_("Account"), {"fields": ("is_active", "is_automated", "last_login", "date_joined", "erasure")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "password1", "password2", "display_name", "email", "phone", "language")},
        ),
    )
    region_path = "memberships__region__path"
    plan_field = "memberships__plan"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """People with a membership in one's scope, and those who have none yet."""
        return people_readable_by(person(request))

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns; the mail address only for who works with it."""
        shown: Any = super().get_list_display(request)
        return shown if reads_addresses(person(request)) else tuple(name for name in shown if name != "email")

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Return what is searched; the mail address only for who sees it."""
        searched: Any = super().get_search_fields(request)
        return searched if reads_addresses(person(request)) else tuple(name for name in searched if name != "email")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or person(request).is_superuser:
            return True
        scope = scope_of(person(request), Capability.MANAGE_ACCOUNTS)
        return not obj.is_superuser and people.is_covered(obj, person(request), scope)

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, AccountChangeForm):
            form.acting_user = person(request)
        return form

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        """Roles stand in the form for who gives roles as well as accounts."""
        is_sent_without = request.method == "POST" and "memberships-TOTAL_FORMS" not in request.POST
        return () if is_sent_without or not may(person(request), "add", "membership") else (MembershipInline,)

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change: bool) -> None:
        """Give and withdraw roles as on their own screen."""
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            people.withdraw_membership(row, acting_user=person(request), now=timezone.now())
        for row in rows:
            people.grant_membership(row, acting_user=person(request), now=timezone.now())

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        now = timezone.now()
        if change:
            people.change_account(obj, acting_user=person(request), now=now)
        else:
            people.create_account(obj, form.cleaned_data["password1"], acting_user=person(request), now=now)

    def store_one_of_several(self, request: HttpRequest, row: User) -> None:
        people.change_account(row, acting_user=person(request), now=timezone.now())

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """In place of Django's screen, on which somebody else's password is typed."""
        account = self.get_object(request, id)
        if account is None:
            raise Http404
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        try:
            return reset_page(request, account, context)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from None

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields; the way to a one-time password only for those who may give this person one."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        hidden = set() if reads_addresses(person(request)) else {"email"}
        if not self.has_change_permission(request, obj):  # numbers are for who keeps them, and who calls
            hidden |= {"phone"}
        fieldsets = [
            (name, {**options, "fields": tuple(one for one in options["fields"] if one not in hidden)})
            for name, options in fieldsets
        ]
        try:
            people.require_may_reset(obj, person(request))
        except NotAllowed:
            first, *rest = fieldsets
            kept = tuple(name for name in first[1]["fields"] if name != "back_in")
            return [(first[0], {**first[1], "fields": kept}), *rest]
        return fieldsets

    @admin.display(description=_("account recovery"))
    def back_in(self, row: User) -> SafeString:
        """Return the way to a one-time password and the like."""
        address = reverse("admin:auth_user_password_change", args=[row.pk])
        return format_html(
            '<a href="{}">{}</a>', address, gettext("Temporary password, unlocking, two-step verification")
        )

    @admin.display(description=_("personal data"))
    def erasure(self, row: User) -> str | SafeString:
        """Return the way to erase it, once the account is closed."""
        if row.erased_at:
            return gettext("Erased on %(day)s") % {"day": wording.day(timezone.localtime(row.erased_at).date())}
        if row.is_active:
            return gettext("It can be erased once the account is closed.")
        return format_html(
            '<a href="{}">{}</a>', reverse("account_erase", args=[row.pk]), gettext("Erase personal data")
        )

    @admin.display(description=_("memberships"))
    def roles(self, row: User) -> str:
        """Every role with its place."""
        return "；".join(str(membership) for membership in row.memberships.all())


class MembershipForm(forms.ModelForm):
    """A membership; the acting person is set by the screen."""

    acting_user: User

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            given = Membership(**{name: data.get(name) for name in ("user", "role", "region", "unit", "plan")})
            refusing(self, lambda: people.require_may_grant(given, self.acting_user))
            refusing(self, lambda: require_plan_takes(given, now=timezone.now()))
        return data


@admin.register(Membership)
class MembershipAdmin(RecordsOpeningMixin, SetupAdmin):
    """Who holds which role, and where."""

    personal_list = PersonalList.ROLES

    form = MembershipForm
    region_path = "region__path"
    plan_field = "plan"
    list_display = ("user", "role", "region", "unit", "plan")
    list_filter = ("role", ("region", admin.RelatedOnlyFieldListFilter), ("plan", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "region", "unit", "plan")
    search_fields = ("user__username", "user__display_name", "region__name", "region__name_en", "unit__name")
    autocomplete_fields = ("user", "region", "unit")

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the plans that one's own scope reaches into: who gives roles has no screen of plans."""
        if db_field.name == "plan":
            within = plans_within(scope_of(person(request), Capability.MANAGE_PEOPLE))
            kwargs["queryset"] = Plan.objects.filter(pk__in=[plan.pk for plan in within])
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Membership | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.acting_user = person(request)
        return form

    def save_row(self, request: HttpRequest, row: Membership, change: bool) -> None:
        people.grant_membership(row, acting_user=person(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        people.withdraw_membership(obj, acting_user=person(request), now=timezone.now())
