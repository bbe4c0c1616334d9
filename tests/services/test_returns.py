"""Filing and reviewing returns."""

from decimal import Decimal

import pytest
from django.utils import translation

from tests import factories
from tests.factories import NOW
from tracker.models import Entry, Event, Return, Role, ValueRevision
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services import returns

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture
def draft(taiyuan, reporter, plan):
    """An open return of Taiyuan for August."""
    return returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)


def save(draft, reporter, texts, version=None):
    return returns.save_draft(draft, texts, acting_user=reporter, now=NOW, expected_version=version or draft.version)


def test_a_return_opens_with_an_empty_entry_for_each_indicator_owed(draft):
    assert {entry.indicator.code: entry.reported_value for entry in draft.entries.all()} == {GANGUE: None, ASH: None}


def test_a_second_return_for_the_same_unit_and_period_is_refused(draft, taiyuan, reporter, plan):
    with pytest.raises(Refused) as refusal:
        returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    assert "period" in refusal.value.fields
    assert Return.objects.count() == 1


def test_an_official_opens_no_return_of_another_city(plan, reporter):
    other = factories.make_unit(plan, factories.DATONG)
    with pytest.raises(NotAllowed):
        returns.open_return(other, factories.period(plan), acting_user=reporter, now=NOW)


def test_a_draft_keeps_values_and_their_revisions(draft, reporter):
    save(draft, reporter, {GANGUE: "500.5"})
    save(draft, reporter, {GANGUE: "501"})
    entry = factories.entry(draft, GANGUE)
    assert entry.reported_value == Decimal(501)
    assert [r.value for r in entry.revisions.order_by("number")] == [Decimal("500.5"), Decimal(501)]


def test_typing_the_same_value_again_changes_nothing(draft, reporter):
    save(draft, reporter, {GANGUE: "500"})
    save(draft, reporter, {GANGUE: "500.0"})
    assert ValueRevision.objects.count() == 1


def test_a_typed_zero_stays_a_zero_and_an_emptied_cell_is_missing(draft, reporter):
    save(draft, reporter, {GANGUE: "0", ASH: "7"})
    save(draft, reporter, {ASH: ""})
    assert factories.entry(draft, GANGUE).reported_value == 0
    assert factories.entry(draft, ASH).reported_value is None


def test_another_unit_of_the_same_dimension_is_converted_and_the_typed_text_kept(draft, reporter):
    save(draft, reporter, {GANGUE: "65000吨"})
    revision = ValueRevision.objects.get()
    assert (revision.value, revision.entered_text, revision.entered_unit.symbol) == (Decimal("6.5"), "65000吨", "吨")


