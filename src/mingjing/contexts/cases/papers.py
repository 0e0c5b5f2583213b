"""
Documents that a step makes: drafted with what the case and the step already say, so that nobody writes it twice.

What the case does not know is left empty; the document says itself what is missing before it is issued.
"""

from collections.abc import Callable, Mapping, Sequence
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
from mingjing.contexts.documents.printing import told_in
from mingjing.contexts.documents.usecases import draft_document
from mingjing.contexts.operations.statements import Statement
from mingjing.contexts.registry.models import Credential, Officer
from mingjing.domain.discretion.benchmarks import PENALTY_KINDS
from mingjing.domain.documents.contents import has_elements
from mingjing.domain.documents.kinds import Kind, kind_of
from mingjing.domain.documents.values import cleaned
from mingjing.domain.procedures.model import Paper, Step
from mingjing.domain.rules import facts
from mingjing.domain.rules.terms import CaseFacts
from mingjing.facts.schema import SERVICE_METHODS
from mingjing.kernel.errors import DomainError
from mingjing.kernel.money import in_yuan
from mingjing.law import parameters
from mingjing.law.places import is_known

EDIT: Final = "documents.document.edit"

_IDENTITY: Final = {"citizen": "身份证号码"}


def papers_of(step: Step, view: CaseFacts, outcome: str | None) -> tuple[Paper, ...]:
    """Return the documents that a step makes in this case in any event, by the way in which it ended."""
    undone = outcome in facts.Event.UNDONE
    return tuple(
        one
        for one in step.papers
        if one.required and (one.refusing or not undone) and (one.when is None or one.when.of(view) is not False)
    )


def paper_facts(step: Step, view: CaseFacts, context: "Context") -> list[facts.Document]:
    """
    Return the documents that taking a step will make, as rules see them: with what will stand in them.

    Those that lie there already, drafted while the step was prepared, are left out: they say themselves what they contain.
    """
    code = context.event.code
    lying = {one.kind for one in view.base.event_documents.get(code, ())}
    return [
        facts.Document(
            id=f"{code}.{one.kind}",
            case_id=view.case.id,
            event_id=code,
            kind=kind_of(one.kind).name,
            elements=_elements(one.kind, context),
        )
        for one in papers_of(step, view, context.event.outcome)
        if kind_of(one.kind).name not in lying
    ]


def _elements(kind: str, context: "Context") -> frozenset[str] | None:
    known = kind_of(kind)
    if not has_elements(known):
        return None
    told = told_in(kind, context.row.unit, data_for(known, context))
    return None if told is None else frozenset(told)


_DOCUMENTS: Final = Statement(
    lambda case: (
        Document.objects.filter(subject_kind="case", subject_code=case)
        .exclude(state=DocumentState.VOID)
        .values_list("code", "step", "kind", "elements")
    ),
    str,
)


def document_facts(case: str) -> list[facts.Document]:
    """Return the documents of a case as rules see them; what is void is none."""
    return [
        facts.Document(
            id=code,
            case_id=case,
            event_id=step or None,
            kind=kind_of(kind).name,
            elements=None if elements is None else frozenset(elements),
        )
        for code, step, kind, elements in _DOCUMENTS(case)
    ]


def draft_papers(*, actor: Actor, at: datetime, row: Case, event: Event, step: Step, view: CaseFacts) -> list[Document]:
    """
    Draft the documents of a step that was taken, those that do not lie there already.

    They are drafted by whoever took the step, or, where that person writes no documents, by the handler who leads.
    """
    made = papers_of(step, view, event.outcome)
    if not made:
        return []
    lying = set(
        Document.objects.filter(subject_kind="case", subject_code=row.code, step=event.code)
        .exclude(state=DocumentState.VOID)
        .values_list("kind", flat=True)
    )
    wanted = [one for one in made if one.kind not in lying]
    if not wanted:
        return []
    writer = _writer(actor, row, at)
    if writer is None:
        return []
    parts = event.participants.select_related("officer")
    context = Context(row=row, event=event, at=at, parts=[(one.role, one.officer) for one in parts])
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
    if actor.scope(EDIT).reaches(path=row.unit.path, place=row.unit.place):
        return actor
    lead = row.handlers.filter(until__isnull=True, officer__user__isnull=False).select_related("officer").first()
    if lead is None:
        return None
    made = actor_of(User.objects.get(officer=lead.officer), on=localdate(at))
    return made if made.may(EDIT) else None


