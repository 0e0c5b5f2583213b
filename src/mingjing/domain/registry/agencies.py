"""
Enforcement subjects (执法主体): which step of confirmation comes next, and whether one may act.

The steps (梳理 → 司法局审核界定 → 本级政府确认 → 公告) are law of the place: parameter ``agency.confirmation``.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from mingjing.domain.registry.obstacles import Answer, Obstacle, obstacle, refuse, require_none
from mingjing.law import parameters


class AgencyKind(StrEnum):
    """By which title a subject enforces."""

    ORGAN = "organ"
    AUTHORIZED = "authorized"
    ENTRUSTED = "entrusted"
    TOWN = "town"
    SQUAD = "squad"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return KIND_LABELS[self]


KIND_LABELS: Final[Mapping[AgencyKind, str]] = {
    AgencyKind.ORGAN: "法定行政机关",
    AgencyKind.AUTHORIZED: "法律法规授权组织",
    AgencyKind.ENTRUSTED: "受委托组织",
    AgencyKind.TOWN: "赋权镇街",
    AgencyKind.SQUAD: "局队合一执法队伍",
}

IN_ANOTHERS_NAME: Final = frozenset({AgencyKind.ENTRUSTED, AgencyKind.SQUAD})
"""These act in the name of another subject, and only as far as that one may."""


class AgencyStatus(StrEnum):
    """Where a subject is on its way to act in public."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    TO_CORRECT = "to_correct"
    AUDITED = "audited"
    CONFIRMED = "confirmed"
    ANNOUNCED = "announced"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return STATUS_LABELS[self]


STATUS_LABELS: Final[Mapping[AgencyStatus, str]] = {
    AgencyStatus.DRAFT: "梳理中",
    AgencyStatus.SUBMITTED: "待审核界定",
    AgencyStatus.TO_CORRECT: "退回整改",
    AgencyStatus.AUDITED: "已审核，待政府确认",
    AgencyStatus.CONFIRMED: "已确认，待公告",
    AgencyStatus.ANNOUNCED: "已公告",
    AgencyStatus.SUSPENDED: "暂停执法",
    AgencyStatus.WITHDRAWN: "已撤销",
    AgencyStatus.MERGED: "已合并",
}

ENDED: Final = frozenset({AgencyStatus.WITHDRAWN, AgencyStatus.MERGED})

