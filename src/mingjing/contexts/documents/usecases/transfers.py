"""The letter with which an accountability goes to the discipline inspection, and the list of its materials (TS-46)."""

from datetime import datetime
from typing import Final

from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import User
from mingjing.contexts.documents import subjects
from mingjing.contexts.documents.usecases.base import DocumentError
from mingjing.contexts.documents.usecases.drafting import draft
from mingjing.contexts.documents.usecases.issuing import issue
from mingjing.contexts.registry.models import DisciplineTransfer
from mingjing.contexts.registry.usecases import transfers
from mingjing.domain.documents.kinds import kind_of

SUBJECT: Final = "transfer"


def register() -> None:
    """Write the letters of transfers; show them to whoever may know of the transfer, and to nobody else."""
    transfers.register_writer(write_letter)
    subjects.register_subject(
        SUBJECT,
        subjects.Subject(
            label="移送纪检监察",
            seen=transfers.transfers_of,
            confided=transfers.transfers_of,
            title=_title,
            href=_href,
            guard=_guard,
        ),
    )


def write_letter(transfer: DisciplineTransfer, actor: Actor, at: datetime) -> str:
    """Issue the letter of a transfer in the unit of whoever made it; the room of registers found that he may."""
    maker = User.objects.select_related("unit").get(pk=actor.user_id).unit or transfer.accountability.officer.unit
    made = draft(
        actor,
        at,
        kind=kind_of("discipline_referral"),
        unit=maker,
        subject=f"{SUBJECT}:{transfer.code}",
        data={
            "addressee": transfer.recipient,
            "subject": transfer.accountability.officer.name,
            "brief": transfer.brief,
            "attachments": transfer.materials,
        },
    )
    return issue(made, actor, at, transfer.transferred_on).code


def _title(code: str) -> str:
    row = DisciplineTransfer.objects.select_related("accountability__officer").filter(code=code).first()
    return f"{row.accountability.officer.name}：责任追究移送" if row else code


def _href(code: str) -> str:
    pk = DisciplineTransfer.objects.filter(code=code).values_list("accountability_id", flat=True).first()
    return reverse("registry_accountability", args=[pk]) if pk else ""


def _guard(happening: subjects.Happening) -> None:
    """
    Nothing but its letter belongs to a transfer, and that is the one issued with it.

    :raises DocumentError: if another is drafted
    """
    known = (
        DisciplineTransfer.objects.filter(code=happening.document.subject_code)
        .values_list("document", flat=True)
        .first()
    )
    if happening.act == "draft" and known != "":
        raise DocumentError("移送函随移送生成，不能另行制作。")
