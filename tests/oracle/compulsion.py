"""Compulsory measures, execution, and licences beyond their periods."""

from collections.abc import Callable

from tests.oracle.deadlines import closes, due_in_days, due_in_working_days, judged, working_day_deadline
from tests.oracle.moments import (
    NOT_APPLICABLE,
    NOT_EVALUATED,
    add_days,
    add_months,
    all3,
    any3,
    before,
    not3,
    status_of,
    worst,
)
from tests.oracle.penalty_persons import officers_at
from tests.oracle.penalty_steps import ends
from tests.oracle.safeguards import answered, approved_before, calendar_days, contents
from tests.oracle.world import Case, Event, first, last

NOT_LICENCES = {"penalty", "compulsory_measure", "compulsory_execution", "inspection", "other"}


def seizure_officers_credential(case: Case) -> str:
    return officers_at(case, ("seizure",), with_credential=True)


def seizure_papers(parameter: str) -> Callable[[Case], str]:
    def judge(case: Case) -> str:
        return worst(contents(case, each, parameter) for each in case.effective("seizure"))

    return judge


def seizure_handed_over(case: Case) -> str:
    return worst(
        calendar_days(
            case, seizure, first(each for each in case.all("service") if ends(each, seizure)), "seizure.handover.days"
        )
        for seizure in case.all("seizure")
    )


def seizure_extension_in_time(case: Case) -> str:
    extension = last(case.effective("seizure_extension"))
    if extension is None or case.all("testing", "appraisal"):
        return NOT_APPLICABLE
    seizure, _ = case.latest_before("seizure", extension)
    if seizure is None:
        return NOT_APPLICABLE
    amount = case.value("seizure.days", seizure.day)
    if amount is None:
        return NOT_APPLICABLE
    return status_of(extension.day <= add_days(seizure.day, amount))


def freezing_approval(case: Case) -> str:
    return approved_before(case, "freezing")


def freezing_notice(case: Case) -> str:
    statuses = []
    for frozen in case.all("freezing"):
        service = first(each for each in case.all("service") if ends(each, frozen))
        end = None if service is None else service.day
        statuses.append(working_day_deadline(case, frozen.day, end, "freezing.notice.days"))
    return worst(statuses)


def freezing_duration(case: Case) -> str:
    return worst(one_freezing_duration(case, frozen) for frozen in case.all("freezing"))


def one_freezing_duration(case: Case, frozen: Event) -> str:
    releases = [each for each in case.all("freezing_release") if ends(each, frozen)]
    decisions = [each for each in case.effective("decision", "no_penalty") if before(each.at, frozen.at) is not True]
    ending = first(releases + decisions)
    end = None if ending is None else ending.day
    if closes(case, end):
        return NOT_APPLICABLE
    amount = case.value("freezing.days", frozen.day)
    if amount is None:
        return NOT_APPLICABLE
    due = add_days(frozen.day, amount)
    extension = last(each for each in case.effective("freezing_extension") if each.about in (None, frozen.id))
    if extension is not None:
        furthest = add_days(due, case.value("freezing.extension_days", frozen.day) or 0)
        due = max(due, min(extension.extends_to or furthest, furthest))
    return judged(case.world.as_of, end, due)


def is_urgently_substituted(case: Case) -> bool:
    return any(each.urgent for each in case.all("substituted_performance"))


def execution_decision(case: Case) -> Event | None:
    return last(case.effective("decision"))


def demand_before_decision(case: Case) -> str:
    decision = execution_decision(case)
    if decision is None or is_urgently_substituted(case):
        return NOT_APPLICABLE
    return status_of(any3(before(case.served(each), decision.at) for each in case.all("demand")))


def demand_contents(case: Case) -> str:
    return worst(contents(case, each, "execution.demand.elements") for each in case.effective("demand"))


def execution_statement_reviewed(case: Case) -> str:
    asked = [each for each in case.effective("statement") if each.outcome != "waived"]
    return answered(case, asked, case.effective("statement_review"), execution_decision(case))


