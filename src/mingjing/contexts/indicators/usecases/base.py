"""What the acts of this room share."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from mingjing.contexts.accounts.access import Actor, ForbiddenError
from mingjing.contexts.accounts.models import Grant
from mingjing.contexts.accounts.permissions import roles
from mingjing.contexts.records.usecases import append
from mingjing.kernel.errors import DomainError

MAX_FILE: Final = 50 * 1024**2
MAX_FILES: Final = 10


class IndicatorsError(DomainError):
    """What this room does not allow, with what to do."""

    code = "indicators.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileGiven:
    """A file as it was uploaded."""

    name: str
    content: bytes


def place_of(actor: Actor, code: str) -> str:
    """
    Return the place over which the actor has a permission: its full code, the widest where there are several.

    :raises ForbiddenError: if it reaches no place
    """
    found = [one.place for one in actor.held if one.place and code in roles()[one.role].may]
    if not found or not actor.may(code):
        raise ForbiddenError("您的权限不及任何地方，请由当地的司法行政部门办理。")
    return min(found, key=lambda place: (len(place), place))


def save(row: Any) -> None:
    """Save a row as a new version."""
    row.version += 1
    row.save()


def log(actor: Actor, at: datetime, act: str, subject: str, reason: str = "", **fields: Any) -> None:
    """Append the act to the log."""
    append(actor=actor.code, at=at, act=f"indicators.{act}", subject=subject, fields=fields, reason=reason)


def checked(files: Sequence[FileGiven]) -> Sequence[FileGiven]:
    """
    Return files that may be kept.

    :raises IndicatorsError: if there are too many, or one is empty or too large
    """
    if len(files) > MAX_FILES:
        raise IndicatorsError(f"最多附 {MAX_FILES} 个文件。")
    for one in files:
        if not one.content:
            raise IndicatorsError(f"“{one.name}”是空文件。")
        if len(one.content) > MAX_FILE:
            raise IndicatorsError(f"“{one.name}”超过 {MAX_FILE // 1024**2} MB。")
    return files


def keep(folder: str, content: bytes) -> tuple[str, str]:
    """Store content; return its name in the store and its SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    return default_storage.save(f"{folder}/{digest[:16]}.bin", ContentFile(content)), digest


def holders(permission: str, place: str, on: Any) -> list[int]:
    """Return the users who hold a permission in a place or over it."""
    giving = [role.code for role in roles().values() if permission in role.may]
    rows = Grant.objects.filter(role__in=giving, valid_from__lte=on).exclude(valid_to__lte=on)
    return list(rows.filter(unit__place=place).values_list("user_id", flat=True).distinct())
