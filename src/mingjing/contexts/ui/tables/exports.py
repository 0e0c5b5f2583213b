"""Tables as files: CSV and XLSX of exactly the rows and columns that are shown, safe to open in a spreadsheet."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from mingjing.contexts.ui.values import NOTHING, text
from mingjing.contexts.ui.web.downloads import XLSX, saved_as
from mingjing.kernel.spreadsheets import guarded

_BOM: Final = "\ufeff"
XLSX_ROWS: Final = 1_048_575
"""As many rows as a sheet holds under its head."""


def plain(value: object) -> str:
    """Return a value for CSV: a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return str(value)
    words = text(value)
    return "" if words == NOTHING else guarded(words)


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as the text of a CSV file."""
    return "".join(_lines(rows))


def as_csv(name: str, rows: Iterable[Sequence[object]]) -> HttpResponseBase:
    """Answer with a CSV file, written while it is sent."""
    response = StreamingHttpResponse(_bytes(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = saved_as(f"{name}.csv")
    return response


def as_xlsx(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponseBase:
    """Answer with a workbook: texts as texts (never formulas or links), days as days, numbers as numbers."""
    import xlsxwriter

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet("数据")
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E7EFF1"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.freeze_panes(1, 0)
    for at, label in enumerate(head):
        sheet.set_column(at, at, max(12, min(40, 2 * len(label) + 4)))
        sheet.write_string(0, at, label, bold)
    for line, row in enumerate(rows, start=1):
        for at, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_string(line, at, text(value))
            elif isinstance(value, (int, float, Decimal)):
                sheet.write_number(line, at, value)
            elif isinstance(value, datetime):
                local = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
                sheet.write_datetime(line, at, local, moment)
            elif isinstance(value, date):
                sheet.write_datetime(line, at, datetime(value.year, value.month, value.day), day)
            elif (words := text(value)) != NOTHING:
                sheet.write_string(line, at, words)
    book.close()
    file.seek(0)
    response = FileResponse(file, content_type=XLSX)
    response.headers["Content-Disposition"] = saved_as(f"{name}.xlsx")
    return response


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([plain(value) for value in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def _bytes(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    yield _BOM.encode()
    for line in _lines(rows):
        yield line.encode()
