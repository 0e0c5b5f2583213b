"""
Enforcement items 执法事项: what an edition of one says, and what it lacks before it may be submitted.

Source: 国办发〔2018〕118号; RZ-25, YZ-06, YZ-07, YZ-08, SS-47.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any, Final, Protocol

from mingjing.domain.catalog.promises import PromisedTime, promised_of_data
from mingjing.kernel.errors import DomainError
from mingjing.law._data import load
from mingjing.law.citations import Citation, cite
from mingjing.law.written import WrittenCitation, citations_in


class ItemKind(StrEnum):
    """The kind of act; the first six are those of the facts standard."""

    PENALTY = "penalty"
    INSPECTION = "inspection"
    COMPULSORY_MEASURE = "compulsory_measure"
    COMPULSORY_EXECUTION = "compulsory_execution"
    LICENSE = "license"
    OTHER = "other"
    LEVY = "levy"
    CONFIRMATION = "confirmation"
    PAYMENT = "payment"
    REWARD = "reward"
    ADJUDICATION = "adjudication"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return KIND_LABELS[self]


KIND_LABELS: Final = {
    ItemKind.PENALTY: "行政处罚",
    ItemKind.INSPECTION: "行政检查",
    ItemKind.COMPULSORY_MEASURE: "行政强制措施",
    ItemKind.COMPULSORY_EXECUTION: "行政强制执行",
    ItemKind.LICENSE: "行政许可",
    ItemKind.OTHER: "其他行政权力",
    ItemKind.LEVY: "行政征收",
    ItemKind.CONFIRMATION: "行政确认",
    ItemKind.PAYMENT: "行政给付",
    ItemKind.REWARD: "行政奖励",
    ItemKind.ADJUDICATION: "行政裁决",
}

SOURCES: Final = {"powers": "权责清单", "fines": "罚没清单", "regulation": "监管清单", "fees": "收费清单"}
"""The four lists that an item list is compiled from (YZ-06)."""

DEFAULT_PROCEDURE: Final = "《山东省行政程序规定》"
"""Shown where an item has no procedure basis of its own (SS-47)."""
_SHANDONG: Final = "37"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What must be recorded at a stage, and how; ``mandatory`` media without which the stage is not complete."""

    stage: str
    manner: str = "text"
    mandatory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomCheck:
    """What a random inspection list says of an item, beside its basis and its agency (YZ-07)."""

    object: str = ""
    content: str = ""
    ratio: str = ""
    manner: str = ""
    frequency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemContent:
    """All that an edition of an item says."""

    name: str
    kind: ItemKind
    basis: tuple[str, ...] = ()
    act_code: str = ""
    domain: str = ""
    level: str = ""
    section: str = ""
    parties: tuple[str, ...] = ()
    flow: str = ""
    procedure_basis: str = ""
    limit_days: int | None = None
    promised_time: PromisedTime | None = None
    records: tuple[Duty, ...] = ()
    sources: tuple[str, ...] = ()
    random: RandomCheck | None = None
    promise: bool = False
    fee: str = ""
    legal_review: bool = False
    single_officer_basis: str = ""
    summary_cap_basis: str = ""
    complaint_channel: str = ""
    major_criteria: tuple[dict[str, Any], ...] = ()
    """Conditions on a case that make it major, complex or cross-region (RZ-26): ``{label, effect, criteria}``."""
    notes: str = ""

    def as_data(self) -> dict[str, Any]:
        """Write it as plain data."""
        data = asdict(self)
        data["kind"] = self.kind.value
        return {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()}


