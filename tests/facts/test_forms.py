"""Facts go back into the forms of the systems they came from; what the standard does not hold stays blank and is said."""

import csv
import datetime as dt
import re
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.contexts.demo.usecases import generate_demo
from mingjing.engine.union import SourceFolder, unite
from mingjing.facts.forms import (
    NoFormError,
    NoStandardFactsError,
    amount_text,
    cells_of,
    columns_of,
    flags_of,
    header_of,
    write_form,
)
from mingjing.facts.mapping import MappingError, built_in, load_mapping, mapping_of
from mingjing.facts.problems import ProblemKind
from mingjing.facts.read import read_facts
from mingjing.facts.schema import PENALTIES, TABLES
from mingjing.facts.text import PENALTY_PHRASES, parse_amount, parse_confiscation, parse_fine, parse_penalties
from mingjing.facts.writing import TableWriter

SAMPLES = Path(__file__).parent / "samples"
KINDS = {
    "互联网+监管": ("regulation-inspection", "regulation-penalty"),
    "双随机、一公开": ("random-inspection",),
    "公共信用信息平台": ("credit-penalty", "credit-license"),
    "自建办案系统": ("case-register",),
}
FORMS = [form for forms in KINDS.values() for form in forms]


def rows_of(folder: Path, table: str) -> list[dict]:
    return pq.read_table(folder / f"{table}.parquet").to_pylist()


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def put(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def standing(folder: Path) -> dict[str, list[str]]:
    """All rows of all tables; a person known by an identity number is not known again without it."""
    found = {}
    for name in TABLES:
        if (folder / f"{name}.parquet").exists():
            rows = [
                re.sub(r"'P:(#[0-9a-f]{20}|[^']*#\d+)'", "'P:(person)'", repr(row)) for row in rows_of(folder, name)
            ]
            found[name] = sorted(rows)
    return found


class TestFourKindsOfSystems:
    @pytest.mark.requirement("RZ-88")
    @pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
    @pytest.mark.parametrize("form", FORMS)
    def test_what_was_read_is_written_and_read_again_as_the_same_facts(self, tmp_path, form, suffix):
        read_facts(SAMPLES / f"{form}.csv", tmp_path / "first")
        written = write_form(tmp_path / "first", mapping_of(form), tmp_path / f"{form}{suffix}", full=True)
        report = read_facts(tmp_path / f"{form}{suffix}", tmp_path / "second")
        assert written.rows == len(cells(SAMPLES / f"{form}.csv"))
        assert written.left_out == ()
        assert report.sources[0].mapping == form
        assert report.problem_total == 0
        assert standing(tmp_path / "second") == standing(tmp_path / "first")

    @pytest.mark.requirement("RZ-88")
    @pytest.mark.parametrize("form", FORMS)
    def test_a_record_delivered_again_replaces_the_one_of_its_key_and_a_new_one_is_added(self, tmp_path, form):
        rows = cells(SAMPLES / f"{form}.csv")
        mapping = mapping_of(form)
        key = next(name for name in ("act_no", "number", "task") if name in mapping.fields)
        name = next(header for header in mapping.fields["name"] if header in rows[0])
        number = next(header for header in mapping.fields[key] if header in rows[0])
        document = "处罚文书号" if form == "regulation-penalty" else number
        again = dict(rows[0]) | {name: "泗水县改名后商行"}
        new = dict(rows[0]) | {document: rows[0][document].replace("2026", "2027", 1), name: "泗水县新来商行"}
        read_facts(put(tmp_path / "a.csv", rows), tmp_path / "a")
        read_facts(put(tmp_path / "b.csv", [again, new]), tmp_path / "b")
        sources = [
            SourceFolder(label=label, folder=tmp_path / label, until=dt.date(2026, 6, 30)) for label in ("a", "b")
        ]
        with duckdb.connect() as connection:
            unite(connection, sources, tmp_path / "united")
        main = rows_of(tmp_path / "united", mapping.main.name)
        assert len(main) == len(rows) + 1
        names = {row["name"] for row in rows_of(tmp_path / "united", "parties")}
        assert "泗水县改名后商行" in names
        assert rows[0][name] not in names

    @pytest.mark.requirement("RZ-88")
    @pytest.mark.parametrize("form", FORMS)
    def test_what_is_wrong_is_told_by_row_and_the_other_rows_go_on(self, tmp_path, form):
        rows = cells(SAMPLES / f"{form}.csv")
        mapping = mapping_of(form)
        day = next(
            header for name in ("inspected", "decided") for header in mapping.fields.get(name, ()) if header in rows[0]
        )
        code = next(header for name in ("agency_code",) for header in mapping.fields[name] if header in rows[0])
        rows[1][day] = "2026-13-45"
        rows[1][code] = "11370831004321000X"
        report = read_facts(put(tmp_path / "a.csv", rows), tmp_path / "out")
        told = {(problem.row, problem.column, problem.value, problem.kind) for problem in report.problems}
        assert (3, code, "11370831004321000X", ProblemKind.WRONG_NUMBER) in told
        assert {entry[:3] for entry in told} >= {(3, day, "2026-13-45")}
        assert {entry[0] for entry in told} == {3}
        assert report.tables[mapping.main.name].rows_kept == len(rows)
        sheet = openpyxl.load_workbook(tmp_path / "out" / "bad_rows.xlsx")["问题清单"]
        assert "2026-13-45" in {cell.value for row in sheet.iter_rows() for cell in row}


@pytest.mark.parametrize("form", FORMS)
def test_every_column_of_a_form_is_filled_or_says_why_it_cannot_be(form):
    mapping = mapping_of(form)
    assert mapping.export is not None
    found, flags = cells_of(mapping), flags_of(mapping)
    for name in columns_of(mapping):
        can = bool(found[name]) or name in flags or name in mapping.export.compose
        assert can or name in mapping.export.absent, name
    assert len({header_of(mapping, name) for name in columns_of(mapping)}) == len(columns_of(mapping))
    written = [header_of(mapping, name) for name in columns_of(mapping)]
    assert mapping.resolve(written) == {name: header_of(mapping, name) for name in columns_of(mapping)}


@pytest.fixture(scope="module")
def district(tmp_path_factory) -> Path:
    """Facts as the platform exports them: with ids of its own, all kinds of steps, cases in every state."""
    folder = tmp_path_factory.mktemp("district") / "facts"
    generate_demo(out_dir=folder, cases=600, seed=5, as_of=dt.date(2026, 11, 20))
    return folder


@pytest.mark.parametrize("name", ["=HYPERLINK(A1)", "+86公司", "-公司", "@公司", "＝公司"])
def test_a_name_that_looks_like_a_formula_is_guarded_and_read_back(tmp_path, name):
    rows = [{**row, "行政相对人名称": name} for row in cells(SAMPLES / "credit-penalty.csv")[:1]]
    read_facts(put(tmp_path / "credit-penalty.csv", rows), tmp_path / "first")
    assert name in {row["name"] for row in rows_of(tmp_path / "first", "parties")}
    write_form(tmp_path / "first", mapping_of("credit-penalty"), tmp_path / "form.csv", full=True)
    assert cells(tmp_path / "form.csv")[0]["行政相对人名称"] == f"'{name}"
    read_facts(tmp_path / "form.csv", tmp_path / "second")
    assert name in {row["name"] for row in rows_of(tmp_path / "second", "parties")}


@pytest.mark.requirement("RZ-88")
@pytest.mark.parametrize("form", FORMS)
def test_facts_of_a_whole_district_come_back_as_they_were_written(tmp_path, district, form):
    first = write_form(district, mapping_of(form), tmp_path / "first.csv", full=True)
    report = read_facts(tmp_path / "first.csv", tmp_path / "facts")
    second = write_form(tmp_path / "facts", mapping_of(form), tmp_path / "second.csv", full=True)
    assert report.sources[0].mapping == form
    assert first.rows == second.rows > 20
    assert cells(tmp_path / "second.csv") == cells(tmp_path / "first.csv")


class TestPersons:
    def test_a_natural_person_is_masked_wherever_the_name_stands(self, tmp_path):
        read_facts(SAMPLES / "regulation-penalty.csv", tmp_path / "facts")
        write_form(tmp_path / "facts", mapping_of("regulation-penalty"), tmp_path / "a.csv")
        text = (tmp_path / "a.csv").read_text("utf-8-sig")
        assert "陈大勇" not in text
        assert "陈**无照经营案" in text
        assert "泗水县某康饭店" in text

    def test_an_identity_number_in_a_column_of_codes_is_masked_or_left_out(self, tmp_path):
        party = ("P1", "citizen", "陈大勇", "360426199101010071")
        with TableWriter(tmp_path / "facts", "parties", ["party_id", "kind", "name", "uscc"]) as writer:
            writer.write([party])
        with TableWriter(tmp_path / "facts", "agencies", ["agency_id", "name"]) as writer:
            writer.write([("A1", "某局")])
        columns = ["inspection_id", "agency_id", "party_id", "started_at", "started_at_has_time", "selection"]
        with TableWriter(tmp_path / "facts", "inspections", columns) as writer:
            writer.write([("J1", "A1", "P1", "2026-03-02", False, "random")])
        form = mapping_of("regulation-inspection")
        write_form(tmp_path / "facts", form, tmp_path / "masked.csv")
        write_form(tmp_path / "facts", form, tmp_path / "full.csv", full=True)
        write_form(tmp_path / "facts", mapping_of("random-inspection"), tmp_path / "random.csv", full=True)
        assert cells(tmp_path / "masked.csv")[0]["行政相对人编码"] == "360*************71"
        assert cells(tmp_path / "full.csv")[0]["行政相对人编码"] == "360426199101010071"
        assert cells(tmp_path / "random.csv")[0]["统一社会信用代码"] == ""
        assert cells(tmp_path / "full.csv")[0]["检查行为编号"] == "J1"


class TestFactsOfThePlatform:
    def facts(self, folder: Path) -> Path:
        columns = ["case_id", "case_no", "kind", "agency_id", "party_id", "fine_fen", "confiscated_fen"]
        rows = [
            ("C1", "泗市监罚〔2026〕1号", "penalty", "A1", "P1", 200_000, 0),
            ("C2", None, "penalty", "A1", "P1", None, None),
            ("C3", "泗市监罚〔2026〕3号", "penalty", "A1", "P1", 50_000, 12_345),
            ("C4", "泗市监许〔2026〕4号", "license", "A1", "P1", None, None),
        ]
        with TableWriter(folder, "cases", [*columns, "other_penalties", "disclosure_exempt"]) as writer:
            writer.write(
                [
                    (*rows[0], "warning|license_revoked", None),
                    (*rows[1], None, None),
                    (*rows[2], None, "涉及国家秘密"),
                    (*rows[3], None, None),
                ]
            )
        events = [
            ("E1", "C1", "decision", "2026-03-02 10:30", True),
            ("E2", "C1", "decision", "2026-04-02 09:00", True),
            ("E3", "C3", "decision", "2026-03-05 09:00", True),
            ("E4", "C4", "grant", "2026-03-05", False),
            ("E5", "C1", "legal_review", "2026-03-01", False),
        ]
        with TableWriter(folder, "events", ["event_id", "case_id", "type", "at", "at_has_time"]) as writer:
            writer.write(events)
        with TableWriter(folder, "parties", ["party_id", "kind", "name", "uscc"]) as writer:
            writer.write([("P1", "legal_person", "某某公司", "91370831MA3C00001J")])
        with TableWriter(folder, "agencies", ["agency_id", "name", "uscc"]) as writer:
            writer.write([("A1", "某某局", "11370831004321000A")])
        return folder

    def test_only_decided_cases_that_are_made_public_are_written(self, tmp_path):
        report = write_form(self.facts(tmp_path / "facts"), mapping_of("credit-penalty"), tmp_path / "a.csv")
        (row,) = cells(tmp_path / "a.csv")
        assert dict(report.left_out) == {"没有“行政处罚决定书文号”": 1, "依法不予公示": 1}
        assert row["行政处罚决定书文号"] == "泗市监罚〔2026〕1号"
        assert row["行政相对人类别"] == "法人及非法人组织"
        assert row["罚款金额(万元)"] == "0.200000"
        assert row["处罚内容"] == "罚款2000元；警告；吊销许可证件"
        assert row["处罚类别"] == "罚款、警告、吊销许可证件"
        assert row["处罚决定日期"] == "2026-04-02", "the day of the latest decision"
        assert {column.header: column.reason for column in report.blank}["证件号码"].startswith(
            "证件号码不进入数据标准"
        )

    def test_a_step_is_said_by_whether_it_was_taken(self, tmp_path):
        facts = self.facts(tmp_path / "facts")
        write_form(facts, mapping_of("regulation-penalty"), tmp_path / "a.csv")
        rows = {row["处罚文书号"]: row for row in cells(tmp_path / "a.csv")}
        first = rows["泗市监罚〔2026〕1号"]
        assert (first["是否法制审核"], first["法制审核日期"], first["是否集体讨论"]) == ("是", "2026-03-01", "否")
        assert (first["罚款金额(元)"], first["处罚结果"]) == ("2000", "罚款2000元；警告；吊销许可证件")
        assert rows["泗市监罚〔2026〕3号"]["处罚结果"] == "罚款500元；没收123.45元"
        assert first["处罚行为编号"] == "C1"

    def test_only_what_served_the_decision_is_written_as_its_service(self, tmp_path):
        facts = self.facts(tmp_path / "facts")
        events = [
            ("E1", "C1", "decision", "2026-03-02", None),
            ("E2", "C1", "service", "2026-03-04", "E1"),
            ("E3", "C1", "prior_notice", "2026-02-02", None),
            ("E4", "C1", "service", "2026-05-01", "E3"),
            ("E5", "C3", "prior_notice", "2026-02-02", None),
            ("E6", "C3", "service", "2026-02-03", "E5"),
        ]
        with TableWriter(facts, "events", ["event_id", "case_id", "type", "at", "about_event_id"]) as writer:
            writer.write(events)
        write_form(facts, mapping_of("case-register"), tmp_path / "a.csv")
        served = {row["案件编号"]: row["送达日期"][:10] for row in cells(tmp_path / "a.csv")}
        assert served == {"C1": "2026-03-04", "C2": "", "C3": ""}

    def test_field_codes_for_headers(self, tmp_path):
        write_form(self.facts(tmp_path / "facts"), mapping_of("credit-license"), tmp_path / "a.csv", codes=True)
        (row,) = cells(tmp_path / "a.csv")
        assert (row["XK_WSH"], row["XK_JDRQ"]) == ("泗市监许〔2026〕4号", "2026-03-05")

    def test_a_code_without_a_word_in_the_form_stays_blank_and_is_counted(self, tmp_path):
        facts = self.facts(tmp_path / "facts")
        with TableWriter(facts, "parties", ["party_id", "kind", "name"]) as writer:
            writer.write([("P1", "individual_business", "某某商行")])
        report = write_form(facts, mapping_of("regulation-penalty"), tmp_path / "a.csv")
        assert {row["行政相对人性质"] for row in cells(tmp_path / "a.csv")} == {""}
        assert "有 2 格的代码，表里没有对应的词" in next(
            column.reason for column in report.columns if column.header == "行政相对人性质"
        )

    def test_nothing_is_left_where_it_cannot_be_written(self, tmp_path):
        facts = self.facts(tmp_path / "facts")
        with pytest.raises(NoFormError, match="只能读入"):
            write_form(facts, mapping_of("event-log"), tmp_path / "a.csv")
        with pytest.raises(NoStandardFactsError, match="行政检查"):
            write_form(facts, mapping_of("random-inspection"), tmp_path / "a.csv")
        with pytest.raises(NoStandardFactsError, match="facts read"):
            write_form(SAMPLES, mapping_of("credit-penalty"), tmp_path / "a.csv")
        assert [path.name for path in tmp_path.iterdir()] == ["facts"]


class TestWords:
    @given(st.sets(st.sampled_from(sorted(PENALTIES))))
    def test_the_penalties_read_back(self, chosen):
        text = "；".join(PENALTY_PHRASES[code] for code in chosen)
        assert set(parse_penalties(text)) == chosen

    @given(st.integers(1, 10**10), st.integers(1, 10**10))
    def test_the_sums_of_a_sentence_read_back(self, fine, confiscated):
        text = f"罚款{amount_text(fine, '元')}元；没收{amount_text(confiscated, '元')}元；警告"
        assert (parse_fine(text), parse_confiscation(text)) == (fine, confiscated)

    @given(st.integers(0, 10**12), st.sampled_from(["元", "万元", "分"]))
    def test_an_amount_in_the_unit_of_the_form_reads_back(self, fen, unit):
        assert parse_amount(amount_text(fen, unit), unit=unit) == fen


class TestDeclaration:
    MAPPING = (
        "fields: {a: [甲], b: [乙]}\nmatch: [a]\n"
        "tables: [{{table: agencies, columns: {{agency_id: a, name: b}}}}]\nexport: {export}"
    )

    @pytest.mark.parametrize(
        ("export", "said"),
        [
            ("{colour: red}", "不认识"),
            ("{require: [c]}", "没有声明的字段"),
            ("{personal: {a: secret}}", "没有“secret”这种 personal"),
            ("{compose: {a: poem}}", "没有“poem”这种 compose"),
            ("{unless: {case_no: 无}}", "不在“执法主体”表里"),
        ],
    )
    def test_what_is_not_known_is_refused(self, export, said):
        with pytest.raises(MappingError, match=said):
            load_mapping(self.MAPPING.replace("{{", "{").replace("}}", "}").replace("{export}", export), "x")

    def test_the_forms_of_the_four_kinds_are_the_ones_that_can_be_written(self):
        assert sorted(mapping.id for mapping in built_in() if mapping.export is not None) == sorted(FORMS)
