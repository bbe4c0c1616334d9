"""Accepting a workbook as a whole, or discarding it; and handing in what was accepted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Event, Period, ReportingUnit, Return, Upload, User, ValueRevision
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.imports.return_template.compare import WRITING
from tracker.services import returns
from tracker.services.audit.events import record_event
from tracker.services.returns.project_reports import save_project_reports

LONGEST_PLACE = 200


@transaction.atomic
def accept_upload(upload: Upload, *, acting_user: User, now: datetime) -> list[Return]:
    """Write every cell that the preview showed as new or changed, in all returns or in none; drafts stay drafts.

    Raises ChangedMeanwhile when a return is not the version that the preview was compared with.
    """
    _require_own(upload, acting_user)
    taken = Upload.objects.filter(pk=upload.pk, state=Upload.State.READY)
    if not taken.update(state=Upload.State.ACCEPTED, decided_by=acting_user, decided_at=now):
        raise ChangedMeanwhile(_("This workbook was accepted or discarded already."))
    upload.refresh_from_db()
    period = Period.objects.select_related("plan__region").get(pk=upload.period.pk if upload.period else 0)
    codes = [one["unit"] for one in upload.preview["units"]]
    units = {one.code: one for one in ReportingUnit.objects.filter(code__in=codes).select_related("region")}
    written = [
        _write(upload, period, units[one["unit"]], one, acting_user, now)
        for one in upload.preview["units"]
        if _writes(one)
    ]
    after = {"file": upload.file_name, "units": [one.unit.code for one in written], "sha256": upload.sha256}
    record_event(Event.Action.WORKBOOK_ACCEPTED, acting_user=acting_user, now=now, about=upload, after=after)
    return written


@transaction.atomic
def discard_upload(upload: Upload, *, acting_user: User, now: datetime) -> None:
    """Put a workbook away that was not accepted; its file stays for the log."""
    _require_own(upload, acting_user)
    undecided = (Upload.State.CHECKING, Upload.State.READY, Upload.State.WRONG, Upload.State.FAILED)
    taken = Upload.objects.filter(pk=upload.pk, state__in=undecided)
    if not taken.update(state=Upload.State.DISCARDED, decided_by=acting_user, decided_at=now):
        raise ChangedMeanwhile(_("This workbook was accepted or discarded already."))
    upload.refresh_from_db()
    record_event(Event.Action.WORKBOOK_DISCARDED, acting_user=acting_user, now=now, about=upload)


def submit_accepted(
    upload: Upload, *, acting_user: User, now: datetime
) -> tuple[list[Return], list[tuple[Return, str]]]:
    """Hand in the returns of an accepted workbook that are still open: those handed in, and why the others were not."""
    _require_own(upload, acting_user)
    done: list[Return] = []
    kept: list[tuple[Return, str]] = []
    for one in returns_of(upload):
        if not one.is_open:
            continue
        try:
            returns.submit_return(one, acting_user=acting_user, now=now, expected_version=one.version)
        except Refused as refusal:
            kept.append((one, refusal.message))
        else:
            done.append(one)
    return done, kept


def returns_of(upload: Upload) -> list[Return]:
    """Return the returns that a workbook filled in, without those of units whose sheet changed nothing."""
    codes = [one["unit"] for one in upload.preview.get("units", []) if _writes(one)]
    found = Return.objects.filter(period=upload.period, unit__code__in=codes)
    return list(found.enterable_by(upload.uploaded_by).with_names().order_by("unit__region__path", "unit__code"))


def _write(
    upload: Upload, period: Period, unit: ReportingUnit, preview: Mapping[str, Any], acting_user: User, now: datetime
) -> Return:
    """One unit's cells into its return, opened where it is not yet."""
    version = upload.seen[unit.code]
    if version:
        unit_return = Return.objects.select_related("unit__region", "period").get(unit=unit, period=period)
    else:
        if Return.objects.filter(unit=unit, period=period).exists():
            raise ChangedMeanwhile(_overtaken(unit))
        unit_return = returns.open_return(
            unit, period, acting_user=acting_user, now=now, is_demonstration=unit.is_demonstration
        )
        version = unit_return.version
    cells = [cell for cell in preview["cells"] if cell["change"] in WRITING]
    try:
        returns.save_draft(
            unit_return,
            {cell["indicator"]: cell["text"] for cell in cells if cell["text"] is not None},
            notes={cell["indicator"]: cell["note"] for cell in cells if cell["note"] is not None},
            acting_user=acting_user,
            now=now,
            expected_version=version,
            source=returns.Source(ValueRevision.Source.WORKBOOK, places=_places(upload, preview)),
        )
        _write_projects(upload, unit_return, preview, acting_user, now)
        return unit_return
    except ChangedMeanwhile:
        raise ChangedMeanwhile(_overtaken(unit)) from None
    except Refused as refusal:
        raise Refused(f"{unit}: {refusal.message}", refusal.fields) from None


def _writes(preview: Mapping[str, Any]) -> bool:
    """Return True if anything of a unit's sheet is new or changed."""
    return bool(preview.get("projects")) or any(cell["change"] in WRITING for cell in preview["cells"])


def _write_projects(
    upload: Upload, unit_return: Return, preview: Mapping[str, Any], acting_user: User, now: datetime
) -> None:
    """Write the rows of a unit's project sheet that the preview showed as changed."""
    rows = preview.get("projects", [])
    if not rows:
        return
    save_project_reports(
        unit_return,
        {row["member"]: row["texts"] for row in rows},
        acting_user=acting_user,
        now=now,
        expected_version=unit_return.version,
        places={row["member"]: _place(upload, preview["projects_sheet"], row["cell"]) for row in rows},
    )


def _places(upload: Upload, preview: Mapping[str, Any]) -> dict[str, str]:
    """Return where each value stands: "file.xlsx 填报!G7"."""
    found: dict[str, str] = {}
    for cell in preview["cells"]:
        found[cell["indicator"]] = _place(upload, preview["sheet"], cell["cell"])
    return found


def _place(upload: Upload, sheet: str, cell: str) -> str:
    place = f" {sheet}!{cell}"
    return f"{upload.file_name[: LONGEST_PLACE - len(place)]}{place}"


def _overtaken(unit: ReportingUnit) -> str:
    return _("Not imported: the return of %(unit)s was changed after the check. Check again.") % {"unit": unit}


def _require_own(upload: Upload, user: User) -> None:
    if upload.uploaded_by_id != user.pk or not scope_of(user, Capability.ENTER).is_somewhere:
        raise NotAllowed(_("This file was uploaded by another user."))
