"""The grid of a return: what stands around the figures, how they were entered, who may read their history."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tests.uploads.evidence_files import pdf
from tracker.models import Indicator, Period, Role
from tracker.services import returns
from tracker.services.returns.evidence import add_evidence

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture(autouse=True)
def in_september(time_machine):
    """The tests live in September 2020."""
    time_machine.move_to(NOW)


@pytest.fixture
def draft(taiyuan, reporter, plan):
    """Taiyuan's open return for August."""
    return returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)


@pytest.fixture
def official(client, reporter):
    """The reporter's browser, in English."""
    client.force_login(reporter)
    client.cookies["django_language"] = "en"
    return client


def page(unit_return):
    return reverse("admin:tracker_return_change", args=[unit_return.pk])


def line_of(response, code=GANGUE):
    return next(line for line in response.context["lines"] if line.code == code)


def test_the_same_month_of_the_year_before_stands_beside_the_cell_whatever_its_plan(
    official, draft, plan, taiyuan, reporter, reviewer
):
    older = type(plan).objects.get(pk=plan.pk)
    older.pk, older.code = None, "older-plan"
    older.starts_on, older.ends_on = plan.starts_on.replace(year=2019), plan.ends_on.replace(year=2019)
    older.save()
    august = Period.objects.get(plan=plan, code="2020-08")
    last = Period.objects.create(
        plan=older,
        kind=august.kind,
        code="2019-08",
        starts_on=august.starts_on.replace(year=2019),
        ends_on=august.ends_on.replace(year=2019),
        due_at=august.due_at.replace(year=2019),
    )
    assert line_of(official.get(page(draft))).last_year == "—"
    taiyuan.obligations.filter(indicator__code=GANGUE).update(plan=older)
    factories.change_obligations(older)
    filed = returns.open_return(taiyuan, last, acting_user=reporter, now=NOW)
    returns.save_and_submit(filed, {GANGUE: "420"}, acting_user=reporter, now=NOW, expected_version=filed.version)
    assert line_of(official.get(page(draft))).last_year == "—", "only what was verified"
    returns.verify_return(filed, acting_user=reviewer, now=NOW, expected_version=filed.version)
    shown = official.get(page(draft))
    assert (line_of(shown).last_year, line_of(shown, ASH).last_year) == ("420.00", "—")


@pytest.mark.parametrize(
    ("text", "stored"), [("6500万吨", "6500"), ("65000吨", "6.5"), ("0.01亿吨", "100"), ("６，５００", "6500")]
)
def test_what_was_typed_stands_beside_what_was_made_of_it(official, draft, text, stored):
    typed = {"version": 1, "_save": "1", f"value-{GANGUE}": text}
    content = official.post(page(draft), typed, follow=True).content.decode()
    assert f"{text} → {stored}</p>" in content
    assert f'value="{stored}"' in content


def test_a_new_note_leaves_what_was_typed_for_the_value(official, draft, reporter):
    returns.save_draft(draft, {GANGUE: "6500万吨"}, acting_user=reporter, now=NOW, expected_version=1)
    typed = {"version": 2, "_save": "1", f"value-{GANGUE}": "6500", f"note-{GANGUE}": "new", f"base-{GANGUE}": "1"}
    assert "6500万吨 → 6500" in official.post(page(draft), typed, follow=True).content.decode()
    assert factories.entry(draft, GANGUE).reported_revision.entered_unit.symbol == "万吨"


def test_every_field_says_its_indicator_and_its_column(official, draft):
    content = official.get(page(draft)).content.decode()
    sheet = content[content.index('class="sheet-form"') :]
    inputs = re.findall(r'<input type="(?:text|file)"[^>]*>', sheet)
    labels = [re.search(r'aria-label="([^"]+)"', field)[1] for field in inputs]
    assert sorted(labels) == sorted(
        f"{column}: {indicator}"
        for column in ("this period", "note", "supporting documents")
        for indicator in ("Coal gangue utilised", "Fly ash utilised")
    )


def test_the_queries_do_not_grow_with_rows_files_and_revisions(client, plan, count_queries):
    codes = list(Indicator.objects.filter(kind="entered").values_list("code", flat=True))[:20]
    counted = []
    for place, owed in ((factories.TAIYUAN, codes[:2]), (factories.DATONG, codes)):
        user = factories.make_user(f"official-{place}", Role.REPORTER, place)
        unit = factories.make_unit(plan, place, tuple(owed))
        draft = returns.open_return(unit, factories.period(plan), acting_user=user, now=NOW)
        for number in range(1, len(owed) + 1):
            returns.save_draft(
                draft, dict.fromkeys(owed, f"{number}"), acting_user=user, now=NOW, expected_version=draft.version
            )
        for entry in draft.entries.select_related("unit_return__unit__region", "indicator"):
            add_evidence(entry, [pdf()], "a.pdf", acting_user=user, now=NOW)
        client.force_login(user)
        for address in (page(draft), reverse("admin:tracker_return_history", args=[draft.pk])):
            client.get(address)
            with count_queries(connection) as queries:
                assert client.get(address).status_code == 200
            counted.append(len(queries))
    assert len(codes) > 10
    assert counted[:2] == counted[2:]


def test_the_history_of_a_return_is_a_page_for_those_who_see_the_return(client, draft, reporter, reviewer):
    returns.save_draft(draft, {GANGUE: "65000吨"}, acting_user=reporter, now=NOW, expected_version=1)
    address = reverse("admin:tracker_return_history", args=[draft.pk])
    client.force_login(reviewer)
    assert client.get(address).status_code == 404
    client.force_login(reporter)
    client.cookies["django_language"] = "en"
    content = client.get(address).content.decode()
    assert "reported 6.50 10kt (entered as “65000吨”)" in content
    assert address in client.get(page(draft)).content.decode()


def test_a_long_history_is_read_in_pages(official, draft, reporter):
    for number in range(120):
        returns.save_draft(
            draft,
            {GANGUE: str(number + 1)},
            acting_user=reporter,
            now=NOW + timedelta(minutes=number),
            expected_version=draft.version,
        )
    address = reverse("admin:tracker_return_history", args=[draft.pk])
    first, second = (official.get(address, {"page": number}).context["page"] for number in (1, 2))
    assert (len(first), len(second), first.paginator.count) == (100, 21, 121)


def test_a_database_that_is_busy_loses_nothing_that_was_typed(official, draft, monkeypatch):
    def busy(*arguments, **more):
        raise OperationalError("database is locked")

    monkeypatch.setattr(returns, "save_draft", busy)
    response = official.post(page(draft), {"version": 1, "_save": "1", f"value-{GANGUE}": "500"})
    content = response.content.decode()
    assert "nothing was saved. Please save again" in content and 'value="500"' in content
