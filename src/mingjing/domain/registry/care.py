"""Care for officers: who is insured, what is confidential, and that a claimed exemption is decided before a sanction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from mingjing.domain.registry.obstacles import obstacle, refuse


class SituationKind(StrEnum):
    """What a listed situation leads to."""

    LIABILITY = "liability"
    EXEMPTION = "exemption"
    TOLERANCE = "tolerance"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {"liability": "追责情形", "exemption": "免责情形", "tolerance": "容错情形"}[self.value]


class CareKind(StrEnum):
    """What kind of help somebody gets."""

    COUNSELLING = "counselling"
    CRISIS = "crisis"
    INJURY = "injury"
    ILLNESS = "illness"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return CARE_LABELS[self]


CARE_LABELS: Final[Mapping[CareKind, str]] = {
    CareKind.COUNSELLING: "心理咨询",
    CareKind.CRISIS: "危机干预",
    CareKind.INJURY: "因公负伤保障",
    CareKind.ILLNESS: "疾病帮扶",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """An insurance of one officer; both days included."""

    officer: str
    valid_from: date
    valid_until: date


def uninsured(front_line: tuple[str, ...], policies: tuple[Policy, ...], *, on: date) -> tuple[str, ...]:
    """
    List the front-line officers without insurance on a day, in the order given.

    Source: LC-31; RZ-84.
    """
    covered = {each.officer for each in policies if each.valid_from <= on <= each.valid_until}
    return tuple(officer for officer in front_line if officer not in covered)


def require_claim_decided(*, claimed: bool, decided: bool, reason: str) -> None:
    """
    Require that a claimed exemption was decided, with its reason, before a sanction is recorded.

    :raises RegistryError: if it was not

    Source: LC-30.
    """
    if claimed and not (decided and reason.strip()):
        refuse(
            obstacle(
                "claim_open",
                "当事人员已主张免责或者容错情形，尚未作出有理由的认定，不能记录处理结果。",
                "请先认定该情形是否成立并写明理由。",
                "LC-30",
            )
        )
