"""Things with a Chinese name and, for readers of English, an English one."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """A Chinese name, which is the official one, and an English one, which may be empty."""

    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Return the name in the reader's language; Chinese where there is no English one."""
        return in_readers_language(self.name, self.name_en)


def in_readers_language(chinese: str, english: str) -> str:
    """Return the English words for readers of English, if there are any, else the Chinese ones."""
    return english if english and get_language() == "en" else chinese
