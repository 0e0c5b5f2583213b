"""Acts on parties: entered under one key, changed, classed, merged and un-merged, personal data erased."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.dispatch import Signal

from mingjing.contexts.accounts.access import Actor, access, require_place
from mingjing.contexts.registry import personal
from mingjing.contexts.registry.models import Party, PartyMerge
from mingjing.contexts.registry.searching import note
from mingjing.contexts.registry.usecases.base import DuplicateError, InvalidError, apply, check_fields, log, save
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.registry import identity
from mingjing.domain.registry.obstacles import obstacle, refuse

SEE: Final = "registry.party.view"
EDIT: Final = "registry.party.edit"
FIELDS: Final = (
    "kind",
    "name",
    "uscc",
    "industry",
    "registered_on",
    "legal_person",
    "address",
    "mobile",
    "risk",
    "risk_reason",
    "contact_point",
)
ERASED_NAME: Final = "（个人信息已删除）"
renamed = Signal()
"""Sent with the row as ``party`` in the transaction in which its name changes or is erased: who keeps the name changes it."""


def key_index(values: Mapping[str, Any], place: str) -> str:
    """
    Return the blind index of the one key of a party.

    :raises RegistryError: if a number is wrong
    """
    key = identity.key_of(
        name=str(values.get("name") or ""),
        credit_code=str(values.get("uscc") or ""),
        identity_number=str(values.get("identity_number") or ""),
    )
    return personal.index_of(key, place)


def build(code: str, place: str, values: Mapping[str, Any]) -> Party:
    """
    Make the row of a new party, not yet saved.

    :raises RegistryError: if a number is wrong
    """
    row = Party(code=code, place=place, key_index=key_index(values, place))
    apply(row, values, FIELDS)
    _seal(row, values)
    return row


def _seal(row: Party, values: Mapping[str, Any]) -> bool:
    number = str(values.get("identity_number") or "").strip().upper()
    if not number:
        return False
    row.identity_sealed = personal.seal(number)
    row.identity_masked = identity.mask_identity(number)
    return True


@transaction.atomic
def register_parties(
    *, actor: Actor, at: datetime, parties: Sequence[tuple[str, str, Mapping[str, Any]]]
) -> list[Party]:
    """
    Enter parties: each a code, a place and the particulars. All or none.

    :raises ForbiddenError: if a place is beyond the actor's scope
    :raises RegistryError: if a number is wrong
    :raises DuplicateError: if the same party is registered
    """
    for place in {place for _, place, _ in parties}:
        require_place(actor, EDIT, place)
    rows = [build(code, place, values) for code, place, values in parties]
    known = same_parties([row.key_index for row in rows])
    for row in rows:
        if row.key_index in known:
            raise DuplicateError(_told(actor, known[row.key_index]))
    if len({row.key_index for row in rows}) != len(rows) or _taken([row.code for row in rows]):
        raise DuplicateError("编码或者证件号码重复。请核对。")
    for row in rows:
        check_fields(row)
    Party.objects.bulk_create(rows, batch_size=500)
    note(rows)
    for row in rows:
        log(actor, at, "register_party", f"party:{row.code}", {"kind": row.kind, "place": row.place})
    return rows


@transaction.atomic
def register_party(*, actor: Actor, at: datetime, code: str, place: str, values: Mapping[str, Any]) -> Party:
    """Enter one party."""
    return register_parties(actor=actor, at=at, parties=[(code, place, values)])[0]


def same_parties(indexes: Sequence[str]) -> dict[str, Party]:
    """Return the live parties with these keys, by key."""
    found: dict[str, Party] = {}
    for start in range(0, len(indexes), 500):
        rows = Party.objects.filter(
            key_index__in=indexes[start : start + 500], merged_into__isnull=True, erased_at__isnull=True
        )
        found |= {row.key_index: row for row in rows}
    return found


def _taken(codes: Sequence[str]) -> bool:
    return any(
        Party.objects.filter(code__in=codes[start : start + 500]).exists() for start in range(0, len(codes), 500)
    )


def _told(actor: Actor, row: Party) -> str:
    """Say that a party is known: with its name to who may see it, else masked."""
    scope = actor.scope(SEE)
    near = scope.everything or any(row.place.startswith(prefix) for prefix in scope.places)
    name = row.name if near else identity.mask_person(row.name)
    return f"同一主键的当事人已登记：{name}（{row.code}，行政区划{row.place}）。请直接选用，不要重复登记。"


@transaction.atomic
def edit_party(*, actor: Actor, at: datetime, code: str, version: int, values: Mapping[str, Any]) -> Party:
    """
    Change a party. A better number (a credit code where there was a name only) changes its key.

    :raises RegistryError: if it was merged or erased, or a number is wrong
    :raises DuplicateError: if the new key is another party's: then merge
    """
    row = access(Party.objects.all(), actor, EDIT, see=SEE, lock=True, code=code)
    require_fresh(row, version)
    _require_live(row)
    number = values.get("identity_number") or personal.unseal(row.identity_sealed)
    merged = {"name": row.name, "uscc": row.uscc} | dict(values) | {"identity_number": number}
    index = key_index(merged, row.place)
    other = same_parties([index]).get(index)
    if other is not None and other.pk != row.pk:
        raise DuplicateError(_told(actor, other) + "如确为同一当事人，请办理合并。")
    row.key_index = index
    changed = apply(row, values, FIELDS)
    if values.get("identity_number") and _seal(row, values):
        changed["identity_sealed"] = True
    save(row)
    note([row])
    if "name" in changed:
        renamed.send(sender=Party, party=row)
    log(actor, at, "edit_party", f"party:{code}", changed)
    return row


@transaction.atomic
def merge_parties(*, actor: Actor, at: datetime, survivor: str, merged: str, reason: str) -> PartyMerge:
    """
    Say that two parties are one; the survivor stands for both from now on. It can be undone.

    :raises RegistryError: if they are the same row, or one is merged or erased already, or their credit codes differ
    """
    keep = access(Party.objects.all(), actor, "registry.party.merge", see=SEE, lock=True, code=survivor)
    gone = access(Party.objects.all(), actor, "registry.party.merge", see=SEE, lock=True, code=merged)
    _require_live(keep)
    _require_live(gone)
    if keep.pk == gone.pk:
        refuse(obstacle("same", "不能把当事人与自己合并。", "请选择另一条登记。"))
    if keep.uscc and gone.uscc and keep.uscc != gone.uscc:
        refuse(
            obstacle(
                "two_codes",
                f"两条登记的统一社会信用代码不同（{keep.uscc}、{gone.uscc}），不是同一当事人。",
                "请先更正写错的代码。",
            )
        )
    if not reason.strip():
        raise InvalidError("请写明合并理由。", fields={"reason": ["必填"]})
    gone.merged_into = keep
    save(gone)
    note([gone])
    made = PartyMerge.objects.create(
        survivor=keep, merged=gone, at=at, actor=actor.code, actor_name=actor.name, reason=reason
    )
    log(actor, at, "merge_parties", f"party:{survivor}", {"merged": merged}, reason)
    return made


@transaction.atomic
def unmerge_parties(*, actor: Actor, at: datetime, merged: str, reason: str) -> Party:
    """
    Undo a merge: both stand for themselves again; the history stays.

    :raises RegistryError: if it is not merged
    :raises DuplicateError: if meanwhile another party has the key
    """
    row = access(Party.objects.all(), actor, "registry.party.merge", see=SEE, lock=True, code=merged)
    merge = PartyMerge.objects.filter(merged=row, undone_at__isnull=True).first()
    if merge is None:
        refuse(obstacle("not_merged", f"“{row.name}”没有被合并。", "请刷新页面核对。"))
    other = same_parties([row.key_index]).get(row.key_index)
    if other is not None:
        raise DuplicateError(_told(actor, other))
    row.merged_into = None
    save(row)
    note([row])
    merge.undone_at, merge.undone_by_name, merge.undone_reason = at, actor.name, reason
    save(merge, bump=False)
    log(actor, at, "unmerge_parties", f"party:{merge.survivor.code}", {"merged": merged}, reason)
    return row


@transaction.atomic
def reveal_party(*, actor: Actor, at: datetime, code: str, purpose: str) -> str:
    """
    Open the identity number of a party, for a purpose that the log keeps.

    :raises InvalidError: if no purpose is given
    """
    row = access(Party.objects.all(), actor, "registry.party.reveal", see=SEE, code=code)
    if not purpose.strip():
        raise InvalidError("请写明查看身份号码的用途；用途记入日志。", fields={"purpose": ["必填"]})
    log(actor, at, "reveal_party", f"party:{code}", {}, purpose)
    return personal.unseal(row.identity_sealed)


@transaction.atomic
def erase_party(*, actor: Actor, at: datetime, code: str, version: int, reason: str) -> Party:
    """
    Erase the personal data of a citizen; the row and its code stay, so that what refers to it still does.

    :raises RegistryError: if it is no citizen, or was erased before
    """
    row = access(Party.objects.all(), actor, "registry.party.erase", see=SEE, lock=True, code=code)
    require_fresh(row, version)
    _require_live(row)
    if row.kind not in ("citizen", "individual_business"):
        refuse(obstacle("no_person", f"“{row.name}”不是自然人或者个体工商户。", "单位的登记信息不属于个人信息。"))
    if not reason.strip():
        raise InvalidError("请写明删除的理由和依据。", fields={"reason": ["必填"]})
    row.name, row.erased_at = ERASED_NAME, at
    for name in ("uscc", "identity_sealed", "identity_masked", "legal_person", "address", "mobile", "risk_reason"):
        setattr(row, name, "")
    row.key_index = personal.blind(f"erased:{row.code}")
    save(row)
    note([row])
    renamed.send(sender=Party, party=row)
    log(actor, at, "erase_party", f"party:{code}", {"erased": True}, reason)
    return row


def _require_live(row: Party) -> None:
    if row.merged_into_id is not None:
        refuse(obstacle("merged", f"“{row.name}”已并入另一条登记。", "请在保留的登记上办理，或者先撤销合并。"))
    if row.erased_at is not None:
        refuse(obstacle("erased", "这条登记的个人信息已经删除。", "不能再修改。"))
