"""Make what is shown of an original: thumbnails, and previews with a strip added. The original is only ever read."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from mingjing.contexts.media import drawing, subjects
from mingjing.contexts.media.models import Derived, Recording
from mingjing.contexts.operations.files import name_for, read
from mingjing.domain.media.recordings import Kind
from mingjing.domain.media.strips import Strip, strip_of

FOLDER: Final = "media-derived"
THUMB: Final = "thumb"
PREVIEW: Final = "preview"
_LONGEST_SECONDS: Final = 30 * 60
"""A longer video gets no preview of its own: the page shows the strip over the original."""
_FFMPEG_SECONDS: Final = 30 * 60


def derive(*, code: str, at: datetime) -> list[str]:
    """Make thumbnail and preview of a recording, in place of earlier ones; return what was made."""
    row = Recording.objects.select_related("unit", "officer", "uploaded_by").filter(code=code).first()
    if row is None or not row.stored:
        return []
    made = []
    with local_copy(row) as path:
        if row.content_type.startswith("image/"):
            made = [kind for kind, content in drawing.of_picture(path, strip(row)) if _put(row, kind, content, at)]
        elif row.what is Kind.VIDEO:
            made = _of_video(row, path, at)
    return made


def strip(row: Recording) -> Strip:
    """Return what the strip of a recording says."""
    return strip_of(
        agency=row.unit.name,
        subject=subjects.title_of(row.subject),
        officer=row.officer.name if row.officer else row.uploaded_by.name,
        started_at=row.started_at,
        device_no=row.device_no,
        digest=row.sha256,
    )


@contextmanager
def local_copy(row: Recording) -> Iterator[Path]:
    """Give the path of an original on this machine; from an object store it is fetched piece by piece."""
    try:
        yield Path(default_storage.path(row.stored))
        return
    except NotImplementedError:
        pass
    with tempfile.NamedTemporaryFile(suffix=Path(row.stored).suffix) as copy:
        for piece in read(default_storage, row.stored, 0, default_storage.size(row.stored)):
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)


def _put(row: Recording, kind: str, content: bytes | Path, at: datetime) -> bool:
    suffix = ".mp4" if isinstance(content, Path) else ".jpg"
    if isinstance(content, Path):
        with content.open("rb") as file:
            name = default_storage.save(name_for(FOLDER, f"x{suffix}"), File(file))
    else:
        name = default_storage.save(name_for(FOLDER, f"x{suffix}"), ContentFile(content))
    earlier = Derived.objects.filter(recording=row, kind=kind).first()
    Derived.objects.update_or_create(
        recording=row,
        kind=kind,
        defaults={
            "stored": name,
            "content_type": "video/mp4" if isinstance(content, Path) else "image/jpeg",
            "size": default_storage.size(name),
            "made_at": at,
        },
    )
    if earlier is not None:
        default_storage.delete(earlier.stored)
    return True


def _of_video(row: Recording, path: Path, at: datetime) -> list[str]:
    program = shutil.which("ffmpeg")
    if program is None:
        return []
    log = structlog.get_logger("mingjing.media")
    made = []
    with tempfile.TemporaryDirectory(prefix="mingjing-") as scratch:
        folder = Path(scratch)
        still = folder / "still.jpg"
        # -nostdin: a worker has no terminal; file: names are paths, never protocols
        command = [program, "-nostdin", "-v", "error", "-y", "-protocol_whitelist", "file", "-i", f"file:{path}"]
        try:
            subprocess.run([*command, "-frames:v", "1", "-vf", "thumbnail=24", str(still)], check=True, timeout=120)
            content = drawing.thumbnail(still)
            made += [THUMB] if content and _put(row, THUMB, content, at) else []
            if (row.embedded.get("seconds") or _LONGEST_SECONDS + 1) <= _LONGEST_SECONDS:
                out = _striped(command, row, folder)
                made += [PREVIEW] if _put(row, PREVIEW, out, at) else []
        except (subprocess.SubprocessError, OSError):
            # a preview is a comfort: the original is there, and the page shows the strip over it
            log.exception("no_preview", recording=row.code)
    return made


def _striped(command: list[str], row: Recording, folder: Path) -> Path:
    picture, out = folder / "strip.png", folder / "preview.mp4"
    width = 960
    height = drawing.write_strip(strip(row), width, picture)
    filters = (
        f"[0:v]scale={width}:-2,format=yuv420p[v];[v]pad=iw:ih+{height}:0:0:color=black[p];"
        "[p][1:v]overlay=0:main_h-overlay_h"
    )
    subprocess.run(
        [
            *command, "-i", f"file:{picture}", "-filter_complex", filters, "-map_metadata", "-1", "-map", "0:a?",
            "-c:v", "libx264", "-preset", "veryfast", "-crf", "28", "-c:a", "aac", "-b:a", "64k",
            "-movflags", "+faststart", "-threads", "1", str(out),
        ],
        check=True,
        timeout=_FFMPEG_SECONDS,
    )  # fmt: skip
    return out
