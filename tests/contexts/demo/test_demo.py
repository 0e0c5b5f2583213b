"""The made-up district must be lawful but for what was planted, and the list of the plants must be whole."""

from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as parquet
import pytest
from stdnum.cn import uscc

from mingjing.contexts.demo.usecases import DemoRequestError, generate, generate_demo
from mingjing.contexts.oversight.usecases.oversee_files import oversee_files
from mingjing.facts.schema import TABLES, ColumnType
from mingjing.facts.standard import inspect_standard
from tests.oracle.evaluate import RULE_IDS, evaluate

AS_OF = date(2026, 11, 20)
PLACE = "370831"
Answer = set[tuple[str, str]]
ELSEWHERE = {
    *("penalty.service.together", "penalty.impact.assessed", "penalty.non-coercive.first"),
    *("license.handed-to-regulator", "other.legal-review.before-decision"),
}
"""Rules of which the place of the demonstration asks nothing, or whose facts it does not state."""


def make(folder: Path, cases: int, seed: int, as_of: date = AS_OF, violations: float = 0.02) -> Path:
    generate_demo(out_dir=folder, cases=cases, seed=seed, as_of=as_of, violations=violations)
    return folder


def planted(folder: Path) -> Answer:
    rows = parquet.read_table(folder / "truth.parquet").to_pylist()
    truth = {(row["rule_id"], row["subject_id"]) for row in rows}
    assert len(truth) == len(rows), "a plant is listed twice"
    return truth


def broken(answers: dict[str, dict[str, str]]) -> Answer:
    return {(rule, subject) for rule, each in answers.items() for subject, status in each.items() if status == "broken"}


