"""Changes of set-up since earlier documents, as a document keeps them in both languages and prints them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from tracker.documents.issue_words import Issue
from tracker.documents.set_up_changes import SetUpChange
from tracker.models import IssuedReport, Period
from tracker.queries.documents.change_words import kind_in_words, words_after, words_before
from tracker.queries.documents.editions import issue_of
from tracker.queries.documents.inputs import kept_inputs
from tracker.queries.documents.request import Edition
from tracker.queries.documents.set_up_changes import ChangeKind, ChangeSince, set_up_changes
from tracker.queries.documents.shares_of_changes import Share, SharesApart, deadline_share
from tracker.queries.returns.timeliness import Filings

#: The key of a kept book under which the changes lie.
SET_UP = "set_up"
#: What moves the counts of returns, as documents on timeliness name it.
OF_TIMELINESS = (ChangeKind.DEADLINE, ChangeKind.UNIT, ChangeKind.OBLIGATION, ChangeKind.REGION)

#: Returns the effect of a change in words of the active language; None where it was not measured.
ShareOf = Callable[[ChangeSince], Sequence[str] | None]


def changes_of_figures(edition: Edition, period: Period) -> list[dict[str, Any]]:
    """Return the changes since the documents that figures are compared with, each once, with its share in them."""

    def shares(report: IssuedReport, found: Sequence[ChangeSince]) -> ShareOf:
        return SharesApart(report, found, kept_inputs(report)).of

    return list(_changes(edition, period, tuple(ChangeKind), shares))


def changes_of_timeliness(edition: Edition, period: Period) -> list[dict[str, Any]]:
    """Return the changes of deadlines, units, obligations and regions, with the returns that each moved."""

    def shares(report: IssuedReport, _found: Sequence[ChangeSince]) -> ShareOf:
        return lambda change: _share_in_returns(change, report)

    compared = (_with_names(edition.previous_edition), _with_names(edition.previous_issue))
    edition = replace(edition, previous_edition=compared[0], previous_issue=compared[1])
    return list(_changes(edition, period, OF_TIMELINESS, shares))


def _with_names(report: IssuedReport | None) -> IssuedReport | None:
    """Return a document that kept its units by their names; those of before kept them in words of their language."""
    return report if report and "names" in report.book else None


def shares_in_returns(report: IssuedReport) -> list[Share]:
    """Return the changes since a document on timeliness, each with the returns that it moved."""
    if "deadlines" not in report.book:
        return []
    found = [one for one in set_up_changes(report, ()) if one.kind in OF_TIMELINESS]
    return [Share(one, _share_in_returns(one, report)) for one in found]


def set_up_lines(kept: Iterable[Mapping[str, Any]], *, hides_names: bool = False) -> list[SetUpChange]:
    """Return kept changes in the active language."""
    return [_line(one, hides_names=hides_names) for one in kept]


def _changes(
    edition: Edition,
    period: Period,
    kinds: Sequence[ChangeKind],
    shares: Callable[[IssuedReport, Sequence[ChangeSince]], ShareOf],
) -> Iterator[dict[str, Any]]:
    """Yield each change beside the newest document that was issued before it."""
    seen: set[tuple[str, int, datetime]] = set()
    for report in (edition.previous_edition, edition.previous_issue):
        if report is None:
            continue
        found = [one for one in set_up_changes(report, (), until=period.ends_on) if one.kind in kinds]
        new = [one for one in found if _key(one) not in seen]
        seen |= {_key(one) for one in new}
        share_of = shares(report, new)
        by_language = [_in_words(report, period, new, share_of, code) for code, _name in settings.LANGUAGES]
        for change, *words in zip(new, *by_language, strict=True):
            yield {
                "kind": change.kind.value,
                "words": dict(zip(dict(settings.LANGUAGES), words, strict=True)),
                "document": change.document,
                "changed_by": str(change.actor) if change.actor else "",
                "changed_at": change.recorded_at.isoformat(),
                "since": asdict(issue_of(report)),
                "is_edition": report == edition.previous_edition,
            }


def _key(change: ChangeSince) -> tuple[str, int, datetime]:
    return change.object_type, change.row.pk, change.recorded_at


def _in_words(
    report: IssuedReport, period: Period, changes: Sequence[ChangeSince], share_of: ShareOf, language: str
) -> list[dict[str, Any]]:
    """Return the words of changes in a language. Names are read in it, too."""
    with override(language):
        named = {_key(one): one for one in set_up_changes(report, (), until=period.ends_on)}
        found = [named[_key(one)] for one in changes]
        return [
            {
                "about": one.about,
                "before": words_before(one),
                "after": words_after(one),
                "share": None if (share := share_of(one)) is None else list(share),
            }
            for one in found
        ]


def _share_in_returns(change: ChangeSince, report: IssuedReport) -> list[str]:
    """Return what a change moved: the returns that became late or on time, or the returns expected of a unit."""
    if change.kind is ChangeKind.DEADLINE:
        return list(deadline_share(change))
    if change.kind is ChangeKind.REGION:
        return []
    unit = change.row if change.kind is ChangeKind.UNIT else change.row.unit
    names = {unit.name, change.before.get("name")}
    then = sum(sum(numbers.values()) for (_region, named), numbers, _times in report.book["units"] if named[0] in names)
    rows = Filings(report.plan, report.region, report.period, now=report.as_of).rows
    now = rows.filter(unit=unit).count()
    if then == now:
        return []
    return [_("returns expected of the unit: %(then)s → %(now)s") % {"then": then, "now": now}]


def _line(kept: Mapping[str, Any], *, hides_names: bool) -> SetUpChange:
    words = kept["words"].get(get_language()) or kept["words"][settings.LANGUAGE_CODE]
    return SetUpChange(
        kind=kind_in_words(ChangeKind(kept["kind"])),
        about=words["about"],
        before=words["before"],
        after=words["after"],
        document=kept["document"],
        changed_by="" if hides_names else kept["changed_by"],
        changed_at=datetime.fromisoformat(kept["changed_at"]),
        share=words["share"],
        since=Issue(**kept["since"]).in_words(is_edition=kept["is_edition"]),
        is_since_edition=kept["is_edition"],
    )
