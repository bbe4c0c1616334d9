"""Evidence on a return's page: sent with the sheet, never lost beside a wrong cell, let out as a download."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tests.uploads.evidence_files import pdf, png
from tracker.models import Evidence, Return, Role
from tracker.services import returns
from tracker.services.returns.evidence import add_evidence

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture(autouse=True)
def in_september(time_machine):
    """The tests live in September 2020."""
    time_machine.move_to(NOW)


@pytest.fixture
def draft(taiyuan, reporter, plan):
    """Taiyuan's open return for August."""
    return returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)


@pytest.fixture
def official(client, reporter):
    """The reporter's browser, in English."""
    client.force_login(reporter)
    client.cookies["django_language"] = "en"
    return client


def page(unit_return):
    return reverse("admin:tracker_return_change", args=[unit_return.pk])


def sheet(draft, button="_save", **fields):
    draft.refresh_from_db()
    values = {f"value-{GANGUE}": "500", f"value-{ASH}": "0"}
    return {"version": draft.version, button: "1"} | values | fields


def upload(name="ticket.pdf", content=None):
    return SimpleUploadedFile(name, pdf() if content is None else content)


def kept(draft):
    return sorted(Evidence.objects.filter(removed_at=None).values_list("entry__indicator__code", "name"))


def test_several_files_come_with_the_sheet(official, draft):
    files = {f"evidence-{GANGUE}": [upload(), upload("b.png", png())], f"evidence-{ASH}": upload("c.pdf")}
    response = official.post(page(draft), sheet(draft) | files, follow=True)
    assert kept(draft) == [(GANGUE, "b.png"), (GANGUE, "ticket.pdf"), (ASH, "c.pdf")]
    content = response.content.decode()
    assert "3 files of evidence were added." in content and "The draft was saved." in content
    assert Evidence.objects.first().sha256[:8] in content


def test_a_right_file_is_kept_beside_a_wrong_cell(official, draft):
    response = official.post(page(draft), sheet(draft, **{f"value-{ASH}": "abc"}) | {f"evidence-{GANGUE}": upload()})
    assert f"value-{ASH}" in response.context["form"].errors
    assert kept(draft) == [(GANGUE, "ticket.pdf")]
    assert "ticket.pdf" in response.content.decode()


def test_a_refused_file_is_named_at_its_cell_and_what_was_typed_stays(official, draft):
    files = {f"evidence-{GANGUE}": [upload("page.pdf", b"<html>"), upload()]}
    response = official.post(page(draft), sheet(draft, "_submit") | files)
    (message,) = response.context["form"].errors[f"evidence-{GANGUE}"]
    assert message.startswith("“page.pdf” was not added: The file is no PDF")
    content = response.content.decode()
    assert 'value="500"' in content and f'id="id_evidence-{GANGUE}_error"' in content
    assert kept(draft) == [(GANGUE, "ticket.pdf")]
    draft.refresh_from_db()
    assert draft.state == Return.State.DRAFT


def test_a_ticked_file_is_removed_when_the_sheet_is_saved(official, draft, reporter):
    one = add_evidence(factories.entry(draft, GANGUE), [pdf()], "a.pdf", acting_user=reporter, now=NOW)
    official.post(page(draft), sheet(draft) | {"remove-evidence": [str(one.pk), "x", "²", "9" * 30]})
    one.refresh_from_db()
    assert one.removed_by == reporter
    assert "a.pdf</a>" not in official.get(page(draft)).content.decode()


def test_a_file_of_another_return_is_not_removed(official, draft, plan, reporter):
    unit = factories.make_unit(plan, factories.DATONG)
    neighbour = factories.make_user("datong-official", Role.REPORTER, factories.DATONG)
    other = returns.open_return(unit, factories.period(plan), acting_user=neighbour, now=NOW)
    theirs = add_evidence(factories.entry(other, GANGUE), [pdf()], "a.pdf", acting_user=neighbour, now=NOW)
    official.post(page(draft), sheet(draft) | {"remove-evidence": str(theirs.pk)})
    theirs.refresh_from_db()
    assert theirs.removed_at is None
    for address in (draft, other):
        found = official.get(reverse("admin:tracker_evidence_file", args=[address.pk, theirs.pk]))
        assert found.status_code == 404


def test_a_file_comes_as_a_download_that_no_browser_shows(official, draft, reporter):
    one = add_evidence(factories.entry(draft, GANGUE), [pdf()], "磅单.pdf", acting_user=reporter, now=NOW)
    response = official.get(reverse("admin:tracker_evidence_file", args=[draft.pk, one.pk]))
    assert b"".join(response.streaming_content) == pdf()
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]


def test_a_file_sent_to_a_return_that_was_submitted_meanwhile_is_told_and_not_kept(official, draft, reporter):
    stale = sheet(draft)
    returns.save_and_submit(
        draft, {GANGUE: "1", ASH: "1"}, acting_user=reporter, now=NOW, expected_version=draft.version
    )
    response = official.post(page(draft), stale | {f"evidence-{GANGUE}": upload()})
    assert "“ticket.pdf” was not added" in response.content.decode()
    assert not Evidence.objects.exists()


def test_who_may_not_enter_adds_nothing(client, draft, reviewer, reporter):
    returns.save_and_submit(
        draft, {GANGUE: "1", ASH: "1"}, acting_user=reporter, now=NOW, expected_version=draft.version
    )
    client.force_login(reviewer)
    assert client.post(page(draft), sheet(draft) | {f"evidence-{GANGUE}": upload()}).status_code == 403
    assert not Evidence.objects.exists()


def test_the_reviewer_sees_the_list_with_size_and_hash(client, draft, reviewer, reporter):
    one = add_evidence(factories.entry(draft, GANGUE), [pdf()], "磅单.pdf", acting_user=reporter, now=NOW)
    returns.save_and_submit(
        draft, {GANGUE: "1", ASH: "1"}, acting_user=reporter, now=NOW, expected_version=draft.version
    )
    client.force_login(reviewer)
    content = client.get(page(draft)).content.decode()
    assert "磅单.pdf" in content and one.sha256 in content and "remove-evidence" not in content
    assert client.get(reverse("admin:tracker_evidence_file", args=[draft.pk, one.pk])).status_code == 200
