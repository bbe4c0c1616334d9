"""The second step of signing in: a code from an authenticator app (TOTP), or a recovery code."""

import base64
import secrets
from datetime import datetime

import segno
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from tracker.models import Event, RecoveryCode, User
from tracker.queries.errors import Refused
from tracker.services.accounts.sessions import end_sessions
from tracker.services.audit.events import record_event

#: Part of every stored recovery code; it never changes, whatever this module is called.
SALT = "tracker.services.identity.two_step"
CODES = 10
#: No 0/o, 1/l/i: these codes are read off paper. Ten of them are about 49 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS = (5, 5)


def is_required(user: User) -> bool:
    """Return True if one of this person's roles asks for a second step."""
    if user.is_superuser and "superuser" in settings.OTP_ROLES:
        return True
    return bool(user.memberships_as(settings.OTP_ROLES))


def device_of(user: User) -> TOTPDevice | None:
    """Return the app that this user has set up; None if there is none."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def new_device(user: User) -> TOTPDevice:
    """Return what the app is to be set up with; it counts once a code has confirmed it."""
    return TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": user.username})[0]


def picture_of(device: TOTPDevice) -> str:
    """Return the QR code that an app reads, as SVG for the page: black on white in every theme."""
    code = segno.make(device.config_url, error="m")
    return code.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr-code", lineclass=None)


def key_of(device: TOTPDevice) -> str:
    """Return the key to enter where there is no camera, in groups of four."""
    key = base64.b32encode(device.bin_key).decode()
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def confirm(user: User, code: str, *, session_key: str, now: datetime, address: str | None) -> list[str]:
    """Set the app up by its first code; the recovery codes, which are shown this once. Ends the other sessions.

    Raises Refused on a wrong code.
    """
    device = new_device(user)
    _require_allowed(device)
    if device_of(user) is not None:
        raise Refused(_("An authenticator app is already set up."))
    if not device.verify_token(_typed(code)):
        raise Refused(_("Incorrect code. Codes change every 30 seconds; enter the one shown now."))
    with transaction.atomic():
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        end_sessions(user, but=session_key)
        record_event(Event.Action.SECOND_STEP_SET_UP, acting_user=user, now=now, about=user, address=address)
        return new_codes(user, now=now)


@transaction.atomic
def new_codes(user: User, *, now: datetime) -> list[str]:
    """Create new recovery codes in place of the old ones."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [
        "-".join("".join(secrets.choice(LETTERS) for _place in range(size)) for size in GROUPS) for _n in range(CODES)
    ]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_hash(code), made_at=now) for code in codes)
    return codes


def verify(user: User, code: str, *, now: datetime, address: str | None) -> TOTPDevice:
    """Return the device whose code this is; accept each recovery code once in its place.

    Raise Refused if the code is wrong, and during the wait after wrong codes, which grows with each.
    """
    with transaction.atomic():  # one at a time: a code is good once
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        if device is None:
            raise Refused(_("No app is set up."))
        _require_allowed(device)
        if device.verify_token(_typed(code)):
            return device
    spent = RecoveryCode.objects.filter(user=user, code_hash=_hash(code), used_at=None).update(used_at=now)
    if spent:
        device.throttle_reset()
        left = RecoveryCode.objects.filter(user=user, used_at=None).count()
        record_event(
            Event.Action.RECOVERY_CODE_USED,
            acting_user=user,
            now=now,
            about=user,
            after={"left": left},
            address=address,
        )
        return device
    record_event(Event.Action.SECOND_STEP_FAILED, acting_user=None, now=now, about=user, address=address)
    raise Refused(_("Incorrect code. Codes change every 30 seconds; enter the one shown now."))


def remove(user: User, *, acting_user: User, now: datetime) -> bool:
    """Remove a person's app and recovery codes, so that another can be set up; whether there was one."""
    found, _rows = TOTPDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    if found:
        end_sessions(user)
        record_event(Event.Action.SECOND_STEP_REMOVED, acting_user=acting_user, now=now, about=user)
    return bool(found)


def _require_allowed(device: TOTPDevice) -> None:
    allowed, _why = device.verify_is_allowed()
    if not allowed:
        raise Refused(_("There were wrong codes. Wait a moment, then try again; the wait grows with each."))


def _typed(code: str) -> str:
    return "".join(character for character in code if character.isdecimal())


def _hash(code: str) -> str:
    plain = "".join(character for character in code.lower() if character.isalnum())
    return salted_hmac(SALT, plain, algorithm="sha256").hexdigest()
