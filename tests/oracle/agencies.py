"""Agencies and officers as a whole, and cases against their peers. Exact fractions, no floating point."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.moments import (
    BROKEN,
    HOLDS,
    NOT_EVALUATED,
    add_months,
    any3,
    status_of,
)
from tests.oracle.world import Case, World


def exact(number: Any) -> Fraction:
    return Fraction(str(number))


def penalties_by_agency(world: World) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in world.cases.values():
        if case.kind == "penalty" and case.penalty is not None and case["agency_id"] is not None:
            found[case["agency_id"]].append(case)
    return found


def variation_below(numbers: list[Fraction], limit: Fraction) -> bool:
    """Population standard deviation / mean < limit, squared so that it stays exact."""
    mean = sum(numbers, Fraction(0)) / len(numbers)
    variance = sum(((number - mean) ** 2 for number in numbers), Fraction(0)) / len(numbers)
    return variance < (limit * mean) ** 2


def fine_quota_signal(world: World) -> dict[str, str]:
    result = dict.fromkeys(world.agencies, HOLDS)
    cases = penalties_by_agency(world)
    groups: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for agency_id, agency in world.agencies.items():
        groups[agency.get("level"), agency.get("domain"), agency.get("parent_id")].append(agency_id)
    for (_, domain, _), members in groups.items():
        months = months_before(world.as_of, world.value("quota.months", world.as_of, domain))
        least = world.value("quota.fines", world.as_of, domain)
        limit = exact(world.value("quota.cv", world.as_of, domain))
        units, counts, means = [], [], []
        for agency_id in members:
            fines: dict[tuple[int, int], list[int]] = {month: [] for month in months}
            for case in cases[agency_id]:
                month = (case.penalty.day.year, case.penalty.day.month)  # type: ignore[union-attr]
                if month in fines and case["fine_fen"] is not None and case["fine_fen"] > 0:
                    fines[month].append(case["fine_fen"])
            if all(len(amounts) >= least for amounts in fines.values()):
                units.append(agency_id)
                counts += [Fraction(len(amounts)) for amounts in fines.values()]
                total = [amount for amounts in fines.values() for amount in amounts]
                means.append(Fraction(sum(total), len(total)))
        if len(units) < world.value("quota.units", world.as_of, domain):
            continue
        if variation_below(counts, limit) and variation_below(means, limit):
            for agency_id in units:
                result[agency_id] = BROKEN
    return result


def months_before(as_of: date, count: int) -> list[tuple[int, int]]:
    """The last so many months that were over before the month of ``as_of``."""
    first_of_month = as_of.replace(day=1)
    starts = [add_months(first_of_month, -back) for back in range(1, count + 1)]
    return [(start.year, start.month) for start in starts]


def income_growth(world: World) -> dict[str, str]:
    result = {}
    year = world.as_of.year - 1
    cases = penalties_by_agency(world)
    for agency_id in world.agencies:
        totals = {year: 0, year - 1: 0}
        unknown = False
        for case in cases[agency_id]:
            its_year = case.penalty.day.year  # type: ignore[union-attr]
            if its_year not in totals:
                continue
            for amount in (case["fine_fen"], case["confiscated_fen"]):
                if amount is None:
                    unknown = True
                else:
                    totals[its_year] += amount
        limit = exact(world.value("income.growth", world.as_of, world.domain_of(agency_id)))
        if unknown or totals[year - 1] == 0:
            result[agency_id] = NOT_EVALUATED
        else:
            result[agency_id] = status_of(100 * totals[year] <= limit * totals[year - 1])
    return result


def fine_outlier(world: World) -> dict[str, str]:
    result = {}
    groups: dict[tuple[Any, ...], list[Case]] = defaultdict(list)
    for case in world.cases.values():
        if case.kind != "penalty" or case.penalty is None or case["tier"] is None:
            continue
        party_kind = None if case.party is None else case.party.get("kind")
        if case["fine_fen"] is None or case["item_id"] is None or party_kind is None:
            result[case.id] = NOT_EVALUATED
        else:
            groups[case["item_id"], case["tier"], party_kind].append(case)
    for cases in groups.values():
        cases.sort(key=lambda case: case.penalty.day)  # type: ignore[union-attr]
        days = [case.penalty.day for case in cases]  # type: ignore[union-attr]
        for number, case in enumerate(cases):
            day = days[number]
            months = case.value("outlier.months", day)
            if months is None:
                continue
            begin, end = bisect_right(days, add_months(day, -months)), bisect_right(days, day)
            peers = [cases[other]["fine_fen"] for other in range(begin, end) if other != number]
            if len(peers) >= case.value("outlier.peers", day):
                z, ratio = exact(case.value("outlier.z", day)), exact(case.value("outlier.ratio", day))
                result[case.id] = HOLDS if is_usual(case["fine_fen"], peers, z, ratio) else BROKEN
    return result


def is_usual(fine: int, peers: list[int], z: Fraction, ratio: Fraction) -> bool:
    """Whole numbers only: ``middle`` is twice the median, ``spread`` four times the median absolute deviation."""
    middle = twice_the_median(peers)
    spread = twice_the_median([abs(2 * peer - middle) for peer in peers])
    if spread == 0:
        return middle <= 2 * fine * ratio and 2 * fine <= middle * ratio
    return 2 * abs(2 * fine - middle) <= z * exact("1.4826") * spread


def twice_the_median(numbers: list[int]) -> int:
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return 2 * ordered[half] if len(ordered) % 2 else ordered[half - 1] + ordered[half]


def legal_reviewer_ratio(world: World) -> dict[str, str]:
    result = {}
    holders: dict[tuple[str, str], set[str]] = defaultdict(set)
    for officer_id, officer in world.officers.items():
        for role in ("officer", "legal_reviewer"):
            if officer.get("agency_id") is not None and world.holds_role(officer_id, role, world.as_of):
                holders[officer["agency_id"], role].add(officer_id)
    for agency_id in world.agencies:
        officers, reviewers = len(holders[agency_id, "officer"]), len(holders[agency_id, "legal_reviewer"])
        least = exact(world.value("legal_reviewer.ratio", world.as_of, world.domain_of(agency_id)))
        result[agency_id] = NOT_EVALUATED if officers == 0 else status_of(100 * reviewers >= least * officers)
    return result


def legal_review_rate(world: World) -> dict[str, str]:
    result = {}
    cases = penalties_by_agency(world)
    for agency_id in world.agencies:
        flags = [case["is_major"] for case in cases[agency_id]]
        reviewed = [
            any3(case.before("legal_review", case.penalty))  # type: ignore[arg-type]
            for case in cases[agency_id]
            if case["is_major"]
        ]
        least = exact(world.value("legal_review.rate", world.as_of, world.domain_of(agency_id)))
        if None in flags or None in reviewed or not reviewed:
            result[agency_id] = NOT_EVALUATED
        else:
            result[agency_id] = status_of(100 * reviewed.count(True) >= least * len(reviewed))
    return result


def head_attends(world: World) -> dict[str, str]:
    result = {}
    hearings: dict[str, list[tuple[bool | None, bool | None]]] = defaultdict(list)
    for row in world.remedies:
        case = world.cases.get(row.get("case_id"))  # type: ignore[arg-type]
        if case is None or row.get("kind") != "litigation":
            continue
        if row.get("hearing_on") is not None and row["hearing_on"] <= world.as_of:
            hearings[case["agency_id"]].append((row.get("head_attended"), row.get("head_is_principal")))
    for agency_id in world.agencies:
        rows = hearings[agency_id]
        domain = world.domain_of(agency_id)
        if not rows or any(None in row for row in rows):
            result[agency_id] = NOT_EVALUATED
            continue
        attended = sum(1 for was_there, _ in rows if was_there)
        principal = sum(1 for _, is_principal in rows if is_principal)
        enough = 100 * attended >= exact(world.value("head.attends", world.as_of, domain)) * len(rows)
        senior = 100 * principal >= exact(world.value("head.principal", world.as_of, domain)) * len(rows)
        result[agency_id] = status_of(enough and senior)
    return result


def officer_hours(world: World) -> dict[str, str]:
    result = {}
    year = world.as_of.year - 1
    for officer_id, officer in world.officers.items():
        in_post = [world.holds_role(officer_id, "officer", day) for day in (date(year, 1, 1), date(year, 12, 31))]
        if not all(in_post):
            continue
        rows = [
            row["hours"]
            for row in world.training.get(officer_id, [])
            if row.get("held_on") is not None and row["held_on"].year == year
        ]
        least = world.value("training.hours", world.as_of, world.domain_of(officer.get("agency_id")))
        total = sum((exact(hours) for hours in rows if hours is not None), Fraction(0))
        if total >= least:
            result[officer_id] = HOLDS
        else:
            result[officer_id] = NOT_EVALUATED if None in rows else BROKEN
    return result


ACROSS = {
    "agency.fine-quota-signal": fine_quota_signal,
    "agency.income-growth": income_growth,
    "item.fine-outlier": fine_outlier,
    "agency.legal-reviewer-ratio": legal_reviewer_ratio,
    "agency.legal-review-rate": legal_review_rate,
    "remedy.head-attends": head_attends,
    "officer.hours": officer_hours,
}
