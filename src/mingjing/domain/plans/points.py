"""The points of a plan: its numbered paragraphs, with what brackets and lines say of who does them and by when."""

import itertools
import re
from dataclasses import dataclass, field, replace
from typing import Final

from mingjing.domain.plans.folding import fold
from mingjing.domain.plans.labels import INLINE_LABEL, UNIT_FIELDS, Field, field_of, label_line
from mingjing.domain.plans.model import Assignment, Block, Mode, Paragraph, Table, Uncertain
from mingjing.domain.plans.outline import Mark, Node, Rank, mark_of, split_heading
from mingjing.domain.plans.running import split_inline
from mingjing.domain.plans.timing import TimeContext, parse_deadline_field
from mingjing.domain.plans.units import (
    FIELD_MODES,
    find_brackets,
    is_deadline_text,
    is_unit_list,
    parse_unit_field,
    read_bare,
    read_bracket,
    read_field,
    read_given,
    read_labels,
    read_last_clause,
    read_last_sentence,
    read_together,
)

_ANNEX: Final = re.compile(
    r"\s*附\s*件\s*(?P<n>\d{1,2}|[一二三四五六七八九十]{1,2})?\s*(?:[-.]\d+)?\s*(?P<colon>:)?\s*(?P<title>.{0,60})\s*"
)
_HEADED: Final = re.compile(
    r"(?P<unit>[^,。:;]{2,40}?)(?P<role>牵头负责|牵头|负责|主办)(?:推进|落实|办理|承担|实施)?(?:的)?(?:重点|主要)?(?:工作|任务|事项|项目|工作任务|工作事项)(?:清单)?(?:[(][^()]{1,12}[)])?$"
)
_ALL_ABOVE: Final = re.compile(
    r"(?:上述|以上|前述)(?:各项|所有|全部|\d{1,2}项|[一二三四五六七八九十]项)?(?:工作|重点|主要)*(?:任务|工作|措施|事项|举措)(?:,|均|都|统一)*由?"
)
# 请各单位于…报送总结: the notice speaks again
_CLOSING: Final = re.compile(r"请(?:各|有关|相关|认真|于|在)")
_ALL_REPORT: Final = re.compile(
    r"各(?:单位|部门|地|乡镇|有关单位|责任单位|牵头单位|成员单位)[^。，,]{0,8}(?:要|请|应|须|务必)[^。]{0,24}(?:报送|上报|报)"
)
_ALL_OF_THEM: Final = (
    r"各?(?:牵头|责任|配合|成员|相关|有关)?"
    r"(?:单位|部门|地区?|乡镇|镇街|街道|镇|县区|市县|县|区)(?:办事处|人民政府|政府)?(?:\([^()]{1,8}\))?"
)
_TO_ALL: Final = re.compile(rf"(?=各){_ALL_OF_THEM}(?:[和、,]{_ALL_OF_THEM})*(?:要|应|须|务必)")
_BULLET: Final = re.compile(r"^\s*(?:[●•■◆▪★◇□○➢►▶√—-]+|[①-⑳]|[一二三四五六七八九十]是(?:要)?)\s*")
_SIGNED_POINT: Final = re.compile(r"\s*[●•■◆▪★◇□○➢►▶√]")
_COUNTED: Final = re.compile(r"\s*[（(]\s*共?\s*\d+\s*[项条个件].{0,8}[）)]\s*$")
# （一）县司法局任务
_THEIR_WORK: Final = re.compile(
    r"的?(?:主要|重点|工作|具体|责任)*(?:任务|职责|工作|责任|事项)(?:清单|分工|[（(].{1,6}[）)])?$"
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
_BOX: Final = re.compile(r"(?P<label>专栏\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})?)\s*:?[^。,;]{0,40}")
_WHO_LABELS: Final = UNIT_FIELDS | {Field.DEADLINE, Field.PERSON}


_PERIOD: Final = re.compile(
    r"(?:(?:20\d{2}|今|本)年(?:度)?)?\s*(?:(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?|第?[一二三四1-4]季度|[上下]半年)(?:(?:重点|主要)?(?:工作|任务)(?:安排)?)?:?"
)


# （二）2025年任务
_OF_YEAR: Final = re.compile(r"(20\d{2})年度?[^。，；,;\d]{0,14}")


def within(context: TimeContext, nodes: list[Node]) -> TimeContext:
    """The context below headings, the nearest last; one that names a year gives it to the days below."""
    for node in reversed(nodes):
        found = _OF_YEAR.fullmatch(fold(node.heading).strip()) if node.rank <= Rank.BRACKETED_CHINESE else None
        if found:
            return replace(context, step_year=int(found[1]))
    return context


def period_headings(blocks: list[Block]) -> dict[int, Mark]:
    """Lines that name a period and nothing more, two or more, each above a point that begins or goes on counting."""
    out: dict[int, Mark] = {}
    last: dict[Rank, int] = {}
    for at, (block, after) in enumerate(itertools.pairwise(blocks)):
        if isinstance(block, Paragraph) and (own := mark_of(block.text)) is not None:
            last[own.rank] = own.number
        if not isinstance(block, Paragraph) or not isinstance(after, Paragraph):
            continue
        mark = mark_of(after.text) or (Mark(Rank.ARABIC, 1, "", 0) if _SIGNED_POINT.match(after.text) else None)
        counts = mark is not None and mark.number in (1, last.get(mark.rank, 0) + 1)
        if mark is not None and counts and _PERIOD.fullmatch(fold(block.text).strip(" []")):
            out[at] = mark
    return out if len(out) > 1 else {}


# 任务：1.…
_THEIR_TASKS: Final = re.compile(
    r"\s*(?:重点|主要|工作|具体|责任|承担|年度)*(?:任务|事项|工作|职责)(?:清单)?\s*[:：]\s*"
)


def unit_headings(blocks: list[Block]) -> tuple[list[Block], dict[int, Mark]]:
    """
    Lines ``单位：县司法局``, two or more, above points that begin anew: each heads the work of its unit.

    Where the points above such a line are of a higher rank, it says who does the point above it, and is no heading.
    """
    texts = [block.text.strip() if isinstance(block, Paragraph) else "" for block in blocks]
    heads: dict[int, Mark] = {}
    anew, above = 0, None
    for at, text in enumerate(texts[:-1]):
        labelled = label_line(text)
        mark = mark_of(_THEIR_TASKS.sub("", texts[at + 1], count=1) or "".join(texts[at + 2 : at + 3]))
        begins = labelled is not None and labelled[0] in UNIT_FIELDS and is_unit_list(labelled[1])
        if begins and mark is not None and mark.number == 1 and mark.rank >= Rank.ARABIC:
            heads[at] = mark
            anew += above is not None and above.rank >= mark.rank
        above = mark_of(text) or above
    if len(heads) < 2 or anew < len(heads) - 1:
        return blocks, {}
    out, moved = list[Block](), dict[int, Mark]()
    for at, block in enumerate(blocks):
        if at in heads:
            moved[len(out)] = heads[at]
        if at - 1 in heads and isinstance(block, Paragraph):
            rest = _THEIR_TASKS.sub("", texts[at], count=1)
            out += [Paragraph(part) for part in split_inline(rest)] if rest else []
        else:
            out.append(block)
    return out, moved


# 2.任务：实施全民健身行动
_NAMED_TASK: Final = re.compile(r"^\s*(?:(?:重点|主要|工作|具体)?任务|(?:工作|任务)事项)(?:名称)?\s*[:：]\s*(?=\S)")


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

    base: TimeContext
    regions: list[Region] = field(default_factory=list)
    stack: list[Node] = field(default_factory=list)
    pending: Field | None = None
    listing: Mode | None = None
    counted: int = 0
    in_annex_list: bool = False

    def __post_init__(self) -> None:
        self.open_region("")

    @property
    def top(self) -> Node:
        return self.stack[-1]

    @property
    def context(self) -> TimeContext:
        """What days may lean on here: a heading above may name their year."""
        return within(self.base, self.stack)

    def open_region(self, annex: str, title: str = "") -> None:
        root = Node(rank=Rank.ROOT)
        self.regions.append(Region(root=root, annex=annex, title=title))
        self.stack, self.counted = [root], 0
        self.in_annex_list = False

    def take(self, block: Block) -> None:
        """Put a paragraph or a table where it belongs."""
        if isinstance(block, Table):
            if labels := _cells_of_labels(block):
                for text in labels:
                    self._paragraph(text)
                return
            self.top.tables.append(block)
            self.top.paragraphs.append(_table_mark(len(self.top.tables) - 1))
            self.in_annex_list = False
            return
        text = block.text.strip()
        if not text or _COPY.fullmatch(fold(text)):
            return
        if self._annex(text) or self._signed(text) or self._box(text):
            return
        mark = mark_of(text) or self._mark_before_figure(text)
        if mark is None:
            self._paragraph(text)
            return
        self.listing = None
        mark = self._placed(mark)
        self._climb(mark)
        if self._numbered_label(text[mark.length :]):
            return
        if mark.rank is Rank.ARABIC:
            self.counted = mark.number
        node = Node(rank=mark.rank, number=mark.number, label=mark.label)
        self.top.add(node)
        self.stack.append(node)
        self.pending = None
        self._heading(node, text[mark.length :].strip())

    def head_period(self, text: str, below: Mark) -> None:
        """``三月`` on a line of its own above numbered points: a heading, though it carries no mark."""
        rank = Rank.BRACKETED_CHINESE if below.rank >= Rank.ARABIC else Rank.CHINESE
        while self.stack[-1].rank >= rank:
            self.stack.pop()
        node = Node(rank=rank, number=1 + len(self.top.children), label="", heading=text)
        self.top.add(node)
        self.stack.append(node)

    def head_unit(self, text: str, below: Mark) -> None:
        """``单位：县司法局`` above the points of its work."""
        labelled = label_line(text)
        assert labelled is not None
        self.head_period(labelled[1], below)
        said = read_field(*labelled, text, self.context)
        self.top.assignments += [said] if said is not None else []
        self.top.gives_to_children = True

    def _box(self, text: str) -> bool:
        """``专栏1 重点工程``: what is numbered in a box is content of its chapter, and no point of the plan's count."""
        found = _BOX.fullmatch(fold(text))
        if not found:
            return False
        while self.stack[-1].rank > Rank.BRACKETED_CHINESE or self.stack[-1].is_box:
            self.stack.pop()
        node = Node(rank=Rank.ARABIC, label=text[: found.end("label")].strip(), is_box=True)
        node.heading = text[found.end("label") :].strip(" :：　")
        self.top.add(node)
        self.stack.append(node)
        return True

    def _placed(self, mark: Mark) -> Mark:
        """``任务1`` below （一） is a point of that heading."""
        ranks = [one.rank for one in self.stack]
        is_below = mark.rank is Rank.NAMED and Rank.BRACKETED_CHINESE in ranks and Rank.NAMED not in ranks
        return Mark(Rank.NAMED_BELOW, mark.number, mark.label, mark.length) if is_below else mark

    def _climb(self, mark: Mark) -> None:
        """Go up to the heading under which a mark stands; within a box only while its own numbers go on."""
        box = next((at for at, one in enumerate(self.stack) if one.is_box), 0)
        if box and not _leaves_box(self.stack[box], mark):
            while self.stack[-1].rank >= mark.rank and len(self.stack) - 1 > box:
                self.stack.pop()
            return
        del self.stack[box or len(self.stack) :]
        while self.stack[-1].rank >= mark.rank:
            self.stack.pop()

    def _numbered_label(self, text: str) -> bool:
        """``3.责任单位：县司法局`` among the points of a task says who does the task above."""
        labelled = label_line(text)
        if self.top.rank is Rank.ROOT or labelled is None or labelled[0] not in _WHO_LABELS or not labelled[1]:
            return False
        found = read_labels(text.strip(), self.context) or read_field(*labelled, text, self.context)
        if found is None or not (found.units or found.deadlines or found.persons):
            return False
        self.top.assignments.append(found)
        return True

    def _mark_before_figure(self, text: str) -> Mark | None:
        """``11.121人才梯队项目``: a number that goes on from the point before is a mark, whatever figure follows."""
        found = re.match(r"(?P<n>\d{1,3})[.]\s*(?=\d+[一-鿿])", fold(text))
        if not found:
            return None
        before = next((one.number for one in reversed(self.stack) if one.rank is Rank.ARABIC), 0)
        if not before or int(found["n"]) != before + 1:
            return None
        return Mark(Rank.ARABIC, int(found["n"]), found.group().strip(), found.end())

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
        self._close_notice()
        self._unlist_signer()
        region = self.regions[-1]
        if region.annex and len(self.regions) == 2 and not (self.regions[0].root.children or _holds(region.root)):
            # the list of annexes stands above the signature: what follows is the plan itself
            self.regions.pop()
            self.regions[0].is_notice = True
            self.open_region("")
            return True
        if not region.annex and not region.is_notice and len(self.regions) == 1:
            region.is_notice = True
            self.open_region("")
        return True

    def _close_notice(self) -> None:
        """``各单位要于…前报送``, the last words above the signature: the notice speaks again, not its last point."""
        parent = self.top.parent
        above = self.top.paragraphs
        if parent is None or len(parent.children) < 2 or not above or is_table_mark(above[-1]):
            return
        before = [text for one in parent.children[:-1] for text in one.paragraphs]
        if _ALL_REPORT.match(above[-1]) and not any(_ALL_REPORT.match(text) for text in before):
            above.pop()

    def _unlist_signer(self) -> None:
        """Below a list of units the signature looks like one of them; the day beneath it tells."""
        if not self.top.assignments:
            return
        last = self.top.assignments[-1]
        listed, _, signer = last.raw.rpartition("\n")
        if listed and _SIGNER.fullmatch(fold(signer).strip()):
            units = tuple(one for one in last.units if one.name != signer.strip())
            self.top.assignments[-1] = replace(last, raw=listed, units=units)

    def _heading(self, node: Node, text: str) -> None:
        text = self._take_assignments(node, text, is_heading=True)
        head, rest = split_heading(_NAMED_TASK.sub("", text))
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
        if self.top.rank is not Rank.ROOT and _CLOSING.match(text):
            del self.stack[1:]
        if self._of_all(text):
            return
        if self._closes_plan(text):
            self.stack[0].paragraphs.append(text)
            return
        node = self.top
        listing, self.listing = self.listing, None
        if listing is not None and node.assignments and is_unit_list(text) and not label_line(text):
            self._list_more(node, text, listing)
            return
        if self.pending is not None:
            text, self.pending = f"{_PENDING_LABEL[self.pending]}：{text}", None
        labelled = label_line(text)
        if labelled is not None and labelled[0] is Field.TITLE and labelled[1] and self._opens_card(text):
            self._card(labelled[1])
            return
        if labelled is not None and labelled[0] in _WHO_LABELS:
            if not labelled[1]:
                self.pending = labelled[0]
                return
            found = read_labels(text, self.context)
            if found is None and fold(text)[0] not in "([":
                found = read_field(*labelled, text, self.context)
            if found is not None and (found.units or found.deadlines or found.persons):
                node.assignments.append(found)
                self.listing = FIELD_MODES.get(labelled[0]) if not found.deadlines and not found.open_list else None
                return
        if node.rank is not Rank.ROOT and re.search(r"牵头|配合|负责", text) and len(text) < 200:
            said = read_bare(text, self.context)
            if said is not None:
                node.assignments.append(said)
                return
        known = len(node.assignments)
        rest = self._take_assignments(node, text, is_heading=False)
        if rest.strip("。；; "):
            node.says[len(node.paragraphs)] = node.assignments[known:]
            node.paragraphs.append(rest)

    def _of_all(self, text: str) -> bool:
        """``上述任务由县司法局牵头，…``: a paragraph says who does all the points above it."""
        found = _ALL_ABOVE.match(fold(text))
        parent = self.top.parent
        if not found or parent is None or len(parent.children) < 2 or parent.assignments:
            return False
        said = read_bare(text[found.end() :], self.context)
        if said is None or not said.units:
            return False
        parent.assignments.append(replace(said, raw=text))
        parent.gives_to_children = True
        return True

    def _closes_plan(self, text: str) -> bool:
        """``各牵头单位要…，每季度末报…``, below the last of several points that say who does them: of all, and no part of it."""
        parent = self.top.parent
        if parent is None or not _TO_ALL.match(fold(text)):
            return False
        others = [one for one in parent.children if one is not self.top]
        said = [any(one.units for one in other.assignments) for other in [self.top, *others]]
        return all(said) and not any(_TO_ALL.match(fold(line)) for one in others for line in one.paragraphs)

    def _opens_card(self, text: str) -> bool:
        """``任务名称：…`` opens a task of its own where tasks have no numbers."""
        is_card = self.top.rank is Rank.NAMED and not self.top.label
        named = bool(re.match(r"\s*(?:任务|项目|事项|工作|措施|指标|问题|举措)(?:名称)?\s*:", fold(text)))
        return is_card or self.top.rank is Rank.ROOT or (named and self.top.rank <= Rank.CHINESE)

    def _card(self, title: str) -> None:
        if self.top.rank is Rank.NAMED:
            self.stack.pop()
        number = 1 + sum(not one.label for one in self.top.children)
        node = Node(rank=Rank.NAMED, number=number)
        self.top.add(node)
        self.stack.append(node)
        self._heading(node, title)

    def _list_more(self, node: Node, text: str, mode: Mode) -> None:
        """A list of units below a labelled line goes on with it."""
        units, is_open = parse_unit_field(text, mode)
        last = node.assignments[-1]
        node.assignments[-1] = replace(last, raw=f"{last.raw}\n{text}", units=last.units + units, open_list=is_open)
        self.listing = mode

    def _take_assignments(self, node: Node, text: str, *, is_heading: bool) -> str:
        """Take the brackets and labels that say who and when out of a text."""
        pieces, at, says_who = list[str](), 0, False
        labels_from = _bare_labels(text)
        for bracket in find_brackets(text):
            if bracket.start >= labels_from:
                # a bracket within the labels at the end is a part of a unit's name
                break
            tail = text[bracket.end :]
            at_end = not re.sub(r"[。；;.\s]", "", tail)
            # the bracket of a heading stands at the end of its first sentence
            at_end = at_end or (is_heading and tail.lstrip()[:1] in "。：:" and "。" not in text[: bracket.start])
            found = read_bracket(bracket, self.context, at_end=at_end)
            if found is None or (node.rank is Rank.ROOT and not found.units and bracket.start > 0):
                continue
            node.assignments.append(found)
            node.is_cut = node.is_cut or not bracket.is_closed
            pieces.append(text[at : bracket.start])
            at = bracket.end
            says_who = says_who or bool(at_end and found.units)
        text = "".join([*pieces, text[at:]])
        return self._trailing_labels(node, text, says_who=says_who)

    def _after_dashes(self, node: Node, text: str) -> str:
        """``信用修复“一口办”——区发改局、区行政审批局——9月底``: who and when behind dashes; what is left of the text."""
        head, *rest = re.split(r"\s*(?:——|→|--)\s*", text.rstrip("。；; "))
        units = [part for part in rest if is_unit_list(part)]
        days = [part for part in rest if is_deadline_text(part, self.context)]
        if not units or not days or len(units) + len(days) < len(rest):
            return ""
        for part in units:
            found, is_open = parse_unit_field(part, Mode.RESPONSIBLE)
            node.assignments.append(Assignment(raw=part, units=found, open_list=is_open))
        for part in days:
            node.assignments.append(Assignment(raw=part, deadlines=parse_deadline_field(part, self.context)))
        return head

    def _trailing_labels(self, node: Node, text: str, *, says_who: bool) -> str:
        """``……。牵头单位：A；责任单位：B。`` at the end of a paragraph, without a bracket."""
        folded = fold(text)
        for found in INLINE_LABEL.finditer(folded):
            if field_of(found["label"]) not in _WHO_LABELS or not _may_begin(folded, found):
                continue
            assignment = read_labels(text[found.start() :], self.context)
            if assignment is not None and (assignment.units or assignment.deadlines):
                node.assignments.append(assignment)
                return text[: found.start()].rstrip("—－- \u3000")
        if node.rank is not Rank.ROOT and (cut := self._after_dashes(node, text)):
            return cut
        # behind a bracket that says who, the last sentence is about the work
        is_free = node.rank is not Rank.ROOT and not says_who
        last = read_last_sentence(text, self.context) if is_free else None
        if last is None and node.rank is not Rank.ROOT and not node.assignments:
            last = read_last_clause(text, self.context)
            if last is None and (given := read_given(text, self.context)) is not None:
                last = text, given
        if last is not None:
            node.assignments.append(last[1])
            return last[0]
        return text


def _holds(root: Node) -> bool:
    return bool(root.children or root.tables or root.paragraphs)


def _cells_of_labels(table: Table) -> list[str]:
    """The cells of a small table that only lays out ``责任单位：…`` beside ``完成时限：…`` below a point."""
    texts = [cell.text.strip() for row in table.rows for cell in row if cell.text.strip() and not cell.inherited]
    labelled = [label_line(text) for text in texts]
    return texts if all(one is not None and one[0] in _WHO_LABELS and one[1] for one in labelled) else []


def _leaves_box(box: Node, mark: Mark) -> bool:
    if not box.children:
        return mark.number != 1 or mark.rank < Rank.ARABIC
    last = box.children[-1]
    if mark.rank is last.rank:
        return mark.number != last.number + 1
    return mark.rank < last.rank


def _may_begin(folded: str, label: re.Match[str]) -> bool:
    """A label begins behind the end of a sentence or a bracket, or behind a blank if it is a whole word (``责任单位``)."""
    before = folded[: label.start()]
    if not before.strip() or before.rstrip()[-1] in "。;)]-":
        return True
    if before[-1] == "," and re.search(r"[:为是]\s*$", label.group()):
        return len(label["label"].strip()) >= 4
    return before[-1].isspace() and len(label["label"].strip()) >= 4


def _bare_labels(text: str) -> int:
    """Where labels stand at the end of a paragraph without a bracket around them; the length of the text if nowhere."""
    folded = fold(text)
    inside = [(one.start, one.end) for one in find_brackets(text)]
    for found in INLINE_LABEL.finditer(folded):
        is_bare = not any(start <= found.start() < end for start, end in inside)
        if is_bare and field_of(found["label"]) in _WHO_LABELS and _may_begin(folded, found):
            return found.start()
    return len(text)


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


def take_bare_lines(root: Node, context: TimeContext) -> None:
    """
    Read lines that are a list of units, or a deadline, and nothing more, below the points of a copied table.

    One line of that kind may be anything; where several points end in such lines, these say who and when.
    """
    nodes = [node for node in root.walk() if node.rank is not Rank.ROOT and not node.children and not node.tables]
    ending = [node for node in nodes if _bare_tail(node, context) < len(node.paragraphs)]
    if len(ending) < 2 or len(ending) * 2 < len(nodes):
        return
    for node in ending:
        start = _bare_tail(node, context)
        for line in node.paragraphs[start:]:
            if is_deadline_text(line, context):
                node.assignments.append(Assignment(raw=line, deadlines=parse_deadline_field(line, context)))
            else:
                units, is_open = parse_unit_field(line, Mode.RESPONSIBLE)
                node.assignments.append(Assignment(raw=line, units=units, open_list=is_open))
        del node.paragraphs[start:]


def _bare_tail(node: Node, context: TimeContext) -> int:
    """Where the lines of units and deadlines at the end of a point begin."""
    at = len(node.paragraphs)
    while at and not is_table_mark(node.paragraphs[at - 1]):
        line = node.paragraphs[at - 1]
        if not (is_deadline_text(line, context) or (is_unit_list(line) and len(line) > 3)):
            break
        at -= 1
    return at


_MONTH_FIRST: Final = re.compile(r"(?P<when>(?:20\d{2}年)?(?:\d{1,2}月份?|[一二三四]季度))[ 　\t]+(?=\S)")


def _dated_first(text: str, context: TimeContext) -> tuple[str, list[Assignment]]:
    """``6月  组织案卷评查``: the month stands in front of what is done in it."""
    found = _MONTH_FIRST.match(text)
    if not found:
        return text, []
    days = parse_deadline_field(found["when"], context)
    return text[found.end() :], [Assignment(raw=found["when"], deadlines=days)]


def part_paragraphs(root: Node, context: TimeContext) -> None:
    """
    Make points of paragraphs that stand without numbers under a heading and say each who does it.

    One such paragraph alone speaks for its heading; so do several where the headings beside it have one only.
    """
    number, parted = 0, list[Node]()
    for node in list(root.walk()):
        if not _lists_paragraphs(node, least=1):
            continue
        beside = [one for one in (node.parent.children if node.parent else [node]) if one.rank is node.rank]
        listing = sum(_lists_paragraphs(one, least=2) or one in parted for one in beside)
        if not listing or listing * 2 < len([one for one in beside if one.assignments or one in parted]):
            continue
        parted.append(node)
        intro = list[str]()
        for at, text in enumerate(node.paragraphs):
            found = node.says.get(at, [])
            if not any(one.units for one in found):
                intro.append(text)
                continue
            number += 1
            text, dated = _dated_first(_BULLET.sub("", text), context)
            head, rest = split_heading(text)
            node.add(
                Node(
                    rank=Rank.PLAIN,
                    number=number,
                    heading=head,
                    paragraphs=[rest] if rest else [],
                    assignments=[*found, *dated],
                )
            )
        taken = [one for child in node.children for one in child.assignments]
        node.paragraphs, node.assignments = intro, [one for one in node.assignments if one not in taken]
        node.says = {}


def _lists_paragraphs(node: Node, *, least: int) -> bool:
    """Say whether nearly all paragraphs of a heading say who does them (one in front may introduce them)."""
    if node.children or node.tables or node.rank > Rank.BRACKETED_CHINESE or node.rank is Rank.NAMED:
        return False
    says = [any(one.units for one in node.says.get(at, [])) for at in range(len(node.paragraphs))]
    if node.rank is Rank.ROOT and sum(says) > 2:
        # title, addressees and the words that lead to the list stand above it
        says = says[says.index(True) :]
    said = sum(len(found) for found in node.says.values())
    return sum(says) >= least and sum(says) >= len(says) - 1 and said == len(node.assignments)


_UNIT_FIRST: Final = re.compile(
    r"(?P<unit>[^:。,;]{2,60}?)(?::|(?=(?:具体|主要|牵头|分别|共同|统一)*负责))\s*(?P<work>\S.*)", re.DOTALL
)
_WORK: Final = re.compile(r"(?:具体|主要|统一)?(?:负责|牵头|要|组织|做好|配合|承担|开展|协助|指导|督促|落实|会同)")
_DUTIES: Final = re.compile(r".{0,8}(?:分工|职责|责任)(?:安排|划分)?")


def said_by_first_words(node: Node) -> Assignment | None:
    """``市场监管所：负责…``: where all points of a heading on duties begin with a unit, it is that unit's work."""
    parent = node.parent
    if parent is None or len(parent.children) < 2:
        return None
    found = {id(one): _UNIT_FIRST.match(fold(one.heading)) for one in parent.children}
    if not all(one and is_unit_list(one["unit"]) for one in found.values()):
        return None
    works = [bool(_WORK.match(one["work"])) for one in found.values() if one]
    if (
        not _DUTIES.fullmatch(parent.heading)
        and not all(works)
        and not (len(found) > 2 and all(map(_has_colon, found.values())))
    ):
        return None
    match = found[id(node)]
    words = node.heading[: match.end("unit")] if match else ""
    units, is_open = parse_unit_field(words, Mode.RESPONSIBLE)
    return Assignment(raw=words, units=units, open_list=is_open)


_ACTS: Final = re.compile(
    r"牵头|负责|针对|于|按|要|在|对|会同|组织|制定|印发|比照|参照|抓紧|尽快|加快|继续|根据|做好|开展|指导|配合|结合|依法|进一步|全面|严格|认真|切实|同步|督促|协调|"
    r"研究|落实|完成|提交|报送|建立|提出|拟定|起草|统筹|每|立即|将|加强|加大|围绕|应|须|需|与|向|承担|推进|推动|做到|确保|出台|编制|修订|明确|审核|履行|及时"
    r"|,(?:于|在|力争|\d)"
)


def said_by_subjects(root: Node) -> dict[int, Assignment]:
    """``市财政局、市审计局对…开展核查``: where most points begin with a unit that acts, that unit is who does it."""
    if any(not one.spoken for node in root.walk() for one in node.assignments if one.units):
        return {}
    points = [one for one in root.walk() if not one.children and one.rank is not Rank.ROOT and one.heading]
    # below a heading a subject counts only where other points say in their sentences who leads
    among = root.has_assignment
    said = {
        id(one): found
        for one in points
        if not one.has_assignment and (found := first_subject(one, below=among)) is not None
    }
    # beside chapters with points a chapter of running text seldom holds work
    counted = [one for one in points if one.rank > Rank.CHINESE] or points
    known = sum(id(one) in said or one.has_assignment for one in counted)
    return said if known >= 3 and known * 4 >= len(counted) * 3 else {}


def first_subject(node: Node, *, below: bool) -> Assignment | None:
    """Who acts in the first words of a point, or (``below``) of the text below its heading."""
    texts = [node.heading, *node.paragraphs[: int(below)]]
    return next((found for text in texts if not is_table_mark(text) and (found := _subject(text)) is not None), None)


def _subject(text: str) -> Assignment | None:
    begun = len(text) - len(text.removeprefix("由"))
    for found in _ACTS.finditer(fold(text)[:80], begun + 2):
        words = text[begun : found.start()]
        if re.search(r"[，。：；:;。]", words):
            break
        if is_unit_list(words):
            leads = found.group() == "牵头"
            units, is_open = parse_unit_field(words, Mode.LEAD if leads else Mode.RESPONSIBLE)
            if leads:
                beside, end = read_together(text, found.end())
                units += beside
                words = text[begun : end if beside else found.start()]
            marks = (Uncertain(field="units", reason=f"单位“{words}”由句首认出，请核对"),)
            return Assignment(raw=words, units=units, open_list=is_open, uncertain=marks)
    return None


def _has_colon(found: re.Match[str] | None) -> bool:
    return found is not None and found.string[found.end("unit")] == ":"


def part_by_unit(root: Node) -> None:
    """``县司法局：负责…``, ``县教育局负责…``: several paragraphs in a row, each the work of the unit that it begins with."""
    if root.has_assignment:
        return
    for node in root.walk():
        if node.children or node.tables or node.rank > Rank.BRACKETED_CHINESE:
            continue
        begun = {at: _begins_with_unit(text) for at, text in enumerate(node.paragraphs)}
        first = next((at for at, units in begun.items() if units is not None), None)
        said = [units for units in begun.values() if units is not None]
        if first is None or len(said) < 3 or len(said) * 3 < (len(begun) - first) * 2:
            continue
        _part_at(node, begun, first)
        return


def _part_at(node: Node, begun: dict[int, Assignment | None], first: int) -> None:
    texts, node.paragraphs = node.paragraphs[first:], node.paragraphs[:first]
    for at, text in enumerate(texts, first):
        said = begun[at]
        if said is None:
            node.children[-1].paragraphs.append(text)
            continue
        head, rest = split_heading(_BULLET.sub("", text))
        paragraphs = [rest] if rest else []
        number = len(node.children) + 1
        node.add(Node(rank=Rank.PLAIN, number=number, heading=head, paragraphs=paragraphs, assignments=[said]))


def _begins_with_unit(text: str) -> Assignment | None:
    text = _BULLET.sub("", text)
    found = _UNIT_FIRST.match(fold(text))
    if not found or not _WORK.match(found["work"]) or not is_unit_list(text[: found.end("unit")]):
        return None
    words = text[: found.end("unit")]
    units, is_open = parse_unit_field(words, Mode.RESPONSIBLE)
    return Assignment(raw=words, units=units, open_list=is_open)


_PROBLEMS: Final = re.compile(r"[一-鿿]{0,6}问题(?:清单|台账)?")
_LIST_OF_TASKS: Final = re.compile(r"[一-鿿]{0,4}(?:任务|措施|举措)清单")
_LIST_OF_DUTIES: Final = re.compile(r"[一-鿿]{0,4}(?:责任|分工)清单")


def join_lists(root: Node) -> None:
    """
    ``问题清单``, ``任务清单`` and ``责任清单`` in chapters that count alike: the last says who does what the second lists.

    What the first lists is no work.
    """
    kids = root.children
    tasks, duties, problems = (
        next((one for one in kids if pattern.fullmatch(one.heading) and len(one.children) > 1), None)
        for pattern in (_LIST_OF_TASKS, _LIST_OF_DUTIES, _PROBLEMS)
    )
    if tasks is None:
        return
    if problems is not None and problems.heading.endswith(("清单", "台账")) and not problems.has_assignment:
        kids.remove(problems)
    if duties is None or len(duties.children) != len(tasks.children) or tasks.has_assignment:
        return
    said = [_whose(one) for one in duties.children]
    if all(said):
        for one, found in zip(tasks.children, said, strict=True):
            one.assignments += found
        kids.remove(duties)


def _whose(node: Node) -> list[Assignment]:
    """Who is meant by a point of a list of duties: what it says, or the units that it begins with or is."""
    words = node.heading if is_unit_list(node.heading) else ""
    if found := _UNIT_FIRST.match(fold(node.heading)):
        words = words or node.heading[: found.end("unit")]
    if node.assignments or not is_unit_list(words):
        return node.assignments
    units, is_open = parse_unit_field(words, Mode.RESPONSIBLE)
    return [Assignment(raw=node.heading, units=units, open_list=is_open)]


def give_from_headings(root: Node) -> None:
    """Where all headings of a level are units, what stands under each is that unit's work."""
    for node in list(root.walk()):
        kids = [one for one in node.children if one.rank <= Rank.BRACKETED_CHINESE]
        names = [_THEIR_WORK.sub("", _COUNTED.sub("", one.heading)) for one in kids]
        if len(kids) < 2 or not all(
            one.children and is_unit_list(name) and not one.assignments for one, name in zip(kids, names, strict=True)
        ):
            continue
        for one, name in zip(kids, names, strict=True):
            units, is_open = parse_unit_field(name, Mode.RESPONSIBLE)
            one.assignments.append(Assignment(raw=one.heading, units=units, open_list=is_open))
            one.gives_to_children = True
