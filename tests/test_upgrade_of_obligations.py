"""Obligations without dates: the upgrade makes a row of each return they expected, and no figure of before changes."""

from importlib import import_module
from pathlib import Path

import pytest

from tests.installation import Installation, installation

LAST_BEFORE = import_module("tracker.migrations.0026_expected_returns").Migration.dependencies[0][1]
MAKE = "from tests import factories; factories.load_demonstration()"
#: The version before counted what was expected for the whole plan, and marked a closed unit as inactive.
AS_BEFORE = """
from django.db import connection
with connection.cursor() as cursor:
    for indicator, group in (("o.indicator_id", ", o.indicator_id"), ("NULL", "")):
        cursor.execute(
            "INSERT INTO tracker_obligationcount (plan_id, frequency, region_id, indicator_id, units)"
            f" SELECT o.plan_id, o.frequency, u.region_id, {indicator}, COUNT(DISTINCT o.unit_id)"
            " FROM tracker_obligation o JOIN tracker_reportingunit u ON u.id = o.unit_id"
            f" GROUP BY o.plan_id, o.frequency, u.region_id{group}")
    cursor.execute("UPDATE tracker_reportingunit SET is_active = %s WHERE code = 'demo-140900'", [False])
"""
FIGURES = """
import hashlib, json
from datetime import UTC, datetime
from tests import factories
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.snapshots import book_as_json
plan = factories.the_plan()
month = factories.period(plan, "2020-09")
book = book_as_json(load_figure_inputs(month, as_of=datetime(2020, 12, 1, tzinfo=UTC)))
listed = {"projects_advanced", "enterprises_diagnosed", "enterprises_supervised"}  # the way back drops their lists
cells = [cell for cell in book["cells"] if not listed.intersection(map(str, cell))]
then = json.dumps([sorted(cells, key=str), book["units"]], sort_keys=True)
print(hashlib.sha256(then.encode()).hexdigest(), *(
    Figures(factories.period(plan, code)).units_reported_in(plan.region) for code in ("2020-08", "2020-09")))
"""


def figures(made: Installation) -> list[str]:
    """Of September as it was known in December the digest, and the returns verified of those expected."""
    return made.manage("shell", "-v0", "-c", FIGURES).split()


@pytest.mark.long
def test_the_demonstration_is_upgraded_with_its_figures(tmp_path: Path):
    with installation(tmp_path, is_migrated=True) as made:
        made.manage("shell", "-v0", "-c", MAKE)
        before, *coverage = figures(made)
        assert coverage == ["11/11", "8/11"]
        made.manage("migrate", "-v0", "tracker", LAST_BEFORE)
        made.manage("shell", "-v0", "-c", AS_BEFORE)
        made.manage("migrate", "-v0")
        assert figures(made) == [before, "11/11", "8/10"]
        ((closed_on,),) = made.rows("SELECT closed_on FROM tracker_reportingunit WHERE code = 'demo-140900'")
        assert str(closed_on) == "2020-09-01"
        made.manage("check_totals")
        assert made.rows("SELECT COUNT(*) FROM tracker_expectedreturn") == [(11 * 12 - 4,)]
