"""
Reads what was sent into the standard Parquet folder.

Sources come in batches; each batch is cast, its broken rows are set aside and named, the rest is appended to one
Parquet file per table. Everything is written to a folder beside the target and renamed at the very end, so a reading
that is broken off or fails leaves nothing behind.
"""

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mingjing.facts.cast import Cast, Flaw, as_array, cast_column, clean, read_distinct
from mingjing.facts.layout import GENERATED, Layout, Plan, header_score, plan_source
from mingjing.facts.links import ChecksNotDoneError, check_links
from mingjing.facts.mapping import Applied, Derived, FieldMapping, mapping_of
from mingjing.facts.numbers import is_identity_like, wrong_credit_codes, wrong_divisions, wrong_identity_numbers
from mingjing.facts.packages import UNREAD_EVENTS, Limits
from mingjing.facts.problems import (
    REASON_HEADER,
    Problem,
    ProblemKind,
    Problems,
    RejectedRow,
    by_count,
    table_label,
)
from mingjing.facts.report import ProblemCount, ReadReport, SourceReport
from mingjing.facts.rows import Batch, Refused, Source, UnreadableFileError, address_space, be_frugal, header_key
from mingjing.facts.schema import TABLES, Check, Column, Table
from mingjing.facts.sources import open_sources
from mingjing.facts.standard import inspect_standard, link_standard
from mingjing.facts.writers import BUFFER_BYTES, ExtraWriter, TableWriter, blank_rows
from mingjing.kernel.errors import DomainError


class NothingReadableError(DomainError):
    """Not one table could be read."""

    code = "facts.nothing_readable"


class OutOfMemoryError(DomainError):
    """The machine, or the limit set for this process, does not hold what reading needs."""

    code = "facts.out_of_memory"


class OutputInTheWayError(DomainError):
    """The target folder holds something that this reading did not make."""

    code = "facts.output_in_the_way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the reading is; raise from the callback to break it off."""

    stage: str
    file: str
    sources_done: int
    sources: int
    rows: int


ProgressCallback = Callable[[Progress], None]

_ABOUT_CASES: Final = ("events", "participants", "documents", "media", "disclosures", "remedies", "referrals")
"""The tables whose silence about a case says that a step was not taken."""
_SHOWN_UNKNOWN_CODES: Final = 500
_UNREAD: Final = pa.schema([("case_id", pa.string()), ("type", pa.string())])


