"""The overall ranking of regions in documents, by the rule that a plan keeps."""

import re

import pytest
from django.utils import translation

from tests.documents.made_figures import MONTHS, made_figures
from tests.factories import DATONG, TAIYUAN
from tests.services.issued_reports import issue, sheet_of, sheets_of, table, texts
from tests.services.kinds_plan import Reported, load_kinds
from tests.services.test_kinds_recomputed import filed
from tracker.calculation.overall_ranking import OverallRule
from tracker.documents.brief import build_brief
from tracker.documents.bulletin import Sentence
from tracker.documents.compliance.overall import rank_regions
from tracker.models import Plan
from tracker.queries.documents.bulletins import figures_of, text_of_report
from tracker.queries.mail.summary_facts import MailScope, facts_of


@pytest.fixture
def plan(db, tmp_path) -> Plan:
    plan = load_kinds(tmp_path)
    plan.overall_ranking = "gap"
    plan.save()
    reported = Reported(plan)
    for month in (1, 2):
        for city, place in enumerate((TAIYUAN, DATONG)):
            if month == 1 or place == TAIYUAN:
                reported.file(place, f"2020-{month:02d}", **filed(month, city))
    return plan


def sentence(report) -> Sentence | None:
    return next((one for one in text_of_report(report).sentences if one.key == "regions:overall"), None)


def test_the_whole_ranks_its_regions_by_the_mean_gap(plan):
    report = issue(plan, "2020-01")
    rows = table(sheet_of(report, "综合排名"))
    ranked = [row for row in rows if row["排名"] not in (None, "—")]
    assert [row["排名"] for row in ranked] == [1, 2]
    assert ranked[0]["平均进度差\n（百分点）"] > ranked[1]["平均进度差\n（百分点）"]
    assert {str(row["地区"]) for row in ranked} == {"太原市", "大同市"}
    said = sentence(report)
    assert said.text.startswith(f"综合排名（括号内为平均进度差，百分点）：第1名{ranked[0]['地区']}")
    assert said.figures[f"overall@{TAIYUAN if ranked[0]['地区'] == '太原市' else DATONG}:rank"] == "1"


def test_a_region_without_its_return_has_no_rank(plan):
    rows = {row["地区"]: row for row in table(sheet_of(issue(plan, "2020-02"), "综合排名"))}
    assert rows["太原市"]["排名"] == 1
    assert rows["大同市"]["排名"] in (None, "—")


def test_a_regions_own_report_has_its_ranks_and_no_figures_of_others(plan):
    report = issue(plan, "2020-01", place=TAIYUAN)
    rows = table(sheet_of(report, "综合排名"))
    assert rows[0]["指标"] == "综合"
    assert rows[0]["排名"] in (1, 2)
    assert all(row["参加排名地区数"] <= 2 for row in rows)
    assert "大同市" not in texts(sheet_of(report, "综合排名"))
    assert f"第{rows[0]['排名']}名（共2个地区参加排名）" in texts(sheets_of(report)[0])
    assert sentence(report) is None


def test_the_rule_is_the_plans_and_is_kept_with_the_report(plan):
    Plan.objects.filter(pk=plan.pk).update(overall_ranking="levels")
    plan.refresh_from_db()
    report = issue(plan, "2020-01")
    assert report.book["names"]["overall_ranking"] == "levels"
    assert "先比一级" in texts(sheet_of(report, "综合排名"))


def test_a_plan_without_a_rule_has_no_overall_ranking(plan):
    Plan.objects.filter(pk=plan.pk).update(overall_ranking="")
    plan.refresh_from_db()
    report = issue(plan, "2020-01")
    assert "综合排名" not in [sheet.title for sheet in sheets_of(report)]
    assert sentence(report) is None
    with translation.override("en"):
        assert "overall_ranking" not in report.book["names"]


def test_the_brief_and_the_mail_tell_the_ranking_in_one_sentence(plan):
    report = issue(plan, "2020-01")
    said = sentence(report).text
    with translation.override("zh-hans"):
        assert build_brief(figures_of(report), "zh-hans").ranking == said
        assert facts_of(MailScope(report.period, report.region)).ranking == said


def test_a_regions_own_brief_and_mail_tell_its_rank_alone(plan):
    report = issue(plan, "2020-01", place=TAIYUAN)
    rank = table(sheet_of(report, "综合排名"))[0]["排名"]
    with translation.override("zh-hans"):
        brief = build_brief(figures_of(report), "zh-hans")
        mail = facts_of(MailScope(report.period, report.region))
    assert brief.ranking == mail.ranking == f"综合排名第{rank}名（共2个地区参加排名）。"


def test_a_mail_on_some_targets_has_no_ranking(plan):
    indicator = plan.targets.first().indicator_id
    assert facts_of(MailScope(plan.periods.get(code="2020-01"), plan.region, frozenset([indicator]))).ranking == ""


def test_of_many_regions_both_ends_are_named():
    cities = [f"R{number}" for number in range(10)]
    amounts = {("i0", f"p{number}", month.code): str(number + 1) for number in range(9) for month in MONTHS}
    figures = made_figures(["目标"], cities=cities, amounts=amounts)
    standings = {place.code: list(place.standings.values()) for place in figures.cities}
    with translation.override("en"):
        said = rank_regions(OverallRule.GAP, standings, {place.code: place.name for place in figures.cities}).in_brief
    assert re.findall(r"R\d", said) == ["R8", "R7", "R6", "R2", "R1", "R0", "R9"]
    assert said.index("R6") < said.index("…") < said.index("R2") < said.index("not ranked: R9")
