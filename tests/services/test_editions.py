"""Numbers and editions of issued documents, and the documents that each is compared with."""

from decimal import Decimal

import openpyxl
import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation

from tests import factories
from tests.factories import DATONG, TAIYUAN
from tests.services.issued_kinds import GANGUE, issue
from tests.services.test_issued_again import correct
from tracker.calculation.levels import GradedBy, Level
from tracker.models import Allocation, IssuedLevel, IssuedReport, Role, TargetVersion
from tracker.queries.documents.editions import issue_of
from tracker.queries.documents.grades import complete_levels, issues_in_a_row
from tracker.services.documents.issued_levels import keep_issued_levels

ASH = "fly_ash_utilised"
CHINESE = {"language": "zh-hans"}


@pytest.fixture
def file(plan, taiyuan, reporter, reviewer):
    """Verify Taiyuan's return for a month."""

    def file_month(month, gangue="500", ash="0"):
        values = {GANGUE: gangue, ASH: ash}
        return factories.file_return(
            taiyuan, factories.period(plan, month), values, reporter=reporter, reviewer=reviewer
        )

    return file_month


def of_month(plan, month, language="zh-hans") -> IssuedReport:
    return issue(plan, "compliance", code=month, language=language)


def sheet(report, name) -> list[tuple]:
    rows = openpyxl.load_workbook(report.file.path, data_only=True)[name].iter_rows(values_only=True)
    return [row for row in rows if isinstance(row[0], int)]


def level_moves(report) -> list[tuple]:
    """The rows of the changes of level; without any the sheet is left out."""
    names = openpyxl.load_workbook(report.file.path, read_only=True).sheetnames
    return sheet(report, "等级变动") if "等级变动" in names else []


def cover(report) -> dict[str, object]:
    rows = openpyxl.load_workbook(report.file.path, data_only=True)["封面"].iter_rows(values_only=True, max_col=2)
    return {row[0]: row[1] for row in rows if row[0]}


def words(report) -> str:
    with translation.override("zh-hans"):
        return str(issue_of(report))


def test_a_document_has_the_number_of_its_period_whatever_was_issued_before(plan, file):
    file("2020-02")
    assert [words(of_month(plan, month)) for month in ("2020-08", "2020-02")] == ["2020年第8期", "2020年第2期"]
    assert cover(of_month(plan, "2020-03"))["期号"] == "2020年第3期"


def test_kinds_and_places_have_editions_of_their_own(plan, file):
    file("2020-08")
    issued = [
        of_month(plan, "2020-08"),
        issue(plan, "dispatch", code="2020-08", **CHINESE),
        issue(plan, "compliance", TAIYUAN, code="2020-08", **CHINESE),
    ]
    assert [one.edition for one in issued] == [1, 1, 1]


def test_languages_of_the_same_inputs_are_one_edition(plan, file, reporter, reviewer):
    filed = file("2020-08")
    issued = [of_month(plan, "2020-08"), of_month(plan, "2020-08", "en")]
    correct(filed, reporter, reviewer)
    issued += [of_month(plan, "2020-08", "en"), of_month(plan, "2020-08")]
    assert [(one.edition, one.opens_edition) for one in issued] == [(1, True), (1, False), (2, True), (2, False)]
    assert [one.is_correction for one in issued] == [False, False, True, True]


def test_every_kind_of_document_is_one_edition_in_both_languages(plan, file):
    file("2020-08")
    for kind in ("dispatch", "timeliness", "ledger"):
        assert [issue(plan, kind, code="2020-08", language=one).edition for one in ("en", "zh-hans")] == [1, 1], kind


def test_an_edition_says_what_changed(plan, file, reporter, reviewer):
    filed = file("2020-08")
    of_month(plan, "2020-08")
    assert "均无变动" in cover(of_month(plan, "2020-08"))["版次"]
    correct(filed, reporter, reviewer)
    third = of_month(plan, "2020-08")
    assert words(third) == "2020年第8期第3版（更正）"
    assert cover(third)["版次"].startswith("第3版（更正）；与2020年第8期第2版相比的变动：数据1项、指标数字")


def test_the_database_opens_an_edition_once(plan, file):
    report = of_month(plan, "2020-08")
    report.pk, report.job, report.language = None, None, "en"
    with pytest.raises(IntegrityError), transaction.atomic():
        report.save(force_insert=True)
    report.opens_edition = False
    report.save(force_insert=True)


