"""
The way back: facts of the standard written in the form of a mapping.

The mapping is read backwards: which cells go where follows from the same declaration that reads them. A table of the
mapping is joined to an earlier one by the column that both make in the same way. What cannot be turned round is said in
its ``export`` part; such a cell, and every other that the facts do not hold, stays blank and is reported.
"""

import csv
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow.parquet as pq
import xlsxwriter

from mingjing.domain.registry.identity import mask_identity, mask_person
from mingjing.facts.mapping import READERS, WHOLE, Export, FieldMapping, MappingError, Rule, Target
from mingjing.facts.numbers import is_identity_like
from mingjing.facts.report import REPORT_FILE, ReadReport
from mingjing.facts.rows import unit_in_header
from mingjing.facts.schema import EVENT_TYPES, Column, ColumnType
from mingjing.facts.standard import inspect_standard
from mingjing.facts.text import FEN_PER_UNIT, PENALTY_PHRASES
from mingjing.kernel.errors import DomainError
from mingjing.kernel.spreadsheets import guarded

ROWS_A_BATCH: Final = 20_000
MEMORY: Final = "1GB"
"""What joining may hold; beyond it, it goes on beside the output on disk."""
XLSX_ROWS: Final = 1_048_575
"""As many rows as a sheet holds under its head."""
BETWEEN: Final = "、"
"""What is written between several values of one cell."""

_TURNED: Final = frozenset({None, "name", "document_number", "public_code"})
"""The ways of reading that leave a text as it can be written again."""
_BY_ROW: Final = re.compile(r"#\d+(?:\.\d+)?$")
_DIGEST: Final = re.compile(r"^#[0-9a-f]{20}$")
_FIRST_STANDS: Final = frozenset({"disclosures"})
"""Of several rows of one subject the first is written; of all other tables the latest."""
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")

_COMPOSED_OF: Final = ("fine_fen", "confiscated_fen", "other_penalties")
"""The columns of the main table that fields written in words are made of."""

NOT_IN_FACTS: Final = "数据里没有"


class NoFormError(MappingError):
    """The mapping says nothing about being written."""

    code = "facts.no_form"


class NoStandardFactsError(DomainError):
    """What was given is no folder of standard Parquet, or lacks the main table of the form."""

    code = "facts.no_standard_facts"


class TooManyRowsError(DomainError):
    """There are more rows than a sheet holds."""

    code = "facts.too_many_rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormColumn:
    """One column of a form: its header, where its cells come from, how many are filled, and why some are not."""

    field: str
    header: str
    source: str
    filled: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReport:
    """What was written, which rows were not and why, and how each column is filled."""

    mapping: str
    rows: int
    left_out: tuple[tuple[str, int], ...]
    columns: tuple[FormColumn, ...]

    @property
    def blank(self) -> tuple[FormColumn, ...]:
        """The columns of which not one cell could be filled."""
        return tuple(column for column in self.columns if not column.filled)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """Where a field comes from: a column of a target by its rule; as part of an identifier, or as one of ours."""

    target: int
    rule: Rule
    is_id: bool = False
    is_own: bool = False

    @property
    def alias(self) -> str:
        """The name of the column in the query."""
        return f"{self.target}.{self.rule.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """How the rows of a target hang on an earlier one: its own column, the other target and that one's column."""

    column: str
    other: int
    other_column: str
    is_list: bool


# -------------------------------------------------------------------------------------------- the mapping, turned round


def form_of(mapping: FieldMapping) -> Export:
    """
    Return how a mapping is written.

    :raises NoFormError: when it is for reading only
    """
    if mapping.export is None:
        raise NoFormError(f"“{mapping.label}”只能读入，没有写明怎样写出（映射里没有 export）。", mapping=mapping.id)
    return mapping.export


def columns_of(mapping: FieldMapping) -> tuple[str, ...]:
    """Return the fields that are columns of the form, in its order."""
    omitted = form_of(mapping).omit
    return tuple(name for name in mapping.fields if name not in omitted)


def header_of(mapping: FieldMapping, name: str, *, codes: bool = False) -> str:
    """Return the header that a field is written under: the first in Chinese, or the first field code."""
    accepted = mapping.fields[name]
    return next((header for header in accepted if bool(_CHINESE.search(header)) is not codes), accepted[0])


