"""The organisation that runs the installation, as every page names it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.naming import Named

#: The only row.
ONLY = 1


class Identity(Named):
    """Name, logo, contact for help and the number in the footer: one row, or none where the product's name stands."""

    logo = models.FileField(_("logo"), max_length=300, blank=True)
    logo_type = models.CharField(_("kind of file"), max_length=20, blank=True, editable=False)
    help_contact = models.CharField(_("contact for help"), max_length=200, blank=True)
    footer_number = models.CharField(_("number in the footer"), max_length=100, blank=True)
    own_domains = models.TextField(
        _("own mail domains"),
        blank=True,
        help_text=_("Such as example.gov.cn, one a line. Other addresses are outside the organisation."),
    )
    revision_policy = models.TextField(_("revision policy"), blank=True)
    revision_policy_en = models.TextField(_("revision policy in English"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("name and logo")
        verbose_name_plural = _("names and logos")
        constraints = [models.CheckConstraint(condition=Q(pk=ONLY), name="identity_only_one")]