def found_by_oracle(folder: Path, as_of: date = AS_OF) -> Answer:
    return broken(evaluate(folder, as_of, PLACE))


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whole district: big enough for every rule to be broken and every boundary to be met."""
    return make(tmp_path_factory.mktemp("demo") / "district", 20_000, 5)


@pytest.fixture(scope="module")
def answers(district: Path) -> dict[str, dict[str, str]]:
    return evaluate(district, AS_OF, PLACE)


@pytest.fixture(scope="module")
def standard(district: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The facts of the district alone, without the list of plants."""
    folder = tmp_path_factory.mktemp("standard")
    for name in TABLES:
        (folder / f"{name}.parquet").hardlink_to(district / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def facts(district: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name in (*TABLES, "truth"):
        connection.sql(f"CREATE VIEW {name} AS FROM '{district / name}.parquet'")
    return connection


def count(facts: duckdb.DuckDBPyConnection, query: str) -> int:
    row = facts.sql(f"SELECT count(*) {query}").fetchone()
    assert row is not None
    return int(row[0])


class TestTruth:
    def test_is_what_an_independent_reading_finds(self, district: Path, answers: dict[str, dict[str, str]]) -> None:
        assert planted(district) == broken(answers)

    @pytest.mark.parametrize(
        ("cases", "seed", "as_of", "share"),
        [
            (100, 1, AS_OF, 0.02),
            (700, 2, date(2026, 10, 3), 0.02),  # a holiday
            (1500, 3, date(2025, 1, 1), 0.05),
            (2500, 4, date(2026, 4, 1), 0.02),  # the first day of the terms of publication
            (1701, 343, date(2026, 2, 14), 0.15),  # hardly a case of some agencies is whole
        ],
    )
    def test_is_what_an_independent_reading_finds_in_small(
        self, tmp_path: Path, cases: int, seed: int, as_of: date, share: float
    ) -> None:
        folder = make(tmp_path, cases, seed, as_of, share)
        assert planted(folder) == found_by_oracle(folder, as_of)

    def test_is_what_the_engine_finds(self, tmp_path: Path) -> None:
        folder = make(tmp_path / "made", 1500, 6)
        truth = planted(folder)
        for extra in ("truth.parquet", "demo.json"):
            (folder / extra).unlink()
        oversee_files(path=folder, out=tmp_path / "out", as_of=AS_OF, place=PLACE, with_reports=False)
        rows = parquet.read_table(tmp_path / "out" / "findings.parquet", columns=["rule_id", "subject_id"]).to_pylist()
        assert truth == {(row["rule_id"], row["subject_id"]) for row in rows}

    def test_is_empty_where_no_violation_is_wanted(self, tmp_path: Path) -> None:
        folder = make(tmp_path, 3000, 7, violations=0)
        assert planted(folder) == set()
        assert found_by_oracle(folder) == set()

    def test_holds_across_districts(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each district is made alone, so the numbers of one must not run into those of the next."""
        monkeypatch.setattr(generate, "CASES_A_DISTRICT", 700)
        folder = make(tmp_path, 2000, 8)
        assert parquet.read_table(folder / "agencies.parquet").num_rows == 3 * 33
        assert planted(folder) == found_by_oracle(folder)

    def test_names_every_rule(self, district: Path) -> None:
        assert {rule for rule, _ in planted(district)} == set(RULE_IDS) - ELSEWHERE

    def test_grows_with_the_share(self, tmp_path: Path) -> None:
        few, many = (planted(make(tmp_path / str(share), 5000, 9, violations=share)) for share in (0.01, 0.08))
        assert 3 * len(few) < len(many)


class TestFacts:
    def test_are_standard_parquet(self, standard: Path) -> None:
        report = inspect_standard(standard)
        assert report is not None
        assert report.is_standard_input
        assert set(report.tables) == set(TABLES)
        assert all(table.missing_columns == () for table in report.tables.values())

    def test_keep_one_row_a_key(self, facts: duckdb.DuckDBPyConnection) -> None:
        for name, table in TABLES.items():
            key = ", ".join(f'"{column}"' for column in table.key)
            assert count(facts, f"FROM (SELECT {key} FROM {name} GROUP BY ALL HAVING count(*) > 1)") == 0, name

    def test_use_only_codes_of_the_standard(self, facts: duckdb.DuckDBPyConnection) -> None:
        for name, table in TABLES.items():
            for column in table.columns:
                if column.codes is None:
                    continue
                used = f"SELECT DISTINCT unnest(string_split(\"{column.name}\", '|')) FROM {name}"
                strange = {row[0] for row in facts.sql(used).fetchall()} - set(column.codes) - {None}
                assert strange == set(), f"{name}.{column.name}"

    def test_refer_only_to_rows_that_are_there(self, facts: duckdb.DuckDBPyConnection) -> None:
        for name, table in TABLES.items():
            for column in table.columns:
                if column.ref is None:
                    continue
                key = TABLES[column.ref].key[0]
                values = f"SELECT unnest(string_split(\"{column.name}\", '|')) AS one FROM {name}"
                assert count(facts, f"FROM ({values}) ANTI JOIN {column.ref} ON one = {key} WHERE one IS NOT NULL") == 0

    def test_end_on_the_day(self, facts: duckdb.DuckDBPyConnection) -> None:
        """Nothing that happened may lie after the day of the data; only terms may."""
        terms = {
            "extends_to",
            "retained_until",
            "valid_until",
            "effective_until",
            "suspended_from",
            "suspended_until",
            "expires_on",
        }
        for name, table in TABLES.items():
            for column in table.columns:
                if column.type in (ColumnType.DATE, ColumnType.MOMENT) and column.name not in terms:
                    late = count(facts, f"FROM {name} WHERE CAST(\"{column.name}\" AS DATE) > DATE '{AS_OF}'")
                    assert late == 0, f"{name}.{column.name}"

    def test_lie_case_by_case_in_the_order_of_time(self, facts: duckdb.DuckDBPyConnection) -> None:
        steps = 'SELECT case_id, "at", lag(case_id) OVER w AS c, lag("at") OVER w AS t FROM events WINDOW w AS (ORDER BY event_id)'
        assert count(facts, f'FROM ({steps}) WHERE c > case_id OR (c = case_id AND t > "at")') == 0

    def test_carry_valid_credit_codes(self, facts: duckdb.DuckDBPyConnection) -> None:
        codes = facts.sql(
            "SELECT uscc FROM parties WHERE uscc IS NOT NULL UNION ALL SELECT uscc FROM agencies"
        ).fetchall()
        assert len(codes) > 1000
        assert len({code for (code,) in codes}) == len(codes)
        assert all(uscc.is_valid(code) for (code,) in codes)

    def test_are_of_the_asked_size(self, facts: duckdb.DuckDBPyConnection) -> None:
        cases, events = count(facts, "FROM cases"), count(facts, "FROM events")
        assert cases == 20_000
        assert 8 * cases < events < 11 * cases

    def test_load_no_officer_beyond_belief(self, facts: duckdb.DuckDBPyConnection) -> None:
        """Nobody is out more than seven times a day, and few are out more than four times."""
        visits = (
            'SELECT officer_id, CAST("at" AS DATE) AS day, count(DISTINCT case_id) AS n FROM participants '
            "JOIN events USING (event_id) WHERE role = 'handler' AND type IN ('inspection', 'evidence') GROUP BY ALL"
        )
        busy = Counter(row[0] for row in facts.sql(f"SELECT n FROM ({visits})").fetchall())
        assert max(busy) <= 8
        assert sum(times for n, times in busy.items() if n > 4) < 0.01 * busy.total()


class TestBoundaries:
    """Where a limit is met exactly, the rule holds: the data must bring such cases."""

    @pytest.mark.parametrize(
        "query",
        [
            # the fine is the least, or the greatest, of its tier
            "FROM cases JOIN benchmarks USING (item_id, tier) WHERE fine_fen = fine_min_fen",
            "FROM cases JOIN benchmarks USING (item_id, tier) WHERE fine_fen = fine_max_fen",
            # the fine is the greatest that may be decided on the spot, or the least that needs a hearing notice
            "FROM cases JOIN parties p USING (party_id) WHERE procedure = 'summary' AND fine_fen = 20000 AND p.kind = 'citizen'",
            "FROM cases JOIN parties p USING (party_id) WHERE procedure = 'summary' AND fine_fen = 300000 AND p.kind = 'legal_person'",
            "FROM cases JOIN parties p USING (party_id) WHERE fine_fen = 50000 AND p.kind = 'citizen'",
            "FROM cases JOIN parties p USING (party_id) WHERE fine_fen = 2000000 AND p.kind = 'legal_person'",
            "FROM cases WHERE confiscated_fen = 2000000",
            # found on the last day of the two years
            "FROM cases WHERE limitation_class = 'ordinary' AND found_on = act_on + INTERVAL 2 YEAR",
            # entered exactly seven days ahead, explained on the tenth day
            "FROM inspections WHERE CAST(started_at AS DATE) - CAST(plan_entered_at AS DATE) = 7",
            "FROM inspections WHERE CAST(unscanned_reason_at AS DATE) - CAST(started_at AS DATE) = 10",
            # kept for exactly two years
            "FROM media JOIN events USING (event_id) WHERE retained_until = CAST(\"at\" AS DATE) + INTERVAL 2 YEAR",
            # exactly sixty hours
            "FROM (SELECT officer_id FROM training WHERE year(held_on) = 2025 GROUP BY ALL HAVING sum(hours) = 60)",
            # released on the thirtieth day
            "FROM events s JOIN events r ON r.about_event_id = s.event_id WHERE s.type = 'seizure' "
            "AND r.type = 'seizure_release' AND CAST(r.\"at\" AS DATE) - CAST(s.\"at\" AS DATE) = 30",
            # closed on the day of payment; transferred after exactly a day
            "FROM events p JOIN events c USING (case_id) WHERE p.type = 'payment' AND c.type = 'closing' "
            "AND CAST(p.\"at\" AS DATE) = CAST(c.\"at\" AS DATE)",
            "FROM referrals WHERE transferred_at - approved_at = INTERVAL 24 HOUR",
            # decided on the last day of an extension
            "FROM events x JOIN events d USING (case_id) WHERE x.type = 'extension' AND d.type = 'decision' "
            "AND CAST(d.\"at\" AS DATE) = x.extends_to",
            # fined under the later, lighter benchmark for an act of before
            "FROM cases c JOIN events d USING (case_id) JOIN benchmarks b USING (item_id, tier) WHERE d.type = 'decision' "
            "AND c.act_on <= b.effective_until AND CAST(d.\"at\" AS DATE) > b.effective_until AND c.fine_fen < b.fine_min_fen",
        ],
    )  # fmt: skip
    def test_are_met(self, facts: duckdb.DuckDBPyConnection, query: str) -> None:
        whole = f"FROM (SELECT 1 {query})"
        assert count(facts, whole) > 0

    def test_legal_reviewers_are_five_in_a_hundred_exactly(self, facts: duckdb.DuckDBPyConnection) -> None:
        shares = facts.sql(
            "SELECT agency_id, count(DISTINCT officer_id) FILTER (role = 'legal_reviewer') AS reviewers, "
            "count(DISTINCT officer_id) FILTER (role = 'officer') AS officers FROM officer_roles JOIN officers "
            'USING (officer_id) WHERE "until" IS NULL GROUP BY ALL'
        ).fetchall()
        assert any(reviewers * 20 == officers for _, reviewers, officers in shares)

    def test_some_questions_stay_open(self, answers: dict[str, dict[str, str]]) -> None:
        """Where the record is silent, the answer is *not evaluated*, and nothing was planted there."""
        silent = {rule for rule, each in answers.items() if "not_evaluated" in each.values()}
        assert len(silent) >= 15
        assert {rule for rule, each in answers.items() if "holds" not in each.values()} == ELSEWHERE

    def test_every_status_of_a_case_occurs(self, facts: duckdb.DuckDBPyConnection) -> None:
        states = {row[0] for row in facts.sql("SELECT DISTINCT status FROM cases WHERE kind = 'penalty'").fetchall()}
        assert states == {"open", "closed", "withdrawn", "transferred", "ended"}


class TestMaking:
    def test_the_same_seed_gives_the_same_bytes(self, tmp_path: Path) -> None:
        first = make(tmp_path / "1", 900, 3)
        make(tmp_path / "between", 2000, 4)
        second = make(tmp_path / "2", 900, 3)
        for file in sorted(first.iterdir()):
            assert file.read_bytes() == (second / file.name).read_bytes(), file.name

    def test_another_seed_gives_other_facts(self, tmp_path: Path) -> None:
        first, second = make(tmp_path / "1", 900, 3), make(tmp_path / "2", 900, 4)
        assert (first / "events.parquet").read_bytes() != (second / "events.parquet").read_bytes()

    def test_progress_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(generate, "CASES_A_DISTRICT", 150)
        told: list[tuple[int, int]] = []
        generate_demo(
            out_dir=tmp_path, cases=300, seed=1, as_of=AS_OF, progress=lambda done, wanted: told.append((done, wanted))
        )
        assert told == [(1, 2), (2, 2)]

    @pytest.mark.parametrize(
        ("cases", "violations", "as_of"),
        [(99, 0.02, AS_OF), (500, -0.1, AS_OF), (500, 0.5, AS_OF), (500, 0.02, date(2020, 1, 1))],
    )
    def test_refuses_what_it_cannot_make(self, tmp_path: Path, cases: int, violations: float, as_of: date) -> None:
        with pytest.raises(DemoRequestError):
            make(tmp_path, cases, 1, as_of, violations)

    def test_overwrites_only_its_own(self, tmp_path: Path) -> None:
        make(tmp_path, 200, 1)
        make(tmp_path, 200, 2)
        (tmp_path / "年终总结.docx").touch()
        with pytest.raises(DemoRequestError, match="别的文件"):
            make(tmp_path, 200, 3)
