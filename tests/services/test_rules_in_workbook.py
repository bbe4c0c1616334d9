"""Changes of rules in the set-up workbook: let out, read again, and added by a row."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from tests import factories
from tests.factories import NOW
from tests.services.issued_kinds import issue
from tests.services.setup_workbooks import changes, checked, edited, faults
from tracker.models import RuleChange, Target
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.services.imports import setup_workbook
from tracker.services.plans.rule_changes import save_change

GANGUE = "coal_gangue_utilised"


@pytest.fixture
def administrator(plan):
    return factories.make_user("admin-of-set-up", "plan_manager")


def test_changes_of_rules_go_out_and_come_back_the_same_and_a_row_adds_one(plan, administrator):
    target = Target.objects.select_related("plan", "indicator").get(plan=plan, indicator__code=GANGUE)
    fields = {"plan": plan, "effective_from": date(2020, 8, 1), "document_number": "〔2020〕9号"}
    for one in (
        RuleChange(**fields, level_one_below=Decimal("-12.5")),
        RuleChange(**fields, target=target, pace="points", points=[["2020-08-31", "60.5"]]),
    ):
        save_change(one, acting_user=administrator, now=NOW)
    content = setup_workbook.export_setup(plan, acting_user=administrator, now=NOW)
    back = checked(content, administrator)
    assert [change for table, change in changes(back) if table == "rule_change"] in ([], ["same", "same"])
    assert not faults(back)
    new = {"indicator": target.indicator.code, "effective_from": date(2020, 9, 1), "over_periods": "latest"}
    upload = checked(edited(content, lambda book: book.set("rule_change", "", **new)), administrator)
    assert list(faults(upload).values()) != [], "it has no document"
    new["document_number"] = "〔2020〕10号"
    upload = checked(edited(content, lambda book: book.set("rule_change", "", **new)), administrator)
    assert not faults(upload)
    setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW)
    assert RuleChange.objects.get(indicator=target.indicator).over_periods == "latest"


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("version", {"indicator": "煤矸石综合利用量", "effective_from": date(2020, 8, 1), "value": 6600}),
        ("rule_change", {"effective_from": date(2020, 8, 1), "level_one_below": -15}),
    ],
)
def test_rows_dated_back_before_an_issued_document_are_asked_about(plan, administrator, table, row):
    issue(plan, "compliance", code="2020-08")
    issue(plan, "compliance", code="2020-07")
    content = setup_workbook.export_setup(plan, acting_user=administrator, now=NOW)
    places = []

    def edit(book):
        places.append(book.set(table, "", **row, document_number="〔2020〕9号"))

    with translation.override("en"):
        upload = checked(edited(content, edit), administrator)
    assert not faults(upload)
    (asked,) = upload.preview["touched"]
    assert asked["place"].partition("!")[0] == places[0].partition("!")[0]
    assert "compliance report (August 2020), 2020, no. 8" in asked["text"] and "July" not in asked["text"]
    with pytest.raises(Refused) as refused:
        setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW)
    assert list(refused.value.fields) == ["documents_seen"]
    assert setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW, documents_seen=True).changes == 1


def test_a_document_issued_after_the_check_is_asked_about_too(plan, administrator):
    content = setup_workbook.export_setup(plan, acting_user=administrator, now=NOW)
    row = {"effective_from": date(2020, 8, 1), "level_one_below": -15, "document_number": "〔2020〕9号"}
    upload = checked(edited(content, lambda book: book.set("rule_change", "", **row)), administrator)
    assert not upload.preview["touched"]
    issue(plan, "compliance", code="2020-08")
    with pytest.raises(ChangedMeanwhile):
        setup_workbook.accept_setup(upload, acting_user=administrator, now=NOW, documents_seen=True)
    assert not RuleChange.objects.exists()
