"""`manage.py issue_report`: the report by hand, and what it says when it cannot."""

import os
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from tests.factories import NOW, SHANXI, TAIYUAN, file_return, period
from tracker.management.commands import issue_report
from tracker.models import IssuedReport, Plan
from tracker.services.documents import reports
from tracker.services.operations import jobs


def run(output: Path, month: str = "2020-08", **options: str) -> None:
    call_command("issue_report", period=month, output=str(output), **options)


def test_it_writes_the_workbook_that_was_issued(plan, taiyuan, reporter, reviewer, tmp_path, capsys):
    values = {"coal_gangue_utilised": "66.12", "fly_ash_utilised": "1"}
    file_return(taiyuan, period(plan), values, reporter=reporter, reviewer=reviewer)
    run(tmp_path / "report.xlsx")
    report = IssuedReport.objects.get()
    assert (tmp_path / "report.xlsx").read_bytes() == Path(report.file.path).read_bytes()
    written = openpyxl.load_workbook(tmp_path / "report.xlsx", data_only=True)
    assert "66.12" in str(list(written["指标汇总"].values))
    assert str(tmp_path / "report.xlsx") in capsys.readouterr().out
    assert (report.issued_by, report.region.code, report.language) == (None, SHANXI, "zh-hans")


def test_region_and_language_can_be_chosen(plan, tmp_path):
    run(tmp_path / "report.xlsx", region=TAIYUAN, language="en", plan=plan.code)
    report = IssuedReport.objects.get()
    assert (report.region.code, report.language) == (TAIYUAN, "en")
    assert "compliance report" in report.title


def test_a_file_that_is_there_is_replaced_whole(plan, tmp_path):
    (tmp_path / "report.xlsx").write_text("old")
    run(tmp_path / "report.xlsx")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["report.xlsx"]
    assert (tmp_path / "report.xlsx").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"month": "2021-08"}, "2020-01"),  # outside the plan: names the months there are
        ({"month": "August"}, "2020-08"),  # not a month: gives an example
        ({"month": "2020-13"}, "2020-08"),
        ({"month": "２０２０-08"}, "2020-08"),
        ({"region": "999999"}, SHANXI),
        ({"plan": "no-such-plan"}, "shanxi-2020"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy_and_nothing_is_issued(plan, tmp_path, options, words):
    with pytest.raises(CommandError, match=words):
        run(tmp_path / "report.xlsx", **options)
    assert not IssuedReport.objects.exists()
    assert not (tmp_path / "report.xlsx").exists()


def test_a_directory_that_is_not_there_is_named_before_any_work(plan, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        run(tmp_path / "nowhere" / "report.xlsx")
    assert not IssuedReport.objects.exists()


def test_a_directory_as_output_is_refused(plan, tmp_path):
    with pytest.raises(CommandError, match=r"report\.xlsx"):
        run(tmp_path)
    assert not IssuedReport.objects.exists()


def test_a_place_that_cannot_be_written_is_refused(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # tests may run as root, who may write anywhere
    with pytest.raises(CommandError):
        run(tmp_path / "report.xlsx")
    assert not IssuedReport.objects.exists()


def test_a_disk_that_fills_up_leaves_no_half_file(plan, tmp_path, monkeypatch):
    def full(*_files: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(issue_report, "shutil", SimpleNamespace(copyfileobj=full))
    with pytest.raises(CommandError, match="No space left"):
        run(tmp_path / "report.xlsx")
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


def test_without_a_plan_it_says_how_to_load_one(db, tmp_path):
    with pytest.raises(CommandError, match="load_plan"):
        run(tmp_path / "report.xlsx")


def test_with_several_plans_one_must_be_named(plan, tmp_path):
    Plan.objects.create(
        code="shanxi-2021",
        name="2021",
        issuer="x",
        region=plan.region,
        issued_on="2021-01-01",
        starts_on="2021-01-01",
        ends_on="2021-12-31",
    )
    with pytest.raises(CommandError, match="shanxi-2021"):
        run(tmp_path / "report.xlsx")
    run(tmp_path / "report.xlsx", plan="shanxi-2020")


def test_a_report_that_a_worker_is_writing_is_refused_in_words(plan, tmp_path):
    job, _new = reports.request_report(
        period=period(plan), region=plan.region, language="zh-hans", acting_user=None, now=NOW
    )
    jobs.claim_job(job.pk, now=NOW)
    with pytest.raises(CommandError, match="请一分钟后再试"):
        run(tmp_path / "report.xlsx")
