"""An issued document written again is the same file, whatever was renamed, added or removed since."""

from pathlib import Path

import pytest

from tests import factories
from tests.factories import NOW
from tests.services.issued_kinds import GANGUE
from tests.services.issued_kinds import issue as issue_kind
from tracker.models import (
    Clause,
    Indicator,
    IssuedReport,
    MeasureUnit,
    Region,
    ReportingUnit,
    Target,
    TargetVersion,
    User,
)
from tracker.queries.documents.kinds import KINDS
from tracker.services import returns
from tracker.services.documents import reports

ASH = "fly_ash_utilised"
AUGUST = {"code": "2020-08", "language": "zh-hans"}


@pytest.fixture
def issued_twice(plan, taiyuan, reporter, reviewer):
    """July and August with a correction between them, so that August's report compares and lists."""
    for month, values in (("2020-07", {GANGUE: "400", ASH: "3"}), ("2020-08", {GANGUE: "500", ASH: "0"})):
        filed = factories.file_return(
            taiyuan, factories.period(plan, month), values, reporter=reporter, reviewer=reviewer
        )
        if month == "2020-07":
            issue_kind(plan, "compliance", code=month, language="zh-hans")
            correct(filed, reporter, reviewer)
    return issue_kind(plan, "compliance", **AUGUST)


def correct(filed, reporter, reviewer, value="390"):
    factories.unlock(filed, reporter=reporter, reviewer=reviewer, reason="口径有误")
    common = {"now": NOW, "expected_version": filed.version}
    returns.save_draft(filed, {GANGUE: value}, acting_user=reporter, **common)
    returns.submit_return(filed, acting_user=reporter, now=NOW, expected_version=filed.version)
    changes = {GANGUE: (value, "更正")}
    returns.verify_return(filed, acting_user=reviewer, now=NOW, expected_version=filed.version, changes=changes)


def rename_everything(plan, *_people):
    for model in (Region, Indicator, ReportingUnit, type(plan)):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(name=f"新{row.name}"[:200], name_en="new")
    MeasureUnit.objects.update(symbol="新单位")
    User.objects.update(display_name="新名字")
    for clause in Clause.objects.all():
        Clause.objects.filter(pk=clause.pk).update(number=f"新{clause.pk}")
    type(plan).objects.update(issuer="新单位")


def change_decimals(*_world):
    Indicator.objects.update(decimals=4)


def add_a_version(plan, *_people):
    for target in Target.objects.filter(plan=plan):
        TargetVersion.objects.create(target=target, number=9, value=7, effective_from="2020-02-02", recorded_at=NOW)


def change_terms(plan, *_people):
    Target.objects.filter(plan=plan).update(bound="more_than", pace="even_by_day", is_approximate=True)
    type(plan).objects.update(level_one_below=-50)


def add_a_target(plan, *_people):
    unit = MeasureUnit.objects.first()
    new = Indicator.objects.create(code="new", name="新指标", unit=unit, kind="entered")
    target = Target.objects.create(plan=plan, indicator=new, bound="at_least", position=0)
    TargetVersion.objects.create(target=target, value=1, effective_from=plan.starts_on)


def remove_targets(plan, *_people):
    for target in Target.objects.filter(plan=plan)[:2]:
        target.delete()


def turn_the_order(plan, *_people):
    for target in Target.objects.filter(plan=plan):
        Target.objects.filter(pk=target.pk).update(position=100 - target.position)


def add_a_city(plan, *_people):
    Region.objects.create(code="140099", name="新城市", level="city", parent=plan.region)


def move_the_clock(plan, *_people):
    type(plan).objects.update(time_zone="America/Los_Angeles")


def file_again(_plan, filed, reporter, reviewer):
    correct(filed, reporter, reviewer, "1")


CHANGES = [
    rename_everything,
    change_decimals,
    add_a_version,
    change_terms,
    add_a_target,
    remove_targets,
    turn_the_order,
    add_a_city,
    move_the_clock,
    file_again,
]


def again(report, tmp_path) -> bytes:
    path = tmp_path / f"{report.pk}.xlsx"
    reports.rewrite_report(IssuedReport.objects.with_names().get(pk=report.pk), path)
    return path.read_bytes()


@pytest.mark.parametrize("change", CHANGES)
def test_the_file_is_the_same_to_the_byte(change, plan, taiyuan, issued_twice, reporter, reviewer, tmp_path):
    issued = Path(issued_twice.file.path).read_bytes()
    change(plan, taiyuan.returns.get(period__code="2020-08"), reporter, reviewer)
    assert again(issued_twice, tmp_path) == issued


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_the_same_after_all_of_it(kind, plan, taiyuan, issued_twice, reporter, reviewer, tmp_path):
    report = issue_kind(plan, kind, **AUGUST)
    issued = Path(report.file.path).read_bytes()
    filed = taiyuan.returns.get(period__code="2020-08")
    for change in (file_again, *CHANGES[:-1]):
        change(plan, filed, reporter, reviewer)
    assert again(report, tmp_path) == issued


def test_what_was_issued_in_between_changes_nothing(plan, issued_twice, taiyuan, reporter, reviewer, tmp_path):
    issued = Path(issued_twice.file.path).read_bytes()
    correct(taiyuan.returns.get(period__code="2020-07"), reporter, reviewer, "380")
    issue_kind(plan, "compliance", code="2020-07", language="zh-hans")
    issue_kind(plan, "compliance", **AUGUST)
    assert again(issued_twice, tmp_path) == issued


def test_a_document_that_kept_no_names_is_written_with_the_present_ones(plan, issued_twice, tmp_path):
    book = {key: value for key, value in issued_twice.book.items() if key not in ("names", "ledger", "changes")}
    IssuedReport.objects.filter(pk=issued_twice.pk).update(book=book, inputs_sha256="")
    add_a_target(plan)
    add_a_city(plan)
    assert again(issued_twice, tmp_path)


def test_the_names_of_both_languages_are_kept(plan, issued_twice, tmp_path):
    english = issue_kind(plan, "compliance", code="2020-08", language="en")
    assert (english.edition, english.inputs_sha256) == (1, issued_twice.inputs_sha256)
    issued = Path(english.file.path).read_bytes()
    rename_everything(plan)
    assert again(english, tmp_path) == issued
