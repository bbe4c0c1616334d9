"""Setting the rules: loaded from a document, and refused where they could never speak."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from tests.factories import FIXTURES, NOW
from tracker.models import CheckRule, Event, Indicator, UnitCapacity
from tracker.queries.errors import Refused
from tracker.services.plans import check_rules
from tracker.services.plans.loading import load_indicators

GANGUE, BASES, SHARE = "coal_gangue_utilised", "bases_being_built", "building_materials_share"
TOTAL = "bulk_waste_utilised"


def document(tmp_path, text):
    path = tmp_path / "checks.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.whole
def test_a_new_installation_has_every_check(plan):
    added = factories.load_checks()
    general = CheckRule.objects.filter(indicator=None)
    assert sorted(general.values_list("kind", flat=True)) == sorted(CheckRule.Kind.values)
    assert Event.objects.filter(object_type="checkrule").count() == len(added)


def test_what_the_ministry_changed_stays_when_the_rules_are_loaded_again(plan):
    factories.load_checks()
    CheckRule.objects.filter(kind="month_on_month", indicator=None).update(high=30)
    assert factories.load_checks() == []
    assert CheckRule.objects.get(kind="month_on_month", indicator=None).high == 30


def test_rules_of_indicators_that_are_not_there_are_passed_over(db):
    added = factories.load_checks()
    assert {rule.indicator for rule in added} == {None}


def test_the_command_adds_what_an_upgraded_installation_lacks(plan, capsys):
    call_command("load_checks")
    number = CheckRule.objects.count()
    assert str(number) in capsys.readouterr().out
    call_command("load_checks")
    assert CheckRule.objects.count() == number


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[check]]\nkind = "weather"\nseverity = "error"', "[[check]] 1, kind"),
        ('[[check]]\nkind = "missing"\nseverity = "loud"', "[[check]] 1, severity"),
        ('[[check]]\nkind = "rate"\nseverity = "error"', "[[check]] 1, high"),
        ('[[check]]\nkind = "rate"\nseverity = "error"\nlow = "0"', "[[check]] 1, low"),
        ('[[check]]\nkind = "missing"\nseverity = "error"\nlow = 0', "[[check]] 1, low"),
        ('[[check]]\nkind = "missing"\nseverity = "error"\ncolour = "red"', "[[check]] 1, colour"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_nothing_is_loaded(db, tmp_path, text, place):
    path = document(tmp_path, '[[check]]\nkind = "parts"\nseverity = "error"\n' + text)
    with pytest.raises(Refused) as refusal:
        check_rules.load_checks(path, now=NOW)
    assert [name.replace("2,", "1,") for name in refusal.value.fields] == [f"checks.toml: {place}"]
    assert not CheckRule.objects.exists()
    with pytest.raises(CommandError, match=r"checks\.toml"):
        call_command("load_checks", path)


@pytest.fixture
def library(plan):
    """The indicators of industrial solid waste, loaded."""
    return load_indicators(FIXTURES / "indicators-solid-waste.toml", acting_user=None, now=NOW)


def rule(kind, low=None, high=None, indicator=None, severity="warning"):
    bounds = [None if bound is None else Decimal(bound) for bound in (low, high)]
    found = Indicator.objects.get(code=indicator) if indicator else None
    return CheckRule(kind=kind, severity=severity, low=bounds[0], high=bounds[1], indicator=found)


@pytest.mark.parametrize(
    "good",
    [
        ("month_on_month", -50, 100),
        ("year_on_year", None, 100),
        ("month_on_month", -100, None, GANGUE),
        ("month_on_month", None, None, GANGUE, "off"),
        ("rate", 0, None, SHARE),
        ("falling", None, None, BASES),
        ("parts", None, None, TOTAL),
        ("capacity", None, None, GANGUE),
        ("balance",),
        ("balance", -1, 1, "waste_generated"),
        ("missing", None, None, BASES, "warning"),
    ],
)
def test_a_rule_that_means_something_is_accepted(library, good):
    check_rules.check_rule(rule(*good))


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (("month_on_month",), "high"),
        (("rate",), "high"),
        (("month_on_month", 10, 100), "low"),
        (("month_on_month", -101, 100), "low"),
        (("month_on_month", None, -1), "high"),
        (("balance", 1, 2), "low"),
        (("missing", 0, None), "low"),
        (("missing", None, None, None, "hint"), "severity"),
        (("missing", None, None, GANGUE, "off"), "severity"),
        (("capacity", None, 5), "high"),
        (("month_on_month", -50, 100, SHARE), "indicator"),
        (("missing", None, None, TOTAL), "indicator"),
        (("parts", None, None, SHARE), "indicator"),
        (("falling", None, None, GANGUE), "indicator"),
        (("rate", 0, 100, GANGUE), "indicator"),
        (("capacity", None, None, BASES), "indicator"),
        (("balance", None, None, GANGUE), "indicator"),
    ],
)
def test_a_rule_that_could_never_speak_is_refused_at_its_field(library, bad, field):
    with pytest.raises(Refused) as refusal:
        check_rules.check_rule(rule(*bad))
    assert list(refusal.value.fields) == [field]


def test_a_capacity_is_one_of_an_amount(plan, taiyuan):
    manager = factories.make_user("manager", "plan_manager")
    bases, gangue = (Indicator.objects.get(code=code) for code in (BASES, GANGUE))
    with pytest.raises(Refused):
        check_rules.save_capacity(
            UnitCapacity(unit=taiyuan, indicator=bases, per_month=Decimal(3)), acting_user=manager, now=NOW
        )
    check_rules.save_capacity(
        UnitCapacity(unit=taiyuan, indicator=gangue, per_month=Decimal(3)), acting_user=manager, now=NOW
    )
    assert Event.objects.get(object_type="unitcapacity").actor == manager
