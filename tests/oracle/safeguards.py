"""Penalty cases: answers before the decision, contents of documents, jurisdiction, crime."""

from tests.oracle.moments import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
    NOT_EVALUATED,
    all3,
    any3,
    before,
    not3,
    status_of,
    worst,
)
from tests.oracle.world import Case, Event, first, last, split


def answered(case: Case, asked: list[Event], replies: list[Event], act: Event | None) -> str:
    """Each of these that came before the act was answered before it: by a reply about it, or later about nothing."""
    if act is None:
        return NOT_APPLICABLE
    statuses = []
    for each in asked:
        came_before = before(each.at, act.at)
        if came_before is False:
            continue
        own = [
            reply
            for reply in replies
            if reply.about == each.id or (reply.about is None and before(reply.at, each.at) is not True)
        ]
        in_time = any3(before(reply.at, act.at) for reply in own)
        statuses.append(status_of(True if in_time else None if came_before is None else in_time))
    return worst(statuses)


def recusal_decided(case: Case) -> str:
    asked = [each for each in case.effective("recusal_application") if each.outcome != "waived"]
    return answered(case, asked, case.effective("recusal"), case.penalty)


def recusal_kept_out(case: Case) -> str:
    statuses = []
    for recusal in case.all("recusal"):
        if recusal.outcome != "approved":
            continue
        for role, officer in case.world.participants.get(recusal.id, []):
            if role != "recused":
                continue
            statuses.append(HOLDS)
            for event in case.events:
                took_part = [each for each in case.world.participants.get(event.id, []) if each[1] == officer]
                if any(role != "recused" for role, _ in took_part):
                    statuses.append(status_of(not3(before(recusal.at, event.at))))
    return worst(statuses)


def is_summary(case: Case) -> bool:
    return case["procedure"] == "summary"


def evidence_before_notice(case: Case) -> str:
    notice = first(case.all("prior_notice"))
    if notice is None or is_summary(case):
        return NOT_APPLICABLE
    found = case.effective("inspection", "inquiry", "evidence", "preservation", "testing", "appraisal")
    return status_of(any3(before(each.at, notice.at) for each in found))


def statement_reviewed(case: Case) -> str:
    if is_summary(case):
        return NOT_APPLICABLE
    asked = [each for each in case.effective("statement") if each.outcome != "waived"]
    return answered(case, asked, case.effective("statement_review"), case.penalty)


def decision_within_notice(case: Case) -> str:
    if case.penalty is None or is_summary(case):
        return NOT_APPLICABLE
    notice, _ = case.latest_before("prior_notice", case.penalty)
    if notice is None:
        return NOT_APPLICABLE
    if notice.amount_fen is None or case["fine_fen"] is None:
        return NOT_EVALUATED
    return status_of(case["fine_fen"] <= notice.amount_fen and set(case.other_penalties) <= set(notice.penalties))


def jurisdiction_settled(case: Case) -> str:
    return answered(case, case.effective("jurisdiction_dispute"), case.effective("jurisdiction_settled"), case.penalty)


def jurisdiction_not_transferred(case: Case) -> str:
    if case.penalty is None:
        return NOT_APPLICABLE
    return status_of(not3(any3(before(each.at, case.penalty.at) for each in case.effective("jurisdiction_transfer"))))


def supervision_answered(case: Case) -> str:
    replies = [each for each in case.all("supervision_reply") if each.outcome == "approved"]
    return answered(case, case.effective("supervision_opinion"), replies, case.penalty)


def crime_referred(case: Case) -> str:
    return answered(case, case.effective("suspected_crime"), case.effective("referral"), case.penalty)


def crime_no_fine_meanwhile(case: Case) -> str:
    decision = case.penalty
    if decision is None:
        return NOT_APPLICABLE
    suspected = any(before(decision.at, each.at) is not True for each in case.effective("suspected_crime"))
    referral = last(each for each in case.effective("referral") if before(decision.at, each.at) is not True)
    if referral is None or not suspected:
        return NOT_APPLICABLE
    fined = None if case["fine_fen"] is None else case["fine_fen"] > 0
    applies = all3([before(referral.at, decision.at), any3([fined, "detention" in case.other_penalties])])
    if applies is False:
        return NOT_APPLICABLE
    if applies is None:
        return NOT_EVALUATED
    given_back = case.all("police_declined", "case_returned")
    return status_of(
        any3(all3([before(each.at, referral.at) is not True, before(each.at, decision.at)]) for each in given_back)
    )


def contents(case: Case, event: Event, parameter: str) -> str:
    """The documents of a step name all that the place asks for."""
    asked = case.value(parameter, event.day)
    if not asked:
        return NOT_APPLICABLE
    told = [row["elements"] for row in case.world.documents.get(event.id, []) if row.get("elements") is not None]
    if not told:
        return NOT_EVALUATED
    named = {element for text in told for element in split(text)}
    return HOLDS if set(asked) <= named else BROKEN


def notice_contents(case: Case) -> str:
    notice = last(case.effective("prior_notice"))
    if notice is None or is_summary(case):
        return NOT_APPLICABLE
    return contents(case, notice, "prior_notice.elements")


def decision_contents(case: Case) -> str:
    if case.penalty is None or is_summary(case):
        return NOT_APPLICABLE
    return contents(case, case.penalty, "penalty.decision.elements")


def summary_contents(case: Case) -> str:
    if case.penalty is None or not is_summary(case):
        return NOT_APPLICABLE
    return contents(case, case.penalty, "penalty.summary.elements")


def inquiry_contents(case: Case) -> str:
    return worst(contents(case, each, "inquiry.elements") for each in case.effective("inquiry"))


def legal_review_contents(case: Case) -> str:
    return worst(contents(case, each, "legal_review.elements") for each in case.effective("legal_review"))


def service_together(case: Case) -> str:
    if case.penalty is None:
        return NOT_APPLICABLE
    kind = None if case.party is None else case.party.get("kind")
    if kind == "citizen":
        return NOT_APPLICABLE
    found = contents(case, case.penalty, "penalty.service.together")
    return found if kind is not None or found == NOT_APPLICABLE else NOT_EVALUATED


RULES = {
    "penalty.recusal.decided": recusal_decided,
    "penalty.recusal.kept-out": recusal_kept_out,
    "penalty.evidence.before-notice": evidence_before_notice,
    "penalty.statement.reviewed": statement_reviewed,
    "penalty.decision.within-notice": decision_within_notice,
    "penalty.jurisdiction.settled": jurisdiction_settled,
    "penalty.jurisdiction.not-transferred": jurisdiction_not_transferred,
    "penalty.supervision.answered": supervision_answered,
    "penalty.crime.referred": crime_referred,
    "penalty.crime.no-fine-meanwhile": crime_no_fine_meanwhile,
    "penalty.notice.contents": notice_contents,
    "penalty.decision.contents": decision_contents,
    "penalty.summary.contents": summary_contents,
    "penalty.inquiry.contents": inquiry_contents,
    "penalty.legal-review.contents": legal_review_contents,
    "penalty.service.together": service_together,
}
"""For cases of kind penalty."""
