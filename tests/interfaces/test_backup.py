"""``mingjing backup`` and ``restore`` from the outside: everything comes back, and nothing is lost by a mistake."""

import fcntl
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.platform import MINGJING, Platform, copy_home, mingjing, on_postgresql, surroundings

pytestmark = pytest.mark.slow

FILL = """
from datetime import date
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.records.usecases import append
for number in range(int({count})):
    with transaction.atomic():
        unit = Unit.objects.create(code=f"u{start}-{{number}}", name=f"泗水县第{{number}}局", kind="agency", place="370831", path=f"u{start}-{{number}}/")
        append(actor="test", at=timezone.now(), act="test.fill", subject=f"unit:{{unit.code}}", fields={{"name": unit.name}})
default_storage.save("evidence/2026/11/执法记录{start}.mp4", ContentFile(bytes(range(256)) * 999))
"""
DUMP = """
import hashlib, json
from django.apps import apps
from django.core import serializers
skipped = {"operations.scheduled", "operations.heartbeat", "sessions.session", "django_tasks_db.dbtaskresult"}
rows = {}
for model in apps.get_models():
    if model._meta.label_lower not in skipped and model._meta.managed:
        found = [serializers.serialize("json", [row]) for row in model._base_manager.order_by("pk")]
        rows[model._meta.label_lower] = [hashlib.sha256(one.encode()).hexdigest() for one in found]
print("ROWS" + json.dumps(rows))
"""


def shell(home: Path, code: str) -> str:
    return mingjing(home, "manage", "shell", "--no-imports", "-c", code).stdout


def fill(home: Path, count: int = 20, start: str = "a") -> None:
    shell(home, FILL.format(count=count, start=start))


def rows_of(home: Path) -> dict[str, list[str]]:
    return json.loads(shell(home, DUMP).partition("ROWS")[2])


