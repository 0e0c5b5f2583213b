"""Columns of the kinds of rule about what follows a case (:mod:`mingjing.domain.rules.kinds.remedies`)."""

from mingjing.domain.rules.kinds.remedies import HOUR_CODE, MediaRetained, ReferralInTime, ReplyInTime
from mingjing.domain.rules.model import Rule
from mingjing.engine.columns import columns, outcome
from mingjing.engine.columns.shared import so_far
from mingjing.engine.context import Context
from mingjing.engine.store import code_of
from mingjing.kernel.moments import DAY_CODE


@columns.register
def _(kind: ReplyInTime, rule: Rule, context: Context) -> str:
    court = f"r.kind = {code_of('remedies.kind', 'litigation')}"
    simple = f"r.procedure = {code_of('remedies.procedure', 'simple')}"
    received = (
        f"SELECT r.*, c.agency, {context.day('r.received')} AS day, {so_far(context, 'r.replied')} AS answered "
        "FROM remedies r LEFT JOIN cases c ON c.k = r.c "
        f"WHERE r.received < {context.horizon} OR r.received IS NULL"
    )
    long, short, lawsuit = (
        context.parameter(name, day="r.day", agency="r.agency")
        for name in (kind.RECONSIDERATION, kind.SIMPLE, kind.LITIGATION)
    )
    limited = (
        f"SELECT r.*, {court} AS in_court, CASE WHEN {court} THEN {lawsuit} WHEN {simple} THEN {short} ELSE {long} END AS days "
        f"FROM ({received}) r"
    )
    # Known only where the notices of both years are loaded: that of the start and that of the last day.
    due = "CASE WHEN s.known AND r.in_court AND l.known THEN l.rolled WHEN s.known AND NOT r.in_court AND w.known THEN w.day END"
    counted = (
        f"SELECT r.*, {due} AS due FROM ({limited}) r LEFT JOIN calendar s ON s.day = r.day "
        "LEFT JOIN calendar l ON l.day = r.day + r.days "
        "LEFT JOIN working_days w ON w.ordinal = s.through + r.days"
    )
    reached = f"coalesce({context.day('r.answered')}, {context.as_of_day})"
    return outcome(
        k="r.k",
        s=(
            "CASE WHEN r.received IS NULL OR r.kind IS NULL THEN 3 WHEN r.days IS NULL THEN 0 WHEN r.due IS NULL THEN 3 "
            f"WHEN {reached} <= r.due THEN 1 ELSE 2 END"
        ),
        due="r.due",
        values=("r.received", "r.answered", "r.days", "CASE WHEN r.in_court THEN 1 ELSE 0 END"),
        evidence=("r.k",),
        source=f"({counted}) r",
    )


@columns.register
def _(kind: ReferralInTime, rule: Rule, context: Context) -> str:
    sent = (
        f"SELECT r.k, r.received, {so_far(context, 'r.decided')} AS decided, {so_far(context, 'r.approved')} AS approved, "
        f"{so_far(context, 'r.transferred')} AS transferred, c.agency FROM referrals r LEFT JOIN cases c ON c.k = r.c "
        f"WHERE r.sent_to = {code_of('referrals.to', 'police')} AND (r.received < {context.horizon} OR r.received IS NULL)"
    )
    days = context.parameter(kind.DECIDE, day=context.day("r.received"), agency="r.agency")
    hours = context.parameter(kind.TRANSFER, day=context.day("r.approved"), agency="r.agency")
    limited = f"SELECT r.*, {days} AS days, {hours} AS hours FROM ({sent}) r"
    decide_due = f"({context.day('r.received')} + r.days)"
    latest = f"(r.approved + CAST(r.hours AS BIGINT) * {HOUR_CODE})"
    transfer_due = context.dialect.divide(latest, str(DAY_CODE))
    # 0 does not apply, 1 holds, 2 broken, 3 not known
    decide = (
        f"CASE WHEN r.received IS NULL THEN 3 WHEN r.days IS NULL THEN 0 "
        f"WHEN coalesce({context.day('r.decided')}, {context.as_of_day}) <= {decide_due} THEN 1 ELSE 2 END"
    )
    transfer = (
        f"CASE WHEN r.approved IS NULL OR r.approved % 2 = 0 THEN 3 WHEN r.hours IS NULL THEN 0 "
        f"WHEN r.transferred IS NULL THEN CASE WHEN {context.as_of_day} <= {transfer_due} THEN 1 ELSE 2 END "
        f"WHEN r.transferred % 2 = 0 THEN 3 WHEN r.transferred <= {latest} THEN 1 ELSE 2 END"
    )
    judged = (
        f"SELECT r.*, {decide} AS decide, {transfer} AS transfer, {decide_due} AS decide_due, "
        f"{transfer_due} AS transfer_due FROM ({limited}) r"
    )
    first = "r.decide = 2"

    def of_part(one: str, other: str) -> str:
        return f"CASE WHEN {first} THEN {one} ELSE {other} END"

    return outcome(
        k="r.k",
        s=(
            "CASE WHEN r.decide = 2 OR r.transfer = 2 THEN 2 WHEN r.decide = 3 OR r.transfer = 3 THEN 3 "
            "WHEN r.decide = 1 OR r.transfer = 1 THEN 1 ELSE 0 END"
        ),
        due=of_part("r.decide_due", "r.transfer_due"),
        values=(
            of_part("1", "2"),
            of_part("r.received", "r.approved"),
            of_part("r.decided", "r.transferred"),
            of_part("r.days", "r.hours"),
        ),
        evidence=("r.k",),
        source=f"({judged}) r",
    )


@columns.register
def _(kind: MediaRetained, rule: Rule, context: Context) -> str:
    act = f"CASE WHEN m.event_m < {context.horizon} THEN {context.day('m.event_m')} ELSE {context.day('m.started')} END"
    shown = f"SELECT m.k, m.c, m.retained, {act} AS day FROM media m"
    years = context.parameter(kind.years, day="m.day", agency="c.agency")
    limited = f"SELECT m.*, {years} AS years FROM ({shown}) m LEFT JOIN cases c ON c.k = m.c"
    due = context.dialect.add_months("m.day", "12 * m.years")
    judged = (
        f"SELECT m.*, CASE WHEN m.day IS NOT NULL AND m.years IS NOT NULL THEN {due} END AS due FROM ({limited}) m "
        f"WHERE m.day IS NULL OR m.day <= {context.as_of_day}"
    )
    return outcome(
        k="m.k",
        s=(
            "CASE WHEN m.day IS NULL OR m.retained IS NULL THEN 3 WHEN m.years IS NULL THEN 0 "
            "WHEN m.retained >= m.due THEN 1 ELSE 2 END"
        ),
        due="m.due",
        values=("m.day", "m.retained", "m.years"),
        evidence=("m.k",),
        source=f"({judged}) m",
    )
