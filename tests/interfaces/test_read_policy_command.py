"""The command that reads a policy document prints proposals with their doubts, or a draft of a plan document."""

import tomllib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

PLAN = """山西省节能2022—2025年行动计划
晋政发〔2022〕3号
一、目标
到2025年，固废综合利用量达到6500万吨，到2023年达到6000万吨，其中太原市不少于300万吨。
煤炭消费量由2020年的900万吨降至800万吨以内。
（省工信厅牵头，省财政厅配合）
二、任务
1、推进基地建设。建成基地3个，对验收合格的奖励50万元。
"""


def printed(path, *options: str) -> str:
    out = StringIO()
    call_command("read_policy", str(path), *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_each_target_has_a_line_and_each_rejected_number_its_reason(plan):
    text = printed(plan)
    assert "一\t煤炭消费量\tat_most\t800 万吨\t2025\t900 2020\t\t省工信厅\n" in text
    assert "50万元\t" in text
    assert "基地" in text


def test_the_draft_has_the_shape_of_a_plan_document(plan):
    draft = tomllib.loads(printed(plan, "--toml"))
    assert draft["plan"]["document_number"] == "晋政发〔2022〕3号"
    assert [clause["number"] for clause in draft["clause"]] == ["一", "二", "二-1"]
    codes = {row["code"]: row for row in draft["indicator"]}
    first = next(row for row in draft["target"] if row["value"] == 6500)
    assert codes[first["indicator"]]["unit"] == "10kt"
    assert [str(one["day"]) for one in first["milestones"]] == ["2023-12-31"]
    capped = next(row for row in draft["target"] if row["value"] == 800)
    assert (capped["base_value"], capped["base_year"], capped["responsible"]) == (900, 2020, "省工信厅")


def test_a_file_that_cannot_be_read_is_an_error_with_what_to_do(tmp_path):
    path = tmp_path / "plan.pdf"
    path.write_bytes(b"%PDF-1.7 cut off")
    with pytest.raises(CommandError, match="PDF"):
        printed(path)


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(CommandError):
        printed(tmp_path / "none.txt")
