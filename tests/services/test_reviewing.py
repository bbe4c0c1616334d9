"""What is verified is what was seen; what goes back carries comments on its cells."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.factories import NOW
from tests.services.random_returns import few, undone
from tracker.models import CellComment, Entry, Event, Return, Role, ValueRevision
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.returns.review_comments import comments_since, last_reopening
from tracker.services import returns
from tracker.services.returns.steps import add_revisions
from tracker.services.returns.totals import differing_totals

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
HOUR = timedelta(hours=1)


@pytest.fixture
def submitted(taiyuan, reporter, plan):
    """Taiyuan's submitted return for August: 500 and a nil return."""
    return factories.file_return(taiyuan, factories.period(plan), {GANGUE: "500", ASH: "0"}, reporter=reporter)


def seen(unit_return):
    cells = Entry.objects.filter(unit_return=unit_return)
    return dict(cells.values_list("indicator__code", "reported_revision_id"))


def verify(unit_return, reviewer, **more):
    more = {"expected_version": unit_return.version, **more}
    return returns.verify_return(unit_return, acting_user=reviewer, now=NOW, **more)


def send_back(unit_return, reviewer, now=NOW, **more):
    more = {"expected_version": unit_return.version, **more}
    return returns.send_back_return(unit_return, acting_user=reviewer, now=now, **more)


def correct(unit_return, reporter, texts, now=NOW, **more):
    returns.save_draft(unit_return, texts, acting_user=reporter, now=now, expected_version=unit_return.version, **more)
    return returns.submit_return(unit_return, acting_user=reporter, now=now, expected_version=unit_return.version)


def import_past_the_steps(unit_return, reporter, value):
    """A value set as a bulk import would that neither asks for nor moves the version."""
    revision = ValueRevision(
        entry=factories.entry(unit_return, GANGUE),
        kind=ValueRevision.Kind.REPORTED,
        value=value,
        source=ValueRevision.Source.TABLE,
        actor=reporter,
        recorded_at=NOW,
    )
    add_revisions([revision])


def test_what_was_seen_is_verified_and_named(submitted, reviewer):
    had = seen(submitted)
    verify(submitted, reviewer, seen=had)
    cells = Entry.objects.filter(unit_return=submitted)
    assert dict(cells.values_list("indicator__code", "verified_revision__saw")) == had


@pytest.mark.parametrize("source", [returns.FORM, returns.Source(ValueRevision.Source.WORKBOOK, "填报!F7")])
def test_a_correction_that_arrives_meanwhile_is_never_verified_unseen(submitted, reporter, reviewer, source):
    had, version = seen(submitted), submitted.version
    send_back(submitted, factories.make_user("second", Role.REVIEWER), comment="请核对")
    correct(submitted, reporter, {GANGUE: "900"}, source=source)
    with pytest.raises(ChangedMeanwhile):
        verify(submitted, reviewer, expected_version=version, seen=had)
    with pytest.raises(ChangedMeanwhile) as refusal:
        verify(submitted, reviewer, expected_version=Return.objects.get().version, seen=had)
    assert set(refusal.value.fields) == {GANGUE}
    assert not Entry.objects.exclude(verified_value=None).exists()
    assert Return.objects.get().state == Return.State.SUBMITTED


def test_nor_is_one_that_moved_no_version(submitted, reporter, reviewer):
    had = seen(submitted)
    import_past_the_steps(submitted, reporter, 900)
    with pytest.raises(ChangedMeanwhile) as refusal:
        verify(submitted, reviewer, seen=had)
    assert set(refusal.value.fields) == {GANGUE}
    submitted.refresh_from_db()
    with pytest.raises(ChangedMeanwhile):
        send_back(submitted, reviewer, comment="请核对", seen=had)
    assert Return.objects.get().state == Return.State.SUBMITTED
    assert not CellComment.objects.exists()


def test_a_cell_that_was_not_shown_is_not_verified(submitted, reviewer):
    had = seen(submitted)
    had.pop(ASH)
    with pytest.raises(ChangedMeanwhile) as refusal:
        verify(submitted, reviewer, seen=had)
    assert set(refusal.value.fields) == {ASH}


def test_of_two_reviewers_at_once_the_second_is_told(submitted, reviewer):
    second = factories.make_user("second", Role.REVIEWER)
    had, stale = seen(submitted), Return.objects.get()
    verify(submitted, reviewer, seen=had)
    with pytest.raises(ChangedMeanwhile):
        verify(stale, second, seen=had, changes={GANGUE: ("1", "x")})
    with pytest.raises(ChangedMeanwhile):
        send_back(stale, second, comment="x", seen=had)
    assert Return.objects.get().verified_by == reviewer
    assert factories.entry(submitted, GANGUE).verified_value == 500


