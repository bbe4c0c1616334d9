"""Documents that cannot become a plan say why and what to do; contradictory numbers are kept side by side."""

from pathlib import Path

import pytest

from tests.factories import NOW
from tests.services.policy_drafts.drafts import SHANXI, administrator, draft_of, sent, sent_bytes
from tests.uploads.policy.pdfs import encrypted, picture_only
from tracker.models import Job, PolicyDocument
from tracker.queries.errors import Refused
from tracker.queries.plans.drafts.conflicts import conflicts_of
from tracker.services.drafts import edit

pytestmark = pytest.mark.django_db


def test_a_scanned_pdf_is_said_to_have_no_text(tmp_path: Path) -> None:
    document = sent_bytes(picture_only(tmp_path / "scan.pdf").read_bytes(), "plan.pdf")
    assert document.state == PolicyDocument.State.FAILED
    assert "没有文字" in document.failure
    assert document.job is not None
    assert Job.objects.get(pk=document.job.pk).state == Job.State.FAILED


def test_an_encrypted_pdf_is_said_to_be_encrypted(tmp_path: Path) -> None:
    document = sent_bytes(encrypted(tmp_path / "locked.pdf").read_bytes(), "plan.pdf")
    assert document.state == PolicyDocument.State.FAILED
    assert "密码" in document.failure or "加密" in document.failure


def test_a_document_without_numbers_is_said_to_have_none() -> None:
    document = sent("关于加强学习的通知\n请各单位认真学习，抓好落实。\n")
    assert document.state == PolicyDocument.State.FAILED
    assert document.failure


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted"])
def test_a_file_that_is_no_document_is_refused_at_once(content: bytes) -> None:
    with pytest.raises(Refused):
        sent_bytes(content, "plan.docx", administrator())
    assert not PolicyDocument.objects.exists()


def test_a_whole_unequal_to_its_parts_is_shown_beside_them_and_is_no_sum() -> None:
    document = sent(SHANXI.replace("粉煤灰综合利用量2100万吨", "粉煤灰综合利用量1100万吨"))
    draft = draft_of(document)
    (conflict,) = conflicts_of(draft)
    assert [one.indicator for one in conflict.left] == ["大宗工业固废综合利用量"]
    assert len(conflict.right) == 4
    assert "9000 万吨" in conflict.statement
    assert (conflict.left[0].composition, conflict.left[0].is_sure) == ("of_which", False)


def test_a_discarded_draft_stays_with_its_hash_and_is_changed_no_more() -> None:
    document = sent()
    edit.discard_draft(document, acting_user=document.uploaded_by, now=NOW)
    document.refresh_from_db()
    assert (document.state, len(document.sha256)) == (PolicyDocument.State.DISCARDED, 64)
    with pytest.raises(Refused):
        edit.accept_sure(document, seen=document.version, acting_user=document.uploaded_by, now=NOW)
