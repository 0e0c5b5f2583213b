"""Cases worked out by hand for the rules that guard the party, some for each rule, most at a boundary."""

from typing import Any

H, B, N, A = "holds", "broken", "not_evaluated", "not_applicable"
CASES: list[tuple[str, str, str, str, dict[str, Any]]] = []
D = "2026-03-10 decision @D"


def case(rule: str, expected: str, title: str, steps: str = "", **asked: Any) -> None:
    CASES.append((rule, expected, title, steps, asked))


def told(event: str, elements: str) -> dict[str, list[dict[str, Any]]]:
    return {"documents": [{"document_id": "D1", "event_id": event, "elements": elements.replace(" ", "|") or None}]}


def answered(rule: str, asked: str, answer: str, more: str = "") -> None:
    """The cases that all rules on answers share."""
    case(rule, H, "answered the day before", f"2026-03-02 {asked} @Q; 2026-03-09 {answer} about:Q {more}; {D}")
    case(rule, B, "never answered", f"2026-03-02 {asked} @Q; {D}")
    case(rule, B, "answered the day after", f"2026-03-02 {asked} @Q; {D}; 2026-03-11 {answer} about:Q {more}")
    case(rule, N, "answered that day, hours unknown", f"2026-03-02 {asked} @Q; 2026-03-10 {answer} about:Q {more}; {D}")
    case(
        rule,
        H,
        "answered a minute before",
        f"2026-03-02 {asked} @Q; 2026-03-10T09:00 {answer} about:Q {more}; 2026-03-10T09:01 decision",
    )
    case(
        rule,
        B,
        "answered at the same minute",
        f"2026-03-02 {asked} @Q; 2026-03-10T09:00 {answer} about:Q {more}; 2026-03-10T09:00 decision",
    )
    case(rule, A, "taken back", f"2026-03-02 {asked} outcome:withdrawn; {D}")
    case(rule, A, "asked the day after", f"{D}; 2026-03-11 {asked}")
    case(rule, A, "no decision", f"2026-03-02 {asked}")
    case(
        rule,
        B,
        "the answer is about another",
        f"2026-03-02 {asked} @Q; 2026-03-03 {asked} @R; 2026-03-09 {answer} about:R {more}; {D}",
    )
    case(rule, B, "an answer about nothing came before", f"2026-03-02 {answer} {more}; 2026-03-03 {asked}; {D}")


answered("penalty.recusal.decided", "recusal_application", "recusal")
answered("penalty.statement.reviewed", "statement", "statement_review")
answered("penalty.jurisdiction.settled", "jurisdiction_dispute", "jurisdiction_settled")
answered("penalty.supervision.answered", "supervision_opinion", "supervision_reply", "outcome:approved")
answered("penalty.crime.referred", "suspected_crime", "referral")

r = "penalty.statement.reviewed"
case(r, A, "on the spot", f"2026-03-02 statement; {D}", procedure="summary")
case(r, A, "waived", f"2026-03-02 statement outcome:waived; {D}")
case(r, A, "not adopted: it was looked at", f"2026-03-02 statement outcome:rejected; {D}")
case(
    "penalty.supervision.answered",
    B,
    "not content with it",
    f"2026-03-02 supervision_opinion @Q; 2026-03-09 supervision_reply about:Q; {D}",
)

r = "penalty.recusal.kept-out"
R = "2026-03-04 recusal outcome:approved recused:O1"
case(r, H, "out from then on", f"2026-03-02 inquiry handler:O1,O2; {R}; 2026-03-05 evidence handler:O2,O3")
case(r, B, "there the day after", f"{R}; 2026-03-05 evidence handler:O1,O2")
case(r, B, "records only", f"{R}; 2026-03-05 evidence recorder:O1")
case(r, N, "that day, hours unknown", f"{R}; 2026-03-04 evidence handler:O1")
case(r, A, "need not withdraw", "2026-03-04 recusal outcome:rejected recused:O1; 2026-03-05 evidence handler:O1")
case(r, A, "nobody named", "2026-03-04 recusal outcome:approved; 2026-03-05 evidence handler:O1")

