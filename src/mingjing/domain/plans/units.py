"""
Who does it: the units of a bracket, a labelled line or a cell, with the way each takes part.

A unit is always a piece of the text; nothing is completed, expanded or corrected here.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from mingjing.domain.plans.folding import fold
from mingjing.domain.plans.labels import INLINE_LABEL, UNIT_FIELDS, Field, field_of
from mingjing.domain.plans.model import Assignment, Deadline, Mode, Uncertain, Unit
from mingjing.domain.plans.timing import (
    BEFORE,
    LONG_TERM,
    RELATIVE,
    TimeContext,
    find_points,
    hides_year,
    parse_deadline_field,
)

_SUFFIX: Final = (
    r"(?:局|委|委员会|委会|办|办公室|办公厅|部|厅|院|署|处|会|社|台|校|所|站|科|室|股|队|总队|支队|大队|中队|中心|政府|部门|单位|机关|机构|公司|集团|银行|人行|"
    r"街道|街办|街道办|镇|乡|乡镇|街道镇|镇街|镇村|县|市|区|州|盟|旗|省|自治区|直辖市|园区|开发区|新区|管委|管委会|工委|党委|党组|党工委|组|专班|联社|工会|团|妇联|科协|工商联|残联|侨联|"
    r"法院|检察院|学校|医院|企业|协会|商会|学会|行业|分局|分公司|支行|总行|村|社区|居|网格|库|馆|厂|园|港|司|[银支分总人央农商工建中]行|办事处|税务|海关|民航|铁路|邮政|烟草|电力|移动|联通|电信|"
    r"指挥部|领导小组|小组|基金会|总社|供销社|总局|统计|公安|消防|各县区|各区县|县市区|市县区|地区|各地|地方|城投|国资|平台|主体|组织|党校|讲师团|文明办|军分区|武警|人武部|武装部|军区|办案区|联盟|事务所|律所|律师|仲裁委|公证处)"
)
_ENDS_LIKE_UNIT: Final = re.compile(rf"{_SUFFIX}(?:\([^()]*\))?$")
_OPEN_TAIL: Final = re.compile(
    r"等(?:(?:\d{1,3}|[一二三四五六七八九十]{1,3})个)?(?:(?:国务院|[省市县区州]政府(?=有关|相关|各)|省直|市直|县直|区直|州直|省级|市级|县级|区级|中央|局属|镇属|[省市县区州](?=有关|相关|各))?(?:相关|有关|其他|各(?!行政|执法|监管|主管|职能)|重点|主要|行政执法|执法|监管|主管|行业|职能)*(?:部门|单位|部门和单位|部门单位|部门、单位|职能部门|部门\(单位\)|单位\(部门\)|责任单位|成员单位|地区和部门|方面|科室|股室|处室|机构|单位和部门|业务科室|部委|企业)?)$"
)
_ROLE: Final = re.compile(
    r"(?P<role>"
    r"为(?:总?牵头|主办|责任|配合|协办|成员|参与|督导|监督|指导)(?:单位|部门)|"
    r"统筹(?:协调|推进|负责|抓总)?|"
    r"(?:总|分别|共同|联合)?牵头(?:单位|负责|组织实施|组织|实施|抓总|落实|推进|办理|抓好|承办|协调)?|主办|总负责|主抓|"
    r"(?:按照|按|依照|依据|根据|依)(?:各自)?(?:职责|职能|任务|部门|工作|责任)(?:职责)?(?:和)?(?:任务)?(?:分工)?(?:范围内?)?(?:分别|共同|各自)?(?:负责|指导|落实|配合(?:落实)?|抓好落实|做好相关工作|实施|参与|推进|组织实施|协同推进)(?:落实|推进)?|"
    r"(?:按照|按|依照)(?:各自)?职责(?:分工)?(?=[,;。]|$)|"
    r"职责分工(?:负责|落实|配合)|"
    r"(?:具体)?负责(?:总?牵头|配合|协助|督导|指导)|"
    r"负总责|分工(?:负责|协作|落实|配合)|(?:分别|共同)(?:负责|落实|牵头|推进|承担)(?:落实|实施|推进)?|各负其责|"
    r"(?:积极|协同|协助|协调|共同|主动|密切|做好)?(?:配合|协助|协办|参与|参加|支持)(?:落实|推进|实施|做好|抓好|开展|工作)?|"
    r"协同(?:推进|落实|实施|负责|抓好|办理)?(?=[,;。)]|$)|主责(?=[,;。)]|$)|"
    r"(?:业务|监督|督促|跟踪|牵头)?(?:指导|督导|督办)(?:落实|实施|推进|监督|检查)?|"
    r"(?:具体)?负责(?!人)[一-鿿]{2,8}(?=[,;]|$)|"
    r"(?:具体)?(?:负责|落实|组织实施|承办|实施|办理|承担)(?:落实|实施|推进|组织)?|"
    r"(?:起草|审核|审查|编制|拟订|修订)(?=[,;。)]|$)|"
    r"结合实际(?:抓好|做好)?(?:负责|落实|推进|实施|组织实施)|"
    r"(?<=[局委办厅院署处会联社队心府部])(?<!社会)(?<!协会)组织(?=[,;。)]|$))"
)
_MEET: Final = re.compile(
    r"(?<=[一-鿿])(?:负责)?牵头(?:，|,)?会同|(?<![一-鿿])会同|(?<=[局委办部厅院署处会心府队所科室站组])会同|(?<=[局委办部厅院署处会心府])商(?=[^务])"
)
_INLINE_ROLE: Final = re.compile(
    r"\((?P<role>牵头(?:单位|部门)?|主办(?:单位)?|主责(?:单位)?|配合(?:单位|部门)?|协办(?:单位)?|参与(?:单位)?|责任(?:单位)?)\)"
)
_NOISE: Final = re.compile(
    r"^(?:(?:该|本|此|上述|以上|前述)(?:项|些)?(?:工作|任务|事项|措施)由|由|及|和|与|并|且|以及|其中|请|会同|市级?:|县级?:|区级?:|省级?:|同时|均由|主要由|具体由|统一由)+(?=.{2})"
)
_LEADING_SIGNS: Final = re.compile(r"^[\s:;,：；，、。.\-*★☆●◆■▲#\uff0a]+|[\s:;,、。.*★☆\uff0a]+$")
# 第一责任单位为牵头单位: the name of a part in the work is the name of no unit
_PART_IN_WORK: Final = re.compile(r"(?:总?牵头|主办|主责|责任|配合|协办|承办)(?:责任)?(?:单位|部门|科室)")
_NOT_UNITS: Final = re.compile(
    r"^(?:无|/|-+|\\|同上|略|见|详见|下同|其他|其余|单位|部门|科室)$|^(?:含(?!山)|包括|不含|如(?![东皋])|指(?!挥|导|标)|即(?!墨)|原[^州阳平])|^(?:列|排)(?:在)?第?[一1首]|为牵头|试行|以下简称|^见|^附|^第[一二三四五六七八九十\d]+(?:[项条款位批类个名章节]|阶段|$)|"
    r"(?<!\d)\d{3,}(?!\d|热线|平台|专线|投诉)|[《》“”]|^(?:本|该)(?:方案|通知|意见)|^[\d.\s]+$"
)
_CONVENTION: Final = re.compile(
    r"(?:列|排|排名|排列|排序)?(?:在|为|居)?(?:首位|首列|第一[位家名]?|首个|第1位?|最前面?|首家|第一个|首项|前列第一)(?:的)?(?:者|单位|部门|责任单位|责任部门)?"
    r"(?:(?:即)?(?:为|是|系)(?:[本该各]?项?(?:工作|任务|事项))?(?:的)?|(?<=单位|部门))(?:总|主|主要)?牵头"
)
# 加粗的为牵头单位: not by their order
_MARKED_LEADS: Final = re.compile(
    r"(?:加粗|加黑|黑体|带|标|标注|标有|打)[^,;。、]{0,6}(?:单位|部门|的|者)(?:即)?(?:为|是)(?:总|主|主要)?牵头"
)
# 其余为配合单位, behind the note that the first one leads
_THE_OTHERS: Final = re.compile(
    r"(?:其余|其他|其它)(?:各)?(?:责任)?(?:单位|部门)?(?:均)?(?:为|是)?(?:配合|责任|协办|参与|协同)(?:单位|部门)?[,;。]?"
)
_CONVENTION_NOTE: Final = re.compile(r"[(（][^()（）]{6,60}[)）]")
# 各市、县（市、区）人民政府 and 各省、自治区、直辖市人民政府 are one name
_PLACE: Final = r"(?:自治区|直辖市|自治州|直管市|设区市|县级市|[一-鿿]{0,4}(?:林区|新区|示范区|开发区|园区)|省|市|州|县|区|盟|旗|地|镇|乡|街道)"
_BRACKETED: Final = r"(?:[(\[][^()\[\]]*[)\]])?"
_AND_ALL: Final = re.compile(rf"^\s*各(?:有关|相关)?{_PLACE}(?:、{_PLACE})*$")
# 各市（州）、县（市、区）政府
_ALL_LEVELS: Final = re.compile(rf"^\s*各(?:省|市|州|盟|地){_BRACKETED}$")
_NEXT_LEVEL: Final = re.compile(rf"(?:市|州|县|区|旗){_BRACKETED}(?:(?:人民)?政府|党委政府)?(?=[、,;。/| )]|$)")
_LOWER: Final = re.compile(rf"{_PLACE}{_BRACKETED}(?:(?:人民)?政府|管委会|办事处|党委)?(?=[、,;。/| )]|$)")
_CUT_LABEL: Final = re.compile(
    r"[;,。]\s*(?:完|完成|完成时|完成时限|时限|责|责任|责任单|责任单位|牵|牵头|牵头单|牵头单位|配|配合|配合单|配合单位|时|时间):?$"
)
_PLACES: Final = ("地方", "各地", "属地")
# 党委和政府, 政府及管委会: the name goes on
_BARE: Final = re.compile(r"(?:人民)?(?:政府|办事处|管委会|党组|党工委|部门|工委)(?:\([^()]*\))?")
FIELD_MODES: Final = {
    Field.LEAD: Mode.LEAD,
    Field.RESPONSIBLE: Mode.RESPONSIBLE,
    Field.COOPERATING: Mode.COOPERATING,
    Field.MEMBER: Mode.MEMBER,
    Field.SUPERVISING: Mode.SUPERVISING,
}


def has_lead_convention(text: str) -> bool:
    """Say whether the words make the first unit of each list the leading one (``列第一位者为牵头单位，下同``)."""
    return bool(_CONVENTION.search(re.sub(r"\s+", "", fold(text))))


def _notes_leads(text: str) -> bool:
    """Say whether the words tell how leading units are shown, by their order or by a sign."""
    return has_lead_convention(text) or bool(_MARKED_LEADS.search(re.sub(r"\s+", "", fold(text))))


@lru_cache(maxsize=8192)
def looks_like_unit(name: str) -> bool:
    """Say whether a name ends as the names of units do."""
    return bool(_ENDS_LIKE_UNIT.search(fold(name)))


@dataclass(frozen=True, slots=True)
class _Names:
    names: tuple[str, ...]
    is_open: bool
    modes: tuple[Mode | None, ...]


def split_units(text: str) -> _Names:
    """Cut a list of units at its signs; ``等有关部门`` leaves the list open."""
    is_open, names, modes = False, list[str](), list[Mode | None]()
    for piece in _pieces(text):
        name, mode = _inline_role(piece)
        for part in _by_blanks(name):
            for one, opened in _split_open(part):
                is_open = is_open or opened
                for unit in _split_and(one):
                    clean = _clean(unit)
                    # 各牵头单位、配合单位: all of them, and no part in the work
                    is_part = _PART_IN_WORK.fullmatch(clean) and not (
                        names and re.search(r"各.*(?:单位|部门)$", names[-1])
                    )
                    if clean and not is_part and not _NOT_UNITS.search(fold(_unquoted(clean))):
                        names.append(clean)
                        modes.append(mode)
    return _Names(tuple(names), is_open, tuple(modes))


def _pieces(text: str) -> list[str]:
    """Cut at the separators that stand outside brackets."""
    folded, depth, out, start = fold(text), 0, list[str](), 0
    for at, char in enumerate(folded):
        if char in "([":
            depth += 1
        elif char in ")]":
            depth = max(depth - 1, 0)
        elif char == "、" and depth == 0 and _is_one_name(folded[start:at], folded[at + 1 :]):
            continue
        elif char in "、,;|/。" and depth == 0:
            out.append(text[start:at])
            start = at + 1
    out.append(text[start:])
    return [piece.strip() for piece in out if piece.strip()]


def _is_one_name(before: str, after: str) -> bool:
    """``各市、县政府`` and ``各乡镇党委、政府`` are one name each."""
    if _AND_ALL.search(before) and _LOWER.match(after):
        return True
    if _ALL_LEVELS.search(before) and _NEXT_LEVEL.match(after):
        return True
    if before.endswith("部门") and re.match(r"单位(?=[,;。]|$)", after):
        # 市直有关部门、单位
        return True
    return bool(re.search(r"(?:党委|党工委|党组)$", before) and re.match(rf"(?:{_BARE.pattern})(?=[、,;。]|$)", after))


def _inline_role(piece: str) -> tuple[str, Mode | None]:
    found = _INLINE_ROLE.search(fold(piece))
    if not found:
        return piece, None
    role = found["role"]
    mode = (
        Mode.LEAD
        if role[:2] in ("牵头", "主办", "主责")
        else Mode.RESPONSIBLE
        if role[:2] == "责任"
        else Mode.COOPERATING
    )
    return (piece[: found.start()] + piece[found.end() :]).strip(), mode


def _by_blanks(piece: str) -> list[str]:
    """A blank parts two units only where both look like units; else it is a broken line."""
    parts = re.split(r"\s+", piece.strip())
    out = [parts[0]]
    for part in parts[1:]:
        if (
            looks_like_unit(out[-1])
            and looks_like_unit(part)
            and (len(part) > 2 or part[0] == "各")
            and fold(part)[0] != "("
        ):
            out.append(part)
        elif looks_like_unit(out[-1]) and re.fullmatch(r"[一-鿿]{2,3}|[\d-]{7,13}", part) and not looks_like_unit(part):
            # a person or a telephone behind the unit
            continue
        else:
            out[-1] += part
    return out


def _split_open(piece: str) -> list[tuple[str, bool]]:
    folded = fold(piece)
    found = _OPEN_TAIL.search(folded)
    if found:
        return [(piece[: found.start()], True)]
    at = folded.find("等")
    if at >= 2 and looks_like_unit(folded[:at]) and len(folded) - at > 2:
        rest = re.sub(r"^\d+个", "", piece[at + 1 :])
        generic = re.match(
            r"(?:国务院|[省市县区州](?:直|级|属)?)?(?:有关|相关)*(?:部门和单位|单位和部门|部门单位|部门|单位)(?:和|及|以及|与|、)",
            rest,
        )
        return [(piece[:at], bool(generic)), (rest[generic.end() :] if generic else rest, False)]
    return [(piece, False)]


def _split_and(name: str) -> list[str]:
    """Cut at 和, 及 or 与 only between two whole names of units; 文化和旅游局 is one."""
    folded = fold(name)
    for found in re.finditer(r"以及|和|及|与|并", folded):
        left, right = folded[: found.start()], folded[found.end() :]
        if not (_whole_name(left) and (_whole_name(right) or right in _PLACES)) or right.startswith("其"):
            continue
        if left.endswith("农业农村"):
            # 农业农村和科技局: a field, which only ends like a village
            continue
        if _BARE.fullmatch(right):
            continue
        if re.fullmatch(r"(?:企事业|企业|事业)?单位|部门|机构|人员", right):
            continue
        if re.match(r"各|有关|相关|全", left) and not re.match(r"各|有关|相关|[省市县区州镇乡局全]|街道", right):
            continue
        return [name[: found.start()], *_split_and(name[found.end() :])]
    return [name]


def _whole_name(name: str) -> bool:
    return len(name) >= 3 and looks_like_unit(name)


def _clean(name: str) -> str:
    name = _LEADING_SIGNS.sub("", name)
    label, sign, rest = fold(name).partition(":")
    if sign and field_of(label) in UNIT_FIELDS:
        # a label that stands among the units
        name = name[len(name) - len(rest) :]
    name = re.sub(r"^(?:[(（]?\d{1,2}[.、．)）](?!\d)|[①-⑳])\s*", "", name)
    name = name[len(found.group()) :] if (found := _NOISE.match(fold(name))) else name
    # 区发展改革局（2项）: how many are its tasks
    name = re.sub(r"\s+|[(（](?:[一-鿿]某{1,2}|共?\d{1,3}[项件条])[)）]$", "", name)
    folded = fold(name)
    while (folded and folded[-1] in "([") or (folded.endswith((")", "]")) and not _balanced(folded)):
        name, folded = name[:-1], folded[:-1]
    while (folded and folded[0] in ")]") or (folded.startswith(("(", "[")) and not _balanced(folded)):
        name, folded = name[1:], folded[1:]
    return _LEADING_SIGNS.sub("", name)


_CAMPAIGN: Final = re.compile(
    r"[“\"]([^“”\"]{1,10})[”\"](?=[一-鿿]{0,10}(?:领导小组|办公室|办|专班|指挥部|工作组|联席会议|委员会))"
)


def _unquoted(text: str) -> str:
    """``县“八五”普法领导小组``: the quoted name of a campaign is a part of the name of its office."""
    return _CAMPAIGN.sub(r"\1", text)


def _balanced(folded: str) -> bool:
    return folded.count("(") == folded.count(")") and folded.count("[") == folded.count("]")


def breaks_in_name(left: str, right: str) -> bool:
    """``公安局、人`` / ``武部,各乡镇``: a list of units that was broken within a name."""
    last, first = re.split(r"[、,;]", fold(left))[-1].strip(), re.split(r"[、,;。]", fold(right))[0].strip()
    if not last or looks_like_unit(last) or not 2 <= len(first) <= 4 or re.match(r"[省市县区州旗镇乡各]", first):
        return False
    return looks_like_unit(last + first)


def parse_unit_field(text: str, mode: Mode) -> tuple[tuple[Unit, ...], bool]:
    """
    Read the words of a unit label or cell, and say whether the list is open (``等有关部门``).

    Words in the text (``A牵头，B配合``) weigh more than the label.
    """
    if _notes_leads(text):
        text = _CONVENTION_NOTE.sub(lambda note: "" if _notes_leads(note.group()) else note.group(), text)
        text = _without_convention(text)
    text = text.strip()
    if not text:
        return (), False
    labelled = read_labels(text, TimeContext())
    if labelled is not None and labelled.units:
        return labelled.units, labelled.open_list
    for bracket in find_brackets(text):
        if bracket.start and _role_spans(bracket.inside) and is_unit_list(bracket.inside):
            # 各镇街（区司法局配合）
            outside, opened = parse_unit_field(text[: bracket.start] + text[bracket.end :], mode)
            more, also = parse_unit_field(bracket.inside, mode)
            return tuple(dict.fromkeys(outside + more)), opened or also
    roles = _role_spans(text)
    if not roles:
        found = split_units(text)
        return _units(found, mode), found.is_open
    units, is_open, at = list[Unit](), False, 0
    for start, end, role in roles:
        words = _after_matter(text[at:start])
        if role is Mode.SUPERVISING and (cut := max(words.rfind("，"), words.rfind(","))) > 0:
            # 各县政府，市司法局督导: the others do it
            first, words = split_units(words[:cut]), words[cut + 1 :]
            is_open = is_open or first.is_open
            units += _units(first, mode)
        found = split_units(words)
        is_open = is_open or found.is_open
        units += _units(found, role)
        at = end
    rest = split_units(text[at:])
    if rest.names:
        units += _units(rest, mode if mode is not Mode.LEAD else Mode.RESPONSIBLE)
        is_open = is_open or rest.is_open
    return tuple(dict.fromkeys(units)), is_open


def _after_matter(text: str) -> str:
    """``新生儿出生由区卫健委``牵头: what stands in front of 由 is the matter, and no unit."""
    begun = max(text.rfind(";"), text.rfind("；")) + 1
    found = list(re.finditer(r"(?<=[一-鿿”])(?<!自)由(?=[一-鿿])", text[begun:]))
    return text[:begun] + text[begun + found[-1].end() :] if found else text


def _units(found: _Names, mode: Mode) -> tuple[Unit, ...]:
    return tuple(Unit(name=name, mode=own or mode) for name, own in zip(found.names, found.modes, strict=True))


@lru_cache(maxsize=8192)
def _role_spans(text: str) -> tuple[tuple[int, int, Mode], ...]:
    """Find where the words say how the units before them take part."""
    folded = fold(text)
    spans = [(found.start(), found.end(), Mode.LEAD) for found in _MEET.finditer(folded)]
    for found in _ROLE.finditer(folded):
        after = folded[found.end() : found.end() + 1]
        if (
            after
            and after not in " ,;。、:)(]"
            and not (found.end() < len(folded) and _starts_new(folded, found.end()))
        ):
            continue
        if found.start() == 0 or folded[found.start() - 1] == "(" or _is_part_of_name(folded, found):
            continue
        spans.append((found.start(), found.end(), _mode_of(found["role"])))
    spans.sort()
    return tuple(_without_overlap(spans))


def _is_part_of_name(folded: str, found: re.Match[str]) -> bool:
    """``各项目牵头单位`` is the name of a group, no word on how the units before it take part."""
    if not re.search(r"(?:单位|部门)$", found["role"]):
        return False
    before = re.split(r"[,;、。:]", folded[: found.start()])[-1].strip()
    return before.endswith("各") or (
        bool(re.match(r"各|有关|相关|其他|其余|上述|所有", before)) and not looks_like_unit(before)
    )


def _starts_new(folded: str, at: int) -> bool:
    """A role may be followed by the next units without any sign (``区司法局牵头各镇街配合``)."""
    return bool(_ROLE.search(folded, at)) and bool(re.match(r"[各省市县区州镇乡有相]", folded[at:]))


def _without_overlap(spans: list[tuple[int, int, Mode]]) -> list[tuple[int, int, Mode]]:
    out: list[tuple[int, int, Mode]] = []
    for span in spans:
        if not out or span[0] >= out[-1][1]:
            out.append(span)
    return out


def _mode_of(role: str) -> Mode:
    role = re.sub(r"^为|单位$|部门$", "", role)
    if role == "成员":
        return Mode.MEMBER
    if role == "监督" or ("牵头" not in role and any(word in role for word in ("督导", "指导", "督办"))):
        return Mode.SUPERVISING
    if "牵头" in role or "统筹" in role or role in ("主办", "主责", "总负责", "主抓", "负总责"):
        return Mode.LEAD
    helps = any(word in role for word in ("配合", "协同", "协助", "协办", "参与", "参加", "支持", "做好相关工作"))
    by_duty = any(word in role for word in ("职责", "职能", "分工", "分别", "各负其责"))
    if helps:
        return Mode.COOPERATING_BY_DUTY if by_duty else Mode.COOPERATING
    return Mode.BY_DUTY if by_duty else Mode.RESPONSIBLE


# --- brackets ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """A bracket of a text: its place, its words inside, and whether its end is there."""

    start: int
    end: int
    inside: str
    is_closed: bool


def find_brackets(text: str) -> list[Bracket]:
    """
    Find the outermost brackets, round and square.

    One that is never closed counts, to the end of the text, if a label stands in it; else it is no bracket.
    """
    folded = fold(text)
    ends = _closing(folded)
    out: list[Bracket] = []
    at = 0
    while at < len(folded):
        if folded[at] not in "([":
            at += 1
        elif at in ends:
            out.append(Bracket(start=at, end=ends[at] + 1, inside=text[at + 1 : ends[at]], is_closed=True))
            at = ends[at] + 1
        elif INLINE_LABEL.match(folded, at + 1):
            out.append(Bracket(start=at, end=len(text), inside=text[at + 1 :], is_closed=False))
            break
        else:
            at += 1
    return out


def _closing(folded: str) -> dict[int, int]:
    """Where each bracket that is closed ends."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for at, char in enumerate(folded):
        if char in "([":
            opened.append(at)
        elif char in ")]" and opened:
            ends[opened.pop()] = at
    return ends


