"""Many returns verified at once: only those about which nothing is odd, each as it was seen."""

from dataclasses import replace

import pytest
from django.db import connection

from tests import factories
from tests.factories import NOW
from tracker.calculation.checks import Severity
from tracker.models import CheckRule, Entry, Event, Return, Role
from tracker.queries.errors import Refused
from tracker.services import returns
from tracker.services.returns.totals import differing_totals
from tracker.services.returns.verify_several import LIMIT, triage, verify_several

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture
def months(plan, taiyuan, reporter, reviewer):
    """Taiyuan's June verified with 100; July (100) and August (5000) submitted."""
    filed = []
    for month, value in (("2020-06", "100"), ("2020-07", "100"), ("2020-08", "5000")):
        verified_by = reviewer if month == "2020-06" else None
        period, values = factories.period(plan, month), {GANGUE: value, ASH: "0"}
        filed.append(factories.file_return(taiyuan, period, values, reporter=reporter, reviewer=verified_by))
    return filed


def rule(severity, **bounds):
    CheckRule.objects.filter(kind="month_on_month").delete()
    return CheckRule.objects.create(kind="month_on_month", severity=severity, low=-50, high=100)


def ready(rows, reviewer):
    return [c.sight for c in triage(rows, acting_user=reviewer) if not c.obstacle]


def states():
    return list(Return.objects.order_by("period__starts_on").values_list("state", flat=True))


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.ERROR])
def test_a_return_with_a_flag_is_left_and_the_flag_told(months, reviewer, severity):
    _june, july, august = months
    returns.verify_return(july, acting_user=reviewer, now=NOW, expected_version=july.version)
    rule(severity)
    (candidate,) = triage([august], acting_user=reviewer)
    assert "煤矸石综合利用量" in candidate.obstacle
    (outcome,) = verify_several([candidate.sight], acting_user=reviewer, now=NOW)
    assert outcome.left_because == candidate.obstacle
    assert states() == ["verified", "verified", "submitted"]


def test_a_hint_is_shown_and_does_not_stand_in_the_way(months, reviewer):
    _june, july, august = months
    returns.verify_return(july, acting_user=reviewer, now=NOW, expected_version=july.version)
    rule(Severity.HINT)
    (candidate,) = triage([august], acting_user=reviewer)
    assert candidate.obstacle == "" and "煤矸石综合利用量" in candidate.hints[0]
    verify_several([candidate.sight], acting_user=reviewer, now=NOW)
    assert states() == ["verified"] * 3


def test_those_without_flags_are_verified_as_reported_each_with_its_event(months, reviewer):
    sights = ready(months[1:], reviewer)
    assert [outcome.left_because for outcome in verify_several(sights, acting_user=reviewer, now=NOW)] == ["", ""]
    cells = Entry.objects.filter(unit_return__in=months[1:], indicator__code=GANGUE).order_by("unit_return__period")
    assert [cell.verified_value for cell in cells] == [100, 5000]
    assert Event.objects.filter(action="return_verified").count() == 3
    assert differing_totals() == []


def test_what_is_not_the_persons_to_verify_is_left_with_the_reason(months, plan, reviewer, reporter):
    june, july, _august = months
    both = factories.make_user("both", Role.REVIEWER)
    both.memberships.create(role=Role.REPORTER, region=july.unit.region)
    returns.send_back_return(july, comment="x", acting_user=reviewer, now=NOW, expected_version=july.version)
    returns.submit_return(july, acting_user=both, now=NOW, expected_version=july.version)
    neighbour = factories.make_user("datong-reviewer", Role.REVIEWER, factories.DATONG)
    obstacles = {
        person.username: [bool(c.obstacle) for c in triage([june, july], acting_user=person)]
        for person in (reviewer, both, reporter, neighbour)
    }
    assert obstacles == {
        "reviewer": [True, False],
        "both": [True, True],
        "taiyuan-official": [True, True],
        "datong-reviewer": [True, True],
    }
    sights = [c.sight for c in triage([june, july], acting_user=both)]
    assert all(outcome.left_because for outcome in verify_several(sights, acting_user=both, now=NOW))
    assert verify_several(sights, acting_user=neighbour, now=NOW) == []


def test_one_that_changed_meanwhile_is_left_and_the_others_are_verified(months, reporter, reviewer):
    sights = ready(months[1:], reviewer)
    july = Return.objects.get(period__code="2020-07")
    returns.send_back_return(july, comment="x", acting_user=reviewer, now=NOW, expected_version=july.version)
    returns.save_and_submit(july, {GANGUE: "1"}, acting_user=reporter, now=NOW, expected_version=july.version)
    first, second = verify_several(sights, acting_user=reviewer, now=NOW)
    assert first.left_because and not second.left_because
    assert states() == ["verified", "submitted", "verified"]


def test_a_version_that_is_right_with_a_revision_that_is_not_verifies_nothing(months, reviewer):
    sight = ready(months[2:], reviewer)[0]
    forged = replace(sight, revisions={**sight.revisions, GANGUE: sight.revisions[ASH]})
    (outcome,) = verify_several([forged], acting_user=reviewer, now=NOW)
    assert outcome.left_because
    assert states() == ["verified", "submitted", "submitted"]


def test_a_flag_that_arose_since_the_confirmation_keeps_a_return_from_being_verified(months, reviewer):
    sights = ready(months[2:], reviewer)
    july = Return.objects.get(period__code="2020-07")
    returns.verify_return(july, acting_user=reviewer, now=NOW, expected_version=july.version)
    rule(Severity.WARNING)
    (outcome,) = verify_several(sights, acting_user=reviewer, now=NOW)
    assert outcome.left_because
    assert Return.objects.get(period__code="2020-08").state == Return.State.SUBMITTED


def test_two_reviewers_who_confirm_the_same_list_verify_each_return_once(months, reviewer):
    second = factories.make_user("second", Role.REVIEWER)
    sights = ready(months[1:], reviewer)
    verify_several(sights, acting_user=reviewer, now=NOW)
    assert all(outcome.left_because for outcome in verify_several(sights, acting_user=second, now=NOW))
    assert Event.objects.filter(action="return_verified").count() == 3


def test_more_than_the_limit_at_once_is_refused(months, reviewer):
    sights = ready(months[1:2], reviewer) * (LIMIT + 1)
    with pytest.raises(Refused):
        verify_several(sights, acting_user=reviewer, now=NOW)
    assert states() == ["verified", "submitted", "submitted"]


def test_sorting_out_takes_as_many_queries_for_many_as_for_few(plan, reporter, reviewer, count_queries):
    rule(Severity.WARNING)
    unit = factories.make_unit(plan, factories.TAIYUAN)
    filed = [
        factories.file_return(
            unit, factories.period(plan, f"2020-0{month}"), {GANGUE: "1", ASH: "0"}, reporter=reporter
        )
        for month in range(1, 9)
    ]
    assert reviewer.current_memberships
    counted = []
    for rows in (filed[:2], filed):
        rows = list(Return.objects.filter(pk__in=[row.pk for row in rows]).with_names())
        with count_queries(connection) as queries:
            triage(rows, acting_user=reviewer)
        counted.append(len(queries))
    assert counted[0] == counted[1]
