"""Files of evidence: kept whole or not at all, let out to those who may see them."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.factories import NOW
from tests.uploads.evidence_files import pdf, png
from tracker.models import Event, Evidence, Period, Role
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.returns.evidence import evidence_seen_by
from tracker.services import returns
from tracker.services.returns.evidence import add_evidence, open_evidence, remove_evidence, safe_name
from tracker.uploads.evidence_kinds import PDF

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
LATER = NOW.replace(hour=15)


@pytest.fixture
def draft(taiyuan, reporter, plan):
    """An open return of Taiyuan for August."""
    return returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)


def add(draft, user, content=None, name="称重单.pdf", now=NOW):
    chunks = [pdf() if content is None else content]
    return add_evidence(factories.entry(draft, GANGUE), chunks, name, acting_user=user, now=now)


def files():
    return [path for path in Path(django_settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def hand_in(draft, reporter):
    draft.refresh_from_db()
    returns.save_and_submit(
        draft, {GANGUE: "1", ASH: "1"}, acting_user=reporter, now=NOW, expected_version=draft.version
    )


def test_a_file_is_kept_under_a_name_of_our_own_with_its_hash(draft, reporter):
    evidence = add(draft, reporter)
    (path,) = files()
    assert path.read_bytes() == pdf()
    assert path.name != evidence.name == "称重单.pdf"
    assert path.stat().st_mode & 0o077 == 0, "only the service's own account reads it"
    assert (evidence.size, evidence.added_by) == (len(pdf()), reporter)
    event = Event.objects.get(action=Event.Action.EVIDENCE_ADDED)
    assert (event.object_type, event.object_id, event.after["sha256"]) == ("return", str(draft.pk), evidence.sha256)


def test_a_file_does_not_make_anybodys_sheet_out_of_date(draft, reporter):
    version = draft.version
    add(draft, reporter)
    draft.refresh_from_db()
    assert draft.version == version


def test_what_is_wrong_leaves_no_row_and_no_file(draft, reporter, settings):
    settings.EVIDENCE_LIMIT = 1000
    for content in (b"<html>", pdf(b"x" * 1000)):
        with pytest.raises(Refused):
            add(draft, reporter, content)
    assert not Evidence.objects.exists() and files() == []


def test_a_transaction_that_fails_leaves_no_row_and_no_file(draft, reporter, monkeypatch):
    def full(*arguments, **more):
        raise OSError("no space left on device")

    monkeypatch.setattr(default_storage._wrapped.__class__, "_save", full)
    with pytest.raises(OSError, match="no space"):
        add(draft, reporter)
    assert not Evidence.objects.exists() and files() == []


def test_a_file_whose_row_cannot_be_recorded_is_taken_away(draft, reporter, monkeypatch):
    original = type(default_storage._wrapped)._save

    def save_then_fail(storage, name, content):
        original(storage, name, content)
        raise RuntimeError("connection lost")

    monkeypatch.setattr(type(default_storage._wrapped), "_save", save_then_fail)
    with pytest.raises(RuntimeError):
        add(draft, reporter)
    assert not Evidence.objects.exists() and files() == []


def test_the_same_file_twice_is_one_file(draft, reporter):
    assert add(draft, reporter) == add(draft, reporter, name="copy.pdf")
    assert Evidence.objects.count() == len(files()) == 1


def test_a_cell_holds_so_many_files_and_no_more(draft, reporter):
    for number in range(20):
        add(draft, reporter, pdf(str(number).encode()))
    with pytest.raises(Refused):
        add(draft, reporter, pdf(b"one more"))
    assert len(files()) == 20


def test_removing_keeps_the_row_and_says_who(draft, reporter):
    evidence = add(draft, reporter)
    remove_evidence(evidence, acting_user=reporter, now=LATER)
    remove_evidence(evidence, acting_user=reporter, now=LATER)
    evidence.refresh_from_db()
    assert (evidence.removed_by, evidence.removed_at) == (reporter, LATER)
    assert len(files()) == 1
    assert Event.objects.filter(action=Event.Action.EVIDENCE_REMOVED).count() == 1
    assert not evidence_seen_by(reporter, draft).exists()
    with pytest.raises(NotAllowed):
        open_evidence(evidence, acting_user=reporter, now=LATER)


def test_nothing_is_added_or_removed_once_the_return_is_handed_in(draft, reporter):
    evidence = add(draft, reporter)
    hand_in(draft, reporter)
    with pytest.raises(ChangedMeanwhile):
        add(draft, reporter, png(), "x.png")
    with pytest.raises(ChangedMeanwhile):
        remove_evidence(evidence, acting_user=reporter, now=LATER)
    assert evidence_seen_by(reporter, draft).count() == len(files()) == 1


def test_nothing_is_added_or_removed_once_the_period_is_locked(draft, reporter, plan):
    evidence = add(draft, reporter)
    factories.set_deadlines(Period.objects.filter(plan=plan, code="2020-08"), locks_at=LATER)
    with pytest.raises(Refused):
        add(draft, reporter, png(), "x.png", now=LATER)
    with pytest.raises(Refused):
        remove_evidence(Evidence.objects.get(pk=evidence.pk), acting_user=reporter, now=LATER)
    assert evidence_seen_by(reporter, draft).count() == len(files()) == 1


def test_only_the_unit_adds_and_removes(draft, reporter, reviewer):
    evidence = add(draft, reporter)
    for user in (reviewer, factories.make_user("datong-official", Role.REPORTER, factories.DATONG)):
        with pytest.raises(NotAllowed):
            add(draft, user)
        with pytest.raises(NotAllowed):
            remove_evidence(evidence, acting_user=user, now=NOW)


def test_a_file_is_let_out_to_those_who_see_the_return_and_each_time_is_recorded(draft, reporter, reviewer):
    evidence = add(draft, reporter)
    neighbour = factories.make_user("datong-official", Role.REPORTER, factories.DATONG)
    with pytest.raises(NotAllowed):
        open_evidence(evidence, acting_user=reviewer, now=NOW)
    hand_in(draft, reporter)
    evidence = Evidence.objects.get()
    with open_evidence(evidence, acting_user=reviewer, now=NOW, address="10.0.0.7") as file:
        assert file.read() == pdf()
    with pytest.raises(NotAllowed):
        open_evidence(evidence, acting_user=neighbour, now=NOW)
    event = Event.objects.get(action=Event.Action.DOWNLOADED)
    assert (event.actor, event.object_type, event.object_id) == (reviewer, "evidence", str(evidence.pk))


def test_the_reviewer_sees_what_was_handed_in_not_the_correction_under_way(draft, reporter, reviewer):
    old, kept = add(draft, reporter), add(draft, reporter, png(), "x.png")
    hand_in(draft, reporter)
    returns.send_back_return(draft, comment="x", acting_user=reviewer, now=LATER, expected_version=draft.version)
    remove_evidence(Evidence.objects.get(pk=old.pk), acting_user=reporter, now=LATER)
    new = add(draft, reporter, pdf(b"new"), now=LATER)
    draft.refresh_from_db()
    assert set(evidence_seen_by(reviewer, draft)) == {old, kept}
    assert set(evidence_seen_by(reporter, draft)) == {kept, new}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("称重单.pdf", "称重单.pdf"),
        ("C:\\Users\\li\\磅单 8月.PDF", "磅单 8月.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ("invoice\u202efdp.exe", "invoice fdp.exe.pdf"),
        (".pdf", "evidence.pdf"),
        ("", "evidence.pdf"),
        ('a"<b>|?*.pdf', "a b.pdf"),
        ("很" * 400 + ".pdf", "很" * 120 + ".pdf"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert safe_name(name, PDF) == safe


@given(st.text(max_size=300))
def test_every_name_becomes_one_that_any_system_takes(name):
    safe = safe_name(name, PDF)
    assert safe.endswith(".pdf") and 4 < len(safe) <= 124
    assert not set(safe) & set('<>:"/\\|?*%\r\n\0') and safe.isprintable()
