"""Foreign columns become tables of the standard; no row is lost, and nothing is guessed."""

import csv
import datetime as dt
import json
from pathlib import Path
from typing import ClassVar

import pyarrow.parquet as pq
import pytest

from mingjing.facts.mapping import MappingError, built_in, load_mapping, mapping_of
from mingjing.facts.problems import ProblemKind
from mingjing.facts.read import read_facts
from mingjing.facts.report import ReadReport
from mingjing.facts.text import parse_detention_days


def rows_of(folder: Path, table: str) -> list[dict]:
    return pq.read_table(folder / f"{table}.parquet").to_pylist()


def read_csv(tmp_path: Path, name: str, rows: list[list[str]], **options) -> tuple[ReadReport, Path]:
    with (tmp_path / name).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return read_facts(tmp_path / name, tmp_path / "out", **options), tmp_path / "out"


CODE = "92370831MA3C00001F"
AGENCY_CODE = "11370831004321000A"


class TestCreditPenalty:
    HEADERS: ClassVar = [
        "cf_xdr_mc",
        "cf_xdr_lb",
        "cf_xdr_shxym",
        "cf_wsh",
        "cf_wfxw",
        "cf_yj",
        "cf_cflb",
        "cf_nr",
        "cf_nr_fk",
        "cf_nr_wfff",
        "cf_jdrq",
        "cf_cfjg",
        "cf_cfjgdm",
        "cf_xdr_zjhm",
        "own_no",
    ]

    def read(self, tmp_path, *rows):
        return read_csv(tmp_path, "双公示.csv", [self.HEADERS, *rows])

    def row(self, number="泗市监罚〔2024〕1号", content="罚款2000元", fine="0.200000", taken="0.05", **changes):
        cells = [
            "某某商行",
            "个体工商户",
            CODE,
            number,
            "经营过期食品",
            "食品安全法",
            "罚款",
            content,
            fine,
            taken,
            "2024/5/6",
            "泗水县市场监督管理局",
            AGENCY_CODE,
            "",
            "备注甲",
        ]
        for header, value in changes.items():
            cells[self.HEADERS.index(header)] = value
        return cells

    def test_one_row_makes_case_decision_party_agency_and_item(self, tmp_path):
        report, out = self.read(tmp_path, self.row())
        case = rows_of(out, "cases")[0]
        assert (case["case_no"], case["kind"]) == ("泗市监罚〔2024〕1号", "penalty")
        assert (case["fine_fen"], case["confiscated_fen"]) == (200_000, 50_000)
        event = rows_of(out, "events")[0]
        assert (event["case_id"], event["type"], event["at_has_time"]) == (case["case_id"], "decision", False)
        assert event["at"] == dt.datetime(2024, 5, 6)
        party = rows_of(out, "parties")[0]
        assert (party["party_id"], party["kind"], party["jurisdiction_code"]) == (
            case["party_id"],
            "individual_business",
            "370831",
        )
        assert rows_of(out, "agencies")[0]["name"] == "泗水县市场监督管理局"
        assert rows_of(out, "items")[0]["basis"] == "食品安全法"
        assert "fine_fen" not in report.missing("cases")
        assert "is_major" in report.missing("cases")
        assert report.event_types_given == ("decision",)

    def test_a_fine_that_contradicts_its_words_is_emptied_and_named(self, tmp_path):
        """The column is in ten thousand yuan: 2000 there is twenty million, not the 2,000 yuan of the decision."""
        report, out = self.read(
            tmp_path, self.row(fine="2000"), self.row(number="泗市监罚〔2024〕2号", content="警告", fine="")
        )
        assert [case["fine_fen"] for case in rows_of(out, "cases")] == [None, None]
        conflicts = [p for p in report.problems if p.kind is ProblemKind.CONFLICT]
        assert [(p.row, p.column, p.value) for p in conflicts] == [(2, "cf_nr_fk", "2000")]
        assert "20,000,000 元" in conflicts[0].reason
        assert "2,000 元" in conflicts[0].reason

    def test_the_unit_written_in_a_header_wins(self, tmp_path):
        headers = ["行政相对人名称", "行政处罚决定书文号", "处罚决定日期", "处罚机关", "罚款金额（元）", "处罚内容"]
        rows = [["某某公司", "泗市监罚〔2024〕1号", "2024-05-06", "某局", "2000", "罚款2000元"]]
        _, out = read_csv(tmp_path, "a.csv", [headers, *rows])
        assert rows_of(out, "cases")[0]["fine_fen"] == 200_000

    def test_damaged_cells_are_named_by_their_own_headers_and_the_row_stays(self, tmp_path):
        report, out = self.read(
            tmp_path,
            self.row(
                fine="0.2万", cf_jdrq="2024-13-01", cf_xdr_shxym="92370831MA3C000018", cf_xdr_zjhm="360426199101010072"
            ),
        )
        assert {(p.column, p.kind) for p in report.problems} == {
            ("cf_nr_fk", ProblemKind.UNREADABLE),
            ("cf_jdrq", ProblemKind.REQUIRED),
            ("cf_xdr_shxym", ProblemKind.WRONG_NUMBER),
            ("cf_xdr_zjhm", ProblemKind.WRONG_NUMBER),
        }
        assert rows_of(out, "events") == []
        assert rows_of(out, "cases")[0]["fine_fen"] is None
        assert "360426199101010072" not in (out / "read_report.json").read_text("utf-8")

    def test_one_party_of_many_cases_is_one_row_and_persons_of_one_name_are_not(self, tmp_path):
        person = {"cf_xdr_mc": "王伟", "cf_xdr_lb": "自然人", "cf_xdr_shxym": ""}
        rows = [self.row(number=f"泗市监罚〔2024〕{n}号", **(person if n > 2 else {})) for n in range(1, 5)]
        report, out = self.read(tmp_path, *rows)
        assert len({case["party_id"] for case in rows_of(out, "cases")}) == 3
        assert len(rows_of(out, "parties")) == 3
        assert report.tables["parties"].rows_merged == 1

    def test_an_identity_number_joins_persons_but_does_not_become_an_id(self, tmp_path):
        person = {"cf_xdr_mc": "王伟", "cf_xdr_lb": "自然人", "cf_xdr_shxym": "", "cf_xdr_zjhm": "360426199101010071"}
        _, out = self.read(tmp_path, self.row(**person), self.row(number="泗市监罚〔2024〕2号", **person))
        ids = {case["party_id"] for case in rows_of(out, "cases")}
        assert len(ids) == 1
        assert "360426199101010071" not in ids.pop()

    def test_columns_without_a_place_are_kept_aside(self, tmp_path):
        report, out = self.read(tmp_path, self.row())
        assert report.tables["cases"].unknown_columns == ("own_no",)
        extra = rows_of(out, "cases.extra")[0]
        assert (extra["own_no"], extra["cf_nr"]) == ("备注甲", "罚款2000元")
        assert extra["_case_id"] == rows_of(out, "cases")[0]["case_id"]

    def test_repeated_numbers_and_rows_without_one_are_kept(self, tmp_path):
        report, out = self.read(tmp_path, self.row(), self.row(), self.row(number=""))
        assert len(rows_of(out, "cases")) == 3
        assert report.sources[0].rows_kept == 3
        assert ProblemKind.DUPLICATE_KEY in {p.kind for p in report.problems if p.table == "cases"}


