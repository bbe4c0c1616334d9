"""The round trip: the template goes out, comes back filled in, is shown, accepted as a whole or not at all."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from openpyxl import load_workbook

from tests import factories
from tests.factories import NOW
from tests.services import filled_templates as filled
from tracker.models import Event, Membership, Obligation, Period, Return, Role, Upload, ValueRevision
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services import returns
from tracker.services.imports import return_template
from tracker.services.imports.return_template.export import export_template, units_owing

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture
def august(plan):
    return factories.period(plan)


@pytest.fixture
def datong(plan):
    return factories.make_unit(plan, factories.DATONG)


@pytest.fixture
def filler(taiyuan, datong):
    """An official of the province who reports for both cities."""
    return factories.make_user("filler", Role.REPORTER)


@pytest.fixture
def draft(taiyuan, reporter, august):
    """Taiyuan's open return, with gangue entered in the form."""
    opened = returns.open_return(taiyuan, august, acting_user=reporter, now=NOW)
    return returns.save_draft(opened, {GANGUE: "480"}, acting_user=reporter, now=NOW, expected_version=opened.version)


@pytest.fixture
def template(taiyuan, reporter, august):
    """Taiyuan's template as it was downloaded."""
    return export_template([taiyuan], august, acting_user=reporter, now=NOW)


@pytest.fixture
def send(reporter, august):
    """Send a workbook in and have it checked."""

    def send(content, user=reporter, period=august, name="太原八月.xlsx"):
        upload = return_template.receive_upload(ContentFile(content, name), period, acting_user=user, now=NOW)
        return return_template.check_upload(upload, now=NOW)

    return send


def stored(unit_return):
    return {entry.indicator.code: entry.reported_value for entry in unit_return.entries.select_related("indicator")}


def changes(upload):
    return {cell["indicator"]: cell["change"] for unit in upload.preview["units"] for cell in unit["cells"]}


def faults(upload):
    return [(fault["sheet"], fault["cell"]) for fault in upload.preview["faults"]]


def test_a_filled_in_template_opens_the_return_and_fills_it(template, send, reporter, taiyuan):
    upload = send(filled.fill(template, G6=512.5, G7="1,234", K7="设备检修"))
    assert upload.state == Upload.State.READY, upload.preview
    assert changes(upload) == {GANGUE: "new", ASH: "new"}
    assert not Return.objects.exists(), "nothing is written before it is accepted"
    (written,) = return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert written.state == Return.State.DRAFT, "accepting submits nothing"
    assert stored(written) == {GANGUE: Decimal("512.5"), ASH: Decimal(1234)}
    revision = factories.entry(written, ASH).reported_revision
    sheet = load_workbook(BytesIO(template)).sheetnames[0]
    assert (revision.source, revision.source_place) == (ValueRevision.Source.WORKBOOK, f"太原八月.xlsx {sheet}!G7")
    assert (revision.entered_text, revision.note) == ("1,234", "设备检修")


def test_the_preview_tells_changed_same_and_missing_cells_apart(draft, template, send):
    assert changes(send(filled.fill(template, G6=500))) == {GANGUE: "changed", ASH: "missing"}
    assert changes(send(filled.fill(template, G7=7))) == {GANGUE: "same", ASH: "new"}
    (unit,) = send(filled.fill(template, G6=500)).preview["units"]
    assert (unit["cells"][0]["old"], unit["cells"][0]["new"]) == ("480", "500")


def test_a_missing_cell_stays_missing_and_is_no_zero(template, send, reporter):
    upload = send(filled.fill(template, G6=1))
    (written,) = return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert stored(written) == {GANGUE: 1, ASH: None}


def test_a_nil_return_that_was_chosen_is_a_confirmed_zero(template, send, reporter):
    upload = send(filled.fill(template, G6=1, H7="零报告"))
    (written,) = return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert stored(written) == {GANGUE: 1, ASH: 0}


def test_emptying_a_prefilled_cell_empties_it(draft, template, send, reporter):
    upload = send(filled.fill(template, G6=None, G7=2))
    assert changes(upload)[GANGUE] == "emptied"
    return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert stored(draft) == {GANGUE: None, ASH: 2}


