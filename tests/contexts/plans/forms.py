"""
Plans made from their gold: the same tasks written in the forms and files that the genre knows.

The gold comes first (``PLANS``) and the writers below know nothing of the reader.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, NamedTuple


class T(NamedTuple):
    title: str
    text: str
    lead: tuple[str, ...]
    other: tuple[str, ...]
    due: str
    days: frozenset[tuple[str | None, bool]]


@dataclass(frozen=True)
class P:
    title: str
    number: str
    issuer: str
    day: str
    to: str
    sections: tuple[tuple[str, tuple[T, ...]], ...]

    @property
    def tasks(self) -> list[T]:
        return [task for _, tasks in self.sections for task in tasks]


def t(title: str, text: str, lead: str, other: str, due: str, *days: tuple[str | None, bool]) -> T:
    return T(
        title, text, tuple(filter(None, lead.split(","))), tuple(filter(None, other.split(","))), due, frozenset(days)
    )


CITY = P(
    "沧河市行政执法能力提升三年行动实施方案（2024—2026年）",
    "沧政办发〔2024〕19号",
    "沧河市人民政府办公室",
    "2024年5月20日",
    "各县（市、区）人民政府，市政府各部门",
    (
        (
            "提升队伍素质",
            (
                t(
                    "开展全员轮训",
                    "组织全市行政执法人员参加公共法律知识和专业知识轮训，每人每年不少于60学时。",
                    "市司法局",
                    "市人力资源和社会保障局,各行政执法部门",
                    "2024年12月底前，长期坚持",
                    ("2024-12-31", True),
                ),
                t(
                    "严格资格管理",
                    "未取得行政执法证件的人员不得独立从事执法活动。",
                    "市司法局",
                    "市委编办",
                    "2024年8月31日前",
                    ("2024-08-31", False),
                ),
                t(
                    "组建师资队伍",
                    "遴选业务骨干组成讲师团，开展巡回授课。",
                    "",
                    "市司法局,市委党校",
                    "2025年3月底",
                    ("2025-03-31", False),
                ),
            ),
        ),
        (
            "规范执法行为",
            (
                t(
                    "完善裁量基准",
                    "逐项细化裁量阶次，做到过罚相当。",
                    "市司法局,市市场监管局",
                    "各行政执法部门",
                    "2025年6月底前",
                    ("2025-06-30", False),
                ),
                t(
                    "推行柔性执法",
                    "制定轻微违法不予处罚清单，推广说服教育、劝导示范等方式。",
                    "市司法局",
                    "市文化和旅游局,市住房和城乡建设局",
                    "持续推进",
                    (None, True),
                ),
                t(
                    "规范行政检查",
                    "联合检查占比达到50%以上，检查结果在20个工作日内公开。",
                    "市市场监管局",
                    "市生态环境局,市应急管理局,市卫生健康委",
                    "2024年第四季度",
                    ("2024-12-31", False),
                ),
            ),
        ),
        (
            "强化执法监督",
            (
                t(
                    "建设监督平台",
                    "建成全市统一的行政执法监督平台，实现案件网上流转。",
                    "市司法局,市大数据局",
                    "各县（市、区）人民政府",
                    "2026年底前",
                    ("2026-12-31", False),
                ),
                t(
                    "开展案卷评查",
                    "采取交叉互评、专家点评等方式开展评查，并通报结果。",
                    "",
                    "市司法局",
                    "每年11月底前",
                    (None, False),
                ),
            ),
        ),
    ),
)

COUNTY = P(
    "清源县2025年法治政府建设重点任务分解方案",
    "清政发〔2025〕6号",
    "清源县人民政府",
    "2025年2月18日",
    "各乡镇人民政府、街道办事处，县直各单位",
    (
        (
            "推进依法决策",
            (
                t(
                    "编制决策目录",
                    "将对经济社会发展有重大影响的事项纳入目录，履行法定程序。",
                    "县政府办公室",
                    "县司法局",
                    "2025年4月底前",
                    ("2025-04-30", False),
                ),
                t(
                    "实行合法性审查",
                    "政府合同、行政协议签订前一律进行审查，审查率达到100%。",
                    "县司法局",
                    "各乡镇（街道）,县直各部门",
                    "全年",
                    ("2025-12-31", False),
                ),
            ),
        ),
        (
            "优化法治环境",
            (
                t(
                    "清理证明事项",
                    "没有法律法规依据的证明一律取消，公布保留清单。",
                    "县行政审批服务局",
                    "县公安局,县民政局,县医保局",
                    "5月31日前",
                    ("2025-05-31", False),
                ),
                t(
                    "化解行政争议",
                    "推动行政争议实质性化解，调解和解率力争达到30%。",
                    "县司法局",
                    "县法院,县信访局",
                    "2025年3月—11月",
                    ("2025-11-30", False),
                ),
                t(
                    "加强诚信建设",
                    "建立政务失信记录，督促机关履约践诺。",
                    "",
                    "县发展和改革局",
                    "2025年9月底前并长期坚持",
                    ("2025-09-30", True),
                ),
            ),
        ),
        (
            "夯实基层基础",
            (
                t(
                    "建强司法所",
                    "新建规范化司法所3个，配齐专职人员。",
                    "县司法局",
                    "县委组织部,县财政局",
                    "2025年10月",
                    ("2025-10-31", False),
                ),
                t(
                    "推行赋权评估",
                    "对下放事项逐项评估，动态调整。",
                    "县委编办,县司法局",
                    "各乡镇（街道）",
                    "按上级要求时限完成",
                    (None, False),
                ),
            ),
        ),
    ),
)

BUREAU = P(
    "海州市应急管理局安全生产执法提质行动方案",
    "海应急〔2023〕45号",
    "海州市应急管理局",
    "2023年7月6日",
    "局机关各科室、执法支队",
    (
        (
            "精准执法",
            (
                t(
                    "制定执法计划",
                    "按照企业风险等级确定检查频次，报局长办公会审定。",
                    "执法支队",
                    "危化科,综合科",
                    "2023年7月底前",
                    ("2023-07-31", False),
                ),
                t("推行专家参与", "每次重点检查邀请不少于2名专家参加。", "", "执法支队", "长期", (None, True)),
            ),
        ),
        (
            "智慧执法",
            (
                t(
                    "应用执法系统",
                    "执法案件录入率、文书电子化率均达到100%。",
                    "执法支队",
                    "信息中心",
                    "2023年9月30日前",
                    ("2023-09-30", False),
                ),
                t(
                    "配齐执法装备",
                    "更新防爆执法记录仪20台。",
                    "办公室",
                    "执法支队,规划财务科",
                    "2023年12月",
                    ("2023-12-31", False),
                ),
            ),
        ),
    ),
)

PLANS = (CITY, COUNTY, BUREAU)
CN = "一二三四五六七八九十"


def head(plan: P) -> list[str]:
    return [
        f"{plan.issuer}关于印发《{plan.title}》的通知",
        plan.number,
        f"{plan.to}：",
        f"现将《{plan.title}》印发给你们，请认真贯彻执行。",
        plan.issuer,
        plan.day,
        plan.title,
        "为做好有关工作，结合实际，制定本方案。",
        "一、总体要求",
        "坚持以习近平法治思想为指导，聚焦突出问题，力争用三年时间取得明显成效。",
    ]


TAIL = [
    "三、保障措施",
    "（一）加强组织领导。各责任单位要明确分管负责同志。",
    "（二）严格督导考核。建立台账，定期通报。",
]


def bracket(task: T, left: str, right: str, colon: str, semi: str, names: tuple[str, str, str]) -> str:
    parts = [f"{names[0]}{colon}{'、'.join(task.lead)}"] if task.lead else []
    parts += [f"{names[1]}{colon}{'、'.join(task.other)}"] if task.other else []
    parts.append(f"{names[2]}{colon}{task.due}")
    return left + semi.join(parts) + right


Lines = Callable[[P], list[str]]
USUAL = ("牵头单位", "责任单位", "完成时限")


def _outline(plan: P, point: Callable[[int, T], list[str]]) -> list[str]:
    out = [*head(plan), "二、重点任务"]
    at = 0
    for number, (section, tasks) in enumerate(plan.sections):
        out.append(f"（{CN[number]}）{section}")
        for task in tasks:
            at += 1
            out += point(at, task)
    return [*out, *TAIL]


def full_brackets(plan: P) -> list[str]:
    return _outline(
        plan, lambda at, task: [f"{at}.{task.title}。{task.text}{bracket(task, '（', '）', '：', '；', USUAL)}"]
    )


def half_brackets(plan: P) -> list[str]:
    names = ("牵头部门", "配合部门", "完成时间")
    return _outline(plan, lambda at, task: [f"{at}、{task.title}", task.text, bracket(task, "(", ")", ":", ",", names)])


def lenticular(plan: P) -> list[str]:
    names = ("主办单位", "协办单位", "办结时限")
    return _outline(
        plan, lambda at, task: [f"{at}．{task.title}。{task.text}{bracket(task, '【', '】', '：', '　', names)}"]
    )


def lines_after(plan: P) -> list[str]:
    def point(at: int, task: T) -> list[str]:
        out = [f"{at}.{task.title}", f"主要内容：{task.text}"]
        out += [f"牵头单位：{'、'.join(task.lead)}"] if task.lead else []
        out += [f"责任单位：{'、'.join(task.other)}"] if task.other else []
        return [*out, "责任领导：张某某", f"完成时限：{task.due}"]

    return _outline(plan, point)


def one_line_after(plan: P) -> list[str]:
    return _outline(
        plan, lambda at, task: [f"{at}.{task.title}。{task.text}", bracket(task, "", "", "：", "    ", USUAL)]
    )


def spoken_brackets(plan: P) -> list[str]:
    def point(at: int, task: T) -> list[str]:
        who = (
            f"{'、'.join(task.lead)}牵头，{'、'.join(task.other)}按职责分工负责"
            if task.lead
            else f"{'、'.join(task.other)}负责"
        )
        return [f"{at}.{task.title}。{task.text}（{who}，{task.due}）"]

    return _outline(plan, point)


def chinese_points(plan: P) -> list[str]:
    out = head(plan)[:6] + [plan.title]
    at = 0
    for number, (section, tasks) in enumerate(plan.sections):
        out.append(f"{CN[number]}、{section}")
        for task in tasks:
            at += 1
            out.append(
                f"（{'十' * (at > 10)}{CN[(at - 1) % 10]}）{task.title}。{task.text}{bracket(task, '（', '）', '：', '；', USUAL)}"
            )
    return out


def wrapped(plan: P) -> list[str]:
    """Lines cut at 34 characters, as a page that was copied from a print has them."""
    out = []
    for line in full_brackets(plan):
        while len(line) > 34:
            out.append(line[:34])
            line = line[34:]
        out.append(line)
    return out


HEADS = ("序号", "工作任务", "具体措施", "牵头单位", "责任单位", "完成时限")


def table_rows(plan: P) -> list[list[str]]:
    return [
        [str(at), task.title, task.text, "、".join(task.lead), "、".join(task.other), task.due]
        for at, task in enumerate(plan.tasks, 1)
    ]


def tab_table(plan: P) -> list[str]:
    return [plan.title, "\t".join(HEADS), *("\t".join(row) for row in table_rows(plan))]


def pipe_table(plan: P) -> list[str]:
    rows = [HEADS, ["---"] * len(HEADS), *table_rows(plan)]
    return [f"# {plan.title}", "", *("| " + " | ".join(row) + " |" for row in rows)]


def cell_lines(plan: P) -> list[str]:
    """One cell to a line; a blank cell leaves no line at all, and the heads come again in the middle."""
    out = [plan.title, *HEADS]
    for at, row in enumerate(table_rows(plan)):
        out += [*(HEADS if at == 4 else ()), *(cell for cell in row if cell)]
    return out


def tab_cells(plan: P) -> list[str]:
    """Each cell on a line behind a tab, rows parted by a blank line, the group only in its first row."""
    heads = ("工作目标类别", "具体任务", "具体内容", "责任单位")
    out = ["附件", f"{plan.title}任务分解表", *(f"\t{one}" for one in heads), ""]
    for section, tasks in plan.sections:
        for at, task in enumerate(tasks):
            who = f"{'、'.join(task.lead)}牵头，{'、'.join(task.other)}配合" if task.lead else "、".join(task.other)
            out += [f"\t{section if at == 0 else ''}", f"\t{task.title}", f"\t{task.text}", f"\t{who}", ""]
    return out


TEXT_FORMS: dict[str, Lines] = {
    one.__name__: one
    for one in (
        full_brackets, half_brackets, lenticular, lines_after, one_line_after, spoken_brackets, chinese_points, wrapped,
        tab_table, pipe_table, cell_lines,
    )
}  # fmt: skip
WITHOUT_DEADLINES = {"tab_cells": tab_cells}


# --- files ---------------------------------------------------------------------------------------------------------


def write_docx(path: Path, plan: P, *, form: str) -> None:
    import docx

    document = docx.Document()
    for line in head(plan) if form != "table" else [plan.title]:
        document.add_paragraph(line)
    if form == "paragraphs":
        for line in full_brackets(plan)[len(head(plan)) :]:
            document.add_paragraph(line)
    elif form == "table":
        _docx_merged(document, plan)
    elif form == "annex":
        document.add_paragraph("附件：任务分解表")
        document.add_paragraph("附件")
        document.add_paragraph("任务分解表")
        for number, (section, tasks) in enumerate(plan.sections):
            document.add_paragraph(f"{CN[number]}、{section}")
            _docx_plain(document, plan, tasks)
    document.add_paragraph("")  # as Word does: a document never ends with a table
    document.save(str(path))


def _docx_plain(document: Any, plan: P, tasks: tuple[T, ...]) -> None:
    rows = [row for row in table_rows(plan) if row[1] in {task.title for task in tasks}]
    table = document.add_table(rows=1 + len(rows), cols=len(HEADS))
    table.style = "Table Grid"
    for y, row in enumerate([HEADS, *rows]):
        for x, text in enumerate(row):
            table.cell(y, x).text = text


def _docx_merged(document: Any, plan: P) -> None:
    """A group column with merged cells, a head of two rows, a row of title, the heads once more in the middle."""
    heads = ("类别", "序号", "重点任务", "工作措施", "责任分工", "责任分工", "完成时限", "备注")
    below = ("类别", "序号", "重点任务", "工作措施", "牵头单位", "配合单位", "完成时限", "备注")
    table = document.add_table(rows=0, cols=len(heads))
    table.style = "Table Grid"
    cells = table.add_row().cells
    cells[0].merge(cells[-1]).text = f"{plan.title}任务分解表"
    _docx_head(table, heads, below)
    at = 0
    for section, tasks in plan.sections:
        first = None
        for task in tasks:
            at += 1
            cells = table.add_row().cells
            row = [
                section if first is None else "",
                str(at),
                task.title,
                task.text,
                "、".join(task.lead),
                "、".join(task.other),
                task.due,
                "",
            ]
            for x, text in enumerate(row):
                cells[x].text = text
            if first is None:
                first = cells[0]
            else:
                first = first.merge(cells[0])
                first.text = section
    _ = at


def _docx_head(table: Any, heads: tuple[str, ...], below: tuple[str, ...]) -> None:
    upper, lower = table.add_row().cells, table.add_row().cells
    for x, text in enumerate(heads):
        if x in (4, 5):
            lower[x].text = below[x]
        else:
            upper[x].text = text
            upper[x].merge(lower[x]).text = text
    upper[4].merge(upper[5]).text = "责任分工"


def write_numbered_docx(path: Path, plan: P) -> None:
    """A document whose numbers Word draws itself: no number stands in the text of its paragraphs."""
    import docx
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import nsdecls, qn

    document = docx.Document()
    levels = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
    inside = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/>{"<w:lvlRestart w:val=" + chr(34) + "0" + chr(34) + "/>" if at == 2 else ""}'
        f'<w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{inside}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))

    def add(text: str, level: int) -> None:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        number = OxmlElement("w:numPr")
        for tag, value in (("w:ilvl", level), ("w:numId", 77)):
            child = OxmlElement(tag)
            child.set(qn("w:val"), str(value))
            number.append(child)
        properties.append(number)

    for line in head(plan)[:8]:
        document.add_paragraph(line)
    add("总体要求", 0)
    document.add_paragraph("坚持问题导向。")
    add("重点任务", 0)
    for section, tasks in plan.sections:
        add(section, 1)
        for task in tasks:
            add(f"{task.title}。{task.text}{bracket(task, '（', '）', '：', '；', USUAL)}", 2)
    add("保障措施", 0)
    document.add_paragraph("加强组织领导。")
    document.save(str(path))


def write_html(path: Path, plan: P, *, form: str) -> None:
    if form == "paragraphs":
        body = "".join(f"<p>　　{html.escape(line)}</p>" for line in full_brackets(plan))
    else:
        body = "".join(f"<p>{html.escape(line)}</p>" for line in head(plan)[:7]) + _html_table(plan)
    page = (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>政府信息公开</title><script>var a='牵头单位：市编造局';</script></head>"
        "<body><table width='980'><tr><td>首页</td><td>政务公开</td></tr><tr><td colspan='2'><div class='TRS_Editor'>"
        f"{body}</div></td></tr></table><div style='display:none'>责任单位：不存在局</div><div>上一篇：无</div><footer>版权所有</footer></body></html>"
    )
    path.write_text(page, "utf-8")


def _html_table(plan: P) -> str:
    rows = ["".join(f"<th>{one}</th>" for one in ("类别", *HEADS))]
    at = 0
    for section, tasks in plan.sections:
        for number, task in enumerate(tasks):
            at += 1
            group = f"<td rowspan='{len(tasks)}'>{section}</td>" if number == 0 else ""
            cells = (str(at), task.title, task.text, "、<br>".join(task.lead), "、".join(task.other), task.due)
            rows.append(group + "".join(f"<td>{one}</td>" for one in cells))
    return "<table border='1'>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def write_xlsx(path: Path, plan: P) -> None:
    """A task table of the usual sort: a title over all columns, merged groups, units one below the other in a cell."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([plan.title])
    sheet.merge_cells("A1:G1")
    sheet.append(["填报单位：", "", "", "", "", "", ""])
    sheet.append(["类别", *HEADS])
    at, row = 0, 4
    for section, tasks in plan.sections:
        for task in tasks:
            at += 1
            sheet.append([section, at, task.title, task.text, "\n".join(task.lead), "\n".join(task.other), task.due])
        if len(tasks) > 1:
            sheet.merge_cells(start_row=row, end_row=row + len(tasks) - 1, start_column=1, end_column=1)
        row += len(tasks)
    book.save(path)


