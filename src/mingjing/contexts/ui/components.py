"""What components are given: small frozen values that a view makes and a template shows (docs/ui.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final


class Tone(StrEnum):
    """What a colour means, everywhere: nothing is red that is not overdue, refused or unlawful."""

    PLAIN = "plain"
    INFO = "info"
    GOOD = "good"
    ATTENTION = "attention"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A state in a word or two. In an export it is its text."""

    text: str
    tone: Tone = Tone.PLAIN

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of a description list; ``href`` makes a link of the value, ``note`` explains it in small words."""

    label: str
    value: object
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A point of a timeline: when, what, who did it, further words, where it leads."""

    at: datetime | date
    title: str
    who: str = ""
    text: str = ""
    href: str = ""
    tone: Tone = Tone.PLAIN


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    CURRENT = "current"
    WAITING = "waiting"
    BLOCKED = "blocked"


STEP_WORDS: Final[Mapping[StepState, str]] = {
    StepState.DONE: "已完成",
    StepState.CURRENT: "进行中",
    StepState.WAITING: "未开始",
    StepState.BLOCKED: "受阻",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a procedure: its name, how far it is, and a few words (who, when, what is missing)."""

    label: str
    state: StepState = StepState.WAITING
    note: str = ""
    href: str = ""

    @property
    def state_words(self) -> str:
        """The state for a reader who sees no colours."""
        return STEP_WORDS[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A part of a page that has an address of its own; ``count`` is shown where it is not ``None``."""

    label: str
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crumb:
    """A step on the way to the page."""

    label: str
    href: str = ""


class ChartKind(StrEnum):
    """How the numbers are drawn."""

    BAR = "bar"
    BAR_ACROSS = "bar-across"
    STACK = "stack"
    LINE = "line"
    PIE = "pie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A row of numbers with a name; ``None`` where there is none. ``hrefs`` lead to what each number counts."""

    name: str
    values: Sequence[int | float | None]
    hrefs: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """
    A picture of numbers, which always has its table and its download.

    ``name`` is unique on the page; ``summary`` says in a sentence what the picture shows, for who does not see it.
    """

    name: str
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: ChartKind = ChartKind.BAR
    unit: str = ""
    label_head: str = "项目"
    summary: str = ""
    source: str = ""
    tones: Mapping[str, Tone] = field(default_factory=dict)

    @property
    def rows(self) -> list[tuple[str, list[tuple[int | float | None, str]]]]:
        """The table under the picture: of each label the numbers, each with where it leads."""
        return [
            (label, [(one.values[at], one.hrefs[at] if one.hrefs else "") for one in self.series])
            for at, label in enumerate(self.labels)
        ]

    def option(self) -> dict[str, object]:
        """What the script that draws is given."""
        return {
            "kind": str(self.kind),
            "title": self.title,
            "unit": self.unit,
            "labels": list(self.labels),
            "series": [{"name": one.name, "values": list(one.values), "hrefs": list(one.hrefs)} for one in self.series],
            "tones": {name: str(tone) for name, tone in self.tones.items()},
        }
