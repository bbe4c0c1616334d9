"""Places of a Chinese sentence: 太原市、大同市; 郑州、洛阳; 沿江区; 各设区市; 每个县."""

import re
from dataclasses import dataclass

from tracker.uploads.policy.chinese.place_names import SHORT_NAMES

#: Words before a name that do not belong to it.
_VERBS = (
    r"消除|整治|完成|新增|开展|加强|改造|淘汰|建成|实施|落实|提高|加大|严控|严格|深化|统筹|强化|实现|"
    r"培育|引进|新建|新培育|抓好|巩固|争取|协助|配合|率先|推进|支持|推动|指导|鼓励|加快|以|在|对|由|将|"
    r"和|与|及|其中|到|向|要求|确保|力争|加大|包括|按照|重点|督促|组织|引导|选择|依托|围绕|建设|打造|"
    r"提升|创办|扶持|吸引"
)
#: Characters that end a word before a name begins: a name found after them is whole.
_START = r"(?:^|(?<=[，。；：、（(和与及在对由向将含]))"
_SUFFIX = (
    r"(?:自治州|自治县|自治旗|经济技术开发区|高新技术产业开发区|高新技术开发区|经济开发区|高新区|经开区|"
    r"开发区|综改区|保税区|工业区|"
    r"街道|地区|新区|矿区|市|县|区|盟|旗|镇|乡)(?![级域直内委局处长民办属人政财均城场值])"
)
#: Words that end like a place and are none.
_NO_PLACE = re.compile(
    r"(?:城市|全市|各市|全省|各省|全县|各县|全区|各区|地区|本市|本省|本县|我市|我省|我县|我区|社区|小区|"
    r"辖区|景区|片区|山区|灾区|牧区|林区|校区|农村|乡村|行政村|建制镇|采空区|沉陷区|塌陷区|缺水区|"
    r"覆盖区|敏感区|周边区|沿海地区|周边地区|欠发达地区|贫困县|贫困村|自然村|建制村|"
    r"乡镇|重点区|功能区|保护区|建成区|示范区|园区|市场|县区|省市|市区|城区|矿区|超市|集镇|城镇|县城|"
    r"上市|门市|都市|厂区|库区|流域|新区|试验区|集聚区|产业园区|"
    r"工业园区|示范村|县级市|地级市|设区市|达标县|示范县|先进县|开发区|示范市|试点市|试点县|无废城市)$"
)
_SHORT = "|".join(sorted(SHORT_NAMES, key=len, reverse=True))
#: A name with a suffix is short; provinces are in the list of names, so that 省 needs no rule of its own.
NAME = (
    rf"(?:(?:{_SHORT})(?:省|市|地区|自治区|州|盟|经济技术开发区|高新区|经开区|开发区)?|"
    rf"[\u4e00-\u9fff]{{1,5}}?{_SUFFIX})"
)
LIST = re.compile(
    rf"{_START}(?:{_VERBS}){{0,3}}(?P<first>{NAME})(?P<more>(?:[、和与及]{NAME})*)(?P<scope>等(?:市|县|"
    rf"区|地|[一二三四五六七八九十\d]+[个市县区]+)?)?"
)
CLASS = re.compile(
    r"(?P<class>(?:每个|每|各|所有|全部)(?:地级及以上|设区的?|县级|重点)?(?:行政村|乡镇|街道|社区|城市|"
    r"设区市|市（州）|市州|县（市、区）|县\(市、区\)|县市区|市县|县区|区县|市|县|区|镇|乡|村|园区|"
    r"开发区|省份?|地区|盟市)"
    r"(?:（[^）]{1,10}）)?|地级及以上城市|设区的?市|(?<![为成])重点区域|京津冀及周边地区|长三角地区|"
    r"汾渭平原|珠三角地区|成渝地区)"
)
#: After a short name without 市: a list, or a word that no organisation's name begins with.
_ENDS = re.compile(r"$|[、，。；：和与及等的（(\d]|新增|两市|三市|地区|各|均|分别|年|到|达|控制|不|力争|新建|建成|完成")
#: Short names followed by their number, which shows them to be places: 黄沙、绿洲两个试点市.
COUNTED = re.compile(
    r"(?:^|(?<=[，。；：在对由]))(?P<names>[\u4e00-\u9fff]{2,3}(?:、[\u4e00-\u9fff]{2,3})+)等?[两二三四五六七八九\d]+个"
    r"(?:试点|重点|示范|设区)?(?:市|县|区|州|盟|镇|乡|街道)(?!级)"
)
WORDS = re.compile(rf"^(?:{_VERBS})+")


