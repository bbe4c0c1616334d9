"""Running the web server, a worker and the scheduler together in the foreground, until one ends or all are stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

from django.conf import settings

#: How long a process may finish what it does before it is killed. A job cut short is done again after its lease.
GRACE_SECONDS = 15.0
START_SECONDS = 60.0


def commands(host: str, port: int) -> dict[str, list[str]]:
    """Return what runs, by name."""
    celery = [sys.executable, "-m", "celery", "--app", "config", "--quiet"]
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = ["--bind", bind, "--workers", "1", "--threads", "8", "--no-control-socket", "--log-level", "warning"]
    return {
        "web": [sys.executable, "-m", "gunicorn", "config.wsgi", *web],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-gossip"],
        "scheduler": [*celery, "beat", "--loglevel", "WARNING"],
    }


def is_free(host: str, port: int) -> bool:
    """Return True if the web server could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@dataclass
class Processes:
    """Child processes by name, each in a process group of its own."""

    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    is_stopping: bool = False

    def start(self, commands: Mapping[str, Sequence[str]], environment: Mapping[str, str]) -> None:
        """Start each command. A Ctrl-C reaches us alone, and we stop them in order."""
        for name, command in commands.items():
            self.children[name] = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                cwd=settings.BASE_DIR,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def ended(self) -> str | None:
        """Return the name of a process that ended by itself; None if none did."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def wait(self) -> str | None:
        """Wait until we are told to stop (None) or a process ends by itself (its name)."""
        while not self.is_stopping:
            if name := self.ended():
                return name
            time.sleep(0.2)
        return None

    def wait_until_open(self, host: str, port: int) -> bool:
        """Wait until the web server answers; False when it does not, or something ended first."""
        deadline = time.monotonic() + START_SECONDS
        while not self.is_stopping and not self.ended() and time.monotonic() < deadline:
            try:
                socket.create_connection((reachable(host), port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return True
        return False

    def stop(self) -> None:
        """End every process, at first politely, then its whole group."""
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            _kill_group(child)

    @contextmanager
    def stopped_by_signals(self) -> Iterator[None]:
        """Within, Ctrl-C, a terminal that closes and SIGTERM ask us to stop; at the end everything is stopped."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._ask_to_stop) for number in numbers}
        try:
            yield
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True


def reachable(host: str) -> str:
    """Return the address at which this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
