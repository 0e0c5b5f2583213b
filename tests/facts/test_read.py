"""Files of every kind become the same standard Parquet, and every row is accounted for."""

import datetime as dt
import json
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.facts.cast import arrow_schema
from mingjing.facts.problems import ProblemKind
from mingjing.facts.read import NothingReadableError, OutputInTheWayError, Progress, read_facts
from mingjing.facts.report import ReadReport
from mingjing.facts.schema import TABLES
from mingjing.facts.standard import inspect_standard

CHINESE = ["案件编码", "文号", "案件类型", "程序", "违法行为发生日", "罚款金额（元）", "其他处罚", "重大执法决定"]
ROWS = [
    ["C1", "泗市监罚〔2024〕1号", "行政处罚", "简易", "2024-05-06", "200", "警告|吊销", "是"],
    ["C2", "泗市监罚〔2024〕2号", "penalty", "普通", "2024年5月7日", "1,000.50", "", "否"],
    ["C3", "泗市监罚〔2024〕3号", "行政许可", "", "二〇二四年五月八日", "1.2万元", "", ""],
]
EXPECTED = [
    ("C1", "泗市监罚〔2024〕1号", "penalty", "summary", dt.date(2024, 5, 6), 20000, "warning|license_revoked", True),
    ("C2", "泗市监罚〔2024〕2号", "penalty", "ordinary", dt.date(2024, 5, 7), 100050, None, False),
    ("C3", "泗市监罚〔2024〕3号", "license", None, dt.date(2024, 5, 8), 1200000, None, None),
]
COLUMNS = ["case_id", "case_no", "kind", "procedure", "act_on", "fine_fen", "other_penalties", "is_major"]


def csv_text(rows, delimiter=",", headers=CHINESE):
    def cell(text):
        return f'"{text}"' if any(mark in text for mark in (delimiter, '"', "\n")) else text

    return "".join(delimiter.join(map(cell, row)) + "\r\n" for row in [headers, *rows])


def cases_of(folder: Path):
    table = pq.read_table(folder / "cases.parquet")
    assert table.schema.equals(arrow_schema(TABLES["cases"]))
    return list(zip(*(table[name].to_pylist() for name in COLUMNS), strict=True))


def write_sheet(path, sheets):
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
    book.close()