def test_a_cell_left_as_it_was_does_not_undo_what_was_entered_meanwhile(draft, template, send, reporter):
    returns.save_draft(draft, {GANGUE: "490"}, acting_user=reporter, now=NOW, expected_version=draft.version)
    upload = send(filled.fill(template, G7=2))
    assert changes(upload) == {GANGUE: "same", ASH: "new"}
    assert upload.preview["units"][0]["overtaken"], "the page says that the return changed since the download"
    return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert stored(draft) == {GANGUE: 490, ASH: 2}


def test_a_cell_that_both_changed_is_told(draft, template, send, reporter):
    returns.save_draft(draft, {GANGUE: "490"}, acting_user=reporter, now=NOW, expected_version=draft.version)
    cell = send(filled.fill(template, G6=500)).preview["units"][0]["cells"][0]
    assert (cell["change"], cell["old"], cell["new"], cell["overtaken"]) == ("changed", "490", "500", True)


UNDERSTOOD = {
    "text": ("512.5", "512.5"),
    "full-width digits": ("５１２．５", "512.5"),
    "thousands": ("6,500", "6500"),
    "the unit behind it": ("6500万吨", "6500"),
    "another unit of the dimension": ("0.65亿吨", "6500"),
    "an apostrophe's text": (" 512 ", "512"),
    "a whole number": (512, "512"),
    "a binary fraction": (0.1 + 0.2, "0.3"),
    "zero": (0, "0"),
}


@pytest.mark.parametrize("kind", UNDERSTOOD, ids=str)
def test_what_people_write_is_understood(kind, template, send):
    typed, wanted = UNDERSTOOD[kind]
    upload = send(filled.fill(template, G6=typed))
    assert upload.state == Upload.State.READY, upload.preview
    assert upload.preview["units"][0]["cells"][0]["new"] == wanted


def test_a_unit_chosen_from_the_list_converts_the_amount(template, send, reporter):
    upload = send(filled.fill(template, G6=0.05, C6="亿吨"))
    (written,) = return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert stored(written)[GANGUE] == 500
    assert factories.entry(written, GANGUE).reported_revision.entered_text == "0.05亿吨"


def test_the_same_file_again_changes_nothing_and_is_known(template, send, reporter):
    content = filled.fill(template, G6=1, G7=2)
    first = send(content)
    return_template.accept_upload(first, acting_user=reporter, now=NOW)
    again = send(content)
    assert list(return_template.earlier_uploads(again)) == [first]
    assert again.state == Upload.State.WRONG
    assert "already" in again.failure or "系统" in again.failure


def test_a_return_changed_since_the_preview_is_not_overwritten(draft, template, send, reporter):
    upload = send(filled.fill(template, G6=500))
    returns.save_draft(draft, {GANGUE: "490"}, acting_user=reporter, now=NOW, expected_version=draft.version)
    with pytest.raises(ChangedMeanwhile):
        return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert stored(draft)[GANGUE] == 490
    upload.refresh_from_db()
    assert upload.state == Upload.State.READY
    return_template.accept_upload(return_template.check_upload(upload, now=NOW), acting_user=reporter, now=NOW)
    assert stored(draft)[GANGUE] == 500, "checked again, it is compared with what stands now"


