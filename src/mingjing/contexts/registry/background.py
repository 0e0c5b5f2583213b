"""Long work of this room as jobs of the worker."""

from datetime import datetime

from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.registry.models import ImportRun
from mingjing.contexts.registry.usecases import imports
from mingjing.contexts.work import jobs
from mingjing.contexts.work.models import Job

READ = "registry.read_import"
WRITE = "registry.write_import"


def read(actor: Actor, at: datetime, run: ImportRun) -> str:
    """Have a file read and judged in the background; return where to see how far it is."""
    job = jobs.start(actor=actor, at=at, kind=READ, title=run.file_name, arguments={"run": run.pk})
    return _address(run, job)


def write(actor: Actor, at: datetime, run: ImportRun, version: int) -> str:
    """Have the good rows written in the background; return where to see how far it is."""
    job = jobs.start(actor=actor, at=at, kind=WRITE, title=run.file_name, arguments={"run": run.pk, "version": version})
    return _address(run, job)


def _address(run: ImportRun, job: Job) -> str:
    job.refresh_from_db()
    if job.is_over:
        return reverse("registry_import_run", args=[run.pk])
    return reverse("job", args=[job.pk])


def register() -> None:
    """Let the jobs be started."""
    jobs.register(READ, "核对导入文件", _read)
    jobs.register(WRITE, "写入导入数据", _write)


def _read(running: jobs.Running) -> str:
    run = imports.judge(
        actor=running.actor, at=running.at, run=int(running.arguments["run"]), progress=running.progress
    )
    running.lead_to(reverse("registry_import_run", args=[run.pk]))
    if run.status == "failed":
        return run.message
    return f"共{run.rows}行，{run.good}行可以写入，{run.bad}行有问题。尚未写入，请到结果页确认。"


def _write(running: jobs.Running) -> str:
    arguments = running.arguments
    run = imports.write(
        actor=running.actor,
        at=running.at,
        run=int(arguments["run"]),
        version=int(arguments["version"]),
        progress=running.progress,
    )
    running.lead_to(reverse("registry_import_run", args=[run.pk]))
    return f"已写入{run.written}行。"