def item_of_data(data: Mapping[str, Any]) -> ItemContent:
    """Read an item from :meth:`ItemContent.as_data`; unknown keys are left out."""
    known = {field.name for field in fields(ItemContent)}
    values: dict[str, Any] = {key: value for key, value in data.items() if key in known}
    for key in ("basis", "parties", "sources", "major_criteria"):
        values[key] = tuple(values.get(key) or ())
    values["records"] = tuple(Duty(**row) for row in values.get("records") or ())
    values["promised_time"] = promised_of_data(values.get("promised_time"))
    values["random"] = RandomCheck(**values["random"]) if values.get("random") else None
    values["kind"] = ItemKind(values["kind"])
    return ItemContent(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStep:
    """One step of a flow chart, in the words of the facts standard."""

    event: str
    label: str
    citation: Citation | None = None
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A flow chart 执法流程图."""

    code: str
    label: str
    kinds: tuple[ItemKind, ...]
    steps: tuple[FlowStep, ...]


@cache
def flows() -> Mapping[str, Flow]:
    """Return the flow charts by code."""
    return {row["code"]: _flow(row) for row in load("flows.yaml")["flows"]}


def flows_for(kind: ItemKind) -> tuple[Flow, ...]:
    """Return the flow charts that fit a kind of act."""
    return tuple(flow for flow in flows().values() if kind in flow.kinds)


def procedure_basis_of(content: ItemContent, place: str) -> tuple[str, bool]:
    """
    Return the basis of the procedure, and whether it is the provincial default.

    Source: SS-47. Empty where there is neither (a place outside the province).
    """
    if content.procedure_basis:
        return content.procedure_basis, False
    return (DEFAULT_PROCEDURE, True) if place.startswith(_SHANDONG) else ("", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that an edition lacks: which field, what is wrong, what to do; ``blocks`` submission or only warns."""

    field: str
    message: str
    remedy: str
    blocks: bool = True
    citation: str = ""


class IncompleteError(DomainError):
    """An edition lacks what it needs before it may be submitted."""

    code = "catalog.incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a library knows of a written citation; ``in_force`` on the day that was asked."""

    title: str
    in_force: bool
    status: str
    has_text: bool
    has_article: bool


class Library(Protocol):
    """Where citations are looked up: the law library of the platform."""

    def find(self, citation: WrittenCitation) -> Found | None:
        """Return what is known of the instrument, or ``None``."""


def item_gaps(content: ItemContent, library: Library, *, has_benchmark: bool = True) -> tuple[Gap, ...]:
    """List what an item lacks; those that block stand first."""
    gaps: list[Gap] = []
    if not content.name.strip():
        gaps.append(Gap(field="name", message="没有事项名称。", remedy="请填写。"))
    gaps += basis_gaps(content.basis, library)
    if not content.section:
        gaps.append(_lack("section", "没有写承办机构。", "写明由哪个科室、中队或者窗口承办。"))
    if content.flow not in flows():
        gaps.append(_lack("flow", "没有流程图。", "选择适用的流程图。", citation="YZ-08"))
    elif content.kind not in flows()[content.flow].kinds:
        message = f"“{flows()[content.flow].label}”流程图不适用于{content.kind.label}。"
        gaps.append(Gap(field="flow", message=message, remedy="请选择与事项类别相符的流程图。"))
    gaps += _promise_gaps(content.promised_time)
    if content.random is not None:
        gaps += _random_gaps(content.random)
    if content.kind is ItemKind.PENALTY and not has_benchmark:
        gaps.append(_lack("benchmark", "没有裁量基准。", "为它制定裁量基准，或者引用上级基准。", citation="CF 34"))
    if not content.records:
        gaps.append(_lack("records", "没有写记录要求。", "至少写明文字记录的环节。", citation="118"))
    for name in content.sources:
        if name not in SOURCES:
            gaps.append(
                Gap(field="sources", message=f"不认识来源清单“{name}”。", remedy=f"可选：{'、'.join(SOURCES)}。")
            )
    return tuple(sorted(gaps, key=lambda gap: not gap.blocks))


def basis_gaps(basis: tuple[str, ...], library: Library) -> tuple[Gap, ...]:
    """List citations that cannot be read, name no instrument of the library, one not in force, or no article of it."""
    if not any(one.strip() for one in basis):
        return (Gap(field="basis", message="没有写依据。", remedy="写明法律文件的名称和条款。", citation="CF 17"),)
    gaps: list[Gap] = []
    for text in basis:
        written = citations_in(text)
        if not written:
            remedy = "写法举例：《城市绿化条例》第二十六条第一款第（三）项。"
            gaps.append(Gap(field="basis", message=f"看不懂依据“{text[:40]}”。", remedy=remedy))
        for one in written:
            gaps += _citation_gaps(one, library.find(one))
    return tuple(gaps)


def require_complete(gaps: tuple[Gap, ...]) -> None:
    """
    Require that nothing that blocks is missing.

    :raises IncompleteError: if something is; the message names the first, ``facts`` hold all
    """
    blocking = tuple(gap for gap in gaps if gap.blocks)
    if blocking:
        more = f"（另有{len(blocking) - 1}处）" if len(blocking) > 1 else ""
        citation = cite(blocking[0].citation) if blocking[0].citation else None
        raise IncompleteError(f"{blocking[0].message}{blocking[0].remedy}{more}", citation=citation, gaps=blocking)


def _citation_gaps(one: WrittenCitation, found: Found | None) -> list[Gap]:
    if found is None:
        remedy = "核对名称；确有此文件的，请先录入法律法规库。"
        return [Gap(field="basis", message=f"法律法规库中没有《{one.title}》。", remedy=remedy)]
    if not found.in_force:
        message = f"《{one.title}》{found.status}，不能作为依据。"
        return [Gap(field="basis", message=message, remedy="改引现行有效的依据，或者取消这个事项。", citation="CF 34")]
    if one.article is None:
        return [_lack("basis", f"只写了《{one.title}》，没有写到条。", "写明条、款、项。")]
    if not found.has_text:
        return [_lack("basis", f"《{one.title}》没有收录全文，{one.where}未经核对。", "导入全文后自动核对。")]
    if not found.has_article:
        return [Gap(field="basis", message=f"《{one.title}》没有{one.where}。", remedy="请核对条号和版本。")]
    return []


def _promise_gaps(promised: PromisedTime | None) -> list[Gap]:
    if promised is None or promised.parameter:
        return []
    gaps = []
    if promised.number is None:
        remedy = "写工作日或者工作小时的数目，例如0.5个工作日、4个工作小时。"
        gaps.append(Gap(field="promised_time", message="看不懂承诺办结时限的数目。", remedy=remedy))
    if not promised.basis.strip():
        remedy = "写明作出承诺的方案条目或者清单。"
        gaps.append(Gap(field="promised_time", message="没有写承诺办结时限的依据。", remedy=remedy, citation="SS-73"))
    return gaps


def _random_gaps(random: RandomCheck) -> list[Gap]:
    labels = {
        "object": "抽查对象",
        "content": "抽查内容",
        "ratio": "抽查比例",
        "manner": "抽查方式",
        "frequency": "抽查频次",
    }
    return [
        Gap(
            field=f"random.{name}",
            message=f"随机抽查事项没有写{label}。",
            remedy="七项要素都要写明。",
            citation="YZ-07",
        )
        for name, label in labels.items()
        if not getattr(random, name).strip()
    ]


def _lack(field: str, message: str, remedy: str, citation: str = "") -> Gap:
    return Gap(field=field, message=message, remedy=remedy, blocks=False, citation=citation)


def _flow(row: dict[str, Any]) -> Flow:
    return Flow(
        code=row["code"],
        label=row["label"],
        kinds=tuple(ItemKind(kind) for kind in row["kinds"]),
        steps=tuple(
            FlowStep(
                event=step["event"],
                label=step["label"],
                citation=cite(step["citation"]) if "citation" in step else None,
                when=step.get("when", ""),
            )
            for step in row["steps"]
        ),
    )
