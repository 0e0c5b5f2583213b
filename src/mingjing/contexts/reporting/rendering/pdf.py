"""A report as PDF, and its charts as pictures, by typst; what was written goes in as JSON and can be no markup."""

import json
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from mingjing.contexts.reporting.rendering.sheet import Sheet
from mingjing.domain.reports.blocks import Block, BlockKind

_PPI: Final = 200


def pdf(sheet: Sheet) -> bytes:
    """Return the report as PDF."""
    import typst

    data = {
        "issuer": sheet.issuer, "number": sheet.number, "title": sheet.title, "addressees": sheet.addressees,
        "date": chinese(sheet), "draft": sheet.draft, "blocks": [_data(one) for one in sheet.blocks],
    }  # fmt: skip
    made = typst.compile(
        _source("report.typ"), font_paths=_fonts(), format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made


def chart_png(block: Block) -> bytes:
    """Return a chart as a picture, drawn as in the PDF."""
    import typst

    made = typst.compile(
        _source("chart.typ"), font_paths=_fonts(), format="png", ppi=_PPI,
        sys_inputs={"data": json.dumps(_data(block), ensure_ascii=False)},
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made


def chinese(sheet: Sheet) -> str:
    """Return the day of a report as documents write it."""
    day = sheet.dated_on
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _data(one: Block) -> dict[str, Any]:
    data = one.as_data()
    if one.kind is BlockKind.CHART:
        data["bars"] = [{"label": row[0], "value": _number(row[1])} for row in one.rows if len(row) > 1]
    return data


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


@cache
def _source(name: str) -> bytes:
    # one source: typst is given the whole text, so that nothing is looked for beside it
    folder = files("mingjing.contexts.reporting.rendering")
    parts = [folder.joinpath("common.typ").read_text("utf-8"), folder.joinpath(name).read_text("utf-8")]
    return "\n".join(parts).encode()


@cache
def _fonts() -> Any:
    """The fonts of the package, and the agency's own in ``fonts`` of the platform's home; read once in a process."""
    import typst

    with as_file(files("pylopdf_fonts_zh_cn")) as folder:
        found = [str(Path(folder))]
    own = Path(settings.HOME) / "fonts"
    return typst.Fonts(
        font_paths=[str(own), *found] if own.is_dir() else found,
        include_system_fonts=False,
        include_embedded_fonts=False,
    )
