"""After saving, a page says what changed in the database, and that nothing did where nothing did."""

from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD
from tests.services.test_setup_workbook import load_rich
from tracker.admin.base import ReadOnlyAdmin, SetupAdmin
from tracker.models import Event, ReportingUnit, User

pytestmark = pytest.mark.django_db


class Fields(HTMLParser):
    """Collects what a browser would send of a page's last form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.select = self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "input" and name and "disabled" not in found:
            kind = found.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in found:
                return
            if kind not in ("submit", "file", "button", "image"):
                self.sent.setdefault(name, []).append(found.get("value") or ("on" if kind == "checkbox" else ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in found:
            self.sent.setdefault(self.select, []).append(found.get("value") or "")
        elif tag == "textarea":
            self.text = name
            self.sent[name] = [""]

    def handle_endtag(self, tag):
        self.select = "" if tag == "select" else self.select
        self.text = "" if tag == "textarea" else self.text

    def handle_data(self, data):
        if self.text:
            self.sent[self.text][0] += data.removeprefix("\n") if not self.sent[self.text][0] else data


SCREENS = [
    model
    for model, screen in admin.site._registry.items()
    if isinstance(screen, SetupAdmin) and not isinstance(screen, ReadOnlyAdmin)
]


@pytest.fixture
def client() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    client.force_login(User.objects.create_superuser("admin", "admin@example.com", PASSWORD, language="en"))
    return client


def saved(client: Client, row, **changed) -> list[str]:
    """Save a row's form as it is shown, but for these values; return the messages of the next page."""
    address = reverse(f"admin:tracker_{row._meta.model_name}_change", args=[row.pk])
    page = client.get(address)
    if page.status_code != 200 or "adminform" not in (page.context or {}):
        return []
    sent = {name: values for name, values in Fields(page.content.decode()).sent.items() if not name.startswith("_")}
    answer = client.post(address, {**sent, **changed}, follow=True)
    return [str(one) for one in answer.context["messages"]] if answer.redirect_chain else ["refused"]


def test_saving_what_is_shown_changes_nothing_and_says_so(client):
    load_rich()
    seen = []
    for model in SCREENS:
        row = model._default_manager.first()
        changes = Event.objects.exclude(action=Event.Action.LIST_OPENED)  # the list is shown after saving
        events = changes.count()
        if row is None or not (told := saved(client, row)):
            continue
        seen.append(model.__name__)
        is_unchanged = changes.count() == events
        assert is_unchanged == any("Nothing was changed" in one for one in told), (model.__name__, told)
    assert len(seen) >= 8, seen


def test_a_changed_field_is_named(client):
    load_rich()
    unit = ReportingUnit.objects.first()
    (told,) = saved(client, unit, contact_phone="0351-999")
    assert "Changed: " in told and "phone" in told.casefold()
    unit.refresh_from_db()
    assert unit.contact_phone == "0351-999"
    assert set(Event.objects.exclude(action=Event.Action.LIST_OPENED).latest("pk").after) == {"contact_phone"}
