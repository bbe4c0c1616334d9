"""A real mail server on this machine, that can be told to fail."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """What the server took, and how it is to fail: "", "550", "451", "before data", "after data", "slow".

    "slow" answers no message until told otherwise; "hangs" takes each and never says so of every `hang_at`-th.
    """

    def __init__(self, fault: str = "", hang_at: int = 0) -> None:
        self.fault, self.hang_at = fault, hang_at
        self.connections = 0
        self.messages: list[bytes] = []
        self.recipients: list[str] = []

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.fault == "550":
            return "550 5.1.1 no such person here"
        if self.fault == "before data":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        while self.fault == "slow":  # until told otherwise, or until the sender is gone
            if server.transport is None or server.transport.is_closing():
                break
            await asyncio.sleep(0.05)
        if self.fault == "451":
            return "451 4.3.0 try again later"
        self.messages.append(envelope.original_content)
        self.recipients += envelope.rcpt_tos
        if self.fault == "hangs" and len(self.messages) % self.hang_at == 0:
            await asyncio.sleep(500)
        if self.fault == "after data":
            server.transport.abort()
        return "250 2.0.0 queued as 4711"


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def mail_server(mailbox: Mailbox, port: int, **settings: Any) -> Iterator[Mailbox]:
    """The server with this mailbox, on this port."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **settings)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