@pytest.mark.parametrize(
    "text",
    ["abc", "NaN", "Infinity", "1_000", "1e3", "-5", "6500户", "1,23", "1.1.1", "9999999999999999", "=1+1"],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_not_a_finite_number_in_the_unit_is_refused_at_its_cell_and_nothing_stored(
    draft, reporter, text, language
):
    with translation.override(language), pytest.raises(Refused) as refusal:
        save(draft, reporter, {GANGUE: text, ASH: "10"})
    assert set(refusal.value.fields) == {GANGUE}
    assert not Entry.objects.exclude(reported_value=None).exists()
    assert not ValueRevision.objects.exists()
    assert Return.objects.get().version == 1


def test_a_return_with_a_missing_cell_cannot_be_submitted(draft, reporter):
    save(draft, reporter, {GANGUE: "500"})
    with pytest.raises(Refused) as refusal:
        returns.submit_return(draft, acting_user=reporter, now=NOW, expected_version=draft.version)
    assert set(refusal.value.fields) == {ASH}
    assert Return.objects.get().state == Return.State.DRAFT


def test_the_second_of_two_writers_is_told(draft, reporter):
    stale = draft.version
    save(draft, reporter, {GANGUE: "1"})
    with pytest.raises(ChangedMeanwhile):
        save(draft, reporter, {GANGUE: "2"}, version=stale)
    assert factories.entry(draft, GANGUE).reported_value == 1


def submitted(draft, reporter):
    save(draft, reporter, {GANGUE: "500", ASH: "0"})
    return returns.submit_return(draft, acting_user=reporter, now=NOW, expected_version=draft.version)


def test_verifying_makes_reported_values_count(draft, reporter, reviewer):
    submitted(draft, reporter)
    returns.verify_return(draft, acting_user=reviewer, now=NOW, expected_version=draft.version)
    assert factories.entry(draft, GANGUE).verified_value == 500
    assert factories.entry(draft, ASH).verified_value == 0
    assert Return.objects.get().verified_by == reviewer


def test_a_changed_value_needs_a_reason_and_names_the_revision_seen(draft, reporter, reviewer):
    submitted(draft, reporter)
    with pytest.raises(Refused) as refusal:
        returns.verify_return(
            draft, acting_user=reviewer, now=NOW, expected_version=draft.version, changes={GANGUE: ("480", " ")}
        )
    assert set(refusal.value.fields) == {GANGUE}
    draft.refresh_from_db()
    returns.verify_return(
        draft, acting_user=reviewer, now=NOW, expected_version=draft.version, changes={GANGUE: ("480", "重复计算")}
    )
    entry = factories.entry(draft, GANGUE)
    assert (entry.reported_value, entry.verified_value) == (500, 480)
    assert (entry.verified_revision.reason, entry.verified_revision.saw) == ("重复计算", entry.reported_revision)


def test_sending_back_needs_a_comment_and_opens_the_return_again(draft, reporter, reviewer):
    submitted(draft, reporter)
    with pytest.raises(Refused):
        returns.send_back_return(draft, comment=" ", acting_user=reviewer, now=NOW, expected_version=draft.version)
    draft.refresh_from_db()
    returns.send_back_return(draft, comment="请核对", acting_user=reviewer, now=NOW, expected_version=draft.version)
    assert (draft.state, draft.review_comment) == (Return.State.SENT_BACK, "请核对")
    save(draft, reporter, {GANGUE: "450"})


def test_neither_does_the_others_work(draft, reporter, reviewer):
    with pytest.raises(NotAllowed):
        save(draft, reviewer, {GANGUE: "1"})
    submitted(draft, reporter)
    with pytest.raises(NotAllowed):
        returns.verify_return(draft, acting_user=reporter, now=NOW, expected_version=draft.version)


def test_who_submitted_cannot_verify_even_with_both_roles(draft, reporter, plan):
    from tracker.models import Membership

    Membership.objects.create(user=reporter, role=Role.REVIEWER, region=plan.region)
    del reporter.__dict__["current_memberships"]
    submitted(draft, reporter)
    with pytest.raises(NotAllowed):
        returns.verify_return(draft, acting_user=reporter, now=NOW, expected_version=draft.version)


def test_nobody_else_sees_a_draft(draft, reporter, reviewer, plan):
    neighbour = factories.make_user("datong-official", Role.REPORTER, factories.DATONG)
    seen = {user.username: list(Return.objects.visible_to(user)) for user in (reporter, reviewer, neighbour)}
    assert seen == {"taiyuan-official": [draft], "reviewer": [], "datong-official": []}


def test_a_submitted_return_is_the_reviewers_to_see_but_not_the_neighbours(draft, reporter, reviewer):
    neighbour = factories.make_user("datong-official", Role.REPORTER, factories.DATONG)
    submitted(draft, reporter)
    assert list(Return.objects.visible_to(reviewer)) == [draft]
    assert list(Return.objects.visible_to(neighbour)) == []


def test_the_last_second_of_the_deadline_is_on_time(draft, plan):
    due = factories.period(plan).due_at
    draft.submitted_at = factories.period(plan).deadline
    assert (
        draft.submitted_at.astimezone(factories.SHANGHAI).isoformat() == "2020-09-07T23:59:59+08:00"
    )  # the 5th is a Saturday
    assert not draft.is_late
    draft.submitted_at = due
    assert draft.is_late


def test_each_step_is_an_event_with_its_actor(draft, reporter, reviewer):
    submitted(draft, reporter)
    returns.verify_return(draft, acting_user=reviewer, now=NOW, expected_version=draft.version)
    steps = Event.objects.filter(object_type="return").order_by("pk").values_list("action", "actor__username")
    assert list(steps) == [
        ("return_opened", "taiyuan-official"),
        ("draft_saved", "taiyuan-official"),
        ("return_submitted", "taiyuan-official"),
        ("return_verified", "reviewer"),
    ]
