"""What of an example everybody may read."""

import pytest

from mingjing.domain.registry.examples import ExampleKind, ExampleStatus, published_text, require_another, require_next
from mingjing.domain.registry.obstacles import RegistryError


def test_a_warning_hides_names_and_every_example_hides_numbers() -> None:
    text = "李四收了泗水县某某餐饮有限公司（联系人欧阳小明，13812345678）的钱，身份号码 370831199001011234。"
    names = ["李四", "欧阳小明", "泗水县某某餐饮有限公司", " "]
    hidden = published_text(text, names, kind=ExampleKind.WARNING)
    assert hidden == "李*收了某单位（联系人欧***，138******78）的钱，身份号码 370*************34。"
    shown = published_text(text, names, kind=ExampleKind.PRACTICE)
    assert "李四" in shown and "13812345678" not in shown and "370831199001011234" not in shown


def test_a_longer_name_is_hidden_before_one_that_stands_in_it() -> None:
    assert published_text("王二和王二麻", ["王二", "王二麻"], kind=ExampleKind.WARNING) == "王*和王**"


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        ("edit", {"draft", "refused"}),
        ("submit", {"draft", "refused"}),
        ("decide", {"submitted"}),
        ("publish", {"approved"}),
        ("withdraw", {"published"}),
        ("recommend", {"approved", "published"}),
    ],
)
def test_each_act_has_its_time(act: str, allowed: set[str]) -> None:
    for status in ExampleStatus:
        if status in allowed:
            require_next(act, status)
        else:
            with pytest.raises(RegistryError):
                require_next(act, status)


def test_nobody_approves_their_own() -> None:
    require_another("a", "b")
    with pytest.raises(RegistryError):
        require_another("a", "a")
