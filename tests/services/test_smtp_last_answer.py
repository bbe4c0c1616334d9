"""The answer to the final dot: a full refusal is one, and anything else leaves the message uncertain."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tracker.services.mail import smtp
from tracker.services.mail.smtp import Envelope, SendFailure, Server, Stage

ENVELOPE = Envelope("tracker@example.com", "leader@example.com", b"Subject: x\r\n\r\nx\r\n")


@contextmanager
def answering(last: bytes) -> Iterator[int]:
    """A server that takes a message, answers its final dot with these octets and closes the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=converse, args=(listening, last))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            thread.join(10)


def converse(listening: socket.socket, last: bytes) -> None:
    connection, _peer = listening.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 ready\r\n")
        for line in lines:
            if line.upper().startswith(b"DATA"):
                connection.sendall(b"354 go on\r\n")
                while lines.readline() != b".\r\n":
                    pass
                connection.sendall(last)
                return
            connection.sendall(b"250 ok\r\n")


def failure_after(last: bytes) -> SendFailure:
    with answering(last) as port, pytest.raises(SendFailure) as failure:
        smtp.send(Server("127.0.0.1", port, timeout=10), ENVELOPE)
    assert failure.value.stage == Stage.FINAL_ANSWER
    return failure.value


@pytest.mark.parametrize(
    "last",
    [
        *(b"", b"2", b"25", b"25\r\n", b"55\r\n", b"45 try again\r\n", b"250-queued\r\n", b"ok\r\n", b"354 go on\r\n"),
        *(b"600 ?\r\n", b"-450\r\n", b"250 " + b"x" * 9000 + b"\r\n", b"\x00\r\n"),
    ],
)
def test_what_is_no_full_refusal_leaves_the_message_uncertain(last):
    failure = failure_after(last)
    assert (failure.is_uncertain, failure.is_lasting) == (True, False)


@pytest.mark.parametrize(("last", "is_lasting"), [(b"450 later\r\n", False), (b"554 no\r\n", True), (b"550\r\n", True)])
def test_a_full_refusal_is_one(last, is_lasting):
    failure = failure_after(last)
    assert (failure.is_uncertain, failure.is_lasting) == (False, is_lasting)


def test_a_full_acceptance_is_one():
    with answering(b"250 queued\r\n") as port:
        assert smtp.send(Server("127.0.0.1", port, timeout=10), ENVELOPE) == "250 queued"
