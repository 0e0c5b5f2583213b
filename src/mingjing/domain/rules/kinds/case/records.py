"""What shows that a step was taken."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mingjing.domain.rules.facts import Event, FactBase
from mingjing.domain.rules.kinds.case.steps import StepsKind, when_text
from mingjing.domain.rules.model import NOT_APPLICABLE, Reckoning, Status, Words
from mingjing.domain.rules.terms import CaseFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(StepsKind):
    """
    Every event of a type is shown by a record made in it.

    A written record (``record``: a document whose kind is a 笔录) or any document or recording; ``flag``: an outcome
    that says so is enough. ``media_parameter``: a yes/no parameter that asks for audio or video as well.
    """

    name: ClassVar[str] = "required"
    label: ClassVar[str] = "必备"

    type: str
    what: str
    record: bool = False
    flag: str | None = None
    media_parameter: str | None = None
    any_kind: bool = False

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if not self.any_kind and subject.case.kind != "penalty":
            return NOT_APPLICABLE
        steps = [event for event in subject.events if event.type == self.type]
        bare = next((event for event in steps if not self._shown(subject, base, event)), None)
        if bare is not None:
            return Reckoning(Status.BROKEN, values=(bare.at.code,), evidence=(("events", bare.id),))
        return Reckoning(Status.HOLDS) if steps else NOT_APPLICABLE

    def _shown(self, view: CaseFacts, base: FactBase, event: Event) -> bool:
        documents = base.event_documents.get(event.id, ())
        media = base.event_media.get(event.id, ())
        if not self.record:
            return bool(documents or media) or (self.flag is not None and event.outcome == self.flag)
        written = any("笔录" in (document.kind or "") for document in documents)
        if self.media_parameter is None or not view.parameter(self.media_parameter, event.at.day):
            return written
        return written and any(recording.kind in ("audio", "video") for recording in media)

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        return Words(expected=self.what, observed=f"{when_text(reckoning.values[0])}的环节没有相应记录")

    def needs(self) -> frozenset[str]:
        if self.record:
            return frozenset({"cases", "events", "documents"} | ({"media"} if self.media_parameter else set()))
        return frozenset({"cases", "events", "documents", "media"})

    def parameters(self) -> tuple[str, ...]:
        return (self.media_parameter,) if self.media_parameter else ()
