"""Tables of tasks: which column holds what, which rows are tasks, what a merged or a blank cell means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from mingjing.domain.plans.flattened import fields_of_heads, header_fields
from mingjing.domain.plans.folding import fold, number_of, squeeze
from mingjing.domain.plans.labels import UNIT_FIELDS, Field, column_field, field_of
from mingjing.domain.plans.model import Cell, Deadline, Mode, Table, Task, Uncertain, Unit
from mingjing.domain.plans.outline import Rank, mark_of, split_heading
from mingjing.domain.plans.targets import find_targets
from mingjing.domain.plans.timing import TimeContext, find_prose_deadlines, parse_deadline_field, says_more
from mingjing.domain.plans.units import (
    doubts_about,
    find_brackets,
    is_deadline_text,
    is_unit_list,
    looks_like_unit,
    parse_unit_field,
    read_bracket,
)

_MODES: Final = {
    Field.LEAD: Mode.LEAD,
    Field.RESPONSIBLE: Mode.RESPONSIBLE,
    Field.COOPERATING: Mode.COOPERATING,
    Field.MEMBER: Mode.MEMBER,
    Field.SUPERVISING: Mode.SUPERVISING,
}
_HEAD_ROWS: Final = 8
_SHORT: Final = 40
"""So many signs a cell may have that names a task."""
_AS_ABOVE: Final = "单元格空白，按合并单元格沿用上一项，请核对"
_EMPTY: Final = frozenset({"", "/", "-", "--", "—", "——", "\\", "无"})
_GLUE: Final = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])|\s*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What each column of a table holds; None where nothing that matters."""

    fields: tuple[Field | None, ...]
    header: tuple[str, ...]
    guessed: bool = False

    def at(self, *wanted: Field) -> list[int]:
        """The places of the columns that hold one of these."""
        return [at for at, one in enumerate(self.fields) if one in wanted]


def columns_of(table: Table) -> tuple[Columns, int] | None:
    """Find the heads of the columns and the first row beneath them; None where the table is none of tasks."""
    for at, row in enumerate(table.rows[:_HEAD_ROWS]):
        texts = _distinct(row)
        if header_fields(texts) is None and not _may_be_head(row):
            continue
        columns, used = _two_rows(table, at)
        if columns is not None:
            return columns, at + used
    return None


def _distinct(row: tuple[Cell, ...]) -> list[str]:
    return [cell.text for cell in row if not cell.inherited]


def _may_be_head(row: tuple[Cell, ...]) -> bool:
    return len({column_field(cell.text) for cell in row} - {None}) >= 2


def _two_rows(table: Table, at: int) -> tuple[Columns | None, int]:
    """Read one row of heads, or two where a head stands over several columns of its own."""
    row = table.rows[at]
    texts = [cell.text for cell in row]
    used = 1
    if at + 1 < len(table.rows):
        below = table.rows[at + 1]
        spans = [one for one in range(len(row)) if one and row[one].inherited and row[one].text == row[one - 1].text]
        tops = set(spans) | {one - 1 for one in spans}
        lower = {
            one
            for one in tops
            if one < len(below) and column_field(below[one].text) is not None and below[one].text != texts[one]
        }
        if lower and all(cell.inherited or not cell.text.strip() or one in tops for one, cell in enumerate(below)):
            texts = [below[one].text if one in lower else text for one, text in enumerate(texts)]
            used = 2
    fields = fields_of_heads(texts)
    for one in range(1, len(fields)):
        if used == 1 and row[one].inherited and texts[one] == texts[one - 1] and fields[one] is fields[one - 1]:
            # one head over two columns: the narrow one in front holds the number or the group
            fields[one - 1] = _front(fields[one])
    first = next((one for one, known in enumerate(fields) if known is Field.TEXT), 0)
    if first and Field.TITLE not in fields and fields[first - 1] is None and texts[first - 1].strip():
        # what the head of the column in front of the contents says is not known: it names the task
        fields[first - 1] = Field.TITLE
    columns = Columns(fields=tuple(_settled(fields)), header=tuple(squeeze(text) for text in texts))
    return (columns if _is_task_table(columns) else None), used


def _front(field: Field | None) -> Field | None:
    return Field.GROUP if field in (Field.TITLE, Field.TEXT) else field


