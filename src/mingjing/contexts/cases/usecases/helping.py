"""
Reviewers of other agencies review in the place of one's own, and advisers are asked for their opinion.

Whoever helps gets this one case to see and no other; what a reviewer of another agency finds is the legal review.

Source: LC-29; RZ-81 (法制审核协作); YZ-32 (疑难法律事务请顾问、公职律师协助).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.accounts.models import User
from mingjing.contexts.accounts.queries import holders_in
from mingjing.contexts.cases.models import Case, Event, Help, HelpKind, HelpState
from mingjing.contexts.cases.usecases.base import (
    CaseError,
    access_case,
    log,
    officer_of,
    procedure_for,
    require_fresh,
    save,
)
from mingjing.contexts.work.notifications import notify
from mingjing.domain.procedures.model import Step
from mingjing.law.citations import cite

ASK: Final = "cases.help.ask"
REVIEW: Final = "cases.help.review"
ADVISE: Final = "cases.help.advise"
LIST: Final = "/cases/helps/"
_LONGEST: Final = 4_000
_REVIEW: Final = "legal_review"


class AdviceError(CaseError):
    """A review says nothing of the advice that was asked for; ``facts["entries"]`` names under which keys to say it."""

    code = "cases.advice_considered"


@transaction.atomic
def ask_help(*, actor: Actor, at: datetime, case: str, kind: str, question: str, helper: str = "") -> Help:
    """
    Ask the reviewers of the place for a review, or the user with the code ``helper`` for advice.

    :raises CaseError: if nothing is asked, the case is closed, a review is asked for already, or the helper cannot give advice
    """
    row = access_case(actor, case, ASK, lock=True)
    if kind not in HelpKind.values:
        raise CaseError("请选择协助审核，或者征询意见。")
    if not question.strip():
        raise CaseError("请写明请求审核、咨询的事项。")
    if row.status != "open":
        raise CaseError("案件已经办结，不能再请求协助。")
    told, person = (_pool(row, at), None) if kind == HelpKind.REVIEW else _adviser(row, at, helper)
    made = Help.objects.create(
        code=f"{row.code}-H{row.helps.count() + 1}",
        case=row,
        kind=kind,
        question=question.strip()[:_LONGEST],
        asked_by=actor.code,
        asked_at=at,
        helper=person,
    )
    log(actor, at, "ask_help", row, made.question, help=made.code, kind=kind, helper=person.code if person else "")
    notify([one.pk for one in told], f"{made.get_kind_display()}：{row.title}", LIST, at)
    return made


def _pool(row: Case, at: datetime) -> list[User]:
    """The reviewers of the place who belong to other agencies."""
    if not any(one.event == _REVIEW for one in procedure_for(row).steps):
        raise CaseError("本案的程序没有法制审核环节。")
    if row.helps.filter(kind=HelpKind.REVIEW, state__in=(HelpState.ASKED, HelpState.ACCEPTED)).exists():
        raise CaseError("已经请求过协助审核，还没有完成。")
    found = holders_in(REVIEW, row.unit.place[:6], on=localdate(at))
    return [one for one in found if not _of_agency(one.unit.path if one.unit else "", row)]


def _of_agency(path: str, row: Case) -> bool:
    return path.startswith((row.agency.unit.path, row.unit.path))


def advisers(row: Case, at: datetime) -> list[User]:
    """Return the advisers of the place who do not handle the case themselves."""
    handle = row.handlers.values_list("officer__user_id", flat=True)
    return list(holders_in(ADVISE, row.unit.place[:6], on=localdate(at)).exclude(pk__in=[one for one in handle if one]))


def _adviser(row: Case, at: datetime, code: str) -> tuple[list[User], User]:
    found = next((one for one in advisers(row, at) if one.code == code), None)
    if found is None:
        raise CaseError("请从名单中选择法律顾问、公职律师；本案的承办人不能答复咨询。")
    return [found], found


@transaction.atomic
def accept_review(*, actor: Actor, at: datetime, code: str, version: int) -> Help:
    """
    Accept to review a case of another agency; from then on the actor sees and reviews it.

    :raises CaseError: if it is accepted already, or the actor asked for it, is of that agency, or took part in the case
    :raises NoOfficerError: if the account belongs to nobody in the register
    """
    row = access(_rows(), actor, REVIEW, see=REVIEW, lock=True, code=code)
    require_fresh(row, version)
    if row.kind != HelpKind.REVIEW or row.state != HelpState.ASKED:
        raise CaseError("这项请求已经有人接受，或者已经撤回。")
    me = officer_of(actor)
    own = row.asked_by == actor.code or _of_agency(actor.unit_path, row.case)
    handled = row.case.handlers.filter(officer=me).exists() or row.case.events.filter(participants__officer=me).exists()
    if own or handled:
        raise CaseError(
            "请求协助的单位的人员、参与本案的人员不能协助审核本案，请由其他单位的审核人员接受。", citation=cite("RZ-81")
        )
    row.state, row.helper_id, row.accepted_at = HelpState.ACCEPTED, actor.user_id, at
    save(row)
    log(actor, at, "accept_help", row.case, help=row.code)
    _tell_asker(row, f"{actor.name}接受协助审核：{row.case.title}", at)
    return row


@transaction.atomic
def answer_advice(*, actor: Actor, at: datetime, code: str, version: int, opinion: str) -> Help:
    """
    Give the advice that one was asked for.

    :raises CaseError: if it is not asked of the actor, is answered already, or nothing is said
    """
    row = _mine(actor, code, version)
    if not opinion.strip():
        raise CaseError("请填写意见。")
    return _reply(actor, at, row, HelpState.ANSWERED, opinion, act="answer_help", said="答复咨询")


@transaction.atomic
def decline_advice(*, actor: Actor, at: datetime, code: str, version: int, reason: str) -> Help:
    """
    Say that one gives no advice; the case is then closed to the actor again.

    :raises CaseError: if it is not asked of the actor, is answered already, or no reason is given
    """
    row = _mine(actor, code, version)
    if not reason.strip():
        raise CaseError("请写明不能答复的原因。")
    return _reply(actor, at, row, HelpState.DECLINED, reason, act="decline_help", said="不能答复咨询")


@transaction.atomic
def withdraw_help(*, actor: Actor, at: datetime, code: str, version: int, reason: str) -> Help:
    """
    Take a request back that was not answered yet; the case is then closed to the helper again.

    :raises CaseError: if it was answered, or no reason is given
    """
    row = access(_rows(), actor, ASK, see=ASK, lock=True, code=code)
    require_fresh(row, version)
    if row.state not in (HelpState.ASKED, HelpState.ACCEPTED):
        raise CaseError(f"这项请求{row.get_state_display()}，不能撤回。")
    if not reason.strip():
        raise CaseError("撤回要写明理由。")
    row.state = HelpState.WITHDRAWN
    save(row)
    log(actor, at, "withdraw_help", row.case, reason.strip(), help=row.code)
    return row


def to_consider(row: Case, step: Step) -> list[Help]:
    """Return the advice that a review of a case has to speak of: given, and not yet considered by one."""
    if step.event != _REVIEW:
        return []
    return list(row.helps.filter(kind=HelpKind.ADVICE, state=HelpState.ANSWERED, event__isnull=True).order_by("pk"))


def key_of(row: Help) -> str:
    """Return under which key a review says what it makes of a piece of advice."""
    return f"advice.{row.code}"


def require_considered(row: Case, step: Step, reasons: Mapping[str, str]) -> None:
    """
    Require that a review says of every piece of advice what it makes of it.

    :raises AdviceError: if it is silent on one

    Source: YZ-32.
    """
    silent = [key_of(one) for one in to_consider(row, step) if not reasons.get(key_of(one), "").strip()]
    if silent:
        raise AdviceError(
            f"有 {len(silent)} 份法律顾问意见还没有写明采纳情况。请逐份写明采纳了什么，不采纳的写明理由。",
            citation=cite("YZ-32"),
            entries=silent,
        )


def note_reviewed(actor: Actor, at: datetime, row: Case, event: Event, step: Step, reasons: Mapping[str, str]) -> None:
    """Write onto requests what a review made of them: advice considered, a review asked for done."""
    for one in to_consider(row, step):
        one.considered, one.event = reasons[key_of(one)].strip(), event
        save(one)
    if step.event != _REVIEW:
        return
    done = row.helps.filter(kind=HelpKind.REVIEW, state=HelpState.ACCEPTED, helper_id=actor.user_id).first()
    if done is not None:
        done.state, done.answered_at, done.event = HelpState.ANSWERED, at, event
        done.opinion = str(event.words.get("opinion", ""))[:_LONGEST]
        save(done)
        _tell_asker(done, f"{actor.name}完成协助审核：{row.title}", at)


def _rows() -> QuerySet[Help]:
    return Help.objects.select_related("case__unit", "case__agency__unit")


def _mine(actor: Actor, code: str, version: int) -> Help:
    row = access(_rows().filter(helper_id=actor.user_id), actor, ADVISE, see=ADVISE, lock=True, code=code)
    require_fresh(row, version)
    if row.kind != HelpKind.ADVICE or row.state != HelpState.ASKED:
        raise CaseError(f"这项请求{row.get_state_display()}，不能再答复。")
    return row


def _reply(actor: Actor, at: datetime, row: Help, state: HelpState, words: str, *, act: str, said: str) -> Help:
    row.state, row.opinion, row.answered_at = state, words.strip()[:_LONGEST], at
    save(row)
    log(actor, at, act, row.case, row.opinion, help=row.code)
    _tell_asker(row, f"{actor.name}{said}：{row.case.title}", at)
    return row


def _tell_asker(row: Help, words: str, at: datetime) -> None:
    asker = User.objects.filter(code=row.asked_by).values_list("pk", flat=True)
    notify(list(asker), words, f"/cases/{row.case.code}/", at)
