"""Keep the expected returns of units as they follow from the projects of which they report."""

from collections.abc import Sequence
from datetime import datetime

from tracker.models import ListMember, ProjectList
from tracker.services.returns.expected import update_expected


def follow_members(project_list: ProjectList, members: Sequence[ListMember], *, now: datetime | None) -> None:
    """Bring expected returns up to date after these members came, left or changed; nothing where none are asked for."""
    if not (project_list.frequency or project_list.preparation_frequency):
        return
    units = {member.project.unit for member in members}
    alone = next(iter(units)) if len(units) == 1 else None
    update_expected(project_list.plan, unit=alone, now=now)
