"""
From the circumstances of a case to tier, range and basis: what the calculator shows, and what a decision must cite.

It proposes; a person decides. Whatever the case does not tell is asked for, never assumed. Amounts are exact.

Source: 行政处罚法（2021）第五条、第三十条至第三十四条、第三十七条.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache

from mingjing.domain.discretion.benchmarks import Benchmark, Direction, Factor, Tier
from mingjing.domain.discretion.circumstances import (
    FACTS,
    Circumstances,
    Criterion,
    Fact,
    all_hold,
    criteria_of_data,
    unanswered,
)
from mingjing.domain.discretion.ranges import MissingBaseError, Range
from mingjing.kernel.money import in_yuan
from mingjing.law._data import load
from mingjing.law.citations import cite


@cache
def statutory_factors() -> tuple[Factor, ...]:
    """
    Return what the law itself says of every item (law/data/statutory_factors.yaml).

    从轻或者减轻 stands there as *mitigated*: it opens both, and the officer chooses; the answer says so.
    """
    return tuple(
        Factor(
            label=row["label"],
            direction=Direction(row["direction"]),
            criteria=criteria_of_data(row["criteria"]),
            basis=str(cite(row["basis"])),
            must=row.get("must", True),
        )
        for row in load("statutory_factors.yaml")["factors"]
    )


class Match(StrEnum):
    """Whether an entry of a list fits the case."""

    FITS = "fits"
    DOES_NOT = "does_not"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """An entry of a leniency list: for which item, under which conditions, which treatment, on which basis."""

    list_kind: str
    list_label: str
    reference: str
    number: str
    item: str
    matter: str
    conditions: str
    criteria: tuple[Criterion, ...]
    treatment: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMatch:
    """How an entry compares with the case; ``missing`` are the facts still asked for."""

    entry: ListEntry
    match: Match
    missing: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a factor that fits does to the range, in words and in fen."""

    factor: Factor
    before: Range | None
    after: Range | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """
    What follows from the circumstances.

    ``tier`` is ``None`` where no tier, or more than one, fits; then ``candidates`` are those that may. ``fine`` is the
    proposed range in fen after all effects, ``None`` where no fine follows or it cannot be said yet (``missing``).
    """

    tier: Tier | None
    candidates: tuple[Tier, ...]
    tier_fine: Range | None
    fine: Range | None
    outcome: Direction | None
    effects: tuple[Effect, ...]
    lists: tuple[ListMatch, ...]
    missing: tuple[Fact, ...]
    basis: tuple[str, ...]
    explanation: tuple[str, ...]


def assess(
    benchmark: Benchmark,
    circumstances: Circumstances,
    *,
    entries: Iterable[ListEntry] = (),
    chosen: str = "",
) -> Assessment:
    """
    Say what the benchmark, the law's own factors and the leniency lists make of a case.

    ``chosen`` is the tier that the officer picked; without it, the tier is the only one whose conditions hold.
    """
    lists = match_lists(entries, benchmark.item, circumstances)
    candidates = _candidates(benchmark, circumstances, chosen)
    tier = candidates[0] if len(candidates) == 1 else None
    words = _about_tier(tier, candidates, chosen=bool(chosen))
    missing = dict.fromkeys(
        fact for one in benchmark.tiers if tier is None for fact in unanswered(one.criteria, circumstances)
    )
    tier_fine: Range | None = None
    if tier is not None and tier.fine is not None:
        try:
            tier_fine = tier.fine.for_base(_base(tier.fine, circumstances))
        except MissingBaseError as error:
            words.append(error.message)
            missing |= {_base_fact(tier.fine): None}
        else:
            if tier_fine != tier.fine:
                words.append(f"{tier.fine.label}，换算为{tier_fine.label}。")
    law = _law_in_fen(benchmark, circumstances)
    fitting = [
        factor for factor in (*statutory_factors(), *benchmark.factors) if all_hold(factor.criteria, circumstances)
    ]
    outcome, fine, effects = _apply(fitting, tier_fine, law)
    words += [effect.words for effect in effects]
    words += [
        f"符合{one.entry.list_label}第{one.entry.number}项“{one.entry.matter}”：{one.entry.treatment}；不适用的要说明理由。"
        for one in lists
        if one.match is Match.FITS
    ]
    return Assessment(
        tier=tier,
        candidates=candidates,
        tier_fine=tier_fine,
        fine=None if outcome is Direction.NO_PENALTY else fine,
        outcome=outcome,
        effects=effects,
        lists=lists,
        missing=tuple(missing),
        basis=tuple(dict.fromkeys((*benchmark.basis, *(factor.basis for factor in fitting)))),
        explanation=tuple(words),
    )