def cells_of(mapping: FieldMapping) -> dict[str, tuple[_Cell, ...]]:
    """Say for each field which columns hold it: those that it alone fills first, then those it is a part of."""
    plain: dict[str, list[_Cell]] = {name: [] for name in mapping.fields}
    parts: dict[str, list[_Cell]] = {name: [] for name in mapping.fields}
    for number, target in enumerate(mapping.targets):
        seen = set[str]()
        for rule in target.rules:
            if rule.constant is not None or not rule.fields or any(not part for part, _ in rule.within):
                continue
            if rule.prefix is None and rule.read in _TURNED and rule.fields[0] not in seen:
                seen.add(rule.fields[0])
                plain[rule.fields[0]].append(_Cell(target=number, rule=rule))
            elif rule.prefix is not None and len(rule.fields) == 1:
                parts[rule.fields[0]].append(_Cell(target=number, rule=rule, is_id=True))
    key = next(rule for rule in mapping.targets[0].rules if rule.column == mapping.main.key[0])
    for name in form_of(mapping).own:
        parts[name].append(_Cell(target=0, rule=key, is_id=True, is_own=True))
    return {name: (*plain[name], *parts[name]) for name in mapping.fields}


def flags_of(mapping: FieldMapping) -> dict[str, int]:
    """Say which fields tell whether there is a row of which target: those that its reading asks for yes."""
    return {name: number for number, target in enumerate(mapping.targets) for name, _ in target.among}


def _same(rule: Rule) -> Rule:
    """Leave of a rule what decides on its values."""
    return replace(rule, column="", many=False)


def _is_reference(target: Target, name: str) -> bool:
    return name in target.table.key or target.table.column(name).type in (ColumnType.REF, ColumnType.LIST)


def _link_of(targets: Sequence[Target], number: int) -> _Link | None:
    """Find the earlier target whose column is made as one of this target's is, the key of this one first."""
    target = targets[number]
    rules = [rule for rule in target.rules if rule.constant is None and _is_reference(target, rule.column)]
    rules.sort(key=lambda rule: rule.column not in target.table.key)
    for rule in rules:
        for other in range(number):
            for made in targets[other].rules:
                if _is_reference(targets[other], made.column) and _same(made) == _same(rule) and not rule.many:
                    return _Link(column=rule.column, other=other, other_column=made.column, is_list=made.many)
    return None


# ----------------------------------------------------------------------------------------------------------- the query


