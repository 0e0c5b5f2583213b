"""
Documents that a step makes: drafted with what the case and the step already say, so that nobody writes it twice.

What the case does not know is left empty; the document says itself what is missing before it is issued.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from django.utils.timezone import localdate, localtime

from mingjing.contexts.accounts.access import Actor, actor_of
from mingjing.contexts.accounts.models import User
from mingjing.contexts.cases.models import SOURCES, Case, Event
from mingjing.contexts.catalog.queries import resolve
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.documents.usecases import draft_document
from mingjing.contexts.registry.models import Credential, Officer
from mingjing.domain.discretion.benchmarks import PENALTY_KINDS
from mingjing.domain.documents.kinds import Kind, kind_of
from mingjing.domain.documents.values import cleaned
from mingjing.domain.procedures.model import Paper, Step
from mingjing.domain.rules import facts
from mingjing.domain.rules.terms import CaseFacts
from mingjing.facts.schema import SERVICE_METHODS
from mingjing.kernel.errors import DomainError
from mingjing.kernel.money import in_yuan

EDIT: Final = "documents.document.edit"

_IDENTITY: Final = {"citizen": "身份证号码"}


def papers_of(step: Step, view: CaseFacts) -> tuple[Paper, ...]:
    """Return the documents that a step makes in this case in any event."""
    return tuple(one for one in step.papers if one.required and (one.when is None or one.when.of(view) is not False))


def paper_facts(step: Step, view: CaseFacts, code: str) -> list[facts.Document]:
    """Return the documents that taking a step will make, as rules see them."""
    return [
        facts.Document(id=f"{code}.{one.kind}", case_id=view.case.id, event_id=code, kind=kind_of(one.kind).name)
        for one in papers_of(step, view)
    ]


def document_facts(case: str) -> list[facts.Document]:
    """Return the documents of a case as rules see them; what is void is none."""
    rows = Document.objects.filter(subject_kind="case", subject_code=case).exclude(state=DocumentState.VOID)
    return [
        facts.Document(id=code, case_id=case, event_id=step or None, kind=kind_of(kind).name)
        for code, step, kind in rows.values_list("code", "step", "kind")
    ]


def draft_papers(*, actor: Actor, at: datetime, row: Case, event: Event, step: Step, view: CaseFacts) -> list[Document]:
    """
    Draft the documents of a step that was taken, those that do not lie there already.

    They are drafted by whoever took the step, or, where that person writes no documents, by the handler who leads.
    """
    lying = set(
        Document.objects.filter(subject_kind="case", subject_code=row.code, step=event.code)
        .exclude(state=DocumentState.VOID)
        .values_list("kind", flat=True)
    )
    wanted = [one for one in papers_of(step, view) if one.kind not in lying]
    if not wanted:
        return []
    writer = _writer(actor, row, at)
    if writer is None:
        return []
    context = _Context(row=row, event=event, at=at)
    return [
        draft_document(
            actor=writer,
            at=at,
            kind=one.kind,
            unit=row.unit.code,
            subject=f"case:{row.code}",
            step=event.code,
            data=data_for(kind_of(one.kind), context),
        )
        for one in wanted
    ]


def credential_of(officer: Officer) -> str:
    """Return the number of the credential that an officer shows; empty where there is none."""
    card = Credential.objects.filter(officer=officer).order_by("-valid_until").first()
    return card.number if card else ""


def _writer(actor: Actor, row: Case, at: datetime) -> Actor | None:
    if actor.may(EDIT):
        return actor
    lead = row.handlers.filter(until__isnull=True, officer__user__isnull=False).select_related("officer").first()
    if lead is None:
        return None
    made = actor_of(User.objects.get(officer=lead.officer), on=localdate(at))
    return made if made.may(EDIT) else None


@dataclass(kw_only=True)
class _Context:
    """A case and one of its steps, with what documents ask of them."""

    row: Case
    event: Event
    at: datetime

    @property
    def words(self) -> Mapping[str, Any]:
        return self.event.words

    @cached_property
    def party(self) -> dict[str, str]:
        party = self.row.party
        return {
            "name": party.name,
            "identity_kind": _IDENTITY.get(party.kind, "统一社会信用代码"),
            "identity": party.identity_masked if party.kind == "citizen" else party.uscc,
            "representative": party.legal_person,
            "address": party.address,
            "phone": party.mobile,
        }

    @cached_property
    def basis(self) -> str:
        content: Any = resolve(self.row.item_pin)
        return "；".join(content.item.basis)

    @cached_property
    def handlers(self) -> list[dict[str, str]]:
        rows = self.row.handlers.filter(until__isnull=True).select_related("officer")
        return [self.person(one.officer) for one in rows]

    def people(self, *roles: str) -> list[dict[str, str]]:
        rows = self.event.participants.filter(role__in=roles).select_related("officer")
        return [self.person(one.officer) for one in rows]

    def person(self, officer: Officer) -> dict[str, str]:
        return {"name": officer.name, "number": credential_of(officer), "position": officer.position}

    def latest(self, *types: str) -> Event | None:
        rows = self.row.events.filter(type__in=types).exclude(outcome__in=facts.Event.UNDONE)
        return rows.order_by("-at", "-number").first()

    def said(self, *names: str) -> str | None:
        """The first of the step's words under one of these names; else of the report, the filing, what was seen on the spot."""
        earlier = ("investigation_report", "filing", "inspection")
        for source in (self.event, *(self.latest(one) for one in earlier)):
            for name in names:
                value = (source.words if source else {}).get(name)
                if value and isinstance(value, str):
                    return value
        return None

    def opinion(self, role: str, default: str) -> dict[str, str] | None:
        who = self.people(role)
        if not who:
            return None
        return {"text": default, "name": who[0]["name"], "on": localdate(self.event.at).isoformat()}

    def sanctions(self) -> list[str]:
        row = self.row
        lines = [PENALTY_KINDS.get(one, one) for one in row.other_penalties]
        if row.fine_fen:
            lines.append(f"罚款人民币{in_yuan(row.fine_fen)}")
        if row.confiscated_fen:
            lines.append(f"没收违法所得、非法财物{in_yuan(row.confiscated_fen)}")
        return lines


