"""
Cases worked out by hand, some for each rule, most at a boundary.

March 2026 has no holiday and begins on a Sunday: from Monday the 2nd, 3 working days end on the 5th, 5 on the 9th, 7 on
the 11th, 10 on the 16th, 20 on the 30th.
"""

from typing import Any

import pytest

from tests.oracle.evaluate import RULE_IDS
from tests.oracle.hand import evaluate_by_hand, status_by_hand
from tests.oracle.hand_safeguards import CASES as SAFEGUARDS

H, B, N, A = "holds", "broken", "not_evaluated", "not_applicable"
CASES: list[Any] = []


def case(rule: str, expected: str, title: str, steps: str = "", **asked: Any) -> None:
    CASES.append(pytest.param(rule, expected, steps, asked, id=f"{rule}: {title}"))


D = "2026-03-02 decision @D"

r = "penalty.decision.in-time"
case(r, H, "90 days end on a Sunday and roll", "2026-03-02 filing; 2026-06-01 decision")
case(r, B, "the day after", "2026-03-02 filing; 2026-06-02 decision")
case(r, B, "no decision, the day after", "2026-03-02 filing", as_of="2026-06-02")
case(r, H, "no decision, last day", "2026-03-02 filing", as_of="2026-06-01")
case(r, A, "withdrawn without a decision", "2026-03-02 filing", status="withdrawn")
case(r, B, "withdrawn but decided late", "2026-03-02 filing; 2026-06-02 no_penalty", status="withdrawn")
case(r, N, "no filing", "2026-06-02 decision")
case(r, B, "revoked decision does not count", "2026-03-02 filing; 2026-03-03 decision outcome:revoked")
case(r, H, "extension", "2026-03-02 filing; 2026-05-20 extension to:2026-06-10; 2026-06-10 decision")
case(
    r,
    B,
    "refused extension",
    "2026-03-02 filing; 2026-05-20 extension to:2026-06-10 outcome:rejected; 2026-06-10 decision",
)
case(r, B, "no deduction by default", "2026-03-02 filing; 2026-03-10 testing until:2026-03-20; 2026-06-11 decision")
case(
    r,
    H,
    "deduction in market regulation",
    "2026-03-02 filing; 2026-03-10 testing until:2026-03-20; 2026-06-10 decision",
    agency_id="AM",
)
case(
    r,
    B,
    "deduction exhausted",
    "2026-03-02 filing; 2026-03-10 testing until:2026-03-20; 2026-06-11 decision",
    agency_id="AM",
)
case(
    r,
    B,
    "overlaps count once",
    "2026-03-02 filing; 2026-03-10 testing until:2026-03-20; 2026-03-12 hearing until:2026-03-20; 2026-06-11 decision",
    agency_id="AM",
)
case(r, N, "year of the due day not loaded", "2026-11-02 filing", as_of="2026-12-01")
case(r, A, "before the law", "2020-03-02 filing; 2021-01-01 decision")

r = "penalty.service.in-time"
case(r, H, "seventh working day", D + "; 2026-03-11 service about:D")
case(r, B, "eighth", D + "; 2026-03-12 service about:D")
case(r, B, "unlinked service", D + "; 2026-03-03 service")
case(r, H, "summary: the same day", D + "; 2026-03-02 service about:D", procedure="summary")
case(r, B, "summary: the next day", D + "; 2026-03-03 service about:D", procedure="summary")
case(r, H, "pending", D, as_of="2026-03-11")
case(r, N, "into a year not loaded", "2026-12-30 decision", as_of="2026-12-31")
case(r, A, "no decision", "2026-03-02 filing")

r = "penalty.disclosure.in-time"
PUB = {"subject": "case", "subject_id": "C1"}


def published(at: str, withdrawn: str | None = None, subject: str = "case") -> dict[str, list[dict[str, Any]]]:
    return {"disclosures": [PUB | {"published_at": at, "withdrawn_at": withdrawn, "subject": subject}]}


case(r, H, "seventh working day", D, more=published("2026-03-11"))
case(r, B, "eighth", D, more=published("2026-03-12"))
case(r, H, "market regulation has twenty", D, more=published("2026-03-30"), agency_id="AM")
case(r, B, "market regulation, one more", D, more=published("2026-03-31"), agency_id="AM")
case(r, A, "exempt", D, disclosure_exempt="未成年人")
case(r, A, "summary after 2026-04-01", "2026-04-01 decision", procedure="summary")
case(r, B, "summary before", "2026-03-31 decision", procedure="summary")
case(r, A, "warning only after 2026-04-01", "2026-04-01 decision", fine_fen=0, other_penalties="warning")
case(r, N, "warning, fine unknown", "2026-04-01 decision", fine_fen=None, other_penalties="warning")
case(r, B, "fine 0 and no other penalty", "2026-04-01 decision", fine_fen=0)

r = "penalty.disclosure.withdrawn-when-void"
VOID = {"remedies": [{"remedy_id": "R1", "case_id": "C1", "outcome": "void", "decided_at": "2026-03-02"}]}
case(r, H, "third working day", more=VOID | published("2026-01-05", "2026-03-05"))
case(r, B, "fourth", more=VOID | published("2026-01-05", "2026-03-06"))
case(r, B, "not withdrawn", more=VOID | published("2026-01-05"))
case(r, A, "published only later", more=VOID | published("2026-03-06"))
case(r, A, "not yet decided", more=VOID | published("2026-01-05"), as_of="2026-03-01")

r = "disclosure.withdrawn-in-time"
case(r, H, "three months", more=published("2026-02-28", "2026-05-28"), credit_class="minor")
case(r, B, "and a day", more=published("2026-02-28", "2026-05-29"), credit_class="minor")
case(r, A, "due before 2026-04-01", more=published("2025-12-31"), credit_class="minor")
case(r, H, "last day of a short month", more=published("2026-03-31", "2026-06-30"), credit_class="minor")
case(r, N, "class unknown", more=published("2026-02-28"))
case(r, A, "never published", credit_class="minor")

