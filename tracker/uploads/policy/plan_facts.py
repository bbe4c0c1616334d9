"""Facts of the plan as a whole: title, issuer, document number, date, first and last year."""

import re
from collections import Counter
from datetime import date

from tracker.uploads.policy.chinese.bases import standard_year
from tracker.uploads.policy.chinese.times import FIVE_YEAR_PLANS
from tracker.uploads.policy.content import Content
from tracker.uploads.policy.context import PlanYears
from tracker.uploads.policy.labels import read_label
from tracker.uploads.policy.proposals import Plan

HEAD = 12
TITLE = re.compile(
    r"计划|方案|规划|意见|要点|办法|细则|通知|行动|Plan|Strategy|Programme|Program|Roadmap|Framework|"
    r"PLAN|STRATEGY"
)
NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}(?:〔|\[|［)\s*(?P<year>(?:19|20)\d\d)\s*(?:〕|\]|］)\s*\d+号")
DATE = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日")
SPAN = re.compile(r"(?P<first>(?:19|20)\d\d)年?\s*(?:-|—|–|~|～|至|到|to)+\s*(?P<last>(?:19|20)\d\d)(?:年|(?=\D|$))")
FISCAL = re.compile(
    r"[Ff]iscal [Yy]ears?\s+(?P<first>20\d\d)(?:-(?P<firstend>\d\d)\b)?(?:\s*(?:to|through|"
    r"[-\u2013\u2014])\s*(?P<last>20\d\d)(?:-(?P<lastend>\d\d)\b)?)?"
)
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年|(?=\D|$))")
FIVE_YEAR = re.compile(r"[“\"]?(十[一二三四五六]五)[”\"]?")
UNTIL = re.compile(r"(?:到|至)((?:19|20)\d\d)年|(?:[Bb]y|[Ii]n|until) (?:the end of )?(?:\w+ )?(20\d\d)\b")
ISSUER = re.compile(r"[\u4e00-\u9fff]{2,24}(?:厅|局|委员会|政府|办公室|部|公司|集团|管委会)")


def read_plan(content: Content) -> Plan:
    """Return the facts that the document states about itself."""
    lines = [one.of(content.text) for one in content.paragraphs]
    head = lines[:HEAD]
    until = next((at for at, line in enumerate(head) if at and read_label(line)), len(head))
    head = head[: max(until, 1)]
    title = next((line for line in head if TITLE.search(line) and len(line) < 90), head[0] if head else "")
    number = next((found for line in lines[:HEAD] if (found := NUMBER.search(line))), None)
    first, last = _years(title, head, number, content.text)
    return Plan(
        title=re.sub(r"^关于印发|的通知$", "", title).strip("《》"),
        issuer=next((line for line in [*head, *lines[-3:]] if ISSUER.fullmatch(line)), ""),
        document_number=number[0] if number else "",
        issued_on=_issued_on(lines),
        first_year=first,
        last_year=last,
    )


def plan_years(plan: Plan, text: str) -> PlanYears:
    """Return the years that sentences are read with."""
    return PlanYears(plan.first_year, plan.last_year, standard_year(text))


def _years(title: str, head: list[str], number: re.Match[str] | None, text: str) -> tuple[int | None, int | None]:
    """Return the first and last year: from the title, the lines below it, or the targets' dates."""
    for line in (title, *head):
        if (found := FISCAL.search(line)) and found["last"]:
            return _fiscal(found["first"], found["firstend"]), _fiscal(found["last"], found["lastend"])
        if found := SPAN.search(line):
            return int(found["first"]), int(found["last"])
    if found := FIVE_YEAR.search(title):
        last = FIVE_YEAR_PLANS[found[1]]
        return last - 4, last
    if years := [int(year) for year in YEAR.findall(title)]:
        return min(years), max(years)
    issued = int(number["year"]) if number else None
    return _from_targets(issued, text)


def _from_targets(issued: int | None, text: str) -> tuple[int | None, int | None]:
    """Return the years from issue to the date that most targets name."""
    wanted = [int(one or two) for one, two in UNTIL.findall(text)]
    wanted = [year for year in wanted if not issued or year >= issued]
    if not wanted:
        return issued, issued
    last = Counter(wanted).most_common(1)[0][0]
    base = standard_year(text)
    return issued or (base + 1 if base else min(wanted)), last


def _fiscal(year: str, end: str | None) -> int:
    return int(year[:2] + end) if end else int(year)


def _issued_on(lines: list[str]) -> date | None:
    for line in [*lines[:HEAD], *reversed(lines[-4:])]:
        found = DATE.search(line)
        if found and len(line) < 30:
            year, month, day = (int(one) for one in found.groups())
            if 1 <= month <= 12 and 1 <= day <= 28 + (month != 2) * 2:
                return date(year, month, day)
    return None
