"""Handing one message over: encryption, login, and the exact octets."""

import shutil
import smtplib
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.smtp_peer import Mailbox, free_port, mail_server
from tracker.services.mail import smtp
from tracker.services.mail.smtp import Envelope, SendFailure, Server, Stage

ENVELOPE = Envelope("tracker@example.com", "leader@example.com", b"Subject: x\r\n\r\n.\r\n..two\r\n.end\r\nlast\r\n")


def failure_of(server: Server) -> SendFailure:
    with pytest.raises(SendFailure) as failure:
        smtp.send(server, ENVELOPE)
    return failure.value


def test_lines_that_begin_with_a_dot_arrive_as_they_were():
    port = free_port()
    with mail_server(Mailbox(), port) as mailbox:
        smtp.send(Server("127.0.0.1", port), ENVELOPE)
    assert mailbox.messages == [ENVELOPE.data]


def test_the_end_of_a_message_is_not_held_back_until_its_beginning_is_confirmed(monkeypatch):
    connections = []

    class Noted(smtplib.SMTP):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            connections.append(self)

    monkeypatch.setattr(smtp.smtplib, "SMTP", Noted)
    port = free_port()
    with mail_server(Mailbox(), port), smtp.Session(Server("127.0.0.1", port)) as session:
        session.send(ENVELOPE)
        (connection,) = connections
        assert connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("encryption", [{"starttls": True}, {"implicit_tls": True}])
def test_a_server_without_encryption_gets_nothing_when_encryption_is_wanted(encryption):
    port = free_port()
    with mail_server(Mailbox(), port) as mailbox:
        failure = failure_of(Server("127.0.0.1", port, timeout=2, **encryption))
    assert failure.stage in (Stage.ENCRYPTION, Stage.CONNECT)
    assert not failure.is_lasting and not failure.is_uncertain
    assert mailbox.messages == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    place = tmp_path_factory.mktemp("tls")
    paths = place / "certificate.pem", place / "key.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *names]
    subprocess.run([*command, "-out", paths[0], "-keyout", paths[1]], check=True, capture_output=True)
    return paths


@pytest.fixture
def encrypted(certificate):  # type: ignore[no-untyped-def]
    """A server that demands STARTTLS and the login user / secret; with its mailbox."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def check(server, session, envelope, mechanism, data):  # type: ignore[no-untyped-def]
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"user", b"secret")
        return AuthResult(success=good, handled=False)

    mailbox, port = Mailbox(), free_port()
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        authenticator=check,
        auth_required=True,
    )
    controller.start()
    yield port, mailbox
    controller.stop()


def test_it_logs_in_over_an_encrypted_connection(encrypted, certificate, monkeypatch):
    port, mailbox = encrypted
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    smtp.send(Server("127.0.0.1", port, "user", "secret", starttls=True), ENVELOPE)
    assert mailbox.messages == [ENVELOPE.data]


def test_a_wrong_password_is_named_and_may_be_put_right_meanwhile(encrypted, certificate, monkeypatch):
    port, mailbox = encrypted
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    failure = failure_of(Server("127.0.0.1", port, "user", "wrong", starttls=True))
    assert (failure.stage, failure.code, failure.is_lasting) == (Stage.LOGIN, 535, False)
    assert mailbox.messages == []


def test_a_certificate_that_nobody_vouches_for_is_refused(encrypted):
    port, _mailbox = encrypted
    failure = failure_of(Server("127.0.0.1", port, "user", "secret", starttls=True))
    assert failure.stage == Stage.ENCRYPTION
    assert "certificate" in failure.answer.lower()


@pytest.mark.parametrize(
    ("stage", "code", "is_lasting", "is_uncertain"),
    [
        (Stage.RECIPIENT, 550, True, False),
        (Stage.RECIPIENT, 450, False, False),
        (Stage.RECIPIENT, None, False, False),
        (Stage.DATA, None, False, False),
        (Stage.FINAL_ANSWER, None, False, True),
        (Stage.FINAL_ANSWER, 451, False, False),
        (Stage.FINAL_ANSWER, 554, True, False),
        (Stage.LOGIN, 535, False, False),
    ],
)
def test_what_a_failure_means(stage, code, is_lasting, is_uncertain):
    failure = SendFailure(stage, "", code)
    assert (failure.is_lasting, failure.is_uncertain) == (is_lasting, is_uncertain)
