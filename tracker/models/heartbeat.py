"""Signs of life: one row for each worker and for the scheduler, which /readyz and /metrics read."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Signs of life."""

    def since(self, moment: datetime) -> Self:
        """Return those who were alive at this moment or later."""
        return self.filter(beat_at__gte=moment)


class Heartbeat(models.Model):
    """When a process was last alive. Who is stopped leaves its row, which grows old and is removed a day later."""

    class Kind(models.TextChoices):
        WORKER = "worker", _("Worker")
        SCHEDULER = "scheduler", _("Scheduler")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    queues = models.CharField(_("queues served"), max_length=200, blank=True)
    release = models.CharField(_("release"), max_length=20, blank=True)
    beat_at = models.DateTimeField(_("alive at"))

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="heartbeat_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"