r = "penalty.evidence.before-notice"
P = "2026-03-02 prior_notice"
case(r, H, "asked the day before", f"2026-03-01 inquiry; {P}")
case(r, B, "nothing", P)
case(r, B, "only afterwards", f"{P}; 2026-03-03 evidence")
case(r, B, "unlawful", f"2026-03-01 inquiry outcome:invalid; {P}")
case(r, N, "that day, hours unknown", f"2026-03-02 inquiry; {P}")
case(r, A, "on the spot", P, procedure="summary")
case(r, B, "by the first notice", f"{P}; 2026-03-03 evidence; 2026-03-04 prior_notice")

r = "penalty.decision.within-notice"
case(r, H, "the very sum", f"{P} fen:100; {D}", fine_fen=100)
case(r, B, "a fen more", f"{P} fen:100; {D}", fine_fen=101)
case(r, B, "another penalty", f"{P} fen:100 penalties:warning; {D}", other_penalties="license_revoked")
case(r, H, "one penalty less", f"{P} fen:100 penalties:warning|criticism; {D}", other_penalties="warning")
case(r, N, "no sum in the notice", f"{P}; {D}")
case(r, N, "fine unknown", f"{P} fen:100; {D}", fine_fen=None)
case(r, H, "told again", f"{P} fen:100; 2026-03-05 prior_notice fen:200; {D}", fine_fen=200)
case(r, A, "no notice", D)

r = "penalty.jurisdiction.not-transferred"
case(r, H, "never", D)
case(r, B, "the day before", f"2026-03-09 jurisdiction_transfer; {D}")
case(r, H, "the day after", f"{D}; 2026-03-11 jurisdiction_transfer")
case(r, H, "sent back", f"2026-03-05 jurisdiction_transfer outcome:returned; {D}")
case(r, N, "that day, hours unknown", f"2026-03-10 jurisdiction_transfer; {D}")

r = "penalty.crime.no-fine-meanwhile"
C = "2026-03-02 suspected_crime; 2026-03-04 referral"
case(r, H, "declined the day before", f"{C}; 2026-03-09 police_declined; {D}")
case(r, B, "no word", f"{C}; {D}")
case(r, B, "they took it", f"{C}; 2026-03-09 police_filed; {D}")
case(
    r,
    B,
    "declined an earlier referral",
    f"2026-03-02 suspected_crime; 2026-03-03 referral; 2026-03-04 police_declined; 2026-03-05 referral; {D}",
)
case(r, A, "a warning only", f"{C}; {D}", fine_fen=0, other_penalties="warning")
case(r, B, "detention", f"{C}; {D}", fine_fen=0, other_penalties="detention")
case(r, A, "referred for something else", f"2026-03-04 referral; {D}")
case(r, N, "fine unknown", f"{C}; {D}", fine_fen=None)
case(r, N, "referred that day", f"2026-03-02 suspected_crime; 2026-03-10 referral; {D}")

SIX = "content facts reasons basis statement_right defense_right"
NINE = f"{SIX} remedy_channel remedy_manner remedy_period"
r = "penalty.notice.contents"
case(r, H, "the six of the law", f"{P} @N", more=told("N", SIX))
case(r, B, "five", f"{P} @N", more=told("N", SIX.removesuffix(" defense_right")))
case(r, B, "a place that asks for nine", f"{P} @N", more=told("N", SIX), place="370831")
case(r, H, "and gets them", f"{P} @N", more=told("N", NINE), place="370831")
case(r, N, "nobody looked", f"{P} @N", more=told("N", ""))
case(r, N, "no paper", P)
case(r, A, "on the spot", P, procedure="summary")
case(r, A, "the day before the law", "2021-07-14 prior_notice @N", more=told("N", "facts"))
case(r, B, "its first day", "2021-07-15 prior_notice @N", more=told("N", "facts"))

DECISION = "party facts evidence content basis manner term remedy_channel remedy_period agency dated"
r = "penalty.decision.contents"
case(r, H, "all", D, more=told("D", DECISION))
case(r, B, "no date", D, more=told("D", DECISION.removesuffix(" dated")))
case(r, B, "no benchmark where it is asked", D, more=told("D", DECISION), place="371100")
case(r, N, "no paper", D)