def test_the_previous_issue_is_the_preceding_periods_newest_edition(plan, file, reporter, reviewer):
    filed = file("2020-07")
    july, august = of_month(plan, "2020-07"), of_month(plan, "2020-08")
    correct(filed, reporter, reviewer)
    july_again, august_again = of_month(plan, "2020-07"), of_month(plan, "2020-08")
    september = of_month(plan, "2020-09")
    assert (july.previous_issue, august.previous_issue) == (None, july)
    assert (august_again.previous_issue, august_again.previous_edition) == (july_again, august)
    assert (september.previous_issue, september.previous_edition) == (august_again, None)
    assert july_again.previous_issue is None
    assert cover(september)["上期报告"] == "2020年第8期第2版（更正）"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_correction_is_in_no_next_document_lost(plan, file, reporter, reviewer, language):
    """Issued again in between, in any language: every later document of a period still says so once."""
    filed = file("2020-07")
    of_month(plan, "2020-07")
    of_month(plan, "2020-08")
    correct(filed, reporter, reviewer)
    of_month(plan, "2020-07", language)
    listed = [sheet(of_month(plan, month), "数据变动说明") for month in ("2020-08", "2020-09")]
    assert [[row[6:8] for row in rows] for rows in listed] == [[(500, 390)], [(500, 390)]]
    assert [rows[0][-1] for rows in listed] == ["2020年第8期第1版", "2020年第8期"]


def test_a_correction_before_the_first_issue_of_the_next_period_is_listed_though_issued_again(
    plan, file, reporter, reviewer
):
    filed = file("2020-07")
    of_month(plan, "2020-07")
    correct(filed, reporter, reviewer)
    of_month(plan, "2020-07")
    (row,) = sheet(of_month(plan, "2020-08"), "数据变动说明")
    assert (row[6:8], row[-1]) == ((500, 390), "2020年第7期")


# Levels ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def graded(file):
    """August verified for Taiyuan, the only one that reports."""
    return file("2020-08", gangue="3900")


def test_levels_are_stored_with_the_document(plan, graded):
    report = of_month(plan, "2020-08")
    stored = {(row.indicator, row.region): row for row in report.levels.all()}
    assert stored[GANGUE, plan.region.code].period == report.period
    assert {row.basis for row in stored.values()} <= {"complete", "provisional", "none"}
    assert stored[GANGUE, plan.region.code].basis == "provisional"  # January to July are missing


