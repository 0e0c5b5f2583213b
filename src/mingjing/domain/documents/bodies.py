"""The platform's own template of each kind: made from its fields, round the body that the data give."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from mingjing.domain.documents.kinds import Field, FieldType, Kind, Layout, kind_of, part

_SHORT: Final = {FieldType.LINE, FieldType.DATE, FieldType.MOMENT, FieldType.MONEY, FieldType.NUMBER, FieldType.CHOICE}
_LONG: Final = {FieldType.TEXT, FieldType.LIST, FieldType.PEOPLE, FieldType.PERSON}
_PARTY_ROWS: Final = (
    ("名称", "名称（姓名）"),
    ("证件号码", "证件号码"),
    ("法定代表人", "法定代表人（负责人）"),
    ("住所", "住所（住址）"),
    ("电话", "联系电话"),
)


@cache
def standard_text(code: str) -> str:
    """
    Return the platform's own template of a kind.

    :raises UnknownKindError: if there is no such kind
    """
    kind = kind_of(code)
    lines = {Layout.LETTER: _letter, Layout.RECORD: _record, Layout.FORM: _form, Layout.COVER: _cover}[kind.layout]
    return "\n".join(lines(kind)) + "\n"


def _letter(kind: Kind) -> Iterator[str]:
    yield from _top(kind)
    body = _expanded(kind.body)
    yield from body
    if kind.field("附件") and "@attachments" not in body:
        yield "@attachments"
    yield from _signs(kind, "\n".join(body))
    yield "@seal" if kind.sealed else ">> {日期}"
    yield "@blank"


def _record(kind: Kind) -> Iterator[str]:
    yield from _top(kind)
    rest: list[Field] = []
    for one in kind.fields:
        if one.type is FieldType.PARTY:
            yield from (f"> {one.label}{words}：{{{one.label}.{name}}}" for name, words in _PARTY_ROWS)
        elif one.code == "started" and kind.field("ended"):
            yield "> 时间：{开始时间}至{结束时间}"
        elif one.code == "started":
            yield "> 时间：{开始时间}"
        elif one.code == "ended":
            continue
        elif one.type in _SHORT or one.type in (FieldType.PEOPLE, FieldType.PERSON):
            line = f"> {one.label}：{{{one.label}}}"
            yield from (line,) if one.required else _if_present(one, line)
        else:
            rest.append(one)
    for one in rest:
        yield from _passage(one)
    if kind.closing:
        yield kind.closing
    yield from _signs(kind, "")
    yield "@blank"


def _passage(one: Field) -> Iterator[str]:
    lines = [f"## {one.label}"]
    if one.type is FieldType.TABLE:
        lines.append(f"@table {one.label}")
    elif one.type is FieldType.LIST:
        lines += [f"{{*{one.label}}}", "{序号}．{项}", f"{{/{one.label}}}"]
    else:
        lines.append(f"{{{one.label}}}")
    yield from lines if one.required else _if_present(one, *lines)


def _if_present(one: Field, *lines: str) -> Iterator[str]:
    yield f"{{?{one.label}}}"
    yield from lines
    yield f"{{/{one.label}}}"


def _form(kind: Kind) -> Iterator[str]:
    yield from _top(kind)
    waiting: list[str] = []
    opened = False
    for one in [*kind.fields, None]:
        if one is not None and one.type in _SHORT:
            waiting.append(f"{one.label} | {{{one.label}}}")
        rows: list[str] = []
        if len(waiting) == 2:
            rows, waiting = [f"| {' | '.join(waiting)} |"], []
        elif waiting and (one is None or one.type not in _SHORT):
            rows, waiting = [f"| {waiting[0]} | < | < |"], []
        if one is not None and one.type not in _SHORT and one.type is not FieldType.TABLE:
            rows += _rows(one)
        if rows and not opened:
            yield "|:4:7:4:7|"
            opened = True
        yield from rows
        if one is not None and one.type is FieldType.TABLE:
            opened = False
            yield f"= {one.label}"
            yield f"@table {one.label}"
    if kind.closing:
        yield kind.closing
    if kind.sealed or kind.served or not any(one.type is FieldType.OPINION for one in kind.fields):
        yield from _signs(kind, "")
    if kind.sealed:
        yield "@seal"


def _rows(one: Field) -> list[str]:
    label = one.label
    if one.type is FieldType.PARTY:
        return [
            f"| {label} | {{{label}.名称}} | 法定代表人（负责人） | {{{label}.法定代表人}} |",
            f"| 证件号码 | {{{label}.证件号码}} | 联系电话 | {{{label}.电话}} |",
            f"| 住所（住址） | {{{label}.住所}} | < | < |",
        ]
    if one.type is FieldType.OPINION:
        return [f"|^4 {label} | {{{label}.意见}}\\n　\\n签名：{{{label}.签名}}　　{{{label}.日期}} | < | < |"]
    height = "^4" if one.type is FieldType.TEXT else ""
    return [f"|{height} {label} | {{{label}}} | < | < |"]


def _cover(kind: Kind) -> Iterator[str]:
    if kind.body:
        yield from _expanded(kind.body)
    else:
        yield from _top(kind)
        yield "|:3:7|"
        for one in kind.fields:
            name = f"{one.label}.名称" if one.type is FieldType.PARTY else one.label
            yield f"|^2 {one.label} | {{{name}}} |"
    if kind.sealed:
        yield "@seal"


def _top(kind: Kind) -> Iterator[str]:
    yield "@head black"
    yield f"# {kind.name}"
    if kind.number:
        yield "@number"


def _expanded(body: str) -> list[str]:
    lines: list[str] = []
    for line in body.splitlines():
        lines += part(line.removeprefix("@part ")).splitlines() if line.startswith("@part ") else [line]
    return lines


def _signs(kind: Kind, body: str) -> Iterator[str]:
    yield from (f"@sign {one.who} {one.label}" for one in kind.signers if f"@sign {one.who}" not in body)
