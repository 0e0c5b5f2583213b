"""One district: some twenty thousand cases with all that belongs to them, made at once in memory."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa

from mingjing.contexts.demo import (
    casework,
    columns,
    competence,
    inspections,
    licences,
    measures,
    overlaps,
    penalties,
    remedies,
    words,
)
from mingjing.contexts.demo.aftermath import UNKNOWN_FINES, UNKNOWN_MAJOR, Aftermath, balance_income, day_of
from mingjing.contexts.demo.days import MINUTES, NONE, Ints, WorkingDays, month_of, running_number, year_of, years_after
from mingjing.contexts.demo.events import MIXES, TYPES, EventBook, event_table, merge
from mingjing.contexts.demo.items import TIERS, Items, item_ids, item_tables, items_of
from mingjing.contexts.demo.parties import parties_of, party_table
from mingjing.contexts.demo.setting import Setting
from mingjing.contexts.demo.slots import Desk
from mingjing.contexts.demo.staff import agency_ids, officer_ids, recruit, staff_tables, unit_tables, units_of
from mingjing.contexts.demo.truth import plants
from mingjing.domain.rules.elements import ELEMENT_BITS
from mingjing.facts.schema import (
    CASE_STATUSES,
    CREDIT_CLASSES,
    DEPARTURES,
    DISCLOSURE_SUBJECTS,
    LIMITATION_CLASSES,
    MATTER_KINDS,
    MEDIA_KINDS,
    PARTICIPANT_ROLES,
    PROCEDURES,
)
from mingjing.kernel.moments import day_number

DAYS = 1150
"""How many days of the past are told."""

PENALTY, MEASURE, EXECUTION, LICENSE, OTHER = 0, 2, 3, 4, 5
SHARES = {LICENSE: 0.27, MEASURE: 0.05, EXECUTION: 0.03, OTHER: 0.07}
QUOTA_DOMAIN = "urban_management"
_KINDS = tuple(MATTER_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A district by number: its code, its name, its towns."""

    number: int
    code: str
    name: str
    towns: list[str]


def place_of(number: int) -> Place:
    """Return the district of this number: the first is 泗水县, the others are inventions."""
    if number == 0:
        return Place(number=0, code=words.FIRST_PLACE, name=words.FIRST_NAME, towns=list(words.TOWNS))
    first, second = divmod(number * 11, len(words.DISTRICT_SECOND))
    name = words.DISTRICT_FIRST[first % len(words.DISTRICT_FIRST)] + words.DISTRICT_SECOND[second] + "县"
    prefecture, county = divmod(number, 40)
    return Place(number=number, code=f"37{8 + prefecture:02d}{40 + county:02d}", name=name, towns=words.MORE_TOWNS)


@dataclass(slots=True)
class Counters:
    """The numbers already given out by the districts before."""

    cases: int = 0
    events: int = 0
    parties: int = 0
    inspections: int = 0
    documents: int = 0
    media: int = 0
    remedies: int = 0
    complaints: int = 0
    referrals: int = 0
    exams: int = 0


@dataclass(slots=True)
class Cases:
    """Which cases there are, in the order of their beginning: their kind, unit, first ordinal; quota and visit if any."""

    kind: Ints
    unit: Ints
    begun: Ints
    visit: Ints
    quota: np.ndarray


@dataclass(slots=True)
class District:
    """The parts of a district while its tables are put together."""

    place: Place
    setting: Setting
    counters: Counters
    tables: dict[str, pa.Table] = field(default_factory=dict)
    truth: list[tuple[str, str, pa.Array]] = field(default_factory=list)
    party_ids: pa.Array = None
    places: pa.Array = None
    events: dict[str, Ints] = field(default_factory=dict)

    def note(self, rule: str, subject: str, ids: pa.Array) -> None:
        """Note that the rule is broken for these subjects."""
        if len(ids):
            self.truth.append((rule, subject, ids))


