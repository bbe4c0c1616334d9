"""Scores of the reader against the answers: `python -m tests.uploads.policy.scorer [growing|held] [-v]`."""

import re
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tracker.uploads.policy.files.reader import read_file
from tracker.uploads.policy.proposals import Reading, TargetProposal
from tracker.uploads.policy.reading import read_content
from tracker.uploads.policy.units import scaled

CORPUS = Path(__file__).parent / "corpus"


@dataclass
class Score:
    """Counts of right answers over counts of answers, by name."""

    right: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, is_right: bool) -> None:
        self.right[name] += is_right
        self.of[name] += 1

    def __getitem__(self, name: str) -> Decimal:
        """Return the share in percent."""
        return Decimal(self.right[name] * 100) / self.of[name] if self.of[name] else Decimal(100)

    def __add__(self, other: "Score") -> "Score":
        return Score(self.right + other.right, self.of + other.of, self.notes + other.notes)

    def __str__(self) -> str:
        return "\n".join(f"{name:22} {self[name]:6.1f} %  {self.right[name]} of {self.of[name]}" for name in self.of)


def documents(half: str) -> list[Path]:
    """Return the documents of one half of the corpus."""
    return sorted(path for path in (CORPUS / half).iterdir() if path.suffix != ".toml")


def read(path: Path) -> Reading:
    content, scanned = read_file(path, path.suffix)
    return read_content(content, scanned)


def score_half(half: str) -> Score:
    """Return the scores of one half of the corpus together."""
    total = Score()
    for path in documents(half):
        total += score(read(path), tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8")), path.name)
    return total


def score(reading: Reading, answers: dict[str, Any], name: str = "") -> Score:
    """Return the scores of one document."""
    result = Score()
    pairs = _pairs(reading.targets, answers["target"])
    matched = {id(found) for _wanted, found in pairs if found}
    for found in reading.targets:
        result.add("value precision", id(found) in matched)
        if id(found) not in matched:
            text = found.sentence.of(reading.text)
            result.notes.append(f"{name} FALSE {found.value}{found.unit} {found.indicator} | {text[:80]}")
    for wanted, found in pairs:
        label = f"{name} {wanted['value']}{wanted['unit']} {wanted['noun']}"
        result.add("value recall", found is not None)
        both = found is not None and found.bound == wanted["bound"] and found.clause == wanted["clause"]
        result.add("bound, clause recall", both)
        if found is None:
            result.notes.append(f"{label} MISSED")
            for part, key in (
                ("base", "base"),
                ("base year", "base_year"),
                ("year", "year"),
                ("place", "places"),
                ("lead", "lead"),
                ("noun", "noun"),
            ):
                if key in wanted:
                    result.add(part, False)
            continue
        if not both:
            result.notes.append(
                f"{label} BOUND/CLAUSE {found.bound} {found.clause} wanted {wanted['bound']} {wanted['clause']}"
            )
        _score_details(result, wanted, found, label)
    for _found in reading.targets:
        result.of["bound, clause precision"] += 1
    result.right["bound, clause precision"] = result.right["bound, clause recall"]
    numbers = [clause.number for clause in reading.clauses]
    for number in answers["clauses"]:
        result.add("clauses", number in numbers)
        if number not in numbers:
            result.notes.append(f"{name} CLAUSE {number} missed")
    for number in numbers:
        if number not in answers["clauses"]:
            result.add("clauses", False)
            result.notes.append(f"{name} CLAUSE {number} too many")
    sizes = [(len(one.table.rows), one.table.width) for one in reading.tables]
    for table in answers.get("table", []):
        result.add("tables", (table["rows"], table["columns"]) in sizes)
    for trap in answers.get("trap", []):
        caught = [
            one
            for one in reading.targets
            if id(one) not in matched
            and one.value == Decimal(trap["value"])
            and trap["text"] in one.sentence.of(reading.text)
        ]
        result.add("traps avoided", not caught)
    return result


def _score_details(result: Score, wanted: dict[str, Any], found: TargetProposal, label: str) -> None:
    checks = {
        "base": (
            "base",
            found.base is not None
            and found.base.value is not None
            and found.base.value == Decimal(wanted.get("base", "-1")),
        ),
        "base year": ("base_year", found.base is not None and found.base.year == wanted.get("base_year")),
        "year": ("year", found.year == wanted.get("year")),
        "place": ("places", set(found.places) == set(wanted.get("places", []))),
        "lead": ("lead", set(found.bodies.lead or found.bodies.responsible) == set(wanted.get("lead", []))),
        "nature": ("nature", found.nature == wanted.get("nature")),
        "noun": ("noun", similar(found.indicator, wanted["noun"])),
    }
    for name, (key, is_right) in checks.items():
        if key in wanted:
            result.add(name, is_right)
            if not is_right:
                got = {
                    "base": found.base,
                    "base year": found.base,
                    "year": found.year,
                    "place": found.places,
                    "lead": found.bodies,
                    "nature": found.nature,
                    "noun": found.indicator,
                }[name]
                result.notes.append(f"{label} {name.upper()} {got} wanted {wanted[key]}")


def similar(one: str, other: str) -> bool:
    """Return True if one name contains the other, or they share most of their characters in pairs."""
    first, second = one.lower().replace(" ", ""), other.lower().replace(" ", "")
    if not first or not second:
        return False
    if first in second or second in first:
        return True
    pairs, wanted = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (first, second))
    return len(pairs & wanted) * 2 > len(wanted)


def _pairs(
    found: tuple[TargetProposal, ...], wanted: list[dict[str, Any]]
) -> list[tuple[dict[str, Any], TargetProposal | None]]:
    """Return each wanted target with the proposal of the same value and unit that fits it best."""
    free = list(found)
    pairs = []
    for one in wanted:
        fitting = [other for other in free if _has_value(other, one)]
        best = max(fitting, key=lambda other: _fit(other, one), default=None)
        if best is not None:
            free.remove(best)
        pairs.append((one, best))
    return pairs


def _has_value(found: TargetProposal, wanted: dict[str, Any]) -> bool:
    low, _tilde, high = wanted["value"].partition("~")
    if (found.high is None) == bool(high) or (
        high and scaled(found.high, found.unit)[0] != scaled(Decimal(high), wanted["unit"])[0]
    ):
        return False
    return scaled(found.value, unit_key(found.unit)) == scaled(Decimal(low), unit_key(wanted["unit"]))


def unit_key(unit: str) -> str:
    return re.sub(r"\s+(?:per|a|an)\s+", "/", unit)


def _fit(found: TargetProposal, wanted: dict[str, Any]) -> tuple[bool, bool, bool, bool]:
    return (
        found.clause == wanted["clause"],
        set(found.places) == set(wanted.get("places", [])),
        similar(found.indicator, wanted["noun"]),
        found.year == wanted.get("year"),
    )


if __name__ == "__main__":
    for half in sys.argv[1:2] or ["growing", "held"]:
        total = score_half(half)
        sys.stdout.write(f"{half}\n{total}\n")
        if "-v" in sys.argv:
            sys.stdout.write("\n".join(total.notes) + "\n")
