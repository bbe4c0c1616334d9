"""Personal data: which fields hold it, the keys of its digests in the log, the notice to users and who read it."""

from django.db import models
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from tracker.models.mail import Delivery, PausedAddress
from tracker.models.organisation import User
from tracker.models.subscription import Subscription

#: By model, the fields of which the event log holds digests only.
PERSONAL = {
    "user": frozenset({"username", "first_name", "last_name", "display_name", "email", "phone"}),
    "subscription": frozenset({"address"}),
    "delivery": frozenset({"recipient"}),
    "pausedaddress": frozenset({"address"}),
}


class PersonalKey(models.Model):
    """The key of the digests of one row's personal fields. Without it, no value can be tested against a digest."""

    model = models.CharField(max_length=40)
    row = models.PositiveBigIntegerField()
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("key of digests")
        verbose_name_plural = _("keys of digests")
        constraints = [models.UniqueConstraint(fields=["model", "row"], name="personalkey_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.row}"


class Notice(models.Model):
    """A version of the notice on personal data in the organisation's words. The newest one is in force."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    text = models.TextField(_("notice on personal data"))
    text_en = models.TextField(_("notice on personal data in English"), blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        verbose_name = _("notice on personal data")
        verbose_name_plural = _("notices on personal data")
        ordering = ["-version"]

    def __str__(self) -> str:
        return str(self.version)


class NoticeReading(models.Model):
    """A person confirmed having read a version of the notice; version 0 is the text that comes with the tracker."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notice_readings", verbose_name=_("user"))
    version = models.PositiveIntegerField(_("version"))
    read_at = models.DateTimeField(_("read at"))

    class Meta:
        verbose_name = _("notice read")
        verbose_name_plural = _("notices read")
        ordering = ["user", "-version"]
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="noticereading_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.version}"


def name_in_log(row: Model) -> str:
    """Return how the event log names a row: in its words, or by its number where these name a person or an address."""
    match row:
        case User() | PausedAddress():
            return f"#{row.pk}"
        case Delivery():
            return f"{row.period or row.occasion} #{row.pk}"
        case Subscription() if row.audience in (Subscription.Audience.PERSON, Subscription.Audience.OUTSIDE):
            return f"{row.schedule} #{row.pk}"
    return str(row)
