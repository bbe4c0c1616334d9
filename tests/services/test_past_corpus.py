"""No table loads anything but what it says: every one of the corpus is loaded rightly, or asked about.

The usual run takes each sixteenth table; `WHOLE_CORPUS=1 pytest tests/services/test_past_corpus.py -s` takes all.
"""

import os
from collections import Counter
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.utils import translation

from tests.factories import DATONG, NOW, TAIYUAN, load_checks, make_user
from tests.services.corpus import Outcome, Table, tables
from tests.services.past import make_past_plan, make_plain_unit
from tests.services.past_tables import check_again
from tracker.models import Plan, Role, Upload
from tracker.queries.errors import Refused
from tracker.services.imports.past_values.receive import send_table

pytestmark = pytest.mark.django_db
CORPUS = list(tables())
STEP = 1 if os.environ.get("WHOLE_CORPUS") else 16
NAMES = {"太原": "太原局", "大同": "大同局"}


@pytest.fixture(autouse=True)
def in_chinese():
    with translation.override("zh-hans"):
        yield


def test_the_corpus_is_large_and_holds_what_must_be_asked_about():
    outcomes = Counter(table.outcome for table in CORPUS)
    assert len(CORPUS) >= 300
    assert outcomes[Outcome.ASKED] >= 60
    assert len({table.name for table in CORPUS}) == len(CORPUS)


def outcome_of(table: Table, past: Plan, sender) -> tuple[Outcome, Upload | None]:
    try:
        upload = send_table(ContentFile(table.content, table.file_name), past, acting_user=sender, now=NOW)
        upload = check_again(upload, sender)
    except Refused as refused:
        print(f"{table.name}: {refused.message} {refused.fields}")  # noqa: T201
        return Outcome.ASKED, None
    assert upload.job.state == "done" or upload.failure, f"{table.name}: {upload.job.failure}"
    return (Outcome.LOADED if upload.state == "ready" else Outcome.ASKED), upload


def expected_lines(table: Table) -> set[tuple[str, str, str, Decimal]]:
    return {
        (NAMES[city], f"2019-{month:02d}", indicator, value) for (city, month, indicator), value in table.values.items()
    }


def test_no_table_loads_anything_but_what_it_says(plan, past_of_two_cities, settings):
    settings.EXPENSIVE_LIMIT = 10 * len(CORPUS)  # one person sends them all
    past, sender = past_of_two_cities
    wrong: list[str] = []
    for table in CORPUS[::STEP]:
        outcome, upload = outcome_of(table, past, sender)
        if outcome is not table.outcome:
            wrong.append(f"{table.name}: {outcome}, not {table.outcome}: {upload and upload.preview['wrong'][:2]}")
        elif upload and outcome is Outcome.LOADED:
            lines = upload.preview["new"]
            found = {(line["unit"], line["period"], line["indicator"], Decimal(line["value"])) for line in lines}
            if found != expected_lines(table):
                wrong.append(f"{table.name}: silently wrong")
    print(f"{len(CORPUS[::STEP])} tables, {len(wrong)} wrong")  # noqa: T201
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def past_of_two_cities(plan):
    load_checks()
    past = make_past_plan()
    make_plain_unit("太原局", TAIYUAN)
    make_plain_unit("大同局", DATONG)
    return past, make_user("plan-manager", Role.PLAN_MANAGER)
