"""
What may be done now, in the order in which somebody looks for it.

First what the case waits for: the straight way ahead, and the answers to what was done already (a notice to be served, an
application to be decided). Then the rest by phases of the work, those of the present stage first.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mingjing.domain.procedures.model import Procedure, Step
from mingjing.domain.rules.terms import CaseFacts


class Phase(StrEnum):
    """A phase of the work, in the order of the work; what may become necessary at any time comes last."""

    OPENING = "opening"
    INVESTIGATION = "investigation"
    REVIEW = "review"
    HEARING = "hearing"
    DECISION = "decision"
    EXECUTION = "execution"
    SOFT = "soft"
    PERIODS = "periods"
    JURISDICTION = "jurisdiction"
    REFERRAL = "referral"
    SUPERVISION = "supervision"
    ENDING = "ending"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {
            "opening": "受理和立案",
            "investigation": "调查取证",
            "review": "审核和集体讨论",
            "hearing": "告知、听取意见和听证",
            "decision": "决定和强制措施",
            "execution": "送达和执行",
            "soft": "责令改正和非强制执法",
            "periods": "延长、中止和恢复",
            "jurisdiction": "回避和管辖",
            "referral": "移送和线索",
            "supervision": "执法监督",
            "ending": "结案和终结",
        }[self.value]


_EVENTS: Final = {
    Phase.OPENING: "lead filing application acceptance correction_notice",
    Phase.INVESTIGATION: "inspection inquiry evidence testing appraisal preservation preservation_disposal "
    "investigation_report examination site_check",
    Phase.REVIEW: "legal_review review_submission review_coordination approval impact_assessment deliberation",
    Phase.HEARING: "prior_notice statement statement_review hearing_notice hearing_request hearing_convened hearing",
    Phase.DECISION: "decision no_penalty grant refusal seizure seizure_release freezing freezing_release",
    Phase.EXECUTION: "service delivery announcement payment instalment_application instalment demand additional_fine "
    "execution substituted_performance court_application regulation_handover",
    Phase.SOFT: "rectification persuasion guidance admonition restraint",
    Phase.PERIODS: "extension suspension resumption seizure_extension freezing_extension",
    Phase.JURISDICTION: "recusal_application recusal jurisdiction_dispute jurisdiction_settled jurisdiction_transfer",
    Phase.REFERRAL: "referral suspected_crime police_filed police_declined evidence_handover case_returned "
    "discipline_clue discipline_referral",
    Phase.SUPERVISION: "supervision_opinion supervision_reply",
    Phase.ENDING: "withdrawal ending closing archiving",
}
_INSTEAD: Final = (
    frozenset({"police_filed", "police_declined", "case_returned"}),
    frozenset({"acceptance", "correction_notice"}),
)
"""Answers of which one is enough."""
_EITHER: Final = frozenset({"persuasion", "guidance", "admonition", "restraint"})
"""The non-coercive measures: with one taken nobody waits for another."""
_OPTIONAL: Final = frozenset({"seizure_extension", "freezing_extension"})
"""Steps about an earlier one for which nobody waits."""
_PHASE_OF: Final = {event: phase for phase, events in _EVENTS.items() for event in events.split()}


def phase_of(step: Step) -> Phase:
    """Return the phase to which a step belongs by what happens in it."""
    return _PHASE_OF[step.event]


def is_ahead(step: Step, taken: AbstractSet[str]) -> bool:
    """Say whether a step lies on the straight way and is still to be taken, by the kinds of event in effect."""
    done = taken & (_EITHER if step.event in _EITHER else {step.event})
    return step.main and not done


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Steps of a phase that may be taken now; ``present`` where the case stands in that phase."""

    phase: Phase
    steps: tuple[Step, ...]
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What may be done now: what the case waits for, and the rest by phases."""

    awaited: tuple[Step, ...]
    groups: tuple[Group, ...]


def agenda(procedure: Procedure, stage: str, view: CaseFacts, steps: Iterable[Step]) -> Agenda:
    """Put in order the ``steps`` that may be taken in a stage."""
    steps = tuple(steps)
    effective = [event for event in view.events if event.is_effective]
    taken = {event.type for event in effective}
    answered = {(event.type, event.about_id) for event in effective}

    def is_awaited(step: Step) -> bool:
        if step.event in _OPTIONAL:
            return False
        answers = next((each for each in _INSTEAD if step.event in each), frozenset({step.event}))
        open_question = any(
            event.type in step.about and not any((answer, event.id) in answered for answer in answers)
            for event in effective
        )
        return open_question or (not step.about and is_ahead(step, taken))

    awaited = tuple(step for step in steps if is_awaited(step))
    here = {phase_of(step) for step in procedure.steps if step.main and stage in step.stages}
    by: dict[Phase, list[Step]] = {}
    for step in steps:
        if step not in awaited:
            by.setdefault(phase_of(step), []).append(step)
    order = sorted(by, key=lambda phase: (phase not in here, list(Phase).index(phase)))
    groups = tuple(Group(phase=phase, steps=tuple(by[phase]), present=phase in here) for phase in order)
    return Agenda(awaited=awaited, groups=groups)
