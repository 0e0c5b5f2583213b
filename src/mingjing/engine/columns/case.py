"""Columns of the kinds of rule about one case (:mod:`mingjing.domain.rules.kinds.case`)."""

from collections.abc import Mapping

from mingjing.domain.deadlines import Unit
from mingjing.domain.rules.elements import ELEMENT_BITS
from mingjing.domain.rules.kinds.case.answers import Answered, KeptOut
from mingjing.domain.rules.kinds.case.contents import Contents
from mingjing.domain.rules.kinds.case.people import Quorum, ReviewerQualified, SameAgency, Separation
from mingjing.domain.rules.kinds.case.periods import Deadline, EachDeadline, Limitation
from mingjing.domain.rules.kinds.case.publication import Withdrawn
from mingjing.domain.rules.kinds.case.records import Shown
from mingjing.domain.rules.kinds.case.required import Complete, Required
from mingjing.domain.rules.kinds.case.seizure import SeizureApproved
from mingjing.domain.rules.kinds.case.steps import CLOSING_STATUSES
from mingjing.domain.rules.kinds.case.surcharge import Surcharge
from mingjing.domain.rules.kinds.case.tier import WithinTier
from mingjing.domain.rules.kinds.case.waiting import Ahead, Window
from mingjing.domain.rules.model import Rule
from mingjing.domain.rules.terms import ADDITIONAL_FINE, HANDLING, OUTCOME, PENALTY, Served
from mingjing.engine.columns import columns, outcome
from mingjing.engine.columns.frame import Frame, types_sql
from mingjing.engine.context import Context, Timeline
from mingjing.engine.store import CODES, code_of
from mingjing.engine.tables import FAR
from mingjing.kernel.moments import day_number

PENALTY_KIND = CODES["cases.kind"]["penalty"]
CLOSED = ", ".join(str(CODES["cases.status"][status]) for status in CLOSING_STATUSES)
CREW_ROLES = tuple(CODES["participants.role"][role] for role in ("handler", "recorder"))
CREW_TYPES = ("inspection", "inquiry", "evidence", "preservation", "seizure")
"""Who counts among those who take a step, and in which steps their number is asked for."""
HANDLER = CODES["participants.role"]["handler"]
PACK = 1 << 32
"""Packs a small count and an event key into one integer, so that a minimum finds the event with the fewest."""


def frame_of(context: Context) -> Frame:
    """What the rules for one case are compiled against."""
    assert context.frame is not None, "the rules for one case are compiled against a frame"
    return context.frame


def _three(condition: str) -> str:
    return f"CASE WHEN ({condition}) IS NULL THEN 3 WHEN {condition} THEN 1 ELSE 2 END"


