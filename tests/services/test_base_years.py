"""Values of the year before a plan begins, loaded without a plan of that year, and compared with (同比)."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from tests import factories
from tests.factories import DATONG, NOW
from tests.services.past_tables import check_again, run
from tracker.filters.past import ColumnsForm
from tracker.models import Event, Indicator, Plan, Role, Upload, User
from tracker.queries.figures.figures import Figures
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.services.imports.past_values.decide import ask_acceptance
from tracker.services.imports.past_values.receive import heads_of, mapping_of, send_base_year, send_table

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
MONTHS = [f"2019年{month}月" for month in range(1, 13)]


@pytest.fixture
def sender(plan) -> User:
    return factories.make_user("sender", Role.PLAN_MANAGER)


@pytest.fixture
def datong(plan):
    """A second unit that reports the same."""
    return factories.make_unit(plan, DATONG)


def sent(plan, sender, *rows, send=send_base_year) -> Upload:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return send(ContentFile(text.getvalue().encode(), "2019.csv"), plan, acting_user=sender, now=NOW)


def loaded(plan, sender, reviewer, *rows) -> Upload:
    """A table of the year before, a row for each unit, a column for each month, accepted by a second person."""
    name = Indicator.objects.get(code=GANGUE).name
    upload = check_again(sent(plan, sender, ["单位", *MONTHS], *rows), sender, indicator=GANGUE)
    assert upload.state == Upload.State.READY, (name, upload.preview)
    run(ask_acceptance(upload, acting_user=reviewer, now=NOW, seen_job=upload.job_id))
    upload.refresh_from_db()
    assert upload.state == Upload.State.ACCEPTED, upload.failure
    return upload


def same_period_change(plan, place, *, to_date=False):
    figures = Figures(factories.period(plan, "2020-08"))
    target = plan.targets.get(indicator__code=GANGUE)
    return figures.year_on_year(target, place, to_date=to_date)


def report(unit, plan, reviewer, value="120", months=("2020-08",)):
    reporter = factories.make_user(f"of-{unit.region.code}", Role.REPORTER, unit.region.code, unit)
    for month in months:
        values = {GANGUE: value, ASH: "0"}
        factories.file_return(unit, factories.period(plan, month), values, reporter=reporter, reviewer=reviewer)


def test_values_of_the_year_before_are_loaded_without_a_plan_of_it(plan, taiyuan, sender, reviewer):
    upload = loaded(plan, sender, reviewer, ["太原市", *["100"] * 12])
    assert list(Plan.objects.all()) == [plan]
    base = upload.plan
    assert (base.base_year_of, base.starts_on, base.ends_on) == (plan, date(2019, 1, 1), date(2019, 12, 31))
    report(taiyuan, plan, reviewer)
    assert same_period_change(plan, taiyuan.region) == Decimal(20)


def test_a_place_that_the_table_lacks_leaves_the_comparison_of_the_whole_open(plan, taiyuan, datong, sender, reviewer):
    loaded(plan, sender, reviewer, ["太原市", *["100"] * 12])
    for unit in (taiyuan, datong):
        report(unit, plan, reviewer)
    assert same_period_change(plan, taiyuan.region) == Decimal(20)
    assert same_period_change(plan, datong.region) is None
    assert same_period_change(plan, plan.region) is None


def test_the_whole_is_compared_once_the_table_has_every_place(plan, taiyuan, datong, sender, reviewer):
    loaded(plan, sender, reviewer, ["太原市", *["100"] * 12], ["大同市", *["60"] * 12])
    months = [f"2020-{month:02}" for month in range(1, 9)]
    for unit in (taiyuan, datong):
        report(unit, plan, reviewer, months=months)
    assert same_period_change(plan, plan.region) == Decimal(50)
    assert same_period_change(plan, plan.region, to_date=True) == Decimal(50)


def test_a_second_table_goes_into_the_same_base_year(plan, taiyuan, datong, sender, reviewer):
    first = loaded(plan, sender, reviewer, ["太原市", *["100"] * 12])
    second = loaded(plan, sender, reviewer, ["大同市", *["60"] * 12])
    assert first.plan == second.plan
    assert Event.objects.filter(object_type="plan", after__has_key="base_year").count() == 1


def test_a_base_year_is_no_plan_to_choose_and_owes_nothing(plan, taiyuan, sender, reviewer, client):
    upload = loaded(plan, sender, reviewer, ["太原市", *["100"] * 12])
    client.force_login(reviewer)
    for name in ("home", "returns", "past_tables"):
        shown = client.get(reverse(name)).content.decode()
        assert f'value="{upload.plan.code}"' not in shown
    client.force_login(sender)
    assert client.get(reverse("past_table", args=[upload.pk])).status_code == 200


def test_the_base_year_of_a_plan_that_begins_in_july_is_the_twelve_months_before(plan, sender):
    Plan.objects.filter(pk=plan.pk).update(starts_on=date(2020, 7, 1), ends_on=date(2021, 6, 30))
    upload = sent(Plan.objects.get(pk=plan.pk), sender, ["单位", "2019年7月"], ["太原市", "1"])
    assert (upload.plan.starts_on, upload.plan.ends_on) == (date(2019, 7, 1), date(2020, 6, 30))


def columns(upload):
    mapping = mapping_of(upload)
    (head,) = heads_of(upload)
    return ColumnsForm(head, mapping, Vocabulary(upload.plan, mapping.answers))


def test_a_wide_table_says_which_columns_lie_outside(plan, taiyuan, sender, client):
    rows = [["单位", "2019年12月", "2020年1月", "2021年1月", "备注"], ["太原市", "511.5", "402.25", "633.4", ""]]
    upload = sent(plan, sender, *rows, send=send_table)
    assert columns(upload).outside == ["B 2019年12月", "D 2021年1月"]
    assert columns(upload).plan_span == "2020-01–2020-12"
    assert columns(sent(plan, sender, *rows)).outside == ["C 2020年1月", "D 2021年1月"]
    client.force_login(sender)
    shown = client.get(reverse("past_table", args=[upload.pk])).content.decode()
    assert "B 2019年12月、D 2021年1月" in shown or "B 2019年12月, D 2021年1月" in shown


def test_a_base_year_is_chosen_on_the_page(plan, taiyuan, sender, client):
    client.force_login(sender)
    file = ContentFile("单位,2019年1月\n太原市,1\n".encode(), "a.csv")
    response = client.post(reverse("past_send"), {"plan": plan.code, "is_base_year": "on", "file": file})
    assert response.status_code == 302
    assert Upload.objects.get().plan.base_year_of == plan
