"""Two people in the same return: what each changed stands, and only what both changed is asked about."""

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tracker.models import Period, Return, Role, ValueRevision
from tracker.services import returns

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture(autouse=True)
def in_september(time_machine):
    """The tests live in September 2020."""
    time_machine.move_to(NOW)


@pytest.fixture
def colleague(plan):
    """A second official of Taiyuan."""
    return factories.make_user("colleague", Role.REPORTER, factories.TAIYUAN)


@pytest.fixture
def draft(taiyuan, reporter, plan):
    """Taiyuan's return for August: 100 and 10 are stored."""
    opened = returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    return returns.save_draft(
        opened, {GANGUE: "100", ASH: "10"}, acting_user=reporter, now=NOW, expected_version=opened.version
    )


@pytest.fixture
def sheet(client, reporter, draft):
    """What the reporter's browser would send back unchanged."""
    client.force_login(reporter)
    client.cookies["django_language"] = "en"
    return fields(client.get(page(draft)))


def page(unit_return):
    return reverse("admin:tracker_return_change", args=[unit_return.pk])


def fields(response):
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def stores(draft, colleague, texts, notes=None):
    draft.refresh_from_db()
    returns.save_draft(draft, texts, notes=notes, acting_user=colleague, now=NOW, expected_version=draft.version)


def stored(draft):
    return {e.indicator.code: (e.reported_value, e.note) for e in draft.entries.select_related("indicator")}


def test_changes_of_different_cells_are_both_kept_without_a_question(client, draft, colleague, sheet):
    stores(draft, colleague, {ASH: "20"})
    response = client.post(page(draft), sheet | {f"value-{GANGUE}": "111", "_save": "1"}, follow=True)
    assert stored(draft) == {GANGUE: (111, ""), ASH: (20, "")}
    assert "Their cells are kept beside yours: " in response.content.decode()


def test_the_value_and_the_note_of_a_row_are_cells_of_their_own(client, draft, colleague, sheet):
    stores(draft, colleague, {}, {GANGUE: "see annex"})
    client.post(page(draft), sheet | {f"value-{GANGUE}": "111", "_save": "1"})
    assert stored(draft)[GANGUE] == (111, "see annex")


def test_a_cell_that_both_changed_is_asked_about_and_mine_is_the_default(client, draft, colleague, sheet):
    stores(draft, colleague, {GANGUE: "222", ASH: "20"})
    response = client.post(page(draft), sheet | {f"value-{GANGUE}": "111", "_save": "1"})
    content = response.content.decode()
    assert stored(draft)[GANGUE] == (222, "")
    assert f'name="keep-value-{GANGUE}" value="mine" checked' in content
    assert "Take theirs: 222.00 · colleague" in " ".join(content.split())
    assert f"keep-value-{ASH}" not in content
    shown = fields(response)
    assert (shown[f"value-{GANGUE}"], shown[f"value-{ASH}"]) == ("111", "20")
    client.post(page(draft), shown | {f"keep-value-{GANGUE}": "mine", "_save": "1"})
    assert stored(draft) == {GANGUE: (111, ""), ASH: (20, "")}


def test_taking_theirs_keeps_theirs_and_saves_the_rest_of_mine(client, draft, colleague, sheet):
    stores(draft, colleague, {GANGUE: "222"}, {GANGUE: "theirs"})
    typed = sheet | {f"value-{GANGUE}": "111", f"note-{GANGUE}": "mine", f"value-{ASH}": "7"}
    shown = fields(client.post(page(draft), typed | {"_save": "1"}))
    chosen = {f"keep-value-{GANGUE}": "theirs", f"keep-note-{GANGUE}": "mine"}
    client.post(page(draft), shown | chosen | {"_save": "1"})
    assert stored(draft) == {GANGUE: (222, "mine"), ASH: (7, "")}


def test_what_was_not_chosen_stays_in_the_history(client, draft, colleague, sheet):
    stores(draft, colleague, {GANGUE: "222"})
    shown = fields(client.post(page(draft), sheet | {f"value-{GANGUE}": "111", "_save": "1"}))
    client.post(page(draft), shown | {"_save": "1"})
    values = ValueRevision.objects.filter(entry__indicator__code=GANGUE).order_by("number")
    assert list(values.values_list("value", "actor__username")) == [
        (100, "taiyuan-official"),
        (222, "colleague"),
        (111, "taiyuan-official"),
    ]


