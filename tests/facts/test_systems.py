"""Files of the four kinds of systems that share data with the platform are read by their own headers."""

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from mingjing.facts.mapping import MappingError, load_mapping, mapping_of
from mingjing.facts.numbers import is_identity_like
from mingjing.facts.packages import UNREAD_EVENTS
from mingjing.facts.problems import ProblemKind
from mingjing.facts.read import read_facts
from mingjing.facts.report import ReadReport

SAMPLES = Path(__file__).parent / "samples"
FORMS = sorted(path.stem for path in SAMPLES.glob("*.csv"))
IDENTITY = "360426199101010071"


def rows_of(folder: Path, table: str) -> list[dict]:
    return pq.read_table(folder / f"{table}.parquet").to_pylist()


def sample(form: str) -> list[dict[str, str]]:
    with (SAMPLES / f"{form}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_rows(tmp_path: Path, rows: list[dict[str, str]], name: str = "a.csv") -> tuple[ReadReport, Path]:
    with (tmp_path / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return read_facts(tmp_path / name, tmp_path / "out"), tmp_path / "out"


@pytest.mark.parametrize("form", FORMS)
def test_a_sample_is_known_by_its_headers_and_read_without_a_fault(tmp_path, form):
    report = read_facts(SAMPLES / f"{form}.csv", tmp_path / "out")
    assert [source.mapping for source in report.sources] == [form]
    assert report.problem_total == 0
    assert report.sources[0].rows_kept == len(sample(form))
    assert report.tables[mapping_of(form).main.name].rows_kept == len(sample(form))


@pytest.mark.parametrize("form", FORMS)
def test_no_identity_number_gets_into_the_facts(tmp_path, form):
    read_facts(SAMPLES / f"{form}.csv", tmp_path / "out")
    for file in (tmp_path / "out").glob("*.parquet"):
        assert IDENTITY not in json.dumps(pq.read_table(file).to_pylist(), default=str, ensure_ascii=False), file.name


class TestInspections:
    def test_officers_in_one_cell_become_officers_with_their_credentials(self, tmp_path):
        read_facts(SAMPLES / "regulation-inspection.csv", tmp_path / "out")
        pairs = [(row["inspection_id"], row["officer_id"]) for row in rows_of(tmp_path / "out", "inspection_officers")]
        assert pairs[:2] == [
            ("JC:370831-JC-2026-0001", "Z:15H08310001"),
            ("JC:370831-JC-2026-0001", "Z:15H08310002"),
        ]
        assert len(pairs) == 8
        names = {row["officer_id"]: row["name"] for row in rows_of(tmp_path / "out", "officers")}
        assert names["Z:15H08310012"] == "周八"
        credentials = {row["credential_no"]: row["officer_id"] for row in rows_of(tmp_path / "out", "credentials")}
        assert credentials["15H08310003"] == "Z:15H08310003"

    def test_officers_and_credentials_that_do_not_match_are_named_and_nobody_is_lost(self, tmp_path):
        rows = sample("regulation-inspection")
        rows[0]["执法证号"] = "15H08310001"
        rows[1]["执法证号"] = "、15H08310003"
        report, out = read_rows(tmp_path, rows[:2])
        conflicts = [problem for problem in report.problems if problem.kind is ProblemKind.CONFLICT]
        assert [(problem.row, problem.value) for problem in conflicts] == [(2, "15H08310001")]
        officers = {row["officer_id"]: row["name"] for row in rows_of(out, "officers")}
        assert officers == {
            "Z:a.csv#2.1": "张三",
            "Z:a.csv#2.2": "李四",
            "Z:a.csv#3.1": "张三",
            "Z:15H08310003": "王五",
        }
        assert len(rows_of(out, "inspection_officers")) == 4

    def test_a_list_without_officers_says_nothing_about_officers(self, tmp_path):
        rows = [
            {name: cell for name, cell in row.items() if name not in ("检查人员", "执法证号")}
            for row in sample("random-inspection")
        ]
        report, out = read_rows(tmp_path, rows)
        assert "inspection_officers" in report.missing_tables
        assert not (out / "inspection_officers.parquet").exists()

    def test_results_without_a_code_of_the_standard_stay_blank_and_unknown_ones_are_named(self, tmp_path):
        rows = sample("random-inspection")
        rows[1]["检查结果"] = "差不多"
        report, out = read_rows(tmp_path, rows)
        assert [row["result"] for row in rows_of(out, "inspections")] == ["none", None, None]
        assert [(problem.row, problem.column, problem.value) for problem in report.problems] == [
            (3, "检查结果", "差不多")
        ]
        kept = [row["检查结果"] for row in rows_of(out, "inspections.extra")]
        assert kept == ["未发现问题", "差不多", "通过登记的住所（经营场所）无法联系"]

    def test_one_task_and_one_object_make_one_inspection_with_all_its_items(self, tmp_path):
        read_facts(SAMPLES / "random-inspection.csv", tmp_path / "out")
        first = rows_of(tmp_path / "out", "inspections")[0]
        assert first["inspection_id"] == "SJ:370831202603010001//91370831MA3C00001J"
        assert first["item_ids"] == "CC:食品生产监督检查|CC:登记事项检查"
        assert first["selection"] == "random"
        assert rows_of(tmp_path / "out", "disclosures")[0]["subject_id"] == first["inspection_id"]

    def test_fields_of_the_publicity_system_are_known_too(self, tmp_path):
        row = {
            "raninsPlanId": "34000020171000",
            "raninsTaskId": "340000201709041000",
            "insAuth": "某县市场监督管理局",
            "entName": "某合作社",
            "uniscId": "91370831MA3C00001J",
            "raninsItemName": "登记事项检查",
            "raninsCheckResName": "未发现问题",
            "insDate": "2017-10-30",
        }
        report, out = read_rows(tmp_path, [row])
        assert report.sources[0].mapping == "random-inspection"
        (inspection,) = rows_of(out, "inspections")
        assert (inspection["result"], inspection["ended_at"].date().isoformat()) == ("none", "2017-10-30")
        assert inspection["started_at"] is None


class TestPenalties:
    def test_a_step_said_to_be_taken_without_its_day_is_not_missing(self, tmp_path):
        rows = sample("regulation-penalty")
        rows[1]["法制审核日期"] = ""
        report, out = read_rows(tmp_path, rows)
        assert [(problem.row, problem.kind) for problem in report.problems] == [(3, ProblemKind.REQUIRED)]
        assert rows_of(out, UNREAD_EVENTS.removesuffix(".parquet")) == [
            {"case_id": "CF:泗应急罚〔2026〕3号", "type": "legal_review"}
        ]

    def test_a_hearing_is_said_but_the_form_has_no_day_for_it(self, tmp_path):
        rows = sample("regulation-penalty")
        rows[1]["是否听证"] = "是"
        _, out = read_rows(tmp_path, rows)
        assert "hearing" not in {row["type"] for row in rows_of(out, "events")}
        assert rows_of(out, "unread_events") == [{"case_id": "CF:泗应急罚〔2026〕3号", "type": "hearing"}]

    def test_the_same_case_has_one_key_in_both_forms(self, tmp_path):
        read_facts(SAMPLES / "regulation-penalty.csv", tmp_path / "a")
        read_facts(SAMPLES / "credit-penalty.csv", tmp_path / "b")
        keys = [[row["case_id"] for row in rows_of(tmp_path / name, "cases")] for name in "ab"]
        assert keys[0] == keys[1]
        parties = [[row["party_id"] for row in rows_of(tmp_path / name, "parties")] for name in "ab"]
        assert parties[0] == parties[1]

    def test_the_days_of_a_register_become_steps(self, tmp_path):
        read_facts(SAMPLES / "case-register.csv", tmp_path / "out")
        case = "AJ:SSSJ2026011//11370831004321000A"
        steps = {row["type"]: row for row in rows_of(tmp_path / "out", "events") if row["case_id"] == case}
        assert list(steps) == [
            "filing",
            "investigation_report",
            "prior_notice",
            "decision",
            "service",
            "payment",
            "closing",
        ]
        assert steps["service"]["about_event_id"] == steps["decision"]["event_id"]
        assert steps["payment"]["amount_fen"] == 508_650
        assert steps["filing"]["at_has_time"]
        assert not steps["decision"]["at_has_time"]


def test_an_identity_number_is_told_from_other_codes():
    assert is_identity_like(IDENTITY)
    assert is_identity_like("360426199101010072"), "mistyped"
    assert is_identity_like("360426910101007"), "of the first generation"
    assert not is_identity_like("91370831MA3C00001J")
    assert not is_identity_like("370831200001234")
    assert not is_identity_like("15H08310001")


def test_a_right_credit_code_that_ends_in_two_signs_of_masking_is_whole(tmp_path):
    rows = sample("regulation-inspection")[:1]
    rows[0]["行政相对人编码"] = "91370831MA000119XX"
    _, out = read_rows(tmp_path, rows)
    (party,) = rows_of(out, "parties")
    assert (party["party_id"], party["uscc"]) == ("P:91370831MA000119XX", "91370831MA000119XX")


def test_the_main_table_takes_every_row():
    text = "fields: {a: [a]}\ntables: [{table: agencies, when: a, columns: {agency_id: a}}]"
    with pytest.raises(MappingError, match="主表"):
        load_mapping(text, "x")
