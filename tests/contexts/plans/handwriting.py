"""
Plans written by hand in the forms of the genre, each with its gold under a line of ``=====``.

Those called ``public-…`` follow published plans, shortened to what shows the form.

A gold row: number | title | leading units | other units | deadlines. A deadline is a day, ``L`` (long-term), a day
with ``+L``, ``R`` (recurring, no day) or ``~`` (stated, no day); several are parted by a comma. ``·`` stands for a 、
inside the name of a unit; ``*`` in front of nothing says that the unit is blank.
"""

import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "handwritten"


def load(path: Path) -> tuple[str, list[dict[str, Any]]]:
    text, _, rows = path.read_text("utf-8").partition("\n=====\n")
    return text, [_row(line) for line in rows.splitlines() if line.strip()]


def _row(line: str) -> dict[str, Any]:
    no, title, lead, other, days = line.split("|")
    return {
        "no": no,
        "title": title,
        "lead_units": _names(lead),
        "responsible_units": _names(other),
        "days": {_day(one) for one in days.split(",") if one},
    }


def _names(text: str) -> list[str]:
    parts = re.split(r"、(?![^（(]*[）)])", text.strip("*"))
    return [part.replace("·", "、") for part in parts if part]


def _day(text: str) -> tuple[str | None, bool]:
    day, _, long_term = text.partition("+")
    if day in ("L", "R", "~"):
        return None, day == "L"
    return day, bool(long_term)
