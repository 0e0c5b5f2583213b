"""Make a backup while people work: the database at one moment, then the files, which are never changed once written."""

import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, default_storage
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import salted_hmac

from mingjing.contexts.operations.queries import version
from mingjing.contexts.operations.usecases.archive import KEY_FILES, KEY_FOLDER, BackupError, Manifest, Writer
from mingjing.contexts.records.usecases import append

FOLDERS = ("log",)
"""Folders of the home that belong to a backup beside media and, if wished, keys: the public files of the log."""


def back_up(*, actor: str, at: datetime, file: Path, with_keys: bool, with_media: bool) -> Manifest:
    """
    Write a backup to ``file``, readable by its owner only; the log says so, in the backup itself as well.

    Keys are left out unless asked for: whoever holds the archive and the keys can read all and sign in the log's name.

    :raises BackupError: if the file exists, or the database cannot be copied
    """
    if file.exists():
        raise BackupError(f"“{file}”已经有了，不覆盖原有备份。请换一个名字。")
    file.parent.mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        append(
            actor=actor, at=at, act="operations.back_up", subject=f"backup:{file.name[:100]}",
            fields={"with_keys": with_keys, "with_media": with_media},
        )  # fmt: skip
    beside = file.with_name(f".{file.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".mingjing-") as scratch:
            copy = _database_copy(Path(scratch))
            descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive:
                    manifest = _fill(Writer(archive), copy, at, with_keys=with_keys, with_media=with_media)
                out.flush()
                os.fsync(out.fileno())
        beside.rename(file)
    finally:
        beside.unlink(missing_ok=True)
    return manifest


def _fill(writer: Writer, copy: Path, at: datetime, *, with_keys: bool, with_media: bool) -> Manifest:
    home = Path(settings.HOME)
    writer.add_file(copy.name, copy)
    if with_media:
        for name in stored_names(default_storage):
            with default_storage.open(name, "rb") as content:
                writer.add(f"media/{name}", content.file, default_storage.size(name))  # type: ignore[arg-type]
    folders = [*FOLDERS, *([KEY_FOLDER] if with_keys else [])]
    files = [path for folder in folders for path in sorted((home / folder).rglob("*")) if path.is_file()]
    files += sorted(home.glob("*.yaml"))
    if with_keys and (home / KEY_FILES).exists():
        files.append(home / KEY_FILES)
    for path in files:
        writer.add_file(f"home/{path.relative_to(home).as_posix()}", path)
    return writer.finish(
        version=version(),
        created_at=at.isoformat(),
        vendor=connection.vendor,
        migrations=applied_migrations(),
        with_keys=with_keys,
        with_media=with_media,
        key_print=key_print(settings.SECRET_KEY),
    )


def key_print(key: str) -> str:
    """Return what tells keys apart without telling the key."""
    return salted_hmac("mingjing.backup", "", secret=key, algorithm="sha256").hexdigest()[:16]


def applied_migrations() -> tuple[str, ...]:
    """Return which steps the tables have gone through."""
    return tuple(sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()))


def stored_names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Return the names of all stored files."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        if name:
            yield f"{folder}{name}"
    for one in sorted(folders):
        yield from stored_names(storage, f"{folder}{one}/")


def _database_copy(scratch: Path) -> Path:
    if connection.vendor == "postgresql":
        return _dump(scratch / "database.dump")
    copy = scratch / "database.sqlite3"
    # all pages in one step: one moment of the database; writers go on meanwhile
    source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)
    target = sqlite3.connect(copy)
    try:
        source.backup(target, pages=-1)
        (found,) = target.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise BackupError(f"数据库自检没有通过：{found}。请保留现场，联系维护人员。")
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        source.close()
        target.close()
    return copy


def _dump(file: Path) -> Path:
    run_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")
    return file


def run_tool(program: str, *words: str) -> None:
    """
    Run one of PostgreSQL's programs on our database.

    :raises BackupError: if it is not there or fails
    """
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"没有找到 {program}。请安装与服务器同版本的 PostgreSQL 客户端（postgresql-client）。")
    given: dict[str, Any] = connection.settings_dict
    environment = os.environ | {
        name: str(given[key])
        for name, key in (("PGHOST", "HOST"), ("PGPORT", "PORT"), ("PGUSER", "USER"), ("PGPASSWORD", "PASSWORD"))
        if given[key]
    }
    done = subprocess.run(
        [found, *words, f"--dbname={given['NAME']}"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BackupError(f"{program} 没有成功：{done.stderr.strip().splitlines()[-1] if done.stderr.strip() else ''}")
