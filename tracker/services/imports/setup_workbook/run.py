"""One import of a set-up workbook: each row through the service that its screen uses, each mistake at its cell."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.documents.setup.columns import SetupSheet
from tracker.documents.setup.sheets import BY_TABLE
from tracker.documents.setup.toml import plain_number
from tracker.models import IssuedReport, Plan, Region, User
from tracker.models.access import Capability, Scope, scope_of
from tracker.queries.documents.touched import documents_touched, touched_in_words
from tracker.queries.errors import Refused
from tracker.queries.imports.setup_workbook.read import GridCell, ReadSetup, SetupRow
from tracker.services.audit.configuration import save_configured
from tracker.services.audit.issued_rules import documents_on, resting_in_words
from tracker.services.imports.setup_workbook.lookup import Lookup, Unknown
from tracker.uploads.faults import Fault
from tracker.uploads.patience import ENDLESS, Patience

NEW, CHANGED, SAME, REMOVED = "new", "changed", "same", "removed"
#: Fields that a sheet calls otherwise than the model.
NON_FIELD = "__all__"


@dataclass
class Outcome:
    """The outcome of one row or cell."""

    table: str
    sheet: str
    cell: str
    label: str
    change: str
    details: list[dict[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as the preview keeps it."""
        return {
            "table": self.table,
            "title": capfirst(str(BY_TABLE[self.table].title)),
            "place": f"{self.sheet}!{self.cell}",
            "label": self.label,
            "change": self.change,
            "details": self.details,
        }


@dataclass(frozen=True)
class Touched:
    """A row dated back before issued documents, and these documents."""

    place: str
    documents: list[IssuedReport]

    def as_json(self) -> dict[str, Any]:
        """Return it as the preview keeps it."""
        text = _("Touches issued documents: %(documents)s.")
        named = _("; ").join(touched_in_words(self.documents))
        return {"place": self.place, "text": text % {"documents": named}, "reports": [one.pk for one in self.documents]}


class RowIsWrong(Exception):
    """Ends the work on a row whose faults are noted."""


