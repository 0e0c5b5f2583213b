"""Ranges of fines: read as lists write them, compared and converted without a fen outside the law."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.discretion.ranges import (
    Measure,
    MissingBaseError,
    Range,
    UnreadableRangeError,
    as_data,
    fixed,
    of_data,
    read_range,
)
from mingjing.kernel.money import UnreadableAmountError, fen_of, in_yuan

fens = st.integers(0, 10**10)
multiples = st.fractions(min_value=0, max_value=100, max_denominator=100)


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    measure = draw(st.sampled_from(Measure))
    number = multiples if measure is Measure.MULTIPLE else fens.map(Fraction)
    low, high = sorted((draw(number), draw(number)))
    return Range(
        measure=measure,
        low=low,
        high=draw(st.sampled_from((high, None))),
        low_open=draw(st.booleans()) and low < high,
        high_open=draw(st.booleans()) and low < high,
        of="" if measure is Measure.FIXED else "违法所得",
    )


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("处1000元以上5000元以下罚款", "1,000元以上5,000元以下"),
        ("处五千元以上五万元以下罚款", "5,000元以上5万元以下"),
        ("并处违法所得一倍以上五倍以下的罚款", "违法所得1倍以上5倍以下"),
        ("货值金额一万元以上的，并处货值金额十倍以上二十倍以下罚款", "货值金额10倍以上20倍以下"),
        ("每平方米处50元以上100元以下罚款", "每平方米50元以上100元以下"),
        ("可以处2万元以下的罚款", "2万元以下"),
        ("处建设工程造价百分之五以上百分之十以下的罚款", "工程造价5%以上10%以下"),
        ("没有违法所得的，处不满一万元罚款", "不满1万元"),
        ("处50元罚款", "50元"),
        ("处十万元以上罚款", "10万元以上"),
    ],
)
def test_reads_a_fine_as_a_provision_writes_it(text: str, label: str) -> None:
    read = read_range(text)
    assert read is not None
    assert read.label == label


@pytest.mark.parametrize("text", ["责令限期改正", "警告", "", "予以通报批评"])
def test_no_fine_is_none_not_zero(text: str) -> None:
    assert read_range(text) is None


@given(ranges())
def test_plain_data_gives_the_same_range(one: Range) -> None:
    assert of_data(as_data(one)) == one
    assert one.within(one)


@given(ranges(), ranges(), fens)
def test_a_range_within_another_has_no_amount_outside_it(inner: Range, outer: Range, amount: int) -> None:
    if inner.within(outer) and inner.contains(amount):
        assert outer.contains(amount)


@given(multiples, multiples, st.integers(1, 10**9), fens)
def test_a_multiple_in_fen_never_leaves_the_law(first: Fraction, second: Fraction, base: int, amount: int) -> None:
    low, high = sorted((first, second))
    law = Range(measure=Measure.MULTIPLE, low=low, high=high, of="违法所得")
    in_fen = law.for_base(base)
    if in_fen.contains(amount) and in_fen.low < (in_fen.high or 0):
        assert low * base <= amount <= high * base


@given(fens, fens, st.integers(1, 100))
def test_a_part_of_a_range_lies_within_it(first: int, second: int, percent: int) -> None:
    low, high = sorted((first, second))
    whole = fixed(low, high)
    assert whole.lower_part(percent).within(whole)
    assert whole.upper_part(percent).within(whole)


def test_a_multiple_without_its_base_is_asked_for() -> None:
    with pytest.raises(MissingBaseError, match="违法所得"):
        Range(measure=Measure.MULTIPLE, high=Fraction(3), of="违法所得").for_base(None)


def test_refuses_a_range_that_is_none() -> None:
    with pytest.raises(UnreadableRangeError):
        fixed(200, 100)
    with pytest.raises(UnreadableRangeError):
        Range(measure=Measure.MULTIPLE, high=Fraction(3))


@given(st.integers(0, 10**13))
def test_money_is_read_as_it_is_written(fen: int) -> None:
    assert fen_of(in_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("text", "fen"), [("五千元", 500_000), ("二十万元", 20_000_000), ("0.5万元", 500_000), ("1.25", 125)]
)
def test_reads_amounts_as_people_write_them(text: str, fen: int) -> None:
    assert fen_of(text) == fen


@pytest.mark.parametrize("text", ["", "约一千元", "1.255", "元"])
def test_refuses_what_is_no_amount(text: str) -> None:
    with pytest.raises(UnreadableAmountError):
        fen_of(text)
