"""
Procedures as data: stages, steps, who takes them, what each asks for, and where it leads.

A procedure says nothing of what makes a step lawful: that is said once, by the rules (:mod:`mingjing.domain.rules`), and
weighed for a step by :mod:`mingjing.domain.procedures.gates`. It says what there is to do, and in which stage of the work.
The flow chart for the page, the public and the printed guide is drawn from the same data.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from mingjing.domain.rules.facts import FactBase, Key
from mingjing.domain.rules.terms import CaseFacts, Condition
from mingjing.kernel.canonical import Json
from mingjing.kernel.errors import DomainError
from mingjing.law.citations import Citation, cite


class UnknownProcedureError(DomainError):
    """There is no procedure with this code, or no step of this code in it."""

    code = "procedures.unknown"


class StepNotOpenError(DomainError):
    """The step cannot be taken in the stage in which the case is."""

    code = "procedures.step_not_open"


class Duty(StrEnum):
    """In which capacity somebody takes a step. Who has which is a matter of roles and scope."""

    HANDLE = "handle"
    REVIEW = "review"
    APPROVE = "approve"
    PRESIDE = "preside"
    ARCHIVE = "archive"
    SUPERVISE = "supervise"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {
            "handle": "承办",
            "review": "法制审核",
            "approve": "审批决定",
            "preside": "主持听证",
            "archive": "归档",
            "supervise": "执法监督",
        }[self.value]


class AskKind(StrEnum):
    """What sort of answer is asked for."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DAY = "day"
    MOMENT = "moment"
    FEN = "fen"
    WHOLE = "whole"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"


class Into(StrEnum):
    """Where an answer goes: a column of the step, a column of the case (facts standard), or the step's own words."""

    STEP = "step"
    CASE = "case"
    WORDS = "words"


type Answer = str | int | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """
    Something that a step asks for. Amounts are in fen, days and moments in ISO form.

    ``options`` names a list that depends on the case (``tiers``: the tiers of its benchmark) where ``choices`` is empty.
    ``when`` says for which cases it is asked at all; where that is not known, it is asked.
    """

    name: str
    label: str
    kind: AskKind = AskKind.LONG_TEXT
    into: Into = Into.WORDS
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    options: str = ""
    help: str = ""
    basis: str = ""
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """People who take part in a step: in which role of the facts standard, and at least how many the form asks for."""

    role: str
    label: str
    least: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """
    A document that a step makes: its kind (documents room), and whether it belongs to the step in every case.

    ``refusing``: also where the step ends in a no, as an opinion is given in writing whatever it says.
    """

    kind: str
    required: bool = True
    when: Condition | None = None
    refusing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    A way in which a step can end: its code of the facts standard, its label here, and the stage it leads to.

    It cannot end so while one of the step's questions is answered with one of ``bars``.
    """

    code: str
    label: str
    to: str | None = None
    bars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    A step of a procedure: what happens, and in which stages it may be taken.

    ``event`` is the kind of event of the facts standard. ``to`` is the stage that follows (``None``: the same); an outcome
    may lead elsewhere. ``endorsed`` is the duty of whoever must agree before the step takes effect: until then it is
    proposed. ``fixed`` are answers that are always the same. ``about`` are the kinds of event that the step serves, answers, reviews or ends. ``only_if`` says for which
    cases it is open; where that is not known, it is. ``fulfils`` are kinds of earlier event that were taken for this step
    (an approval asked for beforehand): from now on they are about it. ``status`` is what becomes of the case. ``main`` steps stand on the
    straight way through the procedure; the others stand beside it. That a ``confidential`` one was taken, few may know.
    """

    code: str
    event: str
    label: str
    stages: tuple[str, ...]
    to: str | None = None
    duty: Duty = Duty.HANDLE
    endorsed: Duty | None = None
    parts: tuple[Part, ...] = ()
    asks: tuple[Ask, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    papers: tuple[Paper, ...] = ()
    about: tuple[str, ...] = ()
    fulfils: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    repeats: bool = False
    only_if: Condition | None = None
    status: str | None = None
    main: bool = False
    recorded: bool = False
    confidential: bool = False
    hint: str = ""
    fixed: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The provisions that ask for the step."""
        return tuple(cite(one) for one in self.basis)

    def leads_to(self, stage: str, outcome: str | None) -> str:
        """Return the stage that follows."""
        return self.stage_of(outcome) or self.to or stage

    def stage_of(self, outcome: str | None) -> str | None:
        """Return the stage that an outcome itself names, if it names one."""
        return next((one.to for one in self.outcomes if one.code == outcome and one.to), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stretch of the work. ``final`` stages are left no more."""

    code: str
    label: str
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """
    A procedure: its stages in order, and its steps.

    ``kind`` and ``procedure`` are columns of the case in the facts standard. ``item_kinds`` are the kinds of item of the
    catalog on which it runs.
    """

    code: str
    label: str
    kind: str
    item_kinds: tuple[str, ...]
    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]
    procedure: str | None = None
    purpose: str = ""
    basis: tuple[str, ...] = ()

    @property
    def start(self) -> str:
        """The stage in which a case begins."""
        return self.stages[0].code

    def stage(self, code: str) -> Stage:
        """
        Return a stage.

        :raises UnknownProcedureError: if there is none
        """
        found = next((one for one in self.stages if one.code == code), None)
        if found is None:
            raise UnknownProcedureError(f"“{self.label}”没有“{code}”阶段。", procedure=self.code, stage=code)
        return found

    def step(self, code: str) -> Step:
        """
        Return a step.

        :raises UnknownProcedureError: if there is none
        """
        found = next((one for one in self.steps if one.code == code), None)
        if found is None:
            raise UnknownProcedureError(f"“{self.label}”没有“{code}”环节。", procedure=self.code, step=code)
        return found

    def open_steps(self, stage: str, view: CaseFacts) -> tuple[Step, ...]:
        """Return the steps that may be taken now: of the stage, not done once for all, and not known to be needless."""
        taken = {event.type for event in view.events if event.is_effective}
        return tuple(
            step
            for step in self.steps
            if stage in step.stages
            and (step.repeats or step.event not in taken or step.event in _OFTEN)
            and (step.only_if is None or step.only_if.of(view) is not False)
        )


