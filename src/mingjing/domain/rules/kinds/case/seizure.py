"""Approval of a seizure, of a preservation, of a freezing."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mingjing.domain.rules.facts import Event, FactBase
from mingjing.domain.rules.kinds.case.steps import StepsKind, when_text
from mingjing.domain.rules.model import NOT_APPLICABLE, Reckoning, Status, Words
from mingjing.domain.rules.terms import CaseFacts
from mingjing.kernel import truth
from mingjing.kernel.moments import Moment, before


@dataclass(frozen=True, slots=True, kw_only=True)
class SeizureApproved(StepsKind):
    """
    Each seizure was approved before; an urgent one within 24 hours after at the latest.

    The same of other measures by their ``type``; without ``urgent_hours`` none may come before its approval, and one that
    was itself agreed to (its outcome) is approved.
    Source: 行政强制法第十八条、第十九条、第二十四条、第三十条；行政处罚法（2021）第五十六条.
    """

    name: ClassVar[str] = "order"
    label: ClassVar[str] = "次序"
    looks_at: ClassVar[frozenset[str]] = frozenset({"approval"})

    type: str = "seizure"
    what: str = "查封、扣押"
    urgent_hours: str | None = "seizure.urgent_hours"
    penalties_only: bool = False

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if self.penalties_only and subject.case.kind != "penalty":
            return NOT_APPLICABLE
        seizures = [event for event in subject.events if event.type == self.type]
        verdicts = [(self._approved(subject, event), event) for event in seizures]
        for wanted, status in ((False, Status.BROKEN), (None, Status.NOT_EVALUATED)):
            for verdict, event in verdicts:
                if verdict is wanted:
                    return Reckoning(status, values=(event.at.code,), evidence=(("events", event.id),))
        return Reckoning(Status.HOLDS) if verdicts else NOT_APPLICABLE

    def _approved(self, view: CaseFacts, seizure: Event) -> bool | None:
        hours = view.parameter(self.urgent_hours, seizure.at.day) if self.urgent_hours else None

        def in_time(approval: Event) -> bool | None:
            soon = _within_hours(seizure.at, approval.at, hours) if isinstance(hours, int) else False
            late = truth.all_of((seizure.urgent, soon)) if self.urgent_hours else False
            return truth.any_of((before(approval.at, seizure.at), late))

        if self.urgent_hours is None and seizure.outcome == "approved":
            return True

        return truth.any_of(
            in_time(event)
            for event in view.events
            if event.type == "approval" and event.about_id == seizure.id and event.is_effective
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        return Words(
            expected=f"{self.what}前应当报经批准" + ("；情况紧急的，24小时内补办批准手续" if self.urgent_hours else ""),
            observed=f"{when_text(reckoning.values[0])}实施{self.what}，没有按时批准的记录",
        )

    def needs(self) -> frozenset[str]:
        return frozenset({"cases", "events", "events.about_event_id"})

    def parameters(self) -> tuple[str, ...]:
        return (self.urgent_hours,) if self.urgent_hours else ()


def _within_hours(start: Moment, end: Moment, hours: int) -> bool | None:
    """Say whether the end came at most so many hours after the start; unknown unless both hours are known."""
    if start.microseconds is None or end.microseconds is None:
        return None
    return end.microseconds - start.microseconds <= hours * 3_600_000_000