r = "other.disclosure.in-time"
case(r, H, "twentieth working day", D, kind="other", more=published("2026-03-30"))
case(r, B, "one more", D, kind="other", more=published("2026-03-31"))
case(r, A, "not for penalties", D, more=published("2026-03-31"))

r = "license.disclosure.in-time"
case(r, H, "seventh working day", "2026-03-02 grant", kind="license", more=published("2026-03-11", subject="license"))
case(r, B, "eighth", "2026-03-02 grant", kind="license", more=published("2026-03-12"))
case(r, A, "refusal by default", "2026-03-02 refusal", kind="license")

r = "penalty.prior-notice.before-decision"
case(r, H, "the day before", "2026-03-01 prior_notice; " + D)
case(r, N, "the same bare day", "2026-03-02 prior_notice; " + D)
case(r, N, "an hour on one side only", "2026-03-02T09:00 prior_notice; " + D)
case(r, H, "an hour before", "2026-03-02T09:00 prior_notice; 2026-03-02T10:00 decision")
case(r, B, "the same hour", "2026-03-02T09:00 prior_notice; 2026-03-02T09:00 decision")
case(r, B, "none", D)
case(r, A, "summary", D, procedure="summary")

r = "penalty.statement.window"
case(r, B, "on the last day of the window", "2026-03-02 prior_notice; 2026-03-09 decision")
case(r, H, "the day after", "2026-03-02 prior_notice; 2026-03-10 decision")
case(r, H, "statement came", "2026-03-02 prior_notice; 2026-03-03 statement; 2026-03-04 decision")
case(r, H, "waived in the notice", "2026-03-02 prior_notice outcome:waived; 2026-03-04 decision")
case(r, B, "counted from service", "2026-03-02 prior_notice @N; 2026-03-03 service about:N; 2026-03-10 decision")
case(r, N, "notice on the decision's bare day", "2026-03-02 prior_notice; 2026-03-10 prior_notice; 2026-03-10 decision")
case(r, B, "make-up Saturday counts", "2026-05-06 prior_notice; 2026-05-12 decision")
case(r, H, "after the make-up Saturday", "2026-05-06 prior_notice; 2026-05-13 decision")
case(r, A, "no notice", D)

r = "penalty.hearing-notice.when-large"
case(r, A, "a fen below", D, fine_fen=1_999_999)
case(r, B, "at the threshold", D, fine_fen=2_000_000)
case(r, H, "notice served before", "2026-02-27 hearing_notice; " + D, fine_fen=2_000_000)
case(r, B, "served after", "2026-02-27 hearing_notice @N; 2026-03-03 service about:N; " + D, fine_fen=2_000_000)
case(r, B, "citizen", D, fine_fen=50_000, party_id="P2")
case(r, B, "individual business as citizen", D, fine_fen=50_000, party_id="P3")
case(r, N, "party unknown", D, fine_fen=50_000, party_id="P0")
case(r, B, "revoked licence, fine unknown", D, fine_fen=None, other_penalties="license_revoked")
case(r, N, "fine unknown", D, fine_fen=None)
case(r, B, "confiscation", D, confiscated_fen=2_000_000)

r = "penalty.hearing-request.window"
case(r, B, "inside", "2026-03-02 hearing_notice; 2026-03-09 decision")
case(r, H, "after", "2026-03-02 hearing_notice; 2026-03-10 decision")
case(r, H, "requested", "2026-03-02 hearing_notice; 2026-03-03 hearing_request; 2026-03-09 decision")
case(r, N, "requested the same bare day", "2026-03-02 hearing_notice; 2026-03-09 hearing_request; 2026-03-09 decision")
case(r, H, "waived", "2026-03-02 hearing_notice outcome:waived; 2026-03-09 decision")

r = "penalty.hearing.notice-ahead"
case(r, H, "seventh working day", "2026-03-02 hearing_convened; 2026-03-11 hearing")
case(r, B, "sixth", "2026-03-02 hearing_convened; 2026-03-10 hearing")
case(r, N, "not convened", "2026-03-10 hearing")
case(r, A, "no hearing", "2026-03-02 hearing_convened")

r = "penalty.hearing.held-when-requested"
NOTICE = "2026-03-02 hearing_notice; "
case(r, B, "requested on the last day", NOTICE + "2026-03-09 hearing_request; 2026-03-20 decision")
case(r, A, "requested too late", NOTICE + "2026-03-10 hearing_request; 2026-03-20 decision")
case(r, H, "held", NOTICE + "2026-03-09 hearing_request; 2026-03-19 hearing; 2026-03-20 decision")
case(r, A, "withdrawn", NOTICE + "2026-03-09 hearing_request outcome:withdrawn; 2026-03-20 decision")
case(r, A, "waived", NOTICE + "2026-03-09 hearing_request outcome:waived; 2026-03-20 decision")
case(r, B, "no notice: in time", "2026-03-09 hearing_request; 2026-03-20 decision")
case(
    r,
    N,
    "hearing on the decision's bare day",
    NOTICE + "2026-03-09 hearing_request; 2026-03-20 hearing; 2026-03-20 decision",
)

FILED = "2026-01-05 filing handler:O1,O2; "
r = "penalty.hearing.chair-not-handler"
case(r, H, "another", FILED + "2026-03-02 hearing chair:O3")
case(r, B, "a handler", FILED + "2026-03-02 hearing chair:O1")
case(r, A, "no chair recorded", FILED + "2026-03-02 hearing")
case(r, H, "recorder of a step is no handler", "2026-01-05 inquiry recorder:O3; 2026-03-02 hearing chair:O3")

