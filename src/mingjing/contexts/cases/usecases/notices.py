"""
What the bodies of justice are told of a case, what they make of it, and what the agency does then (行刑衔接).

Source: SS-16; 行政执法机关移送涉嫌犯罪案件的规定; 行政处罚法第二十七条.
"""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, MissingError, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.queries import holders, units_with
from mingjing.contexts.cases import queries
from mingjing.contexts.cases.models import Case, JusticeResult, Notice, NoticeKind, Referral
from mingjing.contexts.cases.usecases.base import CaseError, access_for_duty, log, save
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work.notifications import notify
from mingjing.domain.procedures.justice import BODIES, RESULTS, result_of
from mingjing.domain.procedures.model import Duty
from mingjing.law.citations import cite

VIEW: Final = "cases.notice.view"
LIST: Final = "/cases/referred/"
_LONGEST: Final = 4_000
_OBJECTIONS: Final = {
    NoticeKind.REVIEW: ("police", ("declined",)),
    NoticeKind.SUPERVISION: ("procuratorate", ("declined", "upheld")),
}
"""To whom an objection goes, and on which answers of the police it settles what had to be done."""
_REPLIES: Final = {"received": "accepted", "refused": "refused"}
"""What a procuratorate answers to what was referred to it; the police's answer is a step of the case."""


def permission_of(body: str) -> str:
    """Return the permission to record results as a body."""
    return f"cases.notice.{body}"


def recipients(row: Case, at: datetime) -> list[tuple[str, Unit]]:
    """Return who may be told of a case: bodies that use the platform, of its place and above it."""
    return [
        (body, unit)
        for body in BODIES
        for unit in units_with(permission_of(body), row.unit.place[:6], on=localdate(at))
    ]


def note_transfer(actor: Actor, at: datetime, referral: Referral) -> None:
    """
    Let a referral that went over reach its recipient on the platform, and its copy the procuratorate.

    The recipient is the body of that name, or else the nearest one; a body that does not use the platform is told on paper.
    """
    row = referral.case
    known = recipients(row, at)
    for body, kind in ((referral.to, NoticeKind.REFERRAL), ("procuratorate", NoticeKind.COPY)):
        mine = [unit for each, unit in known if each == body]
        if not mine or (kind is NoticeKind.COPY and referral.to != "police"):
            continue
        named = [one for one in mine if kind is NoticeKind.REFERRAL and one.name.endswith(referral.recipient)]
        _tell(actor, at, row, kind, body, (named or mine)[0], referral.note, referral)


@transaction.atomic
def send_notice(
    *, actor: Actor, at: datetime, case: str, kind: str, body: str, unit: str, content: str, referral: str = ""
) -> Notice:
    """
    Tell a body of justice the facts of a case; or object to what the police decided.

    :raises CaseError: if the body cannot be told, nothing is said, or there is nothing to object to
    :raises ForbiddenError: if the actor does not handle the case
    """
    row = access_for_duty(actor, case, Duty.HANDLE)
    to = next((one for each, one in recipients(row, at) if (each, one.code) == (body, unit)), None)
    if to is None:
        raise CaseError("请从名单中选择接收的机关。")
    if kind not in (NoticeKind.FACTS, *_OBJECTIONS):
        raise CaseError("请选择案情通报、提请复议或者建议立案监督。")
    if not queries.concerns_justice(row.events.filter(type="suspected_crime"), row.referrals.all()):
        raise CaseError("本案没有发现涉嫌犯罪，也没有移送司法机关，不能通报。")
    if not content.strip():
        raise CaseError("请写明通报的案情。")
    about = row.referrals.filter(code=referral).exclude(to="discipline").first() if referral else None
    if referral and about is None:
        raise MissingError("没有找到这项移送。")
    made = _tell(actor, at, row, NoticeKind(kind), body, to, content.strip(), about)
    if made.kind in _OBJECTIONS:
        _object(actor, at, made)
    return made


def _object(actor: Actor, at: datetime, made: Notice) -> None:
    """An objection settles what the answer of the police asked for."""
    body, answers = _OBJECTIONS[NoticeKind(made.kind)]
    if made.body != body:
        raise CaseError(f"{made.get_kind_display()}应当向{BODIES[body]}提出。", citation=cite("YS 9"))
    waiting = JusticeResult.objects.filter(notice__case=made.case, notice__body="police", kind__in=answers)
    waiting = waiting.filter(handled_at__isnull=True)
    if not waiting.exists():
        raise CaseError("公安机关没有作出可以提出异议的不予立案决定。", citation=cite("YS 9"))
    for one in waiting:
        _handle(actor, at, one, f"{made.get_kind_display()}：{made.content}")


