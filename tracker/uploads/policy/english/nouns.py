"""Indicator names in an English sentence: the object of a verb, the subject of a sentence, or the counted things."""

import re

from tracker.uploads.policy.english.wording import IMPERATIVE, TIME, VERB_OF_CHANGE

PREPOSITION = (
    r"by|to|from|in|on|of|for|with|per|at|and|or|that|which|who|through|across|over|during|until|before|"
    r"under|between|will|shall|must|are|is|each|every|as|into|within|including|against|below|above|than|capable|"
    r"equipped"
)
COUNTED = re.compile(
    rf"^\s*(?:or more\s+|new\s+|"
    rf"additional\s+)?(?P<noun>(?:(?!(?:{PREPOSITION})\b)[A-Za-z][\w'/-]*\s?){{1,6}})(?=\s*(?:[.,;:()]|"
    rf"\b(?:{PREPOSITION})\b|$))",
    re.IGNORECASE,
)
OF = re.compile(
    r"^\s*(?:or more\s+)?(?:worth\s+)?(?:of|in|for)\s+(?:the\s+|its\s+|all\s+)?(?P<noun>(?:(?!(?:will|"
    r"shall|must|by|are|is|that|which|compared|relative|to|and|for|each|every|"
    r"with)\b)[A-Za-z0-9][\w'/-]*\s?){1,7})",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"(?:^[\s•●▪■◆◦‣➢✓]*|[.;:,]\s+|\band\s+|\bof which\s+)(?:[Tt]he\s+|[Oo]ur\s+|[Ii]ts\s+|"
    r"[Aa]n?\s+)?(?P<noun>(?:(?!(?:by|in|will|shall|must|and|"
    r"which)\b)[A-Za-z][\w'/%-]*\s){1,8}?)(?<!who )(?<!that )(?<!which )(?:will|shall|must|should|is|are|"
    r"to (?:be|fall|rise|grow|drop|decline|increase|decrease)\b|reach(?:es)?|rises?|"
    r"falls?|grows?|stays?)\b"
)
ARTICLE = re.compile(r"^(?:the|a|an|its|our|their|all|total|of|to|and|in|for)\s+", re.IGNORECASE)
#: How often things are counted, at the end of their name: 120 junctions a year, 800 units annually.
OFTEN = re.compile(r"\s+(?:(?:a|an|each|every|per)\s+(?:year|month|quarter|week|day)|annually|yearly|monthly)\s*$")
#: What is left of a date at the start of a sentence: By the end of 2027.
OPENING = re.compile(r"^\s*(?:By|In|Until|From|Before)\b(?:\s+the)?,?\s+(?=[a-z])")
WASTE = re.compile(r"[\s,;:]+$")
FROM_BASE = re.compile(
    r"\bfrom(?:\s*$|\s+(?:a|an|the|its|their|current|today|about|around|roughly|some|baseline|[\d$€£])(?:\W.*|$))"
)
ACTOR = re.compile(
    r"^(?:[A-Z]\w+|the (?:city|council|state|county|government|department|agency)|we|agencies|each "
    r"agency|this plan|the plan)$"
)
#: After the modal verb of a subject that is no actor: Leakage will be reduced to 18%.
PASSIVE = re.compile(r"\s*(?:not\s+)?(?:be|fall|rise|grow|drop|decline|reach|exceed|increase|decrease|stay|remain)\b")
#: A phrase that is no noun: by 6 percentage points, reaching.
PHRASE = re.compile(r"(?:by|to|from|at|reaching)\b", re.IGNORECASE)
TAIL = re.compile(r"\s+(?:by|to|from|of|with|at|for|in|that|will|a|an|the|be|is|are|down|up)$", re.IGNORECASE)


def counted(after: str) -> str:
    """Return the things counted: 4,500 homes by the end of 2027 has homes."""
    found = COUNTED.match(after)
    return _clean(OFTEN.sub("", found["noun"])) if found else ""


def of_what(after: str) -> str:
    """Return what an amount is of: 80% of municipal electricity has municipal electricity."""
    found = OF.match(after)
    return _clean(found["noun"]) if found else ""


def subject_or_object(before: str) -> str:
    """Return the object of the last verb before the bound words, or the subject of the sentence."""
    plain = OPENING.sub("", TIME.sub(" ", before))
    verbs = [one for pattern in (VERB_OF_CHANGE, IMPERATIVE) for one in pattern.finditer(plain)]
    subjects = list(SUBJECT.finditer(plain))
    for verb in sorted(verbs, key=lambda one: -one.start()):
        start = verb.end("verb") if "verb" in verb.re.groupindex else verb.end()
        noun = _clean(plain[start:])
        if noun and len(noun.split()) <= 12:
            return noun
        if subjects and subjects[-1].start() < verb.start():
            break
    for subject in reversed(subjects):
        noun = _clean(subject["noun"])
        if noun and not (ACTOR.match(noun) and not PASSIVE.match(plain[subject.end() :])):
            return noun
    if not verbs and not subjects:
        return _clean(re.split(r"[,;:]\s", plain)[-1])
    return ""


def _clean(text: str) -> str:
    plain = FROM_BASE.sub("", WASTE.sub("", text.strip().lstrip("-–—*•●▪■◆◦‣➢✓ ")))
    while found := ARTICLE.match(plain):
        plain = plain[found.end() :]
    while found := TAIL.search(f" {plain}"):
        plain = plain[: max(0, found.start() - 1)].rstrip()
    plain = "" if PHRASE.match(plain) else plain.strip(" ,;:()")
    is_none = plain[:1].isdigit() or plain in ("which", "them", "these") or plain.endswith("fold")
    return "" if is_none else plain
