"""Columns of the kinds of rule about an agency as a whole (:mod:`mingjing.domain.rules.kinds.agencies`)."""

from datetime import date

from mingjing.domain.rules.kinds.agencies import (
    FULL,
    HeadsAttend,
    IncomeGrowth,
    QuotaSignal,
    ReviewerShare,
    ReviewRate,
)
from mingjing.domain.rules.model import Rule
from mingjing.engine.columns import columns, outcome
from mingjing.engine.columns.shared import hundredths
from mingjing.engine.context import Context
from mingjing.engine.store import code_of
from mingjing.kernel.moments import day_number


def _percent(context: Context, name: str) -> str:
    return hundredths(context, name, day=str(context.as_of_day), agency="a.k")


@columns.register
def _(kind: ReviewerShare, rule: Rule, context: Context) -> str:
    percent = _percent(context, kind.percent)
    staff = (
        "SELECT o.agency, count(*) FILTER (WHERE s.is_officer) AS officers, "
        "count(*) FILTER (WHERE s.is_reviewer) AS reviewers FROM officers o JOIN officer_states s ON s.officer = o.k "
        f"WHERE s.since <= {context.as_of_day} AND {context.as_of_day} < s.until GROUP BY o.agency"
    )
    return outcome(
        k="a.k",
        s=(
            f"CASE WHEN {percent} IS NULL THEN 0 WHEN coalesce(n.officers, 0) = 0 THEN 3 "
            f"WHEN {FULL} * n.reviewers >= {percent} * n.officers THEN 1 ELSE 2 END"
        ),
        values=("n.reviewers", "n.officers", percent),
        evidence=("a.k",),
        source=f"agencies a LEFT JOIN ({staff}) n ON n.agency = a.k",
    )


@columns.register
def _(kind: ReviewRate, rule: Rule, context: Context) -> str:
    percent = _percent(context, kind.percent)
    reviewed = (
        "SELECT agency, count(*) FILTER (WHERE is_major) AS majors, "
        "count(*) FILTER (WHERE is_major AND reviewed) AS done, "
        "count(*) FILTER (WHERE is_major IS NULL OR (is_major AND reviewed IS NULL)) AS unknown, "
        "min(CASE WHEN is_major AND NOT reviewed THEN k END) AS lacking FROM decided GROUP BY agency"
    )
    return outcome(
        k="a.k",
        s=(
            f"CASE WHEN {percent} IS NULL THEN 0 WHEN coalesce(n.majors, 0) = 0 OR n.unknown > 0 THEN 3 "
            f"WHEN {FULL} * n.done >= {percent} * n.majors THEN 1 ELSE 2 END"
        ),
        values=("n.done", "n.majors", percent),
        evidence=("a.k", "n.lacking"),
        source=f"agencies a LEFT JOIN ({reviewed}) n ON n.agency = a.k",
    )


@columns.register
def _(kind: IncomeGrowth, rule: Rule, context: Context) -> str:
    percent = _percent(context, kind.percent)
    year = context.as_of.year - 1
    first, middle, end = (day_number(date(one, 1, 1)) for one in (year - 1, year, year + 1))
    amount = "fine + confiscated"
    totals = (
        f"SELECT agency, sum(CASE WHEN day >= {middle} THEN {amount} ELSE 0 END) AS later, "
        f"sum(CASE WHEN day < {middle} THEN {amount} ELSE 0 END) AS earlier, "
        f"count(*) FILTER (WHERE fine IS NULL OR confiscated IS NULL) AS unknown "
        f"FROM decided WHERE day >= {first} AND day < {end} GROUP BY agency"
    )
    return outcome(
        k="a.k",
        s=(
            f"CASE WHEN {percent} IS NULL THEN 0 WHEN n.unknown > 0 OR coalesce(n.earlier, 0) = 0 THEN 3 "
            f"WHEN {FULL} * n.later <= {percent} * n.earlier THEN 1 ELSE 2 END"
        ),
        values=("n.later", "n.earlier", percent, str(year)),
        evidence=("a.k",),
        source=f"agencies a LEFT JOIN ({totals}) n ON n.agency = a.k",
    )


