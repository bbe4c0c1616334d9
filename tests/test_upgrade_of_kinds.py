"""Plans stored before kinds of target existed: the upgrade keeps their bounds and gives each target its kind."""

from tests.installation import installation

#: The version before wrote these rows.
BEFORE = """
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
models = MigrationExecutor(connection).loader.project_state([("tracker", "0018_glossary_names")]).apps.get_model
def add(model, /, **fields): return models("tracker", model).objects.create(**fields)
place = add("Region", code="14", level="province", name="x", path="14/")
ton = add("MeasureUnit", code="t", symbol="t", symbol_en="t", dimension="mass", factor=1)
item = add("MeasureUnit", code="i", symbol="i", symbol_en="i", dimension="items", factor=1)
percent = add("MeasureUnit", code="p", symbol="%", symbol_en="%", dimension="share", factor=1)
days = {"issued_on": "2020-01-01", "starts_on": "2020-01-01", "ends_on": "2020-12-31"}
plan = add("Plan", code="p", name="p", issuer="x", region=place, level_one_below=-12, **days)
def target(code, unit, direction, bound, over="sum", **terms):
    rules = {"direction": direction, "over_periods": over, "over_places": over}
    one = add("Indicator", code=code, name=code, unit=unit, **rules, **terms)
    add("Target", plan=plan, indicator=one, bound=bound, pace="even_by_day")
    return one
a = target("a", ton, "more", "at_least")
b = target("b", ton, "less", "at_least")
target("c", item, "less", "more_than")
target("d", percent, "more", "at_least", "latest")
target("e", percent, "more", "at_least", "ratio", kind="ratio", numerator=a, denominator=b)
"""


def test_bounds_stay_and_every_target_has_its_kind(tmp_path):
    with installation(tmp_path, state="0018_glossary_names") as made:
        made.manage("shell", "-v0", "-c", BEFORE)
        made.manage("migrate", "-v0", "tracker", "0021")
        assert made.rows("SELECT graded_by, CAST(level_one_below AS INTEGER) FROM tracker_plan") == [("points", -12)]
        targets = (
            "SELECT i.code, t.kind, t.bound, t.pace FROM tracker_target t"
            " JOIN tracker_indicator i ON i.id = t.indicator_id ORDER BY i.code"
        )
        assert made.rows(targets) == [
            ("a", "amount", "at_least", "even_by_day"),
            ("b", "amount", "at_most", "even_by_day"),
            ("c", "amount", "less_than", "even_by_day"),
            ("d", "level", "at_least", "even_by_day"),
            ("e", "level", "at_least", "even_by_day"),
        ]
        countable = "SELECT code FROM tracker_measureunit WHERE is_countable ORDER BY code"
        assert made.rows(countable) == [("i",)]
        made.manage("migrate", "-v0")
