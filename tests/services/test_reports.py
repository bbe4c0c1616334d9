"""Issuing the compliance report: figures equal the entries, one file for one job, nothing half done."""

import errno
import hashlib
import itertools
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection
from django.db.models import Sum
from django.utils.translation import gettext
from openpyxl.worksheet.worksheet import Worksheet

from tests.factories import DATONG, NOW, SHANXI, TAIYUAN, file_return, make_unit, make_user, period, region
from tracker.calculation.quantities import round_half_up
from tracker.models import Allocation, Entry, Event, IssuedReport, Job, Role, TargetVersion, ValueRevision
from tracker.services import jobs, returns
from tracker.services.demonstration import generate_demonstration
from tracker.services.errors import NotAllowed, Refused
from tracker.services.reporting import report_store, reports

LATER = NOW + jobs.LEASE + timedelta(seconds=1)


def clock():
    return NOW


def ticking():
    """A clock that goes a second further each time."""
    moments = (NOW + timedelta(seconds=number) for number in itertools.count())
    return lambda: next(moments)


def issue(plan, code="2020-08", place=SHANXI, language="zh-hans", acting_user=None) -> IssuedReport:
    return reports.issue_report(
        period=period(plan, code),
        region=region(place),
        language=language,
        acting_user=acting_user,
        now=NOW,
        clock=clock,
    )


def request(plan, acting_user, code="2020-08", place=SHANXI, language="zh-hans") -> Job:
    return reports.request_report(
        period=period(plan, code), region=region(place), language=language, acting_user=acting_user, now=NOW
    )[0]


def sheets_of(report: IssuedReport) -> list[Worksheet]:
    return openpyxl.load_workbook(report.file.path).worksheets


def sheet_of(report: IssuedReport, name: str) -> Worksheet:
    """One of the sheets, with the values that its formulas carry."""
    return openpyxl.load_workbook(report.file.path, data_only=True)[name]


def summary_of(report: IssuedReport) -> Worksheet:
    return sheet_of(report, "指标汇总")


def barometer_of(report: IssuedReport) -> Worksheet:
    return sheet_of(report, "晴雨表")


def ledger_of(report: IssuedReport) -> Worksheet:
    return sheet_of(report, "台账")


def printed(value: object, decimals: int) -> Decimal:
    """A cell's value as the number format prints it."""
    return round_half_up(Decimal(repr(value)), decimals)


def table(sheet: Worksheet, first_heading: str = "序号") -> list[dict[str, object]]:
    """The rows of a sheet's table by heading; of two heading rows the lower names the column, with its group."""
    rows = list(sheet.iter_rows(values_only=True))
    top = next(number for number, row in enumerate(rows) if row[0] == first_heading)
    depth = 2 if any(str(merged).startswith(f"A{top + 1}:A{top + 2}") for merged in sheet.merged_cells.ranges) else 1
    groups = list(rows[top])
    for number, value in enumerate(groups):
        groups[number] = value if value is not None or depth == 1 else groups[number - 1]
    lower = rows[top + depth - 1]
    headings = [
        group if low is None else f"{group}·{low}" if depth == 2 else low
        for group, low in zip(groups, lower, strict=True)
    ]
    found = []
    for row in rows[top + depth :]:
        if row[1] is None:
            break
        found.append(dict(zip(headings, row, strict=True)))
    return found


def texts(sheet: Worksheet) -> str:
    return "\n".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None)


def figures_in(sheet: Worksheet) -> list[dict[str, object]]:
    """The sheet's table, its numbers to the ninth digit: programs differ in the sixteenth."""
    rows = table(sheet)
    return [
        {key: printed(value, 9) if isinstance(value, int | float) else value for key, value in row.items()}
        for row in rows
    ]


def unnumbered(path: Path) -> report_store.Written:
    """A file that pretends to be a report."""
    return report_store.Written(
        path=path, title="T", as_of=NOW, revisions=[], book={}, has_demonstration=False, issue_number=9
    )


@pytest.fixture
def demonstration(plan):
    generate_demonstration(plan)
    return plan


@pytest.fixture
def filed(plan, taiyuan, reporter, reviewer):
    """August verified in Taiyuan, with one value reduced."""
    august = file_return(
        taiyuan, period(plan), {"coal_gangue_utilised": "66.125", "fly_ash_utilised": "0"}, reporter=reporter
    )
    returns.verify_return(
        august,
        acting_user=reviewer,
        now=NOW,
        expected_version=august.version,
        changes={"coal_gangue_utilised": ("60.005", "=口径有误")},
    )
    return august