def test_somebody_saving_again_while_one_chooses_is_met_again(client, draft, colleague, sheet):
    stores(draft, colleague, {GANGUE: "222"})
    shown = fields(client.post(page(draft), sheet | {f"value-{GANGUE}": "111", f"value-{ASH}": "7", "_save": "1"}))
    stores(draft, colleague, {GANGUE: "333"})
    chosen = shown | {f"keep-value-{GANGUE}": "theirs", "_save": "1"}
    client.post(page(draft), chosen)
    assert stored(draft) == {GANGUE: (333, ""), ASH: (7, "")}, "theirs is what they say now"


def test_the_same_change_by_both_is_no_conflict(client, draft, colleague, sheet):
    stores(draft, colleague, {GANGUE: "222"})
    response = client.post(page(draft), sheet | {f"value-{GANGUE}": "222万吨", "_save": "1"})
    assert response.status_code == 302
    assert stored(draft)[GANGUE] == (222, "")


def test_nobody_submits_what_they_have_not_seen(client, draft, colleague, sheet):
    stores(draft, colleague, {ASH: "20"})
    response = client.post(page(draft), sheet | {f"value-{GANGUE}": "111", "_submit": "1"})
    draft.refresh_from_db()
    assert draft.state == Return.State.DRAFT
    assert "changed meanwhile by colleague" in response.content.decode()
    client.post(page(draft), fields(response) | {"_submit": "1"})
    draft.refresh_from_db()
    assert draft.state == Return.State.SUBMITTED
    assert stored(draft) == {GANGUE: (111, ""), ASH: (20, "")}


def test_a_cell_that_cannot_be_read_is_named_and_everything_typed_is_kept(client, draft, colleague, sheet):
    stores(draft, colleague, {ASH: "20"})
    typed = sheet | {f"value-{GANGUE}": "abc", f"note-{ASH}": "mine", "_save": "1"}
    response = client.post(page(draft), typed)
    assert f"value-{GANGUE}" in response.context["form"].errors
    shown = fields(response)
    assert (shown[f"value-{GANGUE}"], shown[f"note-{ASH}"], shown[f"value-{ASH}"]) == ("abc", "mine", "20")
    client.post(page(draft), shown | {f"value-{GANGUE}": "111", "_save": "1"})
    assert stored(draft) == {GANGUE: (111, ""), ASH: (20, "mine")}


def test_what_was_typed_into_a_submitted_return_can_be_copied(client, draft, colleague, sheet):
    draft.refresh_from_db()
    returns.submit_return(draft, acting_user=colleague, now=NOW, expected_version=draft.version)
    typed = sheet | {f"value-{GANGUE}": "111", f"note-{GANGUE}": "why", "_save": "1"}
    response = client.post(page(draft), typed)
    assert response.context["typed_block"] == "Coal gangue utilised\t111\twhy", "and no cell that was not touched"
    assert "You typed: 111" in response.content.decode()
    assert stored(draft)[GANGUE] == (100, "")


def test_what_was_typed_into_a_return_that_was_locked_meanwhile_can_be_copied(client, draft, sheet, plan):
    factories.set_deadlines(Period.objects.filter(plan=plan, code="2020-08"), locks_at=NOW)
    response = client.post(page(draft), sheet | {f"value-{GANGUE}": "111", "_save": "1"})
    assert response.context["typed_block"] == "Coal gangue utilised\t111\t"
    assert stored(draft)[GANGUE] == (100, "")


@pytest.mark.parametrize("base", ["", "x", "99", "1" * 10, "²"])
def test_a_revision_that_nobody_saw_makes_a_conflict_never_a_loss(client, draft, colleague, sheet, base):
    stores(draft, colleague, {GANGUE: "222"})
    typed = sheet | {f"value-{GANGUE}": "111", f"base-{GANGUE}": base, "_save": "1"}
    assert f'name="keep-value-{GANGUE}"' in client.post(page(draft), typed).content.decode()
    assert stored(draft)[GANGUE] == (222, "")