SPOT = "number facts content basis time_place remedy_channel remedy_period agency signature"
r = "penalty.summary.contents"
case(r, H, "all", D, more=told("D", SPOT), procedure="summary")
case(r, B, "unsigned", D, more=told("D", SPOT.removesuffix(" signature")), procedure="summary")
case(r, A, "ordinary", D, more=told("D", "facts"))

r = "penalty.inquiry.contents"
case(r, H, "shown", "2026-03-02 inquiry @I", more=told("I", "credential_shown"))
case(r, B, "not shown", "2026-03-02 inquiry @I", more=told("I", "facts"))
case(r, N, "another without a paper", "2026-03-02 inquiry @I; 2026-03-03 inquiry", more=told("I", "credential_shown"))
case(r, B, "rights, where asked", "2026-03-02 inquiry @I", more=told("I", "credential_shown"), place="370812")

TEN = "review_subject review_personnel review_facts review_evidence review_law review_discretion review_procedure review_authority review_documents review_crime"
r = "penalty.legal-review.contents"
case(r, H, "ten", "2026-03-02 legal_review @L", more=told("L", TEN))
case(r, B, "nine", "2026-03-02 legal_review @L", more=told("L", TEN.removesuffix(" review_crime")))

r = "penalty.service.together"
case(r, H, "three", D, more=told("D", "credit_repair compliance"), place="371100")
case(r, B, "two", D, more=told("D", "credit_repair"), place="371100")
case(r, A, "elsewhere", D, more=told("D", "credit_repair"))
case(r, A, "a citizen", D, more=told("D", "credit_repair"), place="371100", party_id="P2")
case(r, N, "who knows", D, more=told("D", "credit_repair"), place="371100", party_id="P0")

# what came with the second lot: process, compulsion, licences
for rule_, asked_, answer_ in (
    ("penalty.legal-review.coordinated", "review_coordination", "approval"),
    ("execution.statement.reviewed", "statement", "statement_review"),
):
    kind_ = {"kind": "compulsory_execution"} if rule_.startswith("execution") else {}
    case(rule_, H, "the day before", f"2026-03-02 {asked_} @Q; 2026-03-09 {answer_} about:Q; {D}", **kind_)
    case(rule_, B, "never", f"2026-03-02 {asked_} @Q; {D}", **kind_)
    case(rule_, N, "that day", f"2026-03-02 {asked_} @Q; 2026-03-10 {answer_} about:Q; {D}", **kind_)
r = "penalty.discipline.transferred"
case(
    r, H, "the day before", "2026-03-02 discipline_clue @Q; 2026-03-09 discipline_referral about:Q; 2026-03-10 closing"
)
case(r, B, "never", "2026-03-02 discipline_clue @Q; 2026-03-10 closing")

r = "penalty.filing.in-time"
case(r, H, "the 15th working day", "2026-03-02 lead; 2026-03-23 filing", agency_id="AM")
case(r, B, "the 16th", "2026-03-02 lead; 2026-03-24 filing", agency_id="AM")
case(r, A, "no rule of the domain", "2026-03-02 lead; 2026-05-24 filing")

r = "penalty.preservation.approved"
case(r, H, "the day before", "2026-03-02 preservation @P; 2026-03-01 approval about:P")
case(r, B, "urgent is no excuse", "2026-03-02T09:00 preservation @P urgent:yes; 2026-03-02T10:00 approval about:P")
case(r, B, "at the same minute", "2026-03-02T09:00 preservation @P; 2026-03-02T09:00 approval about:P")
r = "freezing.approval"
case(r, H, "the day before", "2026-03-02 freezing @P; 2026-03-01 approval about:P", kind="other")
case(r, B, "the day after", "2026-03-02 freezing @P; 2026-03-03 approval about:P", kind="other")