def test_the_summary_equals_an_independent_sum_over_the_entries(demonstration):
    rows = {row["指标"]: row for row in table(summary_of(issue(demonstration)))}
    entries = Entry.objects.filter(unit_return__state="verified", unit_return__period__code__lte="2020-08")
    parts = ("coal_gangue_utilised", "fly_ash_utilised", "fgd_gypsum_utilised", "smelting_slag_utilised")
    for name, codes in {"煤矸石综合利用量": parts[:1], "大宗工业固废综合利用量": parts}.items():
        behind = entries.filter(indicator__code__in=codes)
        cumulative = behind.aggregate(Sum("verified_value"))["verified_value__sum"]
        month = behind.filter(unit_return__period__code="2020-08").aggregate(Sum("verified_value"))
        assert printed(rows[name]["累计"], 6) == round_half_up(cumulative, 6)
        assert printed(rows[name]["本月"], 6) == round_half_up(month["verified_value__sum"], 6)
        completion = cumulative / Decimal(repr(rows[name]["年度目标"]))
        assert printed(rows[name]["完成率"], 10) == round_half_up(completion, 10)


def test_the_derived_total_stands_first_and_nobody_typed_it(plan):
    first = table(summary_of(issue(plan)))[0]
    assert (first["指标"], first["年度目标"]) == ("大宗工业固废综合利用量", 10000)


def test_the_ledger_adds_up_to_the_summary_exactly(demonstration):
    report = issue(demonstration)
    lines = table(ledger_of(report))
    gangue = sum(Decimal(repr(line["核定数"])) for line in lines if line["指标"] == "煤矸石综合利用量")
    assert gangue == printed(table(summary_of(report))[1]["累计"], 6)
    assert [line["修订号"] for line in lines] == report.revisions


def test_the_ledger_shows_reported_beside_verified_with_the_reason(plan, filed):
    lines = table(ledger_of(issue(plan)))
    reduced = next(line for line in lines if line["指标"] == "煤矸石综合利用量")
    assert (reduced["上报数"], reduced["核定数"], reduced["核减（-）\n核增（+）"]) == (66.125, 60.005, -6.12)
    assert reduced["核减（增）\n原因"] == "=口径有误"
    assert (reduced["填报人"], reduced["审核人"]) == ("taiyuan-official", "reviewer")
    assert ValueRevision.objects.get(pk=reduced["修订号"]).value == Decimal("60.005")


