"""Documents in mail to outside addresses come without names of people; inside they have them."""

import hashlib
from io import BytesIO

import openpyxl
import pytest

from tests import factories
from tests.factories import NOW
from tests.services.test_subscriptions import MOMENT, subscribe
from tracker.models import Delivery, Event, Identity, IssuedReport, User
from tracker.models.identity import ONLY
from tracker.queries.mail.outside import is_outside, own_domains
from tracker.services.documents.reports import issue_report
from tracker.services.mail import summaries
from tracker.services.mail.deliveries import build_message
from tracker.services.mail.message import read_message
from tracker.services.mail.summary_mail import Gathering

VALUES = {"coal_gangue_utilised": "500", "fly_ash_utilised": "0"}
OUTSIDE = "desk@paper.example"


@pytest.fixture
def named(plan, taiyuan, reporter, reviewer, leader):
    """A report that names three people."""
    for person, name in ((reporter, "报数人"), (reviewer, "核数人"), (leader, "出具人")):
        User.objects.filter(pk=person.pk).update(display_name=name)
        person.refresh_from_db()
    factories.file_return(taiyuan, factories.period(plan), VALUES, reporter=reporter, reviewer=reviewer)
    return issue_report(
        period=factories.period(plan), region=plan.region, language="zh-hans", acting_user=leader, now=NOW
    )


def attached(subscription) -> tuple[str, str, bytes]:
    """The message's text, the name of the attachment and its bytes."""
    (made,) = [one for one in summaries.due_deliveries(now=MOMENT) if one.subscription_id == subscription.pk]
    delivery = Delivery.objects.with_names().get(pk=made.pk)
    built = build_message(delivery, now=MOMENT, gathering=Gathering())
    message = read_message(built.data)
    (found,) = message.attachments
    return message.text, found.name, found.data


def words(content: bytes) -> str:
    book = openpyxl.load_workbook(BytesIO(content))
    return " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


NAMES = ("报数人", "核数人", "出具人")


def test_an_outside_address_gets_a_copy_without_names_whose_hash_is_recorded(plan, named, manager_approved):
    text, name, content = attached(manager_approved)
    assert not any(one in words(content) for one in NAMES)
    assert "不含姓名" in name and "不含人员姓名" in text
    event = Event.objects.get(action=Event.Action.COPY_WITHOUT_NAMES)
    assert event.after["sha256"] == hashlib.sha256(content).hexdigest()
    assert IssuedReport.objects.filter(kind=named.kind).count() == 1, "a copy is no edition"


def test_the_switch_gives_an_outside_address_the_document_itself(plan, named, manager_approved):
    manager_approved.hides_names = False
    manager_approved.save()
    _text, name, content = attached(manager_approved)
    assert all(one in words(content) for one in NAMES)
    assert "不含姓名" not in name and hashlib.sha256(content).hexdigest() == named.sha256


def test_an_account_within_gets_the_document_itself(plan, named, leader):
    _text, _name, content = attached(subscribe(plan, user=leader))
    assert hashlib.sha256(content).hexdigest() == named.sha256


def test_an_account_of_another_domain_is_outside(plan, named, leader):
    Identity.objects.create(pk=ONLY, name="厅", own_domains="gov.example")
    _text, _name, content = attached(subscribe(plan, user=leader))
    assert not any(one in words(content) for one in NAMES)


@pytest.mark.parametrize(
    ("domains", "address", "outside"),
    [
        ("", "leader@example.com", False),
        ("", "nobody@example.com", True),
        ("example.com", "LEADER@example.com", False),
        ("example.com", "nobody@example.com", True),
        ("gov.example\nsx.example", "leader@example.com", True),
        ("com", "leader@example.com", False),
    ],
)
def test_outside_is_an_address_of_no_account_or_of_no_listed_domain(leader, domains, address, outside):
    User.objects.filter(pk=leader.pk).update(email="leader@example.com")
    Identity.objects.create(pk=ONLY, name="厅", own_domains=domains)
    assert is_outside(address, own_domains()) is outside


@pytest.fixture
def manager_approved(plan, leader):
    return subscribe(plan, audience="outside", address=OUTSIDE, approved_by=leader)
