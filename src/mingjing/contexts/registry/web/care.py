"""Pages of care: who is not insured, what was said (for the service alone), accountability and tolerance."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.registry import queries
from mingjing.contexts.registry.models import Accountability, CareCase, Situation, choices
from mingjing.contexts.registry.usecases import care as acts
from mingjing.contexts.registry.usecases import transfers
from mingjing.contexts.registry.web.framework import (
    Act,
    ActPage,
    Link,
    NewPage,
    Section,
    Thing,
    ThingPage,
    asks,
    choice,
    day,
    form_of,
    text,
    words,
)
from mingjing.contexts.ui.components import Badge, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, Table, TableView
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.registry.care import SituationKind

RESULTS = [
    ("none", "不予追责"),
    ("admonish", "告诫"),
    ("criticism", "通报批评"),
    ("training", "离岗培训"),
    ("removal", "调离执法岗位"),
]


class CarePage(Page[Actor]):
    """Who of the front line is not insured (LC-31, RZ-84)."""

    permission = acts.SEE
    template_name = "registry/care.html"
    title = "保险和关怀"

    def context(self) -> dict[str, object]:
        """Return the summary."""
        from mingjing.contexts.registry.models import Officer

        missing = queries.uninsured(self.actor, on=self.today)
        people = visible(Officer.objects.all(), self.actor, acts.SEE)
        front = people.filter(queries.on_duty(self.today), category="officer", is_front_line=True).count()
        counts = {
            kind: visible(CareCase.objects.filter(kind=kind), self.actor, acts.SEE).count()
            for kind in ("counselling", "crisis", "injury", "illness")
        }
        return {
            "front": front,
            "insured": front - len(missing),
            "missing": len(missing),
            "section": Section(
                title="没有在保保险的一线执法人员",
                icon="shield-x",
                heads=("人员编码", "姓名", "单位", "职务"),
                lines=[
                    (
                        each.code,
                        Link(text=each.name, href=reverse("registry_officer", args=[each.code]))
                        if self.actor.may("registry.officer.view")
                        else each.name,
                        each.unit.name,
                        each.position,
                    )
                    for each in missing[:500]
                ],
                empty="一线执法人员全部在保。",
            ),
            "facts": [
                Fact(label="心理咨询", value=counts["counselling"]),
                Fact(label="危机干预", value=counts["crisis"]),
                Fact(label="因公负伤保障", value=counts["injury"]),
                Fact(label="疾病帮扶", value=counts["illness"]),
            ],
        }


class CareTextPage(Page[Actor]):
    """What was said, for the service role; each look stands in the log."""

    permission = "registry.care.read"
    template_name = "registry/secret.html"

    def context(self) -> dict[str, object]:
        """Return the text."""
        said = acts.read_care(actor=self.actor, at=self.now, case=int(self.kwargs["pk"]))
        return {"title": "服务内容", "secret": said, "note": "查看已记入日志。内容只有服务岗能看。"}


TABLE = Table(
    name="registry.accountabilities",
    columns=(
        Column(name="opened", label="启动日期", value=lambda row: row.opened_on, order="opened_on"),
        Column(name="officer", label="人员", value=lambda row: row.officer.name, order="officer__name"),
        Column(name="unit", label="单位", value=lambda row: row.officer.unit.name),
        Column(name="liability", label="追责情形", value=lambda row: row.liability.text, width="wide"),
        Column(name="claim", label="主张", value=lambda row: row.claim.text if row.claim else ""),
        Column(name="granted", label="认定", value=lambda row: _granted(row)),
        Column(name="result", label="处理结果", value=lambda row: row.get_result_display()),
    ),
    filters=(
        ChoiceFilter(
            name="result",
            label="处理结果",
            choices=RESULTS,
        ),
    ),
    search=("officer__name",),
    order="-opened",
    row_href=lambda row: reverse("registry_accountability", args=[row.pk]),
    noun="件",
    empty="没有责任追究。",
)


def _granted(row: Accountability) -> Badge | str:
    if row.claim_id is None:
        return ""
    if row.claim_granted is None:
        return Badge(text="待认定", tone=Tone.ATTENTION)
    return Badge(text="成立", tone=Tone.GOOD) if row.claim_granted else Badge(text="不成立")


class AccountabilitiesPage(TableView[Actor]):
    """The list of accountabilities."""

    table = TABLE
    title = "追责和容错"
    permission = "registry.accountability.view"
    lead = "当事人员主张免责、容错的，先认定，后处理。"

    def rows(self) -> QuerySet[Accountability]:
        """Return what the viewer may see."""
        rows = Accountability.objects.select_related("officer__unit", "liability", "claim")
        return visible(rows, self.actor, self.permission)

    def acts(self) -> list[tuple[str, str, str]]:
        """Return the buttons."""
        if not self.actor.may("registry.accountability.edit"):
            return []
        return [
            ("启动追责", reverse("registry_accountability_new"), "plus"),
            ("列入情形", reverse("registry_situation_new"), "list-check"),
        ]


def _sections(row: Accountability, actor: Actor, _today: date) -> Iterable[Section]:
    yield Section(
        title="基本情况",
        icon="scale",
        facts=[
            Fact(label="人员", value=row.officer.name, href=reverse("registry_officer", args=[row.officer.code])),
            Fact(label="追责情形", value=row.liability.text, note=row.liability.basis),
            Fact(label="启动日期", value=row.opened_on),
            Fact(label="事实", value=row.facts_text),
            Fact(label="主张的免责容错情形", value=row.claim.text if row.claim else ""),
            Fact(label="认定", value=_granted(row), note=row.claim_reason),
            Fact(label="处理结果", value=row.get_result_display(), note=row.result_reason),
            Fact(label="处理日期", value=row.decided_on),
        ],
    )
    if (gone := transfers.transfer_of(actor, row)) is not None:
        yield Section(
            title="移送纪检监察",
            icon="send",
            note="限制知悉：只有有移送权限的人员能看到。",
            facts=[
                Fact(label="受移送机关", value=gone.recipient),
                Fact(label="移送日期", value=gone.transferred_on),
                Fact(label="移送理由", value=gone.brief),
                Fact(label="材料清单", value="；".join(gone.materials)),
                Fact(
                    label="移送函",
                    value="问题线索移送函" if gone.document else "",
                    href=reverse("document", args=[gone.document]) if gone.document else "",
                ),
                Fact(label="签收日期", value=gone.received_on),
                Fact(label="签收人", value=gone.receiver),
            ],
        )


def _transfer(actor: Actor, at: datetime, row: Accountability, *, materials: str, **values: Any) -> None:
    transfers.transfer_accountability(
        actor=actor, at=at, case=row.pk, version=row.version, materials=materials.splitlines(), **values
    )


def _receive(actor: Actor, at: datetime, row: Accountability, **values: Any) -> None:
    transfers.receive_transfer(actor=actor, at=at, case=row.pk, version=row.version, **values)


def _listed(*kinds: str) -> list[tuple[str, str]]:
    rows = Situation.objects.filter(kind__in=kinds, valid_to__isnull=True)
    return [(row.code, f"{SituationKind(row.kind).label}：{row.text[:40]}") for row in rows]


def fetch(actor: Actor, code: str) -> Accountability:
    """Return an accountability that the viewer may see."""
    rows = Accountability.objects.select_related("officer__unit", "liability", "claim")
    return access(rows, actor, "registry.accountability.view", pk=int(code) if code.isdecimal() else 0)


THING = Thing(
    name="accountability",
    label="责任追究",
    list_label="追责和容错",
    permission="registry.accountability.view",
    fetch=fetch,
    title=lambda row: f"{row.officer.name}：{row.liability.text[:30]}",
    badge=lambda row, _day: (
        Badge(text="已处理", tone=Tone.GOOD) if row.decided_on else Badge(text="办理中", tone=Tone.INFO)
    ),
    sections=_sections,
    key="pk",
    acts=(
        Act(
            name="claim",
            label="登记主张",
            permission="registry.accountability.edit",
            form=lambda _actor, _row: form_of({"situation": choice("情形", _listed("exemption", "tolerance"))}),
            run=lambda actor, at, row, data: acts.claim_exemption(
                actor=actor, at=at, case=row.pk, version=row.version, **data
            ),
            when=lambda row: row.decided_on is None,
        ),
        Act(
            name="decide",
            label="认定",
            permission="registry.accountability.edit",
            form=asks(
                granted=lambda _: choice("结论", [("yes", "情形成立"), ("no", "情形不成立")]),
                reason=lambda _: text("理由"),
            ),
            run=lambda actor, at, row, data: acts.decide_claim(
                actor=actor,
                at=at,
                case=row.pk,
                version=row.version,
                granted=data["granted"] == "yes",
                reason=data["reason"],
            ),
            when=lambda row: row.decided_on is None and row.claim_id is not None,
        ),
        Act(
            name="conclude",
            label="作出处理",
            permission="registry.accountability.edit",
            form=asks(
                result=lambda _: choice("处理结果", RESULTS),
                reason=lambda _: text("理由"),
                on=lambda _: day("处理日期", initial=localdate),
            ),
            run=lambda actor, at, row, data: acts.conclude_accountability(
                actor=actor, at=at, case=row.pk, version=row.version, **data
            ),
            when=lambda row: row.decided_on is None,
        ),
        Act(
            name="transfer",
            label="移送纪检监察",
            icon="send",
            permission=transfers.TRANSFER,
            explain="移送后生成问题线索移送函，附材料清单。移送情况只有有此权限的人员能看到。",
            form=asks(
                recipient=lambda _: words("受移送机关", longest=128),
                transferred_on=lambda _: day("移送日期", initial=localdate),
                brief=lambda row: text("移送理由", initial=row.facts_text),
                materials=lambda _: text("材料清单", "每行一件。"),
            ),
            run=lambda actor, at, row, data: _transfer(actor, at, row, **data),
            known=lambda actor, row: transfers.may_transfer(actor, row) and transfers.transfer_of(actor, row) is None,
        ),
        Act(
            name="receive",
            label="登记签收",
            permission=transfers.TRANSFER,
            form=asks(
                received_on=lambda _: day("签收日期", initial=localdate),
                receiver=lambda _: words("签收人", longest=64),
            ),
            run=lambda actor, at, row, data: _receive(actor, at, row, **data),
            known=lambda actor, row: (
                (gone := transfers.transfer_of(actor, row)) is not None and gone.received_on is None
            ),
        ),
    ),
)


class AccountabilityPage(ThingPage):
    """One accountability; the log keeps who looked at a transfer."""

    thing = THING
    permission = "registry.accountability.view"

    def context(self) -> dict[str, object]:
        """Return the parts of the page."""
        row = fetch(self.actor, str(self.kwargs["code"]))
        if (gone := transfers.transfer_of(self.actor, row)) is not None:
            transfers.note_read(actor=self.actor, at=self.now, transfer=gone)
        return super().context()


class AccountabilityActPage(ActPage):
    """An act on an accountability."""

    thing = THING
    permission = "registry.accountability.view"


class AccountabilityNewPage(NewPage):
    """Call somebody to account."""

    thing = THING
    label = "启动追责"
    permission = "registry.accountability.edit"

    def make(self) -> forms.Form:
        """Return the empty form."""
        return form_of(
            {
                "officer": words("人员编码", longest=32),
                "liability": choice("追责情形", _listed("liability")),
                "opened_on": day("启动日期", initial=localdate()),
                "facts": text("事实"),
            }
        )

    def run(self, values: dict[str, Any]) -> Accountability:
        """Open it."""
        return acts.open_accountability(actor=self.actor, at=self.now, **values)


class SituationNewPage(NewPage):
    """Enter a situation into the list."""

    thing = THING
    label = "列入情形"
    permission = "registry.accountability.edit"

    def make(self) -> forms.Form:
        """Return the empty form."""
        return form_of(
            {
                "code": words("编号", longest=32),
                "kind": choice("类别", choices.of(SituationKind)),
                "text": text("情形"),
                "procedure": text("认定程序"),
                "basis": words("依据"),
                "valid_from": day("施行日期", initial=localdate()),
            }
        )

    def target(self, row: Any) -> str:
        """Go back to the list."""
        return reverse("registry_accountability_list")

    def run(self, values: dict[str, Any]) -> Any:
        """Enter it."""
        return acts.list_situation(actor=self.actor, at=self.now, **values)
