"""Any text is read without a crash and in time; spans lie within it, and a number is proposed or rejected once."""

from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.uploads.policy.scorer import documents, read
from tests.uploads.policy.texts import read_text
from tracker.uploads.policy.proposals import Reading
from tracker.uploads.policy.vocabulary import words
from tracker.uploads.policy.wire import decode, encode, from_lines, to_lines

PIECES = st.sampled_from(
    (
        "\t",
        "\n",
        " ",
        *words(
            "一、 （一） 1. 第三章 第五条 附件1 专栏2 目标 任务 2025年 到2025年 较2020年 由 提高到 降至 达到 不少于 "
            "超过 "
            "控制在 以上 以内 左右 分别 均 其中 ： ， 。 ； 、 （ ） “ ” 80% 6500万吨 1.2亿元 30余户 8至10个 三分之一 "
            "翻一番 百项 0.605 13.5 - / 牵头单位： 市工信局 负责 煤矸石 综合利用率 太原市 各县区 指标 单位 2020年 合计 "
            "Goal by 2030 at least 45 percent $1.2 million from 2019 levels Lead: . , of which ( ) two thirds halved "
            "between 35 and 40"
        ),
    )
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map("".join)


def spans(reading: Reading):
    for one in (*reading.targets, *reading.rejected):
        yield one.number
        yield one.sentence
    for clause in reading.clauses:
        yield clause.span
        yield clause.body


@settings(deadline=None, max_examples=80)
@given(TEXTS)
def test_any_text_is_read_and_its_spans_lie_within_it(text):
    reading = read_text(text)
    for span in spans(reading):
        assert 0 <= span.start <= span.end <= len(reading.text)
    for target in reading.targets:
        assert target.sentence.start <= target.number.start <= target.number.end <= target.sentence.end
        assert target.value.is_finite()


@settings(deadline=None, max_examples=40)
@given(TEXTS)
def test_a_number_is_proposed_or_rejected_once(text):
    reading = read_text(text)
    numbers = [one.number for one in reading.targets] + [one.number for one in reading.rejected]
    tables = [one.table.span for one in reading.tables]
    tables = [one.table.span for one in reading.tables]
    in_text = [one for one in numbers if not any(span.start <= one.start < span.end for span in tables)]
    assert len(in_text) == len(set(in_text))


@settings(deadline=None, max_examples=40)
@given(TEXTS)
def test_a_reading_comes_back_from_its_lines(text):
    reading = read_text(text)
    assert from_lines(to_lines(reading)) == reading


def test_values_of_json_keep_their_types():
    assert decode(tuple[Decimal, ...], encode((Decimal("1.50"),))) == (Decimal("1.50"),)


@pytest.mark.parametrize("path", documents("growing") + documents("held"), ids=lambda path: path.name)
def test_the_number_of_each_target_is_what_its_span_shows(path):
    reading = read(path)
    for target in reading.targets:
        shown = target.number.of(reading.text).replace(",", "")
        assert any(character.isdigit() or character >= "\u4e00" or character.isalpha() for character in shown)
        if shown[0].isdigit() and "USD" not in target.unit:
            assert shown.startswith(str(target.value))


@pytest.mark.parametrize(
    "piece", ["达到6500万吨、", "（", "一二三四五六七八九十百千", "1234567890", "甲 ", "a b ", "较2020年由"]
)
def test_hostile_repetition_takes_no_more_than_seconds(piece):
    begun = process_time()
    read_text("一、目标\n" + piece * (20_000 // len(piece)) + "。\n")
    assert process_time() - begun < 10
