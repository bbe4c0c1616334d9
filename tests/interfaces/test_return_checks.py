"""Flags on a return's page: while typing, on saving, on submitting, in review and after."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tracker.models import CheckRule, Entry, Event, Indicator, Return, Role, ValueRevision
from tracker.services import returns
from tracker.services.plans.demonstration import generate_demonstration
from tracker.services.returns.totals import differing_totals

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture(autouse=True)
def in_september(time_machine):
    """The tests live in September 2020, before August's deadline."""
    time_machine.move_to(NOW)


@pytest.fixture
def draft(client, plan, taiyuan, reporter):
    """Taiyuan's open return for August, after 500 and 1 in July; its official is logged in, reading English."""
    factories.load_checks()
    july = factories.period(plan, "2020-07")
    factories.file_return(taiyuan, july, {GANGUE: "500", ASH: "1"}, reporter=reporter)
    client.force_login(reporter)
    client.cookies["django_language"] = "en"
    return returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)


def page(unit_return, verb="change"):
    name = "checks" if verb == "checks" else "change"
    return reverse(f"admin:tracker_return_{name}", args=[unit_return.pk])


def typed(unit_return, button="", gangue="500", ash="1", note=""):
    unit_return.refresh_from_db()
    data = {"version": unit_return.version, f"value-{GANGUE}": gangue, f"value-{ASH}": ash, f"note-{GANGUE}": note}
    return data | ({button: "1"} if button else {})


def told(response):
    return {line.code: [str(flag) for flag in line.flags] for line in response.context["lines"]}


def state(unit_return):
    return Return.objects.get(pk=unit_return.pk).state


def test_a_new_return_counts_its_empty_cells_and_scolds_nobody(client, draft):
    response = client.get(page(draft))
    assert told(response) == {GANGUE: [], ASH: []}
    assert "2 empty values" in response.content.decode()


def test_a_draft_is_kept_whatever_is_odd_and_says_what(client, draft):
    assert client.post(page(draft), typed(draft, "_save", gangue="5000")).status_code == 302
    response = client.get(page(draft))
    (text,) = told(response)[GANGUE]
    assert "5,000.00 10kt is 900.00% more than in the period before (500.00 10kt)" in text
    content = response.content.decode()
    assert "1 needs a comment" in content and f'href="#id_value-{GANGUE}"' in content


def test_a_warning_without_a_note_keeps_the_return_from_being_submitted(client, draft):
    response = client.post(page(draft), typed(draft, "_submit", gangue="5000"))
    form = response.context["form"]
    assert list(form.errors) == [f"note-{GANGUE}"]
    assert "say why in the note" in form.errors[f"note-{GANGUE}"][0]
    content = response.content.decode()
    assert content.count("900.00% more") == 1, "told once, at the note"
    assert 'value="5000"' in content, "what was typed is kept"
    assert state(draft) == Return.State.DRAFT
    assert not ValueRevision.objects.filter(entry__unit_return=draft).exists()


def test_a_note_answers_the_warning(client, draft):
    assert client.post(page(draft), typed(draft, "_submit", gangue="5000", note="新线投产")).status_code == 302
    assert state(draft) == Return.State.SUBMITTED


def test_an_error_stops_submission_at_its_cell_whatever_the_note_says(client, draft):
    Indicator.objects.filter(code=ASH).update(included_in=Indicator.objects.get(code=GANGUE))
    response = client.post(page(draft), typed(draft, "_submit", gangue="500", ash="501", note="属实"))
    assert "more than the 500.00 10kt" in response.context["form"].errors[f"value-{GANGUE}"][0]
    assert state(draft) == Return.State.DRAFT


def test_errors_missing_cells_and_warnings_are_told_at_once(client, draft):
    response = client.post(page(draft), typed(draft, "_submit", gangue="5000", ash=""))
    assert set(response.context["form"].errors) == {f"note-{GANGUE}", f"value-{ASH}"}


