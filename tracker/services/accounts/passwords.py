"""The policy for passwords: kinds of characters, history, age."""

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.models import PastPassword, User

#: Of capitals, small letters, digits and others, at least so many.
KINDS_NEEDED = 3


class LongEnough:
    """As many characters as the policy asks for. Django's own says so in English alone."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError on a short one."""
        if len(password) < settings.PASSWORD_MIN_LENGTH:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        """Return what is asked for."""
        return _("A password has at least %(number)s characters.") % {"number": settings.PASSWORD_MIN_LENGTH}


class KindsOfCharacters:
    """At least three of four kinds. Letters without case, such as Chinese, count among the others."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError on too few kinds."""
        if len({_kind(character) for character in password}) < KINDS_NEEDED:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        """Return what is asked for."""
        return _("Use at least three of these: capital letters, small letters, digits, other characters.")


class NotUsedLately:
    """Not one of the last passwords; Django tells when one was set, and its hash is kept."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError on a password that this person had lately."""
        if not isinstance(user, User) or user.pk is None:
            return
        past = PastPassword.objects.filter(user=user)[: settings.PASSWORD_HISTORY]
        if any(check_password(password, kept) for kept in {user.password, *(row.password for row in past)}):
            raise ValidationError(self.get_help_text(), code="password_used_lately")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Keep the hash of the new one, and no more than are asked about."""
        PastPassword.objects.create(user=user, password=user.password, set_at=timezone.now())
        kept = PastPassword.objects.filter(user=user).values_list("pk", flat=True)[: settings.PASSWORD_HISTORY]
        PastPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()

    def get_help_text(self) -> str:
        """Return what is asked for."""
        number = settings.PASSWORD_HISTORY
        return ngettext(
            "Choose none of your last %(number)s password.", "Choose none of your last %(number)s passwords.", number
        ) % {"number": number}


def must_change(user: User, now: datetime) -> str:
    """Why this person must choose a new password before anything else; "" where nothing asks for it."""
    if user.must_change_password:
        return _("This password was set by someone else. Choose one that only you know.")
    longest = timedelta(days=settings.PASSWORD_MAX_AGE_DAYS)
    if longest and now - user.password_set_at > longest:
        number = longest.days
        told = ngettext(
            "Your password is older than %(number)s day.", "Your password is older than %(number)s days.", number
        )
        return told % {"number": number}
    return ""


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    return category if category in ("Lu", "Ll", "Nd") else "other"
