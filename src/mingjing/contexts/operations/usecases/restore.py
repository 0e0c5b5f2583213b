"""Put a backup back: everything is checked before anything is touched, and what was there is kept aside."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.apps import apps
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from mingjing.contexts.operations.usecases.archive import (
    CHUNK,
    KEY_FILES,
    MANIFEST,
    BackupError,
    Manifest,
    entries,
    read_manifest,
)
from mingjing.contexts.operations.usecases.backup import key_print, run_tool, stored_names
from mingjing.contexts.operations.usecases.prepare import Tell
from mingjing.contexts.records.usecases import append


def restore(*, actor: str, at: datetime, file: Path, force: bool, tell: Tell) -> Manifest:
    """
    Put the backup in ``file`` into this home: rows, media, public files of the log, and keys where it holds them.

    With ``force`` what is there gives way: an SQLite file, media and folders are set aside under ``before-restore-…``,
    tables of PostgreSQL are dropped. The log then says that it was restored, and from what.

    :raises BackupError: if the archive is damaged, from another kind of database or a later version, if the platform is
        running, or if this home holds something and ``force`` is not given
    """
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    with _not_served(home):
        manifest = read_manifest(file)
        _require_fit(manifest)
        in_file = _key_in(home) == settings.SECRET_KEY
        held = _held()
        if held and not force:
            raise BackupError(f"这里已经有{'、'.join(held)}，恢复会把它们换掉。确实要换，请加 --force。")
        aside = home / f"before-restore-{at:%Y%m%d-%H%M%S}"
        scratch = home / f".restoring-{os.getpid()}"
        try:
            _unpack(file, scratch)
            _put_database(scratch, aside, held=bool(held))
            _put_files(scratch, home, aside)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        call_command("migrate", interactive=False, verbosity=0)
        with transaction.atomic():
            append(
                actor=actor, at=at, act="operations.restore", subject=f"backup:{file.name[:100]}",
                fields={"digest": manifest.digest(), "created_at": manifest.created_at},
            )  # fmt: skip
    if key_print(_key_in(home) if in_file else settings.SECRET_KEY) != manifest.key_print:
        tell("现在的密钥不是备份时的那一个：加密的内容读不出来。请把当时的 secret.key 和 keys/ 放回，再启动平台。")
    if aside.exists():
        tell(f"原有的数据移到了“{aside}”，确认无误后可以删除。")
    return manifest


@contextmanager
def _not_served(home: Path) -> Iterator[None]:
    (home / "run").mkdir(exist_ok=True)
    with (home / "run" / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("平台正在运行。请先停止，再恢复。") from None
        yield


def _key_in(home: Path) -> str:
    file = home / KEY_FILES
    return file.read_text() if file.exists() else ""


def _require_fit(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise BackupError(f"备份出自 {manifest.vendor}，这里用的是 {connection.vendor}，两者不能互相恢复。")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise BackupError(f"备份出自更新的版本 {manifest.version}（{unknown[0]}）。请先升级平台，再恢复。")


def _held() -> list[str]:
    """Say in words what is here that a restore would replace."""
    held = []
    tables = set(connection.introspection.table_names())
    ours = {model._meta.db_table for model in apps.get_models()}  # noqa: SLF001 - Django's public-by-use meta
    if _any_row(tables & ours):
        held.append("数据库里的数据")
    if next(stored_names(default_storage), None) is not None:
        held.append("文件")
    return held


def _any_row(tables: set[str]) -> bool:
    # what a migration writes by itself is nobody's data
    tables -= {"django_migrations", "django_content_type"}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")
            if cursor.fetchone():
                return True
    return False


def _unpack(file: Path, scratch: Path) -> None:
    for name, content in entries(file):
        if name == MANIFEST:
            continue
        path = scratch / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as out:
            _copy(content, out)


def _copy(content: IO[bytes], out: IO[bytes]) -> None:
    while data := content.read(CHUNK):
        out.write(data)


def _put_database(scratch: Path, aside: Path, *, held: bool) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # what a later version added would stay behind beside what the archive drops
            for table in connection.introspection.table_names():
                cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")
        connection.close()
        run_tool(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
            "--exit-on-error", str(scratch / "database.dump"),
        )  # fmt: skip
        return
    connection.close()
    database = Path(connection.settings_dict["NAME"])
    if not held:
        # nobody's data: perhaps the empty file that looking into it made
        database.unlink(missing_ok=True)
    for path in (database, database.with_name(f"{database.name}-wal"), database.with_name(f"{database.name}-shm")):
        if path.exists():
            aside.mkdir(exist_ok=True, mode=0o700)
            path.rename(aside / path.name)
    checked = sqlite3.connect(scratch / "database.sqlite3")
    try:
        (found,) = checked.execute("PRAGMA integrity_check(1)").fetchone()
    finally:
        checked.close()
    if found != "ok":
        raise BackupError(f"备份里的数据库自检没有通过：{found}。")
    shutil.move(scratch / "database.sqlite3", database)


def _put_files(scratch: Path, home: Path, aside: Path) -> None:
    media = scratch / "media"
    local = Path(default_storage.path("")) if _is_local() else None
    if media.exists() and local is not None:
        _set_aside(local, aside)
        shutil.move(media, local)
    elif media.exists():
        for path in sorted(one for one in media.rglob("*") if one.is_file()):
            name = path.relative_to(media).as_posix()
            default_storage.delete(name)
            with path.open("rb") as content:
                default_storage.save(name, File(content))
    for path in sorted((scratch / "home").glob("*")):
        _set_aside(home / path.name, aside)
        shutil.move(path, home / path.name)


def _is_local() -> bool:
    try:
        default_storage.path("")
    except NotImplementedError:
        return False
    return True


def _set_aside(path: Path, aside: Path) -> None:
    if path.is_dir() and not any(one.is_file() for one in path.rglob("*")):
        shutil.rmtree(path)
    elif path.exists():
        aside.mkdir(exist_ok=True, mode=0o700)
        path.rename(aside / path.name)
