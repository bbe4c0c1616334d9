"""What a summary's mail is made of, and that a narrow, offline, scriptless reader gets all of it."""

import email
import re
from datetime import datetime
from email import policy
from email.message import EmailMessage

import pytest

from tests import factories
from tests.factories import NOW, SHANGHAI
from tracker.documents.drawing import image
from tracker.models import Delivery, IssuedReport, Schedule, Subscription, User
from tracker.services.mail import deliveries, summaries
from tracker.services.mail.message import read_message

MOMENT = datetime(2020, 9, 8, 8, 30, tzinfo=SHANGHAI)
VALUES = {"coal_gangue_utilised": "500.5", "fly_ash_utilised": "7"}


@pytest.fixture
def subscription(plan, leader) -> Subscription:
    schedule = Schedule.objects.create(plan=plan, name="月度简报")
    return Subscription.objects.create(schedule=schedule, user=leader, active_from=NOW)


@pytest.fixture
def filed(taiyuan, reporter, reviewer, plan):
    return factories.file_return(taiyuan, factories.period(plan), VALUES, reporter=reporter, reviewer=reviewer)


def octets() -> bytes:
    """The message of the summary that is due."""
    delivery = summaries.due_deliveries(now=MOMENT)[0]
    built = deliveries.build_message(Delivery.objects.with_names().get(pk=delivery.pk), now=MOMENT)
    assert built
    return built.data


def message() -> EmailMessage:
    return email.message_from_bytes(octets(), policy=policy.SMTP)  # type: ignore[return-value]


def body(found: EmailMessage, kind: str) -> str:
    part = found.get_body((kind,))
    assert part
    return str(part.get_content())


def pictures(found: EmailMessage) -> list[EmailMessage]:
    return [part for part in found.walk() if part.get_content_maintype() == "image"]  # type: ignore[misc]


def test_the_chart_lies_beside_the_html_inline_under_the_name_that_the_html_uses(subscription, filed):
    found = message()
    (picture,) = pictures(found)
    assert picture.get_content_type() == "image/png" and picture.get_content_disposition() == "inline"
    assert picture["Content-ID"] == f"<chart.{Delivery.objects.get().message_id.strip('<>')}>"
    html = body(found, "html")
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html
    assert picture.get_content()[:8] == b"\x89PNG\r\n\x1a\n"
    assert [part.get_filename() for part in found.iter_attachments()] != ["chart.png"]


def test_the_alternative_text_tells_the_finding(subscription, filed):
    html = body(message(), "html")
    alternative = re.search(r'<img [^>]*alt="([^"]*)"', html)
    assert alternative and "2 项滞后" in alternative[1] and "煤矸石综合利用量（完成率 7.70%" in alternative[1]


def test_nothing_is_fetched_from_elsewhere(subscription, filed, settings):
    settings.BASE_URL = "https://tracker.example"
    html = body(message(), "html")
    assert not re.search(r"<(script|link|iframe|object|video|base)\b|@import|url\(|\son\w+=", html)
    assert all(source.startswith("cid:") for source in re.findall(r'src="([^"]*)"', html))
    assert set(re.findall(r'href="(https?://[^/"]*)', html)) == {"https://tracker.example"}


def test_a_stored_message_shows_its_chart_in_a_browser_without_another_request(subscription, filed):
    stored = read_message(octets())
    assert 'src="data:image/png;base64,' in stored.html and "cid:" not in stored.html
    (attachment,) = stored.attachments
    assert attachment.name.endswith("行动计划-2020年第8期-目标完成情况报告.xlsx")


def test_a_subscription_gets_the_brief_instead_of_the_workbook(subscription, filed):
    Subscription.objects.update(attached="brief")
    found = message()
    (part,) = found.iter_attachments()
    assert part.get_content_type() == "application/pdf"
    assert str(part.get_filename()).endswith("-2020年第8期-一页简报.pdf")
    assert part.get_content().startswith(b"%PDF-")
    assert "一页简报" in body(found, "plain")
    report, brief = IssuedReport.objects.order_by("pk")
    assert (brief.kind, brief.parameters, brief.revisions) == ("brief", {"report": report.pk}, report.revisions)