def test_levels_are_never_changed(plan, graded):
    level = of_month(plan, "2020-08").levels.first()
    with pytest.raises(TypeError):
        level.save()
    for act in (lambda: IssuedLevel.objects.update(level=1), lambda: IssuedLevel.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
            act()


def test_the_levels_of_earlier_documents_are_derived_from_what_they_kept(plan, graded):
    report = of_month(plan, "2020-08")
    stored = list(report.levels.values_list("indicator", "region", "level", "basis", "period"))
    older = IssuedReport.objects.get(pk=report.pk)
    older.pk, older.job, older.edition = None, None, 2
    older.book = {key: value for key, value in report.book.items() if key not in ("names", "changes", "ledger")}
    older.save(force_insert=True)
    plan.level_one_below = Decimal(-90)
    plan.save()
    assert complete_levels(older) == complete_levels(report)
    assert [(one.pk, number) for one, number in keep_issued_levels()] == [(older.pk, len(stored))]
    assert list(older.levels.values_list("indicator", "region", "level", "basis", "period")) == stored
    assert list(keep_issued_levels()) == []


@pytest.fixture
def complete(plan, file):
    """Every month verified, so that levels are no longer provisional: ahead, then behind from May on."""
    amounts = {f"2020-{month:02d}": "700" if month < 5 else "1" for month in range(1, 9)}
    for month, amount in amounts.items():
        file(month, gangue=amount, ash="175")
    return plan


def test_issues_in_a_row_are_counted_over_the_newest_editions(complete):
    plan, key = complete, (GANGUE, complete.region.code)
    reports = [of_month(plan, f"2020-{month:02d}") for month in (5, 6, 7, 8)]
    reports += [of_month(plan, "2020-07", "en")]  # another language of the same edition
    levels = [complete_levels(report)[key] for report in reports[:4]]
    assert levels[-1] is Level.I and levels[0] is not Level.I
    expected = next(number for number, level in enumerate(reversed(levels)) if level is not Level.I)
    assert issues_in_a_row(reports[3])[key] == expected


def file_to_july(file, gangue):
    for month in range(1, 8):
        file(f"2020-{month:02d}", gangue=gangue, ash="175")


def move_of_gangue(report):
    rows = [row for row in level_moves(report) if row[2:4] == ("山西省", "煤矸石综合利用量")]
    return [(row[1], row[4], row[5], row[7]) for row in rows]


@pytest.mark.parametrize(
    ("to_july", "in_august", "bound", "expected"),
    [
        # 12 points behind, both times: level I until the bound moves from -10 to -15.
        ("429", "550", -15, [("标准调整", "▲ 一级", "◆ 二级", "按原标准为▲ 一级")]),
        # From 8 to 12 points behind: level II is kept only because the bound moved.
        ("466", "291", -15, [("标准调整", "◆ 二级", "◆ 二级", "按原标准为▲ 一级")]),
        # The same with the bound as it was.
        ("466", "291", -10, [("恶化", "◆ 二级", "▲ 一级", None)]),
        # From 12 to 8 points behind while the bound moves to -5: better by the old one, not by the new one.
        ("429", "810", -5, [("标准调整", "▲ 一级", "▲ 一级", "按原标准为◆ 二级")]),
        ("429", "810", -10, [("好转", "▲ 一级", "◆ 二级", None)]),
        ("429", "550", -10, []),
    ],
)
def test_a_level_is_better_or_worse_by_the_same_yardstick_only(plan, file, to_july, in_august, bound, expected):
    """The bug: moving the bound from -10 to -15 was printed as better, I to II."""
    plan.graded_by = GradedBy.POINTS
    plan.save()
    file_to_july(file, to_july)
    of_month(plan, "2020-07")
    file("2020-08", gangue=in_august, ash="175")
    plan.level_one_below = Decimal(bound)
    plan.save()
    report = of_month(plan, "2020-08")
    assert move_of_gangue(report) == expected
    marked = [cell for row in rows_of(report, "晴雨表") for cell in row if str(cell).endswith((" 好转", " 恶化"))]
    assert len(marked) == sum(move[0] in ("好转", "恶化") for move in moves_of_all(report))


def rows_of(report, name) -> list[tuple]:
    return list(openpyxl.load_workbook(report.file.path, data_only=True)[name].iter_rows(values_only=True))


def moves_of_all(report) -> list[tuple]:
    return [row[1:2] for row in level_moves(report)]


def test_a_place_that_has_not_reported_is_not_worse(plan, file, reviewer):
    version = TargetVersion.objects.get(target__indicator__code=GANGUE)
    Allocation.objects.create(version=version, region=factories.region(TAIYUAN), value=8000)
    for month in range(1, 9):
        file(f"2020-{month:02d}", gangue="700", ash="175")
    of_month(plan, "2020-08")
    assert level_moves(of_month(plan, "2020-09")) == []  # nothing is graded yet
    datong = factories.make_unit(plan, DATONG)
    everywhere = factories.make_user("everywhere", Role.REPORTER)
    values = {GANGUE: "700", ASH: "175"}
    factories.file_return(datong, factories.period(plan, "2020-09"), values, reporter=everywhere, reviewer=reviewer)
    moves = {row[1] for row in level_moves(of_month(plan, "2020-09"))}
    assert "恶化" not in moves
    assert "无法评级" in moves


def test_the_timeliness_of_a_past_period_that_is_counted_alike_is_not_listed(plan, file):
    file("2020-07")
    issue(plan, "timeliness", code="2020-07", **CHINESE)
    assert sheet(issue(plan, "timeliness", code="2020-08", **CHINESE), "报送情况变动") == []


def test_the_dispatch_table_says_what_changed(plan, file, reporter, reviewer):
    filed = file("2020-07")
    issue(plan, "dispatch", code="2020-07", **CHINESE)
    correct(filed, reporter, reviewer)
    august = issue(plan, "dispatch", code="2020-08", **CHINESE)
    assert [row[6:8] for row in sheet(august, "数据变动说明")] == [(500, 390)]
    assert any(row[2] == "煤矸石综合利用量" for row in sheet(august, "指标变动分解"))


def test_a_sum_names_the_part_that_is_missing(plan, taiyuan, reporter, reviewer):
    factories.make_unit(plan, factories.DATONG, ("smelting_slag_utilised",))
    values = {GANGUE: "500", ASH: "3"}
    factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)
    report = of_month(plan, "2020-08")
    (row,) = [row for row in sheet(report, "指标汇总") if row[1] == "大宗工业固废综合利用量"]
    assert "未含冶炼渣综合利用量（本期无核定数）" in row[-1]
