"""A licence is processed only on an item in force; everybody reads which those are."""

from datetime import timedelta

import pytest
from django.test import Client

from mingjing.contexts.catalog.models import ItemEdition
from mingjing.contexts.catalog.queries import NotOpenError
from tests.contexts.cases.conftest import ITEM, Office, item_in_force

LICENCE = {**ITEM, "name": "食品经营许可", "kind": "license", "act_code": "", "flow": "license", "limit_days": 10}


def public(query: str = "") -> str:
    """What somebody without an account reads."""
    answer = Client().get(f"/public/items/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.requirement("TS-60")
def test_an_item_in_force_is_accepted_and_public_and_a_removed_one_neither(office: Office) -> None:
    item = item_in_force(office.unit, LICENCE, "XK-001")
    assert office.open("license", item=item.code, title="食品经营许可申请")
    shown = public()
    assert "食品经营许可" in shown
    assert "泗水县市场监督管理局" in shown
    assert "食品经营许可" in public("?kind=license&q=食品")
    assert "食品经营许可" not in public("?kind=penalty")
    ItemEdition.objects.filter(holder=item).update(effective_until=office.at.date() + timedelta(days=1))
    assert office.open("license", item=item.code, title="取消前一日申请")
    office.later(days=1)
    with pytest.raises(NotOpenError, match="取消"):
        office.open("license", item=item.code, title="取消当日申请")
    assert "食品经营许可" not in public("?kind=license")


def test_a_suspended_item_is_not_shown(office: Office) -> None:
    item = item_in_force(office.unit, LICENCE, "XK-001")
    ItemEdition.objects.filter(holder=item).update(suspended_from=office.at.date())
    assert "食品经营许可" not in public("?kind=license")


def test_many_items_stand_on_several_pages(office: Office) -> None:
    for number in range(60):
        item_in_force(office.unit, {**LICENCE, "name": f"第{number}项许可"}, f"XK-{number:03}")
    first, second = public("?kind=license"), public("?kind=license&page=2")
    assert "page=2" in first
    assert "第59项许可" in second
    assert "第59项许可" not in first
    assert public("?kind=nonsense&page=x")
