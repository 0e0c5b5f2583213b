"""The points of a plan: its numbered paragraphs, with what brackets and lines say of who does them and by when."""

import re
from dataclasses import dataclass, field
from typing import Final

from mingjing.domain.plans.folding import fold
from mingjing.domain.plans.labels import INLINE_LABEL, UNIT_FIELDS, Field, field_of, label_line
from mingjing.domain.plans.model import Assignment, Block, Mode, Table
from mingjing.domain.plans.outline import Node, Rank, mark_of, split_heading
from mingjing.domain.plans.timing import TimeContext
from mingjing.domain.plans.units import find_brackets, is_unit_list, parse_unit_field, read_bracket, read_labels

_ANNEX: Final = re.compile(
    r"\s*附\s*件\s*(?P<n>\d{1,2}|[一二三四五六七八九十]{1,2})?\s*(?:[-.]\d+)?\s*(?P<colon>:)?\s*(?P<title>.{0,60})\s*"
)
_HEADED: Final = re.compile(
    r"(?P<unit>[^,。:;]{2,40}?)(?P<role>牵头负责|牵头|负责|主办)(?:推进|落实|办理|承担|实施)?(?:的)?(?:重点|主要)?(?:工作|任务|事项|项目|工作任务|工作事项)(?:清单)?(?:[(][^()]{1,12}[)])?$"
)
_SIGNED: Final = re.compile(
    r"\s*(?:(?:19|20)\d{2}|[一二][〇○零一二三四五六七八九]{3})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日\s*"
)
_SIGNER: Final = re.compile(
    r"[一-鿿()]{2,36}(?:人民政府|政府|办公室|办公厅|委员会|局|厅|部|院|署|领导小组|指挥部|专班|办事处|中心|大队|支队|党组|编办|联席会议)"
)
_COPY: Final = re.compile(
    r"\s*(?:抄送|主送|分送|印发)\s*:.*|\s*\(此件.{0,12}\)\s*|.{2,40}(?:办公室|办公厅|局)\s+(?:19|20)\d{2}年\d{1,2}月\d{1,2}日印发\s*"
)
_WHO_LABELS: Final = UNIT_FIELDS | {Field.DEADLINE, Field.PERSON}


@dataclass(slots=True)
class Region:
    """The body or an annex: a tree of its own."""

    root: Node
    annex: str = ""
    title: str = ""
    is_notice: bool = False


