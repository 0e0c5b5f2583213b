"""What each rule reads. A rule that lacks one of these says *not evaluated* as a whole."""


def _needs(text: str) -> set[str]:
    """Read ``table: column column; table: column``."""
    found = set()
    for part in text.split(";"):
        table, _, columns = part.partition(":")
        found |= {f"{table.strip()}.{column}" for column in columns.split()}
    return found


CASE = "cases: case_id kind; "
EVENT = CASE + "events: event_id case_id type at; "
EFFECTIVE = EVENT + "events: outcome; "
LINKED = EFFECTIVE + "events: about_event_id; "
PERSONS = EVENT + "participants: event_id officer_id role; officers: officer_id; "
ROLES = "officer_roles: officer_id role from until; "
CREDENTIALS = "credentials: officer_id valid_from valid_until suspended_from suspended_until revoked_on; "
CLASS = "cases: party_id; parties: party_id kind; "
PAPERS = "documents: document_id event_id elements; "
DISCLOSED = "disclosures: subject subject_id published_at; "
VISIT = "inspections: inspection_id started_at; "
VISITORS = "inspection_officers: inspection_id officer_id; officers: officer_id; "

NEEDS: dict[str, set[str]] = {
    name: _needs(text)
    for name, text in {
        "penalty.decision.in-time": EFFECTIVE + "cases: status; events: extends_to ended_at",
        "penalty.service.in-time": LINKED + "cases: procedure status",
        "penalty.disclosure.in-time": EFFECTIVE
        + DISCLOSED
        + "cases: procedure status disclosure_exempt fine_fen confiscated_fen other_penalties",
        "penalty.disclosure.withdrawn-when-void": CASE
        + DISCLOSED
        + "cases: status; disclosures: withdrawn_at; remedies: remedy_id case_id outcome decided_at",
        "disclosure.withdrawn-in-time": CASE + DISCLOSED + "cases: status credit_class; disclosures: withdrawn_at",
        "other.disclosure.in-time": EFFECTIVE + DISCLOSED + "cases: status",
        "license.disclosure.in-time": EFFECTIVE + DISCLOSED + "cases: status",
        "penalty.prior-notice.before-decision": EFFECTIVE + "cases: procedure",
        "penalty.statement.window": LINKED + "cases: procedure",
        "penalty.hearing-notice.when-large": LINKED
        + CLASS
        + "cases: procedure fine_fen confiscated_fen other_penalties",
        "penalty.hearing-request.window": LINKED,
        "penalty.hearing.notice-ahead": LINKED,
        "penalty.hearing.held-when-requested": LINKED,
        "penalty.hearing.chair-not-handler": PERSONS,
        "penalty.legal-review.before-decision": EFFECTIVE + "cases: is_major",
        "penalty.legal-review.approved": EFFECTIVE,
        "penalty.legal-review.again-after-new-evidence": EFFECTIVE,
        "penalty.legal-reviewer.not-handler": PERSONS,
        "penalty.legal-reviewer.qualified": PERSONS + ROLES + "officers: legal_qualification_on",
        "penalty.deliberation.when-major": EFFECTIVE + "cases: is_major is_complex",
        "penalty.deliberation.after-hearing": EFFECTIVE,
        "penalty.deliberation.handler-not-voter": PERSONS,
        "penalty.approver.not-handler": PERSONS + LINKED,
        "penalty.officers.two": PERSONS + ROLES + "cases: item_id; items: item_id single_officer_basis",
        "penalty.officers.credential": PERSONS
        + ROLES
        + CREDENTIALS
        + "cases: item_id; items: item_id single_officer_basis",
        "penalty.officers.showed-credential": EVENT
        + "events: outcome; documents: document_id event_id; media: media_id event_id",
        "penalty.officers.same-agency": PERSONS
        + "cases: agency_id; officers: agency_id; agencies: agency_id parent_id; inspections: case_id joint_id",
        "penalty.fine.within-tier": EFFECTIVE
        + "cases: item_id tier fine_fen act_on tier_departure reason; "
        + "benchmarks: item_id tier fine_min_fen fine_max_fen effective_from effective_until",
        "penalty.tier.stated": EFFECTIVE
        + "cases: item_id tier; benchmarks: item_id tier effective_from effective_until",
        "penalty.summary.only-small": EFFECTIVE
        + CLASS
        + "cases: procedure item_id fine_fen confiscated_fen other_penalties; items: item_id summary_cap_basis",
        "penalty.limitation": EFFECTIVE + "cases: act_on act_ended_on found_on limitation_class status",
        "penalty.double-fine": EFFECTIVE + "cases: party_id item_id act_on fine_fen; items: item_id act_code",
        "penalty.preservation.decided": EVENT + "cases: status; events: about_event_id",
        "penalty.execution.demand": EVENT + "events: about_event_id",
        "penalty.closing.after-execution": EFFECTIVE + "cases: fine_fen confiscated_fen ended_ground",
        "penalty.instalment.on-application": LINKED,
        "penalty.facts.complete": EFFECTIVE
        + "cases: case_no party_id item_id act_on status; items: item_id basis; parties: party_id",
        "seizure.duration": LINKED + "cases: status; events: extends_to ended_at",
        "seizure.two-officers": PERSONS + ROLES + "cases: item_id; items: item_id single_officer_basis",
        "seizure.record": EVENT + "documents: document_id event_id kind",
        "seizure.approval": LINKED + "events: urgent",
        "license.acceptance.in-time": EVENT + "cases: status",
        "license.decision.in-time": EFFECTIVE + "cases: status; events: ended_at",
        "license.delivery.in-time": EFFECTIVE + "cases: status",
        "inspection.plan-filed": VISIT + "inspections: plan_filed_at selection cause",
        "inspection.plan-ahead": VISIT + "inspections: plan_entered_at selection",
        "inspection.item-published": VISIT + "inspections: item_ids; items: item_id published_on withdrawn_on",
        "inspection.officers.two": VISIT + VISITORS + ROLES,
        "inspection.officers.credential": VISIT + VISITORS + ROLES + CREDENTIALS,
        "inspection.frequency": VISIT + "inspections: party_id exempt_reason joint_id; parties: party_id kind",
        "inspection.repeat-same-agency": VISIT + "inspections: party_id agency_id joint_id selection",
        "inspection.repeat-cross-agency": VISIT + "inspections: party_id agency_id joint_id selection",
        "inspection.same-officer-thrice": VISIT + VISITORS + "inspections: party_id result",
        "inspection.scanned": VISIT + "inspections: scanned unscanned_reason unscanned_reason_at",
        "officer.two-places": PERSONS + VISIT + VISITORS + "inspections: ended_at place; events: ended_at place",
        "agency.fine-quota-signal": EFFECTIVE + "cases: agency_id fine_fen; agencies: agency_id level domain parent_id",
        "agency.income-growth": EFFECTIVE + "cases: agency_id fine_fen confiscated_fen; agencies: agency_id",
        "item.fine-outlier": EFFECTIVE + CLASS + "cases: item_id tier fine_fen",
        "agency.legal-reviewer-ratio": ROLES + "officers: officer_id agency_id; agencies: agency_id",
        "agency.legal-review-rate": EFFECTIVE + "cases: agency_id is_major; agencies: agency_id",
        "remedy.reply.in-time": "remedies: remedy_id kind procedure received_at replied_at",
        "remedy.head-attends": "remedies: remedy_id kind case_id hearing_on head_attended head_is_principal; "
        "cases: case_id agency_id; agencies: agency_id",
        "referral.in-time": "referrals: referral_id to report_received_at decided_at approved_at transferred_at",
        "media.retained": "media: media_id event_id started_at retained_until; events: event_id at",
        "penalty.filing.in-time": EVENT + "cases: status",
        "penalty.preservation.approved": LINKED,
        "penalty.inquiry.recorded": EVENT + "documents: document_id event_id kind",
        "penalty.hearing.recorded": EVENT + "documents: document_id event_id kind",
        "penalty.decision.after-report": EFFECTIVE + "cases: procedure",
        "penalty.legal-review.in-time": LINKED + "cases: status",
        "penalty.legal-review.coordinated": LINKED,
        "penalty.deliberation.minutes": EVENT + "documents: document_id event_id; media: media_id event_id",
        "penalty.deliberation.again-after-new-evidence": EFFECTIVE,
        "penalty.leniency.applied-or-reasoned": EFFECTIVE + "cases: leniency_matched leniency_reason tier_departure",
        "penalty.non-coercive.first": EFFECTIVE + "cases: non_coercive_first",
        "penalty.impact.assessed": EFFECTIVE + CLASS + "cases: is_major",
        "penalty.crime.handover.in-time": LINKED + "cases: status",
        "penalty.crime.returned.decided": LINKED + "cases: status",
        "penalty.discipline.transferred": LINKED,
        "penalty.closing.after-service": LINKED,
        "penalty.recusal.decided": LINKED,
        "penalty.recusal.kept-out": EFFECTIVE + PERSONS,
        "penalty.evidence.before-notice": EFFECTIVE + "cases: procedure",
        "penalty.statement.reviewed": LINKED + "cases: procedure",
        "penalty.decision.within-notice": EFFECTIVE
        + "cases: procedure fine_fen other_penalties; events: amount_fen penalties",
        "penalty.jurisdiction.settled": LINKED,
        "penalty.jurisdiction.not-transferred": EFFECTIVE,
        "penalty.supervision.answered": LINKED,
        "penalty.crime.referred": LINKED,
        "penalty.crime.no-fine-meanwhile": EFFECTIVE + "cases: fine_fen other_penalties",
        "penalty.notice.contents": EFFECTIVE + PAPERS + "cases: procedure",
        "penalty.decision.contents": EFFECTIVE + PAPERS + "cases: procedure",
        "penalty.summary.contents": EFFECTIVE + PAPERS + "cases: procedure",
        "penalty.inquiry.contents": EFFECTIVE + PAPERS,
        "penalty.legal-review.contents": EFFECTIVE + PAPERS,
        "penalty.service.together": EFFECTIVE + PAPERS + CLASS,
        "seizure.officers.credential": PERSONS
        + ROLES
        + CREDENTIALS
        + "cases: item_id; items: item_id single_officer_basis",
        "seizure.record.contents": EFFECTIVE + PAPERS,
        "seizure.decision.contents": EFFECTIVE + PAPERS,
        "seizure.scope.declared": EFFECTIVE + PAPERS,
        "seizure.handed-over": EVENT + "events: about_event_id; cases: status",
        "seizure.extension.in-time": EFFECTIVE,
        "freezing.approval": LINKED,
        "freezing.notice.in-time": EVENT + "events: about_event_id; cases: status",
        "freezing.duration": LINKED + "cases: status; events: extends_to",
        "execution.demand.before-decision": LINKED + "events: urgent",
        "execution.demand.contents": EFFECTIVE + PAPERS,
        "execution.statement.reviewed": LINKED,
        "execution.decision.contents": EFFECTIVE + PAPERS,
        "execution.not-at-rest": EVENT + "events: urgent",
        "execution.substituted.urged": LINKED + "events: urgent",
        "execution.additional-fine.cap": LINKED + "cases: fine_fen; events: amount_fen",
        "penalty.execution.after-remedies": LINKED + "remedies: remedy_id case_id",
        "penalty.execution.in-time": LINKED + "remedies: remedy_id case_id",
        "license.correction.once": EFFECTIVE,
        "license.refusal.contents": EFFECTIVE + PAPERS,
        "license.hearing.told": LINKED + "cases: affects_others",
        "license.hearing.held-when-required": EFFECTIVE + "cases: hearing_required",
        "other.legal-review.before-decision": EFFECTIVE + "cases: is_major",
        "license.hearing.in-time": EFFECTIVE + "cases: status",
        "license.hearing.notice-ahead": LINKED,
        "license.check.two": PERSONS,
        "license.renewal.before-expiry": EFFECTIVE + "cases: expires_on",
        "license.handed-to-regulator": EFFECTIVE,
        "officer.hours": ROLES + "officers: officer_id; training: officer_id held_on hours",
    }.items()
}

