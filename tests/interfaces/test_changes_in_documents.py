"""What changed since a document is named in the next one, with its share: in its sheets and in the bulletin."""

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.urls import reverse
from django.utils import translation

from tests import factories
from tests.factories import SHANXI
from tests.interfaces.test_fourteen_figures import (  # noqa: F401 - fixtures
    ASKED,
    ISSUED,
    NAMED,
    Reader,
    changed,
    days_later,
    filed,
    manager,
    people,
    report,
)
from tracker.models import IssuedReport
from tracker.queries.documents.bulletins import text_of_report
from tracker.services.documents import reports

SET_UP = set(NAMED) - {"value corrected"}
CAUSES = slice(9, 13)


def issue(plan, kind="compliance", language="en", now=ASKED, month="2020-08") -> IssuedReport:
    with translation.override(language):
        return reports.issue_report(
            kind=kind,
            period=factories.period(plan, month),
            region=factories.region(SHANXI),
            language=language,
            options={},
            acting_user=None,
            now=now,
            clock=lambda: now,
        )


def rows(report: IssuedReport, sheet: str) -> list[tuple]:  # noqa: F811
    book = openpyxl.load_workbook(report.file.path, data_only=True)
    return [row for row in book[sheet].iter_rows(values_only=True) if isinstance(row[0], int)]


def test_an_edition_names_every_change_of_set_up_with_its_share(plan, changed):  # noqa: F811
    found = {row[1]: row for row in rows(issue(plan), "Changes of set-up")}
    assert set(found) == SET_UP
    shares = {kind: row[6] for kind, row in found.items()}
    assert "target +500.00" in shares["target moved"]
    assert "need per period left +125.00" in shares["target moved"]
    assert "Taiyuan, Coal gangue utilised: target +300.00" in shares["share moved"]
    assert "(yardstick moved)" in shares["bounds moved"]
    assert "schedule rate +" in shares["pace moved"]
    assert "cumulative -" in shares["aggregation changed"]
    assert shares["deadline moved"] == "timeliness: 1 return for August 2020 is now on time"
    assert "coverage" in shares["unit changed or closed"]
    assert "coverage" in shares["obligation added or changed"]
    assert shares["region renamed, moved or merged"] == "moves no figure"
    assert found["bounds moved"][5] == "晋工信〔2020〕9号"
    assert {row[9] for row in found.values()} == {"2020, no. 8, edition 1"}


def test_an_edition_takes_every_kind_of_figure_apart(plan, changed):  # noqa: F811
    found = rows(issue(plan), "Changes of figures")
    assert {row[3] for row in found} >= {
        "this period",
        "cumulative",
        "year on year",
        "target",
        "completion rate",
        "schedule rate",
        "gap",
        "level",
        "coverage",
        "forecast",
    }
    for row in found:
        if isinstance(row[8], int | float) and all(isinstance(part, int | float) for part in row[CAUSES]):
            assert abs(sum(Decimal(str(part)) for part in row[CAUSES]) - Decimal(str(row[8]))) < Decimal("1e-9"), row
    levels = [" ".join(map(str, row)) for row in found if row[3] == "level"]
    assert levels
    assert not any("better" in words or "worse" in words for words in levels)
    assert any("→" in str(part) for row in found if row[3] == "level" for part in row[CAUSES])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_table_of_progress_names_them_too(plan, report, language, request):  # noqa: F811
    first = issue(plan, "dispatch", language, ISSUED)
    request.getfixturevalue("changed")
    second = issue(plan, "dispatch", language)
    assert (first.edition, second.edition) == (1, 2)
    sheet = {"en": "Changes of set-up", "zh-hans": "设置变动"}[language]
    assert len(rows(second, sheet)) == len(SET_UP)


def test_the_next_issue_names_what_takes_effect_by_its_own_period(plan, report, request):  # noqa: F811
    issue(plan, "dispatch", now=ISSUED, month="2020-07")
    request.getfixturevalue("changed")
    found = {row[1]: row for row in rows(issue(plan, "dispatch"), "Changes of set-up")}
    assert set(found) == SET_UP
    assert {row[9] for row in found.values()} == {"2020, no. 7"}
    assert found["bounds moved"][6] == "moves no figure"  # it holds from August on


def test_timeliness_names_deadlines_units_and_obligations_with_the_returns_they_moved(plan, report, request):  # noqa: F811
    issue(plan, "timeliness", now=ISSUED)
    request.getfixturevalue("changed")
    second = issue(plan, "timeliness")
    found = {row[1]: row[6] for row in rows(second, "Changes of set-up")}
    assert found == {
        "deadline moved": "timeliness: 1 return for August 2020 is now on time",
        "unit changed or closed": "returns expected of the unit: 8 → 7",
        "obligation added or changed": "returns expected of the unit: 0 → 1",
        "region renamed, moved or merged": "moves no figure",
    }
    assert second.is_correction


def test_the_page_of_a_document_on_timeliness_names_them_since_it_was_issued(plan, report, leader, request):  # noqa: F811
    first = issue(plan, "timeliness", now=ISSUED)
    page = Reader(leader).open(reverse("report", args=[first.pk]))
    assert "Changes since it was issued" not in page.text
    request.getfixturevalue("changed")
    page = Reader(leader).open(reverse("report", args=[first.pk]))
    said = page.text.split("Changes since it was issued")[1]
    assert "timeliness: 1 return for August 2020 is now on time" in said
    assert "returns expected of the unit: 8 → 7" in said
    assert "target moved" not in said


@pytest.mark.parametrize("kind", ["compliance", "dispatch", "timeliness"])
def test_what_is_named_is_kept_and_written_again(plan, report, kind, tmp_path, request):  # noqa: F811
    issue(plan, kind, now=ISSUED)
    request.getfixturevalue("changed")
    second = issue(plan, kind)
    again = tmp_path / "again.xlsx"
    reports.rewrite_report(second, again)
    assert again.read_bytes() == Path(second.file.path).read_bytes()
    reports.rewrite_report(second, again, hides_names=True)
    named = openpyxl.load_workbook(again)["Changes of set-up"]
    assert "manager" not in {cell for row in named.iter_rows(values_only=True) for cell in row}


def test_a_first_edition_names_nothing(report):  # noqa: F811
    assert report.book["set_up"] == []


def test_the_bulletin_of_an_edition_says_what_it_corrects(plan, changed):  # noqa: F811
    (said,) = [one for one in text_of_report(issue(plan)).sentences if one.key == "edition"]
    assert said.text.startswith("This document replaces 2020, no. 8, edition 1: ")
    assert "bounds moved (晋工信〔2020〕9号)" in said.text
    assert "A level that moved because the yardstick moved is neither better nor worse." in said.text
    counts = {name.split(":")[1]: int(number) for name, number in said.figures.items()}
    assert counts["figures"] == len(rows(IssuedReport.objects.latest("pk"), "Changes of figures"))
    assert set(counts) == {"figures", "data", "coverage", "target", "rule"}
    assert not [one for one in text_of_report(changed).sentences if one.key == "edition"]
