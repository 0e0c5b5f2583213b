"""
The twelve rules in pandas, written straightforwardly: merges, group-bys, boolean columns, one loop per group of fines.

The files are those of the keyed store; reading the columns that are needed counts.
"""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mingjing.engine.store import CODES, PENALTY_BITS, code_of
from mingjing.engine.tables import calendar_tables
from mingjing.kernel.moments import DAY_CODE, add_months, day_number, day_of
from mingjing.law.calendars import calendar
from tools.bench import TWELVE

UNDONE = ("rejected", "returned", "withdrawn", "revoked", "refused", "invalid")
FAR = 10_000_000
Frame = Any


def _type(*codes: str) -> list[int]:
    return [code_of("events.type", code) for code in codes]


def _surely_not_before(one: Any, other: Any) -> Any:
    """Whether it is certain that the first moment is not before the second."""
    same, later = one // DAY_CODE == other // DAY_CODE, one // DAY_CODE > other // DAY_CODE
    return (later | (same & (one % 2 == 1) & (other % 2 == 1) & (one >= other))).fillna(False).astype(bool)


class _Facts:
    """The files of the store, and the days that most rules ask for."""

    def __init__(self, store: Path, as_of: date) -> None:
        self.store = store
        self.today = day_number(as_of)
        self.horizon = (self.today + 1) * DAY_CODE
        events = self.read("events", "k", "c", "t", "m", "ended", "about", "outcome", "extends_to")
        self.events = events[events.m < self.horizon]
        self.people = self.read("participants", "c", "e", "t", "m", "officer", "role")
        self.people = self.people[self.people.m < self.horizon]
        days, ordinals = calendar_tables(calendar(), as_of)
        self.days, self.ordinals = days.to_pandas().set_index("day"), ordinals.to_pandas().set_index("ordinal")
        self.cases = self._cases()

    def read(self, table: str, *columns: str) -> Frame:
        return pd.read_parquet(
            self.store / f"{table}.parquet", columns=list(columns) or None, dtype_backend="numpy_nullable"
        )

    def of(self, *types: str, effective: bool = False) -> Frame:
        """The events of these types."""
        found = self.events[self.events.t.isin(_type(*types))]
        if effective:
            undone = [code_of("events.outcome", code) for code in UNDONE]
            found = found[~found.outcome.isin(undone)]
        return found

    def _cases(self) -> Frame:
        cases = self.read("cases")
        cases = cases[cases.kind == CODES["cases.kind"]["penalty"]].set_index("k")
        items, parties = (
            self.read("items", "k", "single").set_index("k"),
            self.read("parties", "k", "kind").set_index("k"),
        )
        cases["single"] = cases.item.map(items.single).fillna(False)
        cases["party_kind"] = cases.party.map(parties.kind)
        decisions = self.of("decision", effective=True).groupby("c")
        cases["pk"], cases["pm"] = decisions.k.max(), decisions.m.max()
        cases["day"] = cases.pm // DAY_CODE
        cases["om"] = self.of("decision", "no_penalty", effective=True).groupby("c").m.max()
        cases["filed"] = self.of("filing").groupby("c").m.min() // DAY_CODE
        cases["extended"] = self.of("extension", effective=True).groupby("c").extends_to.max()
        cases["unclosed"] = ~cases.status.isin(
            [CODES["cases.status"][one] for one in ("withdrawn", "transferred", "ended")]
        )
        return cases

    def after(self, start: Any, working_days: int) -> Any:
        """The last of so many working days, null where a year is not loaded."""
        first = self.days.reindex(start.fillna(-1).astype("int64"))
        last = self.ordinals.reindex((first.through + working_days).fillna(-1).astype("int64"))
        known = (first.known.to_numpy() == True) & (last.known.to_numpy() == True)  # noqa: E712 - may be null
        return pd.Series(np.where(known, last.day.to_numpy(dtype=float), np.nan), index=start.index).astype("Int64")

    def rolled(self, day: Any) -> Any:
        """The first working day from this day on."""
        found = self.days.reindex(day.fillna(-1).astype("int64")).rolled
        return pd.Series(found.to_numpy(), index=day.index).astype("Int64")


