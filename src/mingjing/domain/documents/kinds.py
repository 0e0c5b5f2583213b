"""
The kinds of documents, as ``law/data/documents`` holds them: fields, who signs, seal, number, what the law asks for.

A template names fields by their Chinese labels, so that whoever changes it reads what it says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Final

from mingjing.kernel.errors import DomainError
from mingjing.law._data import load, names
from mingjing.law.citations import Citation, cite

FIELDS_FILE: Final = "documents/fields.yaml"


class UnknownKindError(DomainError):
    """There is no such kind of document."""

    code: ClassVar[str] = "documents.unknown_kind"


class FieldType(StrEnum):
    """What a field holds; the comment says how it lies in ``data``."""

    LINE = "line"  # text without a break
    TEXT = "text"  # text of several paragraphs
    DATE = "date"  # "2026-11-20"
    MOMENT = "moment"  # "2026-11-20T09:30", China Standard Time
    MONEY = "money"  # fen, a whole number
    NUMBER = "number"  # a whole number
    CHOICE = "choice"  # one of the codes of ``choices``
    PERSON = "person"  # {"name", "number", "position"}; number is that of the enforcement credential
    PEOPLE = "people"  # a list of persons
    PARTY = "party"  # {"name", "identity_kind", "identity", "representative", "address", "phone"}
    LIST = "list"  # a list of texts
    TABLE = "table"  # a list of {column: text}
    OPINION = "opinion"  # {"text", "name", "on"}

    @property
    def label(self) -> str:
        """Name the type for whoever writes templates."""
        return _TYPE_LABELS[self]


_TYPE_LABELS: Final = {
    FieldType.LINE: "单行文字",
    FieldType.TEXT: "多行文字",
    FieldType.DATE: "日期",
    FieldType.MOMENT: "时间",
    FieldType.MONEY: "金额",
    FieldType.NUMBER: "整数",
    FieldType.CHOICE: "选项",
    FieldType.PERSON: "人员",
    FieldType.PEOPLE: "人员（多人）",
    FieldType.PARTY: "当事人",
    FieldType.LIST: "清单（一行一项）",
    FieldType.TABLE: "表格",
    FieldType.OPINION: "审批意见",
}

PARTS: Final[Mapping[FieldType, Mapping[str, str]]] = {
    FieldType.PARTY: {
        "name": "名称",
        "identity_kind": "证件名称",
        "identity": "证件号码",
        "representative": "法定代表人",
        "address": "住所",
        "phone": "电话",
    },
    FieldType.PERSON: {"name": "姓名", "number": "执法证号", "position": "职务"},
    FieldType.PEOPLE: {"name": "姓名", "number": "执法证号", "position": "职务"},
    FieldType.OPINION: {"text": "意见", "name": "签名", "on": "日期"},
}
"""The parts of a field that has parts: code to label."""

AGENCY: Final = {
    "name": "名称",
    "mark": "代字",
    "address": "地址",
    "phone": "电话",
    "reconsideration": "复议机关",
    "court": "管辖法院",
    "account": "缴款账户",
}
"""What a template knows of the agency (``{机关.名称}``): code to label."""

NUMBER_LABEL: Final = "文号"
DATED_LABEL: Final = "日期"
AGENCY_LABEL: Final = "机关"
BUILT_IN: Final = (NUMBER_LABEL, DATED_LABEL, AGENCY_LABEL)
"""Names that every template knows beside the fields of its kind."""


class Layout(StrEnum):
    """How a document is set."""

    LETTER = "letter"
    RECORD = "record"
    FORM = "form"
    COVER = "cover"

    @property
    def label(self) -> str:
        """Name the layout in Chinese."""
        return {"letter": "决定、通知类", "record": "笔录类", "form": "表格类", "cover": "封面类"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. ``least`` is the smallest number of persons or rows; ``by`` says whose opinion an opinion is."""

    code: str
    label: str
    type: FieldType
    required: bool = True
    help: str = ""
    least: int = 0
    by: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs, and how many of them."""

    who: str
    label: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """
    Something that the law wants to stand in the document.

    A template has it if it names all ``fields``, or holds ``words``. With ``row`` it is the row of the table that begins
    so. ``elements`` are what rules know it by (:mod:`mingjing.domain.rules.elements`).
    """

    text: str
    citation: Citation
    fields: tuple[str, ...] = ()
    words: str = ""
    row: str = ""
    elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """
    A kind of document. ``number`` is the word of its numbers (罚决), empty where it has none.

    ``sealed`` documents have a place for a seal; those that are ``sealed_first`` cannot be served without it.
    ``procedures`` is empty where every procedure uses it; ``steps`` are types of events (docs/data-standard.md).
    ``alone``: it may be made outside a case (SS-38). ``confidential``: few may know that there is one.
    """

    code: str
    name: str
    group: str
    layout: Layout
    procedures: tuple[str, ...]
    steps: tuple[str, ...]
    number: str
    sealed: bool
    sealed_first: bool
    served: bool
    alone: bool
    confidential: bool
    signers: tuple[Signer, ...]
    retention: str
    citations: tuple[Citation, ...]
    fields: tuple[Field, ...]
    contents: tuple[Content, ...]
    closing: str
    body: str

    def field(self, name: str) -> Field | None:
        """Return the field of this code or label."""
        return next((one for one in self.fields if name in (one.code, one.label)), None)

    @property
    def retention_label(self) -> str:
        """Say how long it is kept."""
        return str(load(FIELDS_FILE)["retention"][self.retention])


GROUPS: Final = {
    "10-general": "通用",
    "20-penalty": "行政处罚",
    "30-coercion": "行政强制",
    "40-licence": "行政许可",
    "50-inspection": "行政检查和非强制措施",
}
"""Files of ``law/data/documents``, and the groups in which people look for a kind."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Return all kinds by code, group by group."""
    found: dict[str, Kind] = {}
    for name in names("documents"):
        group = name.removeprefix("documents/").removesuffix(".yaml")
        for row in load(name).get("kinds", ()):
            if row["code"] in found:
                raise ValueError(f"{row['code']} is declared twice")
            found[row["code"]] = _kind(row, GROUPS[group])
    return found


