"""The rolling year: a list goes on in the next year with what is carried over, still new, or in preparation."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import ListMember, ListStep, ProjectList, StepDecision, TakenStep, User
from tracker.queries.errors import Refused
from tracker.queries.projects.carrying import Continuing, continuing_members
from tracker.services.counts.standing import update_standing
from tracker.services.projects.changes import AT_ONCE, Document
from tracker.services.projects.lists import StepOfList, create_list, set_reporting
from tracker.services.projects.members import add_members

Category = ListMember.Category


@transaction.atomic
def carry_over(
    source: ProjectList,
    following: ProjectList,
    categories: Collection[str],
    *,
    document: Document,
    acting_user: User | None,
    now: datetime,
) -> list[ListMember]:
    """Create the list of the following year with the members of these categories, by a document.

    A project that started is carried over with the steps that it took and what was invested; one that did not start is
    new again, or in preparation as before. Members in production, halted or terminated leave the balance and stay
    behind. Raise Refused where nobody is left, or the year does not follow.
    """
    if following.year <= source.year:
        raise Refused(_("The list was not carried over."), {"year": _("Choose a later year.")})
    chosen = [one for one in continuing_members(source, before=document.effective_from) if one.category in categories]
    if not chosen:
        raise Refused(_("The list was not carried over."), {"categories": _("No member goes on in these categories.")})
    following.carried_from = source
    following.kind, following.is_closed = source.kind, source.is_closed
    following.inapplicable_leaves, following.counts_parts = source.inapplicable_leaves, source.counts_parts
    create_list(following, _steps_of(source), acting_user=acting_user, now=now)
    added = add_members(following, [one.as_new for one in chosen], document=document, acting_user=acting_user, now=now)
    _copy_steps(source, following, chosen, added, now)
    update_standing(added, now=now)
    if source.frequency or source.preparation_frequency:
        set_reporting(
            following,
            frequency=source.frequency,
            preparation_frequency=source.preparation_frequency,
            reports_from=document.effective_from,
            acting_user=acting_user,
            now=now,
        )
    return added


def _steps_of(source: ProjectList) -> list[StepOfList]:
    return [StepOfList.of(step) for step in source.steps.all()]


def _copy_steps(
    source: ProjectList,
    following: ProjectList,
    chosen: Sequence[Continuing],
    added: Sequence[ListMember],
    now: datetime,
) -> None:
    """Copy the verified steps, each with who reported it and who verified it: a stage is never typed.

    What halted or resumed a project belongs to the year in which it did.
    """
    steps: dict[str, ListStep] = {step.code: step for step in following.steps.all()}
    after = {one.member.pk: member for one, member in zip(chosen, added, strict=True)}
    taken: list[TakenStep] = []
    for start in range(0, len(chosen), AT_ONCE):
        ids = [one.member.pk for one in chosen[start : start + AT_ONCE]]
        rows = TakenStep.objects.verified().filter(member__in=ids, step__kind="stage").select_related("step")
        taken += rows.order_by("member", "day", "pk")
    note = _("Carried over from “%(list)s”.") % {"list": source}
    copies = TakenStep.objects.bulk_create(
        [
            TakenStep(
                member=after[row.member_id],
                step=steps[row.step.code],
                day=row.day,
                evidence=row.evidence,
                note=note,
                findings=row.findings,
                reported_by_id=row.reported_by_id,
                recorded_at=now,
            )
            for row in taken
        ],
        batch_size=AT_ONCE,
    )
    verdicts = _verdicts(taken)
    StepDecision.objects.bulk_create(
        [
            StepDecision(
                taken=copy,
                verdict=StepDecision.Verdict.VERIFIED,
                comment=note,
                decided_by_id=verdicts[row.pk],
                decided_at=now,
            )
            for row, copy in zip(taken, copies, strict=True)
        ],
        batch_size=AT_ONCE,
    )


def _verdicts(taken: Sequence[TakenStep]) -> dict[int, int]:
    """Return who verified each of these steps, the last decision counting."""
    found: dict[int, int] = {}
    ids = [row.pk for row in taken]
    for start in range(0, len(ids), AT_ONCE):
        rows = StepDecision.objects.filter(taken__in=ids[start : start + AT_ONCE]).order_by("pk")
        found |= dict(rows.values_list("taken_id", "decided_by_id"))
    return found
