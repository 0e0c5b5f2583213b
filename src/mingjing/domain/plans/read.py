"""
From blocks to a plan: the head, the outline, and which of its points are tasks.

What is a task follows the way plans are written: where points carry a bracket or lines that say who does them, these
points are the tasks; where none does, the deepest numbered points of the working chapters are, and the chapters on
aims, principles and organisation hold none.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from mingjing.domain.plans.cleaning import clean_lines, join_broken
from mingjing.domain.plans.flattened import find_tables
from mingjing.domain.plans.folding import fold
from mingjing.domain.plans.head import read_head
from mingjing.domain.plans.model import (
    Assignment,
    Block,
    Deadline,
    DeadlineKind,
    Head,
    Milestone,
    Mode,
    Paragraph,
    Plan,
    Section,
    Task,
    Uncertain,
    Unit,
)
from mingjing.domain.plans.numbering import number_tasks
from mingjing.domain.plans.outline import Node, Rank, shown_heading
from mingjing.domain.plans.points import (
    Builder,
    Region,
    first_subject,
    give_from_headings,
    is_table_mark,
    join_lists,
    part_by_unit,
    part_paragraphs,
    period_headings,
    said_by_first_words,
    said_by_subjects,
    take_bare_lines,
    unit_headings,
    within,
)
from mingjing.domain.plans.running import split_inline, split_run_on
from mingjing.domain.plans.targets import find_targets
from mingjing.domain.plans.tasktables import TableState, read_task_table
from mingjing.domain.plans.timing import (
    BEFORE,
    TimeContext,
    find_prose_deadlines,
    find_work_months,
    find_work_period,
    parse_deadline_field,
    says_more,
)
from mingjing.domain.plans.units import (
    has_lead_convention,
    is_deadline_text,
    is_unit_list,
    read_first_clause,
)

_GENERAL: Final = re.compile(
    r"(?:总体|指导|工作|基本|主要|目标|总|阶段|阶段性|分年度|年度|专项|专题|集中|发展|思路|任务|行动|提升|活动|整治|检查|实施|时间)*(?:和|及|与|、)?(?:总体|指导|工作|基本|主要|发展)*"
    r"(?:要求|思想|目标|原则|主题|口号|思路|背景|依据|情况|意义|形势|总则|范围|对象|定义|概况|现状|时间|思路目标|目标要求|时间范围|重要意义|愿景)"
    r"|(?:充分|深刻|切实|统一|提高|准确)*(?:认识|把握).{0,30}(?:意义|认识|重要性|必要性|思想)|.{0,6}(?:适用)?(?:范围|对象)|.{0,4}(?:编制|制定)依据|(?:评查|检查|考核|评议|测评)(?:内容|标准|方式|方法|重点)"
)
# 明确审核范围 is work, 审核范围 is none
_SETTLES: Final = re.compile(r"(?:明确|确定|界定|划定|拓展|扩大|细化)(?!工作|目标|总体|指导|任务|主要|基本)")
# without points below it, such a chapter says what the work is about
_WHAT_FOR: Final = re.compile(
    r"目标任务|.{0,6}(?:时间安排|(?:行动|活动|整治|工作|实施)(?:时间|期限))|.{0,6}(?:整治|治理|清理|排查|评查)(?:内容|重点|范围|对象|领域)"
)
_GUARANTEE: Final = re.compile(
    r"(?:强化|加强|完善|健全|落实|抓好|督查|活动|行动|整治|监督|严格|切实|做好|有关|相关|工作|组织|实施|制度|推进|几点|其他|落地|督导|政策|服务|纪律|机制|责任|协调)*(?:和|及|与|、)?"
    r"(?:保障|保障措施|要求|组织实施|实施|组织领导|领导|组织保障|有关要求|机制|附则|监督检查|考核评估|督查|督促检查|责任追究|纪律|落实|统筹|宣传|督导考核|督导|考核|支撑保障|推进落实|组织推进|组织|组织机构|领导机构)"
)
# what a notice says of reports to it is no work of the plan
_HANDING_IN: Final = re.compile(
    r"(?:材料|信息|数据|情况|工作|名单|总结)*(?:报送|上报|填报|提交|联系|联络)(?:材料|信息|数据|情况)?(?:的)?"
    r"(?:内容|时间|时限|要求|方式|方法|材料|程序|渠道|途径|格式|范围|人|人员|电话)(?:(?:和|及|与|、)(?:要求|方式|时限|时间|途径))?"
)
# 各牵头单位…，于2月20日前报县政府督查室
_REPORTS: Final = re.compile(rf"^各[^。]{{2,80}}?{BEFORE}(?:将[^。,]{{2,30}})?(?:上|呈)?报")
_STEPS: Final = re.compile(r".{0,6}(?:实施步骤|步骤|阶段|时间安排|进度安排|方法步骤|工作安排|推进步骤|实施阶段).{0,8}")
_COUNTING: Final = frozenset(rank for rank in Rank if rank is not Rank.BRACKETED_ARABIC)
_DATED: Final = re.compile(
    r"(?P<when>.{3,24}?)(?:完成|办结|落实|实施|推进|见效)?的?(?:重点|主要|具体)?(?:任务|事项|工作|项目|工作任务|举措)(?:清单)?(?:[（(].{1,8}[)）])?"
)
# the sign that a download site puts where a paragraph ends
_PARAGRAPH_SIGN: Final = re.compile(r"[\u0420\u00b6](?=[^A-Za-z\u0400-\u04ff]|$)")
# 行动时间：2025年7月1日至10月8日
_OF_ITS_TIME: Final = re.compile(
    r"^(?:[一二三四五六七八九十(（）)、.\d]{0,4})?(?:行动|活动|整治|工作|实施|专项|总体)*(?:时间|期限)(?:安排|为)?\s*[:,。]?\s*(?:自|从)?(20\d{2})年"
    r"(?!.*20\d{2}年)"
)
_IN_FORCE: Final = re.compile(r"(?:本|以上|此)[一-鿿]{0,6}?(?:自|由|从).{0,40}(?:施行|执行|实施|解释|有效)")


def read_plan(blocks: Iterable[Block]) -> Plan:
    """Read a plan from the blocks of its document."""
    prepared, lines, around, is_cut = _prepare(blocks)
    head = read_head(lines, around)
    context = TimeContext(
        issued_on=head.date,
        title_year=_year_of_title(head),
        number_year=_year_of_number(head),
    )
    plan = _read(prepared, head, context, lines, is_cut=is_cut)
    if context.default_year is None and _lacks_year(plan) and (year := _year_of_text(plan, lines)):
        return _read(prepared, head, replace(context, text_year=year), lines, is_cut=is_cut)
    return plan


def _read(prepared: list[Block], head: Head, context: TimeContext, lines: list[str], *, is_cut: bool) -> Plan:
    builder = Builder(context)
    prepared, heads = unit_headings(prepared)
    periods = period_headings(prepared)
    for at, block in enumerate(prepared):
        if at in periods and isinstance(block, Paragraph):
            builder.head_period(block.text.strip(), periods[at])
        elif at in heads and isinstance(block, Paragraph):
            builder.head_unit(block.text.strip(), heads[at])
        else:
            builder.take(block)
    for region in builder.regions:
        join_lists(region.root)
        give_from_headings(region.root)
        take_bare_lines(region.root, context)
        part_paragraphs(region.root, context)
        part_by_unit(region.root)
    return _Reader(head, context, builder.regions, lines, is_cut=is_cut).plan()


def _lacks_year(plan: Plan) -> bool:
    """Say whether a day stands without its year."""
    return any(
        re.search(r"(?<![年\d])(?:全年|年[底末内]|\d{1,2}月(?:底|\d{1,2}日)前)", fold(task.text))
        or any(day.on is None and day.kind is DeadlineKind.FIXED for day in task.deadlines)
        for task in plan.tasks
    )


def _years_of_days(line: str) -> list[int]:
    return [one.on.year for one in find_prose_deadlines(line, TimeContext()) if one.on]


def _years_in(line: str) -> list[int]:
    """The years that a line names, outside of the titles and numbers of documents."""
    plain = re.sub(r"《[^《》]*》|[(\[]20\d{2}[)\]]\d+号", "", fold(line))
    return [int(year) for year in re.findall(r"(?<!\d)(20\d{2})年", plain)]


def _year_of_text(plan: Plan, lines: list[str]) -> int | None:
    """Where neither title nor date says the year: the one of all days that are written in full, if two tasks name it."""
    years = [{day.on.year for day in task.deadlines if day.on} for task in plan.tasks]
    named = [one for one in years if one]
    if not named:
        # no task has a year; what the plan says of its time, or the goals above the tasks, may
        times = {int(year) for line in lines for year in _OF_ITS_TIME.findall(fold(line))}
        if len(times) == 1:
            return times.pop()
        for says in (map(_years_of_days, lines), map(_years_in, lines)):
            named_here = [year for years in says for year in years]
            if len(named_here) > 1 and len(set(named_here)) == 1:
                return named_here[0]
        return None
    return named[0].pop() if len(named) > 1 and all(one == named[0] and len(one) == 1 for one in named) else None


def _names_its_year(node: Node, when: str) -> bool:
    """``二、2021年重点工作``: the year of the plan, by which nothing is due; beside other years it parts the tasks."""
    if not re.fullmatch(r"20\d{2}年度?", fold(when).strip()):
        return False
    siblings = node.parent.children if node.parent is not None else []
    return len({year for one in siblings for year in re.findall(r"(20\d{2})年", fold(one.heading))}) < 2


def _year_of_title(head: Head) -> int | None:
    years = re.findall(r"(?<!\d)(20\d{2})\s*(?:年|(?<=[(]20\d\d)[)])", fold(head.title))
    spans = re.search(r"20\d{2}\s*年?\s*[-~至到]", fold(head.title))
    return int(years[0]) if len(set(years)) == 1 and not spans else None


def _year_of_number(head: Head) -> int | None:
    found = re.search(r"[(\[]\s*(20\d{2})\s*[)\]]", fold(head.number))
    return int(found[1]) if found else None


def _prepare(blocks: Iterable[Block]) -> tuple[list[Block], list[str], list[str], bool]:
    """Clean the lines, find the flattened tables, join what was broken."""
    out: list[Block] = []
    lines: list[str] = []
    around: list[str] = []
    run: list[str] = []
    is_cut = False

    def flush() -> None:
        nonlocal is_cut
        if len([line for line in run if line.strip()]) <= 3 and any(len(line) > 120 for line in run):
            run[:] = [part for line in run for part in split_run_on(line)]
        cleaned = clean_lines(run)
        is_cut = is_cut or cleaned.is_cut
        lines.extend(cleaned.lines)
        around.extend(cleaned.around)
        plain: list[str] = []
        for block in [*find_tables(cleaned.lines), None]:
            if isinstance(block, Paragraph):
                plain.append(block.text)
                continue
            out.extend(Paragraph(part) for text in join_broken(plain) for part in split_inline(text))
            plain.clear()
            if block is not None:
                out.append(block)
        run.clear()

    for block in blocks:
        if isinstance(block, Paragraph):
            run.extend(_PARAGRAPH_SIGN.sub("\n", block.text).split("\n"))
        else:
            flush()
            out.append(block)
    flush()
    return out, lines, around, is_cut


@dataclass(slots=True)
class _Found:
    """A point that is a task, with what it inherits from its heading."""

    node: Node
    inherited: tuple[Assignment, ...] = ()
    lifted: tuple[Assignment, ...] = ()


class _Reader:
    """Chooses the tasks among the points of the regions."""

    def __init__(
        self, head: Head, context: TimeContext, regions: list[Region], lines: list[str], *, is_cut: bool
    ) -> None:
        self.head, self.context, self.lines, self.is_cut = head, context, lines, is_cut
        self.regions = [
            region for region in regions if region.root.children or region.root.paragraphs or region.root.tables
        ]
        self.by_convention = has_lead_convention("\n".join(lines))
        self.notes: list[str] = []

    def plan(self) -> Plan:
        groups = [(region, self._tasks(region)) for region in self.regions]
        if any(tasks for region, tasks in groups if not region.is_notice):
            groups = [(region, [] if region.is_notice and not _assigned(tasks) else tasks) for region, tasks in groups]
        if any(_assigned(tasks) for region, tasks in groups if region.annex):
            groups = [
                (region, [one for one in tasks if region.annex or not _is_bare_chapter(*one)])
                for region, tasks in groups
            ]
        numbered = self._numbered(groups)
        return Plan(
            head=self.head,
            sections=tuple(self._sections()),
            tasks=tuple(self._settled(numbered)),
            milestones=tuple(self._milestones()),
            notes=tuple(self.notes),
        )

    # --- which points ----------------------------------------------------------------------------------------------

    def _tasks(self, region: Region) -> list[tuple[Task, Node | None]]:
        assigned = region.root.has_assignment
        self.last_only = _mostly_last_only(region.root)
        self.subjects = said_by_subjects(region.root)
        state = TableState()
        out: list[tuple[Task, Node | None]] = []
        chosen: dict[int, list[_Found]] = {}
        for found in self._chosen(region.root, assigned=assigned):
            chosen.setdefault(id(found.node), []).append(found)
        inside: set[int] = set()
        for node in region.root.walk():
            if id(node) in inside and id(node) not in chosen:
                continue
            tables = self._tables(node, state, region)
            if tables:
                out += [(task, None) for task in tables]
                continue
            for found in chosen.get(id(node), []):
                inside |= {id(one) for one in node.walk()}
                out.append((self._task(found, region), node))
        return out

    def _tables(self, node: Node, state: TableState, region: Region) -> list[Task]:
        if not node.tables:
            return []
        if node.rank is not Rank.ROOT:
            state.section = shown_heading(node)
        part = "annex_table" if region.annex else "table"
        out: list[Task] = []
        for text in node.paragraphs:
            if is_table_mark(text):
                found = read_task_table(node.tables[int(text[1:])], self.context, state)
                out += [
                    replace(self._led_by_first(task), part=part, section=task.section or region.title) for task in found
                ]
            elif len(text) < 40 and not re.search(r"[。，]", text) and node.tables:
                state.section = re.sub(r"\s+", "", text) if node.rank is Rank.ROOT and out else state.section
        return out

    def _chosen(self, root: Node, *, assigned: bool) -> list[_Found]:
        out: list[_Found] = []
        kinds = _task_ranks(root)
        for node in root.children:
            if assigned and not node.has_assignment and not self._also_tasks(node, kinds, root):
                continue
            if _divides_duties(node):
                continue
            if not node.has_assignment and self._is_no_work(node):
                out += [] if assigned else [_Found(one) for one in self._counted_on(node)]
                continue
            out += self._under(node, assigned=assigned and node.has_assignment)
        return out

    def _is_no_work(self, node: Node) -> bool:
        """A chapter on aims, principles or organisation."""
        heading = re.sub(r"\s", "", fold(node.heading))
        if _IN_FORCE.match(heading):
            return True
        if (
            node.rank <= Rank.BRACKETED_CHINESE
            and len(heading) < 30
            and (
                (_GENERAL.fullmatch(heading) and not _SETTLES.match(heading))
                or _GUARANTEE.fullmatch(heading)
                or _GUARANTEE.fullmatch(heading.partition(",")[0])
            )
        ):
            return True
        if node.rank <= Rank.BRACKETED_CHINESE and _HANDING_IN.fullmatch(heading):
            return True
        return bool(_WHAT_FOR.fullmatch(heading.partition(":")[0])) and not node.children

    def _counted_on(self, node: Node) -> list[Node]:
        """Points below ``加强组织保障`` that go on with the count of the tasks above, and are no guarantees themselves."""
        kids = node.children
        siblings = node.parent.children if node.parent is not None else []
        above = [one for other in siblings[: siblings.index(node)] for one in other.children]
        ranks = {one.rank for one in [*kids, *above[-1:]]}
        if not kids or not above or ranks not in ({Rank.ARABIC}, {Rank.BRACKETED_CHINESE}):
            return []
        if ranks == {Rank.BRACKETED_CHINESE} and re.search(r"保障|组织|领导|要求", node.heading):
            return []
        if kids[0].number < 2 or kids[0].number != above[-1].number + 1:
            return []
        return [one for one in kids if not _GUARANTEE.fullmatch(re.sub(r"\s", "", fold(one.heading)))]

    def _is_idle(self, node: Node, above: Node, *, assigned: bool) -> bool:
        """Say whether a point without units is no work; among working points that say nobody, ``加强宣传引导`` is work."""
        if self._is_no_work(above):
            return True
        heading = re.sub(r"\s", "", fold(node.heading))
        is_general = bool(_GENERAL.fullmatch(heading)) and not _SETTLES.match(heading)
        return self._is_no_work(node) and (assigned or is_general)

    def _also_tasks(self, node: Node, kinds: set[Rank], root: Node) -> bool:
        """A chapter without assignments in a plan that has them: tasks where its points go on counting, or are steps."""
        if self._is_no_work(node):
            return False
        if _STEPS.fullmatch(node.heading):
            return any(
                find_prose_deadlines(_whole_text(one), self.context) or any(say.deadlines for say in one.assignments)
                for one in node.walk()
            )
        if node.rank in kinds and not node.children:
            return True
        numbers = [one.number for one in root.walk() if one.rank in kinds and one.has_assignment]
        mine = [one.number for one in node.walk() if one.rank in kinds]
        return (
            bool(mine and numbers)
            and (mine[0] > max(numbers) or mine[-1] < min(numbers))
            and len(set(numbers)) == len(numbers)
        )

    def _under(self, node: Node, *, assigned: bool, inherited: tuple[Assignment, ...] = ()) -> list[_Found]:
        kids = [one for one in node.children if one.rank in _COUNTING or self._arabic_tasks(node)]
        kids = [one for one in kids if one.has_assignment or not one.is_box]
        own = tuple(node.assignments)
        if not kids:
            return [_Found(node, inherited=inherited)]
        if node.tables and not any(one.has_assignment for one in kids):
            return [_Found(node, inherited=inherited)] if own else []
        with_units = [one for one in kids if one.has_assignment]
        if own and _has_units(own) and not with_units:
            if node.gives_to_children or self._continuing(kids):
                return [found for one in kids for found in self._under(one, assigned=assigned, inherited=own)]
            return [_Found(node, inherited=inherited)]
        if (
            (len(kids) > 1 or self.lifts_at(node))
            and with_units == [kids[-1]]
            and not kids[-1].children
            and self.last_only
            and not _has_units(own)
        ):
            return [_Found(node, lifted=tuple(kids[-1].assignments), inherited=inherited)]
        down = own or inherited
        kids = [
            one
            for one in kids
            if one.has_assignment or self._is_cut_off(one) or not self._is_idle(one, node, assigned=assigned)
        ]
        return [found for one in kids for found in self._under(one, assigned=assigned, inherited=down)]

    def _is_cut_off(self, node: Node) -> bool:
        """Say whether the text breaks off within a point that counts on behind one that says who does it."""
        siblings = node.parent.children if node.parent is not None else []
        before = siblings[siblings.index(node) - 1] if len(siblings) > 1 else node
        counts_on = before.has_assignment and before.number + 1 == node.number and node is siblings[-1]
        texts = _own_paragraphs(node)
        return counts_on and _ends_open(self.lines) and self.lines[-1].strip().endswith(texts[-1][-20:])

    def lifts_at(self, node: Node) -> bool:
        """Say whether a heading beside this one has several points of which only the last says who."""
        siblings = node.parent.children if node.parent is not None else []
        return any(_is_last_only(one) for one in siblings if one.rank is node.rank)

    def _arabic_tasks(self, node: Node) -> bool:
        """Points （1） are tasks only where they say themselves who does them, or where nothing stands between."""
        small = [one for one in node.children if one.rank is Rank.BRACKETED_ARABIC]
        says = [one for one in small if one.has_assignment]
        # alone at the last of them, the units are those of the heading above
        if says and (not (len(says) == 1 and says[0] is small[-1]) or (len(small) == 1 and self._small_beside(node))):
            return True
        if small and self._continuing(small):
            # （1）…（4） go on over the headings: they are what is counted
            return True
        if says:
            return False
        return (
            node.rank <= Rank.CHINESE
            and len(small) == len(node.children)
            and not _has_units(tuple(node.assignments))
            and bool(small)
        )

    def _small_beside(self, node: Node) -> bool:
        """Say whether the headings beside this one are divided into points that each say who does them."""
        root = node
        while root.parent is not None:
            root = root.parent
        return any(
            sum(one.rank is Rank.BRACKETED_ARABIC and one.has_assignment for one in other.children) > 1
            for other in root.walk()
            if other.rank is node.rank
        )

    def _continuing(self, kids: list[Node]) -> bool:
        """Say whether the numbers of the points go on from the heading before (so that they are what is counted)."""
        if not kids or kids[0].parent is None:
            return False
        return kids[0].number > 1 or self._next_goes_on(kids)

    def _next_goes_on(self, kids: list[Node]) -> bool:
        parent = kids[0].parent
        if parent is None or parent.parent is None:
            return False
        siblings = parent.parent.children
        at = siblings.index(parent)
        after = siblings[at + 1].children if at + 1 < len(siblings) else []
        return bool(after) and after[0].rank is kids[0].rank and after[0].number == kids[-1].number + 1

    # --- what they say ---------------------------------------------------------------------------------------------

    def _task(self, found: _Found, region: Region) -> Task:
        node = found.node
        assignments = [*node.assignments, *found.lifted]
        said = None if _has_units(tuple(assignments)) else said_by_first_words(node) or read_first_clause(node.heading)
        said = said or (None if _has_units(tuple(assignments)) else _said_first(node))
        said = said or (None if _has_units(tuple(assignments)) else self.subjects.get(id(node)))
        if said is not None:
            assignments = [said, *assignments]
        for child in node.children:
            assignments += [one for below in child.walk() for one in below.assignments if one not in found.lifted]
        marks: list[Uncertain] = [mark for one in assignments for mark in one.uncertain]
        units = [unit for one in assignments for unit in one.units]
        inherited = False
        if not units and any(one.units for one in found.inherited):
            units = [unit for one in found.inherited for unit in one.units]
            inherited = True
            marks.append(Uncertain(field="units", reason="单位写在上级标题中，本项沿用"))
        elif units and not any(unit.mode is Mode.LEAD for unit in units):
            leads = [unit for one in found.inherited for unit in one.units if unit.mode is Mode.LEAD]
            units = leads + units
            if not leads and all(unit.mode is Mode.COOPERATING for unit in units):
                # below the unit's own heading a point only adds who helps it
                units = [unit for one in found.inherited for unit in one.units] + units
        units, by_convention = self._convention(assignments, units)
        text = _whole_text(node)
        of_heading = Uncertain(field="deadlines", reason="时限写在上级标题中，本项沿用")
        labelled = [day for one in assignments for day in one.deadlines]
        if not labelled:
            labelled = [day for one in found.inherited for day in one.deadlines] or self._of_headings(node)
            if labelled:
                marks.append(of_heading)
        labelled = labelled or self._period_of_step(node, text)
        known = {one.on for one in labelled if one.on}
        context = self._in_step(node, known | {one.starts_on for one in labelled if one.starts_on})
        prose = [one for one in find_prose_deadlines(text, context) if _adds(one, labelled)]
        if of_heading in marks and any(one.on for one in prose):
            # the day that the point names itself weighs more than the period of its heading
            labelled, marks = [], [mark for mark in marks if mark != of_heading]
        if not labelled and not prose and (labelled := self._period_of_heading(node)):
            marks.append(of_heading)
        if not labelled and not prose:
            period = find_work_period(text, context)
            prose = [period] if period else list(find_work_months(text, context))
        section = next((shown_heading(one) for one in node.ancestors()), region.title)
        return Task(
            no="",
            title=node.heading,
            text=text,
            section=section,
            part="steps"
            if any(_STEPS.fullmatch(one.heading) for one in node.ancestors())
            else "annex"
            if region.annex
            else "body",
            raw="；".join(one.raw for one in assignments if one.raw),
            units=tuple(dict.fromkeys(units)),
            lead_by_convention=by_convention,
            open_list=any(one.open_list for one in assignments),
            inherited_units=inherited,
            persons=tuple(person for one in assignments for person in one.persons),
            deadlines=tuple(dict.fromkeys([*labelled, *prose, *self._starts(node, labelled, prose)])),
            targets=find_targets(text),
            truncated=node.is_cut,
            uncertain=tuple(dict.fromkeys(marks)),
        )

    def _period_of_step(self, node: Node, text: str) -> list[Deadline]:
        """``（二）培育。2025年4月16日至9月30日，对照标准开展创建。``: a step begins with its period."""
        if not any(_STEPS.fullmatch(one.heading) for one in node.ancestors()):
            return []
        lines = text.removeprefix(node.heading).strip() or text
        name, _, after = fold(lines).partition(":")
        if after and re.fullmatch(r".{0,12}阶段", name.strip()):
            lines = after
        clause = re.split(r"[，,：:。]", lines, maxsplit=1)[0]
        if not is_deadline_text(clause, self.context):
            return []
        return [replace(one, in_prose=True) for one in parse_deadline_field(clause, self.context) if one.on]

    def _in_step(self, node: Node, known: set[date]) -> TimeContext:
        """Within a step (``集中整治阶段（2025年5月至9月）``) days without a year are those of the step's year."""
        context = within(self.context, list(node.ancestors())[::-1])
        if context is not self.context:
            return context
        years = {day.year for day in known}
        if len(years) != 1 or not any(_STEPS.fullmatch(one.heading) for one in node.ancestors()):
            return self.context
        return replace(self.context, step_year=years.pop())

    def _of_headings(self, node: Node) -> list[Deadline]:
        """``（一）2025年6月底前完成的任务``: the heading dates what stands under it."""
        for one in node.ancestors():
            match = _DATED.fullmatch(one.heading)
            if match and is_deadline_text(match["when"], self.context) and not _names_its_year(one, match["when"]):
                return list(parse_deadline_field(match["when"], self.context))
        return []

    def _period_of_heading(self, node: Node) -> list[Deadline]:
        """``（二）第二季度``: in a plan by periods a point without a day of its own is due in its period."""
        for one in node.ancestors():
            siblings = one.parent.children if one.parent is not None else []
            if len(siblings) > 1 and all(is_deadline_text(_bare_period(other), self.context) for other in siblings):
                return list(parse_deadline_field(_bare_period(one), self.context))
        return []

    def _starts(self, node: Node, labelled: list[Deadline], prose: list[Deadline]) -> list[Deadline]:
        """A step says when it begins (``自2018年8月起``): kept as words, never as a deadline's day."""
        if labelled or prose or not any(_STEPS.fullmatch(one.heading) for one in node.ancestors()):
            return []
        found = re.search(
            r"(?:自|从)\s*(?:19|20)\d{2}\s*年(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?\s*起", fold(_whole_text(node))
        )
        if not found:
            return []
        words = _whole_text(node)[found.start() : found.end()]
        return [replace(one, in_prose=True) for one in _field_of_start(words, self.context)]

    def _convention(self, assignments: list[Assignment], units: list[Unit]) -> tuple[list[Unit], bool]:
        """``列第一位者为牵头单位``: the first of each list leads, unless it stands for several units."""
        if not self.by_convention or any(unit.mode is Mode.LEAD for unit in units):
            return units, False
        out: list[Unit] = []
        for one in assignments:
            for at, unit in enumerate(one.units):
                out.append(replace(unit, mode=Mode.LEAD) if at == 0 and not unit.is_group else unit)
        return (out, True) if any(unit.mode is Mode.LEAD for unit in out) else (units, False)

    def _led_by_first(self, task: Task) -> Task:
        """The same convention for the cell of a table."""
        modes = {unit.mode for unit in task.units}
        if not self.by_convention or modes != {Mode.RESPONSIBLE} or task.units[0].is_group:
            return task
        return replace(task, units=(replace(task.units[0], mode=Mode.LEAD), *task.units[1:]), lead_by_convention=True)

    # --- numbers ---------------------------------------------------------------------------------------------------

    def _numbered(self, groups: list[tuple[Region, list[tuple[Task, Node | None]]]]) -> list[Task]:
        has_body = any(tasks for region, tasks in groups if not region.annex)
        annexes = [region for region, tasks in groups if region.annex and tasks]
        out: list[Task] = []
        for region, tasks in groups:
            labels = number_tasks(tasks)
            prefix = ""
            if region.annex and (has_body or len(annexes) > 1):
                prefix = f"附件{region.annex}-" if len(annexes) > 1 else "附件-"
            out += [
                replace(
                    task,
                    no=f"{prefix}{label}",
                    part=task.part if prefix or not task.part.startswith("annex") else _unannexed(task.part),
                )
                for (task, _), label in zip(tasks, labels, strict=True)
            ]
        return out

    def _settled(self, tasks: list[Task]) -> list[Task]:
        """Mark what the neighbours say is missing, and what the end of the text cuts off."""
        out = []
        with_units = sum(1 for task in tasks if task.units)
        parts = Counter(task.part for task in tasks)
        assigned = Counter(task.part for task in tasks if task.units)
        for at, task in enumerate(tasks):
            marks = list(task.uncertain)
            is_last = at == len(tasks) - 1
            if (
                not task.units
                and not any(mark.field == "units" for mark in marks)
                and assigned[task.part] * 2 > parts[task.part]
            ):
                reason = "同类任务都写明了单位，本项没有读到" + ("，可能在截断处之后" if is_last else "")
                marks.append(Uncertain(field="units", reason=reason))
            cut = task.truncated or (
                is_last and (self.is_cut or self._stops(task)) and with_units != 1 and len(tasks) > 1
            )
            if cut and not task.truncated:
                marks.append(Uncertain(field="text", reason="原文在此截断，其后的内容没有读到"))
            marks += [
                Uncertain(field="deadlines", reason=f"“{one.text}”：{one.doubt}") for one in task.deadlines if one.doubt
            ]
            if task.open_list:
                marks.append(Uncertain(field="units", reason="原文以“等”字概括，没有列全"))
            out.append(replace(task, truncated=cut, uncertain=tuple(dict.fromkeys(marks))))
        return out

    def _stops(self, task: Task) -> bool:
        """Whether a task at the end of the text stops in the middle of a sentence; the cells of a table end without a sign."""
        return task.part != "table" and _ends_open(self.lines)

    # --- the rest --------------------------------------------------------------------------------------------------

    def _sections(self) -> Iterable[Section]:
        for region in self.regions:
            for node in region.root.walk():
                if node.rank is not Rank.ROOT and node.rank <= Rank.BRACKETED_CHINESE and len(node.heading) <= 80:
                    yield Section(
                        heading=shown_heading(node), level=_depth(node), part="annex" if region.annex else "body"
                    )

    def _milestones(self) -> Iterable[Milestone]:
        for region in self.regions:
            for node in region.root.children:
                heading = re.sub(r"\s", "", fold(node.heading))
                if not (_GUARANTEE.fullmatch(heading) or _HANDING_IN.fullmatch(heading)):
                    continue
                for one in node.walk():
                    text = "\n".join(_own_paragraphs(one))
                    for sentence in re.findall(r"[^。\n]+", text):
                        days = find_prose_deadlines(sentence, self.context)
                        if days:
                            yield Milestone(text=sentence.strip(), section=shown_heading(one), deadlines=days)