REPORT = "2026-02-01 investigation_report; "
r = "penalty.legal-review.before-decision"
case(r, H, "reviewed", REPORT + "2026-02-02 legal_review; " + D, is_major=True)
case(r, B, "not reviewed", REPORT + D, is_major=True)
case(r, B, "before the report", "2026-01-31 legal_review; " + REPORT + D, is_major=True)
case(r, N, "no report", "2026-02-02 legal_review; " + D, is_major=True)
case(r, B, "hearing afterwards", REPORT + "2026-02-02 legal_review; 2026-02-10 hearing; " + D, is_major=True)
case(r, B, "hearing makes it due, major unknown", REPORT + "2026-02-10 hearing; " + D, is_major=None)
case(r, N, "major unknown", REPORT + "2026-02-02 legal_review; " + D, is_major=None)
case(r, A, "neither", REPORT + D)
case(r, A, "complexity is no trigger", REPORT + D, is_complex=True)

r = "penalty.legal-review.approved"
case(r, H, "approved", "2026-02-02 legal_review outcome:approved; " + D)
case(
    r, B, "latest rejected", "2026-02-02 legal_review outcome:approved; 2026-02-03 legal_review outcome:rejected; " + D
)
case(r, N, "no outcome", "2026-02-02 legal_review; " + D)
case(r, N, "same bare day", "2026-03-02 legal_review outcome:approved; " + D)
case(r, A, "after the decision", "2026-03-03 legal_review outcome:rejected; " + D)

r = "penalty.legal-review.again-after-new-evidence"
case(r, H, "evidence before", "2026-02-01 evidence; 2026-02-02 legal_review; " + D)
case(r, B, "evidence between", "2026-02-03 inquiry; 2026-02-02 legal_review; " + D)
case(r, N, "the review's bare day", "2026-02-02 evidence; 2026-02-02 legal_review; " + D)
case(r, H, "evidence after", "2026-03-03 evidence; 2026-02-02 legal_review; " + D)

r = "penalty.legal-reviewer.not-handler"
case(r, H, "another", FILED + "2026-02-02 legal_review reviewer:R-old")
case(r, B, "a handler", FILED + "2026-02-02 legal_review reviewer:R-old,O2")

r = "penalty.legal-reviewer.qualified"
case(r, H, "reviewer since 2017", "2026-02-02 legal_review reviewer:R-old")
case(r, H, "qualified", "2026-02-02 legal_review reviewer:R-new")
case(r, H, "qualified that day", "2018-06-01 legal_review reviewer:R-new")
case(r, B, "qualified a day later", "2018-05-31 legal_review reviewer:R-new")
case(r, B, "never qualified", "2026-02-02 legal_review reviewer:R-raw")
case(r, B, "no reviewer by role", "2026-02-02 legal_review reviewer:O1")
case(r, A, "nobody named", "2026-02-02 legal_review")

r = "penalty.deliberation.when-major"
case(r, H, "done", "2026-03-01 deliberation; " + D, is_complex=True)
case(r, B, "not done", D, is_major=True)
case(r, N, "one unknown", "2026-03-01 deliberation; " + D, is_complex=None)
case(r, B, "one unknown, one yes", D, is_complex=None, is_major=True)
case(r, A, "plain", D)

r = "penalty.deliberation.after-hearing"
case(r, H, "statement before", "2026-02-01 statement; 2026-02-02 deliberation; " + D)
case(r, B, "statement between", "2026-02-03 statement; 2026-02-02 deliberation; " + D)
case(r, H, "withdrawn statement between", "2026-02-03 statement outcome:withdrawn; 2026-02-02 deliberation; " + D)

r = "penalty.deliberation.handler-not-voter"
case(r, H, "others", FILED + "2026-02-02 deliberation voter:O3")
case(r, B, "one handler", FILED + "2026-02-02 deliberation voter:O3,O1")

r = "penalty.approver.not-handler"
case(r, B, "on the decision", FILED + D + " approver:O1")
case(r, B, "on its approval", FILED + D + "; 2026-03-02 approval about:D approver:O1")
case(r, A, "approval of something else", FILED + D + "; 2026-03-02 approval about:C1-0 approver:O1")
case(r, H, "another", FILED + D + " approver:O3")

r = "penalty.officers.two"
case(r, H, "handler and recorder", "2026-03-04 inspection handler:O1 recorder:O2")
case(r, B, "one in two roles", "2026-03-04 inspection handler:O1 recorder:O1")
case(r, H, "one by law", "2026-03-04 inspection handler:O1", item_id="I2")
case(r, B, "before the role began", "2019-12-31 inspection handler:O1,O2")
case(r, H, "on its first day", "2020-01-01 inspection handler:O1,O2")
case(r, B, "nobody", "2026-03-04 evidence")
case(r, A, "seizure is another rule", "2026-03-04 seizure")

r = "penalty.officers.credential"
case(r, H, "before the suspension", "2026-03-04 inquiry handler:O1,OS")
case(r, B, "its first day", "2026-03-05 inquiry handler:O1,OS")
case(r, B, "its last day", "2026-03-10 inquiry handler:O1,OS")
case(r, H, "after it", "2026-03-11 inquiry handler:O1,OS")
case(r, B, "run out", "2031-01-01 inquiry handler:O1,O2", as_of="2031-01-02")

r = "penalty.officers.showed-credential"
case(r, B, "no trace", "2026-03-04 inspection @S")
case(r, H, "flag", "2026-03-04 inspection outcome:credential_shown")
case(r, H, "a document", "2026-03-04 inspection @S", more={"documents": [{"document_id": "1", "event_id": "S"}]})
case(r, H, "media", "2026-03-04 inspection @S", more={"media": [{"media_id": "1", "event_id": "S"}]})

r = "penalty.officers.same-agency"
case(r, H, "own", FILED)
case(r, H, "of a team beneath", "2026-01-05 filing handler:OT")
case(r, B, "of another", "2026-01-05 filing handler:OX")
case(r, N, "unknown", "2026-01-05 filing handler:ON")
case(
    r,
    H,
    "joint",
    "2026-01-05 filing handler:OX",
    more={"inspections": [{"inspection_id": "V1", "case_id": "C1", "joint_id": "J"}]},
)

