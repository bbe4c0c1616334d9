"""The screens of linked indicators, and the marks on both returns."""

import pytest
from django.urls import reverse

from tests import factories
from tests.city_plan import limited_to, make_city_plan
from tests.factories import NOW
from tests.interfaces.test_admin_reviewing import ASH, GANGUE, english, page
from tracker.models import Indicator, IndicatorLink, Role
from tracker.services import returns

ADD = reverse("admin:tracker_indicatorlink_add")
LIST = reverse("admin:tracker_indicatorlink_changelist")


@pytest.fixture(autouse=True)
def in_september(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def city(plan, taiyuan):
    return make_city_plan(taiyuan)


@pytest.fixture
def province(plan):
    return limited_to(plan, "province", Role.PLAN_MANAGER, factories.SHANXI)


@pytest.fixture
def mayor(city):
    return limited_to(city, "mayor", Role.PLAN_MANAGER)


def sent(plan, city, **changes):
    gangue = Indicator.objects.get(code=GANGUE).pk
    fields = {"plan": plan.pk, "indicator": gangue, "other_plan": city.pk, "other_indicator": ""}
    return {**fields, "frequency": "month", "begins": "2020-08-01", **changes}


@pytest.fixture
def proposed(client, plan, city, province):
    assert english(client, province).post(ADD, sent(plan, city)).status_code == 302
    return IndicatorLink.objects.get()


def test_it_is_proposed_on_a_form_and_agreed_with_a_button(client, proposed, city, province, mayor):
    own = reverse("admin:tracker_indicatorlink_change", args=[proposed.pk])
    agree = reverse("admin:tracker_indicatorlink_agree", args=[proposed.pk])
    assert agree not in english(client, province).get(own).content.decode()
    assert "waits for your agreement" in english(client, mayor).get(reverse("setup")).content.decode()
    assert agree in client.get(own).content.decode()
    assert client.post(agree).status_code == 302
    proposed.refresh_from_db()
    assert proposed.agreed_by == mayor
    for person in (province, mayor):
        assert "oal gangue" in english(client, person).get(LIST).content.decode()


def test_the_manager_of_the_first_plan_does_not_agree(client, proposed, province):
    agree = reverse("admin:tracker_indicatorlink_agree", args=[proposed.pk])
    assert english(client, province).post(agree).status_code == 403
    proposed.refresh_from_db()
    assert proposed.is_waiting


def test_it_is_ended_on_a_page_that_asks_from_when(client, proposed, mayor):
    client = english(client, mayor)
    client.post(reverse("admin:tracker_indicatorlink_agree", args=[proposed.pk]))
    end = reverse("admin:tracker_indicatorlink_end", args=[proposed.pk])
    assert "2020-09-03" in client.get(end).content.decode()
    refused = client.post(end, {"until": "2020-07-01"})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["until"]
    assert client.post(end, {"until": "2020-09-01"}).status_code == 302
    proposed.refresh_from_db()
    assert (proposed.ended_by, proposed.until.isoformat()) == (mayor, "2020-09-01")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"frequency": "quarter"}, "frequency"), ({"begins": "2019-01-01"}, "begins"), ({"begins": ""}, "begins")],
)
def test_what_is_wrong_stands_at_its_field(client, plan, city, province, changes, field):
    answer = english(client, province).post(ADD, sent(plan, city, **changes))
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not IndicatorLink.objects.exists()


def test_plans_to_choose_from_are_those_for_which_ones_units_report(client, plan, city, province):
    form = english(client, province).get(ADD).context["adminform"].form
    assert list(form.fields["plan"].queryset) == [plan]
    assert set(form.fields["other_plan"].queryset) == {plan, city}


def test_both_returns_name_the_other_plan(client, plan, taiyuan, city, proposed, mayor, reporter):
    english(client, mayor).post(reverse("admin:tracker_indicatorlink_agree", args=[proposed.pk]))
    filed = factories.file_return(taiyuan, factories.period(plan), {GANGUE: "500", ASH: "0"}, reporter=reporter)
    there = returns.open_return(taiyuan, factories.period(city), acting_user=reporter, now=NOW)
    said = [english(client, reporter).get(page(one)).content.decode() for one in (filed, there)]
    assert f"Also filled in for “{city}”." in said[0]
    assert f"Filled in from the return for “{plan.name_en}”." in said[1]
    assert page(there) in said[0] and page(filed) in said[1]
    assert f"Also filled in for “{city}”." in client.get(reverse("return", args=[filed.pk])).content.decode()


def test_the_history_of_the_other_return_names_who_typed_it(client, plan, taiyuan, city, proposed, mayor, reporter):
    english(client, mayor).post(reverse("admin:tracker_indicatorlink_agree", args=[proposed.pk]))
    there = returns.open_return(taiyuan, factories.period(city), acting_user=reporter, now=NOW)
    clerk = limited_to(plan, "clerk", Role.REPORTER)
    factories.file_return(taiyuan, factories.period(plan), {GANGUE: "500", ASH: "0"}, reporter=clerk)
    history = english(client, reporter).get(reverse("admin:tracker_return_history", args=[there.pk])).content.decode()
    assert "Values filled in from another plan&#x27;s return" in history
    assert f"shanxi-2020 2020-08 {GANGUE} r1" in history
