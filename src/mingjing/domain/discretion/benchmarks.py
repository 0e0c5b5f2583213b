"""
Discretion benchmarks: tiers of an item, and the two borders that they never leave.

The law's range is the outer border; the superior benchmark (province over city, city over county) is the inner one. A lower
level may refine standard, condition, kind, range and manner, but never leave either.

Source: 行政处罚法（2021）第三十四条；国办发〔2022〕27号.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from mingjing.domain.discretion import ranges
from mingjing.domain.discretion.circumstances import Criterion, criteria_as_data, criteria_of_data
from mingjing.domain.discretion.ranges import Range
from mingjing.kernel.errors import DomainError


class Level(StrEnum):
    """Who set a benchmark; in order, the highest first."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {"nation": "国家", "province": "省级", "city": "市级", "county": "县级"}[self.value]

    def is_above(self, other: "Level") -> bool:
        """Say whether this level binds the other."""
        order = list(Level)
        return order.index(self) < order.index(other)


PENALTY_KINDS: Final = {
    "warning": "警告",
    "criticism": "通报批评",
    "fine": "罚款",
    "confiscation": "没收违法所得、非法财物",
    "license_suspended": "暂扣许可证件",
    "qualification_lowered": "降低资质等级",
    "license_revoked": "吊销许可证件",
    "business_restricted": "限制开展生产经营活动",
    "business_stopped": "责令停产停业",
    "closed": "责令关闭",
    "occupation_barred": "限制从业",
    "detention": "行政拘留",
}
"""The kinds of 行政处罚法第九条, by the codes of the facts standard."""


