"""Seizures (in a case of any kind) and licences."""

from datetime import date, datetime, timedelta

from tests.oracle.deadlines import (
    closes,
    due_in_days,
    due_in_working_days,
    judged,
    suspensions,
    working_day_deadline,
)
from tests.oracle.moments import (
    NOT_APPLICABLE,
    NOT_EVALUATED,
    add_days,
    all3,
    any3,
    before,
    status_of,
    worst,
)
from tests.oracle.penalty_persons import officers_at
from tests.oracle.penalty_steps import ends, first_published
from tests.oracle.world import Case, Event, first, last


def seizure_duration(case: Case) -> str:
    return worst(one_seizure_duration(case, seizure) for seizure in case.all("seizure"))


def one_seizure_duration(case: Case, seizure: Event) -> str:
    releases = [each for each in case.all("seizure_release") if ends(each, seizure)]
    decisions = [each for each in case.effective("decision", "no_penalty") if before(each.at, seizure.at) is not True]
    ending = first(releases + decisions)
    end = None if ending is None else ending.day
    if closes(case, end):
        return NOT_APPLICABLE
    amount = case.value("seizure.days", seizure.day)
    if amount is None:
        return NOT_APPLICABLE
    deducted = case.value("seizure.deduct", seizure.day) or ()
    due = due_in_days(case.world.days, seizure.day, amount, suspensions(case, deducted))
    extension = last(each for each in case.effective("seizure_extension") if each.about in (None, seizure.id))
    if extension is not None and due is not None:
        furthest = add_days(due, case.value("seizure.extension_days", seizure.day) or 0)
        longer = (min(extension.extends_to or furthest, furthest) - due).days
        # Testing during the extension is not counted either; an extension never shortens.
        due = due_in_days(case.world.days, seizure.day, amount + max(longer, 0), suspensions(case, deducted))
    return judged(case.world.as_of, end, due)


def seizure_two_officers(case: Case) -> str:
    return officers_at(case, ("seizure",), with_credential=False)


def seizure_record(case: Case) -> str:
    statuses = []
    for seizure in case.all("seizure"):
        has_record = any("笔录" in (row.get("kind") or "") for row in case.world.documents.get(seizure.id, []))
        has_media = any(row.get("kind") in ("audio", "video") for row in case.world.media_by_event.get(seizure.id, []))
        needs_media = bool(case.value("seizure.media_required", seizure.day))
        statuses.append(status_of(has_record and (has_media or not needs_media)))
    return worst(statuses)


def seizure_approval(case: Case) -> str:
    return worst(one_seizure_approval(case, seizure) for seizure in case.all("seizure"))


def one_seizure_approval(case: Case, seizure: Event) -> str:
    hours = case.value("seizure.urgent_hours", seizure.day)
    answers = []
    for approval in case.effective("approval"):
        if approval.about == seizure.id:
            soon_after = None if hours is None else is_within_hours(seizure.at.exact, approval.at.exact, hours)
            answers.append(any3([before(approval.at, seizure.at), all3([seizure.urgent, soon_after])]))
    return status_of(any3(answers))


def is_within_hours(start: datetime | None, end: datetime | None, hours: int) -> bool | None:
    if start is None or end is None:
        return None
    return end - start <= timedelta(hours=hours)


def license_disclosure_in_time(case: Case) -> str:
    grant = last(case.effective("grant"))
    either = last(case.effective("grant", "refusal"))
    if either is not None and case.value("license.disclosure.refusals", either.day):
        grant = either
    if grant is None:
        return NOT_APPLICABLE
    return working_day_deadline(case, grant.day, first_published(case, "case", "license"), "license.disclosure.days")


def license_acceptance_in_time(case: Case) -> str:
    application = first(case.all("application"))
    answer = first(
        each
        for each in case.all("acceptance", "correction_notice")
        if application is None or before(each.at, application.at) is not True
    )
    return working_day_deadline(
        case,
        None if application is None else application.day,
        None if answer is None else answer.day,
        "license.acceptance.days",
    )


def license_decision_start(case: Case) -> date | None:
    """The first acceptance; else the first application, unless a correction notice answered it in time."""
    acceptance = first(case.all("acceptance"))
    if acceptance is not None:
        return acceptance.day
    application = first(case.all("application"))
    if application is None:
        return None
    notice = first(each for each in case.all("correction_notice") if before(each.at, application.at) is not True)
    if notice is None:
        return application.day
    amount = case.value("license.acceptance.days", application.day)
    due = None if amount is None else due_in_working_days(case.world.days, application.day, amount)
    if due is None or notice.day <= due:
        return None
    return application.day


def license_decision_in_time(case: Case) -> str:
    ending = last(case.effective("grant", "refusal"))
    end = None if ending is None else ending.day
    if closes(case, end):
        return NOT_APPLICABLE
    start = license_decision_start(case)
    if start is None:
        return NOT_EVALUATED
    amount = case.value("license.decision.days", start)
    if amount is None:
        return NOT_APPLICABLE
    if case.effective("extension"):
        amount += case.value("license.extension.days", start) or 0
    deducted = case.value("license.deduct", start) or ()
    due = due_in_working_days(case.world.days, start, amount, suspensions(case, deducted))
    return judged(case.world.as_of, end, due)


def license_delivery_in_time(case: Case) -> str:
    grant = last(case.effective("grant"))
    if grant is None:
        return NOT_APPLICABLE
    delivery = first(each for each in case.all("delivery") if before(each.at, grant.at) is not True)
    return working_day_deadline(case, grant.day, None if delivery is None else delivery.day, "license.delivery.days")


SEIZURE_RULES = {
    "seizure.duration": seizure_duration,
    "seizure.two-officers": seizure_two_officers,
    "seizure.record": seizure_record,
    "seizure.approval": seizure_approval,
}
"""For cases of every kind that have a seizure."""

LICENSE_RULES = {
    "license.disclosure.in-time": license_disclosure_in_time,
    "license.acceptance.in-time": license_acceptance_in_time,
    "license.decision.in-time": license_decision_in_time,
    "license.delivery.in-time": license_delivery_in_time,
}
"""For cases of kind license."""
