"""What a document must contain."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mingjing.domain.rules.elements import labels_of, mask_of
from mingjing.domain.rules.facts import Event, FactBase
from mingjing.domain.rules.kinds.case.steps import NEEDED, StepsKind, columns_of, when_text, worst
from mingjing.domain.rules.kinds.common import NOT_EVALUATED
from mingjing.domain.rules.model import NOT_APPLICABLE, Reckoning, Status, Words
from mingjing.domain.rules.terms import CaseFacts, Condition, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents(StepsKind):
    """
    The documents of a step contain every element that a list parameter asks for; the missing ones are named.

    Either of one ``step``, or of each effective event of ``types``. The documents of one event count together; unknown
    where of none it is told what it contains. A place that asks for nothing is not judged.
    """

    name: ClassVar[str] = "contents"
    label: ClassVar[str] = "文书内容"

    parameter: str
    document: str
    when: Condition
    step: Step | None = None
    types: tuple[str, ...] = ()

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        applies = self.when.of(subject)
        if applies is False:
            return NOT_APPLICABLE
        found = worst(self._one(subject, event) for event in self._events(subject))
        return found if applies or found.status is Status.NOT_APPLICABLE else NOT_EVALUATED

    def _events(self, view: CaseFacts) -> list[Event]:
        if self.step is not None:
            found = view.step(self.step)
            return [] if found is None else [found]
        return [event for event in view.events if event.type in self.types and event.is_effective]

    def _one(self, view: CaseFacts, event: Event) -> Reckoning:
        asked = view.parameter(self.parameter, event.at.day)
        if not isinstance(asked, list | tuple) or not asked:
            return NOT_APPLICABLE
        told = view.elements(event)
        if told is None:
            return NOT_EVALUATED
        lacking = mask_of(frozenset(asked) - told)
        return Reckoning(
            Status.BROKEN if lacking else Status.HOLDS,
            values=(event.at.code, lacking),
            evidence=(("events", event.id),),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        at, lacking = reckoning.values[:2]
        return Words(
            expected=f"{self.document}应当写明法律和当地规定的各项内容",
            observed=f"{when_text(at)}的{self.document}缺少{labels_of(lacking or 0)}",
        )

    def needs(self) -> frozenset[str]:
        own = {"events", "documents", "documents.event_id", "documents.elements"}
        return NEEDED.union(own, columns_of(self.when))

    def parameters(self) -> tuple[str, ...]:
        return (self.parameter,)
