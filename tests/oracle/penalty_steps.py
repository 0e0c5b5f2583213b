"""Penalty cases: periods, notices, hearings, reviews, deliberation, publication."""

from datetime import date

from tests.oracle.deadlines import (
    NO_PERIOD,
    closes,
    due_in_days,
    due_in_working_days,
    is_after_window,
    judged,
    suspensions,
    working_day_deadline,
)
from tests.oracle.moments import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
    NOT_EVALUATED,
    add_months,
    all3,
    any3,
    before,
    status_of,
    worst,
)
from tests.oracle.world import Case, Event, Row, first, last

CREDIT_REPAIR = date(2026, 4, 1)
GRAVE = {"license_revoked", "qualification_lowered", "business_stopped", "closed", "occupation_barred"}


def decision_in_time(case: Case) -> str:
    filing = first(case.all("filing"))
    end = None if case.outcome is None else case.outcome.day
    if closes(case, end):
        return NOT_APPLICABLE
    if filing is None:
        return NOT_EVALUATED
    amount = case.value("penalty.decision.days", filing.day)
    if amount is None:
        return NOT_APPLICABLE
    deducted = case.value("penalty.decision.deduct", filing.day) or ()
    extension = last(each for each in case.effective("extension") if each.extends_to is not None)
    due = due_in_days(
        case.world.days,
        filing.day,
        amount,
        suspensions(case, deducted),
        not_before=None if extension is None else extension.extends_to,
        rolls=True,
    )
    return judged(case.world.as_of, end, due)


def service_in_time(case: Case) -> str:
    decision = case.penalty
    if decision is None:
        return NOT_APPLICABLE
    service = first(each for each in case.all("service") if each.about == decision.id)
    end = None if service is None else service.day
    if case["procedure"] != "summary":
        return working_day_deadline(case, decision.day, end, "penalty.service.days")
    if closes(case, end):
        return NOT_APPLICABLE
    amount = case.value("penalty.service.present_days", decision.day)
    if amount is None:
        return NOT_APPLICABLE
    return judged(case.world.as_of, end, due_in_days(case.world.days, decision.day, amount))


def published(case: Case, *subjects: str) -> list[Row]:
    """The case's disclosures that say when they were published."""
    return [
        row
        for row in case.world.disclosures.get(case.id, [])
        if row["subject"] in subjects and row.get("published_at") is not None
    ]


def first_published(case: Case, *subjects: str) -> date | None:
    return min((row["published_at"].day for row in published(case, *subjects)), default=None)


def is_exempt_from_disclosure(case: Case, on: date) -> bool | None:
    if case["disclosure_exempt"] is not None:
        return True
    if not case.value("penalty.disclosure.minor_exempt", on):
        return False
    if case["procedure"] == "summary":
        return True
    penalties = set(case.other_penalties)
    return all3(
        [
            None if case["fine_fen"] is None else case["fine_fen"] == 0,
            None if case["confiscated_fen"] is None else case["confiscated_fen"] == 0,
            bool(penalties),
            penalties <= {"warning", "criticism"},
        ]
    )


def disclosure_in_time(case: Case) -> str:
    decision = case.penalty
    if decision is None:
        return NOT_APPLICABLE
    exempt = is_exempt_from_disclosure(case, decision.day)
    if exempt:
        return NOT_APPLICABLE
    end = first_published(case, "case")
    if closes(case, end):
        return NOT_APPLICABLE
    if exempt is None:
        return NOT_EVALUATED
    return working_day_deadline(case, decision.day, end, "penalty.disclosure.days")


def disclosure_withdrawn_when_void(case: Case) -> str:
    undone = [
        row["decided_at"]
        for row in case.world.remedies_by_case.get(case.id, [])
        if row.get("outcome") in {"revoked", "altered", "unlawful", "void"}
        and row.get("decided_at") is not None
        and row["decided_at"].day <= case.world.as_of
    ]
    if not undone:
        return NOT_APPLICABLE
    start = min(undone, key=lambda moment: moment.place_in_order).day
    amount = case.value("disclosure.withdraw_void.days", start)
    if amount is None:
        return NOT_APPLICABLE
    due = due_in_working_days(case.world.days, start, amount)
    if due is None:
        return NOT_EVALUATED if published(case, "case") else NOT_APPLICABLE
    statuses = []
    for row in published(case, "case"):
        if row["published_at"].day <= due:
            end = None if row.get("withdrawn_at") is None else row["withdrawn_at"].day
            statuses.append(NOT_APPLICABLE if closes(case, end) else judged(case.world.as_of, end, due))
    return worst(statuses)


