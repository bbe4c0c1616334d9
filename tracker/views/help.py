"""Help: a page for each role, what colours and words mean, every page explained, and what is new."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from tracker.documents.changelog import Version, read_changelog
from tracker.web.help_topics import GROUPS, STEPS, TOPICS, topic_of
from tracker.web.requests import SignedInRequest

CHANGELOG = Path(settings.BASE_DIR) / "CHANGELOG.md"


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Lead to the help of the person's own role."""
    return redirect("help_topic", topic_of(request.user).slug)


@require_safe
def topic(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show one topic in the reader's language."""
    if slug not in TOPICS:
        raise Http404
    is_chinese = (get_language() or "").startswith("zh")
    context = {
        "topic": TOPICS[slug],
        "groups": GROUPS,
        "template": f"tracker/help/{'zh_hans' if is_chinese else 'en'}/{slug}.html",
        "month": [
            {
                "name": step.name,
                "words": step.words,
                "picture": f"tracker/help/{'zh' if is_chinese else 'en'}/{step.picture}",
                "is_own": slug in step.roles,
            }
            for step in STEPS
        ],
    }
    if slug == "changes":
        context["versions"] = _versions()
    return render(request, "tracker/help/topic.html", context)


def _versions() -> list[tuple[Version, list[object]]]:
    """Return the changelog's versions that say something to readers of this language."""
    text = CHANGELOG.read_text(encoding="utf-8") if CHANGELOG.exists() else ""
    language = get_language() or settings.LANGUAGE_CODE
    read = [(version, version.read_in(language)) for version in read_changelog(text)]
    return [(version, list(sections)) for version, sections in read if sections]
