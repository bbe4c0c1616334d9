"""The tracker as a Django application, and its admin site in the admin's place."""

import sys
from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _

from tracker.web.date_bounds import bound_date_fields

bound_date_fields()


class TrackerConfig(AppConfig):
    """The one application of this project."""

    name = "tracker"
    verbose_name = _("Policy targets")

    def ready(self) -> None:
        """Register the checks of settings, and the record of commands that Django's own command line runs."""
        import_module("config.protections")
        import_module("tracker.management.recording").record_djangos_command_line(sys.argv)


class TrackerAdminConfig(AdminConfig):
    """Django's admin with our site: people enter by their membership, not by a staff flag."""

    default_site = "tracker.admin.site.TrackerAdminSite"

    def ready(self) -> None:
        """Register the screens, after the site itself."""
        super().ready()
        import_module("tracker.admin.screens")
