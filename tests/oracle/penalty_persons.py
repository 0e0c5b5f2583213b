"""Penalty cases: who acted, with which standing."""

from datetime import date

from tests.oracle.deadlines import quorum
from tests.oracle.moments import BROKEN, HOLDS, NOT_APPLICABLE, any3, status_of, worst
from tests.oracle.world import Case, Event

ON_SITE = ("inspection", "inquiry", "evidence", "preservation")


def separated(case: Case, role: str, events: list[Event]) -> str:
    """Nobody in this role at these steps is a handler of the case."""
    persons = case.persons(role, events)
    if not persons:
        return NOT_APPLICABLE
    return BROKEN if persons & case.handlers else HOLDS


def chair_not_handler(case: Case) -> str:
    return separated(case, "chair", case.all("hearing"))


def legal_reviewer_not_handler(case: Case) -> str:
    return separated(case, "reviewer", case.all("legal_review"))


def handler_not_voter(case: Case) -> str:
    return separated(case, "voter", case.all("deliberation"))


def approver_not_handler(case: Case) -> str:
    if case.penalty is None:
        return NOT_APPLICABLE
    approvals = [each for each in case.all("approval") if each.about == case.penalty.id]
    return separated(case, "approver", [case.penalty, *approvals])


def legal_reviewer_qualified(case: Case) -> str:
    return worst(
        HOLDS if is_qualified(case, officer, review.day) else BROKEN
        for review in case.all("legal_review")
        for officer in case.persons("reviewer", [review])
    )


def is_qualified(case: Case, officer: str, day: date) -> bool:
    if not case.world.holds_role(officer, "legal_reviewer", day):
        return False
    begun = [
        row.get("from") or date.min for row in case.world.roles.get(officer, []) if row["role"] == "legal_reviewer"
    ]
    since = case.value("legal_review.qualification_since", day)
    if since is None or min(begun) < since:
        return True
    qualified_on = case.world.officers[officer].get("legal_qualification_on")
    return qualified_on is not None and qualified_on <= day


def officers_at(case: Case, types: tuple[str, ...], *, with_credential: bool) -> str:
    statuses = []
    for event in case.all(*types):
        minimum = case.value("officers.minimum", event.day)
        if minimum is None:
            continue
        if case.item is not None and case.item.get("single_officer_basis") is not None:
            minimum = 1
        statuses.append(quorum(case.world, event, minimum, with_credential=with_credential))
    return worst(statuses)


def officers_two(case: Case) -> str:
    return officers_at(case, ON_SITE, with_credential=False)


def officers_credential(case: Case) -> str:
    return officers_at(case, ON_SITE, with_credential=True)


def officers_showed_credential(case: Case) -> str:
    statuses = []
    for event in case.all("inspection"):
        shown = (
            event.outcome == "credential_shown"
            or bool(case.world.documents.get(event.id))
            or bool(case.world.media_by_event.get(event.id))
        )
        statuses.append(HOLDS if shown else BROKEN)
    return worst(statuses)


def officers_same_agency(case: Case) -> str:
    if not case.handlers:
        return NOT_APPLICABLE
    if any(row.get("joint_id") is not None for row in case.world.inspections_by_case.get(case.id, [])):
        return HOLDS
    return worst(status_of(belongs(case, officer)) for officer in case.handlers)


def belongs(case: Case, officer: str) -> bool | None:
    """Is the officer's agency the case's, or beneath it?"""
    agency_id = case.world.officers[officer].get("agency_id")
    if agency_id is None or case["agency_id"] is None:
        return None
    parent_id = case.world.agencies[agency_id].get("parent_id")
    return any3([agency_id == case["agency_id"], parent_id == case["agency_id"]])


RULES = {
    "penalty.hearing.chair-not-handler": chair_not_handler,
    "penalty.legal-reviewer.not-handler": legal_reviewer_not_handler,
    "penalty.legal-reviewer.qualified": legal_reviewer_qualified,
    "penalty.deliberation.handler-not-voter": handler_not_voter,
    "penalty.approver.not-handler": approver_not_handler,
    "penalty.officers.two": officers_two,
    "penalty.officers.credential": officers_credential,
    "penalty.officers.showed-credential": officers_showed_credential,
    "penalty.officers.same-agency": officers_same_agency,
}
"""For cases of kind penalty."""
