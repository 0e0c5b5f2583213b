"""Columns of the kinds of rule about one officer (:mod:`mingjing.domain.rules.kinds.people`)."""

from datetime import date

from mingjing.domain.rules.kinds.people import MILLION, PARTS, TrainingHours, TwoPlaces
from mingjing.domain.rules.model import Rule
from mingjing.engine.columns import columns, outcome
from mingjing.engine.context import Context
from mingjing.engine.store import code_of
from mingjing.kernel.moments import day_number


def acts(context: Context) -> str:
    """Where each officer was from when to when: ``(officer, begins, ends, place, visit, k)``; ``visit`` says of which table."""
    parts = ", ".join(str(code_of("participants.role", part)) for part in PARTS)
    # Who was handler and recorder of one step stands here twice, which changes nothing: both are at one place.
    return (
        "SELECT p.officer, s.m AS begins, s.ended AS ends, s.place, 0 AS visit, s.k "
        f"FROM steps s JOIN participants p ON p.e = s.k AND p.role IN ({parts}) "
        "WHERE s.m % 2 = 1 AND s.ended % 2 = 1 AND s.place IS NOT NULL UNION ALL "
        "SELECT o.officer, v.started AS begins, v.ended AS ends, v.place, 1 AS visit, v.k "
        "FROM inspections v JOIN inspection_officers o ON o.v = v.k "
        f"WHERE v.started % 2 = 1 AND v.ended % 2 = 1 AND v.place IS NOT NULL AND v.started < {context.horizon}"
    )


def spans(context: Context) -> str:
    """When each act of an officer began and ended, as in :func:`acts`: ``(officer, begins, ends, visit, k)``, without the place."""
    parts = ", ".join(str(code_of("participants.role", part)) for part in PARTS)
    return (
        "SELECT p.officer, p.m AS begins, p.ended AS ends, CAST(0 AS TINYINT) AS visit, p.e AS k FROM participants p "
        f"WHERE p.role IN ({parts}) AND p.m % 2 = 1 AND p.ended % 2 = 1 AND p.placed AND p.m < {context.horizon} UNION ALL "
        "SELECT o.officer, v.started AS begins, v.ended AS ends, CAST(1 AS TINYINT) AS visit, v.k "
        "FROM inspections v JOIN inspection_officers o ON o.v = v.k "
        f"WHERE v.started % 2 = 1 AND v.ended % 2 = 1 AND v.place IS NOT NULL AND v.started < {context.horizon}"
    )


@columns.register
def _(kind: TwoPlaces, rule: Rule, context: Context) -> str:
    # Officers of whom some act begins before another has ended; of the rest nothing more need be known.
    order = "PARTITION BY officer ORDER BY begins, visit, k"
    reach = f"max(ends) OVER ({order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    lasting = f"SELECT *, row_number() OVER ({order}) AS nth, {reach} AS reach FROM acts WHERE begins < ends"
    # The act that lasts longest of those before is found again by its end; of several, the earliest stays.
    pairs = (
        "SELECT late.officer, late.nth, min(early.nth) AS early FROM lasting late "
        "JOIN lasting early ON early.officer = late.officer AND early.ends = late.reach AND early.nth < late.nth "
        "WHERE late.reach > late.begins GROUP BY late.officer, late.nth"
    )
    apart = (
        "SELECT p.officer, min(p.nth) AS nth FROM pairs p "
        "JOIN lasting late ON late.officer = p.officer AND late.nth = p.nth "
        "JOIN lasting early ON early.officer = p.officer AND early.nth = p.early "
        "WHERE early.place <> late.place GROUP BY p.officer"
    )
    found = (
        f"WITH acts AS ({acts(context)}), lasting AS ({lasting}), pairs AS ({pairs}), apart AS ({apart}) "
        "SELECT o.officer, early.begins AS m1, early.ends AS m2, late.begins AS m3, late.ends AS m4, "
        "CASE WHEN early.visit = 0 THEN early.k END AS e1, CASE WHEN early.visit = 1 THEN early.k END AS i1, "
        "CASE WHEN late.visit = 0 THEN late.k END AS e2, CASE WHEN late.visit = 1 THEN late.k END AS i2 "
        "FROM (SELECT DISTINCT officer FROM acts) o LEFT JOIN apart a ON a.officer = o.officer "
        "LEFT JOIN pairs p ON p.officer = a.officer AND p.nth = a.nth "
        "LEFT JOIN lasting late ON late.officer = p.officer AND late.nth = p.nth "
        "LEFT JOIN lasting early ON early.officer = p.officer AND early.nth = p.early"
    )
    return outcome(
        k="f.officer",
        s="CASE WHEN f.m1 IS NULL THEN 1 ELSE 2 END",
        values=("f.m1", "f.m2", "f.m3", "f.m4"),
        evidence=("f.e1", "f.i1", "f.e2", "f.i2"),
        source=f"({found}) f",
    )


@columns.register
def _(kind: TrainingHours, rule: Rule, context: Context) -> str:
    year = context.as_of.year - 1
    first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
    wanted = context.parameter(kind.hours, day=str(context.as_of_day), agency="o.agency", multiply=MILLION)
    wanted = f"CAST({wanted} AS BIGINT)"
    done = (
        f"SELECT officer, sum(CAST(round(hours * {MILLION}) AS BIGINT)) AS done, "
        "count(*) FILTER (WHERE hours IS NULL) AS unknown "
        f"FROM training WHERE held BETWEEN {first} AND {last} GROUP BY officer"
    )
    throughout = (
        f"SELECT officer FROM officer_states WHERE is_officer AND ((since <= {first} AND {first} < until) "
        f"OR (since <= {last} AND {last} < until)) GROUP BY officer "
        f"HAVING count(*) FILTER (WHERE since <= {first} AND {first} < until) > 0 "
        f"AND count(*) FILTER (WHERE since <= {last} AND {last} < until) > 0"
    )
    total = "coalesce(d.done, 0)"
    return outcome(
        k="o.k",
        s=(f"CASE WHEN {wanted} IS NULL THEN 0 WHEN {total} >= {wanted} THEN 1 WHEN d.unknown > 0 THEN 3 ELSE 2 END"),
        values=(total, wanted, str(year)),
        evidence=("o.k",),
        source=f"officers o JOIN ({throughout}) h ON h.officer = o.k LEFT JOIN ({done}) d ON d.officer = o.k",
    )
