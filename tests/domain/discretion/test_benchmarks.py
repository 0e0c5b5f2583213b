"""Benchmarks never leave the law nor the superior benchmark."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.discretion.benchmarks import (
    Benchmark,
    Level,
    OutsideRangeError,
    Tier,
    as_data,
    breaches,
    gaps_and_overlaps,
    of_data,
    require_within,
)
from mingjing.domain.discretion.circumstances import Criterion
from mingjing.domain.discretion.ranges import Measure, Range, fixed

YUAN = 100
LAW = fixed(1_000 * YUAN, 50_000 * YUAN)


def benchmark(*tiers: Tier, level: Level = Level.COUNTY, law: Range | None = LAW) -> Benchmark:
    return Benchmark(item="I1", level=level, law_fine=law, law_kinds=("fine", "warning"), tiers=tiers)


def tier(name: str, low: int, high: int, refines: str = "") -> Tier:
    return Tier(name=name, fine=fixed(low * YUAN, high * YUAN), kinds=("fine",), refines=refines)


UPPER = benchmark(tier("一般", 10_000, 30_000), level=Level.PROVINCE)


def codes(found: Benchmark, upper: Benchmark | None = None) -> set[str]:
    return {one.code for one in breaches(found, upper)}


def test_a_split_that_covers_the_superior_range_exactly_is_sound() -> None:
    lower = benchmark(
        tier("一般（轻）", 10_000, 20_000, "一般"), tier("一般（重）", 20_000, 30_000, "一般"), level=Level.CITY
    )
    require_within(lower, UPPER)


def test_a_county_tier_beyond_the_superior_range_is_refused() -> None:
    lower = benchmark(tier("一般（轻）", 10_000, 20_000, "一般"), tier("一般（重）", 20_000, 40_000, "一般"))
    with pytest.raises(OutsideRangeError, match="超出了上级基准“一般”"):
        require_within(lower, UPPER)


@pytest.mark.parametrize(
    ("tiers", "code"),
    [
        ((tier("甲", 10_000, 15_000, "一般"), tier("乙", 20_000, 30_000, "一般")), "gap"),
        ((tier("甲", 10_000, 25_000, "一般"), tier("乙", 20_000, 30_000, "一般")), "overlap"),
        ((tier("甲", 10_000, 30_000, "特别严重"),), "no_such_tier"),
        ((tier("甲", 10_000, 30_000), tier("甲", 30_000, 30_000)), "same_name"),
        ((tier("甲", 500, 900),), "outside_law"),
        ((tier("甲", 2_000, 3_000),), "outside_upper"),
        ((Tier(name="甲", kinds=("closed",)),), "kind_outside_law"),
        ((), "no_tiers"),
    ],
)
def test_names_every_way_of_leaving_the_borders(tiers: tuple[Tier, ...], code: str) -> None:
    assert code in codes(benchmark(*tiers), UPPER)


def test_tiers_for_different_parties_may_have_the_same_amounts() -> None:
    parties = [Criterion(fact="party", value=value) for value in ("citizen", "organization")]
    tiers = [Tier(name=one.label, criteria=(one,), fine=LAW, kinds=("fine",)) for one in parties]
    assert codes(benchmark(*tiers)) == set()


def test_a_multiple_is_not_within_an_amount() -> None:
    times = Tier(name="甲", fine=Range(measure=Measure.MULTIPLE, high=Fraction(2), of="违法所得"))
    assert codes(benchmark(times)) == {"measure_differs"}


def test_a_lower_benchmark_does_not_bind_a_higher_one() -> None:
    assert "not_above" in codes(benchmark(tier("甲", 10_000, 30_000), level=Level.PROVINCE), UPPER)


cuts = st.lists(st.integers(0, 10**7), min_size=2, max_size=8, unique=True).map(sorted)


@given(cuts)
def test_consecutive_parts_of_a_whole_leave_neither_gap_nor_overlap(points: list[int]) -> None:
    parts = [fixed(low, high) for low, high in pairwise(points)]
    assert gaps_and_overlaps(parts, fixed(points[0], points[-1])) == ()


bounds = st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(lambda pair: fixed(min(pair), max(pair)))


@given(st.lists(bounds, min_size=1, max_size=5), st.lists(bounds, min_size=1, max_size=5), st.integers(0, 1000))
def test_what_is_accepted_never_leaves_the_law_nor_the_superior(
    upper: list[Range], lower: list[Range], amount: int
) -> None:
    law = fixed(100, 900)
    above = benchmark(*(Tier(name=f"上{n}", fine=one) for n, one in enumerate(upper)), level=Level.CITY, law=law)
    below = benchmark(*(Tier(name=f"下{n}", fine=one) for n, one in enumerate(lower)), law=law)
    if breaches(below, above):
        return
    allowed = [one.fine for one in above.tiers if one.fine]
    for one in below.tiers:
        assert one.fine is not None
        if one.fine.contains(amount):
            assert law.contains(amount)
            assert any(each.contains(amount) for each in allowed)


@given(bounds, st.lists(bounds, max_size=6))
def test_a_gap_is_named_exactly_where_an_amount_belongs_to_no_part(whole: Range, parts: list[Range]) -> None:
    inside = [one for one in parts if one.within(whole)]
    found = gaps_and_overlaps(inside, whole)
    assert whole.high is not None
    for amount in range(int(whole.low), int(whole.high) + 1):
        missed = not any(one.contains(amount) for one in inside)
        named = any(kind == "gap" and low <= amount <= high for kind, low, high in found)
        assert not missed or named


def test_plain_data_gives_the_same_benchmark() -> None:
    assert of_data(as_data(UPPER)) == UPPER
