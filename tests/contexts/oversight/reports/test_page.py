"""The page holds what matters, needs nothing from outside, and gives hostile text no power."""

import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest

from mingjing.contexts.oversight.reports import BadCell, BadRows, Place, ReportLimits, TableRead, write_reports
from mingjing.contexts.oversight.reports.page import PageLimits, compact, csv_link, heat_breaks, percent

VOID = {"meta", "link", "br", "input", "img", "hr"}


class Reader(HTMLParser):
    """Reads a page: elements, balanced or not, the words of each section, and the embedded data."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, str] = {}
        self.raw: dict[str, str] = {}
        self.unbalanced: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop()[0] != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self.open]
        if "script" in tags or "style" in tags:
            self.raw[self.open[-1][1].get("id") or tags[-1]] = data
            return
        for tag, attributes in self.open:
            if tag == "section":
                self.words[str(attributes["id"])] = self.words.get(str(attributes["id"]), "") + data

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.raw["data"])


def read(papers: Any) -> Reader:
    return Reader(papers.page.read_text(encoding="utf-8"))


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


class TestCountyPage:
    def test_is_well_formed(self, papers):
        page = read(papers)
        assert page.unbalanced == []
        assert page.open == []
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids))

    def test_asks_nothing_of_the_network(self, papers):
        text = papers.page.read_text(encoding="utf-8")
        assert "http://" not in text
        assert "https://" not in text
        page = read(papers)
        policy = next(a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
        assert policy.startswith("default-src 'none'")
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        assert not [tag for tag, attributes in page.elements if "src" in attributes]

    def test_says_first_what_was_checked_and_found(self, papers):
        words = flat(read(papers).words["summary"])
        assert "核对1,500件案件、375次行政检查" in words
        assert f"发现{papers.findings:,}处疑似不符合规定的步骤" in words
        assert "先看这几件事" in words
        assert "5条规则因缺少数据没有检查" in words

    def test_every_count_of_the_map_leads_to_its_findings(self, papers):
        page = read(papers)
        links = [a["data-filter"] for tag, a in page.elements if tag == "a" and "rule=" in (a.get("data-filter") or "")]
        data = page.data
        columns = data["columns"]
        pairs = {
            f"rule={rule}&agency={agency}" for rule, agency in zip(columns["rule"], columns["agency"], strict=True)
        }
        assert pairs <= set(links)

    def test_embeds_every_finding_in_columns(self, papers):
        data = read(papers).data
        assert papers.embedded == papers.findings == len(data["columns"]["rule"])
        assert len({len(column) for column in data["columns"].values()}) == 1
        evidence = data["texts"][data["columns"]["evidence"][0]]
        assert re.search(r"\d{4}-\d\d-\d\d.*〔办案环节 E\d+〕", evidence)

    def test_shows_the_gist_without_script(self, papers):
        assert "一般应自立案之日起九十日内作出处罚决定" in read(papers).words["rules"]

    def test_tells_what_is_missing_and_how_to_supply_it(self, papers):
        words = read(papers).words["unchecked"]
        assert "《执法事项》表的“违法行为代码”列" in words
        assert "《行政检查》表的“扫码”“未扫码原因”列" in words
        assert "从业务系统导出《培训》表" in words
        assert "2027 年的放假安排" in words

    def test_shows_only_the_family_name_of_a_citizen(self, county, papers, sample):
        county_facts = sample.County(cases=1500)
        citizens = {name for _, kind, name in county_facts.parties if kind == "citizen"}
        data = read(papers).data
        shown = {data["texts"][place] for place in data["columns"]["party"]}
        assert not citizens & shown

    def test_month_table_adds_up(self, papers):
        page = read(papers)
        link = next(a["href"] for tag, a in page.elements if a.get("download") == "按月走势.csv")
        rows = [line.split(",") for line in unquote(link.partition(",")[2]).lstrip("\ufeff").split()[1:]]
        assert sum(int(row[-1]) for row in rows) == papers.findings

    def test_names_the_day_an_answer_is_due(self, papers):
        words = read(papers).words["agencies"]
        assert "收到之日起 30 日内书面答复" in words
        assert "2026-07-30" in words

    def test_is_written_the_same_again(self, county, papers, tmp_path):
        again = write_reports(*county, out_dir=tmp_path, place=Place(name="泗水县"))
        assert again.page.read_bytes() == papers.page.read_bytes()


class TestSmallPages:
    def test_zero_findings_is_said_in_words(self, write, entry):
        page = read(write([], rules=[entry(findings=0)], agencies={"A1": "某局"}))
        assert page.unbalanced == []
        assert "没有发现不符合规定的步骤" in flat(page.words["summary"])
        assert "没有案件数据" in page.words["summary"]
        assert "map" not in page.words

    def test_nothing_evaluated_is_not_called_clean(self, write, entry):
        page = read(write([], rules=[entry(evaluated=False, missing=["events"], findings=0)]))
        assert "没有一条规则能够检查" in flat(page.words["summary"])
        assert "没有发现" not in page.words["summary"]

    def test_says_in_the_headline_what_was_not_checked(self, write, entry):
        missing = entry("officer.hours", evaluated=False, missing=["training"], findings=0)
        page = read(write([], rules=[entry(findings=0), missing]))
        assert "没有发现不符合规定的步骤；另有1条规则缺少数据，没有检查。" in flat(page.words["summary"])

    def test_ranks_what_to_supply_by_the_rules_that_wait_for_it(self, write, entry):
        rules = [
            entry(rule_id, evaluated=False, missing=missing, findings=0)
            for rule_id, missing in (
                ("officer.hours", ["training"]),
                ("penalty.tier.stated", ["cases.tier", "benchmarks"]),
                ("penalty.fine.within-tier", ["cases.fine_fen", "benchmarks"]),
                ("penalty.double-fine", ["cases.fine_fen", "items.act_code"]),
            )
        ]
        words = flat(read(write([], rules=rules)).words["unchecked"])
        assert words.index("《案件》表的“裁量档次”“罚款金额”列3条") < words.index("《裁量基准》表2条")
        assert words.index("《裁量基准》表2条") < words.index("《培训》表1条")

    @pytest.mark.parametrize(
        ("refs", "shown"),
        [
            (["CF 48", "RZ-31", "SS-27"], ["CF 48", "SS-27"]),
            (["RZ-18"], ["参考RZ-18"]),
            (["54"], ["54"]),
        ],
    )
    def test_documents_of_other_places_are_no_basis_here(self, write, row, entry, refs, shown):
        """The place of the sample is 泗水县 (SS); 日照 (RZ) cannot bind it."""
        citations = [{"ref": ref, "label": ref, "gist": ""} for ref in refs]
        page = read(write([row()], rules=[entry(citations=citations)]))
        assert [label for label, _ in page.data["rules"][0][3]] == shown

    def test_no_rules_at_all(self, write):
        assert read(write([], rules=[])).unbalanced == []

    def test_one_agency_without_any_facts(self, write, row):
        page = read(write([row()]))
        assert "A1" in page.words["agencies"]
        assert "办案环节 E1" in page.words["rules"]

    def test_finding_without_agency_and_unknown_rule_are_kept(self, write, row):
        papers = write([row(agency_id=None), row(rule_id="local.rule", subject_id="C2", severity="strange")])
        words = read(papers).words
        assert "（未标明执法主体）" in words["agencies"]
        assert "local.rule" in words["rules"]
        assert "1 条问题没有标明执法主体" in words["summary"]
        assert papers.embedded == 2

    def test_hostile_text_stays_text(self, write, row, entry):
        evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\u2028"
        papers = write(
            [row(expected=evil, observed=evil, subject_id=evil, evidence=[f"events:{evil}"])],
            rules=[entry(title=evil, statement=evil, citations=[{"ref": "x", "label": evil, "gist": evil}])],
            agencies={"A1": f'"{evil}'},
            title=evil,
        )
        page = read(papers)
        assert page.unbalanced == []
        assert [tag for tag, _ in page.elements].count("script") == 2
        assert "img" not in {tag for tag, _ in page.elements}
        assert not [a for _, a in page.elements for name in a if name.startswith("on")]
        assert evil in page.data["texts"]

    def test_formula_in_a_name_is_defused_in_the_download(self, write, row):
        page = read(write([row()], agencies={"A1": "=cmd|' /C calc'!A0"}))
        link = next(a["href"] for tag, a in page.elements if a.get("download") == "各执法主体.csv")
        assert "'=cmd" in unquote(link)

    def test_huge_text_is_cut_and_says_so(self, write, row):
        papers = write([row(observed="长" * 100_000, evidence=[f"events:{'E' * 5000}"] * 300)])
        assert "过长，全文见 report.xlsx" in read(papers).words["rules"]
        assert papers.page.stat().st_size < 200_000

    def test_cap_takes_the_worst_of_every_agency_and_says_what_is_left_out(self, write, row):
        rows = [
            row(subject_id=f"C{agency}{n}", agency_id=f"A{agency}", overdue_days=n)
            for agency in (1, 2)
            for n in range(50)
        ]
        papers = write(rows, limits=ReportLimits(page=PageLimits(findings=10)))
        page = read(papers)
        assert papers.embedded == 10
        assert "本页收录 10 条，共 100 条" in page.words["list"]
        assert sorted(page.data["columns"]["overdue"]) == [45, 45, 46, 46, 47, 47, 48, 48, 49, 49]

    def test_size_cap_holds(self, write, row):
        rows = [row(subject_id=f"C{n}", observed=f"{n}" * 300) for n in range(200)]
        papers = write(rows, limits=ReportLimits(page=PageLimits(bytes=20_000)))
        assert papers.embedded < 100

    def test_many_agencies_share_the_last_column(self, write, row):
        rows = [row(agency_id=f"A{n:03}", subject_id=f"C{n}") for n in range(40)]
        page = read(write(rows, limits=ReportLimits(page=PageLimits(map_agencies=5))))
        assert "其余35个机关" in page.words["map"]

    def test_bad_data_has_its_own_section(self, write, row):
        cell = BadCell(table="案件", row="7", column="罚款金额", value="<b>两百</b>", reason="不是整数")
        bad = BadRows(
            tables=(TableRead(label="案件", read=10, kept=9),), cells=(cell,), cells_total=3, notes=("未知列：备注",)
        )
        words = read(write([row()], bad_rows=bad)).words["quality"]
        assert "<b>两百</b>" in words
        assert "3 处，这里列 1 处" in words

    def test_counts_that_disagree_are_noted(self, write, row, entry):
        words = read(write([row()], rules=[entry(findings=5)])).words["summary"]
        assert "条数不一致" in words

    def test_reply_days_are_the_places_own(self, write, row):
        place = Place(name="某市", reply_days=15, reply_basis="某市规定")
        words = read(write([row()], place=place)).words["agencies"]
        assert "15 日内书面答复（某市规定）" in words
        assert "2026-07-15" in words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0"), (9999, "9999"), (10_000, "1万"), (12_345, "1.2万"), (3_456_789, "346万")]
)
def test_compact(number, words):
    assert compact(number) == words


@pytest.mark.parametrize(
    ("share", "words"), [(None, "—"), (0.0, "0.0%"), (0.0002, "<0.1%"), (0.0911, "9.1%"), (1.0, "100.0%")]
)
def test_percent(share, words):
    assert percent(share) == words


@pytest.mark.parametrize(
    ("largest", "breaks"),
    [(0, ()), (3, (1, 2, 3)), (5, (1, 2, 3, 4, 5)), (47, (1, 2, 5, 10, 20)), (9000, (1, 10, 100, 500, 5000))],
)
def test_heat_breaks_begin_at_one_and_stay_below_the_largest(largest, breaks):
    assert heat_breaks(largest) == breaks


def test_csv_quotes_and_defuses():
    text = unquote(str(csv_link(("a",), [("=1+1",), ("x,y",), (None,), (3,)])).partition(",")[2])
    assert text == '\ufeffa\r\n\'=1+1\r\n"x,y"\r\n""\r\n3\r\n'
