"""Addresses of pages that differ in a number alone."""

from collections.abc import Callable

from django.urls import reverse

#: No page's address has it otherwise.
SOME_NUMBER = 987654321


def numbered_address(name: str) -> Callable[[int], str]:
    """Gives the addresses of pages that differ in a number alone, found out once for a whole list."""
    start, end = reverse(name, args=[SOME_NUMBER]).split(str(SOME_NUMBER), 1)
    return lambda number: f"{start}{number}{end}"