def read_bracket(bracket: Bracket, context: TimeContext, *, at_end: bool) -> Assignment | None:
    """
    Read what a bracket says of units and deadlines; None where it says nothing of the kind.

    ``at_end`` says that nothing but signs follow it in its paragraph; only there a bare list of units counts.
    """
    inside = re.sub(r"[ \t]*\n[ \t]*", "", bracket.inside).strip()
    if not bracket.is_closed and (cut := _CUT_LABEL.search(fold(inside).rstrip("。 "))):
        inside = inside[: cut.start()]
    if len(fold(inside)) < 2 or re.match(r"(?:以下|简称|下称|试行|见附件|附件|此件|征求意见)", inside):
        return None
    inside = _GAPPED_LABEL.sub(_with_colon, inside)
    labelled = read_labels(inside, context)
    if labelled is not None:
        return _with_cut(replace(labelled, raw=bracket.inside), bracket)
    label = re.search(rf"[;,。]\s*(?={INLINE_LABEL.pattern})", fold(inside))
    if label:
        # （A、B分别负责；配合单位：C；完成时间：D）
        first = _unlabelled(inside[: label.start()], context, at_end=at_end)
        more = read_labels(inside[label.end() :], context)
        if first is not None and more is not None:
            return _with_cut(_both(first, more, bracket.inside), bracket)
    return _unlabelled(inside, context, at_end=at_end)


