"""What follows a case: replies to remedies, referrals, media that must be kept."""

from datetime import timedelta

from tests.oracle.counting import due_in_days, due_in_working_days
from tests.oracle.deadlines import judged
from tests.oracle.moments import (
    NOT_APPLICABLE,
    NOT_EVALUATED,
    add_days,
    add_months,
    status_of,
    worst,
)
from tests.oracle.world import Row, World


def domain_of_case(world: World, row: Row) -> str | None:
    case = world.cases.get(row.get("case_id"))  # type: ignore[arg-type]
    return None if case is None else case.domain


def reply_in_time(world: World, row: Row) -> str:
    if row.get("received_at") is None or row.get("kind") is None:
        return NOT_EVALUATED
    start = row["received_at"].day
    end = None if row.get("replied_at") is None else row["replied_at"].day
    if row["kind"] == "litigation":
        name = "reply.litigation.days"
    elif row.get("procedure") == "simple":
        name = "reply.simple.days"
    else:
        name = "reply.reconsideration.days"
    amount = world.value(name, start, domain_of_case(world, row))
    if amount is None:
        return NOT_APPLICABLE
    if row["kind"] == "litigation":
        due = due_in_days(world.days, start, amount, rolls=True)
    else:
        due = due_in_working_days(world.days, start, amount)
    return judged(world.as_of, end, due)


def referral_in_time(world: World, row: Row) -> str:
    if row.get("to") != "police":
        return NOT_APPLICABLE
    return worst([decided_in_time(world, row), transferred_in_time(world, row)])


def decided_in_time(world: World, row: Row) -> str:
    if row.get("report_received_at") is None:
        return NOT_EVALUATED
    start = row["report_received_at"].day
    amount = world.value("referral.decide.days", start, domain_of_case(world, row))
    if amount is None:
        return NOT_APPLICABLE
    end = None if row.get("decided_at") is None else row["decided_at"].day
    return judged(world.as_of, end, add_days(start, amount))


def transferred_in_time(world: World, row: Row) -> str:
    approved, transferred = row.get("approved_at"), row.get("transferred_at")
    if approved is None or approved.exact is None:
        return NOT_EVALUATED
    hours = world.value("referral.transfer_hours", approved.day, domain_of_case(world, row))
    if hours is None:
        return NOT_APPLICABLE
    due = approved.exact + timedelta(hours=hours)
    if transferred is None:
        return status_of(world.as_of <= due.date())
    if transferred.exact is None:
        return NOT_EVALUATED
    return status_of(transferred.exact <= due)


def media_retained(world: World, row: Row) -> str:
    event = world.event_by_id.get(row.get("event_id"))  # type: ignore[arg-type]
    if event is not None:
        start = event.day
    elif row.get("started_at") is not None:
        start = row["started_at"].day
    else:
        return NOT_EVALUATED
    if row.get("retained_until") is None:
        return NOT_EVALUATED
    case = world.cases.get(row.get("case_id"))  # type: ignore[arg-type]
    years = world.value("media.years", start, None if case is None else case.domain)
    if years is None:
        return NOT_APPLICABLE
    return status_of(row["retained_until"] >= add_months(start, 12 * years))


REMEDY_RULES = {"remedy.reply.in-time": reply_in_time}
REFERRAL_RULES = {"referral.in-time": referral_in_time}
MEDIA_RULES = {"media.retained": media_retained}
