"""The changelog as versions with sections and lines, for the page that shows what is new."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: The section of a version that is written in Chinese, for the users of the pages.
CHINESE = "更新说明"
VERSION = re.compile(r"## \[?(?P<name>[^\]\n]+)\]?(?: - (?P<day>\S+))?")


@dataclass(frozen=True)
class Section:
    """A heading and its lines, in the little markup that the file uses: `code` and **bold**."""

    heading: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Version:
    """One version; the first may be named "Unreleased"."""

    name: str
    day: str
    sections: Sequence[Section]

    def read_in(self, language: str) -> list[Section]:
        """Return the sections for readers of a language: the Chinese one, or all the others."""
        is_chinese = language.startswith("zh")
        return [section for section in self.sections if (section.heading == CHINESE) is is_chinese]


def read_changelog(text: str) -> list[Version]:
    """Return the versions of a changelog in the form of Keep a Changelog, the newest first.

    >>> read_changelog("## [1.2] - 2026-01-02\\n### Added\\n- Add one\\n  thing.")[0].sections[0].lines
    ['Add one thing.']
    """
    versions: list[tuple[str, str, list[tuple[str, list[str]]]]] = []
    for line in text.splitlines():
        if found := VERSION.fullmatch(line):
            versions.append((found["name"], found["day"] or "", []))
        elif versions and line.startswith("### "):
            versions[-1][2].append((line[4:].strip(), []))
        elif versions and versions[-1][2] and line.startswith("- "):
            versions[-1][2][-1][1].append(line[2:].strip())
        elif versions and versions[-1][2] and versions[-1][2][-1][1] and line.startswith("  "):
            lines = versions[-1][2][-1][1]
            lines[-1] = _joined(lines[-1], line.strip())
    return [Version(name, day, [Section(*one) for one in sections]) for name, day, sections in versions]


def _joined(before: str, after: str) -> str:
    """Return a line with its continuation; between Chinese characters there is no space."""
    is_chinese = ord(before[-1]) > 0x2E7F and ord(after[0]) > 0x2E7F
    return f"{before}{'' if is_chinese else ' '}{after}"