def _settled(fields: list[Field | None]) -> list[Field | None]:
    """Of two columns of titles the first is the group; where none holds the title, the next best does."""
    titles = [at for at, one in enumerate(fields) if one is Field.TITLE]
    for at in titles[:-1]:
        fields[at] = Field.GROUP
    texts = [at for at, one in enumerate(fields) if one is Field.TEXT]
    if not titles and not texts:
        for other in (Field.TARGET, Field.GROUP):
            found = [at for at, one in enumerate(fields) if one is other]
            if found:
                fields[found[-1]] = Field.TITLE
                return fields
    elif not titles and texts and Field.TARGET in fields[: texts[0]]:
        fields[fields.index(Field.TARGET)] = Field.TITLE
    return fields


def _is_task_table(columns: Columns) -> bool:
    words = columns.at(Field.TITLE, Field.TEXT)
    whom = columns.at(*UNIT_FIELDS, Field.DEADLINE)
    return bool(words) and (bool(whom) or bool(columns.at(Field.NUMBER) and len(words) > 1))


def _counted_measures(columns: Columns, rows: tuple[tuple[Cell, ...], ...]) -> Columns:
    """Where the measures count on over the rows and the tasks in front do not fill all of them, the measures are the tasks."""
    titles, texts = columns.at(Field.TITLE), columns.at(Field.TEXT)
    if len(titles) != 1 or len(texts) != 1 or titles[0] > texts[0] or columns.at(Field.NUMBER):
        return columns
    marks = [mark_of(row[texts[0]].text) for row in rows if len(row) > texts[0] and row[texts[0]].text.strip()]
    numbers = [one.number for one in marks if one is not None and one.rank is Rank.ARABIC]
    own = [row for row in rows if row[titles[0]].text.strip() and not row[titles[0]].inherited]
    if len(numbers) < 2 or numbers != list(range(1, len(marks) + 1)) or len(own) >= len(numbers):
        return columns
    swap = {titles[0]: Field.GROUP, texts[0]: Field.TITLE}
    return replace(columns, fields=tuple(swap.get(at, one) for at, one in enumerate(columns.fields)))


def _numbered_measures(columns: Columns, rows: tuple[tuple[Cell, ...], ...]) -> Columns:
    """Where every row has a number of its own and some lie below the task of the row above, the measures are the tasks."""
    numbers, titles, texts = columns.at(Field.NUMBER), columns.at(Field.TITLE), columns.at(Field.TEXT)
    if len(numbers) != 1 or len(titles) != 1 or len(texts) != 1 or columns.at(Field.GROUP):
        return columns
    whole = [row for row in rows if len(row) == len(columns.fields) and len({cell.text for cell in row}) > 1]
    whole = [row for row in whole if row[texts[0]].text.strip() and not _is_head_again(row, columns)]
    counts = [number_of(row[numbers[0]].text.strip()) for row in whole if not row[numbers[0]].inherited]
    below = [row for row in whole if row[titles[0]].inherited or not row[titles[0]].text.strip()]
    if not below or len(counts) < len(whole) or counts != list(range(1, len(whole) + 1)):
        return columns
    swap = {titles[0]: Field.GROUP, texts[0]: Field.TITLE}
    return replace(columns, fields=tuple(swap.get(at, one) for at, one in enumerate(columns.fields)))


def _own_titles(columns: Columns, rows: tuple[tuple[Cell, ...], ...]) -> Columns:
    """Of two columns of titles the first is no group where it names each row anew: then the second says what it holds."""
    groups = [at for at in columns.at(Field.GROUP) if column_field(columns.header[at]) is Field.TITLE]
    titles = columns.at(Field.TITLE)
    whole = [row for row in rows if len(row) == len(columns.fields) and len({cell.text for cell in row}) > 1]
    if len(groups) != 1 or len(titles) != 1 or not columns.at(Field.NUMBER) or len(whole) < 3:
        return columns
    names = [row[groups[0]].text.strip() for row in whole if not row[groups[0]].inherited]
    if len(set(names)) < len(whole) or "" in names:
        return columns
    swap = {groups[0]: Field.TITLE, titles[0]: Field.TEXT}
    return replace(columns, fields=tuple(swap.get(at, one) for at, one in enumerate(columns.fields)))