def disclosure_withdrawn_in_time(case: Case) -> str:
    start = first_published(case, "case")
    if start is None:
        return NOT_APPLICABLE
    credit_class = case["credit_class"]
    if credit_class is None:
        return NOT_EVALUATED
    months = case.value(f"disclosure.max_months.{credit_class}", max(start, CREDIT_REPAIR))
    if months is None:
        return NOT_APPLICABLE
    due = add_months(start, months)
    if due < CREDIT_REPAIR:
        return NOT_APPLICABLE
    statuses = []
    for row in published(case, "case"):
        end = None if row.get("withdrawn_at") is None else row["withdrawn_at"].day
        statuses.append(NOT_APPLICABLE if closes(case, end) else judged(case.world.as_of, end, due))
    return worst(statuses)


def other_disclosure_in_time(case: Case) -> str:
    decision = last(case.effective("decision"))
    if decision is None:
        return NOT_APPLICABLE
    return working_day_deadline(case, decision.day, first_published(case, "case"), "other.disclosure.days")


def prior_notice_before_decision(case: Case) -> str:
    if case.penalty is None or case["procedure"] not in ("ordinary", "expedited"):
        return NOT_APPLICABLE
    return status_of(any3(case.before("prior_notice", case.penalty)))


def statement_window(case: Case) -> str:
    decision = case.penalty
    if decision is None or case["procedure"] == "summary":
        return NOT_APPLICABLE
    notice, is_known = case.latest_before("prior_notice", decision)
    if notice is None:
        return NOT_APPLICABLE
    came = any(before(decision.at, statement.at) is not True for statement in case.all("statement"))
    kept = is_after_window(case, case.served(notice).day, decision.day, "penalty.statement.days")
    if kept == NO_PERIOD:
        return NOT_APPLICABLE
    return status_of(any3([came, notice.outcome == "waived", kept if is_known else None]))


def needs_hearing_notice(case: Case, on: date) -> bool | None:
    """Is the penalty one for which a hearing must be offered?"""
    if set(case.other_penalties) & GRAVE:
        return True
    party = case.party_class(on)
    answers: list[bool | None] = []
    for column, parameter in (("fine_fen", "hearing.threshold"), ("confiscated_fen", "hearing.confiscation")):
        if party is None or case[column] is None:
            answers.append(None)
            continue
        threshold = case.value(f"{parameter}.{party}", on)
        answers.append(threshold is not None and case[column] >= threshold)
    return any3(answers)


def hearing_notice_when_large(case: Case) -> str:
    decision = case.penalty
    if decision is None or case["procedure"] == "summary":
        return NOT_APPLICABLE
    needed = needs_hearing_notice(case, decision.day)
    if needed is False:
        return NOT_APPLICABLE
    if needed is None:
        return NOT_EVALUATED
    return status_of(any3(before(case.served(notice), decision.at) for notice in case.all("hearing_notice")))


def hearing_request_window(case: Case) -> str:
    decision = case.penalty
    if decision is None:
        return NOT_APPLICABLE
    notice, is_known = case.latest_before("hearing_notice", decision)
    if notice is None:
        return NOT_APPLICABLE
    requested = any3(case.before("hearing_request", decision))
    kept = is_after_window(case, case.served(notice).day, decision.day, "hearing.request.days")
    if kept == NO_PERIOD:
        return NOT_APPLICABLE
    return status_of(any3([requested, notice.outcome == "waived", kept if is_known else None]))


def hearing_notice_ahead(case: Case) -> str:
    hearing = last(case.effective("hearing"))
    if hearing is None:
        return NOT_APPLICABLE
    convened, is_known = case.latest_before("hearing_convened", hearing)
    if convened is None or not is_known:
        return NOT_EVALUATED
    served = case.served(convened).day
    amount = case.value("hearing.ahead.days", served)
    if amount is None:
        return NOT_APPLICABLE
    earliest = due_in_working_days(case.world.days, served, amount)
    return status_of(None if earliest is None else hearing.day >= earliest)


