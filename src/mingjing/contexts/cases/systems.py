"""The three systems 三项制度 of a case, for its page and the API: the domain's judgement, with what the media room misses."""

from mingjing.contexts.cases.queries import Sight
from mingjing.contexts.media.queries import missing_recordings
from mingjing.domain.procedures.systems import System, disclosure, legal_review, recording


def three_systems(sight: Sight) -> tuple[System, System, System]:
    """Return how a case stands by disclosure, full-process recording, and legal review of major decisions."""
    subject, labels = f"case:{sight.row.code}", {step.event: step.label for step in sight.procedure.steps}
    lacks = [
        f"{labels.get(event.type, event.type)}：{gap.message}"
        for event in sight.events
        for gap in missing_recordings(subject, event.type, on=sight.on, step_code=event.code, written=True)
    ]
    return disclosure(sight.view, sight.on), recording(sight.view, lacks), legal_review(sight.view)
