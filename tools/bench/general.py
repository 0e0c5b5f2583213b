"""
The twelve rules in the language of a general rule engine (``rule-engine`` on PyPI): one expression each, one dict a subject.

Everything that such a language cannot say well is prepared beforehand and not timed: days are counted, steps picked,
officers' credentials looked up, medians taken. What is timed is only the engine matching expressions against dicts, so
that its figure is the least that it could be.
"""

# ruff: noqa: SLF001 - what the kinds look up is prepared with their own means
import time
from collections.abc import Iterator
from statistics import median
from typing import Any, Final

import rule_engine

from mingjing.domain.rules.facts import Event, FactBase
from mingjing.domain.rules.library import rules
from mingjing.domain.rules.library.penalties import HEARING_PENALTIES
from mingjing.domain.rules.model import Status
from mingjing.domain.rules.terms import HEARING, INVESTIGATED, PENALTY, CaseFacts
from mingjing.kernel.moments import DAY_CODE, Moment, add_months, day_number
from tools.bench import TWELVE

type Facts = dict[str, Any]

BEFORE_DECISION: Final = (
    "({0}['day'] < decided_day or ({0}['day'] == decided_day and (not {0}['hour'] or not decided_hour "
    "or {0}['code'] < decided_code)))"
)
AFTER: Final = "({0} == null or {0}['day'] < r['day'] or ({0}['day'] == r['day'] and (not {0}['hour'] or not r['hour'] or {0}['code'] < r['code'])))"

EXPRESSIONS: Final = {
    "penalty.decision.in-time": "decision_due != null and decision_reached > decision_due",
    "penalty.service.in-time": "service_due != null and service_reached > service_due",
    "penalty.disclosure.in-time": "disclosure_due != null and disclosure_reached > disclosure_due",
    "penalty.prior-notice.before-decision": (
        "decided and (procedure == 'ordinary' or procedure == 'expedited') and "
        f"[n for n in notices if {BEFORE_DECISION.format('n')}].length == 0"
    ),
    "penalty.hearing-notice.when-large": (
        "decided and procedure != 'summary' and ((fine != null and threshold != null and fine >= threshold) "
        "or (confiscated != null and threshold != null and confiscated >= threshold) or opens_hearing) and "
        f"[n for n in hearing_notices if {BEFORE_DECISION.format('n')}].length == 0"
    ),
    "penalty.legal-review.before-decision": (
        f"decided and (is_major or hearing != null) and [r for r in reviews if {BEFORE_DECISION.format('r')} "
        f"and {AFTER.format('investigated')} and {AFTER.format('hearing')}].length == 0"
    ),
    "penalty.legal-reviewer.not-handler": "is_penalty and [p for p in reviewers if p in handlers].length > 0",
    "penalty.approver.not-handler": "is_penalty and [p for p in approvers if p in handlers].length > 0",
    "penalty.officers.credential": "is_penalty and [s for s in steps if s['entitled'] < s['demanded']].length > 0",
    "penalty.fine.within-tier": (
        "decided and ranges.length > 0 and not departs and fine != null "
        "and [r for r in ranges if fine >= r['low'] and fine <= r['high']].length == 0"
    ),
    "inspection.repeat-same-agency": "not triggered and passed != null and passed <= 90",
    "item.fine-outlier": (
        "peers >= 8 and ((spread == 0 and (middle > fine * 1.5 or fine > middle * 1.5)) "
        "or (spread > 0 and (fine - middle > 4.4478 * spread or middle - fine > 4.4478 * spread)))"
    ),
}


def _moment(moment: Moment) -> Facts:
    return {"day": day_number(moment.day), "hour": moment.clock is not None, "code": moment.code}


def _step(event: Event | None) -> Facts | None:
    return None if event is None else _moment(event.at)


def _deadline(rule_id: str, view: CaseFacts, base: FactBase) -> tuple[int | None, int]:
    """The last day, and the day on which it was done (or the day of evaluation)."""
    reckoning = rules()[rule_id].kind.check(view, base)
    if reckoning.status not in (Status.HOLDS, Status.BROKEN):
        return None, 0
    done = reckoning.values[1]
    return reckoning.due, day_number(base.as_of) if done is None else done // DAY_CODE


