"""Files that are uploaded: looked at, kept in the platform's store under a name that tells nothing, with their digest."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from mingjing.contexts.operations.files import name_for
from mingjing.contexts.plans.usecases.base import LedgerError

MAX_FILE: Final = 50 * 1024**2
MAX_FILES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FileGiven:
    """A file as it was uploaded."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file as it is kept: the columns of the row that holds it."""

    name: str
    file: str
    size: int
    sha256: str

    @property
    def columns(self) -> dict[str, str | int]:
        """The columns of a row."""
        return {"name": self.name, "file": self.file, "size": self.size, "sha256": self.sha256}


def checked(files: Sequence[FileGiven], *, already: int = 0) -> Sequence[FileGiven]:
    """
    Return the files if they may be kept.

    :raises LedgerError: if there are too many, or one is empty or too big
    """
    if already + len(files) > MAX_FILES:
        raise LedgerError(f"最多附 {MAX_FILES} 个文件。")
    for one in files:
        if not one.content:
            raise LedgerError(f"“{one.name}”是空文件。")
        if len(one.content) > MAX_FILE:
            raise LedgerError(f"“{one.name}”超过 {MAX_FILE // 1024**2} MB。")
    return files


def keep(one: FileGiven, folder: str) -> Kept:
    """Keep a file."""
    digest = hashlib.sha256(one.content).hexdigest()
    kept = default_storage.save(name_for(folder, "file.bin"), ContentFile(one.content))
    return Kept(name=one.name[-200:], file=kept, size=len(one.content), sha256=digest)
