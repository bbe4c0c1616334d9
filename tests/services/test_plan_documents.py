"""A plan goes out as a document and comes back the same; a document is loaded whole or not at all."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from tests.factories import FIXTURES, NOW
from tracker.models import MeasureUnit, Obligation, Plan, Region, ReportingUnit
from tracker.queries.errors import Refused
from tracker.queries.plans.plan_tables import plan_tables
from tracker.services.plans import loading
from tracker.services.plans.export_plan import export_plan

PLANS = Path(settings.BASE_DIR) / "tests" / "plans"
pytestmark = pytest.mark.django_db
#: Documents with the units and regions they rest on.
CASES = {
    "shanxi": (FIXTURES / "plan-shanxi-2020.toml", FIXTURES / "units.toml", FIXTURES / "regions.toml"),
    **{name: (PLANS / f"{name}.toml", PLANS / f"{name}-units.toml", PLANS / f"{name}-regions.toml")
       for name in ("shuozhou", "california")},
    "nation": (PLANS / "nation.toml", FIXTURES / "units.toml", PLANS / "nation-regions.toml"),
    "rich": (PLANS / "rich.toml", FIXTURES / "units.toml", FIXTURES / "regions.toml"),
}  # fmt: skip


class Undone(Exception):
    pass


def loaded(name: str) -> tuple[str, dict]:
    """Load a case, export it, and undo the load."""
    path, units, regions = CASES[name]
    found = []
    with pytest.raises(Undone), transaction.atomic():
        loading.load_reference(units, regions)
        plan = loading.load_plan(path, acting_user=None, now=NOW)
        found.append((export_plan(plan.code, acting_user=None, now=NOW), plan_tables(plan)))
        raise Undone
    return found[0]


@pytest.mark.parametrize("name", CASES)
def test_a_plan_that_went_out_comes_back_the_same_in_an_empty_installation(name, tmp_path):
    text, tables = loaded(name)
    assert not Plan.objects.exists() and not Region.objects.exists() and not MeasureUnit.objects.exists()
    path = tmp_path / "export.toml"
    path.write_text(text, encoding="utf-8")
    again = loading.load_plan(path, acting_user=None, now=NOW)
    assert plan_tables(again) == tables
    assert export_plan(again.code, acting_user=None, now=NOW) == text


def test_a_document_keeps_later_versions_people_less_mail_and_dated_obligations():
    tables = loaded("rich")[1]
    target = next(row for row in tables["target"] if row["indicator"] == "coal_gangue_utilised")
    assert [version["document_number"] for version in target["versions"]] == ["晋工信〔2020〕9号"]
    assert [goal["unit"] for goal in target["goals"]] == ["", "ty-1", ""]
    assert [row["audience"] for row in tables["subscription"]] == ["role", "outside"]
    assert tables["obligation"][-1]["ends"].isoformat() == "2020-09-30"


def command(*arguments: object) -> str:
    from io import StringIO

    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def everything() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Plan, Region, MeasureUnit, ReportingUnit, Obligation)}


def test_a_dry_run_says_what_a_load_would_do_and_changes_nothing(settings):
    settings.LANGUAGE_CODE = "en"
    empty = everything()
    said = command("load_plan", PLANS / "rich.toml", "--dry-run")
    assert "13" in said
    assert everything() == empty
    assert command("load_plan", PLANS / "rich.toml") != said
    assert everything()["Plan"] == 1


def test_regions_and_units_are_not_left_behind_by_a_plan_that_is_refused(tmp_path):
    wrong = (PLANS / "rich.toml").read_text(encoding="utf-8").replace('bound = "at_least"', 'bound = "about"', 1)
    (tmp_path / "wrong.toml").write_text(wrong, encoding="utf-8")
    empty = everything()
    with pytest.raises(CommandError, match=r"\[\[target\]\] 1, bound"):
        command("load_plan", tmp_path / "wrong.toml")
    assert everything() == empty


def test_a_plan_goes_to_a_file_and_an_unknown_one_is_refused_in_words(tmp_path):
    command("load_plan", PLANS / "rich.toml")
    command("export_plan", "rich-2020", tmp_path / "out.toml")
    assert (tmp_path / "out.toml").read_text(encoding="utf-8").startswith("# ")
    with pytest.raises(CommandError, match="rich-2020"):
        command("export_plan", "none")
    with pytest.raises(CommandError):
        command("export_plan", "rich-2020", tmp_path)


RICH = (PLANS / "rich.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ('region = "140100"\n', 'region = "990000"\n', "[[reporting_unit]] 1, region"),
        ('contact_phone = "0351', f'contact_phone = "{"1" * 60}', "[[reporting_unit]] 1, contact_phone"),
        ('frequency = "quarter"', 'frequency = "season"', "[[obligation]] 2, frequency"),
        ("ends = 2020-09-30", "ends = 2019-09-30", "[[obligation]] 2, "),
        ('unit = "dt-1"\nindicator', 'unit = "none"\nindicator', "[[obligation]] 2, unit"),
        ('severity = "hint"', 'severity = "loud"', "[[check]] 1, severity"),
        ("low = 10\nhigh", "low = 90\nhigh", "[[range]] 1, "),
        ("per_month = 80", "per_month = -1", "[[capacity]] 1, "),
        ('time_of_day = "09:15"', 'time_of_day = "noon"', "[[schedule]] 1, time_of_day"),
        ('audience = "role"\nrole = "leader"', 'audience = "role"\nrole = "chief"', "[[subscription]] 1, role"),
        ('address = "desk@example.org"', 'address = "desk"', "[[subscription]] 2, address"),
        ("share = 20.5", "share = 60", "[[target]] 2, points"),
        ("share = 20.5", "share = nan", "[[target]] 2, points.share"),
        ("effective_from = 2020-07-01", "effective_from = 2020-01-01", "[[target]] 2, "),
        ('document_number = "晋工信〔2020〕9号"', 'document_number = ""', "[[target]] 2, versions.document_number"),
        ('{ place = "140200", value = 600 }', '{ place = "140200", value = 9000 }', "[[target]] 2, value"),
        ('{ place = "140200", value = 600 }', '{ place = "140200", value = nan }', "[[target]] 2, goals.value"),
        ("issued_on = 2020-03-24", "issued_on = 2020-03-24T00:00:00", "[[plan]] 1, issued_on"),
        ('name_en = "Department of Water"', 'name_en = "\\u0007"', "[[body]] 1, name_en"),
    ],
)
def test_every_row_is_validated(right, wrong, place, tmp_path):
    assert right in RICH
    (tmp_path / "wrong.toml").write_text(RICH.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(CommandError) as refusal:
        command("load_plan", tmp_path / "wrong.toml")
    assert f"wrong.toml: {place}" in str(refusal.value)
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ('{ code = "1", level = "planet", name = "一" }', "[[region]] 1, level"),
        ('{ code = "1/2", level = "city", name = "一" }', "[[region]] 1, code"),
        ('{ code = "1", level = "city", name = "一", part_of = "1" }', "[[region]] 1, part_of"),
        ('{ code = "1", level = "city", name = "一", part_of = "9" }', "[[region]] 1, part_of"),
        (
            '{ code = "1", level = "city", name = "一" }, { code = "2", level = "x", name = "二" }',
            "[[region]] 2, level",
        ),
    ],
)
def test_regions_are_validated(rows, place, tmp_path):
    (tmp_path / "regions.toml").write_text(f"region = [{rows}]", encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        loading.load_reference(FIXTURES / "units.toml", tmp_path / "regions.toml")
    assert f"regions.toml: {place}" in refusal.value.fields
    assert not Region.objects.exists()


def test_a_known_unit_of_measure_keeps_its_size(tmp_path):
    loading.load_reference(FIXTURES / "units.toml", FIXTURES / "regions.toml")
    other = 'unit = [{ code = "10kt", symbol = "万吨", symbol_en = "kt", dimension = "mass", factor = 1000 }]'
    (tmp_path / "units.toml").write_text(other, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        loading.load_reference(tmp_path / "units.toml", FIXTURES / "regions.toml")
    assert list(refusal.value.fields) == ["units.toml: [[unit]] 1, factor"]


def test_a_known_indicator_with_another_meaning_is_refused_naming_each_difference(plan, tmp_path):
    text = """
[plan]
code = "sz-2020"
name = "朔州市2020年落实方案"
issuer = "朔州市工业和信息化局"
issued_on = 2020-04-01
starts_on = 2020-01-01
ends_on = 2020-12-31
region = "140600"
[[indicator]]
code = "coal_gangue_utilised"
name = "煤矸石综合利用量（含往年贮存）"
unit = "10kt"
over_periods = "latest"
direction = "less"
decimals = 4
definition = "含往年贮存"
[[indicator]]
code = "bases_being_built"
name = "国家级工业资源综合利用基地"
unit = "item"
decimals = 0
"""
    (tmp_path / "e.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        loading.load_plan(tmp_path / "e.toml", acting_user=None, now=NOW)
    keys = {place.rpartition("]] ")[2] for place in refusal.value.fields}
    of_first = {f"1, {key}" for key in ("name", "direction", "over_periods", "decimals", "definition")}
    assert keys == {*of_first, "2, over_periods"}
    assert Plan.objects.count() == 1