def test_what_people_typed_is_text_and_no_formula(plan, filed):
    cells = [cell for row in ledger_of(issue(plan)).iter_rows() for cell in row if cell.value == "=口径有误"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_an_explicit_zero_is_printed_as_zero_and_missing_as_a_dash(plan, filed):
    rows = {row["指标"]: row for row in table(summary_of(issue(plan)))}
    assert rows["粉煤灰综合利用量"]["本月"] == 0
    assert rows["脱硫石膏综合利用量"]["本月"] == "—"


def test_the_barometer_grades_cities_and_names_those_without_data(demonstration):
    sheet = barometer_of(issue(demonstration, "2020-09"))
    rows = {row["地区"]: row for row in table(sheet)}
    assert len(rows) == 12
    assert rows["山西省"]["覆盖\n（报表）"] == "8/11"
    assert rows["忻州市"]["煤矸石综合利用量·预警"] == "未评级"
    assert rows["阳泉市"]["煤矸石综合利用量·预警"] == "▲\u00a0一级"
    assert rows["太原市"]["国家级工业资源综合利用基地·预警"] == "/"
    assert "忻州市、临汾市、吕梁市" in texts(sheet)


SAID = {
    "zh-hans": ("演示数据", "8/11", "按日均衡", "数据截至：2020-09-03 10:00", "报告期：2020年9月"),
    "en": ("DEMONSTRATION DATA", "8/11", "Even by day", "Data as of: 2020-09-03 10:00", "September 2020"),
}


def test_every_sheet_says_demonstration_coverage_pace_and_as_of(demonstration):
    for language, said in SAID.items():
        report = issue(demonstration, "2020-09", language=language)
        assert report.has_demonstration
        _cover, *tables = [sheet for sheet in sheets_of(report) if sheet.title not in ("趋势图", "Trend charts")]
        for sheet in tables:
            assert [words for words in said if words not in texts(sheet)] == []


def test_real_data_bears_no_mark_of_demonstration(plan, filed):
    report = issue(plan)
    assert not report.has_demonstration
    assert not any("演示" in texts(sheet) for sheet in sheets_of(report))


def test_a_period_without_data_says_so_and_shows_no_zeros(plan, taiyuan):
    report = issue(plan)
    _cover, *tables = sheets_of(report)
    assert all("尚无核定数据" in texts(sheet) for sheet in tables)
    assert {(row["本月"], row["累计"], row["预警"]) for row in table(summary_of(report))[:11]} == {("—", "—", "未评级")}
    assert report.revisions == []


def test_a_citys_report_has_its_own_targets_rows_and_entries(plan, filed, reviewer):
    datong = make_unit(plan, DATONG)
    official = make_user("datong-official", Role.REPORTER, DATONG)
    values = {"coal_gangue_utilised": "50", "fly_ash_utilised": "5"}
    file_return(datong, period(plan), values, reporter=official, reviewer=reviewer)
    version = TargetVersion.objects.get(target__indicator__code="coal_gangue_utilised")
    Allocation.objects.create(version=version, region=region(TAIYUAN), value=700)
    report = issue(plan, place=TAIYUAN)
    rows = {row["指标"]: row for row in table(summary_of(report))}
    assert (rows["煤矸石综合利用量"]["年度目标"], rows["煤矸石综合利用量"]["累计"]) == (700, 60.005)
    assert [row["地区"] for row in table(barometer_of(report))] == ["太原市"]
    assert {line["地区"] for line in table(ledger_of(report))} == {"太原市"}


def test_unverified_returns_do_not_count(plan, taiyuan, reporter):
    file_return(taiyuan, period(plan), {"coal_gangue_utilised": "66", "fly_ash_utilised": "1"}, reporter=reporter)
    assert issue(plan).revisions == []


def test_the_stored_file_has_the_size_and_hash_that_are_recorded(plan, filed, leader):
    report = issue(plan, acting_user=leader)
    content = Path(report.file.path).read_bytes()
    assert (report.file_size, report.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert report.file.name.isascii()
    assert (report.issued_by, report.as_of, report.issue_number) == (leader, NOW, 1)
    actions = list(Event.objects.filter(actor=leader).order_by("pk").values_list("action", flat=True))
    assert actions == ["report_requested", "report_issued"]


def test_issues_are_numbered_in_order(plan):
    assert [issue(plan).issue_number for _time in range(3)] == [1, 2, 3]


def test_of_two_issues_at_once_the_later_is_written_again_under_the_next_number(plan, monkeypatch):
    original, numbers = reports.workbook.write_workbook, []

    def write(report, path, *, progress):
        numbers.append(dict(report.cover.lines)["期号" if "期号" in dict(report.cover.lines) else "Issue"])
        if len(numbers) == 1:  # in this moment another one is issued
            issue(plan, language="en")
        original(report, path, progress=progress)

    monkeypatch.setattr(reports.workbook, "write_workbook", write)
    report = issue(plan)
    assert report.issue_number == 2
    assert len(numbers) == 3
    assert "1" in numbers[0]
    assert "2" in numbers[2]


def test_the_download_is_named_in_the_reports_language(plan):
    assert reports.download_name(issue(plan)) == "合规报告-shanxi-2020-2020-08-第1期.xlsx"
    assert reports.download_name(issue(plan, language="en")) == "compliance-report-shanxi-2020-2020-08-issue-2.xlsx"


def test_asking_twice_gives_one_job_and_one_event(plan, leader):
    assert request(plan, leader) == request(plan, leader)
    assert Event.objects.filter(action=Event.Action.REPORT_REQUESTED).count() == 1


@pytest.mark.parametrize(("role", "place"), [(Role.REPORTER, TAIYUAN), (Role.AUDITOR, SHANXI)])
def test_who_may_not_issue_here_is_refused_and_nothing_is_stored(plan, role, place):
    with pytest.raises(NotAllowed):
        request(plan, make_user("person", role, place))
    assert not Job.objects.exists()


def test_a_city_official_asks_for_the_own_citys_report(plan, reporter):
    assert request(plan, reporter, place=TAIYUAN).requested_by == reporter


def test_a_region_outside_the_plan_is_refused(plan):
    elsewhere = type(plan.region).objects.create(code="130000", name="河北省", level="province")
    with pytest.raises(Refused, match="河北省"):
        reports.request_report(period=period(plan), region=elsewhere, language="en", acting_user=None, now=NOW)


def test_a_language_there_is_not_is_refused(plan):
    with pytest.raises(Refused):
        request(plan, None, language="fr")


def test_a_scope_that_was_narrowed_meanwhile_fails_the_job(plan, leader):
    job = request(plan, leader)
    leader.memberships.all().delete()
    reports.run_report_job(job.pk, clock=clock)
    job.refresh_from_db()
    assert job.state == "failed"
    assert not IssuedReport.objects.exists()


def test_a_duplicate_message_issues_nothing_twice(plan, leader):
    job = request(plan, leader)
    reports.run_report_job(job.pk, clock=clock)
    reports.run_report_job(job.pk, clock=clock)
    assert IssuedReport.objects.count() == 1


def test_a_job_whose_worker_was_killed_yields_the_report_once(plan, filed, leader):
    job = request(plan, leader)
    killed = jobs.claim_job(job.pk, now=NOW)
    left_behind = Path(default_storage.path(f"unfinished/job-{job.pk}-{killed.claim}.xlsx"))
    left_behind.parent.mkdir(parents=True)
    left_behind.write_bytes(b"half a report")
    reports.run_report_job(job.pk, clock=clock)
    assert not IssuedReport.objects.exists()  # it may still be alive
    assert jobs.sweep_jobs(now=LATER) == [job.pk]
    reports.run_report_job(job.pk, clock=lambda: LATER)
    assert IssuedReport.objects.get().job == job
    assert files() == [IssuedReport.objects.get().file.name]


def test_a_worker_that_comes_back_late_makes_no_second_report(plan, filed, leader, monkeypatch):
    job = request(plan, leader)
    moments = iter([NOW, NOW])

    def late_clock():
        moment = next(moments, None)
        if moment is None and not IssuedReport.objects.exists():  # while it slept, another did the work
            jobs.sweep_jobs(now=LATER)
            reports.run_report_job(job.pk, clock=lambda: LATER)
        return moment or LATER

    reports.run_report_job(job.pk, clock=late_clock)
    report = IssuedReport.objects.get()
    assert report.issued_at == LATER
    assert hashlib.sha256(Path(report.file.path).read_bytes()).hexdigest() == report.sha256
    assert files() == [report.file.name]
    assert Job.objects.get().state == "done"


def test_a_late_worker_cannot_store_over_the_report_there_is(plan, leader):
    job = request(plan, leader)
    late = jobs.claim_job(job.pk, now=NOW)
    jobs.sweep_jobs(now=LATER)
    reports.run_report_job(job.pk, clock=lambda: LATER)
    with report_store.unfinished_file(late) as path:
        path.write_bytes(b"late")
        written = unnumbered(path)
        with pytest.raises(jobs.ClaimLost):
            report_store.store_report(late, period(plan), plan.region, written, now=LATER)
    assert files() == [IssuedReport.objects.get().file.name]


def test_the_database_has_one_report_for_a_job(plan):
    report = issue(plan)
    report.pk, report.issue_number = None, 2
    with pytest.raises(IntegrityError):
        report.save(force_insert=True)


def test_a_cancelled_job_leaves_nothing(plan, leader):
    job = request(plan, leader)
    moments = iter([NOW, NOW, NOW])

    def cancelling_clock():
        if next(moments, None) is None and Job.objects.get().is_active:
            jobs.cancel_job(job, acting_user=leader, now=NOW)
        return NOW

    reports.run_report_job(job.pk, clock=cancelling_clock)
    assert Job.objects.get().state == "cancelled"
    assert not IssuedReport.objects.exists()
    assert files() == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘空间已满"),
        (PermissionError(errno.EACCES, "Permission denied"), "写入失败"),
        (ZeroDivisionError("a bug"), "系统故障"),
    ],
)
def test_a_fault_fails_the_job_in_words_and_leaves_no_file(plan, leader, monkeypatch, fault, words):
    def write(report, path, *, progress):
        path.write_bytes(b"half")
        raise fault

    monkeypatch.setattr(reports.workbook, "write_workbook", write)
    job = request(plan, leader)
    reports.run_report_job(job.pk, clock=clock)
    job.refresh_from_db()
    assert job.state == "failed"
    assert words in gettext(job.failure)
    assert type(fault).__name__ in job.failure_detail
    assert files() == []
    assert Event.objects.filter(action=Event.Action.REPORT_FAILED, object_id=str(job.pk)).count() == 1


