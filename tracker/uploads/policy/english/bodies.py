"""Bodies in an English plan: Lead: …; Partners: …; (Lead agency: …; Support: …); Responsible: …."""

import re

from tracker.uploads.policy.proposals import Bodies

LINE = re.compile(
    r"\b(?P<role>(?:[Jj]oint )?(?:Co-)?[Ll]ead(?:s| agency| agencies| department| body| organi[sz]ation|"
    r" partner)?|[Rr]esponsib(?:le|ility)(?: (?:body|bodies|agency|department|party|parties))?|"
    r"[Oo]wner|[Pp]artners?|[Ss]upport(?:ing)?(?: (?:bodies|agencies|agency|partners?))?|[Dd]elivery "
    r"(?:body|partners?)|[Ww]ith)\s*:\s*"
    r"(?P<names>[^;\n()]*?(?:\([^)]*\)[^;\n()]*?)*)(?=[;)]|\.(?:\s|$)|$|\s+(?:Partners?|Support(?:ing)?|"
    r"Responsible|Timeline|Due|Lead)\s*:)"
)
LED_BY = re.compile(
    r"\b(?:led|coordinated|delivered|overseen) by (?:the )?(?P<names>(?:[A-Z][\w&'-]+(?: (?:of|for|and|"
    r"the) (?=[A-Z])| )?){1,8})"
    r"(?:,? (?:with|together with|in partnership with|supported by) (?:the )?(?P<others>[A-Z][^.;]*))?"
)
WILL_LEAD = re.compile(
    r"\b(?:The )?(?P<names>(?:[A-Z][\w&'-]+(?: (?:of|for|and|the) (?=[A-Z])| )?){1,8})(?:(?:will|shall) "
    r"lead|leads)\b"
)
SPLIT = re.compile(
    r"\s*(?:,\s*(?:and\s+)?|\s+and\s+(?=the\s+[A-Z]|[A-Z]\w+ (?:Department|Agency|Office|Council|"
    r"Authority|Commission))|/|&(?=\s+the))\s*"
)


def bodies_of(text: str) -> Bodies:
    """Return the bodies that a paragraph names."""
    lead: list[str] = []
    responsible: list[str] = []
    supporting: list[str] = []
    for line in LINE.finditer(text):
        role = line["role"].lower()
        wanted = (
            lead
            if "lead" in role or role == "owner"
            else responsible
            if "respons" in role or "delivery" in role
            else supporting
        )
        wanted += _names(line["names"])
    if not (lead or responsible):
        for phrase in (*LED_BY.finditer(text), *WILL_LEAD.finditer(text)):
            lead += _names(phrase["names"])
            supporting += _names(phrase.groupdict().get("others") or "")
    return Bodies(tuple(dict.fromkeys(lead)), tuple(dict.fromkeys(responsible)), tuple(dict.fromkeys(supporting)))


def read_cell(text: str, role: str) -> Bodies:
    """Return the bodies in a table cell of this role."""
    return Bodies(**{role: tuple(dict.fromkeys(_names(text)))})


def _names(text: str) -> list[str]:
    names = (re.sub(r"^(?:the|The)\s+", "", name).strip(" .,;") for name in SPLIT.split(text))
    return [name for name in names if name and name[0].isupper() and len(name) <= 80]
