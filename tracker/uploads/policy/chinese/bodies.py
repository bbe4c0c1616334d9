"""Bodies of a clause: 牵头单位, 责任单位, 配合单位; (A牵头，B、C配合); (A、B按职责分工负责); A会同B."""

import re
from collections.abc import Iterable

from tracker.uploads.policy.proposals import Bodies

#: Heading words of a line of bodies, and the role that they give.
LEAD, RESPONSIBLE, SUPPORTING = "lead", "responsible", "supporting"
ROLES = (
    (re.compile(r"牵头|主办|主责|第一责任"), LEAD),
    (re.compile(r"配合|协办|协助|参与|参加|支持|协同"), SUPPORTING),
    (re.compile(r"责任|负责|实施|承办|落实|承担|完成"), RESPONSIBLE),
)
LINE = re.compile(
    r"(?P<role>(?:主要|共同)?(?:牵头|责任|配合|主办|协办|参与|参加|实施|承办|负责|主责|支持|落实|承担|"
    r"协同)(?:责任|实施|落实|配合)?(?:单位|部门|领导|主体|机构|处室|科室|企业)?)"
    r"(?:\([^)]*\)|（[^）]*）)?[：:]\s*(?P<names>[^；;。：:（）\n]*?(?:（[^）]*）[^；;。：:（）\n]*?)*)"
    r"(?=[；;。）)]|$|[，,、\s]\s*(?:主要|共同)?(?:牵头|责任|配合|主办|协办|参与|参加|实施|承办|"
    r"完成时[限间]|时限)(?:单位|部门|责任|主体|机构)?[：:])"
)
BRACKET = re.compile(r"[（(](?P<inside>(?:[^（）()]|（[^（）]*）|\([^()]*\))*)[）)][。；;]?")
SUFFIX = (
    r"(?:部|委|局|厅|办|办公室|院|署|中心|公司|集团|政府|管委会|委员会|协会|学会|银行|大学|联盟|总局|"
    r"分局|处|科|室|支队|总队|大队|法院|检察院|总工会|工会|"
    r"妇联|团委|残联|科协|工商联|部门|单位|企业|街道|乡镇|街道办|办事处|园区|开发区|新区|市|县|区|社|站|"
    r"所|队|馆|校|中学|小学|医院|研究院|行|台|组|"
    r"海关|机关|机构|铁塔|电网|电力|发改|工信|财政|人行|国资|地区|盟|州|旗|镇|乡)"
)
NAME = re.compile(rf"^[\u4e00-\u9fffA-Za-z0-9·（）()、]{{1,28}}?{SUFFIX}(?:（[^）]*）)?$")
#: 和 divides a list only after a whole name: 工业和信息化厅 is one body.
SPLIT = re.compile(r"[、,，/;；\s]+|(?<=[部委局厅办署会院行司团府心位门])(?:和|及|与|以及)(?=[\u4e00-\u9fff]{2})")
TAIL = re.compile(
    r"(?:等?(?:有关|相关|各有关)?(?:部门|单位)?(?:按(?:照)?(?:各自)?职责(?:分工)?|根据职责|分别|共同|"
    r"具体|统筹|依职责)?(?:牵头)?(?:负责|落实|配合|参与|参加|协助|支持|实施|承办|主办|协办)(?:落实|实施|"
    r"组织实施)?|等)$"
)
ROLE_IN_NAME = re.compile(r"[（(]((?:牵头|配合|责任|负责|主办|协办)[\u4e00-\u9fff]{0,4})[）)]$")
LEAD_MARK = re.compile(r"(?:共同|联合|总)?牵头(?:负责|组织|实施|落实)?|主办")
WITH = re.compile(r"会同|联合|商(?=[市省县区国])")
ROLE_WORD = re.compile(r"牵头|负责|配合|参与|按职责|会同|责任|协助|主办|协办|落实")
#: Roles within a line of bodies: 责任单位：A牵头，B、C配合.
ROLE_INSIDE = re.compile(r"[\u4e00-\u9fff](?:牵头|配合)(?=[，,；;、]|$)")
MID_SENTENCE = re.compile(
    rf"(?:^|[，。；：])(?:由)?(?P<names>(?:(?:省|市|县|区|国家|各)[\u4e00-\u9fff]{{1,14}}?{SUFFIX}|"
    rf"[\u4e00-\u9fff]{{2,12}}(?:部|委|局|厅|办|公司|集团|政府|管委会|中心))"
    rf"(?:[、和及与][\u4e00-\u9fff]{{2,14}}?{SUFFIX})*)(?P<act>牵头|负责|会同)(?P<rest>[^，。；]*)"
)
SHARED = re.compile(
    rf"会同(?P<names>[\u4e00-\u9fff]{{2,14}}?{SUFFIX}(?:[、和及与][\u4e00-\u9fff]{{2,14}}?{SUFFIX})*)(?=[，。；])"
)


