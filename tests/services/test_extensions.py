"""Extensions and the lock: who may give more time, what it moves, and how it ends."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import translation

from tests import factories
from tests.factories import NOW, SHANGHAI
from tracker.models import Event, Extension, Period, Return
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.returns.expected_returns import expected_returns
from tracker.services import returns
from tracker.services.returns import extensions
from tracker.services.returns.extensions import grant_extension, withdraw_extension

VALUES = {"coal_gangue_utilised": "5", "fly_ash_utilised": "1"}
SECOND = timedelta(seconds=1)
DUE = datetime(2020, 9, 8, tzinfo=SHANGHAI)
LOCK = datetime(2020, 9, 18, tzinfo=SHANGHAI)
UNTIL = datetime(2020, 9, 25, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def august(plan):
    """August, due on Monday 7 September, locked ten days later."""
    factories.set_deadlines(Period.objects.filter(plan=plan), locks_at=None)
    factories.set_deadlines(Period.objects.filter(plan=plan, code="2020-08"), locks_at=LOCK)
    return factories.period(plan)


@pytest.fixture
def grant(taiyuan, august, reviewer):
    """Grant Taiyuan more time for August."""

    def grant(until=UNTIL, now=NOW, acting_user=reviewer, reason="Flood", unit=taiyuan, period=august):
        return grant_extension(unit, period, until=until, reason=reason, acting_user=acting_user, now=now)

    return grant


def filed(unit, period, reporter, now):
    factories.file_return(unit, period, VALUES, reporter=reporter, now=now)
    return Return.objects.with_names().get(unit=unit, period=period)


def test_a_unit_with_more_time_is_on_time_to_its_last_second(taiyuan, august, reporter, grant):
    grant()
    row = filed(taiyuan, august, reporter, UNTIL - SECOND)
    assert (row.is_late, list(Return.objects.late()), list(Return.objects.on_time())) == (False, [], [row])


def test_when_it_has_ended_the_return_is_late_without_anybodys_doing(taiyuan, august, reporter, grant):
    grant(until=LOCK - timedelta(days=1))
    row = filed(taiyuan, august, reporter, LOCK - timedelta(days=1))
    assert (row.is_late, list(Return.objects.late()), list(Return.objects.on_time())) == (True, [row], [])


def test_an_extension_is_one_units_alone(plan, taiyuan, august, grant):
    datong = factories.make_unit(plan, factories.DATONG)
    grant()
    officials = factories.make_user("official", "reporter", factories.DATONG)
    late = filed(datong, august, officials, DUE)
    assert late.is_late


def test_overdue_and_owed_follow_the_extension(taiyuan, august, reporter, grant):
    returns.open_return(taiyuan, august, acting_user=reporter, now=NOW)
    july = next(item for item in expected_returns(reporter, now=DUE) if item.period.code == "2020-07")
    assert july.is_overdue(DUE)
    assert Return.objects.overdue(DUE).count() == 1
    grant()
    assert Return.objects.overdue(DUE).count() == 0
    assert Return.objects.overdue(UNTIL).count() == 1


def test_a_return_not_opened_is_owed_by_its_extended_deadline(taiyuan, august, reporter, grant):
    grant()
    item = next(item for item in expected_returns(reporter, now=DUE) if item.period == august)
    assert (item.due_at, item.is_overdue(DUE), item.is_overdue(UNTIL)) == (UNTIL, False, True)


def test_late_is_not_locked(taiyuan, august, reporter):
    assert filed(taiyuan, august, reporter, LOCK - SECOND).is_late


def test_from_the_lock_on_nothing_is_opened_saved_or_submitted(taiyuan, august, reporter):
    with pytest.raises(Refused, match="plan manager"):
        returns.open_return(taiyuan, august, acting_user=reporter, now=LOCK)
    draft = returns.open_return(taiyuan, august, acting_user=reporter, now=NOW)
    returns.save_draft(draft, VALUES, acting_user=reporter, now=LOCK - SECOND, expected_version=draft.version)
    with pytest.raises(Refused, match="18 Sep 2020, 00:00"):
        returns.save_draft(draft, {}, acting_user=reporter, now=LOCK, expected_version=draft.version)
    with pytest.raises(Refused, match="locked"):
        returns.submit_return(draft, acting_user=reporter, now=LOCK, expected_version=draft.version)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_more_time_opens_the_lock_until_it_ends(taiyuan, august, reporter, grant):
    grant(now=LOCK + timedelta(days=1))
    draft = returns.open_return(taiyuan, august, acting_user=reporter, now=UNTIL - SECOND)
    with pytest.raises(Refused, match="locked"):
        returns.save_draft(draft, VALUES, acting_user=reporter, now=UNTIL, expected_version=draft.version)


def test_an_extension_that_ends_before_the_lock_locks_nobody_earlier(taiyuan, august, reporter, grant):
    grant(until=DUE + timedelta(days=1))
    filed(taiyuan, august, reporter, LOCK - SECOND)


def test_what_is_sent_back_is_the_units_to_correct_lock_or_not_and_stays_on_time(taiyuan, august, reporter, reviewer):
    row = filed(taiyuan, august, reporter, DUE - SECOND)
    returns.send_back_return(row, comment="Check.", acting_user=reviewer, now=LOCK, expected_version=row.version)
    returns.save_draft(row, {"fly_ash_utilised": "2"}, acting_user=reporter, now=UNTIL, expected_version=row.version)
    returns.submit_return(row, acting_user=reporter, now=UNTIL, expected_version=row.version)
    assert not Return.objects.get().is_late
    assert Return.objects.late().count() == 0


@pytest.mark.parametrize("role", ["reporter", "leader", "auditor", "security_admin"])
def test_others_give_nobody_more_time(plan, grant, role):
    with pytest.raises(NotAllowed):
        grant(acting_user=factories.make_user("other", role))
    assert not Extension.objects.exists()


def test_a_reviewer_of_another_city_gives_taiyuan_no_time(plan, grant):
    with pytest.raises(NotAllowed):
        grant(acting_user=factories.make_user("other", "reviewer", factories.DATONG))


def test_a_plan_manager_may(plan, grant):
    assert grant(acting_user=factories.make_user("manager", "plan_manager")).until == UNTIL


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"until": DUE}, "until"),
        ({"until": NOW}, "until"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(grant, given, field):
    with pytest.raises(Refused) as refusal:
        grant(**given)
    assert field in refusal.value.fields
    assert not Extension.objects.exists()
    assert not Event.objects.filter(action="extension_granted").exists()


def test_a_unit_that_owes_nothing_needs_no_time(plan, taiyuan, grant):
    quarter = Period.objects.create(
        plan=plan, kind="quarter", code="2020-Q3", starts_on="2020-07-01", ends_on="2020-09-30", due_at=DUE
    )
    with pytest.raises(Refused) as refusal:
        grant(period=quarter)
    assert "period" in refusal.value.fields


def test_a_later_end_takes_its_place_and_an_earlier_one_does_not(taiyuan, august, grant):
    first = grant()
    with pytest.raises(Refused, match="not granted") as refusal:
        grant(until=UNTIL - timedelta(days=1))
    assert "24 Sep 2020, 23:59" in refusal.value.fields["until"]
    second = grant(until=UNTIL + timedelta(days=5), now=UNTIL)
    first.refresh_from_db()
    assert first.withdrawn_at == UNTIL
    assert list(Extension.objects.standing()) == [second]


def test_a_running_one_is_withdrawn_once(grant, reviewer):
    extension = grant()
    withdraw_extension(extension, acting_user=reviewer, now=DUE)
    with pytest.raises(ChangedMeanwhile):
        withdraw_extension(extension, acting_user=reviewer, now=DUE)
    assert list(Event.objects.filter(object_type="extension").values_list("action", flat=True).order_by("pk")) == [
        "extension_granted",
        "extension_withdrawn",
    ]


def test_one_that_has_ended_is_not_withdrawn(grant, reviewer):
    extension = grant()
    with pytest.raises(ChangedMeanwhile):
        withdraw_extension(extension, acting_user=reviewer, now=UNTIL)


def test_one_under_which_the_return_came_is_not_withdrawn(taiyuan, august, reporter, reviewer, grant):
    extension = grant()
    filed(taiyuan, august, reporter, DUE)
    with pytest.raises(Refused, match="no longer be withdrawn"):
        withdraw_extension(extension, acting_user=reviewer, now=DUE + timedelta(days=1))


def test_who_may_not_grant_may_not_withdraw(grant, reporter):
    with pytest.raises(NotAllowed):
        withdraw_extension(grant(), acting_user=reporter, now=DUE)


def test_deadlines_of_many_returns_take_one_query(plan, taiyuan, august, reporter, grant, count_queries):
    grant()
    for code in ("2020-05", "2020-06", "2020-07", "2020-08"):
        filed(taiyuan, factories.period(plan, code), reporter, NOW)
    with count_queries(connection) as queries:
        assert [row.is_late for row in Return.objects.with_names().order_by("period__code")] == [True] * 3 + [False]
    assert len(queries) == 1


def test_a_reason_may_be_as_long_as_its_column():
    assert Extension._meta.get_field("reason").max_length == extensions.REASON_LENGTH
