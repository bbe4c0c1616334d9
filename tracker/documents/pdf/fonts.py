"""The fonts that papers in PDF are set with: the one that comes with the tracker, and those of a directory.

The setting DOCUMENT_FONTS names a directory with further fonts, for rare characters and other faces.

Fonts of the system are not used, so that a paper is the same on every machine. Nothing is ever downloaded.
"""

from functools import cache

import typst
from django.conf import settings

from tracker.documents.drawing.image import FAMILY, FONTS, drawable

#: Stands for a character that no font has: in Chinese print the sign of a missing type.
LACKING = "〓"


def font_paths() -> list[str]:
    """Return the directories of fonts, the own one first."""
    further = settings.DOCUMENT_FONTS
    return [str(FONTS), *([str(further)] if further else [])]


@cache
def families(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the fonts there, the own one first."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(paths[1:]))
    return (FAMILY, *sorted({name for name in found.families() if name != FAMILY})) if len(paths) > 1 else (FAMILY,)


def lacking_in(text: str) -> list[str]:
    """Return the characters that the own font does not have, in their order; none where a directory has more fonts."""
    if len(font_paths()) > 1:
        return []
    return [letter for letter in dict.fromkeys(text) if not letter.isspace() and letter not in drawable()]
