"""``mingjing plan``: reading plans into tasks."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mingjing.contexts.plans.payload import latest_day, plan_json
from mingjing.contexts.plans.registers import read_register
from mingjing.contexts.plans.taskbook import write_task_book
from mingjing.contexts.plans.usecases.read_plans import ReadPlan, read_pasted_plan, read_plan_file

app = typer.Typer(help="方案：读入方案、措施、任务分解表和台账。", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def plans() -> None:
    """方案：读入方案、措施、任务分解表和台账。"""


@app.command(
    "import", help="读一份方案（DOCX、DOC、PDF、网页、TXT、XLSX；写 - 则读粘贴的文字），列出任务、单位和时限。"
)
def import_plan(
    file: Annotated[str, typer.Argument(help="文件；写 - 则从标准输入读粘贴的文字。")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取。")] = False,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="另写一份任务台账（XLSX）。")] = None,
    units: Annotated[
        Path | None,
        typer.Option(
            "--units",
            help="单位名册（CSV、XLSX：单位名称、别名、所属组、启用日期、停用日期），用来展开“各行政执法机关”等。",
        ),
    ] = None,
    as_of: Annotated[
        str, typer.Option("--as-of", help="按哪一天的名册展开，如 2024-10-08；缺省按方案的成文日期。")
    ] = "",
) -> None:
    """Read a plan and print it; what cannot be read ends with status 2."""
    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError as error:
        raise typer.BadParameter(f"“{as_of}”不是日期，请写成 2026-11-20 的样子。", param_hint="--as-of") from error
    if xlsx is not None and not xlsx.absolute().parent.is_dir():
        raise typer.BadParameter(f"没有“{xlsx.parent}”这个文件夹。", param_hint="--xlsx")
    register = read_register(units) if units is not None else None
    read = read_pasted_plan(sys.stdin.buffer.read()) if file == "-" else read_plan_file(Path(file), _tell)
    if xlsx is not None:
        write_task_book(xlsx, read.plan)
    if as_json:
        print(
            json.dumps(
                plan_json(read.plan, source=read.source, register=register, on=day), ensure_ascii=False, indent=1
            )
        )
        return
    _show(read)
    if xlsx is not None:
        print(f"已写出 {xlsx}。")


def _tell(_done: int, _of: int, words: str) -> None:
    """Say on the error stream how far the recognition of scanned pages is."""
    print(words, file=sys.stderr, flush=True)


def _show(read: ReadPlan) -> None:
    plan, head = read.plan, read.plan.head
    for note in (*read.document.notes, *plan.notes):
        print(note)
    print(head.title or "（没有读到标题）")
    facts = (head.number, head.issuer, head.date.isoformat() if head.date else "")
    print("　".join(part for part in facts if part))
    section = ""
    for task in plan.tasks:
        if task.section != section:
            section = task.section
            print(f"\n{section}")
        print(f"  {task.no}  {task.title[:60]}")
        who = [f"牵头 {'、'.join(task.lead_units)}"] if task.lead_units else []
        who += [f"责任 {'、'.join(task.responsible_units)}"] if task.responsible_units else []
        if who:
            print(f"      {'；'.join(who)}")
        if task.deadlines:
            due = latest_day(task)
            print(f"      {'；'.join(one.text for one in task.deadlines)}{f'（{due.isoformat()}）' if due else ''}")
        for doubt in task.uncertain:
            print(f"      存疑：{doubt.reason}")
    for milestone in plan.milestones:
        print(f"\n节点：{milestone.text}")
    doubts = sum(1 for task in plan.tasks if task.uncertain)
    print(
        f"\n共 {len(plan.tasks)} 项任务，其中 {doubts} 项有存疑之处。"
        if plan.tasks
        else "\n没有读到任务：文中没有编号的任务，也没有任务表。"
    )