@dataclass(slots=True)
class _Row:
    """One row by fields: its words, and which of them it does not say itself."""

    values: dict[Field, list[str]] = field(default_factory=dict)
    given: set[Field] = field(default_factory=set)
    number: int = 0

    def text(self, *fields: Field) -> str:
        return "\n".join(text for one in fields for text in self.values.get(one, []) if text)

    def has(self, *fields: Field) -> bool:
        return any(one in self.given for one in fields)


@dataclass(slots=True)
class TableState:
    """What goes on from one table to the next: the heads of the columns, the section, the last unit."""

    columns: Columns | None = None
    section: str = ""
    group: str = ""
    last: dict[Field, str] = field(default_factory=dict)
    width: int = 0
    counts: bool = False
    above: dict[Field, str] = field(default_factory=dict)


def read_task_table(table: Table, context: TimeContext, state: TableState) -> list[Task]:
    """Read the tasks of a table; a table without heads goes on where the one before it stopped."""
    keyed = _key_value(table, context)
    if keyed is not None:
        return [replace(keyed, section=keyed.section or state.section)]
    found = columns_of(table)
    rows = table.rows
    if found is not None:
        state.columns, start = found
        state.width, state.last, state.group, state.counts = len(rows[0]), {}, "", False
        state.above = {}
        rows = rows[start:]
        state.columns = _numbered_measures(_own_titles(_counted_measures(state.columns, rows), rows), rows)
    elif state.columns is None or len(rows[0]) != state.width or not rows:
        guessed = _guess_columns(table)
        if guessed is None:
            return []
        state.columns, state.width, state.last = guessed, len(rows[0]), {}
    return _tasks(rows, table, context, state)


def _tasks(rows: tuple[tuple[Cell, ...], ...], table: Table, context: TimeContext, state: TableState) -> list[Task]:
    columns = state.columns
    assert columns is not None
    tasks: list[Task] = []
    for cells in rows:
        section = _section_row(cells, columns)
        if section is not None:
            state.section = section or state.section
            state.last, state.group, state.above = {}, "", {}
            continue
        if _is_head_again(cells, columns) or not any(cell.text.strip() for cell in cells):
            continue
        row = _row(cells, columns)
        if _is_note(cells):
            continue
        if tasks and _goes_on(row, columns):
            tasks[-1] = _with_more(tasks[-1], row, context)
            continue
        task = _task(row, table, context, state, columns)
        if task is not None:
            tasks.append(task)
    return tasks


def _row(cells: tuple[Cell, ...], columns: Columns) -> _Row:
    row = _Row()
    for cell, one in zip(cells, columns.fields, strict=False):
        if one is None:
            continue
        text = cell.text.strip()
        if fold(text) in _EMPTY:
            text = ""
        if text and not (row.values.get(one) and row.values[one][-1] == text and cell.inherited):
            row.values.setdefault(one, []).append(text)
            if not cell.inherited:
                row.given.add(one)
    return row


def _section_row(cells: tuple[Cell, ...], columns: Columns) -> str | None:
    """A row with one text only, as wide as the table or alone in front, is a heading."""
    texts = [cell for cell in cells if cell.text.strip()]
    if not texts or len({cell.text for cell in texts}) > 1:
        return None
    text = texts[0].text.strip()
    wide = len(texts) == len(cells) and len(cells) > 2
    mark = mark_of(text)
    alone = len([cell for cell in texts if not cell.inherited]) == 1 and cells[0].text.strip() == text
    if wide and len(text) < 80:
        return re.sub(r"\s+", "", text)
    if alone and mark is not None and mark.rank < Rank.ARABIC and len(text) < 80:
        return re.sub(r"\s+", "", text)
    if alone and len(texts) == 1 and (columns.fields[0] is Field.NUMBER) and number_of(text) is None and len(text) < 60:
        return re.sub(r"\s+", "", text)
    return None


def _is_head_again(cells: tuple[Cell, ...], columns: Columns) -> bool:
    texts = [squeeze(cell.text) for cell in cells]
    same = [one for one, head in zip(texts, columns.header, strict=False) if one and one == head]
    return len(same) >= 2 and len(same) * 2 >= len([one for one in texts if one])


def _is_note(cells: tuple[Cell, ...]) -> bool:
    first = next((cell.text.strip() for cell in cells if cell.text.strip()), "")
    return bool(re.match(r"(?:注|备注|说明|填表说明)\s*[:]|(?:合|总|小)\s*计\s*:?$", fold(first)))


