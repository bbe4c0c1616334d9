"""What no change of rules can set stays as it is once issued documents rest on it: by every way in, with its remedy."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import translation

from tests import factories
from tests.factories import FIXTURES, NOW
from tests.interfaces.admin_forms import address, errors_of
from tests.interfaces.test_admin_terms import filled
from tests.services.issued_kinds import GANGUE, issue
from tests.services.setup_workbooks import checked, edited, faults
from tracker.admin.plan import IndicatorAdmin
from tracker.models import Indicator, IndicatorPart, MeasureUnit, Plan, Role, Target, User
from tracker.queries.errors import Refused
from tracker.services.audit.configuration import delete_configured, save_configured
from tracker.services.imports import setup_workbook

DOCUMENT = "compliance report (August 2020), 2020, no. 8"
BASE = {"kind": "level", "base_value": "1200", "base_year": "2019", "base_source": "统计年鉴"}


@pytest.fixture(autouse=True)
def a_day_later():
    with time_machine.travel(NOW + timedelta(days=1), tick=False), translation.override("en"):
        yield


@pytest.fixture
def manager(plan) -> User:
    return factories.make_user("manager", Role.PLAN_MANAGER)


@pytest.fixture
def client(client, plan):
    """A superuser's browser."""
    client.force_login(User.objects.create_superuser("admin", "admin@example.com", factories.PASSWORD))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def issued(plan):
    """The plan, of which a report of August was issued."""
    issue(plan, "compliance", code="2020-08")
    return plan


def gangue(plan: Plan) -> Target:
    return Target.objects.select_related("indicator__unit", "plan").get(plan=plan, indicator__code=GANGUE)


@pytest.mark.parametrize(
    ("of", "values", "remedy"),
    [
        ("target", BASE, "a target of its own"),
        ("target", {"bound": "at_most"}, "a target of its own"),
        ("indicator", {"kind": "derived"}, "an indicator of another code"),
        ("unit", {"is_countable": True}, "a unit of measure of another code"),
        ("unit", {"factor": Decimal(7)}, "a unit of measure of another code"),
    ],
)
def test_it_is_refused_at_each_field_with_the_document_and_the_remedy(issued, manager, of, values, remedy):
    target = gangue(issued)
    row = {"target": target, "indicator": target.indicator, "unit": target.indicator.unit}[of]
    for name, value in values.items():
        setattr(row, name, value)
    with pytest.raises(Refused) as refused:
        save_configured(row, acting_user=manager, now=NOW)
    assert set(refused.value.fields) == set(values)
    for text in refused.value.fields.values():
        assert DOCUMENT in text and remedy in text
    row.refresh_from_db()
    assert not any(str(getattr(row, name)) == str(value) for name, value in values.items())


def test_before_a_document_is_issued_it_is_changed(plan, manager):
    target = gangue(plan)
    target.kind, target.base_value, target.base_year = "level", Decimal(5), 2019
    assert save_configured(target, acting_user=manager, now=NOW)


def test_a_target_that_no_document_holds_is_corrected(issued, manager):
    added = Indicator.objects.create(
        code="added", name="新增指标", unit=gangue(issued).indicator.unit, over_periods="sum", over_places="sum"
    )
    target = Target(plan=issued, indicator=added, kind="level", bound="at_least", base_value=5, base_year=2019)
    save_configured(target, acting_user=manager, now=NOW)
    target.base_value = Decimal(6)
    assert save_configured(target, acting_user=manager, now=NOW)
    issue(issued, "compliance", code="2020-09")
    target.base_value = Decimal(7)
    with pytest.raises(Refused, match="rest on this rule"):
        save_configured(target, acting_user=manager, now=NOW)


