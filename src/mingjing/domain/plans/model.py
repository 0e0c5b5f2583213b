"""What reading a plan gives: plain frozen data."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table. ``inherited`` says that it is covered by a merged cell and carries that cell's words."""

    text: str
    inherited: bool = False
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the document, its lines joined."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """
    A table of the document.

    ``knows_merges`` says whether the document tells which cells are merged. Where it does not (a table flattened to
    lines), a blank cell may be a part of the one above it. ``loses_blanks`` says that blank cells left no trace, so that
    of two columns of units a lone one may belong to either.
    """

    rows: tuple[tuple[Cell, ...], ...]
    knows_merges: bool
    loses_blanks: bool = False


type Block = Paragraph | Table


class Mode(StrEnum):
    """How a unit takes part."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"
    MEMBER = "member"
    COOPERATING = "cooperating"
    BY_DUTY = "by_duty"
    COOPERATING_BY_DUTY = "cooperating_by_duty"
    SUPERVISING = "supervising"

    @property
    def label(self) -> str:
        """Name the mode in Chinese."""
        return _MODE_LABELS[self]


_MODE_LABELS = {
    Mode.LEAD: "牵头",
    Mode.RESPONSIBLE: "责任",
    Mode.MEMBER: "成员",
    Mode.COOPERATING: "配合",
    Mode.BY_DUTY: "按职责分工负责",
    Mode.COOPERATING_BY_DUTY: "按职责分工配合",
    Mode.SUPERVISING: "督导",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit as written, and how it takes part."""

    name: str
    mode: Mode

    @property
    def is_group(self) -> bool:
        """Say whether the words stand for several units (``各行政执法机关``)."""
        return is_group_name(self.name)


def is_group_name(name: str) -> bool:
    """Say whether a unit's words stand for several units."""
    marks = ("各", "有关", "相关", "全体", "所有", "其他", "及其部门", "部门和单位")
    ends = ("执法机关", "执法部门", "执法单位", "行政部门", "主管部门", "职能部门", "成员单位", "监管部门")
    return any(mark in name for mark in marks) or name.endswith(ends)


class DeadlineKind(StrEnum):
    """What sort of deadline the words state."""

    FIXED = "fixed"
    LONG_TERM = "long_term"
    RECURRING = "recurring"
    RELATIVE = "relative"
    STATED = "stated"
    START = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """
    One deadline: its words, and the day they say.

    ``on`` is the last day of the period named, or None where the words name none that can be reckoned. ``doubt`` says
    what is unsure about the day.
    """

    text: str
    on: date | None = None
    long_term: bool = False
    recurring: bool = False
    kind: DeadlineKind = DeadlineKind.FIXED
    starts_on: date | None = None
    every: str = ""
    in_prose: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One numeric target: the clause, its figure (or the two of a span, ``16-24``) and unit. ``direction`` is one of >=, <=, =, or empty."""

    text: str
    value: int | float | str
    unit: str
    direction: str = ""
    recurring: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain:
    """A field that a person must look at, and why."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What a bracket, labelled lines or the cells of a row say of who and when; ``spoken``: a sentence of the text does."""

    raw: str = ""
    units: tuple[Unit, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    persons: tuple[str, ...] = ()
    open_list: bool = False
    spoken: bool = False
    uncertain: tuple[Uncertain, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task of the plan."""

    no: str
    title: str
    text: str
    section: str = ""
    part: str = "body"
    measures: str = ""
    raw: str = ""
    units: tuple[Unit, ...] = ()
    lead_by_convention: bool = False
    open_list: bool = False
    inherited_units: bool = False
    persons: tuple[str, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    targets: tuple[Target, ...] = ()
    remark: str = ""
    truncated: bool = False
    uncertain: tuple[Uncertain, ...] = ()

    @property
    def lead_units(self) -> tuple[str, ...]:
        """The units that lead, as written."""
        return _names(unit.name for unit in self.units if unit.mode is Mode.LEAD)

    @property
    def responsible_units(self) -> tuple[str, ...]:
        """All other units that take part, in whatever mode, as written."""
        leads = set(self.lead_units)
        named = (unit.name for unit in self.units if unit.mode not in (Mode.LEAD, Mode.SUPERVISING))
        return tuple(name for name in _names(named) if name not in leads)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading of the plan, with its level (1 for the highest)."""

    heading: str
    level: int
    part: str = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A date in the organising part of the plan (a mid-term evaluation): no task, but to be kept in mind."""

    text: str
    section: str
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the plan says of itself."""

    title: str = ""
    notice_title: str = ""
    number: str = ""
    issuer: str = ""
    date: "date | None" = None
    date_text: str = ""
    addressees: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan, read."""

    head: Head
    sections: tuple[Section, ...] = ()
    tasks: tuple[Task, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    notes: tuple[str, ...] = field(default=())
