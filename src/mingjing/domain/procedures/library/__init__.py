"""The procedures of the platform, each declared once."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from mingjing.domain.procedures.model import Procedure, UnknownProcedureError


@cache
def procedures() -> Mapping[str, Procedure]:
    """Return every procedure by code."""
    found: dict[str, Procedure] = {}
    for module in sorted(iter_modules(__path__), key=lambda one: (one.name != "penalty", one.name)):
        for procedure in getattr(import_module(f"{__name__}.{module.name}"), "PROCEDURES", ()):
            if procedure.code in found:
                raise ValueError(f"two procedures have the code {procedure.code}")
            found[procedure.code] = procedure
    return MappingProxyType(found)


def procedure_of(code: str) -> Procedure:
    """
    Return the procedure with this code.

    :raises UnknownProcedureError: if there is none
    """
    found = procedures().get(code)
    if found is None:
        raise UnknownProcedureError(f"没有“{code}”这种程序。", procedure=code)
    return found


@cache
def confidential_events() -> frozenset[str]:
    """Return the kinds of event that few may know of, and nobody whom a case is handed over to (LC-24, RZ-64)."""
    return frozenset(step.event for one in procedures().values() for step in one.steps if step.confidential)
