"""
Import in two steps: a file is read and judged row by row, then somebody says whether the good rows are written.

Nothing is written before. Both steps run in a job of the worker where there is one, and the same way without.
"""

import json
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from mingjing.contexts.accounts.access import Actor, MissingError, access, require
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.sealing import seal, unseal
from mingjing.contexts.registry.models import ImportRun
from mingjing.contexts.registry.usecases.base import log
from mingjing.contexts.registry.usecases.sheets.reading import Line, SheetError, read_sheet, write_bad_rows
from mingjing.contexts.registry.usecases.sheets.registers import REGISTERS, Register
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.registry.obstacles import obstacle, refuse

type Progress = Callable[[int, int, str], None]

RUN: Final = "registry.import.run"
KEPT: Final = 2_000
"""Troubles kept for the page; the workbook of bad rows has them all."""
SLIPS: Final = "initial passwords of an import"
SLIPS_HOURS: Final = 24
"""So long the initial passwords of imported accounts can be fetched; the first sign-in changes each anyway."""
LARGEST_BYTES: Final = 50 * 1024 * 1024


def _silent(_done: int, _of: int, _words: str) -> None:
    return


def register_of(name: str) -> Register:
    """
    Return a register that can be imported.

    :raises SheetError: if there is none of this name
    """
    if name not in REGISTERS:
        raise SheetError(f"没有“{name}”这个台账。")
    return REGISTERS[name]


@transaction.atomic
def upload(*, actor: Actor, at: datetime, register: str, file: UploadedFile) -> ImportRun:
    """
    Take a file in, to be read.

    :raises ForbiddenError: if the actor may not edit the register
    :raises SheetError: if the file is too large
    """
    kind = register_of(register)
    require(actor, RUN)
    require(actor, kind.edit)
    if file.size is not None and file.size > LARGEST_BYTES:
        raise SheetError(f"文件超过{LARGEST_BYTES // 1024 // 1024}兆，请分成几个文件。")
    name = Path(str(file.name)).name[-120:]
    run = ImportRun(
        register=register,
        file_name=name,
        unit=Unit.objects.filter(path=actor.unit_path).first(),
        actor=actor.code,
        actor_name=actor.name,
        user_id=actor.user_id,
        started_at=at,
    )
    suffix = Path(name).suffix.lower()[:8]
    run.file.save(f"{register}{suffix}", ContentFile(file.read()), save=False)
    run.save()
    return run


def fetch(actor: Actor, pk: int, *, lock: bool = False) -> ImportRun:
    """Return one's own run: what others hand in is theirs."""
    return access(ImportRun.objects.filter(user_id=actor.user_id), actor, RUN, lock=lock, pk=pk)


def _read(run: ImportRun, kind: Register, actor: Actor, progress: Progress) -> list[Line]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{Path(run.file_name).suffix.lower()}"
        with run.file.open("rb") as source:
            path.write_bytes(source.read())
        lines = read_sheet(path, kind.table, progress=progress)
    sound = [line for line in lines if not line.troubles]
    kind.judge(actor, sound, lambda done: progress(done, len(sound), "正在核对"))
    return lines


def judge(*, actor: Actor, at: datetime, run: int, progress: Progress = _silent) -> ImportRun:
    """
    Read the file and judge each row; write nothing but the account of it.

    :raises SheetError: if the file is no sheet of this register
    """
    row = fetch(actor, run)
    kind = register_of(row.register)
    try:
        lines = _read(row, kind, actor, progress)
    except SheetError as error:
        row.status, row.message = "failed", error.message
        row.save()
        return row
    bad = [line for line in lines if line.troubles]
    with transaction.atomic():
        row = fetch(actor, run, lock=True)
        if row.status != "reading":
            return row
        row.rows, row.bad, row.good = len(lines), len(bad), len(lines) - len(bad)
        row.problems = [one.plain() for line in bad for one in line.troubles][:KEPT]
        if bad:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "bad.xlsx"
                write_bad_rows(path, kind.table, bad)
                row.bad_file.save(f"{row.register}-bad.xlsx", ContentFile(path.read_bytes()), save=False)
        row.status = "read"
        row.version += 1
        row.save()
        log(actor, at, "read_import", f"import:{row.pk}", {"register": row.register, "rows": row.rows, "bad": row.bad})
    return row


def write(*, actor: Actor, at: datetime, run: int, version: int, progress: Progress = _silent) -> ImportRun:
    """
    Write the good rows, all in one transaction: all of them or none. The file is judged anew, as things stand now.

    :raises RegistryError: if the run is not waiting for this
    """
    row = fetch(actor, run)
    require_fresh(row, version)
    if row.status != "read" or not row.good:
        refuse(obstacle("not_read", "这次导入没有可以写入的行，或者已经办理过。", "请重新上传。"))
    kind = register_of(row.register)
    lines = _read(row, kind, actor, progress)
    good = [line for line in lines if not line.troubles]
    progress(0, len(good), "正在写入")
    with transaction.atomic():
        row = fetch(actor, run, lock=True)
        require_fresh(row, version)
        taken = kind.write(actor, at, good)
        row.written = len(taken)
        if kind.slips:
            row.slips = seal(json.dumps(kind.slips(taken), ensure_ascii=False).encode(), purpose=SLIPS)
            row.slips_until = at + timedelta(hours=SLIPS_HOURS)
        row.status = "written"
        row.version += 1
        row.save()
        log(actor, at, "write_import", f"import:{row.pk}", {"register": row.register, "rows": row.written})
    progress(len(good), len(good), "已写入")
    return row


@transaction.atomic
def fetch_slips(*, actor: Actor, at: datetime, run: int) -> list[list[str]]:
    """
    Return what is handed to the people of an import: unit, name, sign-in name, initial password; the log keeps that.

    :raises MissingError: if there are none, or their time is over
    """
    row = fetch(actor, run)
    if row.slips is None or row.slips_until is None or row.slips_until <= at:
        raise MissingError("没有可以领取的初始密码，或者已经过期、已经删除。过期的请在账号页逐个重置。")
    slips: list[list[str]] = json.loads(unseal(bytes(row.slips), purpose=SLIPS))
    log(actor, at, "fetch_initial_passwords", f"import:{row.pk}", {"rows": len(slips)})
    return slips


@transaction.atomic
def drop_slips(*, actor: Actor, at: datetime, run: int) -> None:
    """Delete the initial passwords of an import, once they are handed out."""
    row = fetch(actor, run, lock=True)
    row.slips = row.slips_until = None
    row.version += 1
    row.save()
    log(actor, at, "drop_initial_passwords", f"import:{row.pk}")


@transaction.atomic
def forget_slips(*, at: datetime) -> int:
    """Delete the initial passwords whose time is over; return of how many imports."""
    return ImportRun.objects.filter(slips_until__lte=at).update(slips=None, slips_until=None)


@transaction.atomic
def cancel(*, actor: Actor, at: datetime, run: int) -> ImportRun:
    """
    Give a run up: nothing is written.

    :raises RegistryError: if it is written already
    """
    row = fetch(actor, run, lock=True)
    if row.status == "written":
        refuse(obstacle("written", "这次导入已经写入，不能取消。", "请在台账中逐条更正。"))
    row.status = "cancelled"
    row.version += 1
    row.save()
    log(actor, at, "cancel_import", f"import:{row.pk}", {"register": row.register})
    return row
