"""How strictly people are let in: ``data/security.yaml``, and what the place sets otherwise in its own file."""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.conf import settings

from mingjing.kernel.errors import DomainError

_DEFAULTS: Final = Path(__file__).parent / "data" / "security.yaml"


class PolicyError(DomainError):
    """The place's ``security.yaml`` says something that cannot be meant; nobody is let in by a guess."""

    code = "accounts.policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The settings of ``data/security.yaml``, where each is explained."""

    password_length: int
    password_length_admin: int
    password_kinds: int
    password_history: int
    password_days: int
    lock_after: int
    lock_after_address: int
    lock_minutes: int
    session_idle_minutes: int
    session_hours: int
    sessions_at_once: int
    confirm_minutes: int
    second_factor_roles: tuple[str, ...]
    recovery_codes: int
    delegation_days: int
    token_days: int
    token_requests_a_minute: int
    answers_kept_hours: int


@cache
def policy() -> Policy:
    """
    Return the settings that hold here.

    :raises PolicyError: if the place's file has a name that is unknown or a value of the wrong kind
    """
    return read(settings.HOME / "security.yaml")


def read(file: Path) -> Policy:
    """Return the defaults with what ``file`` sets otherwise, if there is such a file."""
    values: dict[str, Any] = yaml.safe_load(_DEFAULTS.read_text(encoding="utf-8"))
    if file.is_file():
        for name, value in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).items():
            if name not in values:
                raise PolicyError(f"{file} 里的“{name}”不是安全设置的名称。")
            if isinstance(value, bool) or not isinstance(value, type(values[name])):
                raise PolicyError(f"{file} 里“{name}”的值“{value}”类型不对，应当像“{values[name]}”。")
            if isinstance(value, int) and value < (0 if name == "password_days" else 1):
                raise PolicyError(f"{file} 里“{name}”的值“{value}”太小。")
            values[name] = value
    given = {one.name: values[one.name] for one in fields(Policy)}
    return Policy(**given | {"second_factor_roles": tuple(given["second_factor_roles"])})
