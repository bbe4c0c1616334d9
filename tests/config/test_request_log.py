"""Each request has an id, in its answer, in the log and in what it publishes."""

import json
import logging

import pytest
from celery import Celery
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from config import log_context, worker_signals

GIVEN = "gateway-0123456789"


def test_an_id_that_came_along_is_kept():
    assert Client().get("/healthz", headers={"X-Request-ID": GIVEN})["X-Request-ID"] == GIVEN


@pytest.mark.parametrize(
    "bad", ["", "short", "with space 123", "a" * 65, "line\nbreak12345", '{"level":"x"}', "编号编号编号编号"]
)
def test_an_id_that_is_not_well_formed_is_replaced(bad):
    answered = Client().get("/healthz", META={}, HTTP_X_REQUEST_ID=bad)["X-Request-ID"]
    assert answered != bad
    assert log_context.well_formed(answered)


def test_two_requests_have_two_ids_and_none_outlives_its_request():
    ids = {Client().get("/healthz")["X-Request-ID"] for _time in range(2)}
    assert len(ids) == 2
    assert log_context.request_id.get() == ""


def test_a_line_of_json_names_the_request_and_the_job_and_keeps_chinese_and_line_breaks():
    facts = dict(settings.LOGGING["formatters"]["json"])
    formatter = import_string(facts.pop("()"))(facts.pop("format"), **facts)
    record = logging.LogRecord("tracker", logging.INFO, __file__, 1, "第一行\n%s", ("second",), None)
    tokens = log_context.request_id.set(GIVEN), log_context.job_id.set("run_job:7")
    try:
        log_context.AboutFilter().filter(record)
    finally:
        log_context.request_id.reset(tokens[0])
        log_context.job_id.reset(tokens[1])
    text = formatter.format(record)
    assert "\n" not in text
    line = json.loads(text)
    said = {name: line[name] for name in ("level", "logger", "message", "request_id", "job_id")}
    assert said == {
        "level": "INFO",
        "logger": "tracker",
        "message": "第一行\nsecond",
        "request_id": GIVEN,
        "job_id": "run_job:7",
    }


def test_a_task_runs_under_the_id_of_the_request_that_published_it():
    app = Celery("other", broker="memory://", set_as_current=False)
    app.conf.task_always_eager = False
    seen: list[tuple[str, str]] = []

    @app.task(name="there.note")
    def note(number: int) -> None:
        seen.append((log_context.request_id.get(), log_context.job_id.get()))

    token = log_context.request_id.set(GIVEN)
    try:
        note.apply_async((7,))
    finally:
        log_context.request_id.reset(token)
    with app.connection_for_read() as connection:
        message = connection.default_channel.basic_get("celery")
    assert message.headers[worker_signals.HEADER] == GIVEN
    note.apply((7,), headers={worker_signals.HEADER: GIVEN})
    assert seen == [(GIVEN, "note:7")]
    assert (log_context.request_id.get(), log_context.job_id.get()) == ("", "")


def test_a_line_of_text_holds_no_nul_and_no_escape_sequence_but_keeps_line_breaks():
    facts = dict(settings.LOGGING["formatters"]["text"])
    formatter = import_string(facts.pop("()"))(facts["format"])
    record = logging.LogRecord("tracker", logging.INFO, __file__, 1, "名\x00\x1b[31m%s\n\tlast", ("\x9b\r",), None)
    line = formatter.format(record)
    assert line.endswith("名\\x00\\x1b[31m\\x9b\\x0d\n\tlast")


@pytest.mark.django_db
def test_nothing_that_is_typed_at_a_sign_in_reaches_the_log(caplog):
    with caplog.at_level(logging.DEBUG):
        Client().post("/admin/login/", {"username": "typed-name", "password": "typed-password"})
    assert "typed-" not in caplog.text
