"""The tasks as a workbook: opened again it says the same; a register expands groups by date."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from mingjing.contexts.plans.payload import plan_json
from mingjing.contexts.plans.registers import read_register
from mingjing.contexts.plans.taskbook import COLUMNS, write_task_book
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan, read_plan_file
from mingjing.facts.rows import UnreadableFileError
from tests.contexts.plans.forms import CITY, COUNTY, PLANS, P, full_brackets
from tests.contexts.plans.test_forms import assert_equal


def pasted(plan: P):
    return read_pasted_plan("\n".join(full_brackets(plan)).encode()).plan


def test_the_sheet_has_the_official_columns_and_every_task(tmp_path: Path):
    path = tmp_path / "tasks.xlsx"
    write_task_book(path, pasted(CITY))
    sheet = openpyxl.load_workbook(path).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == CITY.title
    assert CITY.number in rows[1][0]
    assert rows[2] == tuple(label for label, _ in COLUMNS)
    tasks = [row for row in rows[3:] if row[1]]
    assert [row[1] for row in tasks] == [task.title for task in CITY.tasks]
    first = tasks[0]
    assert first[0] == "1" and first[3] == "市司法局"
    assert first[4] == "市人力资源和社会保障局、各行政执法部门"
    assert first[5] == "2024年12月底前，长期坚持"
    assert "60学时" in first[6]
    assert [row[0] for row in rows[3:] if not row[1]] == [
        f"（{'一二三'[at]}）{name}" for at, (name, _) in enumerate(CITY.sections)
    ]


def test_what_is_unsure_stands_in_the_last_column(tmp_path: Path):
    path = tmp_path / "tasks.xlsx"
    write_task_book(path, pasted(COUNTY))
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    row = next(row for row in rows if row[1] == "清理证明事项")
    assert "2025-05-31" in row[5] and "年份" in row[7]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.title)
def test_the_workbook_read_again_is_the_same_plan(tmp_path: Path, plan: P):
    path = tmp_path / "tasks.xlsx"
    write_task_book(path, pasted(plan))
    again = plan_json(read_plan_file(path).plan)
    assert again["head"]["title"] == plan.title
    assert_equal(plan, again, deadlines=False)


def test_words_that_look_like_formulas_stay_words(tmp_path: Path):
    plan = read_pasted_plan(
        "工作方案\n一、任务\n1.=SUM(A1)项。（责任单位：县司法局）\n2.开展自查。（责任单位：县司法局）".encode()
    ).plan
    path = tmp_path / "tasks.xlsx"
    write_task_book(path, plan)
    rows = list(openpyxl.load_workbook(path).active.iter_rows())
    assert all(cell.data_type != "f" for row in rows for cell in row)


class TestRegister:
    ROWS = (
        "单位名称,别名,所属组,启用日期,停用日期\n"
        "沧河市司法局,市司法局,各行政执法部门,,\n"
        "沧河市市场监督管理局,市市场监管局,各行政执法部门；涉企部门,2019-01-01,\n"
        "沧河市工商行政管理局,市工商局,各行政执法部门,,2019-01-01\n"
    )

    def resolved(self, tmp_path: Path, on: date) -> dict[str, list[str]]:
        path = tmp_path / "units.csv"
        path.write_text(self.ROWS, "utf-8")
        data = plan_json(pasted(CITY), register=read_register(path), on=on)
        found = [one for task in data["tasks"] for one in task["resolved_units"]]
        assert all(one["units"] == [] for one in found if one["kind"] == "unknown")
        return {one["name"]: one["units"] for one in found}

    def test_a_group_expands_by_date_and_the_words_stay(self, tmp_path: Path):
        now = self.resolved(tmp_path, date(2024, 5, 20))
        assert now["各行政执法部门"] == ["沧河市司法局", "沧河市市场监督管理局"]
        assert now["市司法局"] == ["沧河市司法局"]
        assert self.resolved(tmp_path, date(2018, 5, 1))["各行政执法部门"] == ["沧河市司法局", "沧河市工商行政管理局"]

    def test_an_unknown_name_is_not_matched_by_likeness(self, tmp_path: Path):
        assert self.resolved(tmp_path, date(2024, 5, 20))["市生态环境局"] == []

    def test_a_table_that_is_no_register_is_refused(self, tmp_path: Path):
        path = tmp_path / "units.csv"
        path.write_text("姓名,电话\n张三,1\n", "utf-8")
        with pytest.raises(UnreadableFileError, match="单位名称"):
            read_register(path)
        path.write_text("单位名称,启用日期\n市司法局,某日\n", "utf-8")
        with pytest.raises(UnreadableFileError, match="某日"):
            read_register(path)
