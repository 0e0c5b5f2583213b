"""
The rows that a figure is made of: kept with the snapshot, shown with the columns that tell what they are.

Names of people who are dealt with are masked; who may open which value's rows is the queries' to say.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from mingjing.contexts.indicators.models import Snapshot, Value
from mingjing.contexts.indicators.usecases.deliver import cached, fetch
from mingjing.facts.schema import TABLES, ColumnType
from mingjing.kernel.errors import DomainError

MOST: Final = 100_000
"""So many rows are shown and exported at most; beyond, the export says so."""

_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "cases": ("case_no", "kind", "procedure", "item_id.name", "found_on", "tier", "fine_fen", "status"),
    "events": ("case_id.case_no", "type", "at", "place", "outcome"),
    "inspections": ("party_id.name", "mode", "selection", "started_at", "result", "joint_id"),
    "inspection_officers": ("inspection_id.started_at", "officer_id.name"),
    "officers": ("name", "joined_on", "left_on"),
    "officer_roles": ("officer_id.name", "role", "from", "until"),
    "credentials": ("officer_id.name", "kind", "valid_from", "valid_until"),
    "remedies": ("case_id.case_no", "kind", "filed_at", "hearing_on", "decided_at", "outcome", "head_attended", "head_is_principal"),
    "referrals": ("case_id.case_no", "to", "report_received_at", "decided_at", "transferred_at", "reply"),
    "complaints": ("channel", "category", "received_at", "resolved_at", "upheld", "satisfied"),
    "training": ("officer_id.name", "provider", "kind", "held_on", "hours"),
    "exams": ("officer_id.name", "held_on", "kind", "score", "passed"),
    "media": ("case_id.case_no", "kind", "started_at", "device_no", "retained_until"),
    "documents": ("case_id.case_no", "kind", "number", "dated_on"),
    "disclosures": ("subject", "subject_id", "published_at", "channel"),
    "agencies": ("name", "level", "kind"),
}  # fmt: skip
_MASKED: Final = frozenset({"party_id.name"})


class RowsGoneError(DomainError):
    """The rows behind a figure are no longer kept."""

    code = "indicators.rows_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A row behind a figure: of which part, its key, whose it is, whether it counts, and what it tells."""

    part: str
    key: str
    agency: str
    counts: str
    cells: tuple[object, ...]
    words: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """All rows behind a figure: the heads of their columns, by part what it is, and the rows."""

    heads: tuple[str, ...]
    rows: tuple[Behind, ...]
    cut: bool = False


def rows_behind(value: Value) -> Rows:
    """
    Return the rows behind a value: of facts, of a register, or the lines that were entered.

    :raises RowsGoneError: if they are no longer kept
    """
    if value.figure_id is not None and value.figure is not None:
        return _lines_entered(value)
    if value.snapshot is None:
        return Rows(heads=(), rows=())
    folder = local_copy(value.snapshot)
    with duckdb.connect() as connection:
        if value.indicator.source == "register":
            return _lines_of_register(connection, folder, value)
        return _rows_of_facts(connection, folder, value)


def local_copy(snapshot: Snapshot) -> Path:
    """Bring a snapshot onto this machine, once."""
    try:
        return fetch(snapshot.folder, cached(snapshot.folder))
    except FileNotFoundError as error:
        raise RowsGoneError("这次计算的明细已不在存储中，请重新计算后查看。") from error


def _rows_of_facts(connection: duckdb.DuckDBPyConnection, folder: Path, value: Value) -> Rows:
    whose = "" if value.unit is None else "AND agency = ?"
    given: list[object] = [value.indicator.code, value.period, *([] if value.unit is None else [value.unit.code])]
    file = _quoted(folder / "rows.parquet")
    found = connection.execute(
        f"SELECT part, tbl, k, agency, member, meets, amount FROM read_parquet('{file}') "
        f"WHERE indicator = ? AND period = ? {whose} ORDER BY part DESC, meets, agency, k LIMIT {MOST + 1}",
        given,
    ).fetchall()
    tables = list(dict.fromkeys(row[1] for row in found))
    # two parts of different tables share no columns: the first table's are shown, the others' keys
    table = tables[0] if tables else ""
    columns = _SHOWN.get(table, ())
    told = _told(connection, folder, table, columns, [row[2] for row in found if row[1] == table])
    words = _findings(connection, folder, value)
    parts = {"n": "分子", "d": "分母"} if len({row[0] for row in found}) > 1 else {"n": "", "d": ""}
    share = any(row[5] is not None for row in found)
    rows = tuple(
        Behind(
            part=parts[part],
            key=key,
            agency=agency or "",
            counts=_counts(member, meets, share=share),
            cells=told.get(key, ()) if of == table else (),
            words=words.get(key, ""),
        )
        for part, of, key, agency, member, meets, _ in found[:MOST]
    )
    return Rows(heads=tuple(_label(table, column) for column in columns), rows=rows, cut=len(found) > MOST)


def _counts(member: bool | None, meets: bool | None, *, share: bool) -> str:
    if member is None or (share and meets is None):
        return "不能判断"
    if not share:
        return "计入"
    return "符合" if meets else "不符合"


