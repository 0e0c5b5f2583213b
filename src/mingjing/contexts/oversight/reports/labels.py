"""Chinese words for codes, and what a place calls itself on paper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mingjing.facts.schema import EVENT_TYPES, TABLES, Table

SEVERITIES: Final = ("fatal", "serious", "notice")
"""From grave to light; the order of everything in a report."""

SEVERITY_LABELS: Final = {"fatal": "重大", "serious": "较重", "notice": "提示"}

SEVERITY_MEANINGS: Final = {
    "fatal": "可能使决定被撤销、确认违法或者无效的问题，应当最先核实。",
    "serious": "违反法定程序、期限或者要求，应当核实并改正的问题。",
    "notice": "异常线索或者法律没有写明硬性期限的事项，只供人工判断。",
}

SUBJECT_LABELS: Final = {
    "case": "案件",
    "inspection": "行政检查",
    "officer": "执法人员",
    "agency": "执法主体",
    "party": "当事人",
    "remedy": "复议诉讼",
    "referral": "移送案件",
    "media": "音像记录",
    "item": "执法事项",
}

KIND_LABELS: Final = {
    "deadline": "期限",
    "gap": "最短间隔",
    "required": "必经步骤",
    "order": "先后次序",
    "separation": "人员分离",
    "quorum": "人数",
    "qualified": "资格",
    "range": "幅度",
    "frequency": "频次",
    "repeat": "重复",
    "outlier": "异常",
    "ratio": "比率",
    "overlap": "冲突",
    "completeness": "要素齐全",
}

GROUPS: Final = (
    (
        "办案期限与公示",
        ("penalty.decision.in-time", "penalty.service.", "penalty.disclosure.", "disclosure.", "other."),
    ),
    ("告知、陈述申辩与听证", ("penalty.prior-notice", "penalty.statement", "penalty.hearing")),
    ("法制审核与集体讨论", ("penalty.legal-", "penalty.deliberation", "penalty.approver")),
    ("执法人员与证件", ("penalty.officers",)),
    ("裁量、时效与执行", ("penalty.",)),
    ("查封扣押", ("seizure.",)),
    ("行政许可", ("license.",)),
    ("行政检查", ("inspection.",)),
    ("机关、人员与复议诉讼", ("",)),
)
"""Headings for rules and the beginnings of the rule ids that fall under each; the first that fits holds."""


def group_of(rule_id: str) -> str:
    """Return the heading under which a rule stands."""
    return next(label for label, starts in GROUPS if rule_id.startswith(starts))


def severity_label(severity: str) -> str:
    """Return the word for a severity; an unknown one is shown as it is."""
    return SEVERITY_LABELS.get(severity, severity)


def subject_label(subject: str) -> str:
    """Return the word for a kind of subject; an unknown one is shown as it is."""
    return SUBJECT_LABELS.get(subject, subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that a rule needed and did not get, in words, with how to supply it."""

    name: str
    what: str
    remedy: str


def describe_gap(name: str) -> Gap:
    """
    Say in words what ``missing`` means: a table, a column, the calendar of a year, or something else.

    Accepts ``training``, ``table:training``, ``items.act_code``, ``column:items.act_code`` and ``calendar:2027``.
    """
    kind, _, rest = name.partition(":")
    if kind == "calendar" and rest:
        return Gap(
            name=name,
            what=f"{rest} 年的放假安排",
            remedy=f"国务院办公厅公布 {rest} 年部分节假日安排后，更新明镜的日历数据，再检查一次。",
        )
    bare = rest if kind in {"table", "column"} and rest else name
    table_name, _, column_name = bare.partition(".")
    table = TABLES.get(table_name)
    if table is None:
        return Gap(name=name, what=name, remedy="按数据标准补充后再检查一次。")
    if not column_name:
        columns = "、".join(column.label for column in table.columns)
        return Gap(
            name=name,
            what=f"《{table.label}》表",
            remedy=f"从业务系统导出《{table.label}》表（文件名 {table.name}），列为：{columns}。",
        )
    return _describe_columns(table, (column_name,))


def _describe_columns(table: Table, names: Sequence[str]) -> Gap:
    """Describe columns of one table together."""
    what, how = [], []
    for name in names:
        column = next((one for one in table.columns if name in one.stored_names), None)
        label = column.label if column else name
        codes = f"，取值：{'、'.join(column.codes.values())}" if column and column.codes else ""
        what.append(f"“{label}”")
        how.append(f"“{label}”（{name}{codes}）")
    return Gap(
        name=f"{table.name}.{'|'.join(names)}",
        what=f"《{table.label}》表的{''.join(what)}列",
        remedy=f"在《{table.label}》表中补上{'、'.join(how)}{'一列' if len(how) == 1 else '各列'}。",
    )


EVENT_KIND: Final = "events.type:"


def _describe_events(types: Sequence[str]) -> Gap:
    """Describe kinds of event that the source cannot hold."""
    labels = "、".join(f"“{EVENT_TYPES.get(type_, type_)}”" for type_ in types)
    return Gap(
        name=f"{EVENT_KIND}{'|'.join(types)}",
        what=f"{labels}等办案环节的记录",
        remedy="现有数据只是决定清单，没有办案过程。请从办案系统导出《办案环节》表（文件名 events），逐环节列明时间。",
    )


def gap_source(name: str) -> str:
    """Return the table to which a missing thing belongs, or its own name where it belongs to none."""
    if name.startswith(EVENT_KIND):
        return EVENT_KIND
    table = name.removeprefix("column:").removeprefix("table:").partition(".")[0]
    return table if table in TABLES else name


def describe_gaps(names: Iterable[str]) -> tuple[Gap, ...]:
    """Describe each missing thing once, in the order given; columns of one table together."""
    together: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        column = name.removeprefix(EVENT_KIND).removeprefix("column:")
        column = column if name.startswith(EVENT_KIND) else column.partition(".")[2]
        together.setdefault(gap_source(name), []).append(column)
    # Where the whole table is missing its columns go without saying.
    return tuple(
        _describe_events(columns)
        if source == EVENT_KIND
        else _describe_columns(TABLES[source], columns)
        if source in TABLES and all(columns)
        else describe_gap(source)
        for source, columns in together.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    What the place calls itself, and its own terms.

    ``reply_days`` are calendar days from receipt of the supervision notice; ``reply_basis`` says who set them.

    Source: 山东省行政执法监督条例（2014）第二十八条 (thirty days); elsewhere the place's own document.
    """

    name: str = ""
    issuer: str = ""
    document_word: str = ""
    reply_days: int = 30
    reply_basis: str = ""

    @property
    def issuer_name(self) -> str:
        """The body that signs a notice."""
        return self.issuer or (f"{self.name}司法局" if self.name else "（监督机关名称）")