def _day(value: datetime | date | None) -> str | None:
    if value is None:
        return None
    return localdate(value).isoformat() if isinstance(value, datetime) else value.isoformat()


def _moment(value: datetime | None) -> str | None:
    return None if value is None else localtime(value).replace(tzinfo=None).isoformat(timespec="minutes")


def _statement_outcome(one: _Context) -> str:
    made = one.latest("statement")
    if made is None:
        return "本机关已告知拟作出的行政处罚内容及事实、理由、依据和依法享有的权利，当事人在期限内未提出陈述、申辩。"
    if made.outcome == "waived":
        return "本机关已依法告知，当事人明确放弃陈述、申辩。"
    return "本机关已依法告知，当事人提出陈述、申辩，本机关已进行复核。"


def _told(one: _Context) -> str | None:
    """What a party was told on the spot, and answered."""
    if one.latest("prior_notice") is None:
        return None
    said = one.latest("statement")
    told = "已当场告知拟作出处罚的内容及事实、理由、依据和依法享有的陈述、申辩的权利。"
    if said is None:
        return told
    if said.outcome == "waived":
        return f"{told}当事人放弃陈述、申辩。"
    return f"{told}当事人陈述、申辩：{str(said.words.get('content') or '').rstrip('。')}。"


def _place(one: _Context) -> str | None:
    """Where the step was taken; else where the site was inspected."""
    if one.event.place:
        return one.event.place
    seen = one.latest("inspection")
    return seen.place or None if seen else None


def _evidence(one: _Context) -> list[dict[str, str]] | None:
    rows = list(one.row.evidence.filter(excluded_reason=""))
    return [{"name": each.name, "proves": each.proves} for each in rows] or None


def _goods(one: _Context) -> list[dict[str, str]] | None:
    text = one.words.get("goods")
    return [{"name": line} for line in str(text).splitlines() if line.strip()] if text else None


def _decision(one: _Context) -> Document | None:
    rows = Document.objects.filter(
        subject_kind="case",
        subject_code=one.row.code,
        kind__in=["penalty_decision", "summary_penalty_decision", "execution_decision"],
        state=DocumentState.ISSUED,
    )
    return rows.order_by("-issued_at").first()


def _decision_no(one: _Context) -> str | None:
    found = _decision(one)
    return found.number if found else None


