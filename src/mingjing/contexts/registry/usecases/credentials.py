"""Acts on credentials: asked for, decided, and yearly verification."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.registry import frozen
from mingjing.contexts.registry.models import Credential, CredentialRequest, Officer
from mingjing.contexts.registry.searching import note
from mingjing.contexts.registry.usecases.base import DuplicateError, check_fields, day_of, log, save
from mingjing.contexts.registry.usecases.officers import SEE
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.registry import credentials as rules
from mingjing.domain.registry.credentials import CredentialAct, CredentialStatus
from mingjing.domain.registry.obstacles import obstacle, refuse, require_none

_TOKEN_BYTES: Final = 24


def new_token() -> str:
    """Return an unguessable public name for a credential."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def _live(row: Officer) -> Credential | None:
    return row.credentials.filter(status__in=["valid", "suspended"]).order_by("-valid_until").first()


@transaction.atomic
def ask_credential(
    *,
    actor: Actor,
    at: datetime,
    officer: str,
    act: str,
    reason: str,
    effective_on: date,
    document: str = "",
    details: Mapping[str, str] | None = None,
    credential: str = "",
) -> CredentialRequest:
    """
    Ask for an act on a credential: issue, change, reissue, collect, suspend, restore, revoke, cancel.

    What can never be granted is refused at once, so that nobody waits for it.

    :raises RegistryError: if the person may not have one, or the credential is in no state for it
    :raises DuplicateError: if the same was asked for and is not decided yet
    """
    row = access(
        Officer.objects.select_related("unit"), actor, "registry.credential.ask", see=SEE, lock=True, code=officer
    )
    wanted = CredentialAct(act)
    card: Credential | None = None
    if wanted is CredentialAct.ISSUE:
        require_none(rules.may_issue(frozen.officer_facts(row), on=effective_on).obstacles)
    else:
        card = row.credentials.filter(number=credential).first() if credential else _live(row)
        if card is None:
            refuse(obstacle("no_credential", f"{row.name}没有可以办理{wanted.label}的证件。", "请核对人员和证件编号。"))
        rules.after(frozen.credential_facts(card), wanted)
    if CredentialRequest.objects.filter(officer=row, act=act, status="pending").exists():
        raise DuplicateError(f"{row.name}的“{wanted.label}”已在审批中。")
    made = CredentialRequest(
        officer=row,
        credential=card,
        act=act,
        reason=reason,
        document=document,
        details=dict(details or {}),
        effective_on=effective_on,
        asked_by=actor.code,
        asked_by_name=actor.name,
        asked_at=at,
    )
    save(made)
    fields = {"act": act, "effective_on": effective_on, "credential": card.number if card else ""}
    log(actor, at, "ask_credential", f"officer:{officer}", fields, reason)
    return made


@transaction.atomic
def decide_credential(
    *, actor: Actor, at: datetime, request: int, version: int, approved: bool, opinion: str = "", number: str = ""
) -> CredentialRequest:
    """
    Decide on what was asked for; what is approved takes effect in the same transaction.

    ``number`` is the number of the new card, for issue and reissue. Nobody decides on what they asked for themselves.

    :raises RegistryError: if it was decided before, or the facts have changed so that it cannot be granted any more
    """
    asked = access(
        CredentialRequest.objects.select_related("officer__unit"),
        actor,
        "registry.credential.decide",
        see=SEE,
        lock=True,
        pk=request,
    )
    require_fresh(asked, version)
    if asked.status != "pending":
        refuse(obstacle("decided", "这项申请已经办理过。", "请刷新页面查看结果。"))
    if asked.asked_by == actor.code:
        refuse(obstacle("own_request", "申请人不能审批自己的申请。", "请由另一名有审批权限的人员办理。"))
    asked.status = "approved" if approved else "refused"
    asked.decided_by, asked.decided_by_name, asked.decided_at, asked.opinion = actor.code, actor.name, at, opinion
    if approved:
        asked.credential = _take_effect(asked, number)
    save(asked)
    fields = {
        "act": asked.act,
        "status": asked.status,
        "credential": asked.credential.number if asked.credential else "",
    }
    log(actor, at, "decide_credential", f"officer:{asked.officer.code}", fields, opinion)
    return asked


