"""The answer of a rule to one subject, where a step of the case may be there and could not be read."""

from dataclasses import replace
from typing import Final

from mingjing.domain.rules.facts import ANY_STEP, FactBase
from mingjing.domain.rules.model import Reckoning, Rule, Status
from mingjing.domain.rules.terms import CaseFacts

_MOST: Final = 2_000
_needed: dict[int, tuple[Rule, tuple[str, ...]]] = {}
"""By the identity of a rule what it needs, in order: rules never change, and are asked often."""


def needs_of(rule: Rule) -> tuple[str, ...]:
    """Return what a rule needs to be answered, in order."""
    found = _needed.get(id(rule))
    if found is None or found[0] is not rule:
        if len(_needed) >= _MOST:
            _needed.clear()
        found = _needed[id(rule)] = (rule, tuple(sorted(rule.kind.needs())))
    return found[1]


def judge(rule: Rule, subject: object, base: FactBase) -> Reckoning:
    """
    Evaluate a rule for one subject.

    What the facts cannot hold (``FactBase.absent``) leaves a rule that needs it open.

    A case with an unread step is *not evaluated* by the rules that rest on steps of that type: neither that the step is
    missing nor that everything is in order can be said. Where the rule does not apply by what is known, it does not.
    """
    found = rule.kind.check(subject, base)
    if found.status is Status.NOT_APPLICABLE:
        return found
    if base.absent:
        missing = tuple(need for need in needs_of(rule) if need in base.absent or need.partition(".")[0] in base.absent)
        if missing:
            return Reckoning(Status.NOT_EVALUATED, missing=missing)
    if not isinstance(subject, CaseFacts) or found.status is Status.NOT_EVALUATED or not subject.case.unread:
        return found
    unread, types = subject.case.unread, rule.kind.rests_on()
    if unread & types or (types and ANY_STEP in unread):
        return replace(found, status=Status.NOT_EVALUATED)
    return found