for rule_, type_ in (("penalty.inquiry.recorded", "inquiry"), ("penalty.hearing.recorded", "hearing")):
    paper = {"documents": [{"document_id": "D1", "event_id": "I", "kind": "笔录"}]}
    case(rule_, H, "written", f"2026-03-02 {type_} @I", more=paper)
    case(rule_, B, "not written", f"2026-03-02 {type_} @I; 2026-03-03 {type_}", more=paper)
r = "penalty.deliberation.minutes"
case(r, H, "a paper", "2026-03-02 deliberation @I", more={"documents": [{"document_id": "D1", "event_id": "I"}]})
case(r, H, "a recording", "2026-03-02 deliberation @I", more={"media": [{"media_id": "M1", "event_id": "I"}]})
case(r, B, "nothing", "2026-03-02 deliberation @I")

r = "penalty.decision.after-report"
case(r, H, "the day before", f"2026-03-09 investigation_report; {D}")
case(r, B, "sent back", f"2026-03-09 investigation_report outcome:returned; {D}")
case(r, N, "that day", f"2026-03-10 investigation_report; {D}")

r = "penalty.legal-review.in-time"
case(r, H, "the 5th working day", "2026-03-02 review_submission @S; 2026-03-09 legal_review about:S")
case(r, B, "the 6th", "2026-03-02 review_submission @S; 2026-03-10 legal_review about:S")
case(r, H, "the last day", "2026-03-02 review_submission", as_of="2026-03-09")
case(r, B, "the day after", "2026-03-02 review_submission", as_of="2026-03-10")

r = "penalty.deliberation.again-after-new-evidence"
case(r, H, "asked before", f"2026-03-02 inquiry; 2026-03-03 deliberation; {D}")
case(r, B, "asked after", f"2026-03-03 deliberation; 2026-03-04 inquiry; {D}")
case(r, H, "talked again", f"2026-03-03 deliberation; 2026-03-04 inquiry; 2026-03-05 deliberation; {D}")

r = "penalty.leniency.applied-or-reasoned"
case(r, H, "lighter", D, leniency_matched=True, tier_departure="lighter")
case(r, B, "heavier", D, leniency_matched=True, tier_departure="heavier")
case(r, H, "a reason", D, leniency_matched=True, leniency_reason="一年内再次违法")
case(r, N, "unknown", D)

r = "penalty.non-coercive.first"
TS = {"place": "370902", "non_coercive_first": True}
case(r, H, "the day before", f"2026-03-09 restraint; {D}", **TS)
case(r, B, "the day after", f"{D}; 2026-03-11 restraint", **TS)
case(r, A, "elsewhere", D, non_coercive_first=True)

r = "penalty.impact.assessed"
RZ = {"place": "371100", "is_major": True}
case(r, H, "the day before", f"2026-03-09 impact_assessment; {D}", **RZ)
case(r, B, "never", D, **RZ)
case(r, A, "a citizen", D, **RZ, party_id="P2")
case(r, N, "who knows", D, **RZ, party_id="P0")

r = "penalty.crime.handover.in-time"
case(r, H, "the third day", "2026-03-02 police_filed @F; 2026-03-05 evidence_handover about:F")
case(r, B, "the fourth", "2026-03-02 police_filed @F; 2026-03-06 evidence_handover about:F")
r = "penalty.crime.returned.decided"
case(r, H, "ninety days", "2026-03-03 case_returned; 2026-06-01 decision")
case(r, B, "a day more", "2026-03-03 case_returned; 2026-06-02 decision")
case(r, H, "given up", "2026-03-03 case_returned; 2026-06-01 withdrawal")

r = "penalty.closing.after-service"
case(r, H, "that day", f"{D}; 2026-03-20 service about:D; 2026-03-20 closing")
case(r, B, "the day after", f"{D}; 2026-03-21 service about:D; 2026-03-20 closing")
case(r, B, "never", f"{D}; 2026-03-20 closing")

