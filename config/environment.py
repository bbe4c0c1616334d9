"""Settings from environment variables, each checked as it is read.

A value that cannot be used is recorded and its default takes its place until `require_valid` raises one error that
lists every such value. A mistyped setting therefore never starts the service with a protection switched off.
"""

import os
import re
from collections.abc import Callable, Collection, Mapping
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

FLAGS = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
#: Written for an empty list. An empty line may be an accident, and an empty list switches something off.
NONE = "none"
HOST = re.compile(r"\.?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*|\*")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Environment:
    """Typed reader of environment variables that collects faults."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        #: By variable, so that a second import of the settings repeats nothing.
        self.faults: dict[str, str] = {}

    def text(self, name: str, default: str = "", *, expected: str = "a text", pattern: str = "") -> str:
        """Return the value as it stands; it must match `pattern` as a whole, if one is given."""
        value = self._given(name, expected)
        if value is None:
            return default
        if pattern and not re.fullmatch(pattern, value):
            self._reject(name, value, expected)
            return default
        return value

    def directory(self, name: str, *, expected: str) -> Path | None:
        """Return a directory that is there, or None for the word `none` and where nothing is set."""
        value = self._given(name, expected)
        if value is None or value == NONE:
            return None
        if not Path(value).is_dir():
            self._reject(name, value, expected)
            return None
        return Path(value)

    def secret(self, name: str, *, shortest: int, expected: str) -> str:
        """Return a token without spaces, or "" where none is given. The value is never part of an error."""
        value = self._given(name, expected)
        if value is None:
            return ""
        if len(value) < shortest or any(character.isspace() for character in value):
            self.faults[name] = f"{name} cannot be used (its value is not shown). Expected: {expected}."
            return ""
        return value

    def whole(self, name: str, *, default: int, minimum: int, maximum: int, unit: str, or_zero: str = "") -> int:
        """Return a whole number within bounds. `or_zero` gives the meaning of 0 where it lies outside them."""
        zero = f", or 0: {or_zero}" if or_zero else ""
        expected = f"a whole number of {unit} from {minimum} to {maximum}{zero}"
        value = self._given(name, expected)
        if value is None:
            return default
        number = int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else None
        if number is None or not (minimum <= number <= maximum or (or_zero and number == 0)):
            self._reject(name, value, expected)
            return default
        return number

    def flag(self, name: str, *, default: bool) -> bool:
        """Return True or False, written on/off, true/false, yes/no or 1/0."""
        expected = "on or off"
        value = self._given(name, expected)
        if value is None:
            return default
        if value.lower() not in FLAGS:
            self._reject(name, value, expected)
            return default
        return FLAGS[value.lower()]

    def choice(self, name: str, choices: Collection[str], *, default: str) -> str:
        """Return one of `choices`."""
        expected = f"one of: {', '.join(choices)}"
        value = self._given(name, expected)
        if value is not None and value not in choices:
            self._reject(name, value, expected)
            return default
        return default if value is None else value

    def choices(self, name: str, choices: Collection[str], *, default: list[str]) -> list[str]:
        """Return several of `choices`; `none` is the empty list."""
        expected = f"a comma-separated list of: {', '.join(choices)}; or {NONE}"
        return self._list(name, default, expected, lambda item: item in choices, may_be_none=True)

    def networks(
        self, name: str, *, default: list[str], also: Collection[str] = (), may_be_none: bool = False
    ) -> list[str]:
        """Return networks or single addresses; `also` lists further words that are accepted."""
        expected = f"a comma-separated list of networks such as 10.0.0.0/24 or 127.0.0.1{_or(also)}"
        expected += f"; or {NONE}" if may_be_none else ""
        return self._list(name, default, expected, lambda item: item in also or _is_network(item), may_be_none)

    def hosts(self, name: str, *, default: list[str]) -> list[str]:
        """Return host names without scheme and port."""
        expected = "a comma-separated list of host names without scheme and port, such as targets.example.com"
        return self._list(name, default, expected, _is_host)

    def url(
        self,
        name: str,
        default: str = "",
        *,
        schemes: Collection[str],
        expected: str,
        check: Callable[[SplitResult], bool],
    ) -> str:
        """Return a URL with its scheme in lower case. Passwords are masked in errors."""
        value = self._given(name, expected)
        if value is None:
            return default
        try:
            parts = urlsplit(value)
            is_good = parts.scheme in schemes and not re.search(r"\s", value) and _has_port(parts) and check(parts)
        except ValueError:
            is_good = False
        if not is_good:
            self._reject(name, _without_password(value), expected)
            return default
        return f"{parts.scheme}{value[len(parts.scheme) :]}"

    def address(self, name: str, default: str) -> str:
        """Return a mail address, with or without a name before it."""
        expected = "a mail address such as tracker@example.com or Tracker <tracker@example.com>"
        value = self._given(name, expected)
        if value is None:
            return default
        try:
            validate_email(parseaddr(value)[1])
        except ValidationError:
            self._reject(name, value, expected)
            return default
        return value

    def require_valid(self) -> None:
        """Raise ImproperlyConfigured with every value that cannot be used."""
        if self.faults:
            faults = "".join(f"\n  {fault}" for fault in self.faults.values())
            raise ImproperlyConfigured(f"Settings in the environment that cannot be used:{faults}")

    def _given(self, name: str, expected: str) -> str | None:
        """Return the value without spaces around it, or None where the variable is not set or cannot be used."""
        value = self.variables.get(name)
        if value is None:
            return None
        if not value.strip():
            self.faults[name] = f"{name} is empty. Expected: {expected}. Leave the line out for the default."
            return None
        if CONTROL.search(value):
            self.faults[name] = f"{name} holds a control character. Expected: {expected}."
            return None
        return value.strip()

    def _list(
        self, name: str, default: list[str], expected: str, is_good: Callable[[str], bool], may_be_none: bool = False
    ) -> list[str]:
        value = self._given(name, expected)
        if value is None:
            return default
        if may_be_none and value == NONE:
            return []
        items = [item.strip() for item in value.split(",")]
        if not all(item and is_good(item) for item in items):
            self._reject(name, value, expected)
            return default
        return items

    def _reject(self, name: str, value: str, expected: str) -> None:
        self.faults[name] = f"{name} is {value!r}. Expected: {expected}."


def _or(words: Collection[str]) -> str:
    return "".join(f", or {word}" for word in words)


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _is_host(text: str) -> bool:
    return bool(HOST.fullmatch(text)) or (text[0] == "[" and text[-1] == "]" and _is_network(text[1:-1]))


def _has_port(parts: SplitResult) -> bool:
    """Return True where the port is absent or a number in range; urlsplit raises ValueError otherwise."""
    return parts.port is None or parts.port > 0


def _without_password(value: str) -> str:
    """Return a URL with its password masked. Without a readable scheme the part before @ is masked whole."""
    try:
        parts = urlsplit(value)
        if parts.scheme and "@" in parts.netloc:
            user, _separator, host = parts.netloc.rpartition("@")
            return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}:***@{host}"))
    except ValueError:
        pass
    return re.sub(r"[^/]*@", "***@", value)


#: The reader that all settings share.
env = Environment(os.environ)