def _told(
    connection: duckdb.DuckDBPyConnection, folder: Path, table: str, columns: Sequence[str], keys: Sequence[str]
) -> dict[str, tuple[object, ...]]:
    if not columns or not keys:
        return {}
    main = folder / f"{table}.parquet"
    joins, chosen = "", []
    for column in columns:
        way, _, last = column.rpartition(".")
        if not way:
            chosen.append(f't."{column}"')
            continue
        target = TABLES[table].column(way).ref or ""
        file = folder / f"{target}.parquet"
        if not file.exists():
            chosen.append("NULL")
            continue
        (key,) = TABLES[target].key
        if f" j_{way} " not in joins:
            joins += (
                f" LEFT JOIN (SELECT DISTINCT ON ({key}) * FROM read_parquet('{_quoted(file)}')) j_{way} "
                f'ON j_{way}."{key}" = t."{way}"'
            )
        chosen.append(f'j_{way}."{last}"')
    key = " || '|' || ".join(
        f"coalesce(CAST({_number_text(f't.{_name(one)}', table, one)} AS VARCHAR), '')" for one in TABLES[table].key
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE wanted (k VARCHAR)")
    connection.executemany("INSERT INTO wanted VALUES (?)", [[one] for one in dict.fromkeys(keys)])
    query = (
        f"SELECT {key} AS k, {', '.join(chosen)} FROM read_parquet('{_quoted(main)}') t {joins} "
        f"WHERE {key} IN (SELECT k FROM wanted)"
    )
    return {
        row[0]: tuple(_shown(table, column, cell) for column, cell in zip(columns, row[1:], strict=True))
        for row in connection.execute(query).fetchall()
    }


def _number_text(cell: str, table: str, column: str) -> str:
    """A cell of a key as the counting wrote it: a whole number without its naught."""
    if TABLES[table].column(column).type is ColumnType.NUMBER:
        return f"CASE WHEN CAST({cell} AS VARCHAR) LIKE '%.0' THEN left(CAST({cell} AS VARCHAR), -2) ELSE CAST({cell} AS VARCHAR) END"
    return cell


def _name(column: str) -> str:
    return f'"{column}"'


def _findings(connection: duckdb.DuckDBPyConnection, folder: Path, value: Value) -> dict[str, str]:
    """By subject what the rule found, in words."""
    rule = value.indicator.content.get("source", {}).get("rule")
    file = folder / "findings.parquet"
    if not rule or not file.exists():
        return {}
    query = f"SELECT subject_id, observed FROM read_parquet('{_quoted(file)}') WHERE rule_id = ?"
    return dict(connection.execute(query, [rule]).fetchall())


def _lines_of_register(connection: duckdb.DuckDBPyConnection, folder: Path, value: Value) -> Rows:
    whose = "" if value.unit is None else "AND unit = ?"
    given: list[object] = [value.indicator.code, value.period, *([] if value.unit is None else [value.unit.code])]
    query = (
        f"SELECT unit, k, name, counts, href FROM read_parquet('{_quoted(folder / 'lines.parquet')}') "
        f"WHERE indicator = ? AND period = ? {whose} ORDER BY counts, unit, k LIMIT {MOST + 1}"
    )
    found = connection.execute(query, given).fetchall()
    rows = tuple(
        Behind(
            part="",
            key=key,
            agency=unit,
            counts="不能判断" if counts is None else "符合" if counts else "不符合",
            cells=(name,),
            href=href,
        )
        for unit, key, name, counts, href in found[:MOST]
    )
    return Rows(heads=("名称",), rows=rows, cut=len(found) > MOST)


def _lines_entered(value: Value) -> Rows:
    assert value.figure is not None
    rows = tuple(
        Behind(
            part="",
            key=str(number),
            agency=value.unit.code if value.unit else "",
            counts="已完成" if line.get("done") else "未完成",
            cells=(line.get("name", ""), line.get("note", "")),
        )
        for number, line in sorted(enumerate(value.figure.lines, start=1), key=lambda one: bool(one[1].get("done")))
    )
    return Rows(heads=("名称", "说明"), rows=rows)


def _label(table: str, path: str) -> str:
    way, _, last = path.rpartition(".")
    if not way:
        return TABLES[table].column(path).label
    target = TABLES[TABLES[table].column(way).ref or ""]
    label = target.column(last).label
    return (
        label
        if last != "name"
        else {"officers": "姓名", "parties": "检查对象", "items": "事项"}.get(target.name, label)
    )


def _shown(table: str, path: str, cell: Any) -> object:
    way, _, last = path.rpartition(".")
    of = TABLES[TABLES[table].column(way).ref or ""] if way else TABLES[table]
    column = of.column(last)
    if cell is None:
        return None
    if path in _MASKED:
        return masked(str(cell))
    if column.type is ColumnType.FEN:
        return f"{cell / 100:,.2f}元"
    if column.codes is not None and isinstance(cell, str):
        return column.codes.get(cell, cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell
    return cell


def masked(name: str) -> str:
    """Mask a name that may be a person's: two to four characters without a word that only a firm bears."""
    if len(name) > 4 or any(word in name for word in ("公司", "厂", "店", "社", "院", "校", "部")):
        return name
    return name[:1] + "某" * (len(name) - 1)


def table_of(rows: Rows, names: Mapping[str, str]) -> Iterator[Sequence[object]]:
    """Return the rows as lines of a table, the head first."""
    yield ("单位", "计入", *rows.heads, "检查所见", "部分", "编码")
    for row in rows.rows:
        cells = row.cells or ("",) * len(rows.heads)
        yield (names.get(row.agency, row.agency), row.counts, *cells, row.words, row.part, row.key)


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")