STEP_STATUS: Final[Mapping[str, AgencyStatus]] = {
    "audit": AgencyStatus.AUDITED,
    "government": AgencyStatus.CONFIRMED,
    "announce": AgencyStatus.ANNOUNCED,
}
STEP_LABELS: Final[Mapping[str, str]] = {
    "audit": "司法行政部门审核界定",
    "government": "本级政府确认",
    "announce": "向社会公告",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts:
    """What the register holds of a subject when something is to be decided."""

    name: str
    kind: AgencyKind
    status: AgencyStatus
    place: str
    legal_basis: str
    confirmed_on: date | None = None
    announced_on: date | None = None
    suspended_from: date | None = None
    suspended_until: date | None = None
    ended_on: date | None = None
    principal: "AgencyFacts | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerFacts:
    """A power of a subject over an item, half-open in time."""

    item: str
    valid_from: date
    valid_to: date | None = None
    approved: bool = True


def steps(place: str, on: date) -> tuple[str, ...]:
    """
    List the steps of confirmation that hold at a place on a day, in their order.

    Source: 山东省行政执法监督条例第九条; RZ-73; TS-07.
    """
    found = parameters.get("agency.confirmation").at(on, place)
    return found.names if found else ("audit", "government", "announce")


def ready(facts: AgencyFacts) -> tuple[Obstacle, ...]:
    """List what keeps a subject from being confirmed at all."""
    found = []
    if not facts.legal_basis.strip():
        found.append(
            obstacle(
                "no_legal_basis",
                f"“{facts.name}”没有填写设立和执法的法定依据，不能审核通过。",
                "请由该单位补充法律、法规、规章或者三定规定的条款。",
                "TS-07",
            )
        )
    if facts.kind in IN_ANOTHERS_NAME and facts.principal is None:
        found.append(
            obstacle(
                "no_principal",
                f"“{facts.name}”是{facts.kind.label}，只能以所属或者委托机关的名义执法，但没有写明是哪个机关。",
                "请填写以其名义执法的机关。",
                "CF 20",
            )
        )
    return tuple(found)


def advance(facts: AgencyFacts, step: str, *, on: date) -> AgencyStatus:
    """
    Take one step of confirmation; return the new status.

    Where the place asks for fewer steps, the status after the last one is that of an announced subject.

    :raises RegistryError: if the subject is not ready, or another step is due
    """
    wanted = steps(facts.place, on)
    due = next_step(facts, on=on)
    if due is None or step != due:
        said = STEP_LABELS[due] if due else "没有待办的步骤"
        refuse(
            obstacle(
                "wrong_step",
                f"“{facts.name}”目前{facts.status.label}，下一步是“{said}”，不能直接办“{STEP_LABELS[step]}”。",
                "请按梳理、审核、确认、公告的顺序办理。",
                "SD 9",
            )
        )
    require_none(ready(facts))
    return AgencyStatus.ANNOUNCED if step == wanted[-1] else STEP_STATUS[step]


def next_step(facts: AgencyFacts, *, on: date) -> str | None:
    """Return the step of confirmation that is due; ``None`` where none is."""
    wanted = steps(facts.place, on)
    if facts.status is AgencyStatus.SUBMITTED:
        return wanted[0]
    for done, following in itertools.pairwise(wanted):
        if facts.status is STEP_STATUS[done]:
            return following
    return None


def submit(facts: AgencyFacts) -> AgencyStatus:
    """
    Hand a subject in for audit. A missing basis is no obstacle here: the audit finds it and sends it back.

    :raises RegistryError: if it is on its way already, or has ended
    """
    if facts.status not in (AgencyStatus.DRAFT, AgencyStatus.TO_CORRECT):
        refuse(
            obstacle(
                "not_open",
                f"“{facts.name}”目前{facts.status.label}，不能再次提交审核。",
                "梳理中或者退回整改的主体才能提交。",
            )
        )
    return AgencyStatus.SUBMITTED


def send_back(facts: AgencyFacts) -> AgencyStatus:
    """
    Return a subject for correction, from any step on the way.

    :raises RegistryError: if it is not under audit or confirmation
    """
    if facts.status not in (AgencyStatus.SUBMITTED, AgencyStatus.AUDITED, AgencyStatus.CONFIRMED):
        refuse(
            obstacle(
                "not_under_review",
                f"“{facts.name}”目前{facts.status.label}，没有可以退回的审核。",
                "审核、确认中的主体才能退回。",
            )
        )
    return AgencyStatus.TO_CORRECT


def end(facts: AgencyFacts, *, merged: bool) -> AgencyStatus:
    """
    End a subject by withdrawal or by merger at an institutional reform.

    :raises RegistryError: if it has ended before
    """
    if facts.status in ENDED:
        refuse(obstacle("ended", f"“{facts.name}”{facts.status.label}，不能再次办理。", "请核对机构改革文件。"))
    return AgencyStatus.MERGED if merged else AgencyStatus.WITHDRAWN


def competent(facts: AgencyFacts, powers: tuple[PowerFacts, ...], item: str | None, *, on: date) -> Answer:
    """
    Say whether a subject may act on a day, over an item if one is named, and everything that stands in the way.

    Source: 行政处罚法第十七条、第三十八条; 山东省行政执法监督条例第九条; RZ-65; RZ-73.
    """
    found: list[Obstacle] = list(_standing(facts, on))
    if facts.kind in IN_ANOTHERS_NAME and facts.principal is not None:
        found += [
            obstacle(
                f"principal_{each.code}",
                f"“{facts.name}”以“{facts.principal.name}”的名义执法，而{each.message}",
                each.remedy,
                str(each.citation) if each.citation else "",
            )
            for each in _standing(facts.principal, on)
        ]
    if item is not None:
        mine = [power for power in powers if power.item == item and power.approved]
        if not any(p.valid_from <= on and (p.valid_to is None or on < p.valid_to) for p in mine):
            found.append(
                obstacle(
                    "no_power",
                    f"“{facts.name}”在{on.isoformat()}没有事项“{item}”的执法权限。",
                    "请先在主体名下登记该事项并经批准，或者移送有管辖权的机关。",
                    "CF 17",
                )
            )
    return Answer(tuple(found))


def _standing(facts: AgencyFacts, on: date) -> tuple[Obstacle, ...]:
    if facts.status in ENDED and (facts.ended_on is None or facts.ended_on <= on):
        since = f"自{facts.ended_on.isoformat()}起" if facts.ended_on else ""
        return (
            obstacle(
                "ended",
                f"“{facts.name}”{since}{facts.status.label}，不再具有执法主体资格。",
                "请改由承接其职权的机关办理。",
                "CF 17",
            ),
        )
    if (
        facts.suspended_from is not None
        and facts.suspended_from <= on
        and (facts.suspended_until is None or on <= facts.suspended_until)
    ):
        return (
            obstacle(
                "suspended",
                f"“{facts.name}”自{facts.suspended_from.isoformat()}起暂停执法。",
                "恢复以前由其上级或者本级政府指定的机关办理。",
                "SD 9",
            ),
        )
    if facts.announced_on is None or facts.announced_on > on:
        return (
            obstacle(
                "unconfirmed",
                f"“{facts.name}”在{on.isoformat()}尚未完成执法主体确认（{facts.status.label}），不能办案和检查。",
                "请先完成审核界定、确认和公告。",
                "SD 9",
            ),
        )
    return ()