def test_when_recording_fails_the_stored_file_goes_too(plan, leader, monkeypatch):
    original = default_storage.save

    def save_then_fail(name, content):
        original(name, content)
        raise OSError(errno.EIO, "the disk is going")

    monkeypatch.setattr(default_storage, "save", save_then_fail)
    job = request(plan, leader)
    reports.run_report_job(job.pk, clock=clock)
    assert Job.objects.get().state == "failed"
    assert not IssuedReport.objects.exists()
    assert files() == []


def test_by_hand_a_failure_is_told_in_words(plan, monkeypatch):
    def write(report, path, *, progress):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(reports.workbook, "write_workbook", write)
    with pytest.raises(Refused, match="磁盘"):
        issue(plan)


def test_by_hand_a_report_that_another_worker_writes_is_not_written_twice(plan, leader):
    jobs.claim_job(request(plan, leader).pk, now=NOW)
    with pytest.raises(Refused):
        issue(plan)


def test_progress_runs_to_its_end_by_sheet(plan, leader, monkeypatch):
    heard: list[tuple[int, int, str]] = []
    original = jobs.report_progress
    monkeypatch.setattr(
        jobs,
        "report_progress",
        lambda job, done, total, text, *, now: (
            heard.append((done, total, text)),
            original(job, done, total, text, now=now),
        ),
    )
    reports.run_report_job(request(plan, leader).pk, clock=ticking())
    texts = [text for _done, _total, text in heard]
    assert texts[0] == "正在读取数据"
    assert [text for text in texts if text in ("指标汇总", "晴雨表", "台账")] == ["指标汇总", "晴雨表", "台账"]
    assert heard[-1][2] == "正在保存文件"
    assert [done for done, _total, _text in heard] == list(range(len(heard)))
    job = Job.objects.get()
    assert job.progress_done == job.progress_total == heard[-1][1]


