"""A quarterly circular is drafted, and every figure in it is counted again, by other code, from the exported facts."""

import csv
import io
import re
import zipfile
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from docx import Document

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.plans.models import Plan
from mingjing.contexts.plans.usecases import keep_ledger
from mingjing.contexts.reporting import queries
from mingjing.contexts.reporting.models import Report, ReportKind, ReportState
from mingjing.contexts.reporting.rendering import docx, pdf
from mingjing.contexts.reporting.usecases import reports
from mingjing.contexts.reporting.usecases.base import ReportingError
from mingjing.domain.plans.standing import TaskState
from mingjing.domain.reports.blocks import BlockError
from tests.contexts.conftest import ActorMaker
from tests.contexts.reporting.conftest import AFTER, moment

pytestmark = pytest.mark.usefixtures("visited", "months")


@pytest.fixture
def circular(keeper: Actor, plan: Plan) -> Report:
    """The circular of the second quarter."""
    return reports.draft_report(actor=keeper, at=AFTER, kind=ReportKind.CIRCULAR, place="370831", period="2026-Q2")


def tables_of(report: Report) -> dict[str, list[dict[str, str]]]:
    """The facts as anybody would open them who has only the ZIP."""
    with default_storage.open(report.facts_file) as file, zipfile.ZipFile(io.BytesIO(file.read())) as packed:
        names = [name for name in packed.namelist() if name.endswith(".csv")]
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig"))))
            for name in names
        }


class Recount:
    """Counts again with plain loops over the exported rows; shares no code with the report."""

    def __init__(self, facts: dict[str, list[dict[str, str]]]) -> None:
        self.facts = facts

    def tasks(self, standing: str = "") -> int:
        count = 0
        for row in self.facts["tasks"]:
            if not standing or row["standing"] == standing:
                count += 1
        return count

    def owed(self, *states: str, unit: str = "") -> int:
        count = 0
        for row in self.facts["owed"]:
            if (not states or row["state"] in states) and (not unit or row["unit"] == unit):
                count += 1
        return count

    def percent(self, part: int, whole: int) -> str:
        return "—" if whole == 0 else f"{int(part * 1000 / whole + 0.5) / 10:.1f}"

    def expected(self) -> dict[str, str]:
        """What each key must be."""
        facts = self.facts
        late = {row["unit"] for row in facts["owed"] if row["state"] == "missing"}
        visits = [row for row in facts["visits"] if row["kind"] == "visit"]
        found = facts["findings"]
        closed = sum(1 for row in found if row["state"] == "closed")
        sub_tasks = [row for row in facts["sub_tasks"] if row["state"] in ("running", "done")]
        sub_done = sum(1 for row in sub_tasks if row["state"] == "done")
        made: dict[str, Any] = {
            "plans.total": len({row["plan"] for row in facts["tasks"]}),
            "tasks.total": self.tasks(),
            "units.total": len({row["unit"] for row in facts["parts"]}),
            "owed.total": self.owed(),
            "owed.sent": self.owed("submitted", "accepted"),
            "owed.accepted": self.owed("accepted"),
            "owed.waiting": self.owed("submitted"),
            "owed.returned": self.owed("returned"),
            "owed.missing": self.owed("missing"),
            "late.units": len(late),
            "materials.total": len(facts["materials"]),
            "materials.accepted": sum(1 for row in facts["materials"] if row["state"] == "accepted"),
            "subtasks.total": len(sub_tasks),
            "subtasks.done": sub_done,
            "visits.total": len({row["visit"] for row in visits}),
            "visits.units": len({row["unit"] for row in visits}),
            "findings.total": len(found),
            "findings.closed": closed,
            "findings.open": len(found) - closed,
            "findings.overdue": sum(1 for row in found if row["overdue"] == "是"),
            "sent.missing": len({row["unit"] for row in facts["submissions"] if row["state"] == "missing"}),
            "tasks.rate": self.percent(self.tasks("done"), self.tasks()),
            "owed.rate": self.percent(self.owed("submitted", "accepted"), self.owed()),
            "findings.rate": self.percent(closed, len(found)),
            "subtasks.rate": self.percent(sub_done, len(sub_tasks)),
        }
        for standing in ("done", "running", "soon", "overdue", "lasting", "undated", "dropped"):
            made[f"tasks.{standing}"] = self.tasks(standing)
        order = {row["unit"]: row["path"] for row in facts["parts"]}
        for at, unit in enumerate(sorted(order, key=lambda name: order[name])):
            own = [row for row in facts["parts"] if row["unit"] == unit]
            made |= {
                f"unit-{at}.tasks": len(own),
                f"unit-{at}.done": sum(1 for row in own if row["standing"] == "done"),
                f"unit-{at}.overdue": sum(1 for row in own if row["standing"] == "overdue"),
                f"unit-{at}.owed": self.owed(unit=unit),
                f"unit-{at}.sent": self.owed("submitted", "accepted", unit=unit),
                f"unit-{at}.missing": self.owed("missing", unit=unit),
            }
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for row in facts["submissions"]:
            value = Decimal(row["value"] or 0) if row["state"] in ("submitted", "accepted") else Decimal(0)
            sums[f"sum.{row['code']}"] += value
            sums[f"sum.{row['code']}.{row['period']}"] += value
        for code in {row["code"] for row in facts["submissions"] if row["stock"] == "是"}:
            last: dict[str, tuple[str, Decimal]] = {}
            for row in facts["submissions"]:
                there = row["code"] == code and row["state"] in ("submitted", "accepted")
                if there and row["period"] >= last.get(row["unit"], ("", Decimal(0)))[0]:
                    last[row["unit"]] = (row["period"], Decimal(row["value"] or 0))
            sums[f"sum.{code}"] = sum((value for _, value in last.values()), Decimal(0))
        made |= {key: f"{value.normalize():f}" for key, value in sums.items()}
        return {key: str(value) for key, value in made.items()}


