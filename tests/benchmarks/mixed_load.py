"""Readers and officials at once: `DATABASE_URL=... python -m tests.benchmarks.mixed_load [REQUESTS PAUSE]`
(5,000 and 3).

30 clients ask gunicorn with two workers on this machine, each for its next page so many seconds on average after the
last has come: 24 read what the front page of a plan with nine months leads to, 6 open and save returns. Prints p50 and
p95 of a page and of a save beside those of /healthz, which renders nothing, asked by as many clients in the same run
(bounds: p95 of one second on two quiet cores), and by how much the memory of the web processes grew after the first
tenth of the requests (bound: 10 MB). Ends with an error when an answer was wrong or a save was not stored.
"""

import http.client
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from itertools import count, cycle
from pathlib import Path
from statistics import quantiles

from tests.benchmarks.served import Official, gunicorn, officials, own_database, save, session_of, vacuum

# What follows uses Django, which the line above sets up.
# isort: split
from tests import factories
from tracker.models import Role

READERS, WRITERS = 24, 6
MONTH = "2020-09"
#: What is followed from the front page: pages, not files, forms or ways out.
PAGE = re.compile(r'href="(/(?!admin|static|media|logout|language|account)[^"#]*)"')
BOUND_MB = 10


def main(requests: int, pause: float) -> None:
    """Serve the demonstration, ask, look."""
    with own_database():
        plan = factories.load_demonstration()
        people = officials(factories.period(plan, "2020-10"), WRITERS)
        leaders = [session_of(factories.make_user(f"leader-{number}", Role.LEADER)) for number in range(READERS)]
        vacuum()
        with gunicorn() as (port, web):
            pages = links(port, leaders[0])
            print(f"{len(pages)} pages, {READERS} readers, {WRITERS} officials", flush=True)
            ask(port, leaders, pages, people, requests // 10, 0)
            before = memory(web)
            nothing = ask(port, leaders, ["/healthz"], [], requests // 10, pause / 10)
            read = ask(port, leaders, pages, people, requests, pause)
            after = memory(web)
    tell("a page that renders nothing", nothing)
    tell("a page", read)
    saved = [one for person in people for one in person.seconds]
    wrong = [text for person in people for text in person.wrong]
    assert not wrong, (len(wrong), wrong[:3])
    tell("a save", saved)
    print(f"memory: {before:.1f} MB after {requests // 10} requests, {after - before:+.1f} MB (bound: {BOUND_MB})")


def links(port: int, session: str) -> list[str]:
    """Return the addresses that the front page leads to, itself first."""
    front = f"/?plan=shanxi-2020&period={MONTH}"
    found = dict.fromkeys([front])
    html = fetch(port, session, front).decode()
    found |= dict.fromkeys(address.replace("&amp;", "&") for address in PAGE.findall(html) if "_export" not in address)
    return list(found)


def fetch(port: int, session: str, address: str) -> bytes:
    """Return the body of a page; AssertionError if it is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", address, headers={"Host": "localhost", "Cookie": f"sessionid={session}"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status in (200, 302), (address, answer.status)
        return body
    finally:
        connection.close()


def ask(
    port: int, sessions: list[str], pages: list[str], people: list[Official], requests: int, pause: float
) -> list[float]:
    """Let everybody ask until so many pages were asked for together; the seconds of each page."""
    asked, seconds, wrong = count(), list[float](), list[str]()

    def rest() -> None:
        time.sleep(random.uniform(0, 2 * pause))

    def read(number: int, session: str) -> None:
        for address in cycle(pages[number % len(pages) :] + pages[: number % len(pages)]):
            if next(asked) >= requests or wrong:
                return
            began = time.perf_counter()
            try:
                fetch(port, session, address)
            except (AssertionError, OSError, http.client.HTTPException) as error:
                wrong.append(repr(error))
            seconds.append(time.perf_counter() - began)
            rest()

    def write(number: int, person: Official) -> None:
        while next(asked) < requests and not (wrong or person.wrong):
            save(person, port, f"{len(person.seconds) + 1}.5")
            rest()

    for person in people:
        person.seconds.clear()
    run(
        [lambda n=n, s=s: read(n, s) for n, s in enumerate(sessions)]
        + [lambda n=n, p=p: write(n, p) for n, p in enumerate(people)]
    )
    assert not wrong, (len(wrong), wrong[:3])
    return seconds


def run(acts: Sequence[Callable[[], None]]) -> None:
    """Run these at the same time, to their ends."""
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def memory(web: subprocess.Popen[bytes]) -> float:
    """Return the megabytes that the server's processes hold, shared pages counted once."""
    children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
    kilobytes = 0
    for pid in [str(web.pid), *children]:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        kilobytes += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
    return kilobytes / 1024


def tell(what: str, seconds: list[float]) -> None:
    """Print the median and the 95th percentile in milliseconds."""
    cuts = quantiles(seconds, n=100)
    print(f"{what}: {len(seconds)}, p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms", flush=True)


if __name__ == "__main__":
    given = sys.argv[1:3]
    main(*((int(given[0]), float(given[1])) if len(given) == 2 else (5_000, 3.0)))
