"""Pages of enforcement subjects."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.registry import frozen, queries
from mingjing.contexts.registry.models import Agency, AgencyPower, choices
from mingjing.contexts.registry.usecases import agencies as acts
from mingjing.contexts.registry.web.framework import (
    Act,
    ActPage,
    Link,
    NewPage,
    Notice,
    Section,
    Thing,
    ThingPage,
    asks,
    choice,
    day,
    form_of,
    no_fields,
    text,
    units_of,
    words,
)
from mingjing.contexts.ui.components import Badge, Fact, Step, StepState, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, FlagFilter, Table, TableView
from mingjing.domain.registry import agencies as rules
from mingjing.domain.registry.agencies import IN_ANOTHERS_NAME, STATUS_LABELS, STEP_LABELS, AgencyKind, AgencyStatus
from mingjing.facts.schema import DOMAINS, MATTER_KINDS
from mingjing.law import parameters

_TONES = {
    AgencyStatus.ANNOUNCED: Tone.GOOD,
    AgencyStatus.SUBMITTED: Tone.INFO,
    AgencyStatus.AUDITED: Tone.INFO,
    AgencyStatus.CONFIRMED: Tone.INFO,
    AgencyStatus.TO_CORRECT: Tone.ATTENTION,
}
_OPEN = (AgencyStatus.DRAFT, AgencyStatus.TO_CORRECT)
_WAYS = {
    "draft": "登记",
    "submit": "提交审核",
    "audit": "审核界定",
    "government": "政府确认",
    "announce": "公告",
    "send_back": "退回整改",
    "suspend": "暂停执法",
    "resume": "恢复执法",
    "withdraw": "撤销",
    "merge": "合并",
}


def badge(row: Agency, today: date) -> Badge:
    """Show the status of a subject."""
    status = AgencyStatus(row.status)
    if row.suspended_from and row.suspended_from <= today and (not row.suspended_until or today <= row.suspended_until):
        return Badge(text="暂停执法", tone=Tone.BAD)
    return Badge(text=status.label, tone=_TONES.get(status, Tone.PLAIN))


TABLE = Table(
    name="registry.agencies",
    columns=(
        Column(name="code", label="主体编码", value=lambda row: row.code, order="code"),
        Column(name="name", label="主体名称", value=lambda row: row.name, order="name", width="wide"),
        Column(name="kind", label="性质", value=lambda row: AgencyKind(row.kind).label, order="kind"),
        Column(name="field", label="执法领域", value=lambda row: DOMAINS.get(row.field, row.field), order="field"),
        Column(name="status", label="状态", value=lambda row: badge(row, localdate()), order="status"),
        Column(name="announced_on", label="公告日期", value=lambda row: row.announced_on, order="announced_on"),
        Column(name="basis", label="法定依据", value=lambda row: row.legal_basis, shown=False, width="wide"),
        Column(
            name="principal",
            label="以其名义执法",
            value=lambda row: row.principal.name if row.principal else "",
            shown=False,
        ),
        Column(name="review", label="法制审核机构", value=lambda row: row.review_section, shown=False),
        Column(name="law", label="依法行政机构", value=lambda row: row.law_section, shown=False),
        Column(name="uscc", label="统一社会信用代码", value=lambda row: row.uscc, shown=False),
        Column(name="place", label="行政区划", value=lambda row: row.unit.place, order="unit__place,code", shown=False),
    ),
    filters=(
        ChoiceFilter(name="status", label="状态", choices=choices.of(STATUS_LABELS)),
        ChoiceFilter(name="kind", label="性质", choices=choices.of(AgencyKind)),
        ChoiceFilter(name="field", label="执法领域", choices=choices.FIELDS),
        DateFilter(name="announced", label="公告日期", field="announced_on"),
        FlagFilter(name="no_review", label="没有法制审核机构", condition=lambda: _lacks("review_section")),
        FlagFilter(name="no_law", label="没有依法行政工作机构", condition=lambda: _lacks("law_section")),
    ),
    search=("name", "code", "uscc"),
    search_hint="名称、编码、信用代码",
    order="code",
    row_href=lambda row: reverse("registry_agency", args=[row.code]),
    noun="个",
    empty="还没有登记执法主体。",
)


def _lacks(name: str) -> Any:
    from django.db.models import Q

    return Q(**{name: ""}) & ~Q(status__in=["withdrawn", "merged"])


class AgenciesPage(TableView[Actor]):
    """The list of subjects."""

    table = TABLE
    title = "执法主体"
    permission = acts.SEE
    lead = "梳理、审核界定、政府确认、公告之后，才能办案和检查。"

    def rows(self) -> QuerySet[Agency]:
        """Return what the viewer may see."""
        return visible(acts.rows(), self.actor, self.permission)

    def acts(self) -> list[tuple[str, str, str]]:
        """Return the buttons."""
        found = []
        if self.actor.may(acts.EDIT):
            found.append(("登记主体", reverse("registry_agency_new"), "plus"))
        if self.actor.may("registry.import.run"):
            found.append(("导入", reverse("registry_import", args=["agencies"]), "table-import"))
        return found


def _sections(row: Agency, actor: Actor, today: date) -> Iterable[Section]:
    facts = frozen.agency_facts(row)
    yield Section(title="确认步骤", icon="route", steps=_steps(row, facts, today), wide=True)
    yield Section(
        title="基本信息",
        icon="building-bank",
        facts=[
            Fact(label="主体编码", value=row.code),
            Fact(label="统一社会信用代码", value=row.uscc),
            Fact(label="性质", value=AgencyKind(row.kind).label),
            Fact(label="执法领域", value=DOMAINS.get(row.field, row.field)),
            *(
                [
                    Fact(
                        label="以其名义执法的机关",
                        value=row.principal.name,
                        href=reverse("registry_agency", args=[row.principal.code]),
                    )
                ]
                if row.principal
                else []
            ),
            Fact(label="法定依据", value=row.legal_basis),
            Fact(label="主要职责", value=row.duties),
            Fact(label="主要负责人", value=row.head),
            Fact(label="法制审核机构", value=row.review_section),
            Fact(label="依法行政工作机构", value=row.law_section, note=row.law_contact),
            Fact(label="地址、电话", value=[part for part in (row.address, row.phone) if part]),
            Fact(label="公告", value=row.announced_on, note=row.announcement),
            *([Fact(label="终止日期", value=row.ended_on)] if row.ended_on else []),
            *(
                [
                    Fact(
                        label="承接机关",
                        value=row.successor.name,
                        href=reverse("registry_agency", args=[row.successor.code]),
                    )
                ]
                if row.successor
                else []
            ),
        ],
    )
    yield _staffing(row, today)
    yield Section(
        title="执法权限",
        icon="gavel",
        heads=("事项编码", "事项", "类型", "有效期", "状态", "办理"),
        lines=[_power(power, actor) for power in row.powers.all()[:200]],
        empty="还没有登记执法权限。没有相应权限的，不能用该事项立案和检查。",
    )
    yield Section(
        title="沿革",
        icon="timeline-event",
        heads=("日期", "办理", "办理人", "文号", "意见"),
        lines=[
            (each.on, _WAYS.get(each.step, each.step), each.actor_name, each.document, each.opinion)
            for each in row.steps.all()
        ],
        empty="还没有办理记录。",
    )


def _steps(row: Agency, facts: rules.AgencyFacts, today: date) -> list[Step]:
    due = rules.next_step(facts, on=today)
    done = {each.step: each for each in row.steps.all()}
    began = row.status != AgencyStatus.DRAFT
    made = [
        Step(
            label="梳理登记",
            state=StepState.DONE if began else StepState.CURRENT,
            note="退回整改" if row.status == AgencyStatus.TO_CORRECT else "",
        )
    ]
    reached = row.status in (AgencyStatus.ANNOUNCED, AgencyStatus.WITHDRAWN, AgencyStatus.MERGED)
    passed = due is not None or reached
    for name in rules.steps(facts.place, today):
        state = StepState.WAITING
        if reached:
            state = StepState.DONE
        elif name == due:
            state, passed = StepState.CURRENT, False
        elif passed and due is not None:
            state = StepState.DONE
        note = f"{done[name].on:%Y-%m-%d} {done[name].actor_name}" if state is StepState.DONE and name in done else ""
        made.append(Step(label=STEP_LABELS[name], state=state, note=note))
    return made


def _staffing(row: Agency, today: date) -> Section:
    found = queries.staffing_of(row, on=today)
    facts = [
        Fact(label="执法人员", value=found.officers, note=f"其中一线{found.front_line}人"),
        Fact(label="辅助人员", value=found.auxiliaries),
    ]
    if (ratio := found.reviewer_ratio) is not None:
        state = "达标" if ratio.met else f"不足，至少需要{ratio.needed}人"
        facts.append(
            Fact(
                label="法制审核人员",
                value=f"{ratio.have}人，占{ratio.percent}",
                note=f"{state}（{ratio.citation.label}）",
            )
        )
    if (ratio := found.recorder_ratio) is not None:
        state = "达标" if ratio.met else f"缺{ratio.shortage}台"
        facts.append(Fact(label="执法记录仪", value=f"{ratio.have}台，配备率{ratio.percent}", note=state))
    return Section(title="人员和装备", icon="users-group", facts=facts)


def _power(power: AgencyPower, actor: Actor) -> tuple[object, ...]:
    tones = {"approved": Tone.GOOD, "proposed": Tone.INFO}
    href = ""
    if actor.may("registry.agency.audit") and power.status in ("proposed", "approved"):
        href = reverse("registry_power_act", args=[power.pk, "decide" if power.status == "proposed" else "withdraw"])
    until = power.valid_to.isoformat() + "前" if power.valid_to else "长期"
    return (
        power.item,
        power.item_name,
        MATTER_KINDS.get(power.kind, power.kind),
        f"{power.valid_from.isoformat()}起，{until}",
        Badge(text=power.get_status_display(), tone=tones.get(power.status, Tone.PLAIN)),
        Link(text="审批" if power.status == "proposed" else "取消", href=href) if href else "",
    )


def _notices(row: Agency, _actor: Actor, today: date) -> Iterable[Notice]:
    facts = frozen.agency_facts(row)
    if row.status in (*_OPEN, AgencyStatus.SUBMITTED):
        for found in rules.ready(facts):
            yield Notice(title="尚不能确认", text=found.sentence)
    answer = rules.competent(facts, (), None, on=today)
    if not answer:
        yield Notice(
            title="目前不能执法", text=answer.reason, tone=Tone.BAD if row.status in rules.ENDED else Tone.ATTENTION
        )


def fetch(actor: Actor, code: str) -> Agency:
    """Return a subject that the viewer may see."""
    return access(acts.rows().select_related("successor"), actor, acts.SEE, code=code)


def _principals() -> list[tuple[str, str]]:
    return list(
        Agency.objects.exclude(kind__in=[each.value for each in IN_ANOTHERS_NAME])
        .exclude(status__in=["withdrawn", "merged"])
        .order_by("code")
        .values_list("code", "name")[:2000]
    )


def particulars(actor: Actor, row: Agency | None) -> forms.Form:
    """Make the form of the particulars."""
    given = (lambda name: getattr(row, name)) if row else (lambda _: "")
    fields: dict[str, forms.Field] = {}
    if row is None:
        fields["unit"] = choice("单位", units_of(actor, acts.EDIT), "一个单位只登记一个执法主体。")
        fields["code"] = words("主体编码", "省平台编码；没有的按本地规则编。", longest=32)
    if row is None or row.status in _OPEN:
        fields |= {
            "name": words("主体名称", "与机构编制文件一致。", longest=128, initial=given("name")),
            "kind": choice("主体性质", choices.of(AgencyKind), initial=given("kind")),
            "field": choice("执法领域", choices.FIELDS, initial=given("field")),
            "principal": choice(
                "以其名义执法的机关",
                _principals(),
                "受委托组织、局队合一队伍填写；其他主体不填。",
                required=False,
                initial=row.principal.code if row and row.principal else "",
            ),
            "legal_basis": text(
                "法定依据",
                "设立和执法所依据的法律、法规、规章条款或者三定规定；没有依据的不能确认。",
                required=False,
                initial=given("legal_basis"),
            ),
            "uscc": words("统一社会信用代码", required=False, longest=18, initial=given("uscc")),
        }
    fields |= {
        "duties": text("主要职责", required=False, initial=given("duties")),
        "head": words("主要负责人", required=False, longest=64, initial=given("head")),
        "review_section": words(
            "法制审核机构", "每个执法单位明确一个。", required=False, longest=64, initial=given("review_section")
        ),
        "law_section": words("依法行政工作机构", required=False, longest=64, initial=given("law_section")),
        "law_contact": words("依法行政联系人", required=False, longest=64, initial=given("law_contact")),
        "address": words("地址", required=False, initial=given("address")),
        "phone": words("公开电话", required=False, longest=32, initial=given("phone")),
    }
    return form_of(fields)


def values_of(data: dict[str, Any]) -> dict[str, Any]:
    """Turn what the form gives into what the use case takes."""
    made = {name: value for name, value in data.items() if name not in ("unit", "code")}
    if "principal" in made:
        made["principal"] = Agency.objects.filter(code=made["principal"]).first() if made["principal"] else None
    return made


def _advance(step: str) -> Act:
    def run(actor: Actor, at: datetime, row: Agency, data: dict[str, Any]) -> None:
        acts.advance_agency(actor=actor, at=at, code=row.code, version=row.version, step=step, **data)

    names = {"audit": "审核通过", "government": "政府确认", "announce": "公告"}
    return Act(
        name=step,
        label=names[step],
        permission=acts.PERMISSION_OF_STEP[step],
        form=asks(
            on=lambda _: day("日期", initial=localdate),
            document=lambda _: words("文号", "政府确认和公告填写文号。", required=False, longest=128),
            opinion=lambda _: text("意见", required=False),
        ),
        run=run,
        icon="rubber-stamp",
        explain=f"{STEP_LABELS[step]}。依据：{parameters.get('agency.confirmation').values[0].citation.label}。",
        when=lambda row: rules.next_step(frozen.agency_facts(row), on=localdate()) == step,
    )


THING = Thing(
    name="agency",
    label="执法主体",
    list_label="执法主体",
    permission=acts.SEE,
    fetch=fetch,
    title=lambda row: row.name,
    badge=badge,
    sections=_sections,
    notices=_notices,
    subjects=lambda row: [f"agency:{row.code}"],
    acts=(
        Act(
            name="submit",
            label="提交审核",
            permission=acts.EDIT,
            form=no_fields,
            run=lambda actor, at, row, _: acts.submit_agency(actor=actor, at=at, code=row.code, version=row.version),
            icon="send",
            explain="提交司法行政部门审核界定主体资格和法定依据。",
            when=lambda row: row.status in _OPEN,
        ),
        _advance("audit"),
        _advance("government"),
        _advance("announce"),
        Act(
            name="edit",
            label="修改",
            permission=acts.EDIT,
            form=particulars,
            run=lambda actor, at, row, data: acts.edit_agency(
                actor=actor, at=at, code=row.code, version=row.version, values=values_of(data)
            ),
            explain="确认过的主体只能修改联系方式和内设机构；其他内容须退回整改后重新确认。",
            when=lambda row: row.status not in rules.ENDED,
        ),
        Act(
            name="power",
            label="申请执法权限",
            permission=acts.EDIT,
            form=asks(
                item=lambda _: words("事项编码", longest=64),
                item_name=lambda _: words("事项名称"),
                kind=lambda _: choice("事项类型", choices.of(MATTER_KINDS)),
                basis=lambda _: text("依据", "写明法律、法规、规章的条、款、项。"),
                valid_from=lambda _: day("起始日期", initial=localdate),
            ),
            run=lambda actor, at, row, data: acts.propose_power(actor=actor, at=at, agency=row.code, **data),
            icon="gavel",
            explain="经司法行政部门批准后生效；没有权限的事项不能立案和检查。",
            when=lambda row: row.status not in rules.ENDED,
        ),
        Act(
            name="send-back",
            label="退回整改",
            permission="registry.agency.audit",
            form=asks(opinion=lambda _: text("意见", "写明缺什么、怎么改。")),
            run=lambda actor, at, row, data: acts.send_back_agency(
                actor=actor, at=at, code=row.code, version=row.version, **data
            ),
            icon="arrow-back-up",
            when=lambda row: row.status in ("submitted", "audited", "confirmed"),
        ),
        Act(
            name="suspend",
            label="暂停执法",
            permission="registry.agency.announce",
            form=asks(
                from_=lambda _: day("起始日", initial=localdate),
                until=lambda _: day("截止日", "含当日；不填则到恢复为止。", required=False),
                opinion=lambda _: text("理由"),
            ),
            run=lambda actor, at, row, data: acts.suspend_agency(
                actor=actor, at=at, code=row.code, version=row.version, **data
            ),
            icon="player-pause",
            grave=True,
            when=lambda row: row.status == AgencyStatus.ANNOUNCED and row.suspended_from is None,
        ),
        Act(
            name="resume",
            label="恢复执法",
            permission="registry.agency.announce",
            form=asks(on=lambda _: day("恢复日期", initial=localdate), opinion=lambda _: text("理由", required=False)),
            run=lambda actor, at, row, data: acts.resume_agency(
                actor=actor, at=at, code=row.code, version=row.version, **data
            ),
            icon="player-play",
            when=lambda row: row.suspended_from is not None and row.status == AgencyStatus.ANNOUNCED,
        ),
        Act(
            name="end",
            label="撤销或者合并",
            permission="registry.agency.announce",
            form=asks(
                on=lambda _: day("终止日期", "自这一天起不再具有主体资格。", initial=localdate),
                document=lambda _: words("机构改革文件", longest=128),
                successor=lambda row: choice(
                    "承接机关",
                    [pair for pair in _principals() if pair[0] != row.code],
                    "合并的选择承接机关；撤销的不选。",
                    required=False,
                ),
                opinion=lambda _: text("说明", required=False),
            ),
            run=lambda actor, at, row, data: acts.end_agency(
                actor=actor, at=at, code=row.code, version=row.version, **data
            ),
            icon="x",
            grave=True,
            explain="办理后其全部执法权限同时终止，从公示中撤下；不能恢复，只能重新登记。",
            when=lambda row: row.status not in rules.ENDED,
        ),
    ),
)


class AgencyPage(ThingPage):
    """One subject."""

    thing = THING
    permission = acts.SEE


class AgencyActPage(ActPage):
    """An act on a subject."""

    thing = THING
    permission = acts.SEE


class AgencyNewPage(NewPage):
    """Enter a subject."""

    thing = THING
    label = "登记主体"
    permission = acts.EDIT
    explain = "先登记为草稿，核对后提交审核。"

    def make(self) -> forms.Form:
        """Return the empty form."""
        return particulars(self.actor, None)

    def run(self, values: dict[str, Any]) -> Agency:
        """Enter it."""
        return acts.register_agency(
            actor=self.actor, at=self.now, unit=values["unit"], code=values["code"], values=values_of(values)
        )


def _go(power: AgencyPower) -> str:
    return reverse("registry_agency", args=[power.agency.code])


def _fetch_power(actor: Actor, code: str) -> AgencyPower:
    return access(
        AgencyPower.objects.select_related("agency__unit"), actor, acts.SEE, pk=int(code) if code.isdecimal() else 0
    )


POWER = Thing(
    name="power",
    label="执法权限",
    list_label="执法主体",
    permission=acts.SEE,
    fetch=_fetch_power,
    title=lambda row: f"{row.agency.name}：{row.item_name}",
    badge=lambda _row, _day: None,
    sections=lambda _row, _actor, _day: (),
    key="pk",
    address=_go,
    list_name="registry_agency_list",
    acts=(
        Act(
            name="decide",
            label="审批执法权限",
            permission="registry.agency.audit",
            form=asks(
                approved=lambda _: choice("结论", [("yes", "批准"), ("no", "不批准")]),
                opinion=lambda _: text("意见", required=False),
            ),
            run=lambda actor, at, row, data: _go(
                acts.decide_power(
                    actor=actor,
                    at=at,
                    power=row.pk,
                    version=row.version,
                    approved=data["approved"] == "yes",
                    opinion=data["opinion"],
                )
            ),
        ),
        Act(
            name="withdraw",
            label="取消执法权限",
            permission="registry.agency.audit",
            form=asks(on=lambda _: day("终止日期", initial=localdate), opinion=lambda _: text("理由")),
            run=lambda actor, at, row, data: _go(
                acts.withdraw_power(actor=actor, at=at, power=row.pk, version=row.version, **data)
            ),
            grave=True,
        ),
    ),
)


class PowerActPage(ActPage):
    """An act on a power."""

    thing = POWER
    permission = acts.SEE
