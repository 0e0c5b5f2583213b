"""The rule library: every rule, declared once."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from mingjing.domain.rules.model import Rule, UnknownRuleError


@cache
def rules() -> Mapping[str, Rule]:
    """Return every rule of the library by id, in the order of the modules."""
    found: dict[str, Rule] = {}
    for module in sorted(iter_modules(__path__), key=lambda one: (one.name != "penalties", one.name)):
        for rule in getattr(import_module(f"{__name__}.{module.name}"), "RULES", ()):
            if rule.id in found:
                raise ValueError(f"two rules have the id {rule.id}")
            found[rule.id] = rule
    return MappingProxyType(found)


def rule_of(rule_id: str) -> Rule:
    """
    Return the rule with this id.

    :raises UnknownRuleError: if there is none
    """
    found = rules().get(rule_id)
    if found is None:
        near = [known for known in rules() if rule_id.split(".", maxsplit=1)[0] in known][:8]
        raise UnknownRuleError(f"没有编号为“{rule_id}”的规则。相近的有：{'、'.join(near) or '（无）'}。", rule=rule_id)
    return found
