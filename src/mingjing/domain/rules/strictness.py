"""What a gate does with a breach: by the rule, and by what a place has decided for itself."""

from datetime import date
from typing import Final

from mingjing.domain.rules.model import Rule, Strictness
from mingjing.law.parameters import parameters

FAMILY: Final = "gate.strictness."
"""The parameters of this family say what a place does with a breach of the rule that their id ends with."""


def strictness_of(rule: Rule, *, place: str | None, on: date, domain: str | None = None) -> Strictness:
    """
    Return what a gate does with a breach of ``rule`` at a place on a day.

    A place may be stricter than the library, or laxer where the library does not block; where it says nothing, the
    rule's own strictness holds. What the law itself forbids is blocked everywhere.
    """
    if rule.strictness is Strictness.BLOCK:
        return Strictness.BLOCK
    found = parameters().get(FAMILY + rule.id)
    value = found.at(on, place, domain) if found is not None else None
    return Strictness(value.text) if value is not None else rule.strictness
