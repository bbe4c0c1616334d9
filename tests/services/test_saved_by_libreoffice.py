"""The round trip with workbooks that LibreOffice itself opened, reckoned and saved."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook

from tests import factories
from tests.factories import NOW
from tests.libreoffice import saved_by_libreoffice
from tests.services import filled_templates as filled
from tracker.models import Upload
from tracker.services.imports import return_template
from tracker.services.imports.return_template.export import export_template

pytestmark = pytest.mark.long
GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture(scope="module")
def save_in_libreoffice(tmp_path_factory):
    """Open a workbook in LibreOffice and save it as .xlsx again."""
    folder = tmp_path_factory.mktemp("office")

    def save(content: bytes) -> bytes:
        source = folder / "in.xlsx"
        source.write_bytes(content)
        return (saved_by_libreoffice(folder, source) / source.name).read_bytes()

    return save


def test_a_workbook_saved_by_libreoffice_comes_back_as_it_was_filled_in(taiyuan, reporter, plan, save_in_libreoffice):
    august = factories.period(plan)
    template = export_template([taiyuan], august, acting_user=reporter, now=NOW)
    saved = save_in_libreoffice(filled.fill(template, G6="512.5万吨", H7="零报告", K6="第一行\n第二行"))
    upload = return_template.receive_upload(ContentFile(saved, "八月.xlsx"), august, acting_user=reporter, now=NOW)
    upload = return_template.check_upload(upload, now=NOW)
    assert upload.state == Upload.State.READY, upload.preview
    (written,) = return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert str(factories.entry(written, GANGUE).reported_value.normalize()) == "512.5"
    assert factories.entry(written, GANGUE).note == "第一行\n第二行"
    assert factories.entry(written, ASH).reported_value == 0
    # Marked and saved once more, it still is the template.
    wrong = filled.fill(saved, G6="很多")
    upload = return_template.receive_upload(ContentFile(wrong, "八月.xlsx"), august, acting_user=reporter, now=NOW)
    upload = return_template.check_upload(upload, now=NOW)
    with return_template.open_marked(upload, acting_user=reporter, now=NOW) as file:
        corrected = filled.fill(save_in_libreoffice(file.read()), G6=700)
    upload = return_template.receive_upload(ContentFile(corrected, "八月.xlsx"), august, acting_user=reporter, now=NOW)
    upload = return_template.check_upload(upload, now=NOW)
    assert upload.state == Upload.State.READY, upload.preview


def test_the_formulas_reckon_in_libreoffice_what_they_carry(taiyuan, reporter, reviewer, plan, save_in_libreoffice):
    july, august = factories.period(plan, "2020-07"), factories.period(plan)
    factories.file_return(taiyuan, july, {GANGUE: "100", ASH: "40"}, reporter=reporter, reviewer=reviewer)
    template = export_template([taiyuan], august, acting_user=reporter, now=NOW)
    filled_in = filled.fill(template, G6=0.05, C6="亿吨", H7="零报告")
    sheet = load_workbook(BytesIO(save_in_libreoffice(filled_in)), data_only=True).worksheets[0]
    assert sheet["I6"].value == 600, "100 so far and 0.05亿吨, which is 500万吨"
    assert sheet["I7"].value == 40