def test_the_forms_refuse_it_at_its_field(client, issued):
    target = gangue(issued)
    for model, row, values in (
        ("target", target, BASE),
        ("measureunit", target.indicator.unit, {"is_countable": "on"}),
        ("indicator", target.indicator, {"unit": MeasureUnit.objects.get(code="t").pk}),
    ):
        screen = address(model, "change", row.pk)
        errors = errors_of(client.post(screen, filled(client, screen) | values))
        assert set(errors) == set(values), model
        assert all(DOCUMENT in " ".join(texts) and "Leave it as it is" in " ".join(texts) for texts in errors.values())
    assert gangue(issued).kind == "amount"
    assert not MeasureUnit.objects.get(pk=target.indicator.unit_id).is_countable


def test_the_parts_of_a_sum_are_neither_added_nor_taken_away(client, issued, manager):
    part = IndicatorPart.objects.filter(part__code=GANGUE).order_by("pk").first()
    with pytest.raises(Refused) as refused:
        delete_configured(part, acting_user=manager, now=NOW)
    assert DOCUMENT in refused.value.fields["part"]
    screen = address("indicator", "change", part.whole_id)
    data = filled(client, screen)
    gone = next(name for name, value in data.items() if name.endswith("-part") and str(value) == str(part.part_id))
    answer = client.post(screen, data | {gone.replace("-part", "-DELETE"): "on"})
    assert DOCUMENT in answer.content.decode()
    assert IndicatorPart.objects.filter(pk=part.pk).exists()


def test_changing_several_rows_refuses_it_and_names_the_row(client, issued, monkeypatch):
    monkeypatch.setattr(IndicatorAdmin, "several", ("unit",))
    unit = MeasureUnit.objects.get(code="t")
    data = {"action": "change_several", "_selected_action": [gangue(issued).indicator_id], "apply": "1"}
    answer = client.post(address("indicator"), data | {"unit": unit.pk, "set-unit": "on"})
    assert DOCUMENT in answer.content.decode()
    assert gangue(issued).indicator.unit != unit


def test_the_set_up_workbook_refuses_it_at_its_cells(issued, client):
    administrator = User.objects.get(username="admin")
    content = setup_workbook.export_setup(issued, acting_user=administrator, now=NOW)
    places = []

    def edit(book):
        places.append(book.set("target", "煤矸石综合利用量", kind="Level by a date", base_value=1200, base_year=2019))
        places.append(book.set("indicator", "fly_ash_utilised", unit="吨"))
        places.append(book.set("unit", "10kt", is_countable="yes"))

    found = faults(checked(edited(content, edit), administrator))
    for place in places:
        assert DOCUMENT in found[place], (place, found)
    assert gangue(issued).base_value is None


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ('name_en = "Coal gangue utilised"\nunit = "10kt"', 'name_en = "Coal gangue utilised"\nunit = "t"', "unit"),
        (
            'parts = ["coal_gangue_utilised", "fly_ash_utilised", "fgd_gypsum_utilised", "smelting_slag_utilised"]',
            'parts = ["coal_gangue_utilised", "fly_ash_utilised"]',
            "parts",
        ),
    ],
)
def test_a_plan_file_refuses_it_at_its_key(issued, right, wrong, place, tmp_path):
    text = (FIXTURES / "plan-shanxi-2020.toml").read_text(encoding="utf-8")
    assert right in text
    other = text.replace('code = "shanxi-2020"', 'code = "shanxi-again"', 1).replace(right, wrong, 1)
    (tmp_path / "again.toml").write_text(other, encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("load_plan", tmp_path / "again.toml")
    line = next(one for one in str(refused.value).splitlines() if f", {place}: " in one)
    assert DOCUMENT in line and "another" in line.casefold()


def test_a_file_of_units_refuses_it_at_its_key(issued, tmp_path):
    text = (FIXTURES / "units.toml").read_text(encoding="utf-8")
    head, found, tail = text.partition('code = "10kt",')
    assert found
    (tmp_path / "units.toml").write_text(f"{head}{found} is_countable = true,{tail}", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("load_plan", FIXTURES / "plan-shanxi-2020.toml", "--units", tmp_path / "units.toml")
    assert DOCUMENT in next(one for one in str(refused.value).splitlines() if ", is_countable: " in one)