def _take_effect(asked: CredentialRequest, number: str) -> Credential:
    act, row, on = CredentialAct(asked.act), asked.officer, asked.effective_on
    if act is CredentialAct.ISSUE:
        require_none(rules.may_issue(frozen.officer_facts(row), on=on).obstacles)
        return _new_card(row, number, asked.details, on)
    card = asked.credential
    assert card is not None
    status = rules.after(frozen.credential_facts(card), act)
    if act is CredentialAct.REISSUE:
        card.status, card.ended_on = status, on
        save(card)
        details = {"category": card.category, "area": card.area, "kind": card.kind} | dict(asked.details)
        return _new_card(row, number, details, on)
    if act is CredentialAct.CHANGE:
        for name in ("category", "area"):
            if asked.details.get(name):
                setattr(card, name, asked.details[name])
    elif act is CredentialAct.SUSPEND:
        until = asked.details.get("until")
        card.suspended_from = on
        card.suspended_until = date.fromisoformat(until) if until else None
        rules.require_term(frozen.credential_facts(card), from_=on, until=card.suspended_until)
    elif act is CredentialAct.RESTORE:
        _require_term_over(card, on)
        card.suspended_until = min(card.suspended_until or on, date.fromordinal(on.toordinal() - 1))
        if card.suspended_from is not None and card.suspended_until < card.suspended_from:
            card.suspended_from = card.suspended_until = None
    else:
        card.ended_on = on
    card.status = status
    save(card)
    return card


def _require_term_over(card: Credential, on: date) -> None:
    if card.suspended_until is not None and on <= card.suspended_until:
        refuse(
            obstacle(
                "term_runs",
                f"证件{card.number}的暂扣期到{card.suspended_until.isoformat()}，期满以前不能恢复。",
                "请在期满次日起办理恢复。",
                "SS-43",
            )
        )


def _new_card(row: Officer, number: str, details: Mapping[str, Any], on: date) -> Credential:
    number = (number or details.get("number", "")).strip()
    rules.require_number(number, row.unit.place, on=on)
    until = details.get("valid_until")
    card = Credential(
        number=number,
        officer=row,
        kind=details.get("kind") or "行政执法证",
        issuer=details.get("issuer") or "省人民政府",
        category=details.get("category") or "",
        area=details.get("area") or "",
        issued_on=on,
        valid_from=on,
        valid_until=date.fromisoformat(until) if until else rules.default_validity(row.unit.place, on),
        verified_on=on,
        token=new_token(),
    )
    save(card)
    note([row])
    return card


@transaction.atomic
def verify_credential(
    *, actor: Actor, at: datetime, credential: str, version: int, on: date, opinion: str
) -> Credential:
    """
    Record the yearly verification (审验) of a credential.

    :raises RegistryError: if the credential is not in force, or its holder could not get one today

    Source: LC-09; TS-09.
    """
    card = access(
        Credential.objects.select_related("officer__unit"),
        actor,
        "registry.credential.verify",
        see=SEE,
        lock=True,
        number=credential,
    )
    require_fresh(card, version)
    rules.after(frozen.credential_facts(card), CredentialAct.VERIFY)
    if on > day_of(at) or on < card.verified_on:
        refuse(obstacle("wrong_day", "审验日期晚于今天，或者早于上次审验。", "请核对日期。", "LC-09"))
    holder = frozen.officer_facts(card.officer, ())
    found = [*rules.may_apply(holder, on=on).obstacles]
    if card.valid_until < on:
        found.append(obstacle("expired", f"证件{card.number}已到期。", "请办理换发，不再审验。", "LC-09"))
    require_none(found)
    card.verified_on = on
    save(card)
    CredentialRequest.objects.create(
        officer=card.officer,
        credential=card,
        act=CredentialAct.VERIFY,
        status="approved",
        reason=opinion or "年度审验合格",
        effective_on=on,
        asked_by=actor.code,
        asked_by_name=actor.name,
        asked_at=at,
        decided_by=actor.code,
        decided_by_name=actor.name,
        decided_at=at,
        opinion=opinion,
    )
    log(actor, at, "verify_credential", f"credential:{credential}", {"verified_on": on}, opinion)
    return card