def _divides_duties(node: Node) -> bool:
    """A chapter of running text on 职责分工 says what each unit is for, and is no task."""
    return (
        bool(re.fullmatch(r"(?:职责|责任|任务|工作|组织|部门)*分工", node.heading))
        and not (node.children or node.tables)
        and all(one.spoken for one in node.assignments)
    )


def _said_first(node: Node) -> Assignment | None:
    """``会议议定，由区财政局牵头，…``: the words below a heading begin with who carries it out."""
    text = node.paragraphs[0] if node.paragraphs else ""
    text = re.sub(r"^(?:经研究|会议(?:议定|决定|明确|要求|同意|确定|认为|指出))[，,：:]", "", text)
    return read_first_clause(text) if text.startswith("由") else None


def _bare_period(node: Node) -> str:
    """A heading without what says that it heads the work of a period (``第一季度重点工作``)."""
    return re.sub(r"(?:的?(?:重点|主要)?(?:工作|任务|安排|计划|事项)+)$", "", node.heading)


def _field_of_start(words: str, context: TimeContext) -> tuple[Deadline, ...]:
    return tuple(one for one in parse_deadline_field(words, context) if one.kind is DeadlineKind.START)


def _adds(one: Deadline, labelled: list[Deadline]) -> bool:
    """Say whether a deadline in the text says more than those of the label."""
    if not labelled:
        return True
    if one.on and not re.search(r"[前底末内终]|20\d\d|[到至]", fold(one.text)):
        # 上半年…，下半年…: how the work is spread, where the label says by when it is done
        return False
    # 每月25日前报送: beside a deadline it says how the work is reported
    return says_more(one, labelled) if one.on else one.recurring and not re.match(r"每个?(?:月|季度?)\d", one.text)


