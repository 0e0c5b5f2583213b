"""
Where a case stands that was run elsewhere: its events, replayed through the procedure.

Nothing is judged: what a rule finds in it, it finds. An event that the procedure has no step for is kept as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mingjing.domain.procedures.library import procedures
from mingjing.domain.procedures.model import Procedure, Step
from mingjing.domain.rules.facts import Event

_BY_KIND: Final = {
    "penalty": "penalty_ordinary",
    "compulsory_measure": "compulsory_measure",
    "compulsory_execution": "compulsory_execution",
    "license": "license",
    "inspection": "inspection",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The stage reached, and for each event the code of its step (the type itself where there is none)."""

    stage: str
    steps: tuple[str, ...]


def procedure_like(kind: str, procedure: str | None) -> Procedure:
    """Return the procedure that fits what the facts standard says of a case."""
    code = f"penalty_{procedure}" if kind == "penalty" and procedure else _BY_KIND.get(kind, "general")
    return procedures()[code]


def replay(procedure: Procedure, events: Sequence[Event], status: str | None) -> Replayed:
    """
    Take the events in order through the procedure, whether or not it would have let them.

    A case that is closed stands at least in the stage in which closed cases wait for the archive.
    """
    stage = procedure.start
    steps = []
    for event in events:
        step = _step(procedure, event.type, stage)
        steps.append(step.code if step else event.type)
        if step is None or (not event.is_effective and not step.stage_of(event.outcome)):
            continue
        stage = step.leads_to(stage, event.outcome)
    if status not in (None, "open") and not procedure.stage(stage).final and stage != "closed":
        stage = "closed"
    return Replayed(stage=stage, steps=tuple(steps))


def _step(procedure: Procedure, kind: str, stage: str) -> Step | None:
    """The step of this kind: one of this stage if there is, else the first."""
    found = [step for step in procedure.steps if step.event == kind]
    here = [step for step in found if stage in step.stages]
    return next(iter(here or found), None)
