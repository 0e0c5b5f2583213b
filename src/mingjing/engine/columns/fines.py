"""
Columns of the kinds of rule that hold one fine against others (:mod:`mingjing.domain.rules.kinds.fines`).

The median absolute deviation of a moving window costs the length of the window for every row. Instead, quantiles of the
window (cheap) bound it from below and from above; only a decision that the bounds leave open is held against its peers
one by one. All comparisons are of whole numbers, so the answer is exact.
"""

from collections.abc import Mapping

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
COARSE = {"q4": "0.25", "q12": "0.75", **MEDIANS}
FINE = {**{f"q{nth}": str(nth / 16) for nth in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15)}, **MEDIANS}
"""Shares of the peers, in sixteenths."""
LARGE_GROUP = 4_000
"""From so many decisions alike on, finer quantiles are cheaper than what the quartiles leave open."""


@columns.register
def _(kind: FineOutlier, rule: Rule, context: Context) -> str:
    months, fewest = (context.parameter(name, day="d.day", agency="d.agency") for name in (kind.MONTHS, kind.PEERS))
    deviations, ratio = (
        f"CAST({context.parameter(name, day='d.day', agency='d.agency', multiply=100)} AS BIGINT)"
        for name in (kind.DEVIATIONS, kind.RATIO)
    )
    known = "d.fine IS NOT NULL AND d.item IS NOT NULL AND d.party_kind IS NOT NULL"
    groups = (
        "SELECT item, tier, party_kind, cases, row_number() OVER (ORDER BY item, tier, party_kind) AS g FROM ("
        f"SELECT item, tier, party_kind, count(*) AS cases FROM decided d WHERE d.tier IS NOT NULL AND {known} "
        "GROUP BY item, tier, party_kind) d"
    )
    since = context.dialect.add_months("d.day", f"-({months})")
    candidates = (
        f"SELECT d.k, d.day, d.fine, g.g, g.cases, d.day - {since} - 1 AS back, {fewest} AS fewest, {deviations} AS z, "
        f"{ratio} AS ratio, {months} AS months FROM decided d JOIN groups g "
        "ON g.item = d.item AND g.tier = d.tier AND g.party_kind = d.party_kind "
        f"WHERE {known} AND {months} IS NOT NULL AND {deviations} IS NOT NULL AND {ratio} IS NOT NULL"
    )
    judged = _by_bounds(context) if context.dialect.slides else _one_by_one(context)
    return outcome(
        k="d.k",
        s=f"CASE WHEN {known} THEN coalesce(j.s, 0) ELSE 3 END",
        values=("j.fine", "j.middle", "j.peers", "j.months"),
        evidence=("d.e",),
        source=(
            f"decided d LEFT JOIN (WITH groups AS ({groups}), candidates AS ({candidates}), {judged}) j ON j.k = d.k "
            "WHERE d.tier IS NOT NULL"
        ),
    )


def _by_bounds(context: Context) -> str:
    """
    Judge by what bounds the median deviation; count only where the bounds leave it open.

    Fines alike on one day are counted together, and of those like this one, one is this one.
    """
    left_open = (
        "SELECT row_number() OVER (ORDER BY g, day, fine) AS o, * FROM ("
        "SELECT DISTINCT g, day, back, fine, middle, off, peers, z, ratio FROM screened WHERE s IS NULL) d"
    )
    others = "p.w - CASE WHEN p.day = o.day AND p.fine = o.fine THEN 1 ELSE 0 END"
    counted = (
        f"SELECT o.o, {_counts(others)} "
        "FROM left_open o JOIN weighted p ON p.g = o.g AND p.day BETWEEN o.day - o.back AND o.day "
        f"WHERE {others} > 0 GROUP BY o.o"
    )
    same = " AND ".join(f"t.{name} = j.{name}" for name in ("g", "day", "back", "fine", "z", "ratio"))
    return (
        f"small AS (SELECT * FROM candidates WHERE cases < {LARGE_GROUP}), "
        f"large AS (SELECT * FROM candidates WHERE cases >= {LARGE_GROUP}), "
        f"screened AS ({_screened(context, 'small', COARSE)} UNION ALL {_screened(context, 'large', FINE)}), "
        f"left_open AS ({left_open}), "
        "weighted AS (SELECT g, day, fine, count(*) AS w FROM candidates GROUP BY g, day, fine), "
        f"counted AS ({counted}), "
        f"settled AS (SELECT o.*, {_by_counts(context)} AS s FROM left_open o JOIN counted n ON n.o = o.o) "
        "SELECT j.k, coalesce(j.s, t.s) AS s, j.fine, j.middle, j.peers, j.months "
        f"FROM screened j LEFT JOIN settled t ON {same}"
    )


