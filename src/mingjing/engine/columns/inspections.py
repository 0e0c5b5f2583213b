"""
Columns of the kinds of rule about visits (:mod:`mingjing.domain.rules.kinds.inspections`).

What one visit says about another (how many before, the previous one) comes from windows over the visits of a party in
their order, never from joining visits with visits: a party with ten thousand visits costs ten thousand rows.
"""

from mingjing.domain.rules.kinds.inspections import (
    FiledBefore,
    ItemsPublished,
    PlannedAhead,
    RepeatVisit,
    ScannedOrExplained,
    UneventfulVisits,
    VisitFrequency,
    VisitQuorum,
)
from mingjing.domain.rules.model import Rule
from mingjing.engine.columns import columns, outcome
from mingjing.engine.columns.shared import three
from mingjing.engine.context import Context
from mingjing.engine.store import code_of

TRIGGERED = code_of("inspections.selection", "triggered")


def _visits(context: Context, *, known: bool = False) -> str:
    """The visits up to the day of evaluation, with the day; with ``known``, only those whose start is known."""
    unknown = "" if known else " OR started IS NULL"
    order = context.dialect.divide("started", "2")  # a bare day stands at its midnight, as the hour 00:00 does
    return f"(SELECT *, {context.day('started')} AS day, {order} AS start_at FROM inspections WHERE started < {context.horizon}{unknown})"


@columns.register
def _(kind: FiledBefore, rule: Rule, context: Context) -> str:
    kept = f"CASE WHEN v.filed IS NULL THEN false ELSE {context.before('v.filed', 'v.started')} END"
    return outcome(
        k="v.k",
        s=f"CASE WHEN v.selection = {TRIGGERED} AND v.has_cause THEN 1 WHEN v.started IS NULL THEN 3 ELSE {three(kept)} END",
        values=("v.started", "v.filed"),
        evidence=("v.k",),
        source=f"{_visits(context)} v",
    )


@columns.register
def _(kind: PlannedAhead, rule: Rule, context: Context) -> str:
    days = context.parameter(kind.days, day="v.day", agency="v.agency")
    earliest = f"({context.day('v.entered')} + {days})"
    return outcome(
        k="v.k",
        s=f"CASE WHEN v.started IS NULL THEN 3 WHEN {days} IS NULL THEN 0 WHEN v.day >= {earliest} THEN 1 ELSE 2 END",
        due=earliest,
        values=("v.entered", "v.started", days),
        evidence=("v.k",),
        source=(
            f"{_visits(context)} v WHERE v.entered IS NOT NULL AND (v.selection IS NULL OR v.selection <> {TRIGGERED})"
        ),
    )


@columns.register
def _(kind: ItemsPublished, rule: Rule, context: Context) -> str:
    published = "coalesce(i.published <= v.day AND (i.withdrawn IS NULL OR i.withdrawn > v.day), false)"
    items = (
        "SELECT v.k, count(*) AS items, count(*) FILTER (WHERE i.k IS NULL) AS unknown, "
        f"count(DISTINCT CASE WHEN i.k IS NOT NULL AND NOT {published} THEN i.k END) AS unpublished, "
        f"min(CASE WHEN i.k IS NOT NULL AND NOT {published} THEN i.k END) AS item "
        f"FROM {_visits(context, known=True)} v JOIN inspection_items vi ON vi.v = v.k LEFT JOIN items i ON i.k = vi.item "
        "GROUP BY v.k"
    )
    return outcome(
        k="v.k",
        s=(
            "CASE WHEN v.started IS NULL OR n.items IS NULL THEN 3 WHEN n.unpublished > 0 THEN 2 "
            "WHEN n.unknown > 0 THEN 3 ELSE 1 END"
        ),
        values=("v.started", "n.unpublished"),
        evidence=("v.k", "n.item"),
        source=f"{_visits(context)} v LEFT JOIN ({items}) n ON n.k = v.k",
    )


@columns.register
def _(kind: VisitQuorum, rule: Rule, context: Context) -> str:
    required = context.parameter("officers.minimum", day="v.day", agency="v.agency")
    counted = "s.is_officer AND s.has_credential" if kind.credentialed else "s.is_officer"
    # Days are compared after the join: a join by days alone meets every visit with every interval.
    present = (
        f"SELECT v.k, count(*) FILTER (WHERE {counted} AND s.since <= v.day AND v.day < s.until) AS present "
        f"FROM {_visits(context, known=True)} v JOIN inspection_officers o ON o.v = v.k "
        "JOIN officer_states s ON s.officer = o.officer GROUP BY v.k"
    )
    count = "coalesce(n.present, 0)"
    return outcome(
        k="v.k",
        s=f"CASE WHEN v.started IS NULL THEN 3 WHEN {required} IS NULL THEN 0 WHEN {count} >= {required} THEN 1 ELSE 2 END",
        values=(count, required, "v.started"),
        evidence=("v.k",),
        source=f"{_visits(context)} v LEFT JOIN ({present}) n ON n.k = v.k",
    )