# （配合单位 市委编办；完成时限 2024年9月底）
_GAPPED_LABEL: Final = re.compile(r"(?P<sign>^|[；;，,。]\s*)(?P<label>[一-鿿]{4,6})[ 　]+(?=\S)")


def _with_colon(found: re.Match[str]) -> str:
    is_label = field_of(found["label"]) in UNIT_FIELDS | {Field.DEADLINE}
    return f"{found['sign']}{found['label']}：" if is_label else found.group()


def _both(one: Assignment, other: Assignment, raw: str) -> Assignment:
    return Assignment(
        raw=raw,
        units=tuple(dict.fromkeys(one.units + other.units)),
        deadlines=tuple(dict.fromkeys(one.deadlines + other.deadlines)),
        persons=one.persons + other.persons,
        open_list=one.open_list or other.open_list,
        uncertain=one.uncertain + other.uncertain,
    )


def _with_cut(found: Assignment, bracket: Bracket) -> Assignment:
    if bracket.is_closed:
        return found
    marks = list(found.uncertain)
    marks.append(Uncertain(field="text", reason="原文在括号内截断，其后的内容没有读到"))
    if found.units and (not looks_like_unit(found.units[-1].name) or len(found.units[-1].name) < 4):
        marks.append(Uncertain(field="units", reason=f"“{found.units[-1].name}”在截断处，名称可能不完整"))
    if not found.deadlines:
        marks.append(Uncertain(field="deadlines", reason="原文截断，没有读到时限，留空"))
    return replace(found, uncertain=tuple(marks))


