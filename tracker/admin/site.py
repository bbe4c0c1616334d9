"""The admin site: for everybody with a membership."""

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from tracker.admin.icons import name_boolean_icons
from tracker.admin.sign_in_form import SignInForm
from tracker.web.addresses import address_of
from tracker.web.page_clock import page_now

if TYPE_CHECKING:
    from tracker.models import User

#: What stands together on the first page and in the side bar, by model names.
SECTIONS = (
    (_("Returns"), ("return", "unlockrequest")),
    (_("Reports"), ("issuedreport", "job")),
    (
        _("Plan"),
        (
            "plan",
            "clause",
            "indicator",
            "target",
            "allocation",
            "commitment",
            "body",
            "measureunit",
            "checkrule",
            "seriesbreak",
            "namealias",
        ),
    ),
    (
        _("Reporting obligations"),
        ("reportingunit", "obligation", "period", "extension", "region", "unitcapacity", "expectedrange"),
    ),
    (_("People"), ("user", "membership")),
    (_("Mail"), ("schedule", "subscription", "delivery")),
    (_("Log"), ("event",)),
)


name_boolean_icons()


class TrackerAdminSite(AdminSite):
    """Django's admin, entered by membership."""

    site_header = _("Policy target tracker")
    site_title = _("Policy target tracker")
    index_title = _("Entry, review and set-up")
    index_template = "admin/tracker/index.html"
    login_form = SignInForm
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Active people with a membership, and the installing administrator."""
        user = request.user
        return bool(user.is_active and (user.is_superuser or getattr(user, "current_memberships", ())))

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Log in; who came in and who was refused is recorded."""
        from tracker.queries.operations.rate_limits import has_failed_too_often
        from tracker.services.accounts import people
        from tracker.views.locked import locked_out

        if request.method != "POST":
            return super().login(request, extra_context)
        now, address = timezone.now(), address_of(request)
        if has_failed_too_often(address, now):
            return locked_out(request)
        # No transaction around this: on SQLite it would hold the write lock while the password is hashed. A sign-in
        # without its event cannot stay: the session is stored after this, and not at all where this fails.
        response = super().login(request, extra_context)
        if response.status_code == 302 and request.user.is_authenticated:
            people.record_login(request.user, now=now, address=address)
            response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # from now on the person's own language holds
        else:
            people.record_failed_login(request.POST.get("username", ""), now=now, address=address)
        return response

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Log out, and record it."""
        from tracker.services.accounts import people

        user = request.user
        response = super().logout(request, extra_context)
        if request.method == "POST" and user.is_authenticated:
            people.record_logout(user, now=timezone.now(), address=address_of(request))
        return response

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One's own password is changed on one page, within the administration and without."""
        return redirect("account_password")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Return what waits for this person, then everything else."""
        from tracker.models import EmergencyAccess, UpkeepFailure
        from tracker.models.access import Capability, scope_of
        from tracker.queries.operations.clock import look_at_clock
        from tracker.queries.pages.worklist import Worklist
        from tracker.services.accounts import emergency
        from tracker.views.setup import missing_of

        user, now = cast("User", request.user), timezone.now()
        context: dict[str, Any] = {"worklist": Worklist(user, page_now())}
        context |= missing_of(user)
        if scope_of(user, Capability.MANAGE_ACCOUNTS).is_whole:
            clock, failures = look_at_clock(now=now), UpkeepFailure.objects.count()
            context |= {"manages_installation": True, "clock": clock, "failures": failures}
        if emergency.may_see(user):
            current, waiting = (getattr(EmergencyAccess.objects, state)(now) for state in ("current", "waiting"))
            context |= {"sees_emergency": True, "current": current.select_related("user", "agreed_by")}
            context |= {"waiting_emergency": waiting.count()}
        return super().index(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Pages that belong to no single row stand before the rows' own."""
        from tracker.admin.sheet.workbooks import WorkbookPages

        return [*WorkbookPages(self).urls(), *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Return the models by what they are about, not by application."""
        apps = super().get_app_list(request, app_label)
        models = {model["object_name"].lower(): model for app in apps for model in app["models"]}
        sections = []
        for name, members in SECTIONS:
            shown = [models[member] for member in members if member in models]
            if shown:
                sections.append({**apps[0], "name": name, "models": shown})
        return sections
