"""How the room shows its things: badges of states, facts of contents, the history of editions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse

from mingjing.contexts.catalog.models import BenchmarkEdition, Edition, Holder, ItemEdition
from mingjing.contexts.catalog.queries import Names
from mingjing.contexts.ui.components import Badge, Event, Fact, Step, Tone
from mingjing.domain.catalog.criteria import Effect
from mingjing.domain.catalog.editions import Act, Status, covers, suspended
from mingjing.domain.catalog.items import SOURCES, flows, procedure_basis_of
from mingjing.domain.catalog.promises import BY_PLACE, promise_of
from mingjing.domain.discretion.benchmarks import PENALTY_KINDS
from mingjing.domain.discretion.circumstances import criteria_of_data
from mingjing.facts.schema import DOMAINS, EVENT_TYPES
from mingjing.law.citations import cite
from mingjing.law.written import citations_in

_TONES: Final = {
    Status.DRAFT: Tone.PLAIN,
    Status.SUBMITTED: Tone.ATTENTION,
    Status.APPROVED: Tone.INFO,
    Status.PUBLISHED: Tone.GOOD,
    Status.REPLACED: Tone.PLAIN,
    Status.WITHDRAWN: Tone.PLAIN,
}
MANNERS: Final = {"text": "文字", "audio": "录音", "video": "录像", "photo": "照片"}
PARTIES: Final = {"c": "公民", "i": "个体工商户", "o": "法人或者其他组织"}


def status_badge(edition: Edition, today: date) -> Badge:
    """Show where an edition stands, as of a day."""
    if edition.state is Status.PUBLISHED and edition.effective_from and edition.effective_from > today:
        return Badge(text=f"{edition.effective_from:%m-%d}起施行", tone=Tone.INFO)
    if edition.state is Status.PUBLISHED and suspended(edition, today):
        return Badge(text="暂停实施", tone=Tone.ATTENTION)
    if edition.state is Status.WITHDRAWN and covers(edition, today):
        return Badge(text=f"{edition.effective_until:%m-%d}起废止", tone=Tone.ATTENTION)
    return Badge(text=edition.state.label, tone=_TONES[edition.state])


def row_badges(row: Any) -> list[Badge]:
    """Show where a holder of a list stands, by what ``with_current`` says of it."""
    found: list[Badge] = []
    if row.current_number and row.current_suspended:
        found.append(Badge(text="暂停实施", tone=Tone.ATTENTION))
    elif row.current_number:
        found.append(Badge(text="施行中", tone=Tone.GOOD))
    if row.open_status:
        state = Status(row.open_status)
        found.append(Badge(text=state.label, tone=_TONES[state]))
    return found or [Badge(text="未施行")]


def address_of(family: str, code: str) -> str:
    """Return the address of the page of something."""
    return reverse(f"catalog_{family}", args=[code])


def promise_words(edition: ItemEdition, on: date) -> str:
    """Say within which time the unit promises to decide, on which basis; empty where it promises none."""
    found = promise_of(edition.item.promised_time, on, edition.holder.unit.place)
    return f"{found.label}（{found.basis}）" if found else ""


def promised_in_words(edition: ItemEdition) -> str:
    """Say what an edition itself says of a promise."""
    found = edition.item.promised_time
    if found is None:
        return ""
    return BY_PLACE[found.parameter] if found.parameter else f"{found.amount}{found.unit.label}（{found.basis}）"


def item_facts(edition: ItemEdition, on: date) -> list[Fact]:
    """Say what an edition of an item says, with what its place sets on a day."""
    item, unit = edition.item, edition.holder.unit
    basis, default = procedure_basis_of(item, unit.place)
    rows = [
        Fact(label="事项类别", value=item.kind.label),
        Fact(label="实施主体", value=unit.name),
        Fact(label="承办机构", value=item.section),
        Fact(label="行使层级", value=item.level),
        Fact(label="执法领域", value=DOMAINS.get(item.domain, item.domain)),
        Fact(label="违法行为代码", value=item.act_code),
        Fact(label="行政相对人", value=[PARTIES.get(one, one) for one in item.parties]),
        Fact(label="程序依据", value=basis, note="事项没有自己的程序依据，适用省程序规定" if default else ""),
        Fact(label="办理期限", value=f"{item.limit_days}日" if item.limit_days else ""),
        Fact(label="承诺办结时限", value=promise_words(edition, on)),
        Fact(label="来源清单", value=[SOURCES.get(one, one) for one in item.sources]),
        Fact(label="法制审核", value="列入重大执法决定法制审核目录" if item.legal_review else ""),
        Fact(label="告知承诺", value="实行告知承诺" if item.promise else ""),
        Fact(label="收费（罚没）标准", value=item.fee),
        Fact(label="一人执法依据", value=item.single_officer_basis),
        Fact(label="简易程序例外依据", value=item.summary_cap_basis),
        Fact(label="监督和救济渠道", value=item.complaint_channel),
        Fact(label="备注", value=item.notes),
    ]
    return [row for row in rows if row.value]


def random_facts(edition: ItemEdition) -> list[Fact]:
    """Say what a random inspection list says of an item."""
    random = edition.item.random
    if random is None:
        return []
    return [
        Fact(label="抽查对象", value=random.object),
        Fact(label="抽查内容", value=random.content),
        Fact(label="抽查比例", value=random.ratio),
        Fact(label="抽查方式", value=random.manner),
        Fact(label="抽查频次", value=random.frequency),
    ]


def flow_steps(code: str) -> list[Step]:
    """Draw a flow chart."""
    flow = flows().get(code)
    if flow is None:
        return []
    return [
        Step(
            label=step.label,
            note="；".join(one for one in (step.when, step.citation.label if step.citation else "") if one),
        )
        for step in flow.steps
    ]


def record_rows(edition: ItemEdition) -> list[tuple[str, str]]:
    """Say what must be recorded."""
    return [
        (
            EVENT_TYPES.get(duty.stage, duty.stage),
            MANNERS.get(duty.manner, duty.manner) + ("（必录）" if duty.mandatory else ""),
        )
        for duty in edition.item.records
    ]


def standard_rows(edition: ItemEdition) -> list[tuple[str, str, str]]:
    """Say which cases are major, complex or cross-region."""
    return [
        (
            Effect(row["effect"]).label,
            "；".join(one.label for one in criteria_of_data(row.get("criteria") or [])) or str(row.get("label", "")),
            Effect(row["effect"]).route,
        )
        for row in edition.item.major_criteria
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisLine:
    """A line of a basis: its words, and where its first provision is shown."""

    text: str
    href: str = ""


def basis_lines(texts: Iterable[str], books: Any) -> list[BasisLine]:
    """Make links of citations that the library has."""
    found = []
    for text in texts:
        written = citations_in(text)
        book = books.book(written[0].title) if written else None
        href = ""
        if book is not None:
            key = written[0].article_key
            href = reverse("catalog_article", args=[book.code, key]) if key and book.has_text else ""
            href = href or reverse("catalog_law", args=[book.code])
        found.append(BasisLine(text=text, href=href))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class TierLine:
    """A tier as a table shows it."""

    name: str
    condition: str
    criteria: str
    kinds: str
    fine: str
    manner: str
    refines: str


def tier_lines(edition: BenchmarkEdition) -> list[TierLine]:
    """Show the tiers of a benchmark."""
    return [
        TierLine(
            name=tier.name,
            condition=tier.condition,
            criteria="；".join(one.label for one in tier.criteria),
            kinds="、".join(PENALTY_KINDS.get(one, one) for one in tier.kinds),
            fine=tier.fine.label if tier.fine else "不罚款",
            manner=tier.manner,
            refines=tier.refines,
        )
        for tier in edition.benchmark.tiers
    ]


def factor_rows(edition: BenchmarkEdition) -> list[tuple[str, str, str, str]]:
    """Show the factors of a benchmark."""
    return [
        (
            factor.direction.label,
            factor.label,
            f"{factor.percent}%" if factor.percent is not None else "",
            basis_label(factor.basis),
        )
        for factor in edition.benchmark.factors
    ]


def basis_label(text: str) -> str:
    """Write a basis for a reader: stored references become their article, other words stay."""
    from mingjing.kernel.errors import DomainError

    try:
        return cite(text).label
    except DomainError:
        return text


def history(editions: list[Edition]) -> list[Event]:
    """Tell what happened to the editions, the latest first."""
    names = Names(
        code for one in editions for code in (one.drafted_by, one.submitted_by, one.approved_by, one.published_by)
    )
    found: list[Event] = []
    for one in editions:
        nth = f"第{one.number}版"
        if one.withdrawn_at:
            found.append(Event(at=one.withdrawn_at, title=f"{nth}废止，{one.effective_until}起失效"))
        if one.published_at:
            words = f"{one.effective_from}起施行" + (f"，{one.document}" if one.document else "")
            found.append(
                Event(at=one.published_at, title=f"{nth}公布", who=names[one.published_by], text=words, tone=Tone.GOOD)
            )
        if one.approved_at:
            found.append(Event(at=one.approved_at, title=f"{nth}批准", who=names[one.approved_by], tone=Tone.INFO))
        if one.submitted_at:
            found.append(Event(at=one.submitted_at, title=f"{nth}提交", who=names[one.submitted_by]))
        found.append(Event(at=one.drafted_at, title=f"{nth}起草", who=names[one.drafted_by], text=one.reason))
    return sorted(found, key=lambda event: event.at, reverse=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something that may be done now."""

    label: str
    href: str
    icon: str
    main: bool = False


