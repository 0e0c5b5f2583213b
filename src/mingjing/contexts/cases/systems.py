"""The three systems 三项制度 of a case, for its page and the API: the domain's judgement, with what the media room misses."""

from collections.abc import Iterable, Iterator
from datetime import date

from mingjing.contexts.cases.models import Event
from mingjing.contexts.cases.queries import Sight
from mingjing.contexts.media.queries import missing_recordings
from mingjing.domain.media.requirements import Missing
from mingjing.domain.procedures.model import Procedure
from mingjing.domain.procedures.systems import System, disclosure, legal_review, recording


def unrecorded(case: str, procedure: Procedure, events: Iterable[Event], on: date) -> Iterator[tuple[str, Missing]]:
    """Give what the steps taken in a case (its code) lack in recordings: the sentence with the step in front, and the gap."""
    labels = {step.event: step.label for step in procedure.steps}
    for event in events:
        for gap in missing_recordings(f"case:{case}", event.type, on=on, step_code=event.code, written=True):
            yield f"{labels.get(event.type, event.type)}：{gap.message}", gap


def three_systems(sight: Sight) -> tuple[System, System, System]:
    """Return how a case stands by disclosure, full-process recording, and legal review of major decisions."""
    lacks = [said for said, _ in unrecorded(sight.row.code, sight.procedure, sight.events, sight.on)]
    return disclosure(sight.view, sight.on), recording(sight.view, lacks), legal_review(sight.view)
