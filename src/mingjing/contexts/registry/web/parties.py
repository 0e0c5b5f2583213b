"""Pages of parties."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.operations.statements import Statement
from mingjing.contexts.registry import personal
from mingjing.contexts.registry.models import Party, PartyMerge, choices
from mingjing.contexts.registry.usecases import parties as acts
from mingjing.contexts.registry.web.framework import (
    Act,
    ActPage,
    Link,
    NewPage,
    Notice,
    Section,
    Shown,
    Thing,
    ThingPage,
    asks,
    choice,
    day,
    form_of,
    words,
)
from mingjing.contexts.ui.components import Badge, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, FlagFilter, Table, TableView
from mingjing.contexts.work import search
from mingjing.domain.registry.identity import is_identity_number, mask_mobile
from mingjing.facts.schema import PARTY_KINDS, RISK_LEVELS

_RISKS = {"A": Tone.GOOD, "C": Tone.ATTENTION, "D": Tone.BAD}


def risk(row: Party) -> Badge | str:
    """Show the risk class."""
    return Badge(text=RISK_LEVELS[row.risk], tone=_RISKS.get(row.risk, Tone.PLAIN)) if row.risk in RISK_LEVELS else ""


def find(rows: QuerySet[Party], given: str, up_to: int | None = None) -> QuerySet[Party]:
    """Find parties: a whole number by its index, else the beginning of the name or code, else words inside the name."""
    plain = given.strip().upper()
    if len(plain) == 18 and plain.isalnum():
        if is_identity_number(plain):
            return rows.filter(key_index=personal.blind(f"identity::{plain}"))
        return rows.filter(uscc=plain)
    if plain.isascii() and any(letter.isdigit() for letter in plain):
        return rows.filter(Q(code__startswith=given) | Q(uscc__startswith=plain))
    found = search.keys_of("party", given, rows, up_to=up_to)
    return rows.filter(name__startswith=given) if found is None else rows.filter(code__in=found)


TABLE = Table(
    name="registry.parties",
    columns=(
        Column(name="code", label="编码", value=lambda row: row.code, order="code"),
        Column(name="name", label="名称", value=lambda row: row.name, order="name", width="wide"),
        Column(name="kind", label="类别", value=lambda row: PARTY_KINDS.get(row.kind, row.kind)),
        Column(name="number", label="信用代码或者身份号码", value=lambda row: row.uscc or row.identity_masked),
        Column(name="industry", label="行业", value=lambda row: row.industry, shown=False),
        Column(name="risk", label="风险等级", value=risk),
        Column(name="contact", label="企业联系点", value=lambda row: row.contact_point, shown=False),
        Column(name="registered", label="成立日期", value=lambda row: row.registered_on, shown=False),
        Column(name="place", label="行政区划", value=lambda row: row.place, shown=False),
    ),
    filters=(
        ChoiceFilter(name="kind", label="类别", choices=choices.PARTIES),
        ChoiceFilter(name="risk", label="风险等级", choices=choices.RISKS),
        FlagFilter(name="merged", label="只看已合并", condition=Q(merged_into__isnull=False)),
    ),
    find=find,
    search_hint="名称开头、编码、信用代码、身份号码全号",
    order="code",
    row_href=lambda row: reverse("registry_party", args=[row.code]),
    noun="个",
    count_up_to=1_000,
    empty="还没有登记当事人。",
)


class PartiesPage(TableView[Actor]):
    """The list of parties."""

    table = TABLE
    title = "当事人"
    permission = acts.SEE
    keys_first = True

    def rows(self) -> QuerySet[Party]:
        """Return what the viewer may see."""
        return visible(Party.objects.all(), self.actor, self.permission)

    def acts(self) -> list[tuple[str, str, str]]:
        """Return the buttons."""
        found = []
        if self.actor.may(acts.EDIT):
            found.append(("登记当事人", reverse("registry_party_new"), "plus"))
        if self.actor.may("registry.import.run"):
            found.append(("导入", reverse("registry_import", args=["parties"]), "table-import"))
        return found


_MERGED = (
    *("survivor_id", "survivor__code", "survivor__name", "merged__code", "merged__name"),
    *("at", "reason", "actor_name", "undone_at", "undone_by_name", "undone_reason"),
)
_MERGES = Statement(
    lambda survivor, merged: (
        PartyMerge.objects.filter(Q(survivor_id=survivor) | Q(merged_id=merged))
        .order_by("-pk")
        .values_list(*_MERGED)[:50]
    ),
    int,
    int,
)


def _sections(row: Party, actor: Actor, _today: date) -> Iterable[Section]:
    full = actor.may("registry.party.edit")
    yield Section(
        title="基本信息",
        icon="building-store",
        facts=[
            Fact(label="编码", value=row.code),
            Fact(label="类别", value=PARTY_KINDS.get(row.kind, row.kind)),
            Fact(label="统一社会信用代码", value=row.uscc),
            Fact(
                label="身份号码",
                value=row.identity_masked,
                note="完整号码须写明用途后查看" if row.identity_masked else "",
            ),
            Fact(label="法定代表人（负责人）", value=row.legal_person),
            Fact(label="住所", value=row.address),
            Fact(label="联系电话", value=row.mobile if full else mask_mobile(row.mobile)),
            Fact(label="行业代码", value=row.industry),
            Fact(label="成立日期", value=row.registered_on),
            Fact(label="行政区划", value=row.place),
            Fact(label="风险等级", value=risk(row), note=row.risk_reason),
            Fact(label="企业联系点", value=row.contact_point),
        ],
    )
    lines = []
    for found in _MERGES(row.pk, row.pk):
        each = dict(zip(_MERGED, found, strict=True))
        into_this = each["survivor_id"] == row.pk
        other = "merged" if into_this else "survivor"
        code, name = each[f"{other}__code"], each[f"{other}__name"]
        lines.append(
            (
                each["at"],
                "并入本条" if into_this else "并入对方",
                Link(text=f"{name}（{code}）", href=reverse("registry_party", args=[code])),
                each["reason"],
                each["actor_name"],
                f"{each['undone_by_name']}：{each['undone_reason']}" if each["undone_at"] else "",
            )
        )
    yield Section(
        title="合并历史",
        icon="git-merge",
        heads=("时间", "方向", "对方", "理由", "办理人", "撤销"),
        lines=lines,
        empty="没有合并过。",
    )


def _notices(row: Party, _actor: Actor, _today: date) -> Iterable[Notice]:
    if row.merged_into is not None:
        yield Notice(title="已合并", text=f"这条登记已并入“{row.merged_into.name}”（{row.merged_into.code}）。")
    if row.erased_at is not None:
        yield Notice(title="个人信息已删除", text="这条登记的个人信息已依法删除，只保留编码供既有记录引用。")


def _live(row: Party) -> bool:
    return row.merged_into_id is None and row.erased_at is None


def particulars(row: Party | None) -> forms.Form:
    """Make the form of the particulars."""
    given = (lambda name: getattr(row, name)) if row else (lambda _: "")
    fields: dict[str, forms.Field] = {}
    if row is None:
        fields["place"] = words("行政区划代码", "住所地，六位、九位或者十二位。", longest=12)
    fields |= {
        "kind": choice("类别", choices.PARTIES, initial=given("kind")),
        "name": words("名称", "单位写全称，个人写姓名。", longest=200, initial=given("name")),
        "uscc": words(
            "统一社会信用代码",
            "单位和个体工商户填写，是识别同一当事人的主键。",
            required=False,
            longest=18,
            initial=given("uscc"),
        ),
        "identity_number": words("公民身份号码", "个人填写；密封保存。不改则留空。", required=False, longest=18),
        "legal_person": words("法定代表人（负责人）", required=False, longest=64, initial=given("legal_person")),
        "address": words("住所", required=False, initial=given("address")),
        "mobile": words("联系电话", required=False, longest=20, initial=given("mobile")),
        "industry": words("行业代码", "GB/T 4754。", required=False, longest=16, initial=given("industry")),
        "registered_on": day("成立日期", required=False, initial=given("registered_on") or None),
        "risk": choice("风险等级", choices.RISKS, required=False, initial=given("risk")),
        "risk_reason": words("定级理由", required=False, initial=given("risk_reason")),
        "contact_point": words("企业联系点", required=False, longest=64, initial=given("contact_point")),
    }
    return form_of(fields)


def fetch(actor: Actor, code: str) -> Party:
    """Return a party that the viewer may see."""
    return access(Party.objects.all(), actor, acts.SEE, code=code)


def _erase(actor: Actor, at: datetime, row: Party, data: dict[str, Any]) -> None:
    acts.erase_party(actor=actor, at=at, code=row.code, version=row.version, **data)


THING = Thing(
    name="party",
    label="当事人",
    list_label="当事人",
    permission=acts.SEE,
    fetch=fetch,
    title=lambda row: row.name,
    badge=lambda row, _day: risk(row) or None,  # type: ignore[arg-type,return-value]
    sections=_sections,
    notices=_notices,
    subjects=lambda row: [f"party:{row.code}"],
    acts=(
        Act(
            name="edit",
            label="修改",
            permission=acts.EDIT,
            form=lambda _actor, row: particulars(row),
            run=lambda actor, at, row, data: acts.edit_party(
                actor=actor, at=at, code=row.code, version=row.version, values=data
            ),
            when=_live,
        ),
        Act(
            name="merge",
            label="合并",
            permission="registry.party.merge",
            form=asks(
                merged=lambda _: words("并入本条的编码", "另一条登记的编码；本条保留。", longest=32),
                reason=lambda _: words("理由"),
            ),
            run=lambda actor, at, row, data: acts.merge_parties(actor=actor, at=at, survivor=row.code, **data),
            icon="git-merge",
            explain="合并后，两条登记都按本条算；可以撤销，历史保留。",
            when=_live,
        ),
        Act(
            name="unmerge",
            label="撤销合并",
            permission="registry.party.merge",
            form=asks(reason=lambda _: words("理由")),
            run=lambda actor, at, row, data: acts.unmerge_parties(actor=actor, at=at, merged=row.code, **data),
            icon="git-fork",
            when=lambda row: row.merged_into_id is not None,
        ),
        Act(
            name="reveal",
            label="查看身份号码",
            permission="registry.party.reveal",
            form=asks(purpose=lambda _: words("用途", "用途和查看人记入日志。")),
            run=lambda actor, at, row, data: _reveal(actor, at, row, data["purpose"]),
            icon="eye",
            done="已记入日志。",
            when=lambda row: bool(row.identity_masked),
        ),
        Act(
            name="erase",
            label="删除个人信息",
            permission="registry.party.erase",
            form=asks(reason=lambda _: words("理由和依据")),
            run=_erase,
            icon="eraser",
            grave=True,
            explain="姓名、号码、住所、电话全部删除，不能恢复；编码保留，既有案件仍可引用。",
            when=lambda row: _live(row) and row.kind in ("citizen", "individual_business"),
        ),
    ),
)


def _reveal(actor: Actor, at: datetime, row: Party, purpose: str) -> Shown:
    found = acts.reveal_party(actor=actor, at=at, code=row.code, purpose=purpose)
    return Shown(
        title=f"{row.name}的身份号码", text=found, note="用途和查看人已记入日志。离开本页后须重新写明用途才能查看。"
    )


class PartyPage(ThingPage):
    """One party."""

    thing = THING
    permission = acts.SEE


class PartyActPage(ActPage):
    """An act on a party."""

    thing = THING
    permission = acts.SEE


class PartyNewPage(NewPage):
    """Enter a party."""

    thing = THING
    label = "登记当事人"
    permission = acts.EDIT
    explain = "同一当事人只登记一次：已登记的会提示直接选用。"

    def make(self) -> forms.Form:
        """Return the empty form."""
        made = particulars(None)
        made.fields["place"].initial = self.actor.held[0].place if self.actor.held else ""
        return made

    def run(self, values: dict[str, Any]) -> Party:
        """Enter it."""
        place = values.pop("place")
        code = f"D{self.now:%y%m%d}{secrets.token_hex(5).upper()}"
        return acts.register_party(actor=self.actor, at=self.now, code=code, place=place, values=values)
