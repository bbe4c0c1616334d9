"""A policy document becomes a draft, and the draft a plan: decided item by item, created as a whole or not at all."""

import hashlib
from dataclasses import replace
from decimal import Decimal

import pytest

from tests import factories
from tests.factories import NOW
from tests.services.policy_drafts.drafts import SHANXI, accept_all, change, created, draft_of, sent
from tracker.models import CheckRule, Event, Indicator, MeasureUnit, Plan, PolicyDocument, Region, Role
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.plans.drafts.draft import DraftRegion, ItemState
from tracker.services.drafts import edit
from tracker.services.drafts.create import DraftRefused

pytestmark = pytest.mark.django_db


def test_an_empty_installation_gets_a_plan_with_regions_units_and_checks() -> None:
    document = sent()
    accept_all(document)
    plan = created(document)
    values = {target.indicator.name: target.versions.first() for target in plan.targets.all()}
    assert values.pop("大宗工业固废综合利用量") is None  # the sum of its parts
    assert {name: version.value for name, version in values.items()} == {
        "煤矸石综合利用量": 6500,
        "粉煤灰综合利用量": 2100,
        "脱硫石膏综合利用量": 400,
        "冶炼渣综合利用量": 1000,
        "新建或改造通信基站": 5000,
        "使用梯次电池": 7000,
    }
    assert (plan.region.code, plan.region.children.count()) == ("140000", 11)
    assert plan.periods.count() == 12
    assert CheckRule.objects.exists()
    whole = Indicator.objects.get(name="大宗工业固废综合利用量")
    assert (whole.kind, whole.unit.symbol, whole.parts.count()) == ("derived", "万吨", 4)


def test_bodies_places_and_bounds_are_taken_over() -> None:
    document = sent()
    accept_all(document)
    plan = created(document)
    stations = plan.targets.get(indicator__name="新建或改造通信基站")
    assert (stations.bound, str(stations.responsible)) == ("more_than", "省通信管理局")
    assert [str(body) for body in stations.supporting.all()] == ["山西铁塔"]
    bases = plan.clauses.get(number="三-1").commitment
    assert set(bases.places.values_list("code", flat=True)) == {"140400", "140500", "140600"}


def test_each_target_leads_to_its_sentence_in_the_kept_document() -> None:
    document = sent()
    accept_all(document)
    plan = created(document)
    document.refresh_from_db()
    assert (document.plan, document.state) == (plan, PolicyDocument.State.CREATED)
    assert document.sha256 == hashlib.sha256(SHANXI.encode()).hexdigest()
    for target in plan.targets.exclude(indicator__name="大宗工业固废综合利用量"):
        sentence = target.sentences.get()
        value = format(target.versions.get().value.normalize(), "f")
        assert value in document.text[sentence.start : sentence.end]


def test_nothing_is_a_plan_before_the_end() -> None:
    document = sent()
    accept_all(document)
    assert (Plan.objects.count(), Region.objects.count(), Indicator.objects.count()) == (0, 0, 0)
    assert draft_of(document).targets[0].state == ItemState.ACCEPTED


def test_a_plan_is_not_created_while_a_proposal_waits() -> None:
    document = sent()
    with pytest.raises(Refused) as refused:
        created(document)
    assert set(refused.value.fields) == {one.key for one in draft_of(document).items}
    assert not Plan.objects.exists()


def test_what_contradicts_is_refused_at_its_field_and_nothing_is_stored() -> None:
    document = sent()
    accept_all(document)
    change(document, lambda one: one.indicator == "使用梯次电池", bound="at_most")
    with pytest.raises(DraftRefused) as refused:
        created(document)
    key = next(one.key for one in draft_of(document).targets if one.indicator == "使用梯次电池")
    assert [(item, field) for item, field, _text in refused.value.mistakes] == [(key, "bound")]
    document.refresh_from_db()
    assert (document.state, Plan.objects.count(), Region.objects.count()) == (PolicyDocument.State.OPEN, 0, 0)


def test_a_fault_of_the_plan_itself_is_named_at_its_field() -> None:
    document = sent(SHANXI.replace("2020年3月24日\n", ""))
    accept_all(document)
    with pytest.raises(DraftRefused) as refused:
        created(document)
    assert [(item, field) for item, field, _text in refused.value.mistakes] == [("plan", "issued_on")]


def test_what_is_not_doubted_is_accepted_at_once_and_the_rest_waits() -> None:
    document = sent(SHANXI.replace("使用梯次电池不少于7000组", "使用梯次电池7000组"))
    edit.accept_sure(document, seen=document.version, acting_user=document.uploaded_by, now=NOW)
    waiting = [one for one in draft_of(document).items if one.state == ItemState.OPEN]
    assert waiting
    assert all(one.doubts for one in waiting)