@dataclass(kw_only=True)
class Context:
    """
    A case and one of its steps, with what documents ask of them.

    The step may not yet be taken: then ``row`` is the case as it would be, and neither it nor ``event`` is stored.
    """

    row: Case
    event: Event
    at: datetime
    parts: Sequence[tuple[str, Officer]]

    @property
    def words(self) -> Mapping[str, Any]:
        """The answers to the step."""
        return self.event.words

    @cached_property
    def party(self) -> dict[str, str]:
        """The party, as documents name it."""
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
        """The provisions on which the item rests."""
        content: Any = resolve(self.row.item_pin)
        return "；".join(content.item.basis)

    @cached_property
    def events(self) -> list[Event]:
        """The steps in effect, the latest first, this one among them."""
        stored = [one for one in self.row.events.all() if one.outcome not in facts.Event.UNDONE]
        if self.event.code not in {one.code for one in stored}:
            stored.append(self.event)
        return sorted(stored, key=lambda one: (one.at, one.number), reverse=True)

    @cached_property
    def _handling(self) -> list[Officer]:
        rows = self.row.handlers.filter(until__isnull=True).select_related("officer")
        return [one.officer for one in rows]

    @cached_property
    def _cards(self) -> dict[int, str]:
        """The number of the latest credential of everybody concerned."""
        people = {one.pk for one in self._handling} | {one.pk for _, one in self.parts}
        rows = Credential.objects.filter(officer__in=people).order_by("valid_until")
        return dict(rows.values_list("officer_id", "number"))

    @property
    def handlers(self) -> list[dict[str, str]]:
        """Those who handle the case."""
        return [self.person(one) for one in self._handling]

    def people(self, *roles: str) -> list[dict[str, str]]:
        """Those who take part in the step in one of these roles."""
        return [self.person(one) for role, one in self.parts if role in roles]

    def person(self, officer: Officer) -> dict[str, str]:
        """Name somebody as documents do."""
        return {"name": officer.name, "number": self._cards.get(officer.pk, ""), "position": officer.position}

    def latest(self, *types: str) -> Event | None:
        """Return the latest step of these types."""
        return next((one for one in self.events if one.type in types), None)

    def said(self, *names: str) -> str | None:
        """The first of the step's words under one of these names; else of the report, the filing, the inspection."""
        for source in (self.event, *(self.latest(one) for one in ("investigation_report", "filing", "inspection"))):
            for name in names:
                value = (source.words if source else {}).get(name)
                if value and isinstance(value, str):
                    return value
        return None

    def opinion(self, role: str, default: str) -> dict[str, str] | None:
        """An opinion with the name of who takes that part."""
        who = self.people(role)
        if not who:
            return None
        return {"text": default, "name": who[0]["name"], "on": localdate(self.event.at).isoformat()}

    def sanctions(self) -> list[str]:
        """What is imposed or proposed, a line each."""
        row = self.row
        lines = [PENALTY_KINDS.get(one, one) for one in row.other_penalties]
        if row.fine_fen:
            lines.append(f"罚款人民币{in_yuan(row.fine_fen)}")
        if row.confiscated_fen:
            lines.append(f"没收违法所得、非法财物{in_yuan(row.confiscated_fen)}")
        return lines

    def parameter(self, name: str) -> int | None:
        """A whole number that the law sets, at the place of the case on the day of the step."""
        place = self.row.unit.place[:6]
        found = parameters.get(name).at(
            localdate(self.event.at), place if is_known(place) else None, self.row.agency.field or None
        )
        return found.value if found is not None and isinstance(found.value, int) else None


def _day(value: datetime | date | None) -> str | None:
    if value is None:
        return None
    return localdate(value).isoformat() if isinstance(value, datetime) else value.isoformat()


def _moment(value: datetime | None) -> str | None:
    return None if value is None else localtime(value).replace(tzinfo=None).isoformat(timespec="minutes")


def _statement_outcome(one: Context) -> str:
    made = one.latest("statement")
    if made is None:
        return "本机关已告知拟作出的行政处罚内容及事实、理由、依据和依法享有的权利，当事人在期限内未提出陈述、申辩。"
    if made.outcome == "waived":
        return "本机关已依法告知，当事人明确放弃陈述、申辩。"
    return "本机关已依法告知，当事人提出陈述、申辩，本机关已进行复核。"


def _told(one: Context) -> str | None:
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


_RECORDS: Final = {
    "inspection": "现场检查（勘验）笔录",
    "inquiry": "询问笔录",
    "evidence": "证据提取记录",
    "testing": "检测（检验）报告",
    "appraisal": "鉴定意见",
}
"""Steps that are evidence themselves, by the record that they leave."""
_ENOUGH: Final = 120


