"""
To what recordings belong: cases, inspections and whatever else an upper room registers.

    subjects.register(
        SubjectKind(
            code="case",
            label="案件",
            visible=lambda actor: visible(Case.objects.all(), actor, "cases.case.view").values("code"),
            recordable=lambda actor: visible(Case.objects.all(), actor, "cases.case.handle").values("code"),
            facts=case_facts,
            href=lambda code: reverse("case", args=[code]),
        )
    )

Who may see the subject may see its recordings, if the role may see recordings at all; who may record on it may add to
them. A subject of a kind that nobody registers is governed by the unit of the recording.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from mingjing.contexts.accounts.access import Actor
from mingjing.kernel.errors import DomainError

NONE: Final = ""
"""The kind of what has not been assigned to anything yet."""


class UnknownSubjectError(DomainError):
    """There is no such case, inspection or whatever a recording is to belong to."""

    code = "accounts.missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a subject, to which a recording may belong: its code, its kind (``seizure``, ``service:left``), its name."""

    code: str
    kind: str
    label: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    What the media room needs to know of a subject.

    ``title`` is what strips and lists say (“泗市监罚〔2026〕12号”), ``unit`` the code of the unit that answers for it,
    ``parties`` codes of the register, ``items`` codes of the catalog, ``place`` the code of the place whose parameters
    hold.
    """

    title: str
    unit: str
    place: str = ""
    parties: Sequence[str] = ()
    items: Sequence[str] = ()
    steps: Sequence[Step] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A subject that an officer worked on at a moment."""

    code: str
    title: str
    step: Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectKind:
    """
    A kind of subject.

    ``visible`` and ``recordable`` return a query of the codes that the actor may see or record on (``values("code")``);
    ``facts`` what is known of one, ``None`` if there is none; ``href`` its page. ``suggest`` finds the subjects that an
    officer (by the code of the register) worked on at a moment: recordings of terminals are assigned by it (SS-36).
    """

    code: str
    label: str
    visible: Callable[[Actor], Any]
    recordable: Callable[[Actor], Any]
    facts: Callable[[str], Facts | None]
    href: Callable[[str], str]
    suggest: Callable[[str, datetime], Iterable[Suggestion]] = lambda _officer, _at: ()


_kinds: dict[str, SubjectKind] = {}


def register(kind: SubjectKind) -> None:
    """Let recordings belong to a kind of subject; a room calls it in ``AppConfig.ready``."""
    _kinds[kind.code] = kind


def unregister(code: str) -> None:
    """Forget a kind (tests)."""
    _kinds.pop(code, None)


def registered() -> tuple[SubjectKind, ...]:
    """Return the kinds that rooms have registered."""
    return tuple(_kinds.values())


def kind_of(code: str) -> SubjectKind | None:
    """Return a registered kind, or ``None``."""
    return _kinds.get(code)


def split(subject: str) -> tuple[str, str]:
    """Take ``case:ABC`` apart; nothing gives two empty words."""
    kind, _, code = subject.partition(":")
    return kind, code


def facts_of(subject: str) -> Facts | None:
    """
    Return what is known of a subject; ``None`` where its kind is not registered.

    :raises UnknownSubjectError: if the kind is registered and there is no such subject
    """
    kind, code = split(subject)
    found = _kinds.get(kind)
    if found is None:
        return None
    facts = found.facts(code)
    if facts is None:
        raise UnknownSubjectError(f"没有找到{found.label}“{code}”，或者您无权查看。")
    return facts


def title_of(subject: str) -> str:
    """Name a subject for a reader: what its room says, else its code."""
    kind, code = split(subject)
    found = _kinds.get(kind)
    if not subject:
        return "待归入"
    if found is None:
        return code
    facts = found.facts(code)
    return facts.title if facts else code


def label_of(kind: str) -> str:
    """Name a kind of subject."""
    if kind == NONE:
        return "待归入"
    return _kinds[kind].label if kind in _kinds else {"case": "案件", "inspection": "行政检查"}.get(kind, kind)


def href_of(subject: str) -> str:
    """Return the page of a subject; empty where its kind is not registered."""
    kind, code = split(subject)
    found = _kinds.get(kind)
    return found.href(code) if found else ""