def test_credit_licence_rows_become_grants(tmp_path):
    headers = [
        "XK_XDR_MC",
        "XK_XDR_LB",
        "XK_XDR_SHXYM",
        "XK_WSH",
        "XK_XKLB",
        "XK_NR",
        "XK_JDRQ",
        "XK_XKJG",
        "XK_XKJGDM",
        "XK_ZT",
    ]
    row = [
        "某某公司",
        "法人及非法人组织",
        CODE,
        "泗审许〔2024〕3号",
        "普通",
        "食品经营许可",
        "二〇二四年五月六日",
        "某审批局",
        AGENCY_CODE,
        "1",
    ]
    _, out = read_csv(tmp_path, "xk.csv", [headers, row])
    case, event = rows_of(out, "cases")[0], rows_of(out, "events")[0]
    assert case["kind"] == "license"
    assert (event["type"], event["at"]) == ("grant", dt.datetime(2024, 5, 6))
    assert rows_of(out, "parties")[0]["kind"] == "legal_person"
    assert rows_of(out, "items")[0]["kind"] == "license"


class TestPenaltyList:
    HEADERS: ClassVar = [
        "序号",
        "处罚决定书文号",
        "案件名称",
        "被处罚人姓名",
        "处罚事由",
        "处罚依据",
        "处罚结果",
        "行政执法单位名称",
        "处罚日期",
    ]

    def test_sanctions_are_read_out_of_their_words(self, tmp_path):
        rows = [
            [
                "1",
                "甲公行罚决字〔2024〕1号",
                "某案",
                "王*",
                "赌博",
                "某法",
                "行政拘留五日并处罚款二百元",
                "某分局",
                "2024-06-08",
            ],
            ["2", "甲公行罚决字〔2024〕2号", "某案", "某某有限公司", "赌博", "某法", "警告", "某分局", "2024-06-09"],
            ["3", "甲公行罚决字〔2024〕3号", "某案", "王*", "赌博", "某法", "处以罚款", "某分局", "2024-06-09"],
        ]
        report, out = read_csv(tmp_path, "清单.csv", [self.HEADERS, *rows])
        cases = rows_of(out, "cases")
        assert [(case["fine_fen"], case["other_penalties"]) for case in cases] == [
            (20000, "detention"),
            (0, "warning"),
            (None, None),
        ]
        assert [(p.row, p.column, p.value) for p in report.problems] == [(4, "处罚结果", "处以罚款")]
        kinds = {party["party_id"]: party["kind"] for party in rows_of(out, "parties")}
        assert [kinds[case["party_id"]] for case in cases] == ["citizen", "legal_person", "citizen"]
        assert cases[0]["party_id"] != cases[2]["party_id"]
        assert len(rows_of(out, "agencies")) == 1

    def test_eight_hundred_real_decisions(self, tmp_path, shared):
        source = shared / "data/penalties" / "shanghai_police_2024_first800.csv"
        report = read_facts(source, tmp_path / "out")
        with source.open(encoding="utf-8", newline="") as stream:
            original = list(csv.DictReader(stream))
        cases = rows_of(tmp_path / "out", "cases")
        assert report.sources[0].rows_read == report.sources[0].rows_kept == len(original) == len(cases) == 800
        assert report.problem_total == 0
        assert [case["case_no"] for case in cases] == [row["处罚决定书文号"] for row in original]
        for case, row in zip(cases, original, strict=True):
            words = row["处罚结果"]
            assert (case["fine_fen"] > 0) == ("罚款" in words)
            assert ("detention" in (case["other_penalties"] or "")) == (parse_detention_days(words) is not None)
        days = [event["at"].date().isoformat() for event in rows_of(tmp_path / "out", "events")]
        assert days == [row["处罚日期"] for row in original]

    def test_three_hundred_notices_without_amounts(self, tmp_path, shared):
        report = read_facts(shared / "data/penalties" / "csrc_first300.jsonl", tmp_path / "out")
        assert report.sources[0].rows_kept == 300
        assert {"fine_fen", "confiscated_fen"} <= report.missing("cases")
        assert len(rows_of(tmp_path / "out", "disclosures")) == 300