FILES: dict[str, tuple[str, Callable[[Path, P], None]]] = {
    "docx_paragraphs": ("docx", lambda path, plan: write_docx(path, plan, form="paragraphs")),
    "docx_merged_table": ("docx", lambda path, plan: write_docx(path, plan, form="table")),
    "docx_table_per_section": ("docx", lambda path, plan: write_docx(path, plan, form="annex")),
    "docx_automatic_numbers": ("docx", write_numbered_docx),
    "html_paragraphs": ("html", lambda path, plan: write_html(path, plan, form="paragraphs")),
    "html_table": ("html", lambda path, plan: write_html(path, plan, form="table")),
    "xlsx_task_table": ("xlsx", write_xlsx),
}


# --- tables that pages cut ------------------------------------------------------------------------------------------

type Row = tuple[str, list[str], list[str], str]


def write_long_table(path: Path, *, seed: int, merged: bool, numbered: bool, repeats: bool) -> list[Row]:
    """A table of several pages with rows of any height, blank cells and (``merged``) groups; its rows are the gold."""
    import docx
    from docx.oxml import OxmlElement

    chance, gold = Random(seed), list[Row]()
    document = docx.Document()
    document.add_paragraph("龙潭区2025年行政执法监督重点任务分解表")
    heads = ("类别", "序号" if numbered else "备注", "重点任务", "工作内容", "牵头单位", "配合单位", "完成时限")
    table = document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    for at, text in enumerate(heads):
        table.cell(0, at).text = text
    if repeats:
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    leads = ("区司法局", "区市场监管局", "区应急管理局", "区城市管理局", "区生态环境分局", "区卫生健康局")
    for group in ("规范检查", "规范处罚", "强化监督", "能力提升"):
        lead, first = chance.choice(leads), None
        for _ in range(chance.randint(5, 9)):
            cells = table.add_row().cells
            title = f"落实第{len(gold) + 1}项制度"
            text = "按照要求细化任务清单，逐项明确责任和措施，" * chance.randint(1, 4) + "确保落实到位。"
            other = chance.choice(("", "", "区大数据局", "各街道办事处、区直各执法部门"))
            due = chance.choice(("2025年6月底前", "2025年9月底前", "长期坚持", "2025年12月底前"))
            number = str(len(gold) + 1) if numbered else ""
            for at, value in enumerate((group, number, title, text, lead, other, due)):
                cells[at].text = value
            if merged and first is not None:
                first[0].merge(cells[0]).text, first[4].merge(cells[4]).text = group, lead
            first = first or cells
            gold.append((title, [lead], _units(other), due))
    document.save(str(path))
    return gold


def _units(text: str) -> list[str]:
    return [one for one in text.split("、") if one]