@dataclass(slots=True, kw_only=True)
class _Rows:
    """One batch on its way into one table."""

    table: Table
    columns: dict[str, pa.Array]
    count: int
    rows: npt.NDArray[np.int64]
    file: str
    headers: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    companions: Mapping[str, pa.Array] = field(default_factory=dict)
    originals: Mapping[str, pa.Array] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Outcome:
    """Which rows of a batch stand, and why the others do not."""

    stands: npt.NDArray[np.bool_]
    reasons: dict[int, dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _CaseList:
    """A source that brought cases, and all that it can tell about them; ``event_types`` is ``None`` for a log."""

    file: str
    tables: frozenset[str]
    event_types: frozenset[str] | None


class _Reading:
    """The state of one reading."""

    def __init__(self, folder: Path, scratch: Path, stack: ExitStack, progress: ProgressCallback | None) -> None:
        self.folder = folder
        self.scratch = scratch
        self.stack = stack
        allowed = address_space()
        self.buffer_bytes = BUFFER_BYTES if allowed is None else min(BUFFER_BYTES, allowed // 128)
        self.progress = progress
        self.problems = stack.enter_context(Problems(folder))
        self.writers: dict[str, TableWriter] = {}
        self.sources: list[SourceReport] = []
        self.refused: dict[str, str] = {}
        self.notes: list[str] = []
        self.unknown_codes: Counter[tuple[str, str, str]] = Counter()
        self.case_lists: list[_CaseList] = []
        self.rows = 0
        self.shared_tables: set[str] = set()
        self._extras: Counter[str] = Counter()
        self._unread: pq.ParquetWriter | None = None

    def tell(self, stage: str, file: str, done: int, total: int) -> None:
        """Report progress; whatever the callback raises ends the reading."""
        if self.progress is not None:
            self.progress(Progress(stage=stage, file=file, sources_done=done, sources=total, rows=self.rows))

    def writer(self, table: Table) -> TableWriter:
        """Return the writer of a table, made when first needed."""
        if table.name not in self.writers:
            self.writers[table.name] = self.stack.enter_context(TableWriter(self.folder, table, self.buffer_bytes))
        return self.writers[table.name]

    # -------------------------------------------------------------------------------------------- one source

    def read_source(self, plan: Plan, done: int, total: int) -> None:
        """Read one source to its end; a source that breaks off half-way is kept so far, and said to be incomplete."""
        source = plan.source
        if plan.note:
            self.notes.append(plan.note)
        applied = Applied(plan.mapping, source.headers, source.place) if plan.mapping is not None else None
        tally = Counter[str]()
        is_complete = True
        with ExitStack() as stack:
            extras = self._open_extras(plan, applied, stack)
            before = {name: writer.kept for name, writer in self.writers.items()}
            self.tell("读取", source.place, done, total)
            batches = source.batches()
            while True:
                try:
                    batch = next(batches, None)
                except UnreadableFileError as error:
                    self._break_off(plan, error)
                    is_complete = False
                    break
                if batch is None:
                    break
                self._take_batch(plan, applied, batch, extras, tally)
                self.rows += len(batch.rows)
                self.tell("读取", source.place, done, total)
        self._note_given(plan, applied, before)
        table = plan.layout.table if plan.layout is not None else plan.mapping.main if plan.mapping else None
        assert table is not None
        self.sources.append(
            SourceReport(
                file=source.place,
                table=table.name,
                mapping=plan.mapping.id if plan.mapping is not None else None,
                rows_read=tally["read"],
                rows_kept=tally["kept"],
                rows_left_out=tally["left_out"],
                rows_blank=tally["blank"],
                is_complete=is_complete,
            )
        )
        if not is_complete:
            self.notes.append(f"“{source.place}”没有读完：{self.refused[source.place]}")

    def _note_given(self, plan: Plan, applied: Applied | None, before: Mapping[str, int]) -> None:
        """Tell each table which columns this source gave, and whether rows came with them."""
        place = plan.source.place
        if plan.layout is not None:
            writer = self.writer(plan.layout.table)
            generated = GENERATED.get(plan.layout.table.name)
            given = (*plan.layout.headers, *([generated] if generated else []))
            has_rows = writer.kept > before.get(plan.layout.table.name, 0)
            writer.is_plain = True
            writer.give(given, place, plan.layout.unknown, has_rows=has_rows)
        elif applied is not None:
            self._note_list(applied, before)
            for target in filter(applied.can_fill, applied.mapping.targets):
                writer = self.writer(target.table)
                unknown = applied.unknown if target.table is applied.mapping.main else ()
                has_rows = writer.kept > before.get(target.table.name, 0)
                writer.give(applied.given(target), place, unknown, has_rows=has_rows)

    def _note_list(self, applied: Applied, before: Mapping[str, int]) -> None:
        """Note what a list that brought cases of its own can tell about them."""
        cases = self.writers.get("cases")
        if cases is None or cases.kept == before.get("cases", 0):
            return
        targets = [target for target in applied.mapping.targets if applied.can_fill(target)]
        kinds = [
            next(rule.constant for rule in target.rules if rule.column == "type")
            for target in targets
            if target.table.name == "events"
        ]
        self.case_lists.append(
            _CaseList(
                file=applied.file,
                tables=frozenset(target.table.name for target in targets),
                event_types=None if None in kinds else frozenset(kind for kind in kinds if kind is not None),
            )
        )

    def note_partial(self) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
        """
        Say which tables do not speak for all cases, and which kinds of event all sources can hold (``None``: any).

        Nobody may be blamed for a step that his list has no column for. So where lists of cases come together, or with
        tables of the standard, only what all of them can hold counts as given. A log may hold any step: beside tables
        of the standard it limits nothing.
        """
        plain = frozenset(name for name, writer in self.writers.items() if writer.is_plain)
        lists = [one for one in self.case_lists if one.event_types is not None or "cases" not in plain]
        if not lists:
            return (), None
        whole = len(lists) == 1 and "cases" not in plain
        partial = tuple(
            name
            for name in _ABOUT_CASES
            if name in self.writers
            and not whole
            and any(name not in one.tables and not ("cases" not in plain and name in plain) for one in lists)
        )
        closed = [one.event_types for one in lists if one.event_types is not None]
        types = frozenset.intersection(*closed) if closed and ("events" not in plain or "cases" in plain) else None
        if partial or (types is not None and ("cases" in plain or len(set(closed)) > 1)):
            names = "、".join(f"“{one.file}”" for one in lists)
            self.notes.append(
                f"{names}是清单，只列出部分内容；与其他文件一起检查时，只按各文件都有的内容检查。分开检查可以多用一些规则。"
            )
        return partial, None if types is None or "events" not in self.writers or "events" in partial else tuple(
            sorted(types)
        )

    def _break_off(self, plan: Plan, error: UnreadableFileError) -> None:
        row = error.facts.get("row")
        self.refused[plan.source.place] = error.message
        self.problems.add(
            Problem(
                kind=ProblemKind.MALFORMED,
                file=plan.source.place,
                row=row if isinstance(row, int) else None,
                table=plan.layout.table.name if plan.layout else "",
                column="",
                value=None,
                reason=error.message,
                remedy="此处以后的行都没有读入。",
            )
        )

    def _take_batch(
        self, plan: Plan, applied: Applied | None, batch: Batch, extras: ExtraWriter | None, tally: Counter[str]
    ) -> None:
        table = plan.layout.table if plan.layout is not None else applied.mapping.main if applied else None
        assert table is not None
        self._malformed(plan.source, table, batch, tally)
        if not batch.columns or not len(batch.rows):
            return
        wanted = np.flatnonzero(~blank_rows(batch))
        tally["blank"] += len(batch.rows) - len(wanted)
        tally["read"] += len(wanted)
        if applied is not None:
            outcome, keys = self._take_mapped(plan.source, applied, batch, wanted)
        else:
            assert plan.layout is not None
            outcome, keys = self._take_plain(plan.source, plan.layout, batch, wanted)
        kept = int(outcome.sum())
        tally["kept"] += kept
        tally["left_out"] += len(wanted) - kept
        if extras is not None:
            extras.append(batch, wanted[outcome], keys)

    def _malformed(self, source: Source, table: Table, batch: Batch, tally: Counter[str]) -> None:
        for broken in batch.malformed:
            tally["read"] += 1
            tally["left_out"] += 1
            self.problems.rejected_total += 1
            self.problems.add(
                Problem(
                    kind=ProblemKind.MALFORMED,
                    file=source.place,
                    row=broken.row,
                    table=table.name,
                    column="",
                    value=broken.text,
                    reason=broken.reason,
                    remedy="请补齐或者改正这一行后重发。",
                )
            )
            first = source.headers[0]
            self.problems.reject(
                source.place,
                source.sheet or table_label(table.name),
                source.headers,
                RejectedRow(
                    file=source.place, row=broken.row, cells={first: broken.text}, reasons={first: broken.reason}
                ),
            )
        if table.name in self.writers:
            self.writers[table.name].read += len(batch.malformed)
            self.writers[table.name].left_out += len(batch.malformed)

    def _take_plain(
        self, source: Source, layout: Layout, batch: Batch, wanted: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.bool_], Mapping[str, pa.Array]]:
        everything = len(wanted) == len(batch.rows)
        places = pa.array(wanted)

        def pick(header: str) -> pa.Array:
            values = as_array(batch.columns[header])
            return values if everything else values.take(places)

        part = _Rows(
            table=layout.table,
            columns={name: pick(header) for name, header in layout.headers.items()},
            count=len(wanted),
            rows=batch.rows[wanted],
            file=source.place,
            headers=layout.headers,
            units=layout.units,
            companions={name: pick(header) for name, header in layout.companions.items()},
        )
        outcome, casts = self._cast_rows(part, {}, {})
        self._reject(source, layout.table, batch, wanted, outcome)
        self._store(part, casts, outcome)
        return outcome.stands, {name: casts[name] for name in layout.table.key if name in casts}

    def _take_mapped(
        self, source: Source, applied: Applied, batch: Batch, wanted: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.bool_], Mapping[str, pa.Array]]:
        texts = applied.texts(batch)
        chosen = self._set_aside(source, applied, batch, texts, wanted)
        self._check_fields(source, applied, batch, texts, chosen)
        main_stands = np.zeros(len(wanted), dtype=bool)
        keys: dict[str, pa.Array] = {}
        for number, derived in enumerate(applied.apply(batch, texts, chosen)):
            part = _Rows(
                table=derived.table,
                columns=derived.columns,
                count=len(derived.index),
                rows=batch.rows[derived.index],
                file=source.place,
                headers=derived.origin,
                units=derived.units,
                originals=derived.originals,
            )
            outcome, casts = self._cast_rows(part, derived.flaws, derived.conflicts)
            self._store(part, casts, outcome, unique=derived.unique)
            if number == 0:
                self._reject(source, derived.table, batch, derived.index, outcome)
                main_stands = np.isin(wanted, derived.index[outcome.stands])
                keys = self._widen(derived, casts, wanted)
        return main_stands, keys

    @staticmethod
    def _widen(derived: Derived, casts: Mapping[str, pa.Array], wanted: npt.NDArray[np.int64]) -> dict[str, pa.Array]:
        """Lay the keys of the main table along all wanted rows."""
        slots = np.searchsorted(derived.index, wanted)
        inside = np.isin(wanted, derived.index)
        takes = pa.array(np.where(inside, slots, 0), mask=~inside)
        return {name: casts[name].take(takes) for name in derived.table.key if name in casts}

    def _set_aside(
        self,
        source: Source,
        applied: Applied,
        batch: Batch,
        texts: Mapping[str, pa.Array],
        wanted: npt.NDArray[np.int64],
    ) -> npt.NDArray[np.int64]:
        for skip in applied.mapping.skips:
            if skip.field not in texts:
                continue
            words = pc.utf8_lower(texts[skip.field])
            hit = pc.is_in(words, value_set=pa.array(sorted(skip.values))).to_numpy(zero_copy_only=False)[wanted]
            for index in wanted[hit].tolist():
                self.problems.rejected_total += 1
                self.problems.add(
                    Problem(
                        kind=ProblemKind.SET_ASIDE,
                        file=source.place,
                        row=int(batch.rows[index]),
                        table=applied.mapping.main.name,
                        column=applied.headers[skip.field],
                        value=texts[skip.field][index].as_py(),
                        reason=skip.reason,
                        remedy="如需读入，请另写映射。",
                    )
                )
            wanted = wanted[~hit]
        return wanted

    def _check_fields(
        self,
        source: Source,
        applied: Applied,
        batch: Batch,
        texts: Mapping[str, pa.Array],
        wanted: npt.NDArray[np.int64],
    ) -> None:
        targets = {rule.fields for target in applied.mapping.targets for rule in target.rules if rule.column == "uscc"}
        for name, kind in applied.mapping.checks.items():
            # what becomes a uscc column is checked there
            if name not in texts or (kind == "uscc" and (name,) in targets):
                continue
            values = texts[name].take(pa.array(wanted))
            if kind == "identity_if_like":
                values, _ = read_distinct(values, pc.is_valid(values), _identity_only, pa.string())
            wrong = wrong_credit_codes(values) if kind == "uscc" else wrong_identity_numbers(values)
            for index, reason in wrong:
                self.problems.add(
                    Problem(
                        kind=ProblemKind.WRONG_NUMBER,
                        file=source.place,
                        row=int(batch.rows[wanted[index]]),
                        table=applied.mapping.main.name,
                        column=applied.headers[name],
                        value=values[index].as_py() if kind == "uscc" else _mask_identity(values[index].as_py()),
                        reason=reason,
                        remedy="请核对原件后改正。",
                    )
                )

    # ---------------------------------------------------------------------------------------------- casting

    def _cast_rows(
        self, part: _Rows, flaws: Mapping[str, Sequence[Flaw]], conflicts: Mapping[str, Sequence[Flaw]]
    ) -> tuple[_Outcome, dict[str, pa.Array]]:
        """Cast all columns of a batch; name every bad cell; say which rows stand."""
        outcome = _Outcome(stands=np.ones(part.count, dtype=bool), reasons={})
        arrays: dict[str, pa.Array] = {}
        for column in part.table.columns:
            if column.name not in part.columns:
                continue
            cast = cast_column(
                column,
                part.columns[column.name],
                unit=part.units.get(column.name),
                has_time=part.companions.get(column.name),
            )
            arrays.update(cast.values)
            for code, count in cast.unknown_codes.items():
                self.unknown_codes[part.table.name, column.name, code] += count
            self._name_flaws(part, column, cast, flaws, conflicts, outcome)
        self._generate(part, arrays)
        self._require(part, arrays, outcome)
        self._check_numbers(part, arrays)
        return outcome, arrays

    def _name_flaws(
        self,
        part: _Rows,
        column: Column,
        cast: Cast,
        flaws: Mapping[str, Sequence[Flaw]],
        conflicts: Mapping[str, Sequence[Flaw]],
        outcome: _Outcome,
    ) -> None:
        found = [*cast.flaws, *flaws.get(column.name, ())]
        kind = ProblemKind.REQUIRED if column.required else ProblemKind.UNREADABLE
        pairs = [(flaw, kind) for flaw in found]
        pairs.extend((flaw, ProblemKind.CONFLICT) for flaw in conflicts.get(column.name, ()))
        if not pairs:
            return
        header = part.headers.get(column.name) or column.label
        texts = clean(part.originals.get(column.name, part.columns[column.name]))
        for flaw, problem_kind in pairs:
            self.problems.add(
                Problem(
                    kind=problem_kind,
                    file=part.file,
                    row=int(part.rows[flaw.index]),
                    table=part.table.name,
                    column=header,
                    value=texts[flaw.index].as_py(),
                    reason=flaw.reason,
                    remedy=flaw.remedy,
                )
            )
            if problem_kind is ProblemKind.REQUIRED:
                outcome.stands[flaw.index] = False
                outcome.reasons.setdefault(flaw.index, {})[header] = flaw.reason

    def _generate(self, part: _Rows, arrays: dict[str, pa.Array]) -> None:
        """Number the rows whose id the standard lets absent; the number comes from file and row."""
        name = GENERATED.get(part.table.name)
        if name is None:
            return
        given = arrays.get(name)
        if given is None or given.null_count:
            made = pc.binary_join_element_wise(
                pa.repeat(f"#{part.file}#", part.count), pc.cast(pa.array(part.rows), pa.string()), ""
            )
            arrays[name] = made if given is None else pc.coalesce(given, made)

    def _require(self, part: _Rows, arrays: Mapping[str, pa.Array], outcome: _Outcome) -> None:
        for name in part.table.required:
            if name not in arrays or not arrays[name].null_count:
                continue
            column = part.table.column(name)
            header = part.headers.get(name) or column.label
            for index in np.flatnonzero(arrays[name].is_null().to_numpy(zero_copy_only=False)).tolist():
                outcome.stands[index] = False
                reasons = outcome.reasons.setdefault(index, {})
                if header in reasons:
                    continue
                reasons[header] = f"“{column.label}”是必填列，这里没有内容。"
                self.problems.add(
                    Problem(
                        kind=ProblemKind.REQUIRED,
                        file=part.file,
                        row=int(part.rows[index]),
                        table=part.table.name,
                        column=header,
                        value=None,
                        reason=reasons[header],
                        remedy="请补填后重发。",
                    )
                )

    def _check_numbers(self, part: _Rows, arrays: Mapping[str, pa.Array]) -> None:
        for column in part.table.columns:
            if column.name not in arrays:
                continue
            if column.check is Check.USCC:
                citizens = (
                    pc.equal(arrays["kind"], "citizen") if part.table.name == "parties" and "kind" in arrays else None
                )
                wrong = wrong_credit_codes(arrays[column.name], citizens)
            elif column.check is Check.JURISDICTION:
                wrong = wrong_divisions(arrays[column.name])
            else:
                continue
            for index, reason in wrong:
                value = arrays[column.name][index].as_py()
                if reason.startswith("公民身份号码"):
                    value = _mask_identity(value)
                self.problems.add(
                    Problem(
                        kind=ProblemKind.WRONG_NUMBER,
                        file=part.file,
                        row=int(part.rows[index]),
                        table=part.table.name,
                        column=part.headers.get(column.name) or column.label,
                        value=value,
                        reason=reason,
                        remedy="请核对原件后改正。",
                    )
                )

    def _reject(
        self, source: Source, table: Table, batch: Batch, index: npt.NDArray[np.int64], outcome: _Outcome
    ) -> None:
        """Keep the rows that do not stand for the workbook that goes back."""
        self.problems.rejected_total += len(outcome.reasons)
        headers = tuple(header for header in source.headers if header_key(header) != REASON_HEADER)
        for place, reasons in sorted(outcome.reasons.items()):
            if not self.problems.has_room:
                return
            at = int(index[place])
            cells = {header: clean(batch.columns[header].slice(at, 1))[0].as_py() or "" for header in headers}
            self.problems.reject(
                source.place,
                source.sheet or table_label(table.name),
                headers,
                RejectedRow(file=source.place, row=int(batch.rows[at]), cells=cells, reasons=reasons),
            )

    def _store(self, part: _Rows, casts: dict[str, pa.Array], outcome: _Outcome, *, unique: bool = False) -> None:
        writer = self.writer(part.table)
        stands = outcome.stands
        left_out = part.count - int(stands.sum())
        if unique and part.count:
            fresh = np.zeros(part.count, dtype=bool)
            standing = np.flatnonzero(stands)
            if len(standing):
                takes = pa.array(standing)
                fresh[standing] = writer.new_keys([casts[name].take(takes) for name in part.table.key])
            writer.merged += len(standing) - int(fresh.sum())
            stands = fresh
        elif part.table.name in self.shared_tables and stands.any():
            takes = pa.array(np.flatnonzero(stands))
            writer.new_keys([casts[name].take(takes) for name in part.table.key])
        writer.read += part.count
        writer.left_out += left_out
        if left_out and part.table.name == "events":
            self._note_unread(casts, outcome)
        if stands.all():
            writer.append(casts, part.rows, part.file)
        else:
            mask = pa.array(stands)
            writer.append({name: array.filter(mask) for name, array in casts.items()}, part.rows[stands], part.file)

    def _note_unread(self, casts: Mapping[str, pa.Array], outcome: _Outcome) -> None:
        """Keep of which case a step was left out, and of which type: that it is missing shall not be said."""
        lost = pa.array(~outcome.stands)
        columns = [
            casts[name].filter(lost).cast(pa.string()) if name in casts else pa.nulls(sum(~outcome.stands), pa.string())
            for name in _UNREAD.names
        ]
        table = pa.Table.from_arrays(columns, schema=_UNREAD)
        if self._unread is None:
            path = self.folder / UNREAD_EVENTS
            self._unread = self.stack.enter_context(pq.ParquetWriter(path, _UNREAD, compression="zstd"))
        self._unread.write_table(table.filter(pc.is_valid(table["case_id"])))

    # ----------------------------------------------------------------------------------------------- extras

    def _open_extras(self, plan: Plan, applied: Applied | None, stack: ExitStack) -> ExtraWriter | None:
        if plan.layout is not None:
            table, headers = plan.layout.table, plan.layout.unknown
        else:
            assert applied is not None
            table, headers = applied.mapping.main, applied.aside
        if not headers:
            return None
        self._extras[table.name] += 1
        number = self._extras[table.name]
        name = f"{table.name}.extra.parquet" if number == 1 else f"{table.name}.extra-{number}.parquet"
        return stack.enter_context(ExtraWriter(self.folder / name, table, headers, plan.source.place))