def test_a_list_with_agency_and_date_in_one_column(tmp_path):
    headers = [
        "序号",
        "行政处罚决定书文号",
        "案件名称",
        "违法企业名称或违法自然人姓名",
        "违法企业组织机构代码",
        "法定代表人或负责人姓名",
        "主要违法事实",
        "行政处罚依据",
        "行政处罚内容",
        "行政处罚的履行方式和期限",
        "作出处罚的机关名称和日期",
        "备注",
    ]
    row = [
        "1",
        "某市监处罚〔2023〕646号",
        "某案",
        "某某小店",
        CODE,
        "丁某某",
        "……",
        "某条例第六十条",
        "没收违法所得22元，罚款1000元",
        "15日内",
        "某市市场监督管理局，2023年7月28日",
        "",
    ]
    broken = [*row[:10], "某市市场监督管理局", ""]
    broken[1] = "某市监处罚〔2023〕647号"
    report, out = read_csv(tmp_path, "公开.csv", [["某局行政处罚案件信息公开表"], headers, row, broken])
    case = rows_of(out, "cases")[0]
    assert (case["fine_fen"], case["confiscated_fen"]) == (100_000, 2_200)
    assert rows_of(out, "events")[0]["at"] == dt.datetime(2023, 7, 28)
    assert [agency["name"] for agency in rows_of(out, "agencies")] == ["某市市场监督管理局"]
    assert [(p.row, p.column) for p in report.problems] == [(4, "作出处罚的机关名称和日期")]
    assert len(rows_of(out, "cases")) == 2


XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <trace>
    <string key="concept:name" value="案1"/>
    <event>
      <string key="concept:name" value="立案"/><string key="org:resource" value="甲"/>
      <date key="time:timestamp" value="2024-05-06T02:30:00.000+00:00"/>
      <string key="lifecycle:transition" value="complete"/>
    </event>
    <event>
      <string key="concept:name" value="法制审核"/><string key="org:resource" value="乙"/>
      <date key="time:timestamp" value="2024-05-07T10:00:00+08:00"/>
      <string key="lifecycle:transition" value="start"/>
    </event>
    <event>
      <string key="concept:name" value="法制审核"/><string key="org:resource" value="乙"/>
      <date key="time:timestamp" value="2024-05-07T11:00:00+08:00"/>
    </event>
    <event><string key="concept:name" value="喝茶"/><date key="time:timestamp" value="不知道"/></event>
  </trace>
