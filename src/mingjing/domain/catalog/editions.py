"""
The life of an edition: draft, submitted, approved, published; then replaced or withdrawn. Nothing edits a published one.

Items, benchmarks and lists all live it. An edition is in force from its day until the next one's; a case keeps the edition
that was in force when it began, by a reference that names the digest of its content.

Source: YZ-06 (publication only after the head's approval); YZ-04 (a second person approves); RZ-25, RZ-28.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, Protocol

from mingjing.kernel.errors import DomainError
from mingjing.law.citations import cite


class Status(StrEnum):
    """Where an edition stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PUBLISHED = "published"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return _LABELS[self]

    @property
    def is_fixed(self) -> bool:
        """Say whether the content can no longer change."""
        return self is not Status.DRAFT


_LABELS: Final = {
    Status.DRAFT: "草稿",
    Status.SUBMITTED: "待批准",
    Status.APPROVED: "已批准待公布",
    Status.PUBLISHED: "已公布",
    Status.REPLACED: "已被替代",
    Status.WITHDRAWN: "已废止",
}


class Act(StrEnum):
    """What may be done with an edition."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    SUSPEND = "suspend"
    RESUME = "resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """From which states an act leads where; the reason a refusal gives."""

    act: Act
    label: str
    before: tuple[Status, ...]
    after: Status | None
    refusal: str
    citation: str = ""


TRANSITIONS: Final[Mapping[Act, Transition]] = {
    one.act: one
    for one in (
        Transition(
            act=Act.EDIT,
            label="修改",
            before=(Status.DRAFT,),
            after=None,
            refusal="提交以后不能修改。要改，请退回草稿，或者另起新版本。",
        ),
        Transition(
            act=Act.SUBMIT, label="提交", before=(Status.DRAFT,), after=Status.SUBMITTED, refusal="只有草稿可以提交。"
        ),
        Transition(
            act=Act.RETURN,
            label="退回",
            before=(Status.SUBMITTED, Status.APPROVED),
            after=Status.DRAFT,
            refusal="只有待批准或者已批准还没有公布的，才能退回。",
        ),
        Transition(
            act=Act.APPROVE,
            label="批准",
            before=(Status.SUBMITTED,),
            after=Status.APPROVED,
            refusal="只有待批准的可以批准。",
            citation="YZ-06",
        ),
        Transition(
            act=Act.PUBLISH,
            label="公布",
            before=(Status.APPROVED,),
            after=Status.PUBLISHED,
            refusal="没有经负责人批准，不能公布。",
            citation="YZ-06",
        ),
        Transition(
            act=Act.WITHDRAW,
            label="废止",
            before=(Status.PUBLISHED,),
            after=Status.WITHDRAWN,
            refusal="只有已公布的可以废止。",
        ),
        Transition(
            act=Act.SUSPEND,
            label="暂停实施",
            before=(Status.PUBLISHED,),
            after=None,
            refusal="只有已公布的可以暂停实施。",
            citation="RZ-28",
        ),
        Transition(
            act=Act.RESUME,
            label="恢复实施",
            before=(Status.PUBLISHED,),
            after=None,
            refusal="只有已公布的可以恢复实施。",
        ),
    )
}


class NotNowError(DomainError):
    """The edition is not in a state that allows the act."""

    code = "catalog.not_now"


class SamePersonError(DomainError):
    """Whoever submitted an edition may not approve it."""

    code = "catalog.same_person"


class BackdatedError(DomainError):
    """An edition cannot take effect before it is published, or before the one that it replaces."""

    code = "catalog.backdated"


def after(act: Act, status: Status) -> Status:
    """
    Return where an act leads.

    :raises NotNowError: if the state does not allow it
    """
    rule = TRANSITIONS[act]
    if status not in rule.before:
        citation = cite(rule.citation) if rule.citation else None
        raise NotNowError(f"这个版本现在是“{status.label}”。{rule.refusal}", citation=citation, status=status)
    return rule.after or status


def require_second_person(*, submitted_by: str, approver: str) -> None:
    """
    Require that two persons answer for an edition.

    :raises SamePersonError: if the approver submitted it

    Source: YZ-04, by analogy.
    """
    if submitted_by == approver:
        raise SamePersonError("提交人不能批准自己提交的版本，请由另一位负责人批准。", citation=cite("YZ-04"))


class EditionSpan(Protocol):
    """An edition, as far as its time goes."""

    @property
    def number(self) -> int:
        """Which edition."""

    @property
    def effective_from(self) -> date | None:
        """The first day in force; ``None`` before publication."""

    @property
    def effective_until(self) -> date | None:
        """The first day no longer in force."""

    @property
    def suspensions(self) -> Iterable[tuple[date, date | None]]:
        """When it was not carried out, half-open."""


def start_of(requested: date | None, *, today: date, current: EditionSpan | None) -> date:
    """
    Return the day from which an edition published today is in force.

    :raises BackdatedError: if it would lie in the past, or not after the beginning of the current edition
    """
    start = requested or today
    if start < today:
        raise BackdatedError(
            f"生效日期{start}早于公布日期{today}。公布以前的行为不能适用新的内容。", citation=cite("CF 5")
        )
    if current is not None and current.effective_from is not None and start <= current.effective_from:
        raise BackdatedError(
            f"第{current.number}版从{current.effective_from}起施行，新版本要在这之后生效。请改生效日期，或者先废止第{current.number}版。"
        )
    return start


def covers(span: EditionSpan, day: date) -> bool:
    """Say whether the edition is the valid one on a day, carried out or suspended."""
    return (
        span.effective_from is not None
        and span.effective_from <= day
        and (span.effective_until is None or day < span.effective_until)
    )


def suspended(span: EditionSpan, day: date) -> bool:
    """Say whether the edition is suspended on a day."""
    return any(start <= day and (end is None or day < end) for start, end in span.suspensions)


def as_of[E: EditionSpan](editions: Iterable[E], day: date) -> E | None:
    """Return the edition that is valid on a day; ``None`` where there is none."""
    return next((one for one in editions if covers(one, day)), None)


def canonical(content: Mapping[str, Any]) -> str:
    """Write content so that the same content is always the same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical content, in hexadecimal."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


