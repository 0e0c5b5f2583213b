"""What must not be done before a period has run out."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mingjing.domain.deadlines import Unit
from mingjing.domain.rules.facts import FactBase
from mingjing.domain.rules.kinds.case.steps import NEEDED, StepsKind, columns_of
from mingjing.domain.rules.kinds.common import NOT_EVALUATED, status_of
from mingjing.domain.rules.model import NOT_APPLICABLE, Reckoning, Status, Words
from mingjing.domain.rules.terms import CaseFacts, Condition, MomentTerm
from mingjing.kernel.moments import before, day_number, day_of, moment_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Window(StepsKind):
    """
    An act must wait until a period given to the party has run out, unless ``lifted``.

    Broken when the act's day is not after the last day. With ``demanded``, the start itself must exist.
    """

    name: ClassVar[str] = "gap"
    label: ClassVar[str] = "等待期"

    start: MomentTerm
    act: MomentTerm
    period: str
    when: Condition
    start_label: str
    act_label: str
    lifted: Condition | None = None
    demanded: bool = False
    unit: Unit = Unit.WORKING_DAY
    needed: frozenset[str] = frozenset()

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        applies = self.when.of(subject)
        act = subject.moment(self.act)
        if applies is False or act is None:
            return NOT_APPLICABLE
        start = subject.moment(self.start)
        if start is None and not self.demanded:
            return NOT_APPLICABLE
        steps = [subject.step(self.start.step), subject.step(self.act.step)]  # type: ignore[union-attr]
        evidence = tuple(("events", step.id) for step in steps if step)
        if start is None:
            return Reckoning(Status.BROKEN, values=(None, act.code), evidence=evidence)
        if subject.parameter(self.period, start.day) is None:
            return NOT_APPLICABLE
        last = subject.last_day(start.day, self.period, self.unit)
        in_order = before(steps[0].at, act) if steps[0] else None
        waited = None if last is None or in_order is None else act.day > last
        lifted = self.lifted.of(subject) if self.lifted else False
        kept = True if waited or lifted else (None if waited is None or lifted is None or applies is None else False)
        status = status_of(kept)
        return Reckoning(
            status,
            due=None if last is None else day_number(last),
            values=(day_number(start.day), act.code),
            evidence=evidence,
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        start, act = reckoning.values[0], reckoning.values[1]
        assert act is not None
        done = f"{moment_of(act).day.isoformat()}{self.act_label}"
        if start is None or reckoning.due is None:
            return Words(
                expected=f"{self.act_label}前应当先{self.start_label}", observed=f"{done}，此前无{self.start_label}记录"
            )
        return Words(
            expected=f"{day_of(start).isoformat()}{self.start_label}后，{day_of(reckoning.due).isoformat()}届满前不得{self.act_label}",
            observed=f"{done}，期间未届满",
            due_on=day_of(reckoning.due),
        )

    def needs(self) -> frozenset[str]:
        return self.needed | NEEDED.union(columns_of(self))

    def parameters(self) -> tuple[str, ...]:
        return (self.period,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead(StepsKind):
    """An act must be announced so many days ahead: its day is at least the n-th after the notice was served."""

    name: ClassVar[str] = "gap"
    label: ClassVar[str] = "提前期"

    start: MomentTerm
    act: MomentTerm
    period: str
    when: Condition
    start_label: str
    act_label: str
    unit: Unit = Unit.WORKING_DAY
    needed: frozenset[str] = frozenset()

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        applies = self.when.of(subject)
        act = subject.moment(self.act)
        if applies is False or act is None:
            return NOT_APPLICABLE
        start = subject.moment(self.start)
        steps = [subject.step(self.start.step), subject.step(self.act.step)]  # type: ignore[union-attr]
        in_order = before(steps[0].at, act) if steps[0] else None
        if start is not None and in_order is not None and subject.parameter(self.period, start.day) is None:
            return NOT_APPLICABLE
        earliest = subject.last_day(start.day, self.period, self.unit) if start else None
        if applies is None or start is None or earliest is None or in_order is None:
            return NOT_EVALUATED
        return Reckoning(
            Status.HOLDS if act.day >= earliest else Status.BROKEN,
            due=day_number(earliest),
            values=(day_number(start.day), act.code),
            evidence=tuple(("events", step.id) for step in steps if step),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        start, act = reckoning.values[0], reckoning.values[1]
        assert start is not None and act is not None and reckoning.due is not None
        return Words(
            expected=f"{day_of(start).isoformat()}{self.start_label}，{self.act_label}不得早于{day_of(reckoning.due).isoformat()}",
            observed=f"{moment_of(act).day.isoformat()}{self.act_label}，提前不足",
            due_on=day_of(reckoning.due),
        )

    def needs(self) -> frozenset[str]:
        return self.needed | NEEDED.union(columns_of(self))

    def parameters(self) -> tuple[str, ...]:
        return (self.period,)