def execution_decision_contents(case: Case) -> str:
    decision = execution_decision(case)
    return NOT_APPLICABLE if decision is None else contents(case, decision, "execution.decision.elements")


def is_at_rest(case: Case, event: Event) -> bool | None:
    calendar = case.world.days
    off = not calendar.is_working_day(event.day) if calendar.is_loaded(event.day.year) else None
    begins, ends_ = (case.value(f"execution.night.{name}", event.day) for name in ("begins", "ends"))
    night: bool | None = False
    if begins is not None and ends_ is not None:
        night = None if event.at.clock is None else event.at.clock.hour >= begins or event.at.clock.hour < ends_
    return any3([off, night])


def execution_not_at_rest(case: Case) -> str:
    done = case.all("execution", "substituted_performance")
    if not done:
        return NOT_APPLICABLE
    return status_of(not3(any3(all3([not each.urgent, is_at_rest(case, each)]) for each in done)))


def substituted_urged(case: Case) -> str:
    substituted = first(case.all("substituted_performance"))
    if substituted is None or is_urgently_substituted(case):
        return NOT_APPLICABLE
    demand, is_known = case.latest_before("demand", substituted)
    if demand is None or not is_known:
        return NOT_EVALUATED
    served = case.served(demand).day
    amount = case.value("substituted.ahead.days", served)
    if amount is None:
        return NOT_APPLICABLE
    earliest = due_in_working_days(case.world.days, served, amount)
    return status_of(None if earliest is None else substituted.day >= earliest)


def additional_fine_cap(case: Case) -> str:
    added = last(case.effective("additional_fine"))
    if added is None or case.penalty is None:
        return NOT_APPLICABLE
    served = case.served(case.penalty).day
    percent = case.value("additional_fine.percent", added.day)
    days_to_pay = case.value("payment.days", served)
    if percent is None or days_to_pay is None:
        return NOT_APPLICABLE
    due = due_in_days(case.world.days, served, days_to_pay, rolls=True)
    fine = case["fine_fen"]
    if due is None or fine is None or added.amount_fen is None:
        return NOT_EVALUATED
    overdue = max(0, (added.day - due).days)
    return status_of(added.amount_fen <= fine and 100 * added.amount_fen <= fine * percent * overdue)


def court_after_remedies(case: Case) -> str:
    application = first(case.all("court_application"))
    if application is None or case.penalty is None or case.world.remedies_by_case.get(case.id):
        return NOT_APPLICABLE
    served = case.served(case.penalty).day
    months = case.value("litigation.limit.months", served)
    if months is None:
        return NOT_APPLICABLE
    is_known = before(case.penalty.at, application.at) is not None
    return status_of(application.day > add_months(served, months) if is_known else None)


def court_in_time(case: Case) -> str:
    application = first(case.all("court_application"))
    if application is None or case.penalty is None or case.world.remedies_by_case.get(case.id):
        return NOT_APPLICABLE
    if case.effective("instalment"):
        return NOT_APPLICABLE
    served = case.served(case.penalty).day
    months = case.value("court_application.latest.months", served)
    if months is None:
        return NOT_APPLICABLE
    return status_of(application.day <= add_months(served, months))


def license_decision(case: Case) -> Event | None:
    return last(case.effective("grant", "refusal"))


def correction_once(case: Case) -> str:
    notice = first(case.all("correction_notice"))
    if notice is None:
        return NOT_APPLICABLE
    return status_of(all(each.day <= notice.day for each in case.effective("correction_notice")))


def refusal_contents(case: Case) -> str:
    refusal = last(case.effective("refusal"))
    return NOT_APPLICABLE if refusal is None else contents(case, refusal, "license.refusal.elements")


def where_declared(case: Case, column: str, answers: Callable[[Event], list[bool | None]]) -> str:
    decision = license_decision(case)
    if decision is None or case[column] is False:
        return NOT_APPLICABLE
    return NOT_EVALUATED if case[column] is None else status_of(any3(answers(decision)))


def license_hearing_told(case: Case) -> str:
    return where_declared(
        case,
        "affects_others",
        lambda decision: [before(case.served(each), decision.at) for each in case.all("hearing_notice")],
    )


