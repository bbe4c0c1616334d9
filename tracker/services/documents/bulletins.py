"""Bulletins: drafted from an issued report, edited, reviewed by a second person, issued."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tracker.documents.bulletin import text_as_json, text_from_json
from tracker.documents.bulletin.paper import LONGEST, proposed_texts, slots_of
from tracker.documents.files import WORD
from tracker.documents.word import write_bulletin
from tracker.models import Bulletin, Event, IssuedReport, User
from tracker.queries.documents.bulletins import (
    bulletin_name,
    figures_of,
    may_issue_bulletins,
    newest_report_after,
    paper_of,
    text_of_report,
)
from tracker.queries.documents.file_names import file_name_of
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.audit.events import record_event
from tracker.services.storage.hashing import open_proved

LONGEST_TITLE = 300
LONGEST_REASON = 2_000


def draft_bulletin(report: IssuedReport, *, acting_user: User, now: datetime) -> Bulletin:
    """Draft a bulletin on a report, or return the one that is being written already.

    Raise NotAllowed outside the person's scope, and Refused for a report without inputs.
    """
    _require_issuer(report, acting_user)
    found = Bulletin.objects.filter(report=report).exclude(state=Bulletin.State.ISSUED).first()
    if found:
        return found
    text = text_of_report(report)
    with translation.override(report.language):
        figures = figures_of(report)
        texts = proposed_texts(text, issuer=figures.issuer, kind=figures.kind)
    bulletin = Bulletin(
        report=report,
        title=text.title[:LONGEST_TITLE],
        sentences=text_as_json(text),
        texts=texts,
        drafted_by=acting_user,
        drafted_at=now,
        changed_at=now,
        editors=[acting_user.pk],
    )
    try:
        with transaction.atomic():
            bulletin.save()
            record_event(
                Event.Action.BULLETIN_DRAFTED,
                acting_user=acting_user,
                now=now,
                about=bulletin,
                after={"report": report.pk, "sentences": len(list(text.sentences))},
            )
    except IntegrityError:  # another person drafted one at the same moment
        return Bulletin.objects.exclude(state=Bulletin.State.ISSUED).get(report=report)
    return bulletin


@transaction.atomic
def save_bulletin(
    bulletin: Bulletin,
    *,
    title: str,
    texts: Mapping[str, str],
    expected_version: int,
    acting_user: User,
    now: datetime,
) -> Bulletin:
    """Keep the title and the free texts of a draft. The generated sentences cannot be changed here.

    Raise ChangedMeanwhile when another person saved first, and Refused with what is wrong, by field.
    """
    _require_issuer(bulletin.report, acting_user)
    cleaned = _cleaned(bulletin, title, texts)
    before = {"title": bulletin.title, **bulletin.texts}
    changed = {name: text for name, text in cleaned.items() if before.get(name, "") != text}
    _change(
        bulletin,
        expected_version,
        state=Bulletin.State.DRAFT,
        title=cleaned["title"],
        texts={name: text for name, text in cleaned.items() if name != "title"},
        changed_at=now,
        editors=sorted({*bulletin.editors, acting_user.pk}),
    )
    if changed:
        record_event(
            Event.Action.BULLETIN_CHANGED,
            acting_user=acting_user,
            now=now,
            about=bulletin,
            before={name: before.get(name, "") for name in changed},
            after=changed,
        )
    return bulletin


@transaction.atomic
def refresh_bulletin(bulletin: Bulletin, *, expected_version: int, acting_user: User, now: datetime) -> Bulletin:
    """Take the sentences from the newest report of the same period; the free texts stay. Raise Refused without one."""
    _require_issuer(bulletin.report, acting_user)
    newer = newest_report_after(bulletin.report)
    if newer is None:
        raise Refused(_("No newer report of this period has been issued."))
    if Bulletin.objects.filter(report=newer).exclude(state=Bulletin.State.ISSUED).exists():
        raise Refused(_("A bulletin on the newer report is being written already. Go on with that one."))
    text, before = text_of_report(newer), bulletin.report_id
    _change(
        bulletin,
        expected_version,
        state=Bulletin.State.DRAFT,
        report=newer,
        sentences=text_as_json(text),
        changed_at=now,
        editors=sorted({*bulletin.editors, acting_user.pk}),
    )
    record_event(
        Event.Action.BULLETIN_CHANGED,
        acting_user=acting_user,
        now=now,
        about=bulletin,
        before={"report": before},
        after={"report": newer.pk},
    )
    return bulletin


@transaction.atomic
def submit_bulletin(bulletin: Bulletin, *, expected_version: int, acting_user: User, now: datetime) -> Bulletin:
    """Send a draft to a second person for review."""
    _require_issuer(bulletin.report, acting_user)
    _change(
        bulletin,
        expected_version,
        state=Bulletin.State.DRAFT,
        new_state=Bulletin.State.REVIEW,
        submitted_by=acting_user,
        submitted_at=now,
        reason="",
    )
    record_event(Event.Action.BULLETIN_SUBMITTED, acting_user=acting_user, now=now, about=bulletin)
    return bulletin


@transaction.atomic
def send_bulletin_back(
    bulletin: Bulletin, *, reason: str, expected_version: int, acting_user: User, now: datetime
) -> Bulletin:
    """Send a bulletin back to be changed, with the reason. Raise Refused without one."""
    _require_issuer(bulletin.report, acting_user)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise Refused(_("Say why it goes back."), {"reason": _("Say why it goes back.")})
    _change(
        bulletin,
        expected_version,
        state=Bulletin.State.REVIEW,
        new_state=Bulletin.State.DRAFT,
        reason=reason,
    )
    record_event(Event.Action.BULLETIN_SENT_BACK, acting_user=acting_user, now=now, about=bulletin, reason=reason)
    return bulletin


def issue_bulletin(bulletin: Bulletin, *, expected_version: int, acting_user: User, now: datetime) -> Bulletin:
    """Issue a bulletin as its reviewer: write the file, keep its hash, and change nothing afterwards.

    Raise NotAllowed for who wrote it, and ChangedMeanwhile when it is not what the reviewer read.
    """
    _require_issuer(bulletin.report, acting_user)
    if bulletin.was_written_by(acting_user):
        raise NotAllowed(_("Who wrote a bulletin cannot approve it. A second person does."))
    content = _written(bulletin, now=now)
    sha256 = hashlib.sha256(content).hexdigest()
    report = bulletin.report
    folder = f"bulletins/{report.plan.code}/{report.period.code}"
    name = default_storage.save(f"{folder}/{report.region.code}-{bulletin.pk}.docx", ContentFile(content))
    try:
        with transaction.atomic():
            _change(
                bulletin,
                expected_version,
                state=Bulletin.State.REVIEW,
                new_state=Bulletin.State.ISSUED,
                reviewed_by=acting_user,
                issued_at=now,
                file=name,
                file_size=len(content),
                sha256=sha256,
            )
            after = {"sha256": sha256, "report": report.pk}
            record_event(Event.Action.BULLETIN_ISSUED, acting_user=acting_user, now=now, about=bulletin, after=after)
    except BaseException:
        default_storage.delete(name)
        raise
    return bulletin


@transaction.atomic
def discard_bulletin(bulletin: Bulletin, *, expected_version: int, acting_user: User, now: datetime) -> None:
    """Remove a draft. What was issued stays."""
    _require_issuer(bulletin.report, acting_user)
    record_event(
        Event.Action.BULLETIN_DISCARDED,
        acting_user=acting_user,
        now=now,
        about=bulletin,
        before={"title": bulletin.title, "report": bulletin.report_id, "texts": bulletin.texts},
    )
    rows = Bulletin.objects.filter(pk=bulletin.pk, version=expected_version, state=Bulletin.State.DRAFT)
    if not rows.delete()[0]:
        raise ChangedMeanwhile(_("Another person changed this bulletin meanwhile. Here is what it is now."))


def bulletin_file(bulletin: Bulletin, *, acting_user: User, now: datetime) -> tuple[str, bytes]:
    """Return the name and the octets of a bulletin's file; of a draft the file as it would be, marked as a draft.

    Raise Refused when the file of an issued one is not in its place or no longer has its hash.
    """
    if not Bulletin.objects.visible_to(acting_user).filter(pk=bulletin.pk).exists():
        raise NotAllowed(_("You may not read this bulletin."))
    with translation.override(bulletin.report.language):
        name = file_name_of(bulletin.report, bulletin_name(bulletin), WORD.ending)
    content = _written(bulletin, now=now) if bulletin.is_open else _stored(bulletin)
    record_event(Event.Action.DOWNLOADED, acting_user=acting_user, now=now, about=bulletin)
    return name, content


def _stored(bulletin: Bulletin) -> bytes:
    try:
        with open_proved(bulletin.file, bulletin.sha256) as file:
            content: bytes = file.read()
    except (FileNotFoundError, ValueError):  # an opened file that is gone cannot be opened again
        raise Refused(_("The file of this bulletin is not in its place. Tell the engineer.")) from None
    return content


def _written(bulletin: Bulletin, *, now: datetime) -> bytes:
    """Return the file; in review it is what is issued, dated today."""
    with translation.override(bulletin.report.language), timezone.override(bulletin.report.plan.zone):
        paper = paper_of(bulletin)
        if bulletin.state == Bulletin.State.REVIEW:
            paper = replace(paper, day=timezone.localtime(now).date(), draft="")
        with TemporaryDirectory() as folder:
            path = Path(folder) / "bulletin.docx"
            write_bulletin(paper, path)
            return path.read_bytes()


def _cleaned(bulletin: Bulletin, title: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Return title and texts without spaces around them. Raise Refused with what is too long, empty or unknown."""
    slots = list(slots_of(text_from_json(bulletin.sentences)))
    found = {slot: str(texts.get(slot, bulletin.texts.get(slot, ""))).replace("\r\n", "\n").strip() for slot in slots}
    found["title"] = " ".join(title.split())
    wrong = {
        slot: _("At most %(count)s characters.") % {"count": LONGEST} for slot in slots if len(found[slot]) > LONGEST
    }
    if not found["title"]:
        wrong["title"] = _("Give the bulletin a title.")
    if len(found["title"]) > LONGEST_TITLE:
        wrong["title"] = _("At most %(count)s characters.") % {"count": LONGEST_TITLE}
    if wrong:
        raise Refused(_("The bulletin was not saved: see the fields marked below."), wrong)
    return found


def _change(
    bulletin: Bulletin,
    expected_version: int,
    *,
    state: Bulletin.State,
    new_state: Bulletin.State | None = None,
    **values: Any,
) -> None:
    """Change a bulletin that is in this state and version. One conditional UPDATE, so that two people never both do."""
    rows = Bulletin.objects.filter(pk=bulletin.pk, version=expected_version, state=state)
    if not rows.update(version=F("version") + 1, state=new_state or state, **values):
        raise ChangedMeanwhile(_("Another person changed this bulletin meanwhile. Here is what it is now."))
    bulletin.refresh_from_db()


def _require_issuer(report: IssuedReport, acting_user: User) -> None:
    if not may_issue_bulletins(acting_user, report):
        raise NotAllowed(_("You may not issue reports on %(region)s.") % {"region": report.region})