def make(
    place: Place, *, cases: int, seed: int, as_of: date, violations: float, counters: Counters
) -> dict[str, pa.Table]:
    """Make all tables of a district; the same seed and number give the same rows."""
    rng = np.random.Generator(np.random.PCG64([seed, place.number]))
    today = day_number(as_of)
    start = today - DAYS
    work = WorkingDays.between(date(as_of.year - 8, 1, 1), date(as_of.year + 3, 12, 31))
    units = units_of(place.name, place.towns)
    staff = recruit(rng, units, start, today, few_reviewers=violations > 0)
    visits_wanted = max(round(cases * 0.33), 40)
    setting = Setting(
        rng=rng, aside=rng.spawn(1)[0], work=work, start=start, as_of=today, founded=day_number(date(as_of.year - 10, 1, 1)),
        amended=day_number(date(as_of.year - 1, 1, 1)), violations=violations, staff=staff, items=items_of(units),
        parties=parties_of(rng, max(round(visits_wanted / 2.4), 40), max(round(cases * 0.45), 200)), desk=Desk(),
    )  # fmt: skip
    district = District(place, setting, counters)
    visits = inspections.visits_of(setting, visits_wanted)
    skeleton = _skeleton(setting, visits, cases)
    _write(district, visits, skeleton)
    return district.tables


