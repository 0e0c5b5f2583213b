"""A small register: two announced subjects, officers with credentials, in the small place of the rooms' tests."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.registry.models import Agency, Credential, Officer
from mingjing.contexts.registry.usecases.credentials import new_token
from tests.contexts.conftest import ActorMaker

AT = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
ON = AT.date()

type OfficerMaker = Callable[..., Officer]


@pytest.fixture
def clerk(actor_with: ActorMaker) -> Actor:
    return actor_with("agency_clerk", "market", name="王芳")


@pytest.fixture
def overseer(actor_with: ActorMaker) -> Actor:
    return actor_with("overseer", "county", name="李强")


@pytest.fixture
def head(actor_with: ActorMaker) -> Actor:
    return actor_with("overseer_head", "county", name="孔局长")


@pytest.fixture
def leader(actor_with: ActorMaker) -> Actor:
    return actor_with("government_leader", "county", name="赵县长")


@pytest.fixture
def market(units: dict[str, Unit]) -> Agency:
    return Agency.objects.create(
        unit=units["market"],
        code="A000001",
        name=units["market"].name,
        kind="organ",
        field="market_regulation",
        legal_basis="《食品安全法》第六条",
        status="announced",
        confirmed_on=date(2026, 1, 10),
        announced_on=date(2026, 1, 15),
        is_published=True,
    )


@pytest.fixture
def officer_in(units: dict[str, Unit]) -> OfficerMaker:
    """Make an officer of a unit with a verified credential; ``card=None`` for one without."""
    count = iter(range(1, 1000))

    def make(unit: str = "market", *, card: dict[str, object] | None = {}, **changes: object) -> Officer:  # noqa: B006
        number = next(count)
        given: dict[str, object] = {
            "code": f"P{number:06}",
            "name": f"张{'一二三四五六七八九十'[number % 10]}",
            "employment": "established",
            "position": "科员",
            "is_front_line": True,
            "joined_on": date(2020, 1, 1),
            "exam_passed_on": date(2020, 6, 1),
        }
        row = Officer.objects.create(unit=units[unit], **(given | changes))
        if card is not None:
            held: dict[str, object] = {
                "number": f"1508{number:08}",
                "category": "市场监管",
                "area": "泗水县",
                "issued_on": date(2024, 1, 1),
                "valid_from": date(2024, 1, 1),
                "valid_until": date(2028, 12, 31),
                "verified_on": date(2026, 3, 1),
                "token": new_token(),
            }
            Credential.objects.create(officer=row, **(held | card))
        return row

    return make
