"""Small made-up photos, sounds and films, and how they are attached to a case or whatever of the demonstration place."""

import io
import math
import shutil
import subprocess
import tempfile
import wave
from array import array
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.utils import timezone
from PIL import Image, ImageDraw

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.media import queries
from mingjing.contexts.media.models import Recording
from mingjing.contexts.media.usecases.taking import Draft, record_file, record_text
from mingjing.domain.media.recordings import Kind

_SIZE: Final = (960, 640)
_RATE: Final = 8000
_SKIES: Final = ("#b9cfd8", "#cfd8c2", "#d8cbb9", "#c4c9d6")


def small_photo(seed: int, *, taken_at: datetime | None = None) -> bytes:
    """Draw a shop front that nobody will take for a real one; the moment goes into its EXIF."""
    image = Image.new("RGB", _SIZE, _SKIES[seed % len(_SKIES)])
    pen = ImageDraw.Draw(image)
    width, height = _SIZE
    pen.rectangle((0, height * 0.78, width, height), fill="#8b8f8c")
    shade = 40 + seed * 37 % 120
    pen.rectangle((120, 150, 840, 500), fill=(shade, 90, 110), outline="#2c2c2c", width=4)
    pen.rectangle((120, 150, 840, 220), fill="#7d1f1f")
    for left in range(160, 800, 130):
        pen.rectangle((left, 250, left + 90, 430), fill="#dfe9ec", outline="#2c2c2c", width=3)
    pen.ellipse((700 + seed * 13 % 120, 40, 760 + seed * 13 % 120, 100), fill="#f2e3b3")
    exif = Image.Exif()
    if taken_at is not None:
        written = f"{timezone.localtime(taken_at):%Y:%m:%d %H:%M:%S}"
        exif[306] = written
        exif.get_ifd(34665)[36867] = written
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70, exif=exif)
    return out.getvalue() + seed.to_bytes(4, "big")


def small_sound(seed: int, *, seconds: int = 4) -> bytes:
    """Make a few seconds of a rising and falling tone as WAV."""
    pitch = 220 + seed * 31 % 300
    samples = array(
        "h",
        (
            round(6000 * math.sin(2 * math.pi * pitch * at / _RATE) * abs(math.sin(at / _RATE * 2)))
            for at in range(_RATE * seconds)
        ),
    )
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def small_film(seed: int, *, seconds: int = 12) -> bytes | None:
    """Make some seconds of a test picture as MP4; ``None`` where ffmpeg is not installed."""
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="mingjing-") as folder:
        file = Path(folder) / "film.mp4"
        source = f"testsrc2=size=640x360:rate=10:duration={seconds}"
        tone = f"sine=frequency={300 + seed * 17 % 200}:duration={seconds}"
        command = [program, "-nostdin", "-v", "error", "-f", "lavfi", "-i", source, "-f", "lavfi", "-i", tone]
        options = [
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
            "-crf",
            "32",
            "-movflags",
            "+faststart",
            "-threads",
            "1",
            str(file),
        ]
        subprocess.run([*command, *options], check=True, timeout=600)
        return file.read_bytes()


def attach(
    *,
    actor: Actor,
    at: datetime,
    subject: str,
    kind: Kind,
    shows: str,
    seed: int,
    step_code: str = "",
    step_kind: str = "",
    place: str = "",
    item: str = "",
    device_no: str = "",
    parties: Sequence[str] = (),
    seconds: int = 0,
    text: str = "",
) -> Recording | None:
    """
    Attach a made-up recording to a subject, as its officer would; ``None`` for a film where none can be made.

    ``at`` is when it was made; it is taken in half an hour later. Without a device number the actor's own first one is
    named; somebody without any cannot record photos, sound or film.
    """
    if kind.is_media and not device_no:
        own = queries.devices_for(actor, timezone.localdate(at))
        if not own:
            return None
        device_no = own[0][0]
    draft = Draft(
        kind=kind,
        started_at=at,
        ended_at=at + timedelta(seconds=seconds) if seconds else None,
        shows=shows,
        subject=subject,
        step_kind=step_kind,
        step_code=step_code,
        place=place,
        item=item,
        device_no=device_no if kind.is_media else "",
        parties=tuple(parties),
    )
    taken = at + timedelta(minutes=30)
    if kind is Kind.NOTE:
        return record_text(actor=actor, at=taken, draft=draft, text=text or shows)
    content, name = _content(kind, seed, at)
    if content is None:
        return None
    return record_file(
        actor=actor,
        at=taken,
        draft=draft,
        filename=name,
        content=io.BytesIO(content),
        device_sha256=sha256(content).hexdigest(),
    )


def _content(kind: Kind, seed: int, at: datetime) -> tuple[bytes | None, str]:
    stamp = f"{timezone.localtime(at):%Y%m%d_%H%M%S}"
    if kind is Kind.AUDIO:
        return small_sound(seed), f"REC_{stamp}.wav"
    if kind is Kind.VIDEO:
        return small_film(seed), f"VID_{stamp}.mp4"
    return small_photo(seed, taken_at=at), f"IMG_{stamp}.jpg"
