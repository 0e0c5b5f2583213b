"""Documents served 送达: how, to whom, with which proof, and from which day periods run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.documents import subjects
from mingjing.contexts.documents.models import Document, DocumentState, Service, ServiceProof
from mingjing.contexts.documents.usecases.base import (
    DocumentError,
    document_to,
    happening,
    keep,
    log,
    require_state,
    save,
)
from mingjing.contexts.documents.usecases.drafting import draft_document
from mingjing.contexts.documents.usecases.issuing import issue_document
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.documents import service as law
from mingjing.domain.documents.service import Method, ServiceFacts

RECEIPT = "service_receipt"
LARGEST_PROOF = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A file that proves a service."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What came of it: the facts from which deadlines run, and the code of the receipt that was made."""

    service: int
    document: str
    method: str
    sent_at: datetime
    effective_on: date | None
    receipt: str


@transaction.atomic
def serve_document(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    method: str,
    receiver: str,
    sent_at: datetime | None = None,
    received_on: date | None = None,
    taker: str = "",
    relation: str = "",
    address: str = "",
    refusal: str = "",
    witnesses: Sequence[str] = (),
    servers: Sequence[Mapping[str, str]] = (),
    tracking: str = "",
    consent: str = "",
    reasons: str = "",
    remark: str = "",
    proofs: Sequence[Proof] = (),
    receipt: bool = True,
    version: int | None = None,
) -> Served:
    """
    Record that an issued document was served, and make the receipt 送达回证.

    ``servers`` are persons (``name``, ``number``); ``consent`` names the confirmation by which the party agreed to electronic
    service. By post, ``received_on`` may come later (:func:`receive_document`).

    :raises DocumentError: if it is not issued, is not sealed though it must be, or the service lacks what the law asks
        for; the message names all of it with its articles
    :raises StaleError: if somebody changed it since the page was opened

    Source: 行政处罚法（2021）第六十一条; 民事诉讼法（2023）第八十七条至第九十五条.
    """
    row = document_to(actor, "documents.document.serve", code, version)
    require_state(row, DocumentState.ISSUED)
    if row.kind_data.sealed_first and row.sealed_at is None:
        raise DocumentError("文书还没有用印，不能送达。", citation=row.kind_data.citations[-1])
    sent = sent_at or at
    if sent > at:
        raise DocumentError("送出时间不能晚于现在。")
    facts = ServiceFacts(
        method=Method(method),
        receiver=receiver.strip(),
        sent_on=localdate(sent),
        servers=len(servers),
        received_on=received_on,
        taker=taker.strip(),
        relation=relation.strip(),
        address=address.strip(),
        refusal=refusal.strip(),
        witnesses=len([one for one in witnesses if one.strip()]),
        proofs=len(proofs),
        tracking=tracking.strip(),
        consent=consent.strip(),
        reasons=reasons.strip(),
    )
    _require_lawful(facts, localdate(at))
    effective = law.effective_on(facts)
    subjects.ask(happening("serve", row, actor, at, method=method, effective_on=effective))
    made = Service.objects.create(
        document=row,
        method=facts.method,
        receiver=facts.receiver[:128],
        taker=facts.taker[:128],
        relation=facts.relation[:64],
        address=facts.address[:200],
        sent_at=sent,
        received_on=received_on,
        effective_on=effective,
        refusal=facts.refusal[:300],
        witnesses=[one.strip() for one in witnesses if one.strip()],
        servers=[dict(one) for one in servers],
        tracking=facts.tracking[:64],
        consent=facts.consent[:128],
        reasons=facts.reasons[:300],
        remark=remark.strip()[:300],
        recorded_by=actor.code,
        recorded_at=at,
    )
    for one in proofs:
        _keep_proof(made, one, at)
    if receipt:
        made.receipt = _receipt(actor, at, row, made)
        made.save(update_fields=["receipt"])
    if effective is not None and (row.served_on is None or effective < row.served_on):
        row.served_on = effective
    save(row)
    log(
        actor,
        at,
        "serve_document",
        row,
        facts.refusal or facts.reasons,
        method=method,
        sent_at=sent.isoformat(),
        effective_on=effective.isoformat() if effective else None,
        receipt=made.receipt.code if made.receipt else None,
    )
    subjects.tell(
        happening("serve", row, actor, at, method=method, effective_on=effective, service=made.pk, sent_at=sent)
    )
    return _served(made)


