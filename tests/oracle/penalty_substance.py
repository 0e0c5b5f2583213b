"""Penalty cases: the fine, its tier, the limitation of the act, one fine for one act."""

from collections import defaultdict
from datetime import date

from tests.oracle.moments import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
    NOT_EVALUATED,
    add_months,
    all3,
    status_of,
)
from tests.oracle.world import Case, Row, World, is_within

Bounds = tuple[int | None, int | None]


def in_force(rows: list[Row], day: date) -> list[Row]:
    return [row for row in rows if is_within(day, row.get("effective_from"), row.get("effective_until"))]


def bounds(case: Case, day: date) -> list[Bounds]:
    """The benchmarks of the case's item and tier on a day."""
    rows = case.world.benchmarks.get(case["item_id"], [])
    return [
        (row.get("fine_min_fen"), row.get("fine_max_fen")) for row in in_force(rows, day) if row["tier"] == case["tier"]
    ]


def fine_within_tier(case: Case) -> str:
    if case.penalty is None or case["tier"] is None:
        return NOT_APPLICABLE
    if case["fine_fen"] is None or case["act_on"] is None:
        return NOT_EVALUATED
    at_act = bounds(case, case["act_on"])
    if not at_act:
        return NOT_EVALUATED
    if case["tier_departure"] is not None and case["reason"] is not None:
        return HOLDS
    at_decision = bounds(case, case.penalty.day)
    if any(low is None or high is None for low, high in at_act + at_decision):
        return NOT_EVALUATED
    ruling = at_decision if at_decision and is_lighter(at_decision, at_act) else at_act
    return status_of(any(low <= case["fine_fen"] <= high for low, high in ruling))  # type: ignore[operator]


def is_lighter(new: list[Bounds], old: list[Bounds]) -> bool:
    """Compare the hulls: first their upper ends, then their lower ends."""
    new_max, old_max = max(high for _, high in new), max(high for _, high in old)  # type: ignore[type-var]
    new_min, old_min = min(low for low, _ in new), min(low for low, _ in old)  # type: ignore[type-var]
    return new_max < old_max or (new_max == old_max and new_min < old_min)  # type: ignore[operator]


def tier_stated(case: Case) -> str:
    if case.penalty is None:
        return NOT_APPLICABLE
    if not in_force(case.world.benchmarks.get(case["item_id"], []), case.penalty.day):
        return NOT_APPLICABLE
    return status_of(case["tier"] is not None)


def summary_only_small(case: Case) -> str:
    if case.penalty is None or case["procedure"] != "summary":
        return NOT_APPLICABLE
    if case.value("summary.cap.citizen", case.penalty.day) is None:
        return NOT_APPLICABLE
    if case.item is not None and case.item.get("summary_cap_basis") is not None:
        return HOLDS
    party = case.party_class(case.penalty.day)
    is_small = None
    if party is not None:
        cap = case.value(f"summary.cap.{party}", case.penalty.day)
        is_small = None if case["fine_fen"] is None else case["fine_fen"] <= cap
    nothing_confiscated = None if case["confiscated_fen"] is None else case["confiscated_fen"] == 0
    only_warning = set(case.other_penalties) <= {"warning"}
    return status_of(all3([is_small, nothing_confiscated, only_warning]))


def limitation(case: Case) -> str:
    decided = case.outcome is not None and case.outcome.type == "decision"
    if not decided and case.status != "open":
        return NOT_APPLICABLE
    act = case["act_ended_on"] or case["act_on"]
    found = case["found_on"]
    if act is None or found is None:
        return NOT_EVALUATED
    years = case.value("limitation.years", act)
    extended = case.value("limitation.extended_years", act)
    in_two = None if years is None else found <= add_months(act, 12 * years)
    in_five = None if extended is None else found <= add_months(act, 12 * extended)
    if case["limitation_class"] == "ordinary":
        return NOT_APPLICABLE if in_two is None else status_of(in_two)
    if case["limitation_class"] == "five_year":
        return NOT_APPLICABLE if in_five is None else status_of(in_five)
    if in_two:
        return HOLDS
    return BROKEN if in_five is False else NOT_EVALUATED


def double_fine(world: World) -> dict[str, str]:
    """Of all fines for one act of one party every one but the first is a breach."""
    result = {}
    groups: dict[tuple[str, str, date], list[Case]] = defaultdict(list)
    for case in world.cases.values():
        if case.kind != "penalty" or case.penalty is None or case["fine_fen"] == 0:
            continue
        act_code = None if case.item is None else case.item.get("act_code")
        if case["fine_fen"] is None or None in (case["party_id"], act_code, case["act_on"]):
            result[case.id] = NOT_EVALUATED
        elif case["fine_fen"] > 0:
            groups[case["party_id"], act_code, case["act_on"]].append(case)  # type: ignore[index]
    for cases in groups.values():
        cases.sort(key=lambda case: (case.penalty.at.place_in_order, case.number))  # type: ignore[union-attr]
        for place, case in enumerate(cases):
            result[case.id] = HOLDS if place == 0 else BROKEN
    return result


RULES = {
    "penalty.fine.within-tier": fine_within_tier,
    "penalty.tier.stated": tier_stated,
    "penalty.summary.only-small": summary_only_small,
    "penalty.limitation": limitation,
}
"""For cases of kind penalty."""

ACROSS_CASES = {"penalty.double-fine": double_fine}
