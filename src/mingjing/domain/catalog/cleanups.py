"""
Clean-up rounds: each item is evaluated, proposed to be kept, cancelled, adjusted or suspended, and approved.

Source: RZ-28.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mingjing.kernel.errors import DomainError
from mingjing.law.citations import cite


class Outcome(StrEnum):
    """What becomes of an item."""

    KEEP = "keep"
    CANCEL = "cancel"
    ADJUST = "adjust"
    SUSPEND = "suspend"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {"keep": "保留", "cancel": "取消", "adjust": "调整", "suspend": "暂停实施"}[self.value]


class IncompleteProposalError(DomainError):
    """A proposal lacks what it needs to be approved."""

    code = "catalog.incomplete_proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is proposed for an item, with its argument."""

    outcome: Outcome
    reason: str
    argued: str
    """The document of the argument 论证."""
    effective_on: date | None


def require_approvable(proposal: Proposal, *, today: date) -> None:
    """
    Require that a proposal to change something is argued, and takes effect on a day that has not passed.

    :raises IncompleteProposalError: if not

    Source: RZ-28.
    """
    if not proposal.reason.strip():
        raise IncompleteProposalError("没有写理由。请写明为什么保留、取消、调整或者暂停。", citation=cite("RZ-28"))
    if proposal.outcome is Outcome.KEEP:
        return
    if not proposal.argued.strip():
        raise IncompleteProposalError(
            f"{proposal.outcome.label}事项要先经过论证，请写明论证材料。", citation=cite("RZ-28")
        )
    if proposal.effective_on is None:
        raise IncompleteProposalError("没有写从哪一天起执行。")
    if proposal.effective_on < today:
        raise IncompleteProposalError(f"执行日期{proposal.effective_on}已经过去，请改为今天或者以后。")
