"""Compliance report of a plan with every kind of target: its formulas give what the system calculated."""

import openpyxl
import pytest

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tests.libreoffice import saved_by_libreoffice
from tests.queries.test_kinds_of_target import EVERYTHING
from tests.services.kinds_plan import Reported, load_kinds
from tracker.services.documents.reports import issue_report


@pytest.fixture
def report(db, tmp_path):
    """August's report: Taiyuan has all eight months, Datong lacks August."""
    plan = load_kinds(tmp_path)
    reported = Reported(plan)
    for month in range(1, 9):
        reported.file(TAIYUAN, f"2020-{month:02d}", **EVERYTHING)
        if month < 8:
            reported.file(DATONG, f"2020-{month:02d}", **{**EVERYTHING, "coal": "40", "pm25": "36", "bases": "0"})
    period = factories.period(plan, "2020-08")
    july = factories.period(plan, "2020-07")
    return {
        month.code: issue_report(period=month, region=plan.region, language="en", acting_user=None, now=NOW)
        for month in (july, period)
    }


def values_of(path) -> dict[str, dict[str, object]]:
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in book.worksheets
    }


def test_every_formula_gives_the_stored_value(report, tmp_path):
    for code, issued in report.items():
        copy = tmp_path / f"{code}.xlsx"
        copy.write_bytes(issued.file.read())
        bare = tmp_path / f"bare-{code}.xlsx"
        openpyxl.load_workbook(copy).save(bare)  # without stored values: every formula is calculated
        stored, calculated = values_of(copy), values_of(saved_by_libreoffice(tmp_path, bare) / bare.name)
        for sheet, cells in stored.items():
            for place, value in cells.items():
                found = calculated[sheet].get(place)
                if isinstance(value, int | float) and not isinstance(value, bool):
                    assert found == pytest.approx(value, abs=1e-6), (code, sheet, place)
                else:
                    assert str(found) == str(value), (code, sheet, place)


def test_provisional_levels_are_marked_and_caps_carry_their_sign(report):
    cells = values_of(report["2020-08"].file.open("rb"))
    words = {str(value) for sheet in cells.values() for value in sheet.values()}
    assert any("provisional" in word for word in words)
    assert any("at most" in word for word in words)
    assert any("10.00–15.00" in word for word in words)