r = "penalty.fine.within-tier"
TIER = {"tier": "一般", "act_on": "2026-01-01"}
LIGHTER = {
    "benchmarks": [
        {"item_id": "I1", "tier": "一般", "fine_min_fen": 50, "fine_max_fen": 99, "effective_from": "2026-02-01"}
    ]
}
case(r, H, "lower bound", D, fine_fen=100, **TIER)
case(r, H, "upper bound", D, fine_fen=200, **TIER)
case(r, B, "above", D, fine_fen=201, **TIER)
case(r, H, "departure with reason", D, fine_fen=201, tier_departure="heavier", reason="再犯", **TIER)
case(r, B, "departure without reason", D, fine_fen=201, tier_departure="heavier", **TIER)
case(r, N, "fine unknown", D, fine_fen=None, **TIER)
case(r, N, "tier not in the benchmarks", D, tier="轻微", act_on="2026-01-01")
case(r, N, "act before the benchmarks", D, tier="一般", act_on="2019-12-31")
case(r, A, "no tier", D, act_on="2026-01-01")
case(r, B, "the union has a gap and is not lighter", D, fine_fen=250, **TIER, more=LIGHTER)

r = "penalty.tier.stated"
case(r, H, "stated", D, tier="一般")
case(r, B, "not stated", D)
case(r, A, "item without benchmarks", D, item_id="I2")
case(r, A, "before they began", "2019-12-31 decision")

r = "penalty.summary.only-small"
SUMMARY = {"procedure": "summary"}
case(r, H, "organization at the cap", D, fine_fen=300_000, **SUMMARY)
case(r, B, "above", D, fine_fen=300_001, **SUMMARY)
case(r, B, "citizen above", D, fine_fen=20_001, party_id="P2", **SUMMARY)
case(r, B, "criticism", D, fine_fen=0, other_penalties="warning|criticism", **SUMMARY)
case(r, H, "basis", D, fine_fen=300_001, item_id="I2", **SUMMARY)
case(r, N, "confiscation unknown", D, confiscated_fen=None, **SUMMARY)
case(r, B, "fine above, confiscation unknown", D, fine_fen=300_001, confiscated_fen=None, **SUMMARY)
case(r, A, "ordinary", D)

r = "penalty.limitation"
case(r, H, "two years to the day", D, act_on="2024-02-29", found_on="2026-02-28", limitation_class="ordinary")
case(r, B, "and a day", D, act_on="2024-02-29", found_on="2026-03-01", limitation_class="ordinary")
case(
    r,
    H,
    "from the end of the act",
    D,
    act_on="2022-01-01",
    act_ended_on="2024-03-01",
    found_on="2026-03-01",
    limitation_class="ordinary",
)
case(r, N, "class unknown, between", D, act_on="2024-02-28", found_on="2026-03-01")
case(r, H, "five years", D, act_on="2021-08-01", found_on="2026-08-01", limitation_class="five_year")
case(r, B, "six years, class unknown", D, act_on="2021-08-01", found_on="2027-08-01")
case(r, N, "day unknown", D, act_on="2024-02-28", limitation_class="ordinary")
case(
    r, A, "closed with no_penalty", "2026-03-02 no_penalty", act_on="2020-01-01", found_on="2026-01-01", status="closed"
)

r = "penalty.double-fine"
SAME = {"act_on": "2026-01-01", "fine_fen": 100}


def other(steps: str, **columns: Any) -> dict[str, list[dict[str, Any]]]:
    row = {"case_id": "C2", "kind": "penalty", "agency_id": "A2", "item_id": "I2", "party_id": "P1"}
    return {"cases": [row | SAME | columns | {"steps": steps}]}


case(r, B, "second fine", D, more=other("2026-03-01 decision"), **SAME)
case(r, H, "first fine", D, more=other("2026-03-03 decision"), **SAME)
case(r, H, "the same day: the order of the file", D, more=other("2026-03-02 decision"), **SAME)
case(r, H, "another day of act", D, more=other("2026-03-01 decision", act_on="2026-01-02"), **SAME)
case(r, H, "the other was no fine", D, more=other("2026-03-01 decision", fine_fen=0), **SAME)
case(r, N, "act unknown", D, fine_fen=100)

r = "penalty.preservation.decided"
KEPT = "2026-03-02 preservation @K; "
case(r, H, "seventh working day", KEPT + "2026-03-11 preservation_disposal about:K")
case(r, B, "eighth", KEPT + "2026-03-12 preservation_disposal")
case(r, B, "about another", KEPT + "2026-03-02 evidence @E; 2026-03-03 preservation_disposal about:E")
case(r, B, "unlinked, before", KEPT + "2026-03-01 preservation_disposal")
case(r, H, "pending", KEPT, as_of="2026-03-11")
case(r, A, "case ended", KEPT, status="ended")

r = "penalty.execution.demand"
case(r, B, "no demand", "2026-03-16 court_application")
case(r, B, "last day of the window", "2026-03-02 demand; 2026-03-16 court_application")
case(r, H, "after it", "2026-03-02 demand; 2026-03-17 court_application")
case(r, B, "from service", "2026-03-02 demand @M; 2026-03-03 service about:M; 2026-03-17 court_application")

r = "penalty.closing.after-execution"
case(r, H, "same day", D + "; 2026-03-05T18:00 payment; 2026-03-05T09:00 closing")
case(r, B, "paid later", D + "; 2026-03-06 payment; 2026-03-05 closing")
case(r, B, "never paid", D + "; 2026-03-05 closing")
case(r, A, "ended with a ground", D + "; 2026-03-05 closing", ended_ground="死亡")
case(r, A, "nothing owed", D + "; 2026-03-05 closing", fine_fen=0)
case(r, N, "unknown whether owed", D + "; 2026-03-05 closing", fine_fen=0, confiscated_fen=None)

