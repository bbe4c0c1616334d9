"""Title, issuer, document number, date and years of a document, as its head and foot state them."""

from datetime import date

import pytest

from tests.uploads.policy.texts import read_text
from tracker.uploads.policy.document_facts import date_in

ENGLISH = """Ministry of Transport
Republic of Valdria

National Road Safety Strategy 2024-2030

Issued: 14 June 2024
Ref: MOT/RS/2024/11

1. Targets
1.1 By 2030, we will cut road deaths by 50% compared with the 2022 baseline.
"""
CHINESE = """江陵省人力资源和社会保障厅 江陵省财政厅关于印发《江陵省高质量充分就业行动方案》的通知

江人社发〔2024〕17号

各市人民政府：

现将《江陵省高质量充分就业行动方案》印发给你们，请认真贯彻执行。

江陵省人力资源和社会保障厅
2024年3月18日

一、目标
到2026年，城镇新增就业达到240万人。
"""


def test_an_english_document_is_read_with_its_issuer_number_and_date():
    plan = read_text(ENGLISH).plan
    assert plan.title == "National Road Safety Strategy 2024-2030"
    assert (plan.issuer, plan.document_number) == ("Ministry of Transport", "MOT/RS/2024/11")
    assert (plan.issued_on, plan.first_year, plan.last_year) == (date(2024, 6, 14), 2024, 2030)


def test_a_notice_is_read_with_the_title_that_it_encloses_and_the_issuer_that_signs():
    plan = read_text(CHINESE).plan
    assert plan.title == "江陵省高质量充分就业行动方案"
    assert plan.issuer.startswith("江陵省人力资源和社会保障厅")
    assert (plan.document_number, plan.issued_on) == ("江人社发〔2024〕17号", date(2024, 3, 18))


@pytest.mark.parametrize(
    ("line", "issuer"),
    [
        ("发布单位：临湖县卫生健康局", "临湖县卫生健康局"),
        ("Adopted by City Council on March 3, 2025", "City Council"),
        ("Published by: Northshire Health Authority", "Northshire Health Authority"),
        ("Lakeland Regional Water Authority", "Lakeland Regional Water Authority"),
        ("Adopted by Resolution No. 2024-117", ""),
        ("Water is a matter for every city and county.", ""),
    ],
)
def test_a_line_that_names_the_issuer_is_told_from_one_that_does_not(line, issuer):
    assert read_text(f"Water Plan 2025-2030\n{line}\n1. Targets\nCut leakage by 20% by 2030.").plan.issuer == issuer


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年3月18日", date(2024, 3, 18)),
        ("发布日期：2023-05-16", date(2023, 5, 16)),
        ("二〇二二年六月八日", date(2022, 6, 8)),
        ("二〇二三年十二月二十八日", date(2023, 12, 28)),
        ("14 June 2024", date(2024, 6, 14)),
        ("March 3, 2025", date(2025, 3, 3)),
        ("1st of May 2023", date(2023, 5, 1)),
        ("2024年2月30日", None),
        ("June 2024", None),
    ],
)
def test_dates_are_read_in_each_spelling(text, day):
    assert date_in(text) == day


@pytest.mark.parametrize(
    "line",
    [
        "第十一条 本细则自2022年3月1日起施行，有效期3年。",
        "各县（市、区）应于2023年6月30日前报送总结。",
        "Reports are due on 15 March 2025 at the latest.",
    ],
)
def test_a_day_that_something_begins_or_is_due_on_is_no_date_of_issue(line):
    assert read_text(f"某县节约用水实施细则\n第一条 到2025年用水总量不超过3亿立方米。\n{line}").plan.issued_on is None


def test_years_that_a_sentence_names_as_a_period_are_those_of_the_plan():
    plan = read_text("Housing Plan\nGoal 1: Homes\nThe City aims to permit 24,000 homes between 2025 and 2029.").plan
    assert (plan.first_year, plan.last_year) == (2025, 2029)
