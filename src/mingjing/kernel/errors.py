"""The one root of the errors that the domain raises."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar


class DomainError(Exception):
    """
    Something the law, the data or the caller does not allow.

    The message is Chinese and fit for the person at the desk: what is wrong, where, and what to do. ``facts`` carries
    the values that an interface may show beside it; ``told`` is plain data that goes to a program with the refusal.
    There is no HTTP status here; each interface translates ``code``.
    """

    code: ClassVar[str] = "domain_error"
    told: Mapping[str, object] = MappingProxyType({})

    def __init__(self, message: str, *, citation: object | None = None, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.citation = citation
        self.facts = facts

    def __str__(self) -> str:
        return self.message