r = "penalty.instalment.on-application"
case(r, H, "on the last day", D + "; 2026-03-17 instalment_application; 2026-03-20 instalment")
case(r, B, "a day late", D + "; 2026-03-18 instalment_application; 2026-03-20 instalment")
case(r, H, "rolls over a weekend", "2026-03-06 decision; 2026-03-23 instalment_application; 2026-03-24 instalment")
case(r, B, "no application", D + "; 2026-03-20 instalment")
case(r, N, "no decision", "2026-03-17 instalment_application; 2026-03-20 instalment")

r = "penalty.facts.complete"
case(r, H, "complete", "2026-01-05 filing; " + D, case_no="一号", act_on="2026-01-01")
case(r, B, "no number", "2026-01-05 filing; " + D, act_on="2026-01-01")
case(r, B, "item without basis", "2026-01-05 filing; " + D, case_no="一号", act_on="2026-01-01", item_id="I3")
case(r, B, "closed without a decision", "2026-01-05 filing", case_no="一号", act_on="2026-01-01", status="closed")
case(r, A, "under way", "2026-01-05 filing")

r = "seizure.duration"
S = "2026-03-02 seizure @S; "
case(r, H, "thirtieth day", S + "2026-04-01 seizure_release about:S")
case(r, B, "one more", S + "2026-04-02 seizure_release about:S")
case(r, B, "no rolling off a Saturday", "2026-04-02 seizure; 2026-05-05 seizure_release")
case(r, H, "decision", S + "2026-04-01 decision")
case(r, B, "release of another", S + "2026-03-03 seizure @T; 2026-03-05 seizure_release about:T")
case(r, H, "extended by thirty", S + "2026-03-30 seizure_extension about:S; 2026-05-01 seizure_release")
case(r, B, "extended no further", S + "2026-03-30 seizure_extension to:2026-06-01; 2026-05-02 seizure_release")
case(r, B, "extended to a day", S + "2026-03-30 seizure_extension to:2026-04-10; 2026-04-11 seizure_release")
case(r, H, "testing deducted", S + "2026-03-10 testing until:2026-03-15; 2026-04-06 seizure_release")
case(r, B, "testing deducted, one more", S + "2026-03-10 testing until:2026-03-15; 2026-04-07 seizure_release")
case(r, B, "testing after the due day", S + "2026-04-02 testing until:2026-04-10; 2026-04-02 seizure_release")
case(r, H, "in any kind of case", S + "2026-04-01 seizure_release", kind="compulsory_measure")
case(r, A, "transferred", S, status="transferred")

r = "seizure.two-officers"
case(r, H, "two", "2026-03-02 seizure handler:O1,O2")
case(r, B, "one", "2026-03-02 seizure handler:O1")

RECORD = {"documents": [{"document_id": "1", "event_id": "S", "kind": "现场笔录"}]}
VIDEO = {"media": [{"media_id": "1", "event_id": "S", "kind": "video"}]}
r = "seizure.record"
case(r, H, "record", S, more=RECORD)
case(r, B, "another paper", S, more={"documents": [{"document_id": "1", "event_id": "S", "kind": "清单"}]})
case(r, B, "Rizhao wants media too", S, more=RECORD, place="371100")
case(r, H, "and has them", S, more=RECORD | VIDEO, place="371100")

r = "seizure.approval"
U = "2026-03-02T09:00 seizure @S urgent:yes; "
case(r, H, "before", "2026-03-01 approval about:S; " + S)
case(r, N, "same bare day", "2026-03-02 approval about:S; " + S)
case(r, B, "none", S)
case(r, H, "urgent, 24 hours", U + "2026-03-03T09:00 approval about:S")
case(r, B, "urgent, a minute more", U + "2026-03-03T09:01 approval about:S")
case(r, N, "urgent, hour missing", U + "2026-03-03 approval about:S")
case(r, B, "after, not urgent", "2026-03-02T09:00 seizure @S urgent:no; 2026-03-02T10:00 approval about:S")
case(r, N, "after, urgency unknown", "2026-03-02T09:00 seizure @S; 2026-03-02T10:00 approval about:S")
case(r, B, "rejected", "2026-03-01 approval about:S outcome:rejected; " + S)

LIC = {"kind": "license"}
r = "license.acceptance.in-time"
case(r, H, "fifth working day", "2026-03-02 application; 2026-03-09 acceptance", **LIC)
case(r, B, "sixth", "2026-03-02 application; 2026-03-10 correction_notice", **LIC)
case(r, N, "no application", "2026-03-09 acceptance", **LIC)

r = "license.decision.in-time"
APP = "2026-02-26 application; 2026-03-02 acceptance; "
case(r, H, "twentieth working day", APP + "2026-03-30 grant", **LIC)
case(r, B, "one more", APP + "2026-03-31 refusal", **LIC)
case(r, H, "extended", APP + "2026-03-20 extension; 2026-04-14 grant", **LIC)
case(r, B, "extended, one more", APP + "2026-03-20 extension; 2026-04-15 grant", **LIC)
case(r, H, "hearing deducted", APP + "2026-03-09 hearing until:2026-03-14; 2026-04-07 grant", **LIC)
case(r, B, "hearing deducted, one more", APP + "2026-03-09 hearing until:2026-03-14; 2026-04-08 grant", **LIC)
case(r, H, "from the application", "2026-03-02 application; 2026-03-30 grant", **LIC)
case(
    r,
    N,
    "corrected in time, not accepted",
    "2026-03-02 application; 2026-03-09 correction_notice; 2026-06-01 grant",
    **LIC,
)
case(r, B, "corrected too late", "2026-03-02 application; 2026-03-10 correction_notice; 2026-06-01 grant", **LIC)

r = "license.delivery.in-time"
case(r, H, "tenth working day", "2026-03-02 grant; 2026-03-16 delivery", **LIC)
case(r, B, "eleventh", "2026-03-02 grant; 2026-03-17 delivery", **LIC)
case(r, B, "of an earlier grant", "2026-02-02 grant; 2026-02-03 delivery; 2026-03-02 grant", **LIC)
case(r, A, "refusal", "2026-03-02 refusal", **LIC)