def case_facts(base: FactBase) -> Iterator[Facts]:
    """One dict a case."""
    quorum: Any = rules()["penalty.officers.credential"].kind
    approval: Any = rules()["penalty.approver.not-handler"].kind
    tier: Any = rules()["penalty.fine.within-tier"].kind
    for case in base.cases:
        view = CaseFacts(case, base)
        decided = view.step(PENALTY) if case.kind == "penalty" else None
        facts: Facts = {
            "is_penalty": case.kind == "penalty",
            "decided": decided is not None,
            "procedure": case.procedure,
            "fine": case.fine_fen,
            "confiscated": case.confiscated_fen,
            "is_major": bool(case.is_major),
            "departs": bool(case.tier_departure and case.tier_departure_reason),
            "opens_hearing": bool(case.other_penalties & frozenset(HEARING_PENALTIES)),
            "threshold": {"citizen": 50_000, "organization": 2_000_000}.get(view.party_class or ""),
            "notices": [_moment(one.at) for one in view.events if one.type == "prior_notice"],
            "hearing_notices": [_moment(view.served(one)) for one in view.events if one.type == "hearing_notice"],
            "reviews": [_moment(one.at) for one in view.events if one.type == "legal_review"],
            "investigated": _step(view.step(INVESTIGATED)),
            "hearing": _step(view.step(HEARING)) if decided else None,
            "handlers": list(view.handlers),
            "reviewers": [
                one.officer_id
                for event in view.events
                if event.type == "legal_review"
                for one in base.event_participants.get(event.id, ())
                if one.role == "reviewer"
            ],
            "approvers": [
                one.officer_id
                for event in approval._events(view)
                for one in base.event_participants.get(event.id, ())
                if one.role == "approver"
            ],
            "steps": [
                {"entitled": quorum._present(view, base, one), "demanded": quorum._required(view, one.at.day)}
                for one in view.events
                if one.type in quorum.types and case.kind == "penalty"
            ],
            "ranges": _ranges(tier, view, decided),
        }
        for name in ("decision", "service", "disclosure"):
            facts[f"{name}_due"], facts[f"{name}_reached"] = _deadline(f"penalty.{name}.in-time", view, base)
        moment = decided.at if decided else None
        facts["decided_day"] = day_number(moment.day) if moment else 0
        facts["decided_hour"] = moment is not None and moment.clock is not None
        facts["decided_code"] = moment.code if moment else 0
        yield facts


def _ranges(tier: Any, view: CaseFacts, decided: Event | None) -> list[Facts]:
    if decided is None or not view.case.tier or view.case.act_on is None:
        return []
    old, new = tier._in_force(view, view.case.act_on), tier._in_force(view, decided.at.day)
    if not old or any(row.fine_min_fen is None or row.fine_max_fen is None for row in (*old, *new)):
        return []
    applied = new if new and tier._weight(new) < tier._weight(old) else old
    return [{"low": row.fine_min_fen, "high": row.fine_max_fen} for row in applied]


def visit_facts(base: FactBase) -> Iterator[Facts]:
    """One dict a visit."""
    kind: Any = rules()["inspection.repeat-same-agency"].kind
    for visit in base.inspections:
        reckoning = kind.check(visit, base)
        passed = reckoning.values[0] if reckoning.values else None
        yield {"triggered": visit.selection == "triggered", "passed": passed}


def fine_facts(base: FactBase) -> Iterator[Facts]:
    """One dict a fine that has peers."""
    alike: dict[tuple[object, ...], list[tuple[Any, Any, int]]] = {}
    for case in base.cases:
        decided = CaseFacts(case, base).step(PENALTY) if case.kind == "penalty" else None
        party = base.party.get(case.party_id) if case.party_id is not None else None
        key = (case.item_id, case.tier, party.kind if party else None)
        if decided is not None and case.fine_fen is not None and None not in key:
            alike.setdefault(key, []).append((decided.at.day, case.id, case.fine_fen))
    for fines in alike.values():
        for until, key_, fine in fines:
            since = add_months(until, -24)
            peers = [other for day, k, other in fines if k != key_ and since < day <= until]
            middle = median(peers) if peers else 0
            spread = median(abs(other - middle) for other in peers) if peers else 0
            yield {"fine": fine, "peers": len(peers), "middle": middle, "spread": spread}


def run(base: FactBase) -> tuple[dict[str, int], dict[str, float]]:
    """Match; returns how many findings each rule has, and the seconds of matching alone."""
    subjects = {"case": list(case_facts(base)), "visit": list(visit_facts(base)), "fine": list(fine_facts(base))}
    context = rule_engine.Context(default_value=None)
    found: dict[str, int] = {}
    timed = {"seconds": 0.0, "processor": 0.0}
    for rule in TWELVE:
        which = {"inspection.repeat-same-agency": "visit", "item.fine-outlier": "fine"}.get(rule, "case")
        begun, spent = time.perf_counter(), time.process_time()
        compiled = rule_engine.Rule(EXPRESSIONS[rule], context=context)
        found[rule] = sum(compiled.matches(one) for one in subjects[which])
        timed["seconds"] += time.perf_counter() - begun
        timed["processor"] += time.process_time() - spent
    return found, timed
