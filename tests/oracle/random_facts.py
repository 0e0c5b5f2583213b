"""
Small, adversarial facts from a seed: ``python -m tests.oracle.random_facts DIR --seed 7 --cases 120``.

Everything is random and often broken: values missing, hours mixed with bare days, steps on one day or out of order or
after ``as_of``, several notices, reviews and hearings, links that are there, absent or dangling, days just at, before
and after a limit, officers with gaps in their standing, tiny peer groups and large ones.
"""

import argparse
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate

import pyarrow as pa
import pyarrow.parquet as parquet

from mingjing.facts.schema import TABLES, ColumnType
from mingjing.law.calendars import calendar
from tests.oracle.counting import WorkingDays
from tests.oracle.moments import add_months

Row = dict[str, Any]
DAYS = WorkingDays(calendar().is_working_day, calendar().is_loaded)
CLOCKS = [time(0, 0), time(8, 30), time(9, 0), time(9, 0), time(10, 15), time(14, 0), time(16, 45), time(23, 59)]
TIERS = ["一般", "一般", "一般", "一般", "轻微", "严重", None]
NOTICE_ELEMENTS = (
    *("content", "facts", "reasons", "basis", "statement_right", "defense_right", "rights_told"),
    *("remedy_channel", "remedy_manner", "remedy_period"),
)
DECISION_ELEMENTS = (
    *("party", "facts", "evidence", "content", "basis", "manner", "term", "remedy_channel", "remedy_period", "agency"),
    *("dated", "benchmark", "credit_repair", "compliance"),
)
SUMMARY_ELEMENTS = (
    *("number", "facts", "content", "basis", "time_place", "remedy_channel", "remedy_period", "agency", "signature"),
    *("credit_repair", "compliance"),
)
REVIEW_ELEMENTS = (
    *("review_subject", "review_personnel", "review_facts", "review_evidence", "review_law", "review_discretion"),
    *("review_procedure", "review_authority", "review_documents", "review_crime"),
)
SEIZURE_ELEMENTS = (
    *("credential_shown", "party_present", "reasons", "basis", "rights_told", "statement_heard", "party_signature"),
    *("party", "term", "goods", "remedy_channel", "remedy_period", "agency", "dated", "scope_declared"),
)
AS_OF_DAYS = [
    date(2026, 6, 30),
    date(2026, 5, 8),
    date(2026, 9, 12),
    date(2026, 11, 20),
    date(2026, 12, 22),
    date(2026, 12, 31),
    date(2027, 1, 9),
    date(2025, 10, 10),
    date(2025, 2, 6),
    date(2024, 12, 31),
    date(2024, 3, 1),
    date(2023, 7, 15),
]
PLACES = [None, None, None, "370000", "370831", "371100", "370902", "370112", "370812"]


@dataclass(frozen=True, kw_only=True)
class RandomFacts:
    """A folder in the standard Parquet form, and the day and place to evaluate it for."""

    folder: Path
    as_of: date
    place: str | None


def apart[**P, T](make: Callable[Concatenate["Maker", P], T]) -> Callable[Concatenate["Maker", P], T]:
    """Throw the dice of what came to the rules later on their own, so that they do not change what was there before."""

    @wraps(make)
    def made(self: "Maker", *args: P.args, **more: P.kwargs) -> T:
        own, self.rng = self.rng, self.aside
        try:
            return make(self, *args, **more)
        finally:
            self.rng = own

    return made


