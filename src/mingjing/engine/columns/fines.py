"""
Columns of the kinds of rule that hold one fine against others (:mod:`mingjing.domain.rules.kinds.fines`).

Every decision is held against its peers one by one, which suits a cluster; in the process, :mod:`mingjing.engine.kernels.fines`
comes to the same much faster. All comparisons are of whole numbers, so the answer is exact.
"""

from dataclasses import dataclass

from mingjing.domain.rules.kinds.fines import NORMAL, DoubleFine, FineOutlier
from mingjing.domain.rules.model import Rule
from mingjing.engine.columns import columns, outcome
from mingjing.engine.context import Context

SCALE = 100 * NORMAL.denominator
"""What makes a multiple given in hundredths, times the constant of normality, a whole number."""


@columns.register
def _(kind: DoubleFine, rule: Rule, context: Context) -> str:
    known = "d.fine > 0 AND d.party IS NOT NULL AND d.act_code IS NOT NULL AND d.act IS NOT NULL"
    alike = (
        f"PARTITION BY party, act_code, act ORDER BY {context.dialect.divide('m', '2')}, k "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    )
    first = ", ".join(f"first_value({name}) OVER ({alike}) AS first_{name}" for name in ("k", "e", "m", "fine"))
    ranked = f"SELECT d.k, {first} FROM decided d WHERE {known}"
    return outcome(
        k="d.k",
        s="CASE WHEN f.k IS NULL THEN 3 WHEN f.first_k = d.k THEN 1 ELSE 2 END",
        values=("d.m", "d.fine", "f.first_m", "f.first_fine"),
        evidence=("d.e", "f.first_k", "f.first_e"),
        source=f"decided d LEFT JOIN ({ranked}) f ON f.k = d.k WHERE d.fine IS NULL OR d.fine > 0",
    )


MEDIANS = {"median_low": "0.5", "median_high": "0.500000001"}
"""A hair above the half is the upper median of an even number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """SQL of the parameters of a comparison, for a decision ``d``; the multiples are in hundredths."""

    months: str
    fewest: str
    deviations: str
    ratio: str


def limits(kind: FineOutlier, context: Context) -> Limits:
    """The parameters of a comparison with peers."""
    months, fewest = (context.parameter(name, day="d.day", agency="d.agency") for name in (kind.MONTHS, kind.PEERS))
    deviations, ratio = (
        f"CAST({context.parameter(name, day='d.day', agency='d.agency', multiply=100)} AS BIGINT)"
        for name in (kind.DEVIATIONS, kind.RATIO)
    )
    return Limits(months=months, fewest=fewest, deviations=deviations, ratio=ratio)


@columns.register
def _(kind: FineOutlier, rule: Rule, context: Context) -> str:
    limit = limits(kind, context)
    known = "d.fine IS NOT NULL AND d.item IS NOT NULL AND d.party_kind IS NOT NULL"
    groups = (
        "SELECT item, tier, party_kind, row_number() OVER (ORDER BY item, tier, party_kind) AS g FROM ("
        f"SELECT DISTINCT item, tier, party_kind FROM decided d WHERE d.tier IS NOT NULL AND {known}) d"
    )
    since = context.dialect.add_months("d.day", f"-({limit.months})")
    candidates = (
        f"SELECT d.k, d.day, d.fine, g.g, d.day - {since} - 1 AS back, {limit.fewest} AS fewest, "
        f"{limit.deviations} AS z, {limit.ratio} AS ratio, {limit.months} AS months FROM decided d JOIN groups g "
        "ON g.item = d.item AND g.tier = d.tier AND g.party_kind = d.party_kind "
        f"WHERE {known} AND {limit.months} IS NOT NULL AND {limit.deviations} IS NOT NULL AND {limit.ratio} IS NOT NULL"
    )
    own = ("k", "fine", "middle", "off", "peers", "z", "ratio", "months")
    middles = (
        "SELECT *, median_low + median_high AS middle, abs(2 * fine - median_low - median_high) AS off "
        f"FROM ({context.dialect.peer_quantiles('candidates', MEDIANS)}) q WHERE peers >= fewest AND peers > 0"
    )
    counted = (
        f"SELECT {', '.join(f'o.{name}' for name in own)}, {_counts()} FROM middles o JOIN candidates p "
        "ON p.g = o.g AND p.day BETWEEN o.day - o.back AND o.day AND p.k <> o.k "
        f"GROUP BY {', '.join(f'o.{name}' for name in own)}"
    )
    judged = (
        f"SELECT o.k, CASE WHEN o.off = 0 THEN 1 ELSE {_by_counts(context)} END AS s, o.fine, o.middle, o.peers, o.months "
        "FROM counted o"
    )
    source = f"WITH groups AS ({groups}), candidates AS ({candidates}), middles AS ({middles}), counted AS ({counted}) {judged}"
    return outcome(
        k="d.k",
        s=f"CASE WHEN {known} THEN coalesce(j.s, 0) ELSE 3 END",
        values=("j.fine", "j.middle", "j.peers", "j.months"),
        evidence=("d.e",),
        source=f"decided d LEFT JOIN ({source}) j ON j.k = d.k WHERE d.tier IS NOT NULL",
    )


def _counts() -> str:
    """Count the peers ``p`` of ``o`` on the median, and those that deviate less than would make it normal."""
    deviation = "abs(2 * p.fine - o.middle)"
    less = f"{deviation} * o.z * {NORMAL.numerator} < o.off * {SCALE}"
    return (
        f"count(*) FILTER (WHERE {deviation} = 0) AS equal, count(*) FILTER (WHERE {less}) AS less, "
        f"max(CASE WHEN {less} THEN {deviation} END) AS below, min(CASE WHEN NOT ({less}) THEN {deviation} END) AS above"
    )


def _by_counts(context: Context) -> str:
    """The status of ``o`` by its counts: whether its deviation is within the allowed multiple of the median's."""
    half = context.dialect.divide("o.peers", "2")
    lower = context.dialect.divide("o.peers + 1", "2")
    near = "200 * o.fine <= o.ratio * o.middle AND 100 * o.middle <= 2 * o.ratio * o.fine"
    return (
        f"CASE WHEN o.equal > {half} THEN CASE WHEN {near} THEN 1 ELSE 2 END "
        f"WHEN o.less < {lower} THEN 1 WHEN o.peers % 2 = 1 OR o.less > {lower} THEN 2 "
        f"WHEN 2 * o.off * {SCALE} <= o.z * {NORMAL.numerator} * (o.below + o.above) THEN 1 ELSE 2 END"
    )
