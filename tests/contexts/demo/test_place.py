"""What the demonstration place must hold, without making it."""

from mingjing.contexts.accounts.permissions import roles
from mingjing.contexts.demo.usecases.fill_accounts import _USERS
from mingjing.contexts.demo.usecases.make_place import fillers


def test_there_is_somebody_for_every_role() -> None:
    assert {role for _, role, _ in _USERS} == set(roles())


def test_rooms_are_filled_in_their_order() -> None:
    orders = [module.ORDER for module in fillers()]
    assert orders == sorted(orders)
    assert orders[0] == 10, "accounts come first"