class _Query:
    """The rows of the main table, and beside each what belongs to it in the others."""

    def __init__(self, mapping: FieldMapping, folder: Path) -> None:
        self.mapping = mapping
        self.folder = folder
        self.aliases: set[str] = set()
        self.steps: list[str] = []
        self._columns: list[str] = []
        self._joins: list[str] = []
        self._links: dict[int, _Link] = {}
        self._bases: dict[tuple[str, ...], int] = {}

    def text(self) -> str:
        """
        Return the query, to be put after :attr:`steps`; :attr:`aliases` then tells which columns it gives.

        Each table is made ready by a step of its own, so that no more than one is sorted at a time.
        """
        self._step("main", f"SELECT {self._names(self._given(0))}, _n FROM {self._rows(0, 'r')}")
        for number in range(len(self.mapping.targets)):
            self._join(number)
        self._join_kept()
        return f"SELECT {', '.join(self._columns)} FROM main {' '.join(self._joins)} ORDER BY main._n"

    def _step(self, name: str, query: str) -> None:
        self.steps.append(f"CREATE TEMP TABLE {name} AS {query}")

    @staticmethod
    def _names(names: Sequence[str]) -> str:
        return ", ".join(f'"{name}"' for name in names)

    def _given(self, number: int) -> tuple[str, ...]:
        """The columns of a target that its file holds."""
        target = self.mapping.targets[number]
        file = self.folder / f"{target.table.name}.parquet"
        if not file.exists():
            return ()
        held = set(pq.read_schema(file).names)
        columns = [rule.column for rule in target.rules]
        if number == 0:
            columns += [*form_of(self.mapping).unless, *(name for name in _COMPOSED_OF if name in target.table.names)]
        names = (name for column in columns for name in target.table.column(column).stored_names)
        return tuple(name for name in dict.fromkeys(names) if name in held)

    def _rows(self, number: int, alias: str) -> str:
        """The rows of a target: those of its table that bear its constants."""
        target = self.mapping.targets[number]
        where = "".join(
            f" AND \"{rule.column}\" = '{_quoted(rule.constant)}'" for rule in target.rules if rule.constant is not None
        )
        file = _quoted(str(self.folder / f"{target.table.name}.parquet"))
        scan = f"SELECT *, file_row_number AS _n FROM read_parquet('{file}', file_row_number = true) WHERE true{where}"
        return f"({scan}) AS {alias}"

    def _join(self, number: int) -> None:
        target, given = self.mapping.targets[number], self._given(number)
        if number == 0:
            self._take(number, given, lambda name: f'main."{name}"')
            return
        link = _link_of(self.mapping.targets, number)
        if link is None or link.column not in given:
            return
        if target.split and target.split in self._bases:
            return  # it is joined with the first of its kind
        if target.split:
            self._join_group(number, link)
            return
        anchor = self._anchor(link)
        if anchor is None:
            return
        self._links[number] = link
        self._step(f"t{number}", self._one_each(number, link.column))
        self._joins.append(f"LEFT JOIN t{number} ON t{number}._k = {anchor}")
        self._take(number, given, lambda name: f't{number}."{name}"')
        self._columns.append(f't{number}._k AS "{number}._k"')
        self.aliases.add(f"{number}._k")

    def _anchor(self, link: _Link) -> str | None:
        """What a link points at in the query; ``None`` where that table is not given."""
        if link.other == 0:
            return f'main."{link.other_column}"' if link.other_column in self._given(0) else None
        if link.other not in self._links:
            return None
        return f't{link.other}."{link.other_column}"'

    def _one_each(self, number: int, column: str) -> str:
        """One row of a target for each value of a column: the latest, or of some tables the first."""
        table, given = self.mapping.targets[number].table, self._given(number)
        moment = next((name for name in ("at", "published_at", "valid_until") if name in given), None)
        order = "ASC" if table.name in _FIRST_STANDS else "DESC"
        by = f'"{moment}" {order} NULLS LAST, _n' if moment is not None else "_n"
        return (
            f'SELECT {self._names(given)}, "{column}" AS _k FROM {self._rows(number, "r")} '
            f'WHERE "{column}" IS NOT NULL{self._about(number)} '
            f'QUALIFY row_number() OVER (PARTITION BY "{column}" ORDER BY {by}) = 1'
        )

    def _about(self, number: int) -> str:
        """Keep of steps that say which step they serve those that serve the one of the form, or say nothing."""
        targets, given, said = self.mapping.targets, self._given(number), []
        for rule in targets[number].rules:
            for other in range(1, number):
                key = targets[other].table.key[0]
                made = next((one for one in targets[other].rules if one.column == key), None)
                if targets[other].table is not targets[number].table or made is None or rule.column not in given:
                    continue
                if rule.column != key and _same(made) == _same(rule):
                    keys = f'SELECT "{key}" FROM {self._rows(other, "o")}'
                    said.append(f' AND ("{rule.column}" IS NULL OR "{rule.column}" IN ({keys}))')
        return "".join(said)

    def _join_group(self, base: int, link: _Link) -> None:
        """Join what stands several times in a cell: lists of equal length, in the order of the first table."""
        anchor = self._anchor(link)
        if anchor is None:
            return
        split = self.mapping.targets[base].split
        self._bases[split] = base
        parts, joins = [], []
        for number, target in enumerate(self.mapping.targets):
            if target.split != split:
                continue
            given = self._given(number)
            if number == base and not link.is_list:
                alias = "b"
            else:
                inner = link if number == base else _link_of(self.mapping.targets, number)
                if inner is None or inner.column not in given or (number != base and inner.other != base):
                    continue
                alias = f"x{number}"
                at = "b.part" if number == base else f'b."{inner.other_column}"'
                self._step(alias, self._one_each(number, inner.column))
                joins.append(f"LEFT JOIN {alias} ON {alias}._k = {at}")
            for name in given:
                parts.append(f'"{number}.{name}" := {alias}."{name}"')
                self._columns.append(f'[part."{number}.{name}" FOR part IN g{base}.parts] AS "{number}.{name}"')
                self.aliases.add(f"{number}.{name}")
        if link.is_list:
            rows, key, on = self._parts(link), "b.m", "main._n"
        else:
            place, _, column = anchor.partition(".")
            rows, key, on = (
                f'{self._rows(base, "b")} SEMI JOIN {place} AS a ON b."{link.column}" = a.{column}',
                f'b."{link.column}"',
                anchor,
            )
        made = f"list(struct_pack({', '.join(parts)}) ORDER BY b._n) AS parts"
        self._step(f"g{base}", f"SELECT {key} AS _k, {made} FROM {rows} {' '.join(joins)} GROUP BY 1")
        self._joins.append(f"LEFT JOIN g{base} ON g{base}._k = {on}")

    @staticmethod
    def _parts(link: _Link) -> str:
        """The values of a list of the main table, a row each."""
        parts = f"string_split(\"{link.other_column}\", '|')"
        return (
            f"(SELECT m, unnest(parts) AS part, generate_subscripts(parts, 1) AS _n "
            f"FROM (SELECT _n AS m, {parts} AS parts FROM main)) AS b"
        )

    def _take(self, number: int, names: Sequence[str], place: Callable[[str], str]) -> None:
        for name in names:
            self._columns.append(f'{place(name)} AS "{number}.{name}"')
            self.aliases.add(f"{number}.{name}")

    def _join_kept(self) -> None:
        """Join the cells that reading kept as they were, by the key of the main table."""
        key = self.mapping.main.key[0]
        parts, kept = [], set[str]()
        for file in sorted(self.folder.glob(f"{self.mapping.main.name}.extra*.parquet")):
            names = pq.read_schema(file).names
            found = self.mapping.resolve([name for name in names if not name.startswith("_")])
            fields = {name: header for name, header in found.items() if name in self.mapping.keep}
            if f"_{key}" not in names or not fields:
                continue
            chosen = ", ".join(f'"{_quoted_name(header)}" AS "{name}"' for name, header in fields.items())
            parts.append(f"SELECT \"_{key}\" AS _k, {chosen} FROM read_parquet('{_quoted(str(file))}')")
            kept |= set(fields)
        if not parts or key not in self._given(0):
            return
        firsts = ", ".join(f'any_value("{name}") AS "{name}"' for name in sorted(kept))
        rows = " UNION ALL BY NAME ".join(parts)
        self._step("kept", f"SELECT _k, {firsts} FROM ({rows}) WHERE _k IS NOT NULL GROUP BY 1")
        self._joins.append(f'LEFT JOIN kept ON kept._k = main."{key}"')
        for name in sorted(kept):
            self._columns.append(f'kept."{name}" AS "kept.{name}"')
            self.aliases.add(f"kept.{name}")


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _quoted_name(text: str) -> str:
    return text.replace('"', '""')