def test_a_hint_stops_nothing(client, draft):
    CheckRule.objects.filter(kind="month_on_month").update(severity="hint")
    assert client.post(page(draft), typed(draft, "_submit", gangue="5000")).status_code == 302
    assert state(draft) == Return.State.SUBMITTED


def test_where_the_rule_asks_for_a_comment_only_a_cell_may_be_missing_with_one(client, draft, reviewer):
    CheckRule.objects.filter(kind="missing").update(severity="warning")
    response = client.post(page(draft), typed(draft, "_submit", gangue=""))
    assert list(response.context["form"].errors) == [f"note-{GANGUE}"]
    assert client.post(page(draft), typed(draft, "_submit", gangue="", note="企业尚未报送")).status_code == 302
    client.force_login(reviewer)
    assert "No figure is entered." in client.get(page(draft)).content.decode()
    draft.refresh_from_db()
    seen = {f"seen-{code}": factories.entry(draft, code).reported_revision_id for code in (GANGUE, ASH)}
    accepted = {"version": draft.version, "_verify": "1", f"verified-{GANGUE}": "", f"verified-{ASH}": "1"}
    assert client.post(page(draft), accepted | seen).status_code == 302
    assert state(draft) == Return.State.VERIFIED
    assert (factories.entry(draft, GANGUE).verified_value, factories.entry(draft, ASH).verified_value) == (None, 1)
    assert differing_totals() == []


@pytest.fixture
def odd(client, draft):
    """A submitted return with a warning that its unit answered."""
    client.post(page(draft), typed(draft, "_submit", gangue="5000", note="新线投产"))
    return draft


def test_the_reviewer_sees_the_same_flags_and_the_answer(client, odd, reviewer):
    client.force_login(reviewer)
    response = client.get(page(odd))
    (text,) = told(response)[GANGUE]
    assert "900.00% more" in text
    content = response.content.decode()
    assert "Commented" in content and "新线投产" in content
    assert f'href="#flags-{GANGUE}"' in content and f'id="flags-{GANGUE}"' in content


def test_the_reviewer_is_told_when_nothing_is_odd(client, draft, reviewer):
    client.post(page(draft), typed(draft, "_submit"))
    client.force_login(reviewer)
    assert "No issues found." in client.get(page(draft)).content.decode()


def test_who_reads_a_verified_return_sees_them_still(client, odd, reviewer, leader):
    odd.refresh_from_db()
    returns.verify_return(odd, acting_user=reviewer, now=NOW.replace(hour=12), expected_version=odd.version)
    client.force_login(leader)
    assert "900.00% more" in client.get(page(odd)).content.decode()


def test_a_correction_under_way_is_not_given_away_by_its_flags(client, odd, reporter, reviewer):
    odd.refresh_from_db()
    returns.send_back_return(odd, comment="x", acting_user=reviewer, now=NOW, expected_version=odd.version)
    later = NOW.replace(hour=12)
    returns.save_draft(odd, {GANGUE: "7777"}, acting_user=reporter, now=later, expected_version=odd.version)
    client.force_login(reviewer)
    content = client.get(page(odd)).content.decode()
    assert "7,777" not in content and "5,000.00 10kt" in content


def test_more_decimals_than_are_stored_are_told_to_who_enters_and_who_reviews(client, draft, reviewer):
    assert "500.123456789" in check(client, draft, gangue="500.123456789").json()["cells"][GANGUE]
    client.post(page(draft), typed(draft, "_save", gangue="500.123456789"))
    assert told(client.get(page(draft)))[GANGUE] == ["“500.123456789” is kept with six decimals: 500.123457 10kt."]
    client.post(page(draft), typed(draft, "_submit", gangue="500.123456789"))
    client.force_login(reviewer)
    assert told(client.get(page(draft)))[GANGUE] == ["“500.123456789” is kept with six decimals: 500.123457 10kt."]


