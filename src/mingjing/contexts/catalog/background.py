"""Long work of this room as jobs of the worker."""

from datetime import datetime
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.catalog.usecases import importing
from mingjing.contexts.work import jobs
from mingjing.contexts.work.models import Job

READ: Final = "catalog.read_items"
TAKE: Final = "catalog.take_over"


def read(actor: Actor, at: datetime, *, unit: str, name: str, data: bytes) -> str:
    """
    Have a list of items read and judged in the background; return where to see how far it is.

    :raises UnreadableWorkbookError: if it is no table
    :raises NoHeaderError: if no row names the columns
    """
    importing.require_table(name, data)
    kept = default_storage.save("imports/items", ContentFile(data))
    return _address(
        jobs.start(actor=actor, at=at, kind=READ, title=name, arguments={"unit": unit, "name": name, "file": kept})
    )


def take_over(actor: Actor, at: datetime, *, pk: int, version: int, title: str) -> str:
    """Have the good rows written in the background; return where to see how far it is."""
    return _address(
        jobs.start(actor=actor, at=at, kind=TAKE, title=title, arguments={"import": pk, "version": version})
    )


def register() -> None:
    """Let the jobs be started."""
    jobs.register(READ, "核对事项清单", _read)
    jobs.register(TAKE, "导入事项清单", _take)


def _address(job: Job) -> str:
    """Return where the result is to be seen, if it is there already, or how far the job is."""
    job.refresh_from_db()
    return job.href if job.is_over and job.href else reverse("job", args=[job.pk])


def _read(running: jobs.Running) -> str:
    kept = str(running.arguments["file"])
    try:
        with default_storage.open(kept) as file:
            data = file.read()
        row = importing.read_items(
            actor=running.actor,
            at=running.at,
            unit=str(running.arguments["unit"]),
            name=str(running.arguments["name"]),
            data=data,
            progress=running.progress,
        )
    finally:
        default_storage.delete(kept)
    running.lead_to(reverse("catalog_import_report", args=[row.pk]))
    bad = len({one["row"] for one in row.bad if one["fatal"]})
    return f"{len(row.good)}行可以导入，{bad}行有问题。尚未写入，请到结果页确认。"


def _take(running: jobs.Running) -> str:
    pk = int(running.arguments["import"])
    running.lead_to(reverse("catalog_import_report", args=[pk]))
    version = int(running.arguments["version"])
    count = importing.take_over(actor=running.actor, at=running.at, pk=pk, version=version, progress=running.progress)
    return f"{count}项已写成草稿。"