HANDLED = "filing inspection inquiry evidence preservation seizure investigation_report "
"""The steps whose handlers are those of the case."""

RESTS_ON: dict[str, set[str]] = {
    name: set(text.split())
    for name, text in {
        "other.legal-review.before-decision": "decision grant legal_review refusal",
        "license.acceptance.in-time": "acceptance application correction_notice",
        "license.decision.in-time": "acceptance application appraisal correction_notice extension grant hearing refusal resumption testing",
        "license.delivery.in-time": "delivery grant",
        "license.disclosure.in-time": "grant refusal",
        "other.disclosure.in-time": "decision",
        "penalty.approver.not-handler": HANDLED + "approval decision",
        "penalty.closing.after-execution": "closing decision execution payment",
        "penalty.decision.in-time": "announcement appraisal decision extension filing hearing no_penalty resumption suspension testing",
        "penalty.deliberation.after-hearing": "decision deliberation hearing statement",
        "penalty.deliberation.handler-not-voter": HANDLED + "deliberation",
        "penalty.deliberation.when-major": "decision deliberation",
        "penalty.disclosure.in-time": "decision",
        "penalty.execution.demand": "court_application demand service",
        "penalty.facts.complete": "decision filing no_penalty",
        "penalty.fine.within-tier": "decision",
        "penalty.hearing-notice.when-large": "decision hearing_notice service",
        "penalty.hearing-request.window": "decision hearing_notice hearing_request service",
        "penalty.hearing.chair-not-handler": HANDLED + "hearing",
        "penalty.hearing.held-when-requested": "decision hearing hearing_notice hearing_request service",
        "penalty.hearing.notice-ahead": "hearing hearing_convened service",
        "penalty.instalment.on-application": "decision instalment instalment_application service",
        "penalty.legal-review.again-after-new-evidence": "decision evidence inquiry legal_review",
        "penalty.legal-review.approved": "decision legal_review",
        "penalty.legal-review.before-decision": "decision hearing investigation_report legal_review",
        "penalty.legal-reviewer.not-handler": HANDLED + "legal_review",
        "penalty.legal-reviewer.qualified": "legal_review",
        "penalty.limitation": "decision no_penalty",
        "penalty.officers.credential": "evidence inquiry inspection preservation",
        "penalty.officers.same-agency": HANDLED,
        "penalty.officers.showed-credential": "inspection",
        "penalty.officers.two": "evidence inquiry inspection preservation",
        "penalty.preservation.decided": "preservation preservation_disposal",
        "penalty.prior-notice.before-decision": "decision prior_notice",
        "penalty.service.in-time": "decision service",
        "penalty.statement.window": "decision prior_notice service statement",
        "penalty.summary.only-small": "decision",
        "penalty.tier.stated": "decision",
        "penalty.filing.in-time": "filing lead",
        "penalty.preservation.approved": "approval preservation",
        "penalty.inquiry.recorded": "inquiry",
        "penalty.hearing.recorded": "hearing",
        "penalty.decision.after-report": "decision investigation_report",
        "penalty.legal-review.in-time": "legal_review review_submission",
        "penalty.legal-review.coordinated": "approval decision review_coordination",
        "penalty.deliberation.minutes": "deliberation",
        "penalty.deliberation.again-after-new-evidence": "decision deliberation evidence inquiry",
        "penalty.leniency.applied-or-reasoned": "decision",
        "penalty.non-coercive.first": "admonition decision guidance persuasion restraint",
        "penalty.impact.assessed": "decision impact_assessment",
        "penalty.crime.handover.in-time": "evidence_handover police_filed",
        "penalty.crime.returned.decided": "case_returned decision no_penalty withdrawal",
        "penalty.discipline.transferred": "closing discipline_clue discipline_referral",
        "penalty.closing.after-service": "closing decision service",
        "seizure.officers.credential": "seizure",
        "seizure.record.contents": "seizure",
        "seizure.decision.contents": "seizure",
        "seizure.scope.declared": "seizure",
        "seizure.handed-over": "seizure service",
        "seizure.extension.in-time": "appraisal seizure seizure_extension testing",
        "freezing.approval": "approval freezing",
        "freezing.notice.in-time": "freezing service",
        "freezing.duration": "decision freezing freezing_extension freezing_release no_penalty",
        "execution.demand.before-decision": "decision demand service substituted_performance",
        "execution.demand.contents": "demand",
        "execution.statement.reviewed": "decision statement statement_review",
        "execution.decision.contents": "decision",
        "execution.not-at-rest": "execution substituted_performance",
        "execution.substituted.urged": "demand service substituted_performance",
        "execution.additional-fine.cap": "additional_fine decision service",
        "penalty.execution.after-remedies": "court_application decision service",
        "penalty.execution.in-time": "court_application decision instalment service",
        "license.correction.once": "correction_notice",
        "license.refusal.contents": "refusal",
        "license.hearing.told": "grant hearing_notice refusal service",
        "license.hearing.held-when-required": "grant hearing refusal",
        "license.hearing.in-time": "hearing hearing_request",
        "license.hearing.notice-ahead": "hearing hearing_convened service",
        "license.check.two": "site_check",
        "license.renewal.before-expiry": "grant refusal",
        "license.handed-to-regulator": "closing grant regulation_handover",
        "penalty.recusal.decided": "decision recusal recusal_application",
        "penalty.recusal.kept-out": "recusal",
        "penalty.evidence.before-notice": "appraisal evidence inquiry inspection preservation prior_notice testing",
        "penalty.statement.reviewed": "decision statement statement_review",
        "penalty.decision.within-notice": "decision prior_notice",
        "penalty.jurisdiction.settled": "decision jurisdiction_dispute jurisdiction_settled",
        "penalty.jurisdiction.not-transferred": "decision jurisdiction_transfer",
        "penalty.supervision.answered": "decision supervision_opinion supervision_reply",
        "penalty.crime.referred": "decision referral suspected_crime",
        "penalty.crime.no-fine-meanwhile": "case_returned decision police_declined referral suspected_crime",
        "penalty.notice.contents": "prior_notice",
        "penalty.decision.contents": "decision",
        "penalty.summary.contents": "decision",
        "penalty.inquiry.contents": "inquiry",
        "penalty.legal-review.contents": "legal_review",
        "penalty.service.together": "decision",
        "seizure.approval": "approval seizure",
        "seizure.duration": "appraisal decision no_penalty resumption seizure seizure_extension seizure_release testing",
        "seizure.record": "seizure",
        "seizure.two-officers": "seizure",
    }.items()
}
"""The kinds of step on which each statement turns: a row of them that has no moment leaves the case open."""
