"""An upload in parts: where it stands, which part may come next, what the device said that it is."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from mingjing.domain.media.recordings import Kind, RecordingError

LARGEST_BYTES: Final = 8 * 2**30
"""Eight GiB: a shift of a body camera."""
KEPT_FOR: Final = timedelta(days=3)
"""So long an upload that stands still may be resumed."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class UploadState(StrEnum):
    """Where an upload stands."""

    RECEIVING = "receiving"
    CHECKING = "checking"
    DONE = "done"
    FAILED = "failed"
    ABANDONED = "abandoned"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return _LABELS[self]


_LABELS: Final = {
    UploadState.RECEIVING: "上传中",
    UploadState.CHECKING: "校验中",
    UploadState.DONE: "已完成",
    UploadState.FAILED: "未通过校验",
    UploadState.ABANDONED: "已放弃",
}


class OffsetError(RecordingError):
    """A part that does not begin where the last one ended; ``facts["offset"]`` says where that is."""

    code = "media.offset"


class ChecksumError(RecordingError):
    """A part that is not what its sender says; nothing of it is kept."""

    code = "media.checksum"


class DigestError(RecordingError):
    """A whole that is not what the device hashed."""

    code = "media.digest"


class BusyError(RecordingError):
    """Another connection is writing the same upload."""

    code = "media.busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What a kind of recording may be: types as their content shows them, and endings that people know."""

    types: frozenset[str]
    endings: str


ACCEPTED: Final = {
    Kind.PHOTO: Accepted(
        types=frozenset({"image/jpeg", "image/png", "image/webp", "image/heic"}), endings="jpg png webp heic"
    ),
    Kind.AUDIO: Accepted(
        types=frozenset({"audio/mpeg", "audio/mp4", "audio/wav", "audio/ogg", "audio/aac", "audio/webm", "audio/amr"}),
        endings="mp3 m4a wav ogg aac amr webm",
    ),
    Kind.VIDEO: Accepted(
        types=frozenset(
            {
                "video/mp4",
                "video/quicktime",
                "video/webm",
                "video/x-msvideo",
                "video/x-matroska",
                "video/mp2t",
                "video/mpeg",
            }
        ),
        endings="mp4 mov webm avi mkv ts mpg",
    ),
    Kind.SCAN: Accepted(
        types=frozenset({"application/pdf", "image/jpeg", "image/png", "image/tiff"}), endings="pdf jpg png tif"
    ),
}
"""Of electronic data everything is taken, and never shown, only saved."""


def require_size(size: int) -> None:
    """
    Require that a file is neither empty nor larger than the platform takes.

    :raises RecordingError: if it is
    """
    if size <= 0:
        raise RecordingError("文件是空的。", remedy="请重新选择文件。")
    if size > LARGEST_BYTES:
        raise RecordingError(
            f"文件超过{LARGEST_BYTES // 2**30}GB。", remedy="请在设备上分段导出后分别上传。", most=LARGEST_BYTES
        )


def require_digest(text: str) -> str:
    """
    Return a SHA-256 digest as it is compared: 64 hexadecimal digits; empty where the device gave none.

    :raises RecordingError: if it is none
    """
    text = text.strip().lower()
    if text and not _DIGEST.fullmatch(text):
        raise RecordingError("摘要应为64位十六进制数（SHA-256）。", remedy="请由上传页面或者设备自动计算。")
    return text


def require_type(kind: Kind, content_type: str, name: str) -> None:
    """
    Require that the content of a file fits the kind that it is said to be.

    :raises RecordingError: if it does not
    """
    accepted = ACCEPTED.get(kind)
    if accepted is not None and content_type not in accepted.types:
        raise RecordingError(
            f"文件“{name}”的内容不是{kind.label}。",
            remedy=f"{kind.label}可以是：{accepted.endings}。",
            type=content_type,
        )


def require_offset(*, given: int, stands_at: int, length: int, part: int | None) -> None:
    """
    Require that a part begins where the last one ended, and does not go beyond the end.

    :raises OffsetError: if not
    """
    if given != stands_at:
        raise OffsetError(
            f"已收到{stands_at}字节，本段从{given}开始，接不上。", remedy="请从已收到的位置续传。", offset=stands_at
        )
    if part is not None and given + part > length:
        raise OffsetError(f"本段超出文件大小{length}字节。", remedy="请重新开始上传。", offset=stands_at)


def require_same(*, said: str, found: str, name: str) -> None:
    """
    Require that the whole has the digest that the device computed before sending.

    :raises DigestError: if it has another one
    """
    if said and said != found:
        raise DigestError(
            f"“{name}”收到的内容与设备上计算的摘要不一致，没有收录。",
            remedy="请重新上传；再次不一致的，检查设备存储卡。",
            said=said,
            found=found,
        )


def is_over(touched_at: datetime, *, at: datetime) -> bool:
    """Say whether an upload stood still for too long to be resumed."""
    return touched_at + KEPT_FOR <= at
