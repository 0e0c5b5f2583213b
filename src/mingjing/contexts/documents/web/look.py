"""How documents look: states as badges, fields as facts, what happened as events."""

from typing import Any, Final

from django.db.models import Q
from django.urls import reverse

from mingjing.contexts.accounts.models import User
from mingjing.contexts.documents import subjects
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.records.queries import history
from mingjing.contexts.ui.components import Badge, Event, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, FlagFilter, Table
from mingjing.domain.documents.kinds import GROUPS, FieldType, kinds
from mingjing.domain.documents.values import Node, view

STATE_TONES: Final = {
    DocumentState.DRAFT: Tone.PLAIN,
    DocumentState.ISSUED: Tone.INFO,
    DocumentState.VOID: Tone.BAD,
}
ACTS: Final = {
    "documents.draft_document": "起草",
    "documents.revise_document": "修改",
    "documents.discard_document": "删除草稿",
    "documents.issue_document": "制发",
    "documents.sign_document": "签名",
    "documents.seal_document": "用印",
    "documents.serve_document": "送达",
    "documents.receive_document": "登记收件",
    "documents.void_document": "作废",
    "documents.draft_template": "起草模板",
    "documents.revise_template": "修改模板",
    "documents.submit_template": "提交模板",
    "documents.approve_template": "批准模板",
    "documents.return_template": "退回模板",
    "documents.withdraw_template": "停用模板",
    "documents.enter_seal": "登记印章",
    "documents.stop_seal": "停用印章",
    "documents.set_letterhead": "维护印制信息",
}


def state_badge(row: Document) -> Badge:
    """Say how far a document is."""
    if row.state == DocumentState.ISSUED and row.served_on is not None:
        return Badge(text="已送达", tone=Tone.GOOD)
    if row.state == DocumentState.ISSUED and row.sealed_at is not None:
        return Badge(text="已用印", tone=Tone.INFO)
    return Badge(text=row.get_state_display(), tone=STATE_TONES[DocumentState(row.state)])


def subject_name(row: Document) -> str:
    """Return what a document belongs to, as people call it."""
    known = subjects.subject_of(row.subject_kind)
    return known.title(row.subject_code) if known else row.subject_code


def subject_href(row: Document) -> str:
    """Return where what a document belongs to is shown."""
    known = subjects.subject_of(row.subject_kind)
    return known.href(row.subject_code) if known else ""


def field_facts(row: Document) -> list[Fact]:
    """Return what is filled in."""
    nodes = view(row.kind_data, row.data, agency={})
    return [Fact(label=one.label, value=_words(one.type, nodes[one.label])) for one in row.kind_data.fields]


def _words(kind: FieldType, node: Node) -> Any:
    if kind is FieldType.PARTY:
        return "，".join(filter(None, (part.text for label, part in node.parts.items() if label != "证件名称")))
    if kind is FieldType.OPINION:
        return node.text
    if kind is FieldType.LIST:
        return [item["项"].text for item in node.items]
    if kind is FieldType.TABLE:
        return ["，".join(filter(None, (item[name].text for name in node.columns))) for item in node.items]
    return node.text


def events(*names: str) -> list[Event]:
    """Return what was done, the latest first."""
    found = history(*names)
    people = dict(User.objects.filter(code__in={one.actor for one in found}).values_list("code", "name"))
    return [
        Event(
            at=one.at,
            title=ACTS.get(one.act, one.act),
            who=people.get(one.actor, one.actor),
            text=one.reason,
            href=reverse("log_entry", args=[one.shard, one.place]) if one.shard is not None else "",
        )
        for one in found
    ]


def _kinds_of_group(group: str) -> Q:
    return Q(kind__in=[one.code for one in kinds().values() if one.group == group])


DOCUMENTS: Final = Table(
    name="documents.documents",
    columns=(
        Column(name="kind", label="文书", value=lambda row: row.kind_data.name, order="kind"),
        Column(name="number", label="文号", value=lambda row: row.number or "", order="number"),
        Column(name="title", label="摘要", value=lambda row: row.title),
        Column(name="subject", label="所属案件（事项）", value=subject_name, href=subject_href),
        Column(name="state", label="状态", value=state_badge),
        Column(name="unit", label="制作单位", value=lambda row: row.unit.name, order="unit__path"),
        Column(name="dated", label="落款日期", value=lambda row: row.dated_on, order="dated_on"),
        Column(name="served", label="送达日期", value=lambda row: row.served_on, order="served_on", shown=False),
        Column(name="pages", label="页数", value=lambda row: row.pages or "", number=True, shown=False),
        Column(name="author", label="起草人", value=lambda row: row.author.name, shown=False),
        Column(name="drafted", label="起草时间", value=lambda row: row.drafted_at, order="drafted_at,id"),
    ),
    filters=(
        ChoiceFilter(name="state", label="状态", choices=DocumentState.choices),
        ChoiceFilter(
            name="group", label="类别", choices=[(one, one) for one in GROUPS.values()], condition=_kinds_of_group
        ),
        ChoiceFilter(
            name="kind", label="文书种类", choices=lambda _viewer: [(one.code, one.name) for one in kinds().values()]
        ),
        DateFilter(name="dated", label="落款日期", field="dated_on"),
        FlagFilter(
            name="unsealed",
            label="待用印",
            condition=lambda: Q(
                state="issued",
                sealed_at__isnull=True,
                kind__in=[one.code for one in kinds().values() if one.sealed_first],
            ),
        ),
        FlagFilter(
            name="unserved",
            label="待送达",
            condition=lambda: Q(
                state="issued", served_on__isnull=True, kind__in=[one.code for one in kinds().values() if one.served]
            ),
        ),
    ),
    search=("number", "title", "subject_code"),
    search_hint="文号、当事人、案由",
    order="-drafted",
    key="code",
    row_name=str,
    row_href=lambda row: reverse("document", args=[row.code]),
    noun="份",
    empty="还没有文书。在案件办理中制作，或者从这里起草一份。",
)
