"""
What documents belong to. The room that owns a subject registers it here, so that its documents are seen and used as it is.

A document with a subject of a registered kind is seen by whoever sees the subject (and may see documents at all); one
without, by the scope of its unit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.db.models import Q, QuerySet

from mingjing.contexts.accounts.access import Actor, require
from mingjing.contexts.documents.models import Document
from mingjing.domain.documents.kinds import Kind, kinds
from mingjing.kernel.errors import DomainError
from mingjing.law.citations import cite


class UnboundError(DomainError):
    """A document of a case is asked for without one."""

    code = "documents.unbound"


type Rows = Callable[[Actor], "QuerySet[Any]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """
    An act upon a document, told to the room of its subject in the transaction of the act.

    ``act`` is one of draft, revise, discard, issue, sign, seal, void, serve, receive. ``detail`` holds what the act set:
    for ``sign`` who and refused; for ``serve`` and ``receive`` method, effective_on, service.
    """

    act: str
    document: Document
    actor: Actor
    at: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """
    A kind of subject.

    ``seen`` returns the rows that an actor may see, ``column`` names where their code stands. ``title`` and ``href`` show
    one by its code.
    ``lent`` says on which of its documents an actor may act from beyond their units.
    ``confided`` returns the rows of which an actor may know the confidential documents too.
    ``guard`` may refuse an act by raising a ``DomainError``: a gate of a procedure is asked here as well as on its own
    page. ``done`` is told afterwards.
    """

    label: str
    seen: Rows
    title: Callable[[str], str]
    href: Callable[[str], str]
    column: str = "code"
    confided: Rows | None = None
    lent: Callable[[Actor, str], Q] | None = None
    guard: Callable[[Happening], None] | None = None
    done: Callable[[Happening], None] | None = None


_registered: Final[dict[str, Subject]] = {}


def register_subject(kind: str, subject: Subject) -> None:
    """Register a kind of subject, in ``AppConfig.ready`` of the room that owns it."""
    _registered[kind] = subject


def forget_subject(kind: str) -> None:
    """Forget a kind of subject (tests)."""
    _registered.pop(kind, None)


def subject_of(kind: str) -> Subject | None:
    """Return a registered kind, if it is one."""
    return _registered.get(kind)


def seen(rows: "QuerySet[Document]", actor: Actor, permission: str = "documents.document.view") -> "QuerySet[Document]":
    """
    Limit documents to those that the actor may see: by the subject where its room says so, else by the unit.

    :raises ForbiddenError: if the actor may see no documents at all
    """
    scope = require(actor, permission)
    known = sorted(_registered)
    condition = Q(pk__in=[])
    own = scope.condition(Document.scope_fields)
    condition |= (~Q(subject_kind__in=known) & own) if known else own
    for kind in known:
        condition |= Q(subject_kind=kind, subject_code__in=_codes(_registered[kind], actor))
    return rows.filter(condition & _told(actor))


def _told(actor: Actor) -> Q:
    """Leave out what is confidential, but for whoever wrote it and whoever is in the confidence of its subject."""
    told = ~Q(kind__in=_confidential()) | Q(author_id=actor.user_id)
    for kind, known in _registered.items():
        if known.confided is not None:
            codes = known.confided(actor).order_by().values(known.column)
            told |= Q(subject_kind=kind, subject_code__in=codes)
    return told


@cache
def _confidential() -> tuple[str, ...]:
    return tuple(one.code for one in kinds().values() if one.confidential)


def may_know(actor: Actor, row: Document) -> bool:
    """Say of a document of a subject that the actor sees whether he may know of it."""
    if not row.kind_data.confidential or row.author_id == actor.user_id:
        return True
    known = _registered.get(row.subject_kind)
    return (
        known is not None
        and known.confided is not None
        and known.confided(actor).filter(**{known.column: row.subject_code}).exists()
    )


def workable(rows: "QuerySet[Document]", actor: Actor, permission: str) -> "QuerySet[Document]":
    """
    Limit documents to those on which the actor may act: within the permission or lent, and never one that cannot be seen.

    :raises ForbiddenError: if the actor has the permission over nothing
    """
    condition = require(actor, permission).condition(Document.scope_fields)
    for kind, known in _registered.items():
        if known.lent is not None:
            condition |= Q(subject_kind=kind) & known.lent(actor, permission)
    return seen(rows.filter(condition), actor) if actor.may("documents.document.view") else rows.none()


def require_bound(kind: Kind, subject_kind: str) -> None:
    """
    Require that a document of a case is made in one: nothing is decided beside the platform.

    :raises UnboundError: if it is not, and its kind may not stand alone

    Source: SS-38.
    """
    if not kind.alone and subject_kind not in _registered:
        raise UnboundError(
            f"《{kind.name}》只能在案件里制作。请先登记案件，在案件的环节里办理，文书随环节生成。",
            citation=cite("SS-38"),
        )


def may_see(actor: Actor, kind: str, code: str) -> bool:
    """Say whether the actor may see a subject; one of an unregistered kind is not asked."""
    known = _registered.get(kind)
    return known is None or known.seen(actor).filter(**{known.column: code}).exists()


def _codes(known: Subject, actor: Actor) -> "QuerySet[Any]":
    return known.seen(actor).order_by().values(known.column)


def ask(happening: Happening) -> None:
    """Let the room of the subject refuse an act before it is done."""
    known = _registered.get(happening.document.subject_kind)
    if known is not None and known.guard is not None:
        known.guard(happening)


def tell(happening: Happening) -> None:
    """Tell the room of the subject what was done."""
    known = _registered.get(happening.document.subject_kind)
    if known is not None and known.done is not None:
        known.done(happening)
