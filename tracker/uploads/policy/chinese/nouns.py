"""Indicator names in a Chinese sentence: the noun before the bound words, or after the number."""

import re

from tracker.uploads.policy.chinese import times

CONNECTIVES = (
    r"[、，：；:,。\s]|以及|并且|同时|和(?=[\u4e00-\u9fff])|及(?=[\u4e00-\u9fff])|与(?=[\u4e00-\u9fff])|"
    r"并(?=[\u4e00-\u9fff])"
)
SCOPE = (
    r"(?:分年度|全[省市县区国州域]|我[省市县区]|本[省市县区]|全集团|集团公司|各地|各级|辖区内?|区域内|"
    r"三年|两年|五年|年)"
)
ADVERBS = (
    r"(?:力争|确保|争取|努力|到(?!位)|在(?!线|建|校|册)|将|使(?!用)|其中|累计|每年|平均|继续|进一步|"
    r"加快|大力|积极|稳步|有序|全面|逐步|深入|切实|着力|统筹|原则上|再(?!生|制|利用)|滚动|至少|"
    r"加大|力度|持续|要|须|应(?!急)|需|由|对|针对|从|按|共|总计|合计|全部|所有|现有|剩余|预计|"
    r"计划(?!用)|基本|分别|均|都|各(?!类)|前|底|末|之前|期间|率先|先行|集中|联合|年均|用于|包括|目标为|"
    r"目标是|同比|较|比)"
)
#: Verbs that only mean "bring about": the noun does without them.
DROPPED = (
    r"(?:建设(?!用地|工程)|建成(?!区)|打造|培育|培养|创建|完成|推进|推动|实施|开展|实现|发展|支持|选择|"
    r"形成|设立|安排|保持|促进|引导|组织|加强|选树|遴选|认定|评选|组建|"
    r"搭建|建立|布局|争创|申报|获评|引进|引育|招引|签约|达到|提供|制定|配备|配置|投入|筹措|争取|落实|"
    r"做好|抓好|做到|统筹)"
)
#: Endings that need the word before them: 签约率, 完成量.
BARE_MEASURE = re.compile(r"(?:率|量|数|额|度|比例|情况|数量)$")
#: Years between an indicator and its amounts: 人均预期寿命2025年、2030年分别达到.
YEARS_AT_END = re.compile(r"(?:(?:到|至)?(?:19|20)\d\d年(?:底|末)?[、和及与，]?)+(?:分别)?$")
LEADING = re.compile(rf"^(?:{CONNECTIVES}|{SCOPE}|{ADVERBS})")
VERB = re.compile(rf"^{DROPPED}")
ONLY_VERB = re.compile(
    r"^(?:更新|提升|新增|新建|改建|扩建|新建改扩建|改造|淘汰|使用|压减|退出|盘活|消纳|利用|替代|处置|回收|"
    r"整治|治理|修复|更换|推广|新签约|接入|完成|开工|竣工|投产|达产|培训|实现|安装|关停|减排|增加|"
    r"达到|任务|目标|数量|总量|投资|产能|年|达)+$"
)
#: Verbs in the middle after which the noun begins: 市财政安排专项资金.
MIDDLE = re.compile(
    r"(?:负责|安排|设立|(?<!未)完成(?![率量])|建成(?!区)|培育|打造|创建|实现|引进|签约(?!服务|率)|组织开展|开展|"
    r"支持|鼓励|推动|推进|带动|实施(?=[\u4e00-\u9fff]{3}))"
)
COMPARED = re.compile(
    r"(?:较|比|与|同|相比于?|相对于?)(?:(?:19|20)\d\d年?(?:度|底|末)?|上年度?|去年|上一年|同期|基准年|"
    r"“?十[二三四]五”?末)(?:同期|水平|相比|底|末)?"
)
FROM = re.compile(r"(?:由|从|在|自)(?:目前|现在|现有|现状|(?:19|20)\d\d年(?:底|末)?|上年度?|去年)?(?:的|底的?|末的?)?$")
MEASURE = re.compile(
    r"(?:(?:重点)?(?:工程|项目)?(?:综合|循环|安全|资源化|重复|有效)?(?:利用|处置|消纳|回收|排放|减排|消费|生产|"
    r"发电|供应|装机|处理|改造|新增|外销|货运|使用|开采|堆存|用水|普及|覆盖|达标|投产|开工)?(?:总)?"
    r"(?:量|率|规模|产值|面积|容量|能力|占比|比重|比例|浓度|强度|数量|人数|数|系数|指数|水平|产量|产能|"
    r"总额|增加值|收入|里程|距离|温度|深度))$"
)
#: Nouns that are measures by themselves, and one that only ends like a measure.
WHOLE = re.compile(r"(?:能耗|水耗|煤耗|电耗|物耗|消耗|税收|投资|成本|价格)$")
NO_MEASURE = re.compile(r"需氧量$")
AFTER = re.compile(
    r"^(?:及?以上|左右|以内)?(?:的)?(?P<noun>[\u4e00-\u9fffA-Za-z0-9（）“”\"、·/\-]{2,40}?)"
    r"(?=开展|进行|实施|安装|全部|完成|达到|实现|参与|率先|纳入|配备|接受|通过|分别|，|。|；|：|$|、\d|"
    r"建设(?:[，。；]|$)|投产|开工|建成)"
)
NEXT_ITEM = re.compile(r"^(?:及?以上|左右|以内)?[、，；和及与]")
SHARE = re.compile(r"^(?:及?以上|以下|左右)?的(?P<noun>[^，。；、]{2,24})")
ACTION = re.compile(
    r"^(?:的)?(?:，)?(?:有针对性[地的])?(?:全部|率先|集中|组织)?(?:开展|进行|"
    r"实施)(?P<action>[\u4e00-\u9fff]{2,12}?)(?=[，。；、]|$)"
)
GENERIC = re.compile(r"(?:企业|单位|项目|园区|工厂|用户|学校|医院|机构|中心|家庭|村|社区|锅炉|机组)$")
QUALIFIED = re.compile(r"(?:的|对|针对)$")
BRACKETS = re.compile(r"^[（(][^）)]*[）)]|^[（(](?:其中|含|包括|包含|不含)?")
LEADING_OF = re.compile(r"^的+")
TRAILING = re.compile(
    r"(?:[，、：:；（(“\"]|的|总共|一共|全部|目标|任务|指标|要|应|可|累计|合计|共计|之和|分别|均|都|其中|仍|"
    r"也)+$"
)


