"""A mail and the document attached to it rest on the same inputs, or the document is issued anew."""

from decimal import Decimal

import pytest
from django.utils import translation

from tests import factories
from tests.factories import NOW, region
from tests.services.issued_kinds import GANGUE
from tests.services.test_issued_again import correct
from tracker.models import Indicator, IssuedReport, Region, TargetVersion
from tracker.queries.mail.summary_facts import MailScope
from tracker.services.mail.attached_report import facts_and_present_report, facts_with_report


@pytest.fixture
def filed(plan, taiyuan, reporter, reviewer):
    values = {GANGUE: "500", "fly_ash_utilised": "0"}
    return factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)


def sent(code="140000") -> IssuedReport:
    """The document that a mail about August would carry."""
    plan = factories.the_plan()
    with translation.override("zh-hans"):
        return facts_with_report(MailScope(factories.period(plan), region(code)), now=NOW)[1]


def move_a_bound(filed, *_people):
    type(filed.period.plan).objects.update(level_one_below=Decimal(-15))


def change_a_target(*_world):
    TargetVersion.objects.update(value=9999)


def rename(*_world):
    Region.objects.filter(code="140100").update(name="新名字")


def change_decimals(*_world):
    Indicator.objects.update(decimals=3)


def correct_it(filed, reporter, reviewer):
    correct(filed, reporter, reviewer)


def file_another(filed, reporter, _reviewer):
    """A return that waits is told by the mail and listed by the document."""
    unit = factories.make_unit(filed.period.plan, factories.DATONG)
    other = factories.make_user("datong", "reporter", factories.DATONG)
    values = {GANGUE: "1", "fly_ash_utilised": "0"}
    factories.file_return(unit, filed.period, values, reporter=other)


def test_nothing_changed_is_the_same_document(filed):
    first = sent()
    assert sent() == first
    assert first.inputs_sha256


@pytest.mark.parametrize("change", [move_a_bound, change_a_target, rename, change_decimals, correct_it, file_another])
def test_whatever_changed_the_document_is_issued_anew(change, filed, reporter, reviewer):
    """A moved bound changes no revision: the mail said level II, its own workbook level I."""
    first = sent()
    change(filed, reporter, reviewer)
    with translation.override("zh-hans"):
        assert facts_and_present_report(MailScope(factories.period(factories.the_plan()), first.region))[1] is None
    second = sent()
    assert (second.edition, second.previous_edition) == (2, first)
    assert second.inputs_sha256 != first.inputs_sha256
    assert sent() == second


def test_a_document_of_before_hashes_is_issued_anew(filed):
    first = sent()
    IssuedReport.objects.filter(pk=first.pk).update(inputs_sha256="")
    assert sent() != first
