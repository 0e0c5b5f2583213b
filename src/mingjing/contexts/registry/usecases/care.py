"""Acts of care: insurance, confidential help; accountability in which a claimed exemption is decided first."""

from datetime import date, datetime
from typing import Final

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, access, require
from mingjing.contexts.registry import personal
from mingjing.contexts.registry.models import Accountability, CareCase, Insurance, Officer, Situation
from mingjing.contexts.registry.usecases.base import InvalidError, log, save
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.registry import care as rules
from mingjing.domain.registry.obstacles import obstacle, refuse

SEE: Final = "registry.care.view"


@transaction.atomic
def insure_officer(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    kind: str,
    insurer: str,
    policy_no: str,
    valid_from: date,
    valid_until: date,
) -> Insurance:
    """
    Enter an insurance of a person (LC-31).

    :raises RegistryError: if it ends before it begins
    """
    row = access(Officer.objects.all(), actor, "registry.care.edit", see=SEE, code=code)
    if valid_until < valid_from:
        refuse(obstacle("wrong_term", "保险期止早于保险期起。", "请照保单抄录。", "LC-31"))
    made = Insurance(
        officer=row, kind=kind, insurer=insurer, policy_no=policy_no, valid_from=valid_from, valid_until=valid_until
    )
    save(made)
    log(actor, at, "insure_officer", f"officer:{code}", {"kind": kind, "until": valid_until})
    return made


@transaction.atomic
def open_care(
    *, actor: Actor, at: datetime, code: str, kind: str, opened_on: date, provider: str, text: str
) -> CareCase:
    """Enter that somebody gets help. What was said is sealed, and stands in no log."""
    row = access(Officer.objects.all(), actor, "registry.care.edit", see=SEE, code=code)
    made = CareCase(officer=row, kind=kind, opened_on=opened_on, provider=provider, text_sealed=personal.seal(text))
    save(made)
    log(actor, at, "open_care", f"care:{made.pk}", {"kind": kind})
    return made


@transaction.atomic
def read_care(*, actor: Actor, at: datetime, case: int) -> str:
    """
    Open what was said: the service role only, and the log keeps who did (LC-31, RZ-84).

    :raises ForbiddenError: for everybody else, superiors included
    """
    row = access(CareCase.objects.all(), actor, "registry.care.read", see=SEE, pk=case)
    log(actor, at, "read_care", f"care:{case}", {})
    return personal.unseal(row.text_sealed)


@transaction.atomic
def list_situation(
    *, actor: Actor, at: datetime, code: str, kind: str, text: str, procedure: str, basis: str, valid_from: date
) -> Situation:
    """Enter a situation of liability, exemption or tolerance into the list (LC-30)."""
    require(actor, "registry.accountability.edit")
    made = Situation(code=code, kind=kind, text=text, procedure=procedure, basis=basis, valid_from=valid_from)
    save(made)
    log(actor, at, "list_situation", f"situation:{code}", {"kind": kind}, basis)
    return made


_ACCOUNT: Final = "registry.accountability.edit"
_ACCOUNT_SEE: Final = "registry.accountability.view"


@transaction.atomic
def open_accountability(
    *, actor: Actor, at: datetime, officer: str, liability: str, opened_on: date, facts: str
) -> Accountability:
    """
    Call somebody to account for a listed situation.

    :raises InvalidError: if the situation is none of liability
    """
    row = access(Officer.objects.all(), actor, _ACCOUNT, see=_ACCOUNT_SEE, code=officer)
    made = Accountability(
        officer=row, liability=_situation(liability, ("liability",)), opened_on=opened_on, facts_text=facts
    )
    save(made)
    log(actor, at, "open_accountability", f"officer:{officer}", {"liability": liability, "on": opened_on})
    return made


def _situation(code: str, kinds: tuple[str, ...]) -> Situation:
    found = Situation.objects.filter(code=code, kind__in=kinds).first()
    if found is None:
        raise InvalidError(f"清单中没有编号为“{code}”的相应情形。", fields={"situation": ["请从清单中选择"]})
    return found


def _fetch(actor: Actor, case: int, version: int) -> Accountability:
    row = access(
        Accountability.objects.select_related("officer"), actor, _ACCOUNT, see=_ACCOUNT_SEE, lock=True, pk=case
    )
    require_fresh(row, version)
    if row.decided_on is not None:
        refuse(obstacle("decided", "这项责任追究已经处理完毕。", "不能再修改。", "LC-30"))
    return row


@transaction.atomic
def claim_exemption(*, actor: Actor, at: datetime, case: int, version: int, situation: str) -> Accountability:
    """Enter which exemption or tolerance the person claims."""
    row = _fetch(actor, case, version)
    row.claim = _situation(situation, ("exemption", "tolerance"))
    row.claim_granted, row.claim_reason = None, ""
    save(row)
    log(actor, at, "claim_exemption", f"officer:{row.officer.code}", {"situation": situation})
    return row


@transaction.atomic
def decide_claim(*, actor: Actor, at: datetime, case: int, version: int, granted: bool, reason: str) -> Accountability:
    """
    Decide whether the claimed situation holds, with the reason.

    :raises RegistryError: if none is claimed
    :raises InvalidError: if no reason is given
    """
    row = _fetch(actor, case, version)
    if row.claim_id is None:
        refuse(obstacle("no_claim", "没有主张免责或者容错情形。", "请先登记主张。", "LC-30"))
    if not reason.strip():
        raise InvalidError("请写明认定理由。", fields={"reason": ["必填"]})
    row.claim_granted, row.claim_reason = granted, reason
    save(row)
    log(actor, at, "decide_claim", f"officer:{row.officer.code}", {"granted": granted}, reason)
    return row


@transaction.atomic
def conclude_accountability(
    *, actor: Actor, at: datetime, case: int, version: int, result: str, reason: str, on: date
) -> Accountability:
    """
    Record what came of it.

    :raises RegistryError: while a claim is undecided (LC-30), or a sanction although the exemption was granted
    """
    row = _fetch(actor, case, version)
    rules.require_claim_decided(
        claimed=row.claim_id is not None, decided=row.claim_granted is not None, reason=row.claim_reason
    )
    if row.claim_granted and row.claim is not None and row.claim.kind == "exemption" and result != "none":
        refuse(obstacle("exempt", "已认定免责情形成立，只能作“不予追责”处理。", "请核对认定结论。", "LC-30"))
    row.result, row.result_reason, row.decided_on = result, reason, on
    save(row)
    log(actor, at, "conclude_accountability", f"officer:{row.officer.code}", {"result": result, "on": on}, reason)
    return row
