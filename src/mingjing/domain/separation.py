"""
The three administrators are three persons (三员分立).

Who runs the system makes accounts, who is answerable for security grants roles, who audits reads the logs. A person who
holds one of the three roles holds neither of the others and takes no part in the business at the same time.

Source: GB/T 22239-2019, third level, 安全管理中心 (系统管理、审计管理、安全管理); 涉密信息系统 and 政务系统 call it 三员分立.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from mingjing.kernel.errors import DomainError

ADMINISTRATORS: Final = ("system_admin", "security_admin", "audit_admin")
"""The three roles that exclude one another and every other role."""


class SeparationError(DomainError):
    """Two roles at one time that one person may not hold together."""

    code = "accounts.separation"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRole:
    """A role that a person holds from a day on and until a day (without it); ``until`` is ``None`` without an end."""

    role: str
    since: date
    until: date | None = None


def excludes(one: str, other: str) -> bool:
    """Say whether nobody may hold both roles at one time."""
    return one != other and (one in ADMINISTRATORS or other in ADMINISTRATORS)


def conflicts(held: Iterable[HeldRole]) -> Sequence[tuple[HeldRole, HeldRole]]:
    """Return every pair of roles that one person holds on one day and may not."""
    pairs = combinations(held, 2)
    return [(one, other) for one, other in pairs if excludes(one.role, other.role) and _overlap(one, other)]


def require_separate(held: Iterable[HeldRole], wanted: HeldRole) -> None:
    """
    Require that a role may be added to those that a person holds.

    :raises SeparationError: if one of them excludes it on some day
    """
    for one in held:
        if excludes(one.role, wanted.role) and _overlap(one, wanted):
            raise SeparationError(
                "系统管理员、安全管理员、审计管理员三员分立：担任其中一员的人，同一时期不得兼任另外两员，也不得担任业务角色。",
                held=one.role,
                wanted=wanted.role,
            )


def _overlap(one: HeldRole, other: HeldRole) -> bool:
    empty = (one.until is not None and one.until <= one.since) or (
        other.until is not None and other.until <= other.since
    )
    return (
        not empty
        and (one.until is None or other.since < one.until)
        and (other.until is None or one.since < other.until)
    )
