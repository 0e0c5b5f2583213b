"""
Units and accounts from a workbook: every row goes through the same use case as the page, and is told if it is refused.

``check`` runs all rows and takes everything back; ``take`` writes the good ones. A row may build on those above it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from django.db import transaction
from python_calamine import CalamineError, CalamineWorkbook

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import UnitKind
from mingjing.contexts.accounts.usecases import units, users
from mingjing.kernel.errors import DomainError

MOST_ROWS: Final = 2000
LARGEST: Final = 5 << 20


class SheetError(DomainError):
    """A workbook that cannot be read as the table that is asked for."""

    code = "accounts.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a workbook holds: its columns (heading, field, whether needed) and the act for a row."""

    name: str
    title: str
    permission: str
    columns: Sequence[tuple[str, str, bool]]
    example: Sequence[str]
    act: Callable[..., str]

    @property
    def headings(self) -> list[str]:
        """The headings, in order."""
        return [heading for heading, _, _ in self.columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What came of a row: its number in the sheet, its words, the refusal or what the act returned."""

    number: int
    words: Mapping[str, str]
    fault: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of all rows."""

    lines: Sequence[Line]

    @property
    def good(self) -> Sequence[Line]:
        """The rows that are sound."""
        return [one for one in self.lines if not one.fault]

    @property
    def bad(self) -> Sequence[Line]:
        """The rows that are refused."""
        return [one for one in self.lines if one.fault]


def _unit(*, actor: Actor, at: datetime, **words: str) -> str:
    kinds = {label: value for value, label in UnitKind.choices}
    kind = kinds.get(words.pop("kind"), "")
    if not kind:
        raise SheetError(f"“类别”应当是：{'、'.join(kinds)}。")
    since = words.pop("valid_from")
    valid_from = None
    if since:
        try:
            valid_from = date.fromisoformat(since[:10])
        except ValueError as error:
            raise SheetError("“设立日期”应当像 2026-11-20。") from error
    units.found_unit(actor=actor, at=at, kind=kind, valid_from=valid_from, **words)
    return ""


def _user(*, actor: Actor, at: datetime, **words: str) -> str:
    return users.make_user(actor=actor, at=at, **words)[1]


UNITS: Final = Kind(
    name="units",
    title="单位",
    permission="accounts.unit.edit",
    columns=(
        ("单位代码", "code", True),
        ("单位名称", "name", True),
        ("简称", "short_name", False),
        ("类别", "kind", True),
        ("行政区划代码", "place", True),
        ("上级单位代码", "parent", False),
        ("设立日期", "valid_from", False),
        ("文件依据", "document", False),
    ),
    example=("11370831MB2840573X", "泗水县林业局", "县林业局", "部门", "370831", "county", "2019-01-15", ""),
    act=_unit,
)
USERS: Final = Kind(
    name="users",
    title="账号",
    permission="accounts.user.edit",
    columns=(
        ("登录名", "username", True),
        ("姓名", "name", True),
        ("所属单位代码", "unit", True),
        ("用户代码", "code", False),
        ("手机", "mobile", False),
        ("邮箱", "email", False),
        ("统一身份认证标识", "provider_subject", False),
    ),
    example=("zhang.wei", "张伟", "11370831MB2840573X", "", "13800000000", "", ""),
    act=_user,
)
KINDS: Final = {one.name: one for one in (UNITS, USERS)}


def read(kind: Kind, content: bytes) -> Sequence[Mapping[str, str]]:
    """
    Return the rows of a workbook, by field; the order of the columns is free.

    :raises SheetError: if it is no workbook, too large, or lacks a column
    """
    if len(content) > LARGEST:
        raise SheetError("文件超过 5 MB，请分几次导入。")
    try:
        rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise SheetError("这不是能读的 XLSX 文件。请下载模板填写，另存为 XLSX。") from error
    head = [_words(cell) for cell in rows[0]] if rows else []
    missing = [heading for heading, _, needed in kind.columns if needed and heading not in head]
    if missing:
        raise SheetError(f"第一行缺少这些列：{'、'.join(missing)}。请对照模板。")
    places = {field: head.index(heading) for heading, field, _ in kind.columns if heading in head}
    found = [
        {field: _words(row[places[field]]) if field in places else "" for _, field, _ in kind.columns}
        for row in rows[1:]
    ]
    while found and not any(found[-1].values()):
        found.pop()
    if not found:
        raise SheetError("表里没有数据行。")
    if len(found) > MOST_ROWS:
        raise SheetError(f"一次最多导入 {MOST_ROWS} 行，这个文件有 {len(found)} 行，请分几次导入。")
    return found


def check(kind: Kind, rows: Sequence[Mapping[str, str]], *, actor: Actor, at: datetime) -> Outcome:
    """Run all rows and take everything back: tells what would come of them."""
    with transaction.atomic():
        outcome = _run(kind, rows, actor, at)
        transaction.set_rollback(True)
    return Outcome(lines=[Line(number=one.number, words=one.words, fault=one.fault) for one in outcome.lines])


@transaction.atomic
def take(kind: Kind, rows: Sequence[Mapping[str, str]], *, actor: Actor, at: datetime) -> Outcome:
    """Write the good rows, and tell of the others."""
    return _run(kind, rows, actor, at)


def _run(kind: Kind, rows: Sequence[Mapping[str, str]], actor: Actor, at: datetime) -> Outcome:
    lines = []
    for number, words in enumerate(rows, start=2):
        if not any(words.values()):
            continue
        fault = told = ""
        try:
            for heading, field, needed in kind.columns:
                if needed and not words[field]:
                    raise SheetError(f"“{heading}”没有填写。")
            with transaction.atomic():
                told = kind.act(actor=actor, at=at, **words)
        except DomainError as error:
            fault = error.message
        lines.append(Line(number=number, words=words, fault=fault, told=told))
    return Outcome(lines=lines)


def _words(cell: Any) -> str:
    """Return a cell as the words that stand in it: codes typed as numbers without a point, days without an hour."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        cell = cell.date()
    return re.sub(r"\s+", " ", str(cell)).strip()
