"""
The twelve rules as SQL written by hand for DuckDB, for just these twelve and this one set of facts.

What somebody writes who knows the database, the facts and the place, and need not write a thirteenth rule: each file is
read as seldom as it goes and only in the columns needed, cases are grouped once, what few rows are left in doubt is
looked at closely (deductions, reviews, outliers), parameters of the place stand as numbers. It gives the same findings as
the engine (rule, subject, last day, the row that shows it), but no count of what holds or could not be judged.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from mingjing.engine.store import CODES, PENALTY_BITS, Store, code_of
from mingjing.engine.tables import calendar_tables
from mingjing.kernel.moments import DAY_CODE, day_number
from mingjing.law.calendars import calendar
from tools.bench import TWELVE


@dataclass(frozen=True, slots=True)
class _Words:
    """Numbers of the store that the queries name."""

    horizon: int
    today: int

    def type(self, *codes: str) -> str:
        return ", ".join(str(code_of("events.type", code)) for code in codes)

    @property
    def undone(self) -> str:
        codes = ("rejected", "returned", "withdrawn", "revoked", "refused", "invalid")
        return ", ".join(str(code_of("events.outcome", code)) for code in codes)


def run(connection: duckdb.DuckDBPyConnection, store: Store, as_of: date) -> dict[str, int]:
    """Judge; the findings are left in the table ``found_by_hand``; returns how many each rule has."""
    today = day_number(as_of)
    words = _Words(horizon=(today + 1) * DAY_CODE, today=today)
    days, ordinals = calendar_tables(calendar(), as_of)
    for name, table in (("cal", days), ("wd", ordinals)):
        connection.register(f"{name}_arrow", table)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {name}_arrow")
        connection.unregister(f"{name}_arrow")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE found_by_hand (rule TINYINT, k INTEGER, due INTEGER, e INTEGER, v BIGINT)"
    )
    for query in (*_prepared(store, words), *_judged(store, words)):
        connection.execute(query)
    found = dict(connection.execute("SELECT rule, count(*) FROM found_by_hand GROUP BY rule").fetchall())
    return {rule: found.get(number, 0) for number, rule in enumerate(TWELVE)}


def _prepared(store: Store, w: _Words) -> list[str]:
    def file(name: str) -> str:
        return f"read_parquet({store.file(name)})"

    penalty = CODES["cases.kind"]["penalty"]
    decision, outcome = w.type("decision"), w.type("decision", "no_penalty")
    stands = f"coalesce(outcome NOT IN ({w.undone}), true)"
    handling = w.type("filing", "inspection", "inquiry", "evidence", "preservation", "seizure", "investigation_report")
    role = CODES["participants.role"]
    officer = CODES["officer_roles.role"]["officer"]
    return [
        # One pass over the events: the days that decide most cases. Keys and moments grow together within a case.
        f"""CREATE OR REPLACE TEMP TABLE picked AS SELECT c,
            max(CASE WHEN t = {decision} AND {stands} THEN k END) AS pk,
            max(CASE WHEN t = {decision} AND {stands} THEN m END) AS pm,
            max(CASE WHEN t IN ({outcome}) AND {stands} THEN m END) AS om,
            min(CASE WHEN t = {w.type("filing")} THEN m END) AS filed,
            max(CASE WHEN t = {w.type("extension")} AND {stands} THEN extends_to END) AS extended,
            min(CASE WHEN t = {w.type("prior_notice")} THEN m END) AS told,
            min(CASE WHEN t = {w.type("hearing")} THEN m END) AS heard
            FROM {file("events")} WHERE m < {w.horizon} AND t IN ({w.type("decision", "no_penalty", "filing", "extension", "prior_notice", "hearing")})
            GROUP BY c""",
        f"""CREATE OR REPLACE TEMP TABLE penalties AS SELECT c.k AS c, c.procedure, c.agency, c.item, c.act, c.fine,
            c.confiscated, c.penalties, c.tier, c.departs, c.is_major, c.exempt, c.status, y.kind AS party_kind,
            coalesce(i.single, false) AS single, e.pk, e.pm, e.pm // {DAY_CODE} AS day, e.om, e.filed, e.extended, e.told, e.heard
            FROM {file("cases")} c JOIN picked e ON e.c = c.k LEFT JOIN {file("items")} i ON i.k = c.item
            LEFT JOIN {file("parties")} y ON y.k = c.party WHERE c.kind = {penalty}""",
        f"""CREATE OR REPLACE TEMP TABLE served AS SELECT about, min(m) AS m FROM {file("events")}
            WHERE t = {w.type("service")} AND m < {w.horizon} AND about IS NOT NULL GROUP BY about""",
        f"""CREATE OR REPLACE TEMP TABLE shown AS SELECT c, min(published) AS m FROM {file("disclosures")}
            WHERE subject = {CODES["disclosures.subject"]["case"]} AND published < {w.horizon} GROUP BY c""",
        f"""CREATE OR REPLACE TEMP TABLE handlers AS SELECT c, officer FROM {file("participants")}
            WHERE role = {role["handler"]} AND t IN ({handling}) AND m < {w.horizon}""",
        # Days on which an officer is an officer and holds a valid credential; the pieces of one officer may overlap.
        f"""CREATE OR REPLACE TEMP TABLE entitled AS SELECT r.officer,
            greatest(coalesce(r.since, -1000000), v.since) AS since, least(coalesce(r.until, 1000000), v.until) AS until
            FROM {file("officer_roles")} r JOIN (
              SELECT officer, coalesce(valid_from, -1000000) AS since,
                least(coalesce(valid_until, 1000000), coalesce(revoked_on - 1, 1000000), coalesce(suspended_from - 1, 1000000)) AS until
              FROM {file("credentials")} UNION ALL
              SELECT officer, greatest(coalesce(valid_from, -1000000), suspended_until + 1),
                least(coalesce(valid_until, 1000000), coalesce(revoked_on - 1, 1000000))
              FROM {file("credentials")} WHERE suspended_until IS NOT NULL) v ON v.officer = r.officer
            WHERE r.role = {officer} AND greatest(coalesce(r.since, -1000000), v.since) <= least(coalesce(r.until, 1000000), v.until)""",
    ]


def _judged(store: Store, w: _Words) -> list[str]:
    def file(name: str) -> str:
        return f"read_parquet({store.file(name)})"

    def found(rule: str, query: str) -> str:
        return f"INSERT INTO found_by_hand SELECT {TWELVE.index(rule)}, * FROM ({query})"

    def day(moment: str) -> str:
        return f"({moment} // {DAY_CODE})"

    def surely_not_before(one: str, other: str) -> str:
        return (
            f"({day(one)} > {day(other)} OR ({day(one)} = {day(other)} AND {one} % 2 = 1 AND {other} % 2 = 1 "
            f"AND {one} >= {other}))"
        )

    summary = CODES["cases.procedure"]["summary"]
    others = ", ".join(str(CODES["cases.procedure"][one]) for one in ("ordinary", "expedited"))
    closed = ", ".join(str(CODES["cases.status"][one]) for one in ("withdrawn", "transferred", "ended"))
    kinds, role = CODES["parties.kind"], CODES["participants.role"]
    minor = PENALTY_BITS["warning"] | PENALTY_BITS["criticism"]
    heard = sum(
        PENALTY_BITS[one]
        for one in ("license_revoked", "qualification_lowered", "business_stopped", "closed", "occupation_barred")
    )
    unclosed = f"coalesce(f.status NOT IN ({closed}), true)"
    working = "cal b ON b.day = f.day LEFT JOIN wd w ON w.ordinal = b.through"
    times = w.type("suspension", "hearing", "announcement", "testing", "appraisal")
    large = (
        f"CASE WHEN f.party_kind IN ({kinds['citizen']}, {kinds['individual_business']}) THEN 50000 "
        "WHEN f.party_kind IS NOT NULL THEN 2000000 END"
    )
    return [
        # The ninety days: first the few who are late without any deduction, then what was deducted for those.
        f"""CREATE OR REPLACE TEMP TABLE late AS SELECT f.c, f.agency, {day("f.filed")} AS start, r.rolled AS due,
            coalesce({day("f.om")}, {w.today}) AS reached, f.extended, f.om FROM penalties f
            LEFT JOIN cal r ON r.day = {day("f.filed")} + 90
            WHERE coalesce({day("f.om")}, {w.today}) > {day("f.filed")} + 90 AND (f.om IS NOT NULL OR {unclosed})""",
        found(
            "penalty.decision.in-time",
            f"""WITH gaps AS (
              SELECT l.c, l.start + 90 AS reach, greatest({day("e.m")}, l.start) AS since,
                CASE WHEN e.ended IS NOT NULL THEN {day("e.ended")} WHEN e.t = {w.type("suspension")} THEN
                  coalesce((SELECT min({day("z.m")}) FROM {file("events")} z WHERE z.c = e.c AND z.t = {w.type("resumption")} AND z.m >= e.m AND z.m < {w.horizon}), {w.today + 1}) END AS until
              FROM late l JOIN {file("agencies")} a ON a.k = l.agency AND a.domain = 'market_regulation'
              JOIN (SELECT * FROM {file("events")} WHERE t IN ({times}) AND m < {w.horizon}) e ON e.c = l.c),
            apart AS (SELECT *, CASE WHEN since <= max(until) OVER (PARTITION BY c ORDER BY since, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS opens
              FROM gaps WHERE until > since),
            islands AS (SELECT *, sum(opens) OVER (PARTITION BY c ORDER BY since, until) AS island FROM apart),
            merged AS (SELECT c, min(reach) AS reach, min(since) AS since, max(until) - min(since) AS days FROM islands GROUP BY c, island),
            reached AS (SELECT c, days, since <= reach + coalesce(sum(days) OVER (PARTITION BY c ORDER BY since ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS counts FROM merged),
            deducted AS (SELECT c, sum(days) FILTER (WHERE counts) AS days FROM reached GROUP BY c),
            ends AS (SELECT l.*, greatest(l.start + 90 + coalesce(d.days, 0), coalesce(l.extended, 0)) AS last FROM late l LEFT JOIN deducted d ON d.c = l.c)
            SELECT c, r.rolled, NULL, e.om FROM ends e JOIN cal r ON r.day = e.last WHERE e.reached > r.rolled""",
        ),
        found(
            "penalty.service.in-time",
            f"""SELECT c, due, pk, m FROM (
              SELECT f.c, f.pk, s.m, CASE WHEN f.procedure = {summary} THEN f.day WHEN b.known AND w.known THEN w.day END AS due
              FROM penalties f LEFT JOIN served s ON s.about = f.pk LEFT JOIN {working} + 7
              WHERE f.pk IS NOT NULL AND (s.m IS NOT NULL OR {unclosed})) WHERE coalesce({day("m")}, {w.today}) > due""",
        ),
        found(
            "penalty.disclosure.in-time",
            f"""SELECT f.c, w.day, f.pk, s.m FROM penalties f LEFT JOIN shown s ON s.c = f.c LEFT JOIN {working} + 7
              WHERE f.pk IS NOT NULL AND NOT f.exempt AND (s.m IS NOT NULL OR {unclosed}) AND b.known AND w.known
              AND coalesce({day("s.m")}, {w.today}) > w.day
              AND (f.day < {day_number(date(2026, 4, 1))} OR NOT (coalesce(f.procedure = {summary}, false)
                OR ((f.penalties & {minor}) = f.penalties AND f.penalties <> 0 AND NOT f.fine > 0 AND NOT f.confiscated > 0)))""",
        ),
        found(
            "penalty.prior-notice.before-decision",
            f"""SELECT f.c, NULL, f.pk, f.told FROM penalties f WHERE f.pk IS NOT NULL AND f.procedure IN ({others})
              AND (f.told IS NULL OR {surely_not_before("f.told", "f.pm")})""",
        ),
        found(
            "penalty.hearing-notice.when-large",
            f"""WITH large AS (SELECT f.c, f.pk, f.pm FROM penalties f WHERE f.pk IS NOT NULL AND f.procedure IS DISTINCT FROM {summary}
              AND (f.fine >= {large} OR f.confiscated >= {large} OR (f.penalties & {heard}) <> 0)),
            notices AS (SELECT n.c, coalesce(s.m, n.m) AS m FROM {file("events")} n LEFT JOIN served s ON s.about = n.k
              WHERE n.t = {w.type("hearing_notice")} AND n.m < {w.horizon} AND n.c IN (SELECT c FROM large))
            SELECT l.c, NULL, l.pk, NULL FROM large l WHERE NOT EXISTS
              (SELECT 1 FROM notices n WHERE n.c = l.c AND NOT {surely_not_before("n.m", "l.pm")})""",
        ),
        found(
            "penalty.legal-review.before-decision",
            f"""WITH grave AS (SELECT f.c, f.pk, f.pm, f.heard FROM penalties f WHERE f.pk IS NOT NULL AND (f.is_major
                OR (f.heard IS NOT NULL AND NOT {surely_not_before("f.heard", "f.pm")}) OR {day("f.heard")} = f.day AND f.heard % 2 + f.pm % 2 < 2)),
            steps AS (SELECT e.c, e.t, e.m FROM {file("events")} e JOIN grave g ON g.c = e.c
              WHERE e.t IN ({w.type("legal_review", "investigation_report", "hearing")}) AND e.m < {w.horizon}),
            latest AS (SELECT g.c, g.pk, g.pm, min(CASE WHEN s.t = {w.type("investigation_report")} THEN s.m END) AS closed,
                max(CASE WHEN s.t = {w.type("hearing")} AND NOT ({surely_not_before("s.m", "g.pm")} AND s.m <> g.pm) THEN s.m END) AS heard
              FROM grave g LEFT JOIN steps s ON s.c = g.c GROUP BY ALL)
            SELECT l.c, NULL, l.pk, NULL FROM latest l WHERE NOT EXISTS (SELECT 1 FROM steps r WHERE r.c = l.c
              AND r.t = {w.type("legal_review")} AND NOT {surely_not_before("r.m", "l.pm")}
              AND NOT coalesce({surely_not_before("l.closed", "r.m")}, false)
              AND NOT coalesce({surely_not_before("l.heard", "r.m")}, false))""",
        ),
        found(
            "penalty.legal-reviewer.not-handler",
            f"""SELECT r.c, NULL, min(r.e), NULL FROM {file("participants")} r JOIN handlers h ON h.c = r.c AND h.officer = r.officer
              WHERE r.role = {role["reviewer"]} AND r.t = {w.type("legal_review")} AND r.m < {w.horizon}
              AND r.c IN (SELECT c FROM penalties) GROUP BY r.c""",
        ),
        found(
            "penalty.approver.not-handler",
            f"""SELECT a.c, NULL, min(a.e), NULL FROM (
                SELECT p.c, p.e, p.officer FROM {file("participants")} p JOIN handlers h ON h.c = p.c AND h.officer = p.officer
                WHERE p.role = {role["approver"]} AND p.t IN ({w.type("decision", "approval")}) AND p.m < {w.horizon}) a
              JOIN penalties f ON f.c = a.c JOIN {file("events")} e ON e.k = a.e
              WHERE a.e = f.pk OR (e.t = {w.type("approval")} AND e.about = f.pk) GROUP BY a.c""",
        ),
        found(
            "penalty.officers.credential",
            f"""WITH crew AS (SELECT p.e, count(DISTINCT p.officer) AS n FROM {file("participants")} p JOIN entitled o
                ON o.officer = p.officer AND {day("p.m")} BETWEEN o.since AND o.until
              WHERE p.role IN ({role["handler"]}, {role["recorder"]}) AND p.t IN ({w.type("inspection", "inquiry", "evidence", "preservation")}) AND p.m < {w.horizon}
              GROUP BY p.e)
            SELECT s.c, NULL, min(s.k), NULL FROM {file("events")} s JOIN penalties f ON f.c = s.c LEFT JOIN crew n ON n.e = s.k
              WHERE s.t IN ({w.type("inspection", "inquiry", "evidence", "preservation")}) AND s.m < {w.horizon}
              AND coalesce(n.n, 0) < CASE WHEN f.single THEN 1 ELSE 2 END GROUP BY s.c""",
        ),
        found(
            "penalty.fine.within-tier",
            f"""WITH tiers AS (SELECT f.c, f.pk, f.fine,
                max(t.high) FILTER (WHERE f.act BETWEEN t.since AND t.until) AS old_high, min(t.low) FILTER (WHERE f.act BETWEEN t.since AND t.until) AS old_low,
                max(t.high) FILTER (WHERE f.day BETWEEN t.since AND t.until) AS new_high, min(t.low) FILTER (WHERE f.day BETWEEN t.since AND t.until) AS new_low,
                coalesce(bool_or(f.fine BETWEEN t.low AND t.high) FILTER (WHERE f.act BETWEEN t.since AND t.until), false) AS old_in,
                coalesce(bool_or(f.fine BETWEEN t.low AND t.high) FILTER (WHERE f.day BETWEEN t.since AND t.until), false) AS new_in,
                coalesce(bool_or(t.low IS NULL OR t.high IS NULL) FILTER (WHERE f.act BETWEEN t.since AND t.until OR f.day BETWEEN t.since AND t.until), false) AS open
              FROM penalties f JOIN (SELECT item, tier, low, high, coalesce(since, -1000000) AS since, coalesce(until, 1000000) AS until FROM {file("benchmarks")}) t
              ON t.item = f.item AND t.tier = f.tier
              WHERE f.pk IS NOT NULL AND f.fine IS NOT NULL AND f.act IS NOT NULL AND NOT f.departs GROUP BY f.c, f.pk, f.fine)
            SELECT c, NULL, pk, fine FROM tiers WHERE old_high IS NOT NULL AND NOT open
              AND NOT CASE WHEN new_high < old_high OR (new_high = old_high AND new_low < old_low) THEN new_in ELSE old_in END""",
        ),
        found(
            "inspection.repeat-same-agency",
            f"""SELECT k, NULL, before_k, started FROM (
              SELECT k, started, selection, CASE WHEN joint = lag(joint) OVER own THEN lag(started, 2) OVER own ELSE lag(started) OVER own END AS earlier,
                lag(k) OVER own AS before_k FROM {file("inspections")} WHERE started < {w.horizon} AND party IS NOT NULL AND agency IS NOT NULL
              WINDOW own AS (PARTITION BY party, agency ORDER BY started // 2, k))
            WHERE selection IS DISTINCT FROM {CODES["inspections.selection"]["triggered"]} AND {day("started")} - {day("earlier")} <= 90""",
        ),
        # Outliers: quartiles of the window say for nearly all that they lie near; the rest meet their peers.
        """CREATE OR REPLACE TEMP TABLE fined AS SELECT c, pk, day::INTEGER AS day, fine, dense_rank() OVER (ORDER BY item, tier, party_kind) AS g,
            day::INTEGER - ((DATE '1970-01-01' + day::INTEGER - INTERVAL 24 MONTH)::DATE - DATE '1970-01-01')::INTEGER - 1 AS back
            FROM penalties WHERE pk IS NOT NULL AND tier IS NOT NULL AND fine IS NOT NULL AND item IS NOT NULL AND party_kind IS NOT NULL""",
        """CREATE OR REPLACE TEMP TABLE doubtful AS SELECT * FROM (
              SELECT *, count(*) OVER near AS peers, quantile_disc(fine, [0.25, 0.5, 0.500000001, 0.75]) OVER near AS q FROM fined
              WINDOW near AS (PARTITION BY g ORDER BY day RANGE BETWEEN back PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW))
            WHERE peers >= 8 AND abs(2 * fine - q[2] - q[3]) > 0
            AND abs(2 * fine - q[2] - q[3]) * 10000 > 3 * 14826 * least(q[2] + q[3] - 2 * q[1], 2 * q[4] - q[2] - q[3])""",
        found(
            "item.fine-outlier",
            """WITH off AS (SELECT d.c, d.pk, d.fine, d.q[2] + d.q[3] AS middle, median(abs(2 * p.fine - d.q[2] - d.q[3])) AS mad
              FROM doubtful d JOIN fined p ON p.g = d.g AND p.day BETWEEN d.day - d.back AND d.day AND p.c <> d.c GROUP BY ALL)
            SELECT c, NULL, pk, fine FROM off WHERE CASE WHEN mad = 0 THEN NOT (2 * fine <= 1.5 * middle AND middle <= 3 * fine)
              ELSE abs(2 * fine - middle) * 10000 > 3 * 14826 * mad END""",
        ),
    ]
