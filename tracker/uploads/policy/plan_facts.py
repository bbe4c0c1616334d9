"""Facts of the plan as a whole: title, issuer, document number, date, first and last year."""

import re
from collections import Counter

from tracker.uploads.policy import document_facts
from tracker.uploads.policy.chinese.bases import standard_year
from tracker.uploads.policy.chinese.times import FIVE_YEAR_PLANS
from tracker.uploads.policy.content import Content
from tracker.uploads.policy.context import PlanYears
from tracker.uploads.policy.proposals import Plan

SPAN = re.compile(
    r"(?P<first>(?:19|20)\d\d)年?\s*(?:(?:-|—|–|~|～|至|到)+|to|(?<=\d )and|through|/)\s*(?P<last>(?:19|20)\d\d)"
    r"(?:年|(?=\D|$))"
)
BETWEEN = re.compile(r"\b(?:[Bb]etween|[Ff]rom) (?P<first>20\d\d) (?:and|to|through) (?P<last>20\d\d)\b")
FISCAL = re.compile(
    r"[Ff]iscal [Yy]ears?\s+(?P<first>20\d\d)(?:-(?P<firstend>\d\d)\b)?(?:\s*(?:to|through|"
    r"[-\u2013\u2014])\s*(?P<last>20\d\d)(?:-(?P<lastend>\d\d)\b)?)?"
)
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年|(?=\D|$))")
FIVE_YEAR = re.compile(r"[“\"]?(十[一二三四五六]五)[”\"]?")
UNTIL = re.compile(r"(?:到|至)((?:19|20)\d\d)年|(?:[Bb]y|[Ii]n|until) (?:the end of )?(?:\w+ )?(20\d\d)\b")


def read_plan(content: Content) -> Plan:
    """Return the facts that the document states about itself."""
    lines = [one.of(content.text) for one in content.paragraphs]
    head = document_facts.head_of(lines)
    title = document_facts.title_of(head)
    number, year = document_facts.number_of(lines)
    issued_on = document_facts.issued_on(lines)
    first, last = _years(title, head, year or (issued_on.year if issued_on else None), content.text)
    return Plan(
        title=title,
        issuer=document_facts.issuer_of(lines, head, title),
        document_number=number,
        issued_on=issued_on,
        first_year=first,
        last_year=last,
    )


def plan_years(plan: Plan, text: str) -> PlanYears:
    """Return the years that sentences are read with."""
    return PlanYears(plan.first_year, plan.last_year, standard_year(text))


def _years(title: str, head: list[str], issued: int | None, text: str) -> tuple[int | None, int | None]:
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
    return _from_targets(issued, text)


def _from_targets(issued: int | None, text: str) -> tuple[int | None, int | None]:
    """Return the years from issue to the date that most targets name."""
    if between := BETWEEN.search(text):
        return int(between["first"]), int(between["last"])
    wanted = [int(one or two) for one, two in UNTIL.findall(text)]
    wanted = [year for year in wanted if not issued or year >= issued]
    if not wanted:
        return issued, issued
    last = Counter(wanted).most_common(1)[0][0]
    base = standard_year(text)
    return issued or (base + 1 if base else min(wanted)), last


def _fiscal(year: str, end: str | None) -> int:
    return int(year[:2] + end) if end else int(year)