@columns.register
def _(kind: HeadsAttend, rule: Rule, context: Context) -> str:
    attends, principal = _percent(context, kind.attends), _percent(context, kind.principal)
    hearings = (
        "SELECT c.agency, count(*) AS hearings, count(*) FILTER (WHERE r.attended) AS attended, "
        "count(*) FILTER (WHERE r.principal) AS principal, "
        "count(*) FILTER (WHERE r.attended IS NULL OR r.principal IS NULL) AS unknown, "
        "min(CASE WHEN NOT r.attended THEN r.k END) AS unattended, "
        "min(CASE WHEN NOT r.principal THEN r.k END) AS deputized "
        "FROM remedies r JOIN cases c ON c.k = r.c "
        f"WHERE r.kind = {code_of('remedies.kind', 'litigation')} AND r.hearing <= {context.as_of_day} GROUP BY c.agency"
    )
    judged = (
        f"SELECT a.k, n.*, {attends} AS must_attend, {principal} AS must_lead, "
        f"{FULL} * n.attended < {attends} * n.hearings AS unattending, "
        f"{FULL} * n.principal < {principal} * n.hearings AS unled "
        f"FROM agencies a LEFT JOIN ({hearings}) n ON n.agency = a.k"
    )

    def of_first(one: str, other: str) -> str:
        return f"CASE WHEN n.unattending THEN {one} ELSE {other} END"

    return outcome(
        k="n.k",
        s=(
            "CASE WHEN n.must_attend IS NULL OR n.must_lead IS NULL THEN 0 "
            "WHEN coalesce(n.hearings, 0) = 0 OR n.unknown > 0 THEN 3 WHEN n.unattending OR n.unled THEN 2 ELSE 1 END"
        ),
        values=(
            of_first("1", "2"),
            of_first("n.attended", "n.principal"),
            "n.hearings",
            of_first("n.must_attend", "n.must_lead"),
        ),
        evidence=("n.k", of_first("n.unattended", "n.deputized")),
        source=f"({judged}) n",
    )


@columns.register
def _(kind: QuotaSignal, rule: Rule, context: Context) -> str:
    alike = "PARTITION BY level, domain, parent"
    today = str(context.as_of_day)
    months, fewest, enough = (
        context.parameter(name, day=today, agency="g.judge") for name in (kind.MONTHS, kind.FINES, kind.UNITS)
    )
    limit = f"CAST({context.parameter(kind.VARIATION, day=today, agency='g.judge', multiply=10_000)} AS BIGINT)"
    groups = f"SELECT k, level, domain, parent, min(k) OVER ({alike}) AS judge FROM agencies"
    units = f"SELECT g.*, {months} AS months, {fewest} AS fewest, {enough} AS enough, {limit} AS cv FROM ({groups}) g"
    this_month = context.as_of.year * 12 + context.as_of.month - 1
    monthly = (
        "SELECT d.agency, c.month, count(*) AS fines, sum(d.fine) AS amount FROM decided d JOIN calendar c ON c.day = d.day "
        f"WHERE d.fine > 0 AND c.month < {this_month} GROUP BY d.agency, c.month"
    )
    steady = (
        "SELECT u.k, u.level, u.domain, u.parent, u.months, u.enough, u.cv, sum(m.fines) AS fines, "
        "sum(m.fines * m.fines) AS squares, sum(m.amount) AS amount "
        f"FROM ({units}) u JOIN ({monthly}) m ON m.agency = u.k "
        f"WHERE m.month >= {this_month} - u.months AND m.fines >= u.fewest "
        "GROUP BY u.k, u.level, u.domain, u.parent, u.months, u.enough, u.cv HAVING count(*) = max(u.months)"
    )
    compared = (
        f"SELECT k, months, enough, fines, amount, cv, count(*) OVER ({alike}) AS units, "
        f"CAST(sum(fines) OVER ({alike}) AS DOUBLE) AS all_fines, CAST(sum(squares) OVER ({alike}) AS DOUBLE) AS all_squares, "
        f"avg(CAST(amount AS DOUBLE) / fines) OVER ({alike}) AS mean, "
        f"var_pop(CAST(amount AS DOUBLE) / fines) OVER ({alike}) AS variance FROM ({steady}) s"
    )
    # Coefficients of variation by their squares; those of the counts are whole numbers all the way.
    even = (
        "(n.units * n.months * n.all_squares - n.all_fines * n.all_fines) * 100000000 "
        "< CAST(n.cv AS DOUBLE) * n.cv * n.all_fines * n.all_fines "
        "AND n.variance * 100000000 < CAST(n.cv AS DOUBLE) * n.cv * n.mean * n.mean"
    )
    known = "u.months IS NOT NULL AND u.fewest IS NOT NULL AND u.enough IS NOT NULL AND u.cv IS NOT NULL"
    return outcome(
        k="u.k",
        s=f"CASE WHEN NOT ({known}) THEN 0 WHEN n.units >= u.enough AND {even} THEN 2 ELSE 1 END",
        values=("n.units", "u.months", "n.fines", "n.amount"),
        evidence=("u.k",),
        source=f"({units}) u LEFT JOIN ({compared}) n ON n.k = u.k",
    )
