"""Yes and no in lists and forms, named in the reader's language for those who hear the page."""

from django.contrib.admin.templatetags import admin_list
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

#: The value, the picture of Django's admin, and its name.
PICTURES = {True: "yes", False: "no", None: "unknown"}


def boolean_icon(value: bool | None) -> SafeString:
    """Return the picture for a value; Django's own is named True or False in every language."""
    names = {True: pgettext("answer", "Yes"), False: pgettext("answer", "No"), None: gettext("Unknown")}
    picture = static(f"admin/img/icon-{PICTURES[value]}.svg")
    return format_html('<img src="{}" alt="{}">', picture, names[value])


def name_boolean_icons() -> None:
    """Have Django's admin use it. There is no other way: the function is looked up in its module each time."""
    admin_list._boolean_icon = boolean_icon  # type: ignore[attr-defined]
