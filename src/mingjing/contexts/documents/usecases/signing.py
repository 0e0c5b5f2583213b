"""Documents signed, by key or by hand, and sealed."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.accounts.models import User
from mingjing.contexts.documents import keys, printing, subjects
from mingjing.contexts.documents.models import Document, DocumentState, Rendition, Seal, Signature
from mingjing.contexts.documents.usecases.base import (
    DocumentError,
    document_to,
    happening,
    keep,
    log,
    make_rendition,
    require_state,
    save,
)
from mingjing.contexts.registry.queries import closed_to
from mingjing.domain.documents.kinds import signer_labels
from mingjing.domain.documents.statement import Statement

PERMISSIONS: Final[Mapping[str, str]] = {
    "head": "documents.document.approve",
    "unit_head": "documents.document.approve",
    "reviewer": "documents.document.review",
}
"""Which permission it takes to sign in a capacity; all others take ``documents.document.sign``."""
BY_HAND: Final = frozenset({"party", "witness", "receiver", "agent", "keeper", "performer", "applicant"})
"""Who has no account here: they draw their signature, or refuse, before an officer who signs to it."""
LARGEST_DRAWING: Final = 400_000
MOST_PIXELS: Final = 4_000_000


def permission_to_sign(who: str) -> str:
    """Return the permission that it takes to sign in a capacity."""
    return PERMISSIONS.get(who, "documents.document.sign")


@transaction.atomic
def sign_document(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    who: str,
    name: str = "",
    opinion: str = "",
    drawing: bytes = b"",
    refused: str = "",
    version: int | None = None,
) -> Signature:
    """
    Sign an issued document in a capacity (``officer``, ``head``, ``party`` …).

    Who has an account signs with the own key: name and account are those of the actor. A party or witness signs by hand:
    ``name``, and ``drawing`` (PNG) or ``refused`` (the words of how the signature was refused); the actor, who was there,
    signs to it. ``opinion`` is what an approver or reviewer writes.

    :raises DocumentError: if it is not issued, nobody signs it in this capacity, or this person did already
    :raises ForbiddenError: if the actor may not sign in this capacity
    :raises StaleError: if somebody changed it since the page was opened

    Source: 行政处罚法（2021）第五十二条 (refusal is noted on the document).
    """
    row = document_to(actor, permission_to_sign(who), code, version)
    require_state(row, DocumentState.ISSUED)
    if not any(one.who == who for one in row.kind_data.signers) and not any(
        one.by == who for one in row.kind_data.fields
    ):
        raise DocumentError(f"《{row.kind_data.name}》不需要{signer_labels().get(who, who)}签名。")
    if who == "officer" and (why := closed_to(actor.user_id, localdate(at))):
        raise DocumentError(f"您现在不能以执法人员身份签名：{why}")
    by_hand = who in BY_HAND
    signed_name = name.strip()[:64] if by_hand else actor.name
    _require_form(by_hand=by_hand, name=signed_name, drawing=drawing, refused=refused)
    if row.signatures.filter(who=who, name=signed_name).exists():
        raise DocumentError(f"{signed_name}已经以{signer_labels()[who]}的身份签过名。")
    subjects.ask(happening("sign", row, actor, at, who=who, name=signed_name, refused=bool(refused)))
    file, digest = keep(_drawing(drawing), "signatures", "signature.png") if drawing else ("", "")
    message = statement_of(row).bytes_for(who, opinion=opinion.strip(), drawing=digest, refused=refused.strip())
    signer = keys.signer_of(actor, at)
    made = Signature.objects.create(
        document=row,
        who=who,
        name=signed_name,
        user=User.objects.get(pk=actor.user_id),
        signed_at=at,
        opinion=opinion.strip(),
        refused=refused.strip()[:300],
        drawing=file,
        drawing_sha256=digest,
        statement=message.decode(),
        key=str(signer.public),
        value=keys.sign(signer, message),
    )
    rendition = make_rendition(row, "signed", at)
    save(row)
    log(
        actor,
        at,
        "sign_document",
        row,
        public={"document": row.check_code, "capacity": who, "sha256": rendition.sha256},
        name=signed_name,
        opinion=opinion.strip(),
        refused=refused.strip(),
        signature=made.value,
    )
    subjects.tell(happening("sign", row, actor, at, who=who, name=signed_name, refused=bool(refused)))
    return made


@transaction.atomic
def seal_document(
    *, actor: Actor, at: datetime, code: str, seal: str, reason: str = "", version: int | None = None
) -> Signature:
    """
    Put a seal of the unit, or of a unit above it, on an issued document; the use of the seal is logged.

    :raises DocumentError: if it is not issued or is sealed already, takes no seal, or the seal is not one of its unit or
        not in use
    :raises StaleError: if somebody changed it since the page was opened
    """
    row = document_to(actor, "documents.document.seal", code, version)
    require_state(row, DocumentState.ISSUED)
    if not row.kind_data.sealed:
        raise DocumentError(f"《{row.kind_data.name}》不加盖印章。")
    if row.sealed_at is not None:
        raise DocumentError("文书已经用印。")
    stamp = access(Seal.objects.select_related("unit"), actor, "documents.document.seal", code=seal)
    if stamp.ended_on is not None:
        raise DocumentError(f"“{stamp.name}”已经停用。")
    if not row.unit.path.startswith(stamp.unit.path):
        raise DocumentError(f"“{stamp.name}”不是{row.unit.name}的印章。")
    subjects.ask(happening("seal", row, actor, at, seal=stamp.code))
    message = statement_of(row).bytes_for(printing.SEAL, drawing=stamp.sha256)
    signer = keys.seal_signer(stamp.code)
    made = Signature.objects.create(
        document=row,
        who=printing.SEAL,
        name=stamp.name,
        user=User.objects.get(pk=actor.user_id),
        signed_at=at,
        statement=message.decode(),
        drawing_sha256=stamp.sha256,
        key=str(signer.public),
        value=keys.sign(signer, message),
        seal=stamp,
    )
    row.sealed_at = at
    rendition = make_rendition(row, "sealed", at)
    save(row)
    log(
        actor,
        at,
        "seal_document",
        row,
        reason,
        public={"document": row.check_code, "seal": stamp.code, "sha256": rendition.sha256},
        seal=stamp.code,
        number=row.number,
    )
    subjects.tell(happening("seal", row, actor, at, seal=stamp.code))
    return made


def statement_of(row: Document) -> Statement:
    """Return what signatures on a document say."""
    issued = Rendition.objects.filter(document=row, stage="issued").order_by("pk").first()
    assert issued is not None
    assert row.dated_on is not None
    return Statement(
        code=row.code,
        kind=row.kind,
        agency=row.letterhead.get("name", row.unit.name),
        number=row.number,
        dated_on=row.dated_on,
        content=row.content,
        pdf=issued.sha256,
    )


def _require_form(*, by_hand: bool, name: str, drawing: bytes, refused: str) -> None:
    if not by_hand:
        if drawing or refused:
            raise DocumentError("工作人员以自己的账号签名，不用手写。")
        return
    if not name:
        raise DocumentError("请填写签名人的姓名。")
    if bool(drawing) == bool(refused.strip()):
        raise DocumentError("请在签名处手写签名；拒绝签名的，写明拒绝的情况。")


def _drawing(data: bytes) -> bytes:
    """
    Return the drawing as a clean PNG: what a browser sends is not stored as it came.

    :raises DocumentError: if it is no PNG, too large, or empty
    """
    from PIL import Image, UnidentifiedImageError

    if len(data) > LARGEST_DRAWING:
        raise DocumentError("手写签名的图片太大，请重新签名。")
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise DocumentError("手写签名的图片太大，请重新签名。")
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise DocumentError("手写签名读不出来，请重新签名。") from error
    box = drawn.getchannel("A").getbbox()
    if box is None:
        raise DocumentError("签名处是空白的，请手写签名。")
    out = BytesIO()
    drawn.crop(box).save(out, format="PNG", optimize=True)
    return out.getvalue()