def read_labels(text: str, context: TimeContext) -> Assignment | None:
    """Read ``牵头单位：A；责任单位：B；完成时限：C`` in any order; None where there is no such label."""
    folded = fold(text)
    found = list(INLINE_LABEL.finditer(folded))
    if not found or re.sub(r"[\s;,。.*★]", "", folded[: found[0].start()]):
        return None
    units, deadlines, persons, is_open = list[Unit](), list[Deadline](), list[str](), False
    notes: list[str] = []
    for match, after in zip(found, [*found[1:], None], strict=True):
        value = text[match.end() : after.start() if after else len(text)].strip().strip("；;，,。、 \t")
        field = field_of(match["label"])
        if field is Field.DEADLINE:
            deadlines += parse_deadline_field(value, context)
        elif field is Field.PERSON:
            persons += [value] if value else []
        elif field in UNIT_FIELDS and field is not None:
            value, more = _deadline_tail(value, context)
            deadlines += more
            value, note = _before_full_stop(value)
            notes += [note] if note else []
            read, opened = parse_unit_field(value, FIELD_MODES[field])
            units += read
            is_open = is_open or opened
    return Assignment(
        raw=text,
        units=tuple(dict.fromkeys(units)),
        deadlines=tuple(dict.fromkeys(deadlines)),
        persons=tuple(persons),
        open_list=is_open,
        uncertain=(
            *doubts_about(units),
            *(Uncertain(field="units", reason=f"单位之后另有说明“{note}”，请核对") for note in notes),
        ),
    )