@transaction.atomic
def take_over_credentials(
    *, actor: Actor, at: datetime, cards: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[Credential]:
    """
    Enter credentials that another system issued: each an officer's code and the particulars. All or none.

    :raises RegistryError: if a holder is unknown or could not lawfully hold one, or a number is taken
    """
    people = people_by_code(actor, [code for code, _ in cards])
    rows = [judge_card(people.get(code), code, values) for code, values in cards]
    _require_free([row.number for row in rows])
    for row in rows:
        check_fields(row)
    Credential.objects.bulk_create(rows, batch_size=500)
    note([row.officer for row in rows])
    for row in rows:
        fields = {"officer": row.officer.code, "valid_from": row.valid_from, "valid_until": row.valid_until}
        log(actor, at, "take_over_credential", f"credential:{row.number}", fields)
    return rows


def people_by_code(actor: Actor, codes: Sequence[str]) -> dict[str, Officer]:
    """Return those of the people whose credentials the actor may enter, with their credentials."""
    from mingjing.contexts.accounts.access import visible

    rows = visible(Officer.objects.select_related("unit"), actor, "registry.credential.ask")
    wanted = sorted(set(codes))
    found: dict[str, Officer] = {}
    for start in range(0, len(wanted), 500):
        some = rows.filter(code__in=wanted[start : start + 500]).prefetch_related("credentials")
        found |= {row.code: row for row in some}
    return found


def judge_card(officer: Officer | None, code: str, values: Mapping[str, Any]) -> Credential:
    """
    Make the row of a credential that another system issued, not yet saved.

    :raises RegistryError: if the holder is unknown or could not lawfully hold one
    """
    if officer is None:
        refuse(obstacle("unknown_officer", f"没有编码为“{code}”的人员，或者不在您的范围内。", "请先登记人员。"))
    first, last = values["valid_from"], values["valid_until"]
    status = str(values.get("status") or CredentialStatus.VALID.value)
    number = str(values["number"]).strip().upper()
    rules.require_number(number, officer.unit.place, on=first)
    if last < first:
        refuse(obstacle("wrong_term", f"证件{number}的有效期止早于有效期起。", "请照证件正面抄录。"))
    live = status in (CredentialStatus.VALID.value, CredentialStatus.SUSPENDED.value)
    facts = frozen.officer_facts(officer)
    if live:
        require_none(rules.may_issue(facts, on=first).obstacles if not _held_before(facts, first) else ())
    ended = values.get("ended_on")
    return Credential(
        number=number,
        officer=officer,
        kind=values.get("kind") or "行政执法证",
        issuer=values.get("issuer") or "省人民政府",
        category=values.get("category") or "",
        area=values.get("area") or "",
        issued_on=values.get("issued_on") or first,
        valid_from=first,
        valid_until=last,
        verified_on=values.get("verified_on") or first,
        status=status,
        suspended_from=values.get("suspended_from"),
        suspended_until=values.get("suspended_until"),
        ended_on=None if live else ended or last,
        token=new_token(),
    )


def _held_before(facts: rules.OfficerFacts, first: date) -> bool:
    """Say whether nothing but a former card speaks against a card that begins on a day."""
    return {each.code for each in rules.may_issue(facts, on=first).obstacles} == {"holds_one"} and not any(
        card.status in (CredentialStatus.VALID, CredentialStatus.SUSPENDED) for card in facts.credentials
    )


def _require_free(numbers: Sequence[str]) -> None:
    for start in range(0, len(numbers), 500):
        taken = Credential.objects.filter(number__in=numbers[start : start + 500]).values_list("number", flat=True)[:3]
        if taken:
            raise DuplicateError(f"证件编号{'、'.join(taken)}已经登记。")