@transaction.atomic
def receive_document(
    *,
    actor: Actor,
    at: datetime,
    service: int,
    received_on: date,
    taker: str = "",
    proofs: Sequence[Proof] = (),
    version: int | None = None,
) -> Served:
    """
    Record that what was posted has arrived, by the return receipt; periods run from that day.

    :raises MissingError: if there is no such service that the actor may see
    :raises DocumentError: if its day is known already, or this one cannot be

    Source: 民事诉讼法（2023）第九十一条.
    """
    made = Service.objects.select_related("document").filter(pk=service).first()
    if made is None:
        raise MissingError("没有找到这次送达，或者您无权查看。")
    row = document_to(actor, "documents.document.serve", made.document.code)
    if version is not None:
        require_fresh(made, version)
    if made.effective_on is not None:
        raise DocumentError("这次送达的日期已经登记。")
    if not localdate(made.sent_at) <= received_on <= localdate(at):
        raise DocumentError("收到日期应当在送出日期之后，并且不晚于今天。")
    subjects.ask(happening("receive", row, actor, at, method=made.method, effective_on=received_on))
    made.received_on = made.effective_on = received_on
    made.taker = taker.strip()[:128] or made.taker
    made.version += 1
    made.save()
    for one in proofs:
        _keep_proof(made, one, at)
    row.served_on = min(received_on, row.served_on) if row.served_on else received_on
    save(row)
    log(actor, at, "receive_document", row, method=made.method, effective_on=received_on.isoformat())
    subjects.tell(
        happening(
            "receive",
            row,
            actor,
            at,
            method=made.method,
            effective_on=received_on,
            service=made.pk,
            sent_at=made.sent_at,
        )
    )
    return _served(made)


def _require_lawful(facts: ServiceFacts, today: date) -> None:
    if facts.received_on is not None and facts.received_on > today:
        raise DocumentError("收到日期不能晚于今天。")
    if found := law.flaws(facts):
        words = "".join(f"{one.text}（{one.citation.label}）" for one in found)
        raise DocumentError(words, citation=found[0].citation)


def _keep_proof(made: Service, one: Proof, at: datetime) -> None:
    if len(one.content) > LARGEST_PROOF:
        raise DocumentError(f"“{one.name}”超过 20 MB，请压缩以后上传。")
    file, digest = keep(one.content, "service", one.name)
    ServiceProof.objects.create(
        service=made, name=one.name[-200:], file=file, size=len(one.content), sha256=digest, added_at=at
    )


def _receipt(actor: Actor, at: datetime, row: Document, made: Service) -> Document | None:
    """Make the receipt, where the actor may issue documents; its signatures are then collected on it."""
    if not (actor.may("documents.document.edit") and actor.may("documents.document.issue")):
        return None
    data: dict[str, Any] = {
        "cause": row.data.get("cause") or row.kind_data.name,
        "receiver": made.receiver,
        "place": made.address or "当场",
        "method": Method(made.method).label,
        "documents": [{"name": row.kind_data.name, "number": row.number, "copies": "1"}],
        "received_at": f"{made.received_on}T00:00" if made.received_on else "",
        "taker": made.taker,
        "taker_relation": made.relation,
        "refusal": made.refusal,
        "witnesses": made.witnesses,
        "servers": made.servers or [{"name": actor.name}],
        "remark": made.remark,
    }
    draft = draft_document(
        actor=actor,
        at=at,
        kind=RECEIPT,
        unit=row.unit.code,
        subject=row.subject,
        step="service",
        data=data,
    )
    return issue_document(actor=actor, at=at, code=draft.code)


def _served(made: Service) -> Served:
    return Served(
        service=made.pk,
        document=made.document.code,
        method=made.method,
        sent_at=made.sent_at,
        effective_on=made.effective_on,
        receipt=made.receipt.code if made.receipt else "",
    )
