"""The agencies of a district, their officers, and the teams that go out together."""

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import pyarrow as pa
import yaml

from mingjing.contexts.demo import columns, words
from mingjing.contexts.demo.codes import credit_codes
from mingjing.contexts.demo.days import NONE, Ints
from mingjing.facts.schema import AGENCY_LEVELS, OFFICER_ROLES

FAR: Final = 10**6
"""A day beyond all others."""

EXACT_RATIO_DOMAIN: Final = "health"
"""Its legal reviewers are exactly five in a hundred."""

LOW_RATIO_DOMAIN: Final = "emergency"
"""Where violations are wanted, its legal reviewers are too few."""

TOWN: Final = "comprehensive"
_ROLE_NAMES = tuple(OFFICER_ROLES)
_LEVEL_NAMES = tuple(AGENCY_LEVELS)


@cache
def catalogue() -> dict[str, Any]:
    """Read what agencies there are and what they enforce."""
    return yaml.safe_load((files("mingjing.contexts.demo") / "data/catalogue.yaml").read_text("utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An agency, a town or a squad; ``source`` is its entry in the catalogue, ``-1`` for the towns."""

    name: str
    short: str
    domain: str
    level: str
    kind: str
    parent: int
    source: int
    weight: float


@dataclass(slots=True)
class Staff:
    """The people of a district, as columns; teams and leaders by their places."""

    units: list[Unit]
    unit_of: list[int] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    qualified: list[int] = field(default_factory=list)
    roles: list[tuple[int, str, int, int]] = field(default_factory=list)
    credentials: list[list[int]] = field(default_factory=list)
    teams: list[tuple[int, ...]] = field(default_factory=list)
    leaders: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    reviewers: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    handover: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    expired: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    unfit: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    crew: "Crew" = field(default_factory=lambda: Crew(*([np.empty(0, np.int64)] * 9)))

    def hire(self, unit: int, role: str, joined: int, left: int = NONE, qualified: int = NONE) -> int:
        """Add a person with a role from the day of joining."""
        officer = len(self.unit_of)
        self.unit_of.append(unit)
        self.joined.append(joined)
        self.left.append(left)
        self.qualified.append(qualified)
        self.roles.append((officer, role, joined, left))
        return officer

    def reviewer(self, unit: Ints, day: Ints) -> Ints:
        """Return who reviews for the unit on that day."""
        later = (day >= self.handover[unit]).astype(np.int64)
        return self.reviewers[unit, later]


@dataclass(slots=True)
class Crew:
    """Teams as columns, with the days on which they cannot go out."""

    unit: Ints
    lead: Ints
    mate: Ints
    helper: Ints
    since: Ints
    until: Ints
    off_from: Ints
    off_until: Ints
    first: Ints

    def pick(self, rng: np.random.Generator, unit: Ints, first: Ints, last: Ints) -> Ints:
        """Choose a team of the unit that is there on all days from ``first`` to ``last``."""
        return self.settle(unit, rng.integers(0, 1 << 30, len(unit)), first, last)

    def settle(self, unit: Ints, wish: Ints, first: Ints, last: Ints) -> Ints:
        """Take the wished team of the unit, or the next one that is there on all days."""
        size = np.diff(self.first)[unit]
        team = self.first[unit] + wish % size
        for _ in range(int(size.max(initial=0))):
            away = (first < self.since[team]) | (last > self.until[team])
            away |= (first <= self.off_until[team]) & (last >= self.off_from[team])
            if not away.any():
                break
            team = np.where(away, self.first[unit] + (team - self.first[unit] + 1) % size, team)
        return team


def units_of(name: str, towns: list[str]) -> list[Unit]:
    """List the units of a district: agencies of the county, towns, then the squads under an agency."""
    agencies = catalogue()["agencies"]
    place = name.removesuffix("县").removesuffix("区").removesuffix("市")[:1]
    units = [
        Unit(
            name=f"{name}{entry['name']}",
            short=f"{place}{entry['short']}",
            domain=entry["domain"],
            level="county",
            kind="organ",
            parent=NONE,
            source=source,
            weight=entry["weight"] * (0.5 if "units" in entry else 1.0),
        )
        for source, entry in enumerate(agencies)
    ]
    for town, weight in zip(towns, catalogue()["town"]["weights"], strict=True):
        units.append(
            Unit(
                name=f"{name}{town}人民政府",
                short=f"{place}{town[:1]}",
                domain=TOWN,
                level="township",
                kind="organ",
                parent=NONE,
                source=-1,
                weight=weight * 0.6,
            )
        )
    for source, entry in enumerate(agencies):
        for number in range(entry.get("units", {}).get("count", 0)):
            label = (
                towns[number % len(towns)].removesuffix("镇").removesuffix("街道") if number < len(towns) else "城区"
            )
            units.append(
                Unit(
                    name=f"{name}{entry['name']}{label}{entry['units']['label']}",
                    short=f"{place}{entry['short']}{label[:1]}",
                    domain=entry["domain"],
                    level="township",
                    kind="authorized",
                    parent=source,
                    source=source,
                    weight=entry["weight"]
                    * 0.5
                    / entry["units"]["count"]
                    * (0.4, 1.6, 0.7, 1.9, 1.0, 0.5, 1.3, 0.6)[number],
                )
            )
    return units


def recruit(rng: np.random.Generator, units: list[Unit], start: int, as_of: int, *, few_reviewers: bool) -> Staff:
    """Staff the units for the days from ``start`` to ``as_of``."""
    staff = Staff(units)
    leaders: list[list[int]] = []
    reviewers: list[list[int]] = []
    handover, expired, unfit = [], [], []
    first = [0]
    for number, unit in enumerate(units):
        own = unit.parent == NONE
        old = lambda: start - int(rng.integers(1500, 6000))  # noqa: E731
        heads = [staff.hire(number, "officer", old()) for _ in range(3 if own else 1)]
        for head in heads:
            _license(rng, staff, head, start, as_of)
        leaders.append(heads if own else leaders[unit.parent])
        pair, day = _reviewers(rng, staff, number, unit, start, few=few_reviewers)
        reviewers.append(pair)
        handover.append(day)
        late = staff.hire(number, "officer", start - 3000)
        staff.credentials.append([late, start - 2600, start - 400, NONE, NONE, NONE])
        expired.append(late)
        fit = own and unit.level == "county" and unit.domain not in (EXACT_RATIO_DOMAIN, LOW_RATIO_DOMAIN)
        unfit.append(staff.hire(number, "legal_reviewer", start - 900) if fit else NONE)
        helper = staff.hire(number, "auxiliary", old()) if own else NONE
        steady = unit.domain in (EXACT_RATIO_DOMAIN, LOW_RATIO_DOMAIN)
        size = {EXACT_RATIO_DOMAIN: 8, LOW_RATIO_DOMAIN: 10}.get(unit.domain, 4 if unit.level == "county" else 3)
        for place in range(size):
            _team(rng, staff, number, helper if place == 0 else NONE, start, as_of, changing=place >= 2 and not steady)
        first.append(len(staff.teams))
    staff.leaders = np.array(leaders)
    staff.reviewers = np.array(reviewers)
    staff.handover = np.array(handover)
    staff.expired = np.array(expired)
    staff.unfit = np.array(unfit)
    staff.crew = Crew(*(np.array(column) for column in [*zip(*staff.teams, strict=True), first]))
    return staff


def _reviewers(
    rng: np.random.Generator, staff: Staff, number: int, unit: Unit, start: int, *, few: bool
) -> tuple[list[int], int]:
    """Hire the legal reviewers: one since before 2018, or two after one another, all fit to review."""
    change = start + int(rng.integers(300, 800))
    if unit.domain == LOW_RATIO_DOMAIN and not few:
        both = [staff.hire(number, "legal_reviewer", start - 1200, qualified=start - 1500) for _ in range(2)]
        return both, change
    if unit.level == "county" and unit.domain not in (EXACT_RATIO_DOMAIN, LOW_RATIO_DOMAIN) and number % 2:
        one = staff.hire(number, "legal_reviewer", start - 2500, change - 1, qualified=start - 3000)
        two = staff.hire(number, "legal_reviewer", change, qualified=change - 700)
        return [one, two], change
    # reviewing since 2016: the qualification is asked only of those who began later
    veteran = staff.hire(number, "legal_reviewer", min(16_900 + int(rng.integers(0, 200)), start - 300))
    return [veteran, veteran], change


def _license(rng: np.random.Generator, staff: Staff, officer: int, start: int, as_of: int) -> None:
    """Give credentials of five years each, renewed without a gap, from before ``start`` until after ``as_of``."""
    day = max(start - int(rng.integers(30, 1700)), staff.joined[officer])
    while day <= as_of:
        staff.credentials.append([officer, day, day + 1825, NONE, NONE, NONE])
        day += 1826


def _team(
    rng: np.random.Generator, staff: Staff, unit: int, helper: int, start: int, as_of: int, *, changing: bool
) -> None:
    since, until, off_from, off_until = -FAR, FAR, FAR, -FAR
    change = int(rng.integers(0, 4)) if changing else 3
    joined = start - int(rng.integers(400, 5000))
    left = NONE
    if change == 0:
        joined = since = start + int(rng.integers(120, 600))
    elif change == 1:
        left = until = as_of - int(rng.integers(90, 600))
    lead = staff.hire(unit, "officer", start - int(rng.integers(400, 5000)))
    mate = staff.hire(unit, "officer", joined, left)
    for officer in (lead, mate):
        _license(rng, staff, officer, start, as_of)
    last = staff.credentials[-1]
    if change == 1:
        last[5] = left + 1
    elif change == 2:
        off_from = max(start + int(rng.integers(100, 800)), last[1] + 10)
        off_until = off_from + int(rng.integers(20, 60))
        last[3], last[4] = off_from, off_until
    staff.teams.append((unit, lead, mate, helper, since, until, off_from, off_until))


def names_of(rng: np.random.Generator, rows: int) -> pa.Array:
    """Draw names of people: one family name, one or two letters of a given name."""
    family = pa.array(list(words.SURNAMES))
    given = pa.array(list(words.GIVEN))
    # common family names come first in the list
    picks = np.minimum(rng.geometric(0.045, rows) - 1, len(family) - 1)
    second = np.where(rng.random(rows) < 0.72, rng.integers(0, len(given), rows), NONE)
    return columns.joined(
        columns.chosen(family, picks),
        columns.chosen(given, rng.integers(0, len(given), rows)),
        columns.chosen(given, second).fill_null(""),
    )


def unit_tables(staff: Staff, code: str, district: int) -> dict[str, pa.Table]:
    """Write the agencies."""
    units = staff.units
    numbers = np.arange(len(units)) + district * 100
    ids = agency_ids(district, np.arange(len(units)))
    parents = np.array([unit.parent for unit in units])
    return {
        "agencies": columns.table_of(
            "agencies",
            {
                "agency_id": ids,
                "name": pa.array([unit.name for unit in units]),
                "uscc": credit_codes(np.full(len(units), 11), code, numbers, "004"),
                "jurisdiction_code": pa.array([code] * len(units)),
                "level": pa.array([unit.level for unit in units]),
                "kind": pa.array([unit.kind for unit in units]),
                "domain": pa.array([unit.domain for unit in units]),
                "parent_id": agency_ids(district, parents),
            },
        )
    }


def agency_ids(district: int, units: Ints) -> pa.Array:
    """Write the ids of agencies by their places in a district."""
    return columns.identifiers("A", np.where(units >= 0, units + district * 100, NONE), 6)


def officer_ids(district: int, officers: Ints) -> pa.Array:
    """Write the ids of officers by their places in a district."""
    return columns.identifiers("P", np.where(officers >= 0, officers + district * 1000, NONE), 7)


def staff_tables(rng: np.random.Generator, staff: Staff, district: int) -> dict[str, pa.Table]:
    """Write officers, roles and credentials."""
    people = np.arange(len(staff.unit_of))
    roles = staff.roles
    cards = np.array(staff.credentials)
    return {
        "officers": columns.table_of(
            "officers",
            {
                "officer_id": officer_ids(district, people),
                "name": names_of(rng, len(people)),
                "agency_id": agency_ids(district, np.array(staff.unit_of)),
                "joined_on": columns.dates(np.array(staff.joined)),
                "left_on": columns.dates(np.array(staff.left)),
                "legal_qualification_on": columns.dates(np.array(staff.qualified)),
            },
        ),
        "officer_roles": columns.table_of(
            "officer_roles",
            {
                "officer_id": officer_ids(district, np.array([row[0] for row in roles])),
                "role": columns.coded(np.array([_ROLE_NAMES.index(row[1]) for row in roles]), _ROLE_NAMES),
                "from": columns.dates(np.array([row[2] for row in roles])),
                "until": columns.dates(np.array([row[3] for row in roles])),
            },
        ),
        "credentials": columns.table_of(
            "credentials",
            {
                "credential_no": columns.identifiers("1508", np.arange(len(cards)) + district * 2000, 8),
                "officer_id": officer_ids(district, cards[:, 0]),
                "kind": pa.array(["行政执法证"] * len(cards)),
                "valid_from": columns.dates(cards[:, 1]),
                "valid_until": columns.dates(cards[:, 2]),
                "suspended_from": columns.dates(cards[:, 3]),
                "suspended_until": columns.dates(cards[:, 4]),
                "revoked_on": columns.dates(cards[:, 5]),
            },
        ),
    }
