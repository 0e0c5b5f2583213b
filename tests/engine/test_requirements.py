"""
What the plans ask of deadlines and figures, shown by findings over files.

Only requirements whose acceptance is a finding are marked here. Those that ask that an act be refused, or for a page,
are shown where the platform refuses it or has that page.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from mingjing.domain.rules.library import rule_of
from mingjing.engine.duck import DuckEngine
from mingjing.engine.findings import write_findings
from mingjing.engine.store import build_store, connect
from tests.engine.support import Row, write_facts

AGENCY = {"agency_id": "A1", "name": "县城管局", "level": "county"}


@pytest.fixture
def found(tmp_path: Path):
    """Write rows, evaluate some rules on a day, and read the findings back."""

    def evaluate(tables: Mapping[str, Sequence[Row]], as_of: date, *rule_ids: str) -> list[dict[str, Any]]:
        folder = tmp_path / f"{as_of}-{len(list(tmp_path.iterdir()))}"
        write_facts(folder, {"agencies": [AGENCY], **tables})
        connection = connect()
        store = build_store(folder, folder / "store", connection=connection)
        evaluation = DuckEngine(connection, store, as_of=as_of).run([rule_of(one) for one in rule_ids])
        write_findings(connection, store, evaluation, folder / "findings.parquet")
        return pq.read_table(folder / "findings.parquet").to_pylist()

    return evaluate


def decided(
    kind: str = "penalty", *, published: date | None = None, step: str = "decision", **columns: object
) -> dict[str, list[Row]]:
    """A case decided on Friday the first of March 2024."""
    shown = {"subject": "case", "subject_id": "C1", "published_at": published}
    return {
        "cases": [{"case_id": "C1", "kind": kind, "agency_id": "A1", "procedure": "ordinary", **columns}],
        "events": [{"event_id": "D1", "case_id": "C1", "type": step, "at": "2024-03-01"}],
        "disclosures": [shown] if published else [],
    }


class TestDisclosure:
    @pytest.mark.requirement("SS-27", "RZ-31")
    @pytest.mark.parametrize(
        ("rule_id", "kind", "step"),
        [
            ("penalty.disclosure.in-time", "penalty", "decision"),
            ("license.disclosure.in-time", "license", "grant"),
        ],
    )
    def test_penalties_and_licences_are_due_after_seven_working_days(self, found, rule_id: str, kind: str, step: str):
        assert found(decided(kind, step=step), date(2024, 3, 12), rule_id) == []
        assert found(decided(kind, step=step, published=date(2024, 3, 12)), date(2024, 3, 13), rule_id) == []
        [late] = found(decided(kind, step=step), date(2024, 3, 13), rule_id)
        assert (late["subject_id"], late["agency_id"]) == ("C1", "A1")
        assert (late["due_on"], late["overdue_days"]) == (date(2024, 3, 12), 1)
        assert late["observed"].startswith("截至2024-03-13未公示")

    @pytest.mark.requirement("SS-27")
    def test_a_recorded_exception_excuses(self, found):
        exempt = decided(disclosure_exempt="涉及国家秘密")
        assert found(exempt, date(2024, 3, 13), "penalty.disclosure.in-time") == []

    @pytest.mark.requirement("SS-28")
    def test_other_decisions_are_due_after_twenty_working_days(self, found):
        rule_id, kind = "other.disclosure.in-time", "compulsory_measure"
        assert found(decided(kind, published=date(2024, 3, 29)), date(2024, 4, 1), rule_id) == []
        assert found(decided(kind), date(2024, 3, 29), rule_id) == []
        [late] = found(decided(kind), date(2024, 4, 1), rule_id)
        assert late["due_on"] == date(2024, 3, 29)


class TestReplies:
    @pytest.mark.requirement("SS-67")
    def test_ten_days_of_the_reconsideration_law_are_working_days(self, found):
        remedy = {"remedy_id": "R1", "case_id": "C1", "kind": "reconsideration", "received_at": "2024-03-04"}
        facts = {**decided(), "remedies": [remedy]}
        assert found(facts, date(2024, 3, 18), "remedy.reply.in-time") == []
        [late] = found(facts, date(2024, 3, 19), "remedy.reply.in-time")
        assert (late["subject_id"], late["due_on"]) == ("R1", date(2024, 3, 18))


def staff(*, officers: int, reviewers: int) -> dict[str, list[Row]]:
    people = [(f"O{one}", "officer") for one in range(officers)] + [
        (f"R{one}", "legal_reviewer") for one in range(reviewers)
    ]
    return {
        "officers": [{"officer_id": one, "agency_id": "A1"} for one, _ in people],
        "officer_roles": [{"officer_id": one, "role": role, "from": "2020-01-01"} for one, role in people],
    }


class TestReviewers:
    @pytest.mark.requirement("RZ-37")
    def test_two_among_forty_one_officers_are_one_short(self, found):
        rule_id, as_of = "agency.legal-reviewer-ratio", date(2024, 4, 30)
        [few] = found(staff(officers=41, reviewers=2), as_of, rule_id)
        assert few["subject_id"] == "A1"
        assert few["expected"].endswith("至少3名")
        assert found(staff(officers=41, reviewers=3), as_of, rule_id) == []

    @pytest.mark.requirement("SS-33")
    def test_two_among_sixty_officers_are_one_short(self, found):
        [few] = found(staff(officers=60, reviewers=2), date(2024, 4, 30), "agency.legal-reviewer-ratio")
        assert few["expected"].endswith("至少3名")
        assert "3.3" in few["observed"]

    def test_an_imported_decision_without_review_lowers_the_rate_and_is_named(self, found):
        cases = [{"case_id": f"C{one}", "kind": "penalty", "agency_id": "A1", "is_major": True} for one in range(20)]
        steps = [("investigation_report", "2024-02-01"), ("legal_review", "2024-02-10"), ("decision", "2024-03-01")]
        events = [
            {"event_id": f"E{case['case_id']}-{kind}", "case_id": case["case_id"], "type": kind, "at": at}
            for case in cases
            for kind, at in steps
        ]
        rule_ids = ("agency.legal-review-rate", "penalty.legal-review.before-decision")
        assert found({"cases": cases, "events": events}, date(2024, 4, 30), *rule_ids) == []
        unreviewed = [event for event in events if event["event_id"] != "EC7-legal_review"]
        rate, case = found({"cases": cases, "events": unreviewed}, date(2024, 4, 30), *rule_ids)
        assert "95%" in rate["observed"]
        assert case["subject_id"] == "C7"


class TestHeadsInCourt:
    @pytest.mark.requirement("SS-55")
    def test_five_heads_of_whom_two_are_principal_are_enough_heads_but_too_few_principal_ones(self, found):
        hearings = [
            {
                "remedy_id": f"R{one}",
                "case_id": "C1",
                "kind": "litigation",
                "hearing_on": "2024-03-05",
                "head_attended": True,
                "head_is_principal": one < 2,
            }
            for one in range(5)
        ]
        [few] = found({**decided(), "remedies": hearings}, date(2024, 4, 30), "remedy.head-attends")
        assert few["subject_id"] == "A1"
        assert few["expected"] == "行政机关正职负责人出庭率达到60%"
        assert "40%" in few["observed"]
        enough = [{**hearing, "head_is_principal": number < 3} for number, hearing in enumerate(hearings)]
        assert found({**decided(), "remedies": enough}, date(2024, 4, 30), "remedy.head-attends") == []


class TestTraining:
    @pytest.mark.requirement("LC-05")
    def test_only_the_officer_with_fifty_nine_hours_is_one_hour_short(self, found):
        hours = [
            {"officer_id": "O0", "held_on": "2023-05-10", "hours": 59},
            {"officer_id": "O1", "held_on": "2023-05-10", "hours": 60},
        ]
        [short] = found({**staff(officers=2, reviewers=0), "training": hours}, date(2024, 1, 10), "officer.hours")
        assert short["subject_id"] == "O0"
        assert short["observed"].endswith("还差1学时")

    @pytest.mark.requirement("RZ-05")
    def test_hours_of_all_kinds_add_up_to_fifty_nine_of_sixty(self, found):
        hours = [
            {"officer_id": "O0", "held_on": f"2023-0{month}-10", "hours": amount, "kind": kind}
            for month, (kind, amount) in enumerate([("law", 30), ("business", 20), ("skills", 9)], start=1)
        ]
        [short] = found({**staff(officers=1, reviewers=0), "training": hours}, date(2024, 1, 10), "officer.hours")
        assert "60学时" in short["expected"]
        assert "59学时" in short["observed"]
        assert short["observed"].endswith("还差1学时")


class TestFines:
    @pytest.mark.requirement("RZ-18")
    def test_of_ten_similar_cases_only_the_one_outside_the_benchmark_is_listed(self, found):
        similar = {"kind": "penalty", "agency_id": "A1", "item_id": "I1", "party_id": "P1", "procedure": "ordinary"}
        cases = [
            {
                **similar,
                "case_id": f"C{one}",
                "tier": "一般",
                "act_on": date(2024, 1, 1) + timedelta(one),
                "fine_fen": 30_000 if one == 9 else 10_000 + 1_000 * one,
            }
            for one in range(10)
        ]
        events = [
            {"event_id": f"D{one}", "case_id": f"C{one}", "type": "decision", "at": date(2024, 3, 1) + timedelta(one)}
            for one in range(10)
        ]
        tier = {"item_id": "I1", "tier": "一般", "fine_min_fen": 10_000, "fine_max_fen": 20_000}
        facts = {
            "parties": [{"party_id": "P1", "kind": "legal_person"}],
            "items": [{"item_id": "I1", "agency_id": "A1"}],
            "benchmarks": [{**tier, "effective_from": "2020-01-01"}],
            "cases": cases,
            "events": events,
        }
        rows = found(facts, date(2024, 4, 30), "penalty.fine.within-tier", "item.fine-outlier")
        assert {row["subject_id"] for row in rows} == {"C9"}
        assert {row["rule_id"] for row in rows} == {"penalty.fine.within-tier", "item.fine-outlier"}
