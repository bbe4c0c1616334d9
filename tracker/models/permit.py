"""Permits of a second person for the acts that cannot be undone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.organisation import User


class ActPermit(models.Model):
    """A second person's permission for one act by somebody else, within the hour, once."""

    class Act(models.TextChoices):
        GRANT_SECURITY_ADMIN = "grant_security", _("Give the role of security administrator")
        DELETE_PLAN = "delete_plan", _("Delete a plan")
        REMOVE_DEMONSTRATION = "remove_demo", _("Remove demonstration data")

    act = models.CharField(_("act"), max_length=20, choices=Act)
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("permitted by"))
    granted_at = models.DateTimeField(_("permitted at"))
    used_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("used by"))
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("permit of a second person")
        verbose_name_plural = _("permits of a second person")
        ordering = ["-granted_at", "pk"]

    def __str__(self) -> str:
        return str(self.get_act_display())