def read_field(field: Field, value: str, raw: str, context: TimeContext) -> Assignment | None:
    """Read the value of a line whose label is known; None where it says nothing of who or when."""
    if field is Field.DEADLINE:
        return Assignment(raw=raw, deadlines=parse_deadline_field(value, context))
    if field is Field.PERSON:
        return Assignment(raw=raw, persons=(value,))
    if field not in UNIT_FIELDS:
        return None
    value, deadlines = _deadline_tail(value, context)
    value, note = _before_full_stop(value)
    units, is_open = parse_unit_field(value, FIELD_MODES[field])
    marks = (Uncertain(field="units", reason=f"单位之后另有说明“{note}”，请核对"),) if note else ()
    return Assignment(
        raw=raw, units=units, deadlines=deadlines, open_list=is_open, uncertain=(*doubts_about(list(units)), *marks)
    )


_REMARK: Final = re.compile(r"应(?!急)|须|可(?!再生)|结合|参照|要求")


def _before_full_stop(value: str) -> tuple[str, str]:
    """What follows the full stop in a list of units is a remark, unless it is a list itself."""
    parts = re.split(r"[；;]", value)
    odd = next((at for at, part in enumerate(parts) if at and _REMARK.search(part) and not is_unit_list(part)), None)
    if odd is not None:
        # 各区政府；国家级园区应结合实际细化措施: how they are to go about it
        return "；".join(parts[:odd]), "；".join(parts[odd:]).strip()
    head, stop, rest = value.partition("。")
    if not stop or not rest.strip() or is_unit_list(rest) or _notes_leads(rest):
        return (head, "") if stop and _notes_leads(rest) else (value, "")
    return head, rest.strip()


