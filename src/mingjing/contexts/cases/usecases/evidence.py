"""The evidence of a case: what it is, where it comes from, what it proves, and whether it is believed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Max
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.cases.models import Case, Evidence
from mingjing.contexts.cases.queries import wanted_evidence
from mingjing.contexts.cases.usecases.base import CaseError, access_for_duty, log, procedure_for, save
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.procedures.model import Duty

_APART: Final = 1_000_000
"""Added to numbers while they change places, so that no two are ever the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvidence:
    """
    A piece of evidence.

    ``step`` is the code of the step in which it was obtained, ``recording`` of a recording, ``answers`` are the codes of
    the entries of the checklist for which it was gathered.

    Source: 行政处罚法（2021）第四十六条.
    """

    kind: str
    name: str
    proves: str
    source: str
    obtained_on: date
    obtained_by: str = ""
    pages: int = 1
    step: str = ""
    recording: str = ""
    answers: list[str] = field(default_factory=list)


def next_number(case: Case) -> int:
    """Return the number of the next piece of evidence of a case that the caller has locked."""
    return (case.evidence.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def add_evidence(*, actor: Actor, at: datetime, case: str, given: NewEvidence) -> Evidence:
    """
    Enter a piece of evidence, at the end of the list.

    :raises CaseError: if the case is over, or something is missing or cannot be
    """
    row = _open_case(actor, case)
    _require_whole(given, row, localdate(at))
    made = Evidence.objects.create(case=row, number=next_number(row), **asdict(given))
    log(actor, at, "add_evidence", row, evidence=made.number, name=made.name, proves=made.proves)
    return made


@transaction.atomic
def edit_evidence(
    *, actor: Actor, at: datetime, case: str, evidence: int, version: int, given: NewEvidence
) -> Evidence:
    """
    Correct a piece of evidence, by its key.

    :raises StaleError: if somebody changed it since
    :raises CaseError: if the case is over, or something is missing or cannot be
    """
    row = _open_case(actor, case)
    found = _of(row, evidence)
    require_fresh(found, version)
    _require_whole(given, row, localdate(at))
    changed = {name: str(value) for name, value in asdict(given).items() if getattr(found, name) != value}
    for name in changed:
        setattr(found, name, getattr(given, name))
    if changed:
        save(found)
        log(actor, at, "edit_evidence", row, evidence=found.number, **changed)
    return found


@transaction.atomic
def exclude_evidence(*, actor: Actor, at: datetime, case: str, evidence: int, version: int, reason: str) -> Evidence:
    """
    Say that a piece of evidence is not believed and why; without a reason, that it is again.

    Nothing is taken away: what was gathered stays on record.

    :raises StaleError: if somebody changed it since

    Source: 行政处罚法（2021）第四十六条: what was gathered unlawfully proves nothing.
    """
    row = _open_case(actor, case)
    found = _of(row, evidence)
    require_fresh(found, version)
    reason = reason.strip()[:256]
    if reason == found.excluded_reason:
        return found
    found.excluded_reason = reason
    save(found)
    log(actor, at, "exclude_evidence" if reason else "restore_evidence", row, reason, evidence=found.number)
    return found


@transaction.atomic
def order_evidence(*, actor: Actor, at: datetime, case: str, keys: Sequence[int]) -> list[Evidence]:
    """
    Number the evidence anew, in the order of its keys.

    :raises CaseError: if the keys are not those of the case's evidence, each once
    """
    row = _open_case(actor, case)
    mine = {one.pk: one for one in row.evidence.all()}
    if sorted(mine) != sorted(keys):
        raise CaseError("证据清单已有变化，请刷新页面后再调整顺序。")
    row.evidence.update(number=F("number") + _APART)
    for number, key in enumerate(keys, 1):
        Evidence.objects.filter(pk=key).update(number=number)
    log(actor, at, "order_evidence", row, order="、".join(str(mine[key].name) for key in keys)[:500])
    return list(row.evidence.all())


def _open_case(actor: Actor, case: str) -> Case:
    row = access_for_duty(actor, case, Duty.HANDLE)
    if procedure_for(row).stage(row.stage).final:
        raise CaseError("案件已经归档，证据清单不能再改。")
    return row


def _of(row: Case, key: int) -> Evidence:
    found = row.evidence.select_for_update().filter(pk=key).first()
    if found is None:
        raise MissingError("没有找到这份证据。")
    found.case = row
    return found


def _require_whole(given: NewEvidence, row: Case, today: date) -> None:
    lacking = [
        label
        for label, value in (("名称", given.name), ("证明的事实", given.proves), ("来源", given.source))
        if not value.strip()
    ]
    if lacking:
        raise CaseError(f"证据要写明{'、'.join(lacking)}。")
    if given.kind not in dict(Evidence.KINDS):
        raise CaseError(f"没有“{given.kind}”这种证据。可选：{'、'.join(label for _, label in Evidence.KINDS)}。")
    if given.obtained_on > today:
        raise CaseError("取得日期不能晚于今天。")
    if given.pages < 1:
        raise CaseError("页数（数量）至少是 1。")
    if given.answers and (unknown := set(given.answers) - {one.code for one in wanted_evidence(row)}):
        raise CaseError(f"本案的取证清单里没有{'、'.join(sorted(unknown))}这一项，请从清单中选择。")
    if given.step and not row.events.filter(code=given.step).exists():
        raise CaseError("本案没有所选的环节。")