def _goes_on(row: _Row, columns: Columns) -> bool:
    """Say whether a row only brings more words of the task above it (merged around it, or cut by a page)."""
    if row.has(Field.TITLE, Field.NUMBER, *UNIT_FIELDS, Field.DEADLINE, Field.GROUP):
        # a page may cut a row: then no cell begins anything
        return False
    if not row.has(Field.TEXT, Field.TARGET):
        return True
    return bool(columns.at(Field.TITLE)) or bool(columns.at(Field.NUMBER))


def _with_more(task: Task, row: _Row, context: TimeContext) -> Task:
    more = row.text(Field.TEXT) if row.has(Field.TEXT) else ""
    goal = row.text(Field.TARGET) if row.has(Field.TARGET) else ""
    text = "\n".join(part for part in (task.text, more, goal) if part)
    return replace(
        task,
        text=text,
        measures="\n".join(part for part in (task.measures, more) if part),
        targets=find_targets(text),
        deadlines=tuple(one for one in task.deadlines if not one.in_prose) + find_prose_deadlines(text, context),
    )


def _task(row: _Row, table: Table, context: TimeContext, state: TableState, columns: Columns) -> Task | None:
    title, text = _words(row)
    if not title and not text:
        return None
    number = _number(row)
    mark = mark_of(title)
    if mark is not None and mark.rank >= Rank.BRACKETED_CHINESE:
        title = title[mark.length :]
        number = number or str(mark.number)
    # a further row of a number that is merged over it
    is_below = not number and (state.counts or bool(columns.at(Field.NUMBER)))
    state.counts = state.counts or bool(number)
    if row.has(Field.GROUP):
        state.last, state.group = {}, _joined(row.text(Field.GROUP))
    marks: list[Uncertain] = []
    if not table.knows_merges and (merged := _cut_off(row, state.above, columns)):
        row.values |= {one: [state.above[one]] for one in merged}
        marks += [Uncertain(field=one, reason=_AS_ABOVE) for one in ("units", "deadlines")]
    state.above = {one: row.text(one) for one in columns.fields if one in UNIT_FIELDS or one is Field.DEADLINE}
    units, is_open, inherited, raw = _units(row, table, state, columns, marks, is_below=is_below)
    deadlines = _deadlines(row, table, state, columns, context, marks)
    units, deadlines, text, bracket = _from_brackets(units, deadlines, text, context)
    prose = find_prose_deadlines(text, context)
    goal = row.text(Field.TARGET)
    group = _joined(row.text(Field.GROUP)) or (state.group if not table.knows_merges else "")
    if columns.guessed:
        marks.append(Uncertain(field="text", reason="表格没有表头，各栏按内容辨认"))
    # the lines of a short title are one
    head, _ = split_heading(_joined(title) if len(title) < 60 and not _in_points(title) else title)
    return Task(
        no=number,
        title=_joined(head or title),
        text=text,
        measures=row.text(Field.TEXT),
        section=group or state.section,
        part="table",
        raw=raw or bracket,
        units=units,
        open_list=is_open,
        inherited_units=inherited,
        persons=tuple(row.values.get(Field.PERSON, ())),
        deadlines=deadlines + tuple(one for one in prose if says_more(one, deadlines)),
        targets=find_targets("\n".join(part for part in (text, goal) if part)),
        remark=row.text(Field.REMARK),
        uncertain=tuple(marks),
    )


def _words(row: _Row) -> tuple[str, str]:
    """The title and the whole text of a row; without a title of its own it takes the first sentence."""
    title, text = row.text(Field.TITLE), row.text(Field.TEXT)
    if title and (row.has(Field.TITLE) or not text):
        return title, "\n".join(part for part in (title, text) if part)
    if not text:
        return title, title
    cells = [one.strip() for one in row.values.get(Field.TEXT, ()) if one.strip()]
    if len(cells) > 1 and len(cells[0]) <= _SHORT and "。" not in cells[0]:
        # 行动措施 and 具体内容: the first of two columns of words names the task
        return cells[0], "\n".join(cells)
    head, _ = split_heading(text)
    return head, text


def _number(row: _Row) -> str:
    text = _joined(row.text(Field.NUMBER))
    value = number_of(re.sub(r"\s", "", fold(text)).strip("().、"))
    return (
        str(value)
        if value is not None and row.has(Field.NUMBER)
        else text
        if row.has(Field.NUMBER)
        else text and f"{text}"
    )