@dataclass
class SetupRun:
    """State of an import: who imports, when, what was found, and what is wrong."""

    read: ReadSetup
    user: User
    now: datetime
    lookup: Lookup = field(default_factory=Lookup)
    plan: Plan | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    #: Issued documents that rows dated back touch, by row.
    touched: list[Touched] = field(default_factory=list)
    #: Hashed passwords for new accounts by username; empty in a dry run.
    passwords: Mapping[str, str] = field(default_factory=dict)
    new_accounts: list[str] = field(default_factory=list)
    patience: Patience = ENDLESS

    def rows(self, table: str) -> Iterator[SetupRow]:
        """Return the rows of a table, each once; complain of those that name the same thing again."""
        of = BY_TABLE[table]
        identity = of.identity if isinstance(of, SetupSheet) else ()
        seen: dict[tuple[str, ...], SetupRow] = {}
        for row in self.read.rows.get(table, []):
            key = tuple(str(row.values[name]).casefold() for name in identity)
            first = seen.setdefault(key, row)
            if first is row:
                yield row
                continue
            words = {"text": " · ".join(part for part in key if part and part != "none"), "row": first.number}
            message = _("“%(text)s” stands in row %(row)s too. Keep one of the two rows.") % words
            if table == "person":
                message += " " + _("Further roles of a person are rows of the sheet of memberships.")
            self.complain(row, identity[0], message)

    def complain(self, row: SetupRow, key: str, message: str) -> None:
        """Note what is wrong at a cell."""
        self.faults.append(Fault("said", row.sheet, row.cell(key), {"text": message}))

    def at_cell(self, cell: GridCell, message: str) -> None:
        """Note what is wrong at a cell of a grid."""
        fault = Fault("said", cell.row.sheet, cell.cell, {"text": message})
        if fault not in self.faults:
            self.faults.append(fault)

    def note_touched(self, row: SetupRow, key: str, day: date) -> None:
        """Note the issued documents that a row which was put is dated back before; the person is asked about them."""
        if self.plan is None or self.outcomes[-1].change == SAME:
            return
        if documents := documents_touched(self.plan, day):
            place = Fault("said", row.sheet, row.cell(key)).place
            self.touched.append(Touched(place, documents))

    @contextmanager
    def each(self, row: SetupRow, keys: Mapping[str, str] | None = None, *, is_written: bool = True) -> Iterator[None]:
        """Around the work on one row: undo it and note, at its cells, what it is refused for.

        Work that stores nothing, because its rows are created together, is not `is_written` and needs no savepoint.
        Raise TakesTooLong where there is no time left for it.
        """
        self.patience.left()
        renamed = keys or {}
        noted, touched = len(self.outcomes), len(self.touched)
        try:
            with transaction.atomic() if is_written else nullcontext():
                yield
            return
        except RowIsWrong:
            pass
        except ValidationError as error:
            messages = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD: error.messages}
            for name, texts in messages.items():
                self.complain(row, renamed.get(name, name), " ".join(map(str, texts)))
        except Refused as refusal:
            for name, text in (refusal.fields or {"": refusal.message}).items():
                message = refusal.message if text == refusal.message else f"{refusal.message} {text}"
                self.complain(row, renamed.get(name, name), message)
        except (IntegrityError, ProtectedError):
            self.complain(row, "", _("This row contradicts what is stored. Compare it with the page it is set up on."))
        del self.outcomes[noted:]  # what a refused row would have changed is not told: it may be another region's
        del self.touched[touched:]

    def find(self, row: SetupRow, key: str, table: str, text: str = "") -> Any:
        """Return what a cell names; None where it is empty. Note an unknown name and end the row."""
        wanted = text or row.values[key]
        if not wanted:
            return None
        try:
            return self.lookup.find(table, wanted)
        except Unknown as unknown:
            self.complain(row, key, str(unknown))
            raise RowIsWrong from None

    def find_all(self, row: SetupRow, key: str, table: str) -> list[Any]:
        """Return everything that a cell names."""
        return [self.find(row, key, table, text) for text in row.values[key]]

    def put(
        self,
        row: SetupRow,
        instance: Any,
        values: Mapping[str, Any],
        save: Callable[[Any], object] | None = None,
        *,
        label: str = "",
        locked: Iterable[str] = (),
        check: Callable[[Any], object] | None = None,
        excluded: Iterable[str] = (),
        asks_database: bool = True,
    ) -> str:
        """Set values on a row and save it by its service; return whether it is new, changed or the same.

        `locked` are fields that a stored row keeps, because something rests on them. Without `asks_database` the
        caller knows that the row is unique, and `clean` covers its constraints.
        """
        is_new = instance.pk is None
        details = [] if is_new else differences(row, instance, values)
        if not is_new and not details:
            self.note(row, SAME, label or str(instance))
            return SAME
        for name in locked:
            if not is_new and getattr(instance, name) != values.get(name, getattr(instance, name)):
                kept = {"value": shown(getattr(instance, name))}
                message = _("This stays “%(value)s”: figures rest on it already.") % kept
                self.complain(row, name, f"{message} {resting_in_words(documents_on(instance))}".strip())
                raise RowIsWrong
        for name, value in values.items():
            setattr(instance, name, value)
        if asks_database:
            instance.full_clean(exclude=set(excluded))
        else:
            instance.clean_fields(exclude=set(excluded))
            instance.clean()
        if check is not None:
            check(instance)
        if save is not None:
            save(instance)
        else:
            save_configured(instance, acting_user=self.user, now=self.now)
        self.note(row, NEW if is_new else CHANGED, label or str(instance), details)
        return NEW if is_new else CHANGED

    def create(self, row: SetupRow, create: Callable[[], object]) -> bool:
        """Create rows that were checked, all at once; note it at the first one, `row`, if the database refuses."""
        try:
            with transaction.atomic():
                create()
        except IntegrityError:
            self.complain(row, "", _("One of these rows contradicts what was stored meanwhile. Upload it again."))
            return False
        return True

    def note(
        self, row: SetupRow, change: str, label: str, details: list[dict[str, str]] | None = None, cell: str = ""
    ) -> None:
        """Note what becomes of a row."""
        self.outcomes.append(Outcome(row.table, row.sheet, cell or row.cell(""), label, change, details or []))

    def require_scope(self, row: SetupRow, allowed: bool, key: str = "") -> None:
        """Note, and end the row, where the person may not set this up."""
        if not allowed:
            self.complain(row, key, _("You may not set this up here. Ask an administrator of the wider region."))
            raise RowIsWrong

    def scope(self, capability: Capability = Capability.MANAGE_PLAN) -> Scope:
        """Return where the person has a capability, in the workbook's plan if there is one."""
        return scope_of(self.user, capability, plan_id=self.plan.pk if self.plan else None)

    def manages_plan(self, capability: Capability = Capability.MANAGE_PLAN) -> bool:
        """Return True if the person has the capability for the whole region of the workbook's plan."""
        return self.plan is not None and self.scope(capability).covers_region(self.plan.region)

    def manages_common(self) -> bool:
        """Return True if the person may change what belongs to all plans: indicators, units of measure, checks."""
        return scope_of(self.user, Capability.MANAGE_PLAN).is_whole

    def manages_region(self, region: Region) -> bool:
        """Return True if the person sets up what lies in a region."""
        return scope_of(self.user, Capability.MANAGE_PLAN).covers_region(region)

    def needs_plan(self, row: SetupRow) -> Plan:
        """Return the workbook's plan; note, and end the row, where there is none."""
        if self.plan is None:
            message = _("It is not clear which plan this belongs to. Fill in the sheet of the action plan.")
            self.complain(row, "", message)
            raise RowIsWrong
        self.require_scope(row, self.manages_plan())
        return self.plan


def differences(row: SetupRow, instance: Any, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return each value that differs from what is stored, with the words of its column."""
    found = []
    for name, value in values.items():
        stored = getattr(instance, name)
        if (stored in ("", None) and value in ("", None)) or stored == value:
            continue
        found.append({"label": label_of(row.table, name), "before": shown(stored), "after": shown(value)})
    return found


def label_of(table: str, key: str) -> str:
    """Return the words of a column."""
    labels = {column.key: capfirst(str(column.label)) for column in BY_TABLE[table].columns}
    if table == "split" and key in ("value", "upper_value", "base_value"):
        return capfirst({"value": _("target value"), "upper_value": _("upper end"), "base_value": _("base value")}[key])
    if (table, key) == ("rule_change", "points"):
        key = "curve"
    obligation = {"frequency": _("frequency"), "begins": _("begins"), "ends": _("ends"), "parent": _("region above")}
    return labels.get(key) or capfirst(obligation.get(key, key))


def shown(value: Any) -> str:
    """Return a value for a list of changes."""
    if isinstance(value, Model):
        return str(value)
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return _("; ").join(map(shown, value)) or "—"
    return plain_number(value) if hasattr(value, "is_finite") else str(value)