def _identity_only(text: str) -> str | None:
    """Keep of codes of several kinds those that can only be a citizen's identity number of today."""
    return text if len(text) == 18 and is_identity_like(text) else None


def _mask_identity(text: str | None) -> str | None:
    """Hide the middle of an identity number: a report must not spread it."""
    return text if text is None or len(text) < 8 else f"{text[:4]}{'*' * (len(text) - 6)}{text[-2:]}"


# ------------------------------------------------------------------------------------------------------- entry point


def read_facts(
    path: str | Path,
    out_dir: str | Path,
    mapping: str | Path | FieldMapping | None = None,
    progress: ProgressCallback | None = None,
    *,
    limits: Limits | None = None,
    check: bool = True,
) -> ReadReport:
    """
    Read a file, folder or zip into a folder of standard Parquet, with ``read_report.json`` beside the tables.

    ``mapping`` is the id or the file of a mapping to use before all others. ``progress`` is told how far the reading
    is; what it raises breaks the reading off and leaves no trace. ``check`` looks for repeated keys and for references
    to rows that are not there; standard Parquet is taken as it is and only its schema is looked at.

    :raises NothingReadableError: when not one table could be read; the message says why.
    :raises OutOfMemoryError: when memory does not suffice; nothing is written then.
    :raises OutputInTheWayError: when ``out_dir`` holds files that no reading made.
    """
    started = time.monotonic()
    path, out_dir = Path(path), Path(out_dir)
    _require_free(out_dir, path)
    chosen = mapping_of(mapping) if isinstance(mapping, str | Path) else mapping
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    if address_space() is not None:
        be_frugal()
    try:
        return _read_into(path, out_dir, chosen, progress, limits, started, check=check)
    except MemoryError as error:
        raise OutOfMemoryError(f"读取“{path.name}”时内存不足，没有写出任何结果。请加大内存，或者分批读入。") from error


