"""What is filled in: checked against the fields of the kind, and written as readers expect it."""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Final

from mingjing.domain.documents.kinds import (
    AGENCY,
    AGENCY_LABEL,
    DATED_LABEL,
    NUMBER_LABEL,
    PARTS,
    Field,
    FieldType,
    Kind,
)
from mingjing.kernel.errors import DomainError
from mingjing.kernel.money import in_yuan

type Data = Mapping[str, Any]

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")
_LARGEST_YUAN: Final = 10**16


class BadValueError(DomainError):
    """A value that its field cannot hold."""

    code: ClassVar[str] = "documents.bad_value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A field that must be filled in, and what is missing."""

    field: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """
    A signature on the document: whose, on which day, with which opinion.

    ``picture`` is the key of its drawing among the pictures, if it has one.
    """

    name: str
    on: date | None = None
    picture: str = ""
    opinion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value as a template sees it: as text, by parts, and item by item."""

    text: str = ""
    parts: Mapping[str, "Node"] = field(default_factory=dict)
    items: tuple[Mapping[str, "Node"], ...] = ()
    columns: tuple[str, ...] = ()
    fen: int | None = None


def cleaned(kind: Kind, data: Data) -> dict[str, Any]:
    """
    Return the data with only the fields of the kind, each in its form; an empty value is left out.

    :raises BadValueError: if a field cannot hold its value, or the kind has no such field
    """
    known = {one.code: one for one in kind.fields}
    if unknown := sorted(set(data) - set(known)):
        raise BadValueError(f"《{kind.name}》没有“{'、'.join(unknown)}”这样的字段。")
    found = {code: _clean(known[code], value) for code, value in data.items()}
    return {code: found[code] for code in known if found.get(code) not in (None, "", [], {})}


def missing(kind: Kind, data: Data) -> tuple[Missing, ...]:
    """List what must still be filled in before the document can be issued."""
    return tuple(lack for one in kind.fields for lack in _lacks(one, data.get(one.code)))


def view(
    kind: Kind,
    data: Data,
    *,
    agency: Mapping[str, str],
    number: str = "",
    dated_on: date | None = None,
    marks: Mapping[str, Sequence[Mark]] | None = None,
    draft: bool = False,
) -> dict[str, Node]:
    """
    Return what a template may name, by Chinese label. In a draft, what is missing says so in its place.

    ``agency`` is by the codes of :data:`~mingjing.domain.documents.kinds.AGENCY`.
    """
    nodes: dict[str, Node] = {}
    for one in kind.fields:
        value = data.get(one.code)
        if value in (None, "", [], {}):
            blank = f"〔{one.label}〕" if draft and one.required and one.type is not FieldType.OPINION else ""
            nodes[one.label] = _blank(one, blank, (marks or {}).get(one.by, ()))
        else:
            nodes[one.label] = _node(one, value, (marks or {}).get(one.by, ()))
    nodes[NUMBER_LABEL] = Node(text=number or ("（文号待编）" if draft else ""))
    nodes[DATED_LABEL] = Node(text=chinese_date(dated_on) if dated_on else "　　年　月　日")
    nodes[AGENCY_LABEL] = Node(
        text=agency.get("name", ""),
        parts={label: Node(text=printable(agency.get(code, ""))) for code, label in AGENCY.items()},
    )
    return nodes


def printable(text: str) -> str:
    """Leave out what cannot be printed, and what the templates keep for themselves."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def chinese_date(day: date) -> str:
    """Write a day: 2026年11月20日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_moment(moment: datetime) -> str:
    """Write a moment: 2026年11月20日9时30分."""
    return f"{chinese_date(moment.date())}{moment.hour}时{moment.minute:02d}分"


def capital(fen: int) -> str:
    """
    Write an amount in capitals: 壹万贰仟元整, 壹佰零伍元叁角.

    :raises BadValueError: if it is negative or has more than sixteen digits before the point
    """
    yuan, rest = divmod(fen, 100)
    if fen < 0 or yuan >= _LARGEST_YUAN:
        raise BadValueError("这个金额不能写成大写。")
    jiao, cents = divmod(rest, 10)
    words = f"{_capital_yuan(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"{words}整"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return words + (f"{_DIGITS[cents]}分" if cents else "")


def _capital_yuan(yuan: int) -> str:
    if yuan == 0:
        return "零"
    words, gap = "", False
    for group in reversed(range(len(_GROUPS))):
        four = yuan // 10 ** (4 * group) % 10_000
        if not four:
            gap = bool(words)
            continue
        if words and (gap or four < 1000):
            words += "零"
        words += _four(four) + _GROUPS[group]
        gap = False
    return words


def _four(number: int) -> str:
    words, gap = "", False
    for place in reversed(range(4)):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return words


def _clean(one: Field, value: Any) -> Any:
    if value in (None, "", [], {}):
        return None
    try:
        return _CLEANERS[one.type](one, value)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise BadValueError(f"“{one.label}”填写的内容不对，应当是{one.type.label}。", field=one.code) from error


def _text(_one: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return printable(value).strip()


def _line(one: Field, value: Any) -> str:
    return " ".join(_text(one, value).split())


def _whole(_one: Field, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError
    return value


def _day(_one: Field, value: Any) -> str:
    return date.fromisoformat(value).isoformat()


def _moment(_one: Field, value: Any) -> str:
    return datetime.fromisoformat(value).replace(tzinfo=None).isoformat(timespec="minutes")


def _choice(one: Field, value: Any) -> str:
    if value not in one.choices:
        raise ValueError
    return str(value)


def _parts(one: Field, value: Any) -> dict[str, str]:
    allowed = PARTS[one.type]
    if set(value) - set(allowed):
        raise KeyError
    return {code: text for code in allowed if (text := _text(one, value.get(code) or "") if code in value else "")}


def _list(one: Field, value: Any) -> list[str]:
    if isinstance(value, str):
        raise TypeError
    return [text for each in value if (text := _text(one, each))]


def _people(one: Field, value: Any) -> list[dict[str, str]]:
    return [parts for each in value if (parts := _parts(one, each))]


def _table(one: Field, value: Any) -> list[dict[str, str]]:
    rows = []
    for each in value:
        if set(each) - set(one.columns):
            raise KeyError
        row = {code: _text(one, str(each.get(code) or "")) for code in one.columns}
        if any(row.values()):
            rows.append(row)
    return rows


_CLEANERS: Final = {
    FieldType.LINE: _line,
    FieldType.TEXT: _text,
    FieldType.DATE: _day,
    FieldType.MOMENT: _moment,
    FieldType.MONEY: _whole,
    FieldType.NUMBER: _whole,
    FieldType.CHOICE: _choice,
    FieldType.PERSON: _parts,
    FieldType.PEOPLE: _people,
    FieldType.PARTY: _parts,
    FieldType.LIST: _list,
    FieldType.TABLE: _table,
    FieldType.OPINION: _parts,
}


def _lacks(one: Field, value: Any) -> Iterator[Missing]:
    if value in (None, "", [], {}):
        # who approves writes an opinion by signing, not before
        if one.required and one.type is not FieldType.OPINION:
            yield Missing(field=one.code, label=one.label, text=f"请填写“{one.label}”。")
        return
    if one.type is FieldType.PARTY and not value.get("name"):
        yield Missing(field=one.code, label=one.label, text=f"请填写“{one.label}”的名称或者姓名。")
    if one.least and len(value) < one.least:
        yield Missing(field=one.code, label=one.label, text=f"“{one.label}”不得少于{one.least}人（项）。")


def _blank(one: Field, text: str, marks: Sequence[Mark]) -> Node:
    parts: dict[str, Node] = {label: Node(text="") for label in PARTS.get(one.type, {}).values()}
    if one.type is FieldType.PARTY:
        parts["名称"] = Node(text=text)
    if one.type is FieldType.OPINION:
        parts = _opinion({}, marks)
    return Node(text=text, parts=parts, columns=tuple(one.columns.values()))


def _node(one: Field, value: Any, marks: Sequence[Mark]) -> Node:
    match one.type:
        case FieldType.DATE:
            return Node(text=chinese_date(date.fromisoformat(value)))
        case FieldType.MOMENT:
            return Node(text=chinese_moment(datetime.fromisoformat(value)))
        case FieldType.MONEY:
            return Node(text=in_yuan(value), fen=value)
        case FieldType.CHOICE:
            return Node(text=one.choices[value])
        case FieldType.PERSON:
            return Node(text=_person(value), parts=_labelled(one, value))
        case FieldType.PARTY:
            named = {"identity_kind": _identity_kind(value), **value}
            return Node(text=value.get("name", ""), parts=_labelled(one, named))
        case FieldType.OPINION:
            return Node(text=value.get("text", ""), parts=_opinion(value, marks))
        case FieldType.PEOPLE:
            items = tuple(_labelled(one, each) | _counted(number) for number, each in enumerate(value, 1))
            return Node(text="、".join(_person(each) for each in value), items=items)
        case FieldType.LIST:
            items = tuple({"项": Node(text=each)} | _counted(number) for number, each in enumerate(value, 1))
            return Node(text="\n".join(f"{number}．{each}" for number, each in enumerate(value, 1)), items=items)
        case FieldType.TABLE:
            items = tuple(
                _counted(number) | {label: Node(text=each.get(code, "")) for code, label in one.columns.items()}
                for number, each in enumerate(value, 1)
            )
            text = "；".join("，".join(filter(None, each.values())) for each in value)
            return Node(text=text, items=items, columns=tuple(one.columns.values()))
        case _:
            return Node(text=str(value))


def _labelled(one: Field, value: Mapping[str, str]) -> dict[str, Node]:
    return {label: Node(text=value.get(code, "")) for code, label in PARTS[one.type].items()}


def _counted(number: int) -> dict[str, Node]:
    return {"序号": Node(text=str(number))}


def _person(value: Mapping[str, str]) -> str:
    known = [
        value.get("position", ""),
        f"执法证号{value['number']}" if value.get("number") else "",
    ]
    inside = "，".join(filter(None, known))
    return value.get("name", "") + (f"（{inside}）" if inside else "")


def _identity_kind(value: Mapping[str, str]) -> str:
    return "统一社会信用代码" if value.get("representative") else "证件号码"


def _opinion(value: Mapping[str, str], marks: Sequence[Mark]) -> dict[str, Node]:
    """Write an opinion: as it was filled in, else as it was signed."""
    name = value.get("name") or "、".join(one.name for one in marks)
    text = value.get("text") or "\n".join(one.opinion for one in marks if one.opinion)
    day = value.get("on") or next((chinese_date(one.on) for one in reversed(marks) if one.on), "　　年　月　日")
    with contextlib.suppress(ValueError):
        day = chinese_date(date.fromisoformat(day))
    return {"意见": Node(text=text), "签名": Node(text=name or "　　　　　"), "日期": Node(text=day)}
