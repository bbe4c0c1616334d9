"""Uploads are hostile until proved otherwise: each is refused with a place and a remedy, and nothing is written."""

import io
import re
import time
import zipfile

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import depth, factories
from tests.factories import NOW
from tests.services import filled_templates as filled
from tests.services.malformed_templates import FAMILIES, KEYS, SHEET, amount_cell, in_parts
from tests.uploads.packages import peak_while_reading
from tracker.models import Upload
from tracker.services.imports import return_template
from tracker.services.imports.return_template.export import export_template
from tracker.uploads.faults import UploadRefused
from tracker.uploads.limits import MEMORY, SECONDS
from tracker.uploads.wording import explain
from tracker.uploads.workbook import read_workbook

CASES = sum(len(cases) for cases in FAMILIES.values())
#: Families are cut into runs of about this many workbooks, so that they spread over the processes of a test run.
RUN = 20
RUNS = [(name, first) for name, cases in FAMILIES.items() for first in range(0, len(cases), RUN)]
GENERATED = settings(
    max_examples=depth.amount(25, quick=10),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture
def august(plan):
    return factories.period(plan)


@pytest.fixture
def template(taiyuan, reporter, august):
    return export_template([taiyuan], august, acting_user=reporter, now=NOW)


@pytest.fixture
def check(reporter, august):
    def check(content):
        upload = return_template.receive_upload(
            ContentFile(content, "八月.xlsx"), august, acting_user=reporter, now=NOW
        )
        return return_template.check_upload(upload, now=NOW)

    return check


@pytest.fixture
def unmarked(monkeypatch):
    """Without the marked workbook, which has tests of its own and takes most of the time."""
    monkeypatch.setattr(
        "tracker.services.imports.return_template.check.mark_workbook", lambda upload, faults, patience: ""
    )


def test_there_are_enough_of_them():
    assert CASES >= 200


@pytest.mark.parametrize(("family", "first"), RUNS, ids=str)
@pytest.mark.usefixtures("unmarked")
def test_a_malformed_template_is_refused_with_its_place_and_writes_nothing(family, first, template, check):
    before, wrong = filled.dump(), []
    for number, (spoil, place) in enumerate(FAMILIES[family][first : first + RUN], first):
        began = time.monotonic()
        upload = check(spoil(template))
        faults = upload.preview["faults"]
        if upload.state != Upload.State.WRONG or not all(fault["text"] for fault in faults):
            wrong.append((number, upload.state, upload.preview))
        elif place and place not in [fault["cell"] for fault in faults]:
            wrong.append((number, place, faults))
        assert time.monotonic() - began < SECONDS
    assert wrong == []
    assert filled.dump() == before


@pytest.mark.parametrize("family", FAMILIES)
def test_reading_a_malformed_template_stays_within_its_memory(family, template, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(FAMILIES[family][0][0](template))
    assert peak_while_reading(path) <= MEMORY


MARKED = ["amounts in words", "sheets", "stored by programs"]


@pytest.mark.parametrize("family", MARKED)
def test_marking_a_malformed_template_never_fails(family, template, check):
    for spoil, _place in FAMILIES[family][::15]:
        upload = check(spoil(template))
        assert upload.state == Upload.State.WRONG


def _blank_rows(parts):
    rows = b"".join(b'<row r="%d" spans="1:11" ht="15" customHeight="1"/>' % number for number in range(20, 1_048_577))
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", rows + b"</sheetData>")


def _from_1904(parts):
    parts["xl/workbook.xml"] = re.sub(rb"<workbookPr[^>]*>", b'<workbookPr date1904="1"/>', parts["xl/workbook.xml"])


def _wrong_size(parts):
    before, _tag, after = parts[SHEET].partition(b"<dimension")
    parts[SHEET] = before + b'<dimension ref="A1:A2"/>' + after.partition(b"/>")[2]


UNDERSTOOD = {
    "a million blank rows": in_parts(_blank_rows),
    "dates that count from 1904": in_parts(_from_1904),
    "a wrong size of the sheet": in_parts(_wrong_size),
    "an inline text": in_parts(amount_cell(' t="inlineStr"', "<is><t>５００</t></is>")),
    "a formula with its value": in_parts(amount_cell("", "<f>250*2</f><v>500</v>")),
    "a formula with its value as text": in_parts(amount_cell(' t="str"', '<f>"500"</f><v>500</v>')),
    "a number in scientific writing": in_parts(amount_cell("", "<v>5E2</v>")),
}


@pytest.mark.parametrize("kind", UNDERSTOOD, ids=str)
@pytest.mark.usefixtures("unmarked")
def test_what_looks_odd_but_is_clear_is_understood(kind, template, check):
    spoil, _place = UNDERSTOOD[kind]
    upload = check(spoil(template))
    assert upload.state == Upload.State.READY, upload.preview
    assert upload.preview["units"][0]["cells"][0]["new"] == "500"


def _reads_or_refuses(path):
    """Reading ends in a workbook or in a refusal that can be told, and in nothing else."""
    try:
        read_workbook(path)
    except UploadRefused as refused:
        assert all(explain(fault) for fault in refused.faults)


@GENERATED
@given(places=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8))
def test_whatever_bytes_of_the_file_are_changed_it_is_read_or_refused(places, template, tmp_path):
    content = bytearray(filled.fill(template, G6=500))
    for share, byte in places:
        content[int(share * len(content))] = byte
    path = tmp_path / "changed.xlsx"
    path.write_bytes(content)
    _reads_or_refuses(path)


MARKUP = st.sampled_from(
    [
        b"<",
        b">",
        b"</c>",
        b"<c>",
        b'r="ZZZ9"',
        b't="s"',
        b"<v>",
        b"-1",
        b"\0",
        b"\xff\xfe",
        b"&#0;",
        b"<row>",
        b'"',
        b"9" * 30,
    ]
)


@GENERATED
@given(
    part=st.sampled_from(
        [SHEET, KEYS, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"]
    ),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 12), MARKUP), min_size=1, max_size=4),
)
def test_whatever_markup_of_a_part_is_changed_it_is_read_or_refused(part, changes, template, tmp_path):
    with zipfile.ZipFile(io.BytesIO(filled.fill(template, G6=500))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for share, length, markup in changes:
        at = int(share * len(parts[part]))
        parts[part] = parts[part][:at] + markup + parts[part][at + length :]
    path = tmp_path / "changed.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    _reads_or_refuses(path)


WRITTEN = st.one_of(
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=40),
    st.floats(),
    st.integers(-(10**18), 10**18),
    st.booleans(),
)


@GENERATED
@given(amount=WRITTEN, nil=WRITTEN, measure=WRITTEN, note=WRITTEN)
@pytest.mark.usefixtures("unmarked")
def test_whatever_is_written_in_the_cells_the_official_gets_an_answer(amount, nil, measure, note, template, check):
    before = filled.dump()
    values = {"G6": amount, "H6": nil, "C6": measure, "K6": note}
    upload = check(filled.fill(template, **{place: _storable(value) for place, value in values.items()}))
    assert upload.state in (Upload.State.READY, Upload.State.WRONG)
    assert upload.state == Upload.State.READY or all(fault["text"] for fault in upload.preview["faults"])
    assert filled.dump() == before


def _storable(value):
    return value.replace("\ufffe", "").replace("\uffff", "") if isinstance(value, str) else value
