"""Compare a register with an export of another system, and resolve the differences one by one."""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from mingjing.contexts.accounts.access import Actor, access, require
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.registry.models import Difference, DifferenceReport
from mingjing.contexts.registry.usecases import agencies, officers, parties, social
from mingjing.contexts.registry.usecases.base import InvalidError, log, save
from mingjing.contexts.registry.usecases.imports import register_of
from mingjing.contexts.registry.usecases.sheets.reading import SheetError, cell_text, read_sheet
from mingjing.contexts.registry.usecases.sheets.registers import Register
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.registry.obstacles import obstacle, refuse

SEE: Final = "registry.difference.view"
RESOLVE: Final = "registry.difference.resolve"


@transaction.atomic
def compare(*, actor: Actor, at: datetime, register: str, source: str, file: UploadedFile) -> DifferenceReport:
    """
    Compare a register, as far as the actor sees it, with a file: rows only there, only here, fields that differ.

    :raises SheetError: if the file is no sheet of this register
    """
    kind = register_of(register)
    if not kind.compared:
        raise SheetError(f"“{kind.table.label}”只在本平台维护，不与外部比对。")
    require(actor, SEE)
    unit = Unit.objects.filter(path=actor.unit_path).first()
    if unit is None:
        raise InvalidError("您的账号没有所属单位，不能比对。", fields={})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{Path(str(file.name)).suffix.lower()}"
        path.write_bytes(file.read())
        lines = read_sheet(path, kind.table, only=kind.key)  # theirs has its own columns
    there = {str(line.values[kind.key]): line.values for line in lines if line.values.get(kind.key)}
    report = DifferenceReport(
        register=register, source=source, unit=unit, made_at=at, actor_name=actor.name, rows_there=len(there)
    )
    report.save()
    found = list(_differences(kind, actor, there, report))
    Difference.objects.bulk_create(found, batch_size=500)
    report.save()
    fields = {"register": register, "there": report.rows_there, "here": report.rows_here, "differences": len(found)}
    log(actor, at, "compare_export", f"difference:{report.pk}", fields, source)
    return report


def _differences(kind: Register, actor: Actor, there: Mapping[str, Mapping[str, Any]], report: DifferenceReport) -> Any:
    given = {name for values in there.values() for name in values}
    seen = set()
    for row in kind.rows(actor).iterator(chunk_size=2000):
        values = kind.values(row)
        code = str(values[kind.key])
        seen.add(code)
        report.rows_here += 1
        name = str(values.get("name") or code)
        if code not in there:
            yield Difference(report=report, kind="here", code=code, name=name)
            continue
        equal = True
        for column in kind.table.columns:
            if column.name not in given or column.name not in values or column.name == kind.key:
                continue
            mine, theirs = cell_text(column, values[column.name]), cell_text(column, there[code].get(column.name))
            if mine != theirs:
                equal = False
                yield Difference(
                    report=report,
                    kind="field",
                    code=code,
                    name=name,
                    field=column.name,
                    label=column.label,
                    here=mine,
                    there=theirs,
                )
        report.equal += equal
    for code, theirs_ in there.items():
        if code not in seen:
            yield Difference(report=report, kind="there", code=code, name=str(theirs_.get("name") or ""))


@transaction.atomic
def resolve_difference(
    *, actor: Actor, at: datetime, difference: int, version: int, outcome: str, reason: str = ""
) -> Difference:
    """
    Resolve one difference: take theirs (through the register's own act), keep ours, or note that they were told.

    :raises RegistryError: if it is resolved already, or theirs cannot be taken by itself
    """
    row = access(Difference.objects.select_related("report"), actor, RESOLVE, see=SEE, lock=True, pk=difference)
    require_fresh(row, version)
    if row.status != "open":
        refuse(obstacle("resolved", "这处差异已经处理过。", "请刷新页面。"))
    if outcome == "taken":
        _take(actor, at, row)
    row.status, row.reason, row.decided_by_name = outcome, reason, actor.name
    save(row)
    log(actor, at, "resolve_difference", f"difference:{row.report_id}", {"code": row.code, "outcome": outcome}, reason)
    return row


_EDITS: Final[Mapping[str, Any]] = {
    "agencies": agencies.edit_agency,
    "officers": officers.edit_officer,
    "parties": parties.edit_party,
    "supervisors": social.edit_supervisor,
}


def _take(actor: Actor, at: datetime, row: Difference) -> None:
    if row.kind != "field" or row.report.register not in _EDITS or row.field == "unit":
        refuse(
            obstacle(
                "by_hand",
                "这处差异不能直接采用对方内容：涉及整行、所属单位或者证件状态。",
                "请用登记、调动或者证件办理处理后，再选“保留本平台”或者“已通知对方更正”。",
            )
        )
    kind = register_of(row.report.register)
    rows: QuerySet[Any] = QuerySet(kind.model).filter(**{kind.key: row.code})
    target = access(rows, actor, kind.edit, see=kind.see)
    column = kind.table.column(row.field)
    _EDITS[row.report.register](
        actor=actor,
        at=at,
        code=row.code,
        version=target.version,
        values={row.field: _value(column, row.there)},
    )


def _value(column: Any, text: str) -> Any:
    import pyarrow as pa

    from mingjing.facts.cast import cast_column

    if not text:
        return None if column.type.value == "date" else ""
    return cast_column(column, pa.array([text])).values[column.name][0].as_py()