@dataclass(frozen=True)
class PlaceList:
    """Places named together, with the positions of the list."""

    start: int
    end: int
    names: tuple[str, ...]


def find_places(text: str) -> list[PlaceList]:
    """Return the lists of places in the text, in order."""
    found = [PlaceList(one.start("class"), one.end("class"), (one["class"],)) for one in CLASS.finditer(text)]
    found += [PlaceList(one.start(), one.end(), tuple(one["names"].split("、"))) for one in COUNTED.finditer(text)]
    at = 0
    while one := LIST.search(text, at):
        names, end = _names(text, one.start("first"))
        at = max(end, one.start() + 1)
        if names and not any(known.start < at and one.start() < known.end for known in found):
            found.append(PlaceList(one.start("first"), end, names))
    return _joined(text, sorted(found, key=lambda one: one.start))


def _joined(text: str, found: list[PlaceList]) -> list[PlaceList]:
    """Return the lists with neighbours joined: 京津冀及周边地区、长三角地区 is one list."""
    joined: list[PlaceList] = []
    for one in found:
        if joined and re.fullmatch(r"[、和与及]|以及", text[joined[-1].end : one.start]):
            joined[-1] = PlaceList(joined[-1].start, one.end, joined[-1].names + one.names)
        else:
            joined.append(one)
    return joined


def _names(text: str, start: int) -> tuple[tuple[str, ...], int]:
    """Return the names of a list that starts here, as long as each is a place, and where it ends."""
    names: list[str] = []
    at = end = start
    pattern = re.compile(NAME)
    while one := pattern.match(text, at):
        words = WORDS.match(one[0])
        name = one[0][words.end() :] if words else one[0]
        if not is_place(name):
            break
        if name in SHORT_NAMES and not names and not _ENDS.match(text[one.end() :]):
            break  # the start of another name: 山西铁塔
        names.append(name)
        end = one.end()
        if not re.match(r"[、和与及]", text[end : end + 1]):
            break
        at = end + 1
    return tuple(names), end


def is_place(name: str) -> bool:
    """Return True if the word is the name of a place: a suffix of places, or a province or prefecture."""
    plain = name.strip()
    if plain in SHORT_NAMES or re.fullmatch(rf"(?:{_SHORT})(?:省|市|地区|自治区|州|盟)", plain):
        return True
    if (
        len(plain) < 2
        or re.fullmatch(r"[\u4e00-\u9fff]区", plain)
        or _NO_PLACE.fullmatch(plain)
        or not re.fullmatch(rf"[\u4e00-\u9fff]{{1,12}}{_SUFFIX}", plain)
    ):
        return False
    return not re.search(
        r"(?:灌区|(?<![东西南滨镜月子])湖区|垦区|林区|采空区|沉陷区|塌陷区|园区|社区|小区|景区|片区|校区|厂区|库区|建成区|示范区|先行区|试验区|"
        r"集聚区|实验区|保护区|引领区|样板区)$|下乡$|[的了是在和与及达率量各每全我本对向从由]|绿化|生态|污染|治理|森林|草原|湿地|提高|落实|推进|打通|"
        r"会同|国家级|省级|市级|县级|绿色|工业|示范|规模|项目|建设|产业|(?<!自治|高新)技术|企业|农村|城镇|"
        r"(?<!^[^大中小])城市|重点|特色|智慧|美丽",
        plain,
    )


def places_in_title(title: str) -> tuple[str, ...]:
    """Return the places that a heading names, as in 推进朔州市基地建设."""
    plain = WORDS.sub("", title)
    for found in find_places(plain):
        if found.start <= 4:
            return found.names
    return ()
