"""
Officers' qualification and credentials: the life cycle, and why an officer may not act on a day.

States change only by :data:`TRANSITIONS`. A period ends with its last day included, as it is printed on the card.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from mingjing.domain.registry.obstacles import Answer, Obstacle, obstacle, refuse
from mingjing.kernel.moments import add_months
from mingjing.law import parameters
from mingjing.law.parameters import ParameterValue


class Employment(StrEnum):
    """How a person is employed."""

    ESTABLISHED = "established"
    CONTRACT = "contract"
    DISPATCHED = "dispatched"
    SECONDED = "seconded"
    WORKER = "worker"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return EMPLOYMENT_LABELS[self]


EMPLOYMENT_LABELS: Final[Mapping[Employment, str]] = {
    Employment.ESTABLISHED: "在编在职",
    Employment.CONTRACT: "劳动合同制",
    Employment.DISPATCHED: "劳务派遣",
    Employment.SECONDED: "临时借调",
    Employment.WORKER: "工勤",
}


class Category(StrEnum):
    """What a person is in enforcement."""

    OFFICER = "officer"
    AUXILIARY = "auxiliary"
    STAFF = "staff"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return CATEGORY_LABELS[self]


CATEGORY_LABELS: Final[Mapping[Category, str]] = {
    Category.OFFICER: "执法人员",
    Category.AUXILIARY: "执法辅助人员",
    Category.STAFF: "其他工作人员",
}


class CredentialStatus(StrEnum):
    """What a credential is worth by its last act; a passed date makes it worthless without one."""

    VALID = "valid"
    SUSPENDED = "suspended"
    COLLECTED = "collected"
    RETAINED = "retained"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return STATUS_LABELS[self]


STATUS_LABELS: Final[Mapping[CredentialStatus, str]] = {
    CredentialStatus.VALID: "有效",
    CredentialStatus.SUSPENDED: "暂扣",
    CredentialStatus.COLLECTED: "已收缴",
    CredentialStatus.RETAINED: "已收回",
    CredentialStatus.REVOKED: "已吊销",
    CredentialStatus.CANCELLED: "已注销",
    CredentialStatus.REPLACED: "已换发",
}


class CredentialAct(StrEnum):
    """What can be done with a credential."""

    ISSUE = "issue"
    VERIFY = "verify"
    CHANGE = "change"
    REISSUE = "reissue"
    COLLECT = "collect"
    RETAIN = "retain"
    SUSPEND = "suspend"
    RESTORE = "restore"
    REVOKE = "revoke"
    CANCEL = "cancel"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return ACT_LABELS[self]


ACT_LABELS: Final[Mapping[CredentialAct, str]] = {
    CredentialAct.ISSUE: "核发",
    CredentialAct.VERIFY: "审验",
    CredentialAct.CHANGE: "变更",
    CredentialAct.REISSUE: "换发",
    CredentialAct.COLLECT: "收缴",
    CredentialAct.RETAIN: "收回",
    CredentialAct.SUSPEND: "暂扣",
    CredentialAct.RESTORE: "恢复",
    CredentialAct.REVOKE: "吊销",
    CredentialAct.CANCEL: "注销",
}

_V, _S = CredentialStatus.VALID, CredentialStatus.SUSPENDED
_HELD = frozenset({_V, _S, CredentialStatus.COLLECTED, CredentialStatus.RETAINED})

TRANSITIONS: Final[Mapping[CredentialAct, tuple[frozenset[CredentialStatus], CredentialStatus, str]]] = {
    CredentialAct.VERIFY: (frozenset({_V}), _V, "LC-09"),
    CredentialAct.CHANGE: (frozenset({_V}), _V, "TS-10"),
    CredentialAct.REISSUE: (frozenset({_V}), CredentialStatus.REPLACED, "TS-10"),
    CredentialAct.COLLECT: (_HELD - {CredentialStatus.COLLECTED}, CredentialStatus.COLLECTED, "TS-10"),
    CredentialAct.RETAIN: (frozenset({_V, _S}), CredentialStatus.RETAINED, "SS-43"),
    CredentialAct.SUSPEND: (frozenset({_V}), _S, "SS-43"),
    CredentialAct.RESTORE: (frozenset({_S}), _V, "SS-43"),
    CredentialAct.REVOKE: (_HELD, CredentialStatus.REVOKED, "SS-43"),
    CredentialAct.CANCEL: (_HELD, CredentialStatus.CANCELLED, "LC-09"),
}
"""For each act: the states it is taken in, the state it leads to, its provision."""

SANCTIONS: Final = (CredentialAct.RETAIN, CredentialAct.SUSPEND, CredentialAct.REVOKE)
"""SS-43: 收回, 暂扣, 吊销."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialFacts:
    """What the register holds of a credential."""

    number: str
    status: CredentialStatus
    valid_from: date
    valid_until: date
    verified_on: date
    suspended_from: date | None = None
    suspended_until: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerFacts:
    """What the register holds of a person when somebody asks whether they may act."""

    name: str
    category: Category
    employment: Employment
    place: str
    exam_passed_on: date | None = None
    qualification_withdrawn_on: date | None = None
    joined_on: date | None = None
    left_on: date | None = None
    credentials: tuple[CredentialFacts, ...] = ()


