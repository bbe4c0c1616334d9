"""What a person chose in a list, kept under a name."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.organisation import Region, Role, User

LONGEST_QUERY = 2000


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Saved views."""

    def visible_to(self, user: User) -> Self:
        """One's own, and those shared with a role in a region that one holds."""
        condition = Q(owner=user)
        for held in user.current_memberships:
            condition |= Q(shared_role=held.role, shared_region=held.region_id)
        return self.filter(condition)

    def of_list(self, identifier: str) -> Self:
        """Return those of one list, by name."""
        return self.filter(list_name=identifier).select_related("owner", "shared_region").order_by("name", "pk")


class SavedView(models.Model):
    """A list's filters, order and columns under a name, as the query of its address.

    It gives nobody access: whoever opens it sees what they may. Shared, it is offered to all who hold the same role
    in the same region. One of a person's views of a list can be the one that it opens with.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views", verbose_name=_("owner"))
    list_name = models.CharField(_("list"), max_length=30)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("choices"), max_length=LONGEST_QUERY, blank=True)
    is_default = models.BooleanField(_("opens with the list"), default=False)
    shared_role = models.CharField(_("shared with the role"), max_length=20, choices=Role, blank=True)
    shared_region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in the region")
    )

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["list_name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list_name", "name"],
                name="savedview_name_once",
                violation_error_message=_("You have a view of this name already."),
            ),
            models.UniqueConstraint(
                fields=["owner", "list_name"], condition=Q(is_default=True), name="savedview_one_default"
            ),
            models.CheckConstraint(
                condition=Q(shared_role="", shared_region=None) | (~Q(shared_role="") & Q(shared_region__isnull=False)),
                name="savedview_shared_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.name
