"""From the circumstances of a case to tier, range and basis."""

from fractions import Fraction

import pytest

from mingjing.domain.discretion.benchmarks import Benchmark, Direction, Factor, Level, Tier
from mingjing.domain.discretion.calculator import (
    ListEntry,
    Match,
    assess,
    assess_over_time,
    distribution,
    milder,
    outside_benchmark,
    statutory_factors,
)
from mingjing.domain.discretion.circumstances import (
    Criterion,
    Operator,
    UnknownFactError,
    read_criteria,
    write_criteria,
)
from mingjing.domain.discretion.ranges import Measure, Range, fixed
from mingjing.law.citations import cite

YUAN = 100
SMALL = Criterion(fact="value_fen", operator=Operator.BELOW, value=10_000 * YUAN)
LARGE = Criterion(fact="value_fen", operator=Operator.AT_LEAST, value=10_000 * YUAN)
LIGHT = Factor(
    label="主动配合调查",
    direction=Direction.LIGHTER,
    criteria=(Criterion(fact="corrected"),),
    basis="本基准",
    percent=30,
)
HEAVY = Factor(
    label="拒不改正",
    direction=Direction.HEAVIER,
    criteria=(Criterion(fact="refused_correction"),),
    basis="本基准",
    percent=30,
)


def benchmark(low: int = 5_000) -> Benchmark:
    return Benchmark(
        item="I1",
        level=Level.COUNTY,
        law_fine=fixed(low * YUAN, 50_000 * YUAN),
        law_kinds=("fine",),
        tiers=(
            Tier(name="较轻", criteria=(SMALL,), fine=fixed(low * YUAN, 15_000 * YUAN)),
            Tier(name="较重", criteria=(LARGE,), fine=fixed(15_000 * YUAN, 50_000 * YUAN)),
        ),
        factors=(LIGHT, HEAVY),
        basis=("《食品安全法》第一百二十四条",),
    )


def entry(**criteria: bool) -> ListEntry:
    return ListEntry(
        list_kind="no_penalty",
        list_label="不予处罚事项清单",
        reference="list:L@1#x",
        number="3",
        item="I1",
        matter="经营超过保质期的食品",
        conditions="初次、轻微、改正",
        criteria=tuple(Criterion(fact=fact, value=value) for fact, value in criteria.items()),
        treatment="不予处罚",
        basis="CF 33",
    )


def test_the_only_tier_whose_conditions_hold_is_proposed() -> None:
    found = assess(benchmark(), {"value_fen": 800 * YUAN})
    assert found.tier is not None
    assert (found.tier.name, found.fine) == ("较轻", fixed(5_000 * YUAN, 15_000 * YUAN))


def test_what_the_case_does_not_tell_is_asked_for_never_assumed() -> None:
    found = assess(benchmark(), {})
    assert found.tier is None
    assert [fact.code for fact in found.missing] == ["value_fen"]
    assert found.fine is None


def test_lighter_keeps_the_lower_part_of_the_tier_and_heavier_the_upper() -> None:
    lighter = assess(benchmark(), {"value_fen": 800 * YUAN, "corrected": True})
    heavier = assess(benchmark(), {"value_fen": 800 * YUAN, "refused_correction": True})
    assert lighter.fine == fixed(5_000 * YUAN, 8_000 * YUAN)
    assert heavier.fine == fixed(12_000 * YUAN, 15_000 * YUAN)


def test_lighter_and_heavier_together_are_left_to_a_person() -> None:
    found = assess(benchmark(), {"value_fen": 800 * YUAN, "corrected": True, "refused_correction": True})
    assert found.fine == found.tier_fine
    assert "综合裁量" in " ".join(found.explanation)


def test_mitigation_opens_the_range_below_the_minimum_of_the_law() -> None:
    """行政处罚法第三十二条：从轻或者减轻。"""
    found = assess(benchmark(), {"value_fen": 800 * YUAN, "relieved": True})
    assert found.outcome is Direction.MITIGATED
    assert found.fine == Range(low=Fraction(0), high=Fraction(15_000 * YUAN), low_open=True)
    assert "CF 32" in found.basis