def visits(*rows: dict[str, Any]) -> dict[str, Any]:
    """Visits V0, V1, … of agency A1 to party P1."""
    basis = {"agency_id": "A1", "party_id": "P1", "item_ids": "I1", "selection": "random", "scanned": True}
    made = [basis | {"inspection_id": f"V{number}"} | row for number, row in enumerate(rows)]
    people = [
        {"inspection_id": row["inspection_id"], "officer_id": officer}
        for row in made
        for officer in row.pop("officers", "").split(",")
        if officer
    ]
    return {"more": {"inspections": made, "inspection_officers": people}, "subject": f"V{len(rows) - 1}"}


def at(moment: str, **columns: Any) -> dict[str, Any]:
    return {"started_at": moment} | columns


r = "inspection.plan-filed"
case(r, H, "the day before", **visits(at("2026-03-02", plan_filed_at="2026-03-01")))
case(r, N, "same bare day", **visits(at("2026-03-02", plan_filed_at="2026-03-02")))
case(r, B, "none", **visits(at("2026-03-02")))
case(r, H, "triggered with a cause", **visits(at("2026-03-02", selection="triggered", cause="举报")))
case(r, B, "triggered without", **visits(at("2026-03-02", selection="triggered")))

r = "inspection.plan-ahead"
case(r, H, "seven days", **visits(at("2026-03-09", plan_entered_at="2026-03-02T23:00")))
case(r, B, "six", **visits(at("2026-03-08", plan_entered_at="2026-03-02")))
case(r, A, "triggered", **visits(at("2026-03-08", plan_entered_at="2026-03-02", selection="triggered")))
case(r, N, "not begun", **visits({"plan_entered_at": "2026-03-02"}))

r = "inspection.item-published"
case(r, H, "published that day", **visits(at("2020-01-01")))
case(r, B, "a day early", **visits(at("2019-12-31")))
case(r, B, "withdrawn that day", **visits(at("2026-03-02", item_ids="I1|I3")))
case(r, H, "withdrawn the next", **visits(at("2026-03-01", item_ids="I1|I3")))
case(r, N, "unknown item", **visits(at("2026-03-01", item_ids="I1|I9")))
case(r, B, "never published", **visits(at("2026-03-01", item_ids="I2|I9")))
case(r, N, "none named", **visits(at("2026-03-01", item_ids=None)))

r = "inspection.officers.two"
case(r, H, "two", **visits(at("2026-03-02", officers="O1,O2")))
case(r, B, "one and a reviewer", **visits(at("2026-03-02", officers="O1,R-old")))
case(r, B, "nobody", **visits(at("2026-03-02")))
case(r, N, "not begun", **visits({"officers": "O1,O2"}))

r = "inspection.officers.credential"
case(r, H, "two", **visits(at("2026-03-02", officers="O1,OS")))
case(r, B, "one suspended", **visits(at("2026-03-05", officers="O1,OS")))

r = "inspection.frequency"
TWO = (at("2026-03-02"), at("2026-03-04"))
case(r, H, "second in a week", **visits(*TWO))
case(r, B, "third in a week", **visits(*TWO, at("2026-03-06")))
case(r, B, "second in a day", **visits(at("2026-03-02"), at("2026-03-02")))
case(r, H, "third in a month, another week", **visits(*TWO, at("2026-03-09")))
case(r, B, "fourth in a month", **visits(*TWO, at("2026-03-09"), at("2026-03-31")))
case(r, H, "next month", **visits(*TWO, at("2026-03-09"), at("2026-04-01")))
case(r, B, "the week crosses the year", **visits(at("2025-12-29"), at("2025-12-30"), at("2026-01-01")))
case(r, A, "exempt", **visits(*TWO, at("2026-03-06", exempt_reason="安全")))
case(
    r,
    H,
    "the exempt one is not counted",
    **visits(at("2026-03-02", exempt_reason="安全"), at("2026-03-04"), at("2026-03-06")),
)
case(
    r,
    H,
    "a joint visit counts once",
    **visits(at("2026-03-02", joint_id="J"), at("2026-03-02", joint_id="J"), at("2026-03-06")),
)
case(r, A, "second row of the joint visit", **visits(at("2026-03-02", joint_id="J"), at("2026-03-02", joint_id="J")))
case(r, A, "citizen", **visits(at("2026-03-02", party_id="P2")))
case(r, N, "party of unknown kind", **visits(at("2026-03-02", party_id="P0")))
case(r, N, "no start", **visits({}))

r = "inspection.repeat-same-agency"
case(r, B, "ninety days", **visits(at("2026-03-02"), at("2026-05-31")))
case(r, H, "ninety-one", **visits(at("2026-03-02"), at("2026-06-01")))
case(r, B, "the same day", **visits(at("2026-03-02"), at("2026-03-02")))
case(r, H, "another agency", **visits(at("2026-03-02", agency_id="A2"), at("2026-03-02")))
case(r, H, "triggered", **visits(at("2026-03-02"), at("2026-03-03", selection="triggered")))
case(r, H, "the same joint visit", **visits(at("2026-03-02", joint_id="J"), at("2026-03-02", joint_id="J")))
case(r, N, "agency unknown", **visits(at("2026-03-02"), at("2026-03-03", agency_id=None)))

r = "inspection.repeat-cross-agency"
case(r, B, "thirty days", **visits(at("2026-03-02", agency_id="A2"), at("2026-04-01")))
case(r, H, "thirty-one", **visits(at("2026-03-02", agency_id="A2"), at("2026-04-02")))
case(r, H, "joint", **visits(at("2026-03-02", agency_id="A2"), at("2026-03-03", joint_id="J")))
case(r, H, "own agency", **visits(at("2026-03-02"), at("2026-03-03")))

