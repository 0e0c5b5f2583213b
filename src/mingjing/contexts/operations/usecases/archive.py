"""What a backup is: one tar file that tells what it holds and proves each part by its digest."""

import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from mingjing.kernel.errors import DomainError

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
CHUNK: Final = 1 << 20
KEY_FILES: Final = "secret.key"
KEY_FOLDER: Final = "keys"


class BackupError(DomainError):
    """A backup cannot be made or used so."""

    code = "operations.backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive says of itself: when and by which version it was made, from which kind of database, its parts."""

    version: str
    created_at: str
    vendor: str
    migrations: tuple[str, ...]
    with_keys: bool
    with_media: bool
    key_print: str
    """A digest of the secret key, to tell after a restore whether the right one is in place."""
    parts: dict[str, str]
    """Digest (SHA-256) by name of the part."""

    def data(self) -> bytes:
        """Return the bytes that stand in the archive."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return json.dumps({"format": FORMAT} | fields, ensure_ascii=False, indent=1).encode()

    def digest(self) -> str:
        """Return the digest that stands for the whole archive."""
        return hashlib.sha256(self.data()).hexdigest()


class Writer:
    """Adds parts to an archive and keeps their digests; the manifest comes last."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self.parts: dict[str, str] = {}

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """
        Add a part of that size.

        :raises BackupError: if it ends before
        """
        reader = _Digesting(content)
        self._archive.addfile(_entry(name, size), reader)
        self.parts[name] = reader.state.hexdigest()

    def add_file(self, name: str, path: Path) -> None:
        """Add a file of this machine."""
        with path.open("rb") as file:
            self.add(name, file, path.stat().st_size)

    def finish(self, **fields: Any) -> Manifest:
        """Add the manifest."""
        manifest = Manifest(parts=self.parts, **fields)
        data = manifest.data()
        self._archive.addfile(_entry(MANIFEST, len(data)), io.BytesIO(data))
        return manifest


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


class _Digesting:
    def __init__(self, content: IO[bytes]) -> None:
        self._content, self.state = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._content.read(size)
        self.state.update(data)
        return data


def read_manifest(path: Path) -> Manifest:
    """
    Read the whole archive and check every part against its digest.

    :raises BackupError: if it is no archive of ours, of a later format, damaged, or holds a part that it does not name
    """
    digests = dict[str, str]()
    manifest: dict[str, Any] | None = None
    with _readable(path):
        for name, content in entries(path):
            if name == MANIFEST:
                manifest = json.loads(content.read())
                continue
            state = hashlib.sha256()
            while data := content.read(CHUNK):
                state.update(data)
            digests[name] = state.hexdigest()
    if manifest is None or manifest.pop("format", None) != FORMAT:
        raise BackupError(f"“{path.name}”不是明镜的备份，或者没有写完，或者出自更新的版本。")
    read = Manifest(**manifest | {"migrations": tuple(manifest["migrations"])})
    wrong = sorted({name for name in digests.keys() | read.parts.keys() if digests.get(name) != read.parts.get(name)})
    if wrong:
        raise BackupError(f"备份已损坏，有 {len(wrong)} 个部分对不上摘要，例如“{wrong[0]}”。请换一份备份。")
    return read


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, OSError, ValueError, zlib.error) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise BackupError(f"“{path.name}”读不下去：不是备份，或者已损坏、没有写完。") from error


def entries(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """
    Give the parts one after another.

    :raises BackupError: if a part would lead out of the place where it belongs
    """
    with tarfile.open(path, "r|*") as archive:
        for entry in archive:
            if not entry.isreg() or not _is_inside(entry.name):
                raise BackupError(f"备份里有不该有的内容：“{entry.name}”。")
            content = archive.extractfile(entry)
            assert content is not None
            yield entry.name, content


def _is_inside(name: str) -> bool:
    parts = name.split("/")
    return bool(name) and not name.startswith("/") and "\0" not in name and not {"", ".", ".."} & set(parts)
