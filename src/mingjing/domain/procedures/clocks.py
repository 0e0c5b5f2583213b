"""
The periods that run in a case: until when what must be done, and how that day comes about.

They are those of the rules; here they are only asked for their counts. What waits for a room that tells its facts
(publication) is left out while nobody does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from mingjing.domain.deadlines import Deadline as Counted
from mingjing.domain.procedures.gates import case_rules
from mingjing.domain.rules.facts import FactBase, Key
from mingjing.domain.rules.judge import needs_of
from mingjing.domain.rules.kinds.case.periods import Deadline, EachDeadline, Running
from mingjing.domain.rules.model import Rule
from mingjing.domain.rules.terms import CaseFacts
from mingjing.kernel.moments import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A period of a case. ``reached`` is when what it asks for was done; ``None`` while it runs."""

    rule: Rule
    act: str
    counted: Counted
    reached: Moment | None

    @property
    def due(self) -> date:
        """The last day."""
        return self.counted.due

    @property
    def runs(self) -> bool:
        """Whether what it asks for is still to be done."""
        return self.reached is None

    @property
    def late(self) -> bool:
        """Whether it was done after the last day."""
        return self.reached is not None and self.reached.day > self.due

    @property
    def lines(self) -> tuple[str, ...]:
        """How the last day comes about, line by line."""
        return self.counted.explain()


def clocks(base: FactBase, case: Key, *, words: Mapping[str, str] | None = None) -> tuple[Clock, ...]:
    """
    Return the periods of a case as of the day of its facts: those that run first, the nearest first.

    ``words`` names the kinds of event in Chinese, for what is not counted.
    """
    view = CaseFacts(case=base.case[case], base=base)
    found = [
        Clock(rule=rule, act=one.act, counted=_named(one.counted, words or {}), reached=one.reached)
        for rule in case_rules(base.as_of)
        for one in _running(rule, view)
    ]
    return tuple(sorted(found, key=lambda one: (not one.runs, one.due, one.rule.id)))


def nearest(found: Iterable[Clock]) -> Clock | None:
    """Return the period that runs out first."""
    return min((one for one in found if one.runs), key=lambda one: one.due, default=None)


def _running(rule: Rule, view: CaseFacts) -> tuple[Running, ...]:
    kind = rule.kind
    if not isinstance(kind, Deadline | EachDeadline) or "disclosures" in needs_of(rule):
        return ()
    return kind.running(view)


def _named(counted: Counted, words: Mapping[str, str]) -> Counted:
    steps = tuple(
        replace(step, ground="、".join(words.get(one, one) for one in step.ground.split("、"))) if step.ground else step
        for step in counted.steps
    )
    return replace(counted, steps=steps)
