"""Inspections, and officers in two places."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from tests.oracle.deadlines import enough, judged
from tests.oracle.moments import (
    BROKEN,
    HOLDS,
    NOT_APPLICABLE,
    NOT_EVALUATED,
    Moment,
    add_days,
    add_months,
    all3,
    before,
    status_of,
    worst,
)
from tests.oracle.world import Row, World, split


def value(world: World, row: Row, name: str) -> Any:
    """The parameter on the day of the visit, in the domain of its agency."""
    return world.value(name, row["started_at"].day, world.domain_of(row.get("agency_id")))


def is_triggered(row: Row) -> bool:
    return row.get("selection") == "triggered"


def in_order(rows: list[Row]) -> list[Row]:
    """By start; rows of one moment keep the order of the file (the sort is stable)."""
    return sorted(rows, key=lambda row: row["started_at"].place_in_order)


def plan_filed(world: World, row: Row) -> str:
    if is_triggered(row) and row.get("cause") is not None:
        return HOLDS
    if row.get("started_at") is None:
        return NOT_EVALUATED
    if row.get("plan_filed_at") is None:
        return BROKEN
    return status_of(before(row["plan_filed_at"], row["started_at"]))


def plan_ahead(world: World, row: Row) -> str:
    if row.get("plan_entered_at") is None or is_triggered(row):
        return NOT_APPLICABLE
    if row.get("started_at") is None:
        return NOT_EVALUATED
    amount = value(world, row, "inspection.plan_ahead.days")
    if amount is None:
        return NOT_APPLICABLE
    return status_of(row["started_at"].day >= add_days(row["plan_entered_at"].day, amount))


def item_published(world: World, row: Row) -> str:
    if row.get("started_at") is None:
        return NOT_EVALUATED
    item_ids = split(row.get("item_ids"))
    if not item_ids:
        return NOT_EVALUATED
    day = row["started_at"].day
    return status_of(all3(is_published(world.items.get(item_id), day) for item_id in item_ids))


def is_published(item: Row | None, day: date) -> bool | None:
    if item is None:
        return None
    published_on, withdrawn_on = item.get("published_on"), item.get("withdrawn_on")
    return published_on is not None and published_on <= day and (withdrawn_on is None or withdrawn_on > day)


def officers(world: World, row: Row, *, with_credential: bool) -> str:
    if row.get("started_at") is None:
        return NOT_EVALUATED
    minimum = value(world, row, "officers.minimum")
    if minimum is None:
        return NOT_APPLICABLE
    persons = world.inspection_officers[row["inspection_id"]]
    return enough(world, persons, row["started_at"].day, minimum, with_credential=with_credential)


def officers_two(world: World, row: Row) -> str:
    return officers(world, row, with_credential=False)


def officers_credential(world: World, row: Row) -> str:
    return officers(world, row, with_credential=True)


def scanned(world: World, row: Row) -> str:
    if row.get("scanned") is None:
        return NOT_EVALUATED
    if row["scanned"]:
        return HOLDS
    if row.get("started_at") is None:
        return NOT_EVALUATED
    amount = value(world, row, "inspection.unscanned.days")
    if amount is None:
        return NOT_APPLICABLE
    end = None
    if row.get("unscanned_reason") is not None and row.get("unscanned_reason_at") is not None:
        end = row["unscanned_reason_at"].day
    return judged(world.as_of, end, add_days(row["started_at"].day, amount))


ONE_BY_ONE = {
    "inspection.plan-filed": plan_filed,
    "inspection.plan-ahead": plan_ahead,
    "inspection.item-published": item_published,
    "inspection.officers.two": officers_two,
    "inspection.officers.credential": officers_credential,
    "inspection.scanned": scanned,
}


def frequency(world: World) -> dict[str, str]:
    result = {}
    visits: dict[str, list[Row]] = defaultdict(list)
    for row in world.inspections:
        if row.get("exempt_reason") is not None:
            continue
        party = world.parties.get(row.get("party_id"))  # type: ignore[arg-type]
        kind = None if party is None else party.get("kind")
        if kind == "citizen":
            continue
        if kind is None or row.get("started_at") is None:
            result[row["inspection_id"]] = NOT_EVALUATED
            continue
        visits[row["party_id"]].append(row)
    for party_id, rows in visits.items():
        risk = world.parties[party_id].get("risk_level")
        joint_seen = set()
        counts: dict[object, int] = defaultdict(int)
        for row in in_order(rows):
            joint_id = row.get("joint_id")
            if joint_id is not None:
                if joint_id in joint_seen:
                    continue
                joint_seen.add(joint_id)
            day = row["started_at"].day
            week = day.isocalendar()[:2]
            spans = [
                ("inspection.cap.day", ("day", day)),
                ("inspection.cap.week", ("week", week)),
                ("inspection.cap.month", ("month", day.year, day.month)),
            ]
            if risk is not None:
                spans.append((f"inspection.cap.year.{risk}", ("year", day.year)))
            status = HOLDS
            for name, span in spans:
                counts[span] += 1
                cap = value(world, row, name)
                if cap is not None and counts[span] > cap:
                    status = BROKEN
            result[row["inspection_id"]] = status
    return result


def repeat_same_agency(world: World) -> dict[str, str]:
    return repeats(world, "inspection.repeat_same.days", same_agency=True)


def repeat_cross_agency(world: World) -> dict[str, str]:
    return repeats(world, "inspection.repeat_cross.days", same_agency=False)


def repeats(world: World, parameter: str, *, same_agency: bool) -> dict[str, str]:
    result = {}
    visits: dict[str, list[Row]] = defaultdict(list)
    for row in world.inspections:
        known = (
            row.get("started_at") is not None and row.get("party_id") is not None and row.get("agency_id") is not None
        )
        if known:
            visits[row["party_id"]].append(row)
        is_excused = is_triggered(row) or (not same_agency and row.get("joint_id") is not None)
        if is_excused:
            result[row["inspection_id"]] = HOLDS
        elif not known:
            result[row["inspection_id"]] = NOT_EVALUATED
    for rows in visits.values():
        ordered = in_order(rows)
        for place, row in enumerate(ordered):
            if row["inspection_id"] in result:
                continue
            amount = value(world, row, parameter)
            if amount is None:
                continue
            status = HOLDS
            for earlier in ordered[:place]:
                if (earlier["agency_id"] == row["agency_id"]) is not same_agency:
                    continue
                if same_agency and row.get("joint_id") is not None and row["joint_id"] == earlier.get("joint_id"):
                    continue
                if (row["started_at"].day - earlier["started_at"].day).days <= amount:
                    status = BROKEN
            result[row["inspection_id"]] = status
    return result


def same_officer_thrice(world: World) -> dict[str, str]:
    statuses: dict[str, list[str]] = defaultdict(list)
    visits: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in world.inspections:
        persons = world.inspection_officers[row["inspection_id"]]
        for officer in persons:
            if row.get("party_id") is None or row.get("started_at") is None:
                statuses[row["inspection_id"]].append(NOT_EVALUATED)
            else:
                visits[officer, row["party_id"]].append(row)
    for rows in visits.values():
        ordered = in_order(rows)
        for place, row in enumerate(ordered):
            count = value(world, row, "inspection.same_officer.visits")
            if count is None:
                continue
            if place + 1 < count:
                statuses[row["inspection_id"]].append(HOLDS)
                continue
            run = ordered[place + 1 - count : place + 1]
            found_nothing = all3(None if each.get("result") is None else each["result"] == "none" for each in run)
            in_a_year = run[0]["started_at"].day > add_months(row["started_at"].day, -12)
            found = all3([found_nothing, in_a_year])
            statuses[row["inspection_id"]].append(status_of(None if found is None else not found))
    return {inspection_id: worst(answers) for inspection_id, answers in statuses.items()}


def two_places(world: World) -> dict[str, str]:
    """No officer at two places at once. Subjects: officers with an act whose hours and place are known."""
    acts: dict[str, list[tuple[datetime, datetime, str]]] = defaultdict(list)

    def add(persons: set[str], start: Moment | None, end: Moment | None, place: str | None) -> None:
        if place is None or start is None or end is None or start.exact is None or end.exact is None:
            return
        for officer in persons:
            acts[officer].append((start.exact, end.exact, place))

    for row in world.inspections:
        add(
            world.inspection_officers[row["inspection_id"]],
            row.get("started_at"),
            row.get("ended_at"),
            row.get("place"),
        )
    for case in world.cases.values():
        for event in case.events:
            persons = case.persons("handler", [event]) | case.persons("recorder", [event])
            add(persons, event.at, event.ended_at, event.place)

    result = {}
    for officer, theirs in acts.items():
        theirs.sort()
        clash = False
        for number, (start, end, place) in enumerate(theirs):
            for other_start, other_end, other_place in theirs[number + 1 :]:
                if other_start >= end:
                    break
                overlaps = start < other_end and start < end and other_start < other_end
                if overlaps and place != other_place:
                    clash = True
        result[officer] = BROKEN if clash else HOLDS
    return result


ACROSS = {
    "inspection.frequency": frequency,
    "inspection.repeat-same-agency": repeat_same_agency,
    "inspection.repeat-cross-agency": repeat_cross_agency,
    "inspection.same-officer-thrice": same_officer_thrice,
    "officer.two-places": two_places,
}