def test_a_download_is_recorded_with_its_address(plan, filed, leader):
    report = issue(plan)
    with reports.open_report(report, acting_user=leader, now=NOW, address="192.0.2.7") as file:
        assert file.read(2) == b"PK"
    event = Event.objects.get(action=Event.Action.DOWNLOADED)
    assert (event.actor, event.address, event.object_id) == (leader, "192.0.2.7", str(report.pk))


def test_a_download_outside_ones_scope_is_refused(plan, reporter):
    with pytest.raises(NotAllowed):
        reports.open_report(issue(plan), acting_user=reporter, now=NOW, address=None)
    assert not Event.objects.filter(action=Event.Action.DOWNLOADED).exists()


def test_a_report_whose_file_is_gone_says_so(plan, leader):
    report = issue(plan)
    Path(report.file.path).unlink()
    with pytest.raises(Refused):
        reports.open_report(report, acting_user=leader, now=NOW)


def test_queries_do_not_grow_with_the_ledger(plan, filed, reporter, reviewer, taiyuan, count_queries):
    def number_of_queries() -> int:
        with count_queries(connection) as queries:
            issue(plan)
        return len(queries)

    issue(plan)  # from the second on, a report also reads what changed since the one before
    few = number_of_queries()
    for month in ("2020-01", "2020-02", "2020-03", "2020-04", "2020-05"):
        values = {"coal_gangue_utilised": "1", "fly_ash_utilised": "2"}
        file_return(taiyuan, period(plan, month), values, reporter=reporter, reviewer=reviewer)
    issue(plan)
    assert number_of_queries() == few


@pytest.fixture(scope="session")
def office(tmp_path_factory) -> Iterator[str]:
    """LibreOffice with a profile of its own."""
    program = shutil.which("soffice")
    if not program:
        pytest.skip("LibreOffice (soffice) is not installed")
    return program


def test_libreoffice_opens_it_and_reads_the_same_values(demonstration, office, tmp_path):
    report = issue(demonstration)
    subprocess.run(
        [
            office,
            "--headless",
            f"-env:UserInstallation=file://{tmp_path / 'profile'}",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(tmp_path),
            report.file.path,
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    converted = openpyxl.load_workbook(tmp_path / Path(report.file.path).name, data_only=True).worksheets
    for name in ("指标汇总", "晴雨表", "台账"):
        theirs = next(sheet for sheet in converted if sheet.title == name)
        assert figures_in(theirs) == figures_in(sheet_of(report, name))


def files() -> list[str]:
    """All that lies in the store."""
    root = Path(default_storage.path("."))
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
