"""Every kind of paper on data as bad as it comes, checked by readers that did not write it."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from tests.documents import word_check
from tests.documents.made_figures import MONTHS, made_figures
from tests.documents.package_check import faults
from tracker.documents import dispatch
from tracker.documents.brief import build_brief
from tracker.documents.bulletin import build_bulletin
from tracker.documents.bulletin.paper import BulletinPaper, proposed_texts
from tracker.documents.compliance import ComplianceFigures, build_compliance_report
from tracker.documents.pdf.brief import set_brief
from tracker.documents.word import write_bulletin
from tracker.documents.workbook import write_workbook

FEBRUARY = MONTHS[-1].code
LONG = ("非常长的指标名称与口径说明" * 8)[:76]
AMOUNT = {("i0", "p0", FEBRUARY): "1"}
CASES = {
    "no data": {"names": ["利用量"]},
    "no target": {"names": []},
    "one place": {"names": ["利用量"], "cities": ["太原市"], "amounts": AMOUNT},
    "no place below": {"names": ["利用量"], "cities": []},
    "names of 76 characters": {"names": [LONG], "cities": [LONG[:70] + "一", LONG[:70] + "二"], "amounts": AMOUNT},
    "a place without share": {"names": ["利用量"], "amounts": AMOUNT, "without_share": ["p1"]},
    "200 targets": {
        "names": [f"{LONG[:72]}{number}" for number in range(200)],
        "amounts": {(f"i{number}", "p0", FEBRUARY): "1" for number in range(200)},
    },
}


def workbook(figures: ComplianceFigures, kind: str, path: Path) -> None:
    build = {"compliance": build_compliance_report, "dispatch": dispatch.build_dispatch_report}[kind]
    write_workbook(build(figures), path)
    assert faults(path) == []
    read = CalamineWorkbook.from_path(str(path))
    cells = [cell for name in read.sheet_names for row in read.get_sheet_by_name(name).to_python() for cell in row]
    assert "主管部门" in " ".join(map(str, cells))
    assert not any(str(cell).startswith("#") for cell in cells)


def bulletin(figures: ComplianceFigures, path: Path, language: str) -> None:
    text = build_bulletin(figures)
    texts = proposed_texts(text, issuer=figures.issuer, kind=figures.kind)
    write_bulletin(BulletinPaper(text.title, text, texts, date(2020, 3, 4), language), path)
    assert word_check.faults(path) == []


def brief(figures: ComplianceFigures, language: str) -> None:
    document = pypdfium2.PdfDocument(BytesIO(set_brief(build_brief(figures, language))))
    assert len(document) == 1
    assert "2020" in document[0].get_textpage().get_text_range()


@pytest.mark.whole
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("case", CASES)
def test_every_kind_of_paper_is_made_and_sound(tmp_path, case, language):
    """A plan without clauses is all of these: none of them has any."""
    with translation.override(language):
        figures = made_figures(**CASES[case])
        for kind in ("compliance", "dispatch"):
            workbook(figures, kind, tmp_path / f"{kind}.xlsx")
        bulletin(figures, tmp_path / "bulletin.docx", language)
        brief(figures, language)