def license_hearing_held(case: Case) -> str:
    return where_declared(
        case,
        "hearing_required",
        lambda decision: [before(each.at, decision.at) for each in case.effective("hearing")],
    )


def license_hearing_in_time(case: Case) -> str:
    asked = first(case.effective("hearing_request"))
    if asked is None:
        return NOT_APPLICABLE
    hearing = last(case.effective("hearing"))
    return working_day_deadline(case, asked.day, None if hearing is None else hearing.day, "license.hearing.days")


def license_hearing_ahead(case: Case) -> str:
    hearing = last(case.effective("hearing"))
    if hearing is None:
        return NOT_APPLICABLE
    convened, is_known = case.latest_before("hearing_convened", hearing)
    if convened is None or not is_known:
        return NOT_EVALUATED
    served = case.served(convened).day
    amount = case.value("license.hearing.ahead_days", served)
    if amount is None:
        return NOT_APPLICABLE
    earliest = due_in_working_days(case.world.days, served, amount)
    return status_of(None if earliest is None else hearing.day >= earliest)


def license_check_two(case: Case) -> str:
    statuses = []
    for check in case.all("site_check"):
        people = case.persons("handler", [check]) | case.persons("recorder", [check])
        statuses.append(status_of(len(people) >= case.value("license.check.minimum", check.day)))
    return worst(statuses)


def license_renewal(case: Case) -> str:
    decision = license_decision(case)
    if decision is None or case["expires_on"] is None:
        return NOT_APPLICABLE
    return status_of(decision.day <= case["expires_on"])


def license_handed(case: Case) -> str:
    grant, closing = last(case.effective("grant")), last(case.all("closing"))
    if grant is None or closing is None or not case.value("license.handover.required", grant.day):
        return NOT_APPLICABLE
    return status_of(any(before(closing.at, each.at) is not True for each in case.all("regulation_handover")))


LICENSE, EXECUTION, PENALTY = {"license"}, {"compulsory_execution"}, {"penalty"}
RULES: dict[str, tuple[set[str] | None, Callable[[Case], str]]] = {
    "seizure.officers.credential": (None, seizure_officers_credential),
    "seizure.record.contents": (NOT_LICENCES, seizure_papers("seizure.record.elements")),
    "seizure.decision.contents": (NOT_LICENCES, seizure_papers("seizure.decision.elements")),
    "seizure.scope.declared": (NOT_LICENCES, seizure_papers("seizure.scope.elements")),
    "seizure.handed-over": (None, seizure_handed_over),
    "seizure.extension.in-time": (None, seizure_extension_in_time),
    "freezing.approval": (None, freezing_approval),
    "freezing.notice.in-time": (None, freezing_notice),
    "freezing.duration": (None, freezing_duration),
    "execution.demand.before-decision": (EXECUTION, demand_before_decision),
    "execution.demand.contents": (PENALTY | EXECUTION, demand_contents),
    "execution.statement.reviewed": (EXECUTION, execution_statement_reviewed),
    "execution.decision.contents": (EXECUTION, execution_decision_contents),
    "execution.not-at-rest": (EXECUTION, execution_not_at_rest),
    "execution.substituted.urged": (None, substituted_urged),
    "execution.additional-fine.cap": (PENALTY, additional_fine_cap),
    "penalty.execution.after-remedies": (PENALTY, court_after_remedies),
    "penalty.execution.in-time": (PENALTY, court_in_time),
    "license.correction.once": (LICENSE, correction_once),
    "license.refusal.contents": (LICENSE, refusal_contents),
    "license.hearing.told": (LICENSE, license_hearing_told),
    "license.hearing.held-when-required": (LICENSE, license_hearing_held),
    "license.hearing.in-time": (LICENSE, license_hearing_in_time),
    "license.hearing.notice-ahead": (LICENSE, license_hearing_ahead),
    "license.check.two": (None, license_check_two),
    "license.renewal.before-expiry": (LICENSE, license_renewal),
    "license.handed-to-regulator": (LICENSE, license_handed),
}
"""The kinds of case that each judges (``None``: of every kind), and the rule."""