def test_the_rounding_of_a_correction_under_way_is_told_to_its_unit_alone(client, odd, reporter, reviewer):
    odd.refresh_from_db()
    returns.send_back_return(odd, comment="x", acting_user=reviewer, now=NOW, expected_version=odd.version)
    later = NOW.replace(hour=12)
    returns.save_draft(odd, {GANGUE: "777.123456789"}, acting_user=reporter, now=later, expected_version=odd.version)
    assert "777.123456789" in client.get(page(odd)).content.decode()
    client.force_login(reviewer)
    assert "777.1" not in client.get(page(odd)).content.decode()


def check(client, draft, **fields):
    return client.post(page(draft, "checks"), typed(draft, **fields))


def test_what_is_typed_is_checked_and_nothing_is_stored(client, draft):
    before = Event.objects.count()
    answer = check(client, draft, gangue="5000").json()
    assert "900.00% more" in answer["cells"][GANGUE]
    assert "1 needs a comment" in answer["summary"]
    assert "<li" not in answer["cells"][ASH]
    assert not ValueRevision.objects.filter(entry__unit_return=draft).exists()
    assert Event.objects.count() == before
    draft.refresh_from_db()
    assert (draft.state, draft.version) == (Return.State.DRAFT, 1)


def test_a_note_that_is_typed_answers_at_once(client, draft):
    answer = check(client, draft, gangue="5000", note="新线投产").json()
    assert "1 commented" in answer["summary"] and "Commented" in answer["cells"][GANGUE]


def test_what_cannot_be_read_is_said_where_it_stands(client, draft):
    cell = check(client, draft, gangue="<b>many</b>").json()["cells"][GANGUE]
    assert "is not a number" in cell and "&lt;b&gt;" in cell and "<b>many" not in cell


def test_checking_is_for_who_may_enter_and_while_one_may(client, odd, reporter, reviewer):
    assert check(client, odd).status_code == 403, "it is submitted"
    client.force_login(reviewer)
    assert check(client, odd).status_code == 403
    client.force_login(factories.make_user("neighbour", Role.REPORTER, factories.DATONG))
    assert check(client, odd).status_code == 404
    client.logout()
    assert check(client, odd).status_code == 302


def test_a_draft_is_nobody_elses_to_check(client, draft, reviewer, superuser):
    for user in (reviewer, superuser):
        client.force_login(user)
        assert check(client, draft).status_code == 404


def test_checking_takes_a_post_with_the_token(draft, reporter):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(reporter)
    assert strict.get(page(draft, "checks")).status_code == 405
    assert strict.post(page(draft, "checks"), typed(draft)).status_code == 403


def test_checkings_queries_do_not_grow_with_the_rows(client, plan, count_queries):
    factories.load_checks()
    codes = list(Indicator.objects.filter(kind="entered").values_list("code", flat=True))
    counted = []
    for place, owed in ((factories.TAIYUAN, codes[:2]), (factories.DATONG, codes)):
        user = factories.make_user(f"official-{place}", Role.REPORTER, place)
        unit = factories.make_unit(plan, place, tuple(owed))
        july = factories.period(plan, "2020-07")
        factories.file_return(unit, july, dict.fromkeys(owed, "1"), reporter=user, note="属实")
        opened = returns.open_return(unit, factories.period(plan), acting_user=user, now=NOW)
        client.force_login(user)
        data = {f"value-{code}": "9" for code in owed}
        client.post(page(opened, "checks"), data)
        with count_queries(connection) as queries:
            answer = client.post(page(opened, "checks"), data).json()
        counted.append(len(queries))
        assert sum("<li" in cell for cell in answer["cells"].values()) >= 2
    assert counted[0] == counted[1]


@pytest.mark.whole
def test_the_demonstration_answers_what_the_checks_ask(plan):
    factories.load_checks()
    generate_demonstration(plan)
    (entry,) = Entry.objects.exclude(note="").select_related("indicator", "unit_return__unit__region")
    assert (entry.indicator.code, entry.unit_return.unit.region.code) == (GANGUE, "141000")