class MalformedPinError(DomainError):
    """A pinned reference cannot be read."""

    code = "catalog.malformed_pin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A reference to one edition for good, ``item:370831-MR-101@3#5f1c…``; a running case keeps it, whatever comes later."""

    family: str
    code: str
    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.family}:{self.code}@{self.number}#{self.digest}"


def pin_of(text: str) -> Pin:
    """
    Read a pinned reference.

    :raises MalformedPinError: if it is none
    """
    family, colon, rest = text.partition(":")
    where, hash_mark, digest = rest.rpartition("#")
    code, at_sign, number = where.rpartition("@")
    if not (colon and hash_mark and at_sign and number.isdigit() and code and digest):
        raise MalformedPinError(f"“{text}”不是版本引用。写法举例：item:370831-MR-101@3#摘要。")
    return Pin(family=family, code=code, number=int(number), digest=digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two editions: the field, its value before and after (empty where there was none)."""

    field: str
    before: str
    after: str


def changes(before: Mapping[str, Any], now: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[Change, ...]:
    """
    List the differences between two contents, in the order of ``labels``, then by field name.

    Lists of rows (tiers, entries) are compared by row: each row that came, went or changed is one difference.
    """
    fields = [*labels, *sorted((set(before) | set(now)) - set(labels))]
    found: list[Change] = []
    for field in fields:
        old, new = before.get(field), now.get(field)
        if old == new or (not old and not new):
            continue
        label = labels.get(field, field)
        if _rows(old) or _rows(new):
            found += _row_changes(label, old or [], new or [])
        else:
            found.append(Change(field=label, before=shown(old), after=shown(new)))
    return tuple(found)


def shown(value: Any) -> str:
    """Write a value of a content for a reader."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(shown(one) for one in value)
    if isinstance(value, dict):
        return "，".join(shown(one) for one in value.values() if one not in (None, "", [], False))
    return str(value)


def _rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _row_key(row: Mapping[str, Any], number: int) -> str:
    return str(
        row.get("key") or row.get("number") or row.get("name") or row.get("matter") or row.get("label") or number
    )


def _row_changes(label: str, old: list[Any], new: list[Any]) -> list[Change]:
    before = {_row_key(row, number): row for number, row in enumerate(old)}
    now = {_row_key(row, number): row for number, row in enumerate(new)}
    keys = [*before, *(key for key in now if key not in before)]
    return [
        Change(field=f"{label}·{key}", before=shown(before.get(key)), after=shown(now.get(key)))
        for key in keys
        if before.get(key) != now.get(key)
    ]
