"""Levels of regions: those that every installation knows, and those that it adds as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.models.naming import Named

#: The levels that need no row, from the widest to the narrowest.
KNOWN_LEVELS = {
    "country": _("Country"),
    "province": _("Province"),
    "city": _("City"),
    "county": _("County"),
    "township": _("Township"),
    "park": pgettext_lazy("level of a region", "Park"),
    "enterprise": _("Enterprise"),
}


class RegionLevel(Named):
    """A level of another tree, by its code: a state, an air district, a department. `position` orders the choices."""

    code = models.SlugField(_("code"), max_length=10, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("level of regions")
        verbose_name_plural = _("levels of regions")
        ordering = ["position", "code"]


def level_choices() -> list[tuple[str, str]]:
    """Return each level's code and name; a row's name counts before that of a known level."""
    own = {level.code: str(level) for level in RegionLevel.objects.all()}
    return list(({code: str(name) for code, name in KNOWN_LEVELS.items()} | own).items())


def level_name(code: str) -> str:
    """Return the name of a level in the reader's language; its code if it is not known."""
    return dict(level_choices()).get(code, code)
