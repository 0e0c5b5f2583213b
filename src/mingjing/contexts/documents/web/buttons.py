"""The buttons of a document: what this viewer can do with it now."""

from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.documents import queries
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.documents.usecases.signing import permission_to_sign
from mingjing.domain.documents.values import missing


def acts_on(actor: Actor, row: Document) -> list[tuple[str, str, str, bool]]:
    """Return the buttons of a document: label, address, icon, whether it is what comes next."""
    found: list[tuple[str, str, str]] = []

    def offer(name: str, label: str, icon: str, permission: str, *more: str) -> None:
        if queries.may(actor, permission, row):
            found.append((label, reverse(name, args=[row.code, *more]), icon))

    if row.state == DocumentState.DRAFT:
        offer("document_edit", "填写", "edit", "documents.document.edit")
        if not missing(row.kind_data, row.data):
            offer("document_issue", "制发", "file-check", "documents.document.issue")
            found.reverse()
        offer("document_discard", "删除草稿", "trash", "documents.document.edit")
    if row.state == DocumentState.ISSUED:
        for one in queries.outstanding(row):
            offer("document_sign", f"{one.label}签名", "signature", permission_to_sign(one.who), one.who)
        if row.kind_data.sealed and row.sealed_at is None:
            offer("document_seal", "用印", "rubber-stamp", "documents.document.seal")
        if row.kind_data.served and (row.sealed_at is not None or not row.kind_data.sealed_first):
            offer("document_serve", "登记送达", "send", "documents.document.serve")
        if row.served_on is None:
            offer("document_void", "作废", "ban", "documents.document.void")
    return [(*one, not index) for index, one in enumerate(found)]