class TestFigures:
    def test_every_figure_equals_a_recount_from_the_exported_facts(self, circular: Report) -> None:
        expected = Recount(tables_of(circular)).expected()
        figures = {one.key: one.value for one in circular.figures.all()}
        assert figures
        assert {key: expected.get(key) for key in figures} == figures

    def test_the_numbers_are_not_all_zero(self, circular: Report) -> None:
        figures = {one.key: one.value for one in circular.figures.all()}
        assert (figures["tasks.total"], figures["tasks.done"], figures["tasks.overdue"]) == ("3", "1", "1")
        assert (figures["owed.accepted"], figures["findings.total"], figures["findings.overdue"]) == ("1", "2", "1")

    @pytest.mark.requirement("SS-40")
    def test_sums_equal_the_monthly_reports_and_who_sent_none_is_named(self, circular: Report) -> None:
        figures = {one.key: one for one in circular.figures.all()}
        # 40 in April and 50 in May; June was not sent
        assert figures["sum.inspections"].value == "90"
        assert figures["sum.inspections.2026-06"].value == "0"
        # officers are thirty on the last day of which there is a report; 30 + 30 would be nobody's number
        assert (figures["sum.officers"].value, figures["sum.officers"].label) == ("30", "在岗执法人员（期末）")
        assert [row["period"] for row in figures["sum.officers"].rows] == ["2026-05"]
        assert {row["unit"] for row in figures["sent.missing"].rows} == {"泗水县市场监督管理局", "泗水县卫生健康局"}

    def test_the_rows_behind_a_figure_are_kept_as_they_stood(self, keeper: Actor, circular: Report, plan: Plan) -> None:
        figure = circular.figures.get(key="tasks.overdue")
        (row,) = figure.rows
        assert row["title"] == "清理执法主体"
        task = plan.tasks.get(position=1)
        keep_ledger.end_task(
            actor=keeper, at=moment(7, 4), task=task.pk, version=task.version, state=TaskState.DONE, reason="已公告"
        )
        again = queries.figure_of(keeper, figure.pk)
        assert (again.value, again.rows, again.as_of.isoformat()) == ("1", [row], "2026-07-03")
        fresh = reports.refresh_report(actor=keeper, at=moment(7, 4), code=circular.code, version=circular.version)
        assert fresh.figures.get(key="tasks.overdue").value == "0"

    def test_every_number_of_the_printed_words_is_a_figure_or_a_name(self, circular: Report) -> None:
        text = printed(circular)
        values = {one.value for one in circular.figures.all()}
        plain = re.sub(r"\d{4}年(?:第.季度)?(?:\d{1,2}月)?(?:\d{1,2}日)?|2026-\d{2}(?:-\d{2})?|20%|100%", "", text)
        tasks = {row["no"] for row in tables_of(circular)["tasks"]}
        strange = {one for one in re.findall(r"\d+(?:\.\d+)?", plain) if one not in values | tasks}
        assert strange == set()


def printed(report: Report) -> str:
    """All words of the DOCX."""
    document = Document(io.BytesIO(docx(reports.sheet_of(report))))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


