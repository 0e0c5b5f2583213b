"""Packages of files: unpacked under limits that stop a bomb, and only what may hold data."""

import lzma
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mingjing.facts.rows import PackageTooLargeError, UnreadableFileError

UNREAD_EVENTS: Final = "unread_events.parquet"
"""Steps left out for want of a moment or a type that can be read: ``case_id`` and, where it is known, ``type``."""

OWN_FILES: Final = frozenset({"read_report.json", "bad_cells.parquet", "bad_rows.xlsx", UNREAD_EVENTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a package may unpack to. The defaults stop a bomb and let a province's yearly export pass."""

    entries: int = 2_000
    total_bytes: int = 16 * 1024**3
    ratio: int = 250
    ratio_from_bytes: int = 10 * 1024**2
    workbook_bytes: int = 1024**3
    json_bytes: int = 64 * 1024**2


def is_wanted(name: str) -> bool:
    parts = name.split("/")
    base = parts[-1]
    if any(part.startswith((".", "~$", "__MACOSX")) for part in parts):
        return False
    return base not in OWN_FILES and not re.fullmatch(r".+\.extra(-\d+)?\.parquet", base)


def magic_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4096)


BROKEN_ZIP: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
)


def _zip_names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as package:
            return package.namelist()
    except BROKEN_ZIP:
        return []


def is_plain_zip(path: Path) -> bool:
    """Say whether this is a package of files rather than a workbook, which is a zip too."""
    if not magic_of(path).startswith(b"PK"):
        return False
    names = _zip_names(path)
    if not names:
        return path.suffix.lower() == ".zip"
    return "[Content_Types].xml" not in names and "mimetype" not in names


def _member_name(info: zipfile.ZipInfo) -> str:
    """Undo the wrong decoding of Chinese names in zips without the UTF-8 flag."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename


def check_package(name: str, infos: list[zipfile.ZipInfo], limits: Limits, total: int) -> None:
    if len(infos) > limits.entries:
        raise PackageTooLargeError(f"压缩包“{name}”里有 {len(infos)} 个文件，超过上限 {limits.entries} 个，未读入。")
    declared = sum(info.file_size for info in infos)
    if declared > total:
        raise PackageTooLargeError(
            f"压缩包“{name}”展开后有 {declared // 1024**2} MB，超过上限 {total // 1024**2} MB，未读入。请分批发送。"
        )
    for info in infos:
        if info.file_size > limits.ratio_from_bytes and info.file_size > limits.ratio * max(info.compress_size, 1):
            raise PackageTooLargeError(
                f"压缩包“{name}”里的“{_member_name(info)}”压缩比超过 {limits.ratio} 倍，疑似压缩炸弹，未读入。"
            )


def unpack(name: str, path: Path, folder: Path, limits: Limits) -> list[tuple[str, Path]]:
    """Unpack under the limits, counting the bytes that really come out."""
    try:
        with zipfile.ZipFile(path) as package:
            infos = [info for info in package.infolist() if not info.is_dir()]
            check_package(name, infos, limits, limits.total_bytes)
            folder.mkdir(parents=True)
            members, left = [], limits.total_bytes
            for number, info in enumerate(infos):
                member = _member_name(info)
                if not is_wanted(member):
                    continue
                if info.flag_bits & 1:
                    raise UnreadableFileError(f"压缩包“{name}”有密码，请去掉密码后重发。")
                if member.lower().endswith(".zip"):
                    raise UnreadableFileError(f"压缩包“{name}”里还有压缩包“{member}”，请先解开再发送。")
                target = folder / f"{number}{Path(member).suffix.lower()}"
                left -= _copy_member(package, info, target, left, name)
                members.append((f"{name}/{member}", target))
            return members
    except BROKEN_ZIP as error:
        raise UnreadableFileError(f"压缩包“{name}”已损坏或者不完整，请重新打包发送。") from error


def _copy_member(package: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int, name: str) -> int:
    size = 0
    with package.open(info) as source, target.open("wb") as sink:
        while chunk := source.read(1024 * 1024):
            size += len(chunk)
            if size > left:
                raise PackageTooLargeError(f"压缩包“{name}”展开后超过上限，未读入。请分批发送。")
            sink.write(chunk)
    return size
