"""How the room shows its things: gates, answers, periods, acts of the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.timezone import get_current_timezone, is_naive, localtime

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases import queries
from mingjing.contexts.cases.models import Case, Event
from mingjing.contexts.catalog.flowcharts import Mark, Progress
from mingjing.contexts.ui.components import Badge, Fact, Tone
from mingjing.contexts.ui.values import NOTHING
from mingjing.domain.procedures.clocks import Clock
from mingjing.domain.procedures.gates import Effect, Gate
from mingjing.domain.procedures.model import AskKind, Step
from mingjing.domain.rules import facts
from mingjing.facts.schema import OUTCOMES
from mingjing.kernel.money import in_yuan
from mingjing.law.citations import Citation

ACTS: Final[Mapping[str, str]] = {
    "open_case": "登记案件",
    "edit_case": "修改基本情况",
    "assign_handlers": "变更承办人",
    "withdraw_handlers": "承办人回避",
    "take_step": "办理",
    "propose_step": "提交审批",
    "return_step": "退回",
    "drop_draft": "放弃草稿",
    "add_evidence": "增加证据",
    "edit_evidence": "修改证据",
    "exclude_evidence": "不采信证据",
    "restore_evidence": "恢复证据",
    "order_evidence": "调整证据顺序",
    "add_concerned": "增加有关人员",
    "remove_concerned": "删除有关人员",
    "link_cases": "关联案件",
    "unlink_cases": "取消关联",
    "make_dossier": "立卷",
    "read_dossier": "调阅案卷",
    "pack_case": "导出交换包",
    "import_case": "导入案件",
    "ask_help": "请求协助审核、征询意见",
    "accept_help": "接受协助审核",
    "answer_help": "答复咨询",
    "decline_help": "不能答复咨询",
    "withdraw_help": "撤回协助请求",
    "read_confidential": "查看限制知悉的环节",
    "alert_untransferred": "提醒超期未移送",
    "enter_offsite": "登记非现场记录",
    "correct_offsite": "补正非现场记录",
    "review_offsite": "审核非现场记录",
    "open_from_offsite": "据以登记案件",
    "tell_offsite": "告知当事人",
    "join_offsite": "加入在办案件",
    "send_notice": "移送、通报司法机关",
    "record_result": "司法机关登记结果",
    "handle_result": "登记对结果的处理",
    "record_transfer": "移送案卷",
    "record_reply": "受移送机关答复",
}
"""The acts of this room in the log, in Chinese."""

_TONES: Final = {Effect.BLOCK: Tone.BAD, Effect.WARN: Tone.ATTENTION, Effect.RECORD: Tone.INFO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """A provision with its page, where the viewer may open it."""

    label: str
    gist: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """A gate as a page shows it."""

    rule: str
    title: str
    badge: Badge
    expected: str
    observed: str
    remedy: str
    basis: tuple[Provision, ...]
    needs_reason: bool = False
    reason: str = ""

    @property
    def slug(self) -> str:
        """The rule as part of an id: a point in an id is a class to whoever looks for it by selector."""
        return self.rule.replace(".", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePanel:
    """All gates of a step: what stands in the way, what wants a reason, what is only told, what is met."""

    step: str
    blocked: tuple[GateLine, ...] = ()
    warned: tuple[GateLine, ...] = ()
    told: tuple[GateLine, ...] = ()
    unknown: tuple[GateLine, ...] = ()
    standing: tuple[GateLine, ...] = ()
    met: tuple[GateLine, ...] = ()

    @property
    def clear(self) -> bool:
        """Whether nothing stands in the way and nothing wants a reason."""
        return not (self.blocked or self.warned)


def shown(gates: Iterable[Gate]) -> list[Gate]:
    """Return the gates that are shown with everything; of those that are met, only the title is."""
    return [gate for gate in gates if gate.effect is not Effect.MET]


def links_of(actor: Actor, gates: Iterable[Gate]) -> Mapping[Citation, str]:
    """Return where the provisions of gates are shown."""
    return queries.law_links(actor, {one for gate in shown(gates) for one in gate.rule.citations})


def gate_panel(
    step: Step, gates: Iterable[Gate], links: Mapping[Citation, str], reasons: Mapping[str, str] | None = None
) -> GatePanel:
    """Show the gates of a step; ``links`` are the pages of provisions."""
    found = tuple(gates)
    by: dict[Effect, tuple[GateLine, ...]] = {
        effect: tuple(_line(gate, links, reasons or {}) for gate in found if gate.effect is effect and gate.words)
        for effect in Effect
    }
    # a rule that could not be judged before, and cannot now, is no problem that stands
    unknown = tuple(
        _line(gate, links, reasons or {})
        for effect in (Effect.UNKNOWN, Effect.STANDING)
        for gate in found
        if gate.effect is effect and gate.words is None
    )
    return GatePanel(
        step=step.label,
        blocked=by[Effect.BLOCK],
        warned=by[Effect.WARN],
        told=by[Effect.RECORD],
        unknown=unknown,
        standing=by[Effect.STANDING],
        met=tuple(_line(gate, links, {}) for gate in found if gate.effect is Effect.MET),
    )


def _line(gate: Gate, links: Mapping[Citation, str], reasons: Mapping[str, str]) -> GateLine:
    return GateLine(
        rule=gate.rule.id,
        title=gate.rule.title,
        badge=Badge(text=gate.effect.label, tone=_TONES.get(gate.effect, Tone.PLAIN)),
        expected=gate.words.expected if gate.words else gate.rule.statement,
        observed=gate.words.observed if gate.words else gate.why,
        remedy=gate.rule.remedy,
        basis=provisions(gate.rule.citations, links),
        needs_reason=gate.needs_reason,
        reason=reasons.get(gate.rule.id, ""),
    )


def provisions(citations: Iterable[Citation], links: Mapping[Citation, str]) -> tuple[Provision, ...]:
    """Name provisions, with their pages."""
    return tuple(Provision(label=one.label, gist=one.gist, href=links.get(one, "")) for one in citations)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """A period as a page shows it, with the way to its last day."""

    title: str
    act: str
    due: date
    runs: bool
    done: str
    late: bool
    provisional: bool
    lines: tuple[str, ...]
    basis: tuple[Provision, ...]


def clock_lines(clocks: Iterable[Clock], links: Mapping[Citation, str]) -> list[ClockLine]:
    """Show the periods of a case."""
    return [
        ClockLine(
            title=one.rule.title,
            act=one.act,
            due=one.due,
            runs=one.runs,
            done=one.reached.day.isoformat() if one.reached else "",
            late=one.late,
            provisional=one.counted.provisional,
            lines=one.lines,
            basis=provisions(one.rule.citations, links),
        )
        for one in clocks
    ]


def progress_of(sight: queries.Sight, hrefs: Mapping[str, str]) -> Progress:
    """Say of every step of a case how far it is."""
    proposed = {one.step: one.get_state_display() for one in sight.drafts}
    counts: dict[str, int] = {}
    codes = {one.code for one in sight.open_steps}
    for event in sight.told:
        if event.outcome not in facts.Event.UNDONE:
            counts[event.type] = counts.get(event.type, 0) + 1
    marks, notes = {}, {}
    for step in sight.procedure.steps:
        times = counts.get(step.event, 0)
        if step.code in proposed:
            marks[step.code], notes[step.code] = Mark.DOING, proposed[step.code]
        elif times:
            marks[step.code] = Mark.DONE
            notes[step.code] = f"{times} 次" if times > 1 else ""
        else:
            marks[step.code] = Mark.POSSIBLE if step.code in codes else Mark.AHEAD
    return Progress(stage=sight.row.stage, marks=marks, notes=notes, hrefs=hrefs)


def answer_facts(step: Step, answers: Mapping[str, Any]) -> list[Fact]:
    """Show the answers to a step."""
    found = []
    for ask in step.asks:
        value = answers.get(ask.name)
        if value in (None, "", [], ()):
            continue
        found.append(Fact(label=ask.label, value=answer_words(ask.kind, dict(ask.choices), value)))
    return found


def answer_words(kind: AskKind, choices: Mapping[str, str], value: Any) -> object:
    """Write an answer for a reader."""
    match kind:
        case AskKind.FEN:
            return in_yuan(value) if isinstance(value, int) else f"{value}元" if str(value)[-1:].isdigit() else value
        case AskKind.FLAG:
            return "是" if value in (True, "true") else "否"
        case AskKind.MOMENT:
            return moment_of(value) or value
        case AskKind.CHOICE:
            return choices.get(str(value), value)
        case AskKind.CHOICES:
            return [choices.get(str(one), one) for one in value]
        case _:
            return value


def moment_of(value: Any) -> datetime | None:
    """Read a stored moment, in the time of the place."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.replace(tzinfo=get_current_timezone()) if is_naive(found) else localtime(found)


