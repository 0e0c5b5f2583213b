"""The one scope check: each reach gives its rows and no others; a refusal tells no more than the actor may know."""

import pytest

from mingjing.contexts.accounts.access import ForbiddenError, Held, MissingError, Scope, access, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach, UnknownPermissionError, permissions, roles
from tests.contexts.conftest import ActorMaker

FIELDS = Unit.scope_fields


def seen(scope: Scope) -> set[str]:
    return set(Unit.objects.filter(scope.condition(FIELDS)).values_list("code", flat=True))


@pytest.mark.parametrize(
    ("scope", "codes"),
    [
        (Scope(everything=True), {"city", "county", "justice", "market", "squad", "health", "town"}),
        (Scope(units=frozenset({"city/county/market/"})), {"market"}),
        (Scope(branches=frozenset({"city/county/market/"})), {"market", "squad"}),
        (Scope(places=frozenset({"370831"})), {"county", "justice", "market", "squad", "health", "town"}),
        (Scope(places=frozenset({"370831001"})), {"town"}),
        (Scope(places=frozenset({"3708"})), {"city", "county", "justice", "market", "squad", "health", "town"}),
        (Scope(user_id=7), set()),
        (Scope(), set()),
    ],
)
def test_each_reach_gives_its_rows_and_no_others(units: dict[str, Unit], scope: Scope, codes: set[str]) -> None:
    assert seen(scope) == codes


def test_the_reach_of_a_place_is_that_of_its_level(actor_with: ActorMaker) -> None:
    county = actor_with("overseer", "justice")
    assert county.scope("accounts.unit.view") == Scope(places=frozenset({"370831"}))
    assert Held(role="overseer", unit_path="city/county/justice/", place="370831") in county.held


def test_refuses_an_act_on_a_row_that_may_be_seen(actor_with: ActorMaker, units: dict[str, Unit]) -> None:
    actor = actor_with("overseer", "justice")
    with pytest.raises(ForbiddenError):
        access(Unit.objects.all(), actor, "accounts.unit.edit", see="accounts.unit.view", code="market")


def test_hides_a_row_beyond_the_scope(actor_with: ActorMaker, units: dict[str, Unit]) -> None:
    actor = actor_with("overseer", "justice")
    with pytest.raises(MissingError):
        access(Unit.objects.all(), actor, "accounts.unit.edit", see="accounts.unit.view", code="city")


def test_a_list_without_permission_is_refused_not_empty(actor_with: ActorMaker) -> None:
    with pytest.raises(ForbiddenError):
        visible(Unit.objects.all(), actor_with("auxiliary"), "accounts.unit.view")


def test_an_unknown_permission_is_a_mistake(actor_with: ActorMaker) -> None:
    with pytest.raises(UnknownPermissionError):
        actor_with("officer").may("accounts.unit.fly")


def test_every_permission_of_the_rooms_is_given_to_some_role() -> None:
    given = {code for role in roles().values() for code in role.may}
    assert {one.code for one in permissions()} == given
    assert all(isinstance(reach, Reach) for role in roles().values() for reach in role.may.values())
