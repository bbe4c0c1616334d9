"""Bulletins: drafted, edited, reviewed by a second person, issued, and never changed."""

import hashlib
from datetime import timedelta

import docx
import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction

from tests import factories
from tests.factories import DATONG, NOW, SHANXI, TAIYUAN, period
from tests.services.issued_reports import issue
from tracker.models import Bulletin, Event, Role
from tracker.queries.documents.bulletins import bulletin_page, overtaken_bulletins
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services import returns
from tracker.services.documents import bulletins


@pytest.fixture
def writer(plan):
    return factories.make_user("writer", Role.LEADER, SHANXI)


@pytest.fixture
def second(plan):
    return factories.make_user("second", Role.REVIEWER, SHANXI)


@pytest.fixture
def verified(plan, taiyuan, reporter, reviewer):
    """August of Taiyuan, verified."""
    return factories.file_return(
        taiyuan,
        period(plan),
        {"coal_gangue_utilised": "66.125", "fly_ash_utilised": "5"},
        reporter=reporter,
        reviewer=reviewer,
    )


@pytest.fixture
def draft(plan, verified, writer):
    return bulletins.draft_bulletin(issue(plan), acting_user=writer, now=NOW)


def save(bulletin, user, **texts):
    return bulletins.save_bulletin(
        bulletin, title="标题", texts=texts, expected_version=bulletin.version, acting_user=user, now=NOW
    )


def submit(bulletin, user):
    return bulletins.submit_bulletin(bulletin, expected_version=bulletin.version, acting_user=user, now=NOW)


def approve(bulletin, user):
    return bulletins.issue_bulletin(bulletin, expected_version=bulletin.version, acting_user=user, now=NOW)


def issued(draft, writer, second) -> Bulletin:
    return approve(submit(draft, writer), second)


def correct(verified, reporter, reviewer) -> None:
    """Another verified value of coal gangue in the same month."""
    verified.refresh_from_db()
    opened = factories.unlock(verified, reporter=reporter, reviewer=reviewer)
    opened.refresh_from_db()
    values = {"coal_gangue_utilised": "77", "fly_ash_utilised": "5"}
    returns.save_draft(opened, values, acting_user=reporter, now=NOW, expected_version=opened.version)
    opened.refresh_from_db()
    returns.submit_return(opened, acting_user=reporter, now=NOW, expected_version=opened.version)
    returns.verify_return(opened, acting_user=reviewer, now=NOW, expected_version=opened.version)


def test_a_bulletin_is_written_reviewed_and_issued_with_its_hash(draft, writer, second):
    save(draft, writer, opening="开头。\n第二段。")
    done = issued(draft, writer, second)
    assert (done.state, done.reviewed_by, done.issued_at) == ("issued", second, NOW)
    with default_storage.open(done.file.name, "rb") as file:
        content = file.read()
        file.seek(0)
        lines = [line.text for line in docx.Document(file).paragraphs]
    assert hashlib.sha256(content).hexdigest() == done.sha256
    assert {"标题", "开头。", "第二段。"} <= set(lines)
    assert not any("草稿" in line for line in lines)
    kept = [event.action for event in Event.objects.filter(object_type="bulletin").order_by("pk")]
    assert kept == ["bulletin_drafted", "bulletin_changed", "bulletin_submitted", "bulletin_issued"]


def test_drafting_twice_gives_the_same_draft(draft, second):
    assert bulletins.draft_bulletin(draft.report, acting_user=second, now=NOW) == draft


def test_who_wrote_changed_or_submitted_it_cannot_issue_it(draft, writer, second):
    save(draft, second, opening="x")
    submit(draft, writer)
    for person in (writer, second):
        with pytest.raises(NotAllowed):
            approve(draft, person)
    assert Bulletin.objects.get().state == "review"
    assert default_storage.listdir("bulletins")[0] == [] if default_storage.exists("bulletins") else True


def test_only_what_is_in_review_is_issued_and_only_a_draft_is_changed(draft, writer, second):
    with pytest.raises(ChangedMeanwhile):
        approve(draft, second)
    submit(draft, writer)
    for act in (lambda: save(draft, writer, opening="x"), lambda: submit(draft, writer)):
        with pytest.raises(ChangedMeanwhile):
            act()


def test_a_bulletin_that_changed_since_it_was_read_is_not_issued(draft, writer, second):
    submit(draft, writer)
    read = Bulletin.objects.get()
    bulletins.send_bulletin_back(draft, reason="改", expected_version=draft.version, acting_user=second, now=NOW)
    save(draft, writer, opening="别的")
    submit(draft, writer)
    with pytest.raises(ChangedMeanwhile):
        approve(read, second)
    assert Bulletin.objects.get().state == "review"


