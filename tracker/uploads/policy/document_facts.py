"""Facts that a document states about itself at its head and foot: title, issuer, document number, date of issue."""

import re
from collections.abc import Sequence
from datetime import date

from tracker.uploads.policy.english.wording import MONTHS
from tracker.uploads.policy.labels import read_label

HEAD, FOOT = 12, 4
LONGEST_TITLE, LONGEST_LINE = 90, 60
TITLE = re.compile(
    r"计划|方案|规划|意见|要点|办法|细则|通知|行动|责任书|纲要|Plan|Strategy|Programme|Program|Roadmap|Framework|Policy|"
    r"PLAN|STRATEGY|PROGRAMME|PROGRAM|ROADMAP|FRAMEWORK"
)
ISSUING = re.compile(r"^.*关于(?:印发|下发|发布)|(?:的通知)?$")
QUOTED = re.compile(r"《(?P<title>[^《》]+)》")
NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}(?:〔|\[|［)\s*(?P<year>(?:19|20)\d\d)\s*(?:〕|\]|］)\s*\d+号")
REFERENCE = re.compile(
    r"^(?:Ref(?:erence)?(?:\s+(?:No\.?|number))?|Document (?:No\.?|number)|Decision No\.?|File No\.?)\s*[:.]?\s*"
    r"(?P<number>\S*\d\S*)$",
    re.IGNORECASE,
)
#: Lines that name the issuer or the date by a label.
ISSUED_BY = re.compile(
    r"^(?:发布(?:单位|机构|部门)|印发(?:单位|机关)|发文(?:机关|单位)|编制单位|制定单位|"
    r"(?:Issued|Published|Prepared|Adopted|Approved) by|Issuer|Publisher|Issuing (?:body|authority))\s*[:：]?\s*"
    r"(?:the\s+)?(?P<issuer>[^:：\d]{2,60}?)(?:,?\s+(?:on|in)\s+.*)?[,.]?$",
    re.IGNORECASE,
)
CHINESE_ISSUER = re.compile(
    r"[\u4e00-\u9fff]{2,24}(?:厅|局|委员会|人民政府|政府|办公室|部|公司|集团|管委会|领导小组|委|医院|大学|学校)"
)
#: An issuing notice begins with its issuers: 某市人民政府关于印发….
NOTICE = re.compile(rf"(?P<issuer>(?:{CHINESE_ISSUER.pattern})+?)关于")
ENGLISH_ISSUER = re.compile(
    r"(?:(?:[A-Z][\w&'’.-]*|of|for|and|the|THE|OF)\s+)*(?i:Ministry|Department|Council|Agency|Authority|Commission|Board|"
    r"Office|Government|Secretariat|Bureau|Corporation|Company|Group|Limited|Ltd|Inc|plc|Trust|City|County|State|"
    r"Province|Municipality|Region|District|University|Hospital)\b(?:\.|\s+(?:of|for|and|the|on|&|[A-Z][\w&'’.-]*|,))*",
)
DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:年|-|/|\.)(?P<month>\d{1,2})(?:月|-|/|\.)(?P<day>\d{1,2})(?:日|(?!\d))"
)
CHINESE_DIGITS = re.compile(r"(?P<year>[二一][〇○零一二三四五六七八九O]{3})年(?P<month>[一二三四五六七八九十]{1,2})月"
                            r"(?P<day>[一二三四五六七八九十]{1,3})日")  # fmt: skip
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" if len(month) > 3 else month for month in MONTHS)
ENGLISH_DATE = re.compile(
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\.?,?|"
    rf"(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?)\s+(?P<year>(?:19|20)\d\d)\b"
)


def _plain(pattern: re.Pattern[str]) -> str:
    """Return the pattern's text without the names of its groups, so that it can stand beside others."""
    return re.sub(r"\?P<\w+>", "?:", pattern.pattern)


