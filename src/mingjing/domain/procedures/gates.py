"""
What a step must satisfy: the rules, weighed before and after it.

Before a step is taken, every rule for one case is judged on the facts as they would be with the step. A rule that is
broken by the step, and was not before, is an unmet gate; one that cannot be judged is an open question. What was broken
already is told beside them: the step neither causes nor mends it. There is no second list of conditions anywhere.

Time alone breaks a period; doing the late thing mends it as far as it can be mended. So periods never stop a step.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from mingjing.domain.rules.facts import FactBase, Key
from mingjing.domain.rules.judge import judge
from mingjing.domain.rules.kinds.case.periods import Deadline, EachDeadline
from mingjing.domain.rules.kinds.case.publication import Withdrawn
from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Reckoning, Rule, Status, Strictness, Subject, Words
from mingjing.domain.rules.strictness import strictness_of
from mingjing.domain.rules.terms import CaseFacts
from mingjing.kernel.canonical import Json
from mingjing.kernel.errors import DomainError
from mingjing.law.places import is_known


class Effect(StrEnum):
    """What a gate does to the step."""

    MET = "met"
    BLOCK = "block"
    WARN = "warn"
    RECORD = "record"
    UNKNOWN = "unknown"
    STANDING = "standing"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {
            "met": "已满足",
            "block": "不能办理",
            "warn": "须说明理由",
            "record": "提示",
            "unknown": "未能检查",
            "standing": "此前已存在",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One rule, as it bears on one step; where it cannot be judged, ``why`` says more, if more is known."""

    rule: Rule
    effect: Effect
    words: Words | None = None
    missing: tuple[str, ...] = ()
    why: str = ""

    @property
    def needs_reason(self) -> bool:
        """Whether the step goes on only with a reason."""
        return self.effect is Effect.WARN


def as_data(gate: Gate) -> dict[str, Json]:
    """Write a gate as plain data, for who reads it by program."""
    return {
        "rule": gate.rule.id,
        "title": gate.rule.title,
        "effect": gate.effect.value,
        "expected": gate.words.expected if gate.words else gate.rule.statement,
        "observed": gate.words.observed if gate.words else gate.why,
        "remedy": gate.rule.remedy,
        "citations": [{"reference": str(one), "label": one.label} for one in gate.rule.citations],
    }


class GatesUnmetError(DomainError):
    """The law forbids the step as things are; ``gates`` are all that stand in the way, not the first alone."""

    code = "procedures.gates_unmet"

    def __init__(self, gates: tuple[Gate, ...]) -> None:
        said = "；".join(
            f"{gate.rule.title}：{f'{gate.words.expected}，{gate.words.observed}' if gate.words else gate.rule.statement}"
            f"（{'、'.join(one.label for one in gate.rule.citations)}）。{gate.rule.remedy}"
            for gate in gates
        )
        first = gates[0].rule.citations
        super().__init__(f"现在还不能办理。{said}", citation=first[0] if first else None)
        self.gates = gates
        self.told = {"gates": [as_data(gate) for gate in gates]}


class ReasonsMissingError(DomainError):
    """The step is conspicuous: it goes on only when a reason is given for each of the ``gates``."""

    code = "procedures.reasons_missing"

    def __init__(self, gates: tuple[Gate, ...]) -> None:
        said = "；".join(
            f"{gate.rule.title}（{gate.words.observed if gate.words else gate.rule.statement}）" for gate in gates
        )
        super().__init__(f"以下情况须说明理由后才能继续：{said}。")
        self.gates = gates
        self.told = {"gates": [as_data(gate) for gate in gates]}


PERIODS = (Deadline, EachDeadline, Withdrawn)


def case_rules(on: date) -> tuple[Rule, ...]:
    """Return the rules that judge one case, in force on a day."""
    return tuple(
        rule
        for rule in rules().values()
        if rule.subject is Subject.CASE
        and (rule.effective_from is None or rule.effective_from <= on)
        and (rule.effective_until is None or on <= rule.effective_until)
    )


