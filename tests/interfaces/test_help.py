"""The help: every page leads to a section that exists, in both languages."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.access.asking import every_pattern
from tests.factories import TAIYUAN
from tracker.documents.changelog import CHINESE, read_changelog
from tracker.models import Role
from tracker.views.help import CHANGELOG
from tracker.web.help_topics import BEGINNINGS, PLACES, ROLES, STEPS, TOPICS, place_of

FOLDERS = ("zh_hans", "en")
SECTION = re.compile(r'<h2 id="([^"]+)"')
TEXTS = [slug for slug in TOPICS if slug != "changes"]


def sections(folder: str, slug: str) -> list[str]:
    return SECTION.findall(render_to_string(f"tracker/help/{folder}/{slug}.html", {"month": []}))


@pytest.mark.parametrize("slug", TEXTS)
def test_both_languages_have_the_same_sections(slug: str) -> None:
    chinese, english = (sections(folder, slug) for folder in FOLDERS)
    assert chinese == english
    assert len(chinese) == len(set(chinese)) > 0


def test_each_role_has_first_steps_and_the_month() -> None:
    assert {topic.slug for topic in ROLES} == set(Role.values)
    assert all({"first-steps", "month"} <= set(sections(folder, role)) for folder in FOLDERS for role in Role.values)


@pytest.mark.parametrize("place", sorted({*PLACES.values(), *dict(BEGINNINGS).values()}))
def test_a_page_leads_to_a_section_that_exists(place: str) -> None:
    topic, has_topic, section = place.partition("#")
    slug, wanted = (topic, section) if has_topic else ("pages", topic)
    assert all(wanted in sections(folder, slug) for folder in FOLDERS)


def test_every_page_has_a_place_in_the_help() -> None:
    """Only the door, the administration's frame and the help itself lead to the help of one's role."""
    without = {name for name in every_pattern() if not place_of(name)}
    acts = ("past_", "job_", "report_", "target_", "indicator_", "delivery_", "reminders_", "subscription_")
    rest = {name for name in without if not name.startswith(("admin:", "admin/", *acts))}
    assert rest <= {"help", "help_topic", "set_language"}


def test_every_picture_is_there_and_small() -> None:
    for language in ("zh", "en"):
        for step in STEPS:
            found = finders.find(f"tracker/help/{language}/{step.picture}")
            assert found, (language, step.picture)
            assert Path(found).stat().st_size < 100_000


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_help_opens_at_the_page_and_at_the_role(client: Client, db: None, language: str) -> None:
    factories.load_plan()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(factories.make_user("official", Role.REPORTER, TAIYUAN))
    assert f"{reverse('help_topic', args=['pages'])}#returns" in client.get(reverse("returns")).content.decode()
    assert client.get(reverse("help")).url == reverse("help_topic", args=["reporter"])
    for slug in TOPICS:
        assert client.get(reverse("help_topic", args=[slug])).status_code == 200, slug
    assert client.get(reverse("help_topic", args=["nothing"])).status_code == 404


def test_every_version_says_in_chinese_what_is_new() -> None:
    versions = read_changelog(CHANGELOG.read_text(encoding="utf-8"))
    assert versions
    for version in versions:
        assert [section.heading for section in version.sections].count(CHINESE) == 1, version.name
        assert all(section.lines for section in version.sections), version.name


def test_lines_of_the_changelog_are_read_whole() -> None:
    read = read_changelog("# Changelog\n\n## [1.2] - 2026-01-02\n\n### Added\n\n- Add one\n  thing.\n- 加\n  一。\n")
    assert read[0].name == "1.2"
    assert read[0].day == "2026-01-02"
    assert list(read[0].sections[0].lines) == ["Add one thing.", "加一。"]


def test_markup_of_the_changelog_is_escaped() -> None:
    from tracker.templatetags.help import little_markup

    assert little_markup("`a<b` **x** <i>") == "<code>a&lt;b</code> <strong>x</strong> &lt;i&gt;"
