"""What a request changed or let out, and whether the event log tells of it."""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpResponse

WRITE = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', re.IGNORECASE)
SAVEPOINT = re.compile(r'^(SAVEPOINT|ROLLBACK TO SAVEPOINT) "?(\w+)', re.IGNORECASE)
#: Tables whose change is no act of anybody's: sums that follow the entries, what keeps a person signed in or counts
#: failures, an app that no code has confirmed yet; and the views of lists that people keep for themselves.
FOLLOWS = re.compile(
    r"tracker_\w*(total|count)$|django_session$|tracker_(eventseal|signin|savedview)$|axes_\w+$|otp_totp_\w+$"
)
#: Requests that write and need no event, each with its reason.
EXCEPTIONS = {
    r"/admin/tracker/return/workbooks/\d+/check/": "the preview is reckoned anew; file, return and decision stay",
}


class Writes:
    """The tables that a request wrote in, without what was rolled back."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, str]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """As Django's wrapper of statements."""
        if point := SAVEPOINT.match(sql):
            mark = ("savepoint", point[2])
            if point[1].upper() == "SAVEPOINT":
                self.statements.append(mark)
            elif mark in self.statements:
                del self.statements[self.statements.index(mark) + 1 :]
        result = execute(sql, params, many, context)
        if write := WRITE.match(sql):
            is_change = not sql.startswith("UPDATE") or context["cursor"].rowcount != 0
            is_sign_in = 'SET "last_login"' in sql
            if is_change and not is_sign_in:
                self.statements.append(("write", write[1]))
        return result

    @property
    def tables(self) -> set[str]:
        """What was written in, but for what follows."""
        return {name for kind, name in self.statements if kind == "write" and not FOLLOWS.search(name)}


def require_event(path: str, writes: Writes, response: HttpResponse) -> None:
    """A request that changed something, or let a file out, recorded an event."""
    changed = writes.tables - {"tracker_event"}
    is_recorded = "tracker_event" in writes.tables
    is_excepted = any(re.fullmatch(pattern, path) for pattern in EXCEPTIONS)
    lets_out = "attachment" in response.headers.get("Content-Disposition", "")
    if (changed or lets_out) and not is_recorded and not is_excepted:
        raise AssertionError(f"{path} changed {sorted(changed)} or let a file out ({lets_out}), without an event")


def watched(request: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """`Client.request`, after which `require_event` holds."""

    def request_and_look(client: Any, **environ: Any) -> HttpResponse:
        writes = Writes()
        with connection.execute_wrapper(writes):
            response = request(client, **environ)
        require_event(str(environ.get("PATH_INFO", "")), writes, response)
        return response

    return request_and_look
