"""Where the lines of a cover's title end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.documents.workbook.breaking import balanced
from tracker.documents.workbook.layout import AIR, display_width

ROOM = 33.7


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "山西省节能与资源综合利用2020年行动计划（太原市）\n目标完成情况报告",
            ["山西省节能与资源综合利用", "2020年行动计划（太原市）", "目标完成情况报告"],
        ),
        ("山西省工业和信息化厅", ["山西省工业和信息化厅"]),
        (
            "Action plan for energy saving and resource utilisation in Shanxi (Taiyuan city)",
            ["Action plan for energy saving", "and resource utilisation", "in Shanxi (Taiyuan city)"],
        ),
        ("字" * 20, ["字" * 10, "字" * 10]),
        ("x" * 60, ["x" * 60]),
        ("", [""]),
    ],
)
def test_lines_are_even_and_part_no_bracket_number_or_word(title, lines):
    assert balanced(title, ROOM).split("\n") == lines


@given(st.text(alphabet="综合（市）2020 ab、\n《》", max_size=60))
def test_nothing_but_spaces_and_line_ends_is_lost(title):
    assert "".join(balanced(title, ROOM).split()) == "".join(title.split())


@given(st.text(alphabet="综合利用行动计划", min_size=1, max_size=80))
def test_no_line_is_wider_than_its_room(title):
    assert all(display_width(line) * AIR <= ROOM for line in balanced(title, ROOM).split("\n"))