def kind_of(code: str) -> Kind:
    """
    Return the kind with this code.

    :raises UnknownKindError: if there is none
    """
    if code not in kinds():
        raise UnknownKindError(f"没有“{code}”这种文书。", kind=code)
    return kinds()[code]


def kinds_for(procedure: str, step: str) -> tuple[Kind, ...]:
    """Return the kinds that a step of a procedure uses."""
    return tuple(
        one for one in kinds().values() if step in one.steps and (not one.procedures or procedure in one.procedures)
    )


@cache
def signer_labels() -> Mapping[str, str]:
    """Return who may sign, by code."""
    return dict(load(FIELDS_FILE)["signers"])


def part(name: str) -> str:
    """
    Return a part that templates share.

    :raises KeyError: if there is none of this name
    """
    return str(load(FIELDS_FILE)["parts"][name])


def _kind(row: dict[str, Any], group: str) -> Kind:
    fields = tuple(_field(one) for one in row["fields"])
    return Kind(
        code=row["code"],
        name=row["name"],
        group=group,
        layout=Layout(row["layout"]),
        procedures=tuple(row.get("procedures", ())),
        steps=tuple(row["steps"]),
        number=row.get("number", ""),
        sealed=bool(row.get("seal", False)),
        sealed_first=row.get("seal", False) is True,
        served=row.get("served", False),
        alone=row.get("alone", False),
        confidential=row.get("confidential", False),
        signers=tuple(_signer(one) for one in row.get("sign", ())),
        retention=row["retention"],
        citations=tuple(cite(str(one)) for one in row["citations"]),
        fields=fields,
        contents=tuple(_content(one) for one in row.get("contents", ())),
        closing=row.get("closing", ""),
        body=row.get("body", ""),
    )


def _field(row: str | dict[str, Any]) -> Field:
    """Read a field: the name of a shared one (with ``?`` where it may stay empty), or one of the kind's own."""
    if isinstance(row, str):
        shared = load(FIELDS_FILE)["fields"][row.removesuffix("?")]
        row = {"code": row.removesuffix("?"), "required": not row.endswith("?"), **shared}
    return Field(**{**row, "type": FieldType(row["type"])})


def _signer(text: str) -> Signer:
    who, _, count = text.partition(" ")
    return Signer(who=who, label=signer_labels()[who], count=int(count or 1))


def _content(row: dict[str, Any]) -> Content:
    return Content(
        text=row["text"],
        citation=cite(str(row["citation"])),
        fields=tuple(row.get("fields", ())),
        words=row.get("words", ""),
        row=row.get("row", ""),
        elements=tuple(row.get("elements", ())),
    )
