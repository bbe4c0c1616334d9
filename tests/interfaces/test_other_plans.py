"""A unit that reports the same indicator and period in two plans is told of the other value."""

import pytest

from tests import factories
from tests.city_plan import limited_to, make_city_plan
from tests.factories import NOW
from tests.interfaces.test_admin_reviewing import ASH, GANGUE, english, page
from tracker.calculation.checks import Check
from tracker.models import CheckRule, Role
from tracker.queries.returns.check_wording import describe
from tracker.queries.returns.checks import check_return
from tracker.services import returns


@pytest.fixture(autouse=True)
def in_september(time_machine):
    """The tests live in September 2020, before August's deadline."""
    time_machine.move_to(NOW)


@pytest.fixture
def both(plan, taiyuan, reporter):
    """What Taiyuan says of August to the province, and, still open, to the city."""
    city_plan = make_city_plan(taiyuan)
    filed = factories.file_return(taiyuan, factories.period(plan), {GANGUE: "500", ASH: "0"}, reporter=reporter)
    draft = returns.open_return(taiyuan, factories.period(city_plan), acting_user=reporter, now=NOW)
    return filed, draft


def elsewhere(client, person, unit_return):
    lines = english(client, person).get(page(unit_return)).context["lines"]
    return {line.code: [(one.plan.code, text, differs) for one, text, differs in line.elsewhere] for line in lines}


def test_the_value_in_the_other_plan_stands_beside_the_field(client, both, reporter):
    assert elsewhere(client, reporter, both[1]) == {
        GANGUE: [("shanxi-2020", "500.00", False)],
        ASH: [("shanxi-2020", "0.00", False)],
    }


def test_a_difference_is_told_on_both_returns(client, both, reporter):
    filed, draft = both
    returns.save_draft(draft, {GANGUE: "400", ASH: "0"}, acting_user=reporter, now=NOW, expected_version=draft.version)
    assert [elsewhere(client, reporter, one)[GANGUE][0][1:] for one in both] == [("400.00", True), ("500.00", True)]
    assert "differs from the value here" in client.get(page(filed)).content.decode()


def test_who_reads_one_plan_alone_is_not_told(client, both):
    filed, _draft = both
    person = limited_to(filed.period.plan, "province", Role.REVIEWER, factories.SHANXI)
    assert set(map(tuple, elsewhere(client, person, filed).values())) == {()}


def test_a_draft_elsewhere_is_its_units_own_business(client, both, reviewer):
    assert set(map(tuple, elsewhere(client, reviewer, both[0]).values())) == {()}


def test_the_flag_and_the_mark_agree_and_the_flag_tells_no_value(client, both, reporter):
    """The flag is shown to people who may not read the other plan, too."""
    _filed, draft = both
    returns.save_draft(draft, {GANGUE: "400", ASH: "0"}, acting_user=reporter, now=NOW, expected_version=draft.version)
    CheckRule.objects.update_or_create(kind="other_plan", indicator=None, defaults={"severity": "hint"})
    flags = [flag for flag in check_return(draft) if flag.kind == Check.OTHER_PLAN]
    marked = {code for code, found in elsewhere(client, reporter, draft).items() if any(one[2] for one in found)}
    assert {flag.indicator for flag in flags} == marked == {GANGUE}
    assert all("500" not in str(told) for told in describe(flags, {}))
