"""A derived total prints what is there and names the part that is missing."""

from tests import factories
from tests.factories import TAIYUAN
from tracker.documents import findings
from tracker.queries.figures.figures import Figures
from tracker.queries.mail.summary_facts import MailScope, facts_of

GANGUE, ASH, TOTAL = "coal_gangue_utilised", "fly_ash_utilised", "bulk_waste_utilised"


def test_the_part_that_is_not_verified_is_named(plan, taiyuan, reporter, reviewer):
    slag = factories.make_unit(plan, "140200", ("smelting_slag_utilised",))
    assert slag.region.code == "140200"
    month = factories.period(plan)
    factories.file_return(taiyuan, month, {GANGUE: "5400", ASH: "20"}, reporter=reporter, reviewer=reviewer)
    total = plan.targets.with_indicator().get(indicator__code=TOTAL)
    figures = Figures(month)
    found = figures.standing_of(total, plan.region).standing
    assert (found.to_date.value, found.level) == (5420, None)
    assert figures.missing_parts(total, plan.region) == ["冶炼渣综合利用量"]


def test_a_sum_of_which_nothing_or_everything_is_there_lacks_no_part(plan, taiyuan, reporter, reviewer):
    total = plan.targets.with_indicator().get(indicator__code=TOTAL)
    month = factories.period(plan)
    assert Figures(month).missing_parts(total, plan.region) == []
    factories.file_return(taiyuan, month, {GANGUE: "1", ASH: "2"}, reporter=reporter, reviewer=reviewer)
    assert Figures(month).missing_parts(total, factories.region(TAIYUAN)) == []


def test_the_summary_names_it_beside_the_number(plan, taiyuan, reporter, reviewer):
    factories.make_unit(plan, "140200", ("smelting_slag_utilised",))
    month = factories.period(plan)
    factories.file_return(taiyuan, month, {GANGUE: "5400", ASH: "20"}, reporter=reporter, reviewer=reviewer)
    said = findings.overall(facts_of(MailScope(month, plan.region)))
    assert "5,420.00" in said
    assert "冶炼渣综合利用量" in said