@columns.register
def _(kind: VisitFrequency, rule: Rule, context: Context) -> str:
    judged = (
        "SELECT v.k, v.agency, v.party, v.started, v.start_at, v.day, v.joint, p.kind, p.risk "
        f"FROM {_visits(context)} v LEFT JOIN parties p ON p.k = v.party "
        f"WHERE NOT v.exempt AND (p.kind IS NULL OR p.kind <> {code_of('parties.kind', 'citizen')})"
    )
    # Of a joint visit, the first row stands for all.
    ranked = (
        "SELECT *, CASE WHEN joint IS NULL OR kind IS NULL OR started IS NULL THEN 1 ELSE "
        "row_number() OVER (PARTITION BY party, joint ORDER BY start_at NULLS LAST, k) END AS nth_of_joint "
        f"FROM ({judged}) j"
    )
    own = "PARTITION BY kind IS NULL OR started IS NULL, party"
    order = "ORDER BY start_at, k"
    week = context.dialect.divide("r.day + 3", "7")
    counted = (
        f"SELECT r.*, row_number() OVER ({own}, r.day {order}) AS of_day, "
        f"row_number() OVER ({own}, {week} {order}) AS of_week, "
        f"row_number() OVER ({own}, c.month {order}) AS of_month, "
        f"row_number() OVER ({own}, c.year {order}) AS of_year, "
        f"lag(r.k) OVER ({own} {order}) AS previous "
        f"FROM ({ranked}) r LEFT JOIN calendar c ON c.day = r.day WHERE r.nth_of_joint = 1"
    )
    caps = [context.parameter(name, day="v.day", agency="v.agency") for name in kind.CAPS]
    of_class = " ".join(
        f"WHEN v.risk = {code_of('parties.risk_level', risk)} "
        f"THEN {context.parameter(f'{kind.YEAR}.{risk}', day='v.day', agency='v.agency')}"
        for risk in kind.CLASSES
    )
    caps.append(f"coalesce(CASE {of_class} END, {context.parameter(kind.YEAR, day='v.day', agency='v.agency')})")
    counts = ("v.of_day", "v.of_week", "v.of_month", "v.of_year")
    exceeded = [f"{count} > {cap}" for count, cap in zip(counts, caps, strict=True)]

    def first_of(values: tuple[str, ...] | list[str]) -> str:
        arms = " ".join(f"WHEN {found} THEN {value}" for found, value in zip(exceeded, values, strict=True))
        return f"CASE {arms} END"

    return outcome(
        k="v.k",
        s=f"CASE WHEN v.kind IS NULL OR v.started IS NULL THEN 3 WHEN {first_of(['1', '2', '3', '4'])} IS NULL THEN 1 ELSE 2 END",
        values=(first_of(["1", "2", "3", "4"]), first_of(counts), first_of(caps), "v.started"),
        evidence=("v.k", "v.previous"),
        source=f"({counted}) v",
    )


@columns.register
def _(kind: RepeatVisit, rule: Rule, context: Context) -> str:
    # Visits that cannot repeat one another form a run: rows of one joint visit, or visits of one agency. The row before
    # the run is then the latest earlier visit that counts, whatever lies between.
    within = "party" if kind.cross else "party, agency"
    alike = "agency" if kind.cross else "joint"
    ordered = f"PARTITION BY {within} ORDER BY start_at, k"
    begun = (
        f"SELECT k, party, agency, start_at, "
        f"CASE WHEN {alike} = lag({alike}) OVER ({ordered}) THEN 0 ELSE 1 END AS begins, "
        f"lag(k) OVER ({ordered}) AS before_k, lag(started) OVER ({ordered}) AS before_m "
        f"FROM {_visits(context, known=True)} x WHERE party IS NOT NULL AND agency IS NOT NULL"
    )
    runs = f"SELECT *, sum(begins) OVER ({ordered}) AS run FROM ({begun}) b"
    run = f"PARTITION BY {within}, run ORDER BY start_at, k"
    previous = (
        f"SELECT k, first_value(before_k) OVER ({run}) AS before_k, first_value(before_m) OVER ({run}) AS before_m "
        f"FROM ({runs}) r"
    )
    days = context.parameter(kind.days, day="v.day", agency="v.agency")
    passed = f"(v.day - {context.day('n.before_m')})"
    excused = f"v.selection = {TRIGGERED}" + (" OR v.joint IS NOT NULL" if kind.cross else "")
    return outcome(
        k="v.k",
        s=(
            f"CASE WHEN {excused} THEN 1 WHEN v.party IS NULL OR v.agency IS NULL OR v.started IS NULL THEN 3 "
            f"WHEN {days} IS NULL THEN 0 WHEN {passed} <= {days} THEN 2 ELSE 1 END"
        ),
        values=(passed, days, "v.started", "n.before_m"),
        evidence=("v.k", "n.before_k"),
        source=f"{_visits(context)} v LEFT JOIN ({previous}) n ON n.k = v.k",
    )