def run(store: Path, as_of: date) -> dict[str, int]:
    """Judge; returns how many findings each rule has."""
    facts = _Facts(store, as_of)
    rules = (
        _decided_in_time,
        _served_in_time,
        _disclosed_in_time,
        _told_before,
        _told_of_hearing,
        _reviewed,
        _reviewer_apart,
        _approver_apart,
        _entitled,
        _within_tier,
        _repeated,
        _outliers,
    )
    return {rule: len(judge(facts)) for rule, judge in zip(TWELVE, rules, strict=True)}


def _decided_in_time(f: _Facts) -> Frame:
    cases = f.cases[f.cases.filed.notna() & (f.cases.om.notna() | f.cases.unclosed)]
    reached = (cases.om // DAY_CODE).fillna(f.today)
    late = cases.assign(reached=reached)[reached > cases.filed + 90]
    agencies = f.read("agencies", "k", "domain").set_index("k")
    market = late[late.agency.map(agencies.domain) == "market_regulation"]
    gaps = f.of("suspension", "hearing", "announcement", "testing", "appraisal").merge(
        market[["filed"]], left_on="c", right_index=True
    )
    gaps["since"] = (gaps.m // DAY_CODE).combine(gaps.filed, max) if len(gaps) else gaps.m
    gaps["until"] = gaps.ended // DAY_CODE
    resumed = f.of("resumption")
    running = (gaps.t == _type("suspension")[0]) & gaps.until.isna()
    for number, gap in gaps[running].iterrows():
        back = resumed[(resumed.c == gap.c) & (resumed.m >= gap.m)].m.min()
        gaps.loc[number, "until"] = f.today + 1 if pd.isna(back) else back // DAY_CODE
    deducted: dict[int, int] = {}
    for case, own in gaps[gaps.until > gaps.since].sort_values(["since", "until"]).groupby("c"):
        reach, counted, last = int(own.filed.iloc[0]) + 90, 0, -FAR
        for since, until in zip(own.since, own.until, strict=True):
            start = max(since, last)
            if start > reach + counted:
                break
            counted += max(until - start, 0)
            last = max(last, until)
        deducted[int(case)] = counted
    due = late.filed + 90 + late.index.map(deducted).fillna(0).astype("int64")
    due = f.rolled(np.maximum(due, late.extended.fillna(0)))
    return late[(late.reached > due).fillna(False)]


def _served_in_time(f: _Facts) -> Frame:
    cases = f.cases[f.cases.pk.notna()]
    services = f.of("service").groupby("about").m.min()
    served = cases.pk.map(services)
    due = f.after(cases.day, 7).where(cases.procedure != CODES["cases.procedure"]["summary"], cases.day)
    late = ((served // DAY_CODE).fillna(f.today) > due).fillna(False)
    return cases[late & (served.notna() | cases.unclosed)]


def _disclosed_in_time(f: _Facts) -> Frame:
    cases = f.cases[f.cases.pk.notna() & ~f.cases.exempt]
    shown = f.read("disclosures", "c", "subject", "published")
    shown = shown[(shown.subject == CODES["disclosures.subject"]["case"]) & (shown.published < f.horizon)]
    published = cases.index.to_series().map(shown.groupby("c").published.min())
    small = PENALTY_BITS["warning"] | PENALTY_BITS["criticism"]
    only_words = ((cases.penalties & small) == cases.penalties) & (cases.penalties != 0)
    minor = (cases.procedure == CODES["cases.procedure"]["summary"]) | (
        only_words & (cases.fine <= 0).fillna(False) & (cases.confiscated <= 0).fillna(False)
    )
    spared = minor.fillna(False) & (cases.day >= day_number(date(2026, 4, 1)))
    late = ((published // DAY_CODE).fillna(f.today) > f.after(cases.day, 7)).fillna(False)
    return cases[late & ~spared & (published.notna() | cases.unclosed)]


def _told_before(f: _Facts) -> Frame:
    ordinary = [CODES["cases.procedure"][one] for one in ("ordinary", "expedited")]
    cases = f.cases[f.cases.pk.notna() & f.cases.procedure.isin(ordinary)]
    told = cases.index.to_series().map(f.of("prior_notice").groupby("c").m.min())
    return cases[told.isna() | _surely_not_before(told, cases.pm)]


def _told_of_hearing(f: _Facts) -> Frame:
    cases = f.cases[f.cases.pk.notna() & (f.cases.procedure != CODES["cases.procedure"]["summary"]).fillna(True)]
    kinds = CODES["parties.kind"]
    citizen = cases.party_kind.isin([kinds["citizen"], kinds["individual_business"]])
    limit = pd.Series(np.where(citizen, 50_000, 2_000_000), index=cases.index).where(cases.party_kind.notna())
    opening = ("license_revoked", "qualification_lowered", "business_stopped", "closed", "occupation_barred")
    bits = sum(PENALTY_BITS[one] for one in opening)
    large = (
        (cases.fine >= limit).fillna(False)
        | (cases.confiscated >= limit).fillna(False)
        | ((cases.penalties & bits) != 0)
    )
    cases = cases[large]
    notices = f.of("hearing_notice")
    notices = notices.assign(served=notices.k.map(f.of("service").groupby("about").m.min()).fillna(notices.m))
    notices = notices.merge(cases[["pm"]], left_on="c", right_index=True)
    told = notices[~_surely_not_before(notices.served, notices.pm)].c
    return cases[~cases.index.isin(told)]


def _reviewed(f: _Facts) -> Frame:
    cases = f.cases[f.cases.pk.notna()]
    hearings = f.of("hearing").merge(cases[["pm"]], left_on="c", right_index=True)
    hearings = hearings[~(_surely_not_before(hearings.m, hearings.pm) & (hearings.m != hearings.pm))]
    heard = cases.index.to_series().map(hearings.groupby("c").m.max())
    grave = cases[cases.is_major.fillna(False) | heard.notna()].assign(heard=heard)
    grave["closed"] = f.of("investigation_report").groupby("c").m.min()
    reviews = f.of("legal_review").merge(grave[["pm", "heard", "closed"]], left_on="c", right_index=True)
    good = ~(
        _surely_not_before(reviews.m, reviews.pm)
        | _surely_not_before(reviews.closed, reviews.m)
        | _surely_not_before(reviews.heard, reviews.m)
    )
    return grave[~grave.index.isin(reviews[good].c)]


def _handlers(f: _Facts) -> Frame:
    handling = _type("filing", "inspection", "inquiry", "evidence", "preservation", "seizure", "investigation_report")
    chosen = (f.people.role == CODES["participants.role"]["handler"]) & f.people.t.isin(handling)
    return f.people.loc[chosen, ["c", "officer"]].drop_duplicates()


def _reviewer_apart(f: _Facts) -> Frame:
    people = f.people[
        (f.people.role == CODES["participants.role"]["reviewer"]) & f.people.t.isin(_type("legal_review"))
    ]
    both = people.merge(_handlers(f), on=["c", "officer"])
    return both[both.c.isin(f.cases.index)].drop_duplicates("c")


def _approver_apart(f: _Facts) -> Frame:
    people = f.people[f.people.role == CODES["participants.role"]["approver"]]
    people = people.merge(f.cases[["pk"]], left_on="c", right_index=True)
    approvals = f.of("approval").set_index("k").about
    own = (people.e == people.pk) | (people.e.map(approvals) == people.pk)
    return people[own.fillna(False)].merge(_handlers(f), on=["c", "officer"]).drop_duplicates("c")


def _entitled(f: _Facts) -> Frame:
    types = _type("inspection", "inquiry", "evidence", "preservation")
    roles = [CODES["participants.role"][one] for one in ("handler", "recorder")]
    people = f.people[f.people.role.isin(roles) & f.people.t.isin(types)]
    people = people.assign(day=people.m // DAY_CODE)[["e", "officer", "day"]].drop_duplicates()
    held = f.read("officer_roles")
    held = held[held.role == CODES["officer_roles.role"]["officer"]]
    people = people.merge(held, on="officer")
    people = people[(people.since.fillna(-FAR) <= people.day) & (people.day <= people.until.fillna(FAR))]
    people = people[["e", "officer", "day"]].merge(f.read("credentials"), on="officer")
    valid = (people.valid_from.fillna(-FAR) <= people.day) & (people.day <= people.valid_until.fillna(FAR))
    valid &= people.day < people.revoked_on.fillna(FAR)
    resting = (people.day >= people.suspended_from.fillna(FAR)) & (people.day <= people.suspended_until.fillna(FAR))
    present = people[valid & ~resting].groupby("e").officer.nunique()
    steps = f.events[f.events.t.isin(types)].merge(f.cases[["single"]], left_on="c", right_index=True)
    lacking = steps.k.map(present).fillna(0) < np.where(steps.single, 1, 2)
    return steps[lacking].drop_duplicates("c")


def _within_tier(f: _Facts) -> Frame:
    cases = f.cases[f.cases.pk.notna() & f.cases.fine.notna() & f.cases.act.notna() & ~f.cases.departs]
    cases = cases[["item", "tier", "act", "day", "fine"]].reset_index(names="c")
    tiers = cases.merge(f.read("benchmarks"), on=["item", "tier"])
    tiers["inside"] = (tiers.low <= tiers.fine) & (tiers.fine <= tiers.high)
    since, until = tiers.since.fillna(-FAR), tiers.until.fillna(FAR)
    old = tiers[(since <= tiers.act) & (tiers.act <= until)]
    new = tiers[(since <= tiers.day) & (tiers.day <= until)]
    unclear = set(old[old.low.isna() | old.high.isna()].c) | set(new[new.low.isna() | new.high.isna()].c)
    held = old.groupby("c").agg(high=("high", "max"), low=("low", "min"), inside=("inside", "any"))
    now = new.groupby("c").agg(high=("high", "max"), low=("low", "min"), inside=("inside", "any")).reindex(held.index)
    lighter = ((now.high < held.high) | ((now.high == held.high) & (now.low < held.low))).fillna(False)
    inside = held.inside.where(~lighter, now.inside).astype(bool)
    return held[~inside & ~held.index.isin(unclear)]


def _repeated(f: _Facts) -> Frame:
    visits = f.read("inspections", "k", "agency", "party", "started", "joint", "selection")
    visits = visits[(visits.started < f.horizon) & visits.party.notna() & visits.agency.notna()]
    visits = visits.assign(order=visits.started // 2).sort_values(["party", "agency", "order", "k"])
    own = visits.groupby(["party", "agency"])
    alike = (visits.joint == own.joint.shift()).fillna(False)
    earlier = own.started.shift().where(~alike, own.started.shift(2))
    near = (visits.started // DAY_CODE - earlier // DAY_CODE <= 90).fillna(False)
    triggered = (visits.selection == CODES["inspections.selection"]["triggered"]).fillna(False)
    return visits[near & ~triggered]


def _outliers(f: _Facts) -> list[int]:
    cases = f.cases[f.cases.pk.notna()].dropna(subset=["tier", "fine", "item", "party_kind"])
    since = {day: day_number(add_months(day_of(int(day)), -24)) for day in cases.day.unique()}
    found = []
    for _, group in cases.sort_values("day").groupby(["item", "tier", "party_kind"]):
        days, fines = group.day.to_numpy(dtype="int64"), group.fine.to_numpy(dtype="int64")
        first = np.searchsorted(days, [since[day] for day in days], side="right")
        last = np.searchsorted(days, days, side="right")
        for number, fine in enumerate(fines):
            peers = np.delete(fines[first[number] : last[number]], number - first[number])
            if len(peers) < 8:
                continue
            middle = np.median(peers)
            spread = np.median(np.abs(peers - middle))
            if spread == 0:
                near = middle <= 1.5 * fine and fine <= 1.5 * middle
            else:
                near = abs(fine - middle) * 10_000 <= 3 * 14_826 * spread
            if not near:
                found.append(int(group.index[number]))
    return found
