"""Protections of this installation as its settings have them, logged at start and shown to administrators."""

import logging
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connection
from django.http.request import validate_host
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from config.private_files import is_private

logger = logging.getLogger(__name__)
Words = str | Promise
#: Tables with the triggers of append-only ones that the present role owns, by itself or through another role.
OWNED = r"""
    SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE t.tgname LIKE '%\_no\_upd' AND pg_has_role(c.relowner, 'USAGE') ORDER BY 1
"""


@dataclass(frozen=True)
class Protection:
    """One protection, whether it is in force, and its bounds."""

    name: Words
    is_on: bool
    detail: Words = ""


def protections() -> list[Protection]:
    """Return every protection that a setting decides, those in force and those switched off."""
    return [*_of_transport(), *_of_sign_in(), *_of_data()]


def _of_transport() -> list[Protection]:
    hosts, proxies = settings.ALLOWED_HOSTS, settings.TRUSTED_PROXIES
    return [
        Protection(_("error pages without program text"), not settings.DEBUG),
        Protection(_("https: cookies travel encrypted"), settings.HTTPS, settings.BASE_URL),
        Protection(_("browsers insist on https (HSTS)"), bool(settings.SECURE_HSTS_SECONDS)),
        Protection(_("only known host names are served"), "*" not in hosts, ", ".join(hosts)),
        Protection(_("forwarded addresses are believed from named proxies only"), True, ", ".join(proxies)),
        Protection(_("/metrics is read from named networks only"), True, ", ".join(settings.METRICS_ALLOWED)),
    ]


def _of_sign_in() -> list[Protection]:
    attempts = format_lazy(_("{number} failures"), number=settings.AXES_FAILURE_LIMIT)
    length = format_lazy(_("at least {number} characters"), number=settings.PASSWORD_MIN_LENGTH)
    days = format_lazy(_("{number} days"), number=settings.PASSWORD_MAX_AGE_DAYS)
    minutes = format_lazy(_("{number} minutes"), number=settings.SESSION_COOKIE_AGE // 60)
    return [
        Protection(_("two-step verification"), bool(settings.OTP_ROLES), ", ".join(settings.OTP_ROLES)),
        Protection(_("accounts are locked after failed sign-ins"), True, attempts),
        Protection(_("password length"), True, length),
        Protection(_("password age"), bool(settings.PASSWORD_MAX_AGE_DAYS), days),
        Protection(_("earlier passwords are not accepted"), bool(settings.PASSWORD_HISTORY)),
        Protection(_("unused sessions end"), True, minutes),
        Protection(_("dangerous acts need a second person"), settings.TWO_PERSON_RULE),
        Protection(_("superusers hold no rights of the three administrators"), settings.SEPARATION_OF_DUTIES),
    ]


def _of_data() -> list[Protection]:
    directory = Path(settings.DATA_DIR)
    limit = format_lazy(_("{number} in ten minutes"), number=settings.EXPENSIVE_LIMIT)
    return [
        Protection(_("the data directory is closed to other accounts"), is_private(directory), str(directory)),
        Protection(_("background jobs and exports of one person are limited"), True, limit),
        Protection(_("memory of a background job is limited"), bool(settings.TASK_MEMORY)),
    ]


def log_protections() -> None:
    """Log which protections are in force and which are not."""
    with translation.override("en"):
        found = protections()
        in_force = "; ".join(_worded(each) for each in found if each.is_on)
        off = "; ".join(str(each.name) for each in found if not each.is_on) or "none"
    logger.info("Protections in force: %s. Switched off: %s.", in_force, off)


def _worded(protection: Protection) -> str:
    return f"{protection.name} ({protection.detail})" if protection.detail else str(protection.name)


def tables_owned() -> list[str]:
    """Return the append-only tables that the role of this process could alter; none where no database answers."""
    if connection.vendor != "postgresql":
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(OWNED)
            return [name for (name,) in cursor.fetchall()]
    except DatabaseError:
        return []


@register(Tags.security, deploy=True)
def check_protections(app_configs: object = None, **_others: object) -> list[CheckMessage]:
    """Report settings that each are valid and together leave a protection off, or the service unreachable."""
    found: list[CheckMessage] = []
    host = urlsplit(settings.BASE_URL).hostname or ""
    if not settings.DEBUG and not validate_host(host, settings.ALLOWED_HOSTS):
        found.append(Warning(f"ALLOWED_HOSTS lacks {host!r}, the host of BASE_URL.", id="tracker.W001"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Warning("ALLOWED_HOSTS is '*': any host name is served. Name the hosts.", id="tracker.W002"))
    if not settings.OTP_ROLES:
        found.append(Warning("OTP_ROLES is empty: no role needs two-step verification.", id="tracker.W003"))
    if settings.HSTS_SECONDS and not settings.HTTPS:
        found.append(Warning("HSTS_SECONDS needs a BASE_URL that begins with https.", id="tracker.W004"))
    if tables := tables_owned():
        words = (
            f"The database's role owns tables whose rows are never changed ({', '.join(tables)}) and could lift their"
        )
        found.append(Warning(f"{words} triggers. Run config/deploy/roles.sql.", id="tracker.W006"))
    if not is_private(Path(settings.DATA_DIR)):
        found.append(Warning("TRACKER_DATA_DIR can be entered by other accounts. chmod 700 it.", id="tracker.W005"))
    return found
