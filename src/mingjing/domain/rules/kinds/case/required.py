"""What must be there, in its place or within its bounds."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mingjing.domain.rules.facts import FactBase
from mingjing.domain.rules.kinds.case.steps import NEEDED, StepsKind, columns_of, when_text
from mingjing.domain.rules.kinds.common import code_of, status_of
from mingjing.domain.rules.model import NOT_APPLICABLE, Reckoning, Status, Words
from mingjing.domain.rules.terms import CaseFacts, Condition, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Required(StepsKind):
    """
    When a condition is true, another one must be.

    ``shows`` are the steps whose moments the words tell, by name in ``observed``; they are also the evidence. ``nearest``
    is one of them, the step that comes nearest to what was asked, with words for it: told only where there is one.
    """

    name: ClassVar[str] = "required"
    label: ClassVar[str] = "必备"

    when: Condition
    then: Condition
    expected: str
    observed: str
    shows: tuple[Step, ...] = ()
    nearest: tuple[str, Step] | None = None
    needed: frozenset[str] = frozenset()
    uses: tuple[str, ...] = ()

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        applies = self.when.of(subject)
        if applies is False:
            return NOT_APPLICABLE
        demanded = self.then.of(subject) if applies else None
        status = status_of(demanded)
        steps = [subject.step(step) for step in self.shows]
        return Reckoning(
            status,
            values=tuple(code_of(step.at if step else None) for step in steps),
            evidence=tuple(("events", step.id) for step in steps if step),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        codes = dict(zip((step.name for step in self.shows), (*reckoning.values, *(None,) * 4), strict=False))
        observed = self.observed.format(**{name: when_text(code) for name, code in codes.items()})
        if self.nearest is not None and (code := codes[self.nearest[1].name]) is not None:
            observed += f"（{self.nearest[0]}：{when_text(code)}）"
        return Words(expected=self.expected, observed=observed)

    def needs(self) -> frozenset[str]:
        return self.needed | NEEDED.union(columns_of(self))

    def parameters(self) -> tuple[str, ...]:
        return self.uses


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Required):
    """One step must come before, or after, another."""

    name: ClassVar[str] = "order"
    label: ClassVar[str] = "次序"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range(Required):
    """An amount or a choice must stay within what is allowed."""

    name: ClassVar[str] = "range"
    label: ClassVar[str] = "幅度"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(StepsKind):
    """The fields without which a penalty cannot be published are all there; the missing ones are named."""

    name: ClassVar[str] = "completeness"
    label: ClassVar[str] = "完整性"

    parts: tuple[tuple[str, Condition], ...]
    when: Condition

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if not self.when.of(subject):
            return NOT_APPLICABLE
        lacking = sum(1 << bit for bit, (_, condition) in enumerate(self.parts) if not condition.of(subject))
        return Reckoning(Status.BROKEN if lacking else Status.HOLDS, values=(lacking,))

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        lacking = reckoning.values[0] or 0
        names = [label for bit, (label, _) in enumerate(self.parts) if lacking >> bit & 1]
        return Words(
            expected="、".join(label for label, _ in self.parts) + "应当齐全", observed=f"缺少{'、'.join(names)}"
        )

    def needs(self) -> frozenset[str]:
        return frozenset({"cases", "events", "items", *columns_of(self.when), *columns_of(self.parts)})