@columns.register
def _(kind: UneventfulVisits, rule: Rule, context: Context) -> str:
    none = code_of("inspections.result", "none")
    made = (
        f"SELECT v.k, v.agency, v.party, v.started, v.start_at, v.day, v.result = {none} AS uneventful, o.officer "
        f"FROM {_visits(context)} v JOIN inspection_officers o ON o.v = v.k"
    )
    ordered = "PARTITION BY party IS NULL OR started IS NULL, officer, party ORDER BY start_at, k"
    wanted = sorted(value for value in context.parameter_values(kind.visits) if isinstance(value, int))
    run, since, until = [], [], []
    for visits in wanted:
        parts = ["uneventful"]
        if visits > 1:
            back = visits - 1
            parts += [f"lag(uneventful, {nth}) OVER ({ordered})" for nth in range(1, visits)]
            since.append(f"lag(started, {back}) OVER ({ordered}) AS since_{visits}")
            until.append(f"lag(k, {back}) OVER ({ordered}) AS first_{visits}")
        else:
            since.append(f"started AS since_{visits}")
            until.append(f"k AS first_{visits}")
        run.append(f"({' AND '.join(parts)}) AS run_{visits}")
    windows = "".join(f", {part}" for part in (*run, *since, *until))
    number = context.parameter(kind.visits, day="day", agency="agency")

    def of_number(column: str) -> str:
        arms = " ".join(f"WHEN {number} = {visits} THEN {column}_{visits}" for visits in wanted)
        return f"CASE {arms} END" if arms else "NULL"

    year_ago = context.dialect.add_months("day", "-12")
    chosen = f"SELECT *, {of_number('run')} AS run, {of_number('since')} AS since, {of_number('first')} AS first_k FROM (SELECT *{windows} FROM ({made}) m) w"
    judged = (
        "SELECT k, started, officer, first_k, since, "
        f"CASE WHEN party IS NULL OR started IS NULL THEN 2 WHEN {number} IS NULL THEN 0 "
        f"WHEN first_k IS NULL OR {context.day('since')} <= {year_ago} THEN 1 "
        f"WHEN run IS NULL THEN 2 WHEN run THEN 3 ELSE 1 END AS badness, {number} AS wanted FROM ({chosen}) c"
    )
    worst = (
        "SELECT k, max(badness) AS badness, max(started) AS started, max(wanted) AS wanted, "
        "min(CASE WHEN badness = 3 THEN officer END) AS officer, "
        "min_by(since, CASE WHEN badness = 3 THEN officer END) AS since, "
        "min_by(first_k, CASE WHEN badness = 3 THEN officer END) AS first_k "
        f"FROM ({judged}) j GROUP BY k"
    )
    return outcome(
        k="w.k",
        s="CASE w.badness WHEN 3 THEN 2 WHEN 2 THEN 3 ELSE w.badness END",
        values=("w.started", "w.since", "w.wanted"),
        evidence=("w.k", "w.officer", "w.first_k"),
        source=f"({worst}) w",
    )


@columns.register
def _(kind: ScannedOrExplained, rule: Rule, context: Context) -> str:
    days = context.parameter(kind.days, day="v.day", agency="v.agency")
    explained = f"CASE WHEN v.has_unscanned_reason AND v.unscanned_at < {context.horizon} THEN v.unscanned_at END"
    reached = f"coalesce({context.day(explained)}, {context.as_of_day})"
    return outcome(
        k="v.k",
        s=(
            f"CASE WHEN v.scanned THEN 1 WHEN v.scanned IS NULL OR v.started IS NULL THEN 3 WHEN {days} IS NULL THEN 0 "
            f"WHEN {reached} <= v.day + {days} THEN 1 ELSE 2 END"
        ),
        due=f"v.day + {days}",
        values=("v.started", explained, days),
        evidence=("v.k",),
        source=f"{_visits(context)} v",
    )
