"""Starts and finishes within a year on a list, and coordinates of its projects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.calculation.lists.listed import Stage
from tracker.models import ListMember, ProjectList, Region, User
from tracker.models.earlier import lay_within
from tracker.queries.projects.listed import members_on, stages_of

#: So many projects are drawn; more do not read on one page.
MOST = 200
#: So many points stand on the map.
MOST_PLACED = 2000
AT_ONCE = 500


@dataclass(frozen=True)
class TimedMember:
    """A member with the verified days on which it started and went into production."""

    member: ListMember
    started: date | None
    producing: date | None
    is_late: bool

    @property
    def kind(self) -> str:
        """Return how far it is: waiting, started, producing or halted."""
        if self.member.state != ListMember.State.ACTIVE:
            return "halted"
        return "producing" if self.producing else "started" if self.started else "waiting"


@dataclass(frozen=True)
class TimelinePage:
    """Projects that start or finish in the year by plan or in fact, how many more there are, and those on the map."""

    first: date
    last: date
    lines: Sequence[TimedMember]
    more: int
    placed: Sequence[TimedMember]


def load_timeline(project_list: ProjectList, user: User, day: date, region: Region) -> TimelinePage:
    """Return the timeline of the year of a day, of the names that a person may read in a region."""
    stages = stages_of({one.code: one for one in project_list.steps.all()})
    within = members_on(project_list, day, user).filter(lay_within(region, day, "project__region"))
    first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    chosen, placed = [], []
    rows = within.order_by("project__planned_start", "number").values_list(
        "pk", "reached", "project__planned_start", "project__planned_finish", "project__longitude", "project__latitude"
    )
    for pk, reached, *planned, longitude, latitude in rows:
        days = [*planned, *(_since(reached, stages, code, day) for code in ("started", "producing"))]
        if any(found and first <= found <= last for found in days):
            chosen.append(pk)
        if longitude is not None and latitude is not None:
            placed.append(pk)
    shown = [*chosen[:MOST], *placed[:MOST_PLACED]]
    members = {one.pk: _timed(one, stages, day) for one in _in_parts(shown)}
    return TimelinePage(
        first,
        last,
        [members[pk] for pk in chosen[:MOST]],
        max(len(chosen) - MOST, 0),
        [members[pk] for pk in placed[:MOST_PLACED]],
    )


def _in_parts(ids: Sequence[int]) -> Iterator[ListMember]:
    """Yield the members of these keys; a database takes so many in one statement."""
    listed = sorted(set(ids))
    for start in range(0, len(listed), AT_ONCE):
        yield from ListMember.objects.filter(pk__in=listed[start : start + AT_ONCE]).with_names()


def _timed(member: ListMember, stages: Sequence[Stage], day: date) -> TimedMember:
    started, producing = (_since(member.reached, stages, code, day) for code in ("started", "producing"))
    project = member.project
    due = ((project.planned_start, started), (project.planned_finish, producing))
    is_late = any(planned is not None and planned <= day and actual is None for planned, actual in due)
    return TimedMember(member, started, producing, is_late and member.state == ListMember.State.ACTIVE)


def _since(steps: Mapping[str, str], stages: Sequence[Stage], code: str, day: date) -> date | None:
    """Return the first day at a stage or beyond it, by the end of a day."""
    least = next((one.position for one in stages if one.code == code), None)
    if least is None:
        return None
    reached = [date.fromisoformat(steps[one.code]) for one in stages if one.position >= least and one.code in steps]
    return min((one for one in reached if one <= day), default=None)