r = "inspection.same-officer-thrice"
NONE = {"officers": "O1", "result": "none"}
case(
    r, B, "three within a year", **visits(at("2025-03-03", **NONE), at("2025-09-01", **NONE), at("2026-03-02", **NONE))
)
case(r, H, "a year and a day", **visits(at("2025-03-02", **NONE), at("2025-09-01", **NONE), at("2026-03-02", **NONE)))
case(
    r,
    H,
    "another result resets",
    **visits(at("2025-03-03", **NONE), at("2025-09-01", officers="O1", result="rectify"), at("2026-03-02", **NONE)),
)
case(
    r,
    N,
    "a result unknown",
    **visits(at("2025-03-03", **NONE), at("2025-09-01", officers="O1"), at("2026-03-02", **NONE)),
)
case(r, H, "two", **visits(at("2025-09-01", **NONE), at("2026-03-02", **NONE)))
case(r, A, "no officer listed", **visits(at("2026-03-02")))

r = "inspection.scanned"
case(r, H, "scanned", **visits(at("2026-03-02")))
case(
    r,
    H,
    "reason on the tenth day",
    **visits(at("2026-03-02", scanned=False, unscanned_reason="坏", unscanned_reason_at="2026-03-12")),
)
case(
    r,
    B,
    "on the eleventh",
    **visits(at("2026-03-02", scanned=False, unscanned_reason="坏", unscanned_reason_at="2026-03-13")),
)
case(r, B, "a time without a reason", **visits(at("2026-03-02", scanned=False, unscanned_reason_at="2026-03-03")))
case(r, H, "pending", as_of="2026-03-12", **visits(at("2026-03-02", scanned=False)))
case(r, N, "unknown", **visits(at("2026-03-02", scanned=None)))

r = "officer.two-places"


def span(start: str, end: str, place: str, officers: str = "O1") -> dict[str, Any]:
    return {"started_at": f"2026-03-02T{start}", "ended_at": f"2026-03-02T{end}", "place": place, "officers": officers}


def two_acts(*rows: dict[str, Any]) -> dict[str, Any]:
    return visits(*rows) | {"subject": "O1"}


case(r, B, "overlap", **two_acts(span("09:00", "10:01", "甲"), span("10:00", "11:00", "乙")))
case(r, H, "one ends when the other begins", **two_acts(span("09:00", "10:00", "甲"), span("10:00", "11:00", "乙")))
case(r, H, "at one place", **two_acts(span("09:00", "10:01", "甲"), span("10:00", "11:00", "甲")))
case(r, A, "no end", **two_acts(at("2026-03-02T09:00", place="甲", officers="O1")))
case(
    r,
    B,
    "inspection and event",
    "2026-03-02T09:30 inquiry until:2026-03-02T09:40 place:乙 recorder:O1",
    **two_acts(span("09:00", "10:00", "甲")),
)

r = "remedy.reply.in-time"


def remedy(**columns: Any) -> dict[str, Any]:
    row = {"remedy_id": "R1", "case_id": "C1", "kind": "reconsideration", "received_at": "2026-03-02"}
    return {"more": {"remedies": [row | columns]}, "subject": "R1"}


case(r, H, "tenth working day", **remedy(replied_at="2026-03-16"))
case(r, B, "eleventh", **remedy(replied_at="2026-03-17"))
case(r, B, "simple: sixth", **remedy(procedure="simple", replied_at="2026-03-10"))
case(
    r,
    H,
    "litigation: rolls off a Saturday",
    **remedy(kind="litigation", received_at="2026-03-06", replied_at="2026-03-23"),
)
case(r, B, "litigation: one more", **remedy(kind="litigation", received_at="2026-03-06", replied_at="2026-03-24"))
case(r, N, "not known when received", **remedy(received_at=None))
case(r, B, "no reply", **remedy())

r = "referral.in-time"


def referral(**columns: Any) -> dict[str, Any]:
    row = {
        "referral_id": "F1",
        "case_id": "C1",
        "to": "police",
        "report_received_at": "2026-03-06",
        "decided_at": "2026-03-09",
    }
    row |= {"approved_at": "2026-03-09T09:00", "transferred_at": "2026-03-10T09:00"}
    return {"more": {"referrals": [row | columns]}, "subject": "F1"}


case(r, H, "in time", **referral())
case(r, B, "fourth day, no rolling", **referral(decided_at="2026-03-10"))
case(r, B, "a minute late", **referral(transferred_at="2026-03-10T09:01"))
case(r, N, "no hour", **referral(transferred_at="2026-03-10"))
case(r, B, "not transferred", **referral(transferred_at=None))
case(r, H, "transfer pending", as_of="2026-03-10", **referral(transferred_at=None))
case(r, B, "one half unknown, one broken", **referral(approved_at=None, decided_at="2026-03-10"))
case(r, A, "not to the police", **referral(to="discipline"))

r = "media.retained"


def media(**columns: Any) -> dict[str, Any]:
    return {"more": {"media": [{"media_id": "M1"} | columns]}, "subject": "M1"}


case(r, H, "two years from the event", S, **media(event_id="S", started_at="2020-01-01", retained_until="2028-03-02"))
case(r, B, "a day less", S, **media(event_id="S", retained_until="2028-03-01"))
case(r, H, "from its own start", **media(started_at="2024-02-29T09:00", retained_until="2026-02-28"))
case(r, N, "no day", **media(retained_until="2028-03-01"))
case(r, N, "no end", S, **media(event_id="S"))

r = "officer.hours"


def trained(*rows: tuple[str, float | None], officer: str = "O1") -> dict[str, Any]:
    training = [{"officer_id": officer, "held_on": held_on, "hours": hours} for held_on, hours in rows]
    return {"more": {"training": training}, "subject": officer}


case(r, H, "sixty", **trained(("2025-01-01", 40), ("2025-12-31", 20)))
case(r, B, "half an hour less", **trained(("2025-01-01", 40), ("2025-12-31", 19.5), ("2026-01-01", 60)))
case(r, N, "hours unknown", **trained(("2025-01-01", 40), ("2025-12-31", None)))
case(r, B, "nothing", **trained())
case(r, A, "no officer by role", **trained(officer="R-old"))

r = "remedy.head-attends"