def test_the_database_refuses_to_change_or_remove_an_issued_bulletin(draft, writer, second):
    done = issued(draft, writer, second)
    for act in (
        lambda: Bulletin.objects.filter(pk=done.pk).update(title="别的"),
        lambda: Bulletin.objects.filter(pk=done.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert Bulletin.objects.get().title == done.title


def test_going_back_needs_a_reason_which_the_writer_reads(draft, writer, second):
    submit(draft, writer)
    with pytest.raises(Refused) as refused:
        bulletins.send_bulletin_back(draft, reason=" ", expected_version=draft.version, acting_user=second, now=NOW)
    assert "reason" in refused.value.fields
    bulletins.send_bulletin_back(draft, reason="数据有误", expected_version=draft.version, acting_user=second, now=NOW)
    assert (draft.state, draft.reason) == ("draft", "数据有误")


@pytest.mark.parametrize(("role", "place"), [(Role.AUDITOR, SHANXI), (Role.LEADER, TAIYUAN), (Role.LEADER, DATONG)])
def test_who_may_not_issue_reports_here_writes_no_bulletin(draft, role, place):
    person = factories.make_user("other", role, place)
    with pytest.raises(NotAllowed):
        bulletins.draft_bulletin(draft.report, acting_user=person, now=NOW)
    with pytest.raises(NotAllowed):
        save(draft, person, opening="x")


def test_a_draft_is_seen_by_those_who_may_write_it_and_an_issued_one_by_readers(draft, writer, second):
    auditor = factories.make_user("auditor", Role.AUDITOR, SHANXI)
    neighbour = factories.make_user("neighbour", Role.LEADER, DATONG)
    assert not Bulletin.objects.visible_to(auditor).exists()
    issued(draft, writer, second)
    assert Bulletin.objects.visible_to(auditor).exists()
    assert not Bulletin.objects.visible_to(neighbour).exists()


def test_texts_that_are_too_long_or_no_title_are_refused_by_field(draft, writer):
    with pytest.raises(Refused) as refused:
        bulletins.save_bulletin(
            draft,
            title=" ",
            texts={"opening": "x" * 4001},
            expected_version=draft.version,
            acting_user=writer,
            now=NOW,
        )
    assert set(refused.value.fields) == {"title", "opening"}
    draft.refresh_from_db()
    assert draft.texts["opening"] != "x" * 4001


def test_texts_of_slots_that_there_are_not_are_ignored(draft, writer):
    save(draft, writer, nothing="x", opening="y")
    assert "nothing" not in draft.texts
    assert draft.texts["opening"] == "y"


def test_a_report_issued_again_names_the_sentences_that_no_longer_agree(
    plan, draft, writer, second, verified, reporter, reviewer
):
    done = issued(draft, writer, second)
    assert overtaken_bulletins(issue(plan)) == []
    correct(verified, reporter, reviewer)
    newer = issue(plan)
    (found,) = overtaken_bulletins(newer)
    assert found.bulletin == done
    assert any("66.13" in one.then and "77" in one.now for one in found.sentences)
    assert all(
        "粉煤灰" not in one.then or "综合利用总量" in one.then or "煤矸石" in one.then for one in found.sentences
    )


def test_a_draft_stays_with_its_figures_until_it_takes_those_of_the_newer_report(
    plan, draft, writer, verified, reporter, reviewer
):
    save(draft, writer, opening="自己的话")
    correct(verified, reporter, reviewer)
    newer = issue(plan)
    page = bulletin_page(draft, writer)
    assert page.newer == newer
    assert page.differing
    bulletins.refresh_bulletin(draft, expected_version=draft.version, acting_user=writer, now=NOW + timedelta(hours=1))
    assert draft.report == newer
    assert draft.texts["opening"] == "自己的话"
    assert bulletin_page(draft, writer).differing == []
    with pytest.raises(Refused):
        bulletins.refresh_bulletin(draft, expected_version=draft.version, acting_user=writer, now=NOW)


def test_a_draft_is_discarded_and_an_issued_one_is_not(draft, writer, second):
    report = draft.report
    bulletins.discard_bulletin(draft, expected_version=draft.version, acting_user=writer, now=NOW)
    assert not Bulletin.objects.exists()
    done = issued(bulletins.draft_bulletin(report, acting_user=writer, now=NOW), writer, second)
    with pytest.raises(ChangedMeanwhile):
        bulletins.discard_bulletin(done, expected_version=done.version, acting_user=writer, now=NOW)


def test_an_issued_file_that_was_changed_or_is_gone_is_not_given_out(draft, writer, second):
    done = issued(draft, writer, second)
    name, content = bulletins.bulletin_file(done, acting_user=writer, now=NOW)
    assert name.endswith("-通报.docx")
    assert content.startswith(b"PK")
    with default_storage.open(done.file.name, "ab") as file:
        file.write(b"x")
    with pytest.raises(Refused):
        bulletins.bulletin_file(done, acting_user=writer, now=NOW)
    default_storage.delete(done.file.name)
    with pytest.raises(Refused):
        bulletins.bulletin_file(done, acting_user=writer, now=NOW)


def test_a_plan_names_its_own_bulletin(plan, draft, writer):
    plan.document_names.create(kind="bulletin", name="工作简报", name_en="Work bulletin")
    assert bulletins.bulletin_file(draft, acting_user=writer, now=NOW)[0].endswith("-工作简报.docx")


def test_an_english_report_has_an_english_bulletin(plan, verified, writer):
    bulletin = bulletins.draft_bulletin(issue(plan, language="en"), acting_user=writer, now=NOW)
    assert bulletin.title.startswith("Bulletin on the progress of targets")
    name, _content = bulletins.bulletin_file(bulletin, acting_user=writer, now=NOW)
    assert name.endswith("-Bulletin.docx")
