"""Clauses are numbered as people cite them, whatever the document numbers them with."""

import pytest

from tests.uploads.policy.texts import read_text


def numbers(text: str) -> list[str]:
    return [clause.number for clause in read_text(text).clauses]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "一、目标\n（一）产量\n1．新建。完成。\n（1）甲。乙。\n二、任务\n",
            ["一", "一(一)", "一(一)-1", "一(一)-1(1)", "二"],
        ),
        (
            "第一章 总则\n第一条 甲。\n第二章 措施\n第一节 工业\n第二条 乙。\n",
            ["第一章", "第一条", "第二章", "第二章第一节", "第二条"],
        ),
        ("一、甲\n1、子项一。内容。\n二、乙\n2、子项二。内容。\n", ["一", "一-1", "二", "二-2"]),
        ("1 总则\n1.1 目标\n到2025年达到80%。\n2 任务\n2.1 工业\n", ["1", "1.1", "2", "2.1"]),
        (
            "1. Context\n2. Goals\nGoal 1: Clean power\nObjective 1.1 Increase supply\n3. Monitoring\n",
            ["1", "2", "Goal 1", "Objective 1.1", "3"],
        ),
    ],
)
def test_numbers_of_clauses(text, expected):
    assert numbers(text) == expected


def test_a_heading_that_runs_into_the_paragraph_ends_at_the_full_stop():
    (clause,) = read_text("一、推进项目建设。滚动实施重点项目，加快审批。\n").clauses
    assert clause.title == "推进项目建设"


def test_a_table_of_contents_gives_no_clauses():
    text = "目录\n一、总体要求……1\n二、主要目标……2\n\n一、总体要求\n坚持统筹。\n二、主要目标\n到2025年达到80%。\n"
    assert numbers(text) == ["一", "二"]


def test_the_mention_of_an_annex_is_no_clause():
    assert numbers("一、目标\n到2025年达到80%。\n附件：1.重点任务清单\n某市人民政府\n") == ["一"]


def test_an_annex_with_content_is_a_clause_and_its_clauses_carry_its_name():
    text = "一、目标\n到2025年达到80%。\n附件1 实施细则\n一、范围\n适用于全市。\n"
    assert numbers(text) == ["一", "附件1", "附件1-一"]
