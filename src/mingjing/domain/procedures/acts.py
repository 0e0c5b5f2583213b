"""The facts of a case as they would be with a step taken: what gates weigh, and what a walk over a procedure goes on from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from mingjing.domain.procedures.answers import Answers
from mingjing.domain.procedures.model import Step
from mingjing.domain.rules import facts
from mingjing.domain.rules.facts import FactBase, Key
from mingjing.kernel.moments import Moment

NUMBERED: Final[Mapping[str, str]] = {"filing": "立", "acceptance": "受", "decision": "案"}
"""Steps that give a case its number, where it has none yet, and the word of that row of numbers."""
TO_COME: Final = "（办理时编号）"
"""Stands for a number that the step itself will give."""
SPEAKS: Final[Mapping[str, str]] = {
    "prior_notice": "fine_fen",
    "additional_fine": "amount_fen",
    "payment": "amount_fen",
}
"""Steps that themselves speak of an amount (facts standard), and the answer in which it stands."""
TEXTS: Final = frozenset(
    {
        "tier",
        "tier_departure",
        "tier_departure_reason",
        "limitation_class",
        "credit_class",
        "disclosure_exempt",
        "ended_ground",
        "leniency_reason",
    }
)
"""Columns of a case that hold words; empty words are none."""
DAYS: Final = frozenset({"act_on", "act_ended_on", "found_on", "expires_on"})
"""Columns of a case that hold a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """
    A step as it is taken: its answers, when, by whom (pairs of role and officer), about which earlier event.

    ``code`` is the id of the event that it becomes, ``order`` its place. ``documents`` are those that it makes.
    """

    step: Step
    answers: Answers
    code: Key
    at: Moment
    order: int = 0
    ended_at: Moment | None = None
    about: Key | None = None
    outcome: str = ""
    people: tuple[tuple[str, Key], ...] = ()
    documents: tuple[facts.Document, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)


def is_refused(step: Step, outcome: str) -> bool:
    """Say whether a step was proposed and not agreed to: then it did not happen, only the refusal did."""
    return step.endorsed is not None and outcome in facts.Event.UNDONE


def kind_of(step: Step, outcome: str) -> str:
    """
    Return the kind of event that a step becomes with an outcome.

    A notice that the head does not agree to is no notice: what happened is an approval that was refused.
    """
    return "approval" if is_refused(step, outcome) else step.event


def event_of(act: Act, case: Key) -> facts.Event:
    """Return the event that an act becomes."""
    given = act.answers.step
    kind = kind_of(act.step, act.outcome)
    return facts.Event(
        id=act.code,
        case_id=case,
        type=kind,
        at=act.at,
        order=act.order,
        ended_at=act.ended_at,
        about_id=act.about,
        outcome=act.outcome or None,
        urgent=given.get("urgent") if isinstance(given.get("urgent"), bool) else None,  # type: ignore[arg-type]
        place=str(given["place"]) if given.get("place") else None,
        extends_to=day_of(given.get("extends_to")),
        **spoken(kind, {**act.answers.words, **act.answers.case}),
    )


def spoken(kind: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a step itself speaks of, from its answers: of a notice what it proposes, of a payment how much."""
    name = SPEAKS.get(kind)
    amount = words.get(name) if name else None
    found: dict[str, Any] = {"amount_fen": amount} if isinstance(amount, int) else {}
    if kind == "prior_notice":
        found["penalties"] = frozenset(words.get("other_penalties") or ())
    return found


def taken(base: FactBase, case: Key, act: Act) -> FactBase:
    """Return the facts with an act."""
    row, step = base.case[case], act.step
    undone = act.outcome in facts.Event.UNDONE
    changed = replace(row, **({} if undone else {**columns(act.answers.case), **act.changes}))
    if step.status and not undone:
        changed = replace(changed, status=step.status)
    if step.event in NUMBERED and not undone:
        changed = replace(changed, case_no=row.case_no or TO_COME)
    return replace(
        base,
        cases=[changed if one.id == case else one for one in base.cases],
        events=[*(_for(act, one, case) for one in base.events), event_of(act, case)],
        participants=[
            *base.participants,
            *(facts.Participation(event_id=act.code, officer_id=officer, role=role) for role, officer in act.people),
        ],
        documents=[*base.documents, *act.documents],
    )


def columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers as rules see the case's columns."""
    return {
        name: frozenset(value or ()) if name == "other_penalties" else None if value == "" else value
        for name, value in stored(values).items()
    }


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return answers as the case's columns hold them: words that are empty, days, lists.

    Two years are the rule, five the exception that must be said (行政处罚法第三十六条).
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name == "limitation_class":
            found[name] = value or "ordinary"
        elif name in TEXTS:
            found[name] = value or ""
        elif name in DAYS:
            found[name] = day_of(value)
        elif name == "other_penalties":
            found[name] = list(value or ())
        else:
            found[name] = value
    return found


def day_of(value: object) -> date | None:
    """Read a day as answers hold it."""
    return date.fromisoformat(str(value)) if value else None


def without(documents: Iterable[facts.Document], step: Key, kinds: Iterable[str]) -> list[facts.Document]:
    """Return the documents but those of these kinds that belong to a step."""
    out = set(kinds)
    return [one for one in documents if not (one.event_id == step and one.kind in out)]


def _for(act: Act, event: facts.Event, case: Key) -> facts.Event:
    """An earlier event that was taken for this step is now about it."""
    mine = (
        event.case_id == case
        and event.type in act.step.fulfils
        and event.about_id is None
        and event.is_effective
        and act.outcome not in facts.Event.UNDONE
    )
    return replace(event, about_id=act.code) if mine else event
