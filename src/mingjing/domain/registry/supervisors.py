"""Social roles (社会监督员, 督察员 …): who may take part in supervision on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from mingjing.domain.registry.obstacles import Answer, Obstacle, obstacle
from mingjing.law import parameters


class SocialKind(StrEnum):
    """In which role somebody takes part in supervision."""

    SOCIAL_SUPERVISOR = "social_supervisor"
    INSPECTOR = "inspector"
    SUPERVISOR = "supervisor"
    INVITED = "invited"
    EXPERT = "expert"
    CONTACT_POINT = "contact_point"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return KIND_LABELS[self]


KIND_LABELS: Final[Mapping[SocialKind, str]] = {
    SocialKind.SOCIAL_SUPERVISOR: "行政执法社会监督员",
    SocialKind.INSPECTOR: "行政执法督察员",
    SocialKind.SUPERVISOR: "行政执法监督员",
    SocialKind.INVITED: "特邀行政执法监督员",
    SocialKind.EXPERT: "案卷评查专家",
    SocialKind.CONTACT_POINT: "企业联系点负责人",
}


class ActivityKind(StrEnum):
    """By which channel a supervisor takes part (RZ-76), accompanying (TS-55) among them."""

    OBSERVATION = "observation"
    CLUE = "clue"
    FILE_REVIEW = "file_review"
    MEETING = "meeting"
    ACCOMPANY = "accompany"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return ACTIVITY_LABELS[self]


ACTIVITY_LABELS: Final[Mapping[ActivityKind, str]] = {
    ActivityKind.OBSERVATION: "观察",
    ActivityKind.CLUE: "反映线索",
    ActivityKind.FILE_REVIEW: "案卷评查",
    ActivityKind.MEETING: "座谈会议",
    ActivityKind.ACCOMPANY: "伴随监督",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorFacts:
    """What the register holds of somebody in a social role."""

    name: str
    kind: SocialKind
    place: str
    certificate_no: str
    letter_no: str
    term_from: date
    term_until: date
    dismissed_on: date | None = None


def may_supervise(person: SupervisorFacts, *, on: date) -> Answer:
    """
    Say whether a supervision activity of this person may be recorded on a day.

    Source: TS-54 (certificate and letter of appointment), LC-42 (term).
    """
    found: list[Obstacle] = []
    wanted = parameters.get("social_supervisor.papers").at(on, person.place)
    if person.kind is SocialKind.SOCIAL_SUPERVISOR and wanted is not None:
        papers = {"certificate": ("证件", person.certificate_no), "letter": ("聘书", person.letter_no)}
        missing = [papers[name][0] for name in wanted.names if not papers[name][1].strip()]
        if missing:
            found.append(
                obstacle(
                    "no_papers",
                    f"{person.name}没有登记{'和'.join(missing)}编号，不能开展监督活动。",
                    "请先颁发并登记编号。",
                    str(wanted.citation),
                )
            )
    if person.dismissed_on is not None and person.dismissed_on <= on:
        found.append(
            obstacle("dismissed", f"{person.name}已于{person.dismissed_on.isoformat()}解聘。", "请另派人员。", "LC-42")
        )
    elif on < person.term_from:
        found.append(
            obstacle("not_yet", f"{person.name}的任期自{person.term_from.isoformat()}开始。", "请核对日期。", "LC-42")
        )
    elif person.term_until < on:
        found.append(
            obstacle(
                "term_over",
                f"{person.name}的任期已于{person.term_until.isoformat()}届满。",
                "请办理续聘后再安排活动。",
                "LC-42",
            )
        )
    return Answer(tuple(found))