def hearings(*rows: tuple[bool | None, bool | None], **columns: Any) -> dict[str, Any]:
    made = [
        {
            "remedy_id": f"R{number}",
            "case_id": "C1",
            "kind": "litigation",
            "hearing_on": "2026-03-02",
            "head_attended": attended,
        }
        | {"head_is_principal": principal}
        | columns
        for number, (attended, principal) in enumerate(rows)
    ]
    return {"more": {"remedies": made}, "subject": "A1"}


THREE = ((True, True),) * 3
case(r, H, "three principals of five", **hearings(*THREE, (True, False), (True, False)))
case(r, B, "two of four", **hearings((True, True), (True, True), (True, False), (True, False)))
case(r, B, "one hearing without", **hearings(*THREE, (False, False)))
case(r, N, "unknown", **hearings(*THREE, (True, None)))
case(r, N, "no hearing", subject="A1")
case(r, N, "hearing still to come", **hearings((False, False), hearing_on="2026-07-01"))

r = "agency.legal-reviewer-ratio"
case(r, B, "none among five", subject="A1")
case(r, H, "three to one", subject="A2")
case(r, N, "no officers", subject="AM")

r = "agency.legal-review-rate"
case(r, H, "reviewed", "2026-03-01 legal_review; " + D, is_major=True, subject="A1")
case(r, B, "not reviewed", "2026-03-03 legal_review; " + D, is_major=True, subject="A1")
case(r, N, "no major", D, subject="A1")
case(r, N, "major unknown", D, is_major=None, subject="A1")


def fines(*rows: tuple[str, Any], **columns: Any) -> dict[str, Any]:
    """More fined cases X0, X1, … of A1 for item I1, tier 一般, an organization."""
    row = {
        "kind": "penalty",
        "agency_id": "A1",
        "item_id": "I1",
        "party_id": "P1",
        "tier": "一般",
        "confiscated_fen": 0,
    }
    made = [
        row | {"case_id": f"X{number}", "fine_fen": fine, "steps": f"{on} decision"} | columns
        for number, (on, fine) in enumerate(rows)
    ]
    return {"cases": made}


r = "agency.income-growth"
BOTH = {"subject": "A1", "fine_fen": 0}
case(r, H, "120 percent", more=fines(("2024-12-31", 1000), ("2025-01-01", 1200)), **BOTH)
case(r, B, "a fen more", more=fines(("2024-12-31", 1000), ("2025-01-01", 1201)), **BOTH)
case(r, N, "nothing the year before", more=fines(("2025-01-01", 1201)), **BOTH)
case(r, N, "an amount unknown", more=fines(("2024-12-31", 1000), ("2025-01-01", 100), ("2025-01-02", None)), **BOTH)

r = "item.fine-outlier"
PEERS = [("2024-03-03", 100), ("2026-03-02", 100)] + [("2025-01-01", fine) for fine in (90, 90, 100, 110, 110, 120)]
case(r, H, "at the limit", D, tier="一般", fine_fen=144, more=fines(*PEERS))  # median 100, MAD 10, limit 44.478
case(r, B, "beyond", D, tier="一般", fine_fen=145, more=fines(*PEERS))
case(r, A, "seven peers", D, tier="一般", fine_fen=145, more=fines(("2024-03-02", 100), *PEERS[1:]))
EQUAL = [("2025-01-01", 100)] * 8
case(r, H, "all alike, half more", D, tier="一般", fine_fen=150, more=fines(*EQUAL))
case(r, B, "all alike, more", D, tier="一般", fine_fen=151, more=fines(*EQUAL))
case(r, H, "all alike, two thirds", D, tier="一般", fine_fen=67, more=fines(*EQUAL))
case(r, B, "all alike, less", D, tier="一般", fine_fen=66, more=fines(*EQUAL))
case(r, A, "other kind of party", D, tier="一般", fine_fen=66, more=fines(*EQUAL, party_id="P2"))

r = "agency.fine-quota-signal"


def units(count: int, fines_of_last: tuple[int, ...] = (100, 100)) -> dict[str, list[dict[str, Any]]]:
    agencies = [{"agency_id": f"U{unit}", "level": "township"} for unit in range(count)]
    cases = [
        {"case_id": f"{unit}-{month}-{turn}", "kind": "penalty", "agency_id": f"U{unit}", "fine_fen": fine}
        | {"steps": f"2026-{month:02}-15 decision"}
        for unit in range(count)
        for month in range(1, 7)
        for turn, fine in enumerate(fines_of_last if unit == count - 1 else (100, 100))
    ]
    return {"agencies": agencies, "cases": cases}


case(r, B, "six alike", subject="U0", as_of="2026-07-01", more=units(6))
case(r, H, "five alike", subject="U0", as_of="2026-07-01", more=units(5))
case(r, H, "one with a single fine a month", subject="U0", as_of="2026-07-01", more=units(6, (100,)))
case(r, H, "one far dearer", subject="U0", as_of="2026-07-01", more=units(6, (200, 200)))
case(r, H, "the month of as_of is not over", subject="U0", as_of="2026-06-30", more=units(6))


for rule_, expected_, title_, steps_, asked_ in SAFEGUARDS:
    case(rule_, expected_, title_, steps_, **asked_)


@pytest.mark.parametrize(("rule", "expected", "steps", "asked"), CASES)
def test_case(rule: str, expected: str, steps: str, asked: dict[str, Any]) -> None:
    assert status_by_hand(rule, steps, **asked) == expected


def test_every_rule_has_cases_that_hold_and_that_break() -> None:
    told = {(each.values[0], each.values[1]) for each in CASES}
    assert {rule for rule, _ in told} == set(RULE_IDS)
    assert [rule for rule in RULE_IDS if not {(rule, H), (rule, B)} <= told] == []


def test_a_decision_after_as_of_is_not_there() -> None:
    answers = evaluate_by_hand("2026-03-02 filing; 2026-03-05 decision", as_of="2026-03-04")
    assert answers["penalty.service.in-time"] == {}
    assert answers["penalty.decision.in-time"] == {"C1": H}