def _skeleton(setting: Setting, visits: inspections.Visits, cases: int) -> Cases:
    """Draw kind, unit and beginning of every case, and sort them by time."""
    rng, work, units = setting.rng, setting.work, setting.staff.units
    first, last = int(work.ordinal(np.array(setting.start))) + 1, int(work.ordinal(np.array(setting.as_of)))
    counts = {kind: round(cases * share) for kind, share in SHARES.items()}
    penal = cases - sum(counts.values())
    linked = visits.linkable()
    quota = _quota(setting, penal)
    if len(quota):
        linked = linked[~np.isin(visits.unit[linked], quota_units(setting))]
    groups = penalties.group_of(setting.parties.kind[visits.party[linked]])
    able = _allowed(setting.items, len(units))[visits.unit[linked], groups]
    linked = np.sort(rng.permutation(linked[able])[: penal // 4])
    plain = penal - len(linked) - len(quota)
    weight = np.array([unit.weight for unit in units])
    own = np.array([unit.parent == NONE for unit in units])
    kind = [np.full(penal, PENALTY), *(np.full(count, each) for each, count in counts.items())]
    unit = [rng.choice(len(units), plain, p=weight / weight.sum()), visits.unit[linked], quota[:, 0]]
    lesser = np.where(own, weight, 0)
    unit += [rng.choice(len(units), count, p=lesser / lesser.sum()) for count in counts.values()]
    begun = [
        rng.integers(first, last + 1, plain),
        work.ordinal(visits.day[linked]) + rng.integers(0, 3, len(linked)),
        work.ordinal(quota[:, 1]),
    ]
    begun += [rng.integers(first, last + 1, count) for count in counts.values()]
    visit = np.full(cases, NONE)
    visit[plain : plain + len(linked)] = linked
    flag = np.zeros(cases, bool)
    flag[plain + len(linked) : penal] = True
    result = Cases(np.concatenate(kind), np.concatenate(unit), np.concatenate(begun), visit, flag)
    if len(quota):
        _clear_quota_units(setting, result)
    order = np.lexsort((rng.random(cases), result.begun))
    return Cases(*(getattr(result, name)[order] for name in ("kind", "unit", "begun", "visit", "quota")))


def _allowed(items: Items, units: int) -> np.ndarray:
    """Say for each unit and group of parties whether it has an item for them."""
    table = np.zeros((units, 3), bool)
    for group, letter in enumerate("cio"):
        mine = items.who(letter)
        table[:, group] = [bool(mine[items.choice["penalty"][unit]].any()) for unit in range(units)]
    return table


def quota_units(setting: Setting) -> Ints:
    """List the squads that, where violations are wanted, fine as many people each month."""
    return np.array(
        [n for n, unit in enumerate(setting.staff.units) if unit.parent != NONE and unit.domain == QUOTA_DOMAIN]
    )


def quota_months(setting: Setting) -> Ints:
    """List the last six whole months before ``as_of``, as months since 1970."""
    return int(month_of(np.array(setting.as_of))) - np.arange(6, 0, -1)


def _quota(setting: Setting, penal: int) -> Ints:
    """Plan the fines that look like a quota: for each squad and month the same number; rows of unit and day."""
    units, months = quota_units(setting), quota_months(setting)
    each = max(2, round(penal * 0.0008))
    if setting.violations <= 0 or each * len(units) * len(months) > 0.12 * penal:
        return np.empty((0, 2), np.int64)
    unit = np.repeat(units, len(months) * each)
    month = np.tile(np.repeat(months, each), len(units))
    first = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (month + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    low, high = setting.work.ordinal(first - 1) + 1, setting.work.ordinal(after - 1)
    return np.stack([unit, setting.work.day(setting.rng.integers(low, high + 1))], 1)


def _clear_quota_units(setting: Setting, cases: Cases) -> None:
    """Move other cases that could be decided in those months from the squads to their agency."""
    first = int(quota_months(setting)[0])
    day = int(np.datetime64(first, "M").astype("datetime64[D]").astype(int))
    units = quota_units(setting)
    inside = np.isin(cases.unit, units) & ~cases.quota & (cases.begun >= int(setting.work.ordinal(np.array(day))) - 130)
    inside &= cases.visit < 0
    cases.unit[inside] = setting.staff.units[units[0]].parent


def _penalty_plan(setting: Setting, cases: Cases, rows: Ints, visits: inspections.Visits) -> penalties.Penalties:
    """Choose item and party of each penalty case and begin its plan."""
    rng, items = setting.rng, setting.items
    unit, quota, visit = cases.unit[rows], cases.quota[rows], cases.visit[rows]
    linked = visit >= 0
    item = np.empty(len(rows), np.int64)
    group = np.full(len(rows), NONE)
    group[linked] = penalties.group_of(setting.parties.kind[visits.party[visit[linked]]])
    weights = {"S": 5.0, "M": 4.0, "K": 2.0, "L": 1.4, "X": 0.5, "W": 1.6}
    base = np.array([weights.get(size, 0.0) for size in items.size])
    who = np.stack([items.who(letter) for letter in "cio"], 1)
    squads = np.array([place.parent != NONE for place in setting.staff.units])
    for number in range(len(setting.staff.units)):
        own = items.choice["penalty"][number]
        for kind in (NONE, 0, 1, 2):
            mine = np.flatnonzero((unit == number) & (group == kind))
            share = base[own] * (who[own, kind] if kind >= 0 else 1.0)
            if squads[number]:
                share = share * np.isin(items.size[own], ["S", "M", "K", "W"])
                share = share if share.sum() > 0 else base[own] * (who[own, kind] if kind >= 0 else 1.0)
            if len(mine):
                item[mine] = rng.choice(own, len(mine), p=share / share.sum())
    street = {
        number: next(n for n in items.choice["penalty"][number] if items.rows[n]["act"] == "UM-201")
        for number in quota_units(setting)
    }
    item[quota] = [street[number] for number in unit[quota].tolist()]
    draw = rng.random((len(rows), 3)) * who[item] * np.array([1.0, 1.0, 1.2])
    group = np.where(group >= 0, group, draw.argmax(1))
    party = setting.parties.pick(rng, group)
    party[linked] = visits.party[visit[linked]]
    day = np.where(linked, visits.day[np.maximum(visit, 0)], NONE)
    return penalties.begin(
        setting,
        unit=unit,
        filed=cases.begun[rows],
        visit=visit,
        visit_day=day,
        party=party,
        item=item,
        group=group,
        quota=quota,
    )


def _write(district: District, visits: inspections.Visits, cases: Cases) -> None:
    setting, counters = district.setting, district.counters
    rows = {kind: np.flatnonzero(cases.kind == kind) for kind in (PENALTY, *SHARES)}
    penal = rows[PENALTY]
    plan = _penalty_plan(setting, cases, penal, visits)
    penalties.plan_breaches_of_facts(plan)
    cases.unit[penal] = plan.unit
    penalties.lay_out(plan)
    casework.finish_plan(plan)
    linked = np.maximum(plan.visit, 0)
    people = casework.assign(plan, visits.team[linked], np.where(plan.visit >= 0, visits.partner_team()[linked], NONE))
    desks = casework.book_visits(plan, people, np.where(plan.visit >= 0, visits.ticket[linked], NONE))
    unit_m, begun_m = cases.unit[rows[MEASURE]], cases.begun[rows[MEASURE]]
    team, ticket = measures.book_seizures(setting, unit_m, begun_m)
    setting.desk.settle(setting.rng)
    inspections.settle(visits)
    people.intruder = overlaps.plant(plan, desks.inquiry, visits)
    doubled = people.intruder[people.intruder >= 0]
    total_parties = len(setting.parties.kind)
    book, after, status = casework.write(plan, people, desks, total_parties + plan.unit)
    case_ids = columns.identifiers("C", np.arange(counters.cases, counters.cases + len(cases.kind)), 9)
    returned = remedies.remedies(plan, after, penal, case_ids, counters.remedies)
    sent = remedies.referrals(plan, penal, case_ids, counters.referrals)
    agencies: list[tuple[str, Ints]] = []
    balance_income(plan, after, agencies)
    party = {
        kind: setting.parties.pick(setting.rng, setting.rng.integers(0, 3, len(each)))
        for kind, each in rows.items()
        if kind != PENALTY
    }
    written = {
        MEASURE: measures.write_measures(setting, unit_m, team, ticket, party[MEASURE]),
        EXECUTION: measures.write_executions(setting, cases.unit[rows[EXECUTION]], cases.begun[rows[EXECUTION]]),
        OTHER: measures.write_others(setting, cases.unit[rows[OTHER]], cases.begun[rows[OTHER]]),
        LICENSE: licences.write(setting, cases.unit[rows[LICENSE]], cases.begun[rows[LICENSE]]),
    }
    visits.case[plan.visit[plan.visit >= 0]] = penal[plan.visit >= 0]
    _reference_tables(district)
    names = _numbers(district, cases)
    books = [book, *(pair[0] for pair in written.values())]
    whole = merge(books, [penal, *(rows[kind] for kind in written)], len(cases.kind))
    _event_tables(district, whole, case_ids, names)
    district.tables |= inspections.visit_tables(
        visits, district=district.place.number, first=counters.inspections, first_joint=counters.inspections,
        party_ids=district.party_ids, places=district.places, case_ids=case_ids,
    )  # fmt: skip
    _case_table(district, cases, plan, after, status, written, party, rows, case_ids, names)
    _disclosures(district, visits, after, written, rows, penal, case_ids)
    district.tables |= returned.tables | sent.tables
    started = setting.work.day(cases.begun)
    district.tables |= remedies.complaints(
        setting,
        unit=cases.unit,
        started=started,
        district=district.place.number,
        case_ids=case_ids,
        first=counters.complaints,
    )
    lazy = _competence(district)
    district.note("officer.two-places", "officer", officer_ids(district.place.number, np.unique(doubled)))
    _truth(
        district,
        plan,
        after,
        visits,
        written,
        rows,
        penal,
        case_ids,
        agencies,
        [*returned.planted, *sent.planted],
        lazy,
    )
    _advance(district)


def _reference_tables(district: District) -> None:
    """Write agencies, officers, items and parties."""
    setting, place, counters = district.setting, district.place, district.counters
    rng = setting.rng
    district.tables |= unit_tables(setting.staff, place.code, place.number)
    district.tables |= staff_tables(rng, setting.staff, place.number)
    district.tables |= item_tables(setting.items, place.number, setting.start, setting.founded, setting.amended)
    tables, places = party_table(
        rng,
        setting.parties,
        first=counters.parties,
        code=place.code,
        name=place.name,
        towns=place.towns,
        start=setting.start,
    )
    district.tables |= tables
    district.party_ids = tables["parties"]["party_id"].combine_chunks()
    rooms = pa.array([f"{unit.name}办案区" for unit in setting.staff.units])
    district.places = pa.concat_arrays([places, rooms])


def _numbers(district: District, cases: Cases) -> pa.Array:
    """Number the documents by agency, kind and year: decisions first, then notices, then notices of a hearing."""
    units = district.setting.staff.units
    letters = {PENALTY: "罚", MEASURE: "强措", EXECUTION: "强执", LICENSE: "许", OTHER: "决"}
    year = year_of(district.setting.work.day(cases.begun))
    serial = running_number(cases.unit * 8 + cases.kind, year) + 1
    tail = columns.joined("〔", pa.array(year).cast(pa.string()), "〕", pa.array(serial).cast(pa.string()), "号")
    kinds = [letters.get(kind, "") for kind in range(len(_KINDS))]
    series = []
    for extra in ("", "告", "听告"):
        heads = pa.array([f"{unit.short}{letter}{extra}" for unit in units for letter in kinds])
        series.append(columns.joined(columns.chosen(heads, cases.unit * len(kinds) + cases.kind), tail))
    return pa.concat_arrays(series)


def _event_tables(district: District, book: EventBook, case_ids: pa.Array, names: pa.Array) -> None:
    """Write events, participants, documents and media."""
    counters, rng = district.counters, district.setting.rng
    events, places = book.arrange()
    district.events = events
    district.tables["events"] = event_table(events, case_ids, counters.events, district.places, names)
    handles, officers, roles = (np.concatenate(part) for part in zip(*book.people, strict=True))
    where = places[handles]
    order = np.argsort(where, kind="stable")
    district.tables["participants"] = columns.table_of(
        "participants",
        {
            "event_id": columns.identifiers("E", where[order] + counters.events, 10),
            "officer_id": officer_ids(district.place.number, officers[order]),
            "role": columns.coded(roles[order], tuple(PARTICIPANT_ROLES)),
        },
    )
    handles, rows, kinds = (np.concatenate(part) for part in zip(*book.papers, strict=True))
    where = places[handles]
    order = np.argsort(where, kind="stable")
    where, rows, kinds, handles = where[order], rows[order], kinds[order], handles[order]
    told, place = np.unique(book.elements()[handles], return_inverse=True)
    contents = [
        "|".join(code for code, bit in ELEMENT_BITS.items() if mask > 0 and mask & bit) for mask in told.tolist()
    ]
    number = np.where(kinds == casework.DECISION, rows, np.where(kinds == casework.NOTICE, rows + len(case_ids), NONE))
    district.tables["documents"] = columns.table_of(
        "documents",
        {
            "document_id": columns.identifiers("W", counters.documents + np.arange(len(where)), 10),
            "case_id": columns.chosen(case_ids, rows),
            "event_id": columns.identifiers("E", where + counters.events, 10),
            "kind": columns.coded(kinds, casework.PAPERS).cast(pa.string()),
            "number": columns.chosen(names, number),
            "dated_on": columns.dates(events["at"][where] // MINUTES),
            "pages": pa.array(rng.integers(1, 7, len(where))),
            "elements": columns.coded(np.where(told[place] >= 0, place, NONE), contents).cast(pa.string()),
        },
    )
    _media(district, book, places, case_ids)


def _media(district: District, book: EventBook, places: Ints, case_ids: pa.Array) -> None:
    """Write recordings, kept two years at least but for those planted."""
    setting, counters, rng = district.setting, district.counters, district.setting.rng
    handles, rows = (np.concatenate(part) for part in zip(*book.recordings, strict=True))
    order = np.argsort(places[handles], kind="stable")
    where, rows = places[handles][order], rows[order]
    count = len(where)
    events = district.events
    at, seizure = events["at"][where], events["type"][where] == TYPES["seizure"]
    least = years_after(at // MINUTES, 2)
    own = plants(rng, count, setting.violations, 1)
    short = own.choose(np.ones(count, bool), "media.retained")
    until = least + np.where(setting.chance(count, 0.3), 0, rng.integers(1, 900, count))
    until = np.where(short, least - rng.integers(1, 500, count), until)
    until = np.where(setting.chance(count, 0.01) & ~short, NONE, until)
    kind = np.where(seizure, rng.choice([1, 2, 2], count), rng.choice([0, 1, 2, 2], count))
    length = np.where(kind == 0, 0, rng.integers(3, 40, count))
    ended = np.where(kind == 0, NONE, at + 2 + length)
    ids = columns.identifiers("M", counters.media + np.arange(count), 9)
    district.tables["media"] = columns.table_of(
        "media",
        {
            "media_id": ids,
            "case_id": columns.chosen(case_ids, rows),
            "event_id": columns.identifiers("E", where + counters.events, 10),
            "kind": columns.coded(kind, tuple(MEDIA_KINDS)),
            **columns.moments("started_at", at + 2),
            **columns.moments("ended_at", np.where(ended <= setting.last, ended, NONE)),
            "device_no": columns.coded(rng.integers(0, 60, count), [f"DSJ-{n:03d}" for n in range(1, 61)]),
            "digest": columns.hexadecimal(rng, count),
            "retained_until": columns.dates(until),
        },
    )
    for rule, picks in own.planted:
        district.note(rule, "media", columns.chosen(ids, picks))


def _case_table(
    district: District, cases: Cases, plan: penalties.Penalties, after: Aftermath, status: Ints, written: dict, party: dict,
    rows: dict, case_ids: pa.Array, names: pa.Array,
) -> None:  # fmt: skip
    """Write the cases: what is decided is told, what is open is not."""
    setting, count, place = district.setting, len(cases.kind), district.place.number
    rng, penal = setting.rng, rows[PENALTY]
    told = plan.settled & (after.decided >= 0) & (after.decided <= setting.last)
    full = plan.procedure != penalties.SUMMARY

    def wide(values: Ints, where: np.ndarray | None = None) -> Ints:
        """Spread values of the penalty cases over all cases."""
        result = np.full(count, NONE, np.int64)
        result[penal] = values if where is None else np.where(where, values, NONE)
        return result

    item = wide(plan.item)
    parties = wide(plan.party)
    state = wide(status)
    for kind, each in rows.items():
        if kind == PENALTY:
            continue
        own = setting.items.choice[_KINDS[kind]]
        width = max(len(choice) for choice in own)
        table = np.array([np.resize(choice, width) for choice in own])
        item[each] = table[cases.unit[each], rng.integers(0, width, len(each))]
        parties[each] = party[kind]
        state[each] = written[kind][1].status
    unsure = np.array([unit.domain == UNKNOWN_MAJOR for unit in setting.staff.units])[plan.unit] & ~plan.large & full
    unsure &= (plan.major == 0) & ~plan.plants.taken & setting.chance(plan.rows, 0.05) & (plan.unit != plan.careless)
    major = np.where(unsure, NONE, plan.major)
    mix = penalties.mixed(plan)
    reasons = [*words.LIGHTER_REASONS, "两年内因同类违法行为受过行政处罚"]
    reason = np.where(after.departure == 2, 4, rng.integers(0, 4, plan.rows))
    source = np.where(plan.linked, 0, rng.integers(0, len(words.SOURCES), plan.rows))
    departed = told & (after.departure >= 0)
    ended = after.ended & (after.closed >= 0) & (after.closed <= setting.last)

    def permits(name: str) -> Ints:
        """Spread what only licences have over all cases."""
        result = np.full(count, NONE, np.int64)
        result[rows[LICENSE]] = getattr(written[LICENSE][1], name)
        return result

    number = np.arange(count)
    number[penal[after.no_number]] = NONE
    district.tables["cases"] = columns.table_of(
        "cases",
        {
            "case_id": case_ids,
            "case_no": columns.chosen(names, number),
            "kind": columns.coded(cases.kind, _KINDS),
            "procedure": columns.coded(wide(plan.procedure), tuple(PROCEDURES)),
            "agency_id": agency_ids(place, cases.unit),
            "item_id": item_ids(place, item),
            "party_id": columns.chosen(district.party_ids, parties),
            "source": columns.coded(wide(source), words.SOURCES),
            "act_on": columns.dates(wide(plan.act, ~after.no_act)),
            "act_ended_on": columns.dates(wide(plan.act_ended)),
            "found_on": columns.dates(wide(plan.found)),
            "fine_fen": columns.numbers(wide(after.fine, told & ~after.fine_unknown)),
            "confiscated_fen": columns.numbers(wide(plan.confiscated, told)),
            "other_penalties": columns.coded(wide(mix, told & (mix > 0)), MIXES),
            "tier": columns.coded(wide(plan.tier, told), TIERS),
            "tier_departure": columns.coded(wide(after.departure, departed), tuple(DEPARTURES)),
            "reason": columns.coded(wide(reason, departed), reasons),
            "is_major": columns.flags(wide(major)),
            "is_complex": columns.flags(wide(plan.complex)),
            "limitation_class": columns.coded(wide(plan.limitation), tuple(LIMITATION_CLASSES)),
            "credit_class": columns.coded(wide(after.credit, told), tuple(CREDIT_CLASSES)),
            "disclosure_exempt": columns.coded(wide(after.exempt, told), words.DISCLOSURE_EXEMPT),
            "status": columns.coded(state, tuple(CASE_STATUSES)),
            "ended_ground": columns.coded(wide(rng.integers(0, 3, plan.rows), ended), words.ENDED_GROUNDS),
            "affects_others": columns.flags(permits("affects")),
            "hearing_required": columns.flags(permits("required")),
            "expires_on": columns.dates(permits("expires")),
            "leniency_matched": columns.flags(wide(plan.leniency)),
            "leniency_reason": columns.coded(wide(plan.leniency_reason), ["一年内再次违法"]),
        },
    )


def _results_shown(setting: Setting, visits: inspections.Visits) -> Ints:
    """Publish the results of some visits within twenty working days, in the order of the visits."""
    day = visits.day[visits.order]
    shown = setting.clock(setting.work.after(day, setting.some(len(day), 1, 20)), 10)
    return np.where(setting.chance(len(day), 0.4) & (shown <= setting.last), shown, NONE)


def _disclosures(
    district: District,
    visits: inspections.Visits,
    after: Aftermath,
    written: dict,
    rows: dict,
    penal: Ints,
    case_ids: pa.Array,
) -> None:
    """Write what was published and when it came down."""
    setting = district.setting
    shown = np.flatnonzero(after.published >= 0)
    again = np.flatnonzero(after.again >= 0)
    case = [penal[shown], penal[again]]
    published, withdrawn = (
        [after.published[shown], after.again[again]],
        [after.withdrawn[shown], after.withdrawn[again]],
    )
    subject, channel = [np.zeros(len(shown)), np.zeros(len(again))], [np.zeros(len(shown)), np.ones(len(again))]
    seen = _results_shown(setting, visits)
    for kind, (_, result) in written.items():
        there = np.flatnonzero(result.published >= 0)
        case.append(rows[kind][there])
        published.append(result.published[there])
        withdrawn.append(np.full(len(there), NONE))
        subject.append(np.full(len(there), 2 if kind == LICENSE else 0))
        channel.append(np.zeros(len(there)))
    everything = [np.concatenate(part).astype(np.int64) for part in (case, published, withdrawn, subject, channel)]
    order = np.lexsort((everything[1], everything[0]))
    case_, published_, withdrawn_, subject_, channel_ = (part[order] for part in everything)
    visited = np.flatnonzero(seen >= 0)
    visit_ids = columns.identifiers("J", visited + district.counters.inspections, 9)
    published_ = np.concatenate([published_, seen[visited]])
    withdrawn_ = np.concatenate([withdrawn_, np.full(len(visited), NONE)])
    subject_ = np.concatenate([subject_, np.ones(len(visited), np.int64)])
    channel_ = np.concatenate([channel_, np.zeros(len(visited), np.int64)])
    district.tables["disclosures"] = columns.table_of(
        "disclosures",
        {
            "subject": columns.coded(subject_, tuple(DISCLOSURE_SUBJECTS)),
            "subject_id": pa.concat_arrays([columns.chosen(case_ids, case_), visit_ids]),
            **columns.moments("published_at", published_, setting.chance(len(published_), 0.1)),
            **columns.moments("withdrawn_at", withdrawn_),
            "channel": columns.coded(channel_, words.CHANNELS).cast(pa.string()),
        },
    )


def _competence(district: District) -> Ints:
    tables, lazy = competence.training(district.setting, district.place.number)
    district.tables |= tables | competence.exams(district.setting, district.place.number, district.counters.exams)
    return lazy


def _truth(
    district: District, plan: penalties.Penalties, after: Aftermath, visits: inspections.Visits, written: dict, rows: dict,
    penal: Ints, case_ids: pa.Array, agencies: list[tuple[str, Ints]], returned: list[tuple[str, str, Ints]], lazy: Ints,
) -> None:  # fmt: skip
    """List all that was planted."""
    place, counters, setting = district.place.number, district.counters, district.setting
    for rule, picks in plan.plants.planted:
        district.note(rule, "case", columns.chosen(case_ids, penal[picks]))
    later = np.flatnonzero(plan.twin >= 0)
    both = np.stack([plan.twin[later], later])
    if len(later):
        minutes = after.decided[both]
        known = (minutes >= 0).all(0) & (minutes <= setting.last).all(0)
        second = np.where(minutes[0] > minutes[1], both[0], both[1])[known]
        district.note("penalty.double-fine", "case", columns.chosen(case_ids, penal[second]))
    for kind, (_, result) in written.items():
        for rule, picks in result.plants.planted:
            district.note(rule, "case", columns.chosen(case_ids, rows[kind][picks]))
    for rule, picks in visits.plants.planted:
        ids = columns.identifiers("J", visits.place[picks] + counters.inspections, 9)
        district.note(rule, "inspection", ids)
    if plan.careless >= 0:
        agencies.append(("agency.legal-review-rate", np.array([plan.careless])))
    if plan.quota.any():
        agencies.append(("agency.fine-quota-signal", quota_units(setting)))
    if setting.violations > 0:
        low = [number for number, unit in enumerate(setting.staff.units) if unit.domain == "emergency"]
        agencies.append(("agency.legal-reviewer-ratio", np.array(low)))
    for rule, picks in agencies:
        district.note(rule, "agency", agency_ids(place, picks))
    prefixes = {"remedy": ("R", counters.remedies), "referral": ("Y", counters.referrals)}
    for rule, subject, picks in returned:
        if subject == "agency":
            district.note(rule, subject, agency_ids(place, picks))
        else:
            prefix, first = prefixes[subject]
            district.note(rule, subject, columns.identifiers(prefix, picks + first, 8))
    district.note("officer.hours", "officer", officer_ids(place, lazy))
    sizes = [len(ids) for _, _, ids in district.truth]
    ids = [ids for _, _, ids in district.truth]
    district.tables["truth"] = columns.table_of(
        "truth",
        {
            "rule_id": pa.array(
                np.repeat(np.array([rule for rule, _, _ in district.truth], object), sizes), pa.string()
            ),
            "subject": pa.array(
                np.repeat(np.array([subject for _, subject, _ in district.truth], object), sizes), pa.string()
            ),
            "subject_id": pa.concat_arrays(ids) if ids else pa.array([], pa.string()),
        },
    )


def _advance(district: District) -> None:
    """Move the counters past this district."""
    counters, tables = district.counters, district.tables
    for name in (
        "cases",
        "events",
        "parties",
        "inspections",
        "documents",
        "media",
        "remedies",
        "complaints",
        "referrals",
        "exams",
    ):
        setattr(counters, name, getattr(counters, name) + tables[name].num_rows)


__all__ = ["DAYS", "UNKNOWN_FINES", "Counters", "day_of", "make", "place_of"]
