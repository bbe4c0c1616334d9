"""Every claim of README, the help and CONTROLS.md that is listed stands there, and its tests are there."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from tests.claims import CLAIMS

BASE = Path(settings.BASE_DIR)
MARKUP = re.compile(r"{%.*?%}|{{.*?}}|<[^>]*>|[*`]", re.DOTALL)
CONTROLS = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def words(page: str) -> str:
    """Return a page's words without its markup."""
    return re.sub(r"\s+", " ", MARKUP.sub("", (BASE / page).read_text(encoding="utf-8")))


@cache
def names_in(path: str) -> frozenset[str]:
    return frozenset(re.findall(r"^def (test_\w+)\(", (BASE / path).read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize(("page", "claim", "tests"), CLAIMS)
def test_each_claim_stands_on_its_page_and_has_its_tests(page, claim, tests):
    assert claim in words(page)
    for test in tests:
        path, _colons, name = test.partition("::")
        assert name in names_in(path), test


def test_sixty_claims_and_more_have_a_test_each():
    controls = (BASE / "config" / "deploy" / "CONTROLS.md").read_text(encoding="utf-8")
    assert len({(page, claim) for page, claim, _tests in CLAIMS}) == len(CLAIMS) >= 60
    assert len(set(CONTROLS.findall(controls))) >= 40