# ----------------------------------------------------------------------------------------------------------- the cells


@dataclass(slots=True, kw_only=True)
class _Field:
    """One field of the form with all that may fill it, in order."""

    name: str
    header: str
    unit: str | None
    cells: tuple[_Cell, ...]
    flag: int | None
    is_kept: bool
    composed: str | None
    is_day: bool
    filled: int = 0
    without_word: int = 0


class _Writer:
    """Turns rows of the query into rows of the form."""

    def __init__(self, mapping: FieldMapping, folder: Path, aliases: set[str], *, full: bool, codes: bool) -> None:
        self.mapping = mapping
        self.form = form_of(mapping)
        self.full = full
        self.left_out: Counter[str] = Counter()
        self.rows = 0
        self._wordless: set[str] = set()
        self._knows = _steps_known(folder)
        self._party = next(
            (number for number, target in enumerate(mapping.targets) if target.table.name == "parties"), None
        )
        cells, flags = cells_of(mapping), flags_of(mapping)
        self.fields = tuple(
            _Field(
                name=name,
                header=(header := header_of(mapping, name, codes=codes)),
                unit=unit_in_header(header),
                cells=tuple(cell for cell in cells[name] if cell.alias in aliases),
                flag=flags.get(name) if f"{flags.get(name)}._k" in aliases else None,
                is_kept=f"kept.{name}" in aliases and _may_be_kept(mapping, name, header),
                composed=self.form.compose.get(name),
                is_day=name in self.form.days,
            )
            for name in columns_of(mapping)
        )

    def write(self, row: Mapping[str, Any]) -> list[str] | None:
        """Return the cells of a row of the form, or ``None`` where it is not written."""
        for column, reason in self.form.unless.items():
            if row.get(f"0.{column}"):
                self.left_out[reason] += 1
                return None
        self._wordless = set[str]()
        made = {one.name: self._fill(one, row) for one in self.fields}
        for name in self.form.require:
            if made[name] is None:
                self.left_out[f"没有“{header_of(self.mapping, name)}”"] += 1
                return None
        self._mask(made, row)
        for one in self.fields:
            one.filled += made[one.name] is not None
            one.without_word += one.name in self._wordless
        self.rows += 1
        return [made[one.name] or "" for one in self.fields]

    def _fill(self, one: _Field, row: Mapping[str, Any]) -> str | None:
        if one.is_kept and (text := row[f"kept.{one.name}"]) is not None:
            return str(text)
        for cell in one.cells:
            value = row[cell.alias]
            if value is not None and (text := self._cell(one, cell, value, row)) is not None:
                return text
        if one.flag is not None:
            return self._said(one.flag, row)
        if one.composed is not None:
            return _COMPOSED[one.composed](row, one.unit)
        return None

    def _cell(self, one: _Field, cell: _Cell, value: Any, row: Mapping[str, Any]) -> str | None:
        if isinstance(value, list):
            companions = row.get(f"{cell.alias}_has_time") or [None] * len(value)
            parts = [
                None if part is None else self._one(one, cell, part, has_time)
                for part, has_time in zip(value, companions, strict=True)
            ]
            return BETWEEN.join(part or "" for part in parts) if any(parts) else None
        if cell.rule.many:
            parts = [self._one(one, cell, part, None) for part in value.split("|")]
            return BETWEEN.join(part for part in parts if part) or None
        return self._one(one, cell, value, row.get(f"{cell.alias}_has_time"))

    def _one(self, one: _Field, cell: _Cell, value: Any, has_time: bool | None) -> str | None:
        if cell.is_id:
            return _from_id(cell, one.name, value)
        rule, column = cell.rule, self.mapping.targets[cell.target].table.column(cell.rule.column)
        if column.type is ColumnType.FEN:
            return amount_text(value, one.unit or rule.unit or "分")
        if column.codes is None:
            return _plain(value, has_time=bool(has_time) and not one.is_day)
        words = [self._word(rule, column, code) for code in str(value).split("|")]
        if None in words:
            self._wordless.add(one.name)
        return BETWEEN.join(word for word in words if word) or None

    @staticmethod
    def _word(rule: Rule, column: Column, code: str) -> str | None:
        """Return the word of the form for a code; where the form has a list of its own, no other may stand."""
        for word, meant in (*rule.words, *rule.within):
            if meant == code:
                return word
        return None if rule.words or rule.within else (column.codes or {}).get(code, code)

    def _said(self, number: int, row: Mapping[str, Any]) -> str | None:
        """Say whether a step was taken; that it was not only where the facts would tell."""
        if row[f"{number}._k"] is not None:
            return "是"
        kind = next(rule.constant for rule in self.mapping.targets[number].rules if rule.constant is not None)
        return "否" if self._knows is None or kind in self._knows else None

    def _mask(self, made: dict[str, str | None], row: Mapping[str, Any]) -> None:
        """Hide what tells a natural person: the name wherever it stands, and an identity number among codes."""
        for name, way in self.form.personal.items():
            text = made[name]
            if text is not None and way != "name" and is_identity_like(text):
                made[name] = None if way == "no_identity" else text if self.full else mask_identity(text)
        names = [made[name] for name, way in self.form.personal.items() if way == "name"]
        if self.full or not names or names[0] is None or not self._is_person(names[0], row):
            return
        for name, text in made.items():
            made[name] = text.replace(names[0], mask_person(names[0])) if text is not None else None

    def _is_person(self, name: str, row: Mapping[str, Any]) -> bool:
        kind = row.get(f"{self._party}.kind")
        return kind == "citizen" or (kind is None and READERS["party_kind"](name) == "citizen")

    def report(self) -> FormReport:
        """Return the account of what was written."""
        return FormReport(
            mapping=self.mapping.id,
            rows=self.rows,
            left_out=tuple(self.left_out.most_common()),
            columns=tuple(
                FormColumn(
                    field=one.name,
                    header=one.header,
                    source=source_of(self.mapping, one.name),
                    filled=one.filled,
                    reason="" if one.filled == self.rows else self._why(one),
                )
                for one in self.fields
            ),
        )

    def _why(self, one: _Field) -> str:
        reasons = []
        if one.without_word:
            reasons.append(f"有 {one.without_word} 格的代码，表里没有对应的词")
        reasons.append(self.form.absent.get(one.name, NOT_IN_FACTS))
        return "；".join(reasons)


