"""The admin site: for everybody with a membership."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class TrackerAdminSite(AdminSite):
    """Django's admin, entered by membership."""

    site_header = _("Policy target tracker")
    site_title = _("Policy target tracker")
    index_title = _("Entry, review and set-up")

    def has_permission(self, request: HttpRequest) -> bool:
        """Active people with a membership, and the installing administrator."""
        user = request.user
        return bool(user.is_active and (user.is_superuser or getattr(user, "current_memberships", ())))
