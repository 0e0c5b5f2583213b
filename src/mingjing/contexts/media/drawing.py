"""Draw thumbnails and previews: pictures are read, made smaller, and a strip is set beneath; nothing is written over them."""

import warnings
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from mingjing.domain.media.strips import Strip

_THUMB: Final = (320, 320)
_PREVIEW: Final = 1600
_MOST_PIXELS: Final = 120_000_000
"""Larger pictures are not opened: a small file can claim to be one that fills the memory."""
_FONTS: Final = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSerifCJK-Regular.ttc",
    "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "simhei.ttf",
    "msyh.ttc",
    "DroidSansFallbackFull.ttf",
)


def of_picture(path: Path, strip: Strip) -> Iterator[tuple[str, bytes]]:
    """Give the thumbnail and the preview with its strip; nothing if the picture cannot be read. No metadata goes along."""
    picture = _opened(path)
    if picture is None:
        return
    from PIL import Image

    small = picture.copy()
    small.thumbnail(_THUMB)
    yield "thumb", _jpeg(small)
    picture.thumbnail((_PREVIEW, _PREVIEW))
    banner = _banner(strip, max(picture.width, 480))
    whole = Image.new("RGB", (banner.width, picture.height + banner.height), "black")
    whole.paste(picture, ((banner.width - picture.width) // 2, 0))
    whole.paste(banner, (0, picture.height))
    yield "preview", _jpeg(whole)


def thumbnail(path: Path) -> bytes | None:
    """Return the thumbnail of a picture; ``None`` if it cannot be read."""
    picture = _opened(path)
    if picture is None:
        return None
    picture.thumbnail(_THUMB)
    return _jpeg(picture)


def write_strip(strip: Strip, width: int, path: Path) -> int:
    """Write a strip of an even height as a picture of its own, for videos; return the height."""
    banner = _banner(strip, width)
    banner.save(path)
    return int(banner.height)


def _opened(path: Path) -> Any:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    return None
                picture.draft("RGB", (_PREVIEW, _PREVIEW))
                return ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None


def _jpeg(picture: Any) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


@cache
def _font_name() -> str:
    """The first font of this machine that has Chinese; empty where there is none."""
    from PIL import ImageFont

    for name in _FONTS:
        try:
            ImageFont.truetype(name, 12)
        except OSError:
            continue
        return name
    return ""


def _banner(strip: Strip, width: int) -> Any:
    """White on black, two lines; where no font has Chinese, one line of signs that every font has."""
    from PIL import Image, ImageDraw, ImageFont

    name = _font_name()
    lines = [strip.first, strip.second] if name else [strip.plain]
    size = max(13, min(26, width // 42))

    def font(points: int) -> Any:
        return ImageFont.truetype(name, points) if name else ImageFont.load_default(points)

    used = font(size)
    while size > 9 and max(used.getlength(line) for line in lines) > width - 20:
        size -= 1
        used = font(size)
    step = round(size * 1.5)
    height = step * len(lines) + 12
    banner = Image.new("RGB", (width, height + height % 2), "black")
    pen = ImageDraw.Draw(banner)
    for number, line in enumerate(lines):
        pen.text((10, 6 + number * step), line, font=used, fill="white")
    return banner