def may_apply(officer: OfficerFacts, *, on: date) -> Answer:
    """
    Say whether a person may apply for the qualification: only permanent staff may.

    Source: 山东省行政执法监督条例第十条; SS-41.
    """
    allowed = parameters.get("officer.may_apply.employment").at(on, officer.place)
    found: list[Obstacle] = []
    if allowed is None or officer.employment.value not in allowed.names:
        found.append(
            obstacle(
                "not_established",
                f"{officer.name}是{officer.employment.label}人员，不是在编在职人员，不能申领执法证件。",
                "可以登记为执法辅助人员，在执法人员指挥下协助工作。",
                str(allowed.citation) if allowed else "SD 10",
            )
        )
    if officer.category is not Category.OFFICER:
        found.append(
            obstacle(
                "not_officer",
                f"{officer.name}登记为{officer.category.label}，不能申领执法证件。",
                "调入执法岗位并取得编制后，先变更人员类别。",
                "SD 10",
            )
        )
    if officer.left_on is not None and officer.left_on <= on:
        found.append(_left(officer))
    return Answer(tuple(found))


def may_issue(officer: OfficerFacts, *, on: date) -> Answer:
    """
    Say whether a credential may be issued: the exam comes before the qualification.

    Source: 山东省行政执法监督条例第十条; SS-41; YZ-12.
    """
    found = list(may_apply(officer, on=on).obstacles) + list(_qualification(officer, on))
    for card in officer.credentials:
        if card.status in (_V, _S) or (card.status in _HELD and card.valid_until >= on):
            found.append(
                obstacle(
                    "holds_one",
                    f"{officer.name}已持有证件{card.number}（{card.status.label}，有效期至{card.valid_until.isoformat()}）。",
                    "请办理换发，或者先注销原证件。",
                    "TS-10",
                )
            )
    return Answer(tuple(found))


def after(card: CredentialFacts, act: CredentialAct) -> CredentialStatus:
    """
    Return the status after an act.

    :raises RegistryError: if the act cannot be taken in the present state; what was cancelled, revoked or collected is
        never made valid again
    """
    allowed, result, citation = TRANSITIONS[act]
    if card.status not in allowed:
        remedy = "请重新申领并核发新证。" if card.status not in _HELD else "请先办理与目前状态相符的手续。"
        refuse(
            obstacle("wrong_state", f"证件{card.number}目前{card.status.label}，不能{act.label}。", remedy, citation)
        )
    return result


def require_term(card: CredentialFacts, *, from_: date, until: date | None) -> None:
    """
    Require that a suspension has a term within which it can be undone.

    :raises RegistryError: if it ends before it begins
    """
    if until is not None and until < from_:
        refuse(
            obstacle("wrong_term", f"证件{card.number}的暂扣截止日早于起始日。", "请核对暂扣决定写明的期限。", "SS-43")
        )


def verification(place: str, on: date) -> ParameterValue | None:
    """Return the interval of verification at a place, in months; ``None`` where nothing asks for one."""
    return parameters.get("credential.verification.months").at(on, place)


def verification_due_on(card: CredentialFacts, place: str, *, on: date) -> date | None:
    """
    Return the last day by which the credential must be verified again, with what holds at the place on a day.

    Source: LC-09; TS-09.
    """
    interval = verification(place, on)
    return None if interval is None else add_months(card.verified_on, interval.whole)


def require_number(number: str, place: str, *, on: date) -> None:
    """
    Require that a credential's number has the form used at the place.

    :raises RegistryError: if it has not
    """
    form = parameters.get("credential.number.format").at(on, place)
    if form is not None and re.fullmatch(form.text, number) is None:
        refuse(
            obstacle(
                "number_form",
                f"证件编号“{number}”不合本地格式（{form.note or form.text}）。",
                "请照证件正面抄录，不加空格。",
            )
        )