def step_of(target: Target) -> str:
    """Return the name of the step that the rows of a target are, or nothing where they are no steps of one kind."""
    kind = next((rule.constant for rule in target.rules if rule.column == "type" and rule.constant is not None), None)
    return EVENT_TYPES.get(kind, kind) if kind is not None and target.table.name == "events" else ""


def source_of(mapping: FieldMapping, name: str) -> str:
    """Say in Chinese where the cells of a field come from when the form is written."""
    cells = cells_of(mapping)[name]
    chosen = [cell for cell in cells if not cell.is_id or cell.is_own] or list(cells)
    parts = ["原文件里的原文"] if _may_be_kept(mapping, name, header_of(mapping, name)) else []
    for cell in chosen:
        target = mapping.targets[cell.target]
        label = step_of(target) or target.table.label
        parts.append(f"{label}·{target.table.column(cell.rule.column).label}")
    if (flag := flags_of(mapping).get(name)) is not None:
        parts.append(f"有没有“{step_of(mapping.targets[flag])}”环节")
    if name in form_of(mapping).compose:
        parts.append("按罚没金额和处罚种类写成")
    return "；".join(dict.fromkeys(parts))


def _may_be_kept(mapping: FieldMapping, name: str, header: str) -> bool:
    """Say whether a cell may be written as it was read: not under a header with a unit, it may have been in another."""
    return name in mapping.keep and unit_in_header(header) is None


