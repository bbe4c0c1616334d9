"""Projects and enterprises: their own fields, permits and problems, whatever lists they are on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.naming import Named
from tracker.models.organisation import Region, ReportingUnit, User


class Project(Named):
    """A project, or an enterprise of a roster. Money is in 10,000 yuan (万元)."""

    class Nature(models.TextChoices):
        NEW = "new", _("New construction")
        EXPANSION = "expansion", _("Expansion")
        RENEWAL = "renewal", _("Rebuilding and technical renewal")
        RELOCATION = "relocation", _("Relocation")
        RESTORATION = "restoration", _("Restoration")

    code = models.CharField(
        _("project code"),
        max_length=40,
        blank=True,
        help_text=_("The code of the provincial system, such as 2020-140100-77-03-000001."),
    )
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    builder = models.CharField(_("builder"), max_length=200, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="projects", verbose_name=_("region"))
    site = models.CharField(_("site"), max_length=200, blank=True, help_text=_("The park, the street, the village."))
    nature = models.CharField(_("nature of construction"), max_length=12, choices=Nature, blank=True)
    content = models.TextField(_("content and scale"), blank=True)
    total_investment = models.DecimalField(
        _("total investment (10,000 yuan)"), max_digits=15, decimal_places=6, null=True, blank=True
    )
    unit = models.ForeignKey(
        ReportingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("responsible unit"),
    )
    person = models.CharField(_("person responsible"), max_length=100, blank=True)
    leader = models.CharField(_("leader in charge"), max_length=100, blank=True)
    planned_start = models.DateField(_("planned start"), null=True, blank=True)
    planned_finish = models.DateField(_("planned finish"), null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["region__path", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="project_code_once",
                violation_error_message=_("There is a project with this code already."),
            ),
            models.CheckConstraint(
                condition=Q(total_investment=None) | Q(total_investment__gte=0),
                name="project_total_not_negative",
                violation_error_message=_("The total investment cannot be below zero."),
            ),
        ]
        indexes = [models.Index(fields=["credit_code"], name="project_credit_code")]


class ProjectPermit(models.Model):
    """One of the permits of a project (手续), with its state."""

    class Kind(models.TextChoices):
        PROJECT = "project", _("Project approval")
        ENVIRONMENT = "environment", _("Environmental assessment")
        ENERGY = "energy", _("Energy assessment")
        LAND = "land", _("Land")
        PLANNING = "planning", _("Planning permit")
        CONSTRUCTION = "construction", _("Construction permit")

    class State(models.TextChoices):
        NOT_NEEDED = "not_needed", _("Not needed")
        PENDING = "pending", _("Pending")
        GRANTED = "granted", _("Obtained")

    project = models.ForeignKey(Project, models.CASCADE, related_name="permits", verbose_name=_("project"))
    kind = models.CharField(_("permit"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    granted_on = models.DateField(_("granted on"), null=True, blank=True)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("permit of a project")
        verbose_name_plural = _("permits of projects")
        ordering = ["project", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], name="projectpermit_kind_once"),
            models.CheckConstraint(
                condition=Q(state="granted", granted_on__isnull=False) | (~Q(state="granted") & Q(granted_on=None)),
                name="projectpermit_granted_on",
                violation_error_message=_("A permit that was granted has a day, and no other has one."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class ProjectProblem(models.Model):
    """A problem of a project: its kind, what is demanded, by when, and how it was settled."""

    class Kind(models.TextChoices):
        LAND = "land", _("Land and relocation")
        FUNDS = "funds", _("Funds")
        PERMITS = "permits", _("Permits")
        SUPPLY = "supply", _("Water, power, roads")
        MARKET = "market", _("Market")
        OTHER = "other", _("Other")

    project = models.ForeignKey(Project, models.CASCADE, related_name="problems", verbose_name=_("project"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    description = models.TextField(_("problem"))
    demand = models.CharField(_("demand"), max_length=300, blank=True)
    due_on = models.DateField(_("to be settled by"), null=True, blank=True)
    raised_on = models.DateField(_("raised on"))
    raised_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("raised by"))
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    settlement = models.CharField(_("how it was settled"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("problem of a project")
        verbose_name_plural = _("problems of projects")
        ordering = ["project", "-raised_on", "-pk"]
        indexes = [models.Index(fields=["project", "settled_on"], name="projectproblem_open")]

    def __str__(self) -> str:
        return self.description[:60]
