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
from mingjing.contexts.cases.models import Case, Evidence, OffsiteRecord, OffsiteState
from mingjing.contexts.cases.queries import offsite_records
from mingjing.contexts.cases.usecases.base import CaseError, log, save
from mingjing.contexts.media.models import Recording
from mingjing.contexts.records.usecases import append
from mingjing.contexts.registry.queries import party_of
from mingjing.contexts.registry.usecases.base import DuplicateError, apply, check_fields, reachable_units
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.procedures.evidence import of_law
from mingjing.domain.procedures.offsite import QUALITIES, SOURCE, flaws
from mingjing.law.citations import cite

SEE: Final = "cases.offsite.view"
ENTER: Final = "cases.offsite.enter"
REVIEW: Final = "cases.offsite.review"
OPEN: Final = "cases.case.open"
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
    if row.state == OffsiteState.WAITING:
        raise UnreviewedError(
            "这条非现场记录还没有经过人工审核，不能据以登记案件。请先审核记录内容是否真实、清晰、完整、准确。",
            citation=cite("CF 41"),
        )
    if row.state == OffsiteState.REJECTED:
        raise UnreviewedError(
            f"这条非现场记录审核不通过（{row.finding}），不得作为行政处罚的证据，不能据以登记案件。另有线索的，按该线索的来源登记。",
            citation=cite("CF 41"),
        )
    if row.case is not None:
        raise CaseError(f"已经从这条记录登记了案件“{row.case.title}”，不要重复登记。")
    return row


def carry(actor: Actor, at: datetime, case: Case, row: OffsiteRecord) -> None:
    """Let a new case carry the record from which it is opened: its device data, and the record as the first evidence."""
    row.case = case
    save(row)
    files = Recording.objects.filter(subject_kind=SUBJECT, subject_code=row.code).order_by("started_at", "pk")
    made = Evidence.objects.create(
        case=case,
        number=1,
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
    _log(actor, at, "open_from_offsite", row, case=case.code)
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