</log>
"""


class TestEventLog:
    def test_xes(self, tmp_path):
        (tmp_path / "log.xes").write_text(XES, "utf-8")
        report = read_facts(tmp_path / "log.xes", tmp_path / "out")
        events = rows_of(tmp_path / "out", "events")
        assert [(event["type"], event["at"]) for event in events] == [
            ("filing", dt.datetime(2024, 5, 6, 10, 30)),
            ("legal_review", dt.datetime(2024, 5, 7, 11)),
        ]
        roles = {(row["officer_id"], row["role"]) for row in rows_of(tmp_path / "out", "participants")}
        assert roles == {("甲", "handler"), ("乙", "reviewer")}
        assert [case["case_id"] for case in rows_of(tmp_path / "out", "cases")] == ["案1"]
        source = report.sources[0]
        assert (source.rows_read, source.rows_kept, source.rows_left_out) == (4, 2, 2)
        assert {p.kind for p in report.problems} >= {ProblemKind.SET_ASIDE, ProblemKind.REQUIRED}

    def test_csv(self, tmp_path):
        rows = [
            ["case", "activity", "time", "resource"],
            ["1", "决定", "2024-05-06 10:00", "甲"],
            ["1", "喝茶", "2024-05-06", ""],
        ]
        report, out = read_csv(tmp_path, "events.csv", rows)
        assert report.event_types_given is None
        assert [(e["case_id"], e["type"], e["at_has_time"]) for e in rows_of(out, "events")] == [
            ("1", "decision", True),
            ("1", "喝茶", False),
        ]
        assert [(p.kind, p.value) for p in report.problems] == [(ProblemKind.UNKNOWN_CODE, "喝茶")]

    @pytest.mark.parametrize("text", [XES[:900], XES.replace("<log", "<!DOCTYPE x [<!ENTITY a 'b'>]><log")])
    def test_broken_or_dangerous_xml_is_refused(self, tmp_path, text):
        (tmp_path / "log.xes").write_text(text, "utf-8")
        with pytest.raises(Exception, match=r"XML 不完整|DOCTYPE"):
            read_facts(tmp_path / "log.xes", tmp_path / "out")


class TestOwnMappings:
    TEXT = """
id: own
label: 自建系统
fields: {no: [编号], day: [办结], kind: [性质], money: [罚金]}
match: [no, day]
tables:
  - table: cases
    columns:
      case_id: {id: "X:", from: no}
      kind: {from: kind, map: {罚: penalty}, otherwise: other}
      fine_fen: {from: money, unit: 元}
  - table: events
    when: day
    columns: {case_id: {id: "X:", from: no}, type: {const: closing}, at: day}
"""

    def test_a_file_is_read_by_a_mapping_given_by_hand(self, tmp_path):
        (tmp_path / "own.yaml").write_text(self.TEXT, "utf-8")
        rows = [["编号", "办结", "性质", "罚金"], ["7", "2024年5月6日", "罚", "100.5"], ["8", "", "", ""]]
        report, out = read_csv(tmp_path, "导出.csv", rows, mapping=tmp_path / "own.yaml")
        assert [(c["case_id"], c["kind"], c["fine_fen"]) for c in rows_of(out, "cases")] == [
            ("X:7", "penalty", 10050),
            ("X:8", "other", None),
        ]
        assert [(e["case_id"], e["type"], e["event_id"]) for e in rows_of(out, "events")] == [
            ("X:7", "closing", "#导出.csv#2")
        ]
        assert report.sources[0].mapping == "own"

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("table: events", "table: nothing", "nothing"),
            ("at: day", "att: day", "att"),
            ("from: money", "from: gold", "gold"),
            ("unit: 元", "unit: 两", "两"),
            ("unit: 元", "read: alchemy", "alchemy"),
            ("{const: closing}", "{constant: closing}", "constant"),
            (", at: day", "", "at"),
            ("id: own", "id: [", "YAML"),
        ],
    )
    def test_a_mapping_that_says_nonsense_is_refused_in_words(self, old, new, said):
        with pytest.raises(MappingError, match=said):
            load_mapping(self.TEXT.replace(old, new, 1), "own.yaml")

    def test_those_that_come_along_load_and_have_labels(self):
        assert {mapping.id for mapping in built_in()} >= {
            "credit-penalty",
            "credit-license",
            "penalty-list",
            "event-log",
        }
        assert all(mapping.label and mapping.description for mapping in built_in())
        with pytest.raises(MappingError, match="credit-penalty"):
            mapping_of("没有的")


def test_a_mapping_that_fits_nothing_is_said(tmp_path):
    (tmp_path / "cases.jsonl").write_text(json.dumps({"case_id": "C1", "kind": "penalty"}), "utf-8")
    report = read_facts(tmp_path / "cases.jsonl", tmp_path / "out", mapping="credit-penalty")
    assert any("双公示行政处罚" in note for note in report.notes)
