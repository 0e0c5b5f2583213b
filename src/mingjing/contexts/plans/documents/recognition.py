"""Recognising the text of scanned pages, where the optional package ``rapidocr`` is installed."""

import importlib.util
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A line of recognised text with its place on the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def is_available() -> bool:
    """Say whether text can be recognised here."""
    return importlib.util.find_spec("rapidocr") is not None and importlib.util.find_spec("onnxruntime") is not None


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR()


def recognise(image: Any) -> list[Word]:
    """Recognise the lines of an image (an array of pixels)."""
    found = _engine()(image)
    if found is None or found.txts is None or found.boxes is None:
        return []
    words = []
    for text, box in zip(found.txts, found.boxes, strict=False):
        xs, ys = [float(point[0]) for point in box], [float(point[1]) for point in box]
        words.append(Word(text=str(text), left=min(xs), top=min(ys), right=max(xs), bottom=max(ys)))
    return words
