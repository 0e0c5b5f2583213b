"""Composite scores: weights sum to a hundred, gaps leave the denominator, vetoes make naught, ranks are shared."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.indicators.appraisal import (
    Extra,
    Item,
    Part,
    Result,
    SchemeError,
    accountability,
    points_by_hand,
    points_for,
    ranked,
    require_items,
    total_of,
)


def item(key: str = "a", weight: int = 100, full: int = 100, zero: int = 60) -> Item:
    return Item(key=key, title=key, weight=Decimal(weight), indicator=key, full=Decimal(full), zero=Decimal(zero))


def part(points: int | None, weight: int = 50) -> Part:
    return Part(points=None if points is None else Decimal(points), weight=Decimal(weight), words="")


class TestScheme:
    @pytest.mark.requirement("LC-44")
    def test_weights_that_do_not_sum_to_a_hundred_are_refused(self) -> None:
        with pytest.raises(SchemeError, match="合计应当是100，现在是90"):
            require_items([item("a", 60), item("b", 30)])
        require_items([item("a", 60), item("b", 40)])

    @pytest.mark.parametrize(
        "items", [[], [item("a", 50), item("a", 50)], [item("a", 110), item("b", -10)], [item(full=60, zero=60)]]
    )
    def test_what_cannot_be_reckoned_is_refused(self, items: list[Item]) -> None:
        with pytest.raises(SchemeError):
            require_items(items)


class TestPoints:
    @pytest.mark.parametrize(("value", "points"), [(60, 0), (80, 50), (100, 100), (120, 100), (0, 0)])
    def test_rise_in_a_straight_line(self, value: int, points: int) -> None:
        assert points_for(item(), Decimal(value)).points == points

    def test_fall_where_less_is_better(self) -> None:
        fewer = item(full=0, zero=10)
        assert not fewer.points_rise
        assert points_for(fewer, Decimal(3)).points == 70

    def test_of_nothing_are_nothing_not_naught(self) -> None:
        assert points_for(item(), None).points is None

    def test_by_hand_stay_within_the_weight(self) -> None:
        one = Item(key="m", title="落实情况", weight=Decimal(20))
        assert points_by_hand(one, Decimal(18), "台账").points == 18
        with pytest.raises(SchemeError, match="0至20"):
            points_by_hand(one, Decimal(21), "")


class TestTotals:
    def test_what_was_not_evaluated_leaves_the_denominator(self) -> None:
        told = total_of("甲", {"a": part(40), "b": part(None)}, [], Decimal(0))
        assert (told.total, told.covered) == (80, 50)

    def test_nothing_judged_is_no_total(self) -> None:
        assert total_of("甲", {"a": part(None)}, [], Decimal(0)).total is None

    def test_bonus_is_capped_and_a_veto_makes_naught(self) -> None:
        extras = [Extra(points=Decimal(3)), Extra(points=Decimal(4))]
        assert total_of("甲", {"a": part(40)}, extras, Decimal(5)).total == 85
        told = total_of("甲", {"a": part(50)}, [*extras, Extra(veto=True, reason="重大错案")], Decimal(5))
        assert (told.total, told.veto) == (0, "重大错案")

    def test_ranks_are_shared_and_the_vetoed_come_last(self) -> None:
        parts = {"a": part(40)}
        results = [
            total_of("甲", parts, [], Decimal(0)),
            total_of("乙", {"a": part(0)}, [], Decimal(0)),
            total_of("丙", parts, [], Decimal(0)),
            total_of("丁", parts, [Extra(veto=True, reason="x")], Decimal(0)),
            total_of("戊", {"a": part(None)}, [], Decimal(0)),
        ]
        assert {one.unit: one.rank for one in ranked(results)} == {"甲": 1, "丙": 1, "乙": 3, "丁": 4, "戊": None}

    @given(points=st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=1, max_size=6))
    def test_totals_lie_between_naught_and_a_hundred(self, points: list[int | None]) -> None:
        told: Result = total_of("甲", {str(at): part(one) for at, one in enumerate(points)}, [], Decimal(0))
        assert told.total is None or 0 <= told.total <= 100


class TestAccountability:
    @pytest.mark.requirement("TS-69")
    def test_only_above_the_average(self) -> None:
        rates = {"甲": Decimal(12), "乙": Decimal(8), "丙": Decimal(10), "丁": None}
        (found,) = accountability(rates, Decimal(10))
        assert (found.unit, found.trigger) == ("甲", "loss_rate")
        assert "12%" in found.words

    @pytest.mark.requirement("TS-69")
    def test_recorded_shirking_is_proposed_too(self) -> None:
        found = accountability({}, None, [("乙", "shirking", "推诿扯皮：移送线索三次退回")])
        assert [(one.unit, one.trigger) for one in found] == [("乙", "shirking")]