def _in_points(text: str) -> bool:
    return any(mark_of(line) is not None for line in text.split("\n")[1:])


def _joined(text: str) -> str:
    return _GLUE.sub("", text).strip()


def _units(
    row: _Row, table: Table, state: TableState, columns: Columns, marks: list[Uncertain], *, is_below: bool
) -> tuple[tuple[Unit, ...], bool, bool, str]:
    units: list[Unit] = []
    is_open, inherited, is_guessed, raws = False, False, False, list[str]()
    wanted = [one for one in columns.fields if one in UNIT_FIELDS]
    all_blank = not any(row.text(one) for one in wanted if one)
    with_persons = any("人" in columns.header[at] for at in columns.at(*UNIT_FIELDS) if at < len(columns.header))
    for one in dict.fromkeys(wanted):
        assert one is not None
        text = _without_persons(row.text(one)) if with_persons else row.text(one)
        if (
            not text
            and not table.knows_merges
            and state.last.get(one)
            and (_heads_rows(one, columns) or (all_blank and (is_below or _may_inherit(row, columns))))
        ):
            text, inherited, is_guessed = state.last[one], True, True
        elif text and one not in row.given:
            inherited = True
        if text and not all_blank:
            state.last[one] = text
        found, opened = parse_unit_field(text, _MODES[one])
        units += found
        is_open = is_open or opened
        raws += [text] if text else []
    if is_guessed or (inherited and all_blank):
        marks.append(Uncertain(field="units", reason=_AS_ABOVE))
    elif all_blank and wanted:
        marks.append(Uncertain(field="units", reason="责任单位一栏空白，留空"))
    if table.loses_blanks and Field.LEAD in wanted and len(wanted) > 1 and len(raws) == 1:
        marks.append(Uncertain(field="units", reason="两栏单位只读到一处，原表空白单元格没有留下痕迹，归栏请核对"))
    marks += doubts_about(units)
    return tuple(dict.fromkeys(units)), is_open, inherited, "；".join(raws)


_PERSON: Final = re.compile(
    r"(?<=[一-鿿])(?:[(（](?P<in>[一-鿿]{2,3}(?:、[一-鿿]{2,3})*)[)）]|[:：]\s*(?P<after>[一-鿿]{2,3})(?=$|[；;、，,\n]))"
)


def _without_persons(text: str) -> str:
    """``县财政局（张伟）``: a column that names persons too has them behind their units."""
    return _PERSON.sub(lambda one: one.group() if looks_like_unit(one["in"] or one["after"]) else "", text)


def _may_inherit(row: _Row, columns: Columns) -> bool:
    """
    Say whether a blank cell may be a part of the one above, where the document does not tell.

    Within a group it may; without groups only where all cells of who and when are blank together.
    """
    if columns.at(Field.GROUP):
        return not row.has(Field.GROUP)
    if any(_heads_rows(one, columns) for one in UNIT_FIELDS):
        return True
    return not row.text(Field.DEADLINE)


def _heads_rows(field: Field, columns: Columns) -> bool:
    """Say whether a column of units stands in front: a unit there heads the rows below it."""
    return bool(columns.at(field)) and max(columns.at(field)) < min(columns.at(Field.TITLE, Field.TEXT))


def _cut_off(row: _Row, above: dict[Field, str], columns: Columns) -> list[Field]:
    """
    The columns that are merged with the row above, where a row of the same leading units breaks off behind them.

    A blank among the units alone says that there are no others; blank to its end a row says no more than the one above.
    """
    ordered = list(dict.fromkeys(one for one in columns.fields if one in (*UNIT_FIELDS, Field.DEADLINE)))
    given = [one for one in ordered if row.text(one)]
    blank = [one for one in ordered if not row.text(one)]
    if not given or len(blank) < 2 or Field.DEADLINE not in blank or ordered != given + blank:
        return []
    same = all(row.text(one) == above.get(one) for one in given)
    return blank if same and all(above.get(one) for one in blank) else []