def test_two_who_change_a_draft_do_not_overwrite_each_other() -> None:
    document = sent()
    seen = document.version
    edit.decide(document, ["t1"], ItemState.DROPPED, seen=seen, acting_user=document.uploaded_by, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        edit.decide(document, ["t1"], ItemState.ACCEPTED, seen=seen, acting_user=document.uploaded_by, now=NOW)
    assert draft_of(document).targets[0].state == ItemState.DROPPED


def test_a_second_statement_of_a_target_gives_it_its_clause_and_sentence() -> None:
    document = sent(SHANXI.replace("评估验收工作。", "评估验收工作。全年煤矸石综合利用量达到6500万吨。"))
    again = next(one for one in draft_of(document).targets if one.clauses == ("三-1",))
    into = next(one for one in draft_of(document).targets if one.indicator == "煤矸石综合利用量" and one != again)
    actor = document.uploaded_by
    edit.merge_target(document, again.key, into.key, seen=document.version, acting_user=actor, now=NOW)
    edit.accept_sure(document, seen=document.version, acting_user=actor, now=NOW)
    keys = [one.key for one in draft_of(document).items if one.state == ItemState.OPEN]
    edit.decide(document, keys, ItemState.ACCEPTED, seen=document.version, acting_user=actor, now=NOW)
    target = created(document).targets.get(indicator__name="煤矸石综合利用量")
    assert (target.clause_numbers, target.sentences.count()) == ("二, 三-1", 2)


def test_an_indicator_that_is_known_is_used_and_its_value_converted() -> None:
    factories.load_plan()
    document = sent(SHANXI.replace("2100万吨", "0.21亿吨"))
    change_facts(document, code="second")
    accept_all(document)
    plan = created(document)
    ash = plan.targets.get(indicator__code="fly_ash_utilised")
    assert ash.versions.get().value == Decimal(2100)


def test_a_unit_that_is_not_known_is_added_with_its_scale() -> None:
    document = sent(SHANXI.replace("使用梯次电池不少于7000组", "服务旅客不少于3万人次"))
    accept_all(document)
    created(document)
    unit = MeasureUnit.objects.get(symbol="万人次")
    assert (unit.factor, unit.dimension) == (10_000, "人次")


def test_a_city_with_its_own_regions_needs_no_fixture() -> None:
    text = SHANXI.replace("山西省", "海滨市").replace("支持朔州、晋城、长治建设基地", "支持东湖区建设基地")
    document = sent(text)
    regions = (DraftRegion("990100", "海滨市", "city"), DraftRegion("990101", "东湖区", "county", "990100"))
    change_facts(document, regions=regions, region="990100", code="haibin-2020")
    accept_all(document)
    plan = created(document)
    assert (plan.region.name, [str(one) for one in plan.region.children.all()]) == ("海滨市", ["东湖区"])


def test_places_are_known_once_their_regions_are_added() -> None:
    document = sent(SHANXI.replace("支持朔州、晋城、长治建设基地", "支持沁水县建设基地"))
    task = next(one for one in draft_of(document).commitments if one.clause == "三-1")
    assert (task.places, task.unknown_places, task.is_sure) == ((), ("沁水县",), False)
    change_facts(document, regions=(*draft_of(document).regions, DraftRegion("140521", "沁水县", "county", "140500")))
    task = next(one for one in draft_of(document).commitments if one.clause == "三-1")
    assert (task.places, task.unknown_places, task.is_sure) == (("沁水县",), (), True)


def test_who_manages_a_part_of_the_tree_creates_no_plan_from_a_document() -> None:
    factories.load_plan()
    city = factories.make_user("city", Role.PLAN_MANAGER, factories.TAIYUAN)
    with pytest.raises(NotAllowed):
        sent(user=city)


def test_every_step_is_in_the_event_log() -> None:
    document = sent()
    accept_all(document)
    created(document)
    actions = Event.objects.filter(actor=document.uploaded_by).values_list("action", flat=True)
    assert {"document_sent_in", "draft_changed", "plan_loaded"} <= set(actions)


def change_facts(document: PolicyDocument, regions=None, **facts: str) -> None:
    draft = draft_of(document)
    edit.save_plan_facts(
        document,
        replace(draft.plan, **facts),
        draft.regions if regions is None else regions,
        seen=document.version,
        acting_user=document.uploaded_by,
        now=NOW,
    )