class TestKindsOfFile:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_csv_of_any_encoding_and_delimiter(self, tmp_path, delimiter, encoding):
        (tmp_path / "案件.csv").write_bytes(csv_text(ROWS, delimiter).encode(encoding))
        report = read_facts(tmp_path / "案件.csv", tmp_path / "out")
        assert cases_of(tmp_path / "out") == EXPECTED
        assert report.problem_total == 0
        assert report.tables["cases"].rows_kept == 3

    def test_english_and_full_width_headers_in_any_order_below_a_title(self, tmp_path):
        headers = ["FINE_FEN", "\uff23\uff41\uff53\uff45\uff3fid", " kind* ", "is_major "]
        rows = [["2024年案件一览表", "", "", ""], headers, ["500", "C9", "penalty", "yes"]]
        (tmp_path / "cases_2024.csv").write_text(csv_text(rows[1:], headers=rows[0]), "utf-8")
        read_facts(tmp_path / "cases_2024.csv", tmp_path / "out")
        row = cases_of(tmp_path / "out")[0]
        assert (row[0], row[5], row[7]) == ("C9", 500, True)

    def test_workbook_with_a_sheet_per_table(self, tmp_path):
        book = xlsxwriter.Workbook(str(tmp_path / "交换.xlsx"))
        page = book.add_worksheet("案件")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, CHINESE)
        page.write_row(1, 0, ["C1", "泗市监罚〔2024〕1号", "行政处罚", "简易"])
        page.write_datetime(1, 4, dt.datetime(2024, 5, 6), day)
        page.write_number(1, 5, 200)
        page.write_row(1, 6, ["警告|吊销", True])
        events = book.add_worksheet("办案环节")
        events.write_row(0, 0, ["案件编码", "环节类型", "时间", "结束时间"])
        events.write_row(1, 0, ["C1", "立案"])
        events.write_datetime(1, 2, dt.datetime(2024, 5, 6), day)
        events.write_datetime(1, 3, dt.datetime(2024, 5, 6, 10, 30), day)
        book.add_worksheet("说明").write(0, 0, "不是数据")
        book.close()
        report = read_facts(tmp_path / "交换.xlsx", tmp_path / "out")
        assert cases_of(tmp_path / "out") == EXPECTED[:1]
        event = pq.read_table(tmp_path / "out/events.parquet").to_pylist()[0]
        assert (event["at"], event["at_has_time"]) == (dt.datetime(2024, 5, 6), False)
        assert (event["ended_at"], event["ended_at_has_time"]) == (dt.datetime(2024, 5, 6, 10, 30), True)
        assert event["event_id"] == "#交换.xlsx[办案环节]#2"
        assert "event_id" not in report.missing("events")
        assert report.refused == {}

    def test_json_lines_and_json_arrays(self, tmp_path):
        records = [dict(zip(COLUMNS, row, strict=True)) for row in EXPECTED]
        for record in records:
            record["act_on"] = str(record["act_on"])
            record["other_penalties"] = (record["other_penalties"] or "").split("|")
        (tmp_path / "cases.jsonl").write_text("\n".join(json.dumps(record) for record in records), "utf-8")
        read_facts(tmp_path / "cases.jsonl", tmp_path / "out")
        assert cases_of(tmp_path / "out") == EXPECTED
        (tmp_path / "案件.json").write_text(json.dumps(records, ensure_ascii=False), "utf-8")
        read_facts(tmp_path / "案件.json", tmp_path / "out2")
        assert cases_of(tmp_path / "out2") == EXPECTED

    def test_parquet_of_loose_types(self, tmp_path):
        table = pa.table(
            {
                "case_id": pa.array([1, 2]),
                "kind": pa.array(["行政处罚", "penalty"]).dictionary_encode(),
                "act_on": pa.array([dt.datetime(2024, 5, 6), None], pa.timestamp("ms")),
                "fine_fen": pa.array([100.0, None]),
                "other_penalties": pa.array([["warning"], []], pa.list_(pa.string())),
            }
        )
        pq.write_table(table, tmp_path / "cases.parquet")
        read_facts(tmp_path / "cases.parquet", tmp_path / "out")
        assert [row[:3] + row[4:7] for row in cases_of(tmp_path / "out")] == [
            ("1", None, "penalty", dt.date(2024, 5, 6), 100, "warning"),
            ("2", None, "penalty", None, None, None),
        ]

    def test_a_folder_and_a_zip_with_chinese_names(self, tmp_path):
        folder = tmp_path / "in"
        folder.mkdir()
        (folder / "案件.csv").write_text(csv_text(ROWS[:2]), "utf-8")
        (folder / "案件_2.csv").write_text(csv_text(ROWS[2:]), "gb18030")
        (folder / "readme.md").write_text("x", "utf-8")
        with zipfile.ZipFile(tmp_path / "数据.zip", "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("案件.csv", (folder / "案件.csv").read_bytes())
            package.writestr("XXXX_2.csv", (folder / "案件_2.csv").read_bytes())
        # Chinese Windows stores names in GBK, without a mark that says so
        data = (tmp_path / "数据.zip").read_bytes()
        (tmp_path / "数据.zip").write_bytes(data.replace(b"XXXX_2.csv", "案件_2.csv".encode("gb18030")))
        for source in (folder, tmp_path / "数据.zip"):
            out = tmp_path / f"out-{source.stem}"
            report = read_facts(source, out)
            assert cases_of(out) == EXPECTED
            assert len(report.sources) == 2

    def test_a_table_is_known_by_its_headers_where_the_name_says_nothing(self, tmp_path):
        (tmp_path / "导出数据.csv").write_text(csv_text(ROWS), "utf-8")
        report = read_facts(tmp_path / "导出数据.csv", tmp_path / "out")
        assert cases_of(tmp_path / "out") == EXPECTED
        assert "认作" in report.notes[0]

    def test_a_table_of_doubtful_name_does_not_join_one_that_bears_it(self, tmp_path):
        folder = tmp_path / "in"
        folder.mkdir()
        (folder / "案件.csv").write_text(csv_text(ROWS[:1]), "utf-8")
        (folder / "核对结果.csv").write_text(csv_text(ROWS[1:]), "utf-8")
        (folder / "truth.csv").write_text("rule_id,subject,subject_id\nr,case,C1\n", "utf-8")
        report = read_facts(folder, tmp_path / "out")
        assert cases_of(tmp_path / "out") == EXPECTED[:1]
        assert set(report.refused) == {"核对结果.csv", "truth.csv"}
        assert "disclosures" in report.missing_tables


class TestStandardParquet:
    def test_what_is_standard_already_is_not_rewritten(self, tmp_path):
        (tmp_path / "案件.csv").write_text(csv_text(ROWS), "utf-8")
        first = read_facts(tmp_path / "案件.csv", tmp_path / "one")
        second = read_facts(tmp_path / "one", tmp_path / "two")
        assert second.is_standard_input
        assert (tmp_path / "one/cases.parquet").read_bytes() == (tmp_path / "two/cases.parquet").read_bytes()
        assert second.missing("cases") == first.missing("cases")
        assert "tier" in second.missing("cases")
        assert second.missing("events") == set(TABLES["events"].names)

    def test_notes_beside_the_tables_are_left_and_tables_beside_them_are_not(self, tmp_path):
        (tmp_path / "in").mkdir()
        pq.write_table(pa.table({"case_id": ["1"], "kind": ["penalty"]}), tmp_path / "in/cases.parquet")
        (tmp_path / "in/demo.json").write_text("{}", "utf-8")
        report = read_facts(tmp_path / "in", tmp_path / "one")
        assert report.is_standard_input
        assert "demo.json" in report.notes[0]
        (tmp_path / "in/parties.jsonl").write_text('{"party_id":"P1"}', "utf-8")
        report = read_facts(tmp_path / "in", tmp_path / "two")
        assert not report.is_standard_input
        assert set(report.tables) == {"cases", "parties"}

    def test_a_wrong_type_is_not_standard(self, tmp_path):
        pq.write_table(pa.table({"case_id": [1], "kind": ["penalty"]}), tmp_path / "cases.parquet")
        assert inspect_standard(tmp_path / "cases.parquet") is None

    def test_files_without_the_platform_s_mark_count_all_their_columns_as_given(self, tmp_path):
        pq.write_table(pa.table({"case_id": ["1"], "kind": ["penalty"]}), tmp_path / "cases.parquet")
        report = inspect_standard(tmp_path / "cases.parquet")
        assert report is not None
        assert "case_no" in report.missing("cases")
        assert "kind" not in report.missing("cases")


class TestBadCells:
    def bad_file(self, tmp_path):
        rows = [
            ["C1", "泗市监罚〔2024〕1号", "行政处罚", "简易", "2024-02-30", "若干", "警告", "也许"],
            ["", "泗市监罚〔2024〕2号", "行政处罚", "普通", "2024-05-07", "100", "", "否"],
            ["C3", "泗市监罚〔2024〕3号", "放假", "普通", "2024-05-08", "100", "", "否"],
            ["C4", "泗市监罚（2024）1号", "行政处罚", "普通", "2024-05-08", "100", "流放", "否"],
        ]
        text = csv_text(rows) + "C5,太短\r\n" + ",,,,,,,\r\n" + "\r\n"
        path = tmp_path / "案件.csv"
        path.write_text(text, "utf-8")
        return path

    def test_each_is_named_with_file_row_column_value_reason_and_remedy(self, tmp_path):
        report = read_facts(self.bad_file(tmp_path), tmp_path / "out")
        found = {(p.row, p.column, p.value, p.kind) for p in report.problems}
        assert found == {
            (2, "违法行为发生日", "2024-02-30", ProblemKind.UNREADABLE),
            (2, "罚款金额（元）", "若干", ProblemKind.UNREADABLE),
            (2, "重大执法决定", "也许", ProblemKind.UNREADABLE),
            (3, "案件编码", None, ProblemKind.REQUIRED),
            (4, "案件类型", "放假", ProblemKind.REQUIRED),
            (5, "其他处罚", "流放", ProblemKind.UNREADABLE),
            (5, "文号", "泗市监罚（2024）1号".replace("（2024）", "〔2024〕"), ProblemKind.DUPLICATE_NUMBER),
            (6, "", "C5,太短", ProblemKind.MALFORMED),
        }
        assert all(problem.reason and problem.remedy and problem.file == "案件.csv" for problem in report.problems)

    def test_bad_optional_cells_become_empty_and_rows_without_required_ones_are_left_out(self, tmp_path):
        report = read_facts(self.bad_file(tmp_path), tmp_path / "out")
        assert [row[0] for row in cases_of(tmp_path / "out")] == ["C1", "C4"]
        assert cases_of(tmp_path / "out")[0][4:6] == (None, None)
        source = report.sources[0]
        assert (source.rows_read, source.rows_kept, source.rows_left_out, source.rows_blank) == (5, 2, 3, 2)

    def test_the_workbook_goes_back_and_comes_again_corrected(self, tmp_path):
        read_facts(self.bad_file(tmp_path), tmp_path / "out")
        book = openpyxl.load_workbook(tmp_path / "out/bad_rows.xlsx")
        assert book.sheetnames == ["案件", "问题清单"]
        page = book["案件"]
        assert [cell.value for cell in page[1]] == [*CHINESE, "退回原因"]
        rejected = {row[1].value: row for row in page.iter_rows(min_row=2)}
        assert rejected["泗市监罚〔2024〕2号"][0].fill.fgColor.rgb == "FFFFE08A"
        assert "必填" in rejected["泗市监罚〔2024〕2号"][-1].value
        rejected["泗市监罚〔2024〕2号"][0].value = "C2"
        rejected["泗市监罚〔2024〕3号"][2].value = "行政处罚"
        for row in list(page.iter_rows(min_row=2)):
            if row[1].value is None:
                page.delete_rows(row[0].row)
        book.save(tmp_path / "改正.xlsx")
        report = read_facts(tmp_path / "改正.xlsx", tmp_path / "again")
        assert [row[0] for row in cases_of(tmp_path / "again")] == ["C2", "C3"]
        assert report.problem_total == 0
        assert report.tables["cases"].unknown_columns == ()

    def test_more_than_the_workbook_holds_is_counted_and_said(self, tmp_path, monkeypatch):
        monkeypatch.setattr("mingjing.facts.problems.KEPT_PROBLEMS", 10)
        monkeypatch.setattr("mingjing.facts.problems.KEPT_ROWS", 5)
        (tmp_path / "cases.csv").write_text("case_id,kind\n" + "".join(f"C{n},坏\n" for n in range(50)), "utf-8")
        report = read_facts(tmp_path / "cases.csv", tmp_path / "out")
        assert report.problem_total == 50
        assert len(report.problems) == 10
        assert any("50" in note for note in report.notes)
        assert pq.read_metadata(tmp_path / "out/bad_cells.parquet").num_rows == 50

    def test_wrong_codes_are_reported_and_kept(self, tmp_path):
        lines = [
            "party_id,kind,uscc,jurisdiction_code",
            "P1,法人,91370800MA3C0000X9,370831",
            "P2,公民,360426199101010071,37",
        ]
        (tmp_path / "parties.csv").write_text("\n".join(lines), "utf-8")
        report = read_facts(tmp_path / "parties.csv", tmp_path / "out")
        assert [(p.row, p.column, p.kind) for p in report.problems] == [
            (2, "uscc", ProblemKind.WRONG_NUMBER),
            (3, "jurisdiction_code", ProblemKind.WRONG_NUMBER),
        ]
        assert pq.read_table(tmp_path / "out/parties.parquet")["uscc"].to_pylist()[0] == "91370800MA3C0000X9"


class TestLinks:
    def test_repeated_keys_and_missing_rows_are_reported_and_kept(self, tmp_path):
        folder = tmp_path / "in"
        folder.mkdir()
        (folder / "cases.csv").write_text("case_id,kind,party_id\nC1,penalty,P1\nC2,penalty,P9\nC1,penalty,\n", "utf-8")
        (folder / "parties.csv").write_text("party_id,name\nP1,甲\n", "utf-8")
        (folder / "events.csv").write_text("case_id,type,at\nC1,立案,2024-01-01\nC7,立案,2024-01-01\n", "utf-8")
        report = read_facts(folder, tmp_path / "out")
        assert {(p.table, p.row, p.column, p.value, p.kind) for p in report.problems} == {
            ("cases", 4, "案件编码", "C1", ProblemKind.DUPLICATE_KEY),
            ("cases", 3, "当事人编码", "P9", ProblemKind.ORPHAN),
            ("events", 3, "案件编码", "C7", ProblemKind.ORPHAN),
        }
        assert report.tables["cases"].rows_kept == 3

    def test_lists_of_references_are_looked_up_one_by_one(self, tmp_path):
        folder = tmp_path / "in"
        folder.mkdir()
        (folder / "items.csv").write_text("item_id,name\nI1,甲\n", "utf-8")
        (folder / "inspections.csv").write_text("inspection_id,item_ids\nX1,I1|I2\n", "utf-8")
        report = read_facts(folder, tmp_path / "out")
        assert [(p.value, p.kind) for p in report.problems] == [("I2", ProblemKind.ORPHAN)]


class TestUnknown:
    def test_unknown_columns_are_kept_aside_and_reported(self, tmp_path):
        (tmp_path / "cases.csv").write_text("case_id,kind,天气\nC1,penalty,晴\n,penalty,雨\nC3,penalty,\n", "utf-8")
        report = read_facts(tmp_path / "cases.csv", tmp_path / "out")
        assert report.tables["cases"].unknown_columns == ("天气",)
        extra = pq.read_table(tmp_path / "out/cases.extra.parquet").to_pylist()
        assert [(row["_row"], row["_case_id"], row["天气"]) for row in extra] == [(2, "C1", "晴"), (4, "C3", None)]

    def test_unknown_kinds_of_event_are_kept_and_reported(self, tmp_path):
        (tmp_path / "events.csv").write_text("case_id,type,at\nC1,放风筝,2024-01-01\nC1,放风筝,2024-01-02\n", "utf-8")
        report = read_facts(tmp_path / "events.csv", tmp_path / "out")
        assert pq.read_table(tmp_path / "out/events.parquet")["type"].to_pylist() == ["放风筝"] * 2
        assert [(p.kind, p.value) for p in report.problems] == [(ProblemKind.UNKNOWN_CODE, "放风筝")]
        assert report.problem_total == 2

    def test_a_column_where_empty_means_nothing_must_come_from_every_file(self, tmp_path):
        folder = tmp_path / "in"
        folder.mkdir()
        (folder / "credentials_1.csv").write_text("credential_no,officer_id,revoked_on,kind\n1,O1,,a\n", "utf-8")
        (folder / "credentials_2.csv").write_text("credential_no,officer_id\n2,O1\n", "utf-8")
        report = read_facts(folder, tmp_path / "out")
        assert "revoked_on" in report.missing("credentials")
        assert "kind" not in report.missing("credentials")


class TestReport:
    def test_is_saved_and_loaded(self, tmp_path):
        (tmp_path / "cases.csv").write_text("case_id,kind,x\nC1,penalty,1\nC2,坏,2\n", "utf-8")
        report = read_facts(tmp_path / "cases.csv", tmp_path / "out")
        loaded = ReadReport.load(tmp_path / "out")
        assert loaded.to_json() == report.to_json()
        assert loaded.missing("cases") == report.missing("cases")
        data = json.loads((tmp_path / "out/read_report.json").read_text("utf-8"))
        assert "tier" in data["missing_columns"]["cases"]
        assert "events" in data["missing_tables"]
        assert "案件（cases）：1 行，另有 1 行未读入" in report.summary()


class TestBreakingOff:
    def test_a_callback_that_raises_leaves_nothing_behind(self, tmp_path):
        (tmp_path / "cases.csv").write_text("case_id,kind\nC1,penalty\n", "utf-8")
        seen = []

        def stop(progress: Progress):
            seen.append(progress.stage)
            if progress.rows:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            read_facts(tmp_path / "cases.csv", tmp_path / "out", progress=stop)
        assert [entry.name for entry in tmp_path.iterdir()] == ["cases.csv"]
        assert seen[0] == "打开"

    def test_an_earlier_result_is_replaced_only_at_the_end(self, tmp_path):
        (tmp_path / "cases.csv").write_text("case_id,kind\nC1,penalty\n", "utf-8")
        read_facts(tmp_path / "cases.csv", tmp_path / "out")
        (tmp_path / "bad.csv").write_text("", "utf-8")
        with pytest.raises(NothingReadableError):
            read_facts(tmp_path / "bad.csv", tmp_path / "out")
        assert cases_of(tmp_path / "out")[0][0] == "C1"
        (tmp_path / "cases.csv").write_text("case_id,kind\nC2,penalty\n", "utf-8")
        read_facts(tmp_path / "cases.csv", tmp_path / "out")
        assert cases_of(tmp_path / "out")[0][0] == "C2"

    def test_an_earlier_result_inside_the_input_is_not_read_again(self, tmp_path):
        (tmp_path / "cases.csv").write_text("case_id,kind\nC1,penalty\n", "utf-8")
        for _ in range(2):
            report = read_facts(tmp_path, tmp_path / "out")
            assert [source.file for source in report.sources] == ["cases.csv"]

    def test_foreign_files_are_never_overwritten(self, tmp_path):
        (tmp_path / "cases.csv").write_text("case_id,kind\nC1,penalty\n", "utf-8")
        (tmp_path / "out").mkdir()
        (tmp_path / "out/重要.txt").write_text("x", "utf-8")
        with pytest.raises(OutputInTheWayError, match="已有别的文件"):
            read_facts(tmp_path / "cases.csv", tmp_path / "out")


CELL = st.text(st.characters(codec="utf-8", exclude_characters='\0\r\n",', exclude_categories=("Cs", "Cc")), max_size=8)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.one_of(st.sampled_from(["C1", "C2", "C3", ""]), CELL),
            st.sampled_from(["penalty", "行政处罚", "坏", "", "license"]),
            st.one_of(st.sampled_from(["2024-05-06", "昨天", ""]), CELL),
            st.one_of(st.sampled_from(["100", "1.5", ""]), CELL),
        ),
        min_size=1,
        max_size=12,
    ),
    extra=st.lists(st.integers(0, 6), max_size=3),
)
def test_no_row_is_ever_lost(tmp_path, rows, extra):
    """Rows read are rows kept and rows reported, whatever the cells hold."""
    lines = ["case_id,kind,act_on,fine_fen", *(",".join(row) for row in rows)]
    lines.extend(",".join(["x"] * count) for count in extra)
    (tmp_path / "cases.csv").write_text("\n".join(lines) + "\n", "utf-8")
    report = read_facts(tmp_path / "cases.csv", tmp_path / "out")
    source = report.sources[0]
    assert source.rows_read + source.rows_blank == len(rows) + len(extra)
    assert source.rows_read == source.rows_kept + source.rows_left_out
    assert pq.read_metadata(tmp_path / "out/cases.parquet").num_rows == source.rows_kept
    lost = {p.row for p in report.problems if p.kind in (ProblemKind.REQUIRED, ProblemKind.MALFORMED)}
    assert len(lost) == source.rows_left_out