def _evidence(one: Context) -> list[dict[str, str]] | None:
    """The list of evidence; then the records of steps that nobody entered there."""
    listed = list(one.row.evidence.all())
    known = {each.step for each in listed}
    rows = [{"name": each.name, "proves": each.proves} for each in listed if not each.excluded_reason]
    for event in reversed(one.events):
        found = event.words.get("findings")
        if event.type in _RECORDS and found and event.code not in known:
            day = localdate(event.at)
            name = f"{day.year}年{day.month}月{day.day}日{_RECORDS[event.type]}"
            rows.append({"name": name, "proves": _unstopped(str(found))[:_ENOUGH]})
    return rows or None


def _unstopped(text: str) -> str:
    """Words without the stop at their end, for a place in the middle of a sentence."""
    return text.strip().rstrip("。；，")


def _rights(one: Context) -> str | None:
    """Until when and how what may be said or asked for; the step's own words come first."""
    own = one.words.get("rights")
    if own:
        return str(own)
    if one.event.type == "hearing_notice":
        days = one.parameter("hearing.request.days")
        return f"要求听证的，应当自收到本告知书之日起{days}个工作日内，书面或者口头向本机关提出。" if days else None
    days = one.parameter("penalty.statement.days")
    within = f"自收到本告知书之日起{days}个工作日内，" if days else ""
    return f"可以{within}书面或者口头向本机关提出；本机关对提出的事实、理由和证据进行复核，成立的予以采纳。"


def _performance(one: Context) -> str | None:
    own = one.words.get("performance")
    if own:
        return str(own)
    if one.event.type != "decision" or not one.sanctions():
        return None
    days = one.parameter("payment.days")
    if one.row.fine_fen and days:
        return f"自收到本决定书之日起{days}日内，到指定的银行或者通过电子支付系统缴纳罚款。"
    return "自收到本决定书之日起立即履行。"


def _shown(one: Context) -> str | None:
    if not one.words.get("credential_shown"):
        return None
    named = "、".join(f"{each['name']}（{each['number']}）" for each in one.people("handler"))
    return f"执法人员{named}出示执法证件，说明来意。"


def _told_rights(one: Context) -> str | None:
    if not one.words.get("rights_told"):
        return None
    return "已告知：有权申请执法人员回避，有权陈述和申辩；有义务如实回答询问、协助调查。"


def _seizure_rights(one: Context) -> str | None:
    told = one.latest("prior_notice")
    said = told.words.get("content") if told else None
    return f"当场告知：{said}" if said else None


def _heard(one: Context) -> str | None:
    made = one.latest("statement")
    if made is None:
        return None
    return "当事人放弃陈述、申辩。" if made.outcome == "waived" else str(made.words.get("content") or "")


def _present(one: Context) -> str | None:
    return {"present": "当事人到场。", "witness": "当事人不到场，邀请见证人到场。"}.get(
        str(one.words.get("party_present") or "")
    )


_POINTS: Final = {
    "subject": "执法主体",
    "personnel": "人员资格",
    "facts": "主要事实",
    "evidence": "证据充分",
    "law": "适用法律",
    "discretion": "裁量适当",
    "procedure": "程序合法",
    "authority": "职权范围",
    "documents": "文书齐备",
    "crime": "涉嫌犯罪",
}
"""The ten contents of a legal review (YZ-35), by the answer that the step asks for."""
_FOUND: Final = {"sound": "符合要求", "flawed": "存在问题", "none": "不涉及"}


def _points(one: Context) -> list[dict[str, str]] | None:
    found = [
        {"point": label, "finding": _FOUND[str(one.words[f"review_{code}"])]}
        for code, label in _POINTS.items()
        if one.words.get(f"review_{code}") in _FOUND
    ]
    return found or None


def _months(one: Context) -> str | None:
    months = one.parameter(f"disclosure.max_months.{one.row.credit_class}") if one.row.credit_class else None
    return f"自公示之日起最长{months}个月" if months else "按照国家规定的公示期限执行"


def _where(one: Context) -> str | None:
    seen = one.latest("inspection")
    return one.event.place or (seen.place if seen else "") or None


def _lines(text: object) -> list[str] | None:
    return [line.strip() for line in str(text).splitlines() if line.strip()] or None if text else None


def _goods(one: Context) -> list[dict[str, str]] | None:
    text = one.words.get("goods")
    return [{"name": line} for line in str(text).splitlines() if line.strip()] if text else None


