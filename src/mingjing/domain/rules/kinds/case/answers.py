"""What calls for an answer before an act: applications, statements, disputes, opinions, clues."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mingjing.domain.rules.facts import Event, FactBase
from mingjing.domain.rules.kinds.case.steps import NEEDED, StepsKind, columns_of, when_text, worst
from mingjing.domain.rules.kinds.common import NOT_EVALUATED, rank
from mingjing.domain.rules.model import NOT_APPLICABLE, Reckoning, Status, Words
from mingjing.domain.rules.terms import CaseFacts, Condition, Step
from mingjing.kernel import truth
from mingjing.kernel.moments import before


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(StepsKind):
    """
    Every event of some types that came before an act was answered before it by an effective event of others.

    An answer is about the event; one that names no event counts when it came after. With ``outcome`` only answers that
    ended so count. What was turned down or ended as ``outcomes_not`` calls for no answer; what came after the act
    neither.
    """

    name: ClassVar[str] = "answered"
    label: ClassVar[str] = "答复"

    types: tuple[str, ...]
    answers: tuple[str, ...]
    by: Step
    when: Condition
    asked_label: str
    answer_label: str
    act_label: str
    outcome: str | None = None
    outcomes_not: tuple[str, ...] = ()

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        applies, act = self.when.of(subject), subject.step(self.by)
        if applies is False or act is None:
            return NOT_APPLICABLE
        asked = [event for event in subject.events if event.type in self.types and self._calls(event)]
        answers = [self._one(subject, event, act) for event in asked if before(event.at, act.at) is not False]
        if answers and applies is None:
            return NOT_EVALUATED
        return worst(answers)

    def _calls(self, event: Event) -> bool:
        return event.is_effective and event.outcome not in self.outcomes_not

    def _one(self, view: CaseFacts, event: Event, act: Event) -> Reckoning:
        answered = truth.any_of(before(one.at, act.at) for one in view.events if self._answers(one, event))
        if answered is False and before(event.at, act.at) is None:
            answered = None
        status = Status.NOT_EVALUATED if answered is None else Status.HOLDS if answered else Status.BROKEN
        return Reckoning(
            status, values=(event.at.code, act.at.code), evidence=(("events", event.id), ("events", act.id))
        )

    def _answers(self, one: Event, event: Event) -> bool:
        if one.type not in self.answers or not one.is_effective or (self.outcome and one.outcome != self.outcome):
            return False
        return one.about_id == event.id or (one.about_id is None and not before(one.at, event.at))

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        asked, act = reckoning.values[:2]
        return Words(
            expected=f"{self.act_label}前，应当已{self.answer_label}",
            observed=f"{when_text(asked)}{self.asked_label}，{when_text(act)}{self.act_label}，此前没有{self.answer_label}的记录",
        )

    def needs(self) -> frozenset[str]:
        return NEEDED.union({"events", "events.about_event_id", "events.outcome"}, columns_of(self.when))

    def event_types(self) -> frozenset[frozenset[str]]:
        own = StepsKind.event_types(self)
        return own | {frozenset(self.answers)}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOut(StepsKind):
    """
    Who must withdraw from a case takes no part in any later step of it.

    Source: 行政处罚法（2021）第四十三条.
    """

    name: ClassVar[str] = "separation"
    label: ClassVar[str] = "分离"
    looks_at: ClassVar[frozenset[str]] = frozenset({"recusal"})

    when: Condition

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("events", "officers", "events", "events")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if not self.when.of(subject):
            return NOT_APPLICABLE
        recused = [
            (event, person.officer_id)
            for event in subject.events
            if event.type == "recusal" and event.outcome == "approved"
            for person in base.event_participants.get(event.id, ())
            if person.role == "recused"
        ]
        if not recused:
            return NOT_APPLICABLE
        later = [
            (before(recusal.at, event.at), event, officer_id)
            for event in subject.events
            for recusal, officer_id in recused
            if any(
                person.officer_id == officer_id and person.role != "recused"
                for person in base.event_participants.get(event.id, ())
            )
        ]
        for wanted, status in ((True, Status.BROKEN), (None, Status.NOT_EVALUATED)):
            found = [(event.order, event, officer_id) for order, event, officer_id in later if order is wanted]
            if found:
                _, event, officer_id = min(found, key=lambda one: (one[1].at.code, one[0], rank(one[2])))
                return Reckoning(
                    status, values=(event.at.code,), evidence=(("events", event.id), ("officers", officer_id))
                )
        return Reckoning(Status.HOLDS)

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        return Words(
            expected="决定回避的人员不得再参与本案",
            observed=f"应当回避的人员又参加了{when_text(reckoning.values[0])}的环节",
        )

    def needs(self) -> frozenset[str]:
        return frozenset({"cases", "events", "events.outcome", "participants", *columns_of(self.when)})