def credential_obstacle(card: CredentialFacts, place: str, *, on: date) -> Obstacle | None:
    """Say why a credential is not good on a day; ``None`` where it is."""
    number = card.number
    if card.ended_on is not None and card.ended_on <= on:
        return obstacle(
            card.status.value if card.status is not CredentialStatus.VALID else "ended",
            f"证件{number}{card.status.label}（{card.ended_on.isoformat()}）。",
            "须重新申领并核发新证后才能执法。",
            "SS-43" if card.status is CredentialStatus.REVOKED else "TS-10",
        )
    if (
        card.suspended_from is not None
        and card.suspended_from <= on
        and (card.status is _S or (card.suspended_until is not None and on <= card.suspended_until))
    ):
        until = f"至{card.suspended_until.isoformat()}" if card.suspended_until else ""
        return obstacle(
            "suspended",
            f"证件{number}自{card.suspended_from.isoformat()}{until}被暂扣。",
            "期满并办理恢复后才能执法。",
            "SS-43",
        )
    if on < card.valid_from:
        return obstacle(
            "not_yet", f"证件{number}自{card.valid_from.isoformat()}起有效。", "生效以前不能执法。", "SD 10"
        )
    if card.valid_until < on:
        return obstacle("expired", f"证件{number}已于{card.valid_until.isoformat()}到期。", "请办理换发。", "SD 10")
    due = verification_due_on(card, place, on=on)
    interval = verification(place, on)
    if due is not None and interval is not None and due < on:
        return obstacle(
            "not_verified",
            f"证件{number}上次审验在{card.verified_on.isoformat()}，应于{due.isoformat()}前再次审验，已过期未审。",
            "请由所在单位报司法行政部门审验。",
            str(interval.citation),
        )
    return None


def may_act(officer: OfficerFacts, *, on: date) -> Answer:
    """
    Say whether a person may enforce on a day, and everything that stands in the way.

    Source: 行政处罚法第四十二条、第五十五条; 山东省行政执法监督条例第十条; TS-09; LC-08; SS-41; RZ-83.
    """
    found: list[Obstacle] = []
    if officer.category is Category.AUXILIARY:
        found.append(
            obstacle(
                "auxiliary",
                f"{officer.name}是执法辅助人员，不能承办、签名或者决定。",
                "请由持证执法人员承办，辅助人员在其指挥下协助。",
                "RZ-83",
            )
        )
    elif officer.category is Category.STAFF:
        found.append(obstacle("staff", f"{officer.name}没有登记为执法人员。", "请先取得执法资格和证件。", "SD 10"))
    if officer.employment is not Employment.ESTABLISHED and officer.category is Category.OFFICER:
        found.append(
            obstacle(
                "not_established",
                f"{officer.name}是{officer.employment.label}人员，不得从事行政执法工作。",
                "请改派在编持证人员。",
                "SD 10",
            )
        )
    if officer.joined_on is not None and on < officer.joined_on:
        found.append(obstacle("not_joined", f"{officer.name}自{officer.joined_on.isoformat()}起到岗。", "请核对日期。"))
    if officer.left_on is not None and officer.left_on <= on:
        found.append(_left(officer))
    if officer.category is not Category.OFFICER:
        return Answer(tuple(found))
    found += _qualification(officer, on)
    found += _credentials(officer, on)
    return Answer(tuple(found))


def _left(officer: OfficerFacts) -> Obstacle:
    assert officer.left_on is not None
    return obstacle("left", f"{officer.name}已于{officer.left_on.isoformat()}离岗。", "请改派在岗人员。", "SS-42")


def _qualification(officer: OfficerFacts, on: date) -> tuple[Obstacle, ...]:
    if officer.qualification_withdrawn_on is not None and officer.qualification_withdrawn_on <= on:
        return (
            obstacle(
                "qualification_withdrawn",
                f"{officer.name}的执法资格已于{officer.qualification_withdrawn_on.isoformat()}取消。",
                "重新考试合格并取得资格以前，不能执法。",
                "RZ-74",
            ),
        )
    if officer.exam_passed_on is None or officer.exam_passed_on > on:
        return (
            obstacle(
                "no_exam",
                f"{officer.name}没有执法资格考试合格的记录，不授予执法资格。",
                "请先参加资格考试，合格后登记成绩。",
                "SD 10",
            ),
        )
    return ()


def _credentials(officer: OfficerFacts, on: date) -> tuple[Obstacle, ...]:
    if not officer.credentials:
        return (obstacle("no_credential", f"{officer.name}没有执法证件。", "考试合格后请申领执法证件。", "CF 55"),)
    reasons = []
    for card in sorted(officer.credentials, key=lambda each: each.valid_until, reverse=True):
        reason = credential_obstacle(card, officer.place, on=on)
        if reason is None:
            return ()
        reasons.append(reason)
    # of several worthless cards the latest says what to do
    return (reasons[0],)


def default_validity(place: str, issued_on: date) -> date:
    """Return the last day of a credential issued on a day, by the term used at the place."""
    years = parameters.get("credential.validity.years").at(issued_on, place)
    months = 12 * (years.whole if years else 5)
    return add_months(issued_on, months) - timedelta(days=1)
