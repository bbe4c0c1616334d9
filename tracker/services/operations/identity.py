"""Set the organisation's name, logo, contact for help and number in the footer."""

import uuid
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Event, Identity, User
from tracker.models.access import Capability, scope_of
from tracker.models.identity import ONLY
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.accounts.notice import set_notice
from tracker.services.audit.configuration import recorded_values
from tracker.services.audit.events import record_event
from tracker.uploads.evidence_kinds import JPEG, PNG, kind_of
from tracker.uploads.faults import UploadRefused
from tracker.uploads.wording import explain

#: A logo is shown on every page.
MAX_LOGO = 200 * 1024


@dataclass(frozen=True)
class IdentityWords:
    """The settings of the organisation without the logo."""

    name: str
    name_en: str = ""
    help_contact: str = ""
    footer_number: str = ""
    own_domains: str = ""
    notice: str = ""
    notice_en: str = ""
    revision_policy: str = ""
    revision_policy_en: str = ""


def may_set_identity(user: User) -> bool:
    """Return True if this person administers the whole installation."""
    return scope_of(user, Capability.MANAGE_ACCOUNTS).is_whole


def save_identity(
    words: IdentityWords,
    *,
    logo: File | None,
    removes_logo: bool,
    seen: int,
    seen_notice: int = 0,
    acting_user: User,
    now: datetime,
) -> Identity:
    """Set what pages show, and the notice on personal data.

    Raise Refused at "logo" for a file that is no small PNG or JPEG; then nothing is changed.
    """
    if not may_set_identity(acting_user):
        raise NotAllowed(_("Only who administers the whole installation sets its name."))
    stored, kind = _store(logo) if logo else ("", "")
    try:
        with transaction.atomic():
            saved = _save(words, stored, kind, removes_logo, seen, acting_user, now)
            set_notice(words.notice, words.notice_en, seen=seen_notice, acting_user=acting_user, now=now)
            return saved
    except BaseException:
        if stored:
            default_storage.delete(stored)
        raise


def _save(
    words: IdentityWords, stored: str, kind: str, removes_logo: bool, seen: int, acting_user: User, now: datetime
) -> Identity:
    identity, is_new = Identity.objects.get_or_create(pk=ONLY, defaults={"name": words.name})
    before = {} if is_new else recorded_values(identity)
    if not Identity.objects.filter(pk=ONLY, version=seen).update(version=seen + 1):
        raise ChangedMeanwhile(_("Name and logo were changed meanwhile. Look at them again before you save."))
    identity.version = seen + 1
    for name in (one.name for one in fields(words) if not one.name.startswith("notice")):
        setattr(identity, name, getattr(words, name))
    if stored or removes_logo:
        old = identity.logo.name
        identity.logo, identity.logo_type = stored, kind
        if old:
            transaction.on_commit(lambda: default_storage.delete(old))
    identity.save()
    after = recorded_values(identity)
    changed = [name for name in after if before.get(name) != after[name]]
    record_event(
        Event.Action.CONFIGURED,
        acting_user=acting_user,
        now=now,
        about=identity,
        before={name: before[name] for name in changed if name in before},
        after={name: after[name] for name in changed},
    )
    return identity


def _store(logo: File) -> tuple[str, str]:
    """Store a logo. Return its name and media type."""
    if logo.size > MAX_LOGO:
        raise Refused(_("The logo was not saved."), {"logo": _("The logo is larger than 200 KB. Save it smaller.")})
    content = logo.read(MAX_LOGO + 1)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "logo"
        path.write_bytes(content)
        try:
            kind = kind_of(path, logo.name or "")
        except UploadRefused as refused:
            raise Refused(_("The logo was not saved."), {"logo": explain(refused.faults[0])}) from None
    if kind not in (PNG, JPEG):
        raise Refused(_("The logo was not saved."), {"logo": _("Choose a picture: PNG or JPEG.")})
    name = default_storage.save(f"identity/{uuid.uuid4().hex}{kind.endings[0]}", ContentFile(content))
    return name, kind.media_type
