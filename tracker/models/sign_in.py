"""What signing in leaves behind: past passwords, recovery codes, and the sessions of a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.organisation import User


class PastPassword(models.Model):
    """The hash of a password that a person had or has, so that none is taken again too soon."""

    user = models.ForeignKey(User, models.PROTECT, related_name="past_passwords", verbose_name=_("user"))
    password = models.CharField(max_length=128, editable=False)
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        verbose_name = _("past password")
        verbose_name_plural = _("past passwords")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user} {self.set_at:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """A code that stands once for the authenticator app; only its hash is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="recovery_codes", verbose_name=_("user"))
    code_hash = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(_("made at"))
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="recoverycode_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.pk}"


class SignIn(models.Model):
    """One session of a person, as the person may recognise it. It lives as long as the session of its key."""

    user = models.ForeignKey(User, models.PROTECT, related_name="sign_ins", verbose_name=_("user"))
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    device = models.CharField(_("device"), max_length=200, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    began_at = models.DateTimeField(_("began at"))
    last_used_at = models.DateTimeField(_("last used at"))

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-last_used_at"]

    def __str__(self) -> str:
        return f"{self.user} {self.device}"
