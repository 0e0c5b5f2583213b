"""The register of seals, and what agencies print on their documents."""

from datetime import date, datetime
from io import BytesIO

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.documents import keys
from mingjing.contexts.documents.models import Letterhead, Seal
from mingjing.contexts.documents.usecases.base import DocumentError, keep, save
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.documents.kinds import AGENCY

LARGEST = 1_000_000
SMALLEST_SIDE = 200


@transaction.atomic
def enter_seal(
    *, actor: Actor, at: datetime, code: str, unit: str, name: str, picture: bytes, begun_on: date, document: str = ""
) -> Seal:
    """
    Enter a seal with its picture (PNG with a transparent ground); a key is made for it.

    :raises DocumentError: if the code is taken, or the picture cannot serve
    """
    owner = access(Unit.objects.all(), actor, "documents.seal.edit", code=unit)
    if Seal.objects.filter(code=code).exists():
        raise DocumentError(f"编码“{code}”已经有了。")
    if not name.strip():
        raise DocumentError("请填写印章名称。")
    file, digest = keep(_picture(picture), "seals", "seal.png")
    row = Seal.objects.create(
        code=code,
        unit=owner,
        name=name.strip()[:128],
        file=file,
        sha256=digest,
        key=str(keys.seal_signer(code).public),
        document=document.strip()[:128],
        begun_on=begun_on,
    )
    append(
        actor=actor.code,
        at=at,
        act="documents.enter_seal",
        subject=f"seal:{code}",
        fields={"unit": unit, "name": row.name, "picture": digest, "key": row.key, "document": row.document},
    )
    return row


@transaction.atomic
def stop_seal(*, actor: Actor, at: datetime, code: str, version: int, on: date, reason: str) -> Seal:
    """
    Stop the use of a seal; what was sealed stays valid.

    :raises DocumentError: if it is stopped already, or no reason is given
    """
    row = access(Seal.objects.all(), actor, "documents.seal.edit", see="documents.seal.view", lock=True, code=code)
    require_fresh(row, version)
    if row.ended_on is not None or not reason.strip():
        raise DocumentError("请写明停用的理由；已经停用的不再办理。")
    row.ended_on, row.ended_reason = on, reason.strip()[:300]
    save(row)
    append(
        actor=actor.code,
        at=at,
        act="documents.stop_seal",
        subject=f"seal:{code}",
        fields={"ended_on": on.isoformat()},
        reason=reason,
    )
    return row


@transaction.atomic
def set_letterhead(
    *,
    actor: Actor,
    at: datetime,
    unit: str,
    name: str,
    mark: str,
    address: str = "",
    phone: str = "",
    reconsideration: str = "",
    court: str = "",
    account: str = "",
    version: int | None = None,
) -> Letterhead:
    """
    Say what an agency prints on its documents; what was issued keeps what it had.

    :raises DocumentError: if name or mark is missing
    :raises StaleError: if somebody changed it
    """
    owner = access(Unit.objects.all(), actor, "documents.letterhead.edit", code=unit)
    if not name.strip() or not mark.strip():
        raise DocumentError("请填写机关全称和发文机关代字。")
    given = {
        "name": name,
        "mark": mark,
        "address": address,
        "phone": phone,
        "reconsideration": reconsideration,
        "court": court,
        "account": account,
    }
    row = Letterhead.objects.select_for_update().filter(unit=owner).first() or Letterhead(unit=owner, version=0)
    if version is not None:
        require_fresh(row, version)
    for code in AGENCY:
        setattr(row, code, given[code].strip())
    save(row)
    append(actor=actor.code, at=at, act="documents.set_letterhead", subject=f"letterhead:{unit}", fields=dict(given))
    return row


def _picture(data: bytes) -> bytes:
    """
    Return the picture of a seal as a clean PNG.

    :raises DocumentError: if it is no PNG, too large or too small
    """
    from PIL import Image, UnidentifiedImageError

    if len(data) > LARGEST:
        raise DocumentError("印模图片不能超过 1 MB。")
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as picture:
            if min(picture.size) < SMALLEST_SIDE or max(picture.size) > 10 * SMALLEST_SIDE:
                raise DocumentError("印模图片的边长应当在 200 至 2000 像素之间。")
            found = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise DocumentError("印模读不出来，请上传 PNG 图片。") from error
    if found.getchannel("A").getextrema()[0] == 255:
        raise DocumentError("印模应当是透明底的 PNG 图片，否则会盖住文字。")
    out = BytesIO()
    found.save(out, format="PNG", optimize=True)
    return out.getvalue()
