"""The search box: by name, code, pinyin initials and month, grouped by kind."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories, projects
from tests.factories import DATONG, SHANXI, TAIYUAN
from tracker.models import Plan, ReportingUnit, Role
from tracker.queries.search.find import search, terms_of
from tracker.queries.search.initials import has_initials
from tracker.queries.search.reader import Reader

VALUES = {"coal_gangue_utilised": "5", "fly_ash_utilised": "1"}


@pytest.fixture
def plan(db: None) -> Plan:
    plan = factories.load_plan()
    for place in (TAIYUAN, DATONG):
        factories.make_unit(plan, place)
    return plan


def titles(reader: Reader, text: str, only: str = "") -> dict[str, list[str]]:
    return {one.kind.identifier: [hit.title for hit in one.hits] for one in search(reader, text, only)}


@pytest.fixture
def leader(plan: Plan) -> Reader:
    return Reader(factories.make_user("leader", Role.LEADER, SHANXI))


@pytest.mark.parametrize("letters", ["tys", "yuan", "TYS"])
def test_initials_fit_successive_characters(letters: str) -> None:
    assert has_initials("太原市", letters) is (letters == "tys")


def test_each_reading_of_a_character_counts() -> None:
    assert has_initials("长治市", "czs")
    assert has_initials("长治市", "zzs")
    assert not has_initials("太原市", "tysg")


def test_a_place_is_found_by_name_initials_and_code(leader: Reader) -> None:
    for text in ("太原", "tys", "TYS", "140100"):
        assert "太原市" in titles(leader, text)["regions"], text


def test_initials_find_targets_and_units(leader: Reader) -> None:
    found = titles(leader, "mgs")
    assert any("煤矸石" in title for title in found["targets"])
    assert titles(leader, "dtsdw")["units"] == ["大同市单位"]


def test_all_words_must_fit(leader: Reader) -> None:
    assert titles(leader, "大同 单位") == {"units": ["大同市单位"]}
    assert titles(leader, "大同 没有的") == {}


def test_a_return_is_found_by_unit_and_month(plan: Plan) -> None:
    official = factories.make_user("official", Role.REPORTER, TAIYUAN)
    unit = ReportingUnit.objects.get(region__code=TAIYUAN)
    factories.file_return(unit, factories.period(plan, "2020-08"), VALUES, reporter=official)
    reader = Reader(official)
    for text in ("太原 2020年8月", "太原 2020-08", "tysdw ２０２０年8月"):
        assert len(titles(reader, text)["returns"]) == 1, text
    assert "returns" not in titles(reader, "太原 2020年7月")


def test_a_project_is_found_by_name_builder_and_code(plan: Plan) -> None:
    projects.make_list(plan, [projects.project(1), projects.project(2, DATONG)])
    reader = Reader(factories.make_user("taiyuan", Role.LEADER, TAIYUAN))
    for text in ("项目1", "xm", "建设单位1", "2020-140100-001"):
        assert titles(reader, text)["projects"] == ["项目1"], text
    assert "projects" not in titles(reader, "项目2")


def test_signs_of_patterns_are_letters_like_others(leader: Reader) -> None:
    assert titles(leader, "%") == {}
    assert titles(leader, "太_原") == {}


def test_nothing_typed_finds_nothing(leader: Reader) -> None:
    assert titles(leader, "　 ") == {}
    assert terms_of("太原　２０２０") == ["太原", "2020"]


def test_more_of_a_kind_is_told_and_shown_alone(plan: Plan, leader: Reader, client: Client) -> None:
    client.force_login(leader.user)
    first = client.get(reverse("search"), {"q": "市"})
    assert "kind=regions" in first.content.decode()
    assert len(titles(leader, "市")["regions"]) == 6
    assert len(titles(leader, "市", "regions")["regions"]) == 11
    assert client.get(reverse("search"), {"q": "市", "kind": "regions"}).status_code == 200


def test_the_page_tells_what_to_do_when_nothing_fits(leader: Reader, client: Client) -> None:
    client.force_login(leader.user)
    assert "没有" in client.get(reverse("search"), {"q": "没有的东西"}).content.decode()
    assert "拼音首字母" in client.get(reverse("search")).content.decode()


def test_the_box_stands_on_every_page_and_escapes_what_was_typed(leader: Reader, client: Client) -> None:
    client.force_login(leader.user)
    for address in (reverse("home"), reverse("targets"), reverse("admin:index")):
        assert 'id="site-search"' in client.get(address).content.decode()
    told = client.get(reverse("search"), {"q": '"><b>x'}).content.decode()
    assert "<b>x" not in told


def test_queries_do_not_grow_with_what_is_found(plan: Plan, leader: Reader) -> None:
    def queries(text: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            search(Reader(leader.user), text)
        return len(asked)

    queries("大同")  # the roles are read once and kept
    few, spoken = queries("大同"), queries("dts")
    region = factories.region(DATONG)
    ReportingUnit.objects.bulk_create(
        ReportingUnit(code=f"more-{number}", name=f"大同市第{number}单位", region=region) for number in range(20)
    )
    assert queries("大同") == few <= 13
    assert queries("dts") == spoken <= 22
