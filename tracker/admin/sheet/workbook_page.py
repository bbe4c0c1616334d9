"""What the pages of workbooks show."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext

from tracker.models import Period, ReportingUnit, Return, Upload, User
from tracker.queries.imports.return_template.compare import WRITING, Change
from tracker.queries.returns.expected_returns import begun_returns
from tracker.services.imports import return_template
from tracker.services.imports.return_template.export import units_owing

RECENT = 8


def periods_of(user: User, now: datetime) -> list[Period]:
    """Return the periods that have begun and for which the user's units are expected to report, the newest first."""
    begun = begun_returns(user, now=now).values("period")
    found = Period.objects.filter(pk__in=begun).select_related("plan")
    return list(found.order_by("-starts_on", "-plan", "-code"))


class MonthPage:
    """One period as the person's units stand in it."""

    def __init__(self, user: User, period: Period, now: datetime) -> None:
        self.user, self.period, self.now = user, period, now

    @cached_property
    def units(self) -> list[tuple[ReportingUnit, Return | None]]:
        """Each unit that owes the period's return, with the return if it is opened."""
        units = units_owing(self.user, self.period)
        returns = Return.objects.filter(unit__in=units, period=self.period).with_names()
        opened = {one.unit_id: one for one in returns}
        return [(unit, opened.get(unit.pk)) for unit in units]

    @cached_property
    def recent(self) -> list[Upload]:
        """Return what the person sent in for it, the newest first."""
        sent = Upload.objects.filter(kind=Upload.Kind.TEMPLATE, period=self.period, uploaded_by=self.user)
        return list(sent[:RECENT])


@dataclass(frozen=True)
class PreviewLine:
    """One cell of the preview, in words."""

    cell: dict[str, Any]
    sheet: str

    @property
    def place(self) -> str:
        """Return where it stands in the workbook."""
        return f"{self.sheet}!{self.cell['cell']}"

    @property
    def words(self) -> str:
        """Return what accepting does to it."""
        return change_words()[Change(self.cell["change"])]

    @property
    def typed(self) -> str:
        """Return what was written, where it reads otherwise than the value."""
        text = self.cell["text"] or ""
        return text if text != self.cell["new"] else ""


def change_words() -> dict[Change, str]:
    """Return the changes in words."""
    return {
        Change.NEW: pgettext("cell", "New"),
        Change.CHANGED: pgettext("cell", "Changed"),
        Change.EMPTIED: pgettext("cell", "Emptied"),
        Change.NOTED: pgettext("cell", "New note"),
        Change.SAME: pgettext("cell", "Same"),
        Change.MISSING: pgettext("cell", "Missing"),
    }


class PreviewPage:
    """What was found in a workbook."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload

    @property
    def is_ready(self) -> bool:
        """Return True if it can be accepted."""
        return self.upload.state == Upload.State.READY

    @property
    def is_waiting(self) -> bool:
        """Return True if a worker is still to check it."""
        return self.upload.state == Upload.State.CHECKING

    @property
    def is_wrong(self) -> bool:
        """Return True if it has faults."""
        return self.upload.state == Upload.State.WRONG

    @property
    def may_discard(self) -> bool:
        """Return True if it still waits for a decision."""
        return self.upload.state in (Upload.State.READY, Upload.State.WRONG, Upload.State.CHECKING)

    @property
    def faults(self) -> list[dict[str, str]]:
        """Each fault with its sheet, its cell and what to do."""
        return list(self.upload.preview.get("faults", []))

    @property
    def notices(self) -> list[dict[str, str]]:
        """Return what stands outside the entry cells and is ignored, with its place; only while there is still a
        choice.
        """
        return list(self.upload.preview.get("notices", [])) if self.may_discard and not self.is_waiting else []

    @cached_property
    def units(self) -> list[tuple[dict[str, Any], list[PreviewLine]]]:
        """Each unit in whose return something changes, with its cells."""
        return [(unit, list(self._lines(unit))) for unit in self.upload.preview.get("units", []) if _changes(unit)]

    def _lines(self, unit: dict[str, Any]) -> Iterator[PreviewLine]:
        for cell in unit["cells"]:
            yield PreviewLine(cell, unit["sheet"])

    @cached_property
    def counts(self) -> list[tuple[str, str, int]]:
        """Return how many cells of each kind there are: its code, its word, the number."""
        found = Counter(cell["change"] for unit in self.upload.preview.get("units", []) for cell in unit["cells"])
        return [(change.value, words, found[change]) for change, words in change_words().items() if found[change]]

    @property
    def untouched(self) -> list[str]:
        """Units whose sheets change nothing."""
        return [unit["name"] for unit in self.upload.preview.get("units", []) if not _changes(unit)]

    @cached_property
    def accepted_before(self) -> Upload | None:
        """Return the upload of the same file that was accepted already; None if there is none."""
        return return_template.earlier_uploads(self.upload).filter(state=Upload.State.ACCEPTED).first()

    @cached_property
    def sent_before(self) -> Upload | None:
        """Return the earlier upload of the same file; None if there is none."""
        return return_template.earlier_uploads(self.upload).first()

    @cached_property
    def returns(self) -> list[Return]:
        """Return the returns that an imported workbook filled in."""
        return return_template.returns_of(self.upload) if self.upload.state == Upload.State.ACCEPTED else []

    @property
    def open_returns(self) -> int:
        """Return how many of them are not handed in."""
        return sum(one.is_open for one in self.returns)

    @property
    def state_words(self) -> str:
        """Return how it stands, as the page's headline says it."""
        return {
            Upload.State.READY: gettext("Check passed. Review the changes, then import."),
            Upload.State.WRONG: gettext("Not imported: correct the listed errors and upload again."),
            Upload.State.ACCEPTED: gettext("Accepted"),
            Upload.State.DISCARDED: gettext("Discarded; no return was changed."),
        }.get(Upload.State(self.upload.state), gettext("Being checked"))


def _changes(unit: dict[str, Any]) -> bool:
    return bool(unit.get("projects")) or any(cell["change"] in WRITING for cell in unit["cells"])
