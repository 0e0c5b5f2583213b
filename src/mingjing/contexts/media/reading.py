"""What a file is and what it says of itself, read from its content and never from its name."""

import json
import shutil
import subprocess
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from mingjing.domain.media.embedded import Embedded
from mingjing.domain.media.recordings import Kind

HEAD_BYTES: Final = 4096
UNKNOWN: Final = "application/octet-stream"
_LOCAL: Final = ZoneInfo("Asia/Shanghai")
_PROBE_SECONDS: Final = 30
_TAKEN, _MODIFIED, _MODEL, _GPS = 36867, 306, 272, 34853
_EXIF: Final = 34665
_MOST_PIXELS: Final = 120_000_000


def content_type_of(head: bytes, kind: Kind) -> str:  # noqa: C901 - a list of signatures
    """Return the type that the first bytes of a file show; sound in a container of pictures is sound."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head[:4] in (b"II*\0", b"MM\0*"):
        return "image/tiff"
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12], kind)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        if b"webm" not in head[:64]:
            return "video/x-matroska"
        return "audio/webm" if kind is Kind.AUDIO else "video/webm"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"#!AMR"):
        return "audio/amr"
    if head[:2] in (b"\xff\xf1", b"\xff\xf9"):
        return "audio/aac"
    if head.startswith(b"ID3") or head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"):
        return "audio/mpeg"
    if head[:4] == b"\x00\x00\x01\xba":
        return "video/mpeg"
    if head[:1] == b"\x47" and head[188:189] == b"\x47":
        return "video/mp2t"
    return UNKNOWN


def _of_brand(brand: bytes, kind: Kind) -> str:
    if brand in (b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis"):
        return "image/heic"
    if brand.startswith(b"M4A") or kind is Kind.AUDIO:
        return "audio/mp4"
    return "video/quicktime" if brand == b"qt  " else "video/mp4"


def embedded_in(path: Path, content_type: str) -> Embedded:
    """Return what a file says of itself; nothing where it says nothing or cannot be read."""
    if content_type.startswith("image/"):
        return _of_picture(path)
    if content_type.startswith(("video/", "audio/")):
        return _of_stream(path)
    return Embedded()


def as_data(found: Embedded) -> dict[str, Any]:
    """Return it as it is stored."""
    data = {
        "taken_at": found.taken_at.isoformat() if found.taken_at else None,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "device": found.device,
        "seconds": found.seconds,
    }
    return {name: value for name, value in data.items() if value not in (None, "")}


def of_data(data: dict[str, Any]) -> Embedded:
    """Read it as it was stored."""
    taken = data.get("taken_at")
    return Embedded(
        taken_at=datetime.fromisoformat(taken) if taken else None,
        latitude=data.get("latitude"),
        longitude=data.get("longitude"),
        device=data.get("device", ""),
        seconds=data.get("seconds"),
    )


def _of_picture(path: Path) -> Embedded:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as picture:
                exif = picture.getexif()
                inner, gps = exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
                written = inner.get(_TAKEN) or exif.get(_MODIFIED)
                return Embedded(
                    taken_at=_moment(str(written or "")),
                    latitude=_degrees(gps.get(2), gps.get(1), "S"),
                    longitude=_degrees(gps.get(4), gps.get(3), "W"),
                    device=str(exif.get(_MODEL) or "").strip("\0 ")[:64],
                )
    except (UnidentifiedImageError, OSError, ValueError, TypeError, SyntaxError, ZeroDivisionError):
        return Embedded()


def _moment(written: str) -> datetime | None:
    try:
        return datetime.strptime(written.strip("\0 ")[:19], "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None


def _degrees(parts: Any, side: Any, negative: str) -> float | None:
    if not parts or len(parts) != 3:
        return None
    value = float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
    return round(-value if side == negative else value, 6)


def _of_stream(path: Path) -> Embedded:
    """Ask ffprobe, where it is installed."""
    program = shutil.which("ffprobe")
    if program is None:
        return Embedded()
    command = [program, "-v", "error", "-print_format", "json", "-show_format", str(path)]
    try:
        said = subprocess.run(
            command, capture_output=True, timeout=_PROBE_SECONDS, check=True, stdin=subprocess.DEVNULL
        )
        data = json.loads(said.stdout or b"{}").get("format", {})
    except (subprocess.SubprocessError, OSError, ValueError):
        return Embedded()
    tags = {str(name).lower(): str(value) for name, value in data.get("tags", {}).items()}
    seconds = data.get("duration")
    return Embedded(
        taken_at=_zoned(tags.get("creation_time", "")),
        device=tags.get("com.android.model", tags.get("model", ""))[:64],
        seconds=round(float(seconds), 1) if seconds not in (None, "N/A") else None,
    )


def _zoned(written: str) -> datetime | None:
    """A container says its moment in UTC; ours are local, without a zone. The year 1904 is that of a clock never set."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(_LOCAL).replace(tzinfo=None) if aware.year > 1970 else None
