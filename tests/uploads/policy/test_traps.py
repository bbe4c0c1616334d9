"""Numbers that are no targets are kept with the reason, never proposed."""

import pytest

from tests.uploads.policy.texts import context
from tracker.uploads.policy.chinese.sentence import read_sentence
from tracker.uploads.policy.english.sentence import read_sentence as read_english_sentence
from tracker.uploads.policy.proposals import Rejection


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("依据省政府令第262号制定。", Rejection.DOCUMENT_NUMBER),
        ("依据国发〔2021〕33号文件。", Rejection.DOCUMENT_NUMBER),
        ("联系电话：0351-8224567。", Rejection.CONTACT),
        ("邮编：046000。", Rejection.CONTACT),
        ("有效期3年。", Rejection.DURATION),
        ("2019年，利用率达到56%。", Rejection.PAST_RESULT),
        ("“十三五”期间，累计利用固废1.35亿吨。", Rejection.PAST_RESULT),
        ("国家要求重点区域浓度下降20%。", Rejection.HIGHER_AUTHORITY),
        ("鼓励年综合能耗5000吨标准煤以上的企业开展诊断。", Rejection.SIZE_CLASS),
        ("淘汰35蒸吨/小时及以下燃煤锅炉。", Rejection.SIZE_CLASS),
        ("对首次认定的企业一次性奖励20万元。", Rejection.REWARD),
        ("处10万元以下罚款。", Rejection.REWARD),
        ("得分90分以上为优秀。", Rejection.SCORE),
        ("引进世界500强企业。", Rejection.RANK),
        ("排名后3位的县区予以约谈。", Rejection.RANK),
        ("落实“1+4”工作体系。", Rejection.NAME),
        ("推进年产20万吨再生铝项目。", Rejection.PROJECT_SIZE),
        ("适用于全县14个乡镇。", Rejection.PLACE_COUNT),
        ("折标系数取0.7143。", Rejection.FACTOR),
        ("按每500人配备。", Rejection.PER_UNIT),
        ("超计划用水20%以内的部分加征水费。", Rejection.RULE),
        ("培育产值超10亿元的企业一批。", Rejection.SIZE_CLASS),
        ("基准年排放量为5320万吨。", Rejection.BASE_VALUE),
    ],
)
def test_a_chinese_trap_is_rejected_with_its_reason(text, reason):
    reading = read_sentence(text, context())
    assert reading.drafts == ()
    assert reason in {one.reason for one in reading.rejected}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Under Public Law 118-42, states report.", Rejection.DOCUMENT_NUMBER),
        ("Call 555-0142 for details.", Rejection.CONTACT),
        ("Reports are due on 15 March each year.", Rejection.DATE),
        ("States must report within 60 days.", Rejection.DURATION),
        ("In 2019 the city emitted 1.42 million tonnes of CO2e.", Rejection.PAST_RESULT),
        ("Businesses with more than 250 employees must submit a plan.", Rejection.SIZE_CLASS),
        ("Penalties of up to $10,000 per day apply.", Rejection.REWARD),
        ("Conduct outreach in each of the 58 counties.", Rejection.PLACE_COUNT),
    ],
)
def test_an_english_trap_is_rejected_with_its_reason(text, reason):
    reading = read_english_sentence(text, context())
    assert reading.drafts == ()
    assert reason in {one.reason for one in reading.rejected}


def test_the_number_of_an_annex_is_no_amount_and_no_part_of_the_indicator():
    reading = read_sentence("年内开工附件2所列重点项目12个。", context())
    assert [(one.indicator, str(one.quantity.value), one.quantity.unit) for one in reading.drafts] == [
        ("开工重点项目", "12", "个")
    ]