def _deadlines(
    row: _Row, table: Table, state: TableState, columns: Columns, context: TimeContext, marks: list[Uncertain]
) -> tuple[Deadline, ...]:
    if not columns.at(Field.DEADLINE):
        return ()
    text = row.text(Field.DEADLINE)
    if (
        not text
        and not table.knows_merges
        and state.last.get(Field.DEADLINE)
        and not any(row.text(one) for one in UNIT_FIELDS)
    ):
        text = state.last[Field.DEADLINE]
        marks.append(Uncertain(field="deadlines", reason=_AS_ABOVE))
    elif text:
        state.last[Field.DEADLINE] = text
    else:
        marks.append(Uncertain(field="deadlines", reason="完成时限一栏空白，留空"))
    heads = [columns.header[at] for at in columns.at(Field.DEADLINE) if at < len(columns.header)]
    years = [int(found) for head in heads for found in re.findall(r"(20\d{2})年", head)]
    if len(years) == 1 and context.title_year is None:
        context = replace(context, title_year=years[0])
    return parse_deadline_field(_joined(text) if "\n" in text and not _lines_apart(text, context) else text, context)


def _lines_apart(text: str, context: TimeContext) -> bool:
    return all(is_deadline_text(line, context) for line in text.split("\n") if line.strip())


def _from_brackets(
    units: tuple[Unit, ...], deadlines: tuple[Deadline, ...], text: str, context: TimeContext
) -> tuple[tuple[Unit, ...], tuple[Deadline, ...], str, str]:
    """A table without a column of units may carry them in brackets."""
    if units and deadlines:
        return units, deadlines, text, ""
    raw = ""
    for bracket in reversed(find_brackets(text)):
        found = read_bracket(bracket, context, at_end=not re.sub(r"[。；;\s]", "", text[bracket.end :]))
        if found is None:
            continue
        units = units or found.units
        deadlines = deadlines or found.deadlines
        raw = found.raw
        text = text[: bracket.start] + text[bracket.end :]
    return units, deadlines, text, raw


# --- tables of one task: names in the first column, values in the second -------------------------------------------


def _key_value(table: Table, context: TimeContext) -> Task | None:
    pairs = list(_pairs(table))
    fields = [one for one, _ in pairs]
    if (
        len(pairs) < 3
        or not (set(fields) & (UNIT_FIELDS | {Field.DEADLINE}))
        or not (set(fields) & {Field.TITLE, Field.TEXT})
    ):
        return None
    row = _Row()
    for one, text in pairs:
        row.values.setdefault(one, []).append(text)
        row.given.add(one)
    columns = Columns(fields=tuple(dict.fromkeys(fields)), header=())
    return _task(row, table, context, TableState(), columns)


def _pairs(table: Table) -> Iterator[tuple[Field, str]]:
    for cells in table.rows:
        row = [cell.text.strip() for cell in cells if not (cell.inherited and cell.text)] or [cells[0].text]
        if len(row) not in (2, 4):
            return
        for at in range(0, len(row), 2):
            one = field_of(row[at])
            if one is None or (column_field(row[at + 1]) is not None and at + 1 < len(row) and len(row[at + 1]) < 8):
                return
            yield one, row[at + 1]


def _guess_columns(table: Table) -> Columns | None:
    """Tell the columns of a table without heads by what stands in them."""
    rows = [row for row in table.rows if len({cell.text for cell in row}) > 1]
    if len(rows) < 2 or len(rows[0]) < 3:
        return None
    fields: list[Field | None] = []
    for at in range(len(rows[0])):
        texts = [row[at].text for row in rows if at < len(row) and row[at].text.strip()]
        fields.append(_kind_of(texts))
    if not any(one is Field.RESPONSIBLE for one in fields):
        return None
    units = [at for at, one in enumerate(fields) if one is Field.RESPONSIBLE]
    wordy = [at for at, one in enumerate(fields) if one is Field.TEXT and at < units[-1]]
    if not wordy:
        return None
    if len(wordy) > 1:
        fields[wordy[-2]] = Field.TITLE
        for at in wordy[:-2]:
            fields[at] = Field.GROUP
    return Columns(fields=tuple(fields), header=(), guessed=True)


def _kind_of(texts: list[str]) -> Field | None:
    if not texts:
        return None
    if sum(number_of(text) is not None for text in texts) > len(texts) * 0.8:
        return Field.NUMBER
    if sum(is_deadline_text(text, TimeContext()) for text in texts) > len(texts) * 0.6:
        return Field.DEADLINE
    if sum(is_unit_list(text) for text in texts) > len(texts) * 0.7:
        return Field.RESPONSIBLE
    return Field.TEXT if sum(len(text) for text in texts) > 4 * len(texts) else None
