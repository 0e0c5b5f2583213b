"""Penalty cases: answers before the decision, contents of documents, jurisdiction, crime."""

from tests.oracle.deadlines import closes, judged, working_day_deadline
from tests.oracle.moments import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
    NOT_EVALUATED,
    add_days,
    all3,
    any3,
    before,
    not3,
    status_of,
    worst,
)
from tests.oracle.penalty_steps import ends, nothing_between
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


def filing_in_time(case: Case) -> str:
    lead = first(case.all("lead"))
    filing = first(case.all("filing"))
    if lead is None:
        return NOT_APPLICABLE
    return working_day_deadline(case, lead.day, None if filing is None else filing.day, "filing.days")


def approved_before(case: Case, kind: str) -> str:
    """Each of these was approved before it was done."""
    approvals = case.effective("approval")
    return worst(
        HOLDS
        if done.outcome == "approved"
        else status_of(any3(before(each.at, done.at) for each in approvals if each.about == done.id))
        for done in case.all(kind)
    )


def preservation_approved(case: Case) -> str:
    return approved_before(case, "preservation")


def recorded(case: Case, kind: str) -> str:
    """Each of these has a written record."""
    return worst(
        status_of(any("笔录" in (row.get("kind") or "") for row in case.world.documents.get(event.id, [])))
        for event in case.all(kind)
    )


def inquiry_recorded(case: Case) -> str:
    return recorded(case, "inquiry")


def hearing_recorded(case: Case) -> str:
    return recorded(case, "hearing")


def deliberation_minutes(case: Case) -> str:
    world = case.world
    return worst(
        status_of(bool(world.documents.get(event.id)) or bool(world.media_by_event.get(event.id)))
        for event in case.all("deliberation")
    )


def decision_after_report(case: Case) -> str:
    if case.penalty is None or is_summary(case):
        return NOT_APPLICABLE
    return status_of(any3(before(each.at, case.penalty.at) for each in case.effective("investigation_report")))


def legal_review_in_time(case: Case) -> str:
    statuses = []
    for sent in case.all("review_submission"):
        review = first(each for each in case.all("legal_review") if ends(each, sent))
        end = None if review is None else review.day
        statuses.append(working_day_deadline(case, sent.day, end, "legal_review.days"))
    return worst(statuses)


def legal_review_coordinated(case: Case) -> str:
    return answered(case, case.effective("review_coordination"), case.effective("approval"), case.penalty)


def deliberation_again(case: Case) -> str:
    if case.penalty is None:
        return NOT_APPLICABLE
    deliberation, is_known = case.latest_before("deliberation", case.penalty)
    if deliberation is None:
        return NOT_APPLICABLE
    if not is_known:
        return NOT_EVALUATED
    return nothing_between(deliberation, case.effective("evidence", "inquiry"), case.penalty)


def leniency_applied(case: Case) -> str:
    if case.penalty is None or case["leniency_matched"] is False:
        return NOT_APPLICABLE
    if case["leniency_matched"] is None:
        return NOT_EVALUATED
    return status_of(case["tier_departure"] in ("lighter", "mitigated") or case["leniency_reason"] is not None)


def non_coercive_first(case: Case) -> str:
    decision = case.penalty
    if decision is None or not case.value("penalty.non_coercive.first", decision.day):
        return NOT_APPLICABLE
    if case["non_coercive_first"] is False:
        return NOT_APPLICABLE
    if case["non_coercive_first"] is None:
        return NOT_EVALUATED
    measures = case.all("persuasion", "guidance", "admonition", "restraint")
    return status_of(any3(before(each.at, decision.at) for each in measures))


def impact_assessed(case: Case) -> str:
    decision = case.penalty
    if decision is None or not case.value("penalty.impact.required", decision.day):
        return NOT_APPLICABLE
    kind = None if case.party is None else case.party.get("kind")
    applies = all3([None if kind is None else kind != "citizen", case["is_major"]])
    if applies is False:
        return NOT_APPLICABLE
    if applies is None:
        return NOT_EVALUATED
    return status_of(any3(before(each.at, decision.at) for each in case.all("impact_assessment")))


def calendar_days(case: Case, start: Event, end: Event | None, parameter: str) -> str:
    """A period in calendar days that does not roll."""
    if closes(case, None if end is None else end.day):
        return NOT_APPLICABLE
    amount = case.value(parameter, start.day)
    if amount is None:
        return NOT_APPLICABLE
    return judged(case.world.as_of, None if end is None else end.day, add_days(start.day, amount))


def crime_handover_in_time(case: Case) -> str:
    return worst(
        calendar_days(
            case,
            filed,
            first(each for each in case.all("evidence_handover") if ends(each, filed)),
            "crime.handover.days",
        )
        for filed in case.all("police_filed")
    )


def crime_returned_decided(case: Case) -> str:
    statuses = []
    for back in case.all("case_returned"):
        decided = [each for each in case.effective("decision", "no_penalty") if before(each.at, back.at) is not True]
        given_up = [each for each in case.all("withdrawal") if ends(each, back)]
        statuses.append(calendar_days(case, back, first(decided + given_up), "penalty.decision.days"))
    return worst(statuses)


def discipline_transferred(case: Case) -> str:
    closing = last(case.all("closing"))
    return answered(case, case.effective("discipline_clue"), case.effective("discipline_referral"), closing)


def closing_after_service(case: Case) -> str:
    closing = last(case.all("closing"))
    if closing is None or case.penalty is None:
        return NOT_APPLICABLE
    service = first(each for each in case.all("service") if each.about == case.penalty.id)
    return status_of(service is not None and service.day <= closing.day)


RULES = {
    "penalty.filing.in-time": filing_in_time,
    "penalty.preservation.approved": preservation_approved,
    "penalty.inquiry.recorded": inquiry_recorded,
    "penalty.hearing.recorded": hearing_recorded,
    "penalty.decision.after-report": decision_after_report,
    "penalty.legal-review.in-time": legal_review_in_time,
    "penalty.legal-review.coordinated": legal_review_coordinated,
    "penalty.deliberation.minutes": deliberation_minutes,
    "penalty.deliberation.again-after-new-evidence": deliberation_again,
    "penalty.leniency.applied-or-reasoned": leniency_applied,
    "penalty.non-coercive.first": non_coercive_first,
    "penalty.impact.assessed": impact_assessed,
    "penalty.crime.handover.in-time": crime_handover_in_time,
    "penalty.crime.returned.decided": crime_returned_decided,
    "penalty.discipline.transferred": discipline_transferred,
    "penalty.closing.after-service": closing_after_service,
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
