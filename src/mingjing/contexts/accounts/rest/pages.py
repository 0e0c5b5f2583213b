"""Lists in pages: each answer says where the next begins, so that a list of millions costs no more than a short one."""

import base64
import binascii
import json
from collections.abc import Callable

from django.core.exceptions import FieldError, ValidationError
from django.db.models import Model, QuerySet
from ninja import Field, Schema

from mingjing.kernel.errors import DomainError


class CursorError(DomainError):
    """The ``after`` of a request is none that an answer of ours gave."""

    code = "api.cursor"


class PageIn(Schema):
    """Which part of a list is asked for."""

    limit: int = Field(50, ge=1, le=500, description="最多几条")
    after: str = Field("", max_length=512, description="上一页答复里的 next；第一页不写")


class Page[T](Schema):
    """A part of a list. ``next`` is empty on the last."""

    items: list[T]
    next: str = Field("", description="取下一页时写进 after；没有下一页为空")


def page_of[M: Model, T](rows: QuerySet[M], page: PageIn, out: Callable[[M], T], *, order: str = "pk") -> Page[T]:
    """
    Return the part of ``rows`` that is asked for, by the unique field ``order``; the last first with a ``-`` before it.

    :raises CursorError: if ``after`` is none of ours
    """
    field = order.removeprefix("-")
    rows = rows.order_by(order)
    if page.after:
        try:
            rows = rows.filter(**{f"{field}__{'gt' if field == order else 'lt'}": _read(page.after)})
        except (ValueError, TypeError, FieldError, ValidationError) as error:
            raise CursorError("“after”不是上一页答复里的 next，请原样填写。") from error
    found = list(rows[: page.limit + 1])
    shown = found[: page.limit]
    following = _write(_value(shown[-1], field)) if len(found) > page.limit else ""
    return Page(items=[out(row) for row in shown], next=following)


def _value(row: Model, field: str) -> object:
    for name in field.split("__"):
        row = getattr(row, name)
    return row


def _write(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, default=str).encode()).decode().rstrip("=")


def _read(text: str) -> object:
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(text) from error
    # a NUL is a value that no row has, and one database refuses it
    if not isinstance(value, str | int) or isinstance(value, bool) or "\0" in str(value):
        raise ValueError(text)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError(text)
    return value
