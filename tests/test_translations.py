"""The Chinese catalogue is complete, and each translation fills the same gaps as its original."""

import gettext
import re
from collections import Counter
from pathlib import Path

import polib
import pytest
from django.conf import settings

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%%")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def translations(entry: polib.POEntry) -> list[str]:
    """The entry's Chinese, one text for each plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_string_is_translated(catalogue):
    assert [entry.msgid for entry in catalogue if not all(translations(entry))] == []


def test_no_translation_is_a_guess(catalogue):
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []


def test_a_translation_fills_the_same_gaps_as_its_original(catalogue):
    different = [
        (entry.msgid, text)
        for entry in catalogue
        for text in translations(entry)
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]
    assert different == []


def test_every_gap_has_a_name(catalogue):
    unnamed = re.compile(r"%[sd]")
    assert [entry.msgid for entry in catalogue if unnamed.search(entry.msgid.replace("%%", ""))] == []


def test_chinese_is_chinese(catalogue):
    """A translation that still reads as its original was forgotten, unless it is a name or a sign."""
    word = re.compile(r"[A-Za-z]{3,}(?: [a-z]{2,})+")
    assert [entry.msgid for entry in catalogue if word.search(entry.msgid) and entry.msgid in translations(entry)] == []


def test_the_compiled_catalogue_is_the_one_that_is_read(catalogue):
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in catalogue:
        key = f"{entry.msgctxt}\x04{entry.msgid}" if entry.msgctxt else entry.msgid
        found = compiled.ngettext(key, key, 1) if entry.msgid_plural else compiled.gettext(key)
        assert found == translations(entry)[0], entry.msgid
    stored = Counter(key for key in compiled._catalog if key)
    assert sum(stored.values()) == len(catalogue)


def test_a_string_is_there_once(catalogue):
    counted = Counter((entry.msgctxt, entry.msgid) for entry in catalogue)
    assert [key for key, number in counted.items() if number > 1] == []
