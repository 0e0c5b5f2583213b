"""Whatever the facts, the columns of the rules beyond one case answer as ``check`` does, subject by subject."""

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.domain.rules.library import fines, inspections, remedies, rule_of
from tests.engine.support import Judged, judge, write_facts

AS_OF = date(2026, 3, 31)
PLACES = [None, "370831", "371100"]
SETTINGS = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))

days = st.integers(-400, 20).map(lambda back: AS_OF + timedelta(days=back))
near_days = st.integers(-40, 3).map(lambda back: AS_OF + timedelta(days=back))
clocks = st.sampled_from([None, "00:00", "09:00", "09:00", "10:30", "15:00"])
flags = st.sampled_from([True, True, False, None])


def moments(of: st.SearchStrategy[date] = near_days) -> st.SearchStrategy[datetime | date | None]:
    """Bare days, days with an hour, and nothing."""
    return st.one_of(
        st.none(),
        *[st.builds(lambda day, clock: day if clock is None else datetime.fromisoformat(f"{day} {clock}"), of, clocks)]
        * 6,
    )


def ids(prefix: str, count: int) -> st.SearchStrategy[str | None]:
    """An id of one of a few rows, seldom one of none."""
    return st.sampled_from([*(f"{prefix}{number}" for number in range(count)), *("" for _ in ()), None, "nowhere"])


def rows(**columns: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(columns)


def numbered(name: str, prefix: str, drawn: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{name: f"{prefix}{number}", **row} for number, row in enumerate(drawn)]


AGENCIES = [
    {"agency_id": f"A{number}", "jurisdiction_code": "370831", "level": "county", "domain": "transport"}
    for number in range(3)
]
PARTIES = [
    {"party_id": "P0", "kind": "legal_person", "risk_level": "A"},
    {"party_id": "P1", "kind": "legal_person", "risk_level": None},
    {"party_id": "P2", "kind": "citizen"},
    {"party_id": "P3", "kind": None},
]
OFFICERS = [{"officer_id": f"O{number}", "agency_id": f"A{number % 2}"} for number in range(4)]


def judged(rules: tuple[object, ...], tables: dict[str, list[dict[str, object]]], place: str | None) -> Judged:
    with tempfile.TemporaryDirectory() as folder:
        write_facts(Path(folder), tables)
        return judge(Path(folder), rules, AS_OF, place)  # type: ignore[arg-type]


def assert_agree(rules: tuple[object, ...], tables: dict[str, list[dict[str, object]]], place: str | None) -> None:
    answers = judged(rules, tables, place)
    assert [one for rule in rules for one in answers.disagreements(rule)] == []  # type: ignore[arg-type]


roles = st.lists(
    rows(
        officer_id=ids("O", 4),
        role=st.sampled_from(["officer", "officer", "legal_reviewer", "auxiliary"]),
        **{"from": st.one_of(st.none(), st.dates(date(2024, 12, 30), date(2026, 3, 1)))},
        until=st.one_of(st.none(), st.none(), st.dates(date(2025, 12, 30), date(2026, 4, 3))),
    ).filter(lambda row: row["officer_id"] is not None),
    max_size=8,
)
credentials = st.lists(
    rows(
        officer_id=ids("O", 4).filter(bool),
        valid_from=st.one_of(st.none(), near_days),
        valid_until=st.one_of(st.none(), near_days),
        suspended_from=st.one_of(st.none(), st.none(), near_days),
        suspended_until=st.one_of(st.none(), near_days),
        revoked_on=st.one_of(st.none(), st.none(), near_days),
    ),
    max_size=6,
)
visits = st.lists(
    rows(
        agency_id=ids("A", 3),
        party_id=ids("P", 4),
        item_ids=st.sampled_from(["I0", "I1", "I0|I1", "I0|I2", "I2|nowhere", "nowhere", None]),
        selection=st.sampled_from(["planned", "random", "triggered", None]),
        cause=st.sampled_from(["投诉", "", None]),
        exempt_reason=st.sampled_from(["专项", None, None, None]),
        plan_filed_at=moments(),
        plan_entered_at=moments(),
        started_at=moments(),
        ended_at=moments(),
        place=st.sampled_from(["东路", "西路", None]),
        result=st.sampled_from(["none", "none", "none", "rectify", None]),
        joint_id=st.sampled_from(["J1", "J2", None, None, None]),
        scanned=flags,
        unscanned_reason=st.sampled_from(["故障", None]),
        unscanned_reason_at=moments(),
    ),
    max_size=14,
)
teams = st.lists(st.tuples(st.integers(0, 13), st.integers(0, 3)), max_size=24)


class TestVisits:
    @SETTINGS
    @given(visits, teams, roles, credentials, st.sampled_from(PLACES))
    def test_agree(self, visits, teams, roles, credentials, place):
        tables = {
            "agencies": AGENCIES,
            "parties": PARTIES,
            "officers": OFFICERS,
            "officer_roles": roles,
            "credentials": numbered("credential_no", "N", credentials),
            "items": [
                {"item_id": "I0", "published_on": "2025-01-01"},
                {"item_id": "I1", "published_on": "2026-03-10", "withdrawn_on": "2026-03-25"},
                {"item_id": "I2"},
            ],
            "inspections": numbered("inspection_id", "V", visits),
            "inspection_officers": [{"inspection_id": f"V{visit}", "officer_id": f"O{one}"} for visit, one in teams],
        }
        assert_agree((*inspections.RULES, rule_of("officer.two-places")), tables, place)


cases = st.lists(
    rows(
        kind=st.sampled_from(["penalty", "penalty", "penalty", "license"]),
        agency_id=ids("A", 3),
        item_id=ids("I", 2),
        party_id=ids("P", 4),
        act_on=st.sampled_from([date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 2), None]),
        fine_fen=st.sampled_from([0, 100, 100, 100, 110, 120, 150, 151, 900, None]),
        confiscated_fen=st.sampled_from([0, 0, 50, None]),
        tier=st.sampled_from(["一般", "一般", "严重", None]),
        is_major=st.sampled_from([True, True, False, None]),
    ),
    max_size=12,
)
events = st.lists(
    rows(
        case=st.integers(0, 11),
        type=st.sampled_from(["decision", "decision", "legal_review", "inquiry"]),
        at=moments(days),
        ended_at=moments(),
        outcome=st.sampled_from([None, None, "approved", "revoked"]),
        place=st.sampled_from(["东路", "西路", None]),
    ),
    max_size=26,
)
parts = st.lists(
    st.tuples(st.integers(0, 25), st.integers(0, 3), st.sampled_from(["handler", "recorder", "reviewer"])), max_size=30
)


