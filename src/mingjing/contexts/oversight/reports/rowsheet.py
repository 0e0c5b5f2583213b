"""
A worksheet that takes whole rows of findings at once.

XlsxWriter spends some ten microseconds on a cell, and takes a text that begins with ``<r>`` and ends with ``</r>`` for
markup of its own when it streams. A hundred thousand findings have more than a million cells, with texts from anywhere.
So the rows of findings are written here, straight into the stream that XlsxWriter keeps for a sheet in constant memory;
everything around them is left to it.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

MAX_CELL: Final = 32_767
CUT_MARK: Final = "……（过长，已截断）"
SPECIAL: Final = re.compile(r"[&<>\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
FIRST_DAY: Final = date(1900, 3, 1)
"""Before this day Excel counts wrongly (it believes in 29 February 1900)."""
DAY_ZERO: Final = date(1899, 12, 30).toordinal()

Cell = str | int | float | date | None


def cell_text(text: str) -> str:
    """Cut a text to what a cell can hold, and say so in it."""
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - len(CUT_MARK)] + CUT_MARK


def _replace(found: re.Match[str]) -> str:
    sign = found.group()
    if len(sign) > 1:
        return f"_x005F{sign}"
    named = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(sign)
    if named:
        return named
    return "\ufffd" if sign > "\x1f" else f"_x{ord(sign):04X}_"


def escape(text: str) -> str:
    """Write a text as the format asks: markup signs as entities, control characters as ``_xHHHH_``."""
    return SPECIAL.sub(_replace, text) if SPECIAL.search(text) else text


class RowSheet(Worksheet):
    """A sheet in constant memory with one more way to write."""

    def write_rows(self, first_row: int, rows: Iterable[Sequence[Cell]], styles: Sequence[Format]) -> int:
        """
        Write rows below everything written so far; return the number of rows.

        Each row has one value per style. A text stays a text whatever it looks like; ``None`` leaves the cell empty.
        """
        # Let what was written the usual way go first.
        self._write_single_row(first_row)
        heads = []
        for column, style in enumerate(styles):
            number = style._get_xf_index()  # noqa: SLF001 - only XlsxWriter knows how it numbers styles
            heads.append((f'<c r="{xl_col_to_name(column)}', f'" s="{number}"'))
        write: Any = self.fh.write
        number = first_row
        for row in rows:
            number += 1
            parts = [f'<row r="{number}">']
            for (reference, style), value in zip(heads, row, strict=True):
                if value is None or value == "":
                    continue
                if isinstance(value, date):
                    if value >= FIRST_DAY:
                        parts.append(f"{reference}{number}{style}><v>{value.toordinal() - DAY_ZERO}</v></c>")
                        continue
                    value = value.isoformat()
                if isinstance(value, str):
                    text = escape(cell_text(value))
                    parts.append(
                        f'{reference}{number}{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
                    )
                else:
                    parts.append(f"{reference}{number}{style}><v>{value}</v></c>")
            parts.append("</row>")
            write("".join(parts))
        # Tell XlsxWriter how far the sheet goes now.
        sheet: Any = self
        sheet.previous_row = number
        sheet.dim_rowmax = max(sheet.dim_rowmax or 0, number - 1)
        sheet.dim_colmax = max(sheet.dim_colmax or 0, len(styles) - 1)
        return number - first_row
