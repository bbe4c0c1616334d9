"""Taking a submitted return back before a reviewer has looked at it."""

from datetime import timedelta

import pytest

from tests import factories
from tests.factories import NOW
from tracker.models import Event, Period, Return
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.returns.history import cell_history, without_first_filing
from tracker.services import returns
from tracker.services.returns.totals import differing_totals
from tracker.services.returns.withdraw import note_look

pytestmark = pytest.mark.django_db
GANGUE = "coal_gangue_utilised"
VALUES = {GANGUE: "5", "fly_ash_utilised": "1"}


@pytest.fixture
def filed(plan, taiyuan, reporter):
    return factories.file_return(taiyuan, factories.period(plan), VALUES, reporter=reporter)


def withdraw(filed, person, **more):
    now = more.pop("now", NOW)
    return returns.withdraw_return(filed, acting_user=person, now=now, expected_version=filed.version, **more)


def test_a_return_that_no_reviewer_has_opened_is_a_draft_again(filed, reporter, reviewer):
    withdraw(filed, reporter)
    filed.refresh_from_db()
    assert (filed.state, filed.submitted_at, filed.first_submitted_at) == ("draft", None, None)
    assert filed.handed_in_at is None
    assert not Return.objects.waiting_for(reviewer).exists()
    assert differing_totals() == []
    assert Event.objects.filter(action="return_withdrawn", actor=reporter).count() == 1
    returns.submit_return(filed, acting_user=reporter, now=NOW, expected_version=filed.version)
    assert filed.state == Return.State.SUBMITTED


def test_one_that_a_reviewer_has_opened_stays_submitted(filed, reporter, reviewer):
    for _time in range(2):
        note_look(filed, acting_user=reviewer, now=NOW)
    assert Event.objects.filter(action="return_looked_at", actor=reviewer).count() == 1
    with pytest.raises(Refused):
        withdraw(filed, reporter)
    filed.refresh_from_db()
    assert filed.state == Return.State.SUBMITTED


def test_a_look_before_a_new_submission_does_not_count(filed, reporter, reviewer):
    note_look(filed, acting_user=reviewer, now=NOW)
    returns.send_back_return(filed, comment="x", acting_user=reviewer, now=NOW, expected_version=filed.version)
    later = NOW + timedelta(hours=1)
    returns.submit_return(filed, acting_user=reporter, now=later, expected_version=filed.version)
    withdraw(filed, reporter, now=later)
    assert filed.state == Return.State.SENT_BACK
    assert filed.handed_in_at == NOW, "the first submission stays on time"


def test_only_who_reports_for_the_unit_takes_it_back(filed, reviewer):
    with pytest.raises(NotAllowed):
        withdraw(filed, reviewer)


def test_a_reviewer_who_verifies_what_was_withdrawn_is_told(filed, reporter, reviewer):
    seen = filed.version
    withdraw(filed, reporter)
    with pytest.raises(ChangedMeanwhile):
        returns.verify_return(filed, acting_user=reviewer, now=NOW, expected_version=seen)


def test_where_the_period_is_locked_it_stays_submitted(filed, reporter):
    factories.set_deadlines(Period.objects.filter(pk=filed.period_id), due_at=NOW, locks_at=NOW)
    with pytest.raises(Refused):
        withdraw(filed, reporter, now=NOW + timedelta(days=1))


def test_the_history_of_a_cell_leaves_out_the_drafts_of_a_first_filing(plan, taiyuan, reporter, reviewer):
    draft = returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    hours = iter(NOW + timedelta(hours=number) for number in range(9))

    def save(text):
        returns.save_draft(
            draft, {**VALUES, GANGUE: text}, acting_user=reporter, now=next(hours), expected_version=draft.version
        )

    def told() -> int:
        revisions = list(factories.entry(draft, GANGUE).revisions.select_related("actor", "entry__indicator__unit"))
        return len(cell_history(without_first_filing(revisions, draft)))

    for text in ("5", "6", "7"):
        save(text)
    assert told() == 3
    returns.submit_return(draft, acting_user=reporter, now=next(hours), expected_version=draft.version)
    assert told() == 1
    returns.send_back_return(draft, comment="x", acting_user=reviewer, now=next(hours), expected_version=draft.version)
    save("8")
    assert told() == 2
