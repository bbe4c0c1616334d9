"""Files in a directory and on an S3-compatible store: the same services, whole files only, clear refusals."""

import hashlib
from collections.abc import Iterator
from importlib import util
from pathlib import Path

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings
from moto.server import ThreadedMotoServer

from config import file_store
from config.file_store import directory_of, storage_of
from tests import factories
from tests.factories import NOW
from tests.services.past import GANGUE, make_past_plan, make_plain_unit
from tests.uploads.evidence_files import pdf
from tracker.models import Role, Upload
from tracker.services import returns
from tracker.services.documents import remove_files, reports
from tracker.services.imports.past_values.receive import ask_check, mapping_of, send_table
from tracker.services.imports.past_values.run_job import run_import_job
from tracker.services.returns import evidence


@pytest.fixture
def store() -> Iterator[str]:
    """A bucket on a server of this machine, in the place of the directory."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret/with+signs"}
        address = f"http://{host}:{port}"
        boto3.client("s3", endpoint_url=address, region_name="us-east-1", **keys).create_bucket(Bucket="tracker")
        url = f"s3+http://key:secret%2Fwith%2Bsigns@{host}:{port}/tracker"
        files = {
            "default": storage_of(url),
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        }
        with override_settings(STORAGES=files):
            yield url
    finally:
        server.stop()


@pytest.mark.django_db
def test_a_report_on_a_store_elsewhere_is_the_one_that_was_hashed_and_goes_when_its_time_is_over(store, plan):
    report = reports.issue_report(
        period=factories.period(plan), region=plan.region, language="en", acting_user=None, now=NOW, clock=lambda: NOW
    )
    with default_storage.open(report.file.name, "rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == report.sha256
    type(report).objects.update(keep_until=NOW)
    assert remove_files.remove_old_files(now=NOW) == 1
    assert not default_storage.exists(report.file.name)


@pytest.mark.django_db
def test_evidence_on_a_store_elsewhere_is_let_out_as_it_came(store, plan, taiyuan, reporter):
    draft = returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    entry = factories.entry(draft, "coal_gangue_utilised")
    kept = evidence.add_evidence(entry, [pdf()], "a.pdf", acting_user=reporter, now=NOW)
    with evidence.open_evidence(kept, acting_user=reporter, now=NOW) as file:
        assert file.read() == pdf()


@pytest.mark.django_db
def test_a_table_on_a_store_elsewhere_is_looked_at_and_checked(store, plan):
    past = make_past_plan()
    make_plain_unit()
    sender = factories.make_user("plan-manager", Role.PLAN_MANAGER)
    content = f"填报单位,报告期,指标,数值\r\n太原局,2019年8月,{GANGUE},5.5\r\n".encode("utf-8-sig")
    upload = send_table(ContentFile(content, "2019.csv"), past, acting_user=sender, now=NOW)
    job = ask_check(upload, mapping_of(upload), acting_user=sender, now=NOW)
    run_import_job(job.pk, clock=lambda: NOW)
    upload.refresh_from_db()
    assert upload.state == Upload.State.READY, (upload.failure, upload.preview)


def test_a_second_file_of_a_name_takes_another_name(store):
    first, second = (default_storage.save("mail/1.eml", ContentFile(text)) for text in (b"first", b"second"))
    assert first != second
    with default_storage.open(first, "rb") as file:
        assert file.read() == b"first"


def test_a_file_that_cannot_be_written_whole_does_not_appear(settings):
    class Breaks(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"half"
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        default_storage.save("mail/2.eml", Breaks(b""))
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_a_file_appears_under_its_name_only_when_it_is_whole(settings):
    seen: list[bool] = []

    class Looks(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"half"
            seen.append((Path(settings.MEDIA_ROOT) / "mail" / "3.eml").exists())
            yield b" and half"

    name = default_storage.save("mail/3.eml", Looks(b""))
    path = Path(settings.MEDIA_ROOT) / name
    assert (seen, path.read_bytes(), path.stat().st_mode & 0o777) == ([False], b"half and half", 0o600)


def test_without_the_extra_the_refusal_says_what_to_install(monkeypatch):
    monkeypatch.setattr(file_store, "find_spec", lambda name: None if name == "storages" else util.find_spec(name))
    with pytest.raises(ImproperlyConfigured, match="--extra s3"):
        storage_of("s3://key:secret@store/bucket")


@pytest.mark.parametrize(
    "url", ["ftp://store/bucket", "s3://store/bucket", "s3://key:secret@store", "s3://key@store/b"]
)
def test_a_wrong_address_is_refused_without_repeating_its_secret(url):
    with pytest.raises(ImproperlyConfigured) as refused:
        storage_of(url)
    assert "secret@" not in str(refused.value)


def test_a_mounted_directory_is_named_by_its_path(tmp_path):
    assert storage_of("file:///mnt/files")["BACKEND"] == storage_of("")["BACKEND"]
    assert directory_of("file:///mnt/tracker%20files", tmp_path) == Path("/mnt/tracker files")
    assert directory_of("s3://key:secret@store/bucket", tmp_path) == directory_of("", tmp_path) == tmp_path