r = "seizure.officers.credential"
case(r, H, "both valid", "2026-03-04 seizure handler:O1,OS")
case(r, B, "one suspended from this day", "2026-03-05 seizure handler:O1,OS")
for rule_, lists in (
    (
        "seizure.record.contents",
        "credential_shown party_present reasons basis rights_told statement_heard party_signature",
    ),
    ("seizure.decision.contents", "party reasons basis term goods remedy_channel remedy_period agency dated"),
    ("seizure.scope.declared", "goods scope_declared"),
):
    case(rule_, H, "all", "2026-03-02 seizure @S", more=told("S", lists))
    case(rule_, B, "one less", "2026-03-02 seizure @S", more=told("S", lists.rpartition(" ")[0]))
    case(rule_, N, "nobody looked", "2026-03-02 seizure @S")
r = "seizure.handed-over"
case(r, H, "that day", "2026-03-02 seizure @S; 2026-03-02 service about:S")
case(r, B, "the day after", "2026-03-02 seizure @S; 2026-03-03 service about:S")
r = "seizure.extension.in-time"
case(r, H, "the 30th day", "2026-03-02 seizure @S; 2026-04-01 seizure_extension about:S")
case(r, B, "the 31st", "2026-03-02 seizure @S; 2026-04-02 seizure_extension about:S")
case(r, A, "tested", "2026-03-02 seizure @S; 2026-03-03 testing; 2026-04-02 seizure_extension about:S")
r = "freezing.notice.in-time"
case(r, H, "the third working day", "2026-03-02 freezing @S; 2026-03-05 service about:S")
case(r, B, "the fourth", "2026-03-02 freezing @S; 2026-03-06 service about:S")
r = "freezing.duration"
case(r, H, "the 30th day", "2026-03-02 freezing @S; 2026-04-01 freezing_release about:S")
case(r, B, "the 31st", "2026-03-02 freezing @S; 2026-04-02 freezing_release about:S")
case(r, H, "longer, the 60th", "2026-03-02 freezing @S; 2026-03-30 freezing_extension; 2026-05-01 freezing_release")
case(r, B, "longer, the 61st", "2026-03-02 freezing @S; 2026-03-30 freezing_extension; 2026-05-02 freezing_release")

X = {"kind": "compulsory_execution"}
r = "execution.demand.before-decision"
case(r, H, "served the day before", f"2026-03-02 demand @M; 2026-03-09 service about:M; {D}", **X)
case(r, B, "served the day after", f"2026-03-02 demand @M; 2026-03-11 service about:M; {D}", **X)
case(r, A, "at once", f"{D}; 2026-03-10 substituted_performance urgent:yes", **X)
r = "execution.demand.contents"
case(r, H, "all", "2026-03-02 demand @M", more=told("M", "term manner statement_right defense_right"), **X)
case(r, B, "one less", "2026-03-02 demand @M", more=told("M", "term manner statement_right"))
r = "execution.decision.contents"
XD = "party reasons basis manner term remedy_channel remedy_period agency dated"
case(r, H, "all", D, more=told("D", XD), **X)
case(r, B, "one less", D, more=told("D", XD.rpartition(" ")[0]), **X)
r = "execution.not-at-rest"
case(r, H, "a minute before ten", "2026-03-20T21:59 execution", **X)
case(r, B, "ten", "2026-03-20T22:00 execution", **X)
case(r, B, "a minute before six", "2026-03-20T05:59 execution", **X)
case(r, H, "six", "2026-03-20T06:00 execution", **X)
case(r, B, "Sunday, hour unknown", "2026-03-22 execution", **X)
case(r, N, "Friday, hour unknown", "2026-03-20 execution", **X)
case(r, H, "urgent", "2026-03-22T23:00 execution urgent:yes", **X)
case(r, A, "a penalty", "2026-03-22T23:00 execution")
r = "execution.substituted.urged"
case(r, H, "the third working day", "2026-03-02 demand; 2026-03-05 substituted_performance", **X)
case(r, B, "the second", "2026-03-02 demand; 2026-03-04 substituted_performance", **X)
case(r, N, "no demand", "2026-03-04 substituted_performance", **X)
r = "execution.additional-fine.cap"
S2 = "2026-03-02 decision"
case(r, H, "ten days, thirty percent", f"{S2}; 2026-03-27 additional_fine fen:3000", fine_fen=10000)
case(r, B, "a fen more", f"{S2}; 2026-03-27 additional_fine fen:3001", fine_fen=10000)
case(r, H, "the fine itself", f"{S2}; 2026-06-29 additional_fine fen:10000", fine_fen=10000)
case(r, B, "more than the fine", f"{S2}; 2026-06-29 additional_fine fen:10001", fine_fen=10000)
case(r, B, "on the last day of payment", f"{S2}; 2026-03-17 additional_fine fen:1", fine_fen=10000)
r = "penalty.execution.after-remedies"
case(r, H, "the day after half a year", f"{S2}; 2026-09-03 court_application", as_of="2026-12-31")
case(r, B, "that day", f"{S2}; 2026-09-02 court_application", as_of="2026-12-31")
case(
    r,
    A,
    "they went to court",
    f"{S2}; 2026-03-05 court_application",
    more={"remedies": [{"remedy_id": "R1", "case_id": "C1"}]},
)
r = "penalty.execution.in-time"
case(r, H, "nine months", f"{S2}; 2026-12-02 court_application", as_of="2026-12-31")
case(r, B, "a day more", f"{S2}; 2026-12-03 court_application", as_of="2026-12-31")
case(r, A, "in parts", f"{S2}; 2026-03-05 instalment; 2026-12-03 court_application", as_of="2026-12-31")

