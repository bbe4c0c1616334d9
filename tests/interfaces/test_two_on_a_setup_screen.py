"""Two people on one set-up screen: the second to save sees both versions, and nothing is lost unseen."""

import re

import pytest
from django.contrib import admin

from tests import factories
from tests.access.fuzz import Offered
from tests.interfaces.admin_forms import address, errors_of
from tracker.admin.base import SetupAdmin
from tracker.models import CheckRule, Indicator, Period, ReportingUnit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    person = User.objects.create_superuser("admin", password=factories.PASSWORD)
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return person


def opened(client, where: str) -> dict[str, str]:
    """The form as a person has it open."""
    page = Offered()
    page.feed(client.get(where).content.decode())
    skipped = ("_save", "_addanother", "_continue", "csrfmiddlewaretoken", "next")
    return {name: value for name, value in page.fields.items() if name not in skipped and "__prefix__" not in name}


def unit_form(unit, **changes) -> dict[str, object]:
    held = {"name": unit.name, "name_en": "", "code": unit.code, "region": unit.region_id, "contact_phone": ""}
    return {**held, "is_active": "on", **changes}


def test_the_second_to_save_sees_both_and_may_then_decide(administrator, client, taiyuan):
    where = address("reportingunit", "change", taiyuan.pk)
    first, second = opened(client, where)["_seen"], opened(client, where)["_seen"]
    assert client.post(where, unit_form(taiyuan, contact_phone="111", _seen=first)).status_code == 302
    answer = client.post(where, unit_form(taiyuan, contact_phone="222", _seen=second))
    (told,) = errors_of(answer).values()
    assert "admin changed this meanwhile" in told[0]
    assert any("111" in line and "222" in line for line in told)
    assert ReportingUnit.objects.get(pk=taiyuan.pk).contact_phone == "111"
    again = re.search(r'name="_seen" value="(\w+)"', answer.content.decode())[1]
    assert client.post(where, unit_form(taiyuan, contact_phone="222", _seen=again)).status_code == 302
    assert ReportingUnit.objects.get(pk=taiyuan.pk).contact_phone == "222"


def test_an_older_form_does_not_revert_a_deadline_that_a_service_moved(administrator, client, plan):
    period = factories.period(plan, "2020-12")
    where = address("period", "change", period.pk)
    form = opened(client, where)
    Period.objects.filter(pk=period.pk).update(due_at="2021-01-20T16:00Z")  # as a plan's new rule does
    answer = client.post(where, form)
    assert answer.status_code == 200 and errors_of(answer)
    assert Period.objects.get(pk=period.pk).due_at.isoformat() == "2021-01-20T16:00:00+00:00"


def test_a_row_that_hangs_on_it_counts_too(administrator, client, plan):
    whole, part = Indicator.objects.order_by("pk")[:2]
    where = address("indicator", "change", whole.pk)
    before = opened(client, where)["_seen"]
    whole.part_links.create(part=part)
    assert opened(client, where)["_seen"] != before


def test_every_set_up_screen_carries_what_was_seen(administrator, client, plan, taiyuan):
    factories.make_user("somebody", "reporter")
    looked_at = 0
    for model, screen in admin.site._registry.items():
        row = model._base_manager.order_by("pk").first()
        if isinstance(screen, SetupAdmin) and row is not None:
            looked_at += 1
            assert "_seen" in opened(client, address(model._meta.model_name, "change", row.pk)), model
    assert looked_at >= 10


def test_a_row_whose_order_rests_on_an_empty_choice_is_saved(administrator, client, plan):
    """A check of all indicators names none, and PostgreSQL locks no row that may be missing."""
    rule = CheckRule.objects.create(kind="month_on_month", severity="warning", low="-50", high="100")
    where = address("checkrule", "change", rule.pk)
    sent = {"kind": rule.kind, "indicator": "", "severity": "warning", "low": "-50", "high": "90"}
    answer = client.post(where, sent | {"_seen": opened(client, where)["_seen"]})
    assert answer.status_code == 302, errors_of(answer)
    rule.refresh_from_db()
    assert rule.high == 90