def test_a_subscription_without_attachment_gets_the_link_alone(subscription, filed):
    Subscription.objects.update(attached="nothing")
    assert list(message().iter_attachments()) == []


def test_the_summary_says_what_is_needed_and_where_the_year_lands(
    subscription, filed, taiyuan, plan, reporter, reviewer
):
    for number in range(1, 8):
        month = factories.period(plan, f"2020-{number:02}")
        factories.file_return(taiyuan, month, VALUES, reporter=reporter, reviewer=reviewer)
    text = body(message(), "plain")
    assert "剩余月份月均需完成：" in text or "剩余各月月均需完成：" in text
    assert re.search(r"计划期末预计[\d,.]+", text)
    assert "区间" not in text, "without last year's months its season is not known"


def test_a_period_without_a_verified_value_has_no_chart_and_says_so(subscription, taiyuan):
    found = message()
    assert pictures(found) == []
    assert "<img" not in body(found, "html") and "尚无核定数据" in found["Subject"]


def test_a_chart_that_cannot_be_drawn_keeps_no_mail_back(subscription, filed, monkeypatch):
    def refuse(**_options):
        raise ValueError("no")

    monkeypatch.setattr(image.resvg_py, "svg_to_bytes", refuse)
    found = message()
    assert pictures(found) == [] and "500.50" in body(found, "html")


def test_what_waits_for_verification_is_told_apart_as_provisional(subscription, filed, plan, reporter):
    datong = factories.make_unit(plan, factories.DATONG)
    official = factories.make_user("datong-official", "reporter", factories.DATONG)
    factories.file_return(datong, factories.period(plan), VALUES, reporter=official)
    found = message()
    for kind in ("plain", "html"):
        text = body(found, kind)
        assert "如计入待核定的上报数，大宗工业固废综合利用量：" in text and "初步" in text
        assert "已核定1/2份" in text


def test_without_anything_waiting_nothing_is_provisional(subscription, filed):
    assert "测算" not in body(message(), "plain")


def test_what_changed_since_the_month_before_is_told(subscription, taiyuan, plan, reporter, reviewer):
    """In July on course by far, in August nothing more: the level falls. The months before are all there."""
    values = {"coal_gangue_utilised": "4200", "fly_ash_utilised": "1300"}
    nothing = dict.fromkeys(values, "0")
    for number in range(1, 9):
        month = factories.period(plan, f"2020-{number:02}")
        filled = values if number == 7 else nothing
        factories.file_return(taiyuan, month, filled, reporter=reporter, reviewer=reviewer)
    assert "较上月恶化：煤矸石综合利用量（● 三级 → ◆ 二级）" in body(message(), "plain")


def test_a_very_long_subject_arrives_whole(subscription, filed, plan):
    from tracker.models import Indicator

    name = "国家级工业资源综合利用基地建设及新型建材消纳大宗工业固体废物" * 5
    Indicator.objects.filter(code="bulk_waste_utilised").update(name=name[:150])
    assert name[:150] in message()["Subject"]
    assert all(len(line) <= 998 for line in octets_again().split(b"\r\n"))


def octets_again() -> bytes:
    delivery = Delivery.objects.with_names().get()
    built = deliveries.build_message(delivery, now=MOMENT)
    assert built
    return built.data


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "三个要点"), ("en", "Three things to know")])
def test_the_text_reads_well_alone_in_both_languages(subscription, filed, leader, language, words):
    User.objects.filter(pk=leader.pk).update(language=language)
    text = body(message(), "plain")
    assert words in text and "\n1. " in text and "\n3. " in text
    assert "<" not in text and "&amp;" not in text and "\n\n\n" not in text
    assert "500.50" in text and "/stop/" in text and "?plan=shanxi-2020&period=2020-08" in text