_BUTTONS: Final[Mapping[Act, tuple[str, str]]] = {
    Act.EDIT: ("edit", "edit"),
    Act.SUBMIT: ("edit", "send"),
    Act.RETURN: ("approve", "arrow-back-up"),
    Act.APPROVE: ("approve", "rubber-stamp"),
    Act.PUBLISH: ("publish", "speakerphone"),
    Act.SUSPEND: ("publish", "player-pause"),
    Act.RESUME: ("publish", "player-play"),
    Act.WITHDRAW: ("publish", "archive"),
}


VERBS: Final = {act: verb for act, (verb, _) in _BUTTONS.items()}
"""Which permission an act asks for, by its last word."""


def buttons(holder: Holder, editions: list[Edition], today: date, within: Mapping[str, bool]) -> list[Button]:
    """List what the actor may do with something now; ``within`` says for each verb whether it lies in the actor's scope."""
    opened = next((one for one in editions if one.state in (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)), None)
    current = next((one for one in editions if one.state is Status.PUBLISHED), None)
    acts: list[Act] = []
    if opened is not None:
        acts += {
            Status.SUBMITTED: [Act.APPROVE, Act.RETURN],
            Status.APPROVED: [Act.PUBLISH, Act.RETURN],
            Status.DRAFT: [Act.SUBMIT, Act.EDIT],
        }[opened.state]
    else:
        acts.append(Act.EDIT)
    if current is not None:
        acts.append(Act.RESUME if suspended(current, today) else Act.SUSPEND)
        acts.append(Act.WITHDRAW)
    words = {
        Act.EDIT: "修改草稿" if opened else "起草新版本",
        Act.SUBMIT: "提交批准",
        Act.RETURN: "退回",
        Act.APPROVE: "批准",
        Act.PUBLISH: "公布",
        Act.SUSPEND: "暂停实施",
        Act.RESUME: "恢复实施",
        Act.WITHDRAW: "废止",
    }
    allowed = [act for act in acts if within.get(_BUTTONS[act][0], False)]
    return [
        Button(
            label=words[act],
            href=reverse(f"catalog_{holder.family}_edit", args=[holder.code])
            if act is Act.EDIT
            else reverse("catalog_act", args=[holder.family, holder.code, act.value]),
            icon=_BUTTONS[act][1],
            main=number == 0 and act not in (Act.SUSPEND, Act.WITHDRAW, Act.EDIT),
        )
        for number, act in enumerate(allowed)
    ]