def test_nothing_lies_below_no_minimum() -> None:
    found = assess(benchmark(low=0), {"value_fen": 800 * YUAN, "relieved": True})
    assert "无从减轻" in " ".join(found.explanation)


def test_a_child_is_not_punished() -> None:
    """行政处罚法第三十条。"""
    found = assess(benchmark(), {"value_fen": 800 * YUAN, "age": 13})
    assert (found.outcome, found.fine) == (Direction.NO_PENALTY, None)
    assert assess(benchmark(), {"value_fen": 800 * YUAN, "age": 14}).outcome is Direction.MITIGATED
    assert assess(benchmark(), {"value_fen": 800 * YUAN, "age": 18}).outcome is None


def test_a_matching_entry_of_a_list_is_named_and_what_it_still_asks() -> None:
    entries = (entry(first_time=True, corrected=True),)
    facts = {"value_fen": 800 * YUAN, "first_time": True, "corrected": True}
    fits = assess(benchmark(), facts, entries=entries)
    assert [one.match for one in fits.lists] == [Match.FITS]
    asked = assess(benchmark(), {"first_time": True}, entries=entries)
    assert [fact.code for fact in asked.lists[0].missing] == ["corrected"]
    assert assess(benchmark(), {"first_time": False}, entries=entries).lists == ()


def test_multiples_are_exact() -> None:
    times = Benchmark(
        item="I1",
        level=Level.COUNTY,
        law_fine=Range(measure=Measure.MULTIPLE, low=Fraction(1), high=Fraction(5), of="违法所得"),
        law_kinds=("fine",),
        tiers=(
            Tier(
                name="一般",
                fine=Range(measure=Measure.MULTIPLE, low=Fraction(3, 2), high=Fraction(3), of="违法所得"),
            ),
        ),
    )
    assert assess(times, {}, chosen="一般").missing[0].code == "gains_fen"
    assert assess(times, {"gains_fen": 333}, chosen="一般").fine == fixed(500, 999)


def test_the_milder_of_two_rules_applies() -> None:
    """行政处罚法第三十七条：从旧兼从轻。"""
    old, new = benchmark(), benchmark(low=1_000)
    facts = {"value_fen": 800 * YUAN}
    assert assess_over_time(old, new, facts).applies_now is True
    assert assess_over_time(new, old, facts).applies_now is False
    assert milder(None, fixed(1, 2)) == -1


def test_the_distribution_is_made_of_fines_that_were_imposed() -> None:
    found = distribution([300, 100, 200, 400, 500])
    assert found is not None
    assert (found.least, found.lower_quarter, found.median, found.upper_quarter, found.most) == (
        100,
        200,
        300,
        400,
        500,
    )
    assert distribution([]) is None


def test_of_ten_like_cases_the_one_outside_is_listed_alone() -> None:
    fines = [(f"C{number}", 6_000 * YUAN) for number in range(9)] + [("C9", 60_000 * YUAN)]
    assert outside_benchmark(benchmark(), fines) == ("C9",)


def test_conditions_are_read_as_they_are_written() -> None:
    text = (
        "初次违法\n危害后果=没有危害后果|后果轻微\n货值金额<10000元\n两年内同类违法次数≥2\n非妨碍、抗拒执法或者毁灭证据"
    )
    criteria = read_criteria(text)
    assert read_criteria(write_criteria(criteria)) == criteria
    assert [one.fact for one in criteria] == ["first_time", "harm", "value_fen", "repeated_times", "obstructed"]


@pytest.mark.parametrize("text", ["心情好", "货值金额<很多", "危害后果=天大"])
def test_refuses_a_condition_that_no_case_tells(text: str) -> None:
    with pytest.raises((UnknownFactError, Exception)):
        read_criteria(text)


def test_what_the_law_says_of_every_item_cites_it() -> None:
    assert {str(cite(one.basis)) for one in statutory_factors()} == {"CF 30", "CF 32", "CF 33", "CF 49"}
