"""Approval of a seizure."""

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

    Source: 行政强制法第十八条、第十九条、第二十四条.
    """

    name: ClassVar[str] = "order"
    label: ClassVar[str] = "次序"
    looks_at: ClassVar[frozenset[str]] = frozenset({"seizure", "approval"})

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        seizures = [event for event in subject.events if event.type == "seizure"]
        verdicts = [(self._approved(subject, event), event) for event in seizures]
        for wanted, status in ((False, Status.BROKEN), (None, Status.NOT_EVALUATED)):
            for verdict, event in verdicts:
                if verdict is wanted:
                    return Reckoning(status, values=(event.at.code,), evidence=(("events", event.id),))
        return Reckoning(Status.HOLDS) if verdicts else NOT_APPLICABLE

    @staticmethod
    def _approved(view: CaseFacts, seizure: Event) -> bool | None:
        hours = view.parameter("seizure.urgent_hours", seizure.at.day)

        def in_time(approval: Event) -> bool | None:
            soon = _within_hours(seizure.at, approval.at, hours) if isinstance(hours, int) else False
            return truth.any_of((before(approval.at, seizure.at), truth.all_of((seizure.urgent, soon))))

        return truth.any_of(
            in_time(event)
            for event in view.events
            if event.type == "approval" and event.about_id == seizure.id and event.is_effective
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        return Words(
            expected="查封、扣押前应当报经批准；情况紧急的，24小时内补办批准手续",
            observed=f"{when_text(reckoning.values[0])}实施查封、扣押，没有按时批准的记录",
        )

    def needs(self) -> frozenset[str]:
        return frozenset({"cases", "events", "events.about_event_id"})

    def parameters(self) -> tuple[str, ...]:
        return ("seizure.urgent_hours",)


def _within_hours(start: Moment, end: Moment, hours: int) -> bool | None:
    """Say whether the end came at most so many hours after the start; unknown unless both hours are known."""
    if start.microseconds is None or end.microseconds is None:
        return None
    return end.microseconds - start.microseconds <= hours * 3_600_000_000