def event_facts(step: Step | None, event: Event) -> list[Fact]:
    """Show what was written down in a step that was taken."""
    rows = [
        Fact(label="办理时间", value=event.at),
        Fact(label="结束时间", value=event.ended_at),
        Fact(label="录入", value=late_words(event)),
        Fact(label="针对", value=event.about.code if event.about else ""),
        Fact(label="结果", value=outcome_label(step, event.outcome)),
        Fact(label="地点", value=event.place),
        Fact(label="方式", value=event.get_method_display() if event.method else ""),
        Fact(label="延长至", value=event.extends_to),
        Fact(label="文书号", value=event.document_no),
    ]
    answers = answer_facts(step, event.words) if step else []
    found = [row for row in rows if row.value not in (None, "", NOTHING)] + answers
    if (opinion := event.words.get("opinion")) and not _asks(step):
        found.append(Fact(label="审批意见", value=opinion))
    return found


_REASONS: Final = {"leniency": "不适用宽严清单的理由", "advice": "法律顾问意见的采纳情况"}
"""Reasons that are given for something else than a rule, by the first part of their key."""


def reason_facts(reasons: Mapping[str, str]) -> list[Fact]:
    """Show the reasons given with a step."""
    from mingjing.domain.rules.library import rules

    return [
        Fact(label=rules()[key].title if key in rules() else _REASONS.get(key.partition(".")[0], key), value=words)
        for key, words in reasons.items()
    ]


