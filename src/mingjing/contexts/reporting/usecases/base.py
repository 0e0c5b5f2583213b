"""What the acts of this room share."""

from datetime import datetime
from typing import Any

from mingjing.contexts.records.usecases import append
from mingjing.kernel.errors import DomainError


class ReportingError(DomainError):
    """What reports and collections do not allow, with what to do."""

    code = "reporting.refused"


def save(row: Any) -> None:
    """Save a row as a new version."""
    row.version += 1
    row.save()


def log(actor: str, at: datetime, act: str, subject: str, reason: str = "", **fields: Any) -> None:
    """Append the act to the log."""
    append(actor=actor, at=at, act=f"reporting.{act}", subject=subject, fields=fields, reason=reason)


def require_editable(state: str) -> None:
    """
    Require that a report is not signed.

    :raises ReportingError: if it is
    """
    if state != "draft":
        raise ReportingError("报告已经签发，不能再改；需要更正的另发更正。")