def _read_into(
    path: Path,
    out_dir: Path,
    chosen: FieldMapping | None,
    progress: ProgressCallback | None,
    limits: Limits | None,
    started: float,
    *,
    check: bool,
) -> ReadReport:
    """Read into a folder beside the target, and rename it at the end."""
    with tempfile.TemporaryDirectory(prefix=f".{out_dir.name}.", dir=out_dir.parent) as temporary:
        folder, scratch = Path(temporary) / "facts", Path(temporary) / "scratch"
        folder.mkdir()
        scratch.mkdir()
        standard = inspect_standard(path) if path.exists() and chosen is None else None
        if standard is not None:
            link_standard(standard, folder)
            report = _finished(standard, out_dir, started)
        else:
            with ExitStack() as stack:
                reading = _Reading(folder, scratch, stack, progress)
                _read_all(reading, path, out_dir, scratch, chosen, limits)
                report = _conclude(reading, path, out_dir, started, check=check)
        report.save(folder)
        if out_dir.exists():
            shutil.rmtree(out_dir)
        folder.rename(out_dir)
    return report


def _require_free(out_dir: Path, path: Path) -> None:
    if out_dir.exists() and not out_dir.is_dir():
        raise OutputInTheWayError(f"“{out_dir.name}”是一个文件，不能当作输出目录。")
    if out_dir.is_dir() and any(out_dir.iterdir()) and not (out_dir / "read_report.json").exists():
        raise OutputInTheWayError(f"输出目录“{out_dir.name}”里已有别的文件，请换一个空目录。")
    if path.exists() and out_dir.exists() and out_dir.resolve() in (path.resolve(), *path.resolve().parents):
        raise OutputInTheWayError("输出目录不能是输入所在的目录，请换一个。")


