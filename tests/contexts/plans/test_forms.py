"""The same plans in every form and file: each task, unit and deadline of the gold, and nothing else."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from mingjing.contexts.plans.payload import plan_json
from mingjing.contexts.plans.usecases.read_plans import read_plan_file
from tests.contexts.plans import forms
from tests.contexts.plans.forms import BUREAU, CITY, COUNTY, FILES, PLANS, TEXT_FORMS, WITHOUT_DEADLINES, P

Read = Callable[[str], dict[str, Any]]


def assert_equal(plan: P, found: dict[str, Any], *, deadlines: bool = True) -> None:
    assert [task["title"] for task in found["tasks"]] == [task.title for task in plan.tasks]
    assert [task["no"] for task in found["tasks"]] == [str(at) for at in range(1, len(plan.tasks) + 1)]
    for task, gold in zip(found["tasks"], plan.tasks, strict=True):
        if any("归栏" in mark["reason"] for mark in task["uncertain"]):
            # a lone unit under two heads, where the blank cell left no trace: a person decides
            assert {*task["lead_units"], *task["responsible_units"]} == {*gold.lead, *gold.other}, gold.title
        else:
            assert tuple(task["lead_units"]) == gold.lead, gold.title
            assert tuple(task["responsible_units"]) == gold.other, gold.title
        assert gold.text.rstrip("。") in task["text"].replace("\n", ""), gold.title
        if deadlines:
            assert {(one["on"], one["long_term"]) for one in task["deadlines"]} == set(gold.days), gold.due


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.title)
@pytest.mark.parametrize("form", TEXT_FORMS)
def test_lines(read: Read, form: str, plan: P):
    text = "\n".join(TEXT_FORMS[form](plan))
    found = read(text)
    assert_equal(plan, found)
    squeezed = "".join(text.split())
    for task in found["tasks"]:
        assert all("".join(one["name"].split()) in squeezed for one in task["units"])
        assert all("".join(one["text"].split()) in squeezed for one in task["deadlines"])


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.title)
def test_lines_of_a_table_without_deadlines(read: Read, plan: P):
    found = read("\n".join(WITHOUT_DEADLINES["tab_cells"](plan)))
    assert_equal(plan, found, deadlines=False)
    assert [task["section"] for task in found["tasks"]] == [section for section, tasks in plan.sections for _ in tasks]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.title)
@pytest.mark.parametrize("form", FILES)
def test_files(tmp_path: Path, form: str, plan: P):
    suffix, write = FILES[form]
    path = tmp_path / f"plan.{suffix}"
    write(path, plan)
    found = plan_json(read_plan_file(path).plan)
    assert_equal(plan, found)
    assert found["head"]["title"] == plan.title
    for task in found["tasks"]:
        assert not {"市编造局", "不存在局"} & {one["name"] for one in task["units"]}


def test_the_head(read: Read):
    for plan in PLANS:
        head = read("\n".join(forms.full_brackets(plan)))["head"]
        assert (head["title"], head["number"], head["issuer"]) == (plan.title, plan.number, plan.issuer)
        assert head["addressees"] == plan.to
        year, month, day = (
            int(part) for part in plan.day.replace("年", "-").replace("月", "-").rstrip("日").split("-")
        )
        assert head["date"] == f"{year}-{month:02}-{day:02}"


@pytest.mark.slow
def test_pdf_and_doc(tmp_path: Path, soffice: Path):
    """Tables that a page cuts, paragraphs over pages, and the old Word format, as LibreOffice makes them."""
    wanted = []
    for plan in (CITY, COUNTY, BUREAU):
        for form in ("paragraphs", "table", "annex"):
            path = tmp_path / f"{len(wanted)}.docx"
            forms.write_docx(path, plan, form=form)
            wanted.append((path, plan))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    paths = [str(path) for path, _ in wanted]
    for suffix in ("pdf", "doc"):
        command = [str(soffice), profile, "--headless", "--convert-to", suffix, "--outdir", str(tmp_path), *paths]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
    for path, plan in wanted:
        assert_equal(plan, plan_json(read_plan_file(path.with_suffix(".pdf")).plan))
    for at in (0, 1, 2):
        assert_equal(CITY, plan_json(read_plan_file(wanted[at][0].with_suffix(".doc")).plan))


@pytest.mark.slow
def test_two_tables_on_one_page(tmp_path: Path, soffice: Path):
    """A second table of the same columns begins its own rows: a blank cell there takes nothing from the table above."""
    document = docx.Document()
    document.add_paragraph("龙潭区2025年重点任务表")
    for row in (
        ("2", "健全会商机制", "区司法局", "区法院", "2025年6月"),
        ("3", "开展培训", "区司法局", "", "2025年9月"),
    ):
        table = document.add_table(rows=2, cols=5)
        table.style = "Table Grid"
        for at, (head, text) in enumerate(zip(("序号", "任务", "牵头单位", "配合单位", "完成时限"), row, strict=True)):
            table.cell(0, at).text, table.cell(1, at).text = head, text
        document.add_paragraph("")
    path = tmp_path / "two.docx"
    document.save(str(path))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(soffice), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    for one in (path, path.with_suffix(".pdf")):
        tasks = plan_json(read_plan_file(one).plan)["tasks"]
        assert [(task["title"], task["lead_units"], task["responsible_units"]) for task in tasks] == [
            ("健全会商机制", ["区司法局"], ["区法院"]),
            ("开展培训", ["区司法局"], []),
        ]


@pytest.mark.slow
def test_tables_that_pages_cut(tmp_path: Path, soffice: Path):
    """Rows and merged cells cut anywhere, blank cells on top of a page: the PDF says what the document says."""
    wanted = []
    for seed, merged, numbered, repeats in (
        (0, True, True, False), (1, False, True, False), (2, True, True, True), (3, False, True, True),
        (8, True, True, False), (12, True, False, False), (13, False, False, False), (14, True, False, True),
    ):  # fmt: skip
        path = tmp_path / f"{seed}.docx"
        gold = forms.write_long_table(path, seed=seed, merged=merged, numbered=numbered, repeats=repeats)
        wanted.append((path, gold))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(soffice), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, *(str(path) for path, _ in wanted)], check=True, capture_output=True, timeout=240)
    for path, gold in wanted:
        for one in (path, path.with_suffix(".pdf")):
            tasks = plan_json(read_plan_file(one).plan)["tasks"]
            assert [
                (task["title"], task["lead_units"], task["responsible_units"], task["deadlines"][0]["text"])
                for task in tasks
            ] == gold


def test_labels_laid_out_in_a_table(tmp_path: Path):
    document = docx.Document()
    document.add_paragraph("平阳县规范执法三年行动方案")
    for title, who in (("1.全员轮训。", "责任单位：县司法局、各执法部门"), ("2.资格清理。", "责任单位：县司法局")):
        document.add_paragraph(title)
        table = document.add_table(rows=1, cols=2)
        table.cell(0, 0).text, table.cell(0, 1).text = who, "完成时限：2024年12月底前"
    path = tmp_path / "laid.docx"
    document.save(str(path))
    tasks = plan_json(read_plan_file(path).plan)["tasks"]
    assert [task["responsible_units"] for task in tasks] == [["县司法局", "各执法部门"], ["县司法局"]]
    assert [task["deadline_iso"] for task in tasks] == ["2024-12-31", "2024-12-31"]