@columns.register
def _(kind: Required, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    when, then = frame.condition(kind.when), frame.condition(kind.then)
    steps = [frame.step(step) for step in kind.shows]
    return outcome(
        k="f.c",
        s=f"CASE WHEN ({when}) IS FALSE THEN 0 WHEN ({when}) IS NULL THEN 3 ELSE {_three(then)} END",
        values=tuple(f"{step}_m" for step in steps),
        evidence=tuple(f"{step}_k" for step in steps),
        source="frame f",
    )


@columns.register
def _(kind: Deadline, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    when, end = frame.condition(kind.when), frame.moment(kind.end)
    start, start_row = frame.moment(kind.start), frame.row(kind.start)
    if kind.start_else is not None:
        other, condition = kind.start_else
        start = f"coalesce({start}, CASE WHEN {frame.condition(condition)} THEN {frame.moment(other)} END)"
    reached = f"coalesce({context.day(end)}, {context.as_of_day})"
    if kind.start_else is None and kind.extension is None and kind.deduct is None:
        due = frame.due(kind.start, kind.period, kind.unit, rolls=kind.rolls, special=kind.special)
        source, is_set = "frame f", f"{due}_set"
    else:
        due, source = "long_due", _long_period(kind, frame, context, start)
        is_set = f"{context.parameter(kind.period, day=context.day(start), agency='f.agency')} IS NOT NULL"
    return outcome(
        k="f.c",
        s=(
            f"CASE WHEN ({when}) IS FALSE THEN 0 WHEN {end} IS NULL AND coalesce(f.status IN ({CLOSED}), false) THEN 0 "
            f"WHEN ({when}) IS NULL OR {start} IS NULL THEN 3 WHEN NOT ({is_set}) THEN 0 "
            f"WHEN {due} IS NULL THEN 3 WHEN {reached} > {due} THEN 2 ELSE 1 END"
        ),
        due=due,
        values=(context.day(start), end),
        evidence=(start_row, frame.row(kind.end)),
        source=source,
    )


def _long_period(kind: Deadline, frame: Frame, context: Context, start: str) -> str:
    """``frame f`` with the last day ``long_due`` of a period with deductions, an extension or another start."""
    day = context.day(start)
    amount = context.parameter(kind.period, day=day, agency="f.agency")
    extension = frame.step(kind.extension) if kind.extension is not None else None
    if extension is not None and kind.extension_period is not None:
        more = context.parameter(kind.extension_period, day=day, agency="f.agency")
        amount = f"({amount} + CASE WHEN {extension}_k IS NOT NULL THEN coalesce({more}, 0) ELSE 0 END)"
    deducted, joins = "0", []
    starts = f"SELECT f.c AS id, f.c, f.agency, {day} AS day, {amount} AS amount FROM frame f WHERE {start} IS NOT NULL"
    totals = _not_counted(starts, kind.unit, context, kind.deduct)
    if totals is not None:
        deducted, joins = "coalesce(x.days, 0)", [f"LEFT JOIN ({totals}) x ON x.id = f.c"]
    last, more_joins = _last_day(context, kind.unit, day, f"({amount} + {deducted})")
    joins += more_joins
    if extension is not None and kind.extension_period is None:
        last = f"CASE WHEN ({last}) IS NOT NULL THEN greatest({last}, {extension}_x) END"
    if kind.rolls:
        last, more_joins = context.dialect.rolled("long", last)
        joins += more_joins
    return f"(SELECT f.*, {last} AS long_due FROM frame f {' '.join(dict.fromkeys(joins))}) f"


def _last_day(context: Context, unit: Unit, day: str, amount: str) -> tuple[str, list[str]]:
    """The day so many days or working days after a day, and the joins that it needs."""
    if unit is Unit.WORKING_DAY:
        return context.dialect.working_day("last", day, amount)
    return f"({day} + {amount})", []


def _counted(starts: str, unit: Unit, context: Context, deduct: str | None) -> str:
    """
    ``(id, due)`` for periods ``(id, c, agency, day, amount)`` with the times of ``deduct`` not counted.

    Times are merged; in order, each counts when it begins no later than the last day reached so far.
    """
    totals = _not_counted(starts, unit, context, deduct)
    if totals is None:
        last, joins = _last_day(context, unit, "p.day", "p.amount")
    else:
        last, joins = _last_day(context, unit, "p.day", "(p.amount + coalesce(x.days, 0))")
        joins = [f"LEFT JOIN ({totals}) x ON x.id = p.id", *joins]
    return f"SELECT p.id, {last} AS due FROM ({starts}) p {' '.join(joins)}"


def _not_counted(starts: str, unit: Unit, context: Context, deduct: str | None) -> str | None:
    """``(id, days)`` of the times of ``deduct`` that do not count in such periods; nothing, where the law deducts nothing."""
    working = unit is Unit.WORKING_DAY
    lists = context.agencies_by(deduct) if deduct else {}
    # Said at once for all agencies, too: what can be deducted nowhere need not be looked at.
    types = tuple(sorted({one for timeline in lists for _, value in timeline for one in _listed(value)}))
    if not types:
        return None
    at = context.day("s.m")
    suspension, resumption = code_of("events.type", "suspension"), code_of("events.type", "resumption")
    until = (
        f"CASE WHEN s.ended IS NOT NULL THEN {context.day('s.ended')} WHEN s.t = {suspension} THEN "
        f"coalesce(u.day, {context.as_of_day + 1}) END"
    )
    resumed = (
        f"SELECT a.k, min({context.day('z.m')}) AS day FROM steps a JOIN steps z ON z.c = a.c "
        f"AND z.t = {resumption} AND {context.not_after('a.m', 'z.m')} WHERE a.t = {suspension} GROUP BY a.k"
    )
    begins = "b.through" if working else "p.day"
    lookup = "LEFT JOIN calendar b ON b.day = p.day" if working else ""
    times = (
        f"SELECT p.id, {begins} + p.amount AS reach, greatest({at}, p.day) AS first, {until} AS until "
        f"FROM ({starts}) p {lookup} JOIN steps s ON s.c = p.c LEFT JOIN ({resumed}) u ON u.k = s.k "
        f"WHERE {types_sql(types)} AND {_deducted(lists)} AND {until} > {at} AND {until} > p.day"
    )
    marked = (
        "SELECT id, reach, first, until, CASE WHEN first <= max(until) OVER (PARTITION BY id ORDER BY first, until "
        f"ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS opens FROM ({times})"
    )
    numbered = (
        "SELECT id, reach, first, until, sum(opens) OVER (PARTITION BY id ORDER BY first, until "
        f"ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island FROM ({marked})"
    )
    merged = (
        "SELECT id, island, min(reach) AS reach, min(first) AS first, max(until) AS until "
        f"FROM ({numbered}) GROUP BY id, island"
    )
    if working:
        measured = (
            "SELECT m.id, m.reach, m.first, e.before - b.before AS length, b.before AS place "
            f"FROM ({merged}) m LEFT JOIN calendar b ON b.day = m.first LEFT JOIN calendar e ON e.day = m.until"
        )
    else:
        measured = f"SELECT id, reach, first, until - first AS length, first - 1 AS place FROM ({merged})"
    before = "sum(length) OVER (PARTITION BY id ORDER BY first ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    reached = f"SELECT id, first, length, place < reach + coalesce({before}, 0) AS counts FROM ({measured})"
    kept = (
        "SELECT id, length, min(CASE WHEN counts THEN 1 ELSE 0 END) OVER (PARTITION BY id ORDER BY first "
        f"ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS counts FROM ({reached})"
    )
    return f"SELECT id, CAST(sum(length) FILTER (WHERE counts = 1) AS BIGINT) AS days FROM ({kept}) GROUP BY id"


def _deducted(lists: Mapping[Timeline, list[int]]) -> str:
    """Whether the event ``s`` is of a type that is deducted for the agency and day of ``p``."""
    arms, rest = [], "false"
    items = sorted(lists.items(), key=lambda group: -len(group[1]))
    for number, (timeline, keys) in enumerate(items):
        within = _by_time(timeline)
        if number == 0:
            rest = within
        elif keys:
            arms.append(f"WHEN p.agency IN ({', '.join(map(str, keys))}) THEN ({within})")
    return f"(CASE {' '.join(arms)} ELSE ({rest}) END)" if arms else f"({rest})"


def _listed(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _by_time(timeline: Timeline) -> str:
    def listed(value: object) -> str:
        types = _listed(value)
        return types_sql(types) if types else "false"

    first, *later = timeline
    if not later:
        return listed(first[1])
    arms = " ".join(f"WHEN p.day >= {since} THEN {listed(value)}" for since, value in reversed(later))
    return f"CASE {arms} ELSE {listed(first[1])} END"


@columns.register
def _(kind: Window, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    when, act, start = frame.condition(kind.when), frame.moment(kind.act), frame.moment(kind.start)
    due = frame.due(kind.start, kind.period, kind.unit)
    own = frame.step(kind.start.step)  # type: ignore[union-attr]
    in_order = context.before(f"{own}_m", act)
    waited = f"CASE WHEN {due} IS NOT NULL AND {in_order} IS NOT NULL THEN {context.day(act)} > {due} END"
    lifted = frame.condition(kind.lifted) if kind.lifted is not None else "false"
    missing = 2 if kind.demanded else 0
    return outcome(
        k="f.c",
        s=(
            f"CASE WHEN ({when}) IS FALSE OR {act} IS NULL THEN 0 WHEN {start} IS NULL THEN {missing} "
            f"WHEN NOT {due}_set THEN 0 "
            f"WHEN coalesce({waited}, false) OR coalesce({lifted}, false) THEN 1 "
            f"WHEN ({waited}) IS NULL OR ({lifted}) IS NULL OR ({when}) IS NULL THEN 3 ELSE 2 END"
        ),
        due=due,
        values=(context.day(start), act),
        evidence=(frame.row_of(kind.start), frame.row_of(kind.act)),
        source="frame f",
    )


@columns.register
def _(kind: Ahead, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    when, act, start = frame.condition(kind.when), frame.moment(kind.act), frame.moment(kind.start)
    earliest = frame.due(kind.start, kind.period, kind.unit)
    own = frame.step(kind.start.step)  # type: ignore[union-attr]
    return outcome(
        k="f.c",
        s=(
            f"CASE WHEN ({when}) IS FALSE OR {act} IS NULL THEN 0 "
            f"WHEN {start} IS NOT NULL AND NOT {earliest}_set AND {context.before(f'{own}_m', act)} IS NOT NULL THEN 0 "
            f"WHEN ({when}) IS NULL OR {earliest} IS NULL OR {context.before(f'{own}_m', act)} IS NULL THEN 3 "
            f"WHEN {context.day(act)} >= {earliest} THEN 1 ELSE 2 END"
        ),
        due=earliest,
        values=(context.day(start), act),
        evidence=(frame.row_of(kind.start), frame.row_of(kind.act)),
        source="frame f",
    )


def handlers_table(context: Context) -> tuple[str, str]:
    """The handlers of each case: ``(c, officer)``."""
    return (
        "handlers",
        f"SELECT DISTINCT p.c, p.officer FROM participants p WHERE p.role = {HANDLER} "
        f"AND {types_sql(HANDLING, 'p')} AND p.m < {context.horizon}",
    )


@columns.register
def _(kind: Separation, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    frame.table(*handlers_table(context))
    role = CODES["participants.role"][kind.role]
    if kind.serving is None:
        people = (
            f"SELECT p.c, p.e, p.m, p.officer FROM participants p WHERE p.role = {role} "
            f"AND {types_sql(kind.types, 'p')} AND p.m < {context.horizon}"
        )
    else:
        step = frame.step(kind.serving)
        people = (
            f"SELECT p.c, p.e, p.m, p.officer FROM participants p JOIN frame f ON f.c = p.c "
            f"LEFT JOIN steps s ON s.k = p.e AND {types_sql(kind.types)} WHERE p.role = {role} "
            f"AND p.m < {context.horizon} AND (p.e = {step}_k OR s.about = {step}_k)"
        )
    packed = f"min(p.e * {PACK} + p.officer) FILTER (WHERE h.c IS NOT NULL)"
    judged = (
        f"SELECT p.c, {packed} AS packed, min(p.m) FILTER (WHERE h.c IS NOT NULL) AS m FROM ({people}) p "
        f"JOIN case_base b ON b.c = p.c LEFT JOIN handlers h ON h.c = p.c AND h.officer = p.officer "
        f"WHERE b.kind = {PENALTY_KIND} GROUP BY p.c"
    )
    return outcome(
        k="j.c",
        s="CASE WHEN j.packed IS NULL THEN 1 ELSE 2 END",
        values=("j.m",),
        evidence=(context.dialect.divide("j.packed", str(PACK)), f"j.packed % {PACK}"),
        source=f"({judged}) j",
    )


def demand(context: Context, *, moment: str, single: str, agency: str) -> str:
    """How many officers a step needs at least."""
    fewest = context.parameter("officers.minimum", day=context.day(moment), agency=agency)
    return f"CASE WHEN {single} THEN 1 ELSE {fewest} END"


def crew_table(context: Context) -> tuple[str, str]:
    """How many officers, and how many with a valid credential, took part in each step that needs two."""
    day = context.day("p.m")
    present = (
        f"SELECT p.e, count(DISTINCT p.officer) AS officers, "
        f"count(DISTINCT CASE WHEN o.has_credential THEN p.officer END) AS credentialed "
        f"FROM participants p JOIN officer_states o ON o.officer = p.officer AND o.since <= {day} AND o.until > {day} "
        f"WHERE o.is_officer AND p.role IN ({', '.join(map(str, CREW_ROLES))}) AND {types_sql(CREW_TYPES, 'p')} "
        f"AND p.m < {context.horizon} GROUP BY p.e"
    )
    return (
        "crew",
        f"SELECT s.k, s.c, s.t, s.m, coalesce(n.officers, 0) AS officers, coalesce(n.credentialed, 0) AS credentialed, "
        f"{demand(context, moment='s.m', single='b.item_single', agency='b.agency')} AS demanded, "
        f"b.item_single, b.kind, b.agency FROM steps s JOIN case_base b ON b.c = s.c "
        f"LEFT JOIN ({present}) n ON n.e = s.k WHERE {types_sql(CREW_TYPES)}",
    )


def _staff_table(kind: Quorum, context: Context) -> tuple[str, str]:
    """How many people, whoever they are, took part in each step of these types."""
    roles = ", ".join(map(str, CREW_ROLES))
    present = (
        f"SELECT p.e, count(DISTINCT p.officer) AS officers FROM participants p WHERE p.role IN ({roles}) "
        f"AND {types_sql(kind.types, 'p')} AND p.m < {context.horizon} GROUP BY p.e"
    )
    return (
        "staffed",
        f"SELECT s.k, s.c, s.t, s.m, coalesce(n.officers, 0) AS officers, b.kind, b.agency FROM steps s "
        f"JOIN case_base b ON b.c = s.c LEFT JOIN ({present}) n ON n.e = s.k WHERE {types_sql(kind.types)}",
    )


@columns.register
def _(kind: Quorum, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    crew = "staffed" if kind.staff else "crew"
    frame.table(*(_staff_table(kind, context) if kind.staff else crew_table(context)))
    present = "w.credentialed" if kind.credentialed else "w.officers"
    demanded = (
        "w.demanded"
        if kind.single_allowed
        else context.parameter(kind.minimum, day=context.day("w.m"), agency="w.agency")
    )
    only = "" if kind.any_kind else f"AND w.kind = {PENALTY_KIND}"
    judged = (
        f"SELECT w.c, min({present} * {PACK} + w.k) AS packed, max(CASE WHEN {present} < {demanded} THEN 1 ELSE 0 END) "
        f"AS broken FROM {crew} w WHERE {types_sql(kind.types, 'w')} {only} GROUP BY w.c"
    )
    key = f"j.packed % {PACK}"
    return outcome(
        k="j.c",
        s="CASE WHEN j.broken = 1 THEN 2 ELSE 1 END",
        values=(context.dialect.divide("j.packed", str(PACK)), demanded, "w.m"),
        evidence=(key,),
        source=f"({judged}) j JOIN {crew} w ON w.k = {key}",
    )


@columns.register
def _(kind: ReviewerQualified, rule: Rule, context: Context) -> str:
    frame_of(context)
    role = CODES["participants.role"]["reviewer"]
    reviewer = CODES["officer_roles.role"]["legal_reviewer"]
    day = context.day("p.m")
    begun = f"SELECT officer, min(coalesce(since, -1000000)) AS day FROM officer_roles WHERE role = {reviewer} GROUP BY officer"
    since = context.parameter("legal_review.qualification_since", day=day, agency="b.agency")
    qualified = (
        f"coalesce(o.is_reviewer, false) AND (coalesce(r.day < {since}, {since} IS NULL) "
        f"OR coalesce(q.qualified <= {day}, false))"
    )
    packed = f"min(p.e * {PACK} + p.officer) FILTER (WHERE NOT ({qualified}))"
    judged = (
        f"SELECT p.c, {packed} AS packed, min(p.m) FILTER (WHERE NOT ({qualified})) AS m FROM participants p "
        f"JOIN case_base b ON b.c = p.c LEFT JOIN officer_states o ON o.officer = p.officer AND o.since <= {day} "
        f"AND o.until > {day} LEFT JOIN ({begun}) r ON r.officer = p.officer LEFT JOIN officers q ON q.k = p.officer "
        f"WHERE p.role = {role} AND {types_sql(('legal_review',), 'p')} AND p.m < {context.horizon} "
        f"AND b.kind = {PENALTY_KIND} GROUP BY p.c"
    )
    return outcome(
        k="j.c",
        s="CASE WHEN j.packed IS NULL THEN 1 ELSE 2 END",
        values=("j.m",),
        evidence=(context.dialect.divide("j.packed", str(PACK)), f"j.packed % {PACK}"),
        source=f"({judged}) j",
    )


@columns.register
def _(kind: SameAgency, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    frame.table(*handlers_table(context))
    belongs = (
        "CASE WHEN o.agency IS NULL OR b.agency IS NULL THEN NULL WHEN o.agency = b.agency THEN true "
        "ELSE coalesce(a.parent = b.agency, false) END"
    )
    judged = (
        f"SELECT h.c, count(*) FILTER (WHERE NOT ({belongs})) AS strangers, "
        f"min(h.officer) FILTER (WHERE NOT ({belongs})) AS stranger, "
        f"count(*) FILTER (WHERE ({belongs}) IS NULL) AS unknown FROM handlers h JOIN case_base b ON b.c = h.c "
        f"LEFT JOIN officers o ON o.k = h.officer LEFT JOIN agencies a ON a.k = o.agency "
        f"WHERE b.kind = {PENALTY_KIND} GROUP BY h.c"
    )
    joint = "SELECT DISTINCT c FROM inspections WHERE joint IS NOT NULL AND c IS NOT NULL"
    return outcome(
        k="j.c",
        s=("CASE WHEN v.c IS NOT NULL THEN 1 WHEN j.strangers > 0 THEN 2 WHEN j.unknown > 0 THEN 3 ELSE 1 END"),
        values=("j.strangers",),
        evidence=("j.stranger",),
        source=f"({judged}) j LEFT JOIN ({joint}) v ON v.c = j.c",
    )


@columns.register
def _(kind: WithinTier, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    step = frame.step(PENALTY)
    day = context.day(f"{step}_m")

    def in_force(on: str) -> str:
        return f"coalesce(t.since <= {on}, true) AND coalesce(t.until >= {on}, true)"

    def summed(on: str, prefix: str) -> str:
        where = f"FILTER (WHERE {in_force(on)})"
        within = "f.fine BETWEEN t.low AND t.high"
        return (
            f"count(*) {where} AS {prefix}_rows, count(*) FILTER (WHERE {in_force(on)} AND (t.low IS NULL OR t.high IS NULL)) "
            f"AS {prefix}_open, max(t.high) {where} AS {prefix}_high, min(t.low) {where} AS {prefix}_low, "
            f"coalesce(bool_or({within}) {where}, false) AS {prefix}_within"
        )

    ranges = (
        f"SELECT f.c, {summed('f.act', 'old')}, {summed(day, 'new')} FROM frame f JOIN benchmarks t "
        f"ON t.item = f.item AND t.tier = f.tier WHERE f.kind = {PENALTY_KIND} AND {step}_k IS NOT NULL GROUP BY f.c"
    )
    lighter = "(r.new_rows > 0 AND (r.new_high < r.old_high OR (r.new_high = r.old_high AND r.new_low < r.old_low)))"
    return outcome(
        k="f.c",
        s=(
            f"CASE WHEN f.kind <> {PENALTY_KIND} OR {step}_k IS NULL OR f.tier IS NULL THEN 0 "
            f"WHEN f.act IS NULL OR f.fine IS NULL OR coalesce(r.old_rows, 0) = 0 THEN 3 "
            f"WHEN r.old_open > 0 OR r.new_open > 0 THEN CASE WHEN f.departs THEN 1 ELSE 3 END "
            f"WHEN f.departs OR CASE WHEN {lighter} THEN r.new_within ELSE r.old_within END THEN 1 ELSE 2 END"
        ),
        values=(
            "f.fine",
            f"CASE WHEN {lighter} THEN r.new_low ELSE r.old_low END",
            f"CASE WHEN {lighter} THEN r.new_high ELSE r.old_high END",
            f"CASE WHEN {lighter} THEN 1 ELSE 0 END",
        ),
        evidence=(f"{step}_k",),
        source=f"frame f LEFT JOIN ({ranges}) r ON r.c = f.c",
    )


@columns.register
def _(kind: Limitation, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    decided = frame.step(OUTCOME)
    frame.want_type(OUTCOME)
    act = "coalesce(f.act_ended, f.act)"

    def last(parameter: str) -> str:
        years = context.parameter(parameter, day=act, agency="f.agency")
        return context.dialect.add_months(act, f"12 * ({years})")

    five = CODES["cases.limitation_class"]["five_year"]
    short, long = last("limitation.years"), last("limitation.extended_years")
    due = f"CASE WHEN coalesce(f.limitation_class = {five}, false) THEN {long} ELSE {short} END"
    decision = code_of("events.type", "decision")
    open_ = CODES["cases.status"]["open"]
    return outcome(
        k="f.c",
        s=(
            f"CASE WHEN f.kind <> {PENALTY_KIND} OR NOT (coalesce({decided}_t = {decision}, false) "
            f"OR coalesce(f.status = {open_}, false)) THEN 0 WHEN {act} IS NULL OR f.found IS NULL THEN 3 "
            f"WHEN ({due}) IS NULL THEN 0 WHEN f.found <= ({due}) THEN 1 "
            f"WHEN f.limitation_class IS NULL AND coalesce(f.found <= {long}, true) THEN 3 ELSE 2 END"
        ),
        due=due,
        values=(act, "f.found"),
        source="frame f",
    )


@columns.register
def _(kind: Withdrawn, rule: Rule, context: Context) -> str:
    frame_of(context)
    shown = f"d.subject = {CODES['disclosures.subject']['case']}"
    if kind.void:
        outcomes = ", ".join(str(CODES["remedies.outcome"][code]) for code in sorted(kind.VOIDING))
        voided = (
            f"SELECT c, k, {context.day('decided')} AS day FROM (SELECT c, k, decided, "
            "row_number() OVER (PARTITION BY c ORDER BY decided, k) AS nth FROM remedies "
            f"WHERE outcome IN ({outcomes}) AND decided < {context.horizon} AND c IS NOT NULL) WHERE nth = 1"
        )
        amount = context.parameter("disclosure.withdraw_void.days", day="v.day", agency="b.agency")
        periods = (
            f"SELECT b.c, b.status, v.k AS remedy, v.day, CASE WHEN a.known AND w.known THEN w.day END AS due, "
            f"({amount}) IS NOT NULL AS is_set "
            f"FROM case_base b JOIN ({voided}) v ON v.c = b.c LEFT JOIN calendar a ON a.day = v.day "
            f"LEFT JOIN working_days w ON w.ordinal = a.through + {amount} WHERE b.kind = {PENALTY_KIND}"
        )
        counted = f"AND (g.due IS NULL OR {context.day('d.published')} <= g.due)"
        unknown, late = "j.due IS NULL", "false"
    else:
        first = f"SELECT d.c, {context.day('min(d.published)')} AS day FROM disclosures d WHERE {shown} GROUP BY d.c"
        on = f"greatest(v.day, {day_number(kind.since)})" if kind.since else "v.day"
        months = " ".join(
            f"WHEN {number} THEN {context.parameter(f'disclosure.max_months.{name}', day=on, agency='b.agency')}"
            for name, number in CODES["cases.credit_class"].items()
        )
        amount = f"CASE b.credit_class {months} END"
        due = context.dialect.add_months("v.day", amount)
        periods = (
            f"SELECT b.c, b.status, CAST(NULL AS BIGINT) AS remedy, v.day, {due} AS due, "
            f"b.credit_class IS NULL OR ({amount}) IS NOT NULL AS is_set FROM case_base b "
            f"JOIN ({first}) v ON v.c = b.c"
        )
        counted = ""
        unknown = "j.due IS NULL"
        late = f"j.due < {day_number(kind.since)}" if kind.since else "false"
    closed = f"coalesce(g.status IN ({CLOSED}), false)"
    reached = f"coalesce({context.day('d.withdrawn')}, {context.as_of_day})"
    judged = (
        f"SELECT g.c, g.remedy, g.day, g.due, g.is_set, count(*) FILTER (WHERE d.withdrawn IS NULL) AS left_open, "
        f"max({reached}) AS reached, max(d.withdrawn) AS latest FROM ({periods}) g JOIN disclosures d ON d.c = g.c "
        f"WHERE {shown} {counted} AND (g.due IS NULL OR d.withdrawn IS NOT NULL OR NOT {closed}) "
        f"GROUP BY g.c, g.remedy, g.day, g.due, g.is_set"
    )
    return outcome(
        k="j.c",
        s=f"CASE WHEN NOT j.is_set THEN 0 WHEN {unknown} THEN 3 WHEN {late} THEN 0 WHEN j.reached > j.due THEN 2 ELSE 1 END",
        due="j.due",
        values=("j.day", "CASE WHEN j.left_open = 0 THEN j.latest END", "j.reached"),
        evidence=("j.remedy",) if kind.void else (),
        source=f"({judged}) j",
    )


@columns.register
def _(kind: EachDeadline, rule: Rule, context: Context) -> str:
    frame, name = frame_of(context), f"{kind.start}_to_{kind.end}"
    start, end = code_of("events.type", kind.start), code_of("events.type", kind.end)
    answers = f"(e.t = {end} AND (coalesce(e.about = s.id, false) OR (e.about IS NULL AND {context.not_after('s.m', 'e.m')})))"
    if kind.or_decided:
        decided = ("decision", "no_penalty")
        answers = f"({answers} OR ({types_sql(decided, 'e')} AND e.effective AND {context.not_after('s.m', 'e.m')}))"
        # Said without the start, too, so that other steps are left out before they meet it.
        answers = f"{types_sql((kind.end, *decided), 'e')} AND {answers}"
    only = f"AND b.kind = {PENALTY_KIND}" if kind.penalties_only else ""
    day = context.day("s.m")
    frame.table(
        f"{name}_starts",
        f"SELECT s.k AS id, s.c, s.m, b.agency, b.status, {day} AS day, "
        f"{context.parameter(kind.period, day=day, agency='b.agency')} AS amount FROM steps s "
        f"JOIN case_base b ON b.c = s.c WHERE s.t = {start} {only}",
    )
    starts = f"SELECT * FROM {name}_starts"
    frame.table(
        f"{name}_ends",
        f"SELECT s.id, min(e.k) AS end_k, min(e.m) AS end_m FROM {name}_starts s JOIN steps e ON e.c = s.c "
        f"AND {answers} GROUP BY s.id",
    )
    frame.table(f"{name}_due", _counted(starts, kind.unit, context, kind.deduct))
    due = f"{name}_due"
    if kind.extension is not None:
        extension = code_of("events.type", kind.extension)
        granted = (
            f"SELECT s.id, max_by(coalesce(e.extends_to, {FAR}), e.k) AS extends_to FROM {name}_starts s "
            f"JOIN steps e ON e.c = s.c AND e.t = {extension} AND e.effective AND coalesce(e.about = s.id, true) "
            f"GROUP BY s.id"
        )
        more = context.parameter(kind.extension_period or "", day="p.day", agency="p.agency")
        longer = f"greatest(least(coalesce(x.extends_to, g.due), g.due + coalesce({more}, 0)) - g.due, 0)"
        frame.table(
            f"{name}_extended",
            f"SELECT p.id, p.c, p.agency, p.day, p.amount + {longer} AS amount FROM {name}_starts p "
            f"LEFT JOIN {due} g ON g.id = p.id LEFT JOIN ({granted}) x ON x.id = p.id",
        )
        due = f"{name}_extended_due"
        frame.table(due, _counted(f"SELECT * FROM {name}_extended", kind.unit, context, kind.deduct))
    timed = (
        f"SELECT n.id AS k, n.c, n.day, n.status, n.amount IS NOT NULL AS is_set, e.end_k, e.end_m, g.due "
        f"FROM {name}_starts n LEFT JOIN {name}_ends e ON e.id = n.id LEFT JOIN {due} g ON g.id = n.id"
    )
    reached = f"coalesce({context.day('n.end_m')}, {context.as_of_day})"
    judged = (
        f"SELECT n.*, {reached} - n.due AS late, CASE WHEN n.end_m IS NULL AND coalesce(n.status IN ({CLOSED}), false) "
        f"THEN 0 WHEN NOT n.is_set THEN 0 WHEN n.due IS NULL THEN 3 WHEN {reached} > n.due THEN 2 ELSE 1 END AS s FROM ({timed}) n"
    )
    rank = "CASE s WHEN 2 THEN 0 WHEN 3 THEN 1 WHEN 1 THEN 2 ELSE 3 END"
    ranked = (
        f"SELECT *, row_number() OVER (PARTITION BY c ORDER BY {rank}, CASE WHEN s = 2 THEN -late END, k) AS rank "
        f"FROM ({judged})"
    )
    return outcome(
        k="j.c",
        s="j.s",
        due="j.due",
        values=("j.day", "j.end_m", "j.late"),
        evidence=("j.k", "j.end_k"),
        source=f"(SELECT * FROM ({ranked}) WHERE rank = 1) j",
    )


@columns.register
def _(kind: Shown, rule: Rule, context: Context) -> str:
    frame_of(context)
    type_ = code_of("events.type", kind.type)
    only = "" if kind.any_kind else f"AND b.kind = {PENALTY_KIND}"
    written = "SELECT DISTINCT e FROM documents" + (" WHERE is_record" if kind.record else "")
    shown = "w.e IS NOT NULL"
    recordings = "SELECT DISTINCT e FROM media WHERE e IS NOT NULL"
    if kind.record and kind.media_parameter is not None:
        kinds = ", ".join(str(CODES["media.kind"][code]) for code in ("audio", "video"))
        recordings += f" AND kind IN ({kinds})"
        asked = context.parameter(kind.media_parameter, day=context.day("s.m"), agency="b.agency")
        shown = f"({shown} AND (NOT coalesce({asked}, false) OR r.e IS NOT NULL))"
    elif not kind.record:
        flag = f"coalesce(s.outcome = {code_of('events.outcome', kind.flag)}, false)" if kind.flag else "false"
        shown = f"({shown} OR r.e IS NOT NULL OR {flag})"
    judged = (
        f"SELECT s.c, min(s.k) FILTER (WHERE NOT {shown}) AS k, min(s.m) FILTER (WHERE NOT {shown}) AS m FROM steps s "
        f"JOIN case_base b ON b.c = s.c LEFT JOIN ({written}) w ON w.e = s.k LEFT JOIN ({recordings}) r ON r.e = s.k "
        f"WHERE s.t = {type_} {only} GROUP BY s.c"
    )
    return outcome(
        k="j.c",
        s="CASE WHEN j.k IS NULL THEN 1 ELSE 2 END",
        values=("j.m",),
        evidence=("j.k",),
        source=f"({judged}) j",
    )


@columns.register
def _(kind: SeizureApproved, rule: Rule, context: Context) -> str:
    frame_of(context)
    seizure, approval = code_of("events.type", kind.type), code_of("events.type", "approval")
    hours = "NULL"
    if kind.urgent_hours is not None:
        hours = context.parameter(kind.urgent_hours, day=context.day("s.m"), agency="b.agency")
    earlier = context.before("a.m", "s.m")
    # A difference of moment codes is twice the microseconds.
    soon = (
        f"CASE WHEN a.m % 2 = 1 AND s.m % 2 = 1 THEN coalesce(a.m - s.m <= {hours} * 7200000000, false) "
        f"WHEN {hours} IS NULL THEN false END"
    )
    urgent = f"({soon}) AND s.urgent" if kind.urgent_hours is not None else "false"
    only = f" AND b.kind = {PENALTY_KIND}" if kind.penalties_only else ""
    in_time = f"CASE WHEN a.k IS NULL THEN false ELSE ({earlier} OR ({urgent})) END"
    if kind.urgent_hours is None:
        agreed = f"coalesce(s.outcome = {code_of('events.outcome', 'approved')}, false)"
        in_time = f"CASE WHEN {agreed} THEN true ELSE {in_time} END"
    each = (
        f"SELECT s.c, s.k, s.m, bool_or({in_time}) AS yes, bool_or(({in_time}) IS NULL) AS maybe FROM steps s "
        f"JOIN case_base b ON b.c = s.c LEFT JOIN steps a ON a.c = s.c AND a.t = {approval} AND a.effective "
        f"AND a.about = s.k WHERE s.t = {seizure}{only} GROUP BY s.c, s.k, s.m"
    )
    status = "CASE WHEN coalesce(yes, false) THEN 1 WHEN coalesce(maybe, false) THEN 3 ELSE 2 END"
    ranked = (
        f"SELECT c, k, m, s, row_number() OVER (PARTITION BY c ORDER BY CASE s WHEN 2 THEN 0 WHEN 3 THEN 1 ELSE 2 END, k) "
        f"AS rank FROM (SELECT c, k, m, {status} AS s FROM ({each}))"
    )
    return outcome(
        k="j.c", s="j.s", values=("j.m",), evidence=("j.k",), source=f"(SELECT * FROM ({ranked}) WHERE rank = 1) j"
    )


@columns.register
def _(kind: Answered, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    when, act = frame.condition(kind.when), frame.step(kind.by)
    approved = "" if kind.outcome is None else f"AND e.outcome = {code_of('events.outcome', kind.outcome)} "
    spared = ", ".join(str(code_of("events.outcome", code)) for code in kind.outcomes_not)
    calls = f" AND coalesce(s.outcome NOT IN ({spared}), true)" if spared else ""
    asked, answered = context.before("s.m", f"{act}_m"), context.before("e.m", f"{act}_m")
    answers = (
        f"{types_sql(kind.answers, 'e')} AND e.effective {approved}"
        f"AND (coalesce(e.about = s.k, false) OR (e.about IS NULL AND {context.not_after('s.m', 'e.m')}))"
    )
    each = (
        f"SELECT s.c, s.k, s.m, {act}_k AS act, {act}_m AS acted, ({when}) IS NULL AS unclear, ({asked}) IS NULL AS beside, "
        f"coalesce(bool_or(e.k IS NOT NULL AND {answered}), false) AS yes, "
        f"coalesce(bool_or(e.k IS NOT NULL AND ({answered}) IS NULL), false) AS maybe FROM steps s "
        f"JOIN frame f ON f.c = s.c LEFT JOIN steps e ON e.c = s.c AND {answers} "
        f"WHERE {types_sql(kind.types)} AND s.effective{calls} AND coalesce({when}, true) AND coalesce({asked}, true) "
        f"AND {act}_k IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )
    status = "CASE WHEN unclear THEN 3 WHEN yes THEN 1 WHEN maybe OR beside THEN 3 ELSE 2 END"
    ranked = (
        f"SELECT *, row_number() OVER (PARTITION BY c ORDER BY CASE s WHEN 2 THEN 0 WHEN 3 THEN 1 ELSE 2 END, k) AS rank "
        f"FROM (SELECT c, k, m, act, acted, {status} AS s FROM ({each}))"
    )
    return outcome(
        k="j.c",
        s="j.s",
        values=("j.m", "j.acted"),
        evidence=("j.k", "j.act"),
        source=f"(SELECT * FROM ({ranked}) WHERE rank = 1) j",
    )


@columns.register
def _(kind: Surcharge, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    added, decided = frame.step(ADDITIONAL_FINE), frame.step(PENALTY)
    amount = frame.amount_of(ADDITIONAL_FINE)
    due = frame.due(Served(PENALTY), "payment.days", Unit.CALENDAR_DAY, rolls=True)
    rate = context.parameter("additional_fine.percent", day=context.day(f"{added}_m"), agency="f.agency")
    days = f"greatest({context.day(f'{added}_m')} - {due}, 0)"
    most = f"least({context.dialect.divide(f'(f.fine * {rate} * {days})', '100')}, f.fine)"
    return outcome(
        k="f.c",
        s=(
            f"CASE WHEN f.kind <> {PENALTY_KIND} OR {added}_k IS NULL OR {decided}_k IS NULL THEN 0 "
            f"WHEN ({rate}) IS NULL OR NOT {due}_set THEN 0 "
            f"WHEN {due} IS NULL OR f.fine IS NULL OR {amount} IS NULL THEN 3 "
            f"WHEN {amount} > {most} THEN 2 ELSE 1 END"
        ),
        values=(amount, most, days, f"{added}_m"),
        evidence=(f"{added}_k",),
        source="frame f",
    )


@columns.register
def _(kind: Contents, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    when = frame.condition(kind.when)
    frame.table(
        "papers",
        "SELECT e, bit_or(elements) AS told FROM documents WHERE elements IS NOT NULL AND e IS NOT NULL GROUP BY e",
    )
    if kind.step is not None:
        step = frame.step(kind.step)
        events, k, m = (
            f"frame f LEFT JOIN papers d ON d.e = {step}_k WHERE {step}_k IS NOT NULL",
            f"{step}_k",
            f"{step}_m",
        )
    else:
        events, k, m = "steps s JOIN frame f ON f.c = s.c LEFT JOIN papers d ON d.e = s.k", "s.k", "s.m"
        events += f" WHERE {types_sql(kind.types)} AND s.effective"
    asked = context.parameter(kind.parameter, day=context.day(m), agency="f.agency", bits=ELEMENT_BITS)
    each = (
        f"SELECT f.c, {k} AS k, {m} AS m, ({when}) IS NULL AS unclear, CAST({asked} AS BIGINT) AS asked, d.told "
        f"FROM {events} AND coalesce({when}, true)"
    )
    status = (
        "CASE WHEN asked = 0 THEN 0 WHEN unclear OR told IS NULL THEN 3 WHEN (asked & told) <> asked THEN 2 ELSE 1 END"
    )
    judged = f"SELECT c, k, m, asked - (asked & told) AS lacking, {status} AS s FROM ({each})"
    ranked = (
        f"SELECT *, row_number() OVER (PARTITION BY c ORDER BY CASE s WHEN 2 THEN 0 WHEN 3 THEN 1 WHEN 1 THEN 2 ELSE 3 END, k) "
        f"AS rank FROM ({judged})"
    )
    return outcome(
        k="j.c",
        s="j.s",
        values=("j.m", "j.lacking"),
        evidence=("j.k",),
        source=f"(SELECT * FROM ({ranked}) WHERE rank = 1) j",
    )


@columns.register
def _(kind: KeptOut, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    when = frame.condition(kind.when)
    recused = CODES["participants.role"]["recused"]
    out = (
        f"SELECT r.c, r.officer, s.m FROM participants r JOIN steps s ON s.k = r.e JOIN frame f ON f.c = r.c "
        f"WHERE r.role = {recused} AND {types_sql(('recusal',))} AND s.outcome = {code_of('events.outcome', 'approved')} "
        f"AND coalesce({when}, false)"
    )
    later = context.before("o.m", "p.m")
    takes = f"p.officer = o.officer AND coalesce(p.role <> {recused}, true) AND p.m < {context.horizon}"
    judged = (
        f"SELECT o.c, min(CASE WHEN {later} THEN p.e * {PACK} + p.officer END) AS packed, "
        f"min(CASE WHEN {later} THEN p.m END) AS m, bool_or(p.e IS NOT NULL AND ({later}) IS NULL) AS maybe "
        f"FROM ({out}) o LEFT JOIN participants p ON p.c = o.c AND {takes} GROUP BY o.c"
    )
    return outcome(
        k="j.c",
        s="CASE WHEN j.packed IS NOT NULL THEN 2 WHEN coalesce(j.maybe, false) THEN 3 ELSE 1 END",
        values=("j.m",),
        evidence=(context.dialect.divide("j.packed", str(PACK)), f"j.packed % {PACK}"),
        source=f"({judged}) j",
    )


@columns.register
def _(kind: Complete, rule: Rule, context: Context) -> str:
    frame = frame_of(context)
    lacking = " + ".join(
        f"CASE WHEN coalesce({frame.condition(condition)}, false) THEN 0 ELSE {1 << bit} END"
        for bit, (_, condition) in enumerate(kind.parts)
    )
    when = frame.condition(kind.when)
    return outcome(
        k="f.c",
        s=f"CASE WHEN NOT coalesce({when}, false) THEN 0 WHEN ({lacking}) > 0 THEN 2 ELSE 1 END",
        values=(f"({lacking})",),
        source="frame f",
    )
