"""
What a rule is, and what an evaluation answers.

A rule is declared once: its kind with the kind's terms, its subject, citations, words for people, and worked examples.
A *kind* is one of a small algebra (deadline, gap, required, order, …). Each kind has two evaluators: ``check`` here, for
one subject in plain Python (the gate), and its columns in :mod:`mingjing.engine.columns`, for all subjects at once.
Both answer with the same :class:`Reckoning`; the kind puts it into words in one place, ``describe``.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, ClassVar

from mingjing.kernel.errors import DomainError
from mingjing.law.citations import Citation, cite

if TYPE_CHECKING:
    from mingjing.domain.rules.facts import FactBase


class Status(IntEnum):
    """What an evaluation says of one subject. The numbers are those of the columns."""

    NOT_APPLICABLE = 0
    HOLDS = 1
    BROKEN = 2
    NOT_EVALUATED = 3

    @property
    def label(self) -> str:
        """The word that the reader sees."""
        return ("不适用", "符合", "不符合", "未能检查")[self.value]


class Severity(StrEnum):
    """How grave a breach is for the act itself."""

    FATAL = "fatal"
    SERIOUS = "serious"
    NOTICE = "notice"

    @property
    def label(self) -> str:
        """The word that the reader sees."""
        return {"fatal": "重大", "serious": "较重", "notice": "提示"}[self.value]


class Strictness(StrEnum):
    """What a gate does with a breach. Only what the law itself forbids is ``block`` everywhere."""

    BLOCK = "block"
    WARN = "warn"
    RECORD = "record"


class Subject(StrEnum):
    """What a rule speaks about."""

    CASE = "case"
    INSPECTION = "inspection"
    OFFICER = "officer"
    AGENCY = "agency"
    REMEDY = "remedy"
    REFERRAL = "referral"
    MEDIA = "media"

    @property
    def label(self) -> str:
        """The word that the reader sees."""
        return {
            "case": "案件",
            "inspection": "行政检查",
            "officer": "执法人员",
            "agency": "执法主体",
            "remedy": "复议诉讼",
            "referral": "案件移送",
            "media": "音像记录",
        }[self.value]


class UnknownRuleError(DomainError):
    """There is no rule with this id."""

    code = "rules.unknown"


@dataclass(frozen=True, slots=True)
class Reckoning:
    """
    The bare figures of one evaluation, the same from both evaluators.

    ``due`` is a day number. ``values`` holds up to four integers whose meaning belongs to the kind (day numbers, moment
    codes, fen, counts, keys). ``evidence`` holds ``(table, key)`` pairs. ``missing`` says what was not known.
    """

    status: Status
    due: int | None = None
    values: tuple[int | None, ...] = ()
    evidence: tuple[tuple[str, int | str], ...] = ()
    missing: tuple[str, ...] = ()


NOT_APPLICABLE = Reckoning(Status.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A breach in words: what the law expected, what the record shows, and by how many days it is late."""

    expected: str
    observed: str
    due_on: date | None = None
    overdue_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(ABC):
    """The terms of a rule of one kind."""

    name: ClassVar[str]
    label: ClassVar[str]
    judges_steps: ClassVar[bool] = False
    """Whether ``check`` is given one case with its steps (``CaseFacts``), and needs nothing beyond."""
    gathers: ClassVar[str] = "party"
    """What a rule beyond one case looks across: rows of one ``party``, ``item``, ``officer``, ``agency`` or ``case``;
    ``register``: none that a case can change."""

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        """The tables of the evidence keys, in the order in which both evaluators give them (four at most)."""
        return ("events", "events", "events", "events")

    @abstractmethod
    def check(self, subject: object, base: "FactBase") -> Reckoning:
        """Evaluate one subject (a ``CaseFacts``, an inspection, …) against the facts around it."""

    @abstractmethod
    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        """Put a breach into Chinese words."""

    def open_because(self, subject: object) -> str:
        """Say in Chinese why a subject cannot be judged, where the kind knows more than that something is missing."""
        return ""

    @abstractmethod
    def needs(self) -> frozenset[str]:
        """Name the tables and columns (``table`` or ``table.column``) without which nothing can be said."""

    def event_types(self) -> frozenset[frozenset[str]]:
        """
        Name the kinds of event without which nothing can be said: of each set, the source must be able to hold one.

        A list of decisions holds no notices; that none is found there says nothing.
        """
        return frozenset()

    def rests_on(self) -> frozenset[str]:
        """Name the types of step on which the answer rests: with a row of these unread, it is not known."""
        return frozenset()

    def parameters(self) -> tuple[str, ...]:
        """Name the parameters whose values the rule applies."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked example: facts in the words of the facts standard, and what the rule must answer."""

    title: str
    facts: Mapping[str, tuple[Mapping[str, object], ...]]
    as_of: date
    subject: str
    expected: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the library."""

    id: str
    kind: Kind
    subject: Subject
    title: str
    statement: str
    remedy: str
    severity: Severity
    basis: tuple[str, ...]
    requirements: tuple[str, ...] = ()
    strictness: Strictness = Strictness.WARN
    effective_from: date | None = None
    effective_until: date | None = None
    readings: tuple[str, ...] = ()
    examples: tuple[Example, ...] = field(default=(), repr=False)

    @property
    def judges_steps(self) -> bool:
        """Whether the rule needs only one case and its own steps."""
        return self.kind.judges_steps

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The provisions that the rule rests on; each resolves to a stored instrument."""
        return tuple(cite(reference) for reference in self.basis)