class Direction(StrEnum):
    """What a factor does."""

    NO_PENALTY = "no_penalty"
    MAY_SPARE = "may_spare"
    MITIGATED = "mitigated"
    LIGHTER = "lighter"
    HEAVIER = "heavier"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {
            "no_penalty": "不予处罚",
            "may_spare": "可以不予处罚",
            "mitigated": "减轻处罚",
            "lighter": "从轻处罚",
            "heavier": "从重处罚",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """
    A circumstance that moves the penalty, with its basis.

    ``percent`` is the part of the tier that remains: 30 with ``LIGHTER`` keeps the lower 30 %, with ``HEAVIER`` the upper
    30 %; with ``MITIGATED`` it is the least share of the law's minimum. ``None`` where the benchmark gives no figure.
    """

    label: str
    direction: Direction
    criteria: tuple[Criterion, ...]
    basis: str
    percent: int | None = None
    must: bool = True
    """应当, or only 可以."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One tier: standard (the name), condition, kinds, range and manner. ``refines`` names the tier above it."""

    name: str
    condition: str = ""
    criteria: tuple[Criterion, ...] = ()
    kinds: tuple[str, ...] = ()
    fine: Range | None = None
    manner: str = ""
    refines: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A benchmark for one item: what the law allows, and its tiers."""

    item: str
    level: Level
    law_fine: Range | None
    law_kinds: tuple[str, ...]
    tiers: tuple[Tier, ...]
    factors: tuple[Factor, ...] = ()
    basis: tuple[str, ...] = ()
    upper: str = ""
    """The pinned reference of the superior benchmark, where there is one."""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One way in which a benchmark leaves its borders; ``tier`` is empty where the whole is meant."""

    code: str
    tier: str
    message: str
    remedy: str


class OutsideRangeError(DomainError):
    """A benchmark leaves the range of the law or of the superior benchmark."""

    code = "discretion.outside_range"


@dataclass(slots=True)
class _Findings:
    found: list[Breach] = field(default_factory=list)

    def add(self, code: str, tier: str, message: str, remedy: str) -> None:
        self.found.append(Breach(code=code, tier=tier, message=message, remedy=remedy))


def breaches(benchmark: Benchmark, upper: Benchmark | None = None) -> tuple[Breach, ...]:
    """
    List every way in which a benchmark leaves the law or the superior benchmark, or contradicts itself.

    Tiers may touch (5,000元以下 and 5,000元以上); they may not overlap. Where there is a superior benchmark, the tiers that
    refine one of its tiers must together cover exactly that tier's range.

    Source: 国办发〔2022〕27号; RZ-21, RZ-22.
    """
    findings = _Findings()
    if not benchmark.tiers:
        findings.add("no_tiers", "", "没有裁量档次。", "至少写一个档次。")
    names = [tier.name for tier in benchmark.tiers]
    for name in {one for one in names if names.count(one) > 1}:
        findings.add("same_name", name, f"有{names.count(name)}个档次都叫“{name}”。", "给每个档次不同的名称。")
    for tier in benchmark.tiers:
        _check_tier(tier, benchmark.law_fine, benchmark.law_kinds, findings)
    _check_overlaps(benchmark.tiers, findings)
    if upper is not None:
        _check_against(benchmark, upper, findings)
    return tuple(findings.found)


def require_within(benchmark: Benchmark, upper: Benchmark | None = None) -> None:
    """
    Require that a benchmark stays within the law and the superior benchmark.

    :raises OutsideRangeError: if it does not; the message names the first breach, ``facts`` hold all
    """
    found = breaches(benchmark, upper)
    if found:
        first = found[0]
        more = f"（另有{len(found) - 1}处）" if len(found) > 1 else ""
        raise OutsideRangeError(f"{first.message}{first.remedy}{more}", breaches=found)


def gaps_and_overlaps(parts: Iterable[Range], whole: Range) -> tuple[tuple[str, Fraction, Fraction], ...]:
    """
    Compare parts with the whole that they should cover: ``("gap" | "overlap" | "outside", from, to)``, in order.

    Parts that merely touch at a point are neither; a point that belongs to none is a gap of no width.
    """
    rows = sorted(parts, key=lambda one: (one.low, _end(one)))
    found: list[tuple[str, Fraction, Fraction]] = [
        ("outside", one.low, _end(one)) for one in rows if not one.within(whole)
    ]
    reached, reached_open = whole.low, not whole.low_open
    for one in rows:
        if one.low > reached or (one.low == reached and reached_open and one.low_open):
            found.append(("gap", reached, one.low))
        elif one.low < reached and one is not rows[0]:
            found.append(("overlap", one.low, min(reached, _end(one))))
        if _end(one) > reached or (_end(one) == reached and reached_open):
            reached, reached_open = _end(one), one.high_open
    end = _end(whole)
    if reached < end or (reached == end and reached_open and not whole.high_open and whole.high is not None):
        found.append(("gap", reached, end))
    return tuple(sorted(found, key=lambda row: (row[1], row[2], row[0])))


_ENDLESS: Final = Fraction(10**15)
"""Stands for no upper limit where ends are compared; more fen than any fine."""


def _end(one: Range) -> Fraction:
    return _ENDLESS if one.high is None else one.high


def _check_tier(tier: Tier, law: Range | None, kinds: tuple[str, ...], findings: _Findings) -> None:
    unknown = [one for one in tier.kinds if one not in PENALTY_KINDS]
    if unknown:
        findings.add(
            "unknown_kind", tier.name, f"“{tier.name}”写了不认识的处罚种类：{'、'.join(unknown)}。", "请改正。"
        )
    beyond = [PENALTY_KINDS[one] for one in tier.kinds if one in PENALTY_KINDS and kinds and one not in kinds]
    if beyond:
        words = "、".join(beyond)
        findings.add(
            "kind_outside_law", tier.name, f"“{tier.name}”的{words}不是依据规定的处罚种类。", "请删去，或者更正依据。"
        )
    if tier.fine is None:
        return
    if law is None:
        findings.add(
            "fine_outside_law", tier.name, f"“{tier.name}”写了罚款，依据没有规定罚款。", "请删去罚款，或者更正依据。"
        )
    elif not tier.fine.comparable(law):
        message = f"“{tier.name}”按{_how(tier.fine)}罚款，依据按{_how(law)}罚款，两者不能比较。"
        findings.add("measure_differs", tier.name, message, "请用依据规定的计算方式。")
    elif not tier.fine.within(law):
        message = f"“{tier.name}”的{tier.fine.label}超出了法定幅度{law.label}。"
        findings.add("outside_law", tier.name, message, "请改在法定幅度以内。")


def _how(one: Range) -> str:
    return one.measure.label + (f"（{one.of}）" if one.of else "")


def _check_overlaps(tiers: tuple[Tier, ...], findings: _Findings) -> None:
    """Two tiers with the same conditions' worth of fines: only tiers for fines measured alike are compared."""
    fined = [(tier, tier.fine) for tier in tiers if tier.fine is not None]
    for number, (tier, fine) in enumerate(fined):
        for other, its in fined[number + 1 :]:
            if not fine.comparable(its):
                continue
            low, high = max(fine.low, its.low), min(_end(fine), _end(its))
            same = fine == its
            if (low < high or same) and not _told_apart(tier, other):
                message = f"“{tier.name}”（{fine.label}）与“{other.name}”（{its.label}）的幅度重叠。"
                findings.add("overlap", other.name, message, "请使各档首尾相接，互不重叠。")


def _told_apart(one: Tier, other: Tier) -> bool:
    """Tiers for different kinds of party (公民, 单位) may have the same amounts."""
    parties = [
        {str(value) for criterion in tier.criteria if criterion.fact == "party" for value in _values(criterion)}
        for tier in (one, other)
    ]
    return bool(parties[0]) and bool(parties[1]) and not parties[0] & parties[1]


def _values(criterion: Criterion) -> tuple[object, ...]:
    return criterion.value if isinstance(criterion.value, tuple) else (criterion.value,)


def _check_against(benchmark: Benchmark, upper: Benchmark, findings: _Findings) -> None:
    if not upper.level.is_above(benchmark.level):
        message = f"{upper.level.label}基准不是{benchmark.level.label}基准的上级基准。"
        findings.add("not_above", "", message, "请选择上级机关的基准。")
    above = {tier.name: tier for tier in upper.tiers}
    refining: dict[str, list[Tier]] = {}
    for tier in benchmark.tiers:
        if tier.refines and tier.refines not in above:
            findings.add(
                "no_such_tier", tier.name, f"上级基准没有“{tier.refines}”这一档。", "请从上级基准的档次中选择。"
            )
            continue
        parent = above.get(tier.refines) or _tier_around(tier, upper)
        if parent is None:
            if tier.fine is not None:
                ranges = "；".join(f"{one.name}{one.fine.label}" for one in upper.tiers if one.fine)
                message = f"“{tier.name}”的{tier.fine.label}不在上级基准的任何一档以内（{ranges or '上级基准没有罚款档次'}）。"
                findings.add("outside_upper", tier.name, message, "请改在上级基准的幅度以内。")
            continue
        refining.setdefault(parent.name, []).append(tier)
        _check_refinement(tier, parent, findings)
    for name, tiers in refining.items():
        _check_cover(tiers, above[name], findings)
    for name, tier in above.items():
        if name not in refining and tier.fine is not None:
            findings.add(
                "not_covered",
                "",
                f"没有细化上级基准的“{name}”（{tier.fine.label}）。",
                "请补上这一档，或者照用上级的档次。",
            )


def _tier_around(tier: Tier, upper: Benchmark) -> Tier | None:
    if tier.fine is None:
        return next((one for one in upper.tiers if one.fine is None), None)
    return next((one for one in upper.tiers if one.fine and tier.fine.within(one.fine)), None)


def _check_refinement(tier: Tier, parent: Tier, findings: _Findings) -> None:
    if tier.fine is not None and (parent.fine is None or not tier.fine.within(parent.fine)):
        limit = parent.fine.label if parent.fine else "不罚款"
        message = f"“{tier.name}”的{tier.fine.label}超出了上级基准“{parent.name}”的{limit}。"
        findings.add("outside_upper", tier.name, message, "请改在上级基准的幅度以内。")
    beyond = [PENALTY_KINDS.get(one, one) for one in tier.kinds if parent.kinds and one not in parent.kinds]
    if beyond:
        message = f"“{tier.name}”的{'、'.join(beyond)}不在上级基准“{parent.name}”的处罚种类以内。"
        findings.add("kind_outside_upper", tier.name, message, "请删去。")


def _check_cover(tiers: list[Tier], parent: Tier, findings: _Findings) -> None:
    if parent.fine is None:
        return
    parts = [tier.fine for tier in tiers if tier.fine is not None and tier.fine.within(parent.fine)]
    words = Range(measure=parent.fine.measure, low=parent.fine.low, high=parent.fine.high, of=parent.fine.of)
    for kind, low, high in gaps_and_overlaps(parts, parent.fine):
        span = Range(measure=words.measure, low=low, high=None if high == _ENDLESS else high, of=words.of).label
        if kind == "gap":
            findings.add("gap", "", f"细化“{parent.name}”时漏了{span}。", "各档合起来应当正好是上级的幅度。")
        elif kind == "overlap":
            findings.add("overlap", "", f"细化“{parent.name}”时{span}归入了不止一档。", "各档应当首尾相接，互不重叠。")


def consecutive(tiers: tuple[Tier, ...]) -> bool:
    """Say whether the fined tiers go up without a step back, as a reader expects."""
    fined = [tier.fine for tier in tiers if tier.fine is not None]
    return all(left.low <= right.low for left, right in pairwise(fined))


def as_data(benchmark: Benchmark) -> dict[str, Any]:
    """Write a benchmark as plain data, exactly."""
    return {
        "item": benchmark.item,
        "level": benchmark.level.value,
        "law_fine": ranges.as_data(benchmark.law_fine),
        "law_kinds": list(benchmark.law_kinds),
        "basis": list(benchmark.basis),
        "upper": benchmark.upper,
        "notes": benchmark.notes,
        "tiers": [
            {
                "name": tier.name,
                "condition": tier.condition,
                "criteria": criteria_as_data(tier.criteria),
                "kinds": list(tier.kinds),
                "fine": ranges.as_data(tier.fine),
                "manner": tier.manner,
                "refines": tier.refines,
            }
            for tier in benchmark.tiers
        ],
        "factors": [
            {
                "label": factor.label,
                "direction": factor.direction.value,
                "criteria": criteria_as_data(factor.criteria),
                "basis": factor.basis,
                "percent": factor.percent,
                "must": factor.must,
            }
            for factor in benchmark.factors
        ],
    }


def of_data(data: Mapping[str, Any]) -> Benchmark:
    """
    Read a benchmark from :func:`as_data`.

    :raises UnknownFactError: if a condition is malformed
    :raises UnreadableRangeError: if a range is none
    """
    return Benchmark(
        item=str(data.get("item", "")),
        level=Level(data.get("level", "county")),
        law_fine=ranges.of_data(data.get("law_fine")),
        law_kinds=tuple(data.get("law_kinds") or ()),
        basis=tuple(data.get("basis") or ()),
        upper=str(data.get("upper", "")),
        notes=str(data.get("notes", "")),
        tiers=tuple(
            Tier(
                name=str(row.get("name", "")),
                condition=str(row.get("condition", "")),
                criteria=criteria_of_data(row.get("criteria") or []),
                kinds=tuple(row.get("kinds") or ()),
                fine=ranges.of_data(row.get("fine")),
                manner=str(row.get("manner", "")),
                refines=str(row.get("refines", "")),
            )
            for row in data.get("tiers") or ()
        ),
        factors=tuple(
            Factor(
                label=str(row.get("label", "")),
                direction=Direction(row["direction"]),
                criteria=criteria_of_data(row.get("criteria") or []),
                basis=str(row.get("basis", "")),
                percent=row.get("percent"),
                must=bool(row.get("must", True)),
            )
            for row in data.get("factors") or ()
        ),
    )