class TestCases:
    @SETTINGS
    @given(cases, events, parts, roles, st.sampled_from(PLACES))
    def test_agree(self, cases, events, parts, roles, place):
        steps = numbered("event_id", "E", [{"case_id": f"C{row.pop('case')}", **row} for row in map(dict, events)])
        tables = {
            "agencies": AGENCIES,
            "parties": PARTIES,
            "officers": OFFICERS,
            "officer_roles": roles,
            "items": [{"item_id": "I0", "act_code": "X"}, {"item_id": "I1", "act_code": "X"}],
            "cases": numbered("case_id", "C", cases),
            "events": steps,
            "participants": [
                {"event_id": f"E{event}", "officer_id": f"O{one}", "role": role} for event, one, role in parts
            ],
        }
        assert_agree(
            (
                *fines.RULES,
                *map(rule_of, ("agency.income-growth", "agency.legal-reviewer-ratio", "agency.legal-review-rate")),
                rule_of("officer.two-places"),
            ),
            tables,
            place,
        )


class TestPeers:
    @SETTINGS
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 900), st.sampled_from([100, 100, 100, 104, 107, 110, 120, 130, 150, 151, 155, 170, 500])
            ),
            min_size=9,
            max_size=60,
        ),
    )
    def test_agree(self, decided):
        """Counting in stretches, and the count of the peers by SQL, come to the median deviation that ``statistics`` knows."""
        tables = {
            "agencies": AGENCIES,
            "parties": PARTIES,
            "items": [{"item_id": "I0"}],
            "cases": [
                {
                    "case_id": f"C{number}",
                    "kind": "penalty",
                    "item_id": "I0",
                    "party_id": "P0",
                    "tier": "一般",
                    "fine_fen": fine,
                }
                for number, (_, fine) in enumerate(decided)
            ],
            "events": [
                {
                    "event_id": f"E{number}",
                    "case_id": f"C{number}",
                    "type": "decision",
                    "at": AS_OF - timedelta(days=back),
                }
                for number, (back, _) in enumerate(decided)
            ],
        }
        assert_agree((rule_of("item.fine-outlier"),), tables, None)


