"""Colours and words: what the data leave open is never green, nor red, nor naught."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.indicators.judging import (
    Around,
    Colour,
    Comparison,
    Figure,
    Form,
    Target,
    change,
    difficulty,
    judge,
    made,
    not_evaluated,
    share,
    shown,
    trend_words,
)

ALL = Target(comparison=Comparison.AT_LEAST, value=Decimal(100))
NUMBERS = st.decimals(-1000, 1000, places=2)


def number(value: float) -> Figure:
    return made(Form.NUMBER, Decimal(str(value)), None, "没有")


class TestJudging:
    @pytest.mark.requirement("RZ-37", "SS-33")
    @pytest.mark.parametrize(
        ("reviewers", "officers", "colour", "words"),
        [
            (2, 41, Colour.RED, "需达到3，还差1"),
            (3, 41, Colour.GREEN, "达到目标"),
            (2, 60, Colour.RED, "需达到3，还差1"),
            (3, 60, Colour.GREEN, "达到目标"),
        ],
    )
    def test_a_share_says_how_many_it_needs(self, reviewers: int, officers: int, colour: Colour, words: str) -> None:
        target = Target(comparison=Comparison.AT_LEAST, value=Decimal(5))
        figure = made(Form.PERCENT, Decimal(reviewers), Decimal(officers), "没有执法人员")
        told = judge(figure, target, Around(), "%")
        assert told.colour is colour
        assert words in told.words

    def test_no_rows_are_neither_naught_nor_a_hundred(self) -> None:
        told = judge(share(0, 0, 0, "本期没有开庭的诉讼"), ALL, Around(), "%")
        assert told.colour is Colour.NONE
        assert told.words == "未评价：本期没有开庭的诉讼。"

    def test_what_lacks_is_said(self) -> None:
        told = judge(not_evaluated("没有“复议诉讼”表"), ALL, Around(), "%")
        assert told.words == "未评价：没有“复议诉讼”表。"

    def test_an_unknown_row_leaves_open_only_what_turns_on_it(self) -> None:
        half = Target(comparison=Comparison.AT_LEAST, value=Decimal(50))
        assert judge(share(9, 10, 1, ""), half, Around(), "%").colour is Colour.GREEN
        assert judge(share(9, 9, 1, ""), ALL, Around(), "%").colour is Colour.NONE
        assert judge(share(8, 9, 1, ""), ALL, Around(), "%").colour is Colour.RED

    def test_what_accrues_is_not_failed_before_its_end(self) -> None:
        hours = Target(comparison=Comparison.AT_LEAST, value=Decimal(30), accrues=True)
        assert judge(number(28), hours, Around(is_over=False), "学时").colour is Colour.YELLOW
        over = judge(number(28), hours, Around(is_over=True), "学时")
        assert (over.colour, over.words) == (Colour.RED, "目标不低于30学时，差2学时。")

    def test_near_is_yellow(self) -> None:
        near = Target(comparison=Comparison.AT_LEAST, value=Decimal(90), near=Decimal(5))
        colours = [judge(number(value), near, Around(), "分").colour for value in (90, 85, 84.99)]
        assert colours == [Colour.GREEN, Colour.YELLOW, Colour.RED]

    def test_too_small_a_denominator_is_not_judged(self) -> None:
        fair = Target(comparison=Comparison.AT_MOST, value=Decimal(10), least=Decimal(5))
        told = judge(made(Form.PERCENT, Decimal(1), Decimal(2), ""), fair, Around(), "%")
        assert (told.colour, "不足以评价" in told.words) == (Colour.NONE, True)

    @pytest.mark.requirement("TS-04")
    def test_ten_remedies_last_year_and_eight_this_year_are_a_fifth_less(self) -> None:
        fewer = Target(comparison=Comparison.BELOW_LAST_YEAR)
        told = judge(number(8), fewer, Around(last_year=Decimal(10)), "件")
        assert told.colour is Colour.GREEN
        assert change(Decimal(8), Decimal(10)) == Decimal(-20)
        assert trend_words(Decimal(8), Decimal(10)) == "下降20%"

    def test_without_a_year_before_nothing_is_compared(self) -> None:
        told = judge(number(8), Target(comparison=Comparison.BELOW_LAST_YEAR), Around(), "件")
        assert told.colour is Colour.NONE

    def test_as_many_as_last_year_is_not_fewer(self) -> None:
        told = judge(number(10), Target(comparison=Comparison.BELOW_LAST_YEAR), Around(last_year=Decimal(10)), "件")
        assert told.colour is Colour.RED

    @given(value=NUMBERS, wanted=NUMBERS)
    def test_at_least_and_at_most_leave_nothing_between(self, value: Decimal, wanted: Decimal) -> None:
        figure = Figure(numerator=value, value=value, lowest=value, highest=value)
        least = judge(figure, Target(comparison=Comparison.AT_LEAST, value=wanted), Around()).colour
        most = judge(figure, Target(comparison=Comparison.AT_MOST, value=wanted), Around()).colour
        assert (least is Colour.GREEN) == (value >= wanted)
        assert (most is Colour.GREEN) == (value <= wanted)

    @given(met=st.integers(0, 20), rest=st.integers(0, 20), unknown=st.integers(1, 20), wanted=st.integers(0, 100))
    def test_a_judged_share_is_judged_alike_however_blanks_are_filled(
        self, met: int, rest: int, unknown: int, wanted: int
    ) -> None:
        target = Target(comparison=Comparison.AT_LEAST, value=Decimal(wanted))
        told = judge(share(met, met + rest, unknown, "没有"), target, Around(), "%").colour
        if told is not Colour.NONE:
            for filled in range(unknown + 1):
                full = share(met + filled, met + rest + unknown, 0, "没有")
                assert judge(full, target, Around(), "%").colour is told


class TestDifficulty:
    def test_says_who_would_have_met_a_target_and_how_values_lay(self) -> None:
        history = {"2025": [number(value) for value in (50, 60, 70, 80, 90)], "2026": [number(95), not_evaluated("缺")]}
        first, second = difficulty(history, Target(comparison=Comparison.AT_LEAST, value=Decimal(70)))
        assert (first.met, first.judged, first.share) == (3, 5, Decimal(60))
        assert (first.lowest, first.quarter, first.median, first.three_quarters, first.highest) == tuple(
            map(Decimal, (50, 60, 70, 80, 90))
        )
        assert (second.met, second.judged, second.not_evaluated) == (1, 1, 1)

    @given(values=st.lists(NUMBERS, min_size=1, max_size=12), low=NUMBERS, high=NUMBERS)
    def test_a_harder_target_is_met_by_no_more(self, values: list[Decimal], low: Decimal, high: Decimal) -> None:
        low, high = sorted((low, high))
        figures = {"2026": [Figure(value=one, lowest=one, highest=one) for one in values]}
        easy, hard = (
            difficulty(figures, Target(comparison=Comparison.AT_LEAST, value=one))[0].met for one in (low, high)
        )
        assert hard <= easy


def test_numbers_are_written_without_naughts() -> None:
    assert [shown(Decimal(one)) for one in ("100", "97.50", "4.878", "0", "-20")] == ["100", "97.5", "4.88", "0", "-20"]
    assert shown(None) == "—"
