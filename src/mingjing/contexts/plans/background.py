"""Long work of this room as jobs of the worker: a plan or a ledger read from its file."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, require_place
from mingjing.contexts.operations.files import name_for
from mingjing.contexts.plans.usecases import keep_ledger
from mingjing.contexts.plans.usecases.import_ledger import bad_rows_book, import_ledger, read_ledger
from mingjing.contexts.plans.usecases.read_plans import read_plan_file
from mingjing.contexts.work import jobs

LEDGER = "plans.import_ledger"
SCAN = "plans.import_scan"
PAGES_AT_ONCE = 2
"""So many scanned pages are recognised while the user waits (some ten seconds each); more in the background."""


def start_ledger(*, actor: Actor, at: datetime, name: str, content: bytes, place: str) -> str:
    """Have a ledger read in the background; return where to see how far it is."""
    kept = default_storage.save(name_for("plans/uploads", "ledger.xlsx"), ContentFile(content))
    arguments = {"file": kept, "name": name, "place": place}
    job = jobs.start(actor=actor, at=at, kind=LEDGER, title=name, arguments=arguments)
    return reverse("job", args=[job.pk])


def start_scan(*, actor: Actor, at: datetime, name: str, content: bytes, place: str, replaces: str) -> str:
    """Have a scanned plan recognised and taken in in the background; return where to see how far it is."""
    require_place(actor, "plans.plan.edit", place)
    kept = default_storage.save(name_for("plans/uploads", "plan.pdf"), ContentFile(content))
    arguments = {"file": kept, "name": name, "place": place, "replaces": replaces}
    job = jobs.start(actor=actor, at=at, kind=SCAN, title=name, arguments=arguments)
    return reverse("job", args=[job.pk])


def register() -> None:
    """Let the jobs be started."""
    jobs.register(LEDGER, "导入任务台账", _import)
    jobs.register(SCAN, "识别扫描的方案", _recognise)


def _recognise(run: jobs.Running) -> str:
    with default_storage.open(str(run.arguments["file"])) as file:
        content = file.read()
    with TemporaryDirectory(prefix="mingjing-plan-") as folder:
        path = Path(folder) / (Path(str(run.arguments["name"])).name or "plan.pdf")
        path.write_bytes(content)
        read = read_plan_file(path, run.progress)
    plan = keep_ledger.import_plan(
        actor=run.actor,
        at=run.at,
        read=read,
        place=str(run.arguments["place"]),
        content=content,
        replaces=str(run.arguments["replaces"]),
    )
    run.lead_to(reverse("plan_compare" if plan.replaces_id else "plan", args=[plan.code]))
    default_storage.delete(str(run.arguments["file"]))
    return f"读出 {plan.tasks.count()} 项任务。文字由机器识别，请核对存疑的地方，再启用方案。"


def _import(run: jobs.Running) -> str:
    run.progress(0, 3, "正在读取")
    with default_storage.open(str(run.arguments["file"])) as file:
        content = file.read()
    with TemporaryDirectory(prefix="mingjing-ledger-") as folder:
        path = Path(folder) / (Path(str(run.arguments["name"])).name or "ledger.xlsx")
        path.write_bytes(content)
        read = read_ledger(path)
    run.progress(1, 3, f"读出 {len(read.taken)} 项任务")
    if read.bad:
        run.save_result("没有导入的行.xlsx", bad_rows_book(read))
    run.progress(2, 3, "正在写入台账")
    plan = import_ledger(actor=run.actor, at=run.at, read=read, place=str(run.arguments["place"]), content=content)
    run.lead_to(reverse("plan", args=[plan.code]))
    default_storage.delete(str(run.arguments["file"]))
    if not read.bad:
        return f"导入 {len(read.taken)} 项任务，没有差错。"
    rows = "、".join(str(one.number) for one in read.bad[:20])
    return f"导入 {len(read.taken)} 项任务；{len(read.bad)} 行没有导入（第 {rows} 行），原因见结果文件。"