def doubts_about(units: list[Unit]) -> tuple[Uncertain, ...]:
    """Mark the names that do not end as the names of units do (a word may be missing, or the text cut)."""
    odd = [unit.name for unit in units if not looks_like_unit(unit.name)]
    return tuple(Uncertain(field="units", reason=f"“{name}”不像完整的单位名称，请核对") for name in dict.fromkeys(odd))


def _deadline_tail(text: str, context: TimeContext) -> tuple[str, tuple[Deadline, ...]]:
    """Part the time words that stand at the end (or the beginning) of a list of units (``区司法局，2024年底前完成``)."""
    listed, sign, last = text.rpartition("、")
    if (
        sign
        and not re.search(r"\d$", listed)
        and is_deadline_text(last, context)
        and not is_deadline_text(text, context)
    ):
        # 秘书股、2月底前
        text = f"{listed}，{last}"
    pieces = re.split(r"([，；,;。])", text)
    for at in range(0, len(pieces), 2):
        piece = pieces[at].strip()
        if at and piece and _is_time(piece, context):
            # A负责，3月底前完成；B负责落实: units go on behind the day
            units = [
                one
                for one in range(at + 2, len(pieces), 2)
                if is_unit_list(pieces[one]) and not _is_time(pieces[one], context)
            ]
            tail = "".join(
                piece for one, piece in enumerate(pieces) if one >= at and one not in units and one + 1 not in units
            )
            words = "".join([*pieces[:at], *(f"；{pieces[one]}" for one in units)]).strip("，；,;。 ")
            return words, parse_deadline_field(tail.strip("，；,;。 "), context)
    first = pieces[0].strip()
    if len(pieces) > 2 and _is_time(first, context):
        return "".join(pieces[2:]).strip("，；,;。 "), parse_deadline_field(first, context)
    return text, ()


# 2024年5月提请审议
_ACT_OF_DAY: Final = re.compile(
    r"\s*(?:完成|出台|印发|提请|上?报|提交|送审|开展|启动|实施|发布|公布|投用|建成|召开|形成|实现|达到|全面|试运行|运行|上线|验收|开工|竣工|举办|部署|总结)[一-鿿]{0,18}"
)


def _is_time(piece: str, context: TimeContext) -> bool:
    """Say whether a clause is about time: nothing else, or what is done by a day (``6月底前出台相关政策``)."""
    if is_deadline_text(piece, context):
        return True
    folded = fold(piece)
    if re.fullmatch(r"每(?:年度?|半年|个?季度?|个?月|周|两周|旬)[一-鿿\d]{0,14}", folded) and not looks_like_unit(
        folded
    ):
        return True
    points = find_points(piece, context)
    if (
        not points
        or len(folded) > 40
        or not re.fullmatch(r"(?:力争|确保|争取|于|在|到|至|\s)*", folded[: points[0].start])
    ):
        return False
    # 6月、11月各督查一次
    at = next(
        (one.end for one, other in pairwise(points) if folded[one.end : other.start] not in "、和及"), points[-1].end
    )
    if points[0].precise and re.fullmatch(r"\s*各[一-鿿]{1,6}[一1]次", folded[at:]):
        return True
    return bool(
        re.match(rf"\s*(?:{BEFORE}|起|开始)", folded[points[0].end :])
        or (points[0].precise and _ACT_OF_DAY.fullmatch(folded[points[0].end :]))
        or re.search(r"[底末内]$", folded[: points[0].end])
    )


@lru_cache(maxsize=8192)
def is_deadline_text(text: str, context: TimeContext) -> bool:
    """Say whether the words are a deadline and nothing more (as the cell of a deadline column is)."""
    folded = re.sub(r"\s+", "", fold(text)).strip("。;,")
    if not folded or len(folded) > 60:
        return False
    rest = RELATIVE.sub("", folded)
    for point in reversed(find_points(rest, context)):
        rest = rest[: point.start] + rest[point.end :]
    has_time = rest != folded
    rest, count = re.subn(LONG_TERM, "", rest)
    has_time = has_time or count > 0 or bool(re.match(r"每(?:年|季度?|月|半年|周)|按(?:季度?|月|年度)", folded))
    if not has_time and re.fullmatch(
        r"(?:全程|全过程|同步)(?:开展|推进|落实|实施)|按.{0,14}(?:时限|期限|时间|要求|进度|节点|规定|程序|计划|部署|安排)(?:完成|推进|落实|执行|办理)?|(?:[“\"]?(?:主?汛期|入汛|防火期|春节|元旦|五一|八一|国庆|中秋|端午|清明|两会|开学|供暖期?|采暖期)[”\"]?(?:[、和及]|(?=期|全|以?前|来|到|结|内)))+(?:期间|全程|全过程|以?前|来临前|到来前|结束前|结束后|内)|立行立改|即知即改|已完成|随时|适时|及时|(?:根据|依据|依照).{0,14}(?:部署|安排|要求|进度|计划|进展)(?:完成|推进|落实|执行|办理|开展|实施)?|(?:立即|随即)(?:整改|完成|落实|实施|执行|启动|开展)?|全年",
        folded,
    ):
        return True
    rest = re.sub(
        r"以前|之前|前|完成|整改|立即|随时|即日|分别|各|半年|季度?|次|周|日|号|上旬|中旬|下旬|初|第[一二三四五]批次?|第一阶段|第二阶段|阶段|并|底|末|内|起|至|到|-|~|月|年|每|按|季度|取得|明显|阶段性|成效|进展|基本|全部|任务|实施|启动|开展|推进|落实|工作|坚持|实现|见效|初步|整改|到位|出台|印发|建成|报送|达到|目标|全面|各项|制定|形成|"
        r"[及和、,;。.()\d一二三四]|时|且|后|贯穿|逐步|根据|分阶段|组织|上报|总结|方案|评估|验收|投用|建立|健全|机制|长效|制度|公布|编制|对外|"
        r"分批|分期|陆续|动工|开工|竣工|完工|通车|投入使用|投入运营|投入运行|启用|交付|运行|上线|发放|兑付|拨付",
        "",
        rest,
    )
    return has_time and not rest