def _read_all(
    reading: _Reading,
    path: Path,
    out_dir: Path,
    scratch: Path,
    mapping: FieldMapping | None,
    limits: Limits | None,
) -> None:
    reading.tell("打开", path.name, 0, 0)
    sources, refused = open_sources(path, scratch, header_score, limits, exclude=out_dir)
    plans = []
    for source in sources:
        try:
            plans.append(plan_source(source, mapping))
        except UnreadableFileError as error:
            refused.append(Refused(file=source.place, reason=error.message))
    plans = _without_doubtful(plans, refused)
    # tables of the standard first: what a list tells of the same rows adds to them and never stands in their way
    plans.sort(key=lambda plan: plan.layout is None)
    reading.shared_tables = {
        target.table.name for plan in plans if plan.mapping for target in plan.mapping.targets if target.unique
    }
    reading.refused.update({entry.file: entry.reason for entry in refused})
    if not plans:
        reason = "".join(f"\n  {entry.reason}" for entry in refused[:10]) or "里面没有数据表。"
        raise NothingReadableError(f"“{path.name}”里没有一张能读的表：{reason}", refused=dict(reading.refused))
    if mapping is not None and all(plan.mapping is not mapping for plan in plans):
        reading.notes.append(f"没有一张表合乎指定的映射“{mapping.label}”，已按列名辨认。")
    for done, plan in enumerate(plans):
        reading.read_source(plan, done, len(plans))
    if not any(writer.kept for writer in reading.writers.values()) and reading.refused and not reading.rows:
        reason = "".join(f"\n  {text}" for text in list(reading.refused.values())[:10])
        raise NothingReadableError(f"“{path.name}”里没有一行能读：{reason}", refused=dict(reading.refused))