def test_comments_on_cells_go_back_with_the_revision_that_was_seen(submitted, reviewer):
    had = seen(submitted)
    send_back(submitted, reviewer, cell_comments={GANGUE: " 多写了一位 ", ASH: " "}, seen=had)
    comment = CellComment.objects.get()
    assert (comment.text, comment.author, comment.revision_id) == ("多写了一位", reviewer, had[GANGUE])
    stored = Return.objects.get()
    assert (stored.state, stored.review_comment) == (Return.State.SENT_BACK, "")
    event = Event.objects.filter(action="return_sent_back").get()
    assert event.after == {"state": "sent_back", GANGUE: "多写了一位"}
    assert differing_totals() == []


@pytest.mark.parametrize("said", [{}, {"comment": " "}, {"comment": "", "cell_comments": {GANGUE: " "}}])
def test_a_return_goes_back_with_at_least_one_comment(submitted, reviewer, said):
    with pytest.raises(Refused) as refusal:
        send_back(submitted, reviewer, **said)
    assert "comment" in refusal.value.fields
    assert Return.objects.get().state == Return.State.SUBMITTED


def test_a_comment_on_a_cell_that_is_not_there_is_not_kept(submitted, reviewer):
    send_back(submitted, reviewer, comment="请核对", cell_comments={"no_such_indicator": "x"})
    assert not CellComment.objects.exists()


def test_a_comment_stays_open_until_its_cell_is_corrected(submitted, reporter, reviewer):
    send_back(submitted, reviewer, cell_comments={GANGUE: "多写了一位", ASH: "零报告请说明"})
    assert CellComment.objects.open().count() == 2
    returns.save_draft(
        submitted, {GANGUE: "50"}, acting_user=reporter, now=NOW + HOUR, expected_version=submitted.version
    )
    assert [comment.text for comment in CellComment.objects.open()] == ["零报告请说明"]


def test_a_note_answers_a_comment_too(submitted, reporter, reviewer):
    send_back(submitted, reviewer, cell_comments={ASH: "零报告请说明"})
    correct(submitted, reporter, {}, notes={ASH: "停产检修"}, now=NOW + HOUR)
    (said,) = comments_since(last_reopening(submitted), submitted)[factories.entry(submitted, ASH).pk]
    assert said.is_answered


def test_only_the_comments_of_the_last_time_are_shown(submitted, reporter, reviewer):
    send_back(submitted, reviewer, cell_comments={GANGUE: "第一次"})
    correct(submitted, reporter, {GANGUE: "400"}, now=NOW + HOUR)
    send_back(submitted, reviewer, cell_comments={ASH: "第二次"}, now=NOW + 2 * HOUR)
    shown = comments_since(last_reopening(submitted), submitted)
    assert [said.comment.text for found in shown.values() for said in found] == ["第二次"]


def test_an_unlocked_return_shows_no_comment_from_before_it_was_verified(submitted, reporter, reviewer):
    send_back(submitted, reviewer, cell_comments={ASH: "零报告请说明"})
    correct(submitted, reporter, {GANGUE: "400"}, now=NOW + HOUR)
    verify(submitted, reviewer)
    factories.unlock(submitted, reporter=reporter, reviewer=reviewer, now=NOW + 3 * HOUR)
    reopening = last_reopening(submitted)
    assert reopening.action == "return_unlocked"
    assert comments_since(reopening, submitted) == {}


def test_who_submitted_neither_verifies_nor_is_a_reporter_a_reviewer(submitted, reporter):
    with pytest.raises(NotAllowed):
        verify(submitted, reporter, seen=seen(submitted))
    with pytest.raises(NotAllowed):
        send_back(submitted, reporter, comment="x")


@few
@given(meanwhile=st.lists(st.sampled_from(["save", "back", "import"]), max_size=4), sees_last=st.booleans())
def test_whatever_happens_meanwhile_only_what_was_seen_is_verified(submitted, reporter, reviewer, meanwhile, sees_last):
    """The verified revisions rest on the revisions in the form, or nothing is verified."""
    with undone():
        unit_return = Return.objects.get()
        had, version = seen(unit_return), unit_return.version
        for number, step in enumerate(meanwhile, start=1):
            if step == "import":
                import_past_the_steps(unit_return, reporter, number)
            else:
                send_back(unit_return, reviewer, comment="请核对")
                correct(unit_return, reporter, {GANGUE: str(number)} if step == "save" else {})
        if sees_last:
            had, version = seen(unit_return), unit_return.version
        try:
            verify(unit_return, reviewer, expected_version=version, seen=had)
        except ChangedMeanwhile:
            assert meanwhile and not sees_last
            assert not Entry.objects.exclude(verified_value=None).exists()
        else:
            cells = Entry.objects.filter(unit_return=unit_return)
            assert dict(cells.values_list("indicator__code", "verified_revision__saw")) == had