def _unlabelled(inside: str, context: TimeContext, *, at_end: bool) -> Assignment | None:
    text, deadlines = (inside, ()) if is_deadline_text(inside, context) else _deadline_tail(inside, context)
    if re.fullmatch(r"(?:19|20)\d{2}\s*年?\s*[-~至到]+\s*(?:19|20)\d{2}\s*年?", fold(inside)):
        # “八五”普法（2021—2025年）: a part of the name
        return None
    if not deadlines and is_deadline_text(inside, context) and (at_end or LONG_TERM.search(fold(inside))):
        found = parse_deadline_field(inside, context)
        return (
            Assignment(raw=inside, deadlines=found)
            if any(one.on or one.long_term or one.every or hides_year(inside) for one in found)
            else None
        )
    text = _NOT_LISTED.sub("", text)
    if (handed := _HANDED_IN.fullmatch(fold(text))) and not deadlines and is_unit_list(text[: handed.end("who")]):
        deadlines = parse_deadline_field(text[handed.start("when") : handed.end("when")], context)
        text = text[: handed.end("who")]
    clean = re.split(r"[。]", text)[0] if _notes_leads(text) else text
    clean = _without_convention(clean)
    roles = _role_spans(clean)
    if roles:
        units, is_open = parse_unit_field(clean, Mode.RESPONSIBLE)
        tail = clean[roles[-1][1] :].strip(" ，,；;。")
    elif at_end:
        found_names = split_units(clean)
        units, is_open, tail = tuple(_units(found_names, Mode.RESPONSIBLE)), found_names.is_open, ""
    else:
        return None
    odd = [unit.name for unit in units if not _credible(unit.name)]
    if not units or (odd and not (roles and len(odd) * 2 <= len(units) and all(_could_be_unit(name) for name in odd))):
        return None
    if tail and not all(_credible(name) for name in split_units(tail).names):
        return None
    return Assignment(
        raw=inside, units=units, deadlines=deadlines, open_list=is_open, uncertain=doubts_about(list(units))
    )


# 各乡镇于12月10日前报县司法局
_HANDED_IN: Final = re.compile(
    rf"(?P<who>[^,。;]{{2,80}}?)(?:须|应|要)?(?:分别)?(?:于|在)(?P<when>[^,。;]{{3,16}}?{BEFORE})(?:完成|报|上报|报送|提交|制定|公布|印发)[^,。;]{{0,24}}"
)
# 以下均需各设区的市人民政府落实，不再列出
_NOT_LISTED: Final = re.compile(
    r"[。；;，,]\s*(?:以下|下列|下同|后续)[^。]*(?:不再|不一一|不另)[一-鿿]{0,4}(?:列出|列明|列举|标注|重复)[。]?$"
)
_BY: Final = re.compile(
    r"由?(?P<who>[^,。;:由]{2,60}?)(?P<role>(?:负责)?牵头(?:负责|抓总|组织|组织实施)?|负责|主办)"
    r"(?:[,、]?(?:会同)?(?P<with>[^,。;:]{2,60}?)(?:具体|积极|密切|共同)?(?:配合|协助|参加|参与))?(?=[,、。;]|(?P<verb>[一-鿿]))"
)


def read_first_clause(text: str) -> Assignment | None:
    """``由市司法局牵头，市大数据局配合，6月30日前完成…``: a clause that says first who carries it out."""
    found = _BY.match(fold(text))
    if not found or not is_unit_list(text[found.start("who") : found.end("who")]):
        return None
    if found["verb"] and (found["role"] == "负责" or not text.startswith("由")):
        return None
    words = text[found.start("who") : found.end()].removesuffix(found["verb"] or "")
    units, is_open = parse_unit_field(words, Mode.RESPONSIBLE)
    return Assignment(raw=words, units=units, open_list=is_open)


def read_bare(line: str, context: TimeContext) -> Assignment | None:
    """Read a line that is nothing but units, how they take part, and when (``县司法局牵头，各乡镇配合，10月底前完成``)."""
    text, deadlines = _deadline_tail(line.strip().strip("。；;"), context)
    if fold(text)[:1] in ("(", "[") or not is_unit_list(text):
        return None
    units, is_open = parse_unit_field(text, Mode.RESPONSIBLE)
    return Assignment(raw=line, units=units, deadlines=deadlines, open_list=is_open, spoken=True)


def read_last_sentence(text: str, context: TimeContext) -> tuple[str, Assignment] | None:
    """``…。市委编办牵头、市司法局配合。9月底前完成。``: the last sentences of a point say who and when, and nothing else."""
    folded = fold(text).rstrip("。;； ")
    end, deadlines = len(folded), tuple[Deadline, ...]()
    at = folded.rfind("。")
    if at > 2 and is_deadline_text(text[at + 1 : end], context):
        deadlines = parse_deadline_field(text[at + 1 : end], context)
        end, at = at, folded.rfind("。", 0, at)
    words = text[at + 1 : end]
    if at < 2 or _is_time(re.split(r"[，,；;]", words)[0], context):
        return None
    said = read_bare(words, context)
    if said is None or re.search(r"统筹(?:协调|推进)?$", words):
        return None
    deadlines += said.deadlines
    has_role = any(one.mode is not Mode.RESPONSIBLE for one in said.units)
    if not (deadlines or len(said.units) > 1 or has_role):
        return None
    if not has_role and not _role_spans(words) and any(_MAY_BE_THING.search(one.name) for one in said.units):
        return None
    return text[: at + 1], replace(said, raw=text[at + 1 :], deadlines=deadlines)


# 政银企对接平台: built by the work as often as it does the work
_MAY_BE_THING: Final = re.compile(
    r"^(?![各省市县区州镇乡局街村有相]).*(?:平台|中心|站|所|库|馆|厂|园|港|园区|网格|组织|机构|台|室)$"
)


def read_last_clause(text: str, context: TimeContext) -> tuple[str, Assignment] | None:
    """``“教育入学一件事”，区教体局牵头，区公安分局配合``: what follows the name of a task says who leads and who helps."""
    folded = fold(text).rstrip("。;； ")
    at = next((place for place, char in enumerate(folded) if char in ",:"), -1)
    rest = text[at + 1 : len(folded)]
    if at < 2 or "。" in folded or is_unit_list(text[:at]) or not re.search(r"牵头|负责|主办|起草|承办|实施", rest):
        return None
    said = read_bare(rest, context)
    if said is None or not (rest.startswith("由") or any(one.mode is not Mode.RESPONSIBLE for one in said.units)):
        return None
    return text[:at], said


