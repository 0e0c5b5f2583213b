"""What the strip beside a picture says: whose it is, of which case, by whom, when, with what, and how to tell it is the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

_LOCAL: Final = ZoneInfo("Asia/Shanghai")
_PREFIX: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Two lines of words, and one in signs that every font has."""

    first: str
    second: str
    plain: str


def strip_of(*, agency: str, subject: str, officer: str, started_at: datetime, device_no: str, digest: str) -> Strip:
    """Compose the strip."""
    moment = f"{started_at.astimezone(_LOCAL):%Y-%m-%d %H:%M:%S}"
    prefix = digest[:_PREFIX]
    return Strip(
        first=f"{agency}　{subject}　{officer}",
        second=f"{moment}　设备 {device_no or '—'}　SHA-256 {prefix}…",
        plain=f"{moment} +08:00  {device_no or '-'}  SHA-256 {prefix}...",
    )