class TestQuotas:
    @SETTINGS
    @given(
        st.integers(4, 8),
        st.lists(st.tuples(st.integers(0, 7), st.integers(0, 5), st.integers(80, 125)), max_size=12),
        st.sampled_from([2, 3]),
    )
    def test_agree(self, units, extra, monthly):
        fined = [(unit, month, 100) for unit in range(units) for month in range(6) for _ in range(monthly)]
        decided = [*fined, *((unit % units, month, fine) for unit, month, fine in extra)]
        months = [
            date(2025, 9, 5),
            date(2025, 10, 5),
            date(2025, 11, 5),
            date(2025, 12, 5),
            date(2026, 1, 5),
            date(2026, 2, 5),
        ]
        tables = {
            "agencies": [{"agency_id": f"A{unit}", "level": "county", "domain": None} for unit in range(units)],
            "cases": [
                {"case_id": f"C{number}", "kind": "penalty", "agency_id": f"A{unit}", "fine_fen": fine}
                for number, (unit, _, fine) in enumerate(decided)
            ],
            "events": [
                {"event_id": f"E{number}", "case_id": f"C{number}", "type": "decision", "at": months[month]}
                for number, (_, month, _) in enumerate(decided)
            ],
        }
        assert_agree((rule_of("agency.fine-quota-signal"),), tables, None)


class TestAftermath:
    @SETTINGS
    @given(
        st.lists(
            rows(
                kind=st.sampled_from(["reconsideration", "litigation", None]),
                case_id=ids("C", 2),
                procedure=st.sampled_from(["ordinary", "simple", None]),
                received_at=moments(),
                replied_at=moments(),
                hearing_on=st.one_of(st.none(), near_days),
                head_attended=flags,
                head_is_principal=flags,
            ),
            max_size=10,
        ),
        st.lists(
            rows(
                case_id=ids("C", 2),
                to=st.sampled_from(["police", "police", "discipline", None]),
                report_received_at=moments(),
                decided_at=moments(),
                approved_at=moments(),
                transferred_at=moments(),
            ),
            max_size=10,
        ),
        st.lists(
            rows(
                case_id=ids("C", 2),
                event_id=ids("E", 2),
                started_at=moments(),
                retained_until=st.one_of(st.none(), st.dates(date(2028, 2, 25), date(2028, 4, 5))),
            ),
            max_size=10,
        ),
        st.lists(
            rows(
                officer_id=ids("O", 4).filter(bool),
                held_on=st.one_of(st.none(), st.sampled_from([date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)])),
                hours=st.sampled_from([20.0, 30.0, 30.5, 29.5, 60.0, None]),
            ),
            max_size=12,
        ),
        roles,
        st.sampled_from(PLACES),
    )
    def test_agree(self, court, referrals, media, training, roles, place):
        tables = {
            "agencies": AGENCIES,
            "officers": OFFICERS,
            "officer_roles": roles,
            "cases": [{"case_id": f"C{number}", "kind": "penalty", "agency_id": f"A{number}"} for number in range(2)],
            "events": [
                {"event_id": "E0", "case_id": "C0", "type": "inspection", "at": "2026-03-05"},
                {"event_id": "E1", "case_id": "C1", "type": "inspection", "at": "2026-04-02 09:00"},
            ],
            "remedies": numbered("remedy_id", "R", court),
            "referrals": numbered("referral_id", "F", referrals),
            "media": numbered("media_id", "M", media),
            "training": training,
        }
        assert_agree(
            (*remedies.RULES, *map(rule_of, ("agency.legal-reviewer-ratio", "remedy.head-attends", "officer.hours"))),
            tables,
            place,
        )
