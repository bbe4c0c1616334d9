"""One return as a sheet: its values as reported and verified, with a line to sign."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.documents.shape import Column, Kind, Row, Sheet
from tracker.documents.wording import listed


@dataclass(frozen=True)
class ReturnLine:
    """One indicator of a return. Values are in the indicator's unit; None is missing."""

    indicator: str
    unit: str
    reported: Decimal | None
    verified: Decimal | None
    difference: Decimal | None
    note: str
    decimals: int


def build_return_sheet(title: str, state: str, period: str, lines: Sequence[ReturnLine]) -> Sheet:
    """Return the sheet of a return, with its state and period under the title and the signatures at its foot."""
    columns = [
        Column(_("Indicator"), Kind.TEXT),
        Column(_("Unit of measure"), Kind.TEXT),
        Column(_("Reported value"), Kind.AMOUNT),
        Column(_("Verified value"), Kind.AMOUNT),
        Column(_("Adjustment"), Kind.AMOUNT),
        Column(_("Note"), Kind.TEXT),
    ]
    rows = [
        Row(
            (line.indicator, line.unit, line.reported, line.verified, line.difference, line.note),
            decimals=line.decimals,
        )
        for line in lines
    ]
    return Sheet(
        name=_("Return"),
        title=title,
        left=period,
        right=state,
        columns=columns,
        rows=rows,
        foot=[signature_line()],
        frozen_columns=1,
    )


@dataclass(frozen=True)
class ProjectLine:
    """One project of a return. Amounts are in 10,000 yuan; None is missing."""

    number: int
    name: str
    reported: Decimal | None
    verified: Decimal | None
    difference: Decimal | None
    to_date: Decimal | None
    progress: str
    problem: str
    note: str


def build_projects_sheet(title: str, state: str, plan: str, lines: Sequence[ProjectLine]) -> Sheet:
    """Return the sheet of the projects of a return, with what was reported and verified of each."""
    return Sheet(
        name=_("Project sheet"),
        title=title,
        left=plan,
        middle=_("Unit: 10,000 yuan"),
        right=state,
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Project name")),
            Column(_("Reported value"), Kind.AMOUNT),
            Column(_("Verified value"), Kind.AMOUNT),
            Column(_("Adjustment"), Kind.AMOUNT),
            Column(_("Cumulative"), Kind.AMOUNT),
            Column(_("Physical progress"), is_wide=True),
            Column(_("Problem"), is_wide=True),
            Column(_("Note"), is_wide=True),
        ],
        rows=[Row(tuple(getattr(line, one.name) for one in fields(line)), decimals=2) for line in lines],
        frozen_columns=2,
    )


def signatures() -> list[str]:
    """Return who signs a return on paper, in the order of their signatures."""
    return [_("Filled in by"), _("Reviewed by"), _("Head of the unit"), _("Date")]


def signature_line() -> str:
    """Return one line with room to sign for each."""
    return listed(f"{who}：____________" for who in signatures())