def late_words(event: Event) -> str:
    """Say that a step was entered too late, and by how much; empty where it was not, or nobody knows (SS-38)."""
    return f"补录：超过录入期限{event.late_days}日" if event.late_days else ""


def late_badge(events: Iterable[Event]) -> Badge | None:
    """Count the steps of a case that were entered too late."""
    count = sum(1 for one in events if one.late_days)
    return Badge(text=f"补录环节 {count} 个", tone=Tone.ATTENTION) if count else None


def _asks(step: Step | None) -> bool:
    return step is not None and any(ask.name == "opinion" for ask in step.asks)


def outcome_label(step: Step | None, outcome: str) -> str:
    """Name how a step ended."""
    own = {one.code: one.label for one in step.outcomes} if step else {}
    return own.get(outcome) or OUTCOMES.get(outcome, outcome)


def fine_words(row: Case) -> str:
    """Write what a case imposes or proposes."""
    from mingjing.domain.discretion.benchmarks import PENALTY_KINDS

    parts = []
    if row.fine_fen:
        parts.append(f"罚款{in_yuan(row.fine_fen)}")
    if row.confiscated_fen:
        parts.append(f"没收{in_yuan(row.confiscated_fen)}")
    parts += [PENALTY_KINDS.get(one, one) for one in row.other_penalties]
    return "，".join(parts)
