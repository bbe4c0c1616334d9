"""Policy documents: what was uploaded to make a plan of, its draft, and where its targets and members stand in it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.access import Capability, scope_of
from tracker.models.organisation import User
from tracker.models.output import Job
from tracker.models.plan import Plan
from tracker.models.project_list import ListMember
from tracker.models.target import Target


class PolicyDocumentQuerySet(models.QuerySet["PolicyDocument"]):
    """Policy documents."""

    def visible_to(self, user: User) -> Self:
        """Return one's own, those of plans that one manages and, to who manages a whole tree, those of no plan yet."""
        scope = scope_of(user, Capability.MANAGE_PLAN)
        condition = Q(uploaded_by=user) | (
            Q(plan__isnull=False) & scope.as_filter("plan__region__path", plan_field="plan")
        )
        return self.filter(condition | Q(plan=None) if scope.is_whole else condition)


class PolicyDocument(models.Model):
    """An uploaded action plan: the file with its hash, its text, and the draft of the plan that is made of it.

    `draft` holds the proposals as they stand; nothing of it is a plan before the end. `version` counts its changes.
    """

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        OPEN = "open", _("Draft")
        FAILED = "failed", _("Could not be read")
        CREATED = "created", _("Plan created")
        DISCARDED = "discarded", _("Discarded")

    file_name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    file = models.FileField(_("file"), max_length=300)
    text = models.TextField(_("text"), blank=True)
    draft = models.JSONField(_("draft"), default=dict)
    version = models.PositiveIntegerField(_("version"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.READING)
    failure = models.TextField(_("why it could not be read"), blank=True)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="policy_document", verbose_name=_("job"))
    plan = models.OneToOneField(
        Plan, models.SET_NULL, null=True, related_name="policy_document", verbose_name=_("action plan")
    )
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"))

    objects = PolicyDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy document")
        verbose_name_plural = _("policy documents")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class TargetSentence(models.Model):
    """A sentence of the policy document that sets a target: a range of characters of the document's text."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="sentences", verbose_name=_("target"))
    document = models.ForeignKey(
        PolicyDocument, models.CASCADE, related_name="sentences", verbose_name=_("policy document")
    )
    start = models.PositiveIntegerField(_("first character"))
    end = models.PositiveIntegerField(_("end"))

    class Meta:
        verbose_name = _("sentence of a target")
        verbose_name_plural = _("sentences of targets")
        ordering = ["document", "start"]
        constraints = [
            models.UniqueConstraint(fields=["target", "start"], name="targetsentence_once"),
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="targetsentence_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.start}–{self.end}"


class MemberSentence(models.Model):
    """The row of the policy document that names a member of a list: a range of characters of the document's text."""

    member = models.OneToOneField(
        ListMember, models.CASCADE, related_name="sentence", verbose_name=_("member of a list")
    )
    document = models.ForeignKey(
        PolicyDocument, models.CASCADE, related_name="members", verbose_name=_("policy document")
    )
    start = models.PositiveIntegerField(_("first character"))
    end = models.PositiveIntegerField(_("end"))

    class Meta:
        verbose_name = _("row of a member")
        verbose_name_plural = _("rows of members")
        ordering = ["document", "start"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="membersentence_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.start}–{self.end}"