def _unannexed(part: str) -> str:
    return "table" if part == "annex_table" else "body"


def _assigned(tasks: list[tuple[Task, Node | None]]) -> bool:
    return any(task.units for task, _ in tasks)


def _is_bare_chapter(task: Task, node: Node | None) -> bool:
    """A chapter of running text beside an annex that lists the tasks tells of the work, and is none of them."""
    is_bare = node is not None and node.rank is Rank.CHINESE and not node.children and not task.units
    return is_bare and (not task.deadlines or bool(_REPORTS.search(fold(task.text))))


def _has_units(assignments: tuple[Assignment, ...]) -> bool:
    return any(one.units for one in assignments)


def _depth(node: Node) -> int:
    return 1 + sum(1 for _ in node.ancestors())


def _own_paragraphs(node: Node) -> list[str]:
    texts = [node.heading, *(text for text in node.paragraphs if not is_table_mark(text))]
    return [text for text in texts if text]


def _whole_text(node: Node) -> str:
    out = _own_paragraphs(node)
    for child in node.children:
        below = _whole_text(child)
        out.append(f"{child.label}{below}")
    return "\n".join(out)


def _task_ranks(root: Node) -> set[Rank]:
    return {
        node.rank for node in root.walk() if any(one.units for one in node.assignments) and not node.gives_to_children
    }


def _mostly_last_only(root: Node) -> bool:
    """Say whether the brackets stand mostly at the last of several points, and so belong to the heading above them."""
    last, other = 0, 0
    for node in root.walk():
        says = _who_says(node)
        if any(says):
            last += _is_last_only(node)
            other += not _is_last_only(node)
    return last > 0 and last > other


def _who_says(node: Node) -> list[bool]:
    """Which of several plain points under a heading say who does them."""
    kids = [one for one in node.children if not one.children]
    if len(kids) < 2 or len(kids) != len(node.children):
        return []
    return [_has_units(tuple(one.assignments)) for one in kids]


def _is_last_only(node: Node) -> bool:
    says = _who_says(node)
    if not (says and says[-1] and sum(says) == 1):
        return False
    # where the sentences of another point say who acts, the last point speaks for itself
    return not any(first_subject(one, below=True) for one in node.children[:-1])


def _ends_open(lines: list[str]) -> bool:
    """Say whether the document ends in the middle of a sentence."""
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    if len(last) < 20 or is_unit_list(last) or is_deadline_text(last, TimeContext()):
        return False
    return not re.search(r"[。！!？?；;：:）)》”】]$", last) and "\t" not in last
