"""What travels is compressed where the browser takes it, and only what gets smaller by it."""

import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests import factories

STYLE = "tracker/pages.css"


@pytest.fixture(autouse=True)
def own_copies(settings, tmp_path):
    settings.COMPRESSED_DIR = tmp_path / "compressed"


def content(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def client(encoding: str = "gzip, deflate, br") -> Client:
    return Client(headers={"host": "localhost", "accept-encoding": encoding})


def test_a_style_sheet_travels_compressed_and_is_the_same():
    answer = client().get(f"/static/{STYLE}")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert gzip.decompress(content(answer)) == Path(finders.find(STYLE)).read_bytes()


def test_who_takes_nothing_compressed_gets_the_file_itself():
    answer = client("identity").get(f"/static/{STYLE}")
    assert "Content-Encoding" not in answer.headers
    assert content(answer).startswith(b"/* The pages.")


def test_a_disk_that_keeps_no_copies_still_serves_files(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.COMPRESSED_DIR = tmp_path / "file" / "below"
    answer = client().get(f"/static/{STYLE}")
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_a_changed_file_gets_a_new_copy(settings, tmp_path):
    settings.STATICFILES_DIRS = [tmp_path / "own"]
    (tmp_path / "own").mkdir()
    changing = tmp_path / "own" / "changing.css"
    finders.get_finder.cache_clear()
    try:
        for text in ("a { color: red; }\n" * 200, "b { color: blue; }\n" * 300):
            changing.write_text(text)
            assert gzip.decompress(content(client().get("/static/changing.css"))).decode() == text
    finally:
        finders.get_finder.cache_clear()


def test_pages_travel_compressed(db):
    answer = client().get(reverse("admin:login"))
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "csrfmiddlewaretoken" in gzip.decompress(answer.content).decode()


def test_a_download_keeps_its_length(plan, leader, taiyuan, reporter, reviewer):
    values = {"coal_gangue_utilised": "1", "fly_ash_utilised": "1"}
    factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)
    browser = client()
    browser.force_login(leader)
    answer = browser.get("/returns/?_export=xlsx")
    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(content(answer))
