"""
Columns of the kinds of rule that hold one fine against others (:mod:`mingjing.domain.rules.kinds.fines`).

The median absolute deviation of a moving window costs the length of the window for every row. Instead, quartiles of the
window (cheap) bound it from below and from above; only a decision that the bounds leave open is held against its peers
one by one. All comparisons are of whole numbers, so the answer is exact.
"""

from mingjing.domain.rules.kinds.fines import NORMAL, DoubleFine, FineOutlier
from mingjing.domain.rules.model import Rule
from mingjing.engine.columns import columns, outcome
from mingjing.engine.context import Context


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


@columns.register
def _(kind: FineOutlier, rule: Rule, context: Context) -> str:
    months, fewest = (context.parameter(name, day="d.day", agency="d.agency") for name in (kind.MONTHS, kind.PEERS))
    deviations, ratio = (
        f"CAST({context.parameter(name, day='d.day', agency='d.agency', multiply=100)} AS BIGINT)"
        for name in (kind.DEVIATIONS, kind.RATIO)
    )
    known = "d.fine IS NOT NULL AND d.item IS NOT NULL AND d.party_kind IS NOT NULL"
    groups = (
        "SELECT item, tier, party_kind, row_number() OVER (ORDER BY item, tier, party_kind) AS g FROM ("
        f"SELECT DISTINCT item, tier, party_kind FROM decided d WHERE d.tier IS NOT NULL AND {known}) d"
    )
    since = context.dialect.add_months("d.day", f"-({months})")
    candidates = (
        f"SELECT d.k, d.day, d.fine, g.g, d.day - {since} - 1 AS back, {fewest} AS fewest, {deviations} AS z, "
        f"{ratio} AS ratio, {months} AS months FROM decided d JOIN groups g "
        "ON g.item = d.item AND g.tier = d.tier AND g.party_kind = d.party_kind "
        f"WHERE {known} AND {months} IS NOT NULL"
    )
    # Everything is doubled: the median may lie half-way between two fines.
    doubled = (
        "SELECT k, g, day, back, fine, peers, months, z, ratio, median_low + median_high AS middle, "
        "abs(2 * fine - median_low - median_high) AS off, "
        "least(median_low + median_high - 2 * quarter, 2 * three_quarters - median_low - median_high) AS low, "
        "greatest(median_low + median_high - 2 * quarter, 2 * three_quarters - median_low - median_high) AS high "
        f"FROM ({context.dialect.peer_quartiles('candidates')}) q "
        "WHERE peers >= fewest AND peers > 0 AND z IS NOT NULL AND ratio IS NOT NULL"
    )
    scale = 100 * NORMAL.denominator
    allowed = NORMAL.numerator
    # A quarter of the peers lies below the first quartile and a quarter above the third, so that half of the deviations
    # are no smaller than the nearer quartile's, and half no greater than the farther one's.
    screened = (
        f"SELECT *, CASE WHEN off = 0 THEN 1 WHEN high = 0 THEN CASE WHEN 200 * fine <= ratio * middle "
        f"AND 100 * middle <= 2 * ratio * fine THEN 1 ELSE 2 END WHEN low > 0 AND off * {scale} <= z * {allowed} * low THEN 1 "
        f"WHEN low > 0 AND off * {scale} > z * {allowed} * high THEN 2 END AS s FROM ({doubled}) d"
    )
    # What remains is counted against its peers: how many lie on the median, and how many deviate less than would do.
    deviation = "abs(2 * p.fine - o.middle)"
    less = f"{deviation} * o.z * {allowed} < o.off * {scale}"
    counted = (
        f"SELECT o.k, count(*) FILTER (WHERE {deviation} = 0) AS equal, count(*) FILTER (WHERE {less}) AS less, "
        f"max(CASE WHEN {less} THEN {deviation} END) AS below, min(CASE WHEN NOT ({less}) THEN {deviation} END) AS above "
        "FROM screened o JOIN candidates p ON p.g = o.g AND p.day BETWEEN o.day - o.back AND o.day AND p.k <> o.k "
        "WHERE o.s IS NULL GROUP BY o.k"
    )
    half = context.dialect.divide("o.peers", "2")
    lower = context.dialect.divide("o.peers + 1", "2")
    exactly = (
        f"CASE WHEN n.equal > {half} THEN CASE WHEN 200 * o.fine <= o.ratio * o.middle "
        f"AND 100 * o.middle <= 2 * o.ratio * o.fine THEN 1 ELSE 2 END "
        f"WHEN n.less < {lower} THEN 1 WHEN o.peers % 2 = 1 OR n.less > {lower} THEN 2 "
        f"WHEN 2 * o.off * {scale} <= o.z * {allowed} * (n.below + n.above) THEN 1 ELSE 2 END"
    )
    judged = (
        f"WITH groups AS ({groups}), candidates AS ({candidates}), screened AS ({screened}), counted AS ({counted}) "
        f"SELECT o.k, coalesce(o.s, {exactly}) AS s, o.fine, o.middle, o.peers, o.months "
        "FROM screened o LEFT JOIN counted n ON n.k = o.k"
    )
    return outcome(
        k="d.k",
        s=f"CASE WHEN {known} THEN coalesce(j.s, 0) ELSE 3 END",
        values=("j.fine", "j.middle", "j.peers", "j.months"),
        evidence=("d.e",),
        source=f"decided d LEFT JOIN ({judged}) j ON j.k = d.k WHERE d.tier IS NOT NULL",
    )