class TestWords:
    def test_docx_and_pdf_say_the_same(self, circular: Report) -> None:
        import pypdfium2

        made = pypdfium2.PdfDocument(pdf(reports.sheet_of(circular)))
        text = "".join(page.get_textpage().get_text_range() for page in made)
        made.close()
        squeezed = re.sub(r"\s", "", text)
        for words in (
            "关于泗水县2026年第二季度行政执法质量提升工作情况的通报",
            "已超期1项",
            "执法情况月报汇总",
            "泗水县司法局",
        ):
            assert words in squeezed
            assert words in re.sub(r"\s", "", printed(circular))

    def test_edited_words_keep_their_figures_and_may_take_new_ones(self, keeper: Actor, circular: Report) -> None:
        blocks = [
            *circular.blocks,
            {"kind": "paragraph", "text": "退回{owed.returned}份，措施完成率{subtasks.rate}%。"},
        ]
        report = reports.edit_report(
            actor=keeper, at=AFTER, code=circular.code, version=circular.version, title="通报", number="第1期",
            addressees="各单位", blocks=blocks,
        )  # fmt: skip
        assert "退回0份，措施完成率—%。" in printed(report)

    def test_a_figure_that_is_none_is_refused(self, keeper: Actor, circular: Report) -> None:
        with pytest.raises(BlockError, match=r"tasks\.wonderful"):
            reports.edit_report(
                actor=keeper, at=AFTER, code=circular.code, version=circular.version, title="通报", number="",
                addressees="", blocks=[{"kind": "paragraph", "text": "{tasks.wonderful}"}],
            )  # fmt: skip


class TestSigning:
    def test_signed_it_has_its_files_and_changes_no_more(self, head: Actor, keeper: Actor, circular: Report) -> None:
        with pytest.raises(ForbiddenError):
            reports.sign_report(actor=keeper, at=AFTER, code=circular.code, version=circular.version)
        report = reports.sign_report(actor=head, at=AFTER, code=circular.code, version=circular.version)
        assert (report.state, report.signed_by) == (ReportState.SIGNED, "颜廷章")
        with default_storage.open(report.pdf_file) as file:
            assert file.read(5) == b"%PDF-"
        with pytest.raises(ReportingError, match="已经签发"):
            reports.refresh_report(actor=keeper, at=AFTER, code=report.code, version=report.version)

    def test_not_while_something_waits_to_be_written(self, head: Actor, plan: Plan) -> None:
        report = reports.draft_report(
            actor=head, at=AFTER, kind=ReportKind.MIDTERM, place="370831", period="2026", plan=plan.code
        )
        assert "中期评估" in report.title
        with pytest.raises(ReportingError, match="请补充"):
            reports.sign_report(actor=head, at=AFTER, code=report.code, version=report.version)

    def test_drafts_are_for_who_writes_them(self, clerk: Actor, head: Actor, circular: Report) -> None:
        with pytest.raises(MissingError):
            queries.report_of(clerk, circular.code)
        reports.sign_report(actor=head, at=AFTER, code=circular.code, version=circular.version)
        assert queries.report_of(clerk, circular.code) == circular

    def test_not_for_another_place(self, actor_with: ActorMaker, keeper: Actor) -> None:
        with pytest.raises(ForbiddenError):
            reports.draft_report(actor=keeper, at=AFTER, kind=ReportKind.CIRCULAR, place="370800", period="2026-Q2")


@pytest.mark.parametrize("kind", [one for one in ReportKind if one not in (ReportKind.MIDTERM, ReportKind.FINAL)])
def test_each_kind_is_drafted_and_printed(keeper: Actor, plan: Plan, kind: ReportKind) -> None:
    report = reports.draft_report(actor=keeper, at=AFTER, kind=kind, place="370831", period="2026-06")
    assert pdf(reports.sheet_of(report))[:5] == b"%PDF-"
    assert report.figures.exists()


@pytest.mark.requirement("RZ-94")
def test_progress_analysis_equals_the_ledger(keeper: Actor, plan: Plan) -> None:
    report = reports.draft_report(
        actor=keeper, at=AFTER, kind=ReportKind.THEMATIC, place="370831", period="2026-06", plan=plan.code
    )
    figures = {
        one.key: int(one.value) for one in report.figures.all() if one.key.startswith("tasks.") and one.unit == "项"
    }
    assert figures["tasks.done"] == plan.tasks.filter(state="done").count()
    assert figures["tasks.overdue"] == plan.tasks.filter(state="open", long_term=False, due_on__lt=AFTER.date()).count()
    assert figures["tasks.total"] == plan.tasks.count()