@dataclass(slots=True)
class Builder:
    """Builds the trees of the regions from the paragraphs and tables, in their order."""

    context: TimeContext
    regions: list[Region] = field(default_factory=list)
    stack: list[Node] = field(default_factory=list)
    pending: Field | None = None
    has_text: bool = False
    in_annex_list: bool = False

    def __post_init__(self) -> None:
        self.open_region("")

    @property
    def top(self) -> Node:
        return self.stack[-1]

    def open_region(self, annex: str, title: str = "") -> None:
        root = Node(rank=Rank.ROOT)
        self.regions.append(Region(root=root, annex=annex, title=title))
        self.stack = [root]
        self.in_annex_list = False

    def take(self, block: Block) -> None:
        if isinstance(block, Table):
            self.top.tables.append(block)
            self.top.paragraphs.append(_table_mark(len(self.top.tables) - 1))
            self.in_annex_list = False
            return
        text = block.text.strip()
        if not text or _COPY.fullmatch(fold(text)):
            return
        if self._annex(text) or self._signed(text):
            return
        mark = mark_of(text)
        if mark is None:
            self._paragraph(text)
            return
        while self.stack[-1].rank >= mark.rank:
            self.stack.pop()
        node = Node(rank=mark.rank, number=mark.number, label=mark.label)
        self.top.add(node)
        self.stack.append(node)
        self.pending = None
        self._heading(node, text[mark.length :].strip())

    def _annex(self, text: str) -> bool:
        found = _ANNEX.fullmatch(fold(text))
        if self.in_annex_list and not found:
            if (
                re.match(r"\s*\d{1,2}\s*[.、.]", fold(text)) and len(text) < 60 and not text.endswith("。")
            ) or _SIGNED.fullmatch(fold(text)):
                return not _SIGNED.fullmatch(fold(text))
            self.in_annex_list = False
        if not found or re.search(r"[。，；]", text):
            return False
        title = text[found.start("title") : found.end("title")].strip()
        if found["colon"] or (title and mark_of(title) is not None):
            # a list of annexes; the annex itself begins with a line of its own, or right here
            self.open_region(found["n"] or "1", title)
            self.in_annex_list = True
            return True
        self.open_region(found["n"] or "1", title)
        return True

    def _signed(self, text: str) -> bool:
        if not _SIGNED.fullmatch(fold(text)):
            return False
        # who signs stands above the day, and is no part of the last point
        above = self.top.paragraphs
        while above and not is_table_mark(above[-1]) and _SIGNER.fullmatch(fold(above[-1]).strip()):
            above.pop()
        region = self.regions[-1]
        if not region.annex and not region.is_notice and len(self.regions) == 1:
            region.is_notice = True
            self.open_region("")
        return True

    def _heading(self, node: Node, text: str) -> None:
        text = self._take_assignments(node, text, is_heading=True)
        head, rest = split_heading(text)
        node.heading = head
        if rest:
            node.paragraphs.append(rest)
        found = _HEADED.fullmatch(fold(head)) if node.rank <= Rank.BRACKETED_CHINESE else None
        if found:
            units, _ = parse_unit_field(text[: found.end("role")], Mode.RESPONSIBLE)
            if units and is_unit_list(text[: found.end("unit")]):
                node.assignments.append(Assignment(raw=text[: found.end()], units=units))
                node.gives_to_children = True

    def _paragraph(self, text: str) -> None:
        node = self.top
        if self.pending is not None:
            text, self.pending = f"{_PENDING_LABEL[self.pending]}：{text}", None
        labelled = label_line(text)
        if labelled is not None and labelled[0] in _WHO_LABELS:
            if not labelled[1]:
                self.pending = labelled[0]
                return
            found = read_labels(text, self.context)
            if found is not None and (found.units or found.deadlines or found.persons):
                node.assignments.append(found)
                return
        if node.rank is not Rank.ROOT and is_unit_list(text) and re.search(r"牵头|配合|负责", text) and len(text) < 200:
            units, is_open = parse_unit_field(text, Mode.RESPONSIBLE)
            node.assignments.append(Assignment(raw=text, units=units, open_list=is_open))
            return
        rest = self._take_assignments(node, text, is_heading=False)
        if rest.strip("。；; "):
            node.paragraphs.append(rest)

    def _take_assignments(self, node: Node, text: str, *, is_heading: bool) -> str:
        """Take the brackets and labels that say who and when out of a text."""
        pieces, at = list[str](), 0
        for bracket in find_brackets(text):
            tail = text[bracket.end :]
            at_end = not re.sub(r"[。；;.\s]", "", tail)
            # the bracket of a heading stands at the end of its first sentence
            at_end = at_end or (is_heading and tail.lstrip().startswith("。") and "。" not in text[: bracket.start])
            found = read_bracket(bracket, self.context, at_end=at_end)
            if found is None or (node.rank is Rank.ROOT and not found.units):
                continue
            node.assignments.append(found)
            node.is_cut = node.is_cut or not bracket.is_closed
            pieces.append(text[at : bracket.start])
            at = bracket.end
        text = "".join([*pieces, text[at:]])
        return self._trailing_labels(node, text)

    def _trailing_labels(self, node: Node, text: str) -> str:
        """``……。牵头单位：A；责任单位：B。`` at the end of a paragraph, without a bracket."""
        folded = fold(text)
        for found in INLINE_LABEL.finditer(folded):
            before = folded[: found.start()].rstrip()
            if field_of(found["label"]) not in _WHO_LABELS or (before and before[-1] not in "。;;)]"):
                continue
            assignment = read_labels(text[found.start() :], self.context)
            if assignment is not None and assignment.units:
                node.assignments.append(assignment)
                return text[: found.start()].rstrip()
        return text


_PENDING_LABEL: Final = {
    Field.LEAD: "牵头单位",
    Field.RESPONSIBLE: "责任单位",
    Field.COOPERATING: "配合单位",
    Field.MEMBER: "成员单位",
    Field.SUPERVISING: "督导单位",
    Field.DEADLINE: "完成时限",
    Field.PERSON: "责任人",
}


def _table_mark(at: int) -> str:
    return f"\x00{at}"


def is_table_mark(text: str) -> bool:
    return text.startswith("\x00")


def give_from_headings(root: Node) -> None:
    """Where all headings of a level are units, what stands under each is that unit's work."""
    for node in list(root.walk()):
        kids = [one for one in node.children if one.rank <= Rank.BRACKETED_CHINESE]
        if len(kids) < 2 or not all(one.children and is_unit_list(one.heading) and not one.assignments for one in kids):
            continue
        for one in kids:
            units, is_open = parse_unit_field(one.heading, Mode.RESPONSIBLE)
            one.assignments.append(Assignment(raw=one.heading, units=units, open_list=is_open))
            one.gives_to_children = True