#: A reference to an annex, which names no indicator: 附件1所列重点项目, 重点项目（见附件2）.
ANNEX = re.compile(
    r"[（(](?:见|详见)?附[件表录]\s*\d*[）)]|附[件表录]\s*[\d一二三四五六七八九十]*(?:所列|中的?|确定的?|明确的?|列出的?|所示)的?"
)


def noun_before(text: str) -> str:
    """Return the noun at the end of the text before the bound words, or an empty string."""
    plain = FROM.sub("", COMPARED.sub("", ANNEX.sub("", text)))
    plain = _strip_leading(LEADING_OF.sub("", YEARS_AT_END.sub("", plain) or plain))
    if found := list(MIDDLE.finditer(plain)):
        rest = _strip_leading(plain[found[-1].end() :])
        if not rest:
            return ""
        if len(rest) >= 2 and not ONLY_VERB.match(rest):
            plain = rest
    plain = re.sub(
        r"(?<=[\u4e00-\u9fff])(?:只|仅|(?<![人英贤天成育专])才)(?=[\u4e00-\u9fff]{2})", "", TRAILING.sub("", plain)
    )
    if found_verb := re.fullmatch(r"(?P<noun>.{2,})(?P<verb>新增|新建)", plain):
        plain = found_verb["verb"] + found_verb["noun"]
    if re.search(r"(?:^|[的对])$", plain) or re.fullmatch(rf"(?:{ADVERBS}|{DROPPED}|[\W_])*", plain):
        return ""
    return plain


def _strip_leading(text: str) -> str:
    """Return the text without times, scopes, adverbs, and verbs at its start."""
    while text:
        found = LEADING.match(text) or VERB.match(text) or BRACKETS.match(text)
        time = times.PATTERN.match(text)
        if time and time.end() and not (time["often"] == "年" and not found):
            text = text[time.end() :]
        elif found and BARE_MEASURE.fullmatch(text[found.end() :]):
            break
        elif found:
            text = text[found.end() :]
        else:
            break
    return text


def noun_after(text: str) -> str:
    """Return the noun that follows a count: 培育10家以上高值利用企业 has 高值利用企业."""
    found = AFTER.match(text)
    if not found or NEXT_ITEM.match(text):
        return ""
    noun = TRAILING.sub("", found["noun"]).strip('、“”"')
    if len(tail := noun.rpartition("的")[2]) >= 2:
        noun = tail
    return "" if re.match(r"^(?:以|左右|上下|及|和|与|或|且|但|并|用于|用以|作为|即)", noun) else noun


def noun_of_share(text: str) -> str:
    """Return what a share is of: 60%以上的县达到标准 has 县达到标准."""
    found = SHARE.match(text)
    return found["noun"] if found else ""


def action_after(text: str) -> str:
    """Return what is done with counted things: 30户企业，开展节能诊断 has 节能诊断."""
    found = ACTION.match(text)
    return found["action"] if found else ""


def has_measure(noun: str) -> bool:
    """Return True if the noun names a measure: 综合利用量, 能耗, but not 煤矸石 or 化学需氧量."""
    return bool(WHOLE.search(noun) or (MEASURE.search(noun) and not NO_MEASURE.search(noun)))


def with_measure(noun: str, whole: str) -> str:
    """Return a part's noun with the measure of its whole: 煤矸石 of 工业固废综合利用量 is 煤矸石综合利用量."""
    measure = MEASURE.search(whole)
    if not noun or has_measure(noun) or not measure:
        return noun
    return noun + measure[0]


def split_list(text: str) -> list[str]:
    """Return the items of a list of nouns: A、B和C. Brackets are not split."""
    hidden = re.sub(
        r"[（(][^（）()]*[）)]", lambda found: found[0].replace("、", "\ue001").replace("和", "\ue002"), text
    )
    items = re.split(r"、|和|及|与|以及", hidden)
    return [item.replace("\ue001", "、").replace("\ue002", "和").strip() for item in items if item.strip()]


def is_only_verb(noun: str) -> bool:
    """Return True if the noun is a bare verb, whose object is earlier in the text."""
    return bool(ONLY_VERB.match(noun))


def is_generic(noun: str) -> bool:
    """Return True if the noun names counted things only by their class."""
    return bool(GENERIC.search(noun))