def test_a_return_opened_since_the_preview_is_told(template, send, reporter, taiyuan, august):
    upload = send(filled.fill(template, G6=500))
    returns.open_return(taiyuan, august, acting_user=reporter, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        return_template.accept_upload(upload, acting_user=reporter, now=NOW)


def test_accepting_twice_writes_once(template, send, reporter):
    upload = send(filled.fill(template, G6=500))
    return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert ValueRevision.objects.count() == 1


def test_a_discarded_workbook_is_not_accepted_any_more(template, send, reporter):
    upload = send(filled.fill(template, G6=500))
    return_template.discard_upload(upload, acting_user=reporter, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert not Return.objects.exists()


def test_only_who_sent_it_in_accepts_or_discards_it(template, send, filler):
    upload = send(filled.fill(template, G6=500))
    for verb in (return_template.accept_upload, return_template.discard_upload, return_template.submit_accepted):
        with pytest.raises(NotAllowed):
            verb(upload, acting_user=filler, now=NOW)


def test_a_province_sends_many_units_in_one_workbook(taiyuan, datong, filler, august, send):
    units = units_owing(filler, august)
    assert units == [taiyuan, datong]
    template = export_template(units, august, acting_user=filler, now=NOW)
    upload = send(filled.fill(template, {"太原市": {"G6": 1, "G7": 2}, "大同市": {"G6": 3, "H7": "零报告"}}), filler)
    assert upload.state == Upload.State.READY, upload.preview
    return_template.accept_upload(upload, acting_user=filler, now=NOW)
    assert [stored(one) for one in Return.objects.order_by("unit__region__path")] == [
        {GANGUE: 1, ASH: 2},
        {GANGUE: 3, ASH: 0},
    ]


def test_of_many_units_all_are_written_or_none(taiyuan, datong, filler, august, send):
    template = export_template(units_owing(filler, august), august, acting_user=filler, now=NOW)
    upload = send(filled.fill(template, {"太原市": {"G6": 1}, "大同市": {"G6": 3}}), filler)
    returns.open_return(datong, august, acting_user=filler, now=NOW)
    before = filled.dump()
    with pytest.raises(ChangedMeanwhile):
        return_template.accept_upload(upload, acting_user=filler, now=NOW)
    assert filled.dump() == before


def test_a_sheet_that_was_not_touched_opens_no_return(taiyuan, datong, filler, august, send):
    template = export_template(units_owing(filler, august), august, acting_user=filler, now=NOW)
    upload = send(filled.fill(template, {"太原市": {"G6": 1}}), filler)
    return_template.accept_upload(upload, acting_user=filler, now=NOW)
    assert [one.unit for one in Return.objects.all()] == [taiyuan]


def test_a_unit_that_one_does_not_report_for_is_refused_by_its_sheet(taiyuan, datong, filler, august, send, reporter):
    template = export_template(units_owing(filler, august), august, acting_user=filler, now=NOW)
    upload = send(filled.fill(template, {"太原市": {"G6": 1}, "大同市": {"G6": 3}}), reporter)
    assert upload.state == Upload.State.WRONG
    assert [sheet for sheet, _cell in faults(upload)] == ["大同市"]


def test_a_submitted_return_is_not_changed_and_is_named(draft, template, send, reporter, august):
    returns.save_and_submit(
        draft, {GANGUE: "480", ASH: "0"}, acting_user=reporter, now=NOW, expected_version=draft.version
    )
    upload = send(filled.fill(template, G6=500))
    assert upload.state == Upload.State.WRONG
    assert "太原市单位" in upload.preview["faults"][0]["text"]
    assert stored(draft)[GANGUE] == 480


def test_a_locked_period_is_told_before_anything_is_written(template, send, august, reporter):
    factories.set_deadlines(Period.objects.filter(pk=august.pk), locks_at=NOW - timedelta(days=1))
    upload = send(filled.fill(template, G6=1))
    assert upload.state == Upload.State.WRONG
    assert not Return.objects.exists()


def test_a_period_locked_since_the_check_is_refused_as_a_whole(template, send, august, reporter):
    upload = send(filled.fill(template, G6=1))
    factories.set_deadlines(Period.objects.filter(pk=august.pk), locks_at=NOW - timedelta(days=1))
    before = filled.dump()
    with pytest.raises(Refused):
        return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert filled.dump() == before


def test_another_months_template_is_refused(template, send, plan):
    upload = send(filled.fill(template, G6=1), period=factories.period(plan, "2020-09"))
    assert upload.state == Upload.State.WRONG
    assert "2020-08" in upload.failure
    assert "2020-09" in upload.failure


def test_an_indicator_that_is_owed_no_more_cannot_be_filled_in(template, send, taiyuan):
    Obligation.objects.filter(unit=taiyuan, indicator__code=ASH).delete()
    factories.change_obligations(factories.the_plan())
    assert send(filled.fill(template, G6=1)).state == Upload.State.READY
    upload = send(filled.fill(template, G6=1, G7=2))
    assert [cell for _sheet, cell in faults(upload)] == ["G7"]


def test_submitting_what_was_accepted_runs_the_checks(template, send, reporter):
    upload = send(filled.fill(template, G6=1))
    return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    done, kept = return_template.submit_accepted(upload, acting_user=reporter, now=NOW)
    assert done == []
    assert [one.unit.code for one, _why in kept] == ["unit-140100"]
    assert Return.objects.get().state == Return.State.DRAFT


def test_what_is_complete_can_be_submitted_at_once(template, send, reporter):
    upload = send(filled.fill(template, G6=1, G7=2, K6="试产", K7="试产"))
    return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    done, kept = return_template.submit_accepted(upload, acting_user=reporter, now=NOW)
    assert (len(done), kept) == (1, [])
    assert Return.objects.get().state == Return.State.SUBMITTED


def test_a_unit_whose_sheet_changed_nothing_is_not_handed_in_along(taiyuan, datong, filler, august, send):
    draft = returns.open_return(datong, august, acting_user=filler, now=NOW)
    values, notes = {GANGUE: "1", ASH: "2"}, {GANGUE: "试产", ASH: "试产"}
    returns.save_draft(draft, values, notes=notes, acting_user=filler, now=NOW, expected_version=draft.version)
    template = export_template(units_owing(filler, august), august, acting_user=filler, now=NOW)
    cells = {"G6": 1, "G7": 2, "K6": "试产", "K7": "试产"}
    upload = send(filled.fill(template, {"太原市": cells}), filler)
    return_template.accept_upload(upload, acting_user=filler, now=NOW)
    done, _kept = return_template.submit_accepted(upload, acting_user=filler, now=NOW)
    assert [one.unit for one in done] == [taiyuan]
    assert Return.objects.get(unit=datong).state == Return.State.DRAFT


def test_what_happened_is_recorded(template, send, reporter):
    upload = send(filled.fill(template, G6=1))
    return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    actions = Event.objects.filter(object_type="upload").order_by("pk").values_list("action", flat=True)
    assert list(actions) == [Event.Action.WORKBOOK_SENT_IN, Event.Action.WORKBOOK_ACCEPTED]


def test_the_marked_workbook_has_the_wrong_cells_coloured_with_a_comment(template, send, reporter):
    upload = send(filled.fill(template, G6="很多", G7=-5, K7="照旧"))
    assert [cell for _sheet, cell in faults(upload)] == ["G6", "G7"]
    with return_template.open_marked(upload, acting_user=reporter, now=NOW) as file:
        marked = load_workbook(BytesIO(file.read()))
    sheet = marked.worksheets[0]
    assert sheet["G6"].comment.text == upload.preview["faults"][0]["text"]
    assert sheet["G6"].fill.start_color.rgb == "FFFFC7CE"
    assert sheet["G6"].value == "很多"
    assert sheet["K7"].value == "照旧"
    assert sheet["I6"].value.startswith("=IF("), "formulas stay"
    assert sheet.protection.sheet
    assert len(sheet.data_validations.dataValidation) >= 3


def test_the_marked_workbook_corrected_and_sent_again_is_accepted(template, send, reporter):
    upload = send(filled.fill(template, G6="很多"))
    with return_template.open_marked(upload, acting_user=reporter, now=NOW) as file:
        corrected = filled.fill(file.read(), G6=500)
    assert send(corrected).state == Upload.State.READY


def test_the_marked_workbook_is_only_for_who_sent_it_in(template, send, filler):
    upload = send(filled.fill(template, G6="很多"))
    with pytest.raises(NotAllowed):
        return_template.open_marked(upload, acting_user=filler, now=NOW)


def test_a_file_too_large_is_not_even_stored(reporter, august, monkeypatch):
    monkeypatch.setattr("tracker.services.imports.return_template.receive.MAX_FILE", 10)
    with pytest.raises(Refused):
        return_template.receive_upload(ContentFile(b"x" * 11, "a.xlsx"), august, acting_user=reporter, now=NOW)
    assert not Upload.objects.exists()


def test_who_reports_for_nobody_sends_nothing_in(leader, august):
    with pytest.raises(NotAllowed):
        return_template.receive_upload(ContentFile(b"x", "a.xlsx"), august, acting_user=leader, now=NOW)


def test_a_right_that_ended_since_the_check_counts(template, send, reporter):
    upload = send(filled.fill(template, G6=1))
    Membership.objects.filter(user=reporter).delete()
    reporter = type(reporter).objects.get(pk=reporter.pk)
    with pytest.raises(NotAllowed):
        return_template.accept_upload(upload, acting_user=reporter, now=NOW)
    assert not Return.objects.exists()


def test_many_units_take_as_many_queries_as_few(plan, filler, august, count_queries):
    def queries():
        units = units_owing(filler, august)
        with count_queries(connection) as found:
            export_template(units, august, acting_user=filler, now=NOW)
        return len(found)

    few = queries()
    for place in ("140300", "140400", "140500", "140600", "140700", "140800"):
        factories.make_unit(plan, place)
    assert queries() == few