def files_of(home: Path) -> dict[str, str]:
    folder = home / "media"
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def home(new_home: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with rows, media and a log; not to be changed."""
    home = new_home(tmp_path_factory.mktemp("backup") / "home")
    fill(home)
    return home


@pytest.fixture(scope="module")
def backup(home: Path) -> Path:
    mingjing(home, "backup", str(home.parent / "kept.tar.gz"), "--with-keys")
    return home.parent / "kept.tar.gz"


@pytest.fixture(scope="module")
def grown(backup: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home restored from the backup that has gone on; not to be changed."""
    home = tmp_path_factory.mktemp("grown") / "home"
    mingjing(home, "restore", str(backup))
    fill(home, start="b")
    return home


@pytest.fixture
def own(grown: Path, tmp_path: Path) -> Path:
    """A home of the test's own, with the same in it and something more."""
    return copy_home(grown, tmp_path / "own")


def names_in(file: Path) -> set[str]:
    with tarfile.open(file) as archive:
        return set(archive.getnames())


class TestRestore:
    def test_brings_back_rows_media_keys_and_log(self, home: Path, backup: Path, tmp_path: Path) -> None:
        new = tmp_path / "new"
        done = mingjing(new, "restore", str(backup))
        assert "已恢复" in done.stdout
        assert "密钥不是" not in done.stdout
        before, after = rows_of(home), rows_of(new)
        log = next(label for label in before if label.startswith("records.") and label.endswith("entry"))
        # there the log has gone on by one act, that it was restored; here by the backups of other tests
        assert after[log][:-1] == before[log][: len(after[log]) - 1]
        assert len(after[log]) > 21
        others = {label for label in before if not label.startswith("records.")}
        assert {label: after[label] for label in others} == {label: before[label] for label in others}
        assert sum(map(len, before.values())) > 60
        assert files_of(new) == files_of(home)
        assert len(files_of(new)) == 1
        assert (new / "secret.key").read_text() == (home / "secret.key").read_text()

    def test_serves_what_was_restored(self, backup: Path, tmp_path: Path) -> None:
        mingjing(tmp_path / "new", "restore", str(backup))
        with Platform(tmp_path / "new") as platform:
            assert platform.get("/readyz")[0] == 200

    def test_refuses_a_home_that_holds_something_and_keeps_aside_what_it_replaces(
        self, own: Path, backup: Path
    ) -> None:
        before = rows_of(own)
        done = mingjing(own, "restore", str(backup), check=False)
        assert done.returncode == 2
        assert "--force" in done.stderr
        assert (rows_of(own), len(files_of(own))) == (before, 2)
        mingjing(own, "restore", str(backup), "--force")
        assert len(files_of(own)) == 1
        *_, aside = sorted(own.glob("before-restore-*"))
        assert len([path for path in (aside / "media").rglob("*") if path.is_file()]) == 2
        assert on_postgresql() or (aside / "mingjing.sqlite3").exists()

    def test_refuses_while_the_platform_runs(self, backup: Path, tmp_path: Path) -> None:
        home = tmp_path / "served"
        (home / "run").mkdir(parents=True)
        with (home / "run" / "serve.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = mingjing(home, "restore", str(backup), check=False)
        assert done.returncode == 2
        assert "正在运行" in done.stderr

    def test_says_that_the_key_is_another(self, home: Path, tmp_path: Path) -> None:
        mingjing(home, "backup", str(tmp_path / "kept.tar.gz"))
        done = mingjing(tmp_path / "new", "restore", str(tmp_path / "kept.tar.gz"))
        assert "密钥不是备份时的那一个" in done.stdout
        shutil.copy(home / "secret.key", tmp_path / "new" / "secret.key")
        done = mingjing(tmp_path / "new", "restore", str(tmp_path / "kept.tar.gz"), "--force")
        assert "密钥不是" not in done.stdout


class TestArchive:
    def test_leaves_keys_out_and_is_for_its_owner_only(self, home: Path, backup: Path, tmp_path: Path) -> None:
        plain = tmp_path / "plain.tar.gz"
        mingjing(home, "backup", str(plain))
        assert {name for name in names_in(backup) if "key" in name} >= {"home/secret.key"}
        assert not {name for name in names_in(plain) if "key" in name}
        assert plain.stat().st_mode & 0o077 == 0
        secret = (home / "secret.key").read_bytes()
        with tarfile.open(plain) as archive:
            assert not any(secret in archive.extractfile(entry).read() for entry in archive)  # type: ignore[union-attr]

    def test_does_not_overwrite(self, home: Path, backup: Path) -> None:
        before = backup.read_bytes()
        assert mingjing(home, "backup", str(backup), check=False).returncode == 2
        assert backup.read_bytes() == before

    @pytest.mark.parametrize("spoil", ["cut", "flip", "other", "escape", "link"])
    def test_is_refused_when_spoilt(self, backup: Path, tmp_path: Path, spoil: str) -> None:
        spoilt = tmp_path / "spoilt.tar.gz"
        content = bytearray(backup.read_bytes())
        match spoil:
            case "cut":
                spoilt.write_bytes(content[: len(content) // 2])
            case "flip":
                _repacked(backup, spoilt, change="media/")
            case "other":
                spoilt.write_bytes(b"PK\x03\x04 not ours")
            case "escape":
                _repacked(backup, spoilt, extra=tarfile.TarInfo("home/../../escaped"))
            case "link":
                link = tarfile.TarInfo("home/link")
                link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
                _repacked(backup, spoilt, extra=link)
        done = mingjing(tmp_path / "new", "restore", str(spoilt), check=False)
        assert done.returncode == 2, done.stdout
        assert "备份" in done.stderr
        assert not (tmp_path / "new" / "mingjing.sqlite3").exists()
        assert not (tmp_path / "escaped").exists()


def _repacked(source: Path, target: Path, *, change: str = "", extra: tarfile.TarInfo | None = None) -> None:
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for entry in old:
            content = old.extractfile(entry).read()  # type: ignore[union-attr]
            if change and entry.name.startswith(change):
                content = content[:100] + bytes([content[100] ^ 1]) + content[101:]
            new.addfile(entry, io.BytesIO(content))
        if extra is not None:
            new.addfile(extra)


def test_is_of_one_moment_while_people_write(own: Path, tmp_path: Path) -> None:
    """Each act writes a unit and a log entry; a backup in the midst of it holds as many of the one as of the other."""
    writers = [
        subprocess.Popen(
            [MINGJING, "manage", "shell", "--no-imports", "-c", FILL.format(count=200, start=start)],
            env=surroundings(own), stdout=subprocess.DEVNULL,
        )
        for start in "xy"
    ]  # fmt: skip
    kept = []
    while any(writer.poll() is None for writer in writers):
        file = tmp_path / f"during{len(kept)}.tar.gz"
        mingjing(own, "backup", str(file), "--with-keys")
        kept.append(file)
    assert all(writer.returncode == 0 for writer in writers)
    assert kept
    count = "from mingjing.contexts.accounts.models import Unit; from mingjing.contexts.records.models import Entry; print(Unit.objects.count(), Entry.objects.filter(act='test.fill').count())"
    for number, file in enumerate(kept[:2]):
        new = tmp_path / f"new{number}"
        mingjing(new, "restore", str(file))
        units, entries = map(int, shell(new, count).split())
        assert 20 <= units == entries