def weigh(
    *, before: FactBase, after: FactBase, case: Key, step: Key | None = None, only: Iterable[Rule] | None = None
) -> tuple[Gate, ...]:
    """
    Weigh a step: ``before`` are the facts without it, ``after`` with it (as event ``step``), as of the day of the act.

    Rules that do not apply after the step are left out.
    """
    gates = []
    seen = CaseFacts(case=after.case[case], base=after)
    was = CaseFacts(case=before.case[case], base=before) if case in before.case else None
    for rule in only or case_rules(after.as_of):
        found = judge(rule, seen, after)
        if found.status is Status.NOT_APPLICABLE:
            continue
        # what holds needs no look back
        earlier = judge(rule, was, before) if was is not None and found.status is not Status.HOLDS else None
        gate = _gate(rule, found, earlier, seen)
        if gate.effect is Effect.STANDING and found.status is Status.BROKEN and step is not None:
            gate = _by_itself(rule, found, seen, step) or gate
        gates.append(gate)
    return tuple(sorted(gates, key=lambda gate: list(Effect).index(gate.effect)))


def _gate(rule: Rule, found: Reckoning, earlier: Reckoning | None, seen: CaseFacts) -> Gate:
    if found.status is Status.HOLDS:
        return Gate(rule=rule, effect=Effect.MET)
    same = earlier is not None and earlier.status is found.status
    if found.status is Status.NOT_EVALUATED:
        return Gate(
            rule=rule,
            effect=Effect.STANDING if same else Effect.UNKNOWN,
            missing=found.missing,
            why=rule.kind.open_because(seen),
        )
    words = rule.kind.describe(found, seen.base.as_of)
    if same and earlier is not None and earlier.evidence == found.evidence:
        return Gate(rule=rule, effect=Effect.STANDING, words=words)
    return Gate(rule=rule, effect=_effect(rule, seen), words=words)


def _by_itself(rule: Rule, found: Reckoning, seen: CaseFacts, step: Key) -> Gate | None:
    """
    Say whether the step breaks a rule that an earlier step broke too: the worst breach is told, and hides the others.

    So the rows that show the earlier breach are left out, until the step itself is the evidence, or none is left.
    """
    left, case = seen.base, seen.case.id
    while found.status is Status.BROKEN:
        shown = {key for table, key in found.evidence if table == "events"}
        if step in shown:
            return Gate(rule=rule, effect=_effect(rule, seen), words=rule.kind.describe(found, left.as_of))
        if not shown:
            return None
        left = replace(left, events=[event for event in left.events if event.id not in shown])
        found = judge(rule, CaseFacts(case=left.case[case], base=left), left)
    return None


def _effect(rule: Rule, seen: CaseFacts) -> Effect:
    """What an unmet gate does, by the rule and by what the place of the case has decided for itself."""
    if isinstance(rule.kind, PERIODS):
        return Effect.RECORD
    agency, base = seen.agency, seen.base
    place = base.place or (agency.jurisdiction_code if agency else None)
    place = place if is_known(place) else None
    strictness = strictness_of(rule, place=place, on=base.as_of, domain=agency.domain if agency else None)
    return {Strictness.BLOCK: Effect.BLOCK, Strictness.WARN: Effect.WARN, Strictness.RECORD: Effect.RECORD}[strictness]


def require_met(gates: Iterable[Gate], reasons: Iterable[str]) -> None:
    """
    Require that nothing forbids the step, and that a reason is given for whatever is conspicuous.

    ``reasons`` are the ids of the rules for which one is given.

    :raises GatesUnmetError: if a gate blocks
    :raises ReasonsMissingError: if a reason is missing
    """
    gates = tuple(gates)
    blocked = tuple(gate for gate in gates if gate.effect is Effect.BLOCK)
    if blocked:
        raise GatesUnmetError(blocked)
    given = set(reasons)
    silent = tuple(gate for gate in gates if gate.needs_reason and gate.rule.id not in given)
    if silent:
        raise ReasonsMissingError(silent)
