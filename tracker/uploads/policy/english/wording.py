"""Words of an English plan: bounds, changes, bases, times, and the marks of numbers that are no targets."""

import re

from tracker.uploads.policy.proposals import Bound, Change, Rejection
from tracker.uploads.policy.vocabulary import words

ABOUT = re.compile(r"\b(?:about|around|approximately|roughly|nearly|almost|some|an estimated|circa)\s*$", re.IGNORECASE)
BEFORE: tuple[tuple[re.Pattern[str], Bound], ...] = tuple(
    (re.compile(rf"(?:{pattern})\s*(?:about\s*)?$", re.IGNORECASE), bound)
    for pattern, bound in (
        (
            r"\bat least|\bno fewer than|\bno less than|\bnot less than|\bnot fewer than|\b(?:a )?minimum of|"
            r"\bupwards of|≥|\bno lower than",
            Bound.AT_LEAST,
        ),
        (
            r"\bno more than|\bnot more than|\bnot (?:to )?exceed(?:ing)?|\bat most|\bup to|\b(?:a )?maximum of|"
            r"\bcapped at|≤|\bno greater than|\bno higher than|\bwithin|\blimited to",
            Bound.AT_MOST,
        ),
        (
            r"\bmore than|\bover|\bexceed(?:s|ing)?|\babove|\bgreater than|\bin excess of|>|\bhigher than|"
            r"\bsurpass(?:es|ing)?",
            Bound.MORE_THAN,
        ),
        (r"\bless than|\bbelow|\bunder|\bfewer than|<|\blower than", Bound.LESS_THAN),
        (r"\ball(?: of)?(?: the)?|\beach of the|\bevery one of the", Bound.ALL_OF),
        (r"\bexactly|\bprecisely", Bound.EXACTLY),
    )
)
AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r"^(?:\s+\w+){0,2}?\s+or (?:more|higher|above|greater)\b"), Bound.AT_LEAST),
    (re.compile(r"^(?:\s+\w+){0,2}?\s+or (?:less|fewer|lower|below)\b"), Bound.AT_MOST),
)
FALL = (
    r"reduc(?:e|es|ed|ing|tion)|cut(?:s|ting)?|lower(?:ed|ing)?|decreas(?:e|es|ed|ing)|declin(?:e|es|"
    r"ing)|fall(?:s|ing)?|drop(?:s|ping)?|shrink|halv(?:e|ed|ing)|bring down|phase down|limit(?:ed|ing)?"
)
RISE = (
    r"increas(?:e|es|ed|ing)|grow(?:s|ing|th)?|rais(?:e|es|ed|ing)|rise(?:s)?|rising|expand(?:s|ed|"
    r"ing)?|improv(?:e|es|ed|ing)|boost|lift|doubl(?:e|ed|ing)|tripl(?:e|ed|ing)"
)
VERB_OF_CHANGE = re.compile(rf"\b(?:(?P<fall>{FALL})|(?P<rise>{RISE}))\b", re.IGNORECASE)
BY = re.compile(
    r"\bby\s+(?:at least|more than|about|around|approximately|up to|no less than|over|between|an? "
    r"(?:further|additional)|(?:almost |nearly )?(?=$))?\s*$",
    re.IGNORECASE,
)
TO = re.compile(
    r"\bto\s+(?:at least|more than|about|around|below|under|no more than|less than|fewer than|approximately|not "
    r"more than|above|over|between)?\s*$",
    re.IGNORECASE,
)
FROM = re.compile(r"\bfrom\s+(?:about |around |roughly )?$", re.IGNORECASE)
BASE_YEAR = re.compile(
    r"\b(?:from|below|above|compared (?:to|with)|relative to|against|on|over|than(?: in)?|vs\.?|versus|from "
    r"a|against a|based on)\s+(?:the |a |its )?(?:(?:fiscal year|FY|calendar year)\s*)?"
    r"(?P<year>(?:19|20)\d\d)(?:[-/](?P<end>\d\d)\b)?(?:\s+(?:levels?|baseline|base(?:\s+year)?|"
    r"values?))?(?!\s*(?:to|-)\s*(?:19|20)\d\d)",
    re.IGNORECASE,
)
#: Words before a value that holds today or in the base year.
STATED_BASE = re.compile(
    r"\b(?:baseline(?: value| level)? of|up from|down from|currently|today'?s?|from a (?:current "
    r")?(?:level|base) of|compared (?:with|to)|from the current)\s+(?:about |around |some )?(?:US\$|"
    r"[$€£])?$|\((?:19|20)\d\d(?: (?:baseline|level|value))?:\s*$",
    re.IGNORECASE,
)
BY_YEAR = re.compile(r"^[^.;]{0,30}\b(?:by|in|from) (?:the end of |end |\w+ )?20\d\d\b")
YEAR_BASE = re.compile(r"(?P<year>(?:19|20)\d\d)(?:-(?P<end>\d\d))? (?:levels?|baseline)\b", re.IGNORECASE)
MONTHS = words("January February March April May June July August September October November December")
TIME = re.compile(
    rf"\b(?P<word>by|in|before|until|through|from|since|for|during|during the|at|end of|of|and|between|"
    rf"to)?\s*(?:the\s+)?(?:(?P<end>end) "
    rf"of\s+)?(?:(?P<month>{'|'.join(MONTHS)})\s+(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?|"
    rf"(?P<day2>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?\s+(?P<month2>{'|'.join(MONTHS)})\s+)?(?:(?P<quarter>Q[1-4])\s+)?(?:(?P<fiscal>[Ff]iscal "
    rf"[Yy]ear|FY)\s*)?(?P<year>(?:19|20)\d\d)(?:[-/](?P<fiscalend>\d\d)\b)?(?!\d|,\d)",
)
EVERY = re.compile(r"\b(?:annually|each year|per year|every year|a year|yearly)\b", re.IGNORECASE)
QUARTERLY = re.compile(r"\b(?:quarterly|each quarter|every quarter)\b", re.IGNORECASE)
PAST_SECTION = re.compile(
    r"background|where we stand|where we are|introduction|context|progress|achievements|current|status|"
    r"baseline|history|so far|overview",
    re.IGNORECASE,
)
FUTURE_SECTION = re.compile(r"target|goal|objective|action|strateg|commitment", re.IGNORECASE)
GOAL_SECTION = re.compile(r"target|goal|objective|outcome|milestone", re.IGNORECASE)
#: Words that require something: modal verbs, or an imperative at the start of a clause.
REQUIRES = re.compile(
    r"\b(?:will|shall|must|should|aims? to|targets?|goals?|is to|are to|committed? to|intends? to|"
    r"plans? to|to be|ensure|keep|maintain|achieve|reach|meet)\b",
    re.IGNORECASE,
)
IMPERATIVE = re.compile(
    r"(?:^[\s•●▪■◆◦‣➢✓]*|[.;:,]\s+|\band\s+|\bto\s+)(?:[A-Z]?[a-z]+ly\s+)?(?P<verb>reduce|cut|lower|decrease|"
    r"increase|raise|grow|expand|build|install|deploy|plant|train|retrofit|open|award|invest|deliver|"
    r"create|establish|launch|"
    r"restore|protect|replace|upgrade|construct|provide|complete|achieve|reach|keep|maintain|limit|"
    r"conduct|double|triple|halve|source|convert|add|develop|recruit|hire|support|phase out|retire|"
    r"publish|inspect|audit|"
    r"collect|recycle|divert|renovate|mobilise|mobilize|phase-out|close|reuse|digitise|modernise|"
    r"modernize|secure|allocate|fund|save|generate|procure|purchase|connect|equip|cover|enrol|enroll|"
    r"certify|designate|eliminate|improve|boost|bring|hold|cap|attract|register|remove|treat|"
    r"rehabilitate|pave|electrify|host|offer|insulate|introduce|operate|supply|enable|house|employ|appoint|clean|"
    r"dredge|screen|vaccinate|immunise|immunize)\b",
    re.IGNORECASE,
)
PAST = re.compile(
    r"\b(?:was|were|had|has (?:been|fallen|risen|grown|declined|allocated|reached)|have (?:been|fallen|"
    r"risen|grown|declined|already)|since (?:19|20)\d\d|last year|emitted|generated|reached|recorded|"
    r"fell|rose|grew|declined|achieved|completed|built|"
    r"currently|now|today|already|to date|so far|has allocated|accounted for|produced|consumed|stood at|amounted to)\b",
    re.IGNORECASE,
)
#: Marks before a number, after it, or anywhere in its part of the sentence, with the reason that they give.
TRAPS_BEFORE: tuple[tuple[re.Pattern[str], Rejection], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (
            r"(?:\bNo\.?|\bnumber|\bPublic Law|\bResolution|\bOrdinance|\bBill|\bAct|\bSection|\bArticle|\bRegulation|"
            r"\bDirective|\bChapter|\bISO|\bSDG|\bAnnex|\bTable|\bFigure|\bPage|#|§|\bTitle|\bPhase|\bTier|\bScope|"
            r"\bLevel|\bGoal|\bTarget|\bAction|\bClass|\bPM|\bVersion)s?\s*(?:[\d-]*|(?:\d,? )+(?:and )?)$",
            Rejection.DOCUMENT_NUMBER,
        ),
        (
            r"(?:\bcall|\bcontact|\btel|\bphone|\bfax|\btelephone|\bhotline|\bemail)[^.;]{0,30}$|\d{3}[-\s]$",
            Rejection.CONTACT,
        ),
        (r"\b(?:top|first|ranked|rank)\s+$", Rejection.RANK),
        (r"\brat(?:ed|ing of)\s+$", Rejection.SCORE),
        (
            r"\b(?:with|having|employing|of|for|than|buildings?|facilities|sites?|businesses|companies|employers|"
            r"projects|households|plants|properties|installations|operators|vehicles|units)\s+"
            r"(?:more than|over|at least|fewer than|less than|under|above|exceeding)\s*$",
            Rejection.SIZE_CLASS,
        ),
        (
            r"\b(?:within|after|for a period of|not later than|every|over|for|last|next|valid for|period of)\s+$",
            Rejection.DURATION,
        ),
    )
)
TRAPS_AFTER: tuple[tuple[re.Pattern[str], Rejection], ...] = (
    (re.compile(r"^(?:st|nd|rd|th)\b"), Rejection.DATE),
    (re.compile(rf"^\s*(?:of\s+)?(?:{'|'.join(MONTHS)})\b"), Rejection.DATE),
    (re.compile(r"^-\d{3,}"), Rejection.CONTACT),
    (re.compile(r"^\s*(?:points?|marks?)\b"), Rejection.SCORE),
)
MONTH_BEFORE = re.compile(rf"\b(?:{'|'.join(MONTHS)})\s+$")
REWARD = re.compile(
    r"\b(?:penalt(?:y|ies)|fines?|fee|rebates?|reward|incentive of|surcharge|bonus|subsid(?:y|ies)|"
    r"deposit|voucher|price|cost(?:s|ing)?)\b",
    re.IGNORECASE,
)
RULE = re.compile(
    r"\b(?:apply to|applies to|exempt|violations?|eligible|qualif(?:y|ies)|submit|report(?:s|ed)? "
    r"(?:are )?due|must report)\b",
    re.IGNORECASE,
)
PLACE_NOUN = re.compile(
    r"^\s*(?:\w+\s+)?(?:counties|cities|districts|states|provinces|municipalities|regions|towns|"
    r"countries|wards|boroughs|member states)\b",
    re.IGNORECASE,
)
HIGHER = re.compile(
    r"\b(?:federal|national|state|EU|European|UN|Paris Agreement|statute|law|state law|national law|the "
    r"government)\b[^.;]{0,60}\b(?:requires?|calls? for|target(?:s)?|goal|mandates?|set(?:s)?|"
    r"demands?)\b[^.;]*$",
    re.IGNORECASE,
)
DURATION_UNITS = re.compile(r"^(?:hours?|days?|weeks?|months?|years?|minutes?)$")


def bound_before(text: str) -> tuple[Bound | None, int, bool]:
    """Return the bound that ends the text, where it begins, and True if it is only about."""
    plain = text.rstrip()
    about = ABOUT.search(plain)
    if about:
        plain = plain[: about.start()].rstrip()
    for pattern, bound in BEFORE:
        if found := pattern.search(plain):
            return bound, found.start(), bool(about)
    return None, len(plain), bool(about)


def bound_after(text: str) -> Bound | None:
    """Return the bound that begins the text."""
    return next((bound for pattern, bound in AFTER if pattern.match(text)), None)


def change_before(text: str) -> tuple[Change, re.Match[str] | None]:
    """Return the change that the last verb of change in the text means, and the verb."""
    found = list(VERB_OF_CHANGE.finditer(text))
    if not found:
        return Change.LEVEL, None
    return (Change.DECREASE if found[-1]["fall"] else Change.INCREASE), found[-1]