def bodies_of(text: str) -> Bodies:
    """Return the bodies that a paragraph names: lines of bodies, brackets, and phrases within a sentence."""
    found = dict[str, list[str]]()
    for line in LINE.finditer(text):
        if ROLE_INSIDE.search(line["names"]):
            _read_bracket(found, line["names"])
        else:
            _add(found, _role(line["role"]), _names(line["names"]))
    for bracket in BRACKET.finditer(text):
        inside = bracket["inside"]
        if ROLE_WORD.search(inside) and not LINE.search(inside):
            _read_bracket(found, inside)
    if not found:
        _read_sentence(found, text)
    return _made(found)


def is_body_line(text: str) -> bool:
    """Return True if the paragraph is nothing but a line of bodies, or a bracket of them."""
    plain = text.strip()
    bracket = BRACKET.fullmatch(plain)
    return bool(LINE.match(plain) or (bracket and ROLE_WORD.search(bracket["inside"])))


def read_cell(text: str, role: str) -> Bodies:
    """Return the bodies in a table cell of this role."""
    marked = dict[str, list[str]]()
    for line in LINE.finditer(text):
        _add(marked, _role(line["role"]), _names(line["names"]))
    if not marked:
        for name in _names(text):
            own = ROLE_IN_NAME.search(name)
            _add(marked, _role(own[1]) if own else role, [ROLE_IN_NAME.sub("", name)])
    return _made(marked)


def merge(parts: Iterable[Bodies]) -> Bodies:
    """Return all bodies of the parts, each once per role."""
    found = dict[str, list[str]]()
    for one in parts:
        for role in (LEAD, RESPONSIBLE, SUPPORTING):
            _add(found, role, getattr(one, role))
    return _made(found)


def _read_bracket(found: dict[str, list[str]], inside: str) -> None:
    """Read (A牵头，B、C配合), (A、B按职责分工负责), (A会同B负责), (A负责)."""
    for part in re.split(r"[；;，,]", inside):
        if not ROLE_WORD.search(part):
            _add(found, _last_role(found), _names(part))
            continue
        lead = LEAD_MARK.search(part)
        if lead:
            _add(found, LEAD, _names(part[: lead.start()]))
            _add(found, SUPPORTING, _names(part[lead.end() :]))
        elif shared := WITH.search(part):
            _add(found, LEAD, _names(part[: shared.start()]))
            _add(found, SUPPORTING, _names(part[shared.end() :]))
        elif re.search(r"配合|参与|参加|协助|协办|支持", part):
            _add(found, SUPPORTING, _names(part))
        else:
            names = _names(part)
            has_lead = LEAD in found
            alone = len(names) == 1 and not has_lead
            _add(found, LEAD if alone else SUPPORTING if has_lead else RESPONSIBLE, names)


def _last_role(found: dict[str, list[str]]) -> str:
    return next(reversed(found), RESPONSIBLE)


def _read_sentence(found: dict[str, list[str]], text: str) -> None:
    for phrase in MID_SENTENCE.finditer(text):
        _add(found, LEAD, _names(phrase["names"]))
        if phrase["act"] == "会同":
            _add(found, SUPPORTING, _names(TAIL.sub("", phrase["rest"])))
    for phrase in SHARED.finditer(text):
        _add(found, SUPPORTING, _names(phrase["names"]))


def _names(text: str) -> list[str]:
    """Return the names in a list of bodies; words that are no bodies are left out."""
    plain = re.sub(r"^\s*(?:由|请|以|：|:)", "", text.strip("（）() 。；，,：:"))
    names = []
    for part in _split(plain):
        name = TAIL.sub("", part).strip(" 。；，、:：")
        name = re.sub(r"^(?:由|等|及|和|以及)", "", name)
        if name and NAME.match(name):
            names.append(name)
    return names


def _split(text: str) -> list[str]:
    """Split at list marks outside brackets: 各县（市、区）政府 is one body."""
    hidden = re.sub(r"[（(][^（）()]*[）)]", lambda found: found[0].replace("、", "\ue001"), text)
    return [part.replace("\ue001", "、") for part in SPLIT.split(hidden) if part]


def _role(word: str) -> str:
    return next((role for pattern, role in ROLES if pattern.search(word)), RESPONSIBLE)


def _add(found: dict[str, list[str]], role: str, names: Iterable[str]) -> None:
    for name in names:
        known = found.setdefault(role, [])
        if name not in known:
            known.append(name)


def _made(found: dict[str, list[str]]) -> Bodies:
    return Bodies(*(tuple(found.get(role, ())) for role in (LEAD, RESPONSIBLE, SUPPORTING)))
