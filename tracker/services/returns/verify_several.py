"""Many returns verified at once, as reported: only those about which nothing is odd, each as it was seen."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.checks import Flag, Severity
from tracker.models import Entry, ProjectReport, Return, User
from tracker.models.access import Capability
from tracker.queries.errors import Refused
from tracker.queries.returns.check_wording import describe
from tracker.queries.returns.checks import flags_of
from tracker.services.returns.steps import not_this_level
from tracker.services.returns.verify import verify_return

#: So many are verified in one go: a request stays short, and a list that a person still reads.
LIMIT = 50
#: What nobody verifies without having looked at the return itself; a hint is only shown.
GRAVE = frozenset({Severity.ERROR, Severity.WARNING})


@dataclass(frozen=True)
class SeenReturn:
    """A return as somebody saw it: its version, and by indicator code the reported revision."""

    pk: int
    version: int
    revisions: Mapping[str, int | None]


@dataclass(frozen=True)
class Candidate:
    """A return that may be verified unopened, or the obstacle in words: flags, the wrong state, the wrong person."""

    unit_return: Return
    sight: SeenReturn
    obstacle: str = ""
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class BulkOutcome:
    """What became of one return: verified, or left with the reason in words."""

    unit_return: Return
    left_because: str = ""


def triage(returns: Iterable[Return], *, acting_user: User) -> list[Candidate]:
    """Return which of these the person may verify without opening them, and why not the others; in their order.

    A fixed number of queries, however many returns.
    """
    rows = list(returns)
    sights, names = _sights(rows)
    flags = flags_of(row for row in rows if row.state == Return.State.SUBMITTED)
    told = _in_words(flags, names)
    written = Return.objects.written_by(acting_user).filter(pk__in=[row.pk for row in rows])
    typed = set(written.order_by().values_list("pk", flat=True))
    of_projects = ProjectReport.objects.filter(unit_return__in=[row.pk for row in rows])
    with_projects = set(of_projects.order_by().values_list("unit_return", flat=True))
    candidates = []
    for row in rows:
        grave = [text for flag, text in told[row.pk] if flag.severity in GRAVE]
        hints = tuple(text for flag, text in told[row.pk] if flag.severity is Severity.HINT)
        unseen = _("It reports on projects, whose lines are verified on the return itself: open it.")
        found = [*([unseen] if row.pk in with_projects else []), *grave]
        obstacle = _obstacle(row, acting_user, typed) or "\n".join(found)
        candidates.append(Candidate(row, sights[row.pk], obstacle, hints))
    return candidates


def _obstacle(row: Return, acting_user: User, typed: Set[int]) -> str:
    """Why the person cannot verify it at all."""
    if not row.is_within(acting_user, Capability.VERIFY):
        return _("You do not review this unit.")
    if not row.is_reviewed_by(acting_user):
        return not_this_level(row)
    if row.state != Return.State.SUBMITTED:
        return _("It is “%(state)s”, and does not wait for review.") % {"state": row.get_state_display()}
    if row.submitted_by_id == acting_user.pk:
        return _("You submitted this return; another reviewer must verify it.")
    if row.pk in typed:
        return _("You typed values of this return; another reviewer must verify it.")
    return ""


def verify_several(sights: Sequence[SeenReturn], *, acting_user: User, now: datetime) -> list[BulkOutcome]:
    """Verify each as it was reported and seen, in a transaction of its own; what cannot be is left and told.

    Flags are looked at again: what was confirmed a while ago may be odd by now. Raises Refused beyond LIMIT.
    """
    if len(sights) > LIMIT:
        raise Refused(_("At most %(number)s returns are verified at once.") % {"number": LIMIT})
    rows = Return.objects.reviewable_by(acting_user).with_names().in_bulk([sight.pk for sight in sights])
    candidates = {c.unit_return.pk: c for c in triage(rows.values(), acting_user=acting_user)}
    return [_verify(candidates[sight.pk], sight, acting_user, now) for sight in sights if sight.pk in candidates]


def _verify(candidate: Candidate, sight: SeenReturn, acting_user: User, now: datetime) -> BulkOutcome:
    unit_return = candidate.unit_return
    if candidate.obstacle:
        return BulkOutcome(unit_return, candidate.obstacle)
    try:
        verify_return(
            unit_return, acting_user=acting_user, now=now, expected_version=sight.version, seen=sight.revisions
        )
    except Refused as refusal:
        return BulkOutcome(unit_return, refusal.message)
    return BulkOutcome(unit_return)


def _in_words(flags: Mapping[int, list[Flag]], names: Mapping[str, str]) -> Mapping[int, list[tuple[Flag, str]]]:
    """Return what the flags of each return say, with the indicator's name: told together, so that names are read
    once.
    """
    everything = [(pk, flag) for pk, found in flags.items() for flag in found]
    grouped: dict[int, list[tuple[Flag, str]]] = defaultdict(list)
    for (pk, flag), told in zip(everything, describe(flag for _pk, flag in everything), strict=True):
        words = {"indicator": names.get(flag.indicator, flag.indicator), "flag": told.text}
        grouped[pk].append((flag, pgettext("a flag at an indicator", "%(indicator)s: %(flag)s") % words))
    return grouped


def _sights(rows: Sequence[Return]) -> tuple[dict[int, SeenReturn], dict[str, str]]:
    """Return what stands in each return now, and the names of its indicators by code."""
    revisions: dict[int, dict[str, int | None]] = {row.pk: {} for row in rows}
    names: dict[str, str] = {}
    for cell in Entry.objects.filter(unit_return__in=list(revisions)).select_related("indicator").order_by():
        revisions[cell.unit_return_id][cell.indicator.code] = cell.reported_revision_id
        names[cell.indicator.code] = str(cell.indicator)
    return {row.pk: SeenReturn(row.pk, row.version, revisions[row.pk]) for row in rows}, names
