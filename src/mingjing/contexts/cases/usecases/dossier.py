"""A closed case is made into a dossier: what is missing is said first; then cover, catalogue, documents, note, in one file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.cases import frozen
from mingjing.contexts.cases.binding import Bound, Part, bind, spans_of
from mingjing.contexts.cases.models import Case, Dossier
from mingjing.contexts.cases.systems import unrecorded
from mingjing.contexts.cases.usecases import steps
from mingjing.contexts.cases.usecases.base import (
    CaseError,
    access_case,
    access_for_duty,
    log,
    officer_of,
    procedure_for,
)
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.documents.printing import render
from mingjing.contexts.documents.queries import latest_rendition, outstanding
from mingjing.contexts.documents.usecases import draft_document, issue_document
from mingjing.contexts.media.models import Recording
from mingjing.contexts.operations.files import name_for
from mingjing.contexts.records.keys import hasher
from mingjing.domain.documents.kinds import kind_of
from mingjing.domain.procedures.gates import case_rules
from mingjing.domain.procedures.model import Duty
from mingjing.domain.records.hashing import HashName
from mingjing.domain.rules.judge import judge
from mingjing.domain.rules.model import Status
from mingjing.domain.rules.terms import CaseFacts
from mingjing.kernel.moments import add_months
from mingjing.kernel.money import in_yuan

_YEARS: Final = {"ten": 10, "thirty": 30, "permanent": 0}
"""Years that a dossier is kept, by the class of its documents; 0 is for good."""
_LABELS: Final = {"ten": "十年", "thirty": "三十年", "permanent": "永久"}
_OUTER: Final = ("dossier_cover", "dossier_catalogue", "dossier_note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """Something that a closed case lacks: what, on which basis, what to do."""

    what: str
    basis: str = ""
    remedy: str = ""


def lacking(row: Case, *, on: date) -> tuple[Lack, ...]:
    """Say what a case lacks on a day: documents not issued, not signed, not sealed; recordings; breaches that stand."""
    found: list[Lack] = []
    for one in _documents(row):
        name = f"《{one.kind_data.name}》{one.number}".strip()
        if one.state == DocumentState.DRAFT:
            found.append(Lack(what=f"{name}还是草稿", remedy="核对后制发；确实不需要的，删除草稿。"))
            continue
        found += [
            Lack(what=f"{name}缺少{unsigned.label}签名", remedy="补签，或者由本人注明拒签并说明情况。")
            for unsigned in outstanding(one)
        ]
        if one.kind_data.sealed_first and one.sealed_at is None:
            found.append(Lack(what=f"{name}没有用印", remedy="由印章保管人用印。"))
    found += [
        Lack(what=said, basis=gap.citation.label, remedy=gap.remedy)
        for said, gap in unrecorded(row.code, procedure_for(row), row.events.order_by("number"), on)
    ]
    found += _breaches(row, on)
    return tuple(found)


def _breaches(row: Case, on: date) -> list[Lack]:
    base = frozen.fact_base(row, on=on)
    view = CaseFacts(case=base.case[row.code], base=base)
    found = []
    for rule in case_rules(on):
        made = judge(rule, view, base)
        if made.status is Status.BROKEN:
            words = rule.kind.describe(made, on)
            basis = "、".join(one.label for one in rule.citations)
            found.append(Lack(what=f"{rule.title}：{words.observed}", basis=basis, remedy=rule.remedy))
    return found


def _documents(row: Case) -> list[Document]:
    """The documents of a case that are not void, in the order of their steps."""
    rows = Document.objects.filter(subject_kind="case", subject_code=row.code).exclude(state=DocumentState.VOID)
    place = {
        code: number for number, code in enumerate(row.events.order_by("at", "number").values_list("code", flat=True))
    }
    # what few may know is filed apart
    found = [
        one
        for one in rows.select_related("unit", "template")
        if one.kind not in _OUTER and not one.kind_data.confidential
    ]
    return sorted(found, key=lambda one: (place.get(one.step, len(place)), one.drafted_at, one.pk))


@transaction.atomic
def make_dossier(*, actor: Actor, at: datetime, case: str, reason: str = "") -> Dossier:
    """
    Bind the dossier of a case that is closed and file it.

    :raises CaseError: if the case is not closed, was bound already, has no document that was issued, or lacks something
        and no reason is given
    """
    row = access_for_duty(actor, case, Duty.ARCHIVE)
    on = localdate(at)
    if row.status == "open":
        raise CaseError("案件还没有结案，不能立卷。")
    if Dossier.objects.filter(case=row).exists():
        raise CaseError("案件已经立卷归档。")
    lacks = lacking(row, on=on)
    if lacks and not reason.strip():
        raise CaseError(
            f"还有 {len(lacks)} 处需要补正：{'；'.join(one.what for one in lacks[:5])}。补正后立卷，或者说明不能补正的原因。"
        )
    issued = [one for one in _documents(row) if one.state == DocumentState.ISSUED]
    if not issued:
        raise CaseError("没有已制发的文书，不能立卷。请先核对、制发本案的文书。")
    retention = _retention(issued)
    entries, parts = _inner(issued)
    bound = _bound(actor, at, row, entries, parts, retention)
    name = default_storage.save(name_for("dossiers", "dossier.pdf"), ContentFile(bound.pdf))
    made = Dossier.objects.create(
        case=row,
        file=name,
        pages=bound.pages,
        size=len(bound.pdf),
        sha256=hashlib.sha256(bound.pdf).hexdigest(),
        sm3=hasher(HashName.SM3).digest(bound.pdf).hex(),
        retention=retention,
        kept_until=add_months(on, 12 * _YEARS[retention]) if _YEARS[retention] else None,
        catalogue=entries,
        recordings=recordings_of(row),
        lacking=[one.what for one in lacks],
        reason=reason.strip()[:512],
        made_by=actor.code,
        made_at=at,
    )
    log(actor, at, "make_dossier", row, reason, pages=made.pages, sha256=made.sha256, sm3=made.sm3, retention=retention)
    return made


@transaction.atomic
def archive(*, actor: Actor, at: datetime, case: str, reason: str = "") -> Dossier:
    """
    Bind the dossier of a closed case, and take the step by which it is archived where the procedure has it.

    :raises CaseError: if the case is not closed, was bound already, or lacks something and no reason is given
    :raises GatesUnmetError: if the law forbids it as things are
    """
    made = make_dossier(actor=actor, at=at, case=case, reason=reason)
    row = access_for_duty(actor, case, Duty.ARCHIVE)
    procedure = procedure_for(row)
    step = next((one for one in procedure.steps if one.event == "archiving" and row.stage in one.stages), None)
    if step is not None:
        draft = steps.start_draft(actor=actor, at=at, case=case, step=step.code)
        given = steps.Given(answers={"at": at.isoformat()}, people=[(role, code) for role, code in draft.people])
        steps.take_step(actor=actor, at=at, draft=draft.code, version=draft.version, given=given)
    return made


@transaction.atomic
def read_dossier(*, actor: Actor, at: datetime, case: str) -> Dossier:
    """
    Return the dossier of a case for reading; who read it stands in the log.

    :raises MissingError: if there is no such case that the actor may see, or no dossier yet
    """
    row = access_case(actor, case)
    found = Dossier.objects.filter(case=row).first()
    if found is None:
        raise MissingError("案件还没有立卷。")
    log(actor, at, "read_dossier", row, sha256=found.sha256)
    return found


def preview(row: Case) -> tuple[list[Document], str]:
    """Return the documents that would be bound, in order, and how long the dossier would be kept."""
    issued = [one for one in _documents(row) if one.state == DocumentState.ISSUED]
    return issued, _LABELS[_retention(issued)]


def retention_label(code: str) -> str:
    """Name how long a dossier is kept."""
    return _LABELS[code]


def _retention(issued: Sequence[Document]) -> str:
    """The longest time for which a document of the case is kept."""
    classes = {one.kind_data.retention for one in issued}
    return next((one for one in ("permanent", "thirty") if one in classes), "ten")


def _inner(issued: Sequence[Document]) -> tuple[list[dict[str, str]], list[Part]]:
    parts = [Part(title=f"{one.kind_data.name} {one.number}".strip(), pdf=_file(one)) for one in issued]
    entries = []
    for number, (one, (first, last)) in enumerate(zip(issued, spans_of(parts), strict=True), 1):
        entries.append(
            {
                "no": str(number),
                "title": one.kind_data.name,
                "number": one.number,
                "dated": one.dated_on.isoformat() if one.dated_on else "",
                "pages": str(first) if first == last else f"{first}-{last}",
                "note": "",
            }
        )
    return entries, parts


def _file(document: Document) -> bytes:
    made = latest_rendition(document)
    if made is None:
        return render(document, "pdf")
    with default_storage.open(made.file) as kept:
        return bytes(kept.read())


def _bound(
    actor: Actor, at: datetime, row: Case, entries: list[dict[str, str]], parts: list[Part], retention: str
) -> Bound:
    filed = row.events.filter(type__in=["filing", "acceptance", "application", "inspection"]).order_by("at").first()
    closed = row.events.filter(type__in=["closing", "ending", "withdrawal"]).order_by("-at").first()
    pages = spans_of(parts)[-1][1] if parts else 0
    handlers = [
        {"name": one.officer.name, "number": "", "position": one.officer.position}
        for one in row.handlers.filter(until__isnull=True).select_related("officer")
    ]
    cover = {
        "case_no": row.case_no or row.code,
        "cause": row.title,
        "party": {"name": row.party.name},
        "result": _result(row),
        "filed_on": localdate(filed.at if filed else row.opened_at).isoformat(),
        "closed_on": localdate(closed.at if closed else at).isoformat(),
        "handlers": handlers,
        "pages": pages,
        "kept": _LABELS[retention],
    }
    note = {
        "case_no": row.case_no or row.code,
        "archivist": {"name": officer_of(actor).name},
        "checker": handlers[-1] if handlers else {"name": officer_of(actor).name},
        "remarks": f"本卷共 {pages} 页，音像记录 {len(recordings_of(row))} 件，原件按编号和摘要保存在平台。{_entered_late(row)}",
        "archived_on": localdate(at).isoformat(),
    }
    outer = [
        _made(actor, at, row, "dossier_cover", cover),
        _made(actor, at, row, "dossier_catalogue", {"case_no": row.case_no or row.code, "entries": entries}),
    ]
    last = _made(actor, at, row, "dossier_note", note)
    return bind(
        [
            Part(title="封面", pdf=outer[0], counted=False),
            Part(title="卷内目录", pdf=outer[1], counted=False),
            *parts,
            Part(title="备考表", pdf=last, counted=False),
        ],
        title=f"{row.case_no} {row.title}",
    )


def _entered_late(row: Case) -> str:
    """Name the steps that were entered too late, for the note at the end of the dossier (SS-38)."""
    labels = {step.code: step.label for step in procedure_for(row).steps if not step.confidential}
    late = row.events.filter(late_days__gt=0, step__in=labels).order_by("at", "number")
    told = "、".join(f"{labels[one.step]}（{localdate(one.at)}，晚{one.late_days}日）" for one in late)
    return f"补录环节：{told}。" if told else ""


def _made(actor: Actor, at: datetime, row: Case, kind: str, data: dict[str, Any]) -> bytes:
    known = {field.code for field in kind_of(kind).fields}
    given = {name: value for name, value in data.items() if name in known}
    drafted = draft_document(
        actor=actor, at=at, kind=kind, unit=row.unit.code, subject=f"case:{row.code}", step="archiving", data=given
    )
    return _file(issue_document(actor=actor, at=at, code=drafted.code))


def _result(row: Case) -> str:
    parts = []
    if row.fine_fen:
        parts.append(f"罚款{in_yuan(row.fine_fen)}")
    if row.confiscated_fen:
        parts.append(f"没收{in_yuan(row.confiscated_fen)}")
    return "、".join(parts) or row.get_status_display()


def recordings_of(row: Case) -> list[dict[str, str]]:
    """List the recordings of a case, as a dossier does: what each is, when, with which device, its digest."""
    rows = Recording.objects.filter(subject_kind="case", subject_code=row.code).order_by("started_at")
    return [
        {
            "code": one.code,
            "kind": one.get_kind_display(),
            "shows": one.shows,
            "started_at": one.started_at.isoformat(),
            "device": one.device_no,
            "sha256": one.sha256,
        }
        for one in rows
    ]
