"""The compendium 执法事项汇编 of a jurisdiction: list, process and benchmark of every item, and what is missing (TS-38)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import groupby
from typing import Any

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.catalog.models import BenchmarkEdition, Item, ItemEdition
from mingjing.contexts.catalog.queries import in_force
from mingjing.domain.catalog.items import flows, procedure_basis_of
from mingjing.domain.discretion.benchmarks import PENALTY_KINDS, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One item of the compendium: its edition, its benchmark, the parts that are missing."""

    edition: ItemEdition
    benchmark: BenchmarkEdition | None
    flow: str
    steps: tuple[str, ...]
    missing: tuple[str, ...]


def parts_of(actor: Actor, on: date) -> list[Part]:
    """Gather the items in force that the actor may see, in the order of agencies and kinds."""
    mine = visible(Item.objects.all(), actor, "catalog.compendium.view").values("pk")
    by_item: dict[int, BenchmarkEdition] = {}
    order = list(Level)
    for row in in_force("benchmark", on).filter(holder__item__in=mine):
        known = by_item.get(row.holder.item_id)
        if known is None or order.index(Level(row.holder.level)) > order.index(Level(known.holder.level)):
            by_item[row.holder.item_id] = row
    editions = in_force("item", on).filter(holder__in=mine)
    return [
        _part(edition, by_item.get(edition.holder_id))
        for edition in editions.order_by("holder__unit__path", "holder__kind", "holder__code")
    ]


def _part(edition: ItemEdition, benchmark: BenchmarkEdition | None) -> Part:
    item = edition.item
    flow = flows().get(item.flow)
    missing = []
    if not item.basis:
        missing.append("清单（依据）")
    if flow is None:
        missing.append("流程")
    if item.kind == "penalty" and benchmark is None:
        missing.append("裁量基准")
    return Part(
        edition=edition,
        benchmark=benchmark,
        flow=flow.label if flow else "",
        steps=tuple(step.label + (f"（{step.when}）" if step.when else "") for step in flow.steps) if flow else (),
        missing=tuple(missing),
    )


def as_xlsx(parts: list[Part], title: str, on: date) -> bytes:
    """Write the compendium as a workbook: the list, the processes, the benchmarks, what is missing."""
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E7EFF1", "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheets: list[tuple[str, tuple[str, ...], Iterable[tuple[Any, ...]], tuple[int, ...]]] = [
        (
            "事项清单",
            _LIST_HEAD,
            (_list_row(number, part) for number, part in enumerate(parts, 1)),
            (6, 20, 40, 12, 40, 16, 24, 8, 12),
        ),
        ("执法流程", ("事项编码", "事项名称", "流程", "步骤"), (_flow_row(part) for part in parts), (16, 40, 20, 90)),
        ("裁量基准", _TIER_HEAD, (row for part in parts for row in _tier_rows(part)), (16, 40, 10, 40, 24, 26, 24, 10)),
        (
            "缺少的部分",
            ("事项编码", "事项名称", "实施主体", "缺少"),
            (_missing_row(part) for part in parts if part.missing),
            (16, 40, 30, 30),
        ),
    ]
    for name, head, rows, widths in sheets:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        sheet.write_row(0, 0, head, bold)
        for line, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                sheet.write(line, at, value, wrap)
    book.set_properties({"title": title, "comments": f"截至{on}"})
    book.close()
    return out.getvalue()


def as_docx(parts: list[Part], title: str, on: date) -> bytes:
    """Write the compendium as a document: an agency a chapter, an item a table."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = docx.Document()
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = "FangSong", Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    document.core_properties.title = title
    document.add_heading(title, 0)
    lacking = sum(bool(part.missing) for part in parts)
    document.add_paragraph(f"截至{on}，共{len(parts)}项；{lacking}项缺少部分内容，见各项和文末。")
    for unit, group in groupby(parts, key=lambda part: part.edition.holder.unit):
        document.add_heading(unit.name, 1)
        for number, part in enumerate(group, 1):
            _docx_item(document, number, part)
    if lacking:
        document.add_heading("缺少的部分", 1)
        for part in parts:
            if part.missing:
                document.add_paragraph(f"{part.edition.item.name}：缺{'、'.join(part.missing)}", style="List Bullet")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


_LIST_HEAD = ("序号", "实施主体", "事项名称", "类别", "依据", "承办机构", "程序依据", "版本", "施行日期")
_TIER_HEAD = ("事项编码", "事项名称", "档次", "适用条件", "处罚种类", "罚款幅度", "处罚方式", "层级")


def _list_row(number: int, part: Part) -> tuple[Any, ...]:
    item, holder = part.edition.item, part.edition.holder
    return (
        number,
        holder.unit.name,
        item.name,
        item.kind.label,
        "\n".join(item.basis),
        item.section,
        procedure_basis_of(item, holder.unit.place)[0],
        part.edition.number,
        str(part.edition.effective_from),
    )


def _flow_row(part: Part) -> tuple[Any, ...]:
    return (part.edition.holder.code, part.edition.item.name, part.flow or "缺", " → ".join(part.steps))


def _tier_rows(part: Part) -> list[tuple[Any, ...]]:
    if part.benchmark is None:
        return []
    read = part.benchmark.benchmark
    return [
        (
            part.edition.holder.code,
            part.edition.item.name,
            tier.name,
            tier.condition,
            "、".join(PENALTY_KINDS.get(one, one) for one in tier.kinds),
            tier.fine.label if tier.fine else "不罚款",
            tier.manner,
            read.level.label,
        )
        for tier in read.tiers
    ]


def _missing_row(part: Part) -> tuple[Any, ...]:
    return (part.edition.holder.code, part.edition.item.name, part.edition.holder.unit.name, "、".join(part.missing))


def _docx_item(document: Any, number: int, part: Part) -> None:
    item = part.edition.item
    document.add_heading(f"{number}. {item.name}", 2)
    rows = [
        ("类别", item.kind.label),
        ("依据", "\n".join(item.basis)),
        ("承办机构", item.section),
        ("程序", f"{part.flow}：{' → '.join(part.steps)}" if part.flow else "缺流程图"),
    ]
    if item.kind == "penalty":
        tiers = [f"{row[2]}（{row[3]}）：{row[5]}" if row[3] else f"{row[2]}：{row[5]}" for row in _tier_rows(part)]
        rows.append(("裁量基准", "\n".join(tiers) or "缺裁量基准"))
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for label, text in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, text