_OFTEN: Final = frozenset({"service", "approval"})
"""Kinds of event of which a case has many by nature, each about another step."""


def require_open(procedure: Procedure, code: str, stage: str, view: CaseFacts) -> Step:
    """
    Return a step that may be taken now.

    :raises UnknownProcedureError: if the procedure has no such step
    :raises StepNotOpenError: if it cannot be taken in this stage, or was taken
    """
    step = procedure.step(code)
    if step in procedure.open_steps(stage, view):
        return step
    now = procedure.stage(stage).label
    if stage not in step.stages:
        where = "、".join(procedure.stage(one).label for one in step.stages)
        raise StepNotOpenError(f"案件现在处于“{now}”，“{step.label}”要在“{where}”阶段办理。", step=code)
    if step.only_if is not None and step.only_if.of(view) is False:
        raise StepNotOpenError(f"按现有情况，本案没有需要办理的“{step.label}”。", step=code)
    raise StepNotOpenError(f"“{step.label}”已经办理过，不能重复办理。", step=code)


def as_data(procedure: Procedure) -> dict[str, Json]:
    """Write what a reader, the public and the API need of a procedure as plain data."""
    return {
        "code": procedure.code,
        "label": procedure.label,
        "kind": procedure.kind,
        "procedure": procedure.procedure,
        "stages": [{"code": one.code, "label": one.label, "final": one.final} for one in procedure.stages],
        "steps": [
            {
                "code": one.code,
                "event": one.event,
                "label": one.label,
                "stages": list(one.stages),
                "to": sorted({one.to} | {each.to for each in one.outcomes if each.to} - {None}, key=str)
                if one.to or any(each.to for each in one.outcomes)
                else [],
                "duty": one.duty.label,
                "endorsed": one.endorsed.label if one.endorsed else None,
                "basis": [str(each.label) for each in one.citations],
            }
            for one in procedure.steps
        ],
    }


def unreachable(procedure: Procedure) -> frozenset[str]:
    """Return the stages that no way leads to; none in a sound procedure."""
    reached = {procedure.start}
    grew = True
    while grew:
        more = {to for step in procedure.steps if reached.intersection(step.stages) for to in _targets(step)} - reached
        reached |= more
        grew = bool(more)
    return frozenset(one.code for one in procedure.stages) - reached


def _targets(step: Step) -> Iterable[str]:
    if step.to:
        yield step.to
    for one in step.outcomes:
        if one.to:
            yield one.to


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A case at a moment: its facts, its stage, and the day that is today."""

    base: FactBase
    case: Key
    stage: str

    @property
    def view(self) -> CaseFacts:
        """The case as rules see it."""
        return CaseFacts(case=self.base.case[self.case], base=self.base)
