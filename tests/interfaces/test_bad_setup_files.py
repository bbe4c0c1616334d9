"""Bad files on the pages where a plan is set up: a message with the remedy, nothing stored, no error page."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from openpyxl import Workbook

from tests.factories import NOW, PASSWORD
from tests.uploads.policy.pdfs import encrypted, picture_only
from tracker.models import Indicator, Job, Plan, PolicyDocument, Region, Upload, User
from tracker.services.drafts.read import run_policy_job

pytestmark = pytest.mark.django_db

EXPANDS = (
    b"<!DOCTYPE x [" + b"".join(b'<!ENTITY e%d "&e%d;&e%d;">' % (n + 1, n, n) for n in range(30)) + b"]><x>&e30;</x>"
)
LEAKS = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


def word() -> bytes:
    document = Document()
    for line in ("某市2025年行动计划", "一、目标", "到2025年，利用率达到80%。"):
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def sheets() -> bytes:
    buffer = io.BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return buffer.getvalue()


@pytest.fixture
def client() -> Client:
    user = User.objects.create_superuser("admin", "admin@example.com", PASSWORD)
    client = Client(headers={"accept-language": "zh-hans"})
    client.cookies["django_language"] = "zh-hans"
    client.force_login(user)
    return client


def stored() -> list[int]:
    return [model.objects.count() for model in (Plan, Indicator, Region)]


def told_of_document(client: Client, name: str, content: bytes) -> str:
    """Return the page that the person who uploaded the document is left with."""
    answer = client.post(reverse("policy_send"), {"file": SimpleUploadedFile(name, content)})
    if answer.status_code == 422:
        assert not PolicyDocument.objects.exists()
        return answer.content.decode()
    job = Job.objects.get()
    run_policy_job(job.pk, clock=lambda: NOW)
    document = PolicyDocument.objects.get()
    assert document.state == PolicyDocument.State.FAILED
    page = client.get(reverse("policy_draft", args=[document.pk])).content.decode()
    assert document.failure in page
    return page


DOCUMENTS = [
    ("plan.pdf", "scan", "没有文字"),
    ("plan.pdf", "locked", "密码"),
    ("plan.pdf", b"%PDF-1.7 cut off", "损坏"),
    ("plan.docx", word()[:900], "损坏"),
    ("plan.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted or old", "密码"),
    ("plan.docx", with_part(word(), "word/bomb.xml", b" " * 30_000_000), "宏"),
    ("plan.docx", with_part(word(), "word/more.xml", EXPANDS), "宏"),
    ("plan.docx", with_part(word(), "word/more.xml", LEAKS), "宏"),
    ("plan.docx", with_part(word(), "word/vbaProject.bin", b"\xd0\xcf"), "宏"),
    ("plan.docx", sheets(), "Word"),
    ("plan.pdf", b"MZ\x90\x00\x03\x00\x00\x00 program", "PDF"),
    ("plan.docx", b"\x89PNG\r\n\x1a\n", "Word"),
    ("plan.txt", b"", "空"),
    ("plan.txt", "坚持统筹推进，加强领导。\n".encode(), "没有数字"),
    ("plan.txt", "2019年，利用率为56%。\n某市2021年计划，利用。\n".encode(), "目标"),
]


@pytest.mark.parametrize(("name", "content", "words"), DOCUMENTS, ids=[f"{at}" for at in range(len(DOCUMENTS))])
def test_a_bad_document_is_told_with_what_to_do(client, tmp_path: Path, name, content, words):
    if content == "scan":
        content = picture_only(tmp_path / "scan.pdf").read_bytes()
    elif content == "locked":
        content = encrypted(tmp_path / "locked.pdf").read_bytes()
    before = stored()
    page = told_of_document(client, name, content)
    assert words in page and "Traceback" not in page and "root:" not in page
    assert stored() == before


WORKBOOKS = [
    ("设置.xlsx", sheets()[:700]),
    ("设置.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted or old"),
    ("设置.xlsx", with_part(sheets(), "xl/bomb.xml", b" " * 120_000_000)),
    ("设置.xlsx", with_part(sheets(), "xl/more.xml", EXPANDS)),
    ("设置.xlsx", with_part(sheets(), "xl/more.xml", LEAKS)),
    ("设置.xlsx", with_part(sheets(), "xl/vbaProject.bin", b"\xd0\xcf")),
    ("设置.xlsx", word()),
    ("设置.xlsx", "地区,名称\n140000,山西省\n".encode()),
    ("设置.xlsx", sheets()),
]


@pytest.mark.parametrize(("name", "content"), WORKBOOKS, ids=[f"{at}" for at in range(len(WORKBOOKS))])
def test_a_bad_set_up_workbook_is_told_with_what_to_do(client, name, content):
    before = stored()
    answer = client.post(reverse("setup_workbook_upload"), {"file": SimpleUploadedFile(name, content)})
    page = (client.get(answer.url) if answer.status_code == 302 else answer).content.decode()
    upload = Upload.objects.filter(kind="setup").first()
    assert upload is None or (upload.state == Upload.State.WRONG and upload.failure and upload.failure in page)
    assert upload or "error" in page
    assert "Traceback" not in page and "root:" not in page
    assert stored() == before
