"""What the documents room tells the rooms beneath it: menu, to-dos, search."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.documents import queries, subjects
from mingjing.contexts.documents.models import Document, Template, TemplateState
from mingjing.contexts.documents.usecases import transfers
from mingjing.contexts.ui import navigation
from mingjing.contexts.work import search, todos
from mingjing.domain.documents.kinds import kinds
from mingjing.law.citations import cite

MOST: Final = 50
"""So many documents of one sort are listed as to-dos; the list of documents shows all."""
_STAFF: Final = {
    "documents.document.sign": ("officer",),
    "documents.document.review": ("reviewer",),
    "documents.document.approve": ("unit_head", "head"),
}


def register() -> None:
    """Register everything, when the platform starts."""
    group = "执法活动"
    navigation.register(
        navigation.Entry(
            label="执法文书", url_name="documents", permission="documents.document.view", group=group, order=56, icon="file-text"
        ),
        navigation.Entry(
            label="文书模板", url_name="document_templates", permission="documents.template.view", group=group, order=57, icon="template",
        ),
        navigation.Entry(
            label="文号登记", url_name="document_numbers", permission="documents.number.view", group=group, order=58, icon="list-numbers",
        ),
        navigation.Entry(
            label="印章登记", url_name="document_seals", permission="documents.seal.view", group=group, order=59, icon="rubber-stamp"
        ),
    )  # fmt: skip
    todos.register(_to_sign)
    todos.register(_to_seal)
    todos.register(_to_serve)
    todos.register(_templates_waiting)
    transfers.register()
    search.register("document", "文书", "documents.document.view", _found)


def _to_sign(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    """Documents that wait for a signature: an officer's own ones, and those that a head or reviewer may sign."""
    for permission, capacities in _STAFF.items():
        if not actor.may(permission):
            continue
        wanted = [one.code for one in kinds().values() if _signs(one.code, capacities)]
        rows = queries.waiting_for(actor, permission).filter(kind__in=wanted).exclude(signatures__user=actor.user_id)
        if permission == "documents.document.sign":
            rows = rows.filter(author_id=actor.user_id)
        for row in rows.prefetch_related("signatures")[:MOST]:
            if who := next((one for one in queries.outstanding(row) if one.who in capacities), None):
                yield todos.Todo(
                    title=f"签名：{row}",
                    href=reverse("document_sign", args=[row.code, who.who]),
                    kind="文书",
                    why=f"{row.title}；等待{who.label}签名。",
                    citation=row.kind_data.citations[0],
                )


def _to_seal(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if not actor.may("documents.document.seal"):
        return
    wanted = [one.code for one in kinds().values() if one.sealed_first]
    rows = queries.waiting_for(actor, "documents.document.seal").filter(kind__in=wanted, sealed_at__isnull=True)
    for row in rows[:MOST]:
        yield todos.Todo(
            title=f"用印：{row}",
            href=reverse("document_seal", args=[row.code]),
            kind="文书",
            why=f"{row.title}；等待用印。",
        )


def _to_serve(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if not actor.may("documents.document.serve"):
        return
    wanted = [one.code for one in kinds().values() if one.served]
    rows = queries.waiting_for(actor, "documents.document.serve").filter(
        kind__in=wanted, served_on__isnull=True, services__isnull=True, author_id=actor.user_id
    )
    for row in rows[:MOST]:
        if row.sealed_at is not None or not row.kind_data.sealed_first:
            yield todos.Todo(
                title=f"送达：{row}",
                href=reverse("document_serve", args=[row.code]),
                kind="文书",
                why=f"{row.title}；宣告后当场交付，不能当场交付的依法送达。",
                citation=cite("CF 61"),
            )


def _templates_waiting(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if not actor.may("documents.template.approve"):
        return
    rows = visible(Template.objects.filter(state=TemplateState.SUBMITTED), actor, "documents.template.approve")
    for row in rows.exclude(drafted_by=actor.code)[:MOST]:
        yield todos.Todo(
            title=f"批准模板：{row.kind_data.name}",
            href=reverse("document_template", args=[row.pk]),
            kind="文书",
            why=row.note or "修改后的文书模板等待批准。",
        )


def _signs(kind: str, capacities: tuple[str, ...]) -> bool:
    return any(one.who in capacities for one in queries.signers_of(kinds()[kind]))


def _found() -> Iterator[search.Document]:
    for row in Document.objects.select_related("unit").iterator():
        if subjects.subject_of(row.subject_kind) is None:
            yield search.Document(
                key=row.code,
                title=str(row),
                text=row.title,
                href=f"/documents/{row.code}/",
                unit_path=row.unit.path,
                place=row.unit.place,
            )
