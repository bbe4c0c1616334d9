"""Handing one message to a mail server, knowing at every moment what the server can have taken.

The library's own sender hides at which command a conversation broke off. Here each command is a stage: until
the last octet of the data is out the server cannot have the message; after it, only its answer can tell.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

#: A server may scan a long message before it answers; to give up early would leave the message uncertain.
FINAL_ANSWER_TIMEOUT = 120
RESET = 250
#: Reply codes that refuse a command (RFC 5321, 4.2.1). Any other answer that was not expected is none: cut or garbled.
REFUSALS = range(400, 600)
LINE_BEGINS_WITH_DOT = re.compile(rb"^\.", re.MULTILINE)


class Stage(StrEnum):
    """How far a conversation came."""

    CONNECT = "connect"
    GREETING = "greeting"
    ENCRYPTION = "encryption"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    FINAL_ANSWER = "final_answer"


#: Stages about this one message: a lasting refusal here is meant for it. Before them it is the set-up that fails.
MESSAGE_STAGES = (Stage.SENDER, Stage.RECIPIENT, Stage.DATA, Stage.FINAL_ANSWER)


@dataclass(frozen=True)
class Server:
    """A mail server as EMAIL_URL names it."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starttls: bool = False
    implicit_tls: bool = False
    timeout: float = 20
    final_timeout: float = FINAL_ANSWER_TIMEOUT


@dataclass(frozen=True)
class Envelope:
    """Who sends, who gets it, and the exact octets."""

    sender: str
    recipient: str
    data: bytes


class SendFailure(Exception):
    """The message was not, or not surely, handed over. `code` is the server's refusal, or None: it fell silent."""

    def __init__(self, stage: Stage, answer: str, code: int | None = None) -> None:
        self.stage, self.answer, self.code = stage, answer, code
        super().__init__(f"{stage}: {answer}")

    @property
    def is_uncertain(self) -> bool:
        """Return True if the server may have taken the message all the same."""
        return self.stage == Stage.FINAL_ANSWER and self.code is None

    @property
    def is_lasting(self) -> bool:
        """Return True if the server refused this very message for good: a 5xx to its sender, recipient or data."""
        return self.stage in MESSAGE_STAGES and self.code is not None and self.code >= 500


def send(server: Server, envelope: Envelope) -> str:
    """Hand one message over and return the server's last answer; raises SendFailure."""
    with Session(server) as session:
        return session.send(envelope)


class Session:
    """A connection kept for a batch of messages: opened at the first, opened anew where it broke."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None
        #: A password that is refused once is not tried for each message of a batch, which would lock the account.
        self._set_up_failure: SendFailure | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        """Say goodbye. The messages are settled by now: how the connection ends changes nothing."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self._drop()

    def send(self, envelope: Envelope) -> str:
        """Hand the message over and return the server's last answer; raises SendFailure.

        A server that answered, even by a refusal, is asked on over the same connection; one that fell silent is not.
        """
        smtp = self._ready()
        try:
            _command(Stage.SENDER, smtp, f"MAIL FROM:<{envelope.sender}>")
            _command(Stage.RECIPIENT, smtp, f"RCPT TO:<{envelope.recipient}>")
            _command(Stage.DATA, smtp, "DATA", expected=354)
            with _stage(Stage.DATA):
                body = envelope.data if envelope.data.endswith(b"\r\n") else envelope.data + b"\r\n"
                smtp.send(LINE_BEGINS_WITH_DOT.sub(b"..", body))
            with _stage(Stage.FINAL_ANSWER):
                if smtp.sock:
                    smtp.sock.settimeout(self.server.final_timeout)
                smtp.send(b".\r\n")
                answer = _expect(Stage.FINAL_ANSWER, smtp.getreply())
                if smtp.sock:
                    smtp.sock.settimeout(self.server.timeout)
                return answer
        except SendFailure as failure:
            if failure.code is None:
                self._drop()
            raise

    def _ready(self) -> smtplib.SMTP:
        """Return the connection if it still answers, else a new one. No message is at risk yet."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                if self._smtp.rset()[0] == RESET:
                    return self._smtp
            self._drop()
        if self._set_up_failure is not None:
            raise self._set_up_failure
        try:
            with _stage(Stage.CONNECT):
                self._smtp = _connect(self.server)
            _greet(self._smtp, self.server)
        except SendFailure as failure:
            self._drop()
            self._set_up_failure = failure
            raise
        return self._smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _greet(smtp: smtplib.SMTP, server: Server) -> None:
    with _stage(Stage.GREETING):
        smtp.ehlo_or_helo_if_needed()
    if server.starttls:
        with _stage(Stage.ENCRYPTION):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
    if server.user:
        with _stage(Stage.LOGIN):
            smtp.login(server.user, server.password)


def _connect(server: Server) -> smtplib.SMTP:
    smtp: smtplib.SMTP
    if server.implicit_tls:
        context = ssl.create_default_context()
        smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    if smtp.sock:
        # The final dot goes by itself: else it would wait until what went before is confirmed, 40 ms a message.
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
    return smtp


def _command(stage: Stage, smtp: smtplib.SMTP, command: str, expected: int | None = None) -> str:
    with _stage(stage):
        return _expect(stage, smtp.docmd(command), expected)


def _expect(stage: Stage, reply: tuple[int, bytes], expected: int | None = None) -> str:
    code, text = reply
    answer = f"{code} {text.decode('utf-8', 'replace')}"
    is_expected = code == expected if expected else 200 <= code < 300
    if not is_expected:
        raise SendFailure(stage, answer, code if code in REFUSALS else None)
    return answer


@contextmanager
def _stage(stage: Stage) -> Iterator[None]:
    """Name the stage at which the library or the network failed."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        text = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        # To the final dot only a reply is read, and there the library invents 500 for a line that it did not finish.
        is_given = error.smtp_code in REFUSALS and stage != Stage.FINAL_ANSWER
        code = error.smtp_code if is_given else None
        raise SendFailure(stage, f"{error.smtp_code} {text}", code) from error
    except ssl.SSLError as error:
        # With TLS from the start, to connect and to agree on the encryption is one step.
        found = Stage.ENCRYPTION if stage == Stage.CONNECT else stage
        raise SendFailure(found, str(error)) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:  # ValueError: what no command can hold
        raise SendFailure(stage, str(error) or type(error).__name__) from error