#: A line of a date alone, or of a date with a label before it: no day that something begins or is due on.
DATE_LINE = re.compile(
    rf"^[（(]?(?:[^\d，。；,;]{{0,50}}?(?:于|[:：]|\bon\b|,)?\s*)?(?:{_plain(DATE)}|{_plain(CHINESE_DIGITS)}|"
    rf"{_plain(ENGLISH_DATE)})\s*(?:印发|发布|通过)?[)）.]?$"
)
NUMERALS = "〇一二三四五六七八九"


def head_of(lines: Sequence[str]) -> list[str]:
    """Return the lines before the first clause, the first line always among them."""
    until = next((at for at, line in enumerate(lines[:HEAD]) if at and read_label(line)), min(len(lines), HEAD))
    return list(lines[: max(until, 1)])


def title_of(head: Sequence[str]) -> str:
    """Return the title: what an issuing notice encloses, or the first line that names a kind of plan."""
    title = next((line for line in head if TITLE.search(line) and len(line) < LONGEST_TITLE), head[0] if head else "")
    if quoted := QUOTED.search(title):
        return quoted["title"]
    return ISSUING.sub("", title).strip("《》") or title


def issuer_of(lines: Sequence[str], head: Sequence[str], title: str) -> str:
    """Return the issuer: from its label, or a line at the head or foot that is only the name of a body."""
    beside = [*head, *lines[-FOOT:]]
    for line in beside:
        if found := ISSUED_BY.match(line):
            return found["issuer"].strip()
    for at, line in enumerate(head):
        if CHINESE_ISSUER.fullmatch(line):
            following = head[at + 1] if at + 1 < len(head) else ""
            return f"{line}、{following}" if CHINESE_ISSUER.fullmatch(following) else line
    if head and (notice := NOTICE.match(head[0])):
        return notice["issuer"]
    bodies = (line for line in beside if CHINESE_ISSUER.fullmatch(line) or _is_english_body(line, title))
    return next(bodies, "")


def _is_english_body(line: str, title: str) -> bool:
    is_title = line == title or TITLE.search(line)
    return bool(not is_title and len(line) <= LONGEST_LINE and line[:1].isupper() and ENGLISH_ISSUER.fullmatch(line))


def number_of(lines: Sequence[str]) -> tuple[str, int | None]:
    """Return the document number and the year in it, or an empty string."""
    for line in lines[:HEAD]:
        if found := NUMBER.search(line):
            return found[0], int(found["year"])
        if reference := REFERENCE.match(line):
            return reference["number"].rstrip(".,;"), None
    return "", None


def issued_on(lines: Sequence[str]) -> date | None:
    """Return the first date on a short line at the head or, from the end, at the foot."""
    for line in [*lines[:HEAD], *reversed(lines[-FOOT:])]:
        if len(line) < LONGEST_LINE and DATE_LINE.match(line) and (found := date_in(line)):
            return found
    return None


def date_in(line: str) -> date | None:
    """Return the date in a line: 2024年3月18日, 2024-03-18, 二〇二四年三月十八日, 14 June 2024, June 14, 2024."""
    if found := DATE.search(line):
        return _date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := CHINESE_DIGITS.search(line):
        year = int("".join(str(max(NUMERALS.find(one), 0)) for one in found["year"]))
        return _date(year, _count(found["month"]), _count(found["day"]))
    if found := ENGLISH_DATE.search(line):
        name = found["month"] or found["month2"]
        month = next(at for at, one in enumerate(MONTHS, 1) if one.startswith(name[:3]))
        return _date(int(found["year"]), month, int(found["day"] or found["day2"]))
    return None


def _count(text: str) -> int:
    """Return the number of up to two places that the characters mean: 二十八 is 28."""
    tens, ten, ones = text.rpartition("十")
    return (NUMERALS.index(tens) if tens else 1) * 10 * bool(ten) + (NUMERALS.index(ones) if ones else 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
