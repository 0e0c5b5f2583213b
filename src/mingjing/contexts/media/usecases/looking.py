"""Look at recordings: who, when, what for. The log of looks is only ever added to."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.media import queries
from mingjing.contexts.media.models import Access, Recording
from mingjing.domain.media.recordings import Purpose, RecordingError

SEE: Final = "media.recording.view"
FETCH: Final = "media.original.fetch"
_ONCE_IN: Final = timedelta(minutes=10)
"""A player asks for one file in many parts: that is one look."""


class NoPurposeError(RecordingError):
    """Somebody from elsewhere looks at a recording without saying what for."""

    code = "media.no_purpose"


@transaction.atomic
def open_recording(*, actor: Actor, at: datetime, code: str, purpose: str, address: str = "") -> Access:
    """
    Open a recording for a purpose; what is fetched then is on record under it.

    :raises RecordingError: if the purpose is none

    Source: YZ-28.
    """
    row = access(Recording.objects.select_related("unit"), actor, SEE, code=code)
    try:
        found = Purpose(purpose)
    except ValueError as error:
        raise RecordingError("没有写明调阅用途。", remedy="请选择用途。") from error
    return _note(actor, at, row, Access.Act.OPEN, found.value, address)


def note_opened(*, actor: Actor, at: datetime, row: Recording, address: str = "") -> None:
    """Put on record that somebody opened the page of a recording of the own unit; once in a while."""
    earlier = Access.objects.filter(recording=row, actor=actor.code, act=Access.Act.OPEN, at__gt=at - _ONCE_IN)
    if not earlier.exists():
        with transaction.atomic():
            _note(actor, at, row, Access.Act.OPEN, Purpose.HANDLING.value, address)


def fetch(*, actor: Actor, at: datetime, code: str, act: str, address: str = "") -> Recording:
    """
    Return a recording whose file is sent to the actor now, and put it on record.

    Whoever made it or works in its unit looks at it to handle the case; everybody else has opened it for a purpose.

    :raises NoPurposeError: if not
    """
    needed = SEE if act == Access.Act.PREVIEW else FETCH
    row = access(Recording.objects.select_related("unit", "officer"), actor, needed, see=SEE, code=code)
    purpose = Purpose.HANDLING.value if queries.is_own(actor, row) else queries.purpose_of(actor, row, at)
    if not purpose:
        raise NoPurposeError("调阅其他单位的音像记录，要先写明用途。", remedy="请从记录页面打开。")
    earlier = Access.objects.filter(recording=row, actor=actor.code, act=act, at__gt=at - _ONCE_IN)
    if not earlier.exists():
        with transaction.atomic():
            _note(actor, at, row, act, purpose, address)
    return row


def _note(actor: Actor, at: datetime, row: Recording, act: str, purpose: str, address: str) -> Access:
    return Access.objects.create(
        recording=row,
        at=at,
        actor=actor.code,
        actor_name=actor.name,
        unit=row.unit,
        act=act,
        purpose=purpose,
        address=address[:64],
    )
