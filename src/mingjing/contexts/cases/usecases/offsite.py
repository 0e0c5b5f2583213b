"""
Records of monitoring devices are entered, one by one or from a workbook, and reviewed by a person; a case may then begin.

Source: 行政处罚法（2021）第四十一条; RZ-43.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases.models import Case, Evidence, OffsiteRecord, OffsiteState, OffsiteTelling
from mingjing.contexts.cases.queries import offsite_records
from mingjing.contexts.cases.usecases.base import PERMISSIONS, CaseError, access_for_duty, log, save
from mingjing.contexts.cases.usecases.evidence import next_number
from mingjing.contexts.media.models import Recording
from mingjing.contexts.records.usecases import append
from mingjing.contexts.registry.queries import party_of
from mingjing.contexts.registry.usecases.base import DuplicateError, apply, check_fields, reachable_units
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.procedures.evidence import of_law
from mingjing.domain.procedures.model import Duty
from mingjing.domain.procedures.offsite import MEANS, QUALITIES, SOURCE, flaws
from mingjing.law.citations import cite

SEE: Final = "cases.offsite.view"
ENTER: Final = "cases.offsite.enter"
REVIEW: Final = "cases.offsite.review"
TELL: Final = "cases.offsite.tell"
OPEN: Final = "cases.case.open"
JOIN: Final = PERMISSIONS[Duty.HANDLE]
"""To add a record to a case one must also be one of those who handle it."""
SUBJECT: Final = "offsite"
FIELDS: Final = (
    "device_name", "device_no", "device_record", "legal_verified_on", "technical_verified_on", "location_published_on",
    "location_published_at", "captured_at", "place", "seen",
)  # fmt: skip
_LONGEST: Final = 512


class UnreviewedError(CaseError):
    """No person has reviewed the record, or it did not pass: no case can be opened from it."""

    code = "cases.offsite_unreviewed"


def build(*, actor: Actor, at: datetime, unit: Unit, values: Mapping[str, Any]) -> OffsiteRecord:
    """
    Make the row of a record, not yet saved: of a unit, with its values and perhaps the code of a party.

    :raises InvalidError: if a value does not fit
    :raises CaseError: if it was taken in the future
    """
    row = OffsiteRecord(unit=unit, code=f"F{secrets.token_hex(6).upper()}", entered_by=actor.code, entered_at=at)
    _set(row, values)
    _require_sound(row, at)
    return row


def _set(row: OffsiteRecord, values: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    captured = given.get("captured_at")
    if captured is not None and timezone.is_naive(captured):
        given["captured_at"] = timezone.make_aware(captured)
    changed = apply(row, given, FIELDS)
    if "party" in given:
        party = party_of(given["party"]) if given["party"] else None
        if party != row.party:
            row.party, changed["party"] = party, party.code if party else ""
    return changed


@transaction.atomic
def enter_offsite(
    *, actor: Actor, at: datetime, records: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[OffsiteRecord]:
    """
    Enter records: each the code of a unit and the values. All or none; each waits for a person to review it.

    :raises ForbiddenError: if a unit is beyond the actor
    :raises DuplicateError: if the device's record is there already
    :raises CaseError: if one was taken in the future
    """
    units = reachable_units(actor, ENTER, [unit for unit, _ in records])
    rows = []
    for unit, values in records:
        if unit not in units:
            raise ForbiddenError(f"单位“{unit}”不存在，或者不在您的办理范围内。")
        rows.append(build(actor=actor, at=at, unit=units[unit], values=values))
    if known(rows):
        raise DuplicateError("这台设备的这条记录已经登记。")
    OffsiteRecord.objects.bulk_create(rows, batch_size=500)
    for row in rows:
        _log(actor, at, "enter_offsite", row, device=row.device_no, captured=row.captured_at.isoformat())
    return rows


def known(rows: Iterable[OffsiteRecord]) -> set[tuple[str, str]]:
    """Return which records of devices (number of the device, of its record) are there already."""
    wanted = {(row.device_no, row.device_record) for row in rows}
    numbers = sorted({record for _, record in wanted})
    found: set[tuple[str, str]] = set()
    for start in range(0, len(numbers), 500):
        some = OffsiteRecord.objects.filter(device_record__in=numbers[start : start + 500])
        found |= set(some.values_list("device_no", "device_record"))
    return found & wanted


@transaction.atomic
def correct_offsite(*, actor: Actor, at: datetime, code: str, version: int, values: Mapping[str, Any]) -> OffsiteRecord:
    """
    Correct what was entered of a record, until a person has reviewed it.

    :raises StaleError: if somebody changed it
    :raises CaseError: if it was reviewed
    """
    row = _fetch(actor, ENTER, code, version)
    _require_waiting(row)
    changed = _set(row, values)
    if changed:
        _require_sound(row, at)
        if {"device_no", "device_record"} & set(changed) and known([row]):
            raise DuplicateError("这台设备的这条记录已经登记。")
        save(row)
        _log(actor, at, "correct_offsite", row, **changed)
    return row


@transaction.atomic
def review_offsite(
    *, actor: Actor, at: datetime, code: str, version: int, qualities: Sequence[str], passed: bool, finding: str
) -> OffsiteRecord:
    """
    Say as a person what a record is worth: which of the four qualities its content has, whether it passes, and why.

    :raises CaseError: if it was reviewed, no reason is given, or it cannot pass: a quality or something of the device lacks
    :raises StaleError: if somebody changed it

    Source: 行政处罚法（2021）第四十一条.
    """
    row = _fetch(actor, REVIEW, code, version)
    _require_waiting(row)
    if not finding.strip():
        raise CaseError("请写明审核意见：看到了什么，为什么通过或者不通过。", citation=cite("CF 41"))
    found = [one for one in QUALITIES if one in qualities]
    against = flaws(row.device, found, localdate(row.captured_at))
    if passed and against:
        raise CaseError(
            f"不能审核通过：{'；'.join(against)}。未经审核或者不符合要求的，不得作为行政处罚的证据。设备资料漏填的，先补正记录；确实没有的，审核为不通过。",
            citation=cite("CF 41"),
        )
    row.state = OffsiteState.PASSED if passed else OffsiteState.REJECTED
    row.qualities, row.finding = found, finding.strip()[:_LONGEST]
    row.reviewer, row.reviewer_name, row.reviewed_at = actor.code, actor.name, at
    save(row)
    _log(actor, at, "review_offsite", row, row.finding, state=str(row.state), qualities="、".join(found))
    return row


def reviewed_for(actor: Actor, source: str, code: str) -> OffsiteRecord | None:
    """
    Return the record from which a case is to be opened, locked; ``None`` where its source is another.

    :raises CaseError: if there is none such, or a case was opened from it
    :raises UnreviewedError: if no person reviewed it, or it did not pass

    Source: 行政处罚法（2021）第四十一条; RZ-43.
    """
    if source != SOURCE:
        return None
    try:
        row = access(offsite_records(), actor, OPEN, see=SEE, lock=True, code=code.strip())
    except MissingError as error:
        raise CaseError(
            "来源是非现场监管的，来源编号填写非现场记录的编码，从该记录登记案件。没有找到这条记录，或者您无权查看。"
        ) from error
    _require_usable(row, "登记案件")
    return row


def _require_usable(row: OffsiteRecord, purpose: str) -> None:
    if row.state == OffsiteState.WAITING:
        raise UnreviewedError(
            f"这条非现场记录还没有经过人工审核，不能据以{purpose}。请先审核记录内容是否真实、清晰、完整、准确。",
            citation=cite("CF 41"),
        )
    if row.state == OffsiteState.REJECTED:
        raise UnreviewedError(
            f"这条非现场记录审核不通过（{row.finding}），不得作为行政处罚的证据，不能据以{purpose}。另有线索的，按该线索的来源登记。",
            citation=cite("CF 41"),
        )
    if row.case is not None:
        raise CaseError(f"已经从这条记录登记了案件“{row.case.title}”，不要重复登记。")


@transaction.atomic
def join_offsite(*, actor: Actor, at: datetime, code: str, version: int, case: str, reason: str) -> OffsiteRecord:
    """
    Add a reviewed record to a case under way against the same party, whose act it shows to go on; it becomes evidence.

    Where the record names no party, whoever handles the case says by the reason that it is this one.

    :raises StaleError: if somebody changed the record
    :raises UnreviewedError: if no person reviewed it, or it did not pass
    :raises CaseError: if it is in a case, the case is decided, the party is another, or no reason is given

    Source: 行政处罚法（2021）第四十一条.
    """
    row = _fetch(actor, JOIN, code, version)
    held = access_for_duty(actor, case, Duty.HANDLE)
    _require_usable(row, "补充案件证据")
    if held.status != "open" or held.decided_on is not None:
        raise CaseError("案件已经作出决定或者已经结束，不能再加入记录。决定以后的行为，另行登记案件。")
    if row.party is not None and party_of(row.party.code) != party_of(held.party.code):
        raise CaseError(f"这条记录的当事人是“{row.party.name}”，与案件的当事人“{held.party.name}”不是同一个。")
    if not reason.strip():
        raise CaseError("请写明为什么属于本案：同一违法行为怎样持续，当事人怎样认定。")
    carry(actor, at, held, row, number=next_number(held), act="join_offsite", reason=reason.strip()[:_LONGEST])
    return row


@transaction.atomic
def tell_offsite(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    told_at: datetime,
    means: str,
    content: str,
    ways: str,
    receiver: str = "",
) -> OffsiteTelling:
    """
    Record that the party was told of a reviewed record: when and how, what, and by which ways it may look and answer.

    A party may be told again, by other means. The law says “及时” without a figure, so none is computed.

    :raises CaseError: if the record did not pass, the party is unknown, the moment does not fit, or something lacks

    Source: 行政处罚法（2021）第四十一条第三款.
    """
    row = access(offsite_records(), actor, TELL, see=SEE, lock=True, code=code)
    if row.state != OffsiteState.PASSED or row.reviewed_at is None:
        raise CaseError("记录审核通过以后，再告知当事人。", citation=cite("CF 41"))
    if row.party is None and row.case is None:
        raise CaseError("这条记录还没有查明当事人。登记案件或者加入案件以后，再登记告知。")
    if means not in MEANS:
        raise CaseError(f"没有这种告知方式，可选：{'、'.join(MEANS.values())}。")
    lacking = [
        label for label, value in (("告知的内容", content), ("查询、陈述和申辩的途径", ways)) if not value.strip()
    ]
    if lacking:
        raise CaseError(
            f"请写明{'、'.join(lacking)}。应当告知违法事实，并为当事人查询、陈述和申辩提供便利。",
            citation=cite("CF 41"),
        )
    moment = timezone.make_aware(told_at) if timezone.is_naive(told_at) else told_at
    if not row.reviewed_at.replace(second=0, microsecond=0) <= moment <= at:
        raise CaseError("告知时间应当在审核通过以后、现在以前。")
    made = OffsiteTelling.objects.create(
        record=row,
        told_at=moment,
        means=means,
        receiver=receiver.strip()[:64],
        content=content.strip(),
        ways=ways.strip()[:_LONGEST],
        teller=actor.code,
        teller_name=actor.name,
        entered_at=at,
    )
    _log(
        actor,
        at,
        "tell_offsite",
        row,
        told=moment.isoformat(),
        means=means,
        content=made.content[:_LONGEST],
        ways=made.ways,
    )
    return made


def carry(
    actor: Actor,
    at: datetime,
    case: Case,
    row: OffsiteRecord,
    *,
    number: int = 1,
    act: str = "open_from_offsite",
    reason: str = "",
) -> None:
    """Let a case carry a record, as its first evidence where it is opened from it: its device data come with it."""
    row.case = case
    save(row)
    files = Recording.objects.filter(subject_kind=SUBJECT, subject_code=row.code).order_by("started_at", "pk")
    made = Evidence.objects.create(
        case=case,
        number=number,
        kind="electronic",
        name=f"非现场记录 {row.device_record}"[:128],
        proves=row.seen,
        source=f"{row.device_name}（{row.device_no}）{localtime(row.captured_at):%Y-%m-%d %H:%M:%S} 摄录于{row.place}"[
            :256
        ],
        obtained_on=localdate(row.captured_at),
        obtained_by=row.reviewer_name,
        pages=max(1, files.count()),
        recording=files.values_list("code", flat=True).first() or "",
        answers=[one.code for one in of_law(case.procedure_code) if one.code == SUBJECT],
    )
    _log(actor, at, act, row, reason, case=case.code)
    log(actor, at, "add_evidence", case, evidence=made.number, name=made.name, proves=made.proves, offsite=row.code)


def _fetch(actor: Actor, permission: str, code: str, version: int) -> OffsiteRecord:
    row = access(offsite_records(), actor, permission, see=SEE, lock=True, code=code)
    require_fresh(row, version)
    return row


def _require_waiting(row: OffsiteRecord) -> None:
    if row.state != OffsiteState.WAITING:
        raise CaseError(f"这条记录已由{row.reviewer_name}审核（{row.get_state_display()}），不能再改。")


def _require_sound(row: OffsiteRecord, at: datetime) -> None:
    check_fields(row)
    if row.captured_at > at:
        raise CaseError("摄录时间不能晚于现在。")


def _log(actor: Actor, at: datetime, act: str, row: OffsiteRecord, reason: str = "", **fields: Any) -> None:
    append(actor=actor.code, at=at, act=f"cases.{act}", subject=f"offsite:{row.code}", fields=fields, reason=reason)