def hearing_held_when_requested(case: Case) -> str:
    decision = case.penalty
    if decision is None:
        return NOT_APPLICABLE
    notice, is_known = case.latest_before("hearing_notice", decision)
    in_time: list[bool | None] = []
    for request in case.effective("hearing_request"):
        if request.outcome == "waived":
            continue
        if notice is None:
            in_time.append(True)
            continue
        too_late = is_after_window(case, case.served(notice).day, request.day, "hearing.request.days")
        if too_late == NO_PERIOD:
            return NOT_APPLICABLE
        in_time.append(None if too_late is None or not is_known else not too_late)
    requested = any3(in_time)
    if requested is False:
        return NOT_APPLICABLE
    if requested is None:
        return NOT_EVALUATED
    return status_of(any3(case.before("hearing", decision)))


def legal_review_before_decision(case: Case) -> str:
    decision = case.penalty
    if decision is None:
        return NOT_APPLICABLE
    triggers = case.value("legal_review.triggers", decision.day) or ()
    hearing, hearing_is_known = case.latest_before("hearing", decision)
    reasons: list[bool | None] = []
    if "major" in triggers:
        reasons.append(case["is_major"])
    if "hearing" in triggers:
        reasons.append(hearing is not None)
    if "complex" in triggers:
        reasons.append(case["is_complex"])
    if "all" in triggers:
        reasons.append(None if case["procedure"] is None else case["procedure"] != "summary")
    needed = any3(reasons)
    if needed is False:
        return NOT_APPLICABLE
    if needed is None:
        return NOT_EVALUATED
    report = first(case.all("investigation_report"))
    answers = []
    for review in case.all("legal_review"):
        after_report = None if report is None else before(report.at, review.at)
        answers.append(
            all3([before(review.at, decision.at), after_report, is_after_hearing(review, hearing, hearing_is_known)])
        )
    return status_of(any3(answers))


def is_after_hearing(review: Event, hearing: Event | None, hearing_is_known: bool) -> bool | None:
    if hearing is None:
        return True
    is_after = before(hearing.at, review.at)
    return is_after if hearing_is_known or is_after else None


def legal_review_approved(case: Case) -> str:
    if case.penalty is None:
        return NOT_APPLICABLE
    review, is_known = case.latest_before("legal_review", case.penalty)
    if review is None:
        return NOT_APPLICABLE
    if not is_known or review.outcome is None:
        return NOT_EVALUATED
    return status_of(review.outcome == "approved")


def legal_review_again_after_new_evidence(case: Case) -> str:
    decision = case.penalty
    if decision is None:
        return NOT_APPLICABLE
    review, is_known = case.latest_before("legal_review", decision)
    if review is None:
        return NOT_APPLICABLE
    if not is_known:
        return NOT_EVALUATED
    return nothing_between(review, case.all("evidence", "inquiry"), decision)


def nothing_between(start: Event, events: list[Event], end: Event) -> str:
    """No such event after the one and before the other."""
    found = any3(all3([before(start.at, each.at), before(each.at, end.at)]) for each in events)
    return status_of(None if found is None else not found)


def deliberation_when_major(case: Case) -> str:
    if case.penalty is None:
        return NOT_APPLICABLE
    needed = any3([case["is_complex"], case["is_major"]])
    if needed is False:
        return NOT_APPLICABLE
    if needed is None:
        return NOT_EVALUATED
    return status_of(any3(case.before("deliberation", case.penalty)))


def deliberation_after_hearing(case: Case) -> str:
    decision = case.penalty
    if decision is None:
        return NOT_APPLICABLE
    deliberation, is_known = case.latest_before("deliberation", decision)
    if deliberation is None:
        return NOT_APPLICABLE
    if not is_known:
        return NOT_EVALUATED
    return nothing_between(deliberation, case.effective("hearing", "statement"), decision)


def preservation_decided(case: Case) -> str:
    preservations = case.all("preservation")
    if not preservations:
        return NOT_APPLICABLE
    statuses = []
    for preservation in preservations:
        disposal = first(each for each in case.all("preservation_disposal") if ends(each, preservation))
        end = None if disposal is None else disposal.day
        statuses.append(working_day_deadline(case, preservation.day, end, "preservation.days"))
    return worst(statuses)


def ends(event: Event, begun: Event) -> bool:
    """The event names what it ends, or names nothing and does not come before it."""
    if event.about is not None:
        return event.about == begun.id
    return before(event.at, begun.at) is not True