def _from_id(cell: _Cell, name: str, value: str) -> str | None:
    """Take the field out of an identifier; one made of file and row, or a digest, holds none."""
    prefix = cell.rule.prefix or ""
    if not value.startswith(prefix):
        return value if cell.is_own else None
    text = value.removeprefix(prefix)
    if cell.rule.also:
        text = text.rpartition(WHOLE)[0] or text
    is_made = bool(_BY_ROW.search(text) or _DIGEST.match(text))
    return None if is_made or cell.rule.fields[0] != name else text


def _plain(value: Any, *, has_time: bool) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return (
            value.isoformat(sep=" ", timespec="auto" if value.second else "minutes") if has_time else str(value.date())
        )
    return value.isoformat() if isinstance(value, date) else str(value)


def amount_text(fen: int, unit: str) -> str:
    """Write an amount in a unit; in 万元 with six decimals, as the credit forms want it."""
    amount = Decimal(fen) / FEN_PER_UNIT[unit]
    return f"{amount:.6f}" if unit == "万元" else f"{amount.normalize():f}"


def _sentence(row: Mapping[str, Any], _unit: str | None) -> str | None:
    """Write fine, confiscation and other penalties in words; nothing where one of the amounts is not known."""
    fine, confiscated = row.get("0.fine_fen"), row.get("0.confiscated_fen")
    if fine is None or confiscated is None:
        return None
    parts = [f"罚款{amount_text(fine, '元')}元"] if fine else []
    parts += [f"没收{amount_text(confiscated, '元')}元"] if confiscated else []
    return "；".join([*parts, *_phrases(row)]) or None


def _kinds(row: Mapping[str, Any], _unit: str | None) -> str | None:
    parts = ["罚款"] if row.get("0.fine_fen") else []
    parts += ["没收违法所得", "没收非法财物"] if row.get("0.confiscated_fen") else []
    return BETWEEN.join([*parts, *_phrases(row)]) or None