_FILL: Final[Mapping[str, Callable[[_Context], Any]]] = {
    "case_no": lambda one: one.row.case_no or None,
    "cause": lambda one: one.row.title,
    "source": lambda one: SOURCES.get(one.row.source, one.row.source) or None,
    "party": lambda one: one.party,
    "applicant": lambda one: one.party,
    "license_item": lambda one: one.row.item.name,
    "matter": lambda one: one.row.item.name,
    "matters": lambda one: one.row.item.name,
    "items": lambda one: [one.row.item.name],
    "officers": lambda one: one.people("handler") or one.handlers,
    "handlers": lambda one: one.handlers,
    "proposed": lambda one: one.handlers,
    "servers": lambda one: one.people("server"),
    "recorder": lambda one: next(iter(one.people("recorder")), None) or next(iter(one.handlers[1:]), None),
    "chair": lambda one: next(iter(one.people("chair", "approver")), None),
    "reviewer": lambda one: next(iter(one.people("reviewer")), None),
    "attendees": lambda one: one.people("voter"),
    "facts": lambda one: one.said("facts", "findings") or one.row.facts or None,
    "brief": lambda one: one.row.facts or one.said("facts", "findings"),
    "violated": lambda one: one.said("law") or one.basis,
    "basis": lambda one: one.basis,
    "reasons": lambda one: one.said("reason"),
    "discretion": lambda one: one.said("discretion"),
    "evidence": _evidence,
    "penalties": lambda one: one.sanctions() or None,
    "proposal": lambda one: "；".join(one.sanctions()) or one.said("content"),
    "fine": lambda one: one.row.fine_fen,
    "statement_outcome": _statement_outcome,
    "statement": lambda one: one.words.get("content"),
    "place": _place,
    "payment": lambda one: one.words.get("payment_mode"),
    "told": _told,
    "started": lambda one: _moment(one.event.at),
    "ended": lambda one: _moment(one.event.ended_at),
    "at": lambda one: _moment(one.event.at),
    "found_on": lambda one: _day(one.row.found_on),
    "filed_on": lambda one: _day(found.at) if (found := one.latest("filing")) else None,
    "accepted_on": lambda one: _day(found.at) if (found := one.latest("acceptance")) else None,
    "received_on": lambda one: _day(found.at) if (found := one.latest("application", "investigation_report")) else None,
    "decision_on": lambda one: _day(one.row.decided_on),
    "decision_no": _decision_no,
    "from_on": lambda one: _day(one.event.at),
    "until_on": lambda one: _day(one.event.extends_to),
    "extended_to": lambda one: _day(one.event.extends_to),
    "due_on": lambda one: one.words.get("fulfil_by") or one.words.get("correct_by") or _day(one.event.extends_to),
    "goods": _goods,
    "goods_place": lambda one: one.event.place or None,
    "content": lambda one: one.said("content"),
    "findings": lambda one: one.said("findings"),
    "answers": lambda one: one.words.get("findings"),
    "relation": lambda one: one.words.get("relation"),
    "opinion": lambda one: one.words.get("opinion"),
    "opinions": lambda one: one.words.get("minutes"),
    "conclusion": lambda one: one.words.get("conclusion") or one.words.get("content"),
    "disposal": lambda one: one.words.get("result") or one.words.get("reason"),
    "course": lambda one: one.words.get("content") or one.words.get("facts") or one.words.get("goods"),
    "education": lambda one: one.words.get("education"),
    "result": lambda one: one.words.get("result") or one.words.get("content"),
    "executed": lambda one: one.words.get("result"),
    "method": lambda one: SERVICE_METHODS.get(one.event.method),
    "receiver": lambda one: one.row.party.name,
    "addressee": lambda one: one.words.get("recipient") or one.words.get("court"),
    "unit": lambda one: one.row.agency.review_section or one.row.unit.name,
    "handler_opinion": lambda one: one.opinion(
        "handler", one.said("opinion", "reason", "facts", "result") or "建议同意。"
    ),
    "unit_opinion": lambda one: one.opinion("handler", "拟同意。"),
    "head_opinion": lambda one: one.opinion("approver", str(one.words.get("opinion") or "同意。")),
}


def data_for(kind: Kind, context: _Context) -> dict[str, Any]:
    """Return what the case and the step say of the fields of a kind; a value that does not fit a field is left out."""
    found: dict[str, Any] = {}
    for field in kind.fields:
        fill = _FILL.get(field.code)
        value = fill(context) if fill else context.words.get(field.code)
        if value in (None, "", [], {}):
            continue
        if isinstance(value, list) and field.type == "people" and not all(isinstance(one, dict) for one in value):
            continue
        try:
            found |= cleaned(kind, {field.code: value})
        except (DomainError, TypeError, ValueError, AttributeError):
            continue
    return found