def execution_demand(case: Case) -> str:
    application = first(case.all("court_application"))
    if application is None:
        return NOT_APPLICABLE
    demand, is_known = case.latest_before("demand", application)
    if demand is None:
        return BROKEN
    kept = is_after_window(case, case.served(demand).day, application.day, "execution.demand.days")
    if kept == NO_PERIOD:
        return NOT_APPLICABLE
    return status_of(kept if is_known else None)  # type: ignore[arg-type]


def closing_after_execution(case: Case) -> str:
    closing = last(case.all("closing"))
    if closing is None or case.penalty is None or case["ended_ground"] is not None:
        return NOT_APPLICABLE
    amounts = [case["fine_fen"], case["confiscated_fen"]]
    owed = any3(None if amount is None else amount > 0 for amount in amounts)
    if owed is False:
        return NOT_APPLICABLE
    if owed is None:
        return NOT_EVALUATED
    executed = first(case.all("payment", "execution"))
    return status_of(executed is not None and executed.day <= closing.day)


def instalment_on_application(case: Case) -> str:
    instalments = case.effective("instalment")
    if not instalments:
        return NOT_APPLICABLE
    due = None
    if case.penalty is not None:
        start = case.served(case.penalty).day
        amount = case.value("payment.days", start)
        if amount is None:
            return NOT_APPLICABLE
        due = due_in_days(case.world.days, start, amount, rolls=True)
    statuses = []
    for instalment in instalments:
        applications = [
            each for each in case.all("instalment_application") if before(instalment.at, each.at) is not True
        ]
        statuses.append(status_of(any3(None if due is None else each.day <= due for each in applications)))
    return worst(statuses)


def facts_complete(case: Case) -> str:
    if case.outcome is None and case.status != "closed":
        return NOT_APPLICABLE
    present = [
        case["case_no"] is not None,
        case["party_id"] is not None,
        case["item_id"] is not None,
        case.item is not None and case.item.get("basis") is not None,
        case["act_on"] is not None,
        bool(case.all("filing")) or case["procedure"] == "summary",
        case.outcome is not None,
    ]
    return HOLDS if all(present) else BROKEN


RULES = {
    "penalty.decision.in-time": decision_in_time,
    "penalty.service.in-time": service_in_time,
    "penalty.disclosure.in-time": disclosure_in_time,
    "penalty.disclosure.withdrawn-when-void": disclosure_withdrawn_when_void,
    "penalty.prior-notice.before-decision": prior_notice_before_decision,
    "penalty.statement.window": statement_window,
    "penalty.hearing-notice.when-large": hearing_notice_when_large,
    "penalty.hearing-request.window": hearing_request_window,
    "penalty.hearing.notice-ahead": hearing_notice_ahead,
    "penalty.hearing.held-when-requested": hearing_held_when_requested,
    "penalty.legal-review.before-decision": legal_review_before_decision,
    "penalty.legal-review.approved": legal_review_approved,
    "penalty.legal-review.again-after-new-evidence": legal_review_again_after_new_evidence,
    "penalty.deliberation.when-major": deliberation_when_major,
    "penalty.deliberation.after-hearing": deliberation_after_hearing,
    "penalty.preservation.decided": preservation_decided,
    "penalty.execution.demand": execution_demand,
    "penalty.closing.after-execution": closing_after_execution,
    "penalty.instalment.on-application": instalment_on_application,
    "penalty.facts.complete": facts_complete,
}
"""For cases of kind penalty."""


def other_legal_review(case: Case) -> str:
    decision = last(case.effective("grant", "refusal", "decision"))
    if decision is None or case["is_major"] is False:
        return NOT_APPLICABLE
    if case["is_major"] is None:
        return NOT_EVALUATED
    return status_of(any3(before(each.at, decision.at) for each in case.effective("legal_review")))


OTHER_KINDS = {
    "other.legal-review.before-decision": ({"license", "compulsory_execution", "other"}, other_legal_review),
    "disclosure.withdrawn-in-time": (None, disclosure_withdrawn_in_time),
    "other.disclosure.in-time": ({"compulsory_measure", "compulsory_execution", "other"}, other_disclosure_in_time),
}
"""For cases of these kinds (``None``: of every kind)."""
