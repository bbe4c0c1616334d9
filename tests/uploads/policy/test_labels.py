"""Labels at the start of a line name clauses; amounts and dates do not."""

import pytest

from tracker.uploads.policy.labels import read_label


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("一、总体要求", "一"),
        ("（二）主要目标", "(二)"),
        ("(三)保障措施", "(三)"),
        ("1、推进项目建设", "1"),
        ("1.推进项目建设", "1"),
        ("3.项目开工率", "3"),
        ("2.2025年目标", "2"),
        ("（1）推进改造", "(1)"),
        ("①开展试点", "①"),
        ("第三章 措施", "第三章"),
        ("第十二条 本办法自发布之日起施行", "第十二条"),
        ("3.2 2025年目标", "3.2"),
        ("2.1优化产业结构", "2.1"),
        ("附件1：重点项目清单", "附件1"),
        ("专栏2 重点工程", "专栏2"),
        ("行动三：绿色升级", "行动三"),
        ("Section 2. Objectives", "Section 2"),
        ("Goal 1: Clean power", "Goal 1"),
        ("Objective 1.1 Increase the share", "Objective 1.1"),
        ("A1. Reduce waste", "A1"),
        ("2.1 Raise the rate", "2.1"),
    ],
)
def test_a_label_is_read(line, number):
    assert read_label(line).number == number


@pytest.mark.parametrize(
    "line",
    [
        "2025年底前建成",
        "5G基站建设",
        "1.5万吨以上",
        "4.5 个，其中普惠性托位",
        "60 岁以下",
        "12.6亿元投资",
        "3 家企业",
    ],
)
def test_an_amount_or_a_date_is_no_label(line):
    assert read_label(line) is None
