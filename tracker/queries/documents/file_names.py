"""Names of documents and of their files, in words."""

import re

from tracker.models import IssuedReport, Plan, Region
from tracker.queries.documents.editions import issue_of

#: What Windows forbids in names of files, and what no name needs.
FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]')
#: Most systems take names of 255 bytes: three parts of so many, 26 Chinese characters each.
LONGEST = 78


def own_document_name(plan: Plan, kind: str) -> str:
    """Return the name that a plan sets for a kind of document; empty for the usual one."""
    found = plan.document_names.filter(kind=kind).first()
    return str(found) if found else ""


def issue_in_words(report: IssuedReport) -> str:
    """Return which issue a document is, for names of files and sentences: "2020年第8期", "2020年第8期（第2版）"."""
    return str(issue_of(report))


def plan_and_region(plan: Plan, region: Region) -> str:
    """Return the plan's name, with the region where the document is not on the plan's own."""
    return str(plan) if region == plan.region else f"{plan}-{region}"


def file_name_of(report: IssuedReport, name: str, ending: str) -> str:
    """Return the name of a document's file: 山西省节能行动计划-2020年第8期-目标完成情况报告.xlsx."""
    words = [plan_and_region(report.plan, report.region), issue_in_words(report), name]
    return "-".join(map(in_file_name, words)) + ending


def in_file_name(words: str) -> str:
    """Return words that every system takes in the name of a file: no separators of paths, no control characters."""
    plain = " ".join(FORBIDDEN.sub(" ", words).split()).strip(". ")
    return plain.encode()[:LONGEST].decode(errors="ignore").strip() or "-"
