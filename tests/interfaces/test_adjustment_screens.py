"""Adjusting a target on its screen: the document is asked for, and the totals that move are told first."""

from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tests.interfaces.test_admin_targets import GANGUE, address, version_rows
from tracker.models import Role, Target, TargetVersion
from tracker.services.plans import targets

NUMBER = "晋工信节能字〔2020〕99号"


@pytest.fixture
def gangue(plan):
    return Target.objects.get(plan=plan, indicator__code=GANGUE)


@pytest.fixture
def manager(client):
    person = factories.make_user("manager", Role.PLAN_MANAGER)
    client.force_login(person)
    return person


def post(client, target, **changes):
    """Post the target's screen with a new version."""
    data = {
        "plan": target.plan_id,
        "indicator": target.indicator_id,
        "clauses": [clause.pk for clause in target.clauses.all()],
        "kind": "amount",
        "bound": "at_least",
        "pace": "even_by_day",
        "position": target.position,
        **version_rows(("6800", "2020-07-01")),
        "versions-0-document_number": NUMBER,
        **changes,
    }
    return client.post(address("target", "change", target.pk), data)


def test_the_screen_names_the_totals_of_a_part(client, gangue, manager):
    content = client.get(address("target", "change", gangue.pk)).content.decode()
    assert "以下汇总目标随之变动：大宗工业固废综合利用量" in content
    whole = Target.objects.get(plan=gangue.plan, indicator__code="bulk_waste_utilised")
    assert "totals_seen" not in client.get(address("target", "change", whole.pk)).content.decode()


def test_nothing_is_saved_before_the_totals_that_move_were_told(client, gangue, manager):
    page = post(client, gangue)
    assert page.status_code == 200
    assert "由10,000.00调整为10,300.00万吨" in page.content.decode()
    assert gangue.versions.count() == 1
    assert post(client, gangue, totals_seen="on").status_code == 302
    assert gangue.versions.count() == 2


def test_the_screen_asks_for_the_document_or_why_there_is_none(client, gangue, manager):
    page = post(client, gangue, totals_seen="on", **{"versions-0-document_number": ""})
    assert "请填写调整文号；没有文号的，请说明原因。" in page.content.decode()
    assert gangue.versions.count() == 1
    reason = {"versions-0-document_number": "", "versions-0-no_document_reason": "会议纪要"}
    assert post(client, gangue, totals_seen="on", **reason).status_code == 302


def test_the_totals_page_shows_the_change_with_its_document(client, plan, gangue, manager):
    version = TargetVersion(target=gangue, value=6800, effective_from=date(2020, 7, 1), document_number=NUMBER)
    targets.save_version(version, acting_user=manager, now=NOW)
    whole = Target.objects.get(plan=plan, indicator__code="bulk_waste_utilised")
    content = client.get(reverse("target", args=[whole.pk]), {"period": "2020-08"}).content.decode()
    assert "分项目标的调整" in content and NUMBER in content
    assert "由10,000.00变为10,300.00万吨" in content
