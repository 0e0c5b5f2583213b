"""Documents of the registers: the report of a review round."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from mingjing.contexts.registry.models import ReviewRound, ReviewRow
from mingjing.domain.registry.rounds import Outcome, RoundKind, Tally


def round_document(row: ReviewRound, rows: Sequence[ReviewRow], counts: Tally, today: date) -> bytes:
    """Return the report of a round as DOCX: what was gone through, how it came out, and each row that is not confirmed."""
    import docx
    from docx.shared import Pt

    made: Any = docx.Document()
    style = made.styles["Normal"]
    style.font.name, style.font.size = "仿宋", Pt(14)
    made.add_heading(f"{row.title}报告", level=1)
    made.add_paragraph(
        f"因{row.ground}，{row.unit.name}自{row.opened_on:%Y年%-m月%-d日}起组织{RoundKind(row.kind).label}，"
        f"期限至{row.due_on:%Y年%-m月%-d日}。"
        + (f"已于{row.closed_on:%Y年%-m月%-d日}结束。" if row.closed_on else "目前尚未结束。")
    )
    made.add_paragraph(
        f"共清理{counts.total}个：确认{counts.confirmed}个，整改{counts.to_correct}个，取消{counts.cancelled}个，"
        f"未办理{counts.open}个。"
    )
    for outcome in (Outcome.TO_CORRECT, Outcome.CANCELLED, Outcome.OPEN):
        some = [each for each in rows if each.outcome == outcome]
        if not some:
            continue
        made.add_heading(f"{outcome.label}（{len(some)}）", level=2)
        table = made.add_table(rows=1, cols=4)
        table.style = "Table Grid"
        for cell, head in zip(table.rows[0].cells, ("编码", "名称", "单位", "问题和理由"), strict=True):
            cell.text = head
        for each in some:
            said = "；".join(part for part in (each.findings.replace("\n", "；"), each.reason) if part)
            for cell, value in zip(table.add_row().cells, (each.code, each.name, each.unit_name, said), strict=True):
                cell.text = value
    made.add_paragraph(f"{row.unit.name}　{today:%Y年%-m月%-d日}")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