def _without_doubtful(plans: list[Plan], refused: list[Refused]) -> list[Plan]:
    """Drop sources known by their headers only, where another source bears the name of that table."""
    named = {plan.layout.table.name for plan in plans if plan.layout is not None and plan.note is None}
    kept = []
    for plan in plans:
        if plan.note is not None and plan.layout is not None and plan.layout.table.name in named:
            reason = f"“{plan.source.place}”的列像“{plan.layout.table.label}”表，但已有以该表命名的文件。如确是，请改名后重发。"
            refused.append(Refused(file=plan.source.place, reason=reason))
        else:
            kept.append(plan)
    return kept


def _conclude(reading: _Reading, path: Path, out_dir: Path, started: float, *, check: bool) -> ReadReport:
    writers = {name: reading.writers[name] for name in TABLES if name in reading.writers}
    for writer in writers.values():
        writer.finish()
    _name_unknown_codes(reading)
    if check:
        reading.tell("核对", path.name, len(reading.sources), len(reading.sources))
        try:
            for problem, count in check_links(
                reading.folder, writers, lambda table, row: writers[table].place(row), reading.scratch
            ):
                reading.problems.add(problem, count=count)
        except ChecksNotDoneError as error:
            reading.notes.append(error.message)
    partial, event_types = reading.note_partial()
    reading.tell("报告", path.name, len(reading.sources), len(reading.sources))
    reading.problems.write_workbook(reading.folder / "bad_rows.xlsx")
    report = ReadReport(
        folder=out_dir,
        input=path.name,
        is_standard_input=False,
        tables={name: writer.report() for name, writer in writers.items()},
        sources=tuple(reading.sources),
        refused=reading.refused,
        problem_counts=tuple(
            ProblemCount(table=table, column=column, kind=kind, count=count)
            for table, column, kind, count in by_count(reading.problems.counts)
        ),
        problems=tuple(reading.problems.kept),
        notes=(*reading.notes, *reading.problems.notes()),
        event_types_given=event_types,
        partial_tables=partial,
    )
    return _finished(report, out_dir, started)


def _name_unknown_codes(reading: _Reading) -> None:
    for (table, column, code), count in reading.unknown_codes.most_common(_SHOWN_UNKNOWN_CODES):
        label = TABLES[table].column(column).label
        reading.problems.add(
            Problem(
                kind=ProblemKind.UNKNOWN_CODE,
                file="",
                row=None,
                table=table,
                column=label,
                value=code,
                reason=f"“{code}”不在“{label}”的代码表里，出现 {count} 次，照录而不参与判断。",
                remedy="请改用代码表里的值，或者在映射里写明对应。",
            ),
            count=count,
        )


def _finished(report: ReadReport, out_dir: Path, started: float) -> ReadReport:
    return replace(report, folder=out_dir, seconds=time.monotonic() - started)
