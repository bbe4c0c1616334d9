"""Documents on quarters, half-years and years of plans whose units report every month; the year may begin in July."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import openpyxl
import pypdfium2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from tests import factories
from tests.factories import NOW, region
from tests.services.issued_kinds import rows_of
from tracker.documents import wording
from tracker.models import Indicator, IssuedReport, Obligation, Period, Plan, Role
from tracker.queries.documents.kinds import KINDS, LEDGER, name_of
from tracker.queries.documents.summed_periods import periods_within, summed_periods
from tracker.queries.figures.reporting_periods import kinds_of
from tracker.services.documents import bulletins, reports
from tracker.services.returns.expected import update_expected
from tracker.services.returns.open_periods import open_for_document, open_periods

PLANS = Path(settings.BASE_DIR) / "tests" / "plans"
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
VALUES = {"ghg": "10", "spend": "20", "zev": "350", "cars": "1000"}


def summed(plan: Plan, code: str) -> Period:
    return next(one for one in summed_periods(plan, kinds_of(plan)) if one.code == code)


def issue(plan: Plan, code: str, kind: str = "compliance", language: str = "zh-hans") -> IssuedReport:
    with translation.override(language):
        return reports.issue_report(
            kind=kind,
            period=summed(plan, code),
            region=plan.region,
            language=language,
            acting_user=None,
            now=NOW,
            clock=lambda: NOW,
        )


def text_of(report: IssuedReport) -> str:
    if report.file.name.endswith(".pdf"):
        return pypdfium2.PdfDocument(report.file.path)[0].get_textpage().get_text_range()
    cells = (
        cell
        for sheet in openpyxl.load_workbook(report.file.path, data_only=True).worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    )
    return "\n".join(str(cell) for cell in cells if cell is not None)


@pytest.fixture
def california(db) -> Plan:
    """A plan from July to June; one county reports every month, verified up to January."""
    documents = ("--regions", PLANS / "california-regions.toml", "--units", PLANS / "california-units.toml")
    call_command("load_plan", str(PLANS / "california.toml"), *map(str, documents))
    plan = Plan.objects.select_related("region").get(code="ca-climate-fy26")
    unit = region("US-CA-BA").units.create(code="ba", name="Bay office")
    for indicator in Indicator.objects.filter(code__in=["storage", *VALUES]):
        Obligation.objects.create(plan=plan, unit=unit, indicator=indicator)
    open_periods(plan, now=NOW)
    update_expected(plan, now=None)
    reporter = factories.make_user("reporter", Role.REPORTER, "US-CA")
    reviewer = factories.make_user("reviewer", Role.REVIEWER, "US-CA")
    for number, month in enumerate(plan.periods.filter(kind="month").order_by("starts_on")[:7], 1):
        moment = datetime.combine(month.ends_on, datetime.min.time(), LOS_ANGELES)
        values = VALUES | {"storage": str(number)}
        factories.file_return(unit, month, values, reporter=reporter, reviewer=reviewer, now=moment)
    return plan


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("FY2026-Q2", {"zh-hans": "2026财年第二季度", "en": "FY2026 Q2"}),
        ("FY2026-H1", {"zh-hans": "2026财年上半年", "en": "FY2026 H1"}),
        ("FY2026", {"zh-hans": "2026财年", "en": "FY2026"}),
    ],
)
def test_every_kind_is_issued_for_it_in_both_languages_and_named_after_it(california, code, words):
    for language, expected in words.items():
        for kind in KINDS:
            report = issue(california, code, kind, language)
            with translation.override(language):
                assert wording.period_in_words(code) == expected
                assert kind == LEDGER or expected in text_of(report), (kind, language)  # a ledger names its months
                assert name_of(report) in reports.download_name(report)
            assert report.period.code == code
            assert "None" not in report.title


def test_its_own_figures_are_those_of_its_months_and_the_rest_is_as_at_its_end(california):
    report = issue(california, "FY2026-Q2", language="en")
    sheet = openpyxl.load_workbook(report.file.path, data_only=True)["Summary by indicator"]
    texts = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert "This quarter" in texts
    assert "Quarter on quarter" in texts
    assert "3/3 returns verified" in texts
    (storage,) = [row for row in rows_of(sheet) if row[1] == "Battery storage commissioned"]
    assert [Decimal(str(one)) for one in (storage[4], storage[6])] == [4 + 5 + 6, 21]
    assert storage[5] == pytest.approx((15 - 6) / 6)


def test_need_is_told_for_each_quarter_left(california):
    report = issue(california, "FY2026-Q2", language="en")
    sheet = openpyxl.load_workbook(report.file.path, data_only=True)["Need and forecast"]
    (storage,) = [row for row in rows_of(sheet) if row[1] == "Battery storage commissioned"]
    target = storage[3]
    assert storage[6] == pytest.approx((target - 21) / 2)


def test_a_quarter_is_compared_with_the_quarter_before(california):
    first, second = issue(california, "FY2026-Q1"), issue(california, "FY2026-Q2")
    assert second.previous_issue == first
    assert (first.issue_number, second.issue_number) == (1, 2)


def test_an_issued_one_is_written_again_from_what_it_kept(california):
    first = issue(california, "FY2026-Q2")
    again = issue(california, "FY2026-Q2", language="en")
    assert again.inputs_sha256 == first.inputs_sha256
    assert first.book["width"] == 3


def test_a_bulletin_is_drafted_on_it(california, tmp_path):
    leader = factories.make_user("leader", Role.LEADER, "US-CA")
    draft = bulletins.draft_bulletin(issue(california, "FY2026-H1"), acting_user=leader, now=NOW)
    name, content = bulletins.bulletin_file(draft, acting_user=leader, now=NOW)
    (tmp_path / "bulletin.docx").write_bytes(content)
    text = "\n".join(one.text for one in docx.Document(str(tmp_path / "bulletin.docx")).paragraphs)
    assert "2026财年上半年" in text
    assert name.endswith(".docx")


def test_nobody_is_expected_to_report_for_it(california):
    stored = open_for_document(summed(california, "FY2026-Q1"))
    assert open_for_document(stored) == stored
    assert not stored.expected_returns.exists()
    assert kinds_of(california) == ["month"]


def test_a_calendar_year_has_its_own(db):
    plan = factories.load_plan()
    found = {one.code: (one.starts_on, one.ends_on) for one in summed_periods(plan, kinds_of(plan))}
    assert list(found) == ["2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4", "2020-H1", "2020-H2", "2020"]
    assert found["2020-Q3"] == (date(2020, 7, 1), date(2020, 9, 30))
    assert [one.code for one in periods_within(summed(plan, "2020-Q3"))] == ["2020-07", "2020-08", "2020-09"]


def test_what_units_report_for_is_counted_from_nothing_shorter(california):
    Obligation.objects.filter(plan=california, indicator__code="storage").update(frequency="quarter")
    open_periods(california, now=NOW)
    assert "FY2026-Q1" not in {one.code for one in summed_periods(california, kinds_of(california))}
    assert periods_within(california.periods.get(code="FY2026-Q1")) == []
