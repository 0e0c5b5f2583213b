"""Each agency with findings gets one draft notice that a supervisor can check and complete."""

from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from mingjing.contexts.oversight.reports import Place, ReportLimits
from mingjing.contexts.oversight.reports.notices import file_stem


def words(document):
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def cells(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


class TestCountyNotices:
    def test_one_for_each_agency_with_findings(self, papers):
        assert len(papers.notices) == 19
        assert sum(notice.findings for notice in papers.notices) == papers.findings
        assert all(notice.path.is_file() for notice in papers.notices)

    def test_is_laid_out_as_an_official_document(self, papers):
        document = docx.Document(papers.notices[0].path)
        section = document.sections[0]
        assert [round(edge.mm) for edge in (section.top_margin, section.left_margin, section.bottom_margin)] == [
            37,
            28,
            35,
        ]
        body = document.styles["Notice Body"]
        assert body.font.size.pt == 16
        assert body.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
        assert document.styles["Notice Title"].element.rPr.rFonts.get(qn("w:eastAsia")) == "方正小标宋简体"
        assert "PAGE" in section.footer.paragraphs[0]._p.xml
        with ZipFile(papers.notices[0].path) as archive:
            assert 'w:val="仿宋;FangSong' in archive.read("word/fontTable.xml").decode()

    def test_says_who_what_and_by_when(self, papers):
        notice = papers.notices[0]
        text = words(docx.Document(notice.path))
        assert "泗水县司法局" in text
        assert "行政执法监督通知书" in text
        assert f"{notice.agency}：" in text
        assert "〔2026〕" in text
        assert f"{notice.findings:,} 处" in text
        assert "自收到本通知书之日起 30 日内" in text
        assert "2026年7月30日" in text

    def test_says_that_a_machine_found_it_and_a_person_must_check(self, papers):
        document = docx.Document(papers.notices[0].path)
        assert "未经监督人员核实不得发出" in document.sections[0].header.paragraphs[0].text
        assert "两名以上行政执法监督人员核对案卷" in words(document)
        assert "不作为对执法人员个人的考核依据" in words(document)

    def test_tables_number_the_facts(self, papers):
        notice = papers.notices[0]
        kinds, facts = docx.Document(notice.path).tables
        assert cells(facts)[0] == ["序号", "案号或者事项", "问题", "依据", "应当", "实际"]
        assert [row[0] for row in cells(facts)[1:]] == [str(number) for number in range(1, notice.listed + 1)]
        assert sum(int(row[-1].replace(",", "")) for row in cells(kinds)[1:]) == notice.findings


class TestSmallNotices:
    def test_lists_the_worst_and_refers_to_the_annex_for_the_rest(self, write, row):
        rows = [row(subject_id=f"C{n}", overdue_days=n) for n in range(30)]
        papers = write(rows, limits=ReportLimits(notice_rows=5), agencies={"A1": "某局"})
        document = docx.Document(papers.notices[0].path)
        assert papers.notices[0].listed == 5
        assert [line[1] for line in cells(document.tables[1])[1:]] == ["C29", "C28", "C27", "C26", "C25"]
        assert "其余 25 处见附件" in words(document)

    def test_none_without_findings(self, write, entry):
        assert write([], rules=[entry(findings=0)], agencies={"A1": "某局"}).notices == ()

    def test_none_to_nobody(self, write, row):
        assert write([row(agency_id=None)]).notices == ()

    def test_hostile_names_and_texts(self, write, row):
        evil = "../<script>\x00&|局"
        papers = write(
            [row(observed=evil, expected="=1+1"), row(agency_id="A2", subject_id="C2")],
            agencies={"A1": "../../<script>:*?局", "A2": "CON"},
            place=Place(name="<b>县"),
        )
        assert sorted(notice.path.name for notice in papers.notices) == ["script 局.docx", "机关 CON.docx"]
        assert all(notice.path.parent.name == "notices" for notice in papers.notices)
        document = docx.Document(next(n.path for n in papers.notices if n.agency_id == "A1"))
        assert cells(document.tables[1])[1][5].startswith("../<script>")

    def test_huge_text_is_cut(self, write, row):
        papers = write([row(observed="长" * 50_000)], agencies={"A1": "局" * 500})
        assert papers.notices[0].path.stat().st_size < 60_000
        assert cells(docx.Document(papers.notices[0].path).tables[1])[1][5].endswith("…")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("市场监督管理局", "市场监督管理局"),
        ("a/b\\c:d", "a b c d"),
        ("..", "机关"),
        ("nul.txt", "机关 nul.txt"),
        ("局\u202e文", "局 文"),
        ("  ", "机关"),
    ],
)
def test_file_stem_is_safe(name, stem):
    assert file_stem(name, set()) == stem


def test_file_stem_is_not_given_twice():
    taken: set[str] = set()
    assert [file_stem(name, taken) for name in ("A局", "a局", "A局")] == ["A局", "a局 (2)", "A局 (3)"]