Y = {"kind": "license"}
G = "2026-03-10 grant @G"
r = "license.correction.once"
case(r, H, "once", "2026-03-02 correction_notice", **Y)
case(r, B, "again the day after", "2026-03-02 correction_notice; 2026-03-03 correction_notice", **Y)
r = "license.refusal.contents"
case(r, H, "why and where to complain", "2026-03-10 refusal @G", more=told("G", "reasons remedy_channel"), **Y)
case(r, B, "only why", "2026-03-10 refusal @G", more=told("G", "reasons"), **Y)
r = "license.hearing.told"
case(r, H, "the day before", f"2026-03-09 hearing_notice; {G}", affects_others=True, **Y)
case(r, B, "never", G, affects_others=True, **Y)
case(r, N, "unknown", G, **Y)
r = "license.hearing.held-when-required"
case(r, H, "the day before", f"2026-03-09 hearing; {G}", hearing_required=True, **Y)
case(r, B, "never", G, hearing_required=True, **Y)
r = "other.legal-review.before-decision"
case(r, H, "the day before", f"2026-03-09 legal_review; {G}", is_major=True, **Y)
case(r, B, "rejected", f"2026-03-09 legal_review outcome:rejected; {G}", is_major=True, **Y)
case(r, B, "a licence withdrawn unreviewed", "2026-03-10 decision", is_major=True, kind="other")
case(r, B, "executed unreviewed", "2026-03-10 decision", is_major=True, kind="compulsory_execution")
r = "license.hearing.in-time"
case(r, H, "the 20th working day", "2026-03-02 hearing_request; 2026-03-30 hearing", **Y)
case(r, B, "the 21st", "2026-03-02 hearing_request; 2026-03-31 hearing", **Y)
r = "license.hearing.notice-ahead"
case(r, H, "the 7th working day", "2026-03-02 hearing_convened; 2026-03-11 hearing", **Y)
case(r, B, "the 6th", "2026-03-02 hearing_convened; 2026-03-10 hearing", **Y)
r = "license.check.two"
case(r, H, "two, whoever they are", "2026-03-02 site_check handler:O1 recorder:R-old", **Y)
case(r, B, "one", "2026-03-02 site_check handler:O1 server:O2", **Y)
r = "license.renewal.before-expiry"
case(r, H, "the last day", G, expires_on="2026-03-10", **Y)
case(r, B, "the day after", G, expires_on="2026-03-09", **Y)
r = "license.handed-to-regulator"
case(r, H, "that day", f"{G}; 2026-03-20 regulation_handover; 2026-03-20 closing", place="371100", **Y)
case(r, B, "the day after", f"{G}; 2026-03-21 regulation_handover; 2026-03-20 closing", place="371100", **Y)
