"""
Service of documents 送达: what each way needs, and from which day the document counts as served.

Source: 行政处罚法（2021）第六十一条; 民事诉讼法（2023）第八十七条至第九十五条.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from mingjing.law import parameters
from mingjing.law.citations import Citation, cite


class Method(StrEnum):
    """A way to serve, as ``events.method`` of the facts standard has it."""

    IN_PERSON = "in_person"
    LEFT = "left"
    POST = "post"
    ELECTRONIC = "electronic"
    ANNOUNCEMENT = "announcement"

    @property
    def label(self) -> str:
        """Name the way in Chinese."""
        return _LABELS[self]


_LABELS = {
    Method.IN_PERSON: "直接送达",
    Method.LEFT: "留置送达",
    Method.POST: "邮寄送达",
    Method.ELECTRONIC: "电子送达",
    Method.ANNOUNCEMENT: "公告送达",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """What is known of a service. ``sent_on`` is the day it was handed over, posted, sent or announced."""

    method: Method
    receiver: str
    sent_on: date
    servers: int
    received_on: date | None = None
    taker: str = ""
    relation: str = ""
    address: str = ""
    refusal: str = ""
    witnesses: int = 0
    proofs: int = 0
    tracking: str = ""
    consent: str = ""
    reasons: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What a service lacks, and the article that asks for it."""

    text: str
    citation: Citation


def flaws(facts: ServiceFacts) -> tuple[Flaw, ...]:
    """List what a service lacks before it can be recorded."""
    return tuple(_flaws(facts))


def _flaws(facts: ServiceFacts) -> Iterator[Flaw]:
    if not facts.receiver.strip():
        yield _flaw("请填写受送达人。", "MS 87")
    if facts.received_on is not None and facts.received_on < facts.sent_on:
        yield _flaw("收到日期早于送出日期，请核对。", "MS 87")
    if facts.method in (Method.IN_PERSON, Method.LEFT) and not facts.servers:
        yield _flaw("请填写送达人。", "MS 87")
    for holds, text, reference in _ASKED[facts.method](facts):
        if not holds:
            yield _flaw(text, reference)


type _Asked = Iterator[tuple[object, str, str]]


def _in_person(facts: ServiceFacts) -> _Asked:
    yield facts.received_on, "直接送达以受送达人在回证上的签收日期为准，请填写收到日期。", "MS 87"
    yield not facts.refusal, "受送达人拒收的，请改按留置送达登记，并写明见证人或者上传影像。", "MS 89"
    by_another = facts.taker not in ("", facts.receiver)
    yield facts.relation or not by_another, "由他人代收的，请写明代收人与受送达人的关系。", "MS 88"


def _left(facts: ServiceFacts) -> _Asked:
    yield facts.refusal, "留置送达以拒收为前提，请写明拒收的事由。", "MS 89"
    yield facts.witnesses or facts.proofs, "请填写到场的见证人，或者上传送达过程的照片、录像。", "MS 89"
    yield facts.address, "请填写留置的地点。", "MS 89"


def _post(facts: ServiceFacts) -> _Asked:
    yield facts.tracking, "请填写邮件号码。", "MS 91"
    yield facts.address, "请填写寄往的地址。", "MS 91"


def _electronic(facts: ServiceFacts) -> _Asked:
    yield facts.consent, "电子送达须经当事人同意并签订确认书，请填写送达地址确认书的编号。", "CF 61.2"
    yield facts.address, "请填写电子送达的地址。", "MS 90"


def _announcement(facts: ServiceFacts) -> _Asked:
    yield facts.reasons, "公告送达的，请在案卷中写明原因和经过。", "MS 95"
    yield facts.proofs, "请上传公告的页面或者张贴公告的照片。", "MS 95"


_ASKED: Final = {
    Method.IN_PERSON: _in_person,
    Method.LEFT: _left,
    Method.POST: _post,
    Method.ELECTRONIC: _electronic,
    Method.ANNOUNCEMENT: _announcement,
}


def effective_on(facts: ServiceFacts) -> date | None:
    """
    Return the day on which the document counts as served; ``None`` while it is not known.

    In person: the day in the receipt. Left: the day it was left. By post: the day in the return receipt. Electronic: the
    day it came into the receiver's system. By announcement: when the days of ``service.announcement.days`` have passed
    since it was announced (the day itself is not counted, MS 85).

    Source: 民事诉讼法（2023）第八十七条、第八十九条至第九十一条、第九十五条.
    """
    match facts.method:
        case Method.IN_PERSON | Method.POST:
            return facts.received_on
        case Method.LEFT:
            return facts.sent_on
        case Method.ELECTRONIC:
            return facts.received_on or facts.sent_on
        case Method.ANNOUNCEMENT:
            value = parameters.get("service.announcement.days").at(facts.sent_on, None)
            return None if value is None else facts.sent_on + timedelta(days=value.whole)


def explanation(facts: ServiceFacts) -> tuple[str, Citation]:
    """Say how the day comes about."""
    match facts.method:
        case Method.IN_PERSON:
            return "受送达人在送达回证上的签收日期为送达日期。", cite("MS 87")
        case Method.LEFT:
            return "留置文书并记明情况的当日视为送达。", cite("MS 89")
        case Method.POST:
            return "以邮件回执上注明的收件日期为送达日期。", cite("MS 91")
        case Method.ELECTRONIC:
            return "信息到达受送达人特定系统的日期为送达日期。", cite("MS 90")
        case Method.ANNOUNCEMENT:
            return "自发出公告之日起，期满视为送达。", cite("MS 95")


def _flaw(text: str, reference: str) -> Flaw:
    return Flaw(text=text, citation=cite(reference))