def match_lists(entries: Iterable[ListEntry], item: str, circumstances: Circumstances) -> tuple[ListMatch, ...]:
    """
    Compare the entries for an item with the case; those that fit come first, those that do not are left out.

    An entry without written criteria can be judged by a person only: it is *unknown*.
    """
    found = []
    for entry in entries:
        if entry.item != item:
            continue
        holds = all_hold(entry.criteria, circumstances) if entry.criteria else None
        if holds is False:
            continue
        match = Match.UNKNOWN if holds is None else Match.FITS
        found.append(ListMatch(entry=entry, match=match, missing=unanswered(entry.criteria, circumstances)))
    return tuple(sorted(found, key=lambda one: (one.match is not Match.FITS, one.entry.list_kind, one.entry.number)))


def milder(first: Range | None, second: Range | None) -> int:
    """
    Compare two outcomes for the party: -1 if the first is milder, 1 if the second is, 0 if they are alike.

    No fine is milder than any; then the lower upper end; then the lower lower end.

    Source: 行政处罚法（2021）第三十七条.
    """
    keys = [(-1, -1) if one is None else (_end(one), int(one.low)) for one in (first, second)]
    return (keys[0] > keys[1]) - (keys[0] < keys[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoLaws:
    """What the rules of the act's day and those of the decision's day would give, and which applies."""

    then: Assessment
    now: Assessment
    applies_now: bool
    words: str


def assess_over_time(
    then: Benchmark,
    now: Benchmark,
    circumstances: Circumstances,
    *,
    entries: Iterable[ListEntry] = (),
    chosen: str = "",
) -> TwoLaws:
    """
    Compute both outcomes where the benchmark changed between act and decision, and say which applies.

    Source: 行政处罚法（2021）第三十七条: the old one, unless the new one is milder.
    """
    listed = tuple(entries)
    before = assess(then, circumstances, entries=listed, chosen=chosen)
    after = assess(now, circumstances, entries=listed, chosen=chosen)
    newer = milder(after.fine, before.fine) < 0
    words = (
        f"行为时：{_shown(before)}；现在：{_shown(after)}。"
        f"{'现行规定处罚较轻，适用现行规定。' if newer else '适用违法行为发生时的规定。'}"
    )
    return TwoLaws(then=before, now=after, applies_now=newer, words=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """The fines of like cases: how many, and where they lie; all in fen."""

    count: int
    least: int
    lower_quarter: int
    median: int
    upper_quarter: int
    most: int

    @property
    def label(self) -> str:
        """Write it in a sentence."""
        return (
            f"{self.count}件同类案件罚款在{in_yuan(self.least)}至{in_yuan(self.most)}之间，中位数{in_yuan(self.median)}，"
            f"一半在{in_yuan(self.lower_quarter)}至{in_yuan(self.upper_quarter)}之间。"
        )


def distribution(fines_fen: Iterable[int]) -> Distribution | None:
    """Say where the fines of like cases lie; ``None`` where there are none. Quartiles are fines that were imposed."""
    fines = sorted(fines_fen)
    if not fines:
        return None
    last = len(fines) - 1
    return Distribution(
        count=len(fines),
        least=fines[0],
        lower_quarter=fines[last // 4],
        median=fines[last // 2],
        upper_quarter=fines[last * 3 // 4],
        most=fines[-1],
    )


def outside_benchmark(benchmark: Benchmark, fines: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """List the cases whose fine lies in no tier (fixed amounts only; multiples need the case's own base)."""
    ranges = [tier.fine for tier in benchmark.tiers if tier.fine is not None]
    return tuple(case for case, fine in fines if not any(one.contains(fine) for one in ranges))


def _candidates(benchmark: Benchmark, circumstances: Circumstances, chosen: str) -> tuple[Tier, ...]:
    if chosen:
        return tuple(tier for tier in benchmark.tiers if tier.name == chosen)
    judged = [(tier, all_hold(tier.criteria, circumstances) if tier.criteria else None) for tier in benchmark.tiers]
    certain = tuple(tier for tier, holds in judged if holds)
    return certain or tuple(tier for tier, holds in judged if holds is None)


def _about_tier(tier: Tier | None, candidates: tuple[Tier, ...], *, chosen: bool) -> list[str]:
    if tier is not None:
        how = "由您选定" if chosen else "按情节"
        fine = f"，{tier.fine.label}" if tier.fine else "，不罚款"
        return [f"{how}属于“{tier.name}”{fine}。"]
    if not candidates:
        return ["没有一档的条件与所填情节相符，请核对情节，或者说明理由后选择一档。"]
    return [
        f"还不能确定档次，可能是：{'、'.join(one.name for one in candidates)}。请补充情节，或者按各档的适用条件选定。"
    ]


def _base_fact(fine: Range) -> Fact:
    code = {"违法所得": "gains_fen", "货值金额": "value_fen"}.get(fine.of, "quantity")
    return FACTS[code]


def _base(fine: Range, circumstances: Circumstances) -> int | None:
    answer = circumstances.get(_base_fact(fine).code)
    return answer if isinstance(answer, int) else None


def _law_in_fen(benchmark: Benchmark, circumstances: Circumstances) -> Range | None:
    if benchmark.law_fine is None:
        return None
    try:
        return benchmark.law_fine.for_base(_base(benchmark.law_fine, circumstances))
    except MissingBaseError:
        return None


def _apply(
    fitting: list[Factor], tier_fine: Range | None, law: Range | None
) -> tuple[Direction | None, Range | None, tuple[Effect, ...]]:
    """Apply the factors: sparing first, then mitigation, then lighter or heavier within the tier."""
    by = {direction: [one for one in fitting if one.direction is direction] for direction in Direction}
    effects: list[Effect] = []
    fine = tier_fine
    outcome: Direction | None = None
    for factor in by[Direction.NO_PENALTY]:
        outcome = Direction.NO_PENALTY
        effects.append(_effect(factor, tier_fine, None, "不予处罚，并对当事人进行教育"))
    for factor in by[Direction.MAY_SPARE]:
        outcome = outcome or Direction.MAY_SPARE
        effects.append(_effect(factor, tier_fine, tier_fine, "可以不予处罚；仍予处罚的，在幅度以内从轻"))
    mitigating, lighter, heavier = by[Direction.MITIGATED], by[Direction.LIGHTER], by[Direction.HEAVIER]
    if (mitigating or lighter) and heavier:
        words = "同时有从轻、减轻和从重的情节，不自动折算，请综合裁量并写明理由"
        effects += [_effect(factor, fine, fine, words) for factor in (*mitigating, *lighter, *heavier)]
        return outcome, fine, tuple(effects)
    for factor in mitigating:
        after = _mitigated(factor, fine, law)
        effects.append(_effect(factor, fine, after, _mitigation_words(after, law)))
        fine = after
        outcome = outcome or Direction.MITIGATED
    for factor in lighter:
        after = fine if fine is None or factor.percent is None else fine.lower_part(factor.percent)
        effects.append(_effect(factor, fine, after, _part_words(factor, after, "较低")))
        fine = after
        outcome = outcome or Direction.LIGHTER
    for factor in heavier:
        after = fine if fine is None or factor.percent is None else fine.upper_part(factor.percent)
        effects.append(_effect(factor, fine, after, _part_words(factor, after, "较高")))
        fine = after
        outcome = outcome or Direction.HEAVIER
    return outcome, fine, tuple(effects)


def _mitigated(factor: Factor, fine: Range | None, law: Range | None) -> Range | None:
    """Widen the range downwards: below the law's minimum, where it has one; never below the factor's floor."""
    if fine is None or law is None:
        return fine
    if law.low == 0:
        return Range(low=Fraction(0), high=fine.high, high_open=fine.high_open)
    floor = Fraction(0) if factor.percent is None else Fraction(-(-law.low * factor.percent // 100))
    return Range(low=floor, high=fine.high, low_open=floor == 0, high_open=fine.high_open)


def _mitigation_words(after: Range | None, law: Range | None) -> str:
    if after is None or law is None:
        return "从轻或者减轻处罚"
    if law.low == 0:
        return f"从轻处罚，最高{in_yuan(int(after.high))}（法定幅度没有下限，无从减轻）" if after.high else "从轻处罚"
    return (
        f"应当从轻或者减轻处罚：从轻在本档以内，减轻可以低于法定下限{in_yuan(int(law.low))}，"
        f"{'不低于' + in_yuan(int(after.low)) if after.low else '低多少由本机关综合裁量并写明理由'}"
    )


def _part_words(factor: Factor, after: Range | None, where: str) -> str:
    if after is None:
        return f"在幅度以内取{where}的部分"
    if factor.percent is None:
        return f"在{after.label}以内取{where}的数额（基准没有量化）"
    return f"取幅度{where}的{factor.percent}%：{after.label}"


def _effect(factor: Factor, before: Range | None, after: Range | None, words: str) -> Effect:
    return Effect(factor=factor, before=before, after=after, words=f"{factor.label}：{words}。")


def _end(one: Range) -> int:
    return 10**15 if one.high is None else int(one.high)


def _shown(one: Assessment) -> str:
    if one.outcome is Direction.NO_PENALTY:
        return "不予处罚"
    return one.fine.label if one.fine else "不罚款或者尚不能确定"