def test_an_open_document_sheet(tmp_path):
    """The smallest ODS that a spreadsheet program would write."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in row
        )
        + "</table:table-row>"
        for row in [["案件编码", "案件类型"], ["C1", "行政处罚"]]
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="案件">{cells}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as package:
        package.writestr("mimetype", kind)
        package.writestr("content.xml", content)
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
    read_facts(tmp_path / "a.ods", tmp_path / "out")
    assert cases_of(tmp_path / "out")[0][:3] == ("C1", None, "penalty")


class TestSeveralLists:
    """What one list holds, another does not; nobody is blamed for a step that his list has no column for."""

    DECISIONS = "处罚决定书文号,被处罚人姓名,处罚事由,处罚依据,处罚结果,行政执法单位名称,处罚日期\n沪公〔2024〕1号,孙*,殴打他人,法,罚款二百元,某公安局,2024-06-08\n"
    NOTICES = '{"EventID":"1","标题":"某证监局行政处罚决定书〔2024〕28号","公告日期":"2024-05-21","处罚类型":"警告","违规类型":"其他"}\n'
    PLAIN = "案件编码,案件类型\nC1,行政处罚\n"
    STEPS = "案件编码,环节,时间\nC1,立案,2026-01-05\nC1,处罚决定,2026-02-05\n"

    def read(self, folder, **files):
        (folder / "in").mkdir()
        for name, text in files.items():
            (folder / "in" / name.replace("_", ".")).write_text(text, "utf-8")
        return read_facts(folder / "in", folder / "out")

    def test_a_list_alone_gives_what_it_has(self, tmp_path):
        report = self.read(tmp_path, 公告_jsonl=self.NOTICES)
        assert "disclosures" not in report.missing_tables
        assert "events" in report.missing_tables

    def test_two_lists_give_only_what_both_have(self, tmp_path):
        report = self.read(tmp_path, 清单_csv=self.DECISIONS, 公告_jsonl=self.NOTICES)
        assert {"events", "disclosures"} <= set(report.missing_tables)
        assert report.tables["disclosures"].rows_kept == 1
        assert any("分开检查" in note for note in report.notes)

    def test_beside_tables_of_the_standard_too(self, tmp_path):
        report = self.read(tmp_path, 清单_csv=self.DECISIONS, 案件_csv=self.PLAIN, 办案环节_csv=self.STEPS)
        assert report.event_types_given == ("decision",)
        assert any("分开检查" in note for note in report.notes)

    def test_a_table_of_the_standard_completes_a_list(self, tmp_path):
        shown = "subject,subject_id,published_at\ncase,X,2024-06-10\n"
        report = self.read(tmp_path, 清单_csv=self.DECISIONS, 公示_csv=shown)
        assert "disclosures" not in report.missing_tables

    def test_the_tables_of_the_standard_come_before_what_a_log_tells_of_the_same_cases(self, tmp_path):
        log = "case,activity,time,resource\nC1,立案,2026-01-05,甲\nC9,立案,2026-01-06,乙\n"
        report = self.read(tmp_path, a_csv=log, 案件_csv="案件编码,案件类型,文号\nC1,行政许可,泗〔2026〕1号\n")
        rows = pq.read_table(tmp_path / "out/cases.parquet").to_pylist()
        assert [(row["case_id"], row["kind"]) for row in rows] == [("C1", "license"), ("C9", "penalty")]
        assert not [one for one in report.problems if one.kind is ProblemKind.DUPLICATE_KEY]

    def test_the_header_of_the_standard_is_read_in_its_short_form(self, tmp_path):
        report = self.read(tmp_path, 案件_csv=self.PLAIN, 办案环节_csv=self.STEPS)
        assert [source.mapping for source in report.sources] == [None, None]
        assert report.event_types_given is None
        assert "events" not in report.missing_tables