def _tell(
    actor: Actor,
    at: datetime,
    row: Case,
    kind: NoticeKind,
    body: str,
    unit: Unit,
    content: str,
    referral: Referral | None,
) -> Notice:
    made = Notice.objects.create(
        code=f"{row.code}-N{row.notices.count() + 1}",
        case=row,
        referral=referral,
        kind=kind,
        body=body,
        unit=unit,
        content=content[:_LONGEST],
        sent_by=actor.code,
        sent_at=at,
    )
    log(actor, at, "send_notice", row, made.content, notice=made.code, kind=kind, unit=unit.code)
    notify(holders(VIEW, unit, on=localdate(at)), f"{made.get_kind_display()}：{row.title}", f"{LIST}{made.code}/", at)
    return made


@transaction.atomic
def record_result(
    *,
    actor: Actor,
    at: datetime,
    notice: str,
    version: int,
    kind: str,
    on: date,
    document: str = "",
    reason: str = "",
) -> JusticeResult:
    """
    Record what the actor's body made of what it was handed or told.

    :raises CaseError: if there is no such result, it lies in the future or before the notice, or a reason is missing
    :raises MissingError: if nothing such was addressed to the actor's body
    """
    rows = Notice.objects.select_related("case__unit", "unit", "referral")
    body = rows.filter(code=notice).values_list("body", flat=True).first() or "court"
    row = access(rows, actor, permission_of(body), see=VIEW, lock=True, code=notice)
    require_fresh(row, version)
    means = result_of(row.body, kind)
    if means is None:
        raise CaseError(f"请选择结果：{'、'.join(one.label for one in RESULTS[row.body])}。")
    if not localdate(row.sent_at) <= on <= localdate(at):
        raise CaseError("作出日期应当在收到以后、今天以前。")
    if means.reasoned and not reason.strip():
        raise CaseError(f"“{means.label}”要写明理由或者意见。", citation=cite(means.citation))
    made = JusticeResult.objects.create(
        notice=row,
        kind=kind,
        on=on,
        document=document.strip(),
        reason=reason.strip()[:_LONGEST],
        recorded_by=actor.code,
        recorded_at=at,
    )
    save(row)
    _answer(row, kind, at)
    log(actor, at, "record_result", row.case, made.reason, notice=row.code, result=means.label, on=on.isoformat())
    handlers = row.case.handlers.filter(until__isnull=True, officer__user_id__isnull=False)
    words = f"{row.unit.name}{means.label}：{row.case.title}"
    notify(list(handlers.values_list("officer__user_id", flat=True)), words, f"/cases/{row.case.code}/#referrals", at)
    return made


def _answer(row: Notice, kind: str, at: datetime) -> None:
    referral = row.referral
    asked = row.body == "procuratorate" and row.kind == NoticeKind.REFERRAL
    if asked and referral is not None and referral.reply == "none" and kind in _REPLIES:
        referral.reply, referral.replied_at = _REPLIES[kind], at
        save(referral)


@transaction.atomic
def handle_result(*, actor: Actor, at: datetime, case: str, result: int, version: int, words: str) -> JusticeResult:
    """
    Record what the agency did upon a result.

    :raises CaseError: if nothing follows from it, that was done already, or nothing is said
    :raises ForbiddenError: if the actor does not handle the case
    """
    row = access_for_duty(actor, case, Duty.HANDLE)
    found = JusticeResult.objects.select_for_update(of=("self",)).filter(notice__case=row, pk=result).first()
    if found is None:
        raise MissingError("没有找到这项结果。")
    require_fresh(found, version)
    if not found.waits:
        raise CaseError("这项结果不需要处理，或者已经登记处理情况。")
    if not words.strip():
        raise CaseError("请写明处理情况。")
    _handle(actor, at, found, words.strip())
    return found


def _handle(actor: Actor, at: datetime, row: JusticeResult, words: str) -> None:
    row.handled, row.handled_by, row.handled_at = words[:_LONGEST], actor.code, at
    save(row)
    log(actor, at, "handle_result", row.notice.case, row.handled, notice=row.notice.code, result=row.means.label)
