"""The demonstration place as those see it who fill it: its facts, its day, its people."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

from mingjing.contexts.demo import words
from mingjing.kernel.errors import DomainError

if TYPE_CHECKING:
    from mingjing.contexts.accounts.access import Actor

CODE = words.FIRST_PLACE
NAME = words.FIRST_NAME
AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""The moment at which the place is filled; what has a history is entered with earlier moments."""


class DemoPlaceError(DomainError):
    """The demonstration place cannot be made here."""

    code = "demo.place"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """An account to try the platform with."""

    role: str
    role_name: str
    name: str
    unit: str
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlace:
    """
    A made-up county with two levels, 泗水县 by its first number: facts under ``facts`` (the standard's Parquet tables).

    Its units carry the ids that agencies have in the facts (``A000000``), so whoever fills registers and cases finds
    one by the other. ``password`` opens every account of this place and of no other.
    """

    home: Path
    at: datetime = AT
    password: str

    @property
    def facts(self) -> Path:
        """The folder of generated facts."""
        return self.home / "facts"

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return a table of the facts, row by row."""
        return pq.read_table(self.facts / f"{table}.parquet").to_pylist()

    def actor(self, role: str, unit: str = "") -> "Actor":
        """Return a user of the place with that role (in that unit), as an actor of its day."""
        from mingjing.contexts.accounts.access import actor_of
        from mingjing.contexts.accounts.models import User

        users = User.objects.filter(grants__role=role)
        found = (users.filter(unit__code=unit) if unit else users).order_by("pk").first()
        if found is None:
            raise DemoPlaceError(f"演示地方没有角色为“{role}”的账号。")
        return actor_of(found, on=self.at.date())


def state_of(home: Path) -> dict[str, Any]:
    """Return what ``demo.json`` of a home says; nothing if it holds no demonstration."""
    file = home / "demo.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else {}
