"""Who: regions, the units that report, people and their roles."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tracker.models.naming import Named
from tracker.models.region_level import level_choices

#: Of the codes above a region and its own, each with a slash behind it.
PATH_LENGTH = 120


class RegionQuerySet(models.QuerySet["Region"]):
    """Regions."""

    def open_on(self, day: date) -> Self:
        """Return those not closed by this day."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day))


class Region(Named):
    """A region by its code (GB/T 2260 in China), with the codes above it in `path`. Trees may be of any depth."""

    code = models.CharField(_("GB/T 2260 code"), max_length=12, unique=True, help_text=_("Such as 140100 for 太原市."))
    level = models.CharField(_("level"), max_length=10)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("region above")
    )
    path = models.CharField(_("path"), max_length=PATH_LENGTH, unique=True, editable=False)
    closed_on = models.DateField(
        _("closed on"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Periods that end on this day or later do not have the region."),
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged", verbose_name=_("merged into")
    )
    #: The last day from which it, or a region above or below it, is not as before: earlier states are read up to it.
    last_change = models.DateField(null=True, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["path"]

    def clean(self) -> None:
        """Raise ValidationError for a code that ends paths, an unknown level, and a path too long to be kept."""
        if not self.code.strip() or any(character in "/\\%" or character.isspace() for character in self.code):
            raise ValidationError({"code": _("A code has no spaces, slashes or percent signs.")})
        if self.level and self.level not in dict(level_choices()):
            raise ValidationError({"level": _("This level is not known. Add it to the levels of regions first.")})
        if len(self.own_path) > PATH_LENGTH:
            raise ValidationError({"parent": _("The region lies too deep: the codes above it are too long together.")})

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the path, by which "this region and all below it" is one index range."""
        self.path = self.own_path
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def is_closed_on(self, day: date) -> bool:
        """Return True if it is closed by this day."""
        return self.closed_on is not None and self.closed_on <= day

    def has_changed_since(self, day: date) -> bool:
        """Return True if it, or a region above or below it, was not on a day as it is now."""
        return self.last_change is not None and self.last_change > day

    @property
    def own_path(self) -> str:
        """The codes above it and its own, as its parent has them now."""
        return f"{self.parent.path if self.parent else ''}{self.code}/"

    @property
    def paths_above(self) -> list[str]:
        """The paths of the regions above it, the widest first."""
        return path_and_above(self.path)[:-1]


def path_and_above(path: str) -> list[str]:
    """Return a region's path and the paths of the regions above it, the highest first.

    >>> path_and_above("140000/140100/")
    ['140000/', '140000/140100/']
    """
    codes = path.rstrip("/").split("/")
    return ["".join(f"{code}/" for code in codes[: number + 1]) for number in range(len(codes))]


class ReportingUnitQuerySet(models.QuerySet["ReportingUnit"]):
    """Units that report."""

    def within(self, region: Region) -> Self:
        """Units of this region and of those below it."""
        return self.filter(region__path__startswith=region.path)

    def open_on(self, day: date) -> Self:
        """Return those not closed by this day."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day))


class ReportingUnit(Named):
    """A body that files returns: a city's bureau, or an enterprise."""

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        help_text=_("Names the unit in templates, such as taiyuan-gxj; it does not change."),
    )
    region = models.ForeignKey(Region, models.PROTECT, related_name="units", verbose_name=_("region"))
    contact_phone = models.CharField(_("contact phone"), max_length=40, blank=True)
    closed_on = models.DateField(
        _("closed on"),
        null=True,
        blank=True,
        help_text=_(
            "From this day on nothing is expected of the unit: no return for a period that ends on it or later."
        ),
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)
    #: The first day of its present name, where it had another one.
    last_rename = models.DateField(null=True, editable=False)

    objects = ReportingUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting unit")
        verbose_name_plural = _("reporting units")
        ordering = ["region__path", "code"]


class Role(models.TextChoices):
    """What a membership lets a person do; `tracker.models.access` says what that is."""

    REPORTER = "reporter", _("Reporter")
    REVIEWER = "reviewer", _("Reviewer")
    PLAN_MANAGER = "plan_manager", _("Plan manager")
    LEADER = "leader", _("Leader")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    AUDIT_ADMIN = "audit_admin", _("Audit administrator")


#: Accounts, rights and the log are kept apart: nobody holds two of these roles.
KEPT_APART = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


class User(AbstractUser):
    """A person. Accounts are closed (`is_active`), never deleted: events name them for ever."""

    display_name = models.CharField(_("name"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(
        _("language of pages and mail"),
        max_length=10,
        default="zh-hans",
        choices=[("zh-hans", "中文"), ("en", "English")],
    )
    gets_reminders = models.BooleanField(
        _("reminded of returns to submit"),
        default=True,
        help_text=_("At most one mail a day, only while a return is to be submitted."),
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)
    created_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("created by")
    )
    must_change_password = models.BooleanField(_("must change the password"), default=False, editable=False)
    password_set_at = models.DateTimeField(_("password set at"), default=timezone.now, editable=False)
    is_automated = models.BooleanField(
        _("used by a program"), default=False, help_text=_("It is not asked to read the notice on personal data.")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("personal data erased at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username

    def set_password(self, raw_password: str | None) -> None:
        """Set the password, from whichever screen or command, and note when: it has a longest age."""
        super().set_password(raw_password)
        self.password_set_at = timezone.now()

    @cached_property
    def current_memberships(self) -> list["Membership"]:
        """Return the person's memberships with their regions, read once per request and sorted here."""
        if not self.is_active:
            return []
        rows = self.memberships.select_related("region", "unit", "plan").order_by()
        return sorted(rows, key=lambda row: (row.role, row.region.path, row.pk))

    @cached_property
    def is_kept_apart(self) -> bool:
        """Return True for a superuser without the rights that three administrators keep apart (三员分立).

        So it is once three people hold the three roles for the whole installation, but for emergency access.
        """
        if not (self.is_superuser and settings.SEPARATION_OF_DUTIES and is_set_up_over()):
            return False
        now = timezone.now()
        return not self.emergency_accesses.filter(agreed_at__lte=now, ends_at__gt=now, ended_at=None).exists()

    @property
    def is_subscribed(self) -> bool:
        """Return True if summaries are mailed to the person; pages know it from the query that reads the person."""
        known: bool | None = getattr(self, "has_subscriptions", None)
        return self.subscriptions.exists() if known is None else known

    def memberships_as(self, roles: Iterable[str]) -> list["Membership"]:
        """Return the person's memberships in any of these roles."""
        wanted = set(roles)
        return [membership for membership in self.current_memberships if membership.role in wanted]


class Membership(models.Model):
    """A role that a person holds for a region and all below it, or for one unit; in every plan, or in one alone."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    region = models.ForeignKey(Region, models.PROTECT, related_name="memberships", verbose_name=_("region"))
    unit = models.ForeignKey(
        ReportingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("only this unit"),
        help_text=_("Leave empty for every unit of the region."),
    )
    plan = models.ForeignKey(
        "Plan",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("only this plan"),
        help_text=_("Leave empty for every plan that the region takes part in."),
    )

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("memberships")
        ordering = ["user", "role", "region"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "region"],
                condition=Q(unit=None, plan=None),
                name="membership_region_once",
                violation_error_message=_("This person holds this role here already."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(plan=None),
                name="membership_unit_once",
                violation_error_message=_("This person holds this role here already."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "region", "plan"],
                condition=Q(unit=None),
                name="membership_region_plan_once",
                violation_error_message=_("This person holds this role here already."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit", "plan"],
                name="membership_unit_plan_once",
                violation_error_message=_("This person holds this role here already."),
            ),
            models.CheckConstraint(
                condition=Q(plan=None) | ~Q(role__in=("system_admin", "security_admin", "audit_admin")),
                name="membership_plan_role",
                violation_error_message=_("An administrator of the system is not limited to one plan."),
            ),
            models.CheckConstraint(
                condition=Q(unit=None) | Q(role=Role.REPORTER),
                name="membership_unit_reporter",
                violation_error_message=_("Only the reporter role can be limited to one unit."),
            ),
        ]

    def __str__(self) -> str:
        parts = (self.get_role_display(), self.unit or self.region, self.plan)
        return " · ".join(str(part) for part in parts if part)


def is_set_up_over() -> bool:
    """Return True if each role of the three administrators is held for everything, by people who are no superusers.

    Nobody holds two of them, so these are three people.
    """
    whole = Membership.objects.filter(plan=None, unit=None, region__parent=None, role__in=KEPT_APART)
    held = whole.filter(user__is_active=True, user__is_superuser=False)
    return held.order_by().values("role").distinct().count() == len(KEPT_APART)
