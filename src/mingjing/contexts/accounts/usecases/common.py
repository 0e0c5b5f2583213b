"""What several acts on accounts ask first."""

from collections.abc import Iterable, Iterator
from datetime import date

from mingjing.contexts.accounts.models import Grant, User
from mingjing.domain.separation import ADMINISTRATORS
from mingjing.kernel.errors import DomainError


class ReasonMissingError(DomainError):
    """An act that needs its reason in words."""

    code = "accounts.reason_missing"


def require_reason(reason: str, example: str) -> str:
    """
    Return the reason, trimmed.

    :raises ReasonMissingError: if there is none
    """
    if not reason.strip():
        raise ReasonMissingError(f"请写明事由，例如“{example}”。")
    return reason.strip()


def parts(values: Iterable[str], most: int = 500) -> Iterator[list[str]]:
    """Give the different values in parts that a query can hold."""
    wanted = sorted(set(values))
    for start in range(0, len(wanted), most):
        yield wanted[start : start + most]


def administers(user: User, *, on: date) -> bool:
    """Say whether somebody is one of the three administrators, or will be."""
    return Grant.objects.filter(user=user, role__in=ADMINISTRATORS).exclude(valid_to__lte=on).exists()
