"""Labels of clauses at the start of a line: 一、 （一） 1. （1） 第X章 3.2 附件1, Section 2, Goal 1."""

import re
from dataclasses import dataclass

from tracker.uploads.policy.chinese_numerals import NUMERAL

DECIMAL_RANK = 30


@dataclass(frozen=True)
class Label:
    """Label of a clause: its spelling in numbers, its rank (lower is higher up), and the length it takes up.

    `joint` stands between the parent's number and this one. `is_unique` means that it needs no parent to be found.
    """

    number: str
    rank: int
    length: int
    kind: str
    joint: str = ""
    is_unique: bool = False


#: A number after which a unit or a date follows is an amount, not a label.
AMOUNT = (
    r"(?! ?(?:\d|[年月日岁]|[万亿]|[万亿]?(?:吨|元|个|家|户|项|座|千瓦|公里|亩|平方|立方|%|人|台|辆|米|"
    r"克|倍|条|名|所|处|张|毫克|微克|至|到|以上|以下|左右|亿|万)))"
)
ANNEX = re.compile(r"(附件|附录|附表|附)([0-9]{1,2}|[一二三四五六七八九十]{1,3}|[A-Z])?(?=[：:\s.、]|$|[^0-9一-十])")
BOX = re.compile(r"(专栏|专项|表)([0-9]{1,2}|[一二三四五六七八九十]{1,3})(?=[：:\s.、]|$|[^0-9])")
PATTERNS: tuple[tuple[str, int, str, re.Pattern[str]], ...] = (
    ("part", 10, "", re.compile(rf"第({NUMERAL}{{1,4}}|\d{{1,2}})(编|篇|部分)")),
    ("chapter", 11, "", re.compile(rf"第({NUMERAL}{{1,4}}|\d{{1,2}})(章)")),
    ("section", 12, "", re.compile(rf"第({NUMERAL}{{1,4}}|\d{{1,2}})(节)")),
    ("article", 13, "", re.compile(rf"第({NUMERAL}{{1,5}}|\d{{1,3}})(条)(?=[：:\s]|[^款项的和、，]|$)")),
    ("numeral", 20, "-", re.compile(r"([一二三四五六七八九十]{1,3})(?:[、.．]|(?= [\u3400-\u9fff]{2,20}$))")),
    ("numeral in brackets", 21, "", re.compile(r"[（(]([一二三四五六七八九十]{1,3})[）)]")),
    ("number in brackets", 24, "", re.compile(r"[（(](\d{1,2})[）)]")),
    ("half bracket", 24, "", re.compile(r"(\d{1,2})[）)](?=\S)")),
    ("circle", 25, "", re.compile(r"([①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮])")),
)
NAMED = re.compile(rf"(目标|任务|行动|工程|措施|专项行动)({NUMERAL}{{1,3}}|\d{{1,2}})(?=[：:、.\s])")
DECIMAL = re.compile(
    rf"(\d{{1,2}}(?:\.\d{{1,2}}){{1,3}})\.?(?:(?= (?:19|20)\d\d年)|(?:(?= )|(?=[\u3400-\u9fff《“])){AMOUNT})"
)
NUMBER = re.compile(r"(\d{1,3})(?:[、．]|\.(?!\d)|\.(?=(?:19|20)\d\d年))\s?(?!\d+[、.．])")
BARE_NUMBER = re.compile(rf"(\d{{1,2}}) (?=[A-Z\u3400-\u9fff]){AMOUNT}")
ENGLISH_NAMED = re.compile(
    r"(Part|Chapter|Section|Article|Goal|Objective|Target|Strategy|Action|Measure|Priority|Pillar|"
    r"Initiative|Theme|Task|Step"
    r"|Annex|Appendix|Box|Schedule)\s+([0-9]+(?:\.[0-9]+)*[a-z]?|[IVX]{1,5}|[A-Z](?:\.\d+|\d+)?)"
    r"(?=\s*[.:\-\u2013\u2014]|\s*$|\s+[A-Z][a-z])"
)
ENGLISH_RANKS = {
    "Part": 10, "Annex": 5, "Appendix": 5, "Schedule": 5, "Chapter": 11, "Section": 12, "Article": 13,
    "Pillar": 14, "Theme": 14, "Priority": 15, "Goal": 15, "Objective": 16, "Target": 17, "Strategy": 17,
    "Initiative": 18, "Action": 19, "Measure": 19, "Task": 20, "Step": 20, "Box": 26,
}  # fmt: skip
LETTER_AND_NUMBER = re.compile(r"([A-Z]\d{1,2}(?:\.\d{1,2})*)[.:)]\s+(?=\S)")
LETTER = re.compile(r"([A-Z])\.\s+(?=[A-Z])")
LETTER_IN_BRACKETS = re.compile(r"\(([a-z]|[ivx]{1,4})\)\s+")
ROMAN = re.compile(r"([IVX]{1,5})\.\s+(?=[A-Z])")


def read_label(line: str) -> Label | None:
    """Return the label at the start of the line, or None."""
    return _chinese(line) or _decimal(line) or _english(line)


def _chinese(line: str) -> Label | None:
    if found := ANNEX.match(line):
        return Label(f"{found[1]}{found[2] or ''}", 1, found.end(), "annex", is_unique=True)
    if found := BOX.match(line):
        return Label(f"{found[1]}{found[2]}", 26, found.end(), "box", is_unique=True)
    for kind, rank, joint, pattern in PATTERNS:
        if not (found := pattern.match(line)):
            continue
        if kind in ("part", "chapter", "section", "article"):
            return Label(found[0], rank, found.end(), kind, is_unique=kind != "section")
        number = found[1] if kind in ("numeral", "circle") else f"({found[1]})"
        return Label(number, rank, found.end(), kind, joint)
    if found := NAMED.match(line):
        return Label(found[0], 22, found.end(), "named", "-")
    return None


def _decimal(line: str) -> Label | None:
    if found := DECIMAL.match(line):
        return Label(found[1], DECIMAL_RANK + found[1].count("."), found.end(), "decimal", is_unique=True)
    if found := NUMBER.match(line):
        return Label(found[1], 23, found.end(), "number", "-")
    if found := BARE_NUMBER.match(line):
        return Label(found[1], 23, found.end(), "bare number", "-")
    return None


def _english(line: str) -> Label | None:
    if found := ENGLISH_NAMED.match(line):
        return Label(found[0], ENGLISH_RANKS[found[1]], found.end(), found[1], is_unique=True)
    if found := LETTER_AND_NUMBER.match(line):
        return Label(found[1], 22 + found[1].count("."), found.end(), "letter and number", is_unique=True)
    if found := ROMAN.match(line):
        return Label(found[1], 14, found.end(), "roman", is_unique=True)
    if found := LETTER.match(line):
        return Label(found[1], 21, found.end(), "letter", "-")
    if found := LETTER_IN_BRACKETS.match(line):
        return Label(f"({found[1]})", 27, found.end(), "letter in brackets")
    return None