class Maker:
    """Makes the rows of one folder."""

    def __init__(self, seed: int, cases: int) -> None:
        self.rng = random.Random(seed)
        self.aside = random.Random(seed + 1_000_003)
        self.wanted = cases
        self.as_of: date = self.rng.choice(AS_OF_DAYS)
        self.place: str | None = self.rng.choice(PLACES)
        self.null_share = self.rng.choice([0.0, 0.0, 0.02, 0.05, 0.15])
        self.bare_share = self.rng.choice([0.0, 0.3, 0.5, 0.9])
        self.disorder = self.rng.choice([0.0, 0.03, 0.1, 0.25])
        self.tables: dict[str, list[Row]] = {name: [] for name in TABLES}
        self.event_count = 0
        self.in_a_hurry = False
        """Whether nearly everything in this case happens on one day."""

    # --- small dice ---------------------------------------------------------------------------------------------

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def pick(self, *values: Any) -> Any:
        return self.rng.choice(values)

    def maybe(self, value: Any) -> Any:
        """The value, or nothing."""
        return None if self.chance(self.null_share) else value

    def ref(self, rows: Sequence[Row], column: str) -> Any:
        """An id of one of these rows; rarely nothing or an id that leads nowhere."""
        if self.chance(self.null_share * 0.5):
            return None
        if self.chance(0.01) or not rows:
            return "nowhere"
        return rows[int(len(rows) * self.rng.random() ** 2)][column]

    def text(self, value: str, share: float) -> str | None:
        """Some text, or one of the ways to write none."""
        if self.chance(share):
            return value
        return "" if self.chance(0.05) else None

    def moment(self, day: date) -> date | datetime:
        return day if self.chance(self.bare_share) else datetime.combine(day, self.rng.choice(CLOCKS))

    def day(self, back: int, ahead: int = 0) -> date:
        return self.as_of + timedelta(days=self.rng.randint(-back, ahead))

    def gap(self, day: date) -> date:
        """A little later, often the same day."""
        if self.in_a_hurry and self.chance(0.9):
            return day
        later = day + timedelta(days=self.rng.choice([0, 0, 0, 1, 1, 2, 3, 5, 8, 13]))
        if self.chance(self.disorder):
            later += timedelta(days=self.rng.randint(-12, 12))
        return later

    def near_working_days(self, day: date, count: int) -> date:
        """At the n-th working day, just beside it, or on any day around."""
        if self.in_a_hurry and self.chance(0.7):
            return day
        return self.beside(DAYS.nth_working_day_after(day, count))

    def near_days(self, day: date, count: int) -> date:
        if self.in_a_hurry and self.chance(0.7):
            return day
        due = day + timedelta(days=count)
        return self.beside(self.rng.choice([due, DAYS.rolled(due)]))

    def beside(self, due: date) -> date:
        return due + timedelta(days=self.rng.choice([-9, -2, -1, 0, 0, 0, 1, 1, 2, 9]))

    def add(self, table: str, **row: Any) -> Row:
        self.tables[table].append(row)
        return row

    # --- who and what -------------------------------------------------------------------------------------------

    def make_registers(self) -> None:
        rng = self.rng
        for number in range(rng.randint(4, 9)):
            self.add(
                "agencies",
                agency_id=f"A{number}",
                name=f"主体{number}",
                jurisdiction_code=self.pick("370831", "371100", None),
                level=self.maybe(self.pick("county", "county", "city")),
                kind="organ",
                domain=self.pick("market_regulation", "urban_management", "transport", None),
                parent_id=self.pick(None, None, "A0", "A1", "nowhere"),
            )
        agencies = self.tables["agencies"]
        for number in range(rng.randint(14, 26)):
            self.add_officer(f"O{number}", self.ref(agencies, "agency_id"))
        if self.chance(0.4):  # exactly one reviewer to twenty officers, or a little off
            self.add("agencies", agency_id="A-ratio", level="city", domain="transport")
            for number in range(rng.choice([19, 20, 20, 21])):
                officer_id = f"OR{number}"
                self.add("officers", officer_id=officer_id, agency_id="A-ratio")
                self.add("officer_roles", officer_id=officer_id, role="officer", **{"from": date(2020, 1, 1)})
            self.add("officer_roles", officer_id="OR0", role="legal_reviewer", **{"from": date(2020, 1, 1)})
        for number in range(rng.randint(8, 20)):
            self.add(
                "parties",
                party_id=f"P{number}",
                kind=self.maybe(
                    self.pick(
                        "legal_person",
                        "legal_person",
                        "legal_person",
                        "citizen",
                        "individual_business",
                        "other_organization",
                    )
                ),
                name=f"当事人{number}",
                risk_level=self.pick("A", "B", "C", "D", None),
            )
        for number in range(rng.randint(4, 8)):
            published_on = self.day(1200)
            self.add(
                "items",
                item_id=f"I{number}",
                name=f"事项{number}",
                kind="penalty",
                agency_id=self.ref(agencies, "agency_id"),
                basis=self.text("某法第一条", 0.85),
                act_code=self.maybe(f"ACT{number % 3}"),
                published_on=self.maybe(published_on),
                withdrawn_on=self.pick(None, None, None, self.beside(self.day(400))),
                single_officer_basis=self.text("某条例第二条", 0.15),
                summary_cap_basis=self.text("某法第三条", 0.1),
            )
            if self.chance(0.85):
                self.add_benchmarks(f"I{number}")

    def add_officer(self, officer_id: str, agency_id: Any) -> None:
        self.add(
            "officers",
            officer_id=officer_id,
            name=officer_id,
            agency_id=agency_id,
            legal_qualification_on=self.pick(None, date(2016, 5, 1), self.day(1500), self.day(100)),
        )
        for role, share in (("officer", 0.85), ("legal_reviewer", 0.35), ("auxiliary", 0.1), ("officer", 0.2)):
            if self.chance(share):
                since = self.pick(
                    date(2016, 1, 1), date(2017, 12, 31), date(2018, 1, 1), date(2020, 6, 1), self.day(900), None
                )
                until = self.pick(None, None, None, None, self.day(500, 100), date(self.as_of.year - 1, 12, 31))
                self.add("officer_roles", officer_id=officer_id, role=role, **{"from": since, "until": until})
        for number in range(self.rng.choice([0, 1, 1, 1, 1, 2])):
            valid_from = self.pick(date(2019, 1, 1), date(2021, 1, 1), self.day(700))
            suspended_from = self.pick(None, None, None, None, None, self.day(400))
            self.add(
                "credentials",
                credential_no=f"{officer_id}-{number}",
                officer_id=officer_id,
                valid_from=self.maybe(valid_from),
                valid_until=self.maybe(self.pick(date(2030, 12, 31), date(2030, 12, 31), self.day(300, 60))),
                suspended_from=suspended_from,
                suspended_until=suspended_from
                and self.pick(None, suspended_from + timedelta(days=self.rng.randint(0, 60))),
                revoked_on=self.pick(None, None, None, None, None, None, None, self.day(300)),
            )
        year = self.as_of.year - 1
        style = self.rng.random()
        hours = [40, 20] if style < 0.4 else [40, 19.5] if style < 0.6 else [30.5, None] if style < 0.7 else [70, None]
        for amount in [] if style > 0.93 else hours:
            held_on = date(year, 1, 1) + timedelta(days=self.rng.choice([0, 100, 364]))
            self.add("training", officer_id=officer_id, provider="agency", kind="skill", held_on=held_on, hours=amount)
        if self.chance(0.3):
            self.add(
                "training",
                officer_id=officer_id,
                held_on=self.pick(date(year - 1, 12, 31), date(year + 1, 1, 1), None),
                hours=60,
            )

    def add_benchmarks(self, item_id: str) -> None:
        for tier in ("轻微", "一般", "严重"):
            if self.chance(0.15):
                continue
            low = self.pick(0, 50_000, 100_000)
            changed = self.day(500)
            first = {"fine_min_fen": low, "fine_max_fen": low + self.pick(0, 50_000, 100_000)}
            amended = self.chance(0.5)
            overlaps = self.pick(0, 0, 1, -20)
            self.add(
                "benchmarks",
                item_id=item_id,
                tier=tier,
                **first,
                effective_from=self.pick(date(2015, 1, 1), date(2015, 1, 1), None, self.day(600)),
                effective_until=changed - timedelta(days=1 + overlaps) if amended else None,
            )
            if amended:
                self.add(
                    "benchmarks",
                    item_id=item_id,
                    tier=tier,
                    fine_min_fen=self.maybe(max(0, low + self.pick(-50_000, 0, 50_000))),
                    fine_max_fen=self.maybe(low + self.pick(0, 50_000, 60_000, 200_000)),
                    effective_from=changed,
                )
            if self.chance(0.2):
                self.add(
                    "benchmarks",
                    item_id=item_id,
                    tier=tier,
                    fine_min_fen=300_000,
                    fine_max_fen=400_000,
                    effective_from=date(2015, 1, 1),
                )

    # --- cases --------------------------------------------------------------------------------------------------

    def event(self, case_id: str, kind: str, day: date, **more: Any) -> Row:
        self.event_count += 1
        outcome = more.pop("outcome", None)
        if outcome is None and self.chance(0.12):
            outcome = self.pick(
                "approved", "approved", "rejected", "withdrawn", "revoked", "invalid", "waived", "returned", "odd"
            )
        return self.add(
            "events",
            event_id=f"E{self.event_count}",
            case_id=case_id,
            type=kind,
            at=more.pop("at", None) or self.moment(day),
            outcome=outcome,
            **more,
        )

    def day_of(self, event: Row) -> date:
        at = event["at"]
        return at.date() if isinstance(at, datetime) else at

    def spell(self, case_id: str, kind: str, day: date, **more: Any) -> Row:
        """A step that lasts."""
        end = day + timedelta(days=self.rng.choice([0, 1, 3, 10, 30, -2]))
        return self.event(
            case_id, kind, day, ended_at=self.pick(self.moment(end), self.moment(end), self.moment(end), None), **more
        )

    def people(self, event: Row, team: list[str], *roles: str) -> None:
        everybody = [row["officer_id"] for row in self.tables["officers"]]
        taken = set()
        for role in roles:
            pool = team if self.chance(0.75) else everybody
            officer = "nobody" if self.chance(0.01) else self.rng.choice(pool)
            if (officer, role) not in taken:
                taken.add((officer, role))
                self.add("participants", event_id=event["event_id"], officer_id=officer, role=role)

    def serve(self, event: Row, day: date) -> date:
        """Serve it later, or not at all; return the day."""
        for _ in range(self.rng.choice([0, 1, 1, 1, 2])):
            day = self.gap(day)
            about = self.pick(event["event_id"], event["event_id"], event["event_id"], None, "E-nowhere")
            self.event(
                event["case_id"],
                "service",
                day,
                about_event_id=about,
                method=self.pick("in_person", "announcement", "post"),
            )
        return day

    def make_case(self, number: int) -> Row:
        rng = self.rng
        case_id = f"C{number}"
        kind = rng.choices(
            ["penalty", "license", "compulsory_measure", "compulsory_execution", "other", "inspection"],
            [70, 13, 8, 4, 4, 1],
        )[0]
        start = self.day(self.pick(30, 150, 500, 900), 10)
        if self.chance(0.03):
            start = self.pick(date(2020, 3, 2), date(2003, 11, 20), date(2021, 7, 10), date(2016, 5, 5))
        act_on = start - timedelta(days=rng.choice([0, 1, 20, 300, 700, 730, 731, 732, 1100, 1826, 1827, 2000]))
        if self.chance(0.3):
            act_on = add_months(start, -rng.choice([24, 60]))
        case = {
            "case_id": case_id,
            "case_no": self.text(f"文罚〔{start.year}〕{number}号", 0.9),
            "kind": kind,
            "procedure": self.maybe(rng.choices(["ordinary", "summary", "expedited"], [70, 20, 10])[0]),
            "agency_id": self.ref(self.tables["agencies"], "agency_id"),
            "item_id": self.ref(self.tables["items"], "item_id"),
            "party_id": self.ref(self.tables["parties"], "party_id"),
            "act_on": self.maybe(act_on),
            "act_ended_on": self.pick(None, None, None, act_on + timedelta(days=rng.randint(0, 30))),
            "found_on": self.maybe(start + timedelta(days=rng.choice([-1, 0, 0, 1, 5]))),
            "fine_fen": self.maybe(
                self.pick(
                    0, 10_000, 20_000, 20_001, 49_999, 50_000, 100_000, 100_000, 100_000, 120_000, 150_000, 150_001
                )
                if self.chance(0.8)
                else self.pick(300_000, 300_001, 1_999_999, 2_000_000, 5_000_000)
            ),
            "confiscated_fen": self.maybe(rng.choices([0, 30_000, 50_000, 2_000_000], [80, 10, 6, 4])[0]),
            "other_penalties": self.pick(
                None,
                None,
                None,
                None,
                "",
                "warning",
                "warning",
                "warning|criticism",
                "license_revoked",
                "business_stopped|warning",
            ),
            "tier": self.maybe(self.pick(*TIERS)),
            "tier_departure": self.pick(None, None, None, None, "lighter", "heavier"),
            "reason": self.text("主动消除后果", 0.25),
            "is_major": self.maybe(self.chance(0.3)),
            "is_complex": self.maybe(self.chance(0.2)),
            "limitation_class": self.pick("ordinary", "ordinary", "five_year", None),
            "credit_class": self.maybe(self.pick("minor", "general", "serious")),
            "disclosure_exempt": self.text("未成年人", 0.06),
            "status": self.maybe(
                rng.choices(["open", "closed", "withdrawn", "transferred", "ended"], [45, 35, 8, 6, 6])[0]
            ),
            "ended_ground": self.text("当事人死亡", 0.08),
        }
        if case["fine_fen"] is not None and self.chance(0.03):
            case["fine_fen"] = 7_777_700
        earlier = self.tables["cases"]
        if earlier and self.chance(0.12):  # the same act again
            model = rng.choice(earlier)
            for column in ("party_id", "item_id", "act_on"):
                case[column] = model[column]
        self.say_more(case)
        self.tables["cases"].append(case)
        team = [rng.choice(self.tables["officers"])["officer_id"] for _ in range(3)]
        self.in_a_hurry = self.chance(0.08)
        if kind == "penalty":
            self.make_penalty(case, start, team)
        elif kind == "license":
            self.make_license(case, start, team)
        else:
            self.make_other(case, start, team)
        self.make_remedies(case, start)
        self.make_referrals(case, start)
        self.in_a_hurry = False
        return case

    def make_penalty(self, case: Row, start: date, team: list[str]) -> None:
        case_id = case["case_id"]
        has = self.chance
        if has(0.93):
            self.people(self.event(case_id, "filing", start), team, "handler")
        if has(0.05):
            self.event(case_id, "filing", self.gap(start))
        if has(0.05):
            self.event(case_id, self.pick("mystery", "lead"), start)
        day = self.make_on_site(case, start, team)
        self.make_questions(case, day, team)
        self.make_beforehand(case, start, day)
        for kind in ("testing", "appraisal", "suspension", "announcement"):
            if has(0.12):
                self.spell(case_id, kind, self.pick(self.gap(day), self.near_days(start, 90)))
        if has(0.12):
            self.event(
                case_id,
                "extension",
                self.gap(day),
                extends_to=self.pick(None, self.near_days(start, 90), self.near_days(start, 120)),
            )
        if has(0.85):
            day = self.gap(day)
            self.people(self.event(case_id, "investigation_report", day), team, "handler")
        day = self.make_reviews(case, day, team)
        served = day
        for _ in range(self.rng.choice([0, 1, 1, 1, 2])):
            day = self.gap(day)
            notice = self.event(
                case_id,
                "prior_notice",
                day,
                outcome=self.pick(None, None, None, None, None, "waived"),
            )
            self.propose(notice, case)
            self.make_elements(notice, NOTICE_ELEMENTS)
            served = day = self.serve(notice, day)
            if has(0.25):
                statement = self.event(case_id, "statement", self.gap(day), outcome=self.pick(None, "waived"))
                self.answer(statement, "statement_review")
        if has(0.45):
            served = day = self.make_hearing(case, day, team)
        if has(0.15):
            day = self.make_on_site(case, day, team)
        if has(0.35):
            day = self.make_reviews(case, day, team)
        if has(0.5):
            day = self.gap(day)
            talk = self.event(case_id, "deliberation", day)
            self.people(talk, team, *["voter"] * self.rng.choice([0, 1, 3]))
            self.make_record(talk, "集体讨论记录", "集体讨论记录")
            if has(0.15):
                self.event(case_id, self.pick("statement", "hearing"), self.gap(day))
        if has(0.88):
            day = self.pick(self.gap(day), self.gap(day), self.near_working_days(served, 5), self.near_days(start, 90))
            self.make_decision(case, day, team)
        else:
            day = self.gap(day)
            if has(0.5):
                self.event(case_id, "no_penalty", self.pick(day, self.near_days(start, 90)))
        if has(0.1):
            ending = self.gap(day)
            self.event(case_id, self.pick("withdrawal", "ending"), ending)

    def make_decision(self, case: Row, day: date, team: list[str]) -> None:
        case_id = case["case_id"]
        has = self.chance
        decision = self.event(case_id, "decision", day)
        self.make_elements(decision, SUMMARY_ELEMENTS if case["procedure"] == "summary" else DECISION_ELEMENTS)
        if has(0.7):
            self.people(decision, team, *(["approver"] if has(0.5) else ["server"]))
        if has(0.3):
            approval = self.event(case_id, "approval", self.gap(day), about_event_id=decision["event_id"])
            self.people(approval, team, "approver")
        if has(0.07):
            self.event(case_id, "decision", self.gap(day))
        served = day
        if has(0.85):
            served = self.pick(day, self.gap(day), self.near_working_days(day, 7))
            about = self.pick(decision["event_id"], decision["event_id"], decision["event_id"], None)
            self.event(case_id, "service", served, about_event_id=about, method="in_person")
        self.make_disclosures(case, day, self.pick(7, 7, 20))
        if has(0.2):
            if has(0.8):
                self.event(case_id, "instalment_application", self.pick(self.near_days(served, 15), self.gap(served)))
            self.event(case_id, "instalment", self.pick(self.near_days(served, 15), self.gap(served)))
        if has(0.5):
            self.event(
                case_id, self.pick("payment", "execution"), self.pick(self.gap(served), self.near_days(served, 15))
            )
        if has(0.15):
            asked = served
            if has(0.85):
                demand = self.event(case_id, "demand", self.gap(served))
                asked = self.serve(demand, self.day_of(demand))
            court = self.event(
                case_id, "court_application", self.pick(self.gap(asked), self.near_working_days(asked, 10))
            )
            self.go_to_court_late(court, served)
        self.add_to_fine(case, served)
        if has(0.5):
            self.event(case_id, "closing", self.pick(self.gap(served), self.near_days(served, 15)))

    def make_on_site(self, case: Row, day: date, team: list[str]) -> date:
        case_id = case["case_id"]
        for _ in range(self.rng.choice([0, 1, 2, 3])):
            day = self.gap(day)
            kind = self.pick("inspection", "inspection", "inquiry", "evidence", "evidence", "preservation", "seizure")
            at = self.moment(day)
            ended = None
            if isinstance(at, datetime):
                ended = self.pick(None, at + timedelta(hours=self.rng.choice([0, 1, 3])), at + timedelta(hours=1), day)
            elif self.chance(0.3):
                ended = day
            event = self.event(
                case_id,
                kind,
                day,
                at=at,
                ended_at=ended,
                place=self.text(self.pick("一号院", "二号院", "三号院"), 0.85),
                urgent=self.pick(True, False, False, None) if kind == "seizure" else None,
                outcome=self.pick(None, None, None, "credential_shown") if kind == "inspection" else None,
            )
            self.people(
                event,
                team,
                *self.rng.choices(["handler", "handler", "recorder"], k=self.rng.choice([0, 1, 2, 2, 3, 3])),
            )
            self.make_papers(event, day)
            if kind == "preservation":
                self.approve(event)
            if kind == "inquiry":
                self.make_elements(event, ("credential_shown", "rights_told", "facts"))
            if kind == "preservation" and self.chance(0.8):
                about = self.pick(event["event_id"], event["event_id"], None, "E-nowhere")
                self.event(case_id, "preservation_disposal", self.near_working_days(day, 7), about_event_id=about)
            if kind == "seizure":
                self.make_seizure(event, day)
                self.hand_over(event)
        return day

    @apart
    def make_elements(self, event: Row, elements: Sequence[str]) -> None:
        """Papers of a step that say what they contain: all of it, all but one thing, nothing, or nothing told."""
        for _ in range(self.rng.choice([0, 1, 1, 1, 2])):
            lacking = self.pick(None, None, None, self.rng.choice(elements))
            told = "|".join(one for one in elements if one != lacking)
            self.add(
                "documents",
                document_id=f"D{len(self.tables['documents'])}",
                case_id=event["case_id"],
                event_id=event["event_id"],
                kind="文书",
                elements=self.pick(told, told, told, told, None, "", "odd"),
            )

    @apart
    def propose(self, notice: Row, case: Row) -> None:
        """Say in a notice which fine and which other penalties are proposed."""
        own = case["other_penalties"]
        notice["amount_fen"] = self.maybe(self.pick(case["fine_fen"], case["fine_fen"], 100_000, 20_000))
        notice["penalties"] = self.pick(own, own, None, "warning|license_revoked")

    @apart
    def answer(self, asked: Row, kind: str, *outcomes: str | None) -> Row | None:
        """Answer a step about or after it, or not at all."""
        if self.chance(0.2):
            return None
        own = asked["event_id"]
        return self.event(
            asked["case_id"],
            kind,
            self.gap(self.day_of(asked)),
            about_event_id=self.pick(own, own, own, None, "E-nowhere"),
            outcome=self.pick(*outcomes) if outcomes else None,
        )

    @apart
    def say_more(self, case: Row) -> None:
        """What the columns that came later say of a case."""
        case["leniency_matched"] = self.maybe(self.chance(0.3))
        case["leniency_reason"] = self.text("一年内再次违法", 0.3)
        case["non_coercive_first"] = self.maybe(self.chance(0.4))
        case["affects_others"] = self.maybe(self.chance(0.4))
        case["hearing_required"] = self.maybe(self.chance(0.3))
        case["expires_on"] = self.pick(None, None, self.day(400, 30))

    @apart
    def submit(self, review: Row) -> None:
        """Send the case to the reviewer some days before the review."""
        if not self.chance(0.6):
            return
        sent = self.day_of(review) - timedelta(days=self.rng.choice([0, 1, 5, 6, 7, 8, 9, 12]))
        submission = self.event(review["case_id"], "review_submission", sent)
        review["about_event_id"] = self.pick(submission["event_id"], submission["event_id"], None, "E-nowhere")

    @apart
    def make_record(self, event: Row, *kinds: str) -> None:
        """Papers of a step, or none."""
        for _ in range(self.rng.choice([0, 1, 1, 2])):
            self.add(
                "documents",
                document_id=f"D{len(self.tables['documents'])}",
                case_id=event["case_id"],
                event_id=self.pick(event["event_id"], event["event_id"], event["event_id"], None),
                kind=self.maybe(self.pick(*kinds)),
            )

    @apart
    def approve(self, event: Row) -> None:
        """Approve a measure before it, or after."""
        day = self.day_of(event)
        for _ in range(self.rng.choice([0, 1, 1])):
            at = self.moment(day + timedelta(days=self.rng.choice([-2, -1, -1, 0, 0, 1])))
            if isinstance(event["at"], datetime) and self.chance(0.5):
                at = event["at"] + timedelta(minutes=self.rng.choice([-60, -1, 0, 60]))
            self.event(
                event["case_id"],
                "approval",
                day,
                at=at,
                about_event_id=self.pick(event["event_id"], event["event_id"], None),
            )

    @apart
    def hand_over(self, seizure: Row) -> None:
        """Papers of a seizure, and their service on the spot or later."""
        self.make_elements(seizure, SEIZURE_ELEMENTS)
        day = self.day_of(seizure)
        if self.chance(0.8):
            own = self.pick(seizure["event_id"], seizure["event_id"], None)
            self.event(seizure["case_id"], "service", day + timedelta(days=self.pick(0, 0, 0, 1)), about_event_id=own)
        if self.chance(0.3):
            late = day + timedelta(days=self.pick(29, 30, 30, 31, 32))
            self.event(seizure["case_id"], "seizure_extension", late, about_event_id=seizure["event_id"])

    @apart
    def make_measures(self, case: Row, day: date) -> None:
        """Freeze, with approval, notice, extension, release; demand, hear and answer."""
        case_id = case["case_id"]
        if self.chance(0.35):
            frozen = self.event(case_id, "freezing", self.gap(day))
            begun, own = self.day_of(frozen), frozen["event_id"]
            self.approve(frozen)
            if self.chance(0.7):
                about = self.pick(own, own, None)
                self.event(case_id, "service", self.near_working_days(begun, 3), about_event_id=about)
            if self.chance(0.3):
                extends_to = self.pick(None, self.near_days(begun, 60))
                about = self.pick(own, None, "E-nowhere")
                self.event(case_id, "freezing_extension", self.gap(begun), about_event_id=about, extends_to=extends_to)
            if self.chance(0.7):
                released = self.near_days(begun, self.pick(30, 30, 60))
                self.event(case_id, "freezing_release", released, about_event_id=self.pick(own, own, None))
        for _ in range(self.rng.choice([0, 1, 1, 2])):
            demand = self.event(case_id, "demand", self.gap(day))
            self.make_elements(demand, ("term", "manner", "statement_right", "defense_right"))
            self.serve(demand, self.day_of(demand))
        if self.chance(0.4):
            said = self.event(case_id, "statement", self.gap(day), outcome=self.pick(None, None, "waived"))
            self.answer(said, "statement_review")

    @apart
    def carry_out(self, case: Row, decision: Row) -> None:
        """Papers of a decision to execute, and its execution by day and night."""
        self.make_elements(decision, DECISION_ELEMENTS + ("reasons",))
        day = self.day_of(decision)
        for kind, share in (("execution", 0.6), ("substituted_performance", 0.4)):
            if not self.chance(share):
                continue
            done = self.gap(day)
            clock = self.pick(time(10, 0), time(10, 0), time(21, 59), time(22, 0), time(5, 59), time(6, 0))
            self.event(
                case["case_id"],
                kind,
                done,
                at=self.pick(datetime.combine(done, clock), datetime.combine(done, clock), done),
                urgent=self.pick(None, False, False, True),
            )
            if kind == "substituted_performance" and self.chance(0.7):
                demand = self.event(case["case_id"], "demand", self.near_working_days(done, -3))
                self.serve(demand, self.day_of(demand))

    @apart
    def go_to_court_late(self, court: Row, served: date) -> None:
        """Mostly half a year later at the least."""
        if self.chance(0.6):
            court["at"] = self.moment(self.beside(add_months(served, self.pick(6, 6, 9, 9))))

    @apart
    def add_to_fine(self, case: Row, served: date) -> None:
        """Additional fines: at the limit, a fen above, or below."""
        if not self.chance(0.2):
            return
        days = self.pick(1, 5, 20, 40)
        fine = case["fine_fen"] or 100_000
        most = min(fine * 3 * days // 100, fine)
        at = DAYS.rolled(served + timedelta(days=15)) + timedelta(days=days)
        event = self.event(case["case_id"], "additional_fine", at)
        event["amount_fen"] = self.maybe(self.pick(most, most, most + 1, most // 2, fine, fine + 1))

    @apart
    def around_license(self, case: Row, said: Row, begun: date, team: list[str]) -> None:
        """What belongs to a licence beside its periods."""
        case_id, day = case["case_id"], self.day_of(said)
        self.make_elements(said, ("reasons", "basis", "remedy_channel", "remedy_period"))
        if case["expires_on"] is not None and self.chance(0.7):
            case["expires_on"] = self.beside(day)
        if self.chance(0.5):
            notice = self.event(case_id, "hearing_notice", self.pick(begun, self.gap(begun), day))
            self.serve(notice, self.day_of(notice))
        if self.chance(0.4):
            asked = self.event(case_id, "hearing_request", self.gap(begun))
            convened = self.event(case_id, "hearing_convened", self.gap(self.day_of(asked)))
            if self.chance(0.8):
                heard = self.pick(
                    self.near_working_days(self.day_of(convened), 7), self.near_working_days(self.day_of(asked), 20)
                )
                self.event(case_id, "hearing", heard)
        if self.chance(0.4):
            self.event(case_id, "correction_notice", self.gap(begun))
        if self.chance(0.5):
            check = self.event(case_id, "site_check", self.gap(begun))
            self.people(check, team, *self.rng.choices(["handler", "recorder", "server"], k=self.pick(0, 1, 2, 2, 3)))
        if self.chance(0.5):
            self.event(case_id, "closing", self.gap(day))
        if self.chance(0.5):
            self.event(case_id, "regulation_handover", self.gap(day))

    @apart
    def make_beforehand(self, case: Row, start: date, day: date) -> None:
        """Leads, measures without force, assessments, quarrels with the reviewer, clues for the discipline body."""
        case_id = case["case_id"]
        if self.chance(0.4):
            self.event(case_id, "lead", start - timedelta(days=self.rng.choice([0, 1, 19, 20, 21, 22, 23, 30])))
        for kind, share in (("persuasion", 0.1), ("guidance", 0.1), ("admonition", 0.1), ("impact_assessment", 0.5)):
            if self.chance(share):
                self.event(case_id, kind, self.pick(self.gap(day), self.gap(self.gap(self.gap(day)))))
        for asked, answer in (("review_coordination", "approval"), ("discipline_clue", "discipline_referral")):
            if self.chance(0.15):
                self.answer(self.event(case_id, asked, self.gap(day)), answer)

    @apart
    def make_questions(self, case: Row, day: date, team: list[str]) -> None:
        """What must be answered before the decision."""
        case_id = case["case_id"]
        for asked, answer, outcomes in (
            ("recusal_application", "recusal", ("approved", "approved", "rejected", None)),
            ("jurisdiction_dispute", "jurisdiction_settled", ()),
            ("supervision_opinion", "supervision_reply", ("approved", "approved", None)),
            ("suspected_crime", "referral", ()),
        ):
            if not self.chance(0.12):
                continue
            for _ in range(self.pick(1, 1, 2)):
                begun = self.pick(self.gap(day), self.gap(self.gap(day)))
                question = self.event(case_id, asked, begun)
                reply = self.answer(question, answer, *outcomes)
                if reply is not None and answer == "recusal":
                    self.people(reply, team, "recused")
                if reply is not None and answer == "referral" and self.chance(0.7):
                    kind = self.pick(
                        "police_filed", "police_filed", "police_declined", "police_declined", "case_returned"
                    )
                    said = self.event(case_id, kind, self.gap(self.day_of(reply)), about_event_id=reply["event_id"])
                    if kind == "police_filed" and self.chance(0.8):
                        own = self.pick(said["event_id"], said["event_id"], None)
                        handed = self.near_days(self.day_of(said), 3)
                        self.event(case_id, "evidence_handover", handed, about_event_id=own)
            if self.chance(0.25):  # long ago, so that the ninety days are over, or nearly
                back = self.pick(day, self.near_days(day, -90))
                self.event(case_id, "case_returned", back)
        if self.chance(0.08):
            self.event(case_id, "jurisdiction_transfer", self.gap(self.gap(day)))

    def make_seizure(self, seizure: Row, day: date) -> None:
        case_id = seizure["case_id"]
        own = seizure["event_id"]
        for _ in range(self.rng.choice([0, 1, 1, 2])):
            at = self.moment(day + timedelta(days=self.rng.choice([-1, 0, 0, 1, 1, 2])))
            if isinstance(seizure["at"], datetime) and self.chance(0.5):
                at = seizure["at"] + timedelta(minutes=self.rng.choice([-60, 0, 60, 1439, 1440, 1441]))
            self.event(case_id, "approval", day, at=at, about_event_id=self.pick(own, own, own, None))
        if self.chance(0.3):
            extends_to = self.pick(None, self.near_days(day, 60), self.near_days(day, 30), day + timedelta(days=90))
            self.event(
                case_id,
                "seizure_extension",
                self.gap(day),
                about_event_id=self.pick(own, None, "E-nowhere"),
                extends_to=extends_to,
            )
        if self.chance(0.3):
            self.spell(case_id, self.pick("testing", "appraisal"), self.pick(self.gap(day), self.near_days(day, 30)))
        if self.chance(0.75):
            released = self.near_days(day, self.pick(30, 30, 40, 60))
            self.event(case_id, "seizure_release", released, about_event_id=self.pick(own, own, None, "E-nowhere"))

    def make_papers(self, event: Row, day: date) -> None:
        for _ in range(self.rng.choice([0, 1, 1, 2])):
            self.add(
                "documents",
                document_id=f"D{len(self.tables['documents'])}",
                case_id=event["case_id"],
                event_id=self.pick(event["event_id"], event["event_id"], event["event_id"], None),
                kind=self.maybe(self.pick("现场笔录", "询问笔录", "清单", "照片说明")),
                dated_on=day,
            )
        for _ in range(self.rng.choice([0, 0, 1, 1])):
            kept = add_months(day, self.rng.choice([24, 24, 24, 36])) + timedelta(
                days=self.rng.choice([-1, 0, 0, 1, 100])
            )
            self.add(
                "media",
                media_id=f"M{len(self.tables['media'])}",
                case_id=event["case_id"],
                event_id=self.pick(event["event_id"], event["event_id"], None, "E-nowhere"),
                kind=self.maybe(self.pick("photo", "audio", "video")),
                started_at=self.pick(None, self.moment(day), self.moment(self.gap(day))),
                retained_until=self.maybe(kept),
            )

    def make_reviews(self, case: Row, day: date, team: list[str]) -> date:
        reviewers = [row["officer_id"] for row in self.tables["officer_roles"] if row["role"] == "legal_reviewer"]
        for _ in range(self.rng.choice([0, 1, 1, 1, 2])):
            day = self.gap(day)
            review = self.event(
                case["case_id"],
                "legal_review",
                day,
                outcome=self.pick(None, "approved", "approved", "approved", "rejected"),
            )
            self.make_elements(review, REVIEW_ELEMENTS)
            self.submit(review)
            pool = reviewers if reviewers and self.chance(0.8) else team
            for officer in sorted(set(self.rng.choices(pool, k=self.rng.choice([0, 1, 1, 2])))):
                self.add("participants", event_id=review["event_id"], officer_id=officer, role="reviewer")
        return day

    @apart
    def review_aside(self, case: Row, day: date, team: list[str]) -> None:
        if self.chance(0.3):
            self.make_reviews(case, day, team)

    def make_hearing(self, case: Row, day: date, team: list[str]) -> date:
        case_id = case["case_id"]
        has = self.chance
        served = day
        for _ in range(self.rng.choice([0, 1, 1, 1, 2])):
            day = self.gap(day)
            notice = self.event(case_id, "hearing_notice", day, outcome=self.pick(None, None, None, None, "waived"))
            served = day = self.serve(notice, day)
        for _ in range(self.rng.choice([0, 1, 1, 2])):
            outcome = self.pick(None, None, None, "waived", "withdrawn")
            day = self.pick(self.gap(served), self.near_working_days(served, 5))
            self.event(case_id, "hearing_request", day, outcome=outcome)
        for _ in range(self.rng.choice([0, 1, 1, 2])):
            if has(0.85):
                convened = self.event(case_id, "hearing_convened", self.gap(day))
                day = self.serve(convened, self.day_of(convened))
            day = self.pick(self.gap(day), self.near_working_days(day, 7), self.near_working_days(day, 7))
            hearing = self.spell(case_id, "hearing", day)
            self.people(hearing, team, *["chair"] * self.rng.choice([0, 1, 1]))
            self.make_record(hearing, "听证笔录", "听证笔录", "照片说明")
        return self.pick(day, served)

    def make_disclosures(self, case: Row, day: date, working_days: int, subject: str = "case") -> None:
        for _ in range(self.rng.choice([0, 1, 1, 1, 2])):
            published = self.pick(self.near_working_days(day, working_days), self.gap(day))
            months = {"minor": 3, "general": 12, "serious": 36}.get(str(case["credit_class"]), 3)
            withdrawn = self.pick(
                None, self.beside(add_months(published, months)), self.near_working_days(self.gap(day), 10)
            )
            self.add(
                "disclosures",
                subject=self.pick(subject, subject, subject, "case"),
                subject_id="nowhere" if self.chance(0.01) else case["case_id"],
                published_at=self.maybe(self.moment(published)),
                withdrawn_at=withdrawn and self.moment(withdrawn),
                channel="网站",
            )
            if self.chance(0.15):
                decided = self.near_working_days(published, 0)
                self.add(
                    "remedies",
                    remedy_id=f"R{len(self.tables['remedies'])}",
                    kind="reconsideration",
                    case_id=case["case_id"],
                    received_at=self.moment(published),
                    decided_at=self.moment(decided),
                    outcome=self.pick("revoked", "void", "upheld"),
                )
                self.tables["disclosures"][-1]["withdrawn_at"] = self.pick(
                    None, self.moment(self.near_working_days(decided, 3))
                )

    def make_license(self, case: Row, start: date, team: list[str]) -> None:
        case_id = case["case_id"]
        has = self.chance
        begun = start
        if has(0.93):
            self.event(case_id, "application", start)
        if has(0.3):
            self.event(case_id, "correction_notice", self.near_working_days(start, 5))
        if has(0.65):
            begun = self.near_working_days(start, self.pick(1, 5))
            self.event(case_id, "acceptance", begun)
        limit = 20
        if has(0.25):
            self.event(case_id, "extension", self.gap(begun), extends_to=self.pick(None, self.gap(begun)))
            limit = self.pick(20, 30)
        for kind in ("hearing", "testing", "appraisal"):
            if has(0.2):
                self.spell(case_id, kind, self.pick(self.gap(begun), self.near_working_days(begun, limit)))
                limit += self.pick(0, 1, 2, 7)
        self.review_aside(case, begun, team)
        for _ in range(self.rng.choice([0, 1, 1, 1, 2])):
            granted = self.near_working_days(begun, limit)
            said = self.event(case_id, self.pick("grant", "grant", "refusal"), granted)
            self.around_license(case, said, begun, team)
            if has(0.8):
                self.event(case_id, "delivery", self.pick(self.near_working_days(granted, 10), self.gap(granted)))
            self.make_disclosures(case, granted, 7, "license")

    def make_other(self, case: Row, start: date, team: list[str]) -> None:
        day = self.make_on_site(case, start, team)
        self.make_measures(case, day)
        if self.chance(0.8):
            self.review_aside(case, day, team)
            day = self.pick(self.gap(day), self.near_days(day, 30))
            decision = self.event(case["case_id"], "decision", day)
            self.carry_out(case, decision)
            self.make_disclosures(case, day, 20)

    def make_remedies(self, case: Row, start: date) -> None:
        for _ in range(self.rng.choices([0, 1, 2], [75, 20, 5])[0]):
            kind = self.maybe(self.pick("reconsideration", "litigation"))
            procedure = self.maybe(self.pick("ordinary", "simple"))
            received = self.gap(self.gap(start))
            replied = (
                self.near_days(received, 15)
                if kind == "litigation"
                else self.near_working_days(received, 5 if procedure == "simple" else 10)
            )
            self.add(
                "remedies",
                remedy_id=f"R{len(self.tables['remedies'])}",
                kind=kind,
                case_id="nowhere" if self.chance(0.02) else case["case_id"],
                procedure=procedure,
                received_at=self.maybe(self.moment(received)),
                replied_at=self.pick(None, self.moment(replied), self.moment(replied), self.moment(replied)),
                hearing_on=self.pick(None, self.gap(replied), self.gap(replied)),
                decided_at=self.pick(None, self.moment(self.gap(replied))),
                outcome=self.pick("upheld", "revoked", "altered", "unlawful", "void", "withdrawn", None),
                head_attended=self.maybe(self.chance(0.85)),
                head_is_principal=self.maybe(self.chance(0.7)),
            )

    def make_referrals(self, case: Row, start: date) -> None:
        if not self.chance(0.15):
            return
        received = self.gap(start)
        decided = self.near_days(received, 3)
        approved = self.moment(decided)
        transferred: Any = self.moment(self.gap(decided))
        if isinstance(approved, datetime) and self.chance(0.7):
            transferred = approved + timedelta(minutes=self.rng.choice([-5, 60, 1439, 1440, 1441, 4000]))
        self.add(
            "referrals",
            referral_id=f"F{len(self.tables['referrals'])}",
            case_id=case["case_id"],
            to=self.maybe(self.pick("police", "police", "police", "procuratorate")),
            report_received_at=self.maybe(self.moment(received)),
            decided_at=self.pick(None, self.moment(decided), self.moment(decided), self.moment(decided)),
            approved_at=self.maybe(approved),
            transferred_at=self.pick(None, transferred, transferred, transferred),
        )

    # --- inspections --------------------------------------------------------------------------------------------

    def make_inspections(self) -> None:
        officers = [row["officer_id"] for row in self.tables["officers"]]
        day = self.day(300)
        pair = self.rng.sample(officers, 2)
        for number in range(int(self.wanted * 1.2)):
            if self.chance(0.3):
                day = self.day(300, 5)
                pair = self.rng.sample(officers, 2)
            else:
                day += timedelta(days=self.rng.choice([0, 0, 1, 2, 7, 29, 30, 31, 90, 91, -3]))
                if day > self.as_of + timedelta(days=20):
                    day = self.day(400)
            started = self.moment(day)
            ended: Any = None
            if isinstance(started, datetime):
                ended = started + timedelta(minutes=self.rng.choice([0, 30, 60, 90, 135, 300]))
            joint_id = self.text(self.pick("J1", "J2", "J3", "J4"), 0.12)
            scanned = self.maybe(self.chance(0.6))
            self.add(
                "inspections",
                inspection_id=f"V{number}",
                agency_id=self.ref(self.tables["agencies"], "agency_id"),
                party_id=self.ref(self.tables["parties"], "party_id"),
                item_ids=self.pick(None, "", "I0", "I0|I1", "I2", "I1|I3", "I0|nowhere") if self.chance(0.6) else "I0",
                mode=self.pick("routine", "special", None),
                selection=self.maybe(self.pick("random", "planned", "triggered")),
                cause=self.text("举报", 0.4),
                exempt_reason=self.text("安全生产", 0.06),
                plan_filed_at=self.pick(
                    None, self.moment(day), self.moment(day - timedelta(days=1)), self.moment(day - timedelta(days=5))
                ),
                plan_entered_at=self.pick(
                    None, self.moment(day - timedelta(days=self.rng.choice([0, 5, 6, 7, 7, 8, 20])))
                ),
                started_at=self.maybe(started),
                ended_at=self.pick(ended, ended, ended, day, None),
                place=self.text(self.pick("一号院", "二号院", "三号院"), 0.85),
                result=self.maybe(self.pick("none", "none", "none", "none", "rectify", "case_opened")),
                joint_id=joint_id,
                scanned=scanned,
                unscanned_reason=self.text("设备故障", 0.6),
                unscanned_reason_at=self.pick(
                    None, self.moment(self.near_days(day, 10)), self.moment(self.near_days(day, 10))
                ),
                case_id=self.pick(None, None, self.ref(self.tables["cases"], "case_id")),
            )
            people = set(pair if self.chance(0.7) else self.rng.sample(officers, self.rng.choice([0, 1, 2, 3])))
            for officer in sorted(people | ({"nobody"} if self.chance(0.01) else set())):
                self.add("inspection_officers", inspection_id=f"V{number}", officer_id=officer)
        parties = [row["party_id"] for row in self.tables["parties"]]
        for number in range(self.rng.choice([0, 3, 3, 5])):  # one officer again and again at one party
            first = self.day(700)
            visit_day = first + timedelta(days=number * self.rng.choice([30, 182, 183, 183]))
            self.add(
                "inspections",
                inspection_id=f"VX{number}",
                agency_id="A0",
                party_id=parties[0],
                item_ids="I0",
                started_at=self.moment(visit_day),
                result=self.pick("none", "none", "none", None),
                scanned=True,
            )
            self.add("inspection_officers", inspection_id=f"VX{number}", officer_id=officers[0])

    # --- whole agencies -----------------------------------------------------------------------------------------

    def make_quota(self) -> None:
        """Units that fine alike every month, or nearly."""
        units = self.rng.choice([5, 6, 6, 7])
        spread = self.rng.choice([0, 0, 20_000, 60_000])
        month = self.as_of.replace(day=1)
        for unit in range(units):
            agency_id = f"A-quota{unit}"
            self.add("agencies", agency_id=agency_id, level="township", domain="urban_management", parent_id="A0")
            for back in range(1, 7):
                for turn in range(self.rng.choice([2, 2, 2, 2, 2, 3]) if spread else 2):
                    day = add_months(month, -back) + timedelta(days=self.rng.choice([0, 10, 27]))
                    if self.chance(0.01):
                        day += timedelta(days=40)
                    self.simple_fine(
                        f"Q{unit}-{back}-{turn}", agency_id, day, 100_000 + self.rng.randint(0, 1) * spread
                    )

    def make_income(self) -> None:
        """Two years of fines around 120 percent."""
        self.add("agencies", agency_id="A-income", level="county", domain="transport")
        year = self.as_of.year - 1
        before = self.rng.choice([0, 100_000, 100_000, 100_000])
        self.simple_fine("N1", "A-income", date(year - 1, self.rng.choice([1, 12]), 31), before)
        self.simple_fine(
            "N2", "A-income", date(year, self.rng.choice([1, 12]), 1), self.pick(119_999, 120_000, 120_001, 60_000)
        )
        self.add("agencies", agency_id="A-idle", level="county", domain="transport")

    def simple_fine(self, case_id: str, agency_id: str, day: date, fine: int) -> None:
        self.add(
            "cases",
            case_id=case_id,
            case_no=case_id,
            kind="penalty",
            procedure="ordinary",
            agency_id=agency_id,
            item_id="I0",
            party_id=self.ref(self.tables["parties"], "party_id"),
            act_on=day - timedelta(days=10),
            found_on=day,
            fine_fen=fine,
            confiscated_fen=0,
            is_major=self.chance(0.3),
            is_complex=False,
            status="open",
            tier=self.pick("一般", None),
        )
        if self.chance(0.5):
            self.event(case_id, "legal_review", day - timedelta(days=1), outcome="approved")
        self.event(case_id, "decision", day, outcome="approved")
        if self.chance(0.1):
            self.add(
                "remedies",
                remedy_id=f"R{len(self.tables['remedies'])}",
                kind="litigation",
                case_id=case_id,
                received_at=day,
                replied_at=day,
                hearing_on=day,
                head_attended=True,
                head_is_principal=self.pick(True, True, False),
            )

    def make(self) -> dict[str, list[Row]]:
        self.make_registers()
        for number in range(self.wanted):
            self.make_case(number)
        self.make_inspections()
        if self.chance(0.4):
            self.make_quota()
        if self.chance(0.6):
            self.make_income()
        if self.chance(0.5):  # the order of the file is not the order of time
            self.rng.shuffle(self.tables["events"])
        if self.chance(0.3):
            self.rng.shuffle(self.tables["cases"])
            self.rng.shuffle(self.tables["inspections"])
        return self.tables


ARROW_TYPES = {
    ColumnType.DATE: pa.date32(),
    ColumnType.FEN: pa.int64(),
    ColumnType.INT: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.BOOL: pa.bool_(),
}


def write_tables(tables: dict[str, list[Row]], folder: Path) -> None:
    """Write rows as a standard Parquet folder; a ``date`` in a moment is a bare day, what is absent is null."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in TABLES.items():
        rows = tables.get(name, [])
        columns: dict[str, Any] = {}
        for column in table.columns:
            values = [row.get(column.name) for row in rows]
            if column.type is ColumnType.MOMENT:
                has_time = [None if value is None else isinstance(value, datetime) for value in values]
                stamps = [
                    datetime.combine(value, time(0, 0))
                    if value is not None and not isinstance(value, datetime)
                    else value
                    for value in values
                ]
                columns[column.name] = pa.array(stamps, pa.timestamp("us"))
                columns[f"{column.name}_has_time"] = pa.array(has_time, pa.bool_())
            else:
                columns[column.name] = pa.array(values, ARROW_TYPES.get(column.type, pa.string()))
        parquet.write_table(pa.table(columns), folder / f"{name}.parquet")


def write_random_facts(folder: Path, seed: int, cases: int = 120) -> RandomFacts:
    """Write the facts of this seed into ``folder``."""
    maker = Maker(seed, cases)
    write_tables(maker.make(), folder)
    return RandomFacts(folder=folder, as_of=maker.as_of, place=maker.place)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--cases", type=int, default=120)
    asked = parser.parse_args()
    print(write_random_facts(asked.folder, asked.seed, asked.cases))


if __name__ == "__main__":
    main()
