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
