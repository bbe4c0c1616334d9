"""A return's life on the screens: opened straight, withdrawn, followed by the next one."""

import pytest

from tests import factories
from tests.factories import NOW
from tests.interfaces.admin_forms import address
from tests.interfaces.test_admin_reviewing import GANGUE, english, form_of, page
from tests.interfaces.test_exports import workbook
from tracker.models import Return, Role

VALUES = {GANGUE: "500", "fly_ash_utilised": "0"}


@pytest.fixture(autouse=True)
def in_september(time_machine):
    """The tests live in September 2020, before August's deadline."""
    time_machine.move_to(NOW)


@pytest.fixture
def filed(plan, taiyuan, reporter):
    return [
        factories.file_return(taiyuan, factories.period(plan, month), VALUES, reporter=reporter)
        for month in ("2020-07", "2020-08")
    ]


def text(response) -> str:
    return response.content.decode()


def test_an_expected_return_leads_straight_into_entry(client, plan, taiyuan, reporter):
    shown = text(english(client, reporter).get("/"))
    assert f'name="unit" value="{taiyuan.code}"' in shown and 'name="period" value="2020-08"' in shown
    wanted = {"straight": "1", "unit": taiyuan.code, "period": "2020-08"}
    opened = client.post(address("return", "add"), wanted)
    filed = Return.objects.get()
    assert opened.headers["Location"] == page(filed)
    again = client.post(address("return", "add"), wanted)
    assert again.headers["Location"] == page(filed), "somebody else was quicker"


def test_the_unit_takes_it_back_until_a_reviewer_has_opened_it(client, filed, reporter, reviewer):
    july, august = filed
    english(client, reviewer).get(page(july))
    shown = {one.pk: text(english(client, reporter).get(page(one))) for one in filed}
    assert ["_withdraw" in shown[one.pk] for one in filed] == [False, True]
    told = text(client.post(page(august), {"_withdraw": "1", "version": august.version}, follow=True))
    assert "The return was withdrawn." in told
    refused = client.post(page(july), {"_withdraw": "1", "version": july.version})
    assert "A reviewer has opened this return already." in text(refused)
    assert [Return.objects.get(pk=one.pk).state for one in filed] == ["submitted", "draft"]


def test_after_verifying_or_sending_back_the_next_one_is_offered(client, filed, reviewer):
    july, august = filed
    english(client, reviewer)
    told = text(client.post(page(july), form_of(july, _verify="1"), follow=True))
    assert "Next for your review" in told and page(august) in told
    told = text(client.post(page(august), form_of(august, comment="x", _send_back="1"), follow=True))
    assert "Next for your review" not in told


def test_what_was_submitted_stays_in_sight_with_whom_it_waits_for(client, filed, reporter):
    shown = text(english(client, reporter).get("/"))
    assert "Submitted, not verified yet" in shown and "waits for Shanxi" in shown


def test_a_return_is_downloaded_as_a_workbook_with_a_line_to_sign(client, filed, reporter):
    sheet = workbook(reporter, f"/returns/{filed[0].pk}/?_export=xlsx")
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert 500 in cells
    assert any("Filled in by" in str(cell) for cell in cells)
    shown = text(english(client, reporter).get(f"/returns/{filed[0].pk}/"))
    assert "signatures" in shown


def test_nobody_downloads_what_they_may_not_read(client, filed):
    person = factories.make_user("datong", Role.REPORTER, factories.DATONG)
    assert english(client, person).get(f"/returns/{filed[0].pk}/?_export=xlsx").status_code == 404
