"""Pinyin initials of Chinese names: "tyjxj" for 太原经信局."""

import os
from collections.abc import Callable
from functools import cache, lru_cache

#: So many names are kept with their initials.
KEPT = 20_000


@lru_cache(maxsize=KEPT)
def initials_of(name: str) -> tuple[frozenset[str], ...]:
    """Return the possible initials of each character: 长治 gives ({c, z}, {z, c}). Other letters stand for themselves.

    Spaces and signs are left out.
    """
    readings = _readings_of()
    return tuple(readings(sign) for sign in name.casefold() if sign.isalnum())


def has_initials(name: str, letters: str) -> bool:
    """Return True if successive characters of a name begin with these letters, in any of their readings.

    >>> has_initials("太原市工业和信息化局", "gyhxx")
    True
    """
    initials = initials_of(name)
    return any(
        all(letter in found for letter, found in zip(letters, initials[start:], strict=False))
        for start in range(len(initials) - len(letters) + 1)
    )


@cache
def _readings_of() -> Callable[[str], frozenset[str]]:
    """Return the function that gives one character's initials. The library's dictionary is loaded at the first use."""
    # Phrases would need 15 MB more. Names have many readings that no phrase holds, so every reading counts.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    def readings(sign: str) -> frozenset[str]:
        return frozenset(pinyin(sign, style=Style.FIRST_LETTER, heteronym=True)[0])

    return readings
