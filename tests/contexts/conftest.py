"""What tests of the rooms share: a small place with its units, and actors by role."""

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, actor_of
from mingjing.contexts.accounts.models import Grant, Unit, User
from tests.contexts.browsing import browser, open_page  # noqa: F401 - fixtures for all rooms

TODAY = date(2026, 11, 20)
PLACE = "370831"

type ActorMaker = Callable[..., Actor]
type UserMaker = Callable[..., User]


@pytest.fixture
def units(db: None) -> dict[str, Unit]:
    """A city, its county with a justice bureau, two agencies (one with a squad) and a town; by code."""
    return make_units()


def make_units() -> dict[str, Unit]:
    """Make a city, its county with a justice bureau, two agencies (one with a squad) and a town; by code."""
    rows = (
        ("city", "济宁市", "government", "370800", None),
        ("county", "泗水县", "government", PLACE, "city"),
        ("justice", "泗水县司法局", "agency", PLACE, "county"),
        ("market", "泗水县市场监督管理局", "agency", PLACE, "county"),
        ("squad", "泗水县市场监管综合执法大队", "squad", PLACE, "market"),
        ("health", "泗水县卫生健康局", "agency", PLACE, "county"),
        ("town", "泗河街道办事处", "town", "370831001", "county"),
    )
    made: dict[str, Unit] = {}
    for code, name, kind, place, parent in rows:
        above = made[parent] if parent else None
        path = f"{above.path if above else ''}{code}/"
        made[code] = Unit.objects.create(code=code, name=name, kind=kind, place=place, parent=above, path=path)
    return made


@pytest.fixture
def user_with(units: dict[str, Unit]) -> UserMaker:
    """Make a user with a role in a unit: ``user_with("officer", "market")``; the name is free."""
    return user_maker(units)


def user_maker(units: dict[str, Unit]) -> UserMaker:
    """Return what makes users in these units."""

    def make(role: str, unit: str = "market", username: str = "", name: str = "张伟") -> User:
        username = username or f"{role}.{unit}"
        user = User.objects.create_user(username=username, name=name, password="correct horse 9", unit=units[unit])
        Grant.objects.create(
            user=user, role=role, unit=units[unit], valid_from=date(2020, 1, 1), granted_by="test", reason="测试"
        )
        return user

    return make


@pytest.fixture
def actor_with(user_with: UserMaker) -> ActorMaker:
    """Make an actor with a role in a unit: ``actor_with("officer", "market")``."""
    return actor_maker(user_with)


def actor_maker(user_with: UserMaker) -> ActorMaker:
    """Return what makes actors of users."""

    def make(role: str, unit: str = "market", **named: str) -> Actor:
        return actor_of(user_with(role, unit, **named), on=timezone.localdate())

    return make