def _decision(one: Context) -> Document | None:
    rows = Document.objects.filter(
        subject_kind="case",
        subject_code=one.row.code,
        kind__in=["penalty_decision", "summary_penalty_decision", "execution_decision"],
        state=DocumentState.ISSUED,
    )
    return rows.order_by("-issued_at").first()


def _decision_no(one: Context) -> str | None:
    found = _decision(one)
    return found.number if found else None


_FILL: Final[Mapping[str, Callable[[Context], Any]]] = {
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
    "servers": lambda one: one.people("server"),
    "recorder": lambda one: next(iter(one.people("recorder")), None) or next(iter(one.handlers[1:]), None),
    "chair": lambda one: next(iter(one.people("chair", "approver")), None),
    "reviewer": lambda one: next(iter(one.people("reviewer")), None),
    "attendees": lambda one: one.people("voter"),
    "facts": lambda one: one.said("facts", "findings") or one.row.facts or None,
    "brief": lambda one: one.row.facts or one.said("facts", "findings"),
    "violated": lambda one: _unstopped(one.said("law") or one.basis),
    "basis": lambda one: one.basis,
    "reasons": lambda one: one.said("reason", "discretion"),
    "discretion": lambda one: one.said("discretion"),
    "evidence": _evidence,
    "penalties": lambda one: one.sanctions() or None,
    "proposal": lambda one: "；".join(one.sanctions()) or one.said("content"),
    "fine": lambda one: one.row.fine_fen,
    "statement_outcome": _statement_outcome,
    "statement": lambda one: one.words.get("content") if one.event.type == "statement" else _heard(one),
    "rights": _rights,
    "performance": _performance,
    "payment": lambda one: one.words.get("payment_mode") or _performance(one),
    "told": _told,
    "shown": _shown,
    "points": _points,
    "place": _where,
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
    "until_on": lambda one: one.words.get("until_on") or _day(one.event.extends_to),
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


_OWN: Final[Mapping[tuple[str, str], Callable[[Context], Any]]] = {
    ("case_filing_approval", "proposed"): lambda one: one.handlers,
    ("penalty_prior_notice", "proposed"): lambda one: one.sanctions() or None,
    ("hearing_rights_notice", "proposed"): lambda one: one.sanctions() or None,
    ("inquiry_record", "rights"): _told_rights,
    ("seizure_record", "present"): _present,
    ("seizure_record", "rights"): _seizure_rights,
    ("seizure_list", "scope"): lambda one: (
        "经逐件核对，所列均与涉嫌违法行为有关，不含公民个人及其所扶养家属的生活必需品，没有重复查封。"
        if one.words.get("no_necessities")
        else None
    ),
    ("demand_notice", "duty"): lambda one: one.words.get("duty") or one.said("content"),
    ("demand_notice", "way"): lambda one: one.words.get("way") or one.said("content"),
    ("execution_decision", "way"): lambda one: one.words.get("manner"),
    ("execution_decision", "at"): lambda one: one.words.get("execute_at"),
    ("execution_decision", "original"): lambda one: one.row.case_no or one.row.title,
    ("execution_decision", "demand"): lambda one: "经依法催告，当事人逾期仍不履行。" if one.latest("demand") else None,
    ("credit_repair_notice", "class"): lambda one: one.row.credit_class or None,
    ("credit_repair_notice", "period"): _months,
    ("credit_repair_notice", "conditions"): lambda _one: (
        "已履行处罚决定确定的义务，达到最短公示期，公开作出信用承诺，没有新的违法行为。"
    ),
    ("credit_repair_notice", "way"): lambda _one: "通过“信用中国”网站或者向作出处罚决定的机关提出申请。",
    ("compliance_guidance", "risks"): lambda one: one.words.get("compliance_risks"),
    ("compliance_guidance", "advice"): lambda one: _lines(one.words.get("compliance_advice")),
    ("recusal_decision", "grounds"): lambda one: one.words.get("reason"),
    ("recusal_decision", "subject"): lambda one: next(iter(one.people("recused")), None),
    ("recusal_decision", "outcome"): lambda one: {"approved": "granted", "dismissed": "refused"}.get(one.event.outcome),
}
"""What fields of one kind hold, where their name means something else in others."""


def data_for(kind: Kind, context: Context) -> dict[str, Any]:
    """Return what the case and the step say of the fields of a kind; a value that does not fit a field is left out."""
    found: dict[str, Any] = {}
    for field in kind.fields:
        fill = _OWN.get((kind.code, field.code)) or _FILL.get(field.code)
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
