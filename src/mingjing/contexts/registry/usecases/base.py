"""What all acts of this room share: the day, the fresh row, the refusal in words, the entry in the log."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, ForbiddenError, require
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.records.usecases import append
from mingjing.kernel.errors import DomainError

PERSONAL = frozenset({"name", "mobile", "identity_sealed", "identity_index", "identity_masked", "address"})
"""Fields whose content the log does not repeat: it names them as changed."""


class InvalidError(DomainError):
    """What was given does not fit the register; ``facts["fields"]`` says what is wrong at which field."""

    code = "registry.invalid"


class DuplicateError(DomainError):
    """There is such a row already."""

    code = "registry.duplicate"


def day_of(at: datetime) -> date:
    """Return the day of a moment where the platform is."""
    return localdate(at)


def reachable_units(actor: Actor, code: str, unit_codes: Iterable[str]) -> dict[str, Unit]:
    """Return those of the units over which the actor has the permission, by code."""
    fields: Mapping[Reach, str] = Unit.scope_fields
    rows = Unit.objects.filter(require(actor, code).condition(fields))
    wanted = sorted(set(unit_codes))
    found: dict[str, Unit] = {}
    for start in range(0, len(wanted), 500):
        found |= {row.code: row for row in rows.filter(code__in=wanted[start : start + 500])}
    return found


def require_unit(actor: Actor, code: str, unit_code: str) -> Unit:
    """
    Return a unit over which the actor has the permission.

    :raises ForbiddenError: if it is beyond it, or there is none
    """
    found = reachable_units(actor, code, [unit_code]).get(unit_code)
    if found is None:
        raise ForbiddenError(f"单位“{unit_code}”不存在，或者不在您的办理范围内。")
    return found


def apply(row: models.Model, values: Mapping[str, Any], allowed: Iterable[str]) -> dict[str, Any]:
    """Set the fields that may be set; return for the log what changed, personal content left out."""
    changed: dict[str, Any] = {}
    for name in allowed:
        if name not in values or getattr(row, name) == values[name]:
            continue
        setattr(row, name, values[name])
        changed[name] = True if name in PERSONAL else plain(values[name])
    return changed


def plain(value: Any) -> str | int | bool | None:
    """Write a value for the log."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(getattr(value, "code", value))


def save(row: Any, *, bump: bool = True) -> None:
    """
    Save a row after it was judged as a whole.

    :raises InvalidError: if a field is missing or does not fit, with the field's name
    :raises DuplicateError: if there is such a row already
    """
    if bump and row.pk is not None:
        row.version += 1
    check(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        label = row._meta.verbose_name  # noqa: SLF001 - Django's public name for it
        raise DuplicateError(f"{label}与已登记的内容冲突：可能已经登记过，请先查询核对。") from error


def check(row: models.Model) -> None:
    """
    Judge the fields of a row and whether there is another like it, in words.

    :raises InvalidError: if something does not fit
    """
    _judge(row, lambda: row.full_clean(validate_unique=True, validate_constraints=False))


def check_fields(row: models.Model) -> None:
    """
    Judge the fields of a row by themselves, without asking the database: for many rows at once.

    :raises InvalidError: if something does not fit
    """
    links = [field.name for field in row._meta.fields if field.is_relation]  # noqa: SLF001 - Django's public name
    _judge(row, lambda: row.clean_fields(exclude=links))


def _judge(row: models.Model, ask: Callable[[], None]) -> None:
    try:
        ask()
    except ValidationError as error:
        fields = {name: [str(each) for each in found] for name, found in error.message_dict.items()}
        labels = {field.name: str(field.verbose_name) for field in row._meta.fields}  # noqa: SLF001
        said = "；".join(
            f"{labels.get(name, '')}{'：' if name in labels else ''}{''.join(fields[name])}" for name in fields
        )
        raise InvalidError(f"填写的内容有问题：{said}", fields=fields) from error


def log(
    actor: Actor,
    at: datetime,
    act: str,
    subject: str,
    fields: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Append the act to the log."""
    append(
        actor=actor.code,
        at=at,
        act=f"registry.{act}",
        subject=subject,
        fields={name: plain(value) for name, value in (fields or {}).items()},
        reason=reason,
    )
