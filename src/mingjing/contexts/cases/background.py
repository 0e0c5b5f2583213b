"""Long work of this room as jobs of the worker."""

from datetime import datetime
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Final

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, ForbiddenError
from mingjing.contexts.cases.usecases.taking_in import refused_book, take_in
from mingjing.contexts.operations.files import name_for
from mingjing.contexts.work import jobs
from mingjing.contexts.work.models import Job

IMPORT: Final = "cases.import"


def start_import(actor: Actor, at: datetime, *, name: str, content: File) -> Job:
    """
    Have a file of cases taken in in the background.

    :raises ForbiddenError: if the actor may import nowhere
    """
    if not actor.may("cases.case.import"):
        raise ForbiddenError("您没有导入案件的权限。")
    kept = default_storage.save(name_for("imports/cases", name), content)
    return jobs.start(actor=actor, at=at, kind=IMPORT, title=name, arguments={"file": kept, "name": name})


def register() -> None:
    """Let the jobs be started."""
    jobs.register(IMPORT, "导入案件", _import)


def _import(running: jobs.Running) -> str:
    kept, name = str(running.arguments["file"]), PurePosixPath(str(running.arguments["name"])).name
    try:
        with TemporaryDirectory(prefix="mingjing-cases-") as folder:
            path = Path(folder) / (name or "cases")
            with default_storage.open(kept) as source, path.open("wb") as target:
                copyfileobj(source, target)
            made = take_in(actor=running.actor, at=running.at, path=path, tell=running.progress)
    finally:
        default_storage.delete(kept)
    if made.cases.refused:
        running.save_result(f"{name}-没有导入的案件.xlsx", refused_book(made.cases))
    elif made.bad_rows:
        running.save_result(f"{name}-有问题的行.xlsx", made.bad_rows)
    if made.cases.taken and not made.cases.refused:
        running.lead_to(reverse("cases_list"))
    return made.words