def _one_by_one(context: Context) -> str:
    """Judge by counting against all peers, where a quantile is found anew for each row anyway."""
    own = ("k", "fine", "middle", "off", "peers", "z", "ratio", "months")
    middles = (
        "SELECT *, median_low + median_high AS middle, abs(2 * fine - median_low - median_high) AS off "
        f"FROM ({context.dialect.peer_quantiles('candidates', MEDIANS)}) q WHERE peers >= fewest AND peers > 0"
    )
    counted = (
        f"SELECT {', '.join(f'o.{name}' for name in own)}, {_counts('1')} FROM middles o JOIN candidates p "
        "ON p.g = o.g AND p.day BETWEEN o.day - o.back AND o.day AND p.k <> o.k "
        f"GROUP BY {', '.join(f'o.{name}' for name in own)}"
    )
    status = f"CASE WHEN o.off = 0 THEN 1 ELSE {_by_counts(context, 'o')} END"
    return (
        f"middles AS ({middles}), counted AS ({counted}) SELECT o.k, {status} AS s, o.fine, o.middle, o.peers, o.months "
        "FROM counted o"
    )


def _counts(weight: str) -> str:
    """Count the peers ``p`` of ``o`` on the median, and those that deviate less than would make it normal."""
    deviation = "abs(2 * p.fine - o.middle)"
    less = f"{deviation} * o.z * {NORMAL.numerator} < o.off * {SCALE}"
    return (
        f"coalesce(sum({weight}) FILTER (WHERE {deviation} = 0), 0) AS equal, "
        f"coalesce(sum({weight}) FILTER (WHERE {less}), 0) AS less, "
        f"max(CASE WHEN {less} THEN {deviation} END) AS below, min(CASE WHEN NOT ({less}) THEN {deviation} END) AS above"
    )


def _by_counts(context: Context, n: str = "n") -> str:
    """The status of ``o`` by the counts in ``n``: whether its deviation is within the allowed multiple of the median's."""
    half = context.dialect.divide("o.peers", "2")
    lower = context.dialect.divide("o.peers + 1", "2")
    return (
        f"CASE WHEN {n}.equal > {half} THEN {_by_ratio('o.')} "
        f"WHEN {n}.less < {lower} THEN 1 WHEN o.peers % 2 = 1 OR {n}.less > {lower} THEN 2 "
        f"WHEN 2 * o.off * {SCALE} <= o.z * {NORMAL.numerator} * ({n}.below + {n}.above) THEN 1 ELSE 2 END"
    )


def _by_ratio(alias: str) -> str:
    """The status by the ratio to the median, which stands doubled."""
    fine, middle, ratio = (f"{alias}{name}" for name in ("fine", "middle", "ratio"))
    return f"CASE WHEN 200 * {fine} <= {ratio} * {middle} AND 100 * {middle} <= 2 * {ratio} * {fine} THEN 1 ELSE 2 END"


def _screened(context: Context, table: str, shares: Mapping[str, str]) -> str:
    """
    Judge what quantiles of the peers can settle; the status of the rest is null.

    From the quantile at any share below the half to the one half of the peers further on lie half of them. So half of
    the deviations from the median are no smaller than that of the nearer of the two, and half no greater than that of
    the farther one: the median deviation lies between. Everything is doubled, as a median may lie half-way.
    """
    pairs = [(f"q{nth}", f"q{nth + 8}") for nth in range(1, 8) if f"q{nth}" in shares]
    sides = [(f"middle - 2 * {lower}", f"2 * {upper} - middle") for lower, upper in pairs]
    low = [f"least({one}, {other})" for one, other in sides]
    high = [f"greatest({one}, {other})" for one, other in sides]
    bounded = (
        "SELECT *, abs(2 * fine - middle) AS off, "
        f"{low[0] if len(low) == 1 else f'greatest({", ".join(low)})'} AS low, "
        f"{high[0] if len(high) == 1 else f'least({", ".join(high)})'} AS high FROM ("
        f"SELECT *, median_low + median_high AS middle FROM ({context.dialect.peer_quantiles(table, shares)}) q "
        "WHERE peers >= fewest AND peers > 0) m"
    )
    allowed = f"z * {NORMAL.numerator}"
    return (
        "SELECT k, g, day, back, fine, middle, off, peers, z, ratio, months, CASE WHEN off = 0 THEN 1 "
        f"WHEN high = 0 THEN {_by_ratio('')} WHEN low > 0 AND off * {SCALE} <= {allowed} * low THEN 1 "
        f"WHEN low > 0 AND off * {SCALE} > {allowed} * high THEN 2 END AS s FROM ({bounded}) b"
    )
