"""Somebody else saved the sheet first: both versions meet, cell by cell, and nothing that was typed is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from tracker.admin.sheet.return_forms import THEIRS, EntryForm, plain, seen_number
from tracker.calculation.merging import Merged, MergeOutcome
from tracker.documents.wording import listed
from tracker.queries.returns.return_rows import ReturnRow
from tracker.services.returns.merge_with_stored import NOTE, VALUE, Cell, merge_with_stored


@dataclass(frozen=True)
class MergedForm:
    """A form merged with what is stored now: ready to save where nothing conflicts, else ready to choose in."""

    form: EntryForm
    merged: Merged[Cell, object]
    rows: Mapping[str, ReturnRow]

    @property
    def has_conflicts(self) -> bool:
        """Return True if both changed the same cell differently."""
        return bool(self.merged.of(MergeOutcome.CONFLICT))

    @property
    def taken(self) -> list[str]:
        """The indicators of which the other person's version came in."""
        codes = {code for code, _part in self.merged.of(MergeOutcome.THEIRS)}
        return [str(row.indicator) for code, row in self.rows.items() if code in codes]

    def message(self) -> str:
        """Return what became of the other person's cells, for whom saved second."""
        if not self.taken:
            return gettext("Somebody else saved this return meanwhile; nothing you typed was touched.")
        return gettext("Somebody else saved this return meanwhile. Their cells are kept beside yours: %(cells)s.") % {
            "cells": listed(self.taken)
        }

    def outcome(self, code: str, part: str) -> MergeOutcome:
        """Whose version stands in a part of a row."""
        return self.merged.outcomes.get((code, part), MergeOutcome.SAME)


def meet_the_others(typed: EntryForm, rows: list[ReturnRow], version: int) -> MergedForm:
    """Merge a form typed against an older version with the rows as they stand now."""
    merged = merge_with_stored(rows, typed.by_code("value"), typed.by_code("note"), typed.bases)
    data = typed.data.copy() if isinstance(typed.data, QueryDict) else QueryDict(mutable=True)
    data["version"] = str(version)
    for row in rows:
        code = row.indicator.code
        data[f"base-{code}"] = str(seen_number(row))
        stored = {VALUE: plain(row.entry.reported_value), NOTE: row.entry.note}
        for part, text in stored.items():
            is_taken = merged.outcomes.get((code, part)) is MergeOutcome.THEIRS
            _put(data, typed, code, part, text if is_taken else None)
    form = EntryForm(rows, version, data)
    form.is_valid()
    return MergedForm(form, merged, {row.indicator.code: row for row in rows})


def _put(data: Any, typed: EntryForm, code: str, part: str, stored: str | None) -> None:
    """Put the value after the merge into a cell; drop an earlier choice, which was made between other versions."""
    if data.get(f"keep-{part}-{code}") == THEIRS and stored is None:
        data[f"{part}-{code}"] = typed.cleaned_data.get(f"{part}-{code}", "")
    data.pop(f"keep-{part}-{code}", None)
    if stored is not None:
        data[f"{part}-{code}"] = stored


def typed_block(form: EntryForm, rows: list[ReturnRow]) -> str:
    """Return what was typed and is not stored, a line for each indicator, to be copied into a sheet."""
    lines = []
    for row in rows:
        code = row.indicator.code
        value, note = (form.data.get(f"{part}-{code}", "").strip() for part in (VALUE, NOTE))
        stored = (plain(row.entry.reported_value), row.entry.note)
        seen = form.seen[code].get(form.data.get(f"base-{code}", ""))
        if (value, note) not in (stored, seen):
            lines.append("\t".join([str(row.indicator), value, note]))
    return "\n".join(lines)