_GIVEN_TO: Final = re.compile(r"(?:^|(?<=[,。;\n前底末]))\s*由(?=[^,。;\n]{2,60}?(?:负责|牵头|承办|组织))")
# 6月30日前由各行政执法单位完成清理换发
_BY_THEN: Final = re.compile(
    r"由(?P<by>[^,。;:\n由]{2,40}?)(?:于|在)(?=[^,。;]{2,14}?[前底末])|(?:(?<=[前底末])|(?<=[前底末],))由(?P<who>[^,。;:\n]{2,60}?)(?=完成|组织|开展|实施|落实|汇总|制定|编制|拟订|修订|报送|上报|出台|建立|整改|提交|公布)"
)
# 区司法局牵头，会同区工商联对…开展抽查
_TOGETHER: Final = re.compile(
    r"[,、]?(?:会同|联合|协同)(?P<with>[^,。;]{2,60}?)(?=$|[,。;]|对|就|按|于|在|定期|开展|制定|组织|推进|建立|研究)"
)


def read_together(text: str, at: int) -> tuple[tuple[Unit, ...], int]:
    """Who is said, behind the one that leads, to act together with it, and where these words end."""
    found = _TOGETHER.match(fold(text), at)
    if found is None or not is_unit_list(beside := text[found.start("with") : found.end("with")]):
        return (), at
    return parse_unit_field(beside, Mode.COOPERATING)[0], found.end("with")


def read_given(text: str, context: TimeContext) -> Assignment | None:
    """``检查比例100%，由支队一大队负责，每季度检查一次``: a clause of a point's text says who does it, and when."""
    folded = fold(text)
    for found in _GIVEN_TO.finditer(folded):
        stop = folded.find("。", found.end())
        sentence = stop if stop > 0 else len(folded)
        # as much of the sentence as says who, and when
        ends = [sentence, *(at for at in range(sentence - 1, found.end(), -1) if folded[at] in ",;")]
        for end in ends:
            said = read_bare(text[found.start() : end].strip(), context)
            if said is not None and said.units:
                beside, after = read_together(text, end) if said.units[-1].mode is Mode.LEAD else ((), end)
                return replace(said, raw=text[found.start() : after].strip(), units=said.units + beside)
    for found in _BY_THEN.finditer(folded):
        start, end = found.span("by" if found["by"] else "who")
        words = text[start:end]
        if is_unit_list(words):
            units, is_open = parse_unit_field(words, Mode.RESPONSIBLE)
            return Assignment(raw=f"由{words}", units=units, open_list=is_open, spoken=True)
    return None


def _without_convention(text: str) -> str:
    if not _notes_leads(text):
        return text
    pieces = re.split(r"(?<=[，,；;])", text)
    return "".join(
        piece
        for piece in pieces
        if not _notes_leads(piece)
        and not _THE_OTHERS.fullmatch(fold(piece).strip())
        and piece.strip() not in ("下同", "下同。")
    ).strip("，,；; ")


def _could_be_unit(name: str) -> bool:
    """A short name among units (``中国铁塔``) may be one, though it does not end as they do."""
    return bool(re.fullmatch(r"[一-鿿]{2,12}", name)) and not _VERBS.match(name) and not re.search(r"的|了|要", name)


def _credible(name: str) -> bool:
    folded = fold(_unquoted(name))
    return (
        2 <= len(folded) <= 40
        and looks_like_unit(name)
        and not re.search(
            r"(?:负责|牵头)(?=..)(?!单位|部门|人)|[“”《》!?:]|(?<!设区)的|了|应当|可以|必须|不得|要|[^\d]按(?!摩)|包保|"
            # 公厕6座, 驿站6处: how many are built
            r"(?<![第\d])\d+(?:[个处座所站馆厂园村镇校社库队家台套部组室院]|余[个处家所座台])$",
            folded,
        )
    )


@lru_cache(maxsize=8192)
def is_unit_list(text: str) -> bool:
    """Say whether a line is a list of units and nothing more (as the cell of a unit column is)."""
    text = text.strip().strip("。；;")
    if (
        not text
        or len(text) > 400
        or re.search(r"\d{3,}|[《》“”。！？]", _unquoted(text))
        or re.match(r"[\d一二三四五六七八九十]+[.、．]", text)
    ):
        return False
    roles = _role_spans(text)
    names = [unit.name for unit in parse_unit_field(text, Mode.RESPONSIBLE)[0]]
    if not names:
        return False
    if (
        not roles
        and len(names) == 1
        and len(names[0]) > 16
        and not names[0].startswith(("各", "有关", "市", "县", "区", "省"))
    ):
        return False
    return all(_credible(name) and not _VERBS.match(name) for name in names)


_VERBS: Final = re.compile(
    r"(?:依法|及时|坚决|部署|购置|采购(?!中心|办|科|处|股|部|站)|配备|配置|安装|布设|搭建|设立|创建|组建|建设(?!局|厅|部|委|和|开发|工程|[一-鿿]{0,6}(?:局|委|办|处|科|股|室|队|集团|银行|公司)$)|培育|引进|开发(?!区|局|集团|办|公司|银行)|开通|升级|拓展|扩大|发挥|推广(?!站|中心|部)|应用(?!技术|科学)|从严|严肃|集中|主动|统一|逐步|不断|大力|有序|有效|常态|长效|并|且|通过|采取|利用|运用|适时|定期|不定期|每|各自|同时|应当|不得|召开|成立|加强|推进|推动|建立|健全|完善|开展|落实|提升|提高|强化|规范|深化|优化|组织|制定|做好|实施|加快|全面|严格|加大|支持|鼓励|探索|编制|明确|整合|构建|打造|持续|进一步|积极|切实|督促|依托|围绕|聚焦|确保|按照|根据|对|将|把|以|在|为|"
    r"建成|启动|打通|铺设|更换|新增|(?:抽查|检查|评查|排查|清查|整治|查处|清理|梳理|推行|举办|新建|改造|完成|发放)(?!局|办|组|处|科|股))"
)