def _fine(row: Mapping[str, Any], unit: str | None) -> str | None:
    fine = row.get("0.fine_fen")
    return amount_text(fine, unit or "元") if fine is not None else None


def _phrases(row: Mapping[str, Any]) -> list[str]:
    return [PENALTY_PHRASES.get(code, code) for code in (row.get("0.other_penalties") or "").split("|") if code]


_COMPOSED: Final[Mapping[str, Callable[[Mapping[str, Any], str | None], str | None]]] = {
    "sentence": _sentence,
    "kinds": _kinds,
    "fine": _fine,
}


def _steps_known(folder: Path) -> frozenset[str] | None:
    """The kinds of event of which silence tells something; ``None``: all."""
    if not (folder / "events.parquet").exists():
        return frozenset()
    if not (folder / REPORT_FILE).exists():
        return None
    given = ReadReport.load(folder).event_types_given
    return None if given is None else frozenset(given)


# --------------------------------------------------------------------------------------------------------- entry point


def write_form(
    folder: Path, mapping: FieldMapping, out: Path, *, full: bool = False, codes: bool = False
) -> FormReport:
    """
    Write the standard facts of a folder in the form of a mapping, as XLSX or CSV by the name of ``out``.

    A row of the main table is a row of the form. Names and identity numbers of natural persons are masked unless
    ``full``; ``codes`` writes the field codes of the form for headers. Nothing is written where the writing fails.

    :raises NoFormError: when the mapping is for reading only
    :raises NoStandardFactsError: when the folder is not standard, or lacks the main table
    :raises TooManyRowsError: when a sheet does not hold the rows
    """
    form = form_of(mapping)
    _require_standard(folder, mapping)
    query = _Query(mapping, folder)
    text = query.text()
    writer = _Writer(mapping, folder, query.aliases, full=full, codes=codes)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as scratch:
        made = Path(scratch) / out.name
        put = _xlsx if out.suffix.casefold() == ".xlsx" else _csv
        with ExitStack() as stack:
            line = stack.enter_context(put(made, form.sheet or mapping.label))
            line([one.header for one in writer.fields])
            for row in _rows_of(query.steps, text, Path(scratch)):
                if (cells := writer.write(row)) is not None:
                    if put is _xlsx and writer.rows > XLSX_ROWS:
                        raise TooManyRowsError(f"超过 {XLSX_ROWS:,} 行，一个工作表放不下，请写成 CSV。")
                    line(cells)
        made.replace(out)
    return writer.report()


def _require_standard(folder: Path, mapping: FieldMapping) -> None:
    standard = inspect_standard(folder) if folder.is_dir() else None
    if standard is None:
        raise NoStandardFactsError(f"“{folder.name}”不是标准数据文件夹，请先用 mingjing facts read 读入。")
    if mapping.main.name not in standard.tables:
        raise NoStandardFactsError(f"“{folder.name}”里没有“{mapping.main.label}”表，写不成“{mapping.label}”。")


def _rows_of(steps: Sequence[str], query: str, scratch: Path) -> Iterator[Mapping[str, Any]]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET temp_directory = '{_quoted(str(scratch / 'duckdb'))}'")
        for step in steps:
            connection.execute(step)
        reader = connection.execute(query).to_arrow_reader(ROWS_A_BATCH)
        for batch in reader:
            yield from batch.to_pylist()


@contextmanager
def _csv(path: Path, _sheet: str) -> Iterator[Callable[[Sequence[str]], object]]:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        yield lambda cells: writer.writerow([guarded(cell) for cell in cells])


@contextmanager
def _xlsx(path: Path, sheet: str) -> Iterator[Callable[[Sequence[str]], object]]:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    page = book.add_worksheet(sheet[:31])
    head = book.add_format({"bold": True, "bg_color": "#E7EDF5", "border": 1, "valign": "vcenter"})
    page.freeze_panes(1, 0)
    written = 0

    def line(cells: Sequence[str]) -> None:
        nonlocal written
        for at, text in enumerate(cells):
            if written == 0:
                page.set_column(at, at, max(14, min(40, 2 * len(text) + 2)))
            if text:
                page.write_string(written, at, text, head if written == 0 else None)
        written += 1

    yield line
    book.close()
