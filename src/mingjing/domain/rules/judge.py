"""The answer of a rule to one subject, where a step of the case may be there and could not be read."""

from dataclasses import replace

from mingjing.domain.rules.facts import ANY_STEP, FactBase
from mingjing.domain.rules.model import Reckoning, Rule, Status
from mingjing.domain.rules.terms import CaseFacts


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
        missing = tuple(sorted(need for need in rule.kind.needs() if {need, need.partition(".")[0]} & base.absent))
        if missing:
            return Reckoning(Status.NOT_EVALUATED, missing=missing)
    if not isinstance(subject, CaseFacts) or found.status is Status.NOT_EVALUATED or not subject.case.unread:
        return found
    unread, types = subject.case.unread, rule.kind.rests_on()
    if unread & types or (types and ANY_STEP in unread):
        return replace(found, status=Status.NOT_EVALUATED)
    return found
